"""Worker processes, seen from the parent: a few warm spares, a deadline for each at work, and none left behind.

Threads: any thread may check a worker out. One keeper thread a pool starts spares, kills workers whose deadline has
passed and waits for those that have ended; it is started with the first worker and joined by ``close``. It holds the
pool but never the `Runner`, so that a dropped runner can be collected, which closes the pool.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections import deque
from pathlib import Path
from typing import Any

from workbench.errors import EngineError, WorkerError
from workbench.runtime.engine import locate
from workbench.runtime.messages import Frame, Frames, Violation, check, encode
from workbench.runtime.sandbox import BUNDLES

ROOT = Path(__file__).resolve().parent.parent.parent
START_LIMIT = 30.0
"""Seconds a worker may take to say ready; a tenth of a second is usual."""
START_PAUSE = 0.02
"""Seconds a replacement waits when a worker is checked out, so as not to compete with the run that just began."""

ATTEMPTS = 5
"""Workers tried for one run, when each is gone before it has begun."""

PRACTISE_AFTER = 0.25
"""Seconds after its start when a spare that nobody has taken is told to practise: a busy pool's never have to."""

BOOT = "import sys; sys.path.append(sys.argv[1]); from workbench.runtime.worker import main; main(sys.argv[2])"


class _Lost(WorkerError):
    """A worker that ended before its run began: the next one may do better."""


class WorkerProcess:
    """One worker: its process and its two pipes. Not thread-safe, but for `kill`."""

    def __init__(self, python: str, engine: str) -> None:
        self.started = time.monotonic()
        self.has_practised = False
        self.killed_for: str | None = None
        self.layers: dict[str, str] = {}
        self.parts: dict[str, float] = {}
        self._is_ready = False
        self._readying = threading.Lock()
        self._folder = _empty_folder()
        own_group: dict[str, Any] = {"creationflags": 0x200} if os.name == "nt" else {"process_group": 0}
        try:
            self._process = subprocess.Popen(
                [python, "-I", "-S", "-c", BOOT, str(ROOT), engine],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                cwd=self._folder or ROOT.anchor,
                env=_environment(),
                close_fds=True,
                **own_group,
            )
        except OSError as error:
            raise WorkerError(
                f"A worker process could not be started ({error}). Is the machine out of memory?"
            ) from error
        finally:
            self._remove_folder()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._sink = self._process.stdin
        self._source = self._process.stdout
        self._frames = Frames(self._source.read)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def ready(self) -> None:
        """Wait until it has said ready; safe from several threads.

        Raises:
            EngineError: it said why it cannot be.
            WorkerError: it ended, or was ended, without a word.
            Violation: it said something else.
        """
        with self._readying:
            if self._is_ready and self.exit_code is None:
                return
            frame = self._frames.next()
            if frame is None:
                raise self._lost()
            if frame["t"] == "failed":
                raise EngineError(f"The JavaScript engine does not start: {frame.get('why')}")
            if check(frame)["t"] != "ready":
                raise Violation(f"a `{frame['t']}` frame before it was ready")
            self.layers = frame["layers"]
            self.parts = {name: float(value) for name, value in frame["parts"].items()}
            self._is_ready = True

    def _lost(self) -> WorkerError:
        if self.killed_for == "deadline":
            return WorkerError(f"A worker process was not ready within {START_LIMIT:g} seconds, and was ended.")
        if self.killed_for == "closed":
            return WorkerError("This runner was closed before a worker process was ready.")
        self.kill("silent")
        return _Lost(
            f"A worker process ended before it was ready for a run (exit code {self._process.wait()})."
            " Try again; if it stays so, is the machine out of memory?"
        )

    def receive(self) -> Frame | None:
        """The next frame, checked; None when the worker is gone.

        Raises:
            Violation: it broke the protocol.
        """
        try:
            frame = self._frames.next()
        except OSError:
            return None
        return None if frame is None else check(frame)

    def send(self, frame: Frame) -> bool:
        """Write a frame; whether the worker was there to take it."""
        data = memoryview(encode(frame))
        try:
            while data:
                data = data[self._sink.write(data) or 0 :]
        except OSError:
            return False
        return True

    def practise(self) -> None:
        """Have it do, while it waits, what makes its run quicker."""
        self.has_practised = True
        self.send({"t": "practise"})

    def kill(self, why: str) -> None:
        """End it now; safe from any thread, and twice."""
        self.killed_for = self.killed_for or why
        with contextlib.suppress(OSError):
            self._process.kill()

    def close(self) -> int:
        """Wait for the end of a killed or ended worker, close its pipes; its exit code."""
        code = self._process.wait()
        self._remove_folder()
        self.forget()
        return code

    def forget(self) -> None:
        """Close the pipes and nothing more: in a forked child, the process is not ours to end."""
        for pipe in (self._sink, self._source):
            with contextlib.suppress(OSError):
                pipe.close()

    def _remove_folder(self) -> None:
        """Leave nothing on disk, however we end: a folder in use is removed at once where that can be (not Windows)."""
        if self._folder is not None:
            with contextlib.suppress(OSError):
                os.rmdir(self._folder)  # noqa: PTH106
                self._folder = None

    @property
    def exit_code(self) -> int | None:
        """How it ended, or None."""
        return self._process.poll()


class Pool:
    """Spares kept warm, deadlines kept, the dead buried."""

    def __init__(self, spares: int, python: str) -> None:
        self._spares = spares
        self._python = python
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
        self._starting = 0
        self._start_after = 0.0
        self._failed: Exception | None = None
        self._is_closed = False
        self._keeper: threading.Thread | None = None

    def warm(self) -> None:
        """Have the spares started in the background."""
        with self._changed:
            self._begin()
            self._changed.notify_all()

    def wait_warm(self) -> None:
        """Return when all spares are ready to run."""
        for _ in range(ATTEMPTS - 1):
            with contextlib.suppress(_Lost):
                return self._wait_warm()
        return self._wait_warm()

    def _wait_warm(self) -> None:
        with self._changed:
            self._begin()
            self._changed.notify_all()
            self._changed.wait_for(
                lambda: len(self._warm) >= self._spares or self._failed or self._is_closed, START_LIMIT
            )
            workers = list(self._warm)
            self._practise(before=float("inf"))
        for worker in workers:
            self.limit(worker, time.monotonic() + START_LIMIT)
            try:
                worker.ready()
            except BaseException:
                self._bury_spare(worker)
                raise
            with self._changed:
                if worker in self._warm:  # else a run has taken it meanwhile, and its deadline is the run's
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
            with contextlib.suppress(_Lost):
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
            return self._ready(worker or WorkerProcess(self._python, self._engine))
        finally:
            with self._changed:
                self._start_after = min(self._start_after, time.monotonic() + START_PAUSE)
                self._changed.notify_all()

    def _ready(self, worker: WorkerProcess) -> WorkerProcess:
        self.limit(worker, time.monotonic() + START_LIMIT)
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

    def after_fork(self) -> None:
        """In a forked child: the parent's workers are the parent's; begin anew."""
        for worker in [*self._warm, *self._at_work, *self._dead]:
            worker.forget()
        self._reset()

    def _begin(self) -> None:
        if self._is_closed:
            raise WorkerError("This runner is closed. Make a new one.")
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
        due = [deadline for worker, deadline in self._at_work.items() if worker.killed_for is None]
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
            worker = WorkerProcess(self._python, self._engine)
        except Exception as error:  # noqa: BLE001  (whoever checks out next gets it, from their own attempt)
            with self._changed:
                self._failed = error
                self._changed.notify_all()
            return
        with self._changed:
            self._warm.append(worker)
            self._changed.notify_all()


def _empty_folder() -> str | None:
    """A folder of its own for a worker to stand in; None where there is no room for one."""
    for place in (None, "/tmp", "/var/tmp"):  # noqa: S108  (the first writes a file to see whether it may; folders go further)
        with contextlib.suppress(OSError):
            return tempfile.mkdtemp(prefix="workbench-worker-", dir=place)
    return None


def _environment() -> dict[str, str]:
    environment = {"TZ": "UTC", "LC_ALL": "C.UTF-8"}
    if os.name == "nt":
        environment["SYSTEMROOT"] = os.environ.get("SYSTEMROOT", r"C:\Windows")
    return environment


_pools: weakref.WeakSet[Pool] = weakref.WeakSet()


def _after_fork() -> None:
    for pool in list(_pools):
        pool.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)

DEFAULT_PYTHON = sys.executable
