"""A tree of YAML as checked values: fields, options, ingredients, services.

The keys of a field (in a service, a feature, the configuration): ``id``, ``label``, ``type``, ``required``,
``visibility``, ``value``, ``options``, ``description``, ``secret``. Those of a service: ``service`` (its name),
``id``, ``short_name``, ``brand_color``, ``url``, ``icon_url``, ``url_prefix``, ``triggers``, ``queries``, ``actions``.
A step has ``id``, ``label``, ``description``, ``fields`` and, but for actions, ``ingredients``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from workbench.connection import ids
from workbench.connection.definition import Action, Ingredient, IngredientType, Query, Service, StepKind, Trigger
from workbench.connection.fields import Field, FieldType, Json, Option, Visibility
from workbench.connection.tree import Node, Place
from workbench.errors import ConnectionFileError, nearest

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

FIELD_KEYS = ("id", "label", "type", "required", "visibility", "value", "options", "description", "secret")
SERVICE_KEYS = (
    *("service", "id", "short_name", "brand_color", "url", "icon_url", "url_prefix"),
    *("triggers", "queries", "actions"),
)
_STEP_KEYS = ("id", "label", "description", "fields")
_STEPS: dict[StepKind, type[Trigger | Query | Action]] = {
    StepKind.TRIGGER: Trigger,
    StepKind.QUERY: Query,
    StepKind.ACTION: Action,
}


@dataclass(frozen=True, kw_only=True)
class Source:
    """The file (or text) that nodes came from: checks them one by one and words the errors."""

    path: Path | None = None
    places: dict[tuple[str, ...], Place] = field(default_factory=dict)
    faults: list[ConnectionFileError] | None = None
    doubtful: set[tuple[str, ...]] = field(default_factory=set)

    def report(self, error: ConnectionFileError) -> None:
        """Keep an error, for the reading can go on without what is wrong; or raise it, where nobody wants them all."""
        if self.faults is None:
            raise error
        self.faults.append(error)

    def attempt(self, read: Callable[[], T], key: tuple[str, ...] | None = None) -> T | None:
        """What ``read`` gives; None, the error kept, where it cannot be read at all.

        ``key`` is doubtful if anything in it is wrong: what is missing there may be just what could not be read.
        """
        before, found = self.count, None
        try:
            found = read()
        except ConnectionFileError as error:
            self.report(error)
        if key is not None:
            self.doubt(key, since=before)
        return found

    def doubt(self, key: tuple[str, ...], *, since: int) -> None:
        """Take ``key`` for doubtful if there are more errors than ``since``."""
        if self.count > since:
            self.doubtful.add(key)

    @property
    def count(self) -> int:
        """How many errors there are so far."""
        return len(self.faults or ())

    def error(self, problem: str, at: Node | Place) -> ConnectionFileError:
        """An error at a node or a place."""
        line, column = at.place if isinstance(at, Node) else at
        return ConnectionFileError(problem, path=self.path, line=line, column=column)

    def unknown(
        self, what: str, name: str, known: Iterable[str], at: Node | Place, where: str = ""
    ) -> ConnectionFileError:
        """An error for a name that nothing answers to, with the nearest one there is."""
        names = list(known)
        close = nearest(name, names)
        hint = f"Did you mean `{close}`?" if close else f"There is: {', '.join(names)}." if names else "There is none."
        return self.error(f"Unknown {what} `{_short(name)}`{where and ' ' + where}. {hint}", at)

    def mapping(
        self, node: Node, what: str, allowed: Collection[str], required: Collection[str] = ()
    ) -> dict[str, Node]:
        """The entries of a mapping that has no key but the allowed and all the required."""
        if not isinstance(node.value, dict):
            raise self._wrong(node, what, "a mapping (`key: value` lines)")
        for key in node.value:
            if key not in allowed:
                self.report(self.unknown("key", key, allowed, node.keys[key], f"in {what}"))
        for key in required:
            if key not in node.value:
                raise self.lacks(node, what, key)
        return {key: entry for key, entry in node.value.items() if key in allowed}

    def lacks(self, node: Node, what: str, key: str) -> ConnectionFileError:
        """An error for a mapping without a key that it must have."""
        return self.error(f"{_capital(what)} lacks `{key}`.", node)

    def items(self, node: Node | None, what: str) -> list[Node]:
        """The items of a sequence; none where the key is absent or empty."""
        if node is None or node.value is None:
            return []
        if not isinstance(node.value, list):
            self.report(self._wrong(node, what, "a list (`- item` lines)"))
            return []
        return node.value

    def text(self, node: Node, what: str) -> str:
        """A text without which there is nothing to read."""
        if not isinstance(node.value, str):
            raise self._wrong(node, what, "text")
        return node.value

    def text_or(self, node: Node | None, what: str, default: str = "") -> str:
        """A text; the default where the key is absent, or not text."""
        if node is None:
            return default
        if not isinstance(node.value, str):
            self.report(self._wrong(node, what, "text"))
            return default
        return node.value

    def slug(self, node: Node, what: str) -> str:
        """A text of letters, digits and underscores."""
        text = self.text(node, what)
        if not ids.is_slug(text):
            problem = f"{_capital(what)} has letters, digits and underscores; `{_short(text)}` has not."
            self.report(self.error(problem, node))
        return text

    def flag(self, node: Node | None, what: str, *, default: bool) -> bool:
        """True or false; the default where the key is absent."""
        if node is None:
            return default
        if not isinstance(node.value, bool):
            self.report(self._wrong(node, what, "`true` or `false`"))
            return default
        return node.value

    def choice(self, node: Node | None, what: str, kinds: type[E], default: E) -> E:
        """One of a closed set of labels."""
        if node is None:
            return default
        text = self.text_or(node, what, default.value)
        if text in [kind.value for kind in kinds]:
            return kinds(text)
        self.report(self.unknown(what.removeprefix("the "), text, [kind.value for kind in kinds], node))
        return default

    def unique(
        self, nodes: Iterable[Node], what: str, read: Callable[[Node], T], name: Callable[[T], str]
    ) -> tuple[T, ...]:
        """Every node read that can be, none with the name of another."""
        seen: dict[str, Place] = {}
        found: list[T] = []
        for node in nodes:
            item = self.attempt(lambda node=node: read(node))  # type: ignore[misc]
            if item is None:
                continue
            if name(item) in seen:
                problem = f"{_capital(what)} `{name(item)}` stands twice; first in line {seen[name(item)][0]}."
                self.report(self.error(problem, node))
                continue
            seen[name(item)] = node.place
            found.append(item)
        return tuple(found)

    def _wrong(self, node: Node, what: str, wanted: str) -> ConnectionFileError:
        hint = ""
        if wanted == "text" and isinstance(node.value, bool | int | float):
            hint = f" Put it in quotes: {_quoted(node)}."
        return self.error(f"{_capital(what)} takes {wanted}, not {_kind(node)}.{hint}", node)


def together(faults: Sequence[ConnectionFileError]) -> ConnectionFileError:
    """All that is wrong with a file, as the one error of its first fault."""
    first, *others = faults
    if not others:
        return first
    return ConnectionFileError(first.problem, path=first.path, line=first.line, column=first.column, others=others)


def plain(node: Node) -> Json:
    """The node as a JSON value."""
    if isinstance(node.value, dict):
        return {key: plain(entry) for key, entry in node.value.items()}
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    return node.value


def read_field(source: Source, node: Node, base: Field | None = None, *, what: str = "field") -> Field:
    """A field; where there is a ``base`` (the service's own definition) only what differs need be said."""
    where = f"{what} `{base.id}`" if base else f"a {what}"
    entries = source.mapping(node, where, FIELD_KEYS if base is None else FIELD_KEYS[1:], () if base else ("id",))
    start = base or Field(id=source.slug(entries["id"], f"the id of a {what}"))
    kind = source.choice(entries.get("type"), "the field type", FieldType, start.type)
    items = source.items(entries.get("options"), "`options`")
    read = [source.attempt(lambda item=item: _option(source, item)) for item in items]  # type: ignore[misc]
    options = tuple(one for one in read if one is not None)
    return replace(
        start,
        label=source.text_or(entries.get("label"), "`label`", start.label),
        type=kind,
        required=source.flag(entries.get("required"), "`required`", default=start.required),
        visibility=source.choice(entries.get("visibility"), "the visibility", Visibility, start.visibility),
        value=plain(entries["value"]) if "value" in entries else start.value,
        options=options if "options" in entries else start.options,
        description=source.text_or(entries.get("description"), "`description`", start.description),
        secret=source.flag(entries.get("secret"), "`secret`", default=start.secret),
    )


def read_fields(source: Source, node: Node | None, where: tuple[str, ...], what: str = "field") -> tuple[Field, ...]:
    """A list of fields of their own (a service's step, a feature, the configuration)."""

    def read(item: Node) -> Field:
        before = source.count
        one = read_field(source, item, what=what)
        source.places[(*where, one.id)] = item.place
        source.doubt((*where, one.id), since=before)
        return one

    return source.unique(source.items(node, f"the list of {what}s"), what, read, lambda one: one.id)


def read_service(source: Source, node: Node) -> Service:
    """A service: a file of the catalogue, or one written inline in a connection file."""
    entries = source.mapping(node, "a service", SERVICE_KEYS, ("id",))
    service_id = source.slug(entries["id"], "the id of a service")
    name = source.text_or(entries.get("service"), "`service`", service_id.replace("_", " ").capitalize())
    steps: dict[str, Any] = {
        kind.plural: source.unique(
            source.items(entries.get(kind.plural), f"`{kind.plural}`"),
            kind.value,
            lambda item, kind=kind: _step(source, item, kind),  # type: ignore[misc]
            lambda step: step.id,
        )
        for kind in StepKind
    }
    return Service(
        id=service_id,
        name=name,
        short_name=source.text_or(entries.get("short_name"), "`short_name`", name),
        brand_color=source.text_or(entries.get("brand_color"), "`brand_color`", Service.brand_color),
        url=source.text_or(entries.get("url"), "`url`", f"https://ifttt.com/{service_id}"),
        icon_url=source.text_or(entries.get("icon_url"), "`icon_url`"),
        url_prefix=source.text_or(entries["url_prefix"], "`url_prefix`") if "url_prefix" in entries else None,
        **steps,
    )


def _step(source: Source, node: Node, kind: StepKind) -> Trigger | Query | Action:
    allowed = _STEP_KEYS if kind is StepKind.ACTION else (*_STEP_KEYS, "ingredients")
    entries = source.mapping(node, _article(kind.value), allowed, ("id",))
    slug = source.slug(entries["id"], f"the id of {_article(kind.value)}")
    rest: dict[str, Any] = {}
    if kind is not StepKind.ACTION:
        nodes = source.items(entries.get("ingredients"), "`ingredients`")
        rest["ingredients"] = source.unique(
            nodes, "ingredient", lambda item: _ingredient(source, item), lambda one: one.id
        )
    return _STEPS[kind](
        id=slug,
        label=source.text_or(entries.get("label"), "`label`", slug.replace("_", " ").capitalize()),
        description=source.text_or(entries.get("description"), "`description`"),
        fields=source.unique(
            source.items(entries.get("fields"), "`fields`"),
            "field",
            lambda item: read_field(source, item),
            lambda one: one.id,
        ),
        **rest,
    )


def _ingredient(source: Source, node: Node) -> Ingredient:
    if isinstance(node.value, str):
        return Ingredient(id=source.slug(node, "the id of an ingredient"), label=_title(node.value))
    entries = source.mapping(node, "an ingredient", ("id", "label", "type", "example", "query"), ("id",))
    slug = source.slug(entries["id"], "the id of an ingredient")
    query = source.text_or(entries["query"], "`query`") if "query" in entries else None
    kind = source.choice(entries.get("type"), "the ingredient type", IngredientType, IngredientType.STRING)
    if kind is IngredientType.QUERY and query is None:
        raise source.error(
            f"Ingredient `{slug}` of type Query lacks `query`, the query (`service.slug`) behind it.", node
        )
    return Ingredient(
        id=slug,
        label=source.text_or(entries.get("label"), "`label`", _title(slug)),
        type=kind,
        example=source.text_or(entries.get("example"), "`example`"),
        query=query,
    )


def _option(source: Source, node: Node) -> Option:
    if isinstance(node.value, str):
        return Option(label=node.value, value=node.value)
    entries = source.mapping(node, "an option", ("label", "value", "group"), ("label",))
    label = source.text(entries["label"], "the label of an option")
    return Option(
        label=label,
        value=source.text_or(entries.get("value"), "the value of an option", label),
        group=source.text_or(entries["group"], "the group of an option") if "group" in entries else None,
    )


def _title(slug: str) -> str:
    return slug.replace("_", " ").capitalize()


def _article(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _kind(node: Node) -> str:
    if node.value is None:
        return "nothing"
    names: dict[type, str] = {bool: "true/false", int: "a number", float: "a number", str: "text", list: "a list"}
    return names.get(type(node.value), "a mapping")


def _quoted(node: Node) -> str:
    return f'"{str(node.value).lower() if isinstance(node.value, bool) else node.value}"'


def _short(text: str, limit: int = 40) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
