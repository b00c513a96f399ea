"""Bench: a connection, its emulator, its users, its clock and its runner, held together.

Everything happens on this machine: the Connect API is the embedded emulator, and a script runs in a process
of its own. Safe from any thread and from widget callbacks.
"""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from workbench.clock import Clock
from workbench.connect_api.api_log import ApiLog
from workbench.connect_api.choices import Choices
from workbench.connect_api.emulator import Emulator, RunTold, TriggerEvent
from workbench.connect_api.masking import own_key
from workbench.connect_api.waiting import Deadline
from workbench.connect_api.webhooks import Webhooks
from workbench.connection.definition import StepKind
from workbench.connection.document import Connection
from workbench.connection.fields import Json
from workbench.connection.problems import Problems, script_problems
from workbench.connection.vocabulary import Tokens
from workbench.errors import Ambiguous, StillWaiting, UsageError
from workbench.firing import Firing, Receiver, known_step, listed, receivers
from workbench.frames import counted
from workbench.logs.exchanges import Logs
from workbench.observers import Observers, Stop
from workbench.reach import Reach, as_webhooks
from workbench.run import Run, Runs
from workbench.runtime.outcome import Limits, Profile
from workbench.runtime.runner import Runner, shared_runner
from workbench.saved_events import SavedEvents
from workbench.secret import Secret
from workbench.user import User, Users

if TYPE_CHECKING:
    from workbench.connect_api.server import Server

_RUNS_KEPT = 1_000
_NAMED = "workbench "  # how the names of our threads begin
WAIT_SECONDS = 60.0
"""How long ``bench.wait`` waits unless told otherwise: five answers of a backend that takes all the time it may."""


class Bench(Reach):
    """The embedded place where a connection runs.

    Args:
        connection: what to run; edits to it take effect at once.
        log: a file to keep the Connect API log in; memory by default.
        seed: another seed gives other sample data, ids and option tokens.
        limits: what one run of the script may use (10 seconds, as on IFTTT, unless told otherwise).
        profile: which globals the script finds: "documented", or "node12" with timers, URL, Buffer and their like.
        random_seed: makes Math.random give the same numbers in each run; every run its own unless given.
        bare_moment: whether the script finds a global ``moment``, which IFTTT does not document.
        english_only: whether Intl formats every locale as English, as Node 12 does when built without more.
        coverage: whether each run counts the lines and branches of the script that ran; `fire` can say otherwise.
        service_key: the key of your service, 8 characters or more; a random one by default.
        runner: runs the scripts; the process's shared one by default.
        webhooks: your backend, told what users do and of trigger events: an address, or ``wb.Webhooks``.
        choices: what to assume where nobody knows what the service does.
        allow_network: let services, backend and server be on other machines than this.
        remembers: whether what sample actions add shows up in the sample queries of the same user.

    >>> bench = Bench(Connection.sample("liked-video-to-sms"))  # doctest: +SKIP
    >>> user = bench.enable("user-17", timezone="Europe/Paris")  # doctest: +SKIP
    >>> bench.fire("youtube.new_liked_video", title="Hello")  # doctest: +SKIP
    """

    def __init__(
        self,
        connection: Connection,
        *,
        log: str | Path | None = None,
        seed: int = 0,
        limits: Limits = Limits(),
        profile: Profile | str = Profile.DOCUMENTED,
        random_seed: int | None = None,
        bare_moment: bool = True,
        english_only: bool = True,
        coverage: bool = False,
        service_key: Secret | str | None = None,
        runner: Runner | None = None,
        webhooks: Webhooks | str | None = None,
        choices: Choices | None = None,
        allow_network: bool = False,
        remembers: bool = True,
    ) -> None:
        self.connection = connection
        self.allow_network = allow_network
        self.clock = Clock()
        self.seed = seed
        self.limits = limits
        self.profile = Profile(profile)
        self.random_seed = random_seed
        self.bare_moment = bare_moment
        self.english_only = english_only
        self.coverage = coverage
        self.service_key = own_key(service_key)
        self._api_log = ApiLog(log)
        self.logs = Logs(self._api_log)
        self.emulator = Emulator(
            lambda: connection.definition,
            clock=self.clock,
            log=self._api_log,
            service_key=self.service_key,
            seed=seed,
            on_event=_weakly(self),
            runs=_runs_of(self),
            webhooks=as_webhooks(webhooks, allow_network=allow_network),
            choices=choices,
            allow_network=allow_network,
            remembers=remembers,
        )
        self._servers: list[Server] = []
        self.events = SavedEvents()
        self._observers = _watch(clock=self.clock, users=self.emulator, faults=self.emulator.faults, events=self.events)
        self._runner = runner
        self._runs: deque[Run] = deque(maxlen=_RUNS_KEPT)
        self._background: set[threading.Thread] = set()
        self._lock = threading.Lock()
        self._close = weakref.finalize(self, _close_all, self._servers, self.emulator, self._api_log)

    # --- users ----------------------------------------------------------------------------------------------------

    def enable(
        self,
        user_id: str | int,
        *,
        timezone: str | None = None,
        values: Mapping[str, Mapping[str, Any]] | None = None,
        pending: bool = False,
    ) -> User:
        """Let a user enable the connection, or update what they set; a cell may be run again.

        Args:
            user_id: the id that your service knows the user by.
            timezone: an IANA or Rails name; the zone of Los Angeles unless given, as in webhooks.
            values: what the user sets: ``service.step``, ``feature/service.step``, ``feature:<id>`` or
                ``configuration`` → {field id: value}. A dropdown takes the label the user would pick.
            pending: the user came by a Connect URL with ``skip_config``: nothing works until your backend updates
                the user connection (or they are enabled here, with values).

        Raises:
            MissingValues: required fields were given no value; lists them.
            FieldValueError, UnknownName: a value or a name is wrong; lists the right ones.
        """
        self.emulator.enable(str(user_id), timezone=timezone, values=values or {}, is_pending=pending)
        return User(str(user_id), self.emulator)

    @property
    def users(self) -> Users:
        """Everyone who has enabled the connection."""
        return Users(self.emulator)

    # --- answers --------------------------------------------------------------------------------------------------

    def respond(self, step: str, *value: Any) -> Any:
        """Say who answers a query or an action: ``bench.respond(step, value)`` or as a decorator.

        A function gets one ``StepCall`` (step, fields, user_id, limit, cursor, ...), and may be async. For a query it
        returns the items, for an action anything. Raise ``wb.ServiceFailure`` to fail. The value may also be a
        ``wb.Recording``. Without a responder, a service that runs answers (``use_service``), else samples.

        Raises:
            UnknownName: the connection has no such query or action.
        """
        known_step(self.connection.definition, step, StepKind.QUERY, StepKind.ACTION)
        if value:
            self.emulator.respond(step, value[0])
            return None

        def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
            self.emulator.respond(step, function)
            return function

        return decorate

    # --- events ---------------------------------------------------------------------------------------------------

    def fire(
        self,
        trigger: str,
        /,
        *,
        user: User | str | int | None = None,
        feature: str | None = None,
        script: str | None = None,
        coverage: bool | None = None,
        ingredients: Mapping[str, Json] | None = None,
        **more: Json,
    ) -> Run:
        """Fire one trigger event and run the script for it; the backend is told, if there is one.

        Where events go to the backend alone (``wb.Webhooks(url, events="backend")``), the run ends ``no script``.

        Args:
            trigger: ``service.slug``.
            user: which user, where several have enabled the connection.
            feature: which feature (id, title or ``user_feature_id``), where several have the trigger.
            script: run this source in place of the connection's.
            coverage: count what of the script ran, for `run.coverage`; as the bench says unless given.
            ingredients: the event's data; what is not given is a sample.
            **more: ingredients too, in keywords.

        Raises:
            UnknownName: no such trigger, user, feature or ingredient.
            Ambiguous: several users or features match; lists them.
            NotEnabled: nobody can receive the event; shows the call that helps.
            UsageError: an ingredient is no JSON, or the script no text.
        """
        found = self._receivers(trigger, user, feature)
        if len(found) > 1:
            raise Ambiguous(
                f"{len(found)} user features have {trigger}; say which (in a terminal with --user and --feature), "
                f"or use `fire_all`:\n{listed(self.connection.definition, found)}"
            )
        return self._fire(trigger, _given(ingredients, more), found, script, coverage)[0]

    def fire_all(
        self,
        trigger: str,
        /,
        *,
        user: User | str | int | None = None,
        feature: str | None = None,
        script: str | None = None,
        coverage: bool | None = None,
        ingredients: Mapping[str, Json] | None = None,
        **more: Json,
    ) -> list[Run]:
        """Fire the event for every user feature that has the trigger; as ``fire`` otherwise."""
        found = self._receivers(trigger, user, feature)
        return self._fire(trigger, _given(ingredients, more), found, script, coverage)

    async def fire_async(self, trigger: str, /, **options: Any) -> Run:
        """``fire`` for code that awaits; takes what ``fire`` takes."""
        return await asyncio.to_thread(lambda: self.fire(trigger, **options))

    @property
    def runs(self) -> Runs:
        """The latest runs, oldest first, those begun by a test trigger among them."""
        return Runs(self._runs)

    def observe(self, callback: Callable[[str], object]) -> Stop:
        """Call ``callback(what)`` after a change of ``"runs"``, ``"users"``, ``"clock"``, ``"faults"`` or ``"events"``.

        It is called on the thread that made the change, so it hands over and returns. Gives what stops it. (For the
        connection itself there is ``connection.observe``, for the log ``bench.logs.observe``.)
        """
        return self._observers.add(callback)

    def wait(self, timeout: float | None = WAIT_SECONDS) -> None:
        """Wait for what goes on in the background: runs that did not begin here, and webhooks on their way.

        Args:
            timeout: seconds for all of them together; None waits as long as it takes, which is for ever where
                webhooks are sent again until a backend takes them, and it never does.

        Raises:
            StillWaiting: something did not end in that time: says what, what last went wrong, and how to mend it.
        """
        deadline, outside = Deadline(timeout), self.emulator.outside
        outside.wait(deadline.left)
        runs = tuple(self._background)
        for thread in runs:
            thread.join(deadline.left)
        if outside.wait(deadline.left) and not any(thread.is_alive() for thread in runs):
            return
        pending = [f"the run of an {thread.name.removeprefix(_NAMED)}" for thread in runs if thread.is_alive()]
        pending += outside.pending()
        if pending and timeout is not None:  # else it has ended this very moment
            raise StillWaiting(timeout, pending)

    # --- checks ---------------------------------------------------------------------------------------------------

    def problems(self) -> Problems:
        """What is wrong with the connection and its script, before anything runs."""
        found = self.connection.problems()
        definition = self.connection.definition
        if definition.script is None:
            return found
        report = self.runner.syntax(definition.script)
        return Problems((*found, *self.connection.placed(script_problems(definition, report))))

    def option_tokens(self, user: User | str | int | None = None) -> Tokens:
        """The options of each dropdown and checkbox field, with the tokens that a call's ``fields`` send for a user.

        Tokens belong to one user; the first who has enabled the connection unless given, and nothing where nobody has.
        """
        first = next(iter(self.emulator.user_connections()), None)
        user_id = user.id if isinstance(user, User) else first.user_id if user is None and first else user
        return {} if user_id is None else self.emulator.option_tokens(str(user_id))

    @property
    def runner(self) -> Runner:
        """What runs the scripts."""
        return self._runner if self._runner is not None else shared_runner()

    # --- life -----------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Close servers, emulator and log; safe to call twice. The shared runner goes on for other benches."""
        if self._close.alive:
            self.emulator.outside.poll_every(None)
            for thread in tuple(self._background):
                thread.join()
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        if not self._close.alive:
            return f"<Bench of {self.connection.name!r}, closed>"
        return (
            f"<Bench of {self.connection.name!r}: {counted(len(self.users), 'users')}, "
            f"{counted(len(self.logs), 'exchanges')}, {self.clock!r}>"
        )

    # --- how an event becomes a run -------------------------------------------------------------------------------

    def _receivers(self, trigger: str, user: User | str | int | None, feature: str | None) -> list[Receiver]:
        user_id = user.id if isinstance(user, User) else None if user is None else str(user)
        everyone = self.emulator.user_connections()
        return receivers(self.connection.definition, everyone, trigger, user_id=user_id, feature=feature)

    def _fire(
        self,
        trigger: str,
        given: Mapping[str, Json],
        found: list[Receiver],
        script: str | None,
        coverage: bool | None,
    ) -> list[Run]:
        if script is not None and not isinstance(script, str):
            raise UsageError(f"`script` is {script!r:.40}. Give the source as text.")
        definition = self.connection.definition
        firing = Firing(
            definition=definition,
            emulator=self.emulator,
            clock=self.clock,
            limits=self.limits,
            profile=self.profile,
            random_seed=self.random_seed,
            bare_moment=self.bare_moment,
            english_only=self.english_only,
            coverage=self.coverage if coverage is None else coverage,
            seed=self.seed,
        )
        event = firing.event(trigger, given)
        source = script if script is not None else definition.script if self.emulator.outside.is_script_told else None
        runs = [firing.fire(event, one, source, lambda: self.runner) for one in found]
        self._runs.extend(runs)
        self._observers.tell("runs")
        return runs

    def _on_event(self, event: TriggerEvent) -> None:
        """An event that began inside the API (a test trigger): run it in the background."""

        def work() -> None:
            try:
                self.fire(
                    event.trigger, user=event.user_id, feature=event.user_feature_id, ingredients=event.ingredients
                )
            finally:
                self._background.discard(threading.current_thread())

        thread = threading.Thread(target=work, name=f"{_NAMED}event {event.trigger}", daemon=True)
        self._background.add(thread)
        thread.start()


def _weakly(bench: Bench) -> Callable[[TriggerEvent], None]:
    """The emulator must not keep its bench alive."""
    reference = weakref.ref(bench)

    def on_event(event: TriggerEvent) -> None:
        alive = reference()
        if alive is not None:
            alive._on_event(event)  # noqa: SLF001 - ours

    return on_event


def _runs_of(bench: Bench) -> Callable[[], list[RunTold]]:
    """What the page of a served bench shows of its runs; weakly, as above."""
    reference = weakref.ref(bench)

    def runs() -> list[RunTold]:
        alive = reference()
        return [] if alive is None else [_told(one) for one in alive.runs]

    return runs


def _told(run: Run) -> RunTold:
    title, _, text = repr(run).partition("\n")
    return RunTold(id=run.id, title=title, is_good=run.ok, text=text or "It made no call and printed nothing.")


def _watch(**parts: Any) -> Observers:
    """Observers who are told the name of the part that changed."""
    observers = Observers()
    for name, part in parts.items():
        part.observe(partial(observers.tell, name))
    return observers


def _close_all(servers: Iterable[Server], emulator: Emulator, log: ApiLog) -> None:
    for server in tuple(servers):
        server.close()
    emulator.close()
    log.close()


def _given(ingredients: Mapping[str, Json] | None, more: Mapping[str, Json]) -> dict[str, Json]:
    if ingredients is not None and not isinstance(ingredients, Mapping):
        raise UsageError(f"`ingredients` is {ingredients!r:.40}. Give a dict: `ingredients={{'title': 'Hello'}}`.")
    return {**(ingredients or {}), **more}
