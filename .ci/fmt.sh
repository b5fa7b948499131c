#!/usr/bin/env bash
# The code is formatted as rustfmt formats it, the benchmarks' own workspace included.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cargo fmt --version >/dev/null 2>&1 || rustup component add rustfmt

cargo fmt --all --check
cargo fmt --manifest-path benches/Cargo.toml --check
