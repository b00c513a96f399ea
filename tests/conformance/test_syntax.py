"""The gate's verdict equals Node 12's on every row of syntax.csv, on the exact source text."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.conformance.node12 import Node12
from tests.conformance.recording import context
from workbench.runtime.outcome import End, Reply
from workbench.runtime.runner import Runner

with (Path(__file__).parent / "data" / "syntax.csv").open(encoding="utf-8", newline="") as rows:
    ROWS = list(csv.DictReader(rows))
SOURCES = [pytest.param(row["snippet"], row["node12_accepts"] == "True", id=row["feature"]) for row in ROWS]


def test_the_table_still_says_what_node_12_says(node12: Node12) -> None:
    """The stored verdicts are those of the Node 12 at hand."""
    verdicts = node12.compiles([row["snippet"] for row in ROWS])
    assert [(row["feature"], ok) for row, (ok, _) in zip(ROWS, verdicts, strict=True)] == [
        (row["feature"], row["node12_accepts"] == "True") for row in ROWS
    ]


@pytest.mark.parametrize(("source", "accepted"), SOURCES)
def test_the_gate_accepts_what_node_12_compiles(runner: Runner, source: str, accepted: bool) -> None:
    """A script is refused exactly when Node 12 does not compile it, and the report says where."""
    report = runner.syntax(source)
    assert report.ok is accepted
    if not accepted:
        assert report.fault is not None
        assert report.fault.name == "SyntaxError"
        assert report.fault.line == 1
        assert report.fault.column is not None
        assert "^" in report.fault.excerpt


MISTAKES = [
    "const x = 1;\nconst x = 2;",
    "let a = ;",
    "if (true) {\n  runAction('a.b');",
    "runAction('a.b', { fields: { a: 1 });",
    "foo(1, 2",
    "var s = 'abc",
    "var s = 'a\nb';",
    "function f( { }",
    "a b",
    "x = {a: 1, b 2}",
    "for (let i = 0; i < 3; i++ { }",
    "const y;",
    "async function f() { await }",
    "function g() { await 1; }",
    "return 5;",
    "\n\n  return 5;",
    "break;",
    "const o = {\n  a: 1\n  b: 2\n};",
    "let let = 1",
    "1 = x",
    "`abc",
    "/* open",
    "class A { constructor() {} constructor() {} }",
    "new.target",
    "super()",
    "var a = 1;; }",
    "const f = (a, a) => 1",
    "'use strict'; with (a) {}",
    "'use strict'; 010",
    "yield => 1; 'use strict'; function* h() { yield = 1 }",
    "x => { return x?.y }",
    "const {a, b = Trigger.c",
    "throw\n1",
    "switch (a) { default: default: }",
    "try { }",
    "({a: 1}) = 2",
    "for (const x of [1]) await x",
    "import fs from 'fs'",
    "export default 1",
    "var enum = 1",
    "0x",
    "1_000_",
    "'\\u{110000}'",
    "a => { } ()",
    "let x = 5 let y = 6",
    "console.log('a' 'b')",
    "const a = [1, 2;",
    "} else {",
    "label: label: 1",
    "continue",
]
"""What authors get wrong, as they write it."""
REFUSED = [row["snippet"] for row in ROWS if row["node12_accepts"] != "True"]


@pytest.mark.parametrize("source", [*REFUSED, *MISTAKES])
def test_a_refusal_says_what_node_12_says_and_where(runner: Runner, node12: Node12, source: str) -> None:
    """The words are Node 12's, the caret stands where Node puts it, in a picture of the line."""
    [(message, place)] = node12.refusals([source])
    fault = runner.syntax(source).fault
    assert fault is not None
    assert (fault.message, [fault.line, fault.column]) == (message, place or [fault.line, fault.column])
    lines = fault.excerpt.splitlines()
    assert any(line.rstrip().endswith("^") for line in lines)


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row["node12_accepts"] != "True"], ids=lambda row: row["feature"]
)
def test_newer_syntax_is_told_to_be_newer(runner: Runner, row: dict[str, str]) -> None:
    """What a newer Node takes is refused with the version from which it works, nothing else is."""
    fault = runner.syntax(row["snippet"]).fault
    assert fault is not None
    is_newer = row["node20_accepts"] == "True" and not row["feature"].startswith("identifier")
    assert ("works from Node" in fault.advice) is is_newer, fault


@pytest.mark.parametrize("source", REFUSED)
def test_a_refused_row_never_runs(runner: Runner, source: str) -> None:
    """Each row that Node 12 refuses ends `refused` with no effect, not even of the lines before it."""
    outcome = runner.run(f"runAction('a.b');\n{source}", context(), lambda call: Reply(status=200))
    assert outcome.end is End.REFUSED
    assert outcome.calls == ()
