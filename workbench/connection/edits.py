"""Changes of a definition, pure: each takes a definition and gives the changed one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from workbench.connection import catalogue, ids
from workbench.connection.definition import ConnectionDefinition, Feature, FeatureStep, Service, StepKind
from workbench.connection.fields import Field
from workbench.connection.texts import as_text
from workbench.errors import UnknownName, UsageError

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Where:
    """Where a field is: in a step of a feature, in a feature itself, or (neither said) in the configuration."""

    feature: str | None = None
    step: str | None = None
    field: str


def field_at(definition: ConnectionDefinition, where: Where) -> Field | None:
    """The field there, or None."""
    return next((one for one in _fields_at(definition, where) if one.id == where.field), None)


def change_field(
    definition: ConnectionDefinition, where: Where, change: Callable[[Field], Field]
) -> ConnectionDefinition:
    """The definition with one field changed."""
    fields = tuple(change(one) if one.id == where.field else one for one in _fields_at(definition, where))
    return _with_fields(definition, where, fields)


def add_field(definition: ConnectionDefinition, where: Where, field: Field) -> ConnectionDefinition:
    """The definition with a field more in the configuration or in a feature."""
    fields = _fields_at(definition, where)
    _require_free(fields, field.id)
    return _with_fields(definition, where, (*fields, field))


def remove_field(definition: ConnectionDefinition, where: Where) -> ConnectionDefinition:
    """The definition without a field of the configuration or of a feature."""
    _require_own(where)
    return _with_fields(definition, where, tuple(one for one in _fields_at(definition, where) if one.id != where.field))


def rename_field(definition: ConnectionDefinition, where: Where, field_id: str) -> ConnectionDefinition:
    """The definition with another id for a field of the configuration or of a feature."""
    _require_own(where)
    fields = _fields_at(definition, where)
    _require_free([one for one in fields if one.id != where.field], field_id)
    renamed = tuple(replace(one, id=field_id) if one.id == where.field else one for one in fields)
    return _with_fields(definition, where, renamed)


def move_field(definition: ConnectionDefinition, where: Where, position: int) -> ConnectionDefinition:
    """The definition with a field of the configuration or of a feature at another position, from 0."""
    _require_own(where)
    fields = _fields_at(definition, where)
    return _with_fields(definition, where, _moved(fields, lambda one: one.id == where.field, position))


def add_service(definition: ConnectionDefinition, service: Service) -> ConnectionDefinition:
    """The definition with a service more."""
    if definition.service(service.id) is not None:
        raise UsageError(f"The connection has the service `{service.id}` already.")
    return replace(definition, services=(*definition.services, service))


def remove_service(definition: ConnectionDefinition, service_id: str) -> ConnectionDefinition:
    """The definition without a service that no feature uses."""
    users = [
        feature.title or feature.id
        for feature in definition.features
        for step in feature.steps
        if step.service_id == service_id
    ]
    if users:
        raise UsageError(f"`{service_id}` is used in {', '.join(dict.fromkeys(users))}. Remove those steps first.")
    primary = None if definition.primary_service == service_id else definition.primary_service
    services = tuple(service for service in definition.services if service.id != service_id)
    return replace(definition, services=services, primary_service=primary)


def add_feature(definition: ConnectionDefinition, title: str, description: str | None = None) -> ConnectionDefinition:
    """The definition with an empty feature more, at the end."""
    title = as_text(title, "A feature's title")
    if description is not None:
        description = as_text(description, "A feature's description", none="None")
    taken = {feature.id for feature in definition.features}
    nth = sum(feature.title == title for feature in definition.features)
    while (feature_id := ids.feature_id(definition.id, title, nth)) in taken:
        nth += 1
    return replace(
        definition, features=(*definition.features, Feature(id=feature_id, title=title, description=description))
    )


def change_feature(
    definition: ConnectionDefinition, feature_id: str, change: Callable[[Feature], Feature]
) -> ConnectionDefinition:
    """The definition with one feature changed."""
    features = tuple(change(feature) if feature.id == feature_id else feature for feature in definition.features)
    return replace(definition, features=features)


def remove_feature(definition: ConnectionDefinition, feature_id: str) -> ConnectionDefinition:
    """The definition without a feature."""
    return replace(definition, features=tuple(one for one in definition.features if one.id != feature_id))


def move_feature(definition: ConnectionDefinition, feature_id: str, position: int) -> ConnectionDefinition:
    """The definition with a feature at another position, from 0."""
    return replace(definition, features=_moved(definition.features, lambda one: one.id == feature_id, position))


def add_step(
    definition: ConnectionDefinition, feature_id: str, kind: StepKind, step: str, offered: Iterable[Service] = ()
) -> ConnectionDefinition:
    """The definition with a step more in a feature; its service comes along where needed.

    The service comes from those ``offered``, or else from the catalogue.
    """
    service_id = step.partition(".")[0]
    if definition.service(service_id) is None:
        found_service = next((one for one in offered if one.id == service_id), None)
        if found_service is not None or service_id in catalogue.names():
            definition = add_service(definition, found_service or catalogue.service(service_id))
    found = definition.step(step, kind)
    if found is None:
        other = definition.step(step)
        if other is not None:
            raise UsageError(f"`{step}` is {other[0].with_article}, no {kind}. `add_{other[0]}` adds it.")
        known = [f"{service.id}.{one.id}" for service in definition.services for _, one in service.steps(kind)]
        raise UnknownName(kind.value, step, known, where="in the services of the connection")

    def added(feature: Feature) -> Feature:
        new = FeatureStep(
            id=_free_id(feature, kind, step), kind=kind, step=step, label=found[1].label, fields=found[1].fields
        )
        return replace(feature, steps=_by_kind((*feature.steps, new)))

    return change_feature(definition, feature_id, added)


def change_step(
    definition: ConnectionDefinition, feature_id: str, step_id: str, change: Callable[[FeatureStep], FeatureStep]
) -> ConnectionDefinition:
    """The definition with one step of a feature changed."""
    return change_feature(
        definition,
        feature_id,
        lambda feature: replace(
            feature, steps=tuple(change(one) if one.id == step_id else one for one in feature.steps)
        ),
    )


def remove_step(definition: ConnectionDefinition, feature_id: str, step_id: str) -> ConnectionDefinition:
    """The definition without a step of a feature."""
    return change_feature(
        definition,
        feature_id,
        lambda feature: replace(feature, steps=tuple(one for one in feature.steps if one.id != step_id)),
    )


def move_step(definition: ConnectionDefinition, feature_id: str, step_id: str, position: int) -> ConnectionDefinition:
    """The definition with a step at another position (from 0) among the steps of its kind."""

    def moved(feature: Feature) -> Feature:
        kind = next(one.kind for one in feature.steps if one.id == step_id)
        same = _moved(feature.steps_of(kind), lambda one: one.id == step_id, position)
        return replace(feature, steps=_by_kind((*(one for one in feature.steps if one.kind is not kind), *same)))

    return change_feature(definition, feature_id, moved)


def _require_own(where: Where) -> None:
    if where.step is not None:
        raise UsageError("The fields of a step come from its service, with their ids and in their order.")


def _require_free(fields: Iterable[Field], field_id: str) -> None:
    if not ids.is_slug(as_text(field_id, "The id of a field")):
        raise UsageError(f"The id of a field has letters, digits and underscores, up to 100; {field_id!r} has not.")
    if any(one.id == field_id for one in fields):
        raise UsageError(f"There is a field `{field_id}` already. Choose another id, or change that field.")


def _fields_at(definition: ConnectionDefinition, where: Where) -> tuple[Field, ...]:
    if where.feature is None:
        return definition.configuration
    feature = definition.feature(where.feature)
    if feature is None:
        return ()
    if where.step is None:
        return feature.fields
    return next((step.fields for step in feature.steps if step.id == where.step), ())


def _with_fields(definition: ConnectionDefinition, where: Where, fields: tuple[Field, ...]) -> ConnectionDefinition:
    if where.feature is None:
        return replace(definition, configuration=fields)
    if where.step is None:
        return change_feature(definition, where.feature, lambda feature: replace(feature, fields=fields))
    return change_step(definition, where.feature, where.step, lambda step: replace(step, fields=fields))


def _free_id(feature: Feature, kind: StepKind, step: str) -> str:
    taken = {one.id for one in feature.steps}
    nth = sum(one.step == step for one in feature.steps)
    while (step_id := ids.step_id(feature.id, kind, step, nth)) in taken:
        nth += 1
    return step_id


def _by_kind(steps: Sequence[FeatureStep]) -> tuple[FeatureStep, ...]:
    """Triggers, then queries, then actions, each in the order they had: the order of the file."""
    return tuple(step for kind in StepKind for step in steps if step.kind is kind)


def _moved(items: Sequence[T], wanted: Callable[[T], bool], position: int) -> tuple[T, ...]:
    rest = [item for item in items if not wanted(item)]
    rest[position:position] = [item for item in items if wanted(item)]
    return tuple(rest)
