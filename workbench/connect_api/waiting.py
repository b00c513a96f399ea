"""Waits: for what async responders return, on one event loop on one thread; and for several things until one time."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import CancelledError, Future
from typing import Any, TypeVar

from workbench.errors import UsageError

T = TypeVar("T")
_CLOSED = "The emulator is closed; make a new bench."


class Deadline:
    """A time that several waits share; None is no end.

    >>> Deadline(None).left is None, Deadline(0).left
    (True, 0.0)
    """

    def __init__(self, seconds: float | None) -> None:
        self._ending = None if seconds is None else time.monotonic() + seconds

    @property
    def left(self) -> float | None:
        """The seconds that are left, from 0."""
        return None if self._ending is None else max(0.0, self._ending - time.monotonic())


class LoopThread:
    """An event loop on a thread of its own. ``_lock`` guards starting and ending it."""

    def __init__(self, name: str = "workbench responders") -> None:
        self._name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._is_closed = False
        self._cleanups: tuple[Callable[[], Coroutine[Any, Any, object]], ...] = ()

    def wait_for(self, awaitable: Awaitable[Any]) -> Any:
        """The result of an awaitable; never call it on the loop's own thread."""

        async def result() -> Any:
            return await awaitable

        try:
            return self.run(result())
        except UsageError:  # closed: nobody will await it
            if isinstance(awaitable, Coroutine):
                awaitable.close()
            raise

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the loop and wait for its result; never call it on the loop's own thread.

        Raises:
            UsageError: the loop was closed, before or meanwhile.
        """
        try:
            return self.start(work).result()
        except CancelledError:
            raise UsageError(_CLOSED) from None

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Run a coroutine on the loop; the future can be waited for from any other thread.

        Raises:
            UsageError: the loop was closed.
        """
        try:
            with self._lock:  # so that nothing is scheduled on a loop that was just ended
                return asyncio.run_coroutine_threadsafe(work, self._running())
        except UsageError:
            work.close()
            raise

    def _running(self) -> asyncio.AbstractEventLoop:
        """The loop, started if it was not; under the lock."""
        if self._is_closed:
            raise UsageError(_CLOSED)
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._run, args=(self._loop,), name=self._name, daemon=True)
            self._thread.start()
        return self._loop

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            loop.run_forever()
            tasks = asyncio.all_tasks(loop)
            for task in tasks:
                task.cancel()
            if tasks:
                loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
            for cleanup in self._cleanups:
                loop.run_until_complete(cleanup())
            loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            loop.close()

    def close(self, *cleanups: Callable[[], Coroutine[Any, Any, object]]) -> None:
        """End the loop and join its thread; what still runs on it is cancelled. Safe to call twice.

        Args:
            *cleanups: run on the loop when nothing else runs on it any more.
        """
        with self._lock:
            self._is_closed = True
            self._cleanups = cleanups
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is not None and thread is not None:
            loop.call_soon_threadsafe(loop.stop)
            if thread is not threading.current_thread():
                thread.join()
