"""What is wrong with a definition, before anything runs.

Every problem has a code, a message, a place and a cure. The codes are the members of ``Code``. What the
script does that the definition cannot answer is in ``workbench.connection.script_problems``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from workbench.connection import ids
from workbench.connection.definition import ConnectionDefinition, Feature, FeatureStep, StepKind
from workbench.connection.fields import Field
from workbench.connection.problem import Code, FilePlace, Problem, Problems, Severity, nearest_or_all
from workbench.connection.script_problems import SyntaxReport, script_problems
from workbench.connection.tree import Place
from workbench.connection.values import value_problem

__all__ = [
    "Code",
    "Problem",
    "Problems",
    "Severity",
    "SyntaxReport",
    "definition_problems",
    "script_problems",
]


def definition_problems(
    definition: ConnectionDefinition,
    places: Mapping[tuple[str, ...], Place] | None = None,
    *,
    path: Path | None = None,
) -> Problems:
    """What is wrong with a connection, whatever its script says.

    Args:
        definition: the connection.
        places: where its parts stand in its file (see ``workbench.connection.files.Loaded``).
        path: that file.
    """
    found = [
        *_whole(definition),
        *_configuration(definition),
        *(problem for feature in definition.features for problem in _feature(definition, feature)),
    ]
    return Problems(_placed(problem, key, places or {}, path) for key, problem in found)


_Found = Iterator[tuple[tuple[str, ...], Problem]]


def _placed(
    problem: Problem, key: tuple[str, ...], places: Mapping[tuple[str, ...], Place], path: Path | None
) -> Problem:
    """The problem with the place of the nearest part that stands in the file."""
    problem = replace(problem, key=key)
    while key and key not in places:
        key = key[:-1]
    line, column = places[key] if key else (None, None)
    in_file = FilePlace(path, line, column) if path and line and column else None
    return replace(problem, path=path, line=line, column=column, in_file=in_file)


def _whole(definition: ConnectionDefinition) -> _Found:
    if not definition.services:
        cure = 'Add one: `connection.add_service("youtube")`, or `services:` in the file.'
        yield ("services",), _error(Code.NO_SERVICES, "The connection has no service.", "services", cure)
    if not definition.features:
        cure = 'Add one: `connection.add_feature("Title")`, or `features:` in the file.'
        yield ("features",), _error(Code.NO_FEATURES, "The connection has no feature.", "features", cure)
    if definition.script is not None and not any(definition.feature_steps(kind=StepKind.TRIGGER)):
        message = "There is a runtime script, but no feature has a trigger: it will never run."
        cure = "Add a trigger to a feature, or remove the script."
        yield ("script",), _error(Code.NO_TRIGGER, message, "script", cure, Severity.WARNING)
    primary = definition.primary_service
    known = [service.id for service in definition.services]
    if primary is not None and primary not in known:
        message = f"The primary service `{primary}` is none of the connection's services."
        yield (
            ("primary_service",),
            _error(Code.UNKNOWN_SERVICE, message, "primary_service", nearest_or_all(primary, known)),
        )
    used = {step.service_id for _, step in definition.feature_steps()} | {primary or next(iter(known), "")}
    for service in known:
        if service not in used:
            message = f"The service `{service}` is selected, but no feature uses it."
            cure = "Use one of its steps, or remove it: users would be asked to connect it for nothing."
            yield ("services", service), _error(Code.UNUSED_SERVICE, message, service, cure, Severity.WARNING)
    yield from _duplicates("service", known, ("services",), "services")
    yield from _duplicates("feature", [one.id for one in definition.features], ("features",), "features")
    for uri in definition.redirect_uris:
        if uri.partition(":")[0].casefold() in ("javascript", "data", "vbscript", "file", "") or ":" not in uri:
            message = f"`{uri}` cannot be redirected to."
            cure = "Use https, http on loopback, or the scheme of an app (`myapp://connected`)."
            yield ("redirect_uris",), _error(Code.BAD_REDIRECT, message, "redirect_uris", cure)


def _configuration(definition: ConnectionDefinition) -> _Found:
    yield from _duplicates(
        "configuration field", [one.id for one in definition.configuration], ("configuration",), "configuration"
    )
    for field in definition.configuration:
        yield from _field(field, ("configuration", field.id), f"configuration / {field.id}")


def _feature(definition: ConnectionDefinition, feature: Feature) -> _Found:
    key, name = ("features", feature.id), feature.title or feature.id
    if not ids.is_feature_id(feature.id):
        cure = "The id of a feature is ten lower-case letters and digits."
        yield key, _error(Code.BAD_ID, f"`{feature.id}` is no id of a feature.", name, cure)
    if not feature.steps:
        cure = "Add a trigger, a query or an action to it, or remove it."
        yield (
            key,
            _error(
                Code.EMPTY_FEATURE, f"The feature `{name}` does nothing: it has no step.", name, cure, Severity.WARNING
            ),
        )
    yield from _duplicates("field", [one.id for one in feature.fields], key, name)
    yield from _duplicates("step id", [one.id for one in feature.steps], key, name)
    for step, count in Counter((one.kind, one.step) for one in feature.steps).items():
        if count > 1:
            message = f"`{step[1]}` stands {count} times in the feature `{name}`, and a call cannot say which it means."
            cure = "Keep one, or put the other in a feature of its own."
            yield key, _error(Code.DUPLICATE_STEP, message, name, cure, Severity.WARNING)
    for field in feature.fields:
        yield from _field(field, (*key, field.id), f"{name} / {field.id}")
    for one in feature.steps:
        yield from _step(definition, one, (*key, one.id), f"{name} / {one.step}")


def _step(definition: ConnectionDefinition, step: FeatureStep, key: tuple[str, ...], where: str) -> _Found:
    found = definition.step(step.step, step.kind)
    if found is None:
        known = _step_names(definition, step.kind)
        message = f"No service of the connection has the {step.kind} `{step.step}`."
        yield key, _error(Code.UNKNOWN_STEP, message, where, nearest_or_all(step.step, known))
        return
    known = [field.id for field in found[1].fields]
    for field in step.fields:
        if field.id not in known:
            message = f"Unknown field `{field.id}` for {step.step}."
            yield (
                (*key, field.id),
                _error(Code.UNKNOWN_FIELD, message, f"{where} / {field.id}", nearest_or_all(field.id, known)),
            )
        else:
            yield from _field(field, (*key, field.id), f"{where} / {field.id}")
    for missing in [one for one in known if step.field(one) is None]:
        message = f"{step.step} has a field `{missing}` that the feature's step lacks."
        yield key, _error(Code.MISSING_FIELD, message, where, "Remove the step and add it again.")
    yield from _duplicates("field", [one.id for one in step.fields], key, where)


def _field(field: Field, key: tuple[str, ...], where: str) -> _Found:
    if field.value is None and field.required and not field.is_customizable:
        message = f"Field `{field.id}` is required and set by you, but has no value."
        cure = "Set one: `.set_by_you(value)`, or let the user: `.customizable()`."
        yield key, _error(Code.MISSING_VALUE, message, where, cure)
    problem = value_problem(field, field.value)
    if problem is not None:
        is_option = field.type.has_options and "is no option" in problem
        first, _, rest = problem.partition(". ")
        cure = rest or "Give it a value of that form."
        yield (
            (*key, "value"),
            _error(Code.NO_OPTION if is_option else Code.WRONG_VALUE, f"{first.rstrip('.')}.", where, cure),
        )


def _duplicates(what: str, names: Sequence[str], key: tuple[str, ...], where: str) -> _Found:
    for name, count in Counter(names).items():
        if count > 1:
            message = f"The {what} `{name}` stands {count} times."
            yield (*key, name), _error(Code.DUPLICATE_ID, message, where, "Rename or remove all but one.")


def _error(code: Code, message: str, where: str, cure: str, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(code=code, message=message, where=where, cure=cure, severity=severity)


def _step_names(definition: ConnectionDefinition, kind: StepKind) -> list[str]:
    return [f"{service.id}.{step.id}" for service in definition.services for _, step in service.steps(kind)]
