#!/usr/bin/env bash
# Every test: unit, integration, ui, expansion snapshots, doctests, the README's code, the
# conformance tables.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo test --workspace
