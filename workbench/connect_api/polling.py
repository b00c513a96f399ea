"""Triggers of services that really run: checked, and what is new fired once.

Service API page, "Triggers" and "Realtime API".

Rules:

* A ``trigger_identity`` stands for one user, one trigger and its field values; equal ones share it.
* The first check of an identity notes what is there and fires nothing. Later an event fires if its ``meta.id`` is new,
  oldest first, for every user feature that shares the identity.
* An identity that nothing uses any more is deleted at the service, with the next check.
* Checks run one after the other; a notification causes one in the background.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from workbench.connect_api.downstream import Caller, ServiceApi, ServiceProblem
from workbench.connect_api.responses import Notice, TriggerEvent
from workbench.connect_api.state import Index
from workbench.connect_api.users import UserConnection, UserFeature
from workbench.connect_api.waiting import Deadline
from workbench.connection.definition import FeatureStep, StepKind
from workbench.connection.fields import Json, decide
from workbench.errors import UsageError, WorkbenchError

LIMIT = 50
"""Service API page: the latest 50 events, newest first."""

_REMEMBERED = 10_000
_REALTIME = (("X-IFTTT-Realtime", "1"),)


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """One trigger with the values of one user, and the user features that share it."""

    identity: str
    trigger: str
    user: UserConnection
    fields: dict[str, Json] = field(repr=False)
    shared_by: tuple[tuple[UserFeature, FeatureStep], ...]


@dataclass(frozen=True, kw_only=True)
class Poll:
    """What one round of checks did. ``problems`` say what went wrong, by ``service.trigger``."""

    events: tuple[TriggerEvent, ...] = ()
    checked: int = 0
    problems: tuple[str, ...] = ()

    def __repr__(self) -> str:
        trouble = "".join(f"\n  {problem}" for problem in self.problems)
        return f"<Poll: {self.checked} checked, {len(self.events)} events>{trouble}"


@dataclass(slots=True)
class _Known:
    """What was seen of one identity, and how to let the service forget it."""

    trigger: str
    user_id: str
    seen: dict[str, None] = field(default_factory=dict)
    is_checked: bool = False


class Poller:
    """Checks the triggers of real services.

    ``_turn`` is held for a whole round, so that no event fires twice; ``_lock`` guards the threads.

    Args:
        service_api: asks the services.
        index: the look-ups of the connection as it is now.
        users: everyone who has the connection.
        now: the bench's clock.
        fire: told of each event.
    """

    def __init__(
        self,
        service_api: ServiceApi,
        *,
        index: Callable[[], Index],
        users: Callable[[], Iterable[UserConnection]],
        now: Callable[[], datetime],
        fire: Callable[[TriggerEvent], None],
    ) -> None:
        self._api, self._index, self._users, self._now, self._fire = service_api, index, users, now, fire
        self._turn = threading.Lock()
        self._lock = threading.Lock()
        self._known: dict[str, _Known] = {}
        self._background: set[threading.Thread] = set()
        self._ending = threading.Event()
        self._timer: threading.Thread | None = None

    # --- checking -------------------------------------------------------------------------------------------------

    def subscriptions(self) -> list[Subscription]:
        """What there is to check: the triggers of real services, of every user who has them on."""
        found: dict[str, Subscription] = {}
        index = self._index()
        for user in self._users():
            if user.is_enabled:
                for one in _subscriptions(index, user, lambda trigger: self._api.service(trigger) is not None):
                    same = found.get(one.identity)
                    shared = (*(same.shared_by if same is not None else ()), *one.shared_by)
                    found[one.identity] = Subscription(**{**vars(one), "shared_by": shared})
        return list(found.values())

    def poll(self, notices: Sequence[Notice] | None = None) -> Poll:
        """Check every trigger, or those that ``notices`` ask for; fire what is new.

        A service that fails is told of in ``problems`` and in the log, and stops nothing.
        """
        with self._turn:
            wanted = self.subscriptions()
            problems = self._forget({one.identity for one in wanted})
            if notices is not None:
                wanted = [one for one in wanted if any(_means(notice, one) for notice in notices)]
            events: list[TriggerEvent] = []
            for subscription in wanted:
                try:
                    events += self._check(subscription, is_realtime=notices is not None)
                except ServiceProblem as problem:
                    problems.append(f"{subscription.trigger}: {problem}")
            for event in events:
                self._fire(event)
            return Poll(events=tuple(events), checked=len(wanted), problems=tuple(problems))

    def _check(self, subscription: Subscription, *, is_realtime: bool) -> list[TriggerEvent]:
        body: dict[str, Json] = {
            "trigger_identity": subscription.identity,
            "triggerFields": subscription.fields,
            "limit": LIMIT,
        }
        path = f"triggers/{subscription.trigger.partition('.')[2]}"
        headers = _REALTIME if is_realtime else ()
        answer = self._ask(subscription.trigger, path, body, subscription.user, headers=headers)
        user_id = subscription.user.user_id
        known = self._known.setdefault(subscription.identity, _Known(trigger=subscription.trigger, user_id=user_id))
        listed = [(_meta_id(one), one) for one in answer["data"]]
        new = {meta: one for meta, one in reversed(listed) if meta not in known.seen}
        known.seen = dict.fromkeys((*known.seen, *new))
        while len(known.seen) > _REMEMBERED:
            del known.seen[next(iter(known.seen))]
        was_checked, known.is_checked = known.is_checked, True
        return [event for one in new.values() for event in self._events(subscription, one)] if was_checked else []

    def _events(self, subscription: Subscription, item: Mapping[str, Json]) -> list[TriggerEvent]:
        ingredients = {name: value for name, value in item.items() if name in self._declared(subscription.trigger)}
        return [
            TriggerEvent(
                trigger=subscription.trigger,
                user_id=subscription.user.user_id,
                feature_id=user_feature.feature_id,
                user_feature_id=user_feature.id,
                user_feature_trigger_id=user_feature.trigger_id(step.id),
                ingredients=ingredients,
                at=_moment(item) or self._now(),
            )
            for user_feature, step in subscription.shared_by
        ]

    def _declared(self, trigger: str) -> set[str]:
        found = self._index().definition.step(trigger, StepKind.TRIGGER)
        return {one.id for one in getattr(found[1], "ingredients", ())} if found is not None else set()

    def _forget(self, used: set[str]) -> list[str]:
        """Let services forget the identities that nothing uses any more."""
        problems: list[str] = []
        for identity in [one for one in self._known if one not in used]:
            known = self._known.pop(identity)
            if self._api.service(known.trigger) is None:
                continue
            slug = known.trigger.partition(".")[2]
            user = UserConnection(user_id=known.user_id)
            try:
                self._ask(known.trigger, f"triggers/{slug}/trigger_identity/{identity}", {}, user, method="DELETE")
            except ServiceProblem as problem:
                problems.append(f"{known.trigger}: {problem}")
        return problems

    def _ask(
        self,
        trigger: str,
        path: str,
        body: dict[str, Json],
        user: UserConnection,
        *,
        headers: tuple[tuple[str, str], ...] = (),
        method: str = "POST",
    ) -> dict[str, Any]:
        caller = Caller(user_id=user.user_id, timezone="" if method == "DELETE" else user.timezone)
        work = self._api.post(trigger, path, body, caller, kind="trigger", headers=headers, method=method)
        return self._api.outgoing.run(work)

    # --- in the background ----------------------------------------------------------------------------------------

    def notified(self, notices: Sequence[Notice]) -> None:
        """Check what a notification asks for, in the background."""

        def work() -> None:
            try:
                self._quietly(lambda: self.poll(notices))
            finally:
                with self._lock:
                    self._background.discard(threading.current_thread())

        with self._lock:
            if self._ending.is_set():
                return
            thread = threading.Thread(target=work, name="workbench notification", daemon=True)
            self._background.add(thread)
            thread.start()

    def every(self, seconds: float | None) -> None:
        """Check everything each so many seconds, in the background; None ends it."""
        if seconds is not None and not seconds > 0:
            raise UsageError(f"The seconds between two checks are a number above 0, not {seconds!r}.")
        self._end_timer()
        if seconds is None:
            return
        self._ending = threading.Event()
        ending = self._ending

        def work() -> None:
            while not ending.wait(seconds):
                self._quietly(self.poll)

        self._timer = threading.Thread(target=work, name="workbench polling", daemon=True)
        self._timer.start()

    @staticmethod
    def _quietly(work: Callable[[], object]) -> None:
        try:
            work()
        except WorkbenchError:  # the bench was closed meanwhile, or the connection edited; the log has the rest
            return

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the checks that notifications caused; False if they took longer than ``timeout`` seconds."""
        with self._lock:
            waiting = list(self._background)
        deadline = Deadline(timeout)
        for thread in waiting:
            thread.join(deadline.left)
        return not any(thread.is_alive() for thread in waiting)

    def _end_timer(self) -> None:
        self._ending.set()
        timer, self._timer = self._timer, None
        if timer is not None and timer is not threading.current_thread():
            timer.join()

    def close(self) -> None:
        """End the checks in the background; safe to call twice."""
        self._end_timer()
        self.wait()


def _subscriptions(index: Index, user: UserConnection, is_real: Callable[[str], bool]) -> Iterable[Subscription]:
    for user_feature in user.user_features:
        feature = index.features.get(user_feature.feature_id)
        steps = feature.steps_of(StepKind.TRIGGER) if feature is not None and user_feature.enabled else ()
        for step in steps:
            if is_real(step.step):
                stored = user_feature.values_of(step.id)
                made = [decide(one, call={}, user=stored) for one in step.fields]
                fields = {one.field_id: one.winner.value for one in made if one.winner is not None}
                yield Subscription(
                    identity=trigger_identity(index.definition.id, user.user_id, step.step, fields),
                    trigger=step.step,
                    user=user,
                    fields=fields,
                    shared_by=((user_feature, step),),
                )


def trigger_identity(connection_id: str, user_id: str, trigger: str, fields: Mapping[str, Json]) -> str:
    """The identity of a user, a trigger and its values: 40 hexadecimal digits."""
    text = json.dumps([connection_id, user_id, trigger, fields], sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=20, person=b"wb trigger").hexdigest()


def _means(notice: Notice, subscription: Subscription) -> bool:
    return notice.trigger_identity == subscription.identity or notice.user_id == subscription.user.user_id


def _meta_id(item: Any) -> str:
    meta = item.get("meta") if isinstance(item, dict) else None
    given = meta.get("id") if isinstance(meta, dict) else None
    if not isinstance(given, str | int) or isinstance(given, bool):
        raise ServiceProblem("E4", "each event must be an object with a `meta.id`")
    return str(given)


def _moment(item: Mapping[str, Any]) -> datetime | None:
    stamp = item["meta"].get("timestamp")
    if not isinstance(stamp, int | float) or isinstance(stamp, bool):
        return None
    try:
        return datetime.fromtimestamp(stamp, UTC)
    except (ValueError, OverflowError, OSError):
        return None
