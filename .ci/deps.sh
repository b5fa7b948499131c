#!/usr/bin/env bash
# A program that depends on otp with its default features builds fewer than 40 crates for it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
limit=40

crates=$(cargo tree -p otp -e normal,build --prefix none --no-dedupe | cut -d' ' -f1,2 | sort -u)
count=$(wc -l <<<"$crates")
printf '%s\n' "$crates"
printf '%d crates, and fewer than %d are allowed\n' "$count" "$limit"
[ "$count" -lt "$limit" ]
