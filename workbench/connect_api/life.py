"""Switching a connection off and on again, and refreshing labels: what changes a user without a new configuration.

The first two are the mobile SDKs' (public sources); refresh is on the Connect API page, "Refresh a user connection".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from workbench.connect_api.requests import Request, read_body
from workbench.connect_api.responses import About, Answer, Change, forbidden, no_content, ok
from workbench.connect_api.services import Options, OptionsCall, Reply
from workbench.connect_api.shown import connection_shown
from workbench.connect_api.state import State
from workbench.connect_api.steps import Ask, Outcome, failure, read_caller
from workbench.connect_api.users import FEATURE_LEVEL, Status, UserConnection
from workbench.connection.fields import Field, Option


def disable(state: State, request: Request, about: About, _: str) -> Answer:
    """``POST /v2/connections/{id}/disable``, with a user token."""
    return _switched(state, request, about, Status.DISABLED)


def reenable(state: State, request: Request, about: About, _: str) -> Answer:
    """``POST /v2/connections/{id}/enable``, with a user token; only for who has disabled it."""
    return _switched(state, request, about, Status.ENABLED)


def _switched(state: State, request: Request, about: About, status: Status) -> Answer:
    body = read_body(request, state.choices)
    user_id = read_caller(state, request, body, about)
    user = state.users.get(user_id)
    if user is None:
        raise forbidden("This user has not enabled the connection")
    if user.status is Status.PENDING:
        raise forbidden("The user's connection is pending: complete it with an update of the user connection")
    changed = replace(user, status=status)
    later = replace(state, users={**state.users, user_id: changed})
    return ok(connection_shown(later, user_id), about, Change(user=changed))


# --- labels -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Chosen:
    """Where a user picked options: of which user feature, at which place, of whose field."""

    user_feature_id: str
    place: str
    owner: str
    field: Field = field(compare=False)
    field_id: str


def refresh(state: State, request: Request, about: About, _: str) -> Outcome:
    """``POST /v2/connections/{id}/user_connection/refresh``: the labels of what the user picked, fetched anew."""
    body = read_body(request, state.choices)
    user = state.enabled_user(read_caller(state, request, body, about))
    chosen = tuple(_chosen(state, user))
    asked = [one for one in chosen if not one.field.options]
    calls = tuple(OptionsCall(step=one.owner, field=one.field, user_id=user.user_id) for one in asked)

    def then(later: State, replies: Sequence[Reply]) -> Outcome:
        failed = failure(replies, about)
        if failed is not None:
            return failed
        supplied = {one: reply.options for one, reply in zip(asked, replies, strict=True) if isinstance(reply, Options)}
        now = later.users.get(user.user_id, user)
        return no_content(about, Change(user=_relabelled(now, chosen, supplied)))

    return Ask(calls=calls, about=about, then=then) if calls else then(state, ())


def _chosen(state: State, user: UserConnection) -> Iterator[_Chosen]:
    for one in user.user_features:
        feature = state.index.features.get(one.feature_id)
        if feature is None:
            continue
        places = [(FEATURE_LEVEL, feature.id, feature.fields), *((s.id, s.step, s.fields) for s in feature.steps)]
        for place, owner, fields in places:
            for known in fields:
                if known.id in one.picked.get(place, {}):
                    yield _Chosen(user_feature_id=one.id, place=place, owner=owner, field=known, field_id=known.id)


def _relabelled(
    user: UserConnection, chosen: Iterable[_Chosen], supplied: Mapping[_Chosen, tuple[Option, ...]]
) -> UserConnection:
    """The user with today's labels; an option that is gone keeps the label it had."""
    picked = {one.id: {place: dict(fields) for place, fields in one.picked.items()} for one in user.user_features}
    for one in chosen:
        now = {option.value: option for option in supplied.get(one, one.field.options)}
        had = picked.get(one.user_feature_id, {}).get(one.place, {})
        if one.field_id in had:
            had[one.field_id] = tuple(now.get(option.value, option) for option in had[one.field_id])
    return replace(user, user_features=tuple(replace(one, picked=picked[one.id]) for one in user.user_features))
