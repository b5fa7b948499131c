#!/usr/bin/env bash
# The unsafe code of otp/src/sync under miri, where there is a nightly toolchain that has it or can get it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! cargo +nightly miri --version >/dev/null 2>&1 &&
  ! timeout 120 rustup component add --toolchain nightly miri rust-src >/dev/null 2>&1; then
  echo "skipped: no miri here, and none to be had (rustup component add --toolchain nightly miri rust-src)"
  exit 0
fi

export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/miri"
export MIRIFLAGS="-Zmiri-disable-isolation -Zmiri-many-seeds=0..4 ${MIRIFLAGS:-}"
cargo +nightly miri test -p otp --lib sync::
