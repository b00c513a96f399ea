"""What is typed in a terminal, as values: a connection, a trigger, ingredients, values of fields."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import Ambiguous, ConnectionFileError, UsageError, nearest

if TYPE_CHECKING:
    from workbench.connection.document import Connection


def connection_of(name: str) -> Connection:
    """The connection of a file, or the sample of that name.

    Raises:
        ConnectionFileError: there is neither, or the file cannot be read.
    """
    from workbench.connection.document import Connection, samples

    if is_file(name):
        return Connection.load(name)
    if name in samples():
        return Connection.sample(name)
    close = nearest(name, samples())
    cure = f" Did you mean `{close}`?" if close else ""
    problem = f"There is no such file, nor a sample of that name ({', '.join(samples())}).{cure}"
    raise ConnectionFileError(problem, path=name or None)


def is_file(name: str) -> bool:
    """Whether a file is meant, be it there or not, and no sample."""
    return name != "" and (Path(name).suffix in {".yaml", ".yml"} or Path(name).exists())


def only_trigger(connection: Connection) -> str:
    """The trigger of a connection that has just one.

    Raises:
        UsageError: it has none.
        Ambiguous: it has several; lists them.
    """
    from workbench.connection.definition import StepKind

    triggers = sorted({step.step for _, step in connection.definition.feature_steps(kind=StepKind.TRIGGER)})
    if not triggers:
        raise UsageError(
            f"`{connection.name}` has no trigger, so no event can be fired: your own server or app runs its actions. "
            "`workbench serve` lets it do so here; in Python, `bench.client(user).run(step, fields)`."
        )
    if len(triggers) > 1:
        raise Ambiguous(
            f"`{connection.name}` has several triggers; say which: " + ", ".join(f"--trigger {t}" for t in triggers)
        )
    return triggers[0]


def ingredients_of(event: Path | None, pairs: list[str]) -> dict[str, Any]:
    """The ingredients in a file, and those typed as NAME=VALUE."""
    from workbench.connection.events import read_event

    ingredients: dict[str, Any] = {}
    if event is not None:
        ingredients |= read_event(event)
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise UsageError(f"`--ingredient {pair}`: write it as NAME=VALUE.")
        ingredients[name] = text
    return ingredients


def is_text(argument: str) -> bool:
    """Whether an argument was readable: Python keeps bytes that are no UTF-8 as lone surrogates."""
    return not any("\ud800" <= one <= "\udfff" for one in argument)


def values_of(pairs: list[str]) -> dict[str, dict[str, Any]]:
    """What a user sets, typed as STEP:FIELD=VALUE."""
    values: dict[str, dict[str, Any]] = {}
    for pair in pairs:
        place, equals, text = pair.partition("=")
        step, colon, field = place.rpartition(":")
        if not equals or not colon:
            raise UsageError(f"`--value {pair}`: write it as STEP:FIELD=VALUE, e.g. sms.send_me_text:message=hi.")
        values.setdefault(step, {})[field] = _value(text)
    return values


def _value(text: str) -> Any:
    """A value as one types it: JSON where it begins like an object or a list (a location, checkboxes), else text."""
    if not text.startswith(("{", "[")):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
