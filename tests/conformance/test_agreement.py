"""The table that readers see is the table that the comparison uses."""

from __future__ import annotations

from tests.conformance.agreement import README, text
from tests.conformance.differences import KNOWN, comparable, explain
from tests.conformance.recording import Recording, Thrown


def test_the_readme_says_what_is_compared_and_forgiven() -> None:
    """README.md is what `python -m tests.conformance.agreement` writes."""
    assert README.read_text(encoding="utf-8") == text()


def test_every_known_difference_has_a_reason() -> None:
    """A row without a reason would be a hidden difference."""
    assert all(len(row.what) > 10 and len(row.why) > 20 for row in KNOWN)


def test_nothing_else_is_forgiven() -> None:
    """A different end, call, console line, level, error or rejection is told."""
    plain = {
        "end": "error",
        "fault": Thrown(name="TypeError", message="m"),
        "calls": (("action", "a.b", {"fields": {}}),),
        "console": (("log", "text"),),
        "rejections": (Thrown(name="", message="'x'"),),
    }
    changes = {
        "end": "ok",
        "fault": Thrown(name="TypeError", message="other"),
        "calls": (("query", "a.b", {"fields": {}}),),
        "console": (("warn", "text"),),
        "rejections": (),
    }
    same = Recording(**plain)
    assert explain("same", same, Recording(**plain)) == ""
    for part, changed in changes.items():
        assert "differs from Node 12" in explain(part, Recording(**{**plain, part: changed}), same)


def test_frames_of_a_stack_are_all_that_is_cut_from_it() -> None:
    """The first line of a stack and the text behind it stay."""
    stack = (("log", "Error: x\n    at f (script.js:1:2)\n    at script.js:3:4\nnext"),)
    recording = Recording(end="ok", fault=None, calls=(), console=stack, rejections=())
    assert comparable(recording).console == (("log", "Error: x\nnext"),)
