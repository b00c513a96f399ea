"""What the emulator reaches out to: services that really run, triggers to check, a backend to tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from workbench.clock import DEFAULT_ZONE, Clock
from workbench.connect_api.api_log import ApiLog
from workbench.connect_api.choices import Choices
from workbench.connect_api.downstream import ServiceApi
from workbench.connect_api.fault_rules import Faults
from workbench.connect_api.known_secrets import SecretValues
from workbench.connect_api.outgoing import Outgoing
from workbench.connect_api.polling import Poll, Poller
from workbench.connect_api.responses import Notice, TriggerEvent
from workbench.connect_api.state import Index
from workbench.connect_api.users import UserConnection
from workbench.connect_api.waiting import Deadline
from workbench.connect_api.webhooks import (
    RETRIES,
    Delivery,
    Fired,
    Sender,
    Webhooks,
    connection_webhook,
    fired_webhook,
    life_cycle,
)
from workbench.connection.definition import StepKind
from workbench.connection.fields import Json
from workbench.errors import UnknownName
from workbench.secret import Secret


class Outside:
    """Everything that is called from the emulator, held together. Nothing is started before it is needed.

    Attributes:
        webhooks: where webhooks go; None: nowhere. It may be set at any time.
    """

    def __init__(
        self,
        *,
        log: ApiLog,
        clock: Clock,
        key: Secret,
        seed: int,
        index: Callable[[], Index],
        users: Callable[[], Mapping[str, UserConnection]],
        faults: Faults,
        choices: Callable[[], Choices],
        fire: Callable[[TriggerEvent], None],
        webhooks: Webhooks | None,
        allow_network: bool,
        tokens: Callable[[], Iterable[Secret]],
        values: Callable[[], SecretValues],
    ) -> None:
        self.webhooks = webhooks
        self._clock, self._index, self._users, self._choices = clock, index, users, choices
        self._outgoing = Outgoing(
            log,
            clock,
            key,
            seed=seed,
            tokens=tokens,
            values=values,
            extra_keys=lambda: choices().extra_keys == "random",
        )
        self._sender = Sender(self._outgoing, faults, retry=lambda: RETRIES[choices().webhook_retries])
        self.services = ServiceApi(
            self._outgoing,
            lambda: index().definition,
            timezone=self._timezone,
            allow_network=allow_network,
            secret_fields=lambda: index().secret_fields,
        )
        self._poller = Poller(
            self.services, index=index, users=lambda: list(users().values()), now=self._now, fire=fire
        )

    def _timezone(self, user_id: str) -> str:
        user = self._users().get(user_id)
        return user.timezone if user is not None else DEFAULT_ZONE

    def _now(self) -> datetime:
        return self._clock.now()

    # --- webhooks -------------------------------------------------------------------------------------------------

    @property
    def is_script_told(self) -> bool:
        """Whether trigger events run the script; they do unless they go to the backend alone."""
        return self.webhooks is None or self.webhooks.events is not Delivery.BACKEND

    def changed(self, before: UserConnection | None, after: UserConnection | None, *, is_by_backend: bool) -> None:
        """Tell the backend of a change of a user's connection."""
        user = after if after is not None else before
        target = self.webhooks
        if target is None or user is None:
            return
        name = life_cycle(before, after, is_by_backend=is_by_backend, choices=self._choices())
        if name is not None:
            definition = self._index().definition
            webhook = connection_webhook(name, user, definition.id, self._clock.timestamp(), self._choices())
            self._sender.send(target, webhook)

    def fired(
        self,
        trigger: str,
        ingredients: Mapping[str, Json],
        *,
        user_id: str,
        user_feature_id: str,
        feature_id: str,
        run_id: str | None,
        secret_fields: tuple[str, ...] = (),
    ) -> None:
        """Tell the backend of a trigger event, if it wants to know; the log masks ingredients of ``secret_fields``."""
        target, user = self.webhooks, self._users().get(user_id)
        if target is None or target.events is Delivery.SCRIPT or user is None:
            return
        user_feature = user.user_feature(user_feature_id)
        used = self._index().steps.get((StepKind.TRIGGER, trigger))
        step = used.by_feature.get(feature_id) if used is not None else None
        fired = Fired(
            trigger=trigger,
            feature_id=feature_id,
            user_feature_id=user_feature_id,
            user_feature_trigger_id=user_feature.trigger_id(step.id) if user_feature and step else "",
            ingredients=ingredients,
            run_id=run_id,
            secret_fields=secret_fields,
        )
        definition = self._index().definition
        self._sender.send(target, fired_webhook(fired, user, definition.id, self._clock.timestamp(), self._choices()))

    # --- services -------------------------------------------------------------------------------------------------

    def use_service(self, service_id: str, url: str | None) -> None:
        """Ask a service at this address from now on; None: at the one that the connection has, if any.

        Raises:
            UnknownName: the connection has no such service.
            UsageError: it is no address, or not allowed.
        """
        self._check_service(service_id)
        self.services.use(service_id, url)

    def sign_in(self, service_id: str, user_id: str, token: Secret | str) -> None:
        """The user's account at a service: its requests carry this OAuth token in place of the service key.

        Raises:
            UnknownName: the connection has no such service.
        """
        self._check_service(service_id)
        self.services.sign_in(service_id, user_id, token)

    def _check_service(self, service_id: str) -> None:
        known = [one.id for one in self._index().definition.services]
        if service_id not in known:
            raise UnknownName("service", service_id, known, where="of the connection")

    def poll(self) -> Poll:
        """Check the triggers of the services that really run, and fire what is new."""
        return self._poller.poll()

    def poll_every(self, seconds: float | None) -> None:
        """Do so each so many seconds, in the background; None ends it."""
        self._poller.every(seconds)

    def notified(self, notices: Iterable[Notice]) -> None:
        """A service told that there is something new: check it, in the background."""
        self._poller.notified(tuple(notices))

    def trigger_identities(self) -> dict[str, str]:
        """What a service would name in a notification: trigger identity → ``service.trigger``."""
        return {one.identity: one.trigger for one in self._poller.subscriptions()}

    # --- life -----------------------------------------------------------------------------------------------------

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the checks that notifications caused, and until every webhook is delivered or given up.

        False if that took longer than ``timeout`` seconds; ``pending`` then says what goes on.
        """
        deadline = Deadline(timeout)
        is_checked = self._poller.wait(deadline.left)
        return self._sender.wait(deadline.left) and is_checked

    def pending(self) -> list[str]:
        """What goes on, a line each: checks of services, and webhooks on their way."""
        checks = [] if self._poller.wait(0) else ["a check of the triggers of a service that notified the API"]
        return [*checks, *self._sender.pending()]

    def close(self) -> None:
        """Give up what is under way; safe to call twice."""
        self._outgoing.close()
        self._sender.close()
        self._poller.close()
