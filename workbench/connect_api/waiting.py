"""Waits, from sync code, for what async responders return: one event loop on one thread, started when needed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable
from typing import Any

from workbench.errors import UsageError


class LoopThread:
    """An event loop on a thread of its own. ``_lock`` guards starting and ending it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def wait_for(self, awaitable: Awaitable[Any]) -> Any:
        """The result of an awaitable; never call it on the loop's own thread."""

        async def result() -> Any:
            return await awaitable

        return asyncio.run_coroutine_threadsafe(result(), self._running()).result()

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._is_closed:
                raise UsageError("The emulator is closed; make a new bench.")
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=self._run, args=(self._loop,), name="workbench responders", daemon=True
                )
                self._thread.start()
            return self._loop

    @staticmethod
    def _run(loop: asyncio.AbstractEventLoop) -> None:
        try:
            loop.run_forever()
            tasks = asyncio.all_tasks(loop)
            for task in tasks:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
            loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            loop.close()

    def close(self) -> None:
        """End the loop and join its thread; what still runs on it is cancelled. Safe to call twice."""
        with self._lock:
            self._is_closed = True
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is not None and thread is not None:
            loop.call_soon_threadsafe(loop.stop)
            if thread is not threading.current_thread():
                thread.join()
