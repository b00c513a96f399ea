"""How an event becomes a run: who receives it, what the script is given, and what is joined when it ended."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from workbench.clock import Clock
from workbench.connect_api.emulator import Emulator, Exchange
from workbench.connect_api.users import UserConnection, UserFeature
from workbench.connection.definition import ConnectionDefinition, StepKind, Trigger
from workbench.connection.events import check_ingredient, sample_event
from workbench.connection.fields import Json, decide
from workbench.errors import NotEnabled, UnknownName, WorkbenchError
from workbench.run import Run, RunCall
from workbench.run_masking import masked_call, masked_outcome
from workbench.runtime.outcome import Answer, Call, CallRecord, Context, End, Limits, Outcome, Profile, Reply
from workbench.runtime.runner import Runner


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """One user feature that an event can reach."""

    user: UserConnection
    user_feature: UserFeature


@dataclass(frozen=True, kw_only=True)
class Event:
    """A trigger event: the trigger (``service.slug``) and all its ingredients."""

    trigger: str
    ingredients: Mapping[str, Json]


# --- who receives it --------------------------------------------------------------------------------------------------


def known_step(definition: ConnectionDefinition, step: str, *kinds: StepKind) -> None:
    """Check that the connection uses the step, as one of these kinds.

    Raises:
        UnknownName: it does not; says the nearest.
    """
    known = list(dict.fromkeys(one.step for _, one in definition.feature_steps() if one.kind in kinds))
    if step not in known:
        raise UnknownName(" or ".join(kinds), step, known, where=f"in {definition.name!r}")


def receivers(
    definition: ConnectionDefinition,
    everyone: list[UserConnection],
    trigger: str,
    *,
    user_id: str | None,
    feature: str | None,
) -> list[Receiver]:
    """Every user feature that would receive the event; never empty.

    Raises:
        UnknownName: no such trigger, user or feature.
        NotEnabled: nobody can receive it; shows the call that helps.
    """
    known_step(definition, trigger, StepKind.TRIGGER)
    users = _wanted_users(everyone, user_id)
    having = {one.id for one, _ in definition.feature_steps(trigger, StepKind.TRIGGER)}
    _check_feature(definition, having, trigger, feature)
    found = [
        Receiver(user=user, user_feature=one)
        for user in users
        if user.is_enabled
        for one in user.user_features
        if one.enabled and one.feature_id in having and _is_named(definition, one, feature)
    ]
    if not found:
        raise _nobody(definition, trigger, users, feature)
    return found


def listed(definition: ConnectionDefinition, found: list[Receiver]) -> str:
    """The receivers, a line each, as one names them to ``fire``: a feature by its id where that says which."""
    lines = []
    for one in found:
        user, feature_id = one.user, one.user_feature.feature_id
        is_alone = sum(1 for other in user.user_features if other.feature_id == feature_id) == 1
        feature = definition.feature(feature_id)
        title = f"  # {feature.title}" if feature is not None and feature.title else ""
        name = feature_id if is_alone else one.user_feature.id
        lines.append(f"  user={user.user_id!r}, feature={name!r}{title}")
    return "\n".join(lines)


def _wanted_users(everyone: list[UserConnection], user_id: str | None) -> list[UserConnection]:
    if user_id is None:
        return everyone
    found = [one for one in everyone if one.user_id == user_id]
    if not found:
        raise UnknownName("user", user_id, [one.user_id for one in everyone], where="of this bench")
    return found


def _is_named(definition: ConnectionDefinition, one: UserFeature, wanted: str | None) -> bool:
    feature = definition.feature(one.feature_id)
    return wanted in (None, one.id, one.feature_id, feature.title if feature is not None else one.feature_id)


def _check_feature(definition: ConnectionDefinition, having: set[str], trigger: str, feature: str | None) -> None:
    """A feature named by id or title must have the trigger; a ``user_feature_id`` is looked for among the users."""
    named = {name for one in definition.features for name in (one.id, one.title)}
    good = [name for one in definition.features if one.id in having for name in (one.id, one.title) if name]
    if feature in named and feature not in good:
        raise UnknownName("feature", str(feature), good, where=f"with {trigger}")


def _nobody(
    definition: ConnectionDefinition, trigger: str, users: list[UserConnection], feature: str | None
) -> WorkbenchError:
    if not users:
        return NotEnabled('Nobody has enabled the connection. `bench.enable("user-1")` lets a user do so.')
    if feature is not None and all(user.is_enabled for user in users):
        having = [one for one, _ in definition.feature_steps(trigger, StepKind.TRIGGER)]
        known = dict.fromkeys(one.title or one.id for one in having)
        return UnknownName("feature", feature, known, where=f"with {trigger} switched on")
    states = "; ".join(f"{user.user_id} is {user.status}" for user in users)
    return NotEnabled(f"Nobody can receive {trigger}: {states}. `bench.enable({users[0].user_id!r})` enables it again.")


# --- what happens -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Firing:
    """All that a run is made with, but for the event and who receives it."""

    definition: ConnectionDefinition
    emulator: Emulator
    clock: Clock
    limits: Limits
    profile: Profile
    random_seed: int | None
    bare_moment: bool
    english_only: bool
    coverage: bool
    seed: int

    def event(self, trigger: str, given: Mapping[str, Json]) -> Event:
        """The event: what is given, the rest from samples.

        Raises:
            UnknownName: the trigger has no such ingredient.
            UsageError: an ingredient is no JSON.
        """
        found = self.definition.step(trigger, StepKind.TRIGGER)
        if found is None or not isinstance(found[1], Trigger):
            raise UnknownName("trigger", trigger, [], where="in the services of the connection")
        known = [ingredient.id for ingredient in found[1].ingredients]
        for name, value in given.items():
            if name not in known:
                raise UnknownName("ingredient", str(name), known, where=f"of {trigger}")
            check_ingredient(name, value)
        samples = sample_event(found[1], seed=self.seed, now=self.clock.now())
        return Event(trigger=trigger, ingredients={**samples, **given})

    def fire(self, event: Event, receiver: Receiver, script: str | None, runner: Callable[[], Runner]) -> Run:
        """Log the event, run the script for it, and join what happened."""
        run_id = uuid.uuid4().hex
        self.emulator.log_event(
            event.trigger,
            event.ingredients,
            user_id=receiver.user.user_id,
            user_feature_id=receiver.user_feature.id,
            feature_id=receiver.user_feature.feature_id,
            run_id=run_id,
        )
        exchanges: dict[int, Exchange] = {}
        if script is None:
            outcome = Outcome(end=End.NO_SCRIPT, duration_ms=0.0, limits=self.limits)
        else:
            answer = _answer(self.emulator, receiver.user.user_id, run_id, exchanges)
            outcome = runner().run(script, self.context(event, receiver), answer, limits=self.limits)
        values, secret_fields = self.emulator.secrets, self.emulator.secret_fields
        calls = (_joined(record, exchanges.get(record.call.number)) for record in outcome.calls)
        return Run(
            id=run_id,
            trigger=event.trigger,
            ingredients=event.ingredients,
            user_id=receiver.user.user_id,
            feature_id=receiver.user_feature.feature_id,
            user_feature_id=receiver.user_feature.id,
            timezone=receiver.user.timezone,
            script=script,
            outcome=masked_outcome(outcome, values),
            all_calls=tuple(masked_call(call, values, secret_fields) for call in calls),
            secret_ingredients=frozenset(name for name, given in event.ingredients.items() if values.are_in(given)),
            definition=self.definition,
            user=receiver.user,
        )

    def context(self, event: Event, receiver: Receiver) -> Context:
        """What the script is given (Connections page, "Constants")."""
        user = receiver.user
        decided = (decide(one, call={}, user=user.configuration) for one in self.definition.configuration)
        return Context(
            trigger_id=event.trigger,
            ingredients=dict(event.ingredients),
            service_user_id=user.user_id,
            feature_name=receiver.user_feature.feature_id,
            user_feature_id=receiver.user_feature.id,
            configuration={one.field_id: one.winner.value if one.winner else None for one in decided},
            now_ms=self.clock.now_ms(),
            timezone=user.timezone,
            frozen=self.clock.is_frozen,
            profile=self.profile,
            seed=self.random_seed,
            bare_moment=self.bare_moment,
            english_only=self.english_only,
            coverage=self.coverage,
        )


def _answer(emulator: Emulator, user_id: str, run_id: str, exchanges: dict[int, Exchange]) -> Answer:
    """Answers a script's calls from the emulator, and keeps each exchange under the call's number."""

    def reply(call: Call, exchange: Exchange) -> Reply:
        exchanges[call.number] = exchange
        return Reply(status=exchange.status, body=exchange.body, delay_ms=exchange.delay_ms, failure=exchange.failure)

    def answer(call: Call) -> Reply | Callable[[], Reply]:
        begun = emulator.call(call.kind, call.step, call.body, user_id=user_id, run_id=run_id)
        if isinstance(begun, Exchange):
            return reply(call, begun)
        return lambda: reply(call, begun())

    return answer


def _joined(record: CallRecord, exchange: Exchange | None) -> RunCall:
    call, reply = record.call, record.reply
    return RunCall(
        number=call.number,
        kind=call.kind,
        step=call.step,
        body=call.body,
        status=reply.status if reply is not None and reply.failure is None else None,
        response=reply.body if reply is not None else None,
        at_ms=call.at_ms,
        duration_ms=None if record.end_ms is None else record.end_ms - call.at_ms,
        line=call.line,
        column=call.column,
        decisions=exchange.decisions if exchange is not None else (),
        exchange=exchange.entry_id if exchange is not None else None,
        note=exchange.note if exchange is not None else "",
    )
