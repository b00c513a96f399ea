"""The Connect API requests that a connection gives you: one for each step that its features use.

Addresses and bodies: Connect API page, "Run an action", "Perform a query", "Test a trigger", "Field options".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workbench.connection.definition import ConnectionDefinition, FeatureStep, StepKind
from workbench.connection.fields import Field, FieldType, Json
from workbench.frames import Column, Rows, Schema
from workbench.secret import MASK

BASE_URL = "https://connect.ifttt.com"
"""Where the real API is. Nothing here calls it."""

ENDPOINTS = Schema(
    "endpoints",
    Column("method", "str"),
    Column("url", "str"),
    Column("kind", "str"),
    Column("step", "str"),
    Column("body", "object"),
)
_VERBS = {StepKind.TRIGGER: "test", StepKind.QUERY: "perform", StepKind.ACTION: "run"}


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One request: its method, path, the step it is about, and an example of its body (None where it has none)."""

    method: str
    path: str
    kind: str
    step: str
    body: dict[str, Json] | None = None

    @property
    def url(self) -> str:
        """The whole address."""
        return f"{BASE_URL}{self.path}"


class Endpoints(Rows[Endpoint]):
    """The requests that a connection gives you."""

    schema = ENDPOINTS

    def __init__(self, found: tuple[Endpoint, ...]) -> None:
        self._found = found

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Endpoint]:
        return iter(self._found)

    def row(self, item: Endpoint) -> dict[str, object]:
        """One request as the values of its columns."""
        return {"method": item.method, "url": item.url, "kind": item.kind, "step": item.step, "body": item.body}


def endpoints(definition: ConnectionDefinition) -> Endpoints:
    """The requests for the triggers, queries and actions that the features use, each once."""
    uses: dict[tuple[StepKind, str], list[FeatureStep]] = {}
    for _, step in definition.feature_steps():
        uses.setdefault((step.kind, step.step), []).append(step)
    found = [
        endpoint
        for kind in StepKind
        for (one, name), steps in uses.items()
        if one is kind
        for endpoint in _of_step(definition.id, kind, name, steps)
    ]
    return Endpoints(tuple(found))


def _of_step(connection: str, kind: StepKind, name: str, steps: list[FeatureStep]) -> Iterator[Endpoint]:
    path = f"/v2/connections/{connection}/{kind.plural}/{name}"
    body: dict[str, Json] = {"user_id": "user-17"}
    if len(steps) > 1:
        body["user_feature_id"] = "<user_feature_id>"
    if kind is not StepKind.TRIGGER and steps[0].fields:
        body["fields"] = {field.id: _example(field) for field in steps[0].fields}
    if kind is StepKind.QUERY:
        body["limit"] = 3
    yield Endpoint(method="POST", path=f"{path}/{_VERBS[kind]}", kind=kind.value, step=name, body=body)
    if any(field.type.has_options for field in steps[0].fields):
        yield Endpoint(method="GET", path=f"{path}/field_options?user_id=user-17", kind=kind.value, step=name)


def _example(field: Field) -> Json:
    if field.secret:
        return MASK
    if field.type is FieldType.CHECKBOX_MULTI:
        return ["<option token>"]
    if field.type.has_options:
        return "<option token>"
    if field.value is not None:
        return field.value
    if field.type.is_location:
        point: dict[str, Json] = {"lat": 51.5, "lng": -0.12}
        return point if field.type is FieldType.LOCATION_POINT else {**point, "radius": 300}
    return field.label or field.id
