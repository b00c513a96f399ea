"""Who has enabled the connection, with which values, in which state.

Frozen values. A user connection goes never enabled → pending → enabled ⇄ disabled. A user feature holds the
user's values for one feature; several may share a feature. Values are kept as the service knows them, and for
dropdowns and checkboxes the options that the user picked are kept beside them, for their labels. They do not know which
fields are secret, so their reprs name the fields that are set and show no value.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from workbench.clock import DEFAULT_ZONE
from workbench.connection.fields import Json, Option
from workbench.secret import Secret

FEATURE_LEVEL = ""
"""The place of a feature's own fields among a user feature's values; steps are placed by feature-step id."""

Values = Mapping[str, Mapping[str, Json]]
Picked = Mapping[str, Mapping[str, tuple[Option, ...]]]


class Status(StrEnum):
    """Where a user stands with the connection."""

    PENDING = "pending"
    ENABLED = "enabled"
    DISABLED = "disabled"


@dataclass(frozen=True, kw_only=True)
class UserFeature:
    """One feature as one user has it; ``id`` is the ``user_feature_id``.

    ``values`` and ``picked`` map a place (feature-step id, or ``""`` for the feature's own fields) to field ids.
    A step that is not among ``values`` has nothing stored for it.
    """

    id: str
    feature_id: str
    enabled: bool = True
    values: Values = field(default_factory=dict)
    picked: Picked = field(default_factory=dict)

    def values_of(self, place: str) -> Mapping[str, Json]:
        """What the user set at one place; empty if nothing."""
        return self.values.get(place, _NOTHING)

    def trigger_id(self, feature_step_id: str) -> str:
        """The ``user_feature_trigger_id`` of one of its triggers."""
        return uuid_of(self.id, feature_step_id)

    def __repr__(self) -> str:
        places = [f"{place or 'the feature'}: {', '.join(set_)}" for place, set_ in self.values.items() if set_]
        state = "on" if self.enabled else "off"
        return f"<UserFeature {self.id} of {self.feature_id}: {state}; set: {'; '.join(places) or 'nothing'}>"


@dataclass(frozen=True, kw_only=True)
class UserConnection:
    """One user of the connection. ``user_features`` are in order: the first is the default of calls."""

    user_id: str
    status: Status = Status.ENABLED
    timezone: str = DEFAULT_ZONE
    configuration: Mapping[str, Json] = field(default_factory=dict)
    configuration_picked: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)
    user_features: tuple[UserFeature, ...] = ()

    @property
    def is_enabled(self) -> bool:
        """Whether triggers fire and calls are answered."""
        return self.status is Status.ENABLED

    def user_feature(self, user_feature_id: str) -> UserFeature | None:
        """The user feature of that id, or None."""
        return next((one for one in self.user_features if one.id == user_feature_id), None)

    def __repr__(self) -> str:
        set_ = ", ".join(self.configuration) or "nothing"
        features = ", ".join(one.id for one in self.user_features) or "none"
        told = f"{self.status}, {self.timezone}; set: {set_}; user features: {features}"
        return f"<UserConnection of {self.user_id!r}: {told}>"


@dataclass(frozen=True, kw_only=True)
class AccessCode:
    """A provisional access code, and the OAuth code of the service that it stands for; None: it was used."""

    code: Secret
    oauth_code: Secret | None
    expires: datetime


def user_feature_id(seed: int, connection_id: str, user_id: str, feature_id: str, number: int) -> str:
    """The id of a user's ``number``-th user feature of a feature (from 0): the same each time."""
    return uuid_of(str(seed), connection_id, user_id, feature_id, str(number))


def uuid_of(*parts: str) -> str:
    """A UUID that depends on the parts and nothing else."""
    text = "\x00".join(parts).encode("utf-8", "surrogatepass")
    digest = hashlib.blake2b(text, digest_size=16, person=b"workbench").digest()
    return str(uuid.UUID(bytes=digest, version=4))


_NOTHING: Mapping[str, Json] = {}
