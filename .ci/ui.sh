#!/usr/bin/env bash
# The ui tests are in pairs: a program that must fail has its expected output and the other way round.
# trybuild, which runs them (cargo test -p otp-ui-tests), does not notice an output left over.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../ui-tests/fail"

programs=$(find . -name '*.rs' | sed 's/\.rs$//' | sort)
outputs=$(find . -name '*.stderr' | sed 's/\.stderr$//' | sort)
if [ "$programs" != "$outputs" ]; then
  echo "only one of .rs (<) and .stderr (>):"
  diff <(printf '%s\n' "$programs") <(printf '%s\n' "$outputs")
fi
printf '%d programs that must not compile\n' "$(wc -l <<<"$programs")"
