"""Any connection and any users of it, drawn by hypothesis: whatever ``connection.problems()`` has nothing against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from workbench.connect_api.emulator import Emulator
from workbench.connection.definition import (
    Action,
    ConnectionDefinition,
    Feature,
    FeatureStep,
    Ingredient,
    IngredientType,
    Query,
    Service,
    StepKind,
    Trigger,
)
from workbench.connection.fields import Field, FieldType, Json, Option, Visibility

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
USERS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
_KINDS = {StepKind.TRIGGER: Trigger, StepKind.QUERY: Query, StepKind.ACTION: Action}
_PLAIN = [one for one in IngredientType if one is not IngredientType.QUERY]


@st.composite
def locations(draw: st.DrawFn, kind: FieldType) -> dict[str, Json]:
    """A location that a field of the type takes."""
    where: dict[str, Json] = {"lat": draw(st.floats(-90, 90)), "lng": draw(st.floats(-180, 180))}
    if kind is not FieldType.LOCATION_POINT or draw(st.booleans()):
        where["radius"] = draw(st.integers(0, 9_000) | st.floats(0, 9_000))
    return {**where, **draw(st.fixed_dictionaries({}, optional={"address": TEXTS, "zoom": st.integers(0, 20)}))}


@st.composite
def fields(draw: st.DrawFn, field_id: str) -> Field:
    """A field of any type and visibility; what is set by you and required has a value."""
    kind = draw(st.sampled_from(FieldType))
    visibility = draw(st.sampled_from(Visibility))
    options: tuple[Option, ...] = ()
    if kind.has_options and draw(st.booleans()):  # else the service, here samples, supplies them
        groups = st.none() | st.sampled_from(["Upstairs", "Cellar"])
        options = tuple(
            Option(label=f"{draw(TEXTS)} {number}", value=f"value {number}", group=draw(groups))
            for number in range(draw(st.integers(1, 4)))
        )
    value = draw(st.none() | _values(kind, options))
    required = draw(st.booleans())
    if visibility is Visibility.SET_BY_YOU and value is None:
        required = False
    return Field(
        id=field_id, label=draw(TEXTS), type=kind, visibility=visibility, options=options, value=value,
        required=required, secret=draw(st.booleans()),
    )  # fmt: skip


def _values(kind: FieldType, options: tuple[Option, ...]) -> st.SearchStrategy[Any]:
    """What the definition may give a field as its value."""
    if kind.is_location:
        return locations(kind)
    if not kind.has_options:
        return TEXTS
    if not options:
        return st.none()
    known = st.sampled_from([one.value for one in options])
    return st.lists(known, unique=True) if kind is FieldType.CHECKBOX_MULTI else known


@st.composite
def connections(draw: st.DrawFn) -> ConnectionDefinition:
    """A connection of one service with up to three features; steps are in several features, with other fields each."""
    kinds = draw(st.lists(st.sampled_from(StepKind), min_size=1, max_size=4))
    ingredients = tuple(
        Ingredient(id=f"ingredient_{number}", type=kind)
        for number, kind in enumerate(draw(st.lists(st.sampled_from(_PLAIN), min_size=1, max_size=4)))
    )
    steps: dict[StepKind, list[Any]] = {kind: [] for kind in StepKind}
    for number, kind in enumerate(kinds):
        more = {} if kind is StepKind.ACTION else {"ingredients": ingredients}
        steps[kind].append(_KINDS[kind](id=f"step_{number}", **more))
    service = Service(
        id="lamp",
        triggers=tuple(steps[StepKind.TRIGGER]),
        queries=tuple(steps[StepKind.QUERY]),
        actions=tuple(steps[StepKind.ACTION]),
    )
    numbers = st.lists(st.sampled_from(range(len(kinds))), unique=True, max_size=len(kinds))
    return ConnectionDefinition(
        id="Ab3dE5gH",
        name="Any connection",
        services=(service,),
        features=tuple(
            Feature(
                id=f"feature{number:03}",
                title=f"Feature {number}",
                fields=_drawn_fields(draw),
                steps=tuple(
                    FeatureStep(
                        id=f"f{number:03}step{step:02}",
                        kind=kinds[step],
                        step=f"lamp.step_{step}",
                        fields=_drawn_fields(draw),
                    )
                    for step in draw(numbers)
                ),
            )
            for number in range(draw(st.integers(1, 3)))
        ),
    )


def _drawn_fields(draw: st.DrawFn) -> tuple[Field, ...]:
    return tuple(draw(fields(f"field_{number}")) for number in range(draw(st.integers(0, 4))))


@dataclass
class People:
    """Lets users enable a connection with whatever values they may pick."""

    draw: st.DrawFn
    emulator: Emulator

    def enable(self, user_id: str) -> None:
        """One user, with perhaps a second user feature, and perhaps features that are off."""
        definition = self.emulator.definition
        self.emulator.enable(user_id, values=self._values(user_id, definition.features))
        for feature in definition.features:
            if self.draw(st.booleans()):
                self.emulator.add_feature(user_id, feature.id, self._values(user_id, (feature,)))
        for mine in self.emulator.user(user_id).user_features:
            if self.draw(st.integers(0, 3)) == 0:
                self.emulator.switch_feature(user_id, mine.id, enabled=False)

    def _values(self, user_id: str, features: tuple[Feature, ...]) -> dict[str, dict[str, Any]]:
        values: dict[str, dict[str, Any]] = {}
        for feature in features:
            values[f"feature:{feature.id}"] = self._picked(user_id, feature.id, feature.fields)
            for step in feature.steps:
                values[f"{feature.id}/{step.step}"] = self._picked(user_id, step.step, step.fields)
        return values

    def _picked(self, user_id: str, owner: str, listed: tuple[Field, ...]) -> dict[str, Any]:
        return {
            one.id: self._value(user_id, owner, one)
            for one in listed
            if one.is_customizable and ((one.required and one.value is None) or self.draw(st.booleans()))
        }

    def _value(self, user_id: str, owner: str, field: Field) -> Any:
        if field.type.is_location:
            return self.draw(locations(field.type))
        if not field.type.has_options:
            return self.draw(TEXTS)
        labels = [one.label for one in self.emulator.options(owner, field, user_id)]
        if field.type is FieldType.CHECKBOX_MULTI:
            return self.draw(st.lists(st.sampled_from(labels), unique=True))
        return self.draw(st.sampled_from(labels))
