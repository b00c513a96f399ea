"""Medians of interleaved runs, so that a drifting machine drifts for everyone."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping


def interleaved(tasks: Mapping[str, Callable[[], object]], *, rounds: int, warmup: int = 2) -> dict[str, float]:
    """The median milliseconds of each task, run in turn, round by round."""
    taken: dict[str, list[float]] = {name: [] for name in tasks}
    for index in range(rounds + warmup):
        for name, task in tasks.items():
            began = time.perf_counter()
            task()
            if index >= warmup:
                taken[name].append((time.perf_counter() - began) * 1000)
    return {name: statistics.median(times) for name, times in taken.items()}


def show(label: str, milliseconds: float, note: str = "") -> None:
    """One line of the report."""
    print(f"  {label:<58} {milliseconds:9.2f} ms  {note}")
