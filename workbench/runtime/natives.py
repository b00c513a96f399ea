"""What the engine tells only below JavaScript: unhandled rejections and memory that has run out.

Through exported functions of the engine's library, with ctypes; no compiler. The names are those of one build of
SpiderMonkey (136) under the Itanium C++ ABI: Linux and macOS. Where they are not found, `attach` says so, and the
worker goes on without: rejections then go unnoticed, and memory that has run out ends as whatever the engine makes
of it.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from typing import Any

LIBRARIES = ("libmozjs-136a1.so", "libmozjs-136a1.dylib")

_SET_TRACKER = (
    "_ZN2JS34SetPromiseRejectionTrackerCallbackEP9JSContextPFvS1_bNS_6HandleIP8JSObjectEE"
    "NS_29PromiseRejectionHandlingStateEPvES7_"
)
_GET_ID = "_ZN2JS12GetPromiseIDENS_6HandleIP8JSObjectEE"
_GET_RESULT = "_ZN2JS16GetPromiseResultENS_6HandleIP8JSObjectEE"
_GET_GLOBAL = "_ZN2JS19CurrentGlobalOrNullEP9JSContext"
_DEFINE = "_Z17JS_DefinePropertyP9JSContextN2JS6HandleIP8JSObjectEEPKcNS2_INS1_5ValueEEEj"
_SET_PREPARER = "_ZN2js28SetScriptEnvironmentPreparerEP9JSContextPNS_25ScriptEnvironmentPreparerE"
_SET_OOM = "_ZN2JS22SetOutOfMemoryCallbackEP9JSContextPFvS1_PvES2_"

_COLLECT = "_Z5JS_GCP9JSContextN2JS8GCReasonE"
_GET_OPTION = "_Z29JS_GetGlobalJitCompilerOptionP9JSContext19JSJitCompilerOptionPj"
_SET_OPTION = "_Z29JS_SetGlobalJitCompilerOptionP9JSContext19JSJitCompilerOptionj"
_INTERPRETER_AFTER, _BASELINE_AFTER, _ION_AFTER, _ION = 0, 1, 3, 6  # JSJitCompilerOption of this build
_DEFAULTS = {_INTERPRETER_AFTER: 10, _BASELINE_AFTER: 100, _ION_AFTER: 1500, _ION: 1}

REASON_KEY = b"workbench:reason"
"""Where the reason of a rejection stands on the global object, for the moment of telling the sandbox."""
_PLAIN = 0x1  # JSPROP_ENUMERATE: configurable and writable as well

Tracker = ctypes.CFUNCTYPE(
    None, ctypes.c_void_p, ctypes.c_bool, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, use_errno=False
)
OutOfMemory = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)


class Natives:
    """The engine's library and its one context, found by name.

    Raises:
        OSError, AttributeError, ValueError: this is not the build we know.
    """

    def __init__(self, folder: str) -> None:
        names = [name for name in LIBRARIES if os.path.exists(os.path.join(folder, name))]  # noqa: PTH110, PTH118
        if not names:
            raise ValueError("not the build of the engine that we know")
        # Keeps Python's lock in its calls: a collection lets go of texts of Python.
        self.library = ctypes.PyDLL(os.path.join(folder, names[0]))  # noqa: PTH118
        extension = ctypes.CDLL(os.path.join(folder, "pythonmonkey.so"))  # noqa: PTH118
        self.context = ctypes.c_void_p.in_dll(extension, "GLOBAL_CX").value
        self._kept: list[Any] = []

    def function(self, name: str, result: Any, *arguments: Any) -> Any:
        """An exported function with its types."""
        found = getattr(self.library, name)
        found.restype = result
        found.argtypes = list(arguments)
        return found

    def keep(self, callback: Any) -> Any:
        """Hold a callback as long as the engine may call it: for ever."""
        self._kept.append(callback)
        return callback


class Rejections:
    """Which promises are rejected and unhandled, by the engine's own number of each, oldest first."""

    def __init__(self, natives: Natives, told: Callable[[int], None], forgotten: Callable[[int], None]) -> None:
        self._told = told
        self._forgotten = forgotten
        self._pending: dict[int, None] = {}
        pointer = ctypes.c_void_p
        self._id = natives.function(_GET_ID, ctypes.c_uint64, pointer)
        self._result = natives.function(_GET_RESULT, ctypes.c_uint64, pointer)
        self._global = natives.function(_GET_GLOBAL, pointer, pointer)
        self._define = natives.function(
            _DEFINE, ctypes.c_bool, pointer, pointer, ctypes.c_char_p, pointer, ctypes.c_uint
        )
        install = natives.function(_SET_TRACKER, None, pointer, Tracker, pointer)
        install(natives.context, natives.keep(Tracker(self._track)), None)

    def take(self) -> list[int]:
        """The numbers of those unhandled now; they are forgotten here."""
        taken = list(self._pending)
        self._pending.clear()
        return taken

    def _track(self, context: int, _muted: bool, promise: int, state: int, _data: int) -> None:
        number = int(self._id(promise))
        if state != 0:  # handled after all
            if number in self._pending:
                del self._pending[number]
                self._forgotten(number)
            return
        if len(self._pending) >= 10_000:
            return
        value = ctypes.c_uint64(self._result(promise))
        holder = ctypes.c_void_p(self._global(context))
        self._pending[number] = None
        self._define(context, ctypes.byref(holder), REASON_KEY, ctypes.byref(value), _PLAIN)
        self._told(number)


def watch_memory(natives: Natives, exhausted: Callable[[], None]) -> None:
    """Call ``exhausted`` the moment the engine reports that memory has run out, before any script can catch it."""
    install = natives.function(_SET_OOM, None, ctypes.c_void_p, OutOfMemory, ctypes.c_void_p)
    install(natives.context, natives.keep(OutOfMemory(lambda _context, _data: exhausted())), None)


def count_exactly(natives: Natives) -> None:
    """Have every script compiled at once by the compiler that counts right, and never again.

    The optimizing compiler (Ion) loses counts, and a loop that changes compilers on its way counts one round twice.

    Raises:
        AttributeError, ValueError: this is not the build we know.
    """
    get = natives.function(_GET_OPTION, ctypes.c_bool, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(ctypes.c_uint32))
    put = natives.function(_SET_OPTION, None, ctypes.c_void_p, ctypes.c_int, ctypes.c_uint32)
    for option, usual in _DEFAULTS.items():
        value = ctypes.c_uint32()
        if not get(natives.context, option, ctypes.byref(value)) or value.value != usual:
            raise ValueError("not the build of the engine that we know")
    for option in (_INTERPRETER_AFTER, _BASELINE_AFTER, _ION):
        put(natives.context, option, 0)


def tidy(natives: Natives) -> None:
    """Give back the memory that the warm-up has left behind.

    Raises:
        AttributeError: this build or this C library cannot.
    """
    natives.function(_COLLECT, None, ctypes.c_void_p, ctypes.c_int)(natives.context, 0)
    ctypes.CDLL(None).malloc_trim(0)


def end_quietly(natives: Natives) -> None:
    """Let the engine end a script where its debugger cannot even report, at the very end of the stack.

    Without this it ends the whole process there. It asks an object of ours, of a class with one virtual function, to
    set the stage for the report. Ours does nothing, and must not: there is no room left to do it in.
    """
    nothing = ctypes.cast(ctypes.CDLL(None).getpid, ctypes.c_void_p)
    table = natives.keep((ctypes.c_void_p * 1)(nothing))
    preparer = natives.keep(ctypes.c_void_p(ctypes.addressof(table)))
    install = natives.function(_SET_PREPARER, None, ctypes.c_void_p, ctypes.c_void_p)
    install(natives.context, ctypes.addressof(preparer))
