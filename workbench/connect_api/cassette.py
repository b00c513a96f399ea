"""What a recording holds: requests and answers as they may be written, and how a request finds its answer. No I/O.

* strict: requests come in the recorded order, and are equal in everything.
* lenient: method, path and user are the same. An answer that nobody got yet goes before one that somebody did, and
  an equal body before another one.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, cast

from workbench.connect_api.masking import SECRET_MEMBERS, mask_json
from workbench.connect_api.spelled import Spelled, spelled
from workbench.connection.fields import Json
from workbench.secret import MASK, Secret

_KEPT_HEADERS = ("content-type", "location", "retry-after", "allow")
_USUAL_TYPE = "application/json; charset=utf-8"
_MOST_DIFFERENCES = 5
_LONGEST = 80


class Match(StrEnum):
    """How alike a request and a recorded one must be."""

    STRICT = "strict"
    LENIENT = "lenient"


@dataclass(frozen=True, kw_only=True)
class RecordedRequest:
    """A request as it may be written. ``caller`` is what it was authenticated by, not the credential."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    caller: str = "nobody"
    body: Json = None

    @property
    def user(self) -> str | None:
        """The user it is for, of query or body."""
        in_body = self.body.get("user_id") if isinstance(self.body, dict) else None
        return dict(self.query).get("user_id") or (None if in_body is None else str(in_body))

    @property
    def name(self) -> str:
        """The request in one line."""
        return f"{self.method} {self.path}{f' for {self.user}' if self.user else ''}"

    def is_same(self, other: RecordedRequest) -> bool:
        """Whether everything is the same; as JSON has it, where ``true`` is not 1."""
        return replace(self, body=None) == replace(other, body=None) and _same(self.body, other.body)

    def is_like(self, other: RecordedRequest) -> bool:
        """Whether method, path and user are the same."""
        return (self.method, self.path, self.user) == (other.method, other.path, other.user)


@dataclass(frozen=True, kw_only=True)
class RecordedAnswer:
    """An answer as it may be written: a JSON body, or text that is none, or bytes that are no text."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: Json = None
    text: str | None = None
    data: bytes | None = None

    @property
    def content(self) -> bytes:
        """The body's bytes."""
        if self.data is not None:
            return self.data
        if self.text is not None:
            return self.text.encode()
        return b"" if self.body is None else json.dumps(self.body, separators=(",", ":")).encode()

    @property
    def sent_headers(self) -> list[tuple[str, str]]:
        """The headers of the replayed answer."""
        usual = [] if not self.content or "content-type" in dict(self.headers) else [("content-type", _USUAL_TYPE)]
        return [*usual, *self.headers]


@dataclass(frozen=True, kw_only=True)
class RecordedExchange:
    """A request and its answer."""

    request: RecordedRequest
    answer: RecordedAnswer

    def as_json(self) -> dict[str, Json]:
        """As the file has it; what there is none of is left out."""
        request, answer = self.request, self.answer
        data = None if answer.data is None else base64.b64encode(answer.data).decode()
        return {
            "request": _without_none(
                {
                    "method": request.method,
                    "path": request.path,
                    "query": [[name, value] for name, value in request.query] or None,
                    "as": request.caller,
                    "body": request.body,
                }
            ),
            "answer": _without_none(
                {
                    "status": answer.status,
                    "headers": dict(answer.headers) or None,
                    "body": answer.body,
                    "text": answer.text,
                    "base64": data,
                }
            ),
        }


def read_exchange(value: Json) -> RecordedExchange:
    """An exchange from the file's JSON.

    Raises:
        ValueError: it has not the shape; says what is wrong.
    """
    request, answer = _member(value, "request", dict), _member(value, "answer", dict)
    data, text = answer.get("base64"), answer.get("text")
    try:
        decoded = None if data is None else base64.b64decode(str(data), validate=True)
    except binascii.Error as error:
        raise ValueError(f"`base64` of the answer cannot be read: {error}") from None
    return RecordedExchange(
        request=RecordedRequest(
            method=_member(request, "method", str),
            path=_member(request, "path", str),
            query=tuple(_pair(one) for one in request.get("query", [])),
            caller=str(request.get("as", "nobody")),
            body=request.get("body"),
        ),
        answer=RecordedAnswer(
            status=_member(answer, "status", int),
            headers=tuple((str(name), str(one)) for name, one in _optional_object(answer, "headers").items()),
            body=answer.get("body"),
            text=None if text is None else str(text),
            data=decoded,
        ),
    )


class Cassette:
    """The exchanges of a recording, and which of them were asked for."""

    def __init__(self, exchanges: Iterable[RecordedExchange] = ()) -> None:
        self.exchanges = list(exchanges)
        self._played: set[int] = set()

    @property
    def unused(self) -> tuple[RecordedRequest, ...]:
        """What was recorded and not asked for."""
        return tuple(one.request for number, one in enumerate(self.exchanges) if number not in self._played)

    def rewind(self) -> None:
        """Begin again: nothing was asked for yet."""
        self._played.clear()

    def answer_for(self, sent: RecordedRequest, match: Match, *, may_repeat: bool) -> RecordedAnswer | None:
        """The recorded answer, which counts as asked for from now on; None where there is none.

        ``may_repeat``: whether, in a lenient match, an answer may be given a second time when no other is left.
        """
        number = self._next(sent) if match is Match.STRICT else self._like(sent, may_repeat=may_repeat)
        if number is None:
            return None
        self._played.add(number)
        return self.exchanges[number].answer

    def add(self, exchange: RecordedExchange) -> None:
        """One more exchange, just carried out."""
        self._played.add(len(self.exchanges))
        self.exchanges.append(exchange)

    @property
    def is_at_end(self) -> bool:
        """Whether the strict order has nothing more to give."""
        return self._place == len(self.exchanges)

    def miss(self, sent: RecordedRequest, match: Match) -> str:
        """Why a request has no answer here: the nearest recorded one, and what differs."""
        if not self.exchanges:
            return "It holds nothing."
        if match is Match.LENIENT:
            return self._nearest(sent)
        if self.is_at_end:
            return f"All {len(self.exchanges)} recorded requests have been asked for already."
        expected = self.exchanges[self._place].request
        lines = [f"Next in order is number {self._place + 1}, {expected.name}:", *_listed(expected, sent)]
        equal = [number + 1 for number, one in enumerate(self.exchanges) if one.request.is_same(sent)]
        if equal:
            lines.append(f"The very request is number {equal[0]}, so only the order differs; a lenient match takes it.")
        return "\n".join(lines)

    def _nearest(self, sent: RecordedRequest) -> str:
        def distance(number: int) -> tuple[int, int, int]:
            one = self.exchanges[number].request
            return int(one.method != sent.method) + int(one.path != sent.path), int(one.user != sent.user), number

        number = min(range(len(self.exchanges)), key=distance)
        one = self.exchanges[number].request
        return "\n".join([f"Nearest is number {number + 1}, {one.name}:", *_listed(one, sent)])

    @property
    def _place(self) -> int:
        """Where the strict order stands: after the last one asked for."""
        return max(self._played, default=-1) + 1

    def _next(self, sent: RecordedRequest) -> int | None:
        place = self._place
        return place if place < len(self.exchanges) and self.exchanges[place].request.is_same(sent) else None

    def _like(self, sent: RecordedRequest, *, may_repeat: bool) -> int | None:
        alike = [number for number, one in enumerate(self.exchanges) if one.request.is_like(sent)]
        fresh = [number for number in alike if number not in self._played]
        candidates = fresh or (list(reversed(alike)) if may_repeat else [])
        equal = [number for number in candidates if _same(self.exchanges[number].request.body, sent.body)]
        return next(iter([*equal, *candidates]), None)


# --- as it may be written ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is asked each time, as a connection may be edited meanwhile: ids of fields, and values, that are secret."""

    fields: Callable[[], Iterable[str]] = tuple
    values: Callable[[], Iterable[str]] = tuple


NOTHING_HIDDEN = Hidden()


@dataclass(slots=True)
class Mask:
    """Takes out what is secret: members by their names, known secrets wherever they stand. Learns tokens it meets."""

    names: frozenset[str]
    known: dict[Secret, Spelled] = field(default_factory=dict)

    @classmethod
    def of(cls, secret_fields: Iterable[str]) -> Mask:
        """A mask for tokens and codes, and for the fields that are named."""
        return cls(frozenset({*SECRET_MEMBERS, *secret_fields}))

    def hide(self, names: Iterable[str]) -> None:
        """Members and fields whose values must not be written, from now on."""
        self.names = self.names.union(names)

    def learn(self, secrets: Iterable[Secret]) -> None:
        """Texts that must not be written, from now on."""
        self.known |= {one: found for one in secrets if one.reveal() != MASK for found in spelled(one)}

    def json(self, value: Json) -> Json:
        """A JSON value without what is secret."""
        self.learn(Secret(one) for one in _secret_texts(value, self.names))
        return self._texts(cast("Json", mask_json(value, self.names)))

    def text(self, text: str) -> str:
        """A text without what is secret."""
        for one in sorted(self.known.values(), key=len, reverse=True):
            text = one.hide(text)
        return text

    def spoilt(self, text: str) -> str:
        """A text that is no JSON: what cannot be read cannot be masked in part."""
        return MASK if any(name in text for name in self.names) else self.text(text)

    def _texts(self, value: Json) -> Json:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self._texts(one) for one in value]
        if isinstance(value, dict):
            return {self.text(name): self._texts(one) for name, one in value.items()}
        return value


def masked_request(request: RecordedRequest, mask: Mask) -> RecordedRequest:
    """The request as it may be written."""
    try:
        body = mask.json(request.body)
    except RecursionError:
        body = MASK  # what is too deep to be read through may hold anything
    query = tuple((name, mask.text(value)) for name, value in request.query)
    return replace(request, path=mask.text(request.path), query=query, body=body)


def masked_answer(status: int, headers: Mapping[str, str], content: bytes, mask: Mask) -> RecordedAnswer:
    """The answer as it may be written; header names are lower-case. Request ids are kept of errors, where they help."""
    kept = [name for name in (*_KEPT_HEADERS, *(("x-request-id",) if status >= 400 else ())) if name in headers]
    usual = headers.get("content-type", "").startswith("application/json")
    shown = tuple((name, mask.text(headers[name])) for name in kept if not (usual and name == "content-type"))
    if not content:
        return RecordedAnswer(status=status, headers=shown)
    body = _as_object(content, mask)
    if body is not None:
        return RecordedAnswer(status=status, headers=shown, body=body)
    try:
        return RecordedAnswer(status=status, headers=shown, text=mask.spoilt(content.decode("utf-8")))
    except UnicodeDecodeError:
        latin = mask.spoilt(content.decode("latin-1"))
        return RecordedAnswer(status=status, headers=shown, data=latin.encode("latin-1", "replace"))


def _as_object(content: bytes, mask: Mask) -> Json:
    """The content, masked, where it is a JSON object that can be written again; None where it is anything else."""
    try:
        parsed = json.loads(content.decode("utf-8"))
        json.dumps(parsed, ensure_ascii=False, allow_nan=False).encode("utf-8")
        return mask.json(parsed) if isinstance(parsed, dict) else None
    except (ValueError, RecursionError):
        return None


def _secret_texts(value: Json, names: frozenset[str]) -> Iterator[str]:
    """The texts of secret members and fields, which may come back in other places."""
    if isinstance(value, dict):
        is_field = any(value.get(name) in names for name in ("field_id", "id") if isinstance(value.get(name), str))
        for name, one in value.items():
            if isinstance(one, str):
                yield from (one,) if name in names or (is_field and name == "value") else ()
            else:
                yield from _secret_texts(one, names)
    elif isinstance(value, list):
        for one in value:
            yield from _secret_texts(one, names)


# --- what differs -----------------------------------------------------------------------------------------------------


def differences(recorded: RecordedRequest, sent: RecordedRequest) -> list[str]:
    """What differs between a recorded request and one that is sent, a line each."""
    found = []
    for name in ("method", "path", "caller"):
        was, now = getattr(recorded, name), getattr(sent, name)
        if was != now:
            found.append(f"{name}: recorded {was}, sent {now}")
    if recorded.query != sent.query:
        found += _changes("query ", dict(recorded.query), dict(sent.query)) or ["query: another order or number"]
    found += _changes("body ", recorded.body, sent.body)
    return found


def _listed(recorded: RecordedRequest, sent: RecordedRequest) -> list[str]:
    found = differences(recorded, sent)
    rest = len(found) - _MOST_DIFFERENCES
    lines = [f"  {line}" for line in found[:_MOST_DIFFERENCES]] or ["  nothing differs, but it was asked for already"]
    return [*lines, f"  … and {rest} more"] if rest > 0 else lines


def _changes(place: str, was: Any, now: Any) -> list[str]:
    if isinstance(was, dict) and isinstance(now, dict):
        names = dict.fromkeys([*was, *now])
        return [
            line
            for name in names
            for line in _changes(f"{place}/{name}", was.get(name, _ABSENT), now.get(name, _ABSENT))
        ]
    if isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        pairs = enumerate(zip(was, now, strict=True))
        return [line for number, (one, other) in pairs for line in _changes(f"{place}/{number}", one, other)]
    return [] if _same(was, now) else [f"{place.strip()}: recorded {_shown(was)}, sent {_shown(now)}"]


_ABSENT: Any = type("Absent", (), {"__repr__": lambda _: "nothing"})()


def _same(was: Any, now: Any) -> bool:
    if was is _ABSENT or now is _ABSENT:
        return was is now
    return json.dumps(was, sort_keys=True) == json.dumps(now, sort_keys=True)


def _shown(value: Any) -> str:
    text = repr(value) if value is _ABSENT else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


# --- shapes -----------------------------------------------------------------------------------------------------------


def _without_none(members: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in members.items() if value is not None}


def _member(owner: Any, name: str, kind: type[Any]) -> Any:
    value = owner.get(name) if isinstance(owner, dict) else None
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ValueError(f"`{name}` is missing, or no {kind.__name__}")  # noqa: TRY004 - one kind of error for all
    return value


def _optional_object(owner: dict[str, Any], name: str) -> dict[str, Any]:
    return _member(owner, name, dict) if name in owner else {}


def _pair(value: Any) -> tuple[str, str]:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("`query` is a list of [name, value]")
    return str(value[0]), str(value[1])
