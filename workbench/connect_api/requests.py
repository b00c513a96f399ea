"""Authentication, parameters and bodies: read and checked.

* The key comes in ``IFTTT-Service-Key`` or, by its older name, ``IFTTT-Channel-Key``.
* ``user_id`` comes in the query or in the body, as text or as a number; it is compared as text.
* A body is a JSON object in UTF-8.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, NoReturn

from workbench.connect_api.choices import Choices
from workbench.connect_api.responses import Detail, Refusal, bad_request, invalid, pointer
from workbench.connection.fields import Json
from workbench.secret import Secret, revealed

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
KEY_HEADERS: Final = ("ifttt-service-key", "ifttt-channel-key")


class _Absent:
    def __repr__(self) -> str:
        return "absent"


ABSENT: Final = _Absent()


@dataclass(frozen=True, kw_only=True, repr=False)
class Request:
    """One request to the API. ``headers`` have lower-case names; ``path`` is still percent-encoded.

    ``parsed`` is the body where the caller has it as JSON already, and no bytes were sent (a script's call).
    ``acting_user`` is the only user that the caller may act for; None: whoever the key may.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str | Secret], ...] = ()
    body: bytes = b""
    parsed: Json | _Absent = field(default=ABSENT)
    acting_user: str | None = None

    def __repr__(self) -> str:  # no value of headers, query or body, which may be secret
        names = ", ".join(dict.fromkeys(name for name, _ in (*self.query, *self.headers))) or "nothing"
        return f"<Request {self.method} {self.path}, with {names}>"

    def header(self, name: str) -> str | None:
        """The first header of that lower-case name."""
        for one, value in self.headers:
            if one == name:
                return revealed(value)
        return None

    def values(self, name: str) -> list[str]:
        """Every value of a query parameter."""
        return [value for one, value in self.query if one == name]

    @property
    def content(self) -> Json:
        """The body as JSON, unchecked, for the log; None where it is none."""
        return _read_leniently(self.text) if isinstance(self.parsed, _Absent) else self.parsed

    @cached_property
    def text(self) -> str:
        """The body as text, for the log."""
        if isinstance(self.parsed, _Absent):
            return self.body.decode("utf-8", "replace")
        try:
            return _compact(self.parsed)
        except (ValueError, RecursionError):
            return ""


def _read_leniently(text: str) -> Json:
    try:
        parsed: Json = json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None
    return parsed


def read_body(request: Request, choices: Choices) -> dict[str, Json]:
    """The body as an object; an empty body is an empty object.

    Raises:
        Refusal: it is too large, too deep, of another type, malformed, or no object.
    """
    given = request.parsed
    body = _read_bytes(request, choices) if isinstance(given, _Absent) else _read_parsed(request, given, choices)
    if not isinstance(body, dict):
        raise bad_request("The body must be a JSON object", Detail(parameter="", message="Send an object: {…}"))
    return body


def _read_parsed(request: Request, given: Json, choices: Choices) -> Json:
    try:
        text = _compact(given)
        size = len(text.encode())
    except RecursionError:
        raise _too_deep(choices) from None
    except UnicodeEncodeError:
        raise _bad_text() from None
    except ValueError as error:
        raise bad_request(f"Malformed JSON: {error}") from None
    _check_size(size, choices)
    request.__dict__["text"] = text
    if _may_be_deep(text, choices):
        _check_depth(given, choices)
    return given


def _read_bytes(request: Request, choices: Choices) -> Json:
    raw = request.body
    if not raw:
        return {}
    _check_size(len(raw), choices)
    _check_type(request.header("content-type"), choices)
    try:
        text = raw.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        place = _place(raw[: error.start].decode("utf-8-sig", "replace"), None)
        raise _malformed(f"not UTF-8 at {place}", place) from None
    body = _parse(text, choices)
    if _may_be_deep(text, choices):
        _check_depth(body, choices)
    if "\\u" in text:
        _check_text(body)
    return body


def _parse(text: str, choices: Choices) -> Json:
    try:
        parsed: Json = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise _explain(text, error) from None
    except RecursionError:
        raise _too_deep(choices) from None
    except ValueError as error:  # a number of more than 4,300 digits, or NaN
        raise bad_request(f"Malformed JSON: {error}") from None
    return parsed


def _explain(text: str, error: json.JSONDecodeError) -> Refusal:
    comma = _trailing_comma(text, error.pos)
    if comma is not None:
        place = _place(text, comma)
        return _malformed(f"trailing comma at {place}", place)
    place = _place(text, error.pos)
    said = error.msg[:1].lower() + error.msg[1:]
    return _malformed(f"{said} at {place}", place)


def _trailing_comma(text: str, position: int) -> int | None:
    """Where a comma stands right before the closing bracket that the parser tripped over.

    The parser points at the bracket, or (since Python 3.13) at the comma.
    """
    after = re.compile(r",?\s*[}\]]").match(text, position)
    before = text[:position].rstrip()
    if after is None:
        return None
    if after.group().startswith(","):
        return position
    return len(before) - 1 if before.endswith(",") else None


def _place(text: str, position: int | None) -> str:
    until = text if position is None else text[:position]
    return f"{until.count(chr(10)) + 1}:{len(until) - until.rfind(chr(10))}"


def _malformed(problem: str, place: str) -> Refusal:
    detail = Detail(parameter="", message=f"{problem[:1].upper()}{problem[1:]} (line:column {place})")
    return bad_request(f"Malformed JSON: {problem}", detail)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"`{name}` is no JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_constant)


def _check_size(size: int, choices: Choices) -> None:
    if size > choices.body_limit:
        raise Refusal(status=413, message=f"The body is larger than {choices.body_limit:,} bytes")


def _check_type(content_type: str | None, choices: Choices) -> None:
    if content_type is None or choices.content_type == "ignore":
        return
    kind = content_type.partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise Refusal(status=415, message="Send the body as `Content-Type: application/json`")


def _may_be_deep(text: str, choices: Choices) -> bool:
    return text.count("[") + text.count("{") > choices.depth_limit


def _check_depth(body: Json, choices: Choices) -> None:
    level: list[Json] = [body]
    for _ in range(choices.depth_limit):
        level = [
            child
            for one in level
            if isinstance(one, dict | list)
            for child in (one.values() if isinstance(one, dict) else one)
            if isinstance(child, dict | list)
        ]
        if not level:
            return
    raise _too_deep(choices)


def _too_deep(choices: Choices) -> Refusal:
    return bad_request(f"The body is nested deeper than {choices.depth_limit} levels")


def _check_text(body: Json) -> None:
    try:
        _compact(body).encode()
    except UnicodeEncodeError:
        raise _bad_text() from None


def _bad_text() -> Refusal:
    return bad_request("The body holds half of a surrogate pair, which is no text")


def _compact(value: Any) -> str:
    return _ENCODER.encode(value)


def read_user_id(request: Request, body: dict[str, Json] | None) -> str | None:
    """The ``user_id`` of query and body; None where there is none.

    Raises:
        Refusal: it is no text or number, or two different ones are given.
    """
    found = {value for value in request.values("user_id") if value}
    given = body.get("user_id") if body else None
    if given is not None:
        if isinstance(given, bool | dict | list):
            raise bad_request("`user_id` is a text or a number", Detail(parameter="/user_id", message="Not an id"))
        if text := given if isinstance(given, str) else json.dumps(given):
            found.add(text)
    if len(found) > 1:
        raise bad_request(
            "Two different `user_id`s were given", Detail(parameter="/user_id", message="Differs from the query's")
        )
    return found.pop() if found else None


def no_user_id() -> Refusal:
    """400: the endpoint needs to know the user."""
    return bad_request(
        "`user_id` is missing: send it in the query or in the body", Detail(parameter="/user_id", message="Missing")
    )


def read_object(body: dict[str, Json], name: str) -> dict[str, Json]:
    """An optional member that is an object; absent and null are empty."""
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise invalid(Detail(parameter=pointer(name), message=f"`{name}` is an object of field ids and values"))
    return value


def read_text(body: dict[str, Json], name: str) -> str | None:
    """An optional member that is a text."""
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise invalid(Detail(parameter=pointer(name), message=f"`{name}` is a text"))
    return value


def read_limit(body: dict[str, Json], choices: Choices) -> int:
    """``limit``, or the default."""
    value = body.get("limit")
    if value is None:
        return choices.default_limit
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= choices.max_limit:
        raise invalid(Detail(parameter="/limit", message=f"`limit` is a whole number from 0 to {choices.max_limit:,}"))
    return value


def read_texts(body: dict[str, Json], name: str) -> tuple[str, ...]:
    """An optional member that is a list of texts, without repeats."""
    value = body.get(name)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise invalid(Detail(parameter=pointer(name), message=f"`{name}` is a list of texts"))
    for number, one in enumerate(value):
        if not isinstance(one, str):
            raise invalid(Detail(parameter=pointer(name, number), message=f"`{name}` holds texts"))
    return tuple(dict.fromkeys(str(one) for one in value))
