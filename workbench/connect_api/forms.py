"""The fields of a connection as a form that one user fills in, and what they entered as values.

A field is asked for when it is customizable by the user. Options are chosen by their labels, as on the real page.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from workbench.connect_api.users import FEATURE_LEVEL, UserConnection, UserFeature
from workbench.connect_api.values import full_label, own, pick
from workbench.connection.definition import ConnectionDefinition, Feature
from workbench.connection.fields import Field, FieldType, Json, Option
from workbench.errors import FieldValueError

SupplyOptions: TypeAlias = Callable[[str, Field], tuple[Option, ...]]
"""The options that the user sees for a field, from its step's or feature's id."""
Form: TypeAlias = Mapping[str, Sequence[str]]

_PARTS = {"lat": "Latitude", "lng": "Longitude", "radius": "Radius in metres", "address": "Address"}


@dataclass(frozen=True, kw_only=True)
class Input:
    """One field on the form.

    Attributes:
        name: its name in the form; a location's parts are ``name.lat`` and so on.
        held: what the user set before, or the default; None if neither.
        is_held: whether the user set it before.
        texts: what the inputs show, by part; a text field's part is ``""``.
        chosen: the full labels of the options that are chosen.
        error: what is wrong with what was entered.
    """

    name: str
    field: Field
    options: tuple[Option, ...] = ()
    held: Json = None
    is_held: bool = False
    texts: Mapping[str, str] = dataclasses.field(default_factory=dict)
    chosen: tuple[str, ...] = ()
    error: str = ""

    @property
    def label(self) -> str:
        """What it is called."""
        return self.field.label or self.field.id

    @property
    def kind(self) -> str:
        """Which control it is: text, area, select, checkboxes or location."""
        if self.field.type is FieldType.CHECKBOX_MULTI:
            return "checkboxes"
        if self.field.type.has_options:
            return "select"
        if self.field.type.is_location:
            return "location"
        return "area" if self.field.type is FieldType.TEXT_AREA else "text"

    @property
    def is_kept(self) -> bool:
        """Whether what the user set before stays where nothing is entered: a secret is not shown to be sent back."""
        return self.field.secret and self.is_held

    @property
    def groups(self) -> list[tuple[str | None, list[Option]]]:
        """The options by group, in order."""
        found: dict[str | None, list[Option]] = {}
        for option in self.options:
            found.setdefault(option.group, []).append(option)
        return list(found.items())

    @property
    def parts(self) -> dict[str, str]:
        """The parts of a location and their labels."""
        return {name: label for name, label in _PARTS.items() if name != "radius" or _has_radius(self.field)}

    def is_chosen(self, option: Option) -> bool:
        """Whether the option is selected or ticked."""
        return full_label(option) in self.chosen


@dataclass(frozen=True, kw_only=True)
class Section:
    """The fields of one step, of a feature itself, or of the connection; ``key`` is their place in ``values``."""

    key: str
    title: str
    inputs: tuple[Input, ...]


def sections(definition: ConnectionDefinition, user: UserConnection | None, supply: SupplyOptions) -> list[Section]:
    """The form for one user, filled with what they have set, else with the defaults; secrets are not filled in.

    Empty sections are left out.
    """
    configuration = user.configuration if user is not None else {}
    found = [
        _section("configuration", "Your settings", "configuration", definition.configuration, configuration, supply)
    ]
    for feature in definition.features:
        found.extend(_feature(feature, user, supply))
    return [one for one in found if one.inputs]


def _feature(feature: Feature, user: UserConnection | None, supply: SupplyOptions) -> Iterator[Section]:
    mine = next((one for one in user.user_features if one.feature_id == feature.id), None) if user else None
    title = feature.title or feature.id
    yield _section(f"feature:{feature.id}", title, feature.id, feature.fields, _stored(mine, FEATURE_LEVEL), supply)
    for step in feature.steps:
        section = _section(
            f"{feature.id}/{step.step}",
            f"{title}: {step.label or step.step}",
            step.step,
            step.fields,
            _stored(mine, step.id),
            supply,
        )
        renamed = (replace(one, name=f"{step.id}/{one.name}") for one in section.inputs)
        yield replace(section, inputs=tuple(renamed))


def _stored(mine: UserFeature | None, place: str) -> Mapping[str, Json]:
    return mine.values_of(place) if mine is not None else {}


def _section(  # noqa: PLR0917 - one call a place
    key: str, title: str, owner: str, fields: Sequence[Field], stored: Mapping[str, Json], supply: SupplyOptions
) -> Section:
    inputs = tuple(
        _filled(one, f"{key}/{one.id}", stored, supply(owner, one) if one.type.has_options else ())
        for one in fields
        if one.is_customizable
    )
    return Section(key=key, title=title, inputs=inputs)


def _filled(one: Field, name: str, stored: Mapping[str, Json], options: tuple[Option, ...]) -> Input:
    held = stored.get(one.id, _default(one))
    labels = {option.value: full_label(option) for option in options}
    listed = held if isinstance(held, list) else [held]
    filled = Input(name=name, field=one, options=options, held=held, is_held=one.id in stored)
    if one.secret:
        return filled
    if one.type.has_options:
        return replace(filled, chosen=tuple(labels[value] for value in listed if value in labels))
    if one.type.is_location:
        parts = held if isinstance(held, dict) else {}
        return replace(filled, texts={name: str(parts[name]) for name in _PARTS if parts.get(name) is not None})
    return replace(filled, texts={} if held is None else {"": str(held)})


def _default(one: Field) -> Json:
    try:
        return own(one)
    except FieldValueError:  # `connection.problems()` tells
        return None


def _has_radius(one: Field) -> bool:
    return one.type is not FieldType.LOCATION_POINT


# --- what was entered -------------------------------------------------------------------------------------------------


def read_form(form: Form, asked: Sequence[Section]) -> tuple[dict[str, dict[str, Json]], list[Section]]:
    """What a form holds, as ``values``; and the sections as they were filled in, with errors where there are any."""
    values: dict[str, dict[str, Json]] = {}
    shown: list[Section] = []
    for section in asked:
        read = [_read(form, one, section.title) for one in section.inputs]
        given = {one.field.id: value for one, value in read if value is not None}
        values.setdefault(section.key, {}).update(given)
        shown.append(replace(section, inputs=tuple(one for one, _ in read)))
    return {key: given for key, given in values.items() if given}, shown


def has_errors(shown: Sequence[Section]) -> bool:
    """Whether anything that was entered is wrong."""
    return any(one.error for section in shown for one in section.inputs)


def _read(form: Form, one: Input, where: str) -> tuple[Input, Json]:
    """The input as it was filled in, and its value; None leaves the field as it is."""
    entered = _entered(form, one)
    try:
        value = _value(entered)
        if value is not None:
            pick(one.field, value, one.options, where=where)
    except FieldValueError as problem:
        return replace(entered, error=str(problem)), None
    return entered, value


def _entered(form: Form, one: Input) -> Input:
    if one.kind in ("select", "checkboxes"):
        return replace(one, chosen=tuple(label for label in form.get(one.name, ()) if label))
    if one.kind == "location":
        return replace(one, texts={part: _text(form, f"{one.name}.{part}").strip() for part in one.parts})
    return replace(one, texts={"": _text(form, one.name).replace("\r\n", "\n")})


def _text(form: Form, name: str) -> str:
    return next(iter(form.get(name, ())), "")


def _value(one: Input) -> Json:
    if one.is_kept and not one.chosen and not any(one.texts.values()):
        return None
    if one.kind == "select":
        return _required(one, one.chosen[0] if one.chosen else None, "Choose one.")
    if one.kind == "checkboxes":
        ticked: list[Json] = list(one.chosen)
        if one.field.required and not ticked:
            raise FieldValueError("Choose at least one.")
        return ticked
    if one.kind == "location":
        return _location(one)
    text = one.texts[""]
    if text:
        return text
    _required(one, None, "Fill this in.")
    return "" if one.held is not None else None


def _location(one: Input) -> Json:
    entered = {part: text for part, text in one.texts.items() if text}
    if not entered:
        return _required(one, None, "Say where.")
    kept = {name: part for name, part in one.held.items() if name not in _PARTS} if isinstance(one.held, dict) else {}
    return {**kept, **entered}


def _required(one: Input, value: Json, message: str) -> Json:
    if value is None and one.field.required:
        raise FieldValueError(message)
    return value
