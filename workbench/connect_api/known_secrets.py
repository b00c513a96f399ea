"""The values of secret fields that a bench knows, and where they stand under names that say nothing of it.

An event's ingredients are no fields, and a script may copy a value to a field that is not secret, or print it: what
they hold tells. A value is found inside a text where it is long enough to be told from other words; in an ingredient or
a field however short it is, where it is all that the text or number says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from workbench.connect_api.masking import WHOLE
from workbench.connect_api.spelled import SHORTEST, Spelled, spelled
from workbench.connect_api.users import UserConnection
from workbench.connection.definition import ConnectionDefinition
from workbench.connection.fields import Candidate, Decision
from workbench.secret import MASK, Secret


def given_values(definition: ConnectionDefinition) -> Iterator[str]:
    """The values that the connection itself gives to its secret fields."""
    features = definition.features
    for fields in (
        definition.configuration,
        *(feature.fields for feature in features),
        *(step.fields for feature in features for step in feature.steps),
    ):
        yield from (text for one in fields if one.secret for text in _texts(one.value))


def stored_values(user: UserConnection, secret_fields: frozenset[str]) -> Iterator[str]:
    """The values that a user has set for fields of those ids."""
    places = (user.configuration, *(values for one in user.user_features for values in one.values.values()))
    for values in places:
        yield from (text for name, value in values.items() if name in secret_fields for text in _texts(value))


class SecretValues:
    """What is looked for: the values of secret fields, at one moment, and what is no field's but as secret.

    The lines of a value, as a private key has them, are as secret as the whole. Falsy where there are none. Its repr
    has no value.
    """

    __slots__ = ("_all", "_long")

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._all = frozenset(line.strip() for one in values for line in (one, *one.splitlines())) - {""}
        self._long = _by_core(sorted(self._all, key=len, reverse=True))

    def with_keys(self, keys: Iterable[Secret]) -> SecretValues:
        """These, and keys, tokens and codes."""
        both = SecretValues()
        both._all, both._long = self._all, _by_core(one.reveal() for one in keys) + self._long
        return both

    def __bool__(self) -> bool:
        return bool(self._all or self._long)

    def __repr__(self) -> str:
        return f"<SecretValues: {len(self._all)}>"

    @property
    def long(self) -> tuple[str, ...]:
        """Those that can be told from other words."""
        return tuple(one for one in self._all if len(one) >= SHORTEST)

    def are_in(self, given: Any) -> bool:
        """Whether an ingredient or the value of a field holds one, however short."""
        return any(text.strip() in self._all or self._is_inside(text) for text in _texts(given))

    def names_in(self, content: Any) -> frozenset[str]:
        """The names under which a body holds one: members' names, or the id of a field whose ``value`` does.

        ``WHOLE`` where it stands under no name.
        """
        if not self._long:
            return frozenset()
        try:
            return frozenset(self._names(content, WHOLE))
        except RecursionError:
            return frozenset()  # what is nested so deep is masked whole

    def text(self, text: str) -> str:
        """The text without them."""
        return MASK if text.strip() in self._all else self.inside(text)

    def inside(self, text: str) -> str:
        """The text without those that can be told from other words."""
        for core, one in self._long:
            if core in text:
                text = one.hide(text)
        return text

    def decisions(self, decisions: tuple[Decision, ...]) -> tuple[Decision, ...]:
        """The decisions, secret where a candidate holds one."""
        return tuple(replace(one, secret=True) if self._decide(one) else one for one in decisions)

    def _decide(self, decision: Decision) -> bool:
        candidates: tuple[Candidate | None, ...] = (decision.winner, *decision.losers)
        return any(one is not None and self.are_in(one.value) for one in candidates)

    def _is_inside(self, text: str) -> bool:
        return any(core in text and one.is_in(text) for core, one in self._long)

    def _names(self, content: Any, name: str) -> Iterator[str]:
        if isinstance(content, str):
            yield from (name,) if self._is_inside(content) else ()
        elif isinstance(content, int | float):
            yield from (name,) if self._is_inside(json.dumps(content)) else ()
        elif isinstance(content, list):
            yield from (found for one in content for found in self._names(one, name))
        elif isinstance(content, dict):
            ids = [one for one in (content.get("field_id"), content.get("id")) if isinstance(one, str)]
            for key, one in content.items():
                yield from (name,) if self._is_inside(key) else ()
                yield from self._names(one, ids[0] if ids and key == "value" else key)


def _by_core(texts: Iterable[str]) -> tuple[tuple[str, Spelled], ...]:
    """What is looked for in a text, beside the part of it that tells most texts at once from those that hold it."""
    return tuple((one.core, one) for text in texts for one in spelled(Secret(text)))


_NONE = SecretValues()


class KnownValues:
    """The values of secret fields as they are now, gathered again only after something changed.

    One that can be told from other words stays known when it is changed: a script may have been given it before.

    Args:
        definition: the connection as it is now.
        users: everyone as they stand now.
    """

    def __init__(
        self, definition: Callable[[], ConnectionDefinition], users: Callable[[], Iterable[UserConnection]]
    ) -> None:
        self._definition, self._users = definition, users
        self._version = 0
        self._made: tuple[ConnectionDefinition, int, SecretValues] | None = None
        self._were: frozenset[str] = frozenset()

    def changed(self) -> None:
        """A user came, changed or left."""
        self._version += 1

    def values(self, secret_fields: frozenset[str]) -> SecretValues:
        """All of them; ``secret_fields`` are the ids of the connection's secret fields."""
        if not secret_fields:
            return _NONE
        definition, version, made = self._definition(), self._version, self._made
        if made is None or made[0] is not definition or made[1] != version:
            stored = (text for user in self._users() for text in stored_values(user, secret_fields))
            values = SecretValues((*given_values(definition), *stored, *self._were))
            self._were = self._were.union(values.long)
            made = self._made = (definition, version, values)
        return made[2]


def _texts(value: Any) -> Iterator[str]:
    """The texts and numbers of a JSON value, as texts."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield json.dumps(value)
    elif isinstance(value, list):
        yield from (text for one in value for text in _texts(one))
    elif isinstance(value, dict):
        yield from (text for one in value.values() for text in _texts(one))
