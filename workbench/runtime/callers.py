"""Runs the functions that answer calls: in parallel, on threads of their own, waited for only as long as it helps."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from workbench.runtime.outcome import Reply

MOST_THREADS = 8


class Callers:
    """The threads of one run; made when first needed, ended with the run, never waited for where they are stuck."""

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._threads = 0
        self._idle = 0
        self._lock = threading.Lock()

    def start(self, work: Callable[[], None]) -> None:
        """Have a function called on some thread."""
        with self._lock:
            if self._idle == 0 and self._threads < MOST_THREADS:
                self._threads += 1
                threading.Thread(target=self._serve, name="workbench-call", daemon=True).start()
            else:
                self._idle = max(0, self._idle - 1)
        self._work.put(work)

    def close(self) -> None:
        """Let each thread end when it is free."""
        with self._lock:
            for _ in range(self._threads):
                self._work.put(None)

    def _serve(self) -> None:
        while (work := self._work.get()) is not None:
            work()
            with self._lock:
                self._idle += 1


def answer_with(function: Callable[[], Reply]) -> Reply | BaseException:
    """What a responder's function gives, or what it raised."""
    try:
        return function()
    except BaseException as error:  # noqa: BLE001  (handed to the thread that runs the script, which raises it)
        return error
