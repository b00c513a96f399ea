"""Work that is only wanted for the newest request: done in the background, after a short quiet, never twice at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Latest:
    """Calls ``work()`` soon after ``ask()``; what is asked meanwhile is answered by one more call.

    Args:
        work: what to do; it looks at what it works on itself, so that it sees the newest. It should not raise.
        quiet: seconds without another ``ask`` before it begins.
    """

    def __init__(self, work: Callable[[], None], *, quiet: float = 0.2) -> None:
        self._work, self._quiet = work, quiet
        self._state = threading.Condition()
        self._asked = 0.0
        self._is_due = False
        self._is_working = False
        self._is_closed = False

    def ask(self, *, now: bool = False) -> None:
        """Have the work done; at once where it is ``now``."""
        with self._state:
            if self._is_closed:
                return
            self._asked = time.monotonic() - (self._quiet if now else 0)
            self._is_due = True
            self._state.notify_all()
            if not self._is_working:
                self._is_working = True
                threading.Thread(target=self._loop, name="workbench latest", daemon=True).start()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until all that was asked for is done (seconds); whether it is."""
        with self._state:
            return self._state.wait_for(lambda: not self._is_working, timeout)

    def close(self) -> None:
        """Do no more."""
        with self._state:
            self._is_closed = True
            self._state.notify_all()

    def _loop(self) -> None:
        while self._next():
            self._work()

    def _next(self) -> bool:
        """Wait for the quiet after the latest request; False where there is no more to do."""
        with self._state:
            while self._is_due and not self._is_closed:
                left = self._asked + self._quiet - time.monotonic()
                if left <= 0:
                    self._is_due = False
                    return True
                self._state.wait(left)
            self._is_working = False
            self._state.notify_all()
            return False
