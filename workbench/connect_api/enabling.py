"""How a user comes to have the connection: from the values of a notebook to a user connection.

``values`` maps ``service.step``, ``feature/service.step``, ``feature:<id>`` or ``configuration`` to
``{field id: value}``. A dropdown takes the label that a user would pick. A feature is named by id or title.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from workbench.clock import DEFAULT_ZONE, zone
from workbench.connect_api.state import Index
from workbench.connect_api.users import FEATURE_LEVEL, Status, UserConnection, UserFeature, user_feature_id
from workbench.connect_api.values import pick
from workbench.connection.definition import Feature
from workbench.connection.fields import Field, FieldType, Json, Option
from workbench.errors import FieldValueError, MissingValues, UnknownName, UsageError

CONFIGURATION = "configuration"
_FEATURE = "feature:"

Given = Mapping[str, Mapping[str, Json]]
SupplyOptions = Callable[[str, Field], tuple[Option, ...]]
"""The options of a field that lists none, from its step's or feature's id."""


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Somewhere that values can be set: what it is called, its key among values, and its fields."""

    name: str
    key: str
    owner: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, kw_only=True)
class _Missing:
    """A required field that only the user can set, and has not."""

    place: _Place
    field: Field

    @property
    def name(self) -> str:
        return f"{self.place.name} / {self.field.id}"

    @property
    def example(self) -> Json:
        """A value that the field takes, as one would give it in ``values``."""
        if self.field.type.has_options:
            label = self.field.options[0].label if self.field.options else "…"
            return [label] if self.field.type is FieldType.CHECKBOX_MULTI else label
        if self.field.type.is_location:
            return {"lat": 48.86, "lng": 2.29, "radius": 100, "address": "Paris"}
        return "…"


@dataclass(frozen=True, kw_only=True)
class Enabling:
    """Makes user connections of one definition; pure but for ``supply``, which asks for options."""

    index: Index
    seed: int
    user_id: str
    supply: SupplyOptions

    def enable(
        self,
        known: UserConnection | None,
        values: Given,
        *,
        timezone: str | None = None,
        is_pending: bool = False,
    ) -> UserConnection:
        """The user, with the connection enabled: one user feature for each feature, earlier values kept.

        Raises:
            MissingValues, FieldValueError, UnknownName: see ``Emulator.enable``.
        """
        self._check_keys(values, self.index.features.values())
        now = known or UserConnection(user_id=self.user_id, status=Status.ENABLED)
        missing: list[_Missing] = []
        features = tuple(
            self._user_feature(feature, _first(now, feature.id), values, missing, number=0)
            for feature in self.index.features.values()
        )
        place = _Place(name=CONFIGURATION, key=CONFIGURATION, owner=CONFIGURATION, fields=self.index.configuration)
        kept = (now.configuration, now.configuration_picked)
        configuration, picked = self._set(place, kept, values.get(CONFIGURATION, {}), missing)
        if missing and not is_pending:
            raise _missing(self.user_id, missing)
        return replace(
            now,
            status=Status.PENDING if is_pending else Status.ENABLED,
            timezone=_zone(timezone, known),
            configuration=configuration,
            configuration_picked=picked,
            user_features=features,
        )

    def add_feature(self, known: UserConnection, feature_id: str, values: Given) -> tuple[UserConnection, UserFeature]:
        """The user with one more user feature of a feature (named by id or title), and that user feature."""
        feature = self._feature(feature_id)
        self._check_keys(values, [feature])
        missing: list[_Missing] = []
        number = sum(1 for one in known.user_features if one.feature_id == feature.id)
        added = self._user_feature(feature, None, values, missing, number=number)
        if missing:
            raise _missing(self.user_id, missing)
        return replace(known, user_features=(*known.user_features, added)), added

    def _user_feature(
        self,
        feature: Feature,
        known: UserFeature | None,
        values: Given,
        missing: list[_Missing],
        *,
        number: int,
    ) -> UserFeature:
        stored: dict[str, Mapping[str, Json]] = {}
        picked: dict[str, Mapping[str, tuple[Option, ...]]] = {}
        for place in _places(feature):
            kept = (known.values_of(place.key), known.picked.get(place.key, {})) if known else ({}, {})
            given = {name: value for key in _keys(feature, place) for name, value in values.get(key, {}).items()}
            known_ids = {one.id for one in place.fields}
            mine = {name: value for name, value in given.items() if name in known_ids}
            stored[place.key], picked[place.key] = self._set(place, kept, mine, missing)
        identity = (
            known.id
            if known
            else user_feature_id(self.seed, self.index.definition.id, self.user_id, feature.id, number)
        )
        return UserFeature(id=identity, feature_id=feature.id, values=stored, picked=picked)

    def _set(
        self,
        place: _Place,
        kept: tuple[Mapping[str, Json], Mapping[str, tuple[Option, ...]]],
        given: Mapping[str, Json],
        missing: list[_Missing],
    ) -> tuple[dict[str, Json], dict[str, tuple[Option, ...]]]:
        """The values at one place: what was kept, with what is given laid over it."""
        values: dict[str, Json] = {}
        picked: dict[str, tuple[Option, ...]] = {}
        for field in place.fields:
            if field.id in given:
                values[field.id], options = self._pick(place, field, given[field.id])
                picked.update({field.id: options} if options else {})
            elif field.is_customizable and field.id in kept[0] and _still_fits(field, kept[0][field.id]):
                values[field.id] = kept[0][field.id]
                picked.update({field.id: kept[1][field.id]} if field.id in kept[1] else {})
            elif field.is_customizable and field.required and field.value is None:
                missing.append(_Missing(place=place, field=field))
        return values, picked

    def _pick(self, place: _Place, field: Field, value: Json) -> tuple[Json, tuple[Option, ...]]:
        if not field.is_customizable:
            raise FieldValueError(
                f"`{field.id}` of {place.name} is set by you, so no user can set it. "
                "Make it customizable, or override it in a call's `fields`."
            )
        options = field.options or (self.supply(place.owner, field) if field.type.has_options else ())
        return pick(field, value, options, where=place.name)

    # --- names ----------------------------------------------------------------------------------------------------

    def _feature(self, name: str) -> Feature:
        features = self.index.features
        named = [feature for feature in features.values() if name in (feature.id, feature.title)]
        if len(named) == 1:
            return named[0]
        if len(named) > 1:
            raise UsageError(f"Several features are called `{name}`. Use an id: {', '.join(f.id for f in named)}.")
        raise UnknownName("feature", name, [*features, *(one.title for one in features.values() if one.title)])

    def _check_keys(self, values: Given, features: Iterable[Feature]) -> None:
        """That every key and every field of ``values`` names something."""
        places: dict[str, list[_Place]] = {}
        for feature in features:
            for place in _places(feature):
                for key in _keys(feature, place):
                    places.setdefault(key, []).append(place)
        configuration = _Place(name=CONFIGURATION, key=CONFIGURATION, owner="", fields=self.index.configuration)
        places[CONFIGURATION] = [configuration]
        for key, fields in values.items():
            if key not in places:
                raise UnknownName("place for values", key, places, where="in `values`")
            if not isinstance(fields, Mapping):
                raise UsageError(f"`values[{key!r}]` maps field ids to values, like {{'message': 'hi'}}.")
            known = [field.id for place in places[key] for field in place.fields]
            for name in fields:
                if name not in known:
                    raise UnknownName("field", name, dict.fromkeys(known), where=f"of {key}")


def _places(feature: Feature) -> Sequence[_Place]:
    title = feature.title or feature.id
    own = _Place(name=title, key=FEATURE_LEVEL, owner=feature.id, fields=feature.fields)
    steps = (
        _Place(name=f"{title} / {step.step}", key=step.id, owner=step.step, fields=step.fields)
        for step in feature.steps
    )
    return (own, *steps)


def _keys(feature: Feature, place: _Place) -> tuple[str, ...]:
    """How a place may be named in ``values``, the weakest first."""
    if place.key == FEATURE_LEVEL:
        return (f"{_FEATURE}{feature.id}", f"{_FEATURE}{feature.title}")
    return (place.owner, f"{feature.title}/{place.owner}", f"{feature.id}/{place.owner}")


def _first(known: UserConnection, feature_id: str) -> UserFeature | None:
    return next((one for one in known.user_features if one.feature_id == feature_id), None)


def _still_fits(field: Field, value: Json) -> bool:
    """Whether an earlier value is still one that the field takes; the definition may have been edited since."""
    if field.type.has_options:
        known = {option.value for option in field.options}
        return not known or all(one in known for one in (value if isinstance(value, list) else [value]))
    return isinstance(value, dict) is field.type.is_location


def _zone(given: str | None, known: UserConnection | None) -> str:
    if given is None:
        return known.timezone if known is not None else DEFAULT_ZONE
    return zone(given).key


def _missing(user_id: str, missing: list[_Missing]) -> MissingValues:
    listed = "\n".join(f"  {one.name} — {one.field.label or one.field.id}{_choices(one.field)}" for one in missing)
    values: dict[str, dict[str, Json]] = {}
    for one in missing:
        key = f"{_FEATURE}{one.place.owner}" if one.place.key == FEATURE_LEVEL else one.place.owner
        values.setdefault(key, {})[one.field.id] = one.example
    return MissingValues(
        f"{user_id} must set these before the connection can be enabled:\n{listed}\nFor example: `values={values!r}`.",
        [one.name for one in missing],
    )


def _choices(field: Field) -> str:
    labels = [option.label for option in field.options]
    return f" One of: {', '.join(labels[:8])}{', …' if len(labels) > 8 else ''}" if labels else ""
