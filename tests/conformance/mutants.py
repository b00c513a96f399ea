"""Copies of the workbench's runtime with a part of the Node 12 behaviour taken out, and runners that start those.

A mutant is a changed copy of the source in a folder of its own, started by a Python of our choice (`Runner(python=…)`):
nothing in the real package knows of it, and a mutation whose text is no longer there fails instead of proving nothing.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import workbench
from workbench.runtime.runner import Runner

PACKAGE = Path(workbench.__file__).parent
MUTATIONS: dict[str, list[tuple[str, str, str]]] = {
    "sorting by the engine": [("runtime/sandbox/main.js", "kit.installSort();", "")],
    "dates read by the engine": [("runtime/sandbox/dates.js", "kit.parseDate =", "kit.neverUsed =")],
    "promise jobs last in, first out": [
        ("runtime/engine.py", "jobs.popleft()", "jobs.pop()"),
        ("runtime/engine.py", 'if seen != ["a", "b", "c"]:', "if False:"),
    ],
}


def mutant(name: str, folder: Path) -> Runner:
    """A runner whose workers run the changed copy."""
    package = folder / "workbench"
    ignored = shutil.ignore_patterns("__pycache__", "node_modules")
    shutil.copytree(PACKAGE / "runtime", package / "runtime", ignore=ignored)
    shutil.copytree(PACKAGE / "javascript", package / "javascript", ignore=ignored)
    for file in PACKAGE.glob("*.py"):
        shutil.copy(file, package)
    for path, was, becomes in MUTATIONS[name]:
        file = package / path
        text = file.read_text(encoding="utf-8")
        assert was in text, f"{path} no longer says {was!r}: the mutation of {name!r} must follow it."
        file.write_text(text.replace(was, becomes), encoding="utf-8")
    python = folder / "python"
    # The fifth argument of a worker is the folder that holds the package.
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$1" "$2" "$3" "$4" "{folder}" "$6"\n', encoding="utf-8")
    python.chmod(0o755)
    return Runner(spares=1, python=str(python))
