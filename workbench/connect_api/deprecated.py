"""The deprecated update: ``POST /v2/connections/{id}`` lays values over those that the user has.

Connect API page, "Update a connection (deprecated)". Only fields of triggers, queries and actions may be changed;
the n-th entry of ``user_actions`` means the n-th user feature that has the action.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from workbench.connect_api.requests import Request, read_body
from workbench.connect_api.responses import About, Answer, Change, Detail, invalid, ok, pointer
from workbench.connect_api.shown import connection_shown
from workbench.connect_api.state import State, UsedStep
from workbench.connect_api.steps import read_caller
from workbench.connect_api.users import UserConnection, UserFeature
from workbench.connect_api.values import Tokens, accept
from workbench.connection.definition import StepKind
from workbench.connection.fields import Json
from workbench.errors import FieldValueError

_Path = tuple[str | int, ...]
_Object = Mapping[str, Json]


def update_connection(state: State, request: Request, about: About, _: str) -> Answer:
    """``POST /v2/connections/{id}``."""
    body = read_body(request, state.choices)
    user_id = read_caller(state, request, body, about)
    user = state.enabled_user(user_id)
    changed = _Laying(state, user).lay(body)
    later = replace(state, users={**state.users, user_id: changed})
    return ok(connection_shown(later, user_id), about, Change(user=changed))


@dataclass(slots=True)
class _Laying:
    state: State
    user: UserConnection
    wrong: list[Detail] = field(default_factory=list)

    def lay(self, body: _Object) -> UserConnection:
        """The user with the body's values.

        Raises:
            Refusal: 422 with a pointer to each thing that is wrong.
        """
        features = {one.id: one for one in self.user.user_features}
        for name in body:
            if name not in ("user_id", "services"):
                self._say((name,), "Only fields of triggers, queries and actions can be changed here")
        for path, used, number, given in self._configured(body):
            having = [one for one in features.values() if one.feature_id in used.by_feature]
            if number >= len(having):
                self._say(path, f"The user has {len(having)} user features with this {used.kind}")
            else:
                features[having[number].id] = self._laid(path, used, having[number], given)
        if self.wrong:
            raise invalid(*self.wrong)
        return replace(self.user, user_features=tuple(features.values()))

    def _configured(self, body: _Object) -> Iterator[tuple[_Path, UsedStep, int, _Object]]:
        """Every entry of ``user_triggers``, ``user_queries`` and ``user_actions``, with the step it is for."""
        known = {service.id for service in self.state.definition.services}
        for path, service in self._objects(body, ("services",)):
            service_id = service.get("service_id")
            if not isinstance(service_id, str) or service_id not in known:
                self._say((*path, "service_id"), "No service of this connection")
                continue
            for kind in StepKind:
                for at, step in self._objects(service, (*path, kind.plural)):
                    step_id = f"{service_id}.{step.get('id')}"
                    used = self.state.index.steps.get((kind, step_id))
                    if used is None:
                        self._say((*at, "id"), f"Unknown {kind} `{step_id}`")
                        continue
                    for number, (place, one) in enumerate(self._objects(step, (*at, f"user_{kind.plural}"))):
                        yield place, used, number, one

    def _laid(self, path: _Path, used: UsedStep, had: UserFeature, given: _Object) -> UserFeature:
        step = used.by_feature[had.feature_id]
        values, picked = dict(had.values_of(step.id)), dict(had.picked.get(step.id, {}))
        tokens = Tokens(self.state.index.mint, used.place, self.user.user_id)
        for at, one in self._objects(given, (*path, "fields")):
            known = step.field(str(one.get("id")))
            if known is None or not known.is_customizable:
                self._say((*at, "id"), "No field of this step that a user can set")
                continue
            try:
                values[known.id], chosen = accept(known, one.get("value"), tokens, self.state.choices)
            except FieldValueError as problem:
                self._say((*at, "value"), str(problem))
            else:
                picked.update({known.id: chosen} if chosen else {})
        return replace(had, values={**had.values, step.id: values}, picked={**had.picked, step.id: picked})

    def _objects(self, owner: _Object, path: _Path) -> list[tuple[_Path, _Object]]:
        listed = owner.get(str(path[-1]))
        if listed is None:
            return []
        if not isinstance(listed, list):
            self._say(path, f"`{path[-1]}` is a list")
            return []
        found: list[tuple[_Path, _Object]] = []
        for number, one in enumerate(listed):
            if isinstance(one, dict):
                found.append(((*path, number), one))
            else:
                self._say((*path, number), "This is an object")
        return found

    def _say(self, path: _Path, message: str) -> None:
        self.wrong.append(Detail(parameter=pointer(*path), message=message))
