"""A definition as the plain data of its file: only what differs from what reading supplies by itself."""

from __future__ import annotations

from collections import Counter
from typing import Any, TypeAlias

from workbench.connection import catalogue, ids
from workbench.connection.definition import ConnectionDefinition, Feature, FeatureStep, Ingredient, Service, StepKind
from workbench.connection.fields import Field, Json, Option

Tree: TypeAlias = dict[str, Any]


def connection_tree(definition: ConnectionDefinition, *, script_file: str | None = None) -> Tree:
    """The whole file as plain data, in the order of its documentation."""
    script_key = "script_file" if script_file is not None and definition.script is not None else "script"
    titles: Counter[str] = Counter()
    features = []
    for feature in definition.features:
        features.append(_feature(definition, feature, titles[feature.title]))
        titles[feature.title] += 1
    return _said(
        connection=definition.name,
        id=None if definition.id == ids.connection_id(definition.name) else definition.id,
        description=definition.description,
        services=[_service_entry(service) for service in definition.services],
        primary_service=definition.primary_service,
        redirect_uris=list(definition.redirect_uris),
        configuration=[field_tree(field) for field in definition.configuration],
        features=features,
    ) | (
        {}
        if definition.script is None
        else {script_key: script_file if script_key == "script_file" else definition.script}
    )


def field_tree(field: Field, base: Field | None = None) -> Tree:
    """A field; beside a ``base`` only what differs from it, its visibility always."""
    plain = base or Field(id=field.id)
    said: Tree = {} if base else {"id": field.id}
    for name in ("label", "type", "required", "description", "secret"):
        if getattr(field, name) != getattr(plain, name):
            value = getattr(field, name)
            said[name] = value.value if name == "type" else value
    if field.options != plain.options:
        said["options"] = [_option(option) for option in field.options]
    if field != plain:
        said["visibility"] = field.visibility.value
    if field.value != plain.value or type(field.value) is not type(plain.value):
        said["value"] = _copy(field.value)
    return said


def service_tree(service: Service) -> Tree:
    """A service inline, or as a file of its own."""
    head = _said(service=service.name, id=service.id)
    if service.short_name != service.name:
        head["short_name"] = service.short_name
    if service.brand_color != Service.brand_color:
        head["brand_color"] = service.brand_color
    if service.url != f"https://ifttt.com/{service.id}":
        head["url"] = service.url
    head |= _said(icon_url=service.icon_url)
    if service.url_prefix is not None:
        head["url_prefix"] = service.url_prefix
    return head | _said(**{kind.plural: [_step(step) for _, step in service.steps(kind)] for kind in StepKind})


def _service_entry(service: Service) -> str | Tree:
    if service.id in catalogue.names() and catalogue.service(service.id) == service:
        return service.id
    return service_tree(service)


def _step(step: Any) -> Tree:
    tree: Tree = {"id": step.id, "label": step.label} | _said(
        description=step.description, fields=[field_tree(field) for field in step.fields]
    )
    ingredients = [_ingredient(ingredient) for ingredient in getattr(step, "ingredients", ())]
    return tree | _said(ingredients=ingredients)


def _ingredient(one: Ingredient) -> Tree:
    return {"id": one.id, "label": one.label, "type": one.type.value} | _said(example=one.example, query=one.query)


def _option(option: Option) -> str | Tree:
    if option == Option(label=option.label, value=option.label):
        return option.label
    tree = {"label": option.label, "value": option.value}
    return tree if option.group is None else {**tree, "group": option.group}


def _feature(definition: ConnectionDefinition, feature: Feature, nth: int) -> Tree:
    tree: Tree = {}
    if feature.id != ids.feature_id(definition.id, feature.title, nth):
        tree["id"] = feature.id
    tree |= _said(title=feature.title)
    if feature.description is not None:
        tree["description"] = feature.description
    tree |= _said(icon_url=feature.icon_url, fields=[field_tree(field) for field in feature.fields])
    seen: Counter[str] = Counter()
    for kind in StepKind:
        entries = []
        for step in feature.steps_of(kind):
            entries.append(_feature_step(definition, feature, step, seen[step.step]))
            seen[step.step] += 1
        tree |= _said(**{kind.plural: entries})
    return tree


def _feature_step(definition: ConnectionDefinition, feature: Feature, step: FeatureStep, nth: int) -> str | Tree:
    found = definition.step(step.step, step.kind)
    bases = {field.id: field for field in found[1].fields} if found else {}
    tree: Tree = {"step": step.step}
    if step.id != ids.step_id(feature.id, step.kind, step.step, nth):
        tree["id"] = step.id
    if found is None or step.label != found[1].label:
        tree |= _said(label=step.label)
    changed = {
        field.id: field_tree(field, bases.get(field.id)) for field in step.fields if field != bases.get(field.id)
    }
    if changed:
        tree["fields"] = changed
    return step.step if len(tree) == 1 else tree


def _said(**entries: Any) -> Tree:
    return {key: value for key, value in entries.items() if value not in (None, "", [])}


def _copy(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _copy(entry) for key, entry in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value
