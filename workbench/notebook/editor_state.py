"""A connection as its editor shows it, as plain data: services, title, file, endpoints; and the catalogue."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from workbench.connection import catalogue
from workbench.connection.definition import ConnectionDefinition, Service, StepKind
from workbench.connection.document import Connection
from workbench.connection.endpoints import Endpoint
from workbench.notebook.field_state import State, ingredient_state
from workbench.notebook.field_words import TYPES

UNTITLED = "Untitled connection"
"""The name of a connection that has no title yet; an editor shows it as an empty title."""


def editor(connection: Connection) -> State:
    """All of a connection but its fields, which are in ``field_state.table``, and the text of its script."""
    definition = connection.definition
    return {
        "id": definition.id,
        "title": "" if definition.name == UNTITLED else definition.name,
        "description": definition.description,
        "services": services(definition, connection.primary_service),
        "has_script": definition.script is not None,
        "is_modified": connection.is_modified,
        "path": None if connection.path is None else str(connection.path),
        "suggested": f"{file_name(definition.name)}.yaml",
        "endpoints": [endpoint(one) for one in connection.endpoints()],
    }


def services(definition: ConnectionDefinition, owner: str | None) -> list[State]:
    """The selected services, and which of them owns the connection."""
    used = [step.service_id for _, step in definition.feature_steps()]
    return [
        {
            "id": one.id,
            "name": one.name,
            "color": color(one),
            "is_owner": one.id == owner,
            "uses": used.count(one.id),
        }
        for one in definition.services
    ]


def offered(own: Iterable[Service]) -> list[State]:
    """Every service that can be chosen, those of one's own first, with what its steps need and carry."""
    own = tuple(own)
    return [_service(one, is_own=one in own) for one in (*own, *catalogue.services())]


def color(service: Service) -> str:
    """The service's color where it is one; what else stands there is no business of a style sheet."""
    return service.brand_color if re.fullmatch(r"#[0-9a-fA-F]{3,8}", service.brand_color) else "#888888"


def endpoint(one: Endpoint) -> State:
    """One request for the browser; its body as lines of JSON."""
    body = None if one.body is None else json.dumps(one.body, indent=2, ensure_ascii=False)
    return {"method": one.method, "url": one.url, "kind": one.kind, "step": one.step, "body": body}


def file_name(title: str) -> str:
    """A file name for a title: lower-case words with hyphens between."""
    return re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")[:60] or "connection"


def _service(service: Service, *, is_own: bool) -> State:
    return {
        "id": service.id,
        "name": service.name,
        "color": color(service),
        "is_own": is_own,
        "counts": [
            _many(len(list(service.steps(kind))), kind) for kind in StepKind if any(True for _ in service.steps(kind))
        ],
        "steps": [
            {
                "kind": kind.value,
                "step": f"{service.id}.{step.id}",
                "label": step.label,
                "description": step.description,
                "fields": [{"label": one.label or one.id, "type": TYPES[one.type]} for one in step.fields],
                "ingredients": [ingredient_state(one) for one in getattr(step, "ingredients", ())],
                "find": catalogue.search_text(service, step),
            }
            for kind, step in service.steps()
        ],
    }


def _many(number: int, kind: StepKind) -> str:
    return f"{number} {kind if number == 1 else kind.plural}"
