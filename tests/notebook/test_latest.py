"""Background work for the newest request: it waits for quiet, runs alone, never misses the last, and can be ended."""

from __future__ import annotations

import threading
import time

from workbench.notebook.latest import Latest


def test_many_requests_are_one_piece_of_work() -> None:
    """What is asked in quick succession is done once, after the last."""
    done: list[float] = []
    latest = Latest(lambda: done.append(time.monotonic()), quiet=0.15)
    for _ in range(10):
        latest.ask()
        time.sleep(0.01)
    last = time.monotonic()
    assert latest.wait(10)
    assert len(done) == 1
    assert done[0] >= last + 0.1


def test_what_is_asked_while_it_works_is_done_afterwards_and_alone() -> None:
    """A request during the work leads to one more piece of work, never beside the first."""
    begun, go = threading.Event(), threading.Event()
    at_work, most, done = 0, 0, 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal at_work, most, done
        with lock:
            at_work += 1
            most = max(most, at_work)
        begun.set()
        go.wait(10)
        with lock:
            at_work -= 1
            done += 1

    latest = Latest(work, quiet=0)
    latest.ask()
    assert begun.wait(10)
    latest.ask(now=True)
    latest.ask(now=True)
    go.set()
    assert latest.wait(10)
    assert (most, done) == (1, 2)


def test_closed_it_does_no_more() -> None:
    """After close nothing begins, and waiting ends."""
    done: list[int] = []
    latest = Latest(lambda: done.append(1), quiet=0.2)
    latest.ask()
    latest.close()
    assert latest.wait(10)
    latest.ask(now=True)
    assert done == []
    assert latest.wait(0.01)


def test_no_thread_stays_when_there_is_nothing_to_do() -> None:
    """The thread ends with the work."""
    before = threading.active_count()
    latest = Latest(lambda: None, quiet=0)
    latest.ask()
    assert latest.wait(10)
    until = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.01)
    assert threading.active_count() == before
