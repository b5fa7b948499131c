#!/usr/bin/env bash
# A module of otp/src names only modules of lower layers, and `unsafe` stands only in otp/src/sync.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../otp/src"

exec python3 - <<'PYTHON'
import pathlib, re, sys

LAYERS = {
    "sync": 0, "observe": 0,
    "process": 1,
    "name": 2, "child": 2, "generic": 2,
    "gen_server": 3, "registry": 3,
    "supervisor": 4, "agent": 4,
    "task": 5, "gen_stage": 5, "config": 5,
    "application": 6,
    "test": 7, "entry": 7,
    "release": 8,
}
# Tables of contents: they name everything, and no module names them.
EXEMPT = {"lib", "prelude", "__private"}
NO_CODE = re.compile(r"""//[^\n]*|/\*.*?\*/|r#".*?"#|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])'""", re.DOTALL)
errors = []


def named(text):
    """(offset, name) of the first segment of each path from the crate's root, also of each in `crate::{a, b::c}`.
    An attribute such as `#[otp::test]` is a macro, of no layer."""
    for path in re.finditer(r"(?<!\$)(?<!#\[)\b(?:crate|otp)::(?:(\w+)|\{)", text):
        if path[1]:
            yield path.start(), path[1]
            continue
        depth = 0
        for token in re.finditer(r"[{,]\s*(?=(\w+))|[{}]", text[path.end() - 1:]):
            depth += {"{": 1, "}": -1}.get(token[0][0], 0)
            if depth == 0:
                break
            if depth == 1 and token[1]:
                yield path.start(), token[1]


modules = {path.stem if path.is_file() else path.name for path in pathlib.Path(".").iterdir()} - EXEMPT
for module in sorted(modules - LAYERS.keys()):
    errors.append(f"otp/src/{module} has no layer: add it to the table in .ci/layers.sh")

for path in sorted(pathlib.Path(".").rglob("*.rs")):
    module = path.parts[0].removesuffix(".rs")
    text = NO_CODE.sub(lambda found: "\n" * found[0].count("\n"), path.read_text())
    where = lambda offset: f"otp/src/{path}:{text.count(chr(10), 0, offset) + 1}"
    if module != "sync":
        for found in re.finditer(r"\bunsafe\b", text):
            errors.append(f"{where(found.start())}: unsafe outside otp/src/sync")
    if module not in LAYERS:
        continue
    # As many `super::` as the module is deep lead to the crate's root too.
    depth = len(path.parts) - (path.name == "mod.rs")
    text = re.sub(r"\b(?:super::){%d}(?=(?:%s)\b)" % (depth, "|".join(modules)), "crate::", text)
    for offset, other in named(text):
        if other != module and LAYERS.get(other, -1) >= LAYERS[module]:
            errors.append(f"{where(offset)}: {module} (layer {LAYERS[module]}) names {other} (layer {LAYERS[other]})")

print("\n".join(errors) or f"{len(modules)} modules in order")
sys.exit(bool(errors))
PYTHON
