"""The 189 probes of meaning and the 14 of promise order give what Node 12 gives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conformance import ours
from tests.conformance.differences import PROBES, explain, same
from tests.conformance.node12 import Node12
from tests.conformance.recording import Job, context
from workbench.runtime.runner import Runner

DATA = Path(__file__).parent / "data"
CASES: list[str] = json.loads((DATA / "semantic_cases.json").read_text(encoding="utf-8"))
STORED: list[str] = json.loads((DATA / "semantic_node12.json").read_text(encoding="utf-8"))
MORE = [source for source in PROBES if source not in CASES]
ORDERS: dict[str, str] = json.loads((DATA / "order_cases.json").read_text(encoding="utf-8"))
PROBE = """
const cases = %s;
const evaluate = globalThis.eval;
const probe = (source) => {
  try { return String(evaluate(source)); } catch (e) { return `THROWS ${e}`; }
};
console.log(JSON.stringify(cases.map(probe)));
"""


@pytest.fixture(scope="module")
def answers(runner: Runner) -> dict[str, str]:
    sources = [*CASES, *MORE]
    recording = ours.run(runner, Job(script=PROBE % json.dumps(sources), context=context()))
    assert recording.end == "ok", recording.lines()
    return dict(zip(sources, json.loads(recording.console[0][1]), strict=True))


def test_the_answers_still_are_those_of_node_12(node12: Node12) -> None:
    """The stored answers are those of the Node 12 at hand."""
    assert node12.values(CASES) == STORED


@pytest.mark.parametrize(("source", "expected"), [*zip(CASES, STORED, strict=True)], ids=range(1, len(CASES) + 1))
def test_a_probe_gives_what_node_12_gives(answers: dict[str, str], source: str, expected: str) -> None:
    """An expression's value, as text, is Node 12's."""
    assert source in PROBES or same(answers[source], expected), (answers[source], expected)


def test_an_excused_probe_does_differ(answers: dict[str, str], node12: Node12) -> None:
    """No row of the table excuses what is not there."""
    expected = dict(zip([*CASES, *MORE], [*STORED, *node12.values(MORE)], strict=True))
    assert [source for source in PROBES if answers[source] == expected[source]] == []


@pytest.mark.parametrize("source", [*ORDERS.values()], ids=[*ORDERS])
def test_promise_jobs_run_in_node_12s_order(runner: Runner, node12: Node12, source: str) -> None:
    """Interleaved promise jobs log in Node 12's order."""
    job = Job(script=f"const log = (x) => console.log(x);\n{source}", context=context())
    node = node12.run(job)
    assert len(node.console) > 1
    assert not explain(source, ours.run(runner, job), node)
