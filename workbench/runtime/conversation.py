"""Conversation: one run, as what the parent and a worker say to each other, from `go` to the last word.

The parent owns the clock of a run. Elapsed time is real time plus the simulated delays that were skipped: a worker with
nothing left to run says so, and the parent hands it the next reply or timer and moves the clock there. The limit holds
for the sum. Whatever a worker says or does, a run ends with an `Outcome`; calls are recorded when they arrive.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from workbench.runtime import stopped
from workbench.runtime.callers import Callers, answer_with
from workbench.runtime.coverage import as_told
from workbench.runtime.messages import MAX_BODY_DEPTH, Frame, TooLong, Violation, parse
from workbench.runtime.outcome import (
    Answer,
    Call,
    CallRecord,
    ConsoleLine,
    Context,
    End,
    Fault,
    Limits,
    Outcome,
    Reply,
)
from workbench.runtime.places import excerpt
from workbench.runtime.pool import Pool
from workbench.runtime.processes import WorkerProcess

INLINE_WAIT = 0.02
"""Seconds a function that answers a call may take before the script goes on without it: keeps quick ones in order."""
GRACE_MS = 200.0
"""What a worker with a watchdog gets beyond the limit to say at which line it was, before it is killed."""


@dataclass(kw_only=True)
class _Record:
    call: Call
    reply: Reply | None = None
    end_ms: float | None = None


@dataclass(kw_only=True, order=True)
class _Due:
    at_ms: float
    number: int
    reply: Reply = field(compare=False)


class Conversation:
    """One run, from `go` to its end."""

    def __init__(  # noqa: PLR0917 - one caller, the runner
        self,
        pool: Pool,
        worker: WorkerProcess,
        script: str,
        context: Context,
        answer: Answer,
        limits: Limits,
        *,
        waited: float,
    ) -> None:
        self._pool = pool
        self._worker = worker
        self._script = script
        self._context = context
        self._answer = answer
        self._limits = limits
        self._waited = waited
        self._began = time.monotonic()
        self._skipped = 0.0
        self._records: list[_Record] = []
        self._console: list[ConsoleLine] = []
        self._console_bytes = 0
        self._sent = 0
        self._console_cut = False
        self._due: list[_Due] = []
        self._running = 0
        self._arrived = threading.Condition()
        self._broken: BaseException | None = None
        self._is_over = False
        self._callers: Callers | None = None
        self._in_calls = 0.0
        self._has_heard = False
        self.came_to_nothing = False

    def outcome(self, *, gate: bool) -> Outcome:
        """Run to the end."""
        self._set_deadline()
        try:
            self._worker.send(
                {
                    "t": "go",
                    "source": self._script,
                    "gate": gate,
                    "left": self._left(),
                    "context": {**asdict(self._context), "profile": self._context.profile.value},
                    "limits": asdict(self._limits),
                }
            )
            last = self._converse()
            return self._lost() if last is None else self._finished(last)
        except TooLong as error:
            return self._ended(End.CRASHED, stopped.crashed(str(error)))
        except Violation as violation:
            return self._ended(End.CRASHED, stopped.crashed(f"The worker broke the protocol: {violation}."))

    def close(self) -> None:
        """Let go of functions that still run."""
        with self._arrived:
            self._is_over = True
        if self._callers is not None:
            self._callers.close()

    def _converse(self) -> Frame | None:
        while (frame := self._worker.receive()) is not None:
            self._has_heard = True
            kind = frame["t"]
            if kind == "call":
                self._on_call(frame)
            elif kind == "console":
                self._on_console(frame)
            elif kind == "cut":
                self._console_cut = True
            elif kind == "idle":
                if not self._on_idle(frame):
                    return None
            elif kind == "end":
                return frame
            else:
                raise Violation(f"a `{kind}` frame during a run")
        return None

    # --- calls --------------------------------------------------------------------------------------------------------

    def _on_call(self, frame: Frame) -> None:
        number = len(self._records) + 1
        body = frame["body"]
        if frame["id"] != number or number > self._limits.calls:
            raise Violation(f"call {frame['id']} where call {number} was due")
        if body is not None and len(body) > self._limits.call_bytes:
            raise Violation(f"a call of {len(body)} characters")
        self._sent += len(body or "")
        if self._sent > self._limits.calls_bytes:
            raise Violation(f"calls of {self._sent} characters together")
        call = Call(
            number=number,
            kind=frame["kind"],
            step=frame["step"].encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
            body=None if body is None else parse(body, depth=MAX_BODY_DEPTH),
            at_ms=self._elapsed(),
            line=frame["line"],
            column=frame["column"],
        )
        self._records.append(_Record(call=call))
        before = time.monotonic()
        answered = self._answer(call)
        if isinstance(answered, Reply):
            self._push(number, answered)
        else:
            self._start(number, answered)
        self._in_calls += time.monotonic() - before

    def _start(self, number: int, function: Callable[[], Reply]) -> None:
        self._callers = self._callers or Callers()
        done = threading.Event()

        def work() -> None:
            answered = answer_with(function)
            with self._arrived:
                self._running -= 1
                if not self._is_over:
                    if isinstance(answered, Reply):
                        self._push(number, answered)
                    else:
                        self._broken = self._broken or answered
                    self._arrived.notify_all()
            done.set()

        with self._arrived:
            self._running += 1
        self._callers.start(work)
        done.wait(min(INLINE_WAIT, max(0.0, self._left() / 1000)))

    def _push(self, number: int, reply: Reply) -> None:
        heapq.heappush(self._due, _Due(at_ms=self._elapsed() + max(0.0, reply.delay_ms), number=number, reply=reply))

    # --- the clock ----------------------------------------------------------------------------------------------------

    def _elapsed(self) -> float:
        return (time.monotonic() - self._began) * 1000 + self._skipped

    def _left(self) -> float:
        return self._limits.time_ms - self._elapsed()

    def _set_deadline(self) -> None:
        grace = GRACE_MS if self._worker.layers.get("watchdog", "").startswith("on") else 0.0
        self._pool.limit(self._worker, self._began + (self._limits.time_ms + grace - self._skipped) / 1000)

    def _skip_to(self, at_ms: float) -> bool:
        """Move the run's clock on; whether the limit allows it."""
        ahead = at_ms - self._elapsed()
        if ahead > 0:
            self._skipped += ahead
            if at_ms < self._limits.time_ms:
                self._set_deadline()
        return self._elapsed() < self._limits.time_ms

    def _on_idle(self, frame: Frame) -> bool:
        """Hand the worker what comes next; False when the time is up first."""
        timer = frame["timer"]
        before = time.monotonic()
        due = self._next_due(timer)
        self._in_calls += time.monotonic() - before
        if due is None and timer is None:
            if self._left() <= 0 or self._worker.killed_for:
                return False
            raise Violation("a worker that waits for nothing")
        if due is None or (timer is not None and timer < due.at_ms):
            if not self._skip_to(float(timer)):
                return False
            return self._worker.send({"t": "tick", "skipped": self._skipped, "left": self._left()})
        return self._deliver(due)

    def _next_due(self, timer: float | None) -> _Due | None:
        """The reply to hand over next; waits in real time only while a function that answers is still running."""
        with self._arrived:
            while self._running and not self._broken:
                first = self._due[0].at_ms if self._due else None
                soonest = min((at for at in (first, timer) if at is not None), default=None)
                if soonest is not None and soonest <= self._elapsed():
                    break
                until = min(self._left(), float("inf") if soonest is None else soonest - self._elapsed())
                if self._left() <= 0:
                    return None
                self._arrived.wait(max(0.0, until) / 1000)
            if self._broken is not None:
                raise self._broken
            if not self._due or (timer is not None and timer < self._due[0].at_ms):
                return None
            return heapq.heappop(self._due)

    def _deliver(self, due: _Due) -> bool:
        record = self._records[due.number - 1]
        if not self._skip_to(due.at_ms):
            return False
        record.reply, record.end_ms = due.reply, self._elapsed()
        failed = due.reply.failure
        body = "null" if failed is not None else _json(due.reply.body)
        return self._worker.send(
            {"t": "reply", "id": due.number, "skipped": self._skipped, "left": self._left()}
            | {"status": due.reply.status, "body": body, "failure": failed}
        )

    # --- the console --------------------------------------------------------------------------------------------------

    def _on_console(self, frame: Frame) -> None:
        self._console_bytes += len(frame["text"])
        if len(self._console) >= self._limits.console_lines or self._console_bytes > self._limits.console_bytes:
            raise Violation("more console lines than the limit")
        self._console.append(ConsoleLine(level=frame["level"], text=frame["text"], at_ms=self._elapsed()))

    # --- the end ------------------------------------------------------------------------------------------------------

    def _finished(self, frame: Frame) -> Outcome:
        said = End(frame["end"])
        end = self._judged(said)
        fault = self._fault(frame["fault"]) if frame["fault"] and end is said else None
        if end is End.OUT_OF_MEMORY:
            fault = fault or stopped.out_of_memory(self._limits)
        if end is End.TIMED_OUT:
            fault = stopped.timed_out(self._script, self._limits, fault)
        return self._ended(
            end,
            fault,
            rejections=tuple(self._fault(one) for one in frame["rejections"]),
            hints=tuple(frame["hints"]),
            coverage=as_told(self._script, frame["coverage"]),
        )

    def _judged(self, end: End) -> End:
        """The end by our clock, not the worker's: nothing ends well after the limit, nothing times out before it."""
        if end is End.TIMED_OUT and self._left() > 0:
            raise Violation("a time limit that has not passed")
        return End.TIMED_OUT if end in {End.OK, End.REJECTED, End.ERROR} and self._left() <= 0 else end

    def _lost(self) -> Outcome:
        """The worker is gone without a last word: killed at the limit, or by something else."""
        if self._left() <= 0 or self._worker.killed_for == "deadline":
            return self._ended(End.TIMED_OUT, stopped.timed_out(self._script, self._limits, None))
        code = self._worker.exit_code_within(0.2)
        if stopped.is_spent(code, self._worker.peak, self._limits):
            return self._ended(End.OUT_OF_MEMORY, stopped.out_of_memory(self._limits))
        self.came_to_nothing = not self._has_heard and self._worker.killed_for is None
        if self._worker.killed_for == "closed":
            return self._ended(End.CRASHED, stopped.crashed("The runner was closed while the script ran."))
        return self._ended(End.CRASHED, stopped.gone(code))

    def _ended(self, end: End, fault: Fault | None, **more: Any) -> Outcome:
        duration = self._elapsed()
        if end is End.TIMED_OUT and self._skipped:
            duration = self._limits.time_ms
        for due in self._due:
            if due.at_ms <= duration:
                record = self._records[due.number - 1]
                record.reply, record.end_ms = due.reply, due.at_ms
        calls = self._in_calls * 1000
        script = max(0.0, duration - self._skipped - calls)
        return Outcome(
            end=end,
            duration_ms=duration,
            limits=self._limits,
            fault=fault,
            calls=tuple(CallRecord(call=one.call, reply=one.reply, end_ms=one.end_ms) for one in self._records),
            console=tuple(self._console),
            console_cut=self._console_cut,
            parts={"wait": self._waited, "script": script, "calls": calls, "simulated": self._skipped},
            **more,
        )

    def _fault(self, frame: Frame) -> Fault:
        picture = excerpt(self._script, frame["line"], frame["column"])
        return Fault(**frame, excerpt=picture)


def _json(body: Any) -> str:
    import json  # noqa: PLC0415  (one of two places; `messages` is the other)

    return json.dumps(body, separators=(",", ":"), allow_nan=False)
