"""A real worker in which Python code tries to break out when the test sends SIGUSR1.

Started in place of Python (`Runner(python=…)`): arguments as a worker gets them, or the process that workers are forked
from. The handler is set before the worker begins, and runs on the worker's main thread while it waits for its run, so
with every wall in place. What it found leaves as a console line on the worker's own pipe, and so stands first in the
outcome of the run that follows. All that it uses is imported here, beforehand: behind the walls nothing can be imported
any more.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable

LIBC = ctypes.CDLL(None, use_errno=True)
# Calls that Python has no function for, by number on x86-64 and aarch64.
NUMBERS = {
    "clone": (56, 220),
    "clone3": (435, 435),
    "memfd_create": (319, 279),
    "execveat": (322, 281),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "pidfd_open": (434, 434),
    "io_uring_setup": (425, 425),
    "unshare": (272, 97),
    "bpf": (321, 280),
    "add_key": (248, 217),
    "userfaultfd": (323, 282),
    "perf_event_open": (298, 241),
    "open_tree": (428, 428),
    "openat2": (437, 437),
    "setns": (308, 268),
    "personality": (135, 92),
    "seccomp": (317, 277),
}
COLUMN = 1 if os.uname().machine == "aarch64" else 0


def call(name: str, *arguments: object) -> int:
    """A system call by name; raises what it answers."""
    wide = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    return checked(LIBC.syscall(ctypes.c_long(NUMBERS[name][COLUMN]), *wide))


def checked(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def connect() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as made:
        made.settimeout(1)
        made.connect(("127.0.0.1", int(PORT)))


def connect_local() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as made:
        made.settimeout(1)
        made.connect(UNIX)


def send_datagram() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.sendto(b"x", ("127.0.0.1", int(PORT)))


def listen() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as made:
        made.bind(("127.0.0.1", 0))
        made.listen()


def child(number: int) -> None:
    """What is left of an attempt that made a process: the child goes at once."""
    if number == 0:
        os._exit(0)


def spawn_a_thread_then_a_process() -> None:
    failed: list[OSError] = []

    def work() -> None:
        try:
            child(os.fork())
        except OSError as error:
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]


def open_on_another_thread() -> None:
    failed: list[OSError] = []

    def work() -> None:
        try:
            os.close(os.open(CANARY, os.O_RDONLY))
        except OSError as error:
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]


def raise_a_limit() -> None:
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    except ValueError as error:
        raise OSError(1, str(error)) from error


READ = os.O_RDONLY
ATTEMPTS: dict[str, Callable[[], object]] = {
    "connect": connect,
    "connect locally": connect_local,
    "send a datagram": send_datagram,
    "listen": listen,
    "make a pair of sockets": socket.socketpair,
    "make a pipe": os.pipe,
    "make a netlink socket": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0),
    "write over a file": lambda: os.close(os.open(CANARY, os.O_WRONLY | os.O_TRUNC)),
    "append to a file": lambda: os.close(os.open(CANARY, os.O_RDWR | os.O_APPEND)),
    "create a file here": lambda: os.close(os.open("new", os.O_WRONLY | os.O_CREAT, 0o600)),
    "create a file beside the canary": lambda: os.close(os.open(CANARY + ".new", os.O_WRONLY | os.O_CREAT, 0o600)),
    "truncate a file": lambda: os.truncate(CANARY, 0),
    "remove a file": lambda: os.unlink(CANARY),
    "rename a file": lambda: os.rename(CANARY, CANARY + ".moved"),
    "link a file": lambda: os.link(CANARY, CANARY + ".link"),
    "make a symbolic link": lambda: os.symlink(CANARY, CANARY + ".symlink"),
    "make a folder": lambda: os.mkdir("folder"),
    "change a mode": lambda: os.chmod(CANARY, 0o777),
    "change an owner": lambda: os.chown(CANARY, os.getuid(), -1),
    "change a time": lambda: os.utime(CANARY, (0, 0)),
    "read a file": lambda: os.close(os.open(CANARY, READ)),
    "read a file on another thread": open_on_another_thread,
    "read a file by openat2": lambda: call("openat2", -100, CANARY.encode(), bytes(24), 24),
    "read a file by open_tree": lambda: call("open_tree", -100, CANARY.encode(), 0),
    "read the parent's environment": lambda: os.close(os.open(f"/proc/{PARENT}/environ", READ)),
    "read its own memory as a file": lambda: os.close(os.open("/proc/self/mem", os.O_RDWR)),
    "list a folder": lambda: os.listdir("/"),
    "look at a file": lambda: os.stat(CANARY),
    "change folder": lambda: os.chdir("/"),
    "fork": lambda: child(os.fork()),
    "fork on a thread": spawn_a_thread_then_a_process,
    "fork by clone": lambda: child(call("clone", signal.SIGCHLD, 0, 0, 0, 0)),
    "fork by clone3": lambda: child(call("clone3", (ctypes.c_uint64 * 11)(0, 0, 0, 0, signal.SIGCHLD), 88)),
    "spawn": lambda: os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0),
    "make a file in memory": lambda: call("memfd_create", b"x", 0),
    "execute by descriptor": lambda: call("execveat", 3, b"", 0, 0, 0x1000),
    "signal the parent": lambda: os.kill(PARENT, 0),
    "signal the process that started it": lambda: os.kill(os.getppid(), 0),
    "outlive the process that started it": lambda: checked(LIBC.prctl(1, 0, 0, 0, 0)),
    "signal its group": lambda: os.killpg(0, 0),
    "signal everyone": lambda: os.kill(-1, 0),
    "get a handle of the parent": lambda: call("pidfd_open", PARENT, 0),
    "trace the parent": lambda: call("ptrace", 0x4206, PARENT, 0, 0),  # PTRACE_SEIZE
    "read the parent's memory": lambda: call("process_vm_readv", PARENT, 0, 0, 0, 0, 0),
    "limit the parent": lambda: resource.prlimit(PARENT, resource.RLIMIT_CORE),
    "slow the parent down": lambda: os.setpriority(os.PRIO_PROCESS, PARENT, 19),
    "have the parent signalled": lambda: fcntl.fcntl(3, fcntl.F_SETOWN, PARENT),
    "copy a descriptor": lambda: os.dup(1),
    "raise a limit": raise_a_limit,
    "become another user": lambda: os.setuid(1),
    "change the root": lambda: os.chroot("/"),
    "leave the session": os.setsid,
    "take a namespace of its own": lambda: call("unshare", 0x10000000),
    "enter a namespace": lambda: call("setns", 0, 0),
    "queue work in the kernel": lambda: call("io_uring_setup", 1, bytes(120)),
    "load a program into the kernel": lambda: call("bpf", 0, bytes(64), 64),
    "keep a key in the kernel": lambda: call("add_key", b"user", b"x", b"x", 1, -3),
    "handle its own page faults": lambda: call("userfaultfd", 1),
    "measure the machine": lambda: call("perf_event_open", bytes(112), 0, -1, -1, 0),
    "change its personality": lambda: call("personality", 0x0040000),
    "filter its calls anew": lambda: call("seccomp", 1, 0, 0),
    "use the calls of another architecture": lambda: checked(LIBC.syscall(ctypes.c_long(0x40000000 | 39))),
}
LAST = "execute"


def attempt(action: Callable[[], object]) -> str:
    try:
        action()
    except OSError as error:
        return f"denied: {error}"
    return "done"


def tell(found: dict[str, str]) -> None:
    """Send a console line; the worker's own two pipes are the first descriptors after the standard three."""
    body = json.dumps({"t": "console", "level": "log", "text": json.dumps(found)}).encode()
    os.write(4, len(body).to_bytes(4, "big") + body)


def on_signal(number: int, frame: object) -> None:
    del number, frame
    tell({name: attempt(action) for name, action in ATTEMPTS.items()})
    tell({LAST: attempt(lambda: os.execv("/bin/true", ["true"]))})  # where it works, nobody is left to tell


if __name__ == "__main__":
    CANARY, PORT, UNIX = sys.argv[1:4]
    PARENT = os.getppid()
    root, engine = sys.argv[-2:]
    signal.signal(signal.SIGUSR1, on_signal)
    sys.path.append(root)
    from workbench.runtime import nursery, worker

    (nursery if any("runtime.nursery import" in part for part in sys.argv) else worker).main(engine)
