"""A real worker in which Python code tries to break out when the test sends SIGUSR1.

Started in place of Python (`Runner(python=…)`): arguments as a worker gets them. The handler is set before the worker
begins, and runs on the worker's main thread while it waits for its run, so with every wall in place. What it found
leaves as a console line on the worker's own pipe, and so stands first in the outcome of the run that follows.
"""

from __future__ import annotations

import fcntl
import json
import os
import resource
import signal
import socket
import stat
import sys
from collections.abc import Callable


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


def write_over() -> None:
    os.close(os.open(CANARY, os.O_WRONLY | os.O_TRUNC))


def append() -> None:
    os.close(os.open(CANARY, os.O_RDWR | os.O_APPEND))


def create_here() -> None:
    os.close(os.open("new", os.O_WRONLY | os.O_CREAT, 0o600))


def create_beside_the_canary() -> None:
    os.close(os.open(CANARY + ".new", os.O_WRONLY | os.O_CREAT, 0o600))


def execute() -> None:
    os.execv("/bin/true", ["true"])


def fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def spawn() -> None:
    os.posix_spawn("/bin/true", ["true"], {})


ATTEMPTS: dict[str, Callable[[], None]] = {
    function.__name__: function
    for function in (
        connect,
        connect_local,
        send_datagram,
        listen,
        write_over,
        append,
        create_here,
        create_beside_the_canary,
        fork,
        spawn,
    )
}


def attempt(action: Callable[[], None]) -> str:
    try:
        action()
    except OSError as error:
        return f"denied: {error}"
    return "done"


def facts() -> dict[str, object]:
    status = dict(line.split(":\t", 1) for line in open("/proc/self/status") if ":\t" in line)  # noqa: PTH123, SIM115
    return {
        "environment": dict(os.environ),
        "folder": os.listdir("."),  # noqa: PTH208
        "no_new_privileges": status["NoNewPrivs"].strip() == "1",
        "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
        "pipes": sorted(kind(number) for number in descriptors()),
    }


def descriptors() -> list[int]:
    return [number for number in range(256) if is_open(number)]


def is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def kind(number: int) -> str:
    mode = os.fstat(number).st_mode
    if stat.S_ISFIFO(mode):
        return "pipe"
    return "device" if stat.S_ISCHR(mode) else "other"


def tell(found: dict[str, object]) -> None:
    text = json.dumps(found)
    body = json.dumps({"t": "console", "level": "log", "text": text}).encode()
    for number in descriptors():
        writes = fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE == os.O_WRONLY
        if kind(number) == "pipe" and writes:
            os.write(number, len(body).to_bytes(4, "big") + body)
            return


def on_signal(number: int, frame: object) -> None:
    del number, frame
    before = facts()
    tell({**before, **{name: attempt(action) for name, action in ATTEMPTS.items()}})
    tell({"execute": attempt(execute)})  # the last: where it works, nobody is left to tell


CANARY, PORT, UNIX = sys.argv[1:4]
if __name__ == "__main__":
    root, engine = sys.argv[-2:]
    signal.signal(signal.SIGUSR1, on_signal)
    sys.path.append(root)
    from workbench.runtime.worker import main

    main(engine)
