"""To and from the JSON of `GET /v2/connections/{id}`.

Connect API page, "Show a connection". Written is what the resource holds for nobody in particular; read is every body
of that shape, leniently: keys that are not known are passed over, and what the page writes in two ways is read in both.

A resource does not tell everything: no script, no configuration, no redirect URIs, no ingredients, and of a dropdown's
options only the default. Where the catalogue knows a step, its ingredients and options are taken from there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from workbench.connection import catalogue
from workbench.connection.definition import (
    Action,
    ConnectionDefinition,
    Feature,
    FeatureStep,
    Query,
    Service,
    StepKind,
    Trigger,
)
from workbench.connection.endpoints import BASE_URL
from workbench.connection.fields import Field, FieldType, Json, Option, Visibility
from workbench.errors import UsageError

Resource = dict[str, Json]

_STEPS: dict[StepKind, type[Trigger | Query | Action]] = {
    StepKind.TRIGGER: Trigger,
    StepKind.QUERY: Query,
    StepKind.ACTION: Action,
}
_OLD_NAMES = {"lat": "latitude", "lng": "longitude"}
"""How a location's default is written, beside numbers as texts."""


# --- written ----------------------------------------------------------------------------------------------------------


def to_resource(definition: ConnectionDefinition) -> Resource:
    """The whole resource, as somebody without credentials sees it before anybody has enabled the connection."""
    features = definition.features
    return {
        "type": "connection",
        "id": definition.id,
        "name": definition.name,
        "description": definition.description,
        "url": f"https://ifttt.com/applets/{definition.id}",
        "enabled_count": 0,
        "user_status": None,
        "services": [_service(definition, service) for service in definition.services],
        "cover_image": None,
        "value_propositions": [{"description": one.title, "icon_url": one.icon_url} for one in features],
        "features": [_feature(definition, feature) for feature in features],
        "embedded_url": f"https://ifttt.com/access/api/{definition.id}",
    }


def run_url(definition: ConnectionDefinition, step: FeatureStep) -> str | None:
    """Where an action is run; None for other steps."""
    return f"{_base(definition)}/actions/{step.step}/run" if step.kind is StepKind.ACTION else None


def _service(definition: ConnectionDefinition, service: Service) -> Resource:
    primary = definition.primary_service or definition.services[0].id
    resource: Resource = {
        "service_id": service.id,
        "service_name": service.name or service.id,
        "service_short_name": service.short_name or service.name or service.id,
        "is_primary": service.id == primary,
        "monochrome_icon_url": service.icon_url,
        "color_icon_url": service.icon_url,
        "brand_color": service.brand_color,
        "url": service.url or f"https://ifttt.com/{service.id}",
    }
    for kind in StepKind:
        used: dict[str, FeatureStep] = {}
        for feature in definition.features:
            for step in feature.steps_of(kind):
                if step.service_id == service.id:
                    used.setdefault(step.step, step)
        resource[kind.plural] = [{"id": step.slug, **_members(definition, step)} for step in used.values()]
    return resource


def _feature(definition: ConnectionDefinition, feature: Feature) -> Resource:
    resource: Resource = {
        "id": feature.id,
        "title": feature.title,
        "description": feature.description,
        "icon_url": feature.icon_url,
        "field_options_url": f"{_base(definition)}/features/{feature.id}/field_options",
        "fields": [_field(field) for field in feature.fields],
    }
    for kind in StepKind:
        resource[f"feature_{kind.plural}"] = [
            {"id": step.id, f"{kind}_id": step.slug, "service_id": step.service_id, **_members(definition, step)}
            for step in feature.steps_of(kind)
        ]
    return resource


def _members(definition: ConnectionDefinition, step: FeatureStep) -> Resource:
    return {
        "label": step.label or step.slug,
        "field_options_url": f"{_base(definition)}/{step.kind.plural}/{step.step}/field_options",
        "run_url": run_url(definition, step),
        "fields": [_field(field) for field in step.fields],
    }


def _base(definition: ConnectionDefinition) -> str:
    return f"{BASE_URL}/v2/connections/{definition.id}"


def _field(field: Field) -> Resource:
    return {
        "id": field.id,
        "label": field.label or field.id,
        "type": field.type.value,
        "required": field.required,
        "hidden": not field.is_customizable,
        "default_value": _default(field),
    }


def _default(field: Field) -> Json:
    """``default_value``: a location with texts, a dropdown as what is selected, a hidden one as a plain text."""
    value = field.value
    if field.type.is_location and isinstance(value, dict):
        return {
            _OLD_NAMES.get(name, name): part if isinstance(part, str) else json.dumps(part)
            for name, part in value.items()
        }
    if not field.type.has_options or value is None or not field.is_customizable:
        return value
    if isinstance(value, list):
        return [{"label": one.label, "value": one.value} for one in (_option(field, part) for part in value)]
    option = _option(field, value)
    return {"group": option.group, "label": option.label, "value": option.value}


def _option(field: Field, value: Json) -> Option:
    known = next((one for one in field.options if one.value == value), None)
    return known or Option(label=str(value), value=str(value))


# --- read -------------------------------------------------------------------------------------------------------------


def from_resource(body: Mapping[str, Any]) -> ConnectionDefinition:
    """The connection that a body of ``GET /v2/connections/{id}`` shows.

    Raises:
        UsageError: it is no such body; says what is missing.
    """
    if not isinstance(body, Mapping) or body.get("type", "connection") != "connection":
        kind = body.get("type") if isinstance(body, Mapping) else type(body).__name__
        raise UsageError(
            f"This is no connection but `{kind}`. Give the JSON that `GET /v2/connections/{{id}}` answers."
        )
    if not _text(body, "id") or not _text(body, "name"):
        raise UsageError("A connection resource has an `id` and a `name`. Give the whole body, without any envelope.")
    features = tuple(_read_feature(one) for one in _objects(body, "features"))
    shown = list(_objects(body, "services"))
    named = {_text(one, "service_id") for one in shown}
    used = dict.fromkeys(step.service_id for feature in features for step in feature.steps)
    shown += [{"service_id": one} for one in used if one not in named]
    services = tuple(_read_service(one, features) for one in shown)
    options = {(kind, f"{service.id}.{step.id}"): step for service in services for kind, step in service.steps()}
    return ConnectionDefinition(
        id=_text(body, "id"),
        name=_text(body, "name"),
        description=_text(body, "description"),
        services=services,
        features=tuple(_with_options(feature, options) for feature in features),
        primary_service=next((_text(one, "service_id") for one in shown if one.get("is_primary") is True), None),
    )


def _read_service(body: Mapping[str, Any], features: tuple[Feature, ...]) -> Service:
    """A service with the steps that the resource tells of, and what the catalogue knows of them."""
    service_id = _text(body, "service_id")
    known = catalogue.service(service_id) if service_id in catalogue.names() else Service(id=service_id)
    steps: dict[StepKind, dict[str, Any]] = {kind: {} for kind in StepKind}
    for kind in StepKind:
        shipped = {one.id: one for _, one in known.steps(kind)}
        for slug, label, fields in _told(body, kind, service_id, features):
            step = shipped.get(slug) or _STEPS[kind](id=slug)
            offered = {one.id: one for one in step.fields}
            ready = tuple(_with(replace(one, value=None), offered.get(one.id)) for one in fields)
            steps[kind].setdefault(slug, replace(step, label=label, fields=ready))
    return Service(
        id=service_id,
        name=_text(body, "service_name") or known.name,
        short_name=_text(body, "service_short_name") or known.short_name,
        brand_color=_text(body, "brand_color") or known.brand_color,
        url=_text(body, "url") or known.url,
        icon_url=_text(body, "color_icon_url") or _text(body, "monochrome_icon_url") or known.icon_url,
        triggers=tuple(steps[StepKind.TRIGGER].values()),
        queries=tuple(steps[StepKind.QUERY].values()),
        actions=tuple(steps[StepKind.ACTION].values()),
    )


def _told(
    body: Mapping[str, Any], kind: StepKind, service_id: str, features: tuple[Feature, ...]
) -> Iterator[tuple[str, str, tuple[Field, ...]]]:
    """Slug, label and fields of each step of a service: as the service's list has it, else as features use it."""
    for one in _objects(body, kind.plural):
        yield _text(one, "id"), _text(one, "label"), tuple(_read_field(field) for field in _objects(one, "fields"))
    for feature in features:
        for step in feature.steps_of(kind):
            if step.service_id == service_id:
                fields = tuple(replace(field, visibility=Visibility.CUSTOMIZABLE) for field in step.fields)
                yield step.slug, step.label, fields


def _read_feature(body: Mapping[str, Any]) -> Feature:
    steps = []
    for kind in StepKind:
        for one in _objects(body, f"feature_{kind.plural}"):
            step_id = f"{_text(one, 'service_id')}.{_text(one, f'{kind}_id')}"
            fields = tuple(_read_field(field) for field in _objects(one, "fields"))
            step = FeatureStep(id=_text(one, "id"), kind=kind, step=step_id, label=_text(one, "label"), fields=fields)
            steps.append(step)
    description = body.get("description")
    return Feature(
        id=_text(body, "id"),
        title=_text(body, "title"),
        description=description if isinstance(description, str) else None,
        icon_url=_text(body, "icon_url"),
        fields=tuple(_read_field(field) for field in _objects(body, "fields")),
        steps=tuple(steps),
    )


def _read_field(body: Mapping[str, Any]) -> Field:
    """A field; a type that nobody documented is read as text, and a flag may be written as text."""
    wire = _text(body, "type")
    kind = FieldType(wire) if wire in tuple(FieldType) else FieldType.TEXT_FIELD
    value, options = _read_default(kind, body.get("default_value"))
    return Field(
        id=_text(body, "id"),
        label=_text(body, "label"),
        type=kind,
        required=_is_true(body.get("required", True)),
        visibility=Visibility.SET_BY_YOU if _is_true(body.get("hidden", False)) else Visibility.CUSTOMIZABLE,
        value=value,
        options=options,
    )


def _read_default(kind: FieldType, value: Any) -> tuple[Json, tuple[Option, ...]]:
    """The value as the connection file has it, and the options that the default tells of."""
    if value is None:
        return None, ()
    if kind.is_location:
        return _read_location(value), ()
    if not kind.has_options:
        return value if isinstance(value, str) else json.dumps(value), ()
    chosen = [_read_option(one) for one in (value if isinstance(value, list) else [value])]
    options = tuple(one for one, is_told in chosen if is_told)
    if kind is FieldType.CHECKBOX_MULTI:
        return [one.value for one, _ in chosen], options
    return chosen[0][0].value if chosen else None, options


def _read_option(value: Any) -> tuple[Option, bool]:
    """An option, and whether the resource told of more than its plain value."""
    if not isinstance(value, Mapping):
        text = value if isinstance(value, str) else json.dumps(value)
        return Option(label=text, value=text), False
    group = value.get("group")
    text = _text(value, "value")
    return Option(
        label=_text(value, "label") or text, value=text, group=group if isinstance(group, str) else None
    ), True


def _read_location(value: Any) -> Json:
    if not isinstance(value, Mapping):
        return None
    names: dict[str, str] = {old: new for new, old in _OLD_NAMES.items()}
    return {
        names.get(str(name), str(name)): part if name in ("address", "description") else _number(part)
        for name, part in value.items()
        if part is not None
    }


def _number(part: Any) -> Json:
    if isinstance(part, int | float):
        return part
    try:
        return float(part) if "." in str(part) or "e" in str(part).lower() else int(part)
    except (TypeError, ValueError):
        return str(part)


# --- what the catalogue knows -----------------------------------------------------------------------------------------


def _with_options(feature: Feature, known: Mapping[tuple[StepKind, str], Trigger | Query | Action]) -> Feature:
    steps = []
    for step in feature.steps:
        offered = {one.id: one for one in known[step.kind, step.step].fields}
        steps.append(replace(step, fields=tuple(_with(one, offered.get(one.id)) for one in step.fields)))
    return replace(feature, steps=tuple(steps))


def _with(field: Field, offered: Field | None) -> Field:
    """The field with the options of another of its kind, if those have what it has chosen."""
    if offered is None or offered.type is not field.type or not offered.options:
        return field
    chosen = {one.value for one in field.options}
    return replace(field, options=offered.options) if chosen <= {one.value for one in offered.options} else field


# --- leniently --------------------------------------------------------------------------------------------------------


def _objects(body: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    listed = body.get(name)
    return (one for one in (listed if isinstance(listed, list) else ()) if isinstance(one, Mapping))


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else "" if value is None or isinstance(value, bool) else str(value)


def _is_true(value: Any) -> bool:
    return value is True or (isinstance(value, str) and value.casefold() == "true")
