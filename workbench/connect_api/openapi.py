"""``/openapi.json``: the emulator of one connection described in OpenAPI 3.1.

Made from the endpoint table: each step and feature has paths of its own, so that bodies can be told exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from workbench.connect_api.callers import Level
from workbench.connect_api.choices import Choices
from workbench.connect_api.core import ENDPOINTS, Endpoint
from workbench.connect_api.emulator import Emulator
from workbench.connect_api.notifications import MOST
from workbench.connect_api.recording import dumps
from workbench.connect_api.schemas import (
    NAME,
    NULL_OR_TEXT,
    TEXT,
    USER_ID,
    Schema,
    a_list,
    an_object,
    components,
    cursor,
    deprecated_update,
    overrides,
    ref,
    user_connection,
)
from workbench.connection.definition import ConnectionDefinition, FeatureStep, IngredientType, Query, StepKind
from workbench.connection.fields import Json

_STATUSES = {
    400: "The request cannot be read.",
    401: "Credentials are missing or not valid.",
    403: "Authenticated, but not allowed; or the user has not enabled the connection.",
    404: "Unknown, or not to be seen.",
    413: "The body is too large.",
    415: "The body is not JSON by its content type.",
    421: "The Host header names another server.",
    422: "The parameters are not valid.",
    431: "Too many headers.",
    502: "The service could not process the request.",
}
_ALWAYS = (400, 401, 404, 421, 431)
_OF_BODIES = (413, 415, 422)


def openapi_route(emulator: Emulator) -> Route:
    """The route of the description, made anew for the connection as it is."""

    def answer(_: Request) -> Response:
        return Response(dumps(describe(emulator.definition, emulator.choices)), media_type="application/json")

    return Route("/openapi.json", answer, methods=["GET"])


def describe(definition: ConnectionDefinition, choices: Choices | None = None) -> dict[str, Json]:
    """The whole description.

    Args:
        definition: the connection.
        choices: decisions that change what is accepted.
    """
    standing = choices if choices is not None else Choices()
    paths: dict[str, dict[str, Json]] = {}
    for endpoint in ENDPOINTS:
        for path, one in _operations(endpoint, definition, standing):
            paths.setdefault(path, {})[endpoint.method.lower()] = one.described(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Connect API of {definition.name}",
            "version": "2",
            "description": "An emulator on this machine; not affiliated with IFTTT.",
        },
        "paths": dict(paths),
        "components": {"schemas": components(), "securitySchemes": _schemes()},
    }


def _schemes() -> dict[str, Json]:
    return {
        "ServiceKey": {"type": "apiKey", "in": "header", "name": "IFTTT-Service-Key"},
        "UserToken": {"type": "http", "scheme": "bearer"},
    }


_SCHEME_OF = {Level.CHANNEL: "ServiceKey", Level.USER: "UserToken"}


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One method of one path; ``further`` are the error statuses that only some operations have."""

    summary: str
    status: int = 200
    answers: str | None = None
    body: Schema | None = None
    parameters: tuple[tuple[str, bool], ...] = ()
    further: tuple[int, ...] = ()
    is_body_needed: bool = True

    def described(self, endpoint: Endpoint) -> dict[str, Json]:
        """As OpenAPI has it."""
        described: dict[str, Json] = {"summary": self.summary, "security": _security(endpoint)}
        if self.parameters:
            described["parameters"] = [
                {"name": name, "in": "query", "required": required, "schema": dict(NAME if required else TEXT)}
                for name, required in self.parameters
            ]
        if self.body is not None:
            content: Json = {"application/json": {"schema": self.body}}
            described["requestBody"] = {"required": self.is_body_needed, "content": content}
        errors = sorted({*_ALWAYS, *self.further, *(_OF_BODIES if self.body is not None else ())})
        described["responses"] = {
            str(self.status): _response("Done.", self.answers),
            **{str(status): _response(_STATUSES[status], "Error") for status in errors},
        }
        return described


def _security(endpoint: Endpoint) -> list[Json]:
    found: list[Json] = [{_SCHEME_OF[level]: []} for level in Level if level in endpoint.levels and level in _SCHEME_OF]
    return [{}, *found] if Level.NONE in endpoint.levels else found


def _response(description: str, schema: str | None) -> dict[str, Json]:
    response: dict[str, Json] = {"description": description}
    if schema is not None:
        response["content"] = {"application/json": {"schema": ref(schema)}}
    return response


# --- each endpoint ----------------------------------------------------------------------------------------------------

_Found = Iterator[tuple[str, Operation]]


def _operations(endpoint: Endpoint, definition: ConnectionDefinition, choices: Choices) -> _Found:
    """The paths that an endpoint has for this connection, each with its operation."""
    at = endpoint.template.replace("{connection_id}", definition.id)
    make = _MADE[endpoint.method, endpoint.template]
    for name, argument in _arguments(at, definition):
        yield (at.replace(name, argument) if name else at), make(definition, choices, argument)


def _arguments(at: str, definition: ConnectionDefinition) -> Iterator[tuple[str, str]]:
    """What the path's own parameter can be; nothing to fill in where it has none."""
    if "{feature_id}" in at:
        yield from (("{feature_id}", feature.id) for feature in definition.features)
        return
    for kind in StepKind:
        name = f"{{{kind}_id}}"
        if name in at:
            yield from (
                (name, step) for step in dict.fromkeys(one.step for _, one in definition.feature_steps(kind=kind))
            )
            return
    yield "", ""


_Make = Callable[[ConnectionDefinition, Choices, str], Operation]


def _plain(**members: object) -> _Make:
    """An operation that is the same for every connection."""
    made = Operation(**members)  # type: ignore[arg-type]
    return lambda _definition, _choices, _argument: made


def _step(definition: ConnectionDefinition, kind: StepKind, step_id: str) -> FeatureStep:
    """The step as the features have it: the first one's fields, and those that only others have."""
    return next(step for _, step in definition.feature_steps(step_id, kind))


def _run(definition: ConnectionDefinition, choices: Choices, step_id: str) -> Operation:
    step = _step(definition, StepKind.ACTION, step_id)
    members: dict[str, Json] = {"user_feature_id": NULL_OR_TEXT, "fields": overrides(step.fields, choices)}
    body = an_object({"user_id": USER_ID}, members)
    return Operation(summary=f"Run {step.label or step_id}", status=204, body=body, further=(403, 502))


def _perform(definition: ConnectionDefinition, choices: Choices, step_id: str) -> Operation:
    step = _step(definition, StepKind.QUERY, step_id)
    found = definition.step(step_id, StepKind.QUERY)
    ingredients = found[1].ingredients if found is not None and isinstance(found[1], Query) else ()
    nested: list[Json] = [one.id for one in ingredients if one.type is IngredientType.QUERY]
    includes = a_list({"enum": nested}) if nested else a_list({"type": "string"}, maxItems=0)
    members: dict[str, Json] = {
        "user_feature_id": NULL_OR_TEXT,
        "fields": overrides(step.fields, choices),
        "limit": {"type": ["integer", "null"], "minimum": 0, "maximum": choices.max_limit},
        "cursor": cursor(),
        "includes": {**includes, "type": ["array", "null"]},
    }
    body = an_object({"user_id": USER_ID}, members)
    return Operation(summary=f"Perform {step.label or step_id}", answers="List", body=body, further=(403, 502))


def _test(definition: ConnectionDefinition, _: Choices, step_id: str) -> Operation:
    step = _step(definition, StepKind.TRIGGER, step_id)
    body = an_object({"user_id": USER_ID}, {"user_feature_id": NULL_OR_TEXT})
    return Operation(summary=f"Test {step.label or step_id}", status=204, body=body, further=(403,))


def _options(_definition: ConnectionDefinition, _choices: Choices, owner: str) -> Operation:
    needed = (("user_id", True),)
    return Operation(summary=f"Field options of {owner}", answers="FieldOptions", parameters=needed, further=(502,))


def _update(definition: ConnectionDefinition, choices: Choices, _: str) -> Operation:
    return Operation(
        summary="Update a user connection: all of it is replaced",
        status=int(choices.update_status),
        answers="Connection" if choices.update_status == "200" else None,
        body=user_connection(definition, choices),
        parameters=(("user_id", True),),
        further=(403,),
    )


def _deprecated(definition: ConnectionDefinition, choices: Choices, _: str) -> Operation:
    return Operation(
        summary="Update a connection (deprecated)",
        answers="Connection",
        body=deprecated_update(definition, choices),
        further=(403,),
    )


_ENTRY: Schema = {
    "anyOf": [an_object({name: {"anyOf": [NAME, {"type": "integer"}]}}) for name in ("trigger_identity", "user_id")]
}
_SHOWN = "/v2/connections/{connection_id}"

_MADE: dict[tuple[str, str], _Make] = {
    ("GET", "/v2/me"): _plain(summary="Who am I", answers="Me", parameters=(("user_id", False),)),
    ("GET", _SHOWN): _plain(summary="Show the connection", answers="Connection", parameters=(("user_id", False),)),
    ("PUT", f"{_SHOWN}/user_connection"): _update,
    ("POST", _SHOWN): _deprecated,
    **{("GET", f"{_SHOWN}/{kind.plural}/{{{kind}_id}}/field_options"): _options for kind in StepKind},
    ("GET", f"{_SHOWN}/features/{{feature_id}}/field_options"): _options,
    ("POST", f"{_SHOWN}/user_connection/refresh"): _plain(
        summary="Refresh the labels of what the user picked",
        status=204,
        parameters=(("user_id", True),),
        further=(403, 502),
    ),
    ("POST", f"{_SHOWN}/triggers/{{trigger_id}}/test"): _test,
    ("POST", f"{_SHOWN}/queries/{{query_id}}/perform"): _perform,
    ("POST", f"{_SHOWN}/actions/{{action_id}}/run"): _run,
    ("POST", "/v2/user_token"): _plain(
        summary="A user token", answers="UserToken", parameters=(("user_id", True), ("access_token", True))
    ),
    ("POST", "/v2/provisional_access_code"): _plain(
        summary="A provisional access code",
        status=201,
        answers="ProvisionalAccessCode",
        body=an_object({"oauth_code": NAME}),
    ),
    ("POST", f"{_SHOWN}/enable"): _plain(summary="Enable again", answers="Connection", further=(403,)),
    ("POST", f"{_SHOWN}/disable"): _plain(summary="Disable", answers="Connection", further=(403,)),
    ("GET", "/v2/account/find"): _plain(
        summary="Whether there is an account", status=204, parameters=(("email", True),)
    ),
    ("POST", "/v2/sdk/events"): _plain(
        summary="Statistics of the SDKs; dropped", status=204, body={"type": "object"}, is_body_needed=False
    ),
    ("POST", "/v1/notifications"): _plain(
        summary="A service tells that there is something new",
        answers="Nothing",
        body=an_object({"data": a_list(_ENTRY, maxItems=MOST)}),
    ),
}
