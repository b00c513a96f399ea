"""Doing a thing soon: once for all who asked, on another thread, and not after it was stopped."""

from __future__ import annotations

import threading

from workbench.notebook.soon import Soon


def test_many_who_ask_are_served_together() -> None:
    """While it is being done, a hundred more requests make one more time, on a thread that is not the caller's."""
    began, go = threading.Event(), threading.Event()
    threads: list[int] = []

    def work() -> None:
        threads.append(threading.get_ident())
        began.set()
        go.wait(10)

    soon = Soon(work, pause=0)
    soon()
    assert began.wait(10)
    for _ in range(100):
        soon()
    go.set()
    soon.wait(10)
    assert len(threads) == 2
    assert threading.get_ident() not in threads


def test_what_is_asked_for_last_is_always_done() -> None:
    """However requests and work overlap, the last request is followed by work that sees what it is about."""
    seen: list[int] = []
    value = 0

    def work() -> None:
        seen.append(value)

    soon = Soon(work, pause=0)
    for number in range(500):
        value = number
        soon()
    soon.wait(10)
    assert seen[-1] == 499


def test_stopped_it_does_nothing_more() -> None:
    """After `stop` nothing is done, and no thread stays."""
    done: list[int] = []
    soon = Soon(lambda: done.append(1))
    soon.stop()
    soon()
    soon.wait(10)
    assert done == []
    assert soon._thread is None
