"""``receive(state, request) -> Answer | Ask`` and ``settle(state, ask, replies)``: the API, pure.

Nothing here waits, logs or changes anything. ``receive`` authenticates, finds the endpoint and either answers or
says what services must be asked; ``settle`` goes on from their replies. What an exchange changes is in its answer.

The order of checks: path and method, key, connection, step, body, user, user feature, fields.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import quote, unquote

from workbench.connect_api import accounts, life, responses
from workbench.connect_api.callers import ANYBODY, ONE_USER, SERVICE, Level, admit, identify
from workbench.connect_api.deprecated import update_connection
from workbench.connect_api.lists import perform_query
from workbench.connect_api.notifications import notify
from workbench.connect_api.options import feature_options, step_options
from workbench.connect_api.requests import Request, read_user_id
from workbench.connect_api.responses import About, Refusal
from workbench.connect_api.services import Reply
from workbench.connect_api.shown import connection_shown
from workbench.connect_api.state import State
from workbench.connect_api.steps import Ask, Outcome, run_action, test_trigger
from workbench.connect_api.updates import update_user_connection
from workbench.connection.definition import ConnectionDefinition, StepKind

Handler: TypeAlias = Callable[[State, Request, About, str], Outcome]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method of one path, and the levels of authentication that may use it."""

    method: str
    path: tuple[str, ...]
    handler: Handler
    levels: frozenset[Level] = SERVICE

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
        caller = identify(state, request)
        admit(caller, endpoint.levels)
        if connection_id is not None and connection_id != state.definition.id:
            raise responses.unknown_id("connection")
        if caller.user_id is not None:  # a user token is good for its own user alone
            request = _for_user(request, caller.user_id)
        return endpoint.handler(state, request, about, argument)
    except Refusal as refusal:
        return refusal.answer(about)


def settle(state: State, ask: Ask, replies: Sequence[Reply]) -> Outcome:
    """Go on from what the services replied, in the order of ``ask.calls``."""
    try:
        return ask.then(state, replies)
    except Refusal as refusal:
        return refusal.answer(ask.about)


def _for_user(request: Request, user_id: str) -> Request:
    named = () if read_user_id(request, None) is not None else (("user_id", user_id),)
    return replace(request, query=(*request.query, *named), acting_user=user_id)


def _show(state: State, request: Request, about: About, _: str) -> Outcome:
    """``GET /v2/connections/{connection_id}``."""
    caller = identify(state, request)
    user_id = read_user_id(request, None) if caller.level is Level.CHANNEL else caller.user_id
    about.user_id = user_id
    return responses.ok(connection_shown(state, user_id), about)


_CONNECTION = ("v2", "connections", "{connection_id}")
_USER_CONNECTION = (*_CONNECTION, "user_connection")

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("GET", ("v2", "me"), accounts.show_me, ANYBODY),
    Endpoint("GET", _CONNECTION, _show, ANYBODY),
    Endpoint("PUT", _USER_CONNECTION, update_user_connection),
    Endpoint("POST", _CONNECTION, update_connection),
    *(
        Endpoint("GET", (*_CONNECTION, kind.plural, f"{{{kind}_id}}", "field_options"), step_options(kind))
        for kind in StepKind
    ),
    Endpoint("GET", (*_CONNECTION, "features", "{feature_id}", "field_options"), feature_options),
    Endpoint("POST", (*_USER_CONNECTION, "refresh"), life.refresh),
    Endpoint("POST", (*_CONNECTION, "triggers", "{trigger_id}", "test"), test_trigger),
    Endpoint("POST", (*_CONNECTION, "queries", "{query_id}", "perform"), perform_query),
    Endpoint("POST", (*_CONNECTION, "actions", "{action_id}", "run"), run_action),
    Endpoint("POST", ("v2", "user_token"), accounts.give_user_token),
    Endpoint("POST", ("v2", "provisional_access_code"), accounts.give_access_code),
    Endpoint("POST", (*_CONNECTION, "enable"), life.reenable, ONE_USER),
    Endpoint("POST", (*_CONNECTION, "disable"), life.disable, ONE_USER),
    Endpoint("GET", ("v2", "account", "find"), accounts.find_account, ANYBODY),
    Endpoint("POST", ("v2", "sdk", "events"), accounts.take_events, ANYBODY),
    Endpoint("POST", ("v1", "notifications"), notify),
)
"""Connect API page, and the mobile SDKs' public sources for the last four."""


def request_names(definition: ConnectionDefinition) -> list[str]:
    """Every request that the API knows for a connection, as ``METHOD /path``."""
    filled = {"{connection_id}": [definition.id], "{feature_id}": [one.id for one in definition.features]}
    for _, step in definition.feature_steps():
        filled.setdefault(f"{{{step.kind}_id}}", []).append(step.step)
    names: dict[str, None] = {}
    for endpoint in ENDPOINTS:
        choices = [filled.get(part, []) if part.startswith("{") else [part] for part in endpoint.path]
        for parts in itertools.product(*choices):
            names[f"{endpoint.method} /{'/'.join(quote(part, safe='', errors='replace') for part in parts)}"] = None
    return list(names)


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
