"""What a runtime script of one connection can name, as plain data: for completion, help, the reference and typings.

Spec: Connections page, "JavaScript API" (constants, functions, examples). What all scripts find is declared in
``runtime.d.ts`` beside this file and read from there; the rest comes from the connection's definition.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import resources
from typing import Any, TypeAlias

from workbench.connection.definition import (
    ConnectionDefinition,
    Ingredient,
    IngredientType,
    Query,
    StepKind,
    Trigger,
)
from workbench.connection.fields import Field, FieldType, Option
from workbench.html import mask

Tokens: TypeAlias = Mapping[tuple[StepKind, str, str], Sequence[tuple[Option, str]]]
"""For (kind, ``service.step``, field id): each option with the token that one user's calls send for it."""


@dataclass(frozen=True, kw_only=True)
class Word:
    """One name.

    Attributes:
        name: as it is written.
        detail: its type or signature, for people.
        doc: what it is, in a sentence or two.
        example: code that uses it, or a value that it may have.
        type: the name of its value's type among ``Vocabulary.types``; with ``[]`` where it is an array of those.
        returns: the same for what calling it gives.
    """

    name: str
    detail: str = ""
    doc: str = ""
    example: str = ""
    type: str = ""
    returns: str = ""


@dataclass(frozen=True, kw_only=True)
class OptionWord:
    """One option of a field; ``token`` is empty where nobody can tell it (no user has enabled the connection)."""

    label: str
    token: str


@dataclass(frozen=True, kw_only=True)
class FieldWord:
    """One field of a step: ``type`` is its TypeScript type, ``stored`` who sets it and to what."""

    name: str
    label: str
    doc: str
    type: str
    required: bool
    stored: str
    has_options: bool = False
    options: tuple[OptionWord, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StepWord:
    """A step as scripts name it; ``items`` are what its events or its query's items carry."""

    name: str
    kind: str
    label: str
    doc: str
    features: tuple[str, ...]
    fields: tuple[FieldWord, ...] = ()
    items: tuple[Word, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """All of it: the global names, the members of each type, and the steps of the connection."""

    globals: tuple[Word, ...]
    types: Mapping[str, tuple[Word, ...]]
    steps: tuple[StepWord, ...]
    body: Mapping[str, tuple[Word, ...]] = field(default_factory=dict)

    def steps_of(self, kind: StepKind) -> tuple[StepWord, ...]:
        """The steps of one kind, in the connection's order."""
        return tuple(step for step in self.steps if step.kind == kind)

    def as_dict(self) -> dict[str, Any]:
        """As plain data, for a widget."""
        return asdict(self)


CONSTANTS: dict[str, tuple[Word, ...]] = {
    "Trigger": (
        Word(
            name="id",
            detail="string",
            doc="Which trigger fired, as `service.trigger`.",
            example='"youtube.new_liked_video"',
        ),
        Word(
            name="ingredients",
            detail="object",
            doc="What the event brought: one value an ingredient.",
            example='{ title: "Hello World!", url: "https://..." }',
            type="Ingredients",
        ),
    ),
    "Connection": (
        Word(
            name="serviceUserId",
            detail="string",
            doc="The user, by the id that your service gave to IFTTT.",
            example='"UCr9jxQ3llSDks"',
        ),
        Word(
            name="currentFeatureName",
            detail="string",
            doc="The feature whose trigger fired: its id. It tells features apart that share a trigger.",
            example='"yp6zrl2tpd"',
        ),
        Word(
            name="userFeatureId",
            detail="string",
            doc="The user's own copy of the feature. Pass it on where several features have the same action.",
            example='runAction("sms.send_me_text", { user_feature_id: Connection.userFeatureId })',
        ),
        Word(
            name="configuration",
            detail="object",
            doc="The fields of the connection itself, as the user (or you) set them.",
            example='{ foo: "bar" }',
            type="Configuration",
        ),
    ),
    "Meta": (
        Word(
            name="currentUserTime",
            detail="Moment",
            doc="Now, in the user's time zone, as a moment. Setters change it: `clone()` it first.",
            example="Meta.currentUserTime.hour() >= 18",
            type="Moment",
        ),
    ),
}
"""Connections page, "Constants"."""

GLOBALS = (
    Word(
        name="Trigger",
        detail="object",
        type="Trigger",
        doc="The event that the script runs for.",
        example="const likedVidTitle = Trigger.ingredients.title;",
    ),
    Word(
        name="Connection",
        detail="object",
        type="Connection",
        doc="For whom the script runs, and with which settings.",
        example="Connection.configuration.foo;",
    ),
    Word(
        name="Meta",
        detail="object",
        type="Meta",
        doc="About the run: the user's time.",
        example="Meta.currentUserTime.hour() >= 18",
    ),
    Word(
        name="runAction",
        detail="(actionId, requestBody?): Promise",
        doc=(
            "Runs an action by a Connect API request. Fields that you leave out keep the values stored for the user;"
            " those in `fields` win, for this call alone."
        ),
        example='runAction("sms.send_me_text", { fields: { message: "overriden" } });',
    ),
    Word(
        name="performQuery",
        detail="(queryId, requestBody?): Promise",
        doc="Asks a query by a Connect API request; the answer's `responseBody.data` has the items.",
        example='performQuery("youtube.get_videos_from_search", { limit: 3 });',
    ),
    Word(
        name="moment",
        detail="(input?, pattern?): Moment",
        type="MomentFunction",
        returns="Moment",
        doc="moment.js, to read and make dates. Public scripts use it; IFTTT documents only `Meta.currentUserTime`.",
        example='moment(Trigger.ingredients.created_at, "MMMM DD, YYYY [at] hh:mmA")',
    ),
    Word(
        name="console",
        detail="object",
        type="ConsoleLines",
        doc="Lines that the workbench shows with the run. IFTTT does not document it, and shows them nowhere.",
        example="console.log(Trigger.ingredients);",
    ),
)


def vocabulary(definition: ConnectionDefinition, tokens: Tokens | None = None) -> Vocabulary:
    """What a script of this connection can name.

    Args:
        definition: the connection.
        tokens: the option tokens of one user (``bench.option_tokens``), where they are known.
    """
    steps = tuple(_step(definition, kind, name, tokens or {}) for kind, name in _used(definition))
    return Vocabulary(
        globals=GLOBALS,
        types={
            **declared(),
            **CONSTANTS,
            "Ingredients": _ingredients(steps),
            "Configuration": tuple(_setting(one) for one in definition.configuration),
            **{name: words for step in steps for name, words in _answers(step).items()},
        },
        steps=steps,
        body={"action": declared()["ActionBody"], "query": declared()["QueryBody"]},
    )


def _used(definition: ConnectionDefinition) -> list[tuple[StepKind, str]]:
    return list(dict.fromkeys((step.kind, step.step) for _, step in definition.feature_steps()))


# --- steps ------------------------------------------------------------------------------------------------------------


def _step(definition: ConnectionDefinition, kind: StepKind, name: str, tokens: Tokens) -> StepWord:
    found = definition.step(name, kind)
    defined = found[1] if found else None
    uses = list(definition.feature_steps(name, kind))
    fields = {one.id: one for _, step in reversed(uses) for one in step.fields}  # the first feature's win
    order = dict.fromkeys(one.id for _, step in uses for one in step.fields)
    carried = defined.ingredients if isinstance(defined, Trigger | Query) else ()
    return StepWord(
        name=name,
        kind=kind.value,
        label=next((step.label for _, step in uses if step.label), "") or (defined.label if defined else ""),
        doc=defined.description if defined else "",
        features=tuple(dict.fromkeys(feature.title or feature.id for feature, _ in uses)),
        fields=tuple(_field(fields[one], tokens.get((kind, name, one), ())) for one in order),
        items=tuple(_carried(one) for one in carried),
    )


def _field(one: Field, tokens: Sequence[tuple[Option, str]]) -> FieldWord:
    known = tokens or [(option, "") for option in one.options]
    return FieldWord(
        name=one.id,
        label=one.label,
        doc=one.description,
        type=_type(one, [token for _, token in tokens]),
        required=one.required,
        stored=_stored(one),
        has_options=one.type.has_options,
        options=tuple(OptionWord(label=_label(option), token=token) for option, token in known),
    )


def _label(option: Option) -> str:
    return f"{option.group} / {option.label}" if option.group else option.label


def _stored(one: Field) -> str:
    shown = "" if one.value is None else f": {mask(one.value, secret=one.secret)}"
    return f"{one.visibility}{f' (default{shown})' if shown and one.is_customizable else shown}"


def _type(one: Field, tokens: Sequence[str]) -> str:
    if one.type.is_location:
        return "LocationValue"
    if not one.type.has_options:
        return "string | number | boolean"
    kind = " | ".join(json.dumps(token) for token in tokens) or "OptionToken"
    return f"({kind})[]" if one.type is FieldType.CHECKBOX_MULTI else kind


_INGREDIENT_TYPES = {IngredientType.NUMBER: "number", IngredientType.QUERY: "NestedQuery"}


def _carried(one: Ingredient) -> Word:
    kind = _INGREDIENT_TYPES.get(one.type, "string")
    return Word(
        name=one.id,
        detail=one.type.value,
        doc=one.label,
        example=one.example,
        type=kind if kind == "NestedQuery" else "",
    )


def _ingredients(steps: Sequence[StepWord]) -> tuple[Word, ...]:
    """Those of every trigger; one that not all have says whose it is."""
    triggers = [step for step in steps if step.kind == StepKind.TRIGGER]
    owners: dict[str, list[str]] = {}
    first: dict[str, Word] = {}
    for step in triggers:
        for word in step.items:
            owners.setdefault(word.name, []).append(step.name)
            first.setdefault(word.name, word)
    return tuple(
        word
        if len(owners[name]) == len(triggers)
        else Word(
            name=name,
            detail=word.detail,
            doc=f"{word.doc} (only of {', '.join(owners[name])})",
            example=word.example,
            type=word.type,
        )
        for name, word in first.items()
    )


def _setting(one: Field) -> Word:
    return Word(name=one.id, detail=one.type.value, doc=one.label or one.description, example=_stored(one))


def _answers(step: StepWord) -> dict[str, tuple[Word, ...]]:
    """The types of a call's answer: of the response, of its body, of an item."""
    if step.kind == StepKind.TRIGGER:
        return {}
    response, body, item = (f"{kind} of {step.name}" for kind in ("Response", "Body", "Item"))
    words = {
        response: tuple(
            word
            if word.name != "responseBody"
            else _typed(word, body if step.kind == StepKind.QUERY else "ConnectFailure")
            for word in declared()["ConnectResponse"]
        )
    }
    if step.kind == StepKind.QUERY:
        words[body] = tuple(
            _typed(word, f"{item}[]") if word.name == "data" else word for word in declared()["QueryAnswer"]
        )
        words[item] = step.items
    return words


def _typed(word: Word, kind: str) -> Word:
    return Word(name=word.name, detail=word.detail, doc=word.doc, example=word.example, type=kind)


# --- what runtime.d.ts declares ---------------------------------------------------------------------------------------

_INTERFACE = re.compile(
    r"^interface (\w+)(?:<\w+>)?(?: extends (\w+)(?:<\w+>)?)? \{\n(.*?)^\}", re.MULTILINE | re.DOTALL
)
_MEMBER = re.compile(
    r"^  /\*\* (?P<doc>.*?)(?: @example (?P<example>.*?))? \*/\n"
    r"  (?:readonly )?(?P<name>\w+)\??(?P<call>\(.*?\))?: (?P<type>[^\n]+);$",
    re.MULTILINE,
)


@cache
def runtime_declarations() -> str:
    """The text of ``runtime.d.ts``."""
    return (resources.files("workbench.connection") / "runtime.d.ts").read_text(encoding="utf-8")


@cache
def declared() -> dict[str, tuple[Word, ...]]:
    """The documented members of each interface of ``runtime.d.ts``, with those that it extends."""
    found: dict[str, tuple[Word, ...]] = {}
    for name, parent, body in _INTERFACE.findall(runtime_declarations()):
        own = tuple(_member(match) for match in _MEMBER.finditer(body))
        found[name] = (*own, *(found[parent] if parent else ()))
    return found


def _member(match: re.Match[str]) -> Word:
    call, kind = match["call"] or "", match["type"]
    known = re.fullmatch(r"Moment|MomentDuration", kind)
    return Word(
        name=match["name"],
        detail=f"{call}: {kind}" if call else kind,
        doc=match["doc"],
        example=match["example"] or "",
        type=kind if known and not call else "",
        returns=kind if known and call else "",
    )
