"""An exchange as the caller gets it, and as a row of the log."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from workbench.connect_api.api_log import COLUMNS, ApiLog, Entry, encodable
from workbench.connect_api.breaking import Broken, broken
from workbench.connect_api.choices import Choices
from workbench.connect_api.fault_rules import Blow
from workbench.connect_api.known_secrets import SecretValues
from workbench.connect_api.masking import KeyMask, mask_headers, mask_query
from workbench.connect_api.requests import Request
from workbench.connect_api.responses import Answer
from workbench.connection.fields import Candidate, Decision, Json
from workbench.secret import Secret

_JSON_TYPE = ("Content-Type", "application/json; charset=utf-8")
_LONGEST_ID = 200
_UNBROKEN = Broken(status=0, body=None, sent="")
_AROUND = frozenset(
    map(COLUMNS.index, ("path", "query", "step", "request_id", "request_headers", "response_headers", "note"))
)
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One request and what the API answered.

    Attributes:
        status: 0 where no answer came at all (see ``failure``).
        body: the answer's JSON; None for a 204, the text where a fault made it malformed.
        text: the body as it goes over the wire; empty for a 204.
        entry_id: its number in the log.
        decisions: which value each field had, and why.
        note: what the owner of the bench should know and the caller must not (a responder's exception).
        delay_ms: simulated latency, to pass on the caller's clock.
        failure: set where no HTTP answer came at all (connection reset, ...).
    """

    status: int
    body: Json
    text: str
    headers: tuple[tuple[str, str], ...]
    entry_id: int
    decisions: tuple[Decision, ...] = ()
    step: str | None = None
    user_feature_id: str | None = None
    note: str = ""
    duration_ms: float = 0.0
    delay_ms: float = 0.0
    failure: str | None = None

    def __repr__(self) -> str:
        return f"<Exchange {self.entry_id}: {self.status}{f' {self.step}' if self.step else ''}>"


@dataclass(frozen=True, kw_only=True)
class RunTold:
    """What whoever runs scripts tells of one run, for the page to show: one line, and the whole as text."""

    id: str
    title: str
    is_good: bool
    text: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request that has just arrived: its number, and when."""

    request: Request
    number: int
    time: float
    started: float
    transport: str
    run_id: str | None
    blow: Blow | None = None


@dataclass(frozen=True, slots=True)
class _Written:
    """What of an answer is known only when it is written."""

    status: int
    request_id: str
    text: str
    headers: tuple[tuple[str, str], ...]
    duration_ms: float
    secret_fields: list[str]


class Recorder:
    """Writes exchanges and events to the log, keys and tokens masked.

    ``values`` are masked too, but for bodies and decisions, which the log keeps as they are and masks when it is read.
    """

    def __init__(self, log: ApiLog, mask: KeyMask, seed: int, values: Callable[[], SecretValues]) -> None:
        self._log, self._mask, self._seed, self._values = log, mask, seed, values

    def arrived(self, request: Request, now: float, *, transport: str, run_id: str | None) -> Arrival:
        """Number a request."""
        return Arrival(request, self._log.reserve(), now, time.perf_counter(), transport, run_id)

    def answered(self, arrival: Arrival, answer: Answer, secret_fields: Iterable[str], choices: Choices) -> Exchange:
        """Write the exchange, with what a fault made of it, and give it to the caller."""
        exchange, row = self._made(arrival, answer, secret_fields, choices)
        return _numbered(exchange, self._log.append(row))

    async def answered_async(
        self, arrival: Arrival, answer: Answer, secret_fields: Iterable[str], choices: Choices
    ) -> Exchange:
        """``answered`` for code that awaits: what is answered at the same time is written together."""
        exchange, row = self._made(arrival, answer, secret_fields, choices)
        return _numbered(exchange, await self._log.append_in_turn(row))

    def _made(
        self, arrival: Arrival, answer: Answer, secret_fields: Iterable[str], choices: Choices
    ) -> tuple[Exchange, tuple[Any, ...]]:
        request, about, blow = arrival.request, answer.about, arrival.blow
        text = "" if answer.body is None else dumps(answer.body)
        result = _UNBROKEN
        if blow is not None:
            result = broken(blow, answer, text, is_script=arrival.transport == "script", choices=choices)
            text = result.sent
        status = answer.status if blow is None else result.status
        request_id = _request_id(request) or self._new_id(arrival.number)
        headers = (*((_JSON_TYPE,) if text else ()), ("X-Request-ID", request_id), *answer.headers, *result.headers)
        duration = (time.perf_counter() - arrival.started) * 1_000 + (blow.delay_ms if blow is not None else 0.0)
        written = _Written(status, request_id, text, headers, duration, sorted(secret_fields))
        exchange = Exchange(
            status=status,
            body=answer.body if blow is None else result.body,
            text=text,
            headers=headers,
            entry_id=arrival.number,
            decisions=about.decisions,
            step=about.step,
            user_feature_id=about.user_feature_id,
            note=about.note,
            duration_ms=duration,
            delay_ms=blow.delay_ms if blow is not None else 0.0,
            failure=result.failure,
        )
        return exchange, _around(self._mask.row(self._row(arrival, answer, written)), self._values())

    def _row(self, arrival: Arrival, answer: Answer, written: _Written) -> tuple[Any, ...]:
        """The values of the log's columns, in order."""
        request, about, blow = arrival.request, answer.about, arrival.blow
        return (
            arrival.number,
            arrival.time,
            "in",
            arrival.transport,
            "emulator",
            arrival.run_id,
            request.method,
            request.path,
            urlencode(mask_query(request.query)) if request.query else None,
            about.kind,
            about.step,
            about.connection_id,
            about.user_id,
            about.user_feature_id,
            written.status or None,
            answer.code,
            written.duration_ms,
            written.request_id,
            _headers_text(request.headers),
            self._mask.text(request.text) or None,
            dumps(written.headers),
            self._mask.text(written.text) or None,
            decisions_text(about.decisions),
            blow.text if blow is not None else None,
            about.note,
            dumps(written.secret_fields) if written.secret_fields else None,
        )

    def event(self, entry: Entry) -> int:
        """Write an event and give its number."""
        return self._log.add(replace(entry, request_body=self._mask.literal(entry.request_body or "") or None))

    def _new_id(self, number: int) -> str:
        return hashlib.blake2b(f"{self._seed} {number}".encode(), digest_size=16, person=b"wb request").hexdigest()


def _around(row: tuple[Any, ...], values: SecretValues) -> tuple[Any, ...]:
    """The row without the values where they stand around bodies; a caller may send one for the name of a step, too."""
    everything = "\x00".join([row[place] for place in _AROUND if row[place]])
    if values.inside(everything) == everything:
        return row
    return tuple([values.inside(one) if one and place in _AROUND else one for place, one in enumerate(row)])


def _numbered(exchange: Exchange, number: int) -> Exchange:
    return exchange if exchange.entry_id == number else replace(exchange, entry_id=number)


@lru_cache(maxsize=64)  # a client sends the same ones again and again
def _headers_text(headers: tuple[tuple[str, str | Secret], ...]) -> str:
    return dumps(mask_headers(headers))


def _request_id(request: Request) -> str | None:
    given = request.header("x-request-id")
    return given if given and len(given) <= _LONGEST_ID and given.isascii() and given.isprintable() else None


def dumps(value: Any) -> str:
    """Compact JSON, as it goes over the wire; lone surrogates as escapes."""
    return encodable(_ENCODER.encode(value))


def decisions_text(decisions: tuple[Decision, ...]) -> str | None:
    """The decisions as JSON: field, winner, losers, rule, and whether the field is secret."""
    if not decisions:
        return None
    return dumps(
        [
            {
                "field": one.field_id,
                "winner": _candidate(one.winner) if one.winner is not None else None,
                "losers": [_candidate(loser) for loser in one.losers],
                "rule": one.rule,
                "secret": one.secret,
            }
            for one in decisions
        ]
    )


def _candidate(candidate: Candidate) -> dict[str, Json]:
    return {"source": candidate.source.value, "value": candidate.value}
