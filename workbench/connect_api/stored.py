"""What every field holds for one user feature before a call says anything, and who set it.

That is what a call without ``fields`` sends (Connect API page, "Run an action").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.connect_api.users import FEATURE_LEVEL, UserConnection
from workbench.connection.definition import ConnectionDefinition
from workbench.connection.fields import Decision, Field, Json, decide
from workbench.frames import Column, Rows, Schema
from workbench.secret import MASK

VALUES = Schema(
    "values",
    Column("where", "str"),
    Column("field", "str"),
    Column("value", "object"),
    Column("set_by", "str"),
    Column("required", "bool"),
)
CONFIGURATION = "the connection"


@dataclass(frozen=True, kw_only=True)
class StoredValue:
    """One field as it stands: ``where`` is a step (``service.slug``), "the connection" or "the feature"."""

    where: str
    field: Field
    decision: Decision

    @property
    def value(self) -> Json:
        """What a call without ``fields`` would send: an option by its label, a secret masked, None for nothing."""
        winner = self.decision.winner
        if winner is None or self.field.secret:
            return None if winner is None else MASK
        labels = {option.value: option.label for option in self.field.options}
        return labels.get(winner.value, winner.value) if isinstance(winner.value, str) else winner.value

    @property
    def set_by(self) -> str:
        """Whose value it is: "the user's value", "the value set by you", "the default" or "nobody"."""
        return self.decision.winner.source.value if self.decision.winner is not None else "nobody"


class StoredValues(Rows[StoredValue]):
    """The fields of a user feature: those of the connection, of the feature, and of each of its steps."""

    schema = VALUES

    def __init__(self, values: Iterable[StoredValue] = ()) -> None:
        self._values = tuple(values)

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[StoredValue]:
        return iter(self._values)

    def row(self, item: StoredValue) -> dict[str, Any]:
        """One field as a row."""
        return {
            "where": item.where,
            "field": item.field.id,
            "value": item.value,
            "set_by": item.set_by,
            "required": item.field.required,
        }


def stored_values(definition: ConnectionDefinition, user: UserConnection, user_feature_id: str) -> StoredValues:
    """The fields that one user feature of a user can be asked for, in the order of the connection."""
    found = list(_at(CONFIGURATION, definition.configuration, user.configuration))
    mine = user.user_feature(user_feature_id)
    feature = definition.feature(mine.feature_id) if mine is not None else None
    if mine is None or feature is None:
        return StoredValues(found)
    found += _at("the feature", feature.fields, mine.values_of(FEATURE_LEVEL))
    for step in feature.steps:
        found += _at(step.step, step.fields, mine.values_of(step.id))
    return StoredValues(found)


def _at(where: str, fields: Iterable[Field], values: Mapping[str, Json]) -> Iterator[StoredValue]:
    return (StoredValue(where=where, field=one, decision=decide(one, call={}, user=values)) for one in fields)
