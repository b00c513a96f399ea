"""Trigger events: from a file, checked, and samples from the ingredients, the same for the same seed.

An ingredient's example says the form. Dates take the form of their example: IFTTT's own
("April 20, 2021 at 04:20PM") or ISO 8601.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

from workbench.connection.definition import Ingredient, IngredientType, Trigger
from workbench.connection.fields import Json
from workbench.errors import UsageError

_WORDS = (
    *("morning", "garden", "river", "paper", "copper", "winter", "lantern", "harbour", "violin", "orchard"),
    *("meadow", "granite", "saffron", "compass", "thunder", "feather", "marble", "willow", "ember", "cobalt"),
)
_OPENINGS = ("A walk through the", "How to draw the", "Notes on the", "Ten minutes of the", "The secret of the")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_IFTTT_DATE = re.compile(r"[A-Z][a-z]+ \d{1,2}, \d{4} at \d{2}:\d{2}[AP]M")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_DEEPEST = 20  # levels: what carries an event to a script takes a few more
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def read_event(path: Path) -> dict[str, Any]:
    """The JSON object in a file of an event.

    Raises:
        UsageError: the file cannot be read, or holds no JSON object.
    """
    try:
        read = json.loads(path.read_bytes(), parse_constant=_no_constant)
    except RecursionError:
        raise UsageError(f"The event in {path} cannot be read: too many levels, one inside the other.") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"The event in {path} cannot be read: {error}.") from None
    if not isinstance(read, dict):
        raise UsageError(f'{path} should hold one JSON object of ingredients, e.g. {{"title": "Hello"}}.')
    return read


def check_ingredient(name: str, value: object) -> None:
    """Check that an ingredient can be given to a script.

    Raises:
        UsageError: it is no JSON, or has more than 20 levels.
    """
    try:
        json.dumps(value, allow_nan=False)
        is_deep = _depth(value) > _DEEPEST
    except RecursionError:
        is_deep = True
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"The ingredient `{name}` is no JSON: {error}. Give text, a finite number, True, False, None, "
            "or lists and dicts of them."
        ) from None
    if is_deep:
        raise UsageError(f"The ingredient `{name}` has more than {_DEEPEST} levels. Give it flatter.")


def _depth(value: object) -> int:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else None
    return 0 if inside is None else 1 + max((_depth(one) for one in inside), default=0)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def sample_event(trigger: Trigger, seed: int = 0, now: datetime | None = None) -> dict[str, Json]:
    """An event of the trigger: one value an ingredient.

    Args:
        trigger: whose ingredients the event carries.
        seed: the same seed gives the same event; seed 0 gives texts as the examples have them.
        now: the moment of the event; dates lie in the day before it.
    """
    moment = now or datetime(2021, 4, 20, 16, 20, tzinfo=UTC)
    chance = random.Random(f"{trigger.id}/{seed}")  # noqa: S311 - sample data, no secret
    subject = f"{chance.choice(_WORDS)} {chance.choice(_WORDS)}"
    moment -= timedelta(minutes=chance.randrange(1440) if seed else 0)
    return {one.id: _value(one, chance, subject, moment, exact=seed == 0) for one in trigger.ingredients}


def sample_events(
    trigger: Trigger, count: int, seed: int = 0, now: datetime | None = None
) -> Iterator[dict[str, Json]]:
    """``count`` different events, from ``seed`` on."""
    return (sample_event(trigger, seed + number, now) for number in range(count))


def _value(one: Ingredient, chance: random.Random, subject: str, moment: datetime, *, exact: bool) -> Json:
    if one.type in (IngredientType.DATE, IngredientType.DATE_TIME) or _IFTTT_DATE.fullmatch(one.example):
        return _date(one, moment)
    if one.type is IngredientType.QUERY:
        return {"type": "query", "fields": {}}
    if exact and one.example:
        return _number(one.example) if one.type is IngredientType.NUMBER else one.example
    if one.type is IngredientType.NUMBER:
        return chance.randrange(1, 100)
    if one.type is IngredientType.STRING:
        return _text(one, chance, subject)
    return (
        _varied(one.example, chance) if one.example else f"https://example.com/{_token(chance, 11)}{_ending(one.type)}"
    )


def _date(one: Ingredient, moment: datetime) -> str:
    if _IFTTT_DATE.fullmatch(one.example):
        return ifttt_date(moment)
    if one.type is IngredientType.DATE or _DAY.fullmatch(one.example):
        return moment.date().isoformat()
    return moment.isoformat(timespec="seconds")


def ifttt_date(moment: datetime) -> str:
    """A moment as IFTTT's ingredients write it.

    >>> ifttt_date(datetime(2021, 4, 20, 16, 20))
    'April 20, 2021 at 04:20PM'
    """
    hour, half = (moment.hour % 12 or 12), "AM" if moment.hour < 12 else "PM"
    return f"{_MONTHS[moment.month - 1]} {moment.day:02d}, {moment.year} at {hour:02d}:{moment.minute:02d}{half}"


def _text(one: Ingredient, chance: random.Random, subject: str) -> str:
    if one.example.casefold() in ("true", "false"):
        return chance.choice(("true", "false"))
    if re.fullmatch(r"-?\d+(\.\d+)?", one.example):
        return str(chance.randrange(1, 100))
    if one.example.startswith("<") or "://" in one.example:
        return _varied(one.example, chance)
    return _words(one, chance, subject)


def _words(one: Ingredient, chance: random.Random, subject: str) -> str:
    if re.search(r"description|body|message|text|content", one.id):
        return f"{chance.choice(_OPENINGS)} {subject}, told by somebody who was there."
    if re.search(r"name|author|channel", one.id):
        return subject.title()
    if " " not in one.example and one.example.islower():
        return one.example
    return f"{chance.choice(_OPENINGS)} {subject}"


def _varied(example: str, chance: random.Random) -> str:
    """An address like the example, with another last part."""
    token = re.search(r"[A-Za-z0-9_-]*\d[A-Za-z0-9_-]*(?=[^A-Za-z0-9_-]*$|[\"'/.])", example)
    if token is None:
        return f"{example}{'&' if '?' in example else '?'}v={_token(chance, 11)}" if "://" in example else example
    return example[: token.start()] + _token(chance, len(token[0])) + example[token.end() :]


def _token(chance: random.Random, length: int) -> str:
    return "".join(chance.choice(_LETTERS) for _ in range(max(length, 4)))


def _ending(kind: IngredientType) -> str:
    return {IngredientType.IMAGE_URL: ".jpg", IngredientType.FILE_URL: ".pdf"}.get(kind, "")


def _number(text: str) -> Json:
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return text
