"""Which values a field takes, by its type.

Rules of this file (Connect API page, "Field types"):

* Text fields take text.
* A dropdown takes the value of one of its options, checkboxes a list of them; where the service supplies the
  options while the connection runs, any text may be one.
* A location takes ``lat`` and ``lng``, and, but for a point, ``radius``; ``address``, ``description`` and ``zoom``
  may follow.
"""

from __future__ import annotations

import math

from workbench.connection.fields import Field, FieldType, Json, Option
from workbench.errors import FieldValueError, nearest

_LOCATION_KEYS = ("lat", "lng", "radius", "address", "description", "zoom")


def taken(field: Field, value: Json) -> Json:
    """``value`` as the field keeps it: the label of an option becomes its value.

    Raises:
        FieldValueError: the field does not take it; says what it takes.
    """
    if value is None:
        return None
    if field.type is FieldType.CHECKBOX_MULTI and isinstance(value, list):
        value = [_option_value(field, item) if isinstance(item, str) else item for item in value]
    elif field.type.has_options and isinstance(value, str):
        value = _option_value(field, value)
    problem = value_problem(field, value)
    if problem is not None:
        raise FieldValueError(problem)
    return value


def value_problem(field: Field, value: Json) -> str | None:
    """Why the field does not take ``value``; None if it does. The value None is no value, which every field takes."""
    if value is None:
        return None
    if field.type.is_location:
        return _location_problem(field, value)
    if field.type is FieldType.CHECKBOX_MULTI:
        return _checkbox_problem(field, value)
    if not isinstance(value, str):
        return f"Field `{field.id}` ({field.type}) takes text, not {_named(value, field)}."
    return _option_problem(field, value) if field.type.has_options else None


def options_text(field: Field) -> str:
    """The options as a person reads them in a message."""
    shown = [
        f"{option.label!r} ({option.value})" if option.label != option.value else repr(option.value)
        for option in field.options
    ]
    return ", ".join(shown[:20]) + (f" and {len(shown) - 20} more" if len(shown) > 20 else "")


def _option_value(field: Field, given: str) -> str:
    """The value of the option that ``given`` names by value or by label."""
    if not field.options or any(option.value == given for option in field.options):
        return given
    for fold in (str, str.casefold):
        found = [option for option in field.options if fold(option.label) == fold(given)]
        if len(found) == 1:
            return found[0].value
        if found:
            raise FieldValueError(_ambiguous(field, given, found))
    raise FieldValueError(_option_problem(field, given) or "")


def _ambiguous(field: Field, given: str, found: list[Option]) -> str:
    choices = ", ".join(f"`{option.value}`" + (f" in {option.group}" if option.group else "") for option in found)
    shown = "it was given" if field.secret else repr(given)
    return f"Several options of field `{field.id}` have the label {shown}: name one by its value: {choices}."


def _option_problem(field: Field, value: str) -> str | None:
    if not field.options or any(option.value == value for option in field.options):
        return None
    close = nearest(value, [name for option in field.options for name in (option.value, option.label)])
    hint = f" Did you mean `{close}`?" if close else ""
    shown = "What it was given" if field.secret else repr(value)
    return f"{shown} is no option of field `{field.id}`.{hint} It takes {options_text(field)}."


def _checkbox_problem(field: Field, value: Json) -> str | None:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return f"Field `{field.id}` (CHECKBOX_MULTI) takes a list of option values, not {_named(value, field)}."
    if len(set(map(str, value))) != len(value):
        return f"Field `{field.id}` (CHECKBOX_MULTI) has an option twice."
    return next((problem for item in value if (problem := _option_problem(field, str(item)))), None)


def _location_problem(field: Field, value: Json) -> str | None:
    needs = ["lat", "lng"] if field.type is FieldType.LOCATION_POINT else ["lat", "lng", "radius"]
    example = (
        "{" + ", ".join(f"{key}: {number}" for key, number in zip(needs, ("51.5", "-0.12", "300"), strict=False)) + "}"
    )
    if not isinstance(value, dict):
        return f"Field `{field.id}` ({field.type}) takes a location such as {example}, not {_named(value, field)}."
    missing = [key for key in needs if key not in value]
    if missing:
        lacks = " and ".join(f"`{key}`" for key in missing)
        return f"The location of field `{field.id}` ({field.type}) lacks {lacks}: {example}."
    unknown = [key for key in value if key not in _LOCATION_KEYS]
    if unknown:
        return f"A location has no `{unknown[0]}`; it has {', '.join(_LOCATION_KEYS)} (field `{field.id}`)."
    limits = {"lat": (-90, 90), "lng": (-180, 180), "radius": (0, math.inf), "zoom": (0, 30)}
    for key, (low, high) in limits.items():
        number = value.get(key, 0)
        if isinstance(number, bool) or not isinstance(number, int | float) or not low <= number <= high:
            wanted = f"a number from {low} to {high}" if high < math.inf else "a number of metres"
            return f"`{key}` in field `{field.id}` is {wanted}, not {_named(number, field)}."
    return None


def _named(value: Json, field: Field) -> str:
    if field.secret:
        return "what it was given"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return f"{value!r}" if isinstance(value, str) else str(value).lower()
