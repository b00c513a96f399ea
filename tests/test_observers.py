"""Who is told of changes, and that no observer can spoil a change."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import workbench as wb
from workbench.observers import Observers


def test_an_observer_that_fails_spoils_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """The others are told, the change stands, and the error is in the log."""
    heard: list[str] = []
    observers = Observers()
    observers.add(lambda _: 1 / 0)
    stop = observers.add(heard.append)
    observers.tell("x")
    stop()
    stop()
    observers.tell("y")
    assert heard == ["x"]
    assert "ZeroDivisionError" in caplog.text


def test_a_bench_tells_what_changed(make_bench: Callable[..., wb.Bench]) -> None:
    """Users, clock, faults, events and runs are told by name, and the log entry by entry."""
    bench = make_bench()
    heard: list[str] = []
    entries: list[int] = []
    stop = bench.observe(heard.append)
    bench.logs.observe(entries.append)
    user = bench.enable("user-1")
    bench.clock.freeze()
    bench.events.save("cats", "youtube.new_liked_video")
    bench.fire("youtube.new_liked_video")
    user.disable()
    assert heard == ["users", "clock", "events", "runs", "users"]
    assert sorted(entries) == [one.id for one in bench.logs]
    stop()
    bench.clock.run()
    assert len(heard) == 5
