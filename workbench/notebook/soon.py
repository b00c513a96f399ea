"""Doing a thing soon, once for all who asked for it meanwhile, on a thread of its own.

What a widget watches calls on any thread, often with a lock of its own held: the widget must hand over and return.
"""

from __future__ import annotations

import threading
from collections.abc import Callable


class Soon:
    """Calls ``call`` soon after it was asked to, at most once in ``pause`` seconds; the thread ends when idle.

    >>> soon = Soon(lambda: print("refreshed"), pause=0)
    >>> soon()
    >>> soon.wait()
    refreshed
    """

    def __init__(self, call: Callable[[], object], *, pause: float = 0.1) -> None:
        self._call, self._pause = call, pause
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_due = False
        self._stopped = threading.Event()

    def __call__(self, *_: object) -> None:
        """Ask for it; returns at once."""
        with self._lock:
            self._is_due = True
            if self._thread is None and not self._stopped.is_set():
                self._thread = threading.Thread(target=self._work, name="workbench soon", daemon=True)
                self._thread.start()

    def wait(self, timeout: float | None = None) -> None:
        """Wait until nothing is due (seconds; None waits as long as it takes)."""
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout)

    def stop(self) -> None:
        """Do it no more."""
        self._stopped.set()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._is_due or self._stopped.is_set():
                    self._thread = None
                    return
                self._is_due = False
            self._call()
            self._stopped.wait(self._pause)
