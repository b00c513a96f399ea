"""The connection as ``GET /v2/connections/{id}`` shows it, for one user or for nobody.

Connect API page, "Show a connection"; the deprecated members are there too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from workbench.connect_api.options import feature_place
from workbench.connect_api.state import State
from workbench.connect_api.users import FEATURE_LEVEL, Status, UserConnection, UserFeature
from workbench.connect_api.values import Tokens, shown
from workbench.connection.definition import Feature, FeatureStep, StepKind
from workbench.connection.fields import Field, Json, Option
from workbench.connection.resource import Resource, run_url, to_resource


def connection_shown(state: State, user_id: str | None) -> Resource:
    """The whole resource."""
    user = state.users.get(user_id) if user_id is not None else None
    resource = to_resource(state.index.ready)
    resource["enabled_count"] = sum(1 for one in state.users.values() if one.is_enabled)
    resource["user_status"] = None if user_id is None else _status(state, user)
    if user is not None and _shows_values(state, user):
        _add_deprecated(state, resource, user)
        resource["user_connection"] = {"user_features": _user_features(state, user)}
    return resource


def _shows_values(state: State, user: UserConnection) -> bool:
    return user.is_enabled or state.choices.disabled_shows_values


def _status(state: State, user: UserConnection | None) -> str:
    if user is None:
        return "never_enabled"
    return state.choices.pending_status if user.status is Status.PENDING else user.status.value


# --- the deprecated members -------------------------------------------------------------------------------------------


def _add_deprecated(state: State, resource: Resource, user: UserConnection) -> None:
    """Add ``user_triggers``, ``user_queries`` and ``user_actions`` to the steps of services."""
    for service in cast("list[Resource]", resource["services"]):
        for kind in StepKind:
            for step in cast("list[Resource]", service[kind.plural]):
                used = state.index.step(kind, f"{service['service_id']}.{step['id']}")
                step[f"user_{kind.plural}"] = [
                    _deprecated_values(state, used.by_feature[one.feature_id], one, user.user_id)
                    for one in user.user_features
                    if one.feature_id in used.by_feature
                ]


def _deprecated_values(state: State, step: FeatureStep, one: UserFeature, user_id: str) -> Resource:
    fields: list[Json] = []
    for field, value in _values(step.fields, one, step.id, _step_tokens(state, step, user_id)):
        is_picked = isinstance(value, dict) and field.type.has_options
        fields.append(
            {"id": field.id, **value} if is_picked and isinstance(value, dict) else {"id": field.id, "value": value}
        )
    return {"run_url": run_url(state.definition, step), "fields": fields}


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
