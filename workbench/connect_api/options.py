"""Field options: the choices of each dropdown and checkbox field, with the tokens that calls send.

Connect API page, "Field options". Only option fields are listed; fields that list no options of their own are
asked of the service.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from workbench.connect_api.requests import Request
from workbench.connect_api.responses import About, ok, unknown_id
from workbench.connect_api.services import Options, OptionsCall, Reply
from workbench.connect_api.state import State
from workbench.connect_api.steps import Ask, Outcome, failure, read_caller
from workbench.connect_api.values import Tokens
from workbench.connection.definition import StepKind
from workbench.connection.fields import Field, Json, Option

FEATURES = "features"


def step_options(kind: StepKind) -> Callable[[State, Request, About, str], Outcome]:
    """The endpoint ``GET /v2/connections/{id}/{kind}/{service.step}/field_options``."""

    def answer(state: State, request: Request, about: About, step_id: str) -> Outcome:
        about.kind, about.step = kind.value, step_id
        used = state.index.step(kind, step_id)
        return _answer(state, request, about, _Owner(used.place, step_id, tuple(used.fields().values())))

    return answer


def feature_options(state: State, request: Request, about: About, feature_id: str) -> Outcome:
    """``GET /v2/connections/{id}/features/{feature_id}/field_options``."""
    about.kind, about.step = "feature", feature_id
    feature = state.index.features.get(feature_id)
    if feature is None:
        raise unknown_id("feature")
    return _answer(state, request, about, _Owner(feature_place(feature_id), feature_id, feature.fields))


def feature_place(feature_id: str) -> str:
    """What the option tokens of a feature's own fields belong to."""
    return f"{FEATURES}/{feature_id}"


@dataclass(frozen=True)
class _Owner:
    """What has the fields: where its tokens belong, its id, and the fields."""

    place: str
    id: str
    fields: tuple[Field, ...]


def _answer(state: State, request: Request, about: About, owner: _Owner) -> Outcome:
    user_id = read_caller(state, request, None, about)
    choosing = [field for field in owner.fields if field.type.has_options]
    dynamic = [field for field in choosing if not field.options]
    tokens = Tokens(state.index.mint, owner.place, user_id)
    if not dynamic:
        return ok(_body(choosing, {}, tokens), about)

    def then(_: State, replies: Sequence[Reply]) -> Outcome:
        failed = failure(replies, about)
        if failed is not None:
            return failed
        supplied = {
            field.id: reply.options for field, reply in zip(dynamic, replies, strict=True) if isinstance(reply, Options)
        }
        return ok(_body(choosing, supplied, tokens), about)

    calls = tuple(OptionsCall(step=owner.id, field=field, user_id=user_id) for field in dynamic)
    return Ask(calls=calls, about=about, then=then)


def _body(fields: list[Field], supplied: Mapping[str, tuple[Option, ...]], tokens: Tokens) -> dict[str, Json]:
    options: dict[str, Json] = {
        field.id: [
            {"label": option.label, "value": tokens.mint(field, option), "group": option.group}
            for option in supplied.get(field.id, field.options)
        ]
        for field in fields
    }
    return {"type": "field_options", "options": options}
