#!/usr/bin/env bash
# The documentation builds without a warning: no dead link, no public item without a doc comment.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps
