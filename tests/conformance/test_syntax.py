"""The gate's verdict equals Node 12's on every row of syntax.csv, on the exact source text."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.conformance import ours
from tests.conformance.node12 import Node12
from tests.conformance.recording import Job, context
from workbench.runtime.outcome import End, Limits, Reply
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


def test_a_refused_row_never_runs(runner: Runner, node12: Node12) -> None:
    """Each row that Node 12 refuses ends `refused` with no effect, each other row starts."""
    told = []
    for row in ROWS:
        source = f"runAction('a.b');\n{row['snippet']}"
        outcome = runner.run(source, context(), lambda call: Reply(status=200), limits=Limits(time_ms=5_000))
        refused = outcome.end is End.REFUSED
        accepted = node12.run(Job(script=source, context=context())).end != "refused"
        if refused is accepted or refused is bool(outcome.calls):
            told.append(f"{row['feature']}: {ours.recording(outcome).lines()}")
    assert not told, "\n".join(told)
