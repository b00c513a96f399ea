"""What is told of a run that was stopped: out of time, out of memory, or its worker gone."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.runtime.outcome import Fault, Limits
from workbench.runtime.places import excerpt

_CRASHES = {-4, -5, -6, -7, -11}  # SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGSEGV of Linux
_NEARLY_ALL = 0.8
"""The share of its limit that a process has in use when there is none left: not all that it has asked for."""


def timed_out(script: str, limits: Limits, place: Fault | None) -> Fault:
    """The limit passed; ``place`` is where the script was, as far as anyone knows."""
    seconds = f"{limits.time_ms / 1000:g} second{'' if limits.time_ms == 1000 else 's'}"
    if place is None or place.line is None:
        return Fault(name="", message=f"The script did not end within {seconds}.")
    return Fault(
        name="",
        message=f"The script did not end within {seconds}: it was at line {place.line}, column {place.column}.",
        line=place.line,
        column=place.column,
        excerpt=excerpt(script, place.line, place.column),
        stack=place.stack,
        advice=place.advice,
    )


def at_its_loop(script: str, limits: Limits, fault: Fault, loops: Iterable[tuple[int, int, int, int]]) -> Fault:
    """The fault of a script that ran out of time, with the place of the loop where the engine named what preceded it.

    ``loops`` are those of the script's `SyntaxReport`.
    """
    if fault.line is None or fault.column is None:
        return fault
    for from_line, from_column, line, column in loops:
        if (from_line, from_column) <= (fault.line, fault.column) < (line, column):
            stack = fault.stack.replace(f"script.js:{fault.line}:{fault.column}", f"script.js:{line}:{column}", 1)
            return timed_out(script, limits, Fault(name="", message="", line=line, column=column, stack=stack))
    return fault


def out_of_memory(limits: Limits) -> Fault:
    """The memory limit was hit."""
    return Fault(name="", message=f"The script used more than {limits.memory // 2**20} MiB of memory.")


def is_spent(code: int | None, peak: int | None, limits: Limits) -> bool:
    """Whether the worker has crashed because memory had run out.

    The engine can mend that nearly everywhere. Where it cannot (in the midst of a collection, say), its process ends.

    Args:
        code: how the worker ended, if it has.
        peak: the bytes of memory it had at most, where they are known.
        limits: those of the run.
    """
    return code in _CRASHES and peak is not None and peak >= limits.memory * _NEARLY_ALL


def gone(code: int | None) -> Fault:
    """The worker ended by itself, with this exit code."""
    because = "" if code is None else f" (signal {-code})" if code < 0 else f" (exit code {code})"
    return Fault(name="", message=f"The worker process ended unexpectedly{because}.")


def crashed(why: str) -> Fault:
    """The run cannot go on, for a reason of the worker's or ours."""
    return Fault(name="", message=why)
