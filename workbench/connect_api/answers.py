"""From an HTTP answer to a typed result, or to the exception of its status.

Codes are an open set, so that the exception follows the status, and the code is only shown. No text that came from
outside is put into a message before the caller's secrets are taken out of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from workbench import errors
from workbench.connect_api.api_calls import ApiCall
from workbench.connect_api.masking import KeyMask
from workbench.connect_api.results import Object
from workbench.errors import ConnectError, UnexpectedAnswer
from workbench.secret import Secret

T = TypeVar("T")

_BY_STATUS: Mapping[int, type[ConnectError]] = {
    400: errors.BadRequest,
    401: errors.Unauthorized,
    403: errors.Forbidden,
    404: errors.NotFound,
    422: errors.InvalidParameters,
    429: errors.RateLimited,
    502: errors.BadGateway,
}
_LONGEST = 1_000


@dataclass(frozen=True, kw_only=True)
class HttpAnswer:
    """What came back, whatever brought it. Header names are lower-case.

    Its repr says the status alone: what an API sends back may echo the key, and tracebacks show reprs.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


def read_answer(call: ApiCall[T], answer: HttpAnswer, *, secrets: Iterable[Secret], request_id: str) -> T:
    """The call's result.

    Raises:
        ConnectError: the subclass of the status; or UnexpectedAnswer.
    """
    problem = _Problem(call=call, answer=answer, secrets=tuple(secrets), sent_id=request_id)
    if 300 <= answer.status < 400:
        raise problem.error(
            UnexpectedAnswer,
            "The API answered with a redirect, which is not followed: a key is "
            "bound to its base URL. Check the base URL.",
        )
    if not (200 <= answer.status < 300 or answer.status in call.may_fail):
        raise problem.of_status()
    try:
        return call.read(answer.status, _object(answer.body))
    except ValueError as malformed:
        raise problem.error(UnexpectedAnswer, f"The answer is no JSON object: {malformed}") from None
    except UnexpectedAnswer as found:
        raise problem.error(UnexpectedAnswer, found.message) from None


@dataclass(frozen=True, kw_only=True)
class _Problem:
    """An answer that becomes an exception."""

    call: ApiCall[Any]
    answer: HttpAnswer
    secrets: tuple[Secret, ...]
    sent_id: str

    def of_status(self) -> ConnectError:
        """The exception of the status, with what the error body says."""
        try:
            body = _object(self.answer.body) or {}
        except ValueError:
            body = {}
        kind = _BY_STATUS.get(self.answer.status)
        if kind is None:
            kind = errors.ServerError if self.answer.status >= 500 else ConnectError
        said = body.get("message")
        message = said if isinstance(said, str) and said else self._plain_text()
        return self.error(kind, message, code=body.get("code"), details=_details(body.get("details")))

    def error(
        self, kind: type[ConnectError], message: str, *, code: object = None, details: Iterable[tuple[str, str]] = ()
    ) -> ConnectError:
        """An exception of a kind, with everything of the caller's that is secret taken out."""
        return kind(
            self._clean(message),
            call=self._clean(self.call.name),
            status=self.answer.status,
            code=self._clean(code) if isinstance(code, str) else None,
            details=[(self._clean(pointer), self._clean(what)) for pointer, what in details],
            request_id=self._clean(self.answer.headers.get("x-request-id") or self.sent_id),
            retry_after=_seconds(self.answer.headers.get("retry-after")),
        )

    def _plain_text(self) -> str:
        text = " ".join(self._clean(self.answer.body.decode("utf-8", "replace")).split())  # cleaned, then cut
        return f"The error has no JSON body; it says {text[:200]!r}" if text else "The error has no body"

    def _clean(self, text: str) -> str:
        for secret in self.secrets:
            text = KeyMask(secret).literal(text)
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _object(body: bytes) -> Object | None:
    """The body as a JSON object; None for an empty one.

    Raises:
        ValueError: it is something else.
    """
    if not body.strip():
        return None
    try:
        parsed = json.loads(body)
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    if not isinstance(parsed, dict):
        raise ValueError(f"it is a JSON {type(parsed).__name__}")  # noqa: TRY004 - one kind of error for all
    return cast("Object", parsed)


def _details(listed: Any) -> list[tuple[str, str]]:
    if not isinstance(listed, list):
        return []
    return [
        (str(one.get("parameter") or ""), str(one.get("message") or "")) if isinstance(one, dict) else ("", str(one))
        for one in listed
    ]


def _seconds(text: str | None) -> float | None:
    """``Retry-After`` in seconds; None where it is absent, or a date."""
    return float(text) if text is not None and text.isascii() and text.isdigit() else None
