"""What the page ``/`` shows: features and their fields, users, runs, the log; and the event that its form describes."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from workbench.connect_api.api_log import ApiLog, Entry
from workbench.connect_api.emulator import Emulator, TriggerEvent
from workbench.connect_api.users import UserConnection
from workbench.connection.definition import (
    ConnectionDefinition,
    Feature,
    FeatureStep,
    IngredientType,
    StepKind,
    Trigger,
)
from workbench.connection.events import sample_event
from workbench.connection.fields import Field, Json
from workbench.errors import NotEnabled, UnknownName, UsageError
from workbench.html import cell
from workbench.secret import MASK

Row = dict[str, Any]

_ENTRIES = 100
_RUNS = 20
_INGREDIENT = "ingredient."


# --- connection and users ---------------------------------------------------------------------------------------------


def features_shown(definition: ConnectionDefinition) -> list[Row]:
    """Each feature with a row for each field of each step; secret values masked."""
    return [
        {
            "title": feature.title or feature.id,
            "description": feature.description or "",
            "id": feature.id,
            "steps": [
                {
                    "kind": step.kind.value,
                    "step": step.step,
                    "label": step.label or step.step,
                    "fields": _fields(step.fields),
                }
                for step in feature.steps
            ],
            "fields": _fields(feature.fields),
        }
        for feature in definition.features
    ]


def _fields(fields: Sequence[Field]) -> list[Row]:
    return [
        {
            "label": one.label or one.id,
            "id": one.id if one.label and one.label != one.id else "",
            "visibility": one.visibility.value,
            "value": MASK if one.secret and one.value is not None else cell(one.value),
            "required": one.required,
        }
        for one in fields
    ]


def users_shown(definition: ConnectionDefinition, users: Sequence[UserConnection]) -> list[Row]:
    """Each user with their user features by title."""
    return [
        {
            "id": user.user_id,
            "status": user.status.value,
            "timezone": user.timezone,
            "features": [
                {"title": _title(definition, one.feature_id), "id": one.id, "enabled": one.enabled}
                for one in user.user_features
            ],
        }
        for user in users
    ]


def _title(definition: ConnectionDefinition, feature_id: str) -> str:
    feature = definition.feature(feature_id)
    return (feature.title if feature is not None else "") or feature_id


# --- the log ----------------------------------------------------------------------------------------------------------


def log_shown(log: ApiLog) -> list[Row]:
    """The latest entries, newest first."""
    return [_row(entry) for entry in log.rows(newest_first=True, limit=_ENTRIES)]


def _row(entry: Entry) -> Row:
    is_event = entry.direction == "event"
    what = "event" if is_event else f"{entry.method} {entry.path}"
    moment = datetime.fromtimestamp(entry.time, UTC)
    return {
        "id": entry.id,
        "time": moment.strftime("%Y-%m-%d %H:%M:%S"),
        "clock": moment.strftime("%H:%M:%S"),
        "direction": entry.direction,
        "what": what,
        "short": _short(entry, what),
        "step": entry.step or "",
        "user": entry.user_id or "",
        "status": entry.status if entry.status is not None else "",
        "tone": "" if is_event or entry.status is None else "good" if entry.status < 400 else "bad",
        "duration": "" if entry.duration_ms is None else f"{entry.duration_ms:.1f} ms",
        "note": " · ".join(part for part in (entry.fault, entry.note) if part),
    }


def _short(entry: Entry, what: str) -> str:
    """The request without what is the same in every row, and with the step where its path has none."""
    short = what.replace(f"/v2/connections/{entry.connection_id}", "…") if entry.connection_id else what
    return short if not entry.step or entry.step in short else f"{short} {entry.step}"


def runs_shown(emulator: Emulator) -> list[Row]:
    """The latest runs, newest first, as whoever runs scripts tells of them."""
    told = list(emulator.runs())[-_RUNS:]
    return [
        {"id": one.id, "title": one.title, "tone": "good" if one.is_good else "bad", "text": one.text}
        for one in reversed(told)
    ]


def entry_shown(entry: Entry) -> Row:
    """One entry whole: its row, its members, its texts, and why each field had its value."""
    members = {
        "transport": entry.transport, "target": entry.target, "run": entry.run_id, "query": entry.query,
        "connection": entry.connection_id, "user feature": entry.user_feature_id, "error code": entry.error_code,
        "request id": entry.request_id,
    }  # fmt: skip
    texts = {
        "Request headers": entry.request_headers, "Request body": entry.request_body,
        "Response headers": entry.response_headers, "Response body": entry.response_body,
    }  # fmt: skip
    return {
        **_row(entry),
        "members": {name: value for name, value in members.items() if value},
        "texts": {name: _pretty(text) for name, text in texts.items() if text},
        "decisions": _decisions(entry.decisions),
    }


def _decisions(text: str | None) -> list[Row]:
    made = json.loads(text) if text else []
    return [
        {
            "field": one["field"],
            "value": _candidate(one["winner"]) if one["winner"] else "no value",
            "lost": ", ".join(_candidate(loser) for loser in one["losers"]),
            "rule": one["rule"],
        }
        for one in made
    ]


def _candidate(candidate: Mapping[str, Any]) -> str:
    return f"{cell(candidate['value'])} ({candidate['source']})"


def _pretty(text: str) -> str:
    try:
        parsed = json.loads(text)
        if isinstance(parsed, list) and all(isinstance(one, list) and len(one) == 2 for one in parsed):
            return "\n".join(f"{name}: {value}" for name, value in parsed)
        return json.dumps(parsed, indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):  # some versions of Python read deeper than they write
        return text


# --- events -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class EventForm:
    """The form that fires one trigger: who can receive its event, and sample ingredients to change."""

    trigger: str
    label: str
    receivers: Sequence[tuple[str, str]]
    ingredients: Mapping[str, str]


def event_forms(emulator: Emulator) -> list[EventForm]:
    """One form for each trigger that the connection uses."""
    definition, forms = emulator.definition, []
    used = dict.fromkeys(step.step for _, step in definition.feature_steps(kind=StepKind.TRIGGER))
    for trigger in used:
        receivers = [
            (one.id, f"{user.user_id}: {_title(definition, one.feature_id)}")
            for user, one, _, _ in _receivers(emulator, trigger)
        ]
        sample = _sample(emulator, trigger)
        forms.append(
            EventForm(
                trigger=trigger,
                label=next(step.label for _, step in definition.feature_steps(trigger)) or trigger,
                receivers=receivers,
                ingredients={name: cell(value) for name, value in sample.items() if not isinstance(value, dict)},
            )
        )
    return forms


def _receivers(emulator: Emulator, trigger: str) -> list[tuple[UserConnection, Any, Feature, FeatureStep]]:
    """Every user feature, switched on by a user who has the connection enabled, that has the trigger."""
    having = {
        feature.id: (feature, step) for feature, step in emulator.definition.feature_steps(trigger, StepKind.TRIGGER)
    }
    return [
        (user, one, *having[one.feature_id])
        for user in emulator.user_connections()
        if user.is_enabled
        for one in user.user_features
        if one.enabled and one.feature_id in having
    ]


def _defined(emulator: Emulator, trigger: str) -> Trigger:
    found = emulator.definition.step(trigger, StepKind.TRIGGER)
    return found[1] if found is not None and isinstance(found[1], Trigger) else Trigger(id=trigger.partition(".")[2])


def _sample(emulator: Emulator, trigger: str) -> dict[str, Json]:
    return sample_event(_defined(emulator, trigger), emulator.seed, emulator.clock.now())


def event_from(emulator: Emulator, form: Mapping[str, Sequence[str]]) -> TriggerEvent:
    """The event that a form describes; what it leaves out is a sample.

    Raises:
        UnknownName: no such trigger, or ingredient.
        NotEnabled: the user feature cannot receive it.
        UsageError: an ingredient that is a number was given a text.
    """
    trigger = next(iter(form.get("trigger", ())), "")
    used = list(dict.fromkeys(step.step for _, step in emulator.definition.feature_steps(kind=StepKind.TRIGGER)))
    if trigger not in used:
        raise UnknownName("trigger", trigger, used)
    wanted = next(iter(form.get("receiver", ())), "")
    found = next((one for one in _receivers(emulator, trigger) if one[1].id == wanted), None)
    if found is None:
        raise NotEnabled("Nobody receives this event: the user must have enabled the connection, with this feature on.")
    user, mine, feature, step = found
    return TriggerEvent(
        trigger=trigger,
        user_id=user.user_id,
        feature_id=feature.id,
        user_feature_id=mine.id,
        user_feature_trigger_id=mine.trigger_id(step.id),
        ingredients={**_sample(emulator, trigger), **_given(_defined(emulator, trigger), form)},
        at=emulator.clock.now(),
    )


def _given(trigger: Trigger, form: Mapping[str, Sequence[str]]) -> dict[str, Json]:
    known = {one.id: one for one in trigger.ingredients}
    given: dict[str, Json] = {}
    for name, values in form.items():
        if not name.startswith(_INGREDIENT) or not values:
            continue
        ingredient = known.get(name.removeprefix(_INGREDIENT))
        if ingredient is None:
            raise UnknownName("ingredient", name.removeprefix(_INGREDIENT), known, where=f"of {trigger.id}")
        is_number = ingredient.type is IngredientType.NUMBER
        given[ingredient.id] = _number(ingredient.id, values[0]) if is_number else values[0].replace("\r\n", "\n")
    return given


def _number(name: str, text: str) -> Json:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise UsageError(f"The ingredient `{name}` is a number, not `{text}`.")
    return int(number) if number.is_integer() else number
