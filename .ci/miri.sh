#!/usr/bin/env bash
# The unsafe code of otp/src/sync under miri, where the nightly toolchain has it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! cargo +nightly miri --version >/dev/null 2>&1; then
  echo "skipped: no miri here (rustup component add --toolchain nightly miri)"
  exit 0
fi

export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/miri"
export MIRIFLAGS="-Zmiri-disable-isolation -Zmiri-many-seeds=0..4 ${MIRIFLAGS:-}"
cargo +nightly miri test -p otp --lib sync::
