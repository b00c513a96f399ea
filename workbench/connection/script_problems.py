"""What a script does that its connection cannot answer, as far as the script's text tells.

The text is read as its syntax tree (a ``SyntaxReport``, made elsewhere). What a script computes while it runs
cannot be told from its text, and is reported as exactly that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from workbench.connection.definition import ConnectionDefinition, StepKind
from workbench.connection.problem import Code, Problem, Problems, Severity, nearest_or_all
from workbench.connection.tree import Place


class ScriptFault(Protocol):
    """Why Node 12 would not compile the script; ``advice`` is how to mend it, or empty."""

    @property
    def message(self) -> str: ...  # noqa: D102 - said above
    @property
    def advice(self) -> str: ...  # noqa: D102 - said above
    @property
    def line(self) -> int | None: ...  # noqa: D102 - said above
    @property
    def column(self) -> int | None: ...  # noqa: D102 - said above


class ScriptCall(Protocol):
    """One ``runAction`` or ``performQuery`` in the script's text; ``step`` and ``fields`` are None where computed.

    The id and each key come with their place: where they are written, or where the call is.
    """

    @property
    def kind(self) -> str: ...  # noqa: D102 - said above
    @property
    def step(self) -> str | None: ...  # noqa: D102 - said above
    @property
    def step_place(self) -> Place: ...  # noqa: D102 - said above
    @property
    def fields(self) -> Mapping[str, Place] | None: ...  # noqa: D102 - said above
    @property
    def body_keys(self) -> Mapping[str, Place] | None: ...  # noqa: D102 - said above
    @property
    def line(self) -> int | None: ...  # noqa: D102 - said above
    @property
    def column(self) -> int | None: ...  # noqa: D102 - said above


class SyntaxReport(Protocol):
    """What the syntax tree says of a script: whether it compiles, its calls, the dotted names that it reads."""

    @property
    def ok(self) -> bool: ...  # noqa: D102 - said above
    @property
    def fault(self) -> ScriptFault | None: ...  # noqa: D102 - said above
    @property
    def calls(self) -> Sequence[ScriptCall]: ...  # noqa: D102 - said above
    @property
    def reads(self) -> Mapping[str, Place]: ...  # noqa: D102 - said above


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
        cure = (fault and fault.advice) or "Write it as Node.js 12 reads it."
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
        yield _no_such_step(definition, call, kind, call.step)
        return
    known = list(dict.fromkeys(field.id for _, step in uses for field in step.fields))
    for name, key in (call.fields or {}).items():
        if name not in known:
            message = f"Unknown field `{name}` for {call.step}."
            yield _in_script(Code.UNKNOWN_FIELD, message, key, nearest_or_all(name, known))
    for name, key in (call.body_keys or {}).items():
        if name not in _BODY_KEYS[call.kind]:
            message = f"`{name}` means nothing in the body of {function}."
            cure = (
                f"It belongs inside `fields`: {{ fields: {{ {name}: … }} }}."
                if name in known
                else nearest_or_all(name, _BODY_KEYS[call.kind])
            )
            yield _in_script(Code.BODY_KEY, message, key, cure, Severity.WARNING)


def _no_such_step(definition: ConnectionDefinition, call: ScriptCall, kind: StepKind, step: str) -> Problem:
    place, function = (call.line, call.column), _FUNCTIONS[kind.value]
    others = {one.kind for _, one in definition.feature_steps(step)}
    for other in others & {StepKind.QUERY, StepKind.ACTION}:
        message = f"`{step}` is {other.with_article}, and {function} calls it."
        return _in_script(Code.WRONG_FUNCTION, message, place, f'Write `{_FUNCTIONS[other.value]}("{step}")`.')
    if StepKind.TRIGGER in others:
        message = f"`{step}` is a trigger: it starts the script and cannot be called."
        return _in_script(Code.WRONG_FUNCTION, message, place, "What it brought is in `Trigger.ingredients`.")
    known = list(dict.fromkeys(one.step for _, one in definition.feature_steps(kind=kind)))
    message = f"The connection has no {kind} `{step}`."
    is_offered = definition.step(step, kind) is not None
    cure = f"Its service has: add it to a feature (`add_{kind}`)." if is_offered else nearest_or_all(step, known)
    return _in_script(Code.UNKNOWN_STEP, message, call.step_place, cure)


def _read(definition: ConnectionDefinition, name: str, place: Place) -> Iterator[Problem]:
    root, *parts = name.split(".")
    if root not in _CONSTANTS or not parts or parts[0] in _INHERITED:
        return
    if parts[0] not in _CONSTANTS[root]:
        message = f"`{root}.{parts[0]}` is not documented, and is undefined in a runtime script."
        yield _in_script(
            Code.UNKNOWN_CONSTANT, message, place, nearest_or_all(parts[0], _CONSTANTS[root]), Severity.WARNING
        )
        return
    if len(parts) < 2 or parts[1] in _INHERITED:
        return
    if (root, parts[0]) == ("Trigger", "ingredients"):
        yield from _ingredient(definition, parts[1], place)
    elif (root, parts[0]) == ("Connection", "configuration"):
        known = [field.id for field in definition.configuration]
        if parts[1] not in known:
            message = f"The connection has no configuration field `{parts[1]}`."
            yield _in_script(Code.UNKNOWN_CONFIGURATION, message, place, nearest_or_all(parts[1], known))


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
        yield _in_script(Code.UNKNOWN_INGREDIENT, message, place, nearest_or_all(name, list(dict.fromkeys(known))))


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
            message = f"`{step}` is in {' and '.join(features)}, and the script never asks which of them it runs for."
            cure = "Pass `user_feature_id: Connection.userFeatureId`, or look at `Connection.currentFeatureName`."
            yield _in_script(Code.FEATURE_BLIND, message, (None, None), cure, Severity.WARNING)


def _shared_steps(definition: ConnectionDefinition) -> dict[tuple[StepKind, str], list[str]]:
    features: dict[tuple[StepKind, str], list[str]] = {}
    for feature, step in definition.feature_steps():
        names = features.setdefault((step.kind, step.step), [])
        name = f"`{feature.title or feature.id}`"
        if name not in names:
            names.append(name)
    return {key: names for key, names in features.items() if len(names) > 1}


def _in_script(
    code: Code,
    message: str,
    place: tuple[int | None, int | None],
    cure: str,
    severity: Severity = Severity.ERROR,
) -> Problem:
    line, column = place
    return Problem(code=code, message=message, where="script", cure=cure, severity=severity, line=line, column=column)
