"""The run a user holds: how it ended, what it called, and why each field had its value.

A run joins three things: the outcome of the script (`runtime`), the exchanges its calls made in the log
(`connect_api`), and the provenance of every field. It is a value: nothing happens to it after it ended.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, cast

from workbench import html
from workbench.connect_api.api_log import encodable
from workbench.connect_api.masking import mask_json
from workbench.connect_api.stored import StoredValues, stored_values
from workbench.connect_api.users import UserConnection
from workbench.connection.definition import ConnectionDefinition
from workbench.connection.fields import Candidate, Decision, Json
from workbench.errors import UnknownName
from workbench.frames import Column, Rows, Schema, counted
from workbench.logs import waterfall
from workbench.runtime.coverage import Coverage
from workbench.runtime.outcome import ConsoleLine, End, Fault, Outcome
from workbench.secret import MASK

CALLS = Schema(
    "calls",
    Column("number", "int64"),
    Column("kind", "str"),
    Column("step", "str"),
    Column("status", "Int64"),
    Column("overridden", "object"),
    Column("fields", "object"),
    Column("at_ms", "float64"),
    Column("duration_ms", "float64"),
    Column("line", "Int64"),
)

RUNS = Schema(
    "runs",
    Column("trigger", "str"),
    Column("user_id", "str"),
    Column("feature_id", "str"),
    Column("end", "str"),
    Column("calls", "int64"),
    Column("failed", "int64"),
    Column("duration_ms", "float64"),
    Column("error", "str"),
    Column("id", "str"),
)

_CONSOLE_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Why:
    """Which value a field of a call had, which lost, and the rule that decided."""

    step: str
    decision: Decision

    @property
    def value(self) -> Json:
        """The value that the service received, masked for a secret field."""
        return _shown(self.decision.winner, secret=self.decision.secret)

    def __repr__(self) -> str:
        decision = self.decision
        if decision.winner is None:
            head = f"{self.step} · {decision.field_id} has no value."
        else:
            head = f"{self.step} · {decision.field_id} = {self.value!r}, from {decision.winner.source}."
        lost = [f"  lost: {_shown(loser, secret=decision.secret)!r}, {loser.source}" for loser in decision.losers]
        return "\n".join([head, f"  {decision.rule}", *lost])

    def _repr_html_(self) -> str:
        return html.document(f"<pre>{html.escape(repr(self))}</pre>")


@dataclass(frozen=True, kw_only=True)
class RunCall:
    """One ``runAction`` or ``performQuery`` of a run: what was sent, what came back, and why.

    Attributes:
        number: 1 for the run's first call.
        kind: "query" or "action".
        step: ``service.slug``.
        body: the request body the script gave, or None.
        status: the HTTP status the script got; None where the run ended first or no answer came.
        response: the response body the script got.
        at_ms, duration_ms: when the call was made since the start of the run, and how long its answer took.
        line, column: where in the script it was made.
        decisions: how each field got its value.
        exchange: the id of the log entry, for ``bench.logs[...]``.
        note: what the workbench has to say beside it (a responder's error, ...).
        secret_names: the members and fields of body and response that are not shown.
    """

    number: int
    kind: str
    step: str
    body: Json
    status: int | None
    response: Json
    at_ms: float
    duration_ms: float | None
    line: int | None = None
    column: int | None = None
    decisions: tuple[Decision, ...] = ()
    exchange: int | None = None
    note: str = ""
    secret_names: frozenset[str] = field(default=frozenset(), repr=False, compare=False)

    @property
    def ok(self) -> bool:
        """Whether the call was answered with a success (Connect API page, "HTTP status codes": 200 and 204)."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def complaint(self) -> str:
        """What the answer says went wrong: status, message and details; empty for a success or no answer."""
        if self.status is None or self.ok:
            return ""
        response = self.masked_response
        body = response if isinstance(response, dict) else {}
        details = body.get("details")
        listed = details if isinstance(details, list) else []
        told = [f"{one.get('parameter')}: {one.get('message')}" for one in listed if isinstance(one, dict)]
        return " · ".join([str(self.status), *(told or [str(body.get("message", "no message"))])])

    @property
    def masked_body(self) -> Json:
        """``body`` as it is shown: what is secret is masked."""
        return cast("Json", mask_json(self.body, self.secret_names))

    @property
    def masked_response(self) -> Json:
        """``response`` as it is shown."""
        return cast("Json", mask_json(self.response, self.secret_names))

    @property
    def fields(self) -> dict[str, Json]:
        """The values that reached the service, by field id; secret ones masked."""
        return {d.field_id: _shown(d.winner, secret=d.secret) for d in self.decisions if d.winner is not None}

    @property
    def overridden(self) -> tuple[str, ...]:
        """The fields whose stored value lost against the call's own ``fields``."""
        return tuple(decision.field_id for decision in self.decisions if decision.is_override)

    def why(self, field_id: str) -> Why:
        """Which value the field had in this call, which lost, and the rule.

        Raises:
            UnknownName: the step has no such field.
        """
        for decision in self.decisions:
            if decision.field_id == field_id:
                return Why(step=self.step, decision=decision)
        raise UnknownName("field", field_id, [d.field_id for d in self.decisions], where=f"for {self.step}")

    def row(self) -> dict[str, Any]:
        """The call as one row of a frame."""
        return {
            "number": self.number,
            "kind": self.kind,
            "step": self.step,
            "status": self.status,
            "overridden": ", ".join(self.overridden),
            "fields": self.fields,
            "at_ms": self.at_ms,
            "duration_ms": self.duration_ms,
            "line": self.line,
        }

    def __repr__(self) -> str:
        status = self.status if self.status is not None else "no answer"
        over = f", overrides {', '.join(self.overridden)}" if self.overridden else ""
        return f"<{self.kind} {self.step} → {status}{over}>"


class Calls(Rows[RunCall]):
    """The calls of a run, in the order they were made."""

    schema = CALLS

    def __init__(self, calls: tuple[RunCall, ...]) -> None:
        self._calls = calls

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[RunCall]:
        return iter(self._calls)

    def row(self, item: RunCall) -> dict[str, Any]:
        """One call as a row."""
        return item.row()


@dataclass(frozen=True, kw_only=True)
class Run:
    """What happened for one event, from the event to the end of the script.

    Attributes:
        id: the run's id, which its log entries carry.
        trigger, ingredients: the event.
        user_id, feature_id, user_feature_id, timezone: for whom it ran.
        script: the source that ran, or None.
        outcome: the bare outcome of the script.
        definition, user: the connection and the user as they were when the event came.
        secret_ingredients: those that hold the value of a secret field, and are not shown.
    """

    id: str
    trigger: str
    ingredients: Mapping[str, Json]
    user_id: str
    feature_id: str
    user_feature_id: str
    timezone: str
    script: str | None
    outcome: Outcome = field(repr=False)
    all_calls: tuple[RunCall, ...] = field(repr=False)
    definition: ConnectionDefinition | None = field(default=None, repr=False, compare=False)
    user: UserConnection | None = field(default=None, repr=False, compare=False)
    secret_ingredients: frozenset[str] = field(default=frozenset(), repr=False, compare=False)

    @property
    def masked_ingredients(self) -> dict[str, Json]:
        """``ingredients`` as they are shown."""
        return {name: MASK if name in self.secret_ingredients else one for name, one in self.ingredients.items()}

    @property
    def end(self) -> End:
        """How the run ended; the ends are listed in ``workbench.runtime.outcome``."""
        return self.outcome.end

    @property
    def ok(self) -> bool:
        """Whether the script did all it meant to (an event without a script is fine too)."""
        return self.end in (End.OK, End.NO_SCRIPT)

    @property
    def duration_ms(self) -> float:
        """How long it took, simulated delays counted in."""
        return self.outcome.duration_ms

    @property
    def limit_ms(self) -> float:
        """The time limit it ran under."""
        return self.outcome.limits.time_ms

    @cached_property
    def calls(self) -> Calls:
        """Every call the script made."""
        return Calls(self.all_calls)

    @cached_property
    def actions(self) -> Calls:
        """The calls of ``runAction``."""
        return Calls(tuple(call for call in self.all_calls if call.kind == "action"))

    @cached_property
    def queries(self) -> Calls:
        """The calls of ``performQuery``."""
        return Calls(tuple(call for call in self.all_calls if call.kind == "query"))

    @cached_property
    def values(self) -> StoredValues:
        """What each field held when the event came, and who set it: what a call without ``fields`` would send."""
        if self.definition is None or self.user is None:
            return StoredValues()
        return stored_values(self.definition, self.user, self.user_feature_id)

    @property
    def console(self) -> tuple[ConsoleLine, ...]:
        """What the script printed."""
        return self.outcome.console

    @property
    def fault(self) -> Fault | None:
        """What went wrong in the script, where, and what to do."""
        return self.outcome.fault

    @property
    def hints(self) -> tuple[str, ...]:
        """What the workbench noticed: names that IFTTT does not document, and the like."""
        return self.outcome.hints

    @property
    def coverage(self) -> Coverage | None:
        """How often each line and branch of the script ran; None where nobody asked, or the script was killed.

        Ask with ``bench.fire(…, coverage=True)``, or with ``wb.Bench(…, coverage=True)`` for each run.
        """
        return self.outcome.coverage

    def to_json(self) -> str:
        """The run as JSON for another program; what is secret is masked."""
        fault = self.fault
        text = json.dumps(
            {
                "id": self.id,
                "end": self.end.value,
                "ok": self.ok,
                "duration_ms": round(self.duration_ms, 3),
                "limit_ms": self.limit_ms,
                "trigger": self.trigger,
                "ingredients": self.masked_ingredients,
                "user_id": self.user_id,
                "user_feature_id": self.user_feature_id,
                "calls": [{**call.row(), "response": call.masked_response} for call in self.all_calls],
                "console": [{"level": line.level, "text": line.text} for line in self.console],
                "error": None if fault is None else asdict(fault),
                "rejections": [asdict(one) for one in self.outcome.rejections],
                "hints": list(self.hints),
                "coverage": None if self.coverage is None else self.coverage.to_dict(),
            },
            indent=2,
            ensure_ascii=False,
        )
        return encodable(text)

    def __repr__(self) -> str:
        parts = [self._headline(), *self._fault_lines()]
        if self.all_calls:
            parts += [repr(self.calls), *self._failed_lines()]
        return html.printable("\n".join([*parts, *self._note_lines()]))

    def _headline(self) -> str:
        seconds = self.limit_ms / 1000
        failed = sum(1 for call in self.all_calls if call.complaint)
        told = f", though {failed} of {counted(len(self.all_calls), 'calls')} failed" if failed and self.ok else ""
        return f"Run of {self.trigger} for {self.user_id}: {self.end}{told}, {self.duration_ms:.1f} ms of {seconds:g} s"

    def _fault_lines(self) -> list[str]:
        if self.fault is None:
            return []
        place = f"line {self.fault.line}, column {self.fault.column}"
        is_told = not self.fault.line or place in self.fault.message  # of an endless loop, in the message
        lines = [self.fault.message if is_told else f"{self.fault.message} ({place})"]
        return [
            *lines,
            *([self.fault.excerpt] if self.fault.excerpt else []),
            *([self.fault.advice] if self.fault.advice else []),
        ]

    def _failed_lines(self) -> list[str]:
        """What the calls were told that did not succeed: a script that ignores a status ends `ok` all the same."""
        return [f"call {call.number} failed: {call.complaint}" for call in self.all_calls if call.complaint]

    def _note_lines(self) -> list[str]:
        counted = [] if self.coverage is None else [f"coverage: {self.coverage.summary()}; `run.coverage` shows where"]
        return [*self._console_lines(), *(f"hint: {hint}" for hint in self.hints), *counted]

    def _console_lines(self) -> list[str]:
        hidden = len(self.console) - _CONSOLE_SHOWN
        lines = [f"console: … {hidden} earlier lines in `run.console`"] if hidden > 0 else []
        lines += [f"console.{line.level}: {line.text}" for line in self.console[-_CONSOLE_SHOWN:]]
        return [*lines, *(["console: cut at the limit"] if self.outcome.console_cut else [])]

    def _repr_html_(self) -> str:
        state = ("warn" if self._failed_lines() else "good") if self.ok else "bad"
        head = f'<p class="workbench-{state}"><strong>{html.escape(self._headline())}</strong></p>'
        failed = "\n".join(self._failed_lines())
        notes = "\n".join(self._note_lines())
        body = [
            head,
            *(self._html_of_fault(one) for one in self._fault_lines()),
            self.calls._repr_html_() if self.all_calls else "",
            f'<pre class="workbench-bad">{html.escape(failed)}</pre>' if failed else "",
            waterfall.svg(self.spans(), total_ms=self.duration_ms, limit_ms=self.limit_ms) if self.all_calls else "",
            f"<pre>{html.escape(notes)}</pre>" if notes else "",
        ]
        return html.document("".join(body))

    def _html_of_fault(self, told: str) -> str:
        is_excerpt = self.fault is not None and told == self.fault.excerpt
        look = ' class="workbench-excerpt"' if is_excerpt else ""
        return f"<pre{look}>{html.escape(told)}</pre>"

    def spans(self) -> list[waterfall.Span]:
        """The calls as bars on the run's time."""
        return [
            waterfall.Span(
                label=call.step,
                start_ms=call.at_ms,
                end_ms=self.duration_ms if call.duration_ms is None else call.at_ms + call.duration_ms,
                good=call.ok,
            )
            for call in self.all_calls
        ]


class Runs(Rows[Run]):
    """The runs of a bench, oldest first: what there was when it was asked for."""

    schema = RUNS

    def __init__(self, runs: Iterable[Run] = ()) -> None:
        self._runs = tuple(runs)

    def __len__(self) -> int:
        return len(self._runs)

    def __iter__(self) -> Iterator[Run]:
        return iter(self._runs)

    def __reversed__(self) -> Iterator[Run]:
        return reversed(self._runs)

    def row(self, item: Run) -> dict[str, Any]:
        """One run as a row; ``failed`` counts the calls that did not succeed."""
        return {
            "trigger": item.trigger,
            "user_id": item.user_id,
            "feature_id": item.feature_id,
            "end": item.end.value,
            "calls": len(item.all_calls),
            "failed": sum(1 for call in item.all_calls if call.complaint),
            "duration_ms": item.duration_ms,
            "error": "" if item.fault is None else item.fault.message,
            "id": item.id,
        }


def _shown(candidate: Candidate | None, *, secret: bool) -> Json:
    if candidate is None:
        return None
    return MASK if secret else candidate.value
