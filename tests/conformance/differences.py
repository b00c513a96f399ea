"""Every difference between the workbench and Node 12 that the comparison forgives: this table, and nothing else.

The harness compares texts exactly after ``forgive``; README.md beside this file shows the table, and a test holds
the two together.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.conformance.recording import Recording, Thrown


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing in which the two sides differ, why, and how a text looks without it."""

    name: str
    what: str
    why: str
    forgive: Callable[[str], str]


def _without_frames(text: str) -> str:
    return re.sub(r"\n +at [^\n]*", "", text)


KNOWN: tuple[Difference, ...] = (
    Difference(
        name="stack frames",
        what="the `at …` lines below an error's first line",
        why="They name the engine's and the host's own frames; the first line and the script's own place are compared.",
        forgive=_without_frames,
    ),
)

BUILTINS: dict[str, str] = {
    r"\.(Atomics|SharedArrayBuffer)([.[].*)?": "The engine is built without shared memory; a script has one thread.",
    r"\.debuggerGlobal(\..*)?": "The engine cannot delete this name; it is an object without any members of use.",
    r"\.WebAssembly\..*": "Functions of Node 12's WebAssembly still had `prototype`, `caller` and `arguments`.",
    r"\.RegExp\.(\$.|input|last\w+|\w+Context)": "The old statics are fixed in the engine; they read the same.",
}
"""Paths in the global object (regular expressions) where the two realms may differ, each with its reason."""


def forgive(text: str) -> str:
    """The text without the known differences."""
    for known in KNOWN:
        text = known.forgive(text)
    return text


def comparable(recording: Recording) -> Recording:
    """The recording without the known differences."""
    return dataclasses.replace(
        recording,
        fault=recording.fault and _thrown(recording.fault),
        console=tuple((level, forgive(text)) for level, text in recording.console),
        rejections=tuple(_thrown(rejection) for rejection in recording.rejections),
    )


def explain(name: str, ours: Recording, node: Recording) -> str:
    """The difference of two recordings, one fact a line; empty where they agree."""
    mine, theirs = comparable(ours), comparable(node)
    if mine == theirs:
        return ""
    pairs = [*zip(mine.lines(), theirs.lines(), strict=False)]
    told = [f"  workbench  {a}\n  Node 12    {b}" for a, b in pairs if a != b]
    longer, side = max((mine.lines(), "workbench"), (theirs.lines(), "Node 12"), key=lambda made: len(made[0]))
    told += [f"  only {side}: {line}" for line in longer[len(pairs) :]]
    return "\n".join([f"{name} differs from Node 12:", *told])


def _thrown(thrown: Thrown) -> Thrown:
    return dataclasses.replace(thrown, message=forgive(thrown.message))
