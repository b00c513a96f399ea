"""A connection as TypeScript declarations: what its runtime script finds, for completion and checks in any editor.

Spec: Connections page, "JavaScript API". An editor or ``tsc`` that checks the script against this text finds a wrong
step, field, ingredient or setting before anything runs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from workbench.connection.definition import ConnectionDefinition, StepKind
from workbench.connection.fields import Field, FieldType
from workbench.connection.vocabulary import (
    CONSTANTS,
    GLOBALS,
    StepWord,
    Tokens,
    Word,
    runtime_declarations,
    vocabulary,
)

_TYPES = {
    "Trigger": "TriggerEvent",
    "Connection": "ConnectionConstants",
    "Meta": "MetaConstants",
    "moment": "MomentFunction",
    "console": "ConsoleLines",
}
_INGREDIENTS = {"Number": "number", "Query": "NestedQuery"}
_NOTHING = "{ [none: string]: never }"


def typings(definition: ConnectionDefinition, tokens: Tokens | None = None) -> str:
    """The text of a ``.d.ts`` file for the connection's script.

    Args:
        definition: the connection.
        tokens: the option tokens of one user (``bench.option_tokens``); without them, any text will do.
    """
    words = vocabulary(definition, tokens)
    parts = [
        f'// What the runtime script of "{" ".join(definition.name.split())}" finds, made by the workbench.',
        "// Node.js 12 is ES2019: tsc --noEmit --allowJs --checkJs --lib es2019 runtime.d.ts script.js",
        runtime_declarations().rstrip(),
        _steps("ActionFields", words.steps_of(StepKind.ACTION), "the fields of each action"),
        _steps("QueryFields", words.steps_of(StepKind.QUERY), "the fields of each query"),
        _items(words.steps_of(StepKind.QUERY)),
        _triggers(words.steps_of(StepKind.TRIGGER)),
        _configuration(definition.configuration),
        _constants(),
        _FUNCTIONS.rstrip(),
        *(
            f"{_comment(word)}declare const {word.name}: {_TYPES[word.name]};"
            for word in GLOBALS
            if word.name in _TYPES
        ),
    ]
    return "\n\n".join(parts) + "\n"


_FUNCTIONS = """\
/** Runs an action. Fields that you leave out keep the values stored for the user. */
declare function runAction<Id extends keyof ActionFields>(
  actionId: Id,
  requestBody?: ActionBody<ActionFields[Id]>,
): Promise<ConnectResponse<ActionAnswer>>;

/** Asks a query; the answer's `responseBody.data` has the items. */
declare function performQuery<Id extends keyof QueryFields & keyof QueryItems>(
  queryId: Id,
  requestBody?: QueryBody<QueryFields[Id]>,
): Promise<ConnectResponse<QueryAnswer<QueryItems[Id]>>>;
"""


def _steps(name: str, steps: Iterable[StepWord], what: str) -> str:
    lines = [f"/** By id: {what}. */", f"interface {name} {{"]
    for step in steps:
        lines += [_doc("  ", step.label, step.doc), f"  {json.dumps(step.name)}: {_fields(step)};"]
    return "\n".join(line for line in [*lines, "}"] if line)


def _fields(step: StepWord) -> str:
    if not step.fields:
        return _NOTHING
    lines = ["{"]
    for one in step.fields:
        options = ", ".join(f"{option.label}{f' = {option.token}' if option.token else ''}" for option in one.options)
        lines += [
            _doc("    ", one.label, one.doc, one.stored, f"One of: {options}" if options else ""),
            f"    {json.dumps(one.name)}?: {one.type};",
        ]
    return "\n".join([*lines, "  }"])


def _items(steps: Iterable[StepWord]) -> str:
    head = ["/** By id: what each item of a query's answer carries. */", "interface QueryItems {"]
    return "\n".join([*head, *(f"  {json.dumps(step.name)}: {_carried(step.items)};" for step in steps), "}"])


def _triggers(steps: Iterable[StepWord]) -> str:
    kinds = [
        f"{{ readonly id: {json.dumps(step.name)}; readonly ingredients: {_carried(step.items, 'readonly ')} }}"
        for step in steps
    ]
    nothing = "{ readonly id: string; readonly ingredients: { readonly [id: string]: any } }"
    return (
        "\n".join(
            [
                "/** The event: where there are several triggers, look at `Trigger.id` first. */",
                "type TriggerEvent =",
                *(f"  | {kind}" for kind in kinds or [nothing]),
            ]
        )
        + ";"
    )


def _carried(words: Iterable[Word], modifier: str = "") -> str:
    lines = ["{"]
    for word in words:
        lines += [
            _doc("    ", f"{word.doc} ({word.detail})", f"@example {word.example}" if word.example else ""),
            f"    {modifier}{json.dumps(word.name)}: {_INGREDIENTS.get(word.detail, 'string')};",
        ]
    return "\n".join([*lines, "  }"])


def _configuration(fields: Iterable[Field]) -> str:
    lines = ["/** The fields of the connection itself. */", "interface Configuration {"]
    for one in fields:
        kind = (
            "LocationValue"
            if one.type.is_location
            else "string[]"
            if one.type is FieldType.CHECKBOX_MULTI
            else "string"
        )
        optional = "" if one.required else " | null"
        lines += [
            _doc("  ", one.label, one.description, f"{one.visibility}."),
            f"  readonly {json.dumps(one.id)}: {kind}{optional};",
        ]
    return "\n".join([*lines, "}"])


def _constants() -> str:
    lines = ["/** For whom the script runs, and with which settings. */", "interface ConnectionConstants {"]
    for word in CONSTANTS["Connection"]:
        kind = word.type or word.detail
        lines += [_doc("  ", word.doc, f"@example {word.example}"), f"  readonly {word.name}: {kind};"]
    return "\n".join([*lines, "}"])


def _comment(word: Word) -> str:
    return _doc("", word.doc, f"@example {word.example}") + "\n"


def _doc(indent: str, *parts: str) -> str:
    """One comment line: sentences, and what follows ``@example``."""
    told = [" ".join(part.split()) for part in parts if part.strip()]
    text = " ".join(part if part.startswith(("(", "@")) or part[-1] in ".?!:)" else f"{part}." for part in told)
    return f"{indent}/** {text.replace('*/', '* /')} */" if text else ""
