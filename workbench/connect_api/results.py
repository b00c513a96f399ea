"""What the Connect API answers, as typed values. ``raw`` keeps what came; what did not come is empty.

Connect API page, "Show a connection" and the endpoints after it. ``result_reading`` makes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from workbench.connection.definition import StepKind
from workbench.connection.fields import Json
from workbench.errors import Ambiguous, UnknownName

Object: TypeAlias = dict[str, Json]


@dataclass(frozen=True, kw_only=True)
class Selected:
    """One option of a dropdown or checkbox field; ``value`` is the opaque token that calls and updates send."""

    label: str
    value: str
    group: str | None = None


@dataclass(frozen=True, kw_only=True)
class Location:
    """A place, or an area where it has a radius."""

    lat: float | None = None
    lng: float | None = None
    radius: float | None = None
    address: str | None = None
    description: str | None = None
    zoom: float | None = None


Value: TypeAlias = str | Selected | tuple[Selected, ...] | Location | Json
"""A field's value: a text, what was selected, a location; anything else as it came."""


@dataclass(frozen=True, kw_only=True)
class Me:
    """Who the API takes the caller for."""

    authentication_level: str
    service_id: str | None
    user_login: str | None
    raw: Object = field(repr=False, compare=False)


@dataclass(frozen=True, kw_only=True)
class ShownField:
    """A field as the connection defines it. ``type`` stays a text: the API may know more types than we do."""

    id: str
    label: str
    type: str
    required: bool
    hidden: bool
    default: Value = field(repr=False)  # the API does not say which fields are secret
    raw: Object = field(repr=False, compare=False)


@dataclass(frozen=True, kw_only=True)
class ShownStep:
    """A step of a feature; ``id`` is the feature-step id, ``step`` the ``service.slug`` that calls take."""

    id: str
    kind: StepKind
    step: str
    label: str
    fields: tuple[ShownField, ...]
    raw: Object = field(repr=False, compare=False)


@dataclass(frozen=True, kw_only=True)
class ShownFeature:
    """A feature of the connection."""

    id: str
    title: str
    description: str | None
    fields: tuple[ShownField, ...]
    steps: tuple[ShownStep, ...]
    raw: Object = field(repr=False, compare=False)


@dataclass(frozen=True, kw_only=True)
class ShownService:
    """A service that the connection joins."""

    id: str
    name: str
    is_primary: bool
    url: str
    raw: Object = field(repr=False, compare=False)


@dataclass(frozen=True, kw_only=True)
class ShownUserFeature:
    """A feature as one user has it; ``id`` is the ``user_feature_id`` that calls take.

    ``values`` maps a feature-step id, or ``""`` for the feature's own fields, to field ids and values.
    """

    id: str
    feature_id: str
    enabled: bool
    values: Mapping[str, Mapping[str, Value]] = field(repr=False)
    raw: Object = field(repr=False, compare=False)


@dataclass(frozen=True, kw_only=True, repr=False)
class ShownConnection:
    """A connection as ``GET /v2/connections/{id}`` shows it.

    Attributes:
        user_status: ``enabled``, ``disabled``, ``never_enabled``, another word, or None where no user was named.
        user_features: None unless a user was named who has enabled the connection.
    """

    id: str
    name: str
    description: str
    url: str
    enabled_count: int | None
    user_status: str | None
    services: tuple[ShownService, ...]
    features: tuple[ShownFeature, ...]
    user_features: tuple[ShownUserFeature, ...] | None
    raw: Object = field(repr=False, compare=False)

    def __repr__(self) -> str:
        features = ", ".join(one.title or one.id for one in self.features)
        user = f"; user {self.user_status}" if self.user_status is not None else ""
        return f"<ShownConnection {self.id} {self.name!r}: {features or 'no features'}{user}>"

    @property
    def primary_service(self) -> ShownService | None:
        """The service that owns the connection."""
        return next((one for one in self.services if one.is_primary), None)

    def feature(self, feature: str) -> ShownFeature:
        """The feature of that id or title.

        Raises:
            UnknownName: there is none; says the nearest.
        """
        for one in self.features:
            if feature in (one.id, one.title):
                return one
        raise UnknownName("feature", feature, [one.id for one in self.features], where=f"in {self.name!r}")


@dataclass(frozen=True, kw_only=True, repr=False)
class FieldOptions(Mapping[str, tuple[Selected, ...]]):
    """The options of each dropdown and checkbox field, by field id."""

    options: Mapping[str, tuple[Selected, ...]]
    raw: Object = field(repr=False, compare=False)

    def __getitem__(self, field_id: str) -> tuple[Selected, ...]:
        if field_id not in self.options:
            raise UnknownName("field", field_id, self.options, where="with options")
        return self.options[field_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self.options)

    def __len__(self) -> int:
        return len(self.options)

    def __repr__(self) -> str:
        return f"<FieldOptions {', '.join(f'{name}: {len(listed)}' for name, listed in self.options.items())}>"

    def token(self, field_id: str, label: str, *, group: str | None = None) -> str:
        """What a call or an update sends to select the option of that label.

        Raises:
            UnknownName: no such field or label; says the nearest.
            Ambiguous: several options have the label; name the group.
        """
        listed = self[field_id]
        found = [one for one in listed if one.label == label and group in (None, one.group)]
        if not found:
            raise UnknownName("option", label, [one.label for one in listed], where=f"of {field_id}")
        if len({one.value for one in found}) > 1:
            groups = ", ".join(repr(one.group) for one in found)
            raise Ambiguous(f"{len(found)} options of {field_id} are labelled `{label}`; say `group=` one of {groups}.")
        return found[0].value


@dataclass(frozen=True, kw_only=True)
class NestedQuery:
    """An ingredient that is a query not yet performed; its ``fields`` go into a ``perform`` of it."""

    fields: Object


@dataclass(frozen=True, kw_only=True)
class QueryPage:
    """One page of a query: flat objects of ingredient and value, and the cursor of the next page."""

    items: tuple[Object, ...]
    cursor: str | None
    fields: Object | None
    raw: Object = field(repr=False, compare=False)

    @property
    def is_last(self) -> bool:
        """Whether no page follows."""
        return self.cursor is None

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Object]:
        return iter(self.items)

    def __getitem__(self, number: int) -> Object:
        return self.items[number]
