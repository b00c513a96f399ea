"""A service that really runs: asked over the Service API for actions, queries and field options.

Service API page (https://ifttt.com/docs/api_reference). A service whose definition names a ``url_prefix`` is asked at
``{url_prefix}/ifttt/v1/…``, within 8 seconds, once. What goes wrong is one of the request log's codes:

======  ===================================================================
E0      something else (the connection broke, the answer is too long)
E1      cannot connect
E2      no answer in time
E3      the answer is no JSON
E4      the service says it failed, or its answer has another shape
E5      the service skipped the action
E7      the service limits our rate
======  ===================================================================
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any, cast

from workbench.connect_api.outgoing import Outgoing, Received, Sending, check_address
from workbench.connect_api.services import COULD_NOT, Call, Done, Failed, Options, OptionsCall, Page, Reply, StepCall
from workbench.connection.definition import ConnectionDefinition, Ingredient, IngredientType, Query, Service, StepKind
from workbench.connection.fields import Json, Option
from workbench.errors import UsageError
from workbench.secret import Secret

SECONDS = 8.0
"""Applets page, "Timeouts": trigger, query and action endpoints of a service."""

_MOST_SAID = 500


class ServiceProblem(Exception):
    """A request to a service came to nothing. ``code`` is that of the request log, ``said`` the service's words."""

    def __init__(self, code: str, problem: str, said: str = "") -> None:
        self.code, self.problem, self.said = code, problem, said[:_MOST_SAID]
        super().__init__(f"{code}: {problem}{f' ({self.said})' if self.said else ''}")


@dataclass(frozen=True, kw_only=True)
class Caller:
    """For whom a service is asked."""

    user_id: str
    timezone: str
    user_feature_id: str | None = None
    run_id: str | None = None


class ServiceApi:
    """Speaks the Service API with the services of one connection.

    Args:
        outgoing: sends and logs.
        definition: the connection as it is now.
        timezone: the IANA zone of a user.
        allow_network: whether a service may be on another machine than this.
        secret_fields: ids of the fields whose values the log masks.
        seconds: how long a service may take.
    """

    def __init__(
        self,
        outgoing: Outgoing,
        definition: Callable[[], ConnectionDefinition],
        *,
        timezone: Callable[[str], str],
        allow_network: bool,
        secret_fields: Callable[[], frozenset[str]],
        seconds: float = SECONDS,
    ) -> None:
        self.outgoing, self._seconds = outgoing, seconds
        self._definition, self._timezone, self._secret_fields = definition, timezone, secret_fields
        self._allow_network = allow_network
        self._tokens: dict[tuple[str, str], Secret] = {}
        self._addresses: dict[str, str] = {}

    def use(self, service_id: str, url: str | None) -> None:
        """From now on the service runs at this address; None: where its definition says.

        Raises:
            UsageError: it is no address, or not allowed.
        """
        if url is None:
            self._addresses.pop(service_id, None)
        else:
            what = f"The service {service_id}"
            self._addresses[service_id] = check_address(url, what=what, allow_network=self._allow_network)

    def sign_in(self, service_id: str, user_id: str, token: Secret | str) -> None:
        """From now on the user's requests to the service carry this OAuth token in place of the service key."""
        self._tokens[service_id, user_id] = Secret(token)

    @property
    def tokens(self) -> tuple[Secret, ...]:
        """The OAuth tokens of all who have signed in."""
        return tuple(self._tokens.values())

    # --- who is asked ---------------------------------------------------------------------------------------------

    def answers(self, call: Call) -> bool:
        """Whether a service that really runs answers the call."""
        return self._asked(call) is not None

    def service(self, step: str) -> Service | None:
        """The service of a step, if it really runs."""
        found = self._definition().service(step.partition(".")[0])
        if found is not None and found.id in self._addresses:
            return replace(found, url_prefix=self._addresses[found.id])
        return found if found is not None and found.url_prefix else None

    def _asked(self, call: Call) -> Service | None:
        service = self.service(call.step)
        if service is None or isinstance(call, StepCall):
            return service
        return service if self._kind_of(call) is not None else None

    def _kind_of(self, call: OptionsCall) -> StepKind | None:
        """The kind of the step whose field it is; None for a feature's own fields, which no service supplies."""
        for kind in StepKind:
            found = self._definition().step(call.step, kind)
            if found is not None and any(one.id == call.field.id for one in found[1].fields):
                return kind
        return None

    def ask(self, call: Call) -> Future[Reply]:
        """The service's reply to a call that it answers."""
        try:
            return self.outgoing.start(self._reply(call))
        except UsageError as error:  # closed
            ended: Future[Reply] = Future()
            ended.set_result(Failed(message=COULD_NOT, note=f"{call.step}: {error}"))
            return ended

    async def _reply(self, call: Call) -> Reply:
        try:
            if isinstance(call, OptionsCall):
                return await self._options(call)
            return await (self._action(call) if call.kind is StepKind.ACTION else self._query(call))
        except ServiceProblem as problem:
            return Failed(message=f"{COULD_NOT}. {problem}", note=f"{call.step}: {problem}")
        except asyncio.CancelledError:
            return Failed(message=COULD_NOT, note=f"{call.step}: the emulator was closed while the service was asked")

    # --- the requests ---------------------------------------------------------------------------------------------

    async def _action(self, call: StepCall) -> Reply:
        data = await self._post(call, f"actions/{_slug(call.step)}", {"actionFields": call.fields})
        if not all(isinstance(one, dict) and isinstance(one.get("id"), str) for one in data["data"]):
            raise ServiceProblem("E4", "each item of `data` must be an object with an `id`")
        return Done()

    async def _query(self, call: StepCall) -> Reply:
        body: dict[str, Json] = {"queryFields": call.fields}
        if call.limit is not None:
            body["limit"] = call.limit
        if call.cursor is not None:
            body["cursor"] = call.cursor
        if call.includes:
            body["include"] = list(call.includes)
        answer = await self._post(call, f"queries/{_slug(call.step)}", body)
        return Page(self._items(call.step, answer["data"]), read_cursor(answer))

    async def _options(self, call: OptionsCall) -> Reply:
        kind = self._kind_of(call)
        assert kind is not None
        path = f"{kind.plural}/{_slug(call.step)}/fields/{call.field.id}/options"
        answer = await self.post(call.step, path, {}, Caller(user_id=call.user_id, timezone=""), kind=kind.value)
        return Options(read_options(answer["data"]))

    async def _post(self, call: StepCall, path: str, body: dict[str, Json]) -> dict[str, Any]:
        caller = Caller(
            user_id=call.user_id, timezone=self._timezone(call.user_id), user_feature_id=call.user_feature_id
        )
        return await self.post(call.step, path, body, caller, kind=call.kind.value)

    async def post(
        self,
        step: str,
        path: str,
        body: dict[str, Json],
        caller: Caller,
        *,
        kind: str,
        headers: tuple[tuple[str, str], ...] = (),
        method: str = "POST",
    ) -> dict[str, Any]:
        """One request below ``/ifttt/v1/``, and the object of its answer, whose ``data`` is a list.

        Raises:
            ServiceProblem: what went wrong, as the request log names it.
        """
        received = await self._send(step, path, body, caller, kind=kind, headers=headers, method=method)
        return {"data": []} if method == "DELETE" else read_answer(received)

    async def _send(
        self,
        step: str,
        path: str,
        body: dict[str, Json],
        caller: Caller,
        *,
        kind: str,
        headers: tuple[tuple[str, str], ...],
        method: str,
    ) -> Received:
        service = self.service(step)
        assert service is not None
        assert service.url_prefix is not None
        try:
            address = check_address(
                service.url_prefix, what=f"The service {service.id}", allow_network=self._allow_network
            )
        except UsageError as error:
            raise ServiceProblem("E1", str(error)) from None
        definition = self._definition()
        if caller.timezone:
            source: Json = {"id": definition.id, "url": f"https://ifttt.com/connections/{definition.id}"}
            body = {**body, "user": {"timezone": caller.timezone}, "ifttt_source": source}
        sending = Sending(
            method=method,
            url=f"{address}/ifttt/v1/{path}",
            body=None if method == "DELETE" else cast("Json", body),
            headers=(self._credentials(service.id, caller.user_id), *headers),
            seconds=self._seconds,
            transport="service",
            secret_fields=tuple(sorted(self._secret_fields())),
            about={
                "kind": kind,
                "step": step,
                "connection_id": definition.id,
                "user_id": caller.user_id,
                "user_feature_id": caller.user_feature_id,
                "run_id": caller.run_id,
            },
        )
        return await self.outgoing.send(sending, _code_of_deletion if method == "DELETE" else _code)

    def _credentials(self, service_id: str, user_id: str) -> tuple[str, Secret]:
        token = self._tokens.get((service_id, user_id))
        return self.outgoing.key_header() if token is None else ("Authorization", Secret(f"Bearer {token.reveal()}"))

    # --- items ----------------------------------------------------------------------------------------------------

    def _items(self, step: str, data: list[Any]) -> list[dict[str, Json]]:
        """The items as the Connect API shows them: declared ingredients only, nested queries renamed."""
        found = self._definition().step(step, StepKind.QUERY)
        ingredients = found[1].ingredients if found is not None and isinstance(found[1], Query) else ()
        if not all(isinstance(item, dict) for item in data):
            raise ServiceProblem("E4", "each item of `data` must be an object")
        return [
            {one.id: self._value(step, one, item[one.id]) for one in ingredients if one.id in item} for item in data
        ]

    def _value(self, step: str, ingredient: Ingredient, value: Json) -> Json:
        if ingredient.type is not IngredientType.QUERY:
            return value
        if not isinstance(value, dict) or not isinstance(value.get("queryFields"), dict):
            raise ServiceProblem("E4", f"the query ingredient `{ingredient.id}` must be an object with `queryFields`")
        if "data" not in value:
            return {"type": "query", "fields": value["queryFields"]}
        if not isinstance(value["data"], list):
            raise ServiceProblem("E4", f"`data` of the query ingredient `{ingredient.id}` must be a list")
        nested = ingredient.query or f"{step.partition('.')[0]}.{ingredient.id}"
        items = self._items(nested, value["data"])
        resolved: dict[str, Json] = {"type": "list", "data": cast("Json", items), "fields": value["queryFields"]}
        cursor = read_cursor(value)
        return resolved if cursor is None else {**resolved, "cursor": cursor}


# --- reading ----------------------------------------------------------------------------------------------------------


def read_answer(received: Received) -> dict[str, Any]:
    """The object of a service's answer, whose ``data`` is a list.

    Raises:
        ServiceProblem: there is none.
    """
    if received.status is None or received.problem:
        raise ServiceProblem(received.code or "E0", received.problem)
    if received.status != 200:
        _refuse(received)
    try:
        answer = json.loads(received.text)
    except (ValueError, RecursionError) as error:
        raise ServiceProblem("E3", f"the answer is no JSON: {error}") from None
    if not isinstance(answer, dict) or not isinstance(answer.get("data"), list):
        raise ServiceProblem("E4", "the answer must be an object with a list `data`")
    return answer


def _refuse(received: Received) -> None:
    said, is_skip = _errors(received.text)
    if is_skip and received.status == 400:
        raise ServiceProblem("E5", "the service skipped the action", said)
    if received.status == 429:
        raise ServiceProblem("E7", "the service limits our rate (429)", said)
    raise ServiceProblem("E4", f"the service answered {received.status}", said)


def _errors(text: str) -> tuple[str, bool]:
    """What an error body says, and whether its first error is a SKIP (later ones are not looked at)."""
    try:
        listed = json.loads(text)["errors"]
        errors = [one for one in listed if isinstance(one, dict)]
    except (ValueError, RecursionError, KeyError, TypeError):
        return "", False
    said = "; ".join(str(one["message"]) for one in errors if "message" in one)
    return said, bool(errors) and errors[0].get("status") == "SKIP"


def _code(received: Received) -> str | None:
    """The code that the log shows for an answer."""
    try:
        read_answer(received)
    except ServiceProblem as problem:
        return problem.code
    return None


def _code_of_deletion(received: Received) -> str | None:
    return None if received.is_success else "E4"


def read_cursor(answer: Mapping[str, Any]) -> str | None:
    """The cursor of a page; None on the last one.

    Raises:
        ServiceProblem: it is no text.
    """
    cursor = answer.get("cursor")
    if cursor is not None and not isinstance(cursor, str):
        raise ServiceProblem("E4", "`cursor` must be a text")
    return cursor or None


def read_options(data: list[Any]) -> tuple[Option, ...]:
    """The options of a field; groups go one level deep, and a group itself cannot be chosen.

    Raises:
        ServiceProblem: an option has no label or no value.
    """
    return tuple(option for one in data for option in _option(one, None))


def _option(one: Any, group: str | None) -> tuple[Option, ...]:
    if not isinstance(one, dict) or not isinstance(one.get("label"), str):
        raise ServiceProblem("E4", "each option must be an object with a `label`")
    if group is None and isinstance(one.get("values"), list):
        return tuple(option for inner in one["values"] for option in _option(inner, one["label"]))
    value = one.get("value")
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise ServiceProblem("E4", f"the option `{one['label']}` must have a `value`, a text or a number")
    text = value if isinstance(value, str) else json.dumps(value)
    return (Option(label=one["label"], value=text, group=group),)


def _slug(step: str) -> str:
    return step.partition(".")[2]
