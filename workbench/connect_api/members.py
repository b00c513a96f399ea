"""How users come to have the connection, change what they set, switch it off and leave.

A user goes never enabled → pending → enabled ⇄ disabled. ``_lock`` guards users, tokens and codes; it is held when a
change is told, so that changes are told in the order in which they happened, and never while a service is asked.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from workbench.clock import Clock
from workbench.connect_api.callers import user_token
from workbench.connect_api.enabling import Enabling, Given
from workbench.connect_api.services import Failed, Options, OptionsCall, Reply
from workbench.connect_api.state import Index
from workbench.connect_api.users import AccessCode, Status, UserConnection, UserFeature
from workbench.connection.fields import Field, Option
from workbench.errors import FieldValueError, NotEnabled, UnknownName
from workbench.observers import Observers, Stop
from workbench.secret import Secret

Changed = TypeVar("Changed")


class Members(ABC):
    """Everyone who has the connection."""

    def __init__(self, clock: Clock, seed: int) -> None:
        self.clock, self.seed = clock, seed
        self._lock = threading.RLock()
        self._users: dict[str, UserConnection] = {}
        self._user_tokens: dict[Secret, str] = {}
        self._access_codes: dict[Secret, AccessCode] = {}
        self._observers = Observers()

    @abstractmethod
    def _index(self) -> Index:
        """The look-ups of the connection as it is now."""

    @abstractmethod
    def _asked(self, call: OptionsCall) -> Reply:
        """What the service replies that supplies the options of a field; it may block."""

    @abstractmethod
    def _told(self, before: UserConnection | None, after: UserConnection | None, *, is_by_backend: bool) -> None:
        """Tell the backend of a change; it must not block."""

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
        enabling = self._enabling(user_id)

        def change(before: UserConnection | None) -> tuple[UserConnection, UserConnection]:
            user = enabling.enable(before, values or {}, timezone=timezone, is_pending=is_pending)
            return user, user

        return self._changed(user_id, change)

    def add_feature(self, user_id: str, feature: str, values: Given | None = None) -> UserFeature:
        """Give the user one more user feature of a feature (id or title), with values of its own."""
        enabling = self._enabling(user_id)
        return self._changed(user_id, lambda _: enabling.add_feature(self.user(user_id), feature, values or {}))

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
            return self._put(replace(user, user_features=features))

    def forget_user(self, user_id: str) -> None:
        """The user deletes the connection: they never enabled it."""
        with self._lock:
            before = self.user(user_id)
            del self._users[user_id]
            self._told(before, None, is_by_backend=False)
        self._observers.tell()

    def observe(self, callback: Callable[[], object]) -> Stop:
        """Call ``callback()`` after a user came, changed or left; it must hand over and return. Gives what stops it."""
        return self._observers.add(callback)

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

    def give_token(self, user_id: str) -> Secret:
        """A user token for somebody who has just connected, as a mobile SDK is handed one at the end."""
        with self._lock:
            token = user_token(self.seed, self._index().definition.id, user_id)
            self._user_tokens[token] = user_id
            return token

    def is_redeemable(self, access_code: str) -> bool:
        """Whether a provisional access code is known, unused and not expired."""
        with self._lock:
            kept = self._access_codes.get(Secret(access_code))
            return kept is not None and kept.oauth_code is not None and kept.expires > self.clock.now()

    def redeem(self, access_code: str) -> str | None:
        """The OAuth code behind a provisional access code, once; None for an unknown, used or expired one."""
        with self._lock:
            if not self.is_redeemable(access_code):
                return None
            kept = self._access_codes[Secret(access_code)]
            self._access_codes[kept.code] = replace(kept, oauth_code=None)
            return kept.oauth_code.reveal() if kept.oauth_code is not None else None

    def _set_status(self, user_id: str, status: Status) -> UserConnection:
        with self._lock:
            return self._put(replace(self.user(user_id), status=status))

    def _changed(
        self, user_id: str, change: Callable[[UserConnection | None], tuple[UserConnection, Changed]]
    ) -> Changed:
        """Apply a change that may have to ask a service for options; the lock is not held meanwhile."""
        while True:
            before = self._users.get(user_id)
            after, result = change(before)
            with self._lock:
                if self._users.get(user_id) is before:
                    self._put(after)
                    return result

    def _put(self, after: UserConnection, *, is_by_backend: bool = False) -> UserConnection:
        """Keep how a user stands now, and tell the backend; under the lock, so that it is told in order."""
        before = self._users.get(after.user_id)
        self._users[after.user_id] = after
        self._told(before, after, is_by_backend=is_by_backend)
        self._observers.tell()
        return after

    def options(self, owner: str, field: Field, user_id: str) -> tuple[Option, ...]:
        """The options that a user sees for a dropdown or checkbox field of a step or a feature (by its id).

        Raises:
            FieldValueError: the service that supplies them failed; it may block where a service really runs.
        """
        if field.options:
            return field.options
        call = OptionsCall(step=owner, field=field, user_id=user_id)
        reply = self._asked(call)
        if isinstance(reply, Failed):
            raise FieldValueError(f"The options of `{field.id}` of {owner} cannot be had: {reply.message}")
        return reply.options if isinstance(reply, Options) else ()

    def _enabling(self, user_id: str) -> Enabling:
        def supply(owner: str, field: Field) -> tuple[Option, ...]:
            return self.options(owner, field, user_id)

        return Enabling(index=self._index(), seed=self.seed, user_id=user_id, supply=supply)
