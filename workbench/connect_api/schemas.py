"""The shapes of requests and responses as JSON Schema, for the OpenAPI description.

What a response may hold more than is listed is allowed: the service adds members without calling it a breaking change
(Connect API page, "Compatibility"). What a request may hold is told exactly, as this emulator checks it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from workbench.connect_api.choices import Choices
from workbench.connect_api.values import HUGE
from workbench.connection.definition import ConnectionDefinition, Feature, FeatureStep, StepKind
from workbench.connection.fields import Field, FieldType, Json

Schema: TypeAlias = dict[str, Json]

_DEGREES = {"lat": 90, "lng": 180}
_LARGEST = HUGE - 1


def ref(name: str) -> Schema:
    """A reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def an_object(required: Mapping[str, Json], optional: Mapping[str, Json] | None = None) -> Schema:
    """An object with required and optional members; others may be there."""
    return {"type": "object", "required": list(required), "properties": {**required, **(optional or {})}}


def a_list(items: Json, **more: Json) -> Schema:
    """An array."""
    return {"type": "array", "items": items, **more}


def a_list_of(shapes: Sequence[Schema], **more: Json) -> Schema:
    """An array of any of the shapes; empty where there is none."""
    return a_list({"anyOf": list(shapes)}, **more) if shapes else a_list({"type": "object"}, maxItems=0)


def or_absent(listed: Schema) -> Schema:
    """A list for which null means that it is not there."""
    return {**listed, "type": ["array", "null"]}


def constant(value: Json) -> Schema:
    """One value only."""
    return {"const": value}


TEXT: Schema = {"type": "string"}
NAME: Schema = {"type": "string", "minLength": 1}
NULL_OR_TEXT: Schema = {"type": ["string", "null"]}
YES_OR_NO: Schema = {"type": "boolean"}
ANYTHING: Schema = {}
USER_ID: Schema = {
    "description": "The id of the user at your service; compared as text.",
    "anyOf": [NAME, {"type": "number"}],
}


def components() -> dict[str, Json]:
    """The shapes that are the same for every connection, by name."""
    return {
        "Error": an_object(
            {
                "type": constant("error"),
                "code": NAME,
                "message": TEXT,
                "details": a_list(an_object({"parameter": TEXT, "message": TEXT})),
            }
        ),
        "Me": an_object(
            {
                "type": constant("me"),
                "authentication_level": {"enum": ["none", "channel", "user"]},
                "service_id": NULL_OR_TEXT,
                "user_login": NULL_OR_TEXT,
            }
        ),
        "UserToken": an_object({"type": constant("user_token"), "user_token": NAME}),
        "ProvisionalAccessCode": an_object({"provisional_access_code": NAME}),
        "FieldOptions": an_object(
            {
                "type": constant("field_options"),
                "options": {"type": "object", "additionalProperties": a_list(ref("Option"))},
            }
        ),
        "Option": an_object({"label": TEXT, "value": NAME, "group": NULL_OR_TEXT}),
        "List": an_object(
            {"type": constant("list"), "data": a_list({"type": "object"})},
            {"next": an_object({"fields": {"type": "object"}, "cursor": NAME})},
        ),
        "Nothing": {"type": "object"},
        **_connection(),
    }


def _connection() -> dict[str, Json]:
    return {
        "Connection": an_object(
            {
                "type": constant("connection"),
                "id": NAME,
                "name": TEXT,
                "description": TEXT,
                "url": TEXT,
                "enabled_count": {"type": "integer", "minimum": 0},
                "user_status": {"enum": ["enabled", "disabled", "never_enabled", "pending", None]},
                "services": a_list(ref("Service")),
                "features": a_list(ref("Feature")),
            },
            {"user_connection": an_object({"user_features": a_list(ref("UserFeature"))})},
        ),
        "Service": an_object(
            {
                **dict.fromkeys(("service_id", "service_name", "service_short_name", "url", "brand_color"), TEXT),
                "is_primary": YES_OR_NO,
                **{kind.plural: a_list(ref("ServiceStep")) for kind in StepKind},
            }
        ),
        "ServiceStep": an_object({"id": NAME, **_step_members()}),
        "Feature": an_object(
            {
                "id": NAME,
                "title": TEXT,
                "description": NULL_OR_TEXT,
                "field_options_url": NAME,
                "fields": a_list(ref("Field")),
                **{
                    f"feature_{kind.plural}": a_list(
                        an_object({"id": NAME, f"{kind}_id": NAME, "service_id": NAME, **_step_members()})
                    )
                    for kind in StepKind
                },
            }
        ),
        "Field": an_object(
            {
                "id": NAME,
                "label": TEXT,
                "type": {"enum": [kind.value for kind in FieldType]},
                "required": YES_OR_NO,
                "hidden": YES_OR_NO,
                "default_value": ANYTHING,
            }
        ),
        "UserFeature": an_object(
            {
                "id": NAME,
                "feature_id": NAME,
                "enabled": YES_OR_NO,
                "user_fields": a_list(ref("UserField")),
                **{
                    f"user_feature_{kind.plural}": a_list(
                        an_object({f"feature_{kind}_id": NAME, "user_fields": a_list(ref("UserField"))})
                    )
                    for kind in StepKind
                },
            }
        ),
        "UserField": an_object(
            {"field_id": NAME, "field_type": {"enum": [kind.value for kind in FieldType]}, "value": ANYTHING}
        ),
    }


def _step_members() -> dict[str, Json]:
    return {
        "label": TEXT,
        "field_options_url": NAME,
        "run_url": NULL_OR_TEXT,
        "fields": a_list(ref("Field")),
    }


# --- what a request may hold ------------------------------------------------------------------------------------------


def field_value(field: Field, choices: Choices) -> Schema:
    """What a field takes over the wire."""
    about = ". ".join(part for part in (field.label or field.id, field.description) if part)
    if field.type is FieldType.CHECKBOX_MULTI:
        return {**a_list(_TOKEN), "description": f"{about}. Option tokens from the field options request."}
    if field.type.has_options:
        return {**_TOKEN, "description": f"{about}. An option token from the field options request."}
    if field.type.is_location:
        return {**_location(field.type), "description": about}
    kinds: list[Json] = ["string", "number", "boolean"] if choices.text_values == "coerce" else ["string"]
    return {"type": kinds, "description": about}


_TOKEN: Schema = {"type": "string", "format": "option-token"}


def _location(kind: FieldType) -> Schema:
    parts: dict[str, Json] = {name: _number(-most, most) for name, most in _DEGREES.items()}
    more: dict[str, Json] = dict.fromkeys(("address", "description"), NULL_OR_TEXT)
    more["zoom"] = _or_null(_number(-_LARGEST, _LARGEST))
    if kind is FieldType.LOCATION_POINT:
        return an_object(parts, {**more, "radius": _or_null(_number(0, _LARGEST))})
    return an_object({**parts, "radius": _number(0, _LARGEST)}, more)


def _number(least: float, most: float) -> Schema:
    return {"type": "number", "minimum": least, "maximum": most}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def overrides(fields: Iterable[Field], choices: Choices) -> Schema:
    """``fields`` of a call."""
    listed = {one.id: field_value(one, choices) for one in fields}
    if choices.null_values == "omit":
        listed = {name: _or_null(schema) for name, schema in listed.items()}
    shape: Schema = {"type": ["object", "null"], "properties": dict(listed)}
    return {**shape, "additionalProperties": False} if choices.unknown_fields == "refuse" else shape


def cursor() -> Schema:
    """Where a page begins."""
    return {"type": ["string", "null"], "format": "cursor", "description": "What the page before gave in `next`."}


def user_connection(definition: ConnectionDefinition, choices: Choices) -> Schema:
    """The body of ``PUT user_connection``."""
    return an_object({"user_features": a_list_of([_user_feature(one, choices) for one in definition.features])})


def _user_feature(feature: Feature, choices: Choices) -> Schema:
    members: dict[str, Json] = {"feature_id": constant(feature.id)}
    optional: dict[str, Json] = {"enabled": YES_OR_NO}
    for kind in StepKind:
        optional[f"user_feature_{kind.plural}"] = or_absent(_configured(kind, feature.steps_of(kind), choices))
    return _with_fields(members, optional, feature.fields, choices)


def _with_fields(
    members: Mapping[str, Json], optional: Mapping[str, Json], fields: Sequence[Field], choices: Choices
) -> Schema:
    """An object with ``user_fields``, which must be there where a field has no other value."""
    listed = user_fields(fields, choices)
    if any(_must_be_given(one) for one in fields):
        return an_object({**members, "user_fields": listed}, optional)
    return an_object(members, {**optional, "user_fields": or_absent(listed)})


def _configured(kind: StepKind, steps: Sequence[FeatureStep], choices: Choices) -> Schema:
    """Each step at most once, with its fields."""
    shapes: list[Schema] = []
    once: list[Json] = []
    for step in steps:
        named: dict[str, Json] = {f"feature_{kind}_id": constant(step.id)}
        shapes.append(_with_fields(named, {}, step.fields, choices))
        once.append({"contains": an_object(named), "minContains": 0, "maxContains": 1})
    return a_list_of(shapes, maxItems=len(steps), **({"allOf": once} if len(once) > 1 else {}))


def _must_be_given(field: Field) -> bool:
    return field.is_customizable and field.required and field.value is None


def user_fields(fields: Iterable[Field], choices: Choices) -> Schema:
    """``user_fields``: what a user sets; those without a default must be there."""
    given = [one for one in fields if one.is_customizable]
    shapes = [an_object({"field_id": constant(one.id), "value": field_value(one, choices)}) for one in given]
    needed: list[Json] = [
        {"contains": an_object({"field_id": constant(one.id)})} for one in given if _must_be_given(one)
    ]
    return a_list_of(shapes, **({"allOf": needed} if needed else {}))


def deprecated_update(definition: ConnectionDefinition, choices: Choices) -> Schema:
    """The body of the deprecated update: fields of steps, and nothing else."""
    services = [
        an_object(
            {"service_id": constant(service.id)},
            {
                kind.plural: or_absent(a_list_of(_deprecated_steps(definition, service.id, kind, choices)))
                for kind in StepKind
            },
        )
        for service in definition.services
    ]
    return {
        **an_object({"user_id": USER_ID}, {"services": or_absent(a_list_of(services))}),
        "additionalProperties": False,
    }


def _deprecated_steps(
    definition: ConnectionDefinition, service_id: str, kind: StepKind, choices: Choices
) -> list[Schema]:
    """The steps of a service, as the first feature that has them lets a user set them.

    A user has a user feature of each feature, so there is an entry for each that has the step.
    """
    uses = [step for _, step in definition.feature_steps(kind=kind)]
    first = {step.step: step for step in reversed(uses)}
    shapes: list[Schema] = []
    for step in first.values():
        if step.service_id == service_id:
            given = [one for one in step.fields if one.is_customizable]
            entries = [an_object({"id": constant(one.id), "value": field_value(one, choices)}) for one in given]
            most = sum(1 for one in uses if one.step == step.step)
            users = a_list(an_object({}, {"fields": or_absent(a_list_of(entries))}), maxItems=most)
            shapes.append(an_object({"id": constant(step.slug)}, {f"user_{kind.plural}": or_absent(users)}))
    return shapes
