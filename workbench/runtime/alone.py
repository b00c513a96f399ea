"""An engine that needs no threads but its own, so that its process can be forked (Linux, and the build that we know).

The engine hands work to helper threads: parts of a collection, the optimizing compiler, WebAssembly. A fork has only
the thread that forked. What then hangs is not the missing hands, since the engine does itself what nobody has begun,
but the message to them: the C library waits for sleepers that are gone. So nobody is called: the engine is told that
it has zero helpers. The threads it started when it was loaded sleep from then on, and a fork leaves them behind.

Two things cannot do without helpers. `asm.js` is switched off, and runs as the plain JavaScript that it also is. For
WebAssembly the engine has helpers while it compiles: a thread is started for each task, and waited for at once. (The
calling thread cannot be the helper: a task takes away what its thread knew of the engine, and collections need that.)
Such a thread holds Python's lock: a collection may be among the tasks, and lets go of texts of Python.
"""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable

from workbench.runtime.natives import Natives

_SET_HELPERS = "_ZN2JS27SetHelperThreadTaskCallbackEPFvPNS_16HelperThreadTaskEEmm"
_RUN_TASK = "_ZN2JS19RunHelperThreadTaskEPNS_16HelperThreadTaskE"
_ION_ASIDE = "_Z36JS_SetOffthreadIonCompilationEnabledP9JSContextb"
_BASELINE_ASIDE = "_Z41JS_SetOffthreadBaselineCompilationEnabledP9JSContextb"
_OPTIONS = "_ZN2JS17ContextOptionsRefEP9JSContext"
_USUAL_OPTIONS, _ASM_JS, _OFF = b"\x1b\x05\x02\x00", 3, 1
"""The first bytes of `JS::ContextOptions` as this build makes them; the last says whether asm.js is on, which is 0."""

Helper = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
Work = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)

STACK = 256 * 1024
MOST = 8
"""Helpers that there may be at once: a task may begin others, and waits for them."""
REST = 2.0
"""Seconds that the threads of the start may take to fall asleep; a few milliseconds are usual."""


class Alone:
    """Has the engine work without helpers from now on; ``exhausted`` is called where there is no memory for one.

    Raises:
        OSError, AttributeError, ValueError: not on this system, or with this build; nothing is changed then.
    """

    def __init__(self, natives: Natives, exhausted: Callable[[], None]) -> None:
        options = (ctypes.c_ubyte * len(_USUAL_OPTIONS)).from_address(
            natives.function(_OPTIONS, ctypes.c_void_p, ctypes.c_void_p)(natives.context)
        )
        if bytes(options) != _USUAL_OPTIONS:
            raise ValueError("not the build of the engine that we know")
        self._set = natives.function(_SET_HELPERS, None, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t)
        self._exhausted = exhausted
        self._run_task = natives.function(_RUN_TASK, None, ctypes.c_void_p)
        self._work = natives.keep(Work(self._run_task))
        self._libc = ctypes.CDLL(None)
        self._nobody = ctypes.cast(self._libc.getpid, ctypes.c_void_p)  # never called: there are zero of them
        self._somebody = ctypes.cast(natives.keep(Helper(self._help)), ctypes.c_void_p)
        aside = [natives.function(name, None, ctypes.c_void_p, ctypes.c_bool) for name in (_ION_ASIDE, _BASELINE_ASIDE)]
        for switch in aside:
            switch(natives.context, False)
        options[_ASM_JS] = _OFF
        self.compiling(False)

    def compiling(self, begins: bool) -> None:
        """Around each compilation of WebAssembly: its tasks are done as soon as they are there."""
        self._set(*((self._somebody, MOST) if begins else (self._nobody, 0)), STACK)

    def _help(self, task: int) -> None:
        thread = ctypes.c_size_t()
        if self._libc.pthread_create(ctypes.byref(thread), None, self._work, ctypes.c_void_p(task)) != 0:
            self._exhausted()
        self._libc.pthread_join(thread, None)

    def rest(self) -> None:
        """Wait until the threads that were there before sleep, and so hold nothing that a fork would lose.

        Raises:
            OSError: one of them does not.
        """
        until = time.monotonic() + REST
        while busy := [thread for thread in os.listdir("/proc/self/task") if _is_busy(thread)]:  # noqa: PTH208
            if time.monotonic() > until:
                raise OSError(f"{len(busy)} threads of the engine do not rest")
            time.sleep(0.001)


def _is_busy(thread: str) -> bool:
    if int(thread) == os.getpid():
        return False
    with open(f"/proc/self/task/{thread}/stat", encoding="ascii") as file:  # noqa: PTH123
        return file.read().rpartition(")")[2].split()[0] != "S"
