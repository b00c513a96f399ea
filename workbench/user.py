"""The user a bench holds: who has enabled the connection, in which state, with which user features."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workbench.connect_api.emulator import Emulator
from workbench.connect_api.users import Status, UserConnection, UserFeature
from workbench.errors import Ambiguous, UnknownName
from workbench.frames import Column, Rows, Schema
from workbench.secret import Secret

USERS = Schema(
    "users",
    Column("user_id", "str"),
    Column("status", "str"),
    Column("timezone", "str"),
    Column("features", "object"),
)


class User:
    """A handle to one user of the connection; it always shows how they stand now."""

    def __init__(self, user_id: str, emulator: Emulator) -> None:
        self.id = user_id
        self._emulator = emulator

    @property
    def connection(self) -> UserConnection:
        """The user's connection as a frozen value: status, zone, and the values of each user feature."""
        return self._emulator.user(self.id)

    @property
    def status(self) -> Status:
        """pending, enabled or disabled."""
        return self.connection.status

    @property
    def timezone(self) -> str:
        """The user's zone, an IANA name."""
        return self.connection.timezone

    @property
    def user_features(self) -> tuple[UserFeature, ...]:
        """Their user features; the ``id`` of one is the ``user_feature_id`` of calls. The first is the default."""
        return self.connection.user_features

    @property
    def is_enabled(self) -> bool:
        """Whether triggers fire and calls are answered for them; not while pending, disabled or gone."""
        known = {one.user_id: one for one in self._emulator.user_connections()}
        return self.id in known and known[self.id].is_enabled

    def add_feature(self, feature: str, values: Mapping[str, Mapping[str, Any]] | None = None) -> UserFeature:
        """One more user feature of a feature (id or title), with values of its own."""
        return self._emulator.add_feature(self.id, feature, values or {})

    def switch_off(self, feature: str) -> None:
        """The user switches one feature off: its events do not arrive. Named by title, id or ``user_feature_id``."""
        self._emulator.switch_feature(self.id, self._named(feature), enabled=False)

    def switch_on(self, feature: str) -> None:
        """The user switches one feature on again."""
        self._emulator.switch_feature(self.id, self._named(feature), enabled=True)

    def _named(self, feature: str) -> str:
        titles = {one.id: one.title for one in self._emulator.definition.features}
        mine = self.user_features
        found = [one.id for one in mine if feature in (one.id, one.feature_id, titles.get(one.feature_id))]
        if not found:
            known = [name for one in mine for name in (titles.get(one.feature_id), one.feature_id) if name]
            raise UnknownName("feature", feature, dict.fromkeys(known), where=f"of {self.id}")
        if len(found) > 1:
            raise Ambiguous(f"{self.id} has {len(found)} user features of {feature}; name one: {', '.join(found)}.")
        return found[0]

    def remove(self) -> None:
        """The user deletes the connection: as if they had never enabled it."""
        self._emulator.forget_user(self.id)

    def token(self) -> Secret:
        """A user token of theirs, as a mobile app is handed one: ``bench.client(user_token=user.token())``."""
        return self._emulator.give_token(self.id)

    def disable(self) -> None:
        """The user switches the connection off; what they set is kept."""
        self._emulator.disable(self.id)

    def enable(self) -> None:
        """The user switches the connection on again.

        Raises:
            NotEnabled: it is pending; values are needed first.
        """
        self._emulator.reenable(self.id)

    def __repr__(self) -> str:
        known = {one.user_id: one for one in self._emulator.user_connections()}
        if self.id not in known:
            return f"<User {self.id!r}: has not enabled the connection>"
        one = known[self.id]
        features = len(one.user_features)
        return f"<User {self.id!r}: {one.status}, {one.timezone}, {features} user feature{'s' * (features != 1)}>"


class Users(Rows[User]):
    """Everyone who has enabled the connection, in the order in which they came."""

    schema = USERS

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def __len__(self) -> int:
        return len(self._emulator.user_connections())

    def __iter__(self) -> Iterator[User]:
        return (User(one.user_id, self._emulator) for one in self._emulator.user_connections())

    def row(self, item: User) -> dict[str, Any]:
        """One user as a row."""
        one = item.connection
        features = [feature.feature_id + ("" if feature.enabled else " (off)") for feature in one.user_features]
        return {"user_id": one.user_id, "status": one.status.value, "timezone": one.timezone, "features": features}
