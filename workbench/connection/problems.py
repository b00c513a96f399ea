"""What is wrong with a definition, and what its script does that the definition cannot answer, before anything runs.

Every problem has a code, a message, a place and a cure. The codes are the members of ``Code``.
``script_problems`` reads what the syntax tree says of the script (a ``SyntaxReport``); what a script
computes while it runs cannot be told from its text, and is reported as exactly that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from workbench.connection import ids
from workbench.connection.definition import ConnectionDefinition, Feature, FeatureStep, StepKind
from workbench.connection.fields import Field
from workbench.connection.tree import Place
from workbench.connection.values import value_problem
from workbench.errors import nearest
from workbench.frames import Column, Rows, Schema

PROBLEMS = Schema(
    "problems",
    Column("severity", "str"),
    Column("code", "str"),
    Column("place", "str"),
    Column("message", "str"),
    Column("cure", "str"),
)


class Severity(StrEnum):
    """How bad it is: an error fails when it runs, a warning surprises, a note is good to know."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Code(StrEnum):
    """What kind of problem it is."""

    UNKNOWN_STEP = "unknown step"
    UNKNOWN_FIELD = "unknown field"
    MISSING_FIELD = "missing field"
    MISSING_VALUE = "missing value"
    WRONG_VALUE = "wrong value"
    NO_OPTION = "no such option"
    DUPLICATE_ID = "duplicate id"
    DUPLICATE_STEP = "duplicate step"
    BAD_ID = "bad id"
    NO_SERVICES = "no services"
    NO_FEATURES = "no features"
    EMPTY_FEATURE = "empty feature"
    NO_TRIGGER = "no trigger"
    UNUSED_SERVICE = "unused service"
    UNKNOWN_SERVICE = "unknown service"
    BAD_REDIRECT = "bad redirect"
    SYNTAX = "syntax"
    WRONG_FUNCTION = "wrong function"
    UNKNOWN_INGREDIENT = "unknown ingredient"
    UNKNOWN_CONFIGURATION = "unknown configuration"
    UNKNOWN_CONSTANT = "unknown constant"
    BODY_KEY = "unknown body key"
    FEATURE_BLIND = "feature not told apart"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong: what, where, and how to mend it.

    ``where`` is the place in the connection ("Keep it / sms.send_me_text / message", "script");
    ``line`` and ``column`` count in the file at ``path``, or in the script where ``where`` is "script".
    """

    code: Code
    message: str
    where: str
    cure: str
    severity: Severity = Severity.ERROR
    path: Path | None = None
    line: int | None = None
    column: int | None = None

    @property
    def place(self) -> str:
        """Where, as one text: file, line and column as far as known, and the place in the connection."""
        numbers = [str(number) for number in (self.line, self.column) if number is not None]
        head = ":".join([str(self.path), *numbers] if self.path else numbers)
        return f"{head} {self.where}".strip()

    def as_dict(self) -> dict[str, str | int | None]:
        """The problem as plain data."""
        return {
            "severity": self.severity.value,
            "code": self.code.value,
            "message": self.message,
            "cure": self.cure,
            "where": self.where,
            "path": str(self.path) if self.path else None,
            "line": self.line,
            "column": self.column,
        }

    def __str__(self) -> str:
        return f"{self.place}: {self.severity}: {self.message} {self.cure}"


class Problems(Rows[Problem]):
    """Problems, the worst first."""

    schema = PROBLEMS

    def __init__(self, found: Iterable[Problem] = ()) -> None:
        order = list(Severity)
        self._found = tuple(sorted(found, key=lambda problem: order.index(problem.severity)))

    @property
    def errors(self) -> Problems:
        """Those that fail when they run."""
        return Problems(problem for problem in self._found if problem.severity is Severity.ERROR)

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found)

    def row(self, item: Problem) -> dict[str, str]:
        """One problem as the values of its columns."""
        return {
            "severity": item.severity.value,
            "code": item.code.value,
            "place": item.place,
            "message": item.message,
            "cure": item.cure,
        }

    def __repr__(self) -> str:
        return "\n".join(str(problem) for problem in self._found) or "No problems."


# --- the definition ---------------------------------------------------------------------------------------------------


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
    while key and key not in places:
        key = key[:-1]
    line, column = places[key] if key else (None, None)
    return replace(problem, path=path, line=line, column=column)


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
        yield ("primary_service",), _error(Code.UNKNOWN_SERVICE, message, "primary_service", _mean(primary, known))
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
        yield key, _error(Code.UNKNOWN_STEP, message, where, _mean(step.step, known))
        return
    known = [field.id for field in found[1].fields]
    for field in step.fields:
        if field.id not in known:
            message = f"Unknown field `{field.id}` for {step.step}."
            yield (*key, field.id), _error(Code.UNKNOWN_FIELD, message, f"{where} / {field.id}", _mean(field.id, known))
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


# --- the script -------------------------------------------------------------------------------------------------------


class ScriptFault(Protocol):
    """Why Node 12 would not compile the script."""

    @property
    def message(self) -> str: ...
    @property
    def line(self) -> int | None: ...
    @property
    def column(self) -> int | None: ...


class ScriptCall(Protocol):
    """One ``runAction`` or ``performQuery`` in the script's text; ``step`` and ``fields`` are None where computed."""

    @property
    def kind(self) -> str: ...
    @property
    def step(self) -> str | None: ...
    @property
    def fields(self) -> Sequence[str] | None: ...
    @property
    def body_keys(self) -> Sequence[str] | None: ...
    @property
    def line(self) -> int | None: ...
    @property
    def column(self) -> int | None: ...


class SyntaxReport(Protocol):
    """What the syntax tree says of a script: whether it compiles, its calls, the dotted names that it reads."""

    @property
    def ok(self) -> bool: ...
    @property
    def fault(self) -> ScriptFault | None: ...
    @property
    def calls(self) -> Sequence[ScriptCall]: ...
    @property
    def reads(self) -> Mapping[str, Place]: ...


_FUNCTIONS = {"query": "performQuery", "action": "runAction"}
_BODY_KEYS = {
    "query": ("user_id", "user_feature_id", "fields", "limit", "cursor", "includes"),
    "action": ("user_id", "user_feature_id", "fields"),
}
_CONSTANTS = {
    "Trigger": ("id", "ingredients"),
    "Connection": ("serviceUserId", "currentFeatureName", "userFeatureId", "configuration"),
    "Meta": ("currentUserTime",),
}
"""Connections page, "JavaScript API", "Constants"."""
_INHERITED = frozenset(
    {"hasOwnProperty", "toString", "constructor", "valueOf", "isPrototypeOf", "propertyIsEnumerable"}
)


def script_problems(definition: ConnectionDefinition, report: SyntaxReport) -> Problems:
    """What the script does that the connection cannot answer, as far as its text tells."""
    if not report.ok:
        fault = report.fault
        place = (fault.line, fault.column) if fault else (None, None)
        message = fault.message if fault else "The script does not compile."
        cure = "Write it as Node.js 12 reads it."
        return Problems([_in_script(Code.SYNTAX, message, place, cure)])
    found = [problem for call in report.calls for problem in _call(definition, call)]
    found += [problem for name, place in report.reads.items() for problem in _read(definition, name, place)]
    return Problems([*found, *_feature_blind(definition, report)])


def _call(definition: ConnectionDefinition, call: ScriptCall) -> Iterator[Problem]:
    place, function = (call.line, call.column), _FUNCTIONS[call.kind]
    kind = StepKind(call.kind)
    if call.step is None:
        message = f"Cannot tell which {kind} this {function} calls: its id is computed."
        cure = "Nothing to mend if it only ever gives ids of this connection."
        yield _in_script(Code.CANNOT_TELL, message, place, cure, Severity.NOTE)
        return
    uses = list(definition.feature_steps(call.step, kind))
    if not uses:
        yield _no_such_step(definition, call.step, kind, place)
        return
    known = list(dict.fromkeys(field.id for _, step in uses for field in step.fields))
    for name in call.fields or ():
        if name not in known:
            message = f"Unknown field `{name}` for {call.step}."
            yield _in_script(Code.UNKNOWN_FIELD, message, place, _mean(name, known))
    for name in call.body_keys or ():
        if name not in _BODY_KEYS[call.kind]:
            message = f"`{name}` means nothing in the body of {function}."
            cure = (
                f"It belongs inside `fields`: {{ fields: {{ {name}: … }} }}."
                if name in known
                else _mean(name, _BODY_KEYS[call.kind])
            )
            yield _in_script(Code.BODY_KEY, message, place, cure, Severity.WARNING)


def _no_such_step(
    definition: ConnectionDefinition, step: str, kind: StepKind, place: tuple[int | None, int | None]
) -> Problem:
    function = _FUNCTIONS[kind.value]
    others = {one.kind for _, one in definition.feature_steps(step)}
    for other in others & {StepKind.QUERY, StepKind.ACTION}:
        message = f"`{step}` is {'an action' if other is StepKind.ACTION else 'a query'}, and {function} calls it."
        return _in_script(Code.WRONG_FUNCTION, message, place, f'Write `{_FUNCTIONS[other.value]}("{step}")`.')
    if StepKind.TRIGGER in others:
        message = f"`{step}` is a trigger: it starts the script and cannot be called."
        return _in_script(Code.WRONG_FUNCTION, message, place, "What it brought is in `Trigger.ingredients`.")
    known = list(dict.fromkeys(one.step for _, one in definition.feature_steps(kind=kind)))
    message = f"The connection has no {kind} `{step}`."
    if definition.step(step, kind) is not None:
        return _in_script(Code.UNKNOWN_STEP, message, place, f"Its service has: add it to a feature (`add_{kind}`).")
    return _in_script(Code.UNKNOWN_STEP, message, place, _mean(step, known))


def _read(definition: ConnectionDefinition, name: str, place: Place) -> Iterator[Problem]:
    root, *parts = name.split(".")
    if root not in _CONSTANTS or not parts or parts[0] in _INHERITED:
        return
    if parts[0] not in _CONSTANTS[root]:
        message = f"`{root}.{parts[0]}` is not documented, and is undefined in a runtime script."
        yield _in_script(Code.UNKNOWN_CONSTANT, message, place, _mean(parts[0], _CONSTANTS[root]), Severity.WARNING)
        return
    if len(parts) < 2 or parts[1] in _INHERITED:
        return
    if (root, parts[0]) == ("Trigger", "ingredients"):
        yield from _ingredient(definition, parts[1], place)
    elif (root, parts[0]) == ("Connection", "configuration"):
        known = [field.id for field in definition.configuration]
        if parts[1] not in known:
            message = f"The connection has no configuration field `{parts[1]}`."
            yield _in_script(Code.UNKNOWN_CONFIGURATION, message, place, _mean(parts[1], known))


def _ingredient(definition: ConnectionDefinition, name: str, place: Place) -> Iterator[Problem]:
    lacking, known = [], []
    for step in dict.fromkeys(one.step for _, one in definition.feature_steps(kind=StepKind.TRIGGER)):
        found = definition.step(step, StepKind.TRIGGER)
        ingredients = [one.id for one in getattr(found[1], "ingredients", ())] if found else []
        known += ingredients
        if name not in ingredients:
            lacking.append(step)
    if not lacking:
        return
    if name in known:
        message = f"Ingredient `{name}` is undefined when {', '.join(lacking)} fired."
        cure = "Look at `Trigger.id` first."
        yield _in_script(Code.UNKNOWN_INGREDIENT, message, place, cure, Severity.WARNING)
    else:
        message = f"Unknown ingredient `{name}` of {', '.join(lacking)}."
        yield _in_script(Code.UNKNOWN_INGREDIENT, message, place, _mean(name, list(dict.fromkeys(known))))


def _feature_blind(definition: ConnectionDefinition, report: SyntaxReport) -> Iterator[Problem]:
    """Connections page, "Using feature context": one step in several features needs to be told which."""
    read = {name.split(".")[1] for name in report.reads if name.startswith("Connection.") and "." in name}
    if read & {"userFeatureId", "currentFeatureName"} or "Connection" in report.reads:
        return
    for (kind, step), features in _shared_steps(definition).items():
        if kind is StepKind.QUERY:
            continue
        is_called = any(call.step in (step, None) for call in report.calls)
        if kind is StepKind.TRIGGER or is_called:
            message = (
                f"`{step}` is in the features {' and '.join(features)}, and the script never asks for which it runs."
            )
            cure = "Pass `user_feature_id: Connection.userFeatureId` in the body, or look at `Connection.currentFeatureName`."
            yield _in_script(Code.FEATURE_BLIND, message, (None, None), cure, Severity.WARNING)


def _shared_steps(definition: ConnectionDefinition) -> dict[tuple[StepKind, str], list[str]]:
    features: dict[tuple[StepKind, str], list[str]] = {}
    for feature, step in definition.feature_steps():
        names = features.setdefault((step.kind, step.step), [])
        name = f"`{feature.title or feature.id}`"
        if name not in names:
            names.append(name)
    return {key: names for key, names in features.items() if len(names) > 1}


# --- wording ----------------------------------------------------------------------------------------------------------


def _error(code: Code, message: str, where: str, cure: str, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(code=code, message=message, where=where, cure=cure, severity=severity)


def _in_script(
    code: Code,
    message: str,
    place: tuple[int | None, int | None],
    cure: str,
    severity: Severity = Severity.ERROR,
) -> Problem:
    line, column = place
    return Problem(code=code, message=message, where="script", cure=cure, severity=severity, line=line, column=column)


def _step_names(definition: ConnectionDefinition, kind: StepKind) -> list[str]:
    return [f"{service.id}.{step.id}" for service in definition.services for _, step in service.steps(kind)]


def _mean(name: str, known: Sequence[str]) -> str:
    close = nearest(name, known)
    if close is not None:
        return f"Did you mean `{close}`?"
    return f"There is: {', '.join(known[:20])}." if known else "There is none."
