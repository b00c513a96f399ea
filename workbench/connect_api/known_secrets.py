"""The values of secret fields that a bench knows, and which members of an event hold one of them.

An event's ingredients are no fields, so that no name says which of them is secret: what they hold does. A value is
found where it is all that a text or a number says, however short it is, and inside a text where it is long enough to
be told from other words.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from workbench.connect_api.masking import SHORTEST_KEY
from workbench.connect_api.users import UserConnection
from workbench.connection.definition import ConnectionDefinition
from workbench.connection.fields import Json


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


def names_with(ingredients: Mapping[str, Json], values: frozenset[str]) -> tuple[str, ...]:
    """The ingredients that hold one of the values."""
    if not values:
        return ()
    long = [one for one in values if len(one) >= SHORTEST_KEY]
    return tuple(
        name
        for name, given in ingredients.items()
        if any(text in values or any(one in text for one in long) for text in _texts(given))
    )


class KnownValues:
    """The values of secret fields as they are now, gathered again only after something changed.

    Args:
        definition: the connection as it is now.
        users: everyone as they stand now.
    """

    def __init__(
        self, definition: Callable[[], ConnectionDefinition], users: Callable[[], Iterable[UserConnection]]
    ) -> None:
        self._definition, self._users = definition, users
        self._version = 0
        self._made: tuple[ConnectionDefinition, int, frozenset[str]] | None = None

    def changed(self) -> None:
        """A user came, changed or left."""
        self._version += 1

    def values(self, secret_fields: frozenset[str]) -> frozenset[str]:
        """All of them; ``secret_fields`` are the ids of the connection's secret fields."""
        if not secret_fields:
            return frozenset()
        definition, version, made = self._definition(), self._version, self._made
        if made is None or made[0] is not definition or made[1] != version:
            stored = (text for user in self._users() for text in stored_values(user, secret_fields))
            values = frozenset((*given_values(definition), *stored)) - {""}
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
