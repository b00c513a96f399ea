"""The profile `node12` gives a script what plain Node 12 has, and it behaves as there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conformance import corpus, ours
from tests.conformance.differences import PLAIN, explain, same
from tests.conformance.node12 import Node12
from tests.conformance.recording import Job, context
from workbench.runtime.hints import ABSENT, IN_NODE
from workbench.runtime.outcome import Profile
from workbench.runtime.runner import Runner

HERE = Path(__file__).parent
FILES = sorted((HERE / "scripts_node12").glob("*.js"))
CASES: list[str] = json.loads((HERE / "data" / "node12_cases.json").read_text(encoding="utf-8"))
PROBE = """
const cases = %s;
const evaluate = globalThis.eval;
const show = (value) => (Array.isArray(value) ? `[${value.map(show).join()}]` : String(value));
const probe = (source) => {
  try { return show(evaluate(source)); } catch (e) { return `THROWS ${e} ${e.code}`; }
};
console.log(JSON.stringify(cases.map(probe)));
"""


def _plain(script: str) -> Job:
    return Job(script=script, context=context(profile=Profile.NODE12))


@pytest.fixture(scope="module")
def answers(runner: Runner, node12: Node12) -> list[tuple[str, str, str]]:
    job = _plain(PROBE % json.dumps(CASES))
    mine, theirs = (json.loads(made.console[0][1]) for made in (ours.run(runner, job), node12.run(job)))
    return [*zip(CASES, mine, theirs, strict=True)]


@pytest.mark.parametrize("number", range(len(CASES)))
def test_a_probe_gives_what_plain_node_12_gives(answers: list[tuple[str, str, str]], number: int) -> None:
    """Buffer, URL, TextEncoder and TextDecoder give Node 12's values and errors, codes included."""
    source, mine, theirs = answers[number]
    assert source in PLAIN or same(mine, theirs), (source, mine, theirs)


def test_an_excused_probe_does_differ(answers: list[tuple[str, str, str]]) -> None:
    """No row of the table excuses what is not there."""
    excused = [(mine, theirs) for source, mine, theirs in answers if source in PLAIN]
    assert len(excused) == len(PLAIN)
    assert all(mine != theirs for mine, theirs in excused)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_script_does_what_it_does_on_plain_node_12(runner: Runner, node12: Node12, file: Path) -> None:
    """Timers, microtasks and immediates run in Node 12's order, whose timers take their time."""
    job = corpus.job(file, profile=Profile.NODE12)
    told = explain(file.name, ours.run(runner, job), node12.run(job))
    assert not told, told


def test_timers_pass_on_the_runs_own_clock(runner: Runner) -> None:
    """A minute of waiting takes no minute; Date moves with it, and the limit of the run holds for it."""
    script = "const began = Date.now(); setTimeout(() => console.log(Date.now() - began >= 9_000), 9_000);"
    job = Job(script=script, context=context(profile=Profile.NODE12, frozen=False))
    outcome = ours.run_outcome(runner, job)
    assert [line.text for line in outcome.console] == ["true"]
    assert outcome.duration_ms >= 9_000
    assert outcome.parts["simulated"] > 8_000
    late = Job(script=script.replace("9_000", "90_000"), context=job.context)
    assert ours.run_outcome(runner, late).end == "timed out"


@pytest.mark.parametrize("name", sorted(IN_NODE))
def test_a_name_of_node_is_there_or_honestly_absent(runner: Runner, name: str) -> None:
    """In `documented` each is a ReferenceError with a hint; in `node12` each is there, or absent with a hint."""
    for profile, absent in ((Profile.DOCUMENTED, True), (Profile.NODE12, name in ABSENT)):
        outcome = ours.run_outcome(runner, Job(script=f"{name};", context=context(profile=profile)))
        assert (
            outcome.fault is not None and outcome.fault.message == f"ReferenceError: {name} is not defined"
        ) is absent
        assert (len(outcome.hints) == 1 and f"`{name}`" in outcome.hints[0]) is absent
