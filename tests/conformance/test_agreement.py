"""The table that readers see is the table that the comparison uses."""

from __future__ import annotations

import pytest

from tests.conformance.agreement import README, text
from tests.conformance.differences import KNOWN, explain, same
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


@pytest.mark.parametrize(
    ("ours", "node", "forgiven"),
    [
        ("Error: x", "Error: x\n    at f (script.js:1:2)\n    at g (vm.js:3:4)", True),
        ("Error: x\nnext", "Error: x\n    at f (script.js:1:2)\nother", False),
        ("TypeError: u is not iterable", "TypeError: undefined is not a function", True),
        ("TypeError: u is not a function", "TypeError: undefined is not a function", False),
        ("RangeError: u is not iterable", "TypeError: u is not iterable", False),
        ("SyntaxError: Invalid regular expression: A", "SyntaxError: Invalid regular expression: /(/: A", True),
        ("SyntaxError: Invalid regular expression: A", "SyntaxError: Invalid regular expression: /(/: B", False),
        (
            "Cannot add property a, object is not extensible",
            "Cannot define property b, object is not extensible",
            False,
        ),
        ("Cannot add property a, object is not", "Cannot define property a, object is not", False),
        ('["prototype", "name", "length"]', '["length", "prototype", "name"]', True),
        ('["prototype", "name", "other"]', '["length", "prototype", "name"]', False),
    ],
)
def test_a_known_difference_forgives_itself_alone(ours: str, node: str, forgiven: bool) -> None:
    """The words around a known difference, and the parts that it shares, must still be equal."""
    assert same(ours, node) is forgiven
