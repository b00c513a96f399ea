"""The process that runs one script: warms up, waits for a script, runs it, says how it ended, and is gone.

Started by `processes` as ``python -I -S -c "..." ENGINE`` in an empty folder with an empty environment, or forked from
such a process that has warmed up already (`nursery`). Frames come and go over what were stdin and stdout; both, and
stderr, are pointed elsewhere before the engine is loaded. What stands between the script and the machine is in `walls`;
after the warm-up nothing can be imported or opened any more.

The order of a run follows Node 12: the script; all promise jobs; then one reply or timer at a time, with all promise
jobs after each. The parent owns the clock: when nothing is left to run, the worker says `idle`, and the parent says
which reply or timer comes next, and how much simulated time has passed until then.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import time
from typing import Any, NoReturn

from workbench.runtime import sandbox, walls
from workbench.runtime.alone import Alone
from workbench.runtime.engine import Engine
from workbench.runtime.messages import MAX_BODY_DEPTH, MAX_FAULTS, MAX_STEP, Frame, Frames, depth_of, encode
from workbench.runtime.natives import (
    REASON_KEY,
    Natives,
    Rejections,
    count_exactly,
    end_quietly,
    tidy,
    watch_memory,
)
from workbench.runtime.watchdog import Watchdog

SCRIPT = "script.js"
PROBE = "workbench:probe"
_PLACE = re.compile(r"Error in file script\.js, on line (\d+), column (\d+):")
TERMINATED = "did not set an exception"
"""What the engine's wrapper says of a script that the engine has ended: at the end of its stack (`end_quietly`)."""
OUT_OF_MEMORY = ("out of memory", "allocation size overflow in native code")


class Worker:
    """One engine, one script."""

    def __init__(self, extension: str, layers: walls.Layers, *, alone: bool = False) -> None:
        """Warm up; ``alone`` demands an engine that has no need of other threads, whose process can be forked.

        Raises:
            EngineError: the engine cannot be used here.
            OSError, AttributeError, ValueError: it cannot work alone.
        """
        self._sink = -1
        self._frames = Frames(lambda _count: b"")
        self._script = ""
        self._free: list[str] = []
        self._thrown_at: tuple[int, int] | None = None
        self._limits: dict[str, Any] = {}
        self._calls = 0
        self._sent = 0
        self._unanswered = 0
        self._timers: list[float] = []
        self._texts: list[Any] = []
        self._failed: dict[str, Any] | None = None
        self._node12 = sandbox.bundle("node12")
        self._console = [0, 0]
        self._console_cut = False
        self._layers = layers
        self._probe: str | None = None
        self._has_practised = self._is_copy = False
        self._rejections: Rejections | None = None
        self._watchdog: Watchdog | None = None
        self._natives: Natives | None = None
        self._alone: Alone | None = None
        began = time.perf_counter()
        self._engine = Engine(extension)
        loaded = time.perf_counter()
        try:
            self._natives = Natives(os.path.dirname(extension))  # noqa: PTH120
            self._alone = Alone(self._natives, self._exhausted)
        except (OSError, AttributeError, ValueError):
            if alone:
                raise
        self._counters = self._open_counters()
        self._door = self._open_sandbox()
        self._door("warm")
        self._attach_natives(os.path.dirname(extension))  # noqa: PTH120
        self.parts = {"engine": (loaded - began) * 1000, "sandbox": (time.perf_counter() - loaded) * 1000}

    def serve(self, source: int, sink: int) -> NoReturn:
        """Put up the last walls, say ready, do the one thing asked, and leave the process."""
        began = time.perf_counter()
        self._sink = sink
        self._frames = Frames(lambda count: os.read(source, count))
        self._attach_watchdog()
        walls.seal(self._layers)
        self._layers |= walls.preview()
        self.parts["walls"] = (time.perf_counter() - began) * 1000
        self._send({"t": "ready", "layers": self._layers, "parts": self.parts})
        while (frame := self._frames.next()) is not None:
            if frame["t"] == "syntax":
                self._send({"t": "tree", **json.loads(self._door("tree", frame["source"]))})
            elif frame["t"] == "practise":
                self.practise()
            elif frame["t"] == "go":
                self._run_guarded(frame)
                break
        _leave()

    def practise(self) -> None:
        """Do now, once, what makes a run quicker."""
        if self._has_practised:
            return
        self._has_practised = True
        if self._natives is not None and not self._is_copy:
            with contextlib.suppress(AttributeError):
                tidy(self._natives)  # first: it would throw away what practice has compiled
        self._door("practise")

    def came_through(self, parts: dict[str, float]) -> None:
        """In a fork: what was true of the process that forked is told anew; practice fetches the shared memory."""
        self._is_copy = True
        self._has_practised = False
        self.parts = parts
        walls.came_through(self._layers)

    def rest(self) -> None:
        """Before a fork: wait until nothing but this thread is at work in the process.

        Raises:
            OSError: something stays at work.
        """
        assert self._alone is not None
        self._alone.rest()

    def _open_sandbox(self) -> Any:
        sandbox.build_on(self._engine.evaluate)
        make = self._engine.evaluate(sandbox.source(), "workbench:sandbox")
        host = self._engine.evaluate(
            "(call, console, evaluate, timer, load, fail, compiling) =>"
            " ({ __proto__: null, call, console, evaluate, timer, load, fail, compiling })",
            "workbench:host",
        )
        ours = (self._on_call, self._on_console, self._evaluate, self._on_timer, self._load, self._fail)
        return self._shared(make(host(*map(self._shared, ours), self._on_compiling)))

    def _shared(self, function: Any) -> Any:
        """A function through which texts pass between Python and the engine.

        An engine with threads of its own lets go of them there, without Python's lock, and must not be the last to.
        """
        if self._alone is not None:
            return function

        def through(*given: Any) -> Any:
            result = function(*given)
            self._texts.append((given, result))
            return result

        return through

    def _open_counters(self) -> Any:
        """What counts for coverage; made before the sandbox takes the engine's debugger away, kept here alone."""
        make = f"debuggerGlobal.eval({json.dumps(sandbox.counters())})(globalThis)"
        return self._engine.evaluate(make, "workbench:counters")

    def _attach_natives(self, folder: str) -> None:
        key = REASON_KEY.decode()
        try:
            self._natives = natives = self._natives or Natives(folder)  # it holds the functions that the engine calls
            self._rejections = Rejections(
                natives, lambda number: self._door("rejected", number, key), lambda number: self._door("forget", number)
            )
            watch_memory(natives, self._exhausted)
            end_quietly(natives)
        except (OSError, AttributeError, ValueError) as error:
            self._natives = None
            self._layers["rejections"] = f"off: {error}"
            return
        self._layers["rejections"] = "on: the engine tells"

    def _attach_watchdog(self) -> None:
        """In the process that will run the script: neither a timer nor the thread behind it comes through a fork."""
        if self._natives is None:
            self._layers["watchdog"] = self._layers["rejections"]
            return
        try:
            self._watchdog = Watchdog(self._natives, self._expired)
        except (OSError, AttributeError) as error:
            self._layers["watchdog"] = f"off: {error}"
            return
        self._layers["watchdog"] = "on: a timer of the system interrupts the engine"

    # --- the run ------------------------------------------------------------------------------------------------------

    def _run_guarded(self, frame: Frame) -> None:
        try:
            self._run(frame)
        except self._engine.thrown as error:
            if TERMINATED not in str(error):
                raise
            text = "RangeError: Maximum call stack size exceeded"
            nowhere = {"line": None, "column": None, "stack": "", "advice": ""}
            self._end("error", fault={"name": "RangeError", "message": text, "raw": str(error), **nowhere})

    def _run(self, frame: Frame) -> None:
        self._script = frame["source"]
        self._limits = frame["limits"]
        walls.limit(memory=int(self._limits["memory"]), seconds=self._limits["time_ms"] / 1000)
        self._watch(frame)
        if frame["gate"]:
            verdict = json.loads(self._door("check", self._script))
            self._free = verdict["free"]
            if verdict["fault"] is not None:
                self._end("refused", fault=verdict["fault"])
                return
        if frame["context"]["coverage"]:
            self._count()
        self._door("prepare", json.dumps(frame["context"]), self._script, os.urandom(16).hex())
        thrown = self._door("run")
        if thrown:
            self._end_thrown(json.loads(thrown))
            return
        rejections: list[dict[str, Any]] = []
        while True:
            self._engine.jobs.drain()
            if self._failed is not None:
                self._end_thrown(self._failed)
                return
            rejections += self._unhandled()
            if not self._unanswered and not self._timers:
                break
            self._send({"t": "idle", "timer": self._timers[0] if self._timers else None})
            if not self._next_turn():
                return
        self._end(
            "rejected" if rejections else "ok", fault=rejections[0] if rejections else None, rejections=rejections
        )

    def _next_turn(self) -> bool:
        frame = self._frames.next()
        if frame is None:
            _leave()
        self._watch(frame)
        if frame["t"] == "reply":
            self._unanswered -= 1
            self._door("reply", float(frame["id"]), frame["skipped"], frame["status"], frame["body"], frame["failure"])
            return True
        self._timers.pop(0)
        thrown = self._door("tick", frame["skipped"])
        if thrown:
            self._end_thrown(json.loads(thrown))
        return not thrown

    def _unhandled(self) -> list[dict[str, Any]]:
        if self._rejections is None:
            return []
        faults = [json.loads(self._door("reason", number)) for number in self._rejections.take()]
        for fault in faults:
            fault.pop("uncaught")
        return faults[:MAX_FAULTS]

    # --- coverage: the counters are asked by reading a property, so that nothing of the script's realm is running -----

    def _count(self) -> None:
        """Begin to count; where the engine cannot be made to count exactly, nothing is counted."""
        if self._natives is None:
            return
        try:
            count_exactly(self._natives)
        except (AttributeError, ValueError):
            return
        plan = json.loads(self._door("plan", self._script))
        self._counters["plan"] = plan["plan"]
        self._probe = plan["probe"]
        self._counters["start"]

    def _counted(self) -> dict[str, Any] | None:
        if self._probe is None:
            return None
        try:
            self._engine.run_script(self._probe, PROBE)  # the engine compiles it and refuses to run it
        except self._engine.thrown:
            counted: dict[str, Any] | None = json.loads(self._counters["counts"] or "null")
            return counted
        return None

    def _end_thrown(self, fault: dict[str, Any]) -> None:
        fault.pop("uncaught")
        if fault["line"] is None and self._thrown_at is not None:
            fault["line"], fault["column"] = self._thrown_at
        self._end("out of memory" if fault["raw"] in OUT_OF_MEMORY else "error", fault=fault)

    def _end(self, end: str, *, fault: dict[str, Any] | None, rejections: list[dict[str, Any]] | None = None) -> None:
        self._send(
            {
                "t": "end",
                "end": end,
                "fault": fault,
                "rejections": (rejections or [])[:MAX_FAULTS],
                "hints": self._free,
                "coverage": self._counted(),
                "gated": True,
            }
        )

    def _exhausted(self) -> None:
        self._probe = None  # no memory to count with
        self._end("out of memory", fault=None)
        _leave()

    def _watch(self, frame: Frame) -> None:
        """From here on the script has the time that the parent says is left."""
        if self._watchdog is not None:
            self._watchdog.arm(frame["left"] / 1000)

    def _expired(self) -> None:
        """Called inside the script when its time is up: say where it is, and leave."""
        try:
            place = json.loads(self._door("where"))
        except Exception:  # noqa: BLE001  (a script that has used up the stack, say, cannot be asked)
            place = {"line": None, "column": None, "stack": ""}
        self._end("timed out", fault={"name": "", "message": "", "raw": "", "advice": "", **place})
        _leave()

    # --- what the sandbox asks of us: plain functions of plain values, which never raise ------------------------------

    def _evaluate(self) -> Any:
        try:
            self._engine.run_script(self._script, SCRIPT)
        except self._engine.thrown as error:
            text = str(error)
            where = _PLACE.match(text)
            self._thrown_at = (int(where[1]), int(where[2])) if where else None
            # These two values do not survive the way back through the engine; a text that looks like them may be one.
            for nothing in ("null", "undefined"):
                if f"uncaught exception: {nothing}" in text.split("\n", 2)[1:2]:
                    return nothing
            raise  # the engine carries the very value that was thrown back into the sandbox
        return ""

    def _on_call(self, kind: str, step: str, body: str | None, line: float | None, column: float | None) -> float | str:
        number = self._calls + 1
        if number > self._limits["calls"]:
            return f"A run may make {self._limits['calls']} calls; this is one more."
        if body is not None and len(body) > self._limits["call_bytes"]:
            return f"The request body has {len(body)} characters; a call may send {self._limits['call_bytes']}."
        if body is not None and self._sent + len(body) > self._limits["calls_bytes"]:
            return f"The request bodies of a run may have {self._limits['calls_bytes']} characters together."
        if body is not None and depth_of(body, stop=MAX_BODY_DEPTH) > MAX_BODY_DEPTH:
            return f"The request body has more than {MAX_BODY_DEPTH} levels."
        self._calls = number
        self._sent += len(body or "")
        self._unanswered += 1
        place = {"line": _whole(line), "column": _whole(column)}
        self._send({"t": "call", "id": number, "kind": kind, "step": step[:MAX_STEP], "body": body, **place})
        return float(number)

    def _on_console(self, level: str, text: str) -> bool:
        if self._console_cut:
            return False
        lines, size = self._console[0] + 1, self._console[1] + len(text)
        self._console = [lines, size]
        if lines > self._limits["console_lines"] or size > self._limits["console_bytes"]:
            self._console_cut = True
            self._send({"t": "cut"})
            return False
        self._send({"t": "console", "level": level, "text": json.loads(text)})
        return True

    def _on_compiling(self, begins: bool) -> None:
        if self._alone is not None:
            self._alone.compiling(begins)

    def _load(self, _name: str) -> None:
        self._engine.evaluate(self._node12, "workbench:node12")

    def _fail(self, fault: str) -> None:
        self._failed = json.loads(fault)
        self._engine.jobs.clear()

    def _on_timer(self, due: float | None, _then: None = None) -> None:
        if due is None:
            self._timers.clear()
        else:
            self._timers = [due]

    def _send(self, frame: Frame) -> None:
        data = memoryview(encode(frame))
        while data:
            try:
                data = data[os.write(self._sink, data) :]
            except OSError:  # the parent is gone
                _leave()


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)


def _leave() -> NoReturn:
    os._exit(0)


def enclosed() -> tuple[int, int, walls.Layers]:
    """This process's stdin and stdout, moved out of everybody's reach; and the first walls, which stand already."""
    source, sink = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
    layers: walls.Layers = {}
    walls.enclose(layers)
    return source, sink, layers


def failed(sink: int, error: Exception) -> None:
    """Let the parent say why there is no worker."""
    os.write(sink, encode({"t": "failed", "why": f"{type(error).__name__}: {error}"[:2000]}))


def main(extension: str) -> NoReturn:
    """Start a worker on this process's stdin and stdout."""
    source, sink, layers = enclosed()
    try:
        worker = Worker(extension, layers)
    except Exception as error:  # noqa: BLE001  (whatever it is, the parent gets to say it)
        failed(sink, error)
        sys.exit(1)
    worker.serve(source, sink)
