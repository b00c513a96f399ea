"""An entry of the log as the request that was sent, to send it again.

The log keeps no key and no token. What was accepted goes out again with the bench's own key, or with the token of the
same user; what was refused for its key or token goes out with one that is as wrong, and what carried none with none.
What else the log does not keep cannot be sent again, and the error says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import parse_qsl

from workbench.connect_api.api_log import Entry
from workbench.connect_api.callers import WRONG_KEY, WRONG_TOKEN
from workbench.connect_api.requests import KEY_HEADERS, Request
from workbench.errors import UsageError
from workbench.secret import MASK, Secret

_NOT_AGAIN = frozenset({
    *("host", "content-length", "connection", "transfer-encoding", "accept-encoding", "cookie", "x-request-id"),
})  # fmt: skip
"""Headers of the way, not of the request; it gets an id of its own."""
_WRONG = Secret(MASK)  # no key and no token holds such signs


def as_request(entry: Entry, *, key: Secret, token: Callable[[str], Secret], acting_user: str | None = None) -> Request:
    """The request of an entry, as ``bench.logs.raw`` gives it.

    Args:
        entry: what was sent to the API.
        key: the service key.
        token: gives a user's token.
        acting_user: the only user that it may act for, where a script sent it.

    Raises:
        UsageError: it went from the API to another side, or carried what the log does not keep; says what.
    """
    if entry.direction != "in" or entry.method is None or entry.path is None:
        raise UsageError("This went from the API to another side; fire the event again that it came from.")
    query = tuple(parse_qsl(entry.query or "", keep_blank_values=True))
    masked = [f"`{name}` of its query" for name, value in query if MASK in value]
    masked += ["part of its path"] if MASK in entry.path else []
    masked += ["part of its body"] if MASK in (entry.request_body or "") else []
    if masked:
        raise UsageError(
            f"Entry {entry.id} cannot be sent again: {', '.join(masked)} was a key, a token or a code, which the log "
            "does not keep. Send it with `bench.client()`, with the value itself."
        )
    sent: list[list[str]] = json.loads(entry.request_headers or "[]")
    headers = tuple(
        (name.lower(), _credential(name.lower(), entry, key, token) if MASK in value else value)
        for name, value in sent
        if name.lower() not in _NOT_AGAIN
    )
    return Request(
        method=entry.method,
        path=entry.path,
        query=query,
        headers=headers,
        body=(entry.request_body or "").encode(),
        acting_user=acting_user,
    )


def _credential(name: str, entry: Entry, key: Secret, token: Callable[[str], Secret]) -> str | Secret:
    """What to send in place of a masked header."""
    said = _message(entry)
    if name in KEY_HEADERS:
        return _WRONG if said.startswith(WRONG_KEY) else key
    if name != "authorization":
        return _WRONG
    if said.startswith(WRONG_TOKEN):
        return Secret(f"Bearer {_WRONG.reveal()}")
    if entry.user_id is None:
        raise UsageError(
            f"Entry {entry.id} cannot be sent again: it carried a user token, which the log does not keep, and nothing "
            "in it says whose. Send it with `bench.client(user_token=user.token())`."
        )
    return Secret(f"Bearer {token(entry.user_id).reveal()}")


def _message(entry: Entry) -> str:
    """What a refusal for missing or wrong credentials says; empty for every other answer."""
    if entry.status != 401 or entry.fault is not None:
        return ""
    try:
        body = json.loads(entry.response_body or "null")
    except ValueError:
        return ""
    return str(body.get("message", "")) if isinstance(body, dict) else ""
