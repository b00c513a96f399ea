"""What is sent to a developer's backend: which webhook, its body, and how it is delivered.

Connect API page, "Webhooks". ``POST {prefix}/ifttt/v1/webhooks/{type}/{event}``, authenticated by the service key.

Rules:

* Webhooks are delivered one after the other, in the order in which things happened, on a thread of their own that is
  there while there is something to deliver. Who caused one does not wait for it.
* A backend that fails is logged and harms nothing.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from workbench.clock import rails_name
from workbench.connect_api.choices import Choices
from workbench.connect_api.fault_rules import Faults
from workbench.connect_api.faults import Duplicate, OutOfOrder
from workbench.connect_api.outgoing import Outgoing, Received, Sending, check_address
from workbench.connect_api.users import Status, UserConnection
from workbench.connection.fields import Json
from workbench.errors import UsageError, WorkbenchError

SECONDS = 12.0
"""How long a backend may take (Applets page, "Timeouts": Connect API endpoints)."""

FIRED = "trigger_subscription/fired"
WEBHOOKS = ("connection/enabled", "connection/updated", "connection/disabled", FIRED)
"""Every webhook there is, as type and event."""


class Delivery(StrEnum):
    """Where the events of triggers go."""

    SCRIPT = "script"
    BACKEND = "backend"
    BOTH = "both"


@dataclass(frozen=True, kw_only=True)
class Webhooks:
    """Where webhooks go, and which.

    Args:
        url: the prefix of your backend; ``/ifttt/v1/webhooks/…`` is added.
        events: where trigger events go: ``script``, ``backend`` or ``both``.
        allow_network: whether it may be another machine than this.

    >>> Webhooks("http://127.0.0.1:8000").events
    <Delivery.BOTH: 'both'>
    """

    url: str = field(kw_only=False)
    events: Delivery | str = Delivery.BOTH
    allow_network: bool = False

    def __post_init__(self) -> None:
        if self.events not in tuple(Delivery):
            raise UsageError(f"`{self.events}` is no way for events. Choose `script`, `backend` or `both`.")
        object.__setattr__(self, "events", Delivery(self.events))
        address = check_address(self.url, what="The backend", allow_network=self.allow_network)
        object.__setattr__(self, "url", address)


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """How often a webhook is sent, and the seconds between: ``wait``, then twice as many each time."""

    attempts: int | None = 1
    wait: float = 1.0
    longest_wait: float = 60.0

    def wait_after(self, attempt: int) -> float | None:
        """The seconds until the next attempt after the ``attempt``-th; None if that was the last."""
        if self.attempts is not None and attempt >= self.attempts:
            return None
        return float(min(self.wait * 2 ** min(attempt - 1, 30), self.longest_wait))


RETRIES: Mapping[str, RetryPolicy] = {
    "once": RetryPolicy(),
    "five times": RetryPolicy(attempts=5),
    "at least once": RetryPolicy(attempts=None),
}
"""The policies by the names of ``Choices.webhook_retries``."""


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """One webhook to be delivered: its path (``connection/enabled``), its body, and what the log tells of it."""

    name: str
    body: dict[str, Json]
    user_id: str
    connection_id: str
    step: str | None = None
    user_feature_id: str | None = None
    run_id: str | None = None
    fault: str | None = None
    request_id: str | None = None
    secret_fields: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What a fault may call it."""
        return (self.name, self.step) if self.step is not None else (self.name,)


# --- what is sent -----------------------------------------------------------------------------------------------------


def life_cycle(
    before: UserConnection | None, after: UserConnection | None, *, is_by_backend: bool, choices: Choices
) -> str | None:
    """The webhook that tells of a change of one user's connection; None where nothing is told.

    Never enabled → pending → enabled ⇄ disabled; None is "never enabled", or deleted by the user.
    """
    was = before is not None and before.status is Status.ENABLED
    now = after is not None and after.status is Status.ENABLED
    if was != now:
        return "connection/enabled" if now else "connection/disabled"
    if was and before != after and not (is_by_backend and choices.update_webhook == "none"):
        return "connection/updated"
    return None


def connection_webhook(name: str, user: UserConnection, connection_id: str, now: float, choices: Choices) -> Webhook:
    """``connection/enabled``, ``updated`` or ``disabled``, for a user as they stand (or stood)."""
    milliseconds = int(now * 1_000)
    happened: dict[str, Json] = {f"{name.partition('/')[2]}_at": str(milliseconds)}
    data = _data(user, connection_id)
    return Webhook(
        name=name,
        body=_body(name, milliseconds, data, happened, choices),
        user_id=user.user_id,
        connection_id=connection_id,
    )


@dataclass(frozen=True, kw_only=True)
class Fired:
    """A trigger event as the backend is told of it."""

    trigger: str
    feature_id: str
    user_feature_id: str
    user_feature_trigger_id: str
    ingredients: Mapping[str, Json]
    run_id: str | None = None
    secret_fields: tuple[str, ...] = ()


def fired_webhook(fired: Fired, user: UserConnection, connection_id: str, now: float, choices: Choices) -> Webhook:
    """``trigger_subscription/fired``."""
    data = _data(user, connection_id) | {
        "trigger_id": fired.trigger,
        "feature_id": fired.feature_id,
        "user_feature_id": fired.user_feature_id,
        "user_feature_trigger_id": fired.user_feature_trigger_id,
    }
    content: dict[str, Json] = {"ingredients": dict(fired.ingredients)}
    return Webhook(
        name=FIRED,
        body=_body(FIRED, int(now * 1_000), data, content, choices),
        user_id=user.user_id,
        connection_id=connection_id,
        step=fired.trigger,
        user_feature_id=fired.user_feature_id,
        run_id=fired.run_id,
        secret_fields=fired.secret_fields,
    )


def _data(user: UserConnection, connection_id: str) -> dict[str, Json]:
    return {
        "user_id": user.user_id,
        "user_timezone": rails_name(user.timezone),
        "connection_id": connection_id,
    }


def _body(
    name: str, sent_at: int, data: dict[str, Json], event_data: dict[str, Json], choices: Choices
) -> dict[str, Json]:
    body: dict[str, Json] = {"sent_at": sent_at, "data": data, "event_data": event_data}
    if choices.webhook_names == "send":
        kind, _, event = name.partition("/")
        body = {"type": kind, "event": event, **body}
    return body


# --- how it is delivered ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Waiting:
    """A webhook in the queue; one that is held waits for another to overtake it."""

    target: Webhooks
    webhook: Webhook
    is_held: bool = False


@dataclass(frozen=True)
class _Attempt:
    """The webhook that is under way, how often it was sent, and what came of that."""

    url: str
    webhook: Webhook
    number: int = 0
    failure: str = ""

    def text(self, retry: RetryPolicy) -> str:
        """What an error says of it, and how to mend it."""
        told = f"the webhook `{self.webhook.name}` for {self.webhook.user_id} to {self.url}"
        if not self.failure:
            return f"{told}: no answer yet"
        times = f"sent {self.number} time{'s' * (self.number != 1)}"
        endless = (
            " It is sent until the backend takes it (`webhook_retries`): mend the backend, or give up sooner with "
            '`bench.choose(webhook_retries="five times")`.'
            if retry.attempts is None
            else ""
        )
        return f"{told}: {times}, last {self.failure}.{endless}"


class Sender:
    """Delivers webhooks in their order.

    ``_changed`` guards the queue and the thread; it is never held while a webhook is sent.

    Args:
        outgoing: sends and logs.
        faults: duplicates and reorders.
        retry: says how often a webhook is sent.
        hold_seconds: how long one that is out of order waits for another to overtake it.
    """

    def __init__(
        self, outgoing: Outgoing, faults: Faults, *, retry: Callable[[], RetryPolicy], hold_seconds: float = 0.5
    ) -> None:
        self._outgoing, self._faults, self._retry = outgoing, faults, retry
        self._hold_seconds = hold_seconds
        self._changed = threading.Condition()
        self._queue: deque[_Waiting] = deque()
        self._thread: threading.Thread | None = None
        self._attempt: _Attempt | None = None
        self._is_closed = False

    def send(self, target: Webhooks, webhook: Webhook) -> None:
        """Deliver a webhook after those that wait; returns at once."""
        struck = {type(fault): fault.text for fault in self._faults.strike_webhook(webhook.names, webhook.user_id)}
        first = replace(webhook, request_id=self._outgoing.new_request_id(), fault=struck.get(OutOfOrder))
        with self._changed:
            if self._is_closed:
                return
            self._queue.append(_Waiting(target, first, is_held=OutOfOrder in struck))
            if Duplicate in struck:
                self._queue.append(_Waiting(target, replace(first, fault=struck[Duplicate])))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="workbench webhooks", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until all is delivered or given up; False if that took longer than ``timeout`` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self._thread is None, timeout)

    def pending(self) -> list[str]:
        """What is on its way, a line each: the webhook that is sent now, and how many wait for it."""
        with self._changed:
            attempt, waiting = self._attempt, len(self._queue)
        told = [attempt.text(self._retry())] if attempt is not None else []
        return [*told, *([f"{waiting} more webhook{'s' * (waiting != 1)}, after that one"] if waiting else [])]

    def close(self) -> None:
        """Give up what was not delivered, and join the thread; safe to call twice. Close ``outgoing`` first."""
        with self._changed:
            self._is_closed = True
            self._queue.clear()
            self._changed.notify_all()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def _work(self) -> None:
        while (waiting := self._next()) is not None:
            self._deliver(waiting.target, waiting.webhook)

    def _note(self, attempt: _Attempt | None) -> None:
        with self._changed:
            self._attempt = attempt

    def _next(self) -> _Waiting | None:
        """The next to be delivered; None, and the thread ends, where there is none."""
        with self._changed:
            if self._queue and self._queue[0].is_held:
                self._changed.wait_for(lambda: len(self._queue) != 1, self._hold_seconds)
                self._overtake()
            self._attempt = None
            if not self._queue:
                self._thread = None
                self._changed.notify_all()
                return None
            return self._queue.popleft()

    def _overtake(self) -> None:
        """Let the second go first; the one that was held is held no more."""
        if len(self._queue) > 1:
            held, overtaking = self._queue.popleft(), self._queue.popleft()
            self._queue.appendleft(_Waiting(held.target, held.webhook))
            self._queue.appendleft(overtaking)

    def _deliver(self, target: Webhooks, webhook: Webhook) -> None:
        attempt = 1
        url = f"{target.url}/ifttt/v1/webhooks/{webhook.name}"
        self._note(_Attempt(url, webhook))
        while not self._is_closed:
            try:
                work = self._outgoing.send(self._sending(url, webhook, attempt), read_problem)
                received = self._outgoing.run(work)
            except WorkbenchError:  # the bench closes: there is no log left to tell
                return
            seconds = None if received.is_success else self._retry().wait_after(attempt)
            if seconds is None:
                return
            failure = received.problem or f"answered with {received.status}"
            self._note(_Attempt(url, webhook, attempt, failure))
            attempt += 1
            with self._changed:
                self._changed.wait_for(lambda: self._is_closed, seconds)

    def _sending(self, url: str, webhook: Webhook, attempt: int) -> Sending:
        return Sending(
            url=url,
            body=webhook.body,
            headers=(self._outgoing.key_header(),),
            seconds=SECONDS,
            request_id=webhook.request_id,
            transport="webhook",
            fault=webhook.fault,
            note=f"attempt {attempt}" if attempt > 1 else "",
            secret_fields=webhook.secret_fields,
            about=_about(webhook),
        )


def _about(webhook: Webhook) -> dict[str, Any]:
    return {
        "kind": "trigger" if webhook.step is not None else None,
        "step": webhook.step,
        "connection_id": webhook.connection_id,
        "user_id": webhook.user_id,
        "user_feature_id": webhook.user_feature_id,
        "run_id": webhook.run_id,
    }


def read_problem(received: Received) -> str | None:
    """The code of the request log for a backend's answer that accepts nothing."""
    if received.is_success:
        return None
    return "E7" if received.status == 429 else "E4"
