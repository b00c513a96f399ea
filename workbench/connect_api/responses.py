"""Bodies, status codes and error texts, as the service words them.

An error body is ``{"type": "error", "code", "message", "details"}`` (Connect API page, "Errors"). The three
documented codes are ``not_found``, ``invalid_parameters`` and ``unauthorized``; the others are our choice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from workbench.connect_api.users import AccessCode, UserConnection
from workbench.connection.fields import Decision, Json
from workbench.secret import Secret

CODES: Mapping[int, str] = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "payload_too_large",
    415: "unsupported_media_type",
    421: "misdirected_request",
    422: "invalid_parameters",
    429: "too_many_requests",
    431: "headers_too_large",
    500: "internal_error",
    502: "bad_gateway",
    503: "service_unavailable",
    504: "gateway_timeout",
}

MEANINGS: Mapping[int, str] = {
    200: "Success; the body has the answer.",
    201: "Success; a provisional access code was made.",
    204: "Success; there is nothing to read.",
    400: "The request cannot be read.",
    401: "The key or token is missing, malformed or wrong.",
    403: "The caller is known, but may not do this.",
    404: "No such id, or something that the caller may not see.",
    422: "A parameter has a wrong value; `details` points at it.",
    500: "Something failed inside the API.",
    502: "The service behind the step could not process the request.",
}
"""Connect API page, "HTTP status codes", in our words (201 is documented with its endpoint)."""


def meaning(status: int | None) -> str:
    """What a status of the Connect API means, as documented; says so where it is not."""
    if status is None:
        return "No answer came."
    if status in MEANINGS:
        return MEANINGS[status]
    name = CODES.get(status, "").replace("_", " ")
    return f"{name.capitalize()}: not among the documented statuses." if name else "Not among the documented statuses."


NOT_AN_OPTION = "Not a valid option for this field. Send a token from the field options request."
BAD_PARAMETERS = "The parameters of your request were invalid"


@dataclass(slots=True, kw_only=True)
class About:
    """What the log tells of one exchange, gathered while it is decided."""

    kind: str | None = None
    step: str | None = None
    connection_id: str | None = None
    user_id: str | None = None
    user_feature_id: str | None = None
    decisions: tuple[Decision, ...] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class TriggerEvent:
    """An event of a trigger for one user feature, that began inside the API (a test trigger)."""

    trigger: str
    user_id: str
    feature_id: str
    user_feature_id: str
    user_feature_trigger_id: str
    ingredients: Mapping[str, Json]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One entry of a notification: check one trigger identity, or everything of one user."""

    trigger_identity: str | None = None
    user_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Change:
    """What an exchange changes: each member replaces what was there, None leaves it."""

    user: UserConnection | None = None
    user_token: tuple[Secret, str] | None = None  # token, user_id
    access_code: AccessCode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the API answers, what it decided on the way, and what follows from it."""

    status: int
    about: About
    body: Json = None
    code: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    change: Change | None = None
    events: tuple[TriggerEvent, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Detail:
    """One entry of an error's ``details``: a JSON pointer into the request's body, and what is wrong there."""

    parameter: str
    message: str


@dataclass(kw_only=True)
class Refusal(Exception):
    """Ends the reading of a request: the answer is this error."""

    status: int
    message: str
    details: tuple[Detail, ...] = ()
    headers: tuple[tuple[str, str], ...] = field(default=())

    def answer(self, about: About) -> Answer:
        """The error as an answer."""
        return error(self.status, self.message, about, details=self.details, headers=self.headers)


def error(
    status: int,
    message: str,
    about: About,
    *,
    details: Iterable[Detail] = (),
    headers: tuple[tuple[str, str], ...] = (),
) -> Answer:
    """An error answer with the code of its status."""
    code = CODES.get(status, "bad_gateway" if status >= 500 else "bad_request")
    listed: list[Json] = [{"parameter": detail.parameter, "message": detail.message} for detail in details]
    body: Json = {"type": "error", "code": code, "message": message, "details": listed}
    return Answer(status=status, about=about, body=body, code=code, headers=headers)


def invalid(*details: Detail) -> Refusal:
    """422 with the pointers of what is wrong."""
    return Refusal(status=422, message=BAD_PARAMETERS, details=details)


def bad_request(message: str, *details: Detail) -> Refusal:
    """400: the request cannot be read."""
    return Refusal(status=400, message=message, details=details)


def unknown_id(kind: str) -> Refusal:
    """404, in the documented words ("Unknown connection id")."""
    return Refusal(status=404, message=f"Unknown {kind} id")


def unknown_path() -> Refusal:
    """404: no such endpoint."""
    return Refusal(status=404, message="Unknown path")


def wrong_method(allowed: Iterable[str]) -> Refusal:
    """405 with the methods that the path has."""
    listed = ", ".join(allowed)
    return Refusal(status=405, message=f"This path takes {listed}", headers=(("Allow", listed),))


def unauthorized(message: str) -> Refusal:
    """401: no valid credentials."""
    return Refusal(status=401, message=message)


def forbidden(message: str) -> Refusal:
    """403: authenticated, but not allowed."""
    return Refusal(status=403, message=message)


def ok(body: Json, about: About, change: Change | None = None) -> Answer:
    """200 with a body."""
    return Answer(status=200, body=body, about=about, change=change)


def no_content(about: About, change: Change | None = None, events: tuple[TriggerEvent, ...] = ()) -> Answer:
    """204, empty."""
    return Answer(status=204, about=about, change=change, events=events)


def pointer(*path: str | int) -> str:
    """A JSON pointer (RFC 6901) to a place in the request's body."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)
