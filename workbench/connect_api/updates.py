"""PUT user_connection: the whole configuration of one user, replaced.

Connect API page, "Update a user connection": what the body leaves out is removed; dropdowns take option tokens;
a pending user connection is completed by it. Everything that is wrong is told in one answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from workbench.connect_api.options import feature_place
from workbench.connect_api.requests import Request, read_body
from workbench.connect_api.responses import About, Change, Detail, forbidden, invalid, no_content, ok, pointer
from workbench.connect_api.shown import connection_shown
from workbench.connect_api.state import State
from workbench.connect_api.steps import Outcome, read_caller
from workbench.connect_api.users import FEATURE_LEVEL, Status, UserConnection, UserFeature, user_feature_id
from workbench.connect_api.values import Tokens, accept
from workbench.connection.definition import Feature, FeatureStep, StepKind
from workbench.connection.fields import Field, Json, Option
from workbench.errors import FieldValueError, nearest


def update_user_connection(state: State, request: Request, about: About, _: str) -> Outcome:
    """``PUT /v2/connections/{id}/user_connection``."""
    body = read_body(request, state.choices)
    user_id = read_caller(state, request, body, about)
    user = state.users.get(user_id)
    if user is None:
        raise forbidden("This user has not enabled the connection")
    if user.status is Status.DISABLED:
        raise forbidden("The user has disabled the connection")
    features = _Reader(state=state, user=user).read(body)
    changed = replace(user, status=Status.ENABLED, user_features=features)
    change = Change(user=changed)
    if state.choices.update_status == "204":
        return no_content(about, change)
    later = replace(state, users={**state.users, user_id: changed})
    return ok(connection_shown(later, user_id), about, change)


_Path: TypeAlias = "tuple[str | int, ...]"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where values are set: the key they are stored under, the fields there, and who reads their tokens."""

    key: str
    fields: Sequence[Field]
    tokens: Tokens


@dataclass(slots=True, kw_only=True)
class _Stored:
    """The values of one user feature, as they are gathered."""

    values: dict[str, dict[str, Json]] = field(default_factory=dict)
    picked: dict[str, dict[str, tuple[Option, ...]]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class _Reader:
    state: State
    user: UserConnection
    wrong: list[Detail] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)

    def read(self, body: Mapping[str, Json]) -> tuple[UserFeature, ...]:
        """The user features of the body.

        Raises:
            Refusal: 422 with a pointer to each thing that is wrong.
        """
        found: list[UserFeature] = []
        for path, one in self._objects(body, ("user_features",), required=True):
            feature = self._feature(path, one)
            if feature is not None:
                found.append(self._user_feature(path, feature, one))
        if self.wrong:
            raise invalid(*self.wrong)
        return tuple(found)

    def _user_feature(self, path: _Path, feature: Feature, one: Mapping[str, Json]) -> UserFeature:
        stored = _Stored()
        tokens = Tokens(self.state.index.mint, feature_place(feature.id), self.user.user_id)
        self._values(path, one, _Place(FEATURE_LEVEL, feature.fields, tokens), stored)
        for kind in StepKind:
            for at, configured in self._objects(one, (*path, f"user_feature_{kind.plural}")):
                self._step(at, feature, kind, configured, stored)
        enabled = one.get("enabled", True)
        if not isinstance(enabled, bool):
            self._say((*path, "enabled"), "`enabled` is true or false")
        identity = self._identity(feature.id)
        return UserFeature(
            id=identity,
            feature_id=feature.id,
            enabled=enabled is True,
            values=stored.values,
            picked=stored.picked,
        )

    def _identity(self, feature_id: str) -> str:
        """The id of the user's next user feature of a feature: those they have keep theirs, in order."""
        number = self.counted[feature_id]
        self.counted[feature_id] += 1
        had = [one.id for one in self.user.user_features if one.feature_id == feature_id]
        if number < len(had):
            return had[number]
        return user_feature_id(self.state.seed, self.state.definition.id, self.user.user_id, feature_id, number)

    def _step(
        self,
        path: _Path,
        feature: Feature,
        kind: StepKind,
        configured: Mapping[str, Json],
        stored: _Stored,
    ) -> None:
        name = f"feature_{kind}_id"
        known = {step.id: step for step in feature.steps_of(kind)}
        step = known.get(str(configured.get(name)))
        if step is None:
            self._unknown((*path, name), configured.get(name), f"{kind} of this feature", list(known))
        elif step.id in stored.values:
            self._say((*path, name), "This step is configured twice")
        else:
            tokens = _step_tokens(self.state, step, self.user.user_id)
            self._values(path, configured, _Place(step.id, step.fields, tokens), stored)

    def _values(self, path: _Path, owner: Mapping[str, Json], place: _Place, stored: _Stored) -> None:
        known = {one.id: one for one in place.fields}
        values, picked = stored.values.setdefault(place.key, {}), stored.picked.setdefault(place.key, {})
        for at, given in self._objects(owner, (*path, "user_fields")):
            one = known.get(str(given.get("field_id")))
            if one is None:
                self._unknown((*at, "field_id"), given.get("field_id"), "field", list(known))
            elif not one.is_customizable:
                self._say((*at, "field_id"), f"`{one.id}` is set by you, so no user has a value for it")
            else:
                try:
                    values[one.id], chosen = accept(one, given.get("value"), place.tokens, self.state.choices)
                except FieldValueError as problem:
                    self._say((*at, "value"), str(problem))
                else:
                    picked.update({one.id: chosen} if chosen else {})
        self._check_missing(path, place.fields, owner)

    def _check_missing(self, path: _Path, fields: Sequence[Field], owner: Mapping[str, Json]) -> None:
        listed = owner.get("user_fields")
        given = [one.get("field_id") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        for one in fields:
            if one.is_customizable and one.required and one.value is None and one.id not in given:
                self._say((*path, "user_fields"), f"`{one.id}` is required and has no default")

    def _feature(self, path: _Path, one: Mapping[str, Json]) -> Feature | None:
        known = self.state.index.features
        feature = known.get(str(one.get("feature_id")))
        if feature is None:
            self._unknown((*path, "feature_id"), one.get("feature_id"), "feature", list(known))
        return feature

    def _objects(
        self, owner: Mapping[str, Json], path: _Path, *, required: bool = False
    ) -> list[tuple[_Path, Mapping[str, Json]]]:
        """The objects in a list, each with its path; what is no list or no object is said."""
        listed = owner.get(str(path[-1]))
        if listed is None and not required:
            return []
        if not isinstance(listed, list):
            self._say(path, f"`{path[-1]}` is a list{', and required' if required else ''}")
            return []
        found: list[tuple[_Path, Mapping[str, Json]]] = []
        for number, one in enumerate(listed):
            if isinstance(one, dict):
                found.append(((*path, number), one))
            else:
                self._say((*path, number), "This is an object")
        return found

    def _unknown(self, path: _Path, given: Json, kind: str, known: list[str]) -> None:
        near = nearest(str(given), known)
        hint = f"Did you mean `{near}`?" if near else f"There is: {', '.join(known) or 'none'}."
        self._say(path, f"Unknown {kind}. {hint}" if given is not None else f"Missing: the id of a {kind}. {hint}")

    def _say(self, path: _Path, message: str) -> None:
        self.wrong.append(Detail(parameter=pointer(*path), message=message))


def _step_tokens(state: State, step: FeatureStep, user_id: str) -> Tokens:
    return Tokens(state.index.mint, f"{step.kind.plural}/{step.step}", user_id)
