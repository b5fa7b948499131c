#!/usr/bin/env bash
# Features only add: the library builds without any, and with each by itself, without a warning.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo clippy -p otp --no-default-features -- -D warnings
features=$(sed -n '/^\[features\]/,/^\[/s/^\([a-z-]*\) = .*/\1/p' otp/Cargo.toml | grep -v '^default$')
for feature in $features; do
  echo "with $feature:"
  cargo clippy -p otp --no-default-features --features "$feature" -- -D warnings
done
