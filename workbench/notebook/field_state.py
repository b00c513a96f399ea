"""A connection's fields as plain data for the browser: groups of a feature, sections of a step, rows of a field.

Nothing secret is in it: where a field is secret, the browser learns whether there is a value, never which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from workbench.connection.definition import ConnectionDefinition, Feature, FeatureStep
from workbench.connection.edits import Where
from workbench.connection.fields import Field, Json, Visibility
from workbench.connection.problem import Code, Problem, Severity
from workbench.notebook import option_text
from workbench.notebook.field_words import TYPES, sent, sent_head, value_words

State: TypeAlias = dict[str, Any]
Trials: TypeAlias = Mapping[Where, Json]
"""What one tried as the user of the connection, by field."""

Cures: TypeAlias = Mapping[Code, str]
"""Cures for people with a mouse, where the problem's own cure is a line of code."""

CURES: Cures = {Code.MISSING_VALUE: "Give it a value, or let the user set it: choose “Customizable by the user”."}
"""Those of every widget on fields."""


def problem_state(problem: Problem, cures: Cures = CURES) -> State:
    """A problem for the browser; its place where it is one of the script, which stands beside it."""
    is_script = problem.where == "script"
    return {
        "severity": problem.severity.value,
        "message": problem.message,
        "cure": cures.get(problem.code, problem.cure),
        "where": problem.where,
        "line": problem.line if is_script else None,
        "column": problem.column if is_script else None,
    }


def table(definition: ConnectionDefinition, problems: Iterable[Problem], trials: Trials, cures: Cures = CURES) -> State:
    """All fields in groups, the configuration first, then feature by feature; each problem beside what it is about.

    Returns:
        ``groups``; ``problems``, those that are about none of them; ``counts`` of fields and problems.
    """
    problems = tuple(problems)
    made = _Groups(definition, problems, trials, cures)
    groups = [made.configuration(), *(made.feature(feature) for feature in definition.features)]
    found = [row for _, _, row in rows(groups)]
    return {
        "groups": groups,
        "problems": made.left(),
        "counts": {
            "fields": len(found),
            "by_you": sum(row["visibility"] == Visibility.SET_BY_YOU for row in found),
            "errors": sum(one.severity is Severity.ERROR for one in problems),
            "warnings": sum(one.severity is Severity.WARNING for one in problems),
        },
    }


def rows(groups: Iterable[State]) -> Iterator[tuple[State, State, State]]:
    """Every (group, section, row)."""
    for group in groups:
        for section in group["sections"]:
            for row in section["rows"]:
                yield group, section, row


def ingredient_state(one: Any) -> State:
    """An ingredient for the browser."""
    return {"id": one.id, "label": one.label or one.id, "type": one.type.value, "example": one.example}


class _Groups:
    """Builds the groups; each problem goes to the innermost part that it is about."""

    def __init__(
        self, definition: ConnectionDefinition, problems: tuple[Problem, ...], trials: Trials, cures: Cures
    ) -> None:
        self._definition = definition
        self._trials = trials
        self._problems: dict[tuple[str, ...], list[State]] = {}
        for problem in problems:
            self._problems.setdefault(problem.key, []).append(problem_state(problem, cures))

    def left(self) -> list[State]:
        """The problems that nothing asked for."""
        return [one for found in self._problems.values() for one in found]

    def configuration(self) -> State:
        section = self._section("configuration", Where(field=""), self._definition.configuration, ("configuration",))
        return {
            "key": "configuration",
            "id": None,
            "title": "Configuration",
            "description": None,
            "problems": self._problems.pop(("configuration",), []),
            "sections": [section],
        }

    def feature(self, feature: Feature) -> State:
        key = ("features", feature.id)
        own = self._section("feature", Where(feature=feature.id, field=""), feature.fields, key)
        return {
            "key": feature.id,
            "id": feature.id,
            "title": feature.title,
            "description": feature.description,
            "problems": self._problems.pop(key, []),
            "sections": [own, *(self._step(feature, step, key) for step in feature.steps)],
        }

    def _step(self, feature: Feature, step: FeatureStep, key: tuple[str, ...]) -> State:
        where = Where(feature=feature.id, step=step.id, field="")
        section = self._section(step.kind.value, where, step.fields, (*key, step.id))
        found = self._definition.step(step.step, step.kind)
        ingredients = getattr(found[1], "ingredients", ()) if found else ()
        return section | {
            "title": step.label,
            "name": step.step,
            "problems": self._problems.pop((*key, step.id), []),
            "ingredients": [ingredient_state(one) for one in ingredients],
        }

    def _section(self, kind: str, where: Where, fields: tuple[Field, ...], key: tuple[str, ...]) -> State:
        is_own = where.step is None
        user = {one.field: value for one, value in self._trials.items() if _same_place(one, where)}
        return {
            "key": "/".join(part for part in (kind, where.feature, where.step) if part),
            "kind": kind,
            "feature": where.feature,
            "step": where.step,
            "title": "",
            "name": "",
            "sent_head": sent_head(kind),
            "is_own": is_own,
            "problems": [],
            "ingredients": [],
            "rows": [self._row(kind, where, field, (*key, field.id), user) for field in fields],
        }

    def _row(self, kind: str, where: Where, field: Field, key: tuple[str, ...], user: Mapping[str, Json]) -> State:
        code, words = value_words(field)
        row = {
            "at": {"feature": where.feature, "step": where.step, "field": field.id},
            "key": "/".join(("f", where.feature or "", where.step or "", field.id)),
            "id": field.id,
            "label": field.label or field.id,
            "type": field.type.value,
            "type_words": TYPES[field.type],
            "required": field.required,
            "secret": field.secret,
            "description": field.description,
            "options": [{"value": one.value, "label": one.label, "group": one.group} for one in field.options],
            "visibility": field.visibility.value,
            "value": None if field.secret else field.value,
            "has_value": field.value is not None,
            "code": code,
            "words": words,
            "sent": sent(field, kind, user),
            "trial": None if field.secret else user.get(field.id),
            "has_trial": field.id in user,
            "problems": [*self._problems.pop(key, []), *self._problems.pop((*key, "value"), [])],
        }
        if where.step is None:
            row["options_text"] = option_text.written(field.options)
        return row


def _same_place(one: Where, where: Where) -> bool:
    return (one.feature, one.step) == (where.feature, where.step)
