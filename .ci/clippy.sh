#!/usr/bin/env bash
# No warning of the compiler or of clippy anywhere, tests and examples included.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cargo clippy --version >/dev/null 2>&1 || rustup component add clippy

cargo clippy --workspace --all-targets -- -D warnings
