"""The walls around a script's process, put up by the worker from inside, in three steps; each can only be narrowed.

1. `enclose`, before the engine is loaded: no core dumps, no bytes into files, no new privileges, Landlock.
2. `seal`, when the engine is warm and nothing more has to be opened: no further descriptor, the system-call filter.
3. `limit`, when the run is known: processor time and memory.

A wall that cannot be put up here is reported, never passed over: each step notes ``on: ...`` or ``off: ...`` by name in
the worker's ``layers``, which `wb.isolation` shows. What only Linux has is an extra; the parent's kill, the empty
environment and the checks on every frame stand everywhere.
"""

from __future__ import annotations

import ctypes
import math
import os
import sys
import time
from collections.abc import Callable

from workbench.runtime import landlock, seccomp

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

Layers = dict[str, str]

PROCESSORS = os.cpu_count() or 1  # a sealed worker could not find out
NO_NEW_PRIVILEGES = 38
CAPABILITIES_VERSION, READ_ANY_FILE = 0x20080522, 1 << 2  # capabilities(7), CAP_DAC_READ_SEARCH
GIVEN = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "JIT_OPTION_writeProtectCode": "false"}
"""The environment of a worker.

The last leaves the pages of compiled code writable, as Firefox does in its own walled processes. Else each collection
that discards code has to ask for that, and once memory has run out the answer ends the process in place of the script.
"""
EXPECTED = GIVEN.keys() | {"LC_CTYPE", "PWD", "OLDPWD", "SHLVL", "_", "SYSTEMROOT", "__CF_USER_TEXT_ENCODING"}
"""What an environment made of those variables may hold once a system or a shell in between has added its own."""
STANDARD = 3
PIPES = 2
ONLY_LINUX = "off: only Linux has it"


def enclose(layers: Layers) -> None:
    """Step 1; on the only thread, before anything is loaded that starts others."""
    layers["environment"] = _environment()
    layers["folder"] = _folder()
    layers["process"] = "on: started anew for one run"
    layers["descriptors"] = _descriptors()
    layers["core dumps"] = _limited("CORE", 0, "RLIMIT_CORE is 0")
    layers["file size"] = _limited("FSIZE", 0, "RLIMIT_FSIZE is 0")
    layers["privileges"] = _on_linux(_no_privileges)
    layers["landlock"] = _on_linux(landlock.install)


def came_through(layers: Layers) -> None:
    """In a process that was forked behind step 1: what is its own, looked at again."""
    layers["process"] = "on: forked for one run, from a process that no script enters"
    layers["descriptors"] = _descriptors()


def seal(layers: Layers) -> None:
    """Step 2; after it nothing can be imported, opened or connected any more."""
    layers["open files"] = _limited("NOFILE", 0, "RLIMIT_NOFILE is 0")
    if not sys.platform.startswith("linux"):  # there, the filter tells processes from threads
        layers["processes"] = _limited("NPROC", 0, "RLIMIT_NPROC is 0")
    layers["system calls"] = _on_linux(seccomp.install)


def limit(*, memory: int, seconds: float) -> None:
    """Step 3: ``memory`` bytes of data in all, and ``seconds`` of every processor, with a margin."""
    _limited("DATA", memory, "")
    _limited("CPU", processor_seconds(seconds), "")


def processor_seconds(seconds: float) -> int:
    """The most that all threads of a run of so many seconds can honestly use, from the start of the process."""
    return math.ceil(time.process_time() + (seconds + 1) * PROCESSORS) + 1


def preview() -> Layers:
    """What step 3 will come to, for a report before any run is known."""
    if resource is None:
        return {"memory": "off: not on this system", "processor": "off: not on this system"}
    memory = (
        "on: RLIMIT_DATA, set for each run"
        if sys.platform.startswith("linux")
        else "off: this system does not keep to it"
    )
    return {"memory": memory, "processor": "on: RLIMIT_CPU, set for each run"}


def _limited(name: str, value: int, words: str) -> str:
    if resource is None:
        return "off: not on this system"
    number = getattr(resource, f"RLIMIT_{name}", None)
    if number is None:
        return "off: not on this system"
    _, hard = resource.getrlimit(number)
    narrow = value if hard == resource.RLIM_INFINITY else min(value, hard)
    try:
        resource.setrlimit(number, (narrow, narrow))
    except (OSError, ValueError) as error:
        return f"off: {error}"
    return f"on: {words}"


def _on_linux(install: Callable[[ctypes.CDLL], str]) -> str:
    if not sys.platform.startswith("linux"):
        return ONLY_LINUX
    try:
        return f"on: {install(ctypes.CDLL(None, use_errno=True))}"
    except (OSError, AttributeError) as error:
        return f"off: {getattr(error, 'strerror', None) or error}"


def _no_privileges(libc: ctypes.CDLL) -> str:
    """Give up root's rights, where the worker has them, but for reading its own program; and take no new ones."""
    _succeed(libc.prctl(NO_NEW_PRIVILEGES, *(ctypes.c_ulong(value) for value in (1, 0, 0, 0))))
    header = (ctypes.c_uint32 * 2)(CAPABILITIES_VERSION, 0)
    rights = (ctypes.c_uint32 * 6)()  # twice effective, permitted, inheritable: the lower and the upper 32 rights
    _succeed(libc.capget(header, rights))
    kept = [rights[0] & READ_ANY_FILE, rights[1] & READ_ANY_FILE, 0, 0, 0, 0]
    _succeed(libc.capset(header, (ctypes.c_uint32 * 6)(*kept)))
    return "no capabilities but reading, no_new_privs"


def _succeed(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _environment() -> str:
    strange = sorted(os.environ.keys() - EXPECTED)
    return f"off: {', '.join(strange)[:200]} came along" if strange else "on: cleared"


def _folder() -> str:
    try:
        found = os.listdir()  # noqa: PTH208 - pathlib would cost each worker 5 ms
    except FileNotFoundError:  # removed as soon as the process stood in it
        return "on: gone from the disk"
    except OSError as error:
        return f"off: {error}"
    return f"off: {len(found)} files in it" if found else "on: empty"


def _descriptors() -> str:
    """The first descriptors that are open beyond the three standard ones; the two pipes come right after those."""
    extra = [number for number in range(STANDARD, 64) if _is_open(number)]
    return f"off: {len(extra)} open" if len(extra) > PIPES else "on: its two pipes alone"


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
