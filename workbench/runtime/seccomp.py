"""A filter on the worker's own system calls (Linux): what a warm engine needs passes, everything else is `EPERM`.

Spec: seccomp(2), bpf. An allow list, so that calls of later kernels are denied as well. Threads of the engine may be
started, processes may not; nothing can be opened, connected, signalled or changed outside this process.
"""

from __future__ import annotations

import ctypes
import errno
import os

# Name: number on x86-64, number on aarch64; the ones that a running script needs most come first.
CALLS = {
    "futex": (202, 98),
    "mprotect": (10, 226),
    "madvise": (28, 233),
    "mmap": (9, 222),
    "munmap": (11, 215),
    "brk": (12, 214),
    "mremap": (25, 216),
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "timer_settime": (223, 110),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101),
    "gettimeofday": (96, 169),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "getrandom": (318, 278),
    "getrusage": (98, 165),
    "sysinfo": (99, 179),
    "membarrier": (324, 283),
    "rseq": (334, 293),
    "set_robust_list": (273, 99),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "rt_sigtimedwait": (128, 137),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    "exit": (60, 93),
    "exit_group": (231, 94),
}
CLONE, CLONE3, PRLIMIT, TGKILL, SECCOMP = (56, 220), (435, 435), (302, 261), (234, 131), (317, 277)
CLONE_THREAD = 0x10000

MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column of the tables, AUDIT_ARCH_*

# struct seccomp_data: the number, the architecture, the instruction pointer, six arguments of 64 bits.
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
LOAD, IF_EQUAL, IF_ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
ALLOW = 0x7FFF0000
DENY = 0x00050000 | errno.EPERM
MISSING = 0x00050000 | errno.ENOSYS  # a libc that hears this of clone3 falls back to clone, whose flags can be read

SET_MODE_FILTER, ALL_THREADS = 1, 1


class Instruction(ctypes.Structure):
    """One step of the filter: ``struct sock_filter``."""

    _fields_ = (
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class Program(ctypes.Structure):
    """The filter: ``struct sock_fprog``."""

    _fields_ = (("length", ctypes.c_uint16), ("steps", ctypes.POINTER(Instruction)))


def program(machine: str, pid: int) -> list[tuple[int, int, int, int]]:
    """The filter's steps for a machine, for the process ``pid``.

    Raises:
        OSError: the system calls of this machine are not known here.
    """
    if machine not in MACHINES:
        raise OSError(errno.ENOSYS, f"the system calls of {machine or 'this machine'} are not known to the workbench")
    column, architecture = MACHINES[machine]
    allowed = (numbers[column] for numbers in CALLS.values())
    return [
        (LOAD, 0, 0, ARCHITECTURE),
        (IF_EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, DENY),
        (LOAD, 0, 0, NUMBER),
        *(step for number in allowed for step in ((IF_EQUAL, 0, 1, number), (RETURN, 0, 0, ALLOW))),
        (IF_EQUAL, 0, 1, CLONE3[column]),
        (RETURN, 0, 0, MISSING),
        *_allow_if(CLONE[column], IF_ANY_BIT, CLONE_THREAD),
        *_allow_if(PRLIMIT[column], IF_EQUAL, 0),
        *_allow_if(TGKILL[column], IF_EQUAL, pid),
        (RETURN, 0, 0, DENY),
    ]


def _allow_if(number: int, test: int, value: int) -> list[tuple[int, int, int, int]]:
    """Steps that decide over one call by its first argument (its lower half: all these arguments are below 2**32)."""
    return [
        (IF_EQUAL, 0, 4, number),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (test, 0, 1, value),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, DENY),
    ]


def install(libc: ctypes.CDLL) -> str:
    """Put the filter around every thread of this process, for good; what it does, in words.

    Raises:
        OSError: this kernel or machine has no such filter.
    """
    machine = "" if os.name == "nt" else os.uname().machine
    steps = program(machine, os.getpid())
    made = (Instruction * len(steps))(*(Instruction(*step) for step in steps))
    filtered = Program(len(steps), made)
    column = MACHINES[machine][0]
    result = libc.syscall(
        ctypes.c_long(SECCOMP[column]),
        ctypes.c_long(SET_MODE_FILTER),
        ctypes.c_long(ALL_THREADS),
        ctypes.byref(filtered),
    )
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number) if result < 0 else f"thread {result} has another filter")
    return f"seccomp on every thread: {len(CALLS) + 3} calls pass, all others are denied"
