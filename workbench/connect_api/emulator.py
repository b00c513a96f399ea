"""One exchange carried out: core, responder, log. The impure shell around the core.

Threads: ``_lock`` guards users and the index; it is held while the core decides (which never waits) and never while
a responder runs or the log is written. Async responders that are called from sync code run on one loop thread of
the emulator's own, started when first needed, ended by ``close``.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from workbench.clock import Clock
from workbench.connect_api.api_log import ApiLog, Entry
from workbench.connect_api.choices import Choices
from workbench.connect_api.core import receive, settle
from workbench.connect_api.enabling import Enabling, Given
from workbench.connect_api.recording import Arrival, Exchange, Recorder, dumps
from workbench.connect_api.requests import Request
from workbench.connect_api.responses import Answer, TriggerEvent
from workbench.connect_api.samples import sample_reply
from workbench.connect_api.services import Call, Options, OptionsCall, Reply, Services
from workbench.connect_api.state import Index, State
from workbench.connect_api.steps import Ask, Outcome
from workbench.connect_api.users import AccessCode, Status, UserConnection, UserFeature
from workbench.connect_api.waiting import LoopThread
from workbench.connection.definition import ConnectionDefinition
from workbench.connection.fields import Field, Json, Option
from workbench.errors import NotEnabled, UnknownName
from workbench.secret import Secret

__all__ = ["Emulator", "Exchange", "TriggerEvent"]

_VERBS = {"action": ("actions", "run"), "query": ("queries", "perform")}


class Emulator:
    """The Connect API for one connection, in this process.

    Args:
        definition: gives the connection as it is now; asked for each request.
        clock: the bench's clock.
        log: where exchanges are kept.
        service_key: the key that requests must carry.
        seed: another seed gives other samples, ids and option tokens.
        on_event: told of trigger events that begin inside the API; it should hand over and return.
        choices: decisions about what nobody has documented.
    """

    def __init__(
        self,
        definition: Callable[[], ConnectionDefinition],
        *,
        clock: Clock,
        log: ApiLog,
        service_key: Secret,
        seed: int = 0,
        on_event: Callable[[TriggerEvent], None] | None = None,
        choices: Choices | None = None,
    ) -> None:
        self.clock, self.log, self.service_key, self.seed = clock, log, service_key, seed
        self.choices = choices if choices is not None else Choices()
        self._definition, self._on_event = definition, on_event
        self._lock = threading.RLock()
        self._users: dict[str, UserConnection] = {}
        self._user_tokens: dict[str, str] = {}
        self._access_codes: dict[str, AccessCode] = {}
        self._services = Services(samples=self._samples)
        self._waiter = LoopThread()
        self._recorder = Recorder(log, service_key, seed)
        self._made: tuple[ConnectionDefinition, Index] | None = None
        self._script_headers = (
            ("ifttt-service-key", service_key.reveal()),
            ("content-type", "application/json"),
        )

    # --- requests -------------------------------------------------------------------------------------------------

    def begin(
        self, request: Request, *, transport: str = "direct", run_id: str | None = None
    ) -> Exchange | Callable[[], Exchange]:
        """The exchange at once, where nobody's function must be asked; else a callable that gives it, and may block."""
        arrival = self._arrived(request, transport, run_id)
        outcome = self._receive(request)
        while isinstance(outcome, Ask):
            replies = [self._services.at_once(call) for call in outcome.calls]
            if None in replies:
                asking = outcome
                return lambda: self._finished(arrival, self._ask(asking))
            outcome = self._settle(outcome, [reply for reply in replies if reply is not None])
        return self._finished(arrival, outcome)

    def exchange(self, request: Request, *, transport: str = "direct", run_id: str | None = None) -> Exchange:
        """Carry out one request; it waits for responders. From any thread."""
        begun = self.begin(request, transport=transport, run_id=run_id)
        return begun if isinstance(begun, Exchange) else begun()

    async def exchange_async(
        self, request: Request, *, transport: str = "direct", run_id: str | None = None
    ) -> Exchange:
        """``exchange`` for code that awaits: async responders run on the caller's loop, others on a thread."""
        arrival = self._arrived(request, transport, run_id)
        outcome = self._receive(request)
        while isinstance(outcome, Ask):
            asked = [self._services.ask_async(call, asyncio.to_thread) for call in outcome.calls]
            outcome = self._settle(outcome, await asyncio.gather(*asked))
        exchange = self._answered(arrival, outcome)
        if outcome.events:
            await asyncio.to_thread(self._tell, outcome)
        return exchange

    def call(
        self, kind: str, step: str, body: Json, *, user_id: str, run_id: str | None = None
    ) -> Exchange | Callable[[], Exchange]:
        """A script's ``runAction`` or ``performQuery``: the same request that a backend would send, for its user."""
        plural, verb = _VERBS[kind]
        given: Json = {} if body is None else body
        if isinstance(given, dict) and given.get("user_id") is None:
            given = {**given, "user_id": user_id}
        request = Request(
            method="POST",
            path=f"/v2/connections/{_quoted(self._definition().id)}/{plural}/{_quoted(step)}/{verb}",
            headers=self._script_headers,
            parsed=given,
            acting_user=user_id,
        )
        return self.begin(request, transport="script", run_id=run_id)

    def _arrived(self, request: Request, transport: str, run_id: str | None) -> Arrival:
        return self._recorder.arrived(request, self.clock.timestamp(), transport=transport, run_id=run_id)

    def _ask(self, ask: Ask) -> Answer:
        outcome: Outcome = ask
        while isinstance(outcome, Ask):
            replies = [self._services.ask(call, self._waiter.wait_for) for call in outcome.calls]
            outcome = self._settle(outcome, replies)
        return outcome

    def _finished(self, arrival: Arrival, answer: Answer) -> Exchange:
        exchange = self._answered(arrival, answer)
        self._tell(answer)
        return exchange

    def _answered(self, arrival: Arrival, answer: Answer) -> Exchange:
        return self._recorder.answered(arrival, answer, self._index().secret_fields)

    def _tell(self, answer: Answer) -> None:
        """Hand on the events of an answer, after it is logged, outside the lock."""
        for event in answer.events:
            self.hand_on(event)

    def hand_on(self, event: TriggerEvent) -> None:
        """Give an event that begins here to whoever runs scripts; it is only logged where nobody does."""
        if self._on_event is not None:
            self._on_event(event)
        else:
            self.log_event(
                event.trigger,
                event.ingredients,
                user_id=event.user_id,
                user_feature_id=event.user_feature_id,
                feature_id=event.feature_id,
            )

    def _receive(self, request: Request) -> Outcome:
        with self._lock:
            return self._kept(receive(self._state(), request))

    def _settle(self, ask: Ask, replies: Sequence[Reply]) -> Outcome:
        with self._lock:
            return self._kept(settle(self._state(), ask, replies))

    def _kept(self, outcome: Outcome) -> Outcome:
        """Apply what an answer changes; under the lock."""
        change = outcome.change if isinstance(outcome, Answer) else None
        if change is not None:
            if change.user is not None:
                self._users[change.user.user_id] = change.user
            if change.user_token is not None:
                self._user_tokens[change.user_token[0]] = change.user_token[1]
            if change.access_code is not None:
                self._access_codes[change.access_code.code] = change.access_code
        return outcome

    def _state(self) -> State:
        return State(
            index=self._index(),
            users=self._users,
            is_key=self.service_key.matches,
            now=self.clock.now(),
            seed=self.seed,
            user_tokens=self._user_tokens,
            access_codes=self._access_codes,
            choices=self.choices,
        )

    def _index(self) -> Index:
        definition = self._definition()
        made = self._made
        if made is None or made[0] is not definition:
            made = self._made = (definition, Index(definition, self.seed))
        return made[1]

    @property
    def definition(self) -> ConnectionDefinition:
        """The connection as it is now."""
        return self._definition()

    # --- who answers ----------------------------------------------------------------------------------------------

    def respond(self, step: str, value: Any) -> None:
        """From now on a function of one ``StepCall``, or a plain value, answers the query or action.

        Raises:
            UnknownName: no feature of the connection uses such a query or action.
        """
        known = [used.id for used in self._index().steps.values() if used.kind != "trigger"]
        if step not in known:
            raise UnknownName("query or action", step, known, where=f"in {self._definition().name!r}")
        self._services.respond(step, value)

    def forget(self, step: str) -> None:
        """Samples answer the step again."""
        self._services.forget(step)

    def _samples(self, call: Call) -> Reply:
        return sample_reply(self._definition(), call, self.seed)

    # --- users ----------------------------------------------------------------------------------------------------

    def enable(
        self,
        user_id: str,
        *,
        timezone: str | None = None,
        values: Given | None = None,
        is_pending: bool = False,
    ) -> UserConnection:
        """Let a user enable the connection, or update what they set.

        Args:
            user_id: the id that your service knows the user by.
            timezone: an IANA or Rails name.
            values: ``service.step``, ``feature/service.step``, ``feature:<id>`` or ``configuration`` → field values.
            is_pending: the user skipped the configuration page: nothing works until an update completes it.

        Raises:
            MissingValues: required fields without default were given no value; lists them.
            FieldValueError, UnknownName: a value or a name is wrong; lists the right ones.
        """
        with self._lock:
            user = self._enabling(user_id).enable(
                self._users.get(user_id), values or {}, timezone=timezone, is_pending=is_pending
            )
            self._users[user_id] = user
            return user

    def add_feature(self, user_id: str, feature: str, values: Given | None = None) -> UserFeature:
        """Give the user one more user feature of a feature (id or title), with values of its own."""
        with self._lock:
            user, added = self._enabling(user_id).add_feature(self.user(user_id), feature, values or {})
            self._users[user_id] = user
            return added

    def disable(self, user_id: str) -> UserConnection:
        """The user switches the connection off; their values are kept."""
        return self._set_status(user_id, Status.DISABLED)

    def reenable(self, user_id: str) -> UserConnection:
        """The user switches the connection on again, with the values they had.

        Raises:
            NotEnabled: it is pending; values are needed first.
        """
        if self.user(user_id).status is Status.PENDING:
            raise NotEnabled(f"{user_id} is pending: enable the user with values, or PUT the user connection.")
        return self._set_status(user_id, Status.ENABLED)

    def switch_feature(self, user_id: str, user_feature_id: str, *, enabled: bool) -> UserConnection:
        """The user switches one of their features on or off."""
        with self._lock:
            user = self.user(user_id)
            known = [one.id for one in user.user_features]
            if user_feature_id not in known:
                raise UnknownName("user feature", user_feature_id, known, where=f"of {user_id}")
            features = tuple(
                replace(one, enabled=enabled) if one.id == user_feature_id else one for one in user.user_features
            )
            self._users[user_id] = replace(user, user_features=features)
            return self._users[user_id]

    def forget_user(self, user_id: str) -> None:
        """The user deletes the connection: they never enabled it."""
        with self._lock:
            self.user(user_id)
            del self._users[user_id]

    def user(self, user_id: str) -> UserConnection:
        """The user of that id as they stand now.

        Raises:
            UnknownName: nobody of that id has enabled the connection.
        """
        with self._lock:
            if user_id not in self._users:
                raise UnknownName("user", user_id, list(self._users), where="of this connection")
            return self._users[user_id]

    def user_connections(self) -> list[UserConnection]:
        """Everyone, in the order in which they came."""
        with self._lock:
            return list(self._users.values())

    def redeem(self, access_code: str) -> str | None:
        """The OAuth code behind a provisional access code, once; None for an unknown, used or expired one."""
        with self._lock:
            kept = self._access_codes.get(access_code)
            if kept is None or not kept.oauth_code or kept.expires <= self.clock.now():
                return None
            self._access_codes[access_code] = replace(kept, oauth_code="")
            return kept.oauth_code

    def _set_status(self, user_id: str, status: Status) -> UserConnection:
        with self._lock:
            self._users[user_id] = replace(self.user(user_id), status=status)
            return self._users[user_id]

    def options(self, owner: str, field: Field, user_id: str) -> tuple[Option, ...]:
        """The options that a user sees for a dropdown or checkbox field of a step or a feature (by its id)."""
        if field.options:
            return field.options
        reply = self._services.samples(OptionsCall(step=owner, field=field, user_id=user_id))
        return reply.options if isinstance(reply, Options) else ()

    def _enabling(self, user_id: str) -> Enabling:
        def supply(owner: str, field: Field) -> tuple[Option, ...]:
            return self.options(owner, field, user_id)

        return Enabling(index=self._index(), seed=self.seed, user_id=user_id, supply=supply)

    # --- the log --------------------------------------------------------------------------------------------------

    def log_event(
        self,
        trigger: str,
        ingredients: Mapping[str, Json],
        *,
        user_id: str,
        user_feature_id: str,
        feature_id: str,
        run_id: str | None = None,
    ) -> int:
        """Log a trigger event and give its number."""
        content = {"trigger": trigger, "feature_id": feature_id, "ingredients": dict(ingredients)}
        return self._recorder.event(
            Entry(
                time=self.clock.timestamp(),
                direction="event",
                run_id=run_id,
                kind="trigger",
                step=trigger,
                connection_id=self._definition().id,
                user_id=user_id,
                user_feature_id=user_feature_id,
                request_body=dumps(content),
            )
        )

    # --- life -----------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """End the thread of async responders, if there is one; safe to call twice. The log is its owner's to close."""
        self._waiter.close()

    def __repr__(self) -> str:
        return f"<Emulator of {self._definition().name!r}: {len(self._users)} users>"


@lru_cache(maxsize=1_024)
def _quoted(text: str) -> str:
    """A path segment; what is no text (half a surrogate pair) cannot name anything, so it is shown as `?`."""
    return quote(text, safe="", errors="replace")
