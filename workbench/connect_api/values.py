"""What a field takes, and what it shows: the wire shapes of field values.

* text: a string. * dropdown: one option token. * checkboxes: a list of tokens.
* location: ``{lat, lng}``, with ``radius`` but for a point; ``address``, ``description`` and ``zoom`` at will.

Inside the emulator a value is what the service knows: the option's value, a location with numbers.
Connect API page, "Field types", "Update a user connection" and "Run an action".
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping

from workbench.connect_api.choices import Choices
from workbench.connect_api.responses import NOT_AN_OPTION
from workbench.connect_api.tokens import Mint
from workbench.connection.fields import Field, FieldType, Json, Option
from workbench.errors import FieldValueError

_SPAN = {"lat": 90.0, "lng": 180.0}
_OLD_NAMES = {"latitude": "lat", "longitude": "lng"}
HUGE = 1e15
"""Beyond what any part of a location means, and before numbers stop being exact."""
_TEXTS = ("address", "description")


class Tokens:
    """Mints and reads the option tokens that one user sends for the fields of one place (a step or a feature)."""

    def __init__(self, mint: Mint, place: str, user_id: str) -> None:
        self._mint, self._place, self._user_id = mint, place, user_id

    def mint(self, field: Field, option: Option) -> str:
        """The token of an option of the field."""
        return self._mint.option(self._place, field.id, self._user_id, option)

    def read(self, field: Field, token: Json) -> Option:
        """The option behind a token.

        Raises:
            FieldValueError: not a token minted for this field and user, or its option is gone.
        """
        option = self._minted(field, token)
        if option is None:
            raise FieldValueError(f"{NOT_AN_OPTION}{_hint(field, token)}")
        if field.options and all(one.value != option.value for one in field.options):
            gone = "What was picked" if field.secret else f"`{option.label}`"
            raise FieldValueError(f"{NOT_AN_OPTION} {gone} is no longer among the options.")
        return option

    def _minted(self, field: Field, token: Json) -> Option | None:
        if not isinstance(token, str):
            return None
        return self._mint.read_option(token, self._place, field.id, self._user_id)


def _hint(field: Field, token: Json) -> str:
    said = "What was sent" if field.secret else f"`{token}`"
    for option in field.options:
        if token == option.label:
            return f" {said} is an option's label."
        if token == option.value:
            return f" {said} is an option's plain value."
    return ""


def accept(field: Field, value: Json, tokens: Tokens, choices: Choices) -> tuple[Json, tuple[Option, ...]]:
    """A value as it came over the wire, checked, as the service knows it; and the options picked.

    Raises:
        FieldValueError: the field does not take it; the message says what it takes.
    """
    if field.type is FieldType.CHECKBOX_MULTI:
        if not isinstance(value, list):
            raise FieldValueError("A checkbox field takes a list of option tokens from the field options request.")
        picked = tuple(tokens.read(field, token) for token in value)
        return [option.value for option in picked], picked
    if field.type.has_options:
        option = tokens.read(field, value)
        return option.value, (option,)
    if field.type.is_location:
        return location(field, value), ()
    return text(value, choices), ()


def text(value: Json, choices: Choices) -> str:
    """A text value; numbers and booleans as their JSON text, if that is our choice."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float) and choices.text_values == "coerce":
        return json.dumps(value)
    raise FieldValueError(f"A text field takes a text, not {_named(value)}.")


def location(field: Field, value: Json) -> dict[str, Json]:
    """A location in the one shape that we keep: numbers, ``lat`` and ``lng``.

    Raises:
        FieldValueError: a part is missing or out of range.
    """
    if not isinstance(value, dict):
        raise FieldValueError(f"A location is an object with `lat` and `lng`, not {_told(field, value)}.")
    given = {_OLD_NAMES.get(name, name): part for name, part in value.items()}
    kept: dict[str, Json] = {name: _number(field, given, name) for name in ("lat", "lng")}
    for name, most in _SPAN.items():
        number = _number(field, given, name)
        if abs(number) > most:
            raise FieldValueError(f"`{name}` is between -{most:g} and {most:g}, not {_told(field, number)}.")
    if field.type is not FieldType.LOCATION_POINT or given.get("radius") is not None:
        kept["radius"] = radius = _number(field, given, "radius")
        if radius < 0:
            raise FieldValueError(f"`radius` is in metres and not negative, not {_told(field, radius)}.")
    for name in _TEXTS:
        if given.get(name) is not None:
            if not isinstance(given[name], str):
                raise FieldValueError(f"`{name}` of a location is a text.")
            kept[name] = given[name]
    if given.get("zoom") is not None:
        kept["zoom"] = _number(field, given, "zoom")
    return kept


def _number(field: Field, given: Mapping[str, Json], name: str) -> int | float:
    part = given.get(name)
    if part is None:
        raise FieldValueError(f"This location needs `{name}`, a number.")
    if isinstance(part, int | float) and not isinstance(part, bool) and abs(part) < HUGE:
        return part
    try:
        number = float(part) if isinstance(part, str) else math.nan
    except ValueError:
        number = math.nan
    if isinstance(part, int | float) and not isinstance(part, bool):
        raise FieldValueError(f"`{name}` of a location is a number below {HUGE:g}.")
    if not abs(number) < HUGE:  # also true of not-a-number
        raise FieldValueError(f"`{name}` of a location is a number, not {_told(field, part)}.")
    return int(number) if number.is_integer() else number


def _told(field: Field, value: Json) -> str:
    """A value in an error; never that of a secret field."""
    if field.secret:
        return "what was given"
    return f"{value}" if isinstance(value, int | float) and not isinstance(value, bool) else _named(value)


def own(field: Field) -> Json:
    """The value set by you (or the default) as the service knows it: a location in the one shape we keep."""
    return location(field, field.value) if field.type.is_location and field.value is not None else field.value


def shown(field: Field, value: Json, picked: Iterable[Option], tokens: Tokens) -> Json:
    """A stored value as the connection resource shows it."""
    if not field.type.has_options:
        return value
    if isinstance(value, list):
        return [{"label": one.label, "value": tokens.mint(field, one)} for one in _options(field, value, picked)]
    option = _options(field, [value], picked)[0]
    return {"group": option.group, "label": option.label, "value": tokens.mint(field, option)}


def sent_as(field: Field, value: Json, tokens: Tokens) -> Json:
    """A value that the service knows, as a caller sends it in ``fields``."""
    if not field.type.has_options:
        return value
    if isinstance(value, list):
        return [tokens.mint(field, option) for option in _options(field, value, ())]
    return tokens.mint(field, _options(field, [value], ())[0])


def _options(field: Field, values: list[Json], picked: Iterable[Option]) -> list[Option]:
    """The option behind each value; picked ones win, since they are what the user saw."""
    named = {option.value: option for option in (*field.options, *picked)}
    return [named.get(str(value)) or Option(label=str(value), value=str(value)) for value in values]


def pick(field: Field, value: Json, options: Iterable[Option], *, where: str) -> tuple[Json, tuple[Option, ...]]:
    """What a user enters on a form, checked: labels for dropdowns and checkboxes.

    Raises:
        FieldValueError: no such option, or several of that label; lists the options.
    """
    if field.type is FieldType.CHECKBOX_MULTI:
        labels = value if isinstance(value, list | tuple) else [value]
        picked = tuple(_by_label(field, label, tuple(options), where) for label in labels)
        return [option.value for option in picked], picked
    if field.type.has_options:
        option = _by_label(field, value, tuple(options), where)
        return option.value, (option,)
    try:
        return (location(field, value), ()) if field.type.is_location else (text(value, Choices()), ())
    except FieldValueError as error:
        raise FieldValueError(f"`{field.id}` of {where}: {error}") from None


def _by_label(field: Field, label: Json, options: tuple[Option, ...], where: str) -> Option:
    found = [option for option in options if label == full_label(option)]  # an ungrouped option has no other name
    found = found or [option for option in options if label == option.label]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(f"`{full_label(option)}`" for option in options[:20]) or "none"
    said = "What was given" if field.secret else repr(label)
    what = f"{said} is no option" if not found else f"{said} names {len(found)} options"
    raise FieldValueError(f"{what} of `{field.id}` of {where}. The options are: {listed}.")


def full_label(option: Option) -> str:
    """The label with its group, which tells apart options of the same label."""
    return f"{option.group} / {option.label}" if option.group else option.label


def _named(value: Json) -> str:
    if value is None:
        return "null"
    names = {
        bool: "a boolean",
        int: "a number",
        float: "a number",
        str: f"`{value}`",
        list: "a list",
        dict: "an object",
    }
    return names.get(type(value), type(value).__name__)
