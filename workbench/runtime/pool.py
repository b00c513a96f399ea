"""Worker processes, seen from the parent: a few warm spares, a deadline for each at work, and none left behind.

Threads: any thread may check a worker out. One keeper thread a pool starts spares, kills workers whose deadline has
passed and waits for those that have ended; it is started with the first worker and joined by ``close``. It holds the
pool but never the `Runner`, so that a dropped runner can be collected, which closes the pool.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
import weakref
from collections import deque
from pathlib import Path

from workbench.errors import EngineError, WorkerError
from workbench.runtime import processes
from workbench.runtime.engine import locate
from workbench.runtime.messages import CANNOT_BE_FORKED, Violation
from workbench.runtime.processes import Lost, Nursery, StartedWorker, WorkerProcess
from workbench.runtime.sandbox import BUNDLES

CLOSED = "This runner is closed. Make a new one."
FOR_SURE_AFTER = 0.5
"""Seconds after which a worker that was told to end, and has not, is ended with whatever stands in the way."""
START_PAUSE = 0.02
"""Seconds a replacement waits when a worker is checked out, so as not to compete with the run that just began."""

ATTEMPTS = 5
"""Workers tried for one run, when each is gone before it has begun."""

PRACTISE_AFTER = 0.25
"""Seconds after its start when a spare that nobody has taken is told to practise: a busy pool's never have to."""


class Pool:
    """Spares kept warm, deadlines kept, the dead buried."""

    def __init__(self, spares: int, python: str, *, forks: bool) -> None:
        self._spares = spares
        self._python = python
        self._forks = forks and sys.platform == "linux" and hasattr(os, "pidfd_open")
        self._engine = str(locate())
        if not Path(BUNDLES, "moment.js").is_file():
            raise EngineError(
                "The JavaScript bundles are missing. Build them with `python workbench/javascript/hook.py` (needs npm)."
            )
        self._reset()
        _pools.add(self)

    def _reset(self) -> None:
        self._changed = threading.Condition()
        self._warm: deque[WorkerProcess] = deque()
        self._at_work: dict[WorkerProcess, float] = {}
        self._dead: list[WorkerProcess] = []
        self._start_after = 0.0
        self._failed: Exception | None = None
        self._is_closed = False
        self._keeper: threading.Thread | None = None
        self._nursing = threading.Lock()
        self._nursery: Nursery | None = None

    def warm(self) -> None:
        """Have the spares started in the background."""
        with self._changed:
            self._begin()
            self._changed.notify_all()

    def wait_warm(self) -> None:
        """Return when all spares are ready to run."""
        for _ in range(ATTEMPTS - 1):
            with contextlib.suppress(Lost):
                return self._wait_warm()
        return self._wait_warm()

    def _wait_warm(self) -> None:
        with self._changed:
            self._begin()
            self._changed.notify_all()
            self._changed.wait_for(
                lambda: len(self._warm) >= self._spares or self._failed or self._is_closed, processes.START_LIMIT
            )
            workers = list(self._warm)
            self._practise(before=float("inf"))
        for worker in workers:
            with self._changed:
                if worker not in self._warm:  # a run has taken it meanwhile, and its deadline is the run's
                    continue
                mine = worker not in self._at_work
                if mine:
                    self._at_work[worker] = time.monotonic() + processes.START_LIMIT
                    self._changed.notify_all()
            try:
                worker.ready()
            except BaseException:
                self._bury_spare(worker)
                raise
            with self._changed:
                if mine and worker in self._warm:
                    del self._at_work[worker]

    def _bury_spare(self, worker: WorkerProcess) -> None:
        with self._changed:
            if worker not in self._warm:
                return
            self._warm.remove(worker)
        self.bury(worker)

    def check_out(self) -> WorkerProcess:
        """A worker that is ready, for one use; give it to `bury` afterwards.

        One that was killed or has crashed while it waited, or before it was ready, is buried and the next one taken.
        """
        for _ in range(ATTEMPTS - 1):
            with contextlib.suppress(Lost):
                return self._take()
        return self._take()

    def _take(self) -> WorkerProcess:
        with self._changed:
            self._begin()
            worker = self._warm.popleft() if self._warm else None
            # A run that has to wait for its worker has the processors to itself until then.
            self._start_after = float("inf") if worker is None else time.monotonic() + START_PAUSE
            self._failed = None
            self._changed.notify_all()
        try:
            return self._ready(worker or self._new())
        finally:
            with self._changed:
                self._start_after = min(self._start_after, time.monotonic() + START_PAUSE)
                self._changed.notify_all()

    def _new(self) -> WorkerProcess:
        """A worker that has begun to start.

        Raises:
            WorkerError: no process could be started.
        """
        with self._nursing:
            if self._is_closed:
                raise WorkerError(CLOSED)
            while self._forks:
                try:
                    self._nursery = self._nursery or Nursery(self._python, self._engine)
                    return self._nursery.fork()
                except ConnectionError:  # it has ended
                    self._end_nursery()
                except OSError as error:
                    raise processes.not_started(error) from error
        return StartedWorker(self._python, self._engine)

    def _end_nursery(self) -> None:
        nursery, self._nursery = self._nursery, None
        if nursery is not None and nursery.close() == CANNOT_BE_FORKED:
            self._forks = False

    def _ready(self, worker: WorkerProcess) -> WorkerProcess:
        self.limit(worker, time.monotonic() + processes.START_LIMIT)
        try:
            worker.ready()
        except BaseException as error:
            self.bury(worker)
            if isinstance(error, Violation):
                raise WorkerError(f"A worker process did not start as it should: {error}.") from None
            raise
        return worker

    def limit(self, worker: WorkerProcess, deadline: float) -> None:
        """Kill the worker when the monotonic clock shows ``deadline``."""
        with self._changed:
            if self._is_closed:
                worker.kill("closed")
            earlier = deadline < self._at_work.get(worker, float("inf"))
            self._at_work[worker] = deadline
            if earlier:
                self._changed.notify_all()

    def bury(self, worker: WorkerProcess) -> None:
        """Take a used worker back: it is killed, and waited for in the background."""
        worker.kill("used")
        with self._changed:
            self._at_work.pop(worker, None)
            if self._keeper is not None:
                self._dead.append(worker)
                self._start_after = 0.0
                self._changed.notify_all()
                return
        worker.close()

    def close(self) -> None:
        """End every worker and the keeper; safe twice."""
        with self._changed:
            self._is_closed = True
            keeper, self._keeper = self._keeper, None
            for worker in self._at_work:
                worker.kill("closed")
            self._changed.notify_all()
        if keeper is not None and keeper is not threading.current_thread():
            keeper.join()
        with self._changed:
            rest = [*self._warm, *self._dead]
            self._warm.clear()
            self._dead.clear()
        for worker in rest:
            worker.kill("closed")
        for worker in rest:
            worker.close()
        with self._nursing:
            self._end_nursery()

    def after_fork(self) -> None:
        """In a forked child: the parent's workers are the parent's; begin anew."""
        self._reset()

    def _begin(self) -> None:
        if self._is_closed:
            raise WorkerError(CLOSED)
        if self._keeper is None:
            self._keeper = threading.Thread(target=self._keep, name="workbench-keeper", daemon=True)
            self._keeper.start()

    # --- the keeper thread --------------------------------------------------------------------------------------------

    def _keep(self) -> None:
        while True:
            with self._changed:
                if self._is_closed:
                    return
                now = time.monotonic()
                for worker, deadline in self._at_work.items():
                    if deadline <= now and worker.killed_for is None:
                        worker.kill("deadline")
                    elif deadline + FOR_SURE_AFTER <= now:
                        worker.kill_for_sure()
                for worker in [spare for spare in self._warm if spare.exit_code is not None]:
                    self._warm.remove(worker)
                    self._at_work.pop(worker, None)
                    self._dead.append(worker)
                self._practise(before=now - PRACTISE_AFTER)
                dead, self._dead = self._dead, []
                wanted = len(self._warm) < self._spares and self._failed is None
                start = wanted and not dead and now >= self._start_after
                if not dead and not start:
                    self._changed.wait(self._pause(now, waits_to_start=wanted))
                    continue
            for worker in dead:
                worker.close()
            if start:
                self._start_spare()

    def _pause(self, now: float, *, waits_to_start: bool) -> float | None:
        due = [
            deadline if worker.killed_for is None else max(deadline + FOR_SURE_AFTER, now + START_PAUSE)
            for worker, deadline in self._at_work.items()
        ]
        due += [spare.started + PRACTISE_AFTER for spare in self._warm if not spare.has_practised]
        if waits_to_start:
            due.append(self._start_after)
        first = min(due, default=float("inf"))
        return max(0.0, first - now) if first < float("inf") else None

    def _practise(self, *, before: float) -> None:
        """Have the spares that started before a moment practise, once each."""
        for spare in self._warm:
            if not spare.has_practised and spare.started <= before:
                spare.practise()

    def _start_spare(self) -> None:
        try:
            worker = self._new()
        except Exception as error:  # noqa: BLE001  (whoever checks out next gets it, from their own attempt)
            with self._changed:
                self._failed = error
                self._changed.notify_all()
            return
        with self._changed:
            self._warm.append(worker)
            self._changed.notify_all()


_pools: weakref.WeakSet[Pool] = weakref.WeakSet()


def _after_fork() -> None:
    for pool in list(_pools):
        pool.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)

DEFAULT_PYTHON = sys.executable
