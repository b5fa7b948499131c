#!/usr/bin/env bash
# The models of otp/src/sync: loom runs each through every order its threads can take, up to a number
# of preemptions. Optimised, since a model runs some hundred thousand times; in a target folder of its
# own, since the flag rebuilds everything.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export RUSTFLAGS="--cfg otp_loom ${RUSTFLAGS:-}"
export LOOM_MAX_PREEMPTIONS="${LOOM_MAX_PREEMPTIONS:-3}"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/loom"
output=$(mktemp)
trap 'rm -f "$output"' EXIT

cargo test -p otp --release --lib loom 2>&1 | tee "$output"
if grep -q '^running 0 tests' "$output"; then
  echo "no model ran: the tests of otp/src/sync for loom have moved or been renamed"
  exit 1
fi
