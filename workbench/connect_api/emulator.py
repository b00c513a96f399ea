"""One exchange carried out: core, responder, log. The impure shell around the core.

Threads: ``_lock`` guards users and the index; it is held while the core decides (which never waits) and never while
a responder runs or the log is written. Async responders that are called from sync code run on one loop thread of
the emulator's own, started when first needed, ended by ``close``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from workbench.clock import Clock
from workbench.connect_api.api_log import ApiLog, Entry
from workbench.connect_api.breaking import instead
from workbench.connect_api.choices import Choices
from workbench.connect_api.core import receive, request_names, settle
from workbench.connect_api.extras import with_extra_keys
from workbench.connect_api.fault_rules import Blow, Faults
from workbench.connect_api.known_secrets import KnownValues, SecretValues
from workbench.connect_api.masking import KeyMask, strange_names
from workbench.connect_api.members import Members
from workbench.connect_api.outside import Outside
from workbench.connect_api.recording import Arrival, Exchange, Recorder, RunTold, dumps
from workbench.connect_api.remembered import Remembered
from workbench.connect_api.requests import Request, read_body
from workbench.connect_api.responses import Answer, TriggerEvent
from workbench.connect_api.samples import sample_reply
from workbench.connect_api.services import Call, Options, OptionsCall, Reply, Services
from workbench.connect_api.state import Index, State
from workbench.connect_api.steps import Ask, Outcome
from workbench.connect_api.users import UserConnection
from workbench.connect_api.values import Tokens as UserTokens
from workbench.connect_api.waiting import LoopThread
from workbench.connect_api.webhooks import WEBHOOKS, Webhooks
from workbench.connection.definition import ConnectionDefinition, StepKind
from workbench.connection.fields import Json, Option
from workbench.connection.vocabulary import Tokens
from workbench.errors import UnknownName
from workbench.secret import Secret

__all__ = ["Emulator", "Exchange", "RunTold", "TriggerEvent"]

_VERBS = {"action": ("actions", "run"), "query": ("queries", "perform")}


class Emulator(Members):
    """The Connect API for one connection, in this process.

    Args:
        definition: gives the connection as it is now; asked for each request.
        clock: the bench's clock.
        log: where exchanges are kept.
        service_key: the key that requests must carry.
        seed: another seed gives other samples, ids and option tokens.
        on_event: told of trigger events that begin inside the API; it should hand over and return.
        choices: decisions about what nobody has documented.
        webhooks: the backend that is told what happens; None: nobody is.
        allow_network: whether services of the connection may be on another machine than this.
        remembers: whether what sample actions add shows up in the sample queries of the same user.
        runs: tells of the latest runs of scripts, oldest first, for the page ``/``.
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
        webhooks: Webhooks | None = None,
        allow_network: bool = False,
        remembers: bool = True,
        runs: Callable[[], Sequence[RunTold]] = tuple,
    ) -> None:
        super().__init__(clock, seed)
        self.log, self.service_key = log, service_key
        self.choices = choices if choices is not None else Choices()
        self._definition, self._on_event, self.runs = definition, on_event, runs
        self._remembered = Remembered() if remembers else None
        self.faults = Faults(seed, self._fault_names, lambda: request_names(self._definition()))
        self.outside = Outside(
            log=log,
            clock=clock,
            key=service_key,
            seed=seed,
            index=self._index,
            users=lambda: self._users,
            faults=self.faults,
            choices=lambda: self.choices,
            fire=self.hand_on,
            webhooks=webhooks,
            allow_network=allow_network,
            tokens=self._known_tokens,
            values=lambda: self.secret_values,
        )
        self._services = Services(samples=self._samples, running=self.outside.services)
        self._waiter = LoopThread()
        self._recorder = Recorder(log, KeyMask(service_key, self._known_tokens), seed, lambda: self.secret_values)
        self._known_values = KnownValues(definition, lambda: list(self._users.values()))
        self._observers.add(self._known_values.changed)
        self._made: tuple[ConnectionDefinition, Index] | None = None
        self._script_headers = (
            ("ifttt-service-key", service_key),
            ("content-type", "application/json"),
        )

    # --- requests -------------------------------------------------------------------------------------------------

    def begin(
        self, request: Request, *, transport: str = "direct", run_id: str | None = None
    ) -> Exchange | Callable[[], Exchange]:
        """The exchange at once, where nobody's function must be asked; else a callable that gives it, and may block."""
        arrival = self._arrived(request, transport, run_id)
        arrival, outcome = self._receive(arrival)
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
        arrival, outcome = self._receive(arrival)
        while isinstance(outcome, Ask):
            outcome = self._settle(outcome, await self._asked_async(outcome.calls))
        exchange = await self._recorder.answered_async(*self._written(arrival, outcome))
        if outcome.events or outcome.notices:
            await asyncio.to_thread(self._tell, outcome)
        return exchange

    async def _asked_async(self, calls: Sequence[Call]) -> list[Reply]:
        ready = [reply for call in calls if (reply := self._services.at_once(call)) is not None]
        if len(ready) == len(calls):
            return ready
        return await asyncio.gather(*(self._services.ask_async(call, asyncio.to_thread) for call in calls))

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
        exchange = self._recorder.answered(*self._written(arrival, answer))
        self._tell(answer)
        return exchange

    def _written(self, arrival: Arrival, answer: Answer) -> tuple[Arrival, Answer, frozenset[str], Choices]:
        """What the recorder is given of an exchange."""
        choices = self.choices
        if choices.extra_keys == "random" and answer.body is not None:
            answer = replace(answer, body=with_extra_keys(answer.body, self.seed, arrival.number))
        return arrival, answer, self._hidden(arrival.request, answer), choices

    def _hidden(self, request: Request, answer: Answer) -> frozenset[str]:
        """The names of what is not to be shown of an exchange.

        Secret fields, and where there are any, what is no field, and what holds the value of one.
        """
        index = self._index()
        if not index.secret_fields:
            return index.secret_fields
        hidden, values = index.secret_fields | strange_names(request.content, index.field_ids), self.secret_values
        if values:
            copies = (one.field_id for one in values.decisions(answer.about.decisions) if one.secret)
            hidden = hidden.union(copies, values.names_in(request.content), values.names_in(answer.body))
        return hidden

    def _tell(self, answer: Answer) -> None:
        """Hand on the events of an answer, after it is logged, outside the lock."""
        for event in answer.events:
            self.hand_on(event)
        if answer.notices:
            self.outside.notified(answer.notices)

    def hand_on(self, event: TriggerEvent) -> None:
        """Give an event that begins here to whoever runs scripts; where nobody does, it is logged and sent."""
        if self._on_event is not None and self.outside.is_script_told:
            self._on_event(event)
        else:
            self.log_event(
                event.trigger,
                event.ingredients,
                user_id=event.user_id,
                user_feature_id=event.user_feature_id,
                feature_id=event.feature_id,
            )

    def _receive(self, arrival: Arrival) -> tuple[Arrival, Outcome]:
        """What the core says, unless a fault says otherwise; only what the core accepts can meet a fault."""
        with self._lock:
            outcome = receive(self._state(), arrival.request)
            blow = self._blow(arrival.request, outcome) if self.faults else None
            if blow is not None:
                arrival = replace(arrival, blow=blow)
                outcome = instead(blow, outcome.about) or outcome
            return arrival, self._kept(outcome)

    def _blow(self, request: Request, outcome: Outcome) -> Blow | None:
        if isinstance(outcome, Answer) and outcome.status >= 400:
            return None
        about = outcome.about
        names = [f"{request.method} {request.path}"]
        if about.step is not None and request.method == "POST":
            names.append(about.step)
        return self.faults.strike(names, about.user_id, lambda: "cursor" in read_body(request, self.choices))

    def _fault_names(self) -> list[str]:
        return [*(used.id for used in self._index().steps.values()), *WEBHOOKS]

    def _settle(self, ask: Ask, replies: Sequence[Reply]) -> Outcome:
        with self._lock:
            return self._kept(settle(self._state(), ask, replies))

    def _kept(self, outcome: Outcome) -> Outcome:
        """Apply what an answer changes; under the lock."""
        change = outcome.change if isinstance(outcome, Answer) else None
        if change is not None:
            if change.user is not None:
                self._put(change.user, is_by_backend=True)
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
        definition = self._definition()
        reply = sample_reply(definition, call, self.seed)
        return reply if self._remembered is None else self._remembered.reply(definition, call, reply)

    def forget_added(self) -> None:
        """Sample queries show no more what sample actions added."""
        if self._remembered is not None:
            self._remembered.forget()

    def option_tokens(self, user_id: str) -> Tokens:
        """The options of every dropdown and checkbox field, with the tokens that calls for this user send.

        As "Field options" would list them, but for options that a running service must be asked for.
        """
        found: dict[tuple[StepKind, str, str], tuple[tuple[Option, str], ...]] = {}
        index = self._index()
        for (kind, step), used in index.steps.items():
            tokens = UserTokens(index.mint, used.place, user_id)
            for field in used.fields().values():
                if field.type.has_options:
                    call = OptionsCall(step=step, field=field, user_id=user_id)
                    reply = None if field.options else self._services.at_once(call)
                    options = reply.options if isinstance(reply, Options) else field.options
                    found[kind, step, field.id] = tuple((one, tokens.mint(field, one)) for one in options)
        return found

    def _asked(self, call: OptionsCall) -> Reply:
        return self._services.ask(call, self._waiter.wait_for)

    def _told(self, before: UserConnection | None, after: UserConnection | None, *, is_by_backend: bool) -> None:
        self.outside.changed(before, after, is_by_backend=is_by_backend)

    # --- the log --------------------------------------------------------------------------------------------------

    @property
    def secret_fields(self) -> frozenset[str]:
        """The ids of the connection's fields that are marked secret."""
        return self._index().secret_fields

    @property
    def secret_values(self) -> SecretValues:
        """The values that those fields have now, whoever set them."""
        return self._known_values.values(self.secret_fields)

    @property
    def secrets(self) -> SecretValues:
        """Those values, and with them the service key and every token and code."""
        return self.secret_values.with_keys((self.service_key, *self._known_tokens()))

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
        """Log a trigger event, tell the backend of it, and give its number.

        Ingredients that hold a value of a secret field are masked where the log is read, as that field is.
        """
        values = self.secret_values
        secret = tuple(name for name, given in ingredients.items() if values and values.are_in(given))
        content = {"trigger": trigger, "feature_id": feature_id, "ingredients": dict(ingredients)}
        number = self._recorder.event(
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
                secret_fields=dumps(secret) if secret else None,
            )
        )
        self.outside.fired(
            trigger,
            ingredients,
            user_id=user_id,
            user_feature_id=user_feature_id,
            feature_id=feature_id,
            run_id=run_id,
            secret_fields=secret,
        )
        return number

    def _known_tokens(self) -> tuple[Secret, ...]:
        """Every token and code that requests or services were given, or gave."""
        services = self.outside.services.tokens
        if not (self._user_tokens or self._access_codes or services):
            return ()  # as nearly always: each exchange asks
        codes = (one for kept in tuple(self._access_codes.values()) for one in (kept.code, kept.oauth_code) if one)
        return (*self._user_tokens, *codes, *services)

    # --- life -----------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """End its threads and what they do; safe to call twice. The log is its owner's to close."""
        self.outside.close()
        self._waiter.close()

    def __repr__(self) -> str:
        return f"<Emulator of {self._definition().name!r}: {len(self._users)} users>"


@lru_cache(maxsize=1_024)
def _quoted(text: str) -> str:
    """A path segment; what is no text (half a surrogate pair) cannot name anything, so it is shown as `?`."""
    return quote(text, safe="", errors="replace")
