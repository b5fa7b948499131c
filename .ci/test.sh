#!/usr/bin/env bash
# Every test: unit, integration, ui, expansion snapshots, doctests, the README's code, the
# conformance tables. Then those of behaviour once more, with every call going through the mailbox.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo test --workspace
OTP_INLINE=off cargo test -p otp-tests
