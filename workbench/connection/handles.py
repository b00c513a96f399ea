"""Handles on the parts of a connection: each names a part, reads it as it is now, and edits the whole through it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias, Union

from workbench.connection import edits
from workbench.connection.definition import Feature, FeatureStep, StepKind
from workbench.connection.edits import Where
from workbench.connection.fields import Field, FieldType, Json, Option, Visibility
from workbench.connection.texts import as_text
from workbench.connection.values import taken
from workbench.errors import Ambiguous, UnknownName
from workbench.html import mask

if TYPE_CHECKING:
    from workbench.connection.document import Connection

FeatureName: TypeAlias = Union[str, "FeatureHandle"]
"""A feature: its id, its title, or a handle."""


class FieldHandle:
    """A field of a step, of a feature, or of the configuration."""

    def __init__(self, connection: Connection, where: Where) -> None:
        self._connection = connection
        self._where = where

    @property
    def definition(self) -> Field:
        """The field as it is now, frozen."""
        field = edits.field_at(self._connection.definition, self._where)
        if field is None:
            raise UnknownName("field", self._where.field, (), where="(it was removed)")
        return field

    @property
    def where(self) -> Where:
        """Where it is, by ids."""
        self._require()
        return self._where

    @property
    def id(self) -> str:
        """The field's id."""
        return self._where.field

    @property
    def label(self) -> str:
        """What the user reads."""
        return self.definition.label

    @property
    def type(self) -> FieldType:
        """The field's type."""
        return self.definition.type

    @property
    def required(self) -> bool:
        """Whether it needs a value."""
        return self.definition.required

    @property
    def visibility(self) -> Visibility:
        """Who sets it."""
        return self.definition.visibility

    @property
    def value(self) -> Json:
        """The value set by you, or the default."""
        return self.definition.value

    @property
    def options(self) -> tuple[Option, ...]:
        """The choices of a dropdown or of checkboxes."""
        return self.definition.options

    def set_by_you(self, value: Json = None) -> FieldHandle:
        """Hide the field from the user and give it this value; an option by its value or its label.

        Raises:
            FieldValueError: the field does not take the value.
        """
        return self._set(Visibility.SET_BY_YOU, value)

    def customizable(self, default: Json = None) -> FieldHandle:
        """Show the field to the user, with this default if one is given.

        Raises:
            FieldValueError: the field does not take the default.
        """
        return self._set(Visibility.CUSTOMIZABLE, default)

    def change(self, change: Callable[[Field], Field]) -> FieldHandle:
        """Change the field in any way but its id: ``change(lambda field: replace(field, label="Message"))``."""
        self._require()
        self._connection.edit(
            lambda definition: edits.change_field(
                definition, self._where, lambda field: replace(change(field), id=field.id)
            )
        )
        return self

    def rename(self, field_id: str) -> FieldHandle:
        """Give it another id, where it is a field of the configuration or of a feature; scripts name it by that.

        Raises:
            UsageError: the id is taken or is none, or the field is a step's.
        """
        self._require()
        self._connection.edit(lambda definition: edits.rename_field(definition, self._where, field_id))
        return FieldHandle(self._connection, replace(self._where, field=field_id))

    def move(self, position: int) -> FieldHandle:
        """Put it at another position, from 0, where it is a field of the configuration or of a feature.

        Raises:
            UsageError: the field is a step's.
        """
        self._require()
        self._connection.edit(lambda definition: edits.move_field(definition, self._where, position))
        return self

    def remove(self) -> None:
        """Take it away, where it is a field of the configuration or of a feature.

        Raises:
            UsageError: the field is a step's.
        """
        self._require()
        self._connection.edit(lambda definition: edits.remove_field(definition, self._where))

    def _set(self, visibility: Visibility, value: Json) -> FieldHandle:
        return self.change(lambda field: replace(field, visibility=visibility, value=taken(field, value)))

    def _require(self) -> None:
        _ = self.definition

    def __repr__(self) -> str:
        field = self.definition
        shown = mask(field.value, secret=field.secret)
        return f"<field {field.id} ({field.type}): {field.visibility}, value {shown!r}>"


class StepHandle:
    """A trigger, query or action as one feature uses it."""

    def __init__(self, connection: Connection, feature_id: str, step_id: str) -> None:
        self._connection = connection
        self._feature_id = feature_id
        self._id = step_id

    @property
    def definition(self) -> FeatureStep:
        """The step as it is now, frozen."""
        feature = self._connection.definition.feature(self._feature_id)
        found = next((step for step in feature.steps if step.id == self._id), None) if feature else None
        if found is None:
            known = [step.id for step in feature.steps] if feature else []
            raise UnknownName("step", self._id, known, where="(it was removed)")
        return found

    @property
    def id(self) -> str:
        """The id of the step in its feature."""
        return self._id

    @property
    def step(self) -> str:
        """What it is: ``service.slug``."""
        return self.definition.step

    @property
    def kind(self) -> StepKind:
        """Trigger, query or action."""
        return self.definition.kind

    @property
    def label(self) -> str:
        """What people read."""
        return self.definition.label

    @property
    def feature(self) -> FeatureHandle:
        """The feature it belongs to."""
        return FeatureHandle(self._connection, self._feature_id)

    @property
    def fields(self) -> tuple[FieldHandle, ...]:
        """Handles on its fields."""
        return tuple(self._field(field.id) for field in self.definition.fields)

    def field(self, field_id: str) -> FieldHandle:
        """A handle on one of its fields.

        Raises:
            UnknownName: it has no such field; says the nearest.
        """
        step = self.definition
        if step.field(field_id) is None:
            raise UnknownName("field", field_id, [field.id for field in step.fields], where=f"for {step.step}")
        return self._field(field_id)

    def _field(self, field_id: str) -> FieldHandle:
        return FieldHandle(self._connection, Where(feature=self._feature_id, step=self._id, field=field_id))

    def rename(self, label: str) -> StepHandle:
        """Give it another label."""
        _ = self.definition
        text = as_text(label, "A step's label")
        self._connection.edit(
            lambda definition: edits.change_step(
                definition, self._feature_id, self._id, lambda step: replace(step, label=text)
            )
        )
        return self

    def move(self, position: int) -> StepHandle:
        """Put it at another position, from 0, among the steps of its kind."""
        _ = self.definition
        self._connection.edit(lambda definition: edits.move_step(definition, self._feature_id, self._id, position))
        return self

    def remove(self) -> None:
        """Take it out of the feature."""
        _ = self.definition
        self._connection.edit(lambda definition: edits.remove_step(definition, self._feature_id, self._id))

    def __repr__(self) -> str:
        step = self.definition
        names = ", ".join(field.id for field in step.fields) or "no fields"
        return f"<{step.kind} {step.step} of {self.feature.name!r}: {names}>"


class FeatureHandle:
    """A feature of the connection."""

    def __init__(self, connection: Connection, feature_id: str) -> None:
        self._connection = connection
        self._id = feature_id

    @property
    def definition(self) -> Feature:
        """The feature as it is now, frozen."""
        feature = self._connection.definition.feature(self._id)
        if feature is None:
            known = [one.id for one in self._connection.definition.features]
            raise UnknownName("feature", self._id, known, where="(it was removed)")
        return feature

    @property
    def id(self) -> str:
        """Its id."""
        return self._id

    @property
    def title(self) -> str:
        """What people read."""
        return self.definition.title

    @property
    def name(self) -> str:
        """Its title, or its id where it has none."""
        return self.definition.title or self._id

    @property
    def steps(self) -> tuple[StepHandle, ...]:
        """Handles on its steps."""
        return tuple(StepHandle(self._connection, self._id, step.id) for step in self.definition.steps)

    def step(self, name: str) -> StepHandle:
        """A handle on one of its steps, by ``service.slug`` or by its id in the feature.

        Raises:
            UnknownName: it has no such step; says the nearest.
            Ambiguous: it has that step several times.
        """
        steps = self.definition.steps
        found = [step for step in steps if step.id == name] or [step for step in steps if step.step == name]
        if not found:
            raise UnknownName("step", name, dict.fromkeys(step.step for step in steps), where=f"in {self.name!r}")
        if len(found) > 1:
            raise Ambiguous(
                f"`{name}` stands several times in {self.name!r}; use an id: {', '.join(one.id for one in found)}."
            )
        return StepHandle(self._connection, self._id, found[0].id)

    def field(self, field_id: str) -> FieldHandle:
        """A handle on a field of the feature itself."""
        known = [field.id for field in self.definition.fields]
        if field_id not in known:
            raise UnknownName("field", field_id, known, where=f"for the feature {self.name!r}")
        return FieldHandle(self._connection, Where(feature=self._id, field=field_id))

    def add_field(self, field: Field) -> FieldHandle:
        """Give the feature a field of its own."""
        _ = self.definition
        where = Where(feature=self._id, field=field.id)
        self._connection.edit(lambda definition: edits.add_field(definition, where, field))
        return FieldHandle(self._connection, where)

    def remove_field(self, field_id: str) -> None:
        """Take a field of its own away."""
        _ = self.field(field_id)
        self._connection.edit(
            lambda definition: edits.remove_field(definition, Where(feature=self._id, field=field_id))
        )

    def rename(self, title: str) -> FeatureHandle:
        """Give it another title; its id stays."""
        text = as_text(title, "A feature's title")
        return self._change(lambda feature: replace(feature, title=text))

    def describe(self, description: str | None) -> FeatureHandle:
        """Give it another description."""
        text = None if description is None else as_text(description, "A feature's description", none="None")
        return self._change(lambda feature: replace(feature, description=text))

    def move(self, position: int) -> FeatureHandle:
        """Put it at another position, from 0."""
        _ = self.definition
        self._connection.edit(lambda definition: edits.move_feature(definition, self._id, position))
        return self

    def remove(self) -> None:
        """Take it out of the connection."""
        _ = self.definition
        self._connection.edit(lambda definition: edits.remove_feature(definition, self._id))

    def _change(self, change: Callable[[Feature], Feature]) -> FeatureHandle:
        _ = self.definition
        self._connection.edit(lambda definition: edits.change_feature(definition, self._id, change))
        return self

    def __repr__(self) -> str:
        steps = ", ".join(step.step for step in self.definition.steps) or "no steps"
        return f"<feature {self._id} {self.title!r}: {steps}>"
