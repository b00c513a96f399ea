"""Stops a script from inside when its time is up, where it can still be asked at which line it was (Linux, glibc).

A timer of the C library calls the engine's own "please interrupt" on a thread of its own, so without Python's lock, and
the engine calls back on the script's thread at the next loop or call. It is a courtesy, never the guard: a single long
step of the engine cannot be interrupted, and the parent kills the process a moment after the limit in any case.

The timer and the thread behind it are made in the very process that runs the script, since a fork loses both, and
before the last walls stand; arming it is one system call.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable

from workbench.runtime.natives import Natives

_ADD = "_Z23JS_AddInterruptCallbackP9JSContextPFbS0_E"
_REQUEST = "_Z27JS_RequestInterruptCallbackP9JSContext"
CLOCK_MONOTONIC = 1
BY_THREAD = 2  # SIGEV_THREAD

Interrupted = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p)


class Notice(ctypes.Structure):
    """What happens when the timer is due: ``struct sigevent``, padded to its 64 bytes."""

    _fields_ = (
        ("argument", ctypes.c_void_p),
        ("signal", ctypes.c_int),
        ("kind", ctypes.c_int),
        ("function", ctypes.c_void_p),
        ("attributes", ctypes.c_void_p),
        ("padding", ctypes.c_byte * 32),
    )


class Times(ctypes.Structure):
    """An interval and a first time: ``struct itimerspec``."""

    _fields_ = (
        ("every_seconds", ctypes.c_long),
        ("every_nanoseconds", ctypes.c_long),
        ("seconds", ctypes.c_long),
        ("nanoseconds", ctypes.c_long),
    )


class Watchdog:
    """One timer that calls ``expired`` on the script's thread, inside the script, once its time is up.

    Raises:
        OSError, AttributeError: this system has no such timer, or this is not the build of the engine that we know.
    """

    def __init__(self, natives: Natives, expired: Callable[[], None]) -> None:
        self._expired = expired
        self._deadline = float("inf")
        library = ctypes.CDLL(None, use_errno=True)
        if not hasattr(library, "timer_create"):  # before glibc 2.34
            library = ctypes.CDLL("librt.so.1", use_errno=True)
        self._settime = library.timer_settime
        request = natives.function(_REQUEST, None, ctypes.c_void_p)
        add = natives.function(_ADD, ctypes.c_bool, ctypes.c_void_p, Interrupted)
        notice = Notice(argument=natives.context, kind=BY_THREAD, function=ctypes.cast(request, ctypes.c_void_p).value)
        self._timer = ctypes.c_void_p()
        if library.timer_create(CLOCK_MONOTONIC, ctypes.byref(notice), ctypes.byref(self._timer)) != 0:
            raise OSError(ctypes.get_errno(), "no timer")
        if not add(natives.context, natives.keep(Interrupted(self._on_interrupt))):
            raise OSError(0, "the engine takes no interrupt callback")

    def arm(self, seconds: float) -> None:
        """Call ``expired`` in so many seconds, instead of whenever was said before."""
        left = max(seconds, 0.000_001)
        self._deadline = time.monotonic() + left
        whole = int(left)
        times = Times(0, 0, whole, int((left - whole) * 1e9))
        self._settime(self._timer, 0, ctypes.byref(times), None)

    def _on_interrupt(self, _context: int) -> bool:
        """Whether the script may go on: the engine asks at other times as well."""
        if time.monotonic() < self._deadline:
            return True
        self._expired()
        return False
