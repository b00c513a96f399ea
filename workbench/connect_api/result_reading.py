"""Reading what the Connect API answers, leniently: JSON to the values of ``results``.

Keys that are not known here are ignored and kept in ``raw``; what the page writes in two ways (numbers as text, ``lat``
or ``latitude``, the cursor's two places) is read in both. What is missing is empty, never an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from workbench.connect_api.results import (
    FieldOptions,
    Location,
    Me,
    NestedQuery,
    Object,
    QueryPage,
    Selected,
    ShownConnection,
    ShownFeature,
    ShownField,
    ShownService,
    ShownStep,
    ShownUserFeature,
    Value,
)
from workbench.connection.definition import StepKind
from workbench.connection.fields import Json

T = TypeVar("T")


def read_me(body: Object) -> Me:
    """``GET /v2/me``."""
    return Me(
        authentication_level=_text(body.get("authentication_level")),
        service_id=_text_or_none(body.get("service_id")),
        user_login=_text_or_none(body.get("user_login")),
        raw=body,
    )


def read_connection(body: Object) -> ShownConnection:
    """``GET /v2/connections/{id}``, and what enable, disable and updates answer."""
    user = body.get("user_connection")
    features = _each(body.get("features"), _feature)
    types = {step.id: {one.id: one.type for one in step.fields} for feature in features for step in feature.steps}
    types |= {feature.id: {one.id: one.type for one in feature.fields} for feature in features}
    return ShownConnection(
        id=_text(body.get("id")),
        name=_text(body.get("name")),
        description=_text(body.get("description")),
        url=_text(body.get("url")),
        enabled_count=_count(body.get("enabled_count")),
        user_status=_text_or_none(body.get("user_status")),
        services=_each(body.get("services"), _service),
        features=features,
        user_features=_each(user.get("user_features"), lambda one: _user_feature(one, types))
        if isinstance(user, dict)
        else None,
        raw=body,
    )


def read_field_options(body: Object) -> FieldOptions:
    """``GET …/field_options``."""
    listed = body.get("options")
    options = {name: _each(one, _selected) for name, one in listed.items()} if isinstance(listed, dict) else {}
    return FieldOptions(options=options, raw=body)


def read_page(body: Object) -> QueryPage:
    """``POST …/perform``: the cursor in ``next``, as the page's example has it, or at the top, as its table says."""
    following = body.get("next")
    holder = following if isinstance(following, dict) and following.get("cursor") else body
    fields = holder.get("fields")
    return QueryPage(
        items=tuple(_objects(body.get("data"))),
        cursor=_text_or_none(holder.get("cursor")) or None,
        fields=fields if isinstance(fields, dict) else None,
        raw=body,
    )


def read_nested(value: Json) -> NestedQuery | QueryPage | None:
    """An ingredient that holds a query: not yet performed, or resolved by ``includes``; None if it is neither."""
    if not isinstance(value, dict):
        return None
    if value.get("type") == "list":
        return read_page(value)
    fields = value.get("fields")
    return NestedQuery(fields=fields if isinstance(fields, dict) else {}) if value.get("type") == "query" else None


def read_value(kind: str, value: Json) -> Value:
    """A field's value by the type of the field; whatever does not fit its type is given as it came."""
    if isinstance(value, list) and all(isinstance(one, dict) and "label" in one for one in value):
        return _each(value, _selected)
    if not isinstance(value, dict):
        return value
    if kind.startswith("LOCATION") or {"lat", "latitude"} & value.keys():
        return _location(value)
    return _selected(value) if {"label", "value"} & value.keys() else value


def _feature(body: Object) -> ShownFeature:
    return ShownFeature(
        id=_text(body.get("id")),
        title=_text(body.get("title")),
        description=_text_or_none(body.get("description")),
        fields=_each(body.get("fields"), _field),
        steps=tuple(_step(kind, one) for kind in StepKind for one in _objects(body.get(f"feature_{kind.plural}"))),
        raw=body,
    )


def _step(kind: StepKind, body: Object) -> ShownStep:
    return ShownStep(
        id=_text(body.get("id")),
        kind=kind,
        step=f"{_text(body.get('service_id'))}.{_text(body.get(f'{kind}_id'))}",
        label=_text(body.get("label")),
        fields=_each(body.get("fields"), _field),
        raw=body,
    )


def _field(body: Object) -> ShownField:
    kind = _text(body.get("type"))
    return ShownField(
        id=_text(body.get("id")),
        label=_text(body.get("label")),
        type=kind,
        required=_flag(body.get("required")),
        hidden=_flag(body.get("hidden")),
        default=read_value(kind, body.get("default_value")),
        raw=body,
    )


def _service(body: Object) -> ShownService:
    return ShownService(
        id=_text(body.get("service_id")),
        name=_text(body.get("service_name")),
        is_primary=_flag(body.get("is_primary")),
        url=_text(body.get("url")),
        raw=body,
    )


def _user_feature(body: Object, types: Mapping[str, Mapping[str, str]]) -> ShownUserFeature:
    feature_id = _text(body.get("feature_id"))
    values = {"": _user_fields(body, types.get(feature_id, {}))}
    for kind in StepKind:
        # The page's table once calls the actions `user_actions`; its JSON says `user_feature_actions`.
        listed = body.get(f"user_feature_{kind.plural}", body.get(f"user_{kind.plural}"))
        for one in _objects(listed):
            place = _text(one.get(f"feature_{kind}_id"))
            values[place] = _user_fields(one, types.get(place, {}))
    enabled = body.get("enabled")
    return ShownUserFeature(
        id=_text(body.get("id")),
        feature_id=feature_id,
        enabled=enabled is None or _flag(enabled),
        values=values,
        raw=body,
    )


def _user_fields(owner: Object, types: Mapping[str, str]) -> dict[str, Value]:
    found = {}
    for one in _objects(owner.get("user_fields")):
        name = _text(one.get("field_id"))
        found[name] = read_value(_text(one.get("field_type")) or types.get(name, ""), one.get("value"))
    return found


def _selected(body: Object) -> Selected:
    return Selected(
        label=_text(body.get("label")), value=_text(body.get("value")), group=_text_or_none(body.get("group"))
    )


def _location(body: Object) -> Location:
    return Location(
        lat=_number(body.get("lat", body.get("latitude"))),
        lng=_number(body.get("lng", body.get("longitude"))),
        radius=_number(body.get("radius")),
        address=_text_or_none(body.get("address")),
        description=_text_or_none(body.get("description")),
        zoom=_number(body.get("zoom")),
    )


def _each(value: Json, read: Callable[[Object], T]) -> tuple[T, ...]:
    return tuple(read(one) for one in _objects(value))


def _objects(value: Json) -> Iterator[Object]:
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())


def _text(value: Json) -> str:
    return _text_or_none(value) or ""


def _text_or_none(value: Json) -> str | None:
    if value is None or isinstance(value, dict | list):
        return None
    return value if isinstance(value, str) else str(value)


def _flag(value: Json) -> bool:
    return value.strip().lower() == "true" if isinstance(value, str) else bool(value)


def _count(value: Json) -> int | None:
    number = _number(value)
    return None if number is None else int(number)


def _number(value: Json) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if number - number == 0 else None  # neither infinite nor no number
