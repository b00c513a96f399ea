"""What a worker sends is hostile: every broken or forged frame ends the run as crashed, and never hurts us."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conformance.recording import context
from tests.isolation.fake_worker import HOSTILE
from tests.isolation.leftovers import nothing_left
from workbench.errors import WorkerError
from workbench.runtime import processes
from workbench.runtime.outcome import End, Limits, Outcome, Reply
from workbench.runtime.runner import Runner

FAKE = Path(__file__).parent / "fake_worker.py"


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Outcome]:
    """Runs a script whose worker is the fake in the given mode: a Python of our own choice starts it."""

    def go(mode: str, *, script: str = "1", limit_ms: float = 1_500) -> Outcome:
        python = tmp_path / "python"
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "{FAKE}" "{mode}"\n')
        python.chmod(0o755)
        with Runner(spares=1, python=str(python), forks=False) as runner:
            return runner.run(script, context(), lambda call: Reply(status=200), limits=Limits(time_ms=limit_ms))

    return go


@pytest.mark.parametrize("mode", HOSTILE)
def test_a_hostile_frame_ends_the_run_as_crashed(run: Callable[..., Outcome], mode: str) -> None:
    """Long before its time limit the run is over, as crashed, with a fault that says so, and nothing is left."""
    began = time.monotonic()
    with nothing_left():
        outcome = run(mode, limit_ms=60_000)
    assert outcome.end is End.CRASHED
    assert outcome.fault is not None
    assert outcome.fault.message
    assert time.monotonic() - began < 30


def test_a_silent_worker_times_out_on_time(run: Callable[..., Outcome]) -> None:
    """A worker that says nothing is killed at most 250 ms after the limit."""
    with nothing_left():
        outcome = run("silent", limit_ms=500)
    assert outcome.end is End.TIMED_OUT
    assert outcome.duration_ms <= 750


def test_a_worker_that_stays_after_its_end_is_killed(run: Callable[..., Outcome]) -> None:
    """The end of a run is the end of its worker, whatever the worker does."""
    with nothing_left():
        assert run("good_then_stays").end is End.OK


def test_a_flood_of_stderr_does_not_stop_a_run(run: Callable[..., Outcome]) -> None:
    """What a worker writes to stderr is drained or dropped, never a full pipe."""
    with nothing_left():
        assert run("floods_stderr", limit_ms=10_000).end is End.OK


def test_an_endless_console_is_cut_and_ends_on_time(run: Callable[..., Outcome]) -> None:
    """More lines than the limit are not kept; the run ends at its time limit or before."""
    with nothing_left():
        outcome = run("console_for_ever")
    assert outcome.end in {End.TIMED_OUT, End.CRASHED}
    assert len(outcome.console) <= outcome.limits.console_lines
    assert outcome.duration_ms <= 2_500


def test_endless_calls_are_limited(run: Callable[..., Outcome]) -> None:
    """More calls than the limit are not answered; the run ends at its time limit or before."""
    with nothing_left():
        outcome = run("calls_for_ever")
    assert outcome.end in {End.TIMED_OUT, End.CRASHED}
    assert len(outcome.calls) <= outcome.limits.calls


def test_a_worker_that_reads_nothing_cannot_hold_us(run: Callable[..., Outcome]) -> None:
    """A run that does not fit into the pipe still ends at its limit."""
    with nothing_left():
        outcome = run("reads_nothing", script=f"'{'x' * 20_000_000}'", limit_ms=1_000)
    assert outcome.end in {End.TIMED_OUT, End.CRASHED}
    assert outcome.duration_ms <= 3_000


@pytest.mark.parametrize("mode", ["lies_when_ready", "calls_before_ready"])
def test_a_worker_that_starts_with_something_else_is_an_error_of_ours(run: Callable[..., Outcome], mode: str) -> None:
    """A forged or misplaced first frame gives an error that says so, at once, and nothing is left."""
    with nothing_left(), pytest.raises(WorkerError, match="did not start as it should"):
        run(mode)


@pytest.mark.parametrize("mode", ["dies_before_ready", "never_ready_at_all"])
def test_a_worker_that_is_never_ready_is_an_error_of_ours(
    run: Callable[..., Outcome], mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such a worker gives an error that says so, within the time a start may take, and nothing is left."""
    monkeypatch.setattr(processes, "START_LIMIT", 2.0)
    began = time.monotonic()
    with nothing_left(), pytest.raises(WorkerError, match="ready"):
        run(mode)
    assert time.monotonic() - began < 2.0 + 5


def test_warming_up_a_worker_that_is_never_ready_ends_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`warm` does not wait for ever for a spare that says nothing."""
    monkeypatch.setattr(processes, "START_LIMIT", 1.0)
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "{FAKE}" never_ready_at_all\n')
    python.chmod(0o755)
    with (
        nothing_left(),
        Runner(spares=2, python=str(python), forks=False) as runner,
        pytest.raises(WorkerError, match="ready"),
    ):
        runner.warm()
