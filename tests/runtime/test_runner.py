"""How runs end, whatever the script does, and that the next run is unharmed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from workbench.runtime.outcome import Call, Context, End, Limits, Outcome, Reply
from workbench.runtime.runner import Runner


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    """One runner for the module: each case shows that the one before did no harm."""
    with Runner() as runner:
        yield runner


def run(runner: Runner, script: str, **limits: float) -> tuple[Outcome, list[str]]:
    """The outcome and the steps that were called."""
    called: list[str] = []

    def answer(call: Call) -> Reply:
        called.append(call.step)
        return Reply(status=204)

    return runner.run(script, Context(trigger_id="a.b"), answer, limits=Limits(**{"time_ms": 3_000, **limits})), called


@pytest.mark.parametrize(
    ("script", "end"),
    [
        ("while (true) {}", End.TIMED_OUT),
        ("/(a+)+$/.test('a'.repeat(40) + 'b')", End.TIMED_OUT),
        ("throw null", End.ERROR),
        ("Promise.reject(undefined)", End.REJECTED),
        ("(function deeper() { deeper() })()", End.ERROR),
        ("Promise.reject(1).catch(() => {})", End.OK),
    ],
)
def test_each_end_keeps_what_was_done_before(runner: Runner, script: str, end: End) -> None:
    """The run ends as it should within its limit, the call before it stands, and a run after it is well."""
    outcome, called = run(runner, f"runAction('a.before');\n{script}")
    assert outcome.end is end
    assert called == ["a.before"]
    assert outcome.duration_ms < 3_500
    assert run(runner, "1")[0].end is End.OK


@pytest.mark.parametrize(("script", "end"), [("const = 1", End.REFUSED), ("a ?? b", End.REFUSED), ("", End.OK)])
def test_what_the_gate_refuses_never_runs(runner: Runner, script: str, end: End) -> None:
    """Syntax that Node 12 does not compile is refused with its place; an empty script is fine."""
    outcome, _ = run(runner, script)
    assert outcome.end is end
    assert (outcome.fault is not None and outcome.fault.line == 1) == (end is End.REFUSED)


def test_a_million_console_lines_are_cut_and_marked(runner: Runner) -> None:
    """The run ends ok; the console is cut at its limit and says so."""
    outcome, _ = run(runner, "for (let i = 0; i < 1e6; i++) console.log('line', i)", time_ms=10_000)
    assert outcome.end is End.OK
    assert outcome.console_cut
    assert len(outcome.console) <= Limits().console_lines


@pytest.mark.parametrize("name", ["python", "require", "XMLHttpRequest", "pmEval", "process", "fetch"])
def test_what_ifttt_does_not_document_is_not_there(runner: Runner, name: str) -> None:
    """No bridge to Python, no modules, no network in the realm."""
    outcome, _ = run(runner, f"console.log(typeof {name})")
    assert outcome.console[0].text == "undefined"


def test_promises_that_nobody_awaits_are_waited_for(runner: Runner) -> None:
    """A chain of calls that the script does not await still runs to its end."""
    outcome, called = run(runner, "runAction('a.x').then(() => runAction('a.y')).then(() => runAction('a.z'))")
    assert outcome.end is End.OK
    assert called == ["a.x", "a.y", "a.z"]


def test_the_real_ten_seconds() -> None:
    """With the limit IFTTT has, an endless script is stopped within 250 ms of ten seconds."""
    with Runner(spares=1) as runner:
        outcome = runner.run("while (true) {}", Context(trigger_id="a.b"), lambda _: Reply(status=204))
    assert outcome.end is End.TIMED_OUT
    assert 10_000 <= outcome.duration_ms <= 10_250


def test_the_engine_never_enters_this_process() -> None:
    """Running scripts loads no PythonMonkey into the caller, and closing leaves no process behind."""
    code = (
        "import sys, psutil\n"
        "from workbench.runtime.outcome import *\n"
        "from workbench.runtime.runner import Runner\n"
        "with Runner() as runner:\n"
        "    assert runner.run('1', Context(trigger_id='a.b'), lambda c: Reply(status=204)).end is End.OK\n"
        "assert 'pythonmonkey' not in sys.modules\n"
        "assert not psutil.Process().children(recursive=True)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_half_a_character_in_a_script_is_none(runner: Runner) -> None:
    """Half a surrogate pair cannot stand in a file that Node reads: it is U+FFFD; two halves are one whole."""
    script = "console.log('\ud83d'.charCodeAt(0), '\ud83d\udd12' === String.fromCodePoint(0x1f512))"
    assert [line.text for line in run(runner, script)[0].console] == ["65533 true"]
    assert runner.syntax("'\ud83d'").fault is None


def test_what_is_longer_than_a_worker_takes_is_said(runner: Runner) -> None:
    """A script or an answer of tens of megabytes ends the run in words that name the limit."""
    long = "x" * 33 * 2**20
    script = "performQuery('a.b').then(() => {})"
    ended = [
        runner.run(f"//{long}", Context(trigger_id="a.b"), lambda _: Reply(status=204)),
        runner.run(script, Context(trigger_id="a.b"), lambda _: Reply(status=200, body=long)),
    ]
    for outcome in ended:
        assert outcome.end is End.CRASHED
        assert outcome.fault is not None
        assert "is 33.0 MiB long; it takes 32 MiB at once" in outcome.fault.message
    assert run(runner, "1")[0].end is End.OK
