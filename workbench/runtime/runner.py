"""Runs scripts, one event and one process each, and keeps what it learns of them.

How a run goes, once its worker is there, is the business of `conversation`.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections import OrderedDict
from dataclasses import replace
from typing import Any, Self

from workbench.errors import SystemFault, WorkerError
from workbench.runtime import stopped
from workbench.runtime.conversation import Conversation
from workbench.runtime.hints import hints_for
from workbench.runtime.messages import Frame, Violation
from workbench.runtime.outcome import Answer, Context, End, Limits, Outcome
from workbench.runtime.pool import DEFAULT_PYTHON, Pool
from workbench.runtime.processes import WorkerProcess
from workbench.runtime.syntax import SyntaxReport, report

TRIES = 2
"""Workers that a run is given, where the first is gone, without our doing, before a word came from it."""
REMEMBERED = 128
"""Scripts whose verdict of the gate is kept, so that it is not asked again for each event."""


class Runner:
    """Runs scripts, each in a fresh process. Safe from any thread; many at once."""

    def __init__(self, spares: int = 2, python: str | None = None, *, forks: bool = True) -> None:
        """Keep so many spares; ``forks=False`` starts each worker anew even where one could be forked."""
        self._pool = Pool(spares, python or DEFAULT_PYTHON, forks=forks)
        self._finalizer = weakref.finalize(self, self._pool.close)
        self._passed: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self._reports: OrderedDict[str, SyntaxReport] = OrderedDict()
        self._lock = threading.Lock()

    def run(
        self,
        script: str | None,
        context: Context,
        answer: Answer,
        *,
        limits: Limits | None = None,
        run_id: str | None = None,
    ) -> Outcome:
        """Run one script for one event and wait for its end.

        ``answer`` is called for each call of the script, here, in the order the calls were made.
        """
        del run_id  # names the run in what a caller logs; the worker needs no name
        limits = limits or Limits()
        if script is None:
            return Outcome(end=End.NO_SCRIPT, duration_ms=0.0, limits=limits)
        script = _readable(script)
        known = self._known(script)
        began = time.monotonic()
        for _ in range(TRIES):
            worker = self._pool.check_out()
            run = Conversation(
                self._pool, worker, script, context, answer, limits, waited=(time.monotonic() - began) * 1000
            )
            try:
                outcome = run.outcome(gate=known is None)
            finally:
                self._pool.bury(worker)
                run.close()
            if not run.came_to_nothing:
                break
        if outcome.end is End.TIMED_OUT:
            outcome = self._at_its_loop(script, outcome)
        return self._with_hints(script, context, outcome, known)

    def syntax(self, source: str) -> SyntaxReport:
        """What Node 12's syntax says of a script, and what the script says of itself."""
        source = _readable(source)
        with self._lock:
            if source in self._reports:
                self._reports.move_to_end(source)
                return self._reports[source]
        worker = self._pool.check_out()
        try:
            made = report(source, _ask_tree(worker, source))
        finally:
            self._pool.bury(worker)
        with self._lock:
            _remember(self._reports, source, made)
        return made

    def warm(self) -> Runner:
        """Start the spare workers and wait until they are ready."""
        self._pool.wait_warm()
        return self

    def isolation(self) -> dict[str, str]:
        """Which walls stand around a worker here, and which do not, by name."""
        worker = self._pool.check_out()
        self._pool.bury(worker)
        return dict(worker.layers)

    def close(self) -> None:
        """End all workers; safe twice."""
        self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Runner {'open' if self._finalizer.alive else 'closed'}>"

    def _at_its_loop(self, script: str, outcome: Outcome) -> Outcome:
        if outcome.fault is None or outcome.fault.line is None:
            return outcome
        try:
            loops = self.syntax(script).loops
        except SystemFault:  # the line is a courtesy
            return outcome
        return replace(outcome, fault=stopped.at_its_loop(script, outcome.limits, outcome.fault, loops))

    def _known(self, script: str) -> tuple[str, ...] | None:
        with self._lock:
            return self._passed.get(script)

    def _with_hints(self, script: str, context: Context, outcome: Outcome, known: tuple[str, ...] | None) -> Outcome:
        if outcome.end is End.CRASHED or outcome.end is End.REFUSED:
            return outcome
        free = known if known is not None else outcome.hints
        with self._lock:
            _remember(self._passed, script, tuple(free))
        return replace(outcome, hints=hints_for(free, context.profile))


def _remember(store: OrderedDict[str, Any], key: str, value: Any) -> None:
    store[key] = value
    store.move_to_end(key)
    while len(store) > REMEMBERED:
        store.popitem(last=False)


def _readable(script: str) -> str:
    """The script as Node reads its file: what is no character is U+FFFD there."""
    return script.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _ask_tree(worker: WorkerProcess, source: str) -> Frame:
    worker.send({"t": "syntax", "source": source})
    try:
        frame = worker.receive()
    except Violation as violation:
        raise WorkerError(f"The worker that reads scripts broke down: {violation}.") from None
    if frame is None or frame["t"] != "tree":
        raise WorkerError("The worker that reads scripts ended without an answer. The script may be too large to read.")
    return frame


_shared: Runner | None = None
_shared_lock = threading.Lock()


def shared_runner() -> Runner:
    """The one runner of this process, made when first asked for; it closes when the process ends."""
    global _shared  # noqa: PLW0603  (one pool a process is the point)
    with _shared_lock:
        if _shared is None:
            _shared = Runner()
        return _shared
