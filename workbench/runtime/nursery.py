"""The process from which workers are forked (Linux): the engine is warm in it, and no script ever runs in it.

Started by `processes` as a worker is, but for its one descriptor: a socket on which the parent asks, in datagrams, for
workers and for their end. ``f`` and a number come with three descriptors, the new worker's source and sink and a pipe
on which this process tells how the worker ended; ``k`` and a number end that worker. When the socket closes, or this
process dies, the workers die: no worker outlives the parent.

A worker starts behind the walls that stood before the engine was loaded, puts up the rest itself, and has nothing of
this process but its memory: warm, and the same for each. What makes the fork safe is in `alone`.
"""

from __future__ import annotations

import _socket  # the sockets alone: the module around them would cost each start 5 ms
import array
import contextlib
import ctypes
import fcntl
import os
import resource
import select
import signal
import sys
import time
from typing import NoReturn

from workbench.runtime import walls
from workbench.runtime.messages import CANNOT_BE_FORKED, PEAK, STATUS
from workbench.runtime.worker import Worker, enclosed, failed

FORK, KILL = b"f", b"k"
NUMBER = 8
"""Bytes of a worker's number."""
PASSED = 3
"""Descriptors that come with the wish for a worker."""
IDLE_MS, BUSY_AFTER = 250, 8
"""How long nobody asks for anything before this process practises, once, for all workers to come; and the number of
workers after which it does so without waiting any longer for such a moment."""
MOST_DESCRIPTORS = 4096
"""The nursery's own limit: no descriptor of it, and so none that a fork has to close, has a number above."""
SIGKILL, DEATH_SIGNAL = 9, 1  # prctl(PR_SET_PDEATHSIG)


class Nursery:
    """Its warm worker, its socket, and the workers that are alive."""

    def __init__(self, worker: Worker, control: int) -> None:
        self._worker = worker
        self._control = _socket.socket(fileno=control)
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)
        self._alive: dict[int, tuple[int, int, int]] = {}  # by handle: number, process id, where its end is told
        self._may_practise = True
        self._forked = 0
        self._pid = os.getpid()
        self._libc = ctypes.CDLL(None)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # ignored, as may be inherited, nobody could be waited for
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, MOST_DESCRIPTORS)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))

    def serve(self) -> NoReturn:
        """Start and end workers as asked, until the parent is gone."""
        while True:
            events = self._poll.poll(IDLE_MS if self._may_practise else None)
            if self._may_practise and (not events or self._forked >= BUSY_AFTER):
                self._may_practise = False
                self._worker.practise()
            for descriptor, _ in events:
                if descriptor in self._alive:
                    self._bury(descriptor)
                elif not self._obey():
                    self._end()

    def _obey(self) -> bool:
        """Do the one thing asked; False when nobody will ask any more."""
        size = array.array("i").itemsize
        try:
            wish, ancillary, _, _ = self._control.recvmsg(1 + NUMBER, _socket.CMSG_SPACE(PASSED * size))
        except OSError:
            return False
        passed = array.array("i")
        for _, _, data in ancillary:
            passed.frombytes(data[: len(data) - len(data) % size])
        number = int.from_bytes(wish[1:], "big")
        kept = self._fork(number, *passed) if wish[:1] == FORK and len(passed) == PASSED else None
        for descriptor in passed:
            if descriptor != kept:
                os.close(descriptor)
        if wish[:1] == KILL:
            for one, pid, _ in self._alive.values():
                if one == number:
                    os.kill(pid, SIGKILL)  # it may have ended, but is not waited for: the number is still its own
        return bool(wish)

    def _fork(self, number: int, source: int, sink: int, told: int) -> int | None:
        """Start a worker; the descriptor to keep, if there is one now."""
        began = time.perf_counter()
        try:
            pid = os.fork()
        except OSError as error:
            failed(sink, error)
            return None
        if pid == 0:
            self._begin(source, sink, began)
        self._forked += 1
        try:
            handle = os.pidfd_open(pid)
        except OSError as error:
            os.kill(pid, SIGKILL)
            os.waitpid(pid, 0)
            failed(sink, error)
            return None
        self._alive[handle] = (number, pid, told)
        self._poll.register(handle, select.POLLIN)
        return told

    def _begin(self, source: int, sink: int, began: float) -> NoReturn:
        """In the new process: keep two descriptors, and serve."""
        try:
            self._libc.prctl(DEATH_SIGNAL, SIGKILL)
            if os.getppid() != self._pid:
                os._exit(1)
            first = walls.STANDARD
            kept = [fcntl.fcntl(one, fcntl.F_DUPFD, first + walls.PIPES) for one in (source, sink)]
            source, sink = (os.dup2(one, first + place) for place, one in enumerate(kept))
            os.closerange(first + walls.PIPES, MOST_DESCRIPTORS)
            self._worker.came_through({"fork": (time.perf_counter() - began) * 1000})
            self._worker.serve(source, sink)
        finally:
            os._exit(1)

    def _bury(self, handle: int) -> None:
        self._poll.unregister(handle)
        os.close(handle)
        _, pid, told = self._alive.pop(handle)
        _, status, used = os.wait4(pid, 0)
        code, peak = os.waitstatus_to_exitcode(status), used.ru_maxrss * 1024
        with contextlib.suppress(OSError):  # nobody may want to know
            os.write(told, code.to_bytes(STATUS, "big", signed=True) + peak.to_bytes(PEAK, "big"))
        os.close(told)

    def _end(self) -> NoReturn:
        for _, pid, _ in self._alive.values():
            os.kill(pid, SIGKILL)
        for _, pid, _ in self._alive.values():
            os.waitpid(pid, 0)
        os._exit(0)


def main(extension: str) -> NoReturn:
    """Start a nursery on this process's stdin; where this engine's process cannot be forked, the exit code says so."""
    control, out, layers = enclosed()
    os.close(out)
    try:
        worker = Worker(extension, layers, alone=True)
        worker.rest()
    except Exception:  # noqa: BLE001  (whatever it is: a worker that is started anew meets it too, and can say it)
        sys.exit(CANNOT_BE_FORKED)
    Nursery(worker, control).serve()
