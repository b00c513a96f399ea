"""Those who want to hear of changes; each is told on the thread that made the change, so it hands over and returns."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

Stop = Callable[[], None]
"""Ends the telling; safe to call twice."""


class Observers:
    """Who is to be told.

    >>> heard = []
    >>> observers = Observers()
    >>> stop = observers.add(heard.append)
    >>> observers.tell("users")
    >>> stop()
    >>> observers.tell("clock")
    >>> heard
    ['users']
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: tuple[_Call, ...] = ()

    def add(self, call: Callable[..., object]) -> Stop:
        """Tell ``call`` from now on; gives what ends it."""
        one = _Call(call)
        with self._lock:
            self._calls = (*self._calls, one)

        def stop() -> None:
            with self._lock:
                self._calls = tuple(kept for kept in self._calls if kept is not one)

        return stop

    def tell(self, *what: Any) -> None:
        """Tell everyone; an error of one is logged and keeps neither the others nor the change from happening."""
        for one in self._calls:
            try:
                one.call(*what)
            except Exception:  # an observer's fault is not the fault of what it observes
                logging.getLogger("workbench").exception("An observer failed")


class _Call:
    def __init__(self, call: Callable[..., object]) -> None:
        self.call = call
