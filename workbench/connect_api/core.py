"""``receive(state, request) -> Answer | Ask`` and ``settle(state, ask, replies)``: the API, pure.

Nothing here waits, logs or changes anything. ``receive`` authenticates, finds the endpoint and either answers or
says what services must be asked; ``settle`` goes on from their replies. What an exchange changes is in its answer.

The order of checks: path and method, key, connection, step, body, user, user feature, fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import unquote

from workbench.connect_api import responses
from workbench.connect_api.lists import perform_query
from workbench.connect_api.options import feature_options, step_options
from workbench.connect_api.requests import KEY_HEADERS, Request, read_user_id
from workbench.connect_api.responses import About, Refusal
from workbench.connect_api.services import Reply
from workbench.connect_api.shown import connection_shown
from workbench.connect_api.state import State
from workbench.connect_api.steps import Ask, Outcome, run_action, test_trigger
from workbench.connect_api.updates import update_user_connection
from workbench.connection.definition import StepKind

Handler: TypeAlias = Callable[[State, Request, About, str], Outcome]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method of one path; ``is_open`` ones answer without a key."""

    method: str
    path: tuple[str, ...]
    handler: Handler
    is_open: bool = False

    @property
    def template(self) -> str:
        """The path as documentation writes it."""
        return "/" + "/".join(self.path)


def receive(state: State, request: Request) -> Outcome:
    """Answer a request, or say whom to ask."""
    about = About()
    try:
        endpoint, connection_id, argument = _find(state, request)
        about.connection_id = connection_id
        if not has_key(state, request) and not endpoint.is_open:
            raise responses.unauthorized("This request needs your service key in the `IFTTT-Service-Key` header")
        if connection_id is not None and connection_id != state.definition.id:
            raise responses.unknown_id("connection")
        return endpoint.handler(state, request, about, argument)
    except Refusal as refusal:
        return refusal.answer(about)


def settle(state: State, ask: Ask, replies: Sequence[Reply]) -> Outcome:
    """Go on from what the services replied, in the order of ``ask.calls``."""
    try:
        return ask.then(state, replies)
    except Refusal as refusal:
        return refusal.answer(ask.about)


def has_key(state: State, request: Request) -> bool:
    """Whether the request carries the service key.

    Raises:
        Refusal: it carries a key or a token that is not valid.
    """
    given = [value for name, value in request.headers if name in KEY_HEADERS]
    if not all(state.is_key(value) for value in given):
        raise responses.unauthorized("The service key is not valid")
    bearer = request.header("authorization")
    if bearer is not None and not given:
        token = bearer.partition(" ")[2].strip()
        hint = " The service key belongs in the `IFTTT-Service-Key` header." if state.is_key(token) else ""
        raise responses.unauthorized(f"The user token is not valid.{hint}")
    return bool(given)


# --- endpoints that need no file of their own -------------------------------------------------------------------------


def _me(state: State, request: Request, about: About, _: str) -> Outcome:
    """``GET /v2/me``."""
    level = "channel" if has_key(state, request) else "none"
    user_id = read_user_id(request, None) if level != "none" else None
    about.user_id = user_id
    service = state.definition.primary_service or next((one.id for one in state.definition.services), None)
    login = user_id if user_id is not None and user_id in state.users else None
    body = {
        "type": "me",
        "authentication_level": level,
        "service_id": service if level != "none" else None,
        "user_login": login,
    }
    return responses.ok(dict(body), about)


def _show(state: State, request: Request, about: About, _: str) -> Outcome:
    """``GET /v2/connections/{connection_id}``."""
    user_id = read_user_id(request, None) if has_key(state, request) else None
    about.user_id = user_id
    return responses.ok(connection_shown(state, user_id), about)


_CONNECTION = ("v2", "connections", "{connection_id}")

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("GET", ("v2", "me"), _me, is_open=True),
    Endpoint("GET", _CONNECTION, _show, is_open=True),
    Endpoint("PUT", (*_CONNECTION, "user_connection"), update_user_connection),
    Endpoint("POST", (*_CONNECTION, "actions", "{action_id}", "run"), run_action),
    Endpoint("POST", (*_CONNECTION, "queries", "{query_id}", "perform"), perform_query),
    Endpoint("POST", (*_CONNECTION, "triggers", "{trigger_id}", "test"), test_trigger),
    *(
        Endpoint("GET", (*_CONNECTION, kind.plural, f"{{{kind}_id}}", "field_options"), step_options(kind))
        for kind in StepKind
    ),
    Endpoint("GET", (*_CONNECTION, "features", "{feature_id}", "field_options"), feature_options),
)
"""Connect API page; the order is that of the page's index."""


# --- finding an endpoint ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    methods: Mapping[str, Endpoint]
    connection_id: str | None
    argument: str


def _find(state: State, request: Request) -> tuple[Endpoint, str | None, str]:
    found = _at(request.path)
    if found is None:
        raise responses.unknown_path()
    endpoint = found.methods.get(request.method)
    if endpoint is None:
        if state.choices.wrong_method == "404":
            raise responses.unknown_path()
        raise responses.wrong_method(found.methods)
    return endpoint, found.connection_id, found.argument


@lru_cache(maxsize=1_024)
def _at(path: str) -> _Found | None:
    """What is at a path. Slashes separate before ``%2F`` is decoded, so that an id may hold one."""
    try:
        parts = tuple(unquote(part, errors="strict") for part in path.split("/")[1:])
    except UnicodeDecodeError:
        return None
    matches = [endpoint for endpoint in ENDPOINTS if path.startswith("/") and _matches(endpoint.path, parts)]
    if not matches:
        return None
    names = dict(zip(matches[0].path, parts, strict=True))
    connection_id = names.pop("{connection_id}", None)
    argument = next((part for name, part in names.items() if name.startswith("{")), "")
    return _Found({endpoint.method: endpoint for endpoint in matches}, connection_id, argument)


def _matches(template: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    return len(template) == len(parts) and all(
        one == part or (one.startswith("{") and part) for one, part in zip(template, parts, strict=True)
    )
