"""Every field of a connection as a row: where it is, of what type, who sets it, and to what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workbench.connection.definition import ConnectionDefinition
from workbench.connection.fields import Field, FieldType, Json, Visibility
from workbench.frames import Column, Rows, Schema
from workbench.html import mask

FIELDS = Schema(
    "fields",
    Column("feature", "str"),
    Column("kind", "str"),
    Column("step", "str"),
    Column("field", "str"),
    Column("type", "str"),
    Column("visibility", "str"),
    Column("value", "object"),
    Column("required", "bool"),
)


@dataclass(frozen=True, kw_only=True)
class FieldRow:
    """A field and where it is.

    ``kind`` is trigger, query or action, or "feature" and "configuration" for fields of those themselves;
    ``feature`` is the feature's title (its id where it has none), ``step`` is ``service.slug``.
    """

    feature: str
    kind: str
    step: str
    definition: Field
    feature_id: str | None = None
    step_id: str | None = None

    @property
    def field(self) -> str:
        """The field's id."""
        return self.definition.id

    @property
    def type(self) -> FieldType:
        """The field's type."""
        return self.definition.type

    @property
    def visibility(self) -> Visibility:
        """Who sets it."""
        return self.definition.visibility

    @property
    def value(self) -> Json:
        """The value set by you, or the default."""
        return self.definition.value

    @property
    def required(self) -> bool:
        """Whether it needs a value."""
        return self.definition.required

    def __repr__(self) -> str:
        place = " / ".join(part for part in (self.feature, self.step, self.field) if part)
        return f"<{place} ({self.type}): {self.visibility}, value {mask(self.value, secret=self.definition.secret)!r}>"


class FieldRows(Rows[FieldRow]):
    """Every field of a connection: the configuration first, then feature by feature."""

    schema = FIELDS

    def __init__(self, definition: ConnectionDefinition) -> None:
        self._rows = tuple(_rows(definition))

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[FieldRow]:
        return iter(self._rows)

    def row(self, item: FieldRow) -> dict[str, object]:
        """One field as the values of its columns; a secret value is masked."""
        return {
            "feature": item.feature,
            "kind": item.kind,
            "step": item.step,
            "field": item.field,
            "type": item.type.value,
            "visibility": item.visibility.value,
            "value": mask(item.value, secret=item.definition.secret),
            "required": item.required,
        }


def _rows(definition: ConnectionDefinition) -> Iterator[FieldRow]:
    for field in definition.configuration:
        yield FieldRow(feature="", kind="configuration", step="", definition=field)
    for feature in definition.features:
        name = feature.title or feature.id
        for field in feature.fields:
            yield FieldRow(feature=name, kind="feature", step="", definition=field, feature_id=feature.id)
        for step in feature.steps:
            for field in step.fields:
                yield FieldRow(
                    feature=name,
                    kind=step.kind.value,
                    step=step.step,
                    definition=field,
                    feature_id=feature.id,
                    step_id=step.id,
                )
