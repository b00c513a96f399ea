"""Run an action, test a trigger, and what these share with a query: whose values, and which fields.

Connect API page, "Run an action", "Test a trigger" and "Temporary field overrides".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from workbench.connect_api.requests import Request, no_user_id, read_body, read_object, read_text, read_user_id
from workbench.connect_api.responses import (
    About,
    Answer,
    Detail,
    TriggerEvent,
    error,
    forbidden,
    invalid,
    no_content,
    pointer,
)
from workbench.connect_api.services import Call, Failed, Reply, StepCall
from workbench.connect_api.state import State, UsedStep
from workbench.connect_api.users import UserConnection, UserFeature
from workbench.connect_api.values import Tokens, accept
from workbench.connection.definition import FeatureStep, StepKind, Trigger
from workbench.connection.events import sample_event
from workbench.connection.fields import Decision, Field, Json, decide
from workbench.errors import FieldValueError, nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What services must be asked before there is an answer; ``then`` makes it of the replies, in order."""

    calls: tuple[Call, ...]
    about: About
    then: Callable[[State, Sequence[Reply]], Outcome]


Outcome: TypeAlias = "Answer | Ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Which step is called for whom, with which body and which ``fields``."""

    body: dict[str, Json]
    used: UsedStep
    user: UserConnection
    user_feature: UserFeature
    step: FeatureStep
    sent: dict[str, Json]


def read_caller(state: State, request: Request, body: dict[str, Json] | None, about: About) -> str:
    """The id of the user that a call is for.

    Raises:
        Refusal: none is named, or one that the caller may not act for.
    """
    user_id = read_user_id(request, body)
    if user_id is None:
        raise no_user_id()
    about.user_id = user_id
    acting = request.acting_user
    if acting is not None and user_id != acting and state.choices.other_user == "refuse":
        raise forbidden("You may act for one user here, and not name another `user_id`")
    return user_id


def read_target(state: State, request: Request, about: About, kind: StepKind, step_id: str) -> Target:
    """Everything that a call of a step names, checked but for its fields."""
    about.kind, about.step = kind.value, step_id
    used = state.index.step(kind, step_id)
    body = read_body(request, state.choices)
    user = state.enabled_user(read_caller(state, request, body, about))
    user_feature, step = state.user_feature(user, used, read_text(body, "user_feature_id"))
    about.user_feature_id = user_feature.id
    sent = {} if kind is StepKind.TRIGGER else read_object(body, "fields")
    return Target(body=body, used=used, user=user, user_feature=user_feature, step=step, sent=sent)


def run_action(state: State, request: Request, about: About, step_id: str) -> Outcome:
    """``POST /v2/connections/{id}/actions/{service.action}/run``."""
    target = read_target(state, request, about, StepKind.ACTION, step_id)
    call = StepCall(
        step=step_id,
        kind=StepKind.ACTION,
        fields=decide_fields(state, target, about),
        user_id=target.user.user_id,
        user_feature_id=target.user_feature.id,
        now=state.now,
    )
    return Ask(calls=(call,), about=about, then=lambda _, replies: failure(replies, about) or no_content(about))


def test_trigger(state: State, request: Request, about: About, step_id: str) -> Outcome:
    """``POST /v2/connections/{id}/triggers/{service.trigger}/test``."""
    target = read_target(state, request, about, StepKind.TRIGGER, step_id)
    defined = target.used.defined
    ingredients = sample_event(defined, state.seed, state.now) if isinstance(defined, Trigger) else {}
    event = TriggerEvent(
        trigger=step_id,
        user_id=target.user.user_id,
        feature_id=target.user_feature.feature_id,
        user_feature_id=target.user_feature.id,
        user_feature_trigger_id=target.user_feature.trigger_id(target.step.id),
        ingredients=ingredients,
        at=state.now,
    )
    return no_content(about, events=(event,))


def decide_fields(state: State, target: Target, about: About) -> dict[str, Json]:
    """The value of every field that has one, as the service knows it; the decisions go to ``about``.

    Raises:
        Refusal: 422 with a pointer for each field that is unknown, not taken, or without a value.
    """
    called = _read_fields(state, target)
    stored = target.user_feature.values_of(target.step.id)
    about.decisions = tuple(decide(one, call=called, user=stored) for one in target.step.fields)
    missing = [one for one, made in zip(target.step.fields, about.decisions, strict=True) if _lacks_value(one, made)]
    if missing:
        raise invalid(*(Detail(parameter=pointer("fields", one.id), message=_needs(one)) for one in missing))
    return {made.field_id: made.winner.value for made in about.decisions if made.winner is not None}


def _lacks_value(field: Field, made: Decision) -> bool:
    return field.required and made.winner is None


def _needs(field: Field) -> str:
    return f"`{field.id}` is required, and neither the call, nor the user, nor the connection gives it a value"


def _read_fields(state: State, target: Target) -> Mapping[str, Json]:
    if not target.sent:
        return target.sent
    tokens = Tokens(state.index.mint, target.used.place, target.user.user_id)
    read: dict[str, Json] = {}
    wrong: list[Detail] = []
    for field_id, value in target.sent.items():
        field = target.step.field(field_id)
        try:
            if field is None:
                _unknown_field(state, target, field_id)
            elif not (value is None and state.choices.null_values == "omit"):
                read[field_id] = accept(field, value, tokens, state.choices)[0]
        except FieldValueError as problem:
            wrong.append(Detail(parameter=pointer("fields", field_id), message=str(problem)))
    if wrong:
        raise invalid(*wrong)
    return read


def _unknown_field(state: State, target: Target, field_id: str) -> None:
    if state.choices.unknown_fields == "ignore":
        return
    known = [field.id for field in target.step.fields]
    near = nearest(field_id, known)
    if near is not None:
        hint = f"Did you mean `{near}`?"
    else:
        hint = f"There is: {', '.join(known)}." if known else "It has no fields."
    raise FieldValueError(f"Unknown field `{field_id}` for {target.step.step}. {hint}")


def failure(replies: Sequence[Reply], about: About) -> Answer | None:
    """The error answer of the first reply that failed; None if all went well."""
    for reply in replies:
        if isinstance(reply, Failed):
            about.note = reply.note or about.note
            return error(reply.status, reply.message, about)
    return None
