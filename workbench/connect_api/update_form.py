"""A user connection in the form that ``PUT user_connection`` takes, made from what ``GET`` shows.

Connect API page, "Update a user connection": the body replaces everything, so an edit begins with all there is.
``id`` and ``field_type`` are dropped, and a dropdown's ``{group, label, value}`` becomes its bare token.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from workbench.connect_api.results import Object, ShownConnection
from workbench.connection.definition import StepKind
from workbench.connection.fields import Json
from workbench.errors import Ambiguous, NotEnabled, UnknownName


@dataclass(frozen=True, kw_only=True)
class UpdateForm:
    """The whole configuration of one user, to be edited and sent with ``client.update(form)``. Edits give a new form.

    >>> form = UpdateForm.of(client.connection())  # doctest: +SKIP
    >>> client.update(form.with_value("hue.set_color", "color", "red"))  # doctest: +SKIP
    """

    connection: ShownConnection
    user_features: tuple[Object, ...]

    @classmethod
    def of(cls, connection: ShownConnection) -> UpdateForm:
        """The form that changes nothing.

        Raises:
            NotEnabled: the connection was shown without a user who has enabled it.
        """
        if connection.user_features is None:
            raise NotEnabled(
                f"{connection.name!r} shows no user connection (user status: {connection.user_status}). "
                "Ask for it with the id of a user who has enabled it."
            )
        shown = (one.raw for one in connection.user_features)
        return cls(connection=connection, user_features=tuple(_as_sent(one) for one in shown))

    @property
    def body(self) -> Object:
        """The body of the PUT."""
        return {"user_features": cast("list[Json]", copy.deepcopy(list(self.user_features)))}

    def with_value(self, place: str, field: str, value: Json, *, user_feature: str | None = None) -> UpdateForm:
        """The form with one value changed or added.

        Args:
            place: a step (``service.slug``, or its feature-step id), or a feature (id or title) for its own fields.
            field: the field's id.
            value: as calls send it: a text, an option token, a list of tokens, a location object.
            user_feature: which one (``user_feature_id``), where the user has several that have the place.

        Raises:
            UnknownName: no such place or user feature.
            Ambiguous: several user features have the place.
        """
        number, kind, step_id = self._find(place, user_feature)
        changed = copy.deepcopy(self.user_features[number])
        owner = changed if kind is None else _configured(changed, kind, step_id)
        fields = cast("list[Json]", owner.setdefault("user_fields", []))
        kept = [one for one in fields if isinstance(one, dict) and one.get("field_id") != field]
        owner["user_fields"] = [*kept, {"field_id": field, "value": value}]
        return self._replaced(number, changed)

    def with_enabled(self, feature: str, *, enabled: bool, user_feature: str | None = None) -> UpdateForm:
        """The form with a feature switched on or off."""
        number, _, _ = self._find(feature, user_feature)
        return self._replaced(number, {**self.user_features[number], "enabled": enabled})

    def _replaced(self, number: int, one: Object) -> UpdateForm:
        features = (*self.user_features[:number], one, *self.user_features[number + 1 :])
        return UpdateForm(connection=self.connection, user_features=features)

    def _find(self, place: str, user_feature: str | None) -> tuple[int, StepKind | None, str]:
        """Which user feature has the place, and the step there (no kind: the feature itself)."""
        places = list(self._places())
        named = [(identity, where) for identity, names, where in places if place in names]
        if not named:
            known = dict.fromkeys(names[-1] for _, names, _ in places)
            raise UnknownName("step or feature", place, known, where="that this user has")
        found = [(identity, where) for identity, where in named if user_feature in (None, identity)]
        if not found:
            raise UnknownName("user feature", str(user_feature), [one for one, _ in named], where=f"with {place}")
        if len(found) > 1:
            listed = ", ".join(repr(identity) for identity, _ in found)
            raise Ambiguous(f"{len(found)} places are named {place}; say `user_feature=` one of {listed}.")
        return found[0][1]

    def _places(self) -> Iterator[tuple[str, tuple[str, ...], tuple[int, StepKind | None, str]]]:
        features = {one.id: one for one in self.connection.features}
        for number, shown in enumerate(self.connection.user_features or ()):
            feature = features.get(shown.feature_id)
            if feature is None:
                continue
            yield shown.id, (feature.title, feature.id), (number, None, "")
            for step in feature.steps:
                yield shown.id, (step.id, step.step), (number, step.kind, step.id)


def _as_sent(shown: Object) -> Object:
    sent: Object = {"feature_id": shown.get("feature_id"), "enabled": shown.get("enabled", True)}
    sent["user_fields"] = _fields_as_sent(shown.get("user_fields"))
    for kind in StepKind:
        listed = shown.get(f"user_feature_{kind.plural}", shown.get(f"user_{kind.plural}"))
        name = f"feature_{kind}_id"
        sent[f"user_feature_{kind.plural}"] = [
            {name: one.get(name), "user_fields": _fields_as_sent(one.get("user_fields"))}
            for one in (listed if isinstance(listed, list) else [])
            if isinstance(one, dict)
        ]
    return sent


def _fields_as_sent(listed: Json) -> list[Json]:
    fields = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return [
        {"field_id": one.get("field_id"), "value": _value_as_sent(one["value"])}
        for one in fields
        if one.get("value") is not None
    ]


def _value_as_sent(value: Json) -> Json:
    if isinstance(value, list):
        return [_value_as_sent(one) for one in value]
    return value["value"] if isinstance(value, dict) and "value" in value else copy.deepcopy(value)


def _configured(user_feature: Object, kind: StepKind, step_id: str) -> Object:
    """The configuration of a step in a user feature; a step never configured before gets one."""
    name = f"feature_{kind}_id"
    listed = cast("list[Object]", user_feature[f"user_feature_{kind.plural}"])
    for one in listed:
        if one.get(name) == step_id:
            return one
    listed.append({name: step_id})
    return listed[-1]
