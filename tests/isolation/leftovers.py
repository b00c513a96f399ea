"""Processes, zombies, descriptors and threads of this process, counted before and after."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil


def children() -> list[psutil.Process]:
    """The processes that this one has started and that are not reaped, zombies too."""
    return psutil.Process().children(recursive=True)


def workers() -> list[psutil.Process]:
    """The processes that run scripts, oldest first: forked from a child of ours, or our children themselves."""
    mine = psutil.Process().children()
    forked = [one for child in mine if is_nursery(child) for one in _children_of(child)]
    return sorted([*forked, *(child for child in mine if not is_nursery(child))], key=_started)


def _started(process: psutil.Process) -> float:
    try:
        return process.create_time()
    except psutil.NoSuchProcess:
        return 0.0


def _children_of(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children()
    except psutil.NoSuchProcess:  # killed meanwhile
        return []


def nurseries() -> list[psutil.Process]:
    """The processes that workers are forked from."""
    return [child for child in psutil.Process().children() if is_nursery(child)]


def is_nursery(process: psutil.Process) -> bool:
    """Whether workers are forked from it."""
    try:
        return any("runtime.nursery import" in part for part in process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False


def descriptors() -> int:
    """How many descriptors this process holds."""
    return len(list(Path("/proc/self/fd").iterdir()))


def threads() -> set[str]:
    """The names of this process's Python threads."""
    return {thread.name for thread in threading.enumerate()}


def settle(holds: object, seconds: float = 10.0) -> bool:
    """Whether a claim comes true within some seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return bool(holds())  # type: ignore[operator]


def _new(before: set[int]) -> list[psutil.Process]:
    """Those that came since, but for what a process from before has started: a runner that others use keeps spares."""
    return [child for child in children() if child.pid not in before and _parent(child) not in before]


def _parent(process: psutil.Process) -> int | None:
    try:
        return int(process.ppid())
    except psutil.NoSuchProcess:
        return None


@contextmanager
def nothing_left(spare: int = 0) -> Iterator[None]:
    """Fails when more processes or descriptors are there after the block than before it."""
    was_children, was_descriptors = {child.pid for child in children()}, descriptors()
    yield
    assert settle(lambda: not _new(was_children)), f"processes left by {os.getpid()}: {_new(was_children)}"
    assert settle(lambda: descriptors() <= was_descriptors + spare), (was_descriptors, descriptors())
