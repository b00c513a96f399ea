"""Isolated runs: a process of its own for each script, against a Node.js 12 process for each script.

The rival loads the same moment with the same zones, makes the same user's time, and runs the same script with stubs.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil

import workbench as wb
from tests.benchmarks.first_loop import NODE12, write_rival
from tests.benchmarks.timing import show
from workbench.runtime.engine import locate
from workbench.runtime.outcome import Call, Context, Reply
from workbench.runtime.processes import ROOT, WorkerProcess
from workbench.runtime.runner import Runner

SCRIPT = wb.Connection.sample("liked-video-to-sms").script or ""
ITEMS = [{"title": f"Video {n}", "url": f"https://example.com/v/{n}"} for n in (1, 2, 3)]
ROUNDS = 15
SUSTAINED_SECONDS = 6.0

# What a worker cannot do without, alone: the engine, moment with its zones, the parser of the gate.
DEMANDED = (
    "import sys, os; sys.path.append(sys.argv[1]); from workbench.runtime import sandbox\n"
    "from workbench.runtime.engine import Engine\n"
    "engine = Engine(sys.argv[2])\n"
    "sandbox.build_on(engine.evaluate)\n"
    "os._exit(0)\n"
)


def measure() -> None:
    """Print the warm and the cold run, memory, throughput and the parts of a worker's start, each beside its rival."""
    with tempfile.TemporaryDirectory() as folder:
        script = write_rival(Path(folder), SCRIPT)

        def node() -> None:
            subprocess.run([NODE12, script], check=True)

        _warm(node)
        _cold(node)
        _sustained(node)
    _start()


def _run(runner: Runner, *, coverage: bool = False) -> dict[str, float]:
    context = Context(
        trigger_id="youtube.new_liked_video",
        ingredients={"title": "Hello", "url": "https://example.com/v/1"},
        timezone="Europe/Paris",
        now_ms=time.time() * 1000,
        coverage=coverage,
    )
    outcome = runner.run(SCRIPT, context, _answer)
    assert outcome.end == "ok", outcome
    return outcome.parts


def _answer(call: Call) -> Reply:
    return Reply(status=200, body={"type": "list", "data": ITEMS}) if call.kind == "query" else Reply(status=204)


def _timed(task: Callable[[], object]) -> float:
    began = time.perf_counter()
    task()
    return (time.perf_counter() - began) * 1000


def _warm(node: Callable[[], None]) -> None:
    plain, covered, theirs, parts = [], [], [], []
    with Runner() as runner:
        _run(runner)
        for _ in range(ROUNDS):
            _rest(runner)
            plain.append(_timed(lambda: parts.append(_run(runner))))
            _rest(runner)
            covered.append(_timed(lambda: _run(runner, coverage=True)))
            theirs.append(_timed(node))
        _rest(runner)
        nursery = psutil.Process().children()
        memory = [one.memory_full_info() for parent in nursery for one in parent.children()]
    mine, rival, counted = (statistics.median(times) for times in (plain, theirs, covered))
    show("a warm run, four calls", mine, "aim: 8 ms")
    middle = parts[plain.index(sorted(plain)[ROUNDS // 2])]
    for name, milliseconds in middle.items():
        show(f"    {name}", milliseconds)
    show("node12 script.js, same moment, stubs", rival, f"we are {rival / mine:.1f}x as fast; aim: 8x")
    show("a warm run with coverage", counted, f"{counted / mine:.2f}x the plain run; above 1.3x it is asked for")
    for what in ("rss", "pss", "uss"):
        size = max(getattr(one, what) for one in memory) / 1e6
        print(f"  {f'memory of a spare worker, {what.upper()}':<58} {size:9.1f} MB  aim: under 45 MB")


def _rest(runner: Runner) -> None:
    """As when a person fires an event: the spares are there, and have had the time to practise."""
    runner.warm()
    time.sleep(0.15)


def _cold(node: Callable[[], None]) -> None:
    mine, theirs = [], []
    for _ in range(7):
        runner = Runner()
        mine.append(_timed(lambda runner=runner: _run(runner)))  # type: ignore[misc]
        runner.close()
        theirs.append(_timed(node))
    ours, rival = statistics.median(mine), statistics.median(theirs)
    show("a cold first run: nothing started before", ours, f"{ours / rival:.1f}x a cold Node 12 process; aim: 2.5x")


def _sustained(node: Callable[[], None]) -> None:
    cores = os.cpu_count() or 1
    with Runner(spares=cores + 1) as runner:
        _run(runner)
        ours = _a_second(lambda: _run(runner), cores)
    rival = _a_second(node, cores)
    print(f"  {f'isolated runs a second, {cores} at once':<58} {ours:9.1f} /s")
    print(
        f"  {'cold Node 12 processes a second, as many at once':<58} {rival:9.1f} /s  we: {ours / rival:.2f}x; aim: 1x"
    )


def _a_second(task: Callable[[], object], threads: int) -> float:
    done = 0
    lock = threading.Lock()
    end = time.perf_counter() + SUSTAINED_SECONDS

    def work() -> None:
        nonlocal done
        while time.perf_counter() < end:
            task()
            with lock:
                done += 1

    began = time.perf_counter()
    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return done / (time.perf_counter() - began)


def _start() -> None:
    engine = str(locate())
    bare = [sys.executable, "-I", "-S", "-c"]
    python, demanded, forked, anew = [], [], [], []
    with Runner(spares=0) as runner, Runner(spares=0, forks=False) as slow:
        _started(runner)  # and the process to fork from with it
        for _ in range(9):
            python.append(_timed(lambda: subprocess.run([*bare, "pass"], check=True)))
            demanded.append(_timed(lambda: subprocess.run([*bare, DEMANDED, str(ROOT), engine], check=True)))
            forked.append(_started(runner))
            anew.append(_started(slow))
    least = statistics.median(demanded)
    show("python, engine, moment and gate loaded, nothing more", least, "what cannot be done without")
    show("    python alone", statistics.median(python))
    for what, starts in (("forked from a warm process", forked), ("started anew", anew)):
        whole = statistics.median(milliseconds for milliseconds, _ in starts)
        show(f"a worker's start, {what}", whole, f"{whole / least:.2f}x what cannot be done without; aim: 1x")
        for name in starts[0][1]:
            show(f"    {name}, in the worker", statistics.median(parts[name] for _, parts in starts))


def _started(runner: Runner) -> tuple[float, dict[str, float]]:
    began = time.perf_counter()
    worker: WorkerProcess = runner._pool.check_out()
    milliseconds = (time.perf_counter() - began) * 1000
    runner._pool.bury(worker)
    return milliseconds, worker.parts
