"""``POST /v1/notifications``: a service tells that there is something new. It tells nothing but where to look.

Service API page, "Realtime API".
"""

from __future__ import annotations

from workbench.connect_api.requests import Request, read_body
from workbench.connect_api.responses import About, Answer, Detail, Notice, bad_request, invalid, pointer
from workbench.connect_api.state import State
from workbench.connection.fields import Json

MOST = 1_000
"""Realtime API: at most so many entries."""


def notify(state: State, request: Request, about: About, _: str) -> Answer:
    """Read a notification; the checks that it asks for follow its answer."""
    listed = read_body(request, state.choices).get("data")
    if not isinstance(listed, list):
        raise bad_request("`data` is missing: a list of objects", Detail(parameter="/data", message="Not a list"))
    if len(listed) > MOST:
        detail = Detail(parameter="/data", message="Too many entries")
        raise bad_request(f"A notification has at most {MOST:,} entries, not {len(listed):,}", detail)
    return Answer(status=200, about=about, body={}, notices=tuple(_notice(at, one) for at, one in enumerate(listed)))


def _notice(number: int, one: Json) -> Notice:
    given = {name: one.get(name) for name in ("trigger_identity", "user_id")} if isinstance(one, dict) else {}
    named = {name: str(value) for name, value in given.items() if _is_id(value)}
    if not named:
        problem = "Each entry names a `trigger_identity` or a `user_id`"
        raise invalid(Detail(parameter=pointer("data", number), message=problem))
    return Notice(**named)


def _is_id(value: Json) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""
