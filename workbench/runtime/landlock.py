"""Landlock around the worker (Linux 5.13 and later): no file is written or executed, no TCP, no signal to others.

Spec: landlock(7). A ruleset without a single rule: whatever it names is denied everywhere. It holds for threads started
later, so it is put up before the engine starts its own.
"""

from __future__ import annotations

import ctypes
import os

CREATE_RULESET, RESTRICT_SELF = 444, 446
GET_VERSION = 1

EXECUTE, WRITE_FILE = 1 << 0, 1 << 1
REMOVE_AND_MAKE = sum(1 << bit for bit in range(4, 13))
# What later versions of the interface know on top: moving between folders, truncating, ioctl on devices.
LATER = {2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
BIND_AND_CONNECT_TCP, SINCE_NET = 0b11, 4
SCOPE_SOCKETS_AND_SIGNALS, SINCE_SCOPE = 0b11, 6


class Ruleset(ctypes.Structure):
    """``struct landlock_ruleset_attr``."""

    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scope", ctypes.c_uint64))


def ruleset(version: int) -> Ruleset:
    """All that a version of the interface can deny, but for reading: the engine still has to be loaded."""
    files = EXECUTE | WRITE_FILE | REMOVE_AND_MAKE | sum(bit for since, bit in LATER.items() if version >= since)
    network = BIND_AND_CONNECT_TCP if version >= SINCE_NET else 0
    return Ruleset(files, network, SCOPE_SOCKETS_AND_SIGNALS if version >= SINCE_SCOPE else 0)


def install(libc: ctypes.CDLL) -> str:
    """Restrict this thread and all that it starts, for good; what that does, in words.

    Raises:
        OSError: this kernel has no Landlock, or it is switched off.
    """
    version = _call(libc, CREATE_RULESET, None, 0, GET_VERSION)
    rules = ruleset(version)
    size = 8 if version < SINCE_NET else 16 if version < SINCE_SCOPE else 24
    descriptor = _call(libc, CREATE_RULESET, ctypes.byref(rules), size, 0)
    try:
        _call(libc, RESTRICT_SELF, descriptor, 0)
    finally:
        os.close(descriptor)
    denied = ["writing", "executing"]
    denied += ["TCP"] if rules.network else []
    denied += ["signals to others"] if rules.scope else []
    return f"version {version}: no {', no '.join(denied)}"


def _call(libc: ctypes.CDLL, number: int, *arguments: object) -> int:
    result = int(libc.syscall(ctypes.c_long(number), *(_wide(argument) for argument in arguments)))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def _wide(argument: object) -> object:
    return ctypes.c_long(argument) if isinstance(argument, int) else argument
