"""What an exchange is decided on: the connection, who uses it, who may call, the time, the seed, the choices.

``Index`` holds the look-ups of one definition, made once, since a backtest asks millions of times.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from workbench.connect_api.choices import Choices
from workbench.connect_api.responses import forbidden, unknown_id
from workbench.connect_api.tokens import Mint
from workbench.connect_api.users import AccessCode, Status, UserConnection, UserFeature
from workbench.connect_api.values import own
from workbench.connection.definition import (
    Action,
    ConnectionDefinition,
    Feature,
    FeatureStep,
    Query,
    StepKind,
    Trigger,
)
from workbench.connection.fields import Field
from workbench.errors import FieldValueError
from workbench.secret import Secret


@dataclass(frozen=True, kw_only=True)
class UsedStep:
    """A step that some feature uses; ``by_feature`` maps feature ids to the step as that feature has it."""

    kind: StepKind
    id: str
    by_feature: Mapping[str, FeatureStep]
    defined: Trigger | Query | Action | None

    @property
    def place(self) -> str:
        """What its option tokens belong to."""
        return f"{self.kind.plural}/{self.id}"

    def fields(self) -> dict[str, Field]:
        """Its fields over all features, the first feature's first; options of same fields joined."""
        joined: dict[str, Field] = {}
        for step in self.by_feature.values():
            for one in step.fields:
                known = joined.get(one.id, one)
                more = tuple(option for option in one.options if option not in known.options)
                joined[one.id] = replace(known, options=known.options + more) if more else known
        return joined


class Index:
    """The look-ups of one definition; fields in it have their own values in the shape that services know."""

    def __init__(self, definition: ConnectionDefinition, seed: int) -> None:
        self.definition = definition
        self.mint = Mint(seed, definition.id)
        self.features: dict[str, Feature] = {feature.id: _ready(feature) for feature in definition.features}
        self.ready = replace(definition, features=tuple(self.features.values()))
        self.steps: dict[tuple[StepKind, str], UsedStep] = {}
        self.configuration = tuple(_ready_field(one) for one in definition.configuration)
        for feature in self.features.values():
            for step in feature.steps:
                self._add(feature, step)
        everywhere = [
            one
            for fields in (
                self.configuration,
                *(feature.fields for feature in definition.features),
                *(step.fields for _, step in definition.feature_steps()),
            )
            for one in fields
        ]
        self.field_ids = frozenset(one.id for one in everywhere)
        self.secret_fields = frozenset(one.id for one in everywhere if one.secret)

    def _add(self, feature: Feature, step: FeatureStep) -> None:
        key = (step.kind, step.step)
        known = self.steps.get(key)
        by_feature = {**(known.by_feature if known else {})}
        by_feature.setdefault(feature.id, step)
        found = self.definition.step(step.step, step.kind)
        self.steps[key] = UsedStep(
            kind=step.kind, id=step.step, by_feature=by_feature, defined=found[1] if found else None
        )

    def step(self, kind: StepKind, step_id: str) -> UsedStep:
        """The step of that kind and id.

        Raises:
            Refusal: no feature uses such a step.
        """
        used = self.steps.get((kind, step_id))
        if used is None:
            raise unknown_id(kind.value)
        return used


def _ready(feature: Feature) -> Feature:
    steps = tuple(replace(step, fields=tuple(_ready_field(one) for one in step.fields)) for step in feature.steps)
    return replace(feature, fields=tuple(_ready_field(one) for one in feature.fields), steps=steps)


def _ready_field(one: Field) -> Field:
    try:
        value = own(one)
    except FieldValueError:  # `connection.problems()` tells; a call says what it lacks
        return one
    return one if value is one.value else replace(one, value=value)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """All that ``receive`` and ``settle`` look at besides the request."""

    index: Index
    users: Mapping[str, UserConnection]
    is_key: Callable[[str | Secret], bool]
    now: datetime
    seed: int = 0
    user_tokens: Mapping[Secret, str] = field(default_factory=dict)
    access_codes: Mapping[Secret, AccessCode] = field(default_factory=dict)
    choices: Choices = field(default_factory=Choices)

    @property
    def definition(self) -> ConnectionDefinition:
        """The connection."""
        return self.index.definition

    def enabled_user(self, user_id: str) -> UserConnection:
        """The user, who has the connection enabled.

        Raises:
            Refusal: 403; the message says where the user stands.
        """
        user = self.users.get(user_id)
        if user is None:
            raise forbidden("This user has not enabled the connection")
        if user.status is Status.ENABLED:
            return user
        if user.status is Status.PENDING:
            raise forbidden("The user's connection is pending: complete it with an update of the user connection")
        raise forbidden("The user has disabled the connection")

    def user_feature(
        self, user: UserConnection, used: UsedStep, user_feature_id: str | None
    ) -> tuple[UserFeature, FeatureStep]:
        """The user feature whose values a call uses: the named one, else the first enabled one that has the step.

        Raises:
            Refusal: 404 for one that is not the user's or lacks the step, 403 where it is switched off.
        """
        if user_feature_id is not None:
            named = user.user_feature(user_feature_id)
            step = used.by_feature.get(named.feature_id) if named is not None else None
            if named is None or step is None:
                raise unknown_id("user feature")
            if not named.enabled:
                raise forbidden("The user has switched this feature off")
            return named, step
        for one in user.user_features:
            step = used.by_feature.get(one.feature_id)
            if step is not None and one.enabled:
                return one, step
        raise forbidden(f"The user has no enabled feature with this {used.kind.value}")
