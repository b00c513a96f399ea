"""The words of a field: what its value is, in the document's own terms, and what a call would send without an override.

The terms are those of "Tips on configuration" (Connections page): "Set by the user", "`blue` (default)".
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from workbench.connection.fields import Field, FieldType, Json, Source, Visibility, decide
from workbench.secret import MASK

SET_BY_THE_USER = "Set by the user"
NO_VALUE = "No value"
TYPES = {
    FieldType.TEXT_FIELD: "text",
    FieldType.TEXT_AREA: "long text",
    FieldType.COLLECTION_SELECT: "dropdown",
    FieldType.DOUBLE_COLLECTION_SELECT: "dropdown in groups",
    FieldType.CHECKBOX_MULTI: "checkboxes",
    FieldType.LOCATION_POINT: "location: a point",
    FieldType.LOCATION_RADIUS: "location: an area",
    FieldType.LOCATION_ENTER: "location: an area you enter",
    FieldType.LOCATION_EXIT: "location: an area you exit",
    FieldType.LOCATION_ENTER_AND_EXIT: "location: an area you enter and exit",
    FieldType.LOCATION_ENTER_OR_EXIT: "location: an area you enter or exit",
}
"""The field types as people who never saw their wire names would call them."""

_LONGEST = 200
_OTHERS = {
    "trigger": "The trigger watches with",
    "feature": "The feature has",
    "configuration": "The script reads",
}


def value_text(field: Field, value: Json) -> str:
    """A value as people read it: an option by its label, a location in a line, a secret as a mask; cut where long."""
    if field.secret and value is not None:
        return MASK
    text = _text(field, value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _text(field: Field, value: Json) -> str:
    if isinstance(value, str):
        return _label(field, value)
    if isinstance(value, list):
        return ", ".join(_label(field, one) if isinstance(one, str) else json.dumps(one) for one in value)
    if isinstance(value, dict) and {"lat", "lng"} <= value.keys():
        radius = f" within {value['radius']} m" if "radius" in value else ""
        address = f", {value['address']}" if value.get("address") else ""
        return f"{value['lat']}, {value['lng']}{radius}{address}"
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _label(field: Field, value: str) -> str:
    return next((option.label for option in field.options if option.value == value), value)


def value_words(field: Field) -> tuple[str, str]:
    """The value column of the document's tables, as (what stands as code, the words after it)."""
    is_customizable = field.visibility is Visibility.CUSTOMIZABLE
    if field.value is None:
        return "", SET_BY_THE_USER if is_customizable else NO_VALUE
    return value_text(field, field.value), "(default)" if is_customizable else ""


def sent_head(kind: str) -> str:
    """What stands over the values that are sent: no call sends those of a trigger, a feature or the configuration."""
    return _OTHERS.get(kind, "A call without override would send")


def sent(field: Field, kind: str, user: Mapping[str, Json]) -> dict[str, str]:
    """What a call without an override would send for a field.

    Args:
        field: the field.
        kind: trigger, query or action; "feature" or "configuration" for fields of those themselves.
        user: what a user might have set.

    Returns:
        ``value``, as people read it ("" if none); ``why``, where it comes from; ``says``, both as a sentence.
    """
    decision = decide(field, call={}, user=user)
    start = sent_head(kind)
    if decision.winner is None:
        why = "what the user sets" if field.is_customizable else "nothing"
        if field.is_customizable and not field.required:
            why = "what the user sets, or nothing"
        return {"value": "", "why": why, "says": f"{start} {why}."}
    value = value_text(field, decision.winner.value)
    losers = "".join(f"; it beats the default {value_text(field, one.value)}" for one in decision.losers)
    why = {
        Source.YOU: "set by you",
        Source.DEFAULT: "the default, until the user sets another",
        Source.USER: f"set by the user{losers}",
    }[decision.winner.source]
    return {"value": value, "why": why, "says": f"{start} `{value}`: {why}."}
