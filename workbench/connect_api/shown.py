"""The connection as ``GET /v2/connections/{id}`` shows it, for one user or for nobody.

Connect API page, "Show a connection"; the deprecated members are there too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workbench.connect_api.options import feature_place
from workbench.connect_api.state import BASE_URL, State
from workbench.connect_api.users import FEATURE_LEVEL, Status, UserConnection, UserFeature
from workbench.connect_api.values import Tokens, shown, shown_default
from workbench.connection.definition import Feature, FeatureStep, Service, StepKind
from workbench.connection.fields import Field, Json, Option

Resource = dict[str, Json]


def connection_shown(state: State, user_id: str | None) -> Resource:
    """The whole resource."""
    definition = state.definition
    user = state.users.get(user_id) if user_id is not None else None
    with_values = user if user is not None and _shows_values(state, user) else None
    features = [state.index.features[feature.id] for feature in definition.features]
    resource: Resource = {
        "type": "connection",
        "id": definition.id,
        "name": definition.name,
        "description": definition.description,
        "url": f"https://ifttt.com/applets/{definition.id}",
        "enabled_count": sum(1 for one in state.users.values() if one.is_enabled),
        "user_status": None if user_id is None else _status(state, user),
        "services": [_service(state, service, features, with_values) for service in definition.services],
        "cover_image": None,
        "value_propositions": [{"description": one.title, "icon_url": one.icon_url} for one in features],
        "features": [_feature(state, feature) for feature in features],
        "embedded_url": f"https://ifttt.com/access/api/{definition.id}",
    }
    if with_values is not None:
        resource["user_connection"] = {"user_features": _user_features(state, with_values)}
    return resource


def _shows_values(state: State, user: UserConnection) -> bool:
    return user.is_enabled or state.choices.disabled_shows_values


def _status(state: State, user: UserConnection | None) -> str:
    if user is None:
        return "never_enabled"
    return state.choices.pending_status if user.status is Status.PENDING else user.status.value


# --- services, with the deprecated members ----------------------------------------------------------------------------


def _service(state: State, service: Service, features: list[Feature], user: UserConnection | None) -> Resource:
    definition = state.definition
    primary = definition.primary_service or (definition.services[0].id if definition.services else None)
    shown_service: Resource = {
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
        used = {
            step.step: step
            for feature in reversed(features)
            for step in reversed(feature.steps_of(kind))
            if step.service_id == service.id
        }
        ordered = reversed(used.values())
        shown_service[kind.plural] = [_service_step(state, step, user) for step in ordered]
    return shown_service


def _service_step(state: State, step: FeatureStep, user: UserConnection | None) -> Resource:
    resource: Resource = {"id": step.slug, **_step_members(state, step)}
    if user is not None:
        used = state.index.step(step.kind, step.step)
        resource[f"user_{step.kind.plural}"] = [
            _deprecated_values(state, used.by_feature[one.feature_id], one, user.user_id)
            for one in user.user_features
            if one.feature_id in used.by_feature
        ]
    return resource


def _deprecated_values(state: State, step: FeatureStep, one: UserFeature, user_id: str) -> Resource:
    fields: list[Json] = []
    for field, value in _values(step.fields, one, step.id, _step_tokens(state, step, user_id)):
        is_picked = isinstance(value, dict) and field.type.has_options
        fields.append(
            {"id": field.id, **value} if is_picked and isinstance(value, dict) else {"id": field.id, "value": value}
        )
    return {"run_url": _run_url(state, step), "fields": fields}


# --- features ---------------------------------------------------------------------------------------------------------


def _feature(state: State, feature: Feature) -> Resource:
    resource: Resource = {
        "id": feature.id,
        "title": feature.title,
        "description": feature.description,
        "icon_url": feature.icon_url,
        "field_options_url": f"{_base(state)}/features/{feature.id}/field_options",
        "fields": [_field(field) for field in feature.fields],
    }
    for kind in StepKind:
        resource[f"feature_{kind.plural}"] = [
            {"id": step.id, f"{kind}_id": step.slug, "service_id": step.service_id, **_step_members(state, step)}
            for step in feature.steps_of(kind)
        ]
    return resource


def _step_members(state: State, step: FeatureStep) -> Resource:
    return {
        "label": step.label or step.slug,
        "field_options_url": f"{_base(state)}/{step.kind.plural}/{step.step}/field_options",
        "run_url": _run_url(state, step),
        "fields": [_field(field) for field in step.fields],
    }


def _base(state: State) -> str:
    return f"{BASE_URL}/v2/connections/{state.definition.id}"


def _run_url(state: State, step: FeatureStep) -> str | None:
    return f"{_base(state)}/actions/{step.step}/run" if step.kind is StepKind.ACTION else None


def _field(field: Field) -> Resource:
    return {
        "id": field.id,
        "label": field.label or field.id,
        "type": field.type.value,
        "required": field.required,
        "hidden": not field.is_customizable,
        "default_value": shown_default(field),
    }


# --- what the user set ------------------------------------------------------------------------------------------------


def _user_features(state: State, user: UserConnection) -> list[Json]:
    known = state.index.features
    return [
        _user_feature(state, known[one.feature_id], one, user.user_id)
        for one in user.user_features
        if one.feature_id in known
    ]


def _user_feature(state: State, feature: Feature, one: UserFeature, user_id: str) -> Resource:
    own = Tokens(state.index.mint, feature_place(feature.id), user_id)
    resource: Resource = {
        "id": one.id,
        "feature_id": one.feature_id,
        "enabled": one.enabled,
        "user_fields": _user_fields(feature.fields, one, FEATURE_LEVEL, own),
    }
    for kind in StepKind:
        steps: list[Json] = []
        for step in feature.steps_of(kind):
            if step.id in one.values:
                identity: Resource = {"id": one.trigger_id(step.id)} if kind is StepKind.TRIGGER else {}
                tokens = _step_tokens(state, step, user_id)
                fields = _user_fields(step.fields, one, step.id, tokens)
                steps.append({**identity, f"feature_{kind}_id": step.id, "user_fields": fields})
        resource[f"user_feature_{kind.plural}"] = steps
    return resource


def _user_fields(fields: Iterable[Field], one: UserFeature, place: str, tokens: Tokens) -> list[Json]:
    return [
        {"field_id": field.id, "field_type": field.type.value, "value": value}
        for field, value in _values(fields, one, place, tokens)
    ]


def _values(fields: Iterable[Field], one: UserFeature, place: str, tokens: Tokens) -> Iterable[tuple[Field, Json]]:
    """The fields that the user has set, with the values as shown; hidden ones are not stored per user."""
    stored = one.values_of(place)
    picked: Mapping[str, tuple[Option, ...]] = one.picked.get(place, {})
    for field in fields:
        if field.is_customizable and field.id in stored:
            yield field, shown(field, stored[field.id], picked.get(field.id, ()), tokens)


def _step_tokens(state: State, step: FeatureStep, user_id: str) -> Tokens:
    return Tokens(state.index.mint, f"{step.kind.plural}/{step.step}", user_id)
