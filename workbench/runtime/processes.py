"""Worker processes, seen from the parent: how one is started, spoken to and ended.

A worker is forked from a nursery, a process of the pool's own whose engine is warm, where the system and the engine
allow that; elsewhere each is started anew. Both speak the same frames over two pipes and are ended by the same calls.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import select
import socket
import subprocess
import tempfile
import threading
import time
import weakref
from abc import ABC, abstractmethod
from pathlib import Path
from typing import IO, Any

from workbench.errors import EngineError, WorkerError
from workbench.runtime import walls
from workbench.runtime.messages import PEAK, STATUS, Frame, Frames, Violation, check, encode

ROOT = Path(__file__).resolve().parent.parent.parent
START_LIMIT = 30.0
"""Seconds a worker may take to say ready; a tenth of a second is usual."""
END_LIMIT = 2.0
"""Seconds a nursery may take to tell of a worker's end before it is ended itself; a millisecond is usual."""
KILLED = -9
PIPES = 3

BOOT = "import sys; sys.path.append(sys.argv[1]); from workbench.runtime.{module} import main; main(sys.argv[2])"


class Lost(WorkerError):
    """A worker that ended before its run began: the next one may do better."""


class WorkerProcess(ABC):
    """One worker: its two pipes, and how it is ended. Not thread-safe, but for `kill`."""

    def __init__(self, sink: IO[bytes] | io.FileIO, source: IO[bytes] | io.FileIO) -> None:
        self.started = time.monotonic()
        self.has_practised = False
        self.killed_for: str | None = None
        self.layers: dict[str, str] = {}
        self.parts: dict[str, float] = {}
        self.peak: int | None = None  # bytes of memory that it had at most, where that is told with its end
        self._is_ready = False
        self._readying = threading.Lock()
        self._sink = sink
        self._source = source
        self._frames = Frames(source.read)
        _alive.add(self)

    def ready(self) -> None:
        """Wait until it has said ready; safe from several threads.

        Raises:
            EngineError: it said why it cannot be.
            WorkerError: it ended, or was ended, without a word.
            Violation: it said something else.
        """
        with self._readying:
            if self._is_ready:
                if self.exit_code is not None:
                    raise self._lost()
                return
            try:
                frame = self._frames.next()
            except (OSError, ValueError):  # it is buried already
                frame = None
            if frame is None:
                raise self._lost()
            if frame["t"] == "failed":
                raise EngineError(f"The JavaScript engine does not start: {frame.get('why')}")
            if check(frame)["t"] != "ready":
                raise Violation(f"a `{frame['t']}` frame before it was ready")
            if self.exit_code is not None:  # it was ready, and has been killed since
                raise self._lost()
            self.layers = frame["layers"]
            self.parts = {name: float(value) for name, value in frame["parts"].items()}
            self._is_ready = True

    def _lost(self) -> WorkerError:
        if self.killed_for == "deadline":
            return WorkerError(f"A worker process was not ready within {START_LIMIT:g} seconds, and was ended.")
        if self.killed_for == "closed":
            return WorkerError("This runner was closed before a worker process was ready.")
        self.kill("silent")
        return Lost(
            f"A worker process ended before it was ready for a run (exit code {self._wait()})."
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
            self._end()

    def close(self) -> int:
        """Wait for the end of a killed or ended worker, close its pipes; its exit code."""
        code = self._wait()
        self.forget()
        return code

    def forget(self) -> None:
        """Close the pipes and nothing more: in a forked child, the process is not ours to end."""
        for pipe in (self._sink, self._source):
            with contextlib.suppress(OSError):
                pipe.close()

    @property
    def exit_code(self) -> int | None:
        """How it ended, or None."""
        return self.exit_code_within(0.0)

    @abstractmethod
    def exit_code_within(self, seconds: float | None) -> int | None:
        """How it ended, or will have ended in so many seconds (None: however long it takes); else None."""

    @abstractmethod
    def kill_for_sure(self) -> None:
        """End it though it was told to end, and has not ended."""

    @abstractmethod
    def _end(self) -> None: ...

    @abstractmethod
    def _wait(self) -> int: ...


class StartedWorker(WorkerProcess):
    """A worker that was started anew.

    Raises:
        WorkerError: no process could be started.
    """

    def __init__(self, python: str, engine: str) -> None:
        self._folder = _Folder()
        pipe = subprocess.PIPE
        with _no_fork:
            self._process = _start(python, "worker", engine, self._folder, stdin=pipe, stdout=pipe)
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            super().__init__(self._process.stdin, self._process.stdout)

    def kill_for_sure(self) -> None:
        """End it though it was told to end: nothing more can be done than was."""
        self.kill("again")

    def exit_code_within(self, seconds: float | None) -> int | None:
        """How it ended, or will have ended in so many seconds (None: however long it takes); else None."""
        if seconds == 0:
            return self._process.poll()
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def _end(self) -> None:
        self._process.kill()

    def _wait(self) -> int:
        code = self._process.wait()
        self._folder.remove()
        return code


class Nursery:
    """The process from which a pool's workers are forked. Safe from any thread.

    Raises:
        WorkerError: no process could be started.
    """

    def __init__(self, python: str, engine: str) -> None:
        self._folder = _Folder()
        self._numbers = itertools.count(1)
        with _no_fork:
            self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            _alive.add(self)
            with theirs:
                try:
                    nowhere = subprocess.DEVNULL
                    self._process = _start(python, "nursery", engine, self._folder, stdin=theirs, stdout=nowhere)
                except BaseException:
                    self._socket.close()
                    raise

    @property
    def exit_code(self) -> int | None:
        """How it ended, or None; a positive one says that a process with this engine cannot be forked."""
        return self._process.poll()

    def fork(self) -> ForkedWorker:
        """Ask for a worker, which says ready when it is, or ends.

        Raises:
            OSError: the nursery is gone, or there are no descriptors left.
        """
        number = next(self._numbers)
        with _no_fork, contextlib.ExitStack() as left:
            ends = []
            for _ in range(PIPES):
                for end in os.pipe():
                    ends.append(end)
                    left.callback(os.close, end)
            their_source, sink, source, their_sink, told, their_told = ends
            socket.send_fds(self._socket, [_wish(b"f", number)], [their_source, their_sink, their_told])
            left.pop_all()
            for end in (their_source, their_sink, their_told):
                os.close(end)
            return ForkedWorker(self, number, sink, source, told)

    def end(self, number: int) -> None:
        """End one worker now; all, if nobody listens."""
        try:
            self._socket.send(_wish(b"k", number), socket.MSG_DONTWAIT)
        except OSError:
            self.kill()

    def kill(self) -> None:
        """End the nursery and all its workers, whatever they are at."""
        self._process.kill()

    def close(self) -> int:
        """Have the nursery end its workers and itself, and wait for that; its exit code."""
        self._socket.close()
        try:
            code = self._process.wait(END_LIMIT)
        except subprocess.TimeoutExpired:
            self.kill()
            code = self._process.wait()
        self._folder.remove()
        return code

    def forget(self) -> None:
        """Close the socket and nothing more: in a forked child, the process is not ours to end."""
        self._socket.close()


class ForkedWorker(WorkerProcess):
    """A worker that was forked from a nursery, which ends it when asked and tells of its end."""

    def __init__(self, nursery: Nursery, number: int, sink: int, source: int, told: int) -> None:
        super().__init__(io.FileIO(sink, "w"), io.FileIO(source))
        self._nursery = nursery
        self._number = number
        self._told: int | None = told
        self._code: int | None = None
        self._telling = threading.Lock()

    def exit_code_within(self, seconds: float | None) -> int | None:
        """How it ended, or will have ended in so many seconds (None: however long it takes); else None."""
        with self._telling:
            if self._told is None or self._code is not None:
                return self._code
            poll = select.poll()
            poll.register(self._told, select.POLLIN)
            if poll.poll(None if seconds is None else seconds * 1000):
                said = os.read(self._told, STATUS + PEAK)
                self._code = int.from_bytes(said[:STATUS], "big", signed=True) if said else KILLED
                self.peak = int.from_bytes(said[STATUS:], "big") if said else None
            return self._code

    def forget(self) -> None:
        """Close the pipes and nothing more: in a forked child, the process is not ours to end."""
        super().forget()
        if self._told is not None:
            os.close(self._told)
            self._told = None

    def kill_for_sure(self) -> None:
        """End it though it was told to end, and the nursery, which does not listen, with it."""
        if self.exit_code is None:
            self._nursery.kill()

    def _end(self) -> None:
        if self._code is None:
            self._nursery.end(self._number)

    def _wait(self) -> int:
        code = self.exit_code_within(END_LIMIT)
        if code is None:
            self._nursery.kill()
            code = self.exit_code_within(None)
        return KILLED if code is None else code


_alive: weakref.WeakSet[WorkerProcess | Nursery] = weakref.WeakSet()
_no_fork = threading.RLock()
"""Held while pipes are made that another process is to have: a fork of this one would keep their ends open for ever."""


def _after_fork_in_child() -> None:
    for process in list(_alive):
        process.forget()
    _alive.clear()
    _no_fork.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_no_fork.acquire, after_in_parent=_no_fork.release, after_in_child=_after_fork_in_child)


def _wish(kind: bytes, number: int) -> bytes:
    return kind + number.to_bytes(8, "big")


class _Folder:
    """An empty folder for a process to stand in; nothing of it stays on disk, however we end."""

    def __init__(self) -> None:
        self.path: str | None = None
        # The first writes a file to see whether it may; folders go further.
        for place in (None, "/tmp", "/var/tmp"):  # noqa: S108
            with contextlib.suppress(OSError):
                self.path = tempfile.mkdtemp(prefix="workbench-worker-", dir=place)
                return

    def remove(self) -> None:
        """Remove it, at once where a folder in use can be (not Windows)."""
        if self.path is not None:
            with contextlib.suppress(OSError):
                os.rmdir(self.path)  # noqa: PTH106
                self.path = None


def _start(python: str, module: str, engine: str, folder: _Folder, **ends: Any) -> subprocess.Popen[bytes]:
    own_group: dict[str, Any] = {"creationflags": 0x200} if os.name == "nt" else {"process_group": 0}
    try:
        return subprocess.Popen(  # noqa: S603  (the Python that we are told to start, and words of ours)
            [python, "-I", "-S", "-c", BOOT.format(module=module), str(ROOT), engine],
            **ends,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd=folder.path or ROOT.anchor,
            env=_environment(),
            close_fds=True,
            **own_group,
        )
    except OSError as error:
        raise not_started(error) from error
    finally:
        folder.remove()


def not_started(error: OSError) -> WorkerError:
    """What to tell of a process that the system did not start."""
    return WorkerError(f"A worker process could not be started ({error}). Is the machine out of memory?")


def _environment() -> dict[str, str]:
    environment = dict(walls.GIVEN)
    if os.name == "nt":
        environment["SYSTEMROOT"] = os.environ.get("SYSTEMROOT", r"C:\Windows")
    return environment
