"""What a field is, and which value it has for one call, and why.

Rules of this file (Connections page, "Tips on configuration"; Connect API page, "Run an action"):

* A field is either "Set by you" or "Customizable by the user", and nothing third.
* A call's own ``fields`` beat the user's value, which beats the value set by you (or the default).
* The losers are kept beside the winner, so that a run can explain itself.
* The value of a secret field is in no repr.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias, Union

from workbench.html import mask

Json: TypeAlias = Union[bool, int, float, str, "list[Json]", "dict[str, Json]", None]


class FieldType(StrEnum):
    """The field types of the Connect API, by their wire names (Connect API page, "Field types")."""

    TEXT_FIELD = "TEXT_FIELD"
    TEXT_AREA = "TEXT_AREA"
    COLLECTION_SELECT = "COLLECTION_SELECT"
    DOUBLE_COLLECTION_SELECT = "DOUBLE_COLLECTION_SELECT"
    CHECKBOX_MULTI = "CHECKBOX_MULTI"
    LOCATION_POINT = "LOCATION_POINT"
    LOCATION_RADIUS = "LOCATION_RADIUS"
    LOCATION_ENTER = "LOCATION_ENTER"
    LOCATION_EXIT = "LOCATION_EXIT"
    LOCATION_ENTER_AND_EXIT = "LOCATION_ENTER_AND_EXIT"
    LOCATION_ENTER_OR_EXIT = "LOCATION_ENTER_OR_EXIT"

    @property
    def has_options(self) -> bool:
        """Whether the field takes option tokens from ``field_options``."""
        return self in _OPTION_TYPES

    @property
    def is_location(self) -> bool:
        """Whether the field takes a location object."""
        return self.value.startswith("LOCATION_")


_OPTION_TYPES = frozenset({FieldType.COLLECTION_SELECT, FieldType.DOUBLE_COLLECTION_SELECT, FieldType.CHECKBOX_MULTI})


class Visibility(StrEnum):
    """Who sets a field; the document's two labels (Connections page, "Tips on configuration")."""

    SET_BY_YOU = "Set by you"
    CUSTOMIZABLE = "Customizable by the user"


@dataclass(frozen=True, kw_only=True)
class Option:
    """One choice of a dropdown or checkbox field.

    ``value`` is what the service knows; the API only ever shows an opaque token for it.
    """

    label: str
    value: str
    group: str | None = None


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a step, a feature or the connection.

    ``value`` is the value set by you, or the default where the user may customize it; None is "no value".
    For option types it is an ``Option.value``. ``options`` empty on an option type: the service supplies them.
    """

    id: str
    label: str = ""
    type: FieldType = FieldType.TEXT_FIELD
    required: bool = True
    visibility: Visibility = Visibility.CUSTOMIZABLE
    value: Json = None
    options: tuple[Option, ...] = ()
    description: str = ""
    secret: bool = False

    @property
    def is_customizable(self) -> bool:
        """Whether the user sees the field and sets it."""
        return self.visibility is Visibility.CUSTOMIZABLE

    def __repr__(self) -> str:
        members = {one.name: getattr(self, one.name) for one in dataclasses.fields(self)}
        members["value"] = mask(self.value, secret=self.secret)
        return f"Field({', '.join(f'{name}={member!r}' for name, member in members.items())})"


class Source(StrEnum):
    """Where a candidate value came from, strongest first."""

    CALL = "the call's fields"
    USER = "the user's value"
    YOU = "the value set by you"
    DEFAULT = "the default"


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A value that a field might have had, and where it came from.

    Its repr has no value: only the ``Decision`` knows whether it is secret.
    """

    source: Source
    value: Json = dataclasses.field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Which value one field had for one call: the winner, the losers, and the rule that decided.

    ``winner`` is None when nothing gave the field a value.
    """

    field_id: str
    winner: Candidate | None
    losers: tuple[Candidate, ...]
    rule: str
    secret: bool = False

    @property
    def is_override(self) -> bool:
        """Whether the call's own ``fields`` won over another value."""
        return self.winner is not None and self.winner.source is Source.CALL and bool(self.losers)

    def __repr__(self) -> str:
        lost = "; lost: " * bool(self.losers) + "; ".join(map(self._told, self.losers))
        return f"<Decision {self.field_id}: {self._told(self.winner) if self.winner else 'no value'}{lost}>"

    def _told(self, candidate: Candidate) -> str:
        return f"{mask(candidate.value, secret=self.secret)!r}, from {candidate.source}"


_RULES = {
    Source.CALL: "`fields` in a call beat every stored value, for that call only.",
    Source.USER: "Nothing in the call's `fields`, so the value the user set applies.",
    Source.YOU: "Nothing in the call's `fields`, and the field is set by you, so your value applies.",
    Source.DEFAULT: "Nothing in the call's `fields` and no value from the user, so the default applies.",
}
_NO_VALUE = "Neither the call, nor the user, nor you gave this field a value."


def decide(field: Field, *, call: Mapping[str, Json], user: Mapping[str, Json]) -> Decision:
    """Which value ``field`` has for one call, with the losers kept.

    Args:
        field: the field as the connection defines it.
        call: the ``fields`` of the call (Connect API page, "Run an action").
        user: what the user set for this user feature; ignored for a field set by you, which no user can set.
    """
    candidates: list[Candidate] = []
    if field.id in call:
        candidates.append(Candidate(source=Source.CALL, value=call[field.id]))
    if field.is_customizable and field.id in user:
        candidates.append(Candidate(source=Source.USER, value=user[field.id]))
    if field.value is not None:
        source = Source.DEFAULT if field.is_customizable else Source.YOU
        candidates.append(Candidate(source=source, value=field.value))
    winner = candidates[0] if candidates else None
    return Decision(
        field_id=field.id,
        winner=winner,
        losers=tuple(candidates[1:]),
        rule=_RULES[winner.source] if winner else _NO_VALUE,
        secret=field.secret,
    )
