"""The engine in a process of its own: what it loads, and what it does not."""

from __future__ import annotations

import subprocess
import sys

from workbench.runtime.engine import locate
from workbench.runtime.processes import ROOT

START = """
import sys
sys.path.append(sys.argv[1])
from workbench.runtime.engine import Engine
engine = Engine(sys.argv[2])
"""


def in_a_process(code: str) -> str:
    command = [sys.executable, "-I", "-S", "-c", START + code, str(ROOT), str(locate())]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def test_it_brings_no_part_of_asyncio_that_nothing_here_uses() -> None:
    """Sockets, subprocesses and a parser of Python would be a fifth of the time that a worker takes to start."""
    loaded = in_a_process("print(*sys.modules)").split()
    assert "_asyncio" in loaded
    assert not {"socket", "subprocess", "ssl", "inspect", "ast", "concurrent.futures", "asyncio.tasks"} & set(loaded)


def test_whoever_asks_for_more_gets_the_real_modules() -> None:
    """No stand-in stays behind."""
    names = ("asyncio.events", "asyncio.base_futures", "asyncio.coroutines", "asyncio.locks", "traceback")
    told = in_a_process(
        f"import {', '.join(names)}\n"
        f"print(*(sys.modules[one].__spec__.name for one in {names}), asyncio.Queue.__module__)"
    )
    assert told.split() == [*names, "asyncio.queues"]


def test_a_stray_promise_of_a_script_has_its_future() -> None:
    """A promise that comes out to Python is one of its futures, which the queue of jobs settles."""
    told = in_a_process(
        "given = engine.evaluate('Promise.resolve(42)', 'stray.js')\n"
        "engine.jobs.drain()\n"
        "print(type(given).__module__, given.done() and given.result())"
    )
    assert told.split() == ["_asyncio", "42.0"]
