"""Sample data: what a query returns, and which options a dropdown has, when nobody was told to answer.

Derived from ingredient and field types, the call's fields and the seed: the same each time, other data for another
seed. An item is made when it is asked for, so that a page costs what it holds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import TypeAlias, overload

from workbench.connect_api.services import Call, Done, Options, OptionsCall, Reply, StepCall, Whole
from workbench.connection.definition import ConnectionDefinition, Ingredient, IngredientType, Query, StepKind
from workbench.connection.fields import Field, FieldType, Json, Option

_LEAST, _SPREAD = 17, 9  # a sample list has 17 to 25 items
_LONGEST_KEPT = 1_000  # characters of the fields of a list whose items are kept
_SORTED = json.JSONEncoder(sort_keys=True)

_SUBJECTS = ("Morning", "Harbour", "Garden", "Winter", "City", "Mountain", "Kitchen", "Weekend", "Studio", "Evening")
_THINGS = ("walk", "session", "notes", "guide", "story", "lesson", "highlights", "review", "playlist", "tour")
_PEOPLE = ("Ada", "Noor", "Mateo", "Yuki", "Lena", "Kofi", "Ines", "Tomas", "Priya", "Elif")
_SURNAMES = ("Berg", "Silva", "Okafor", "Tanaka", "Weiss", "Moreau", "Rossi", "Novak", "Haddad", "Lind")
_PLACES = ("Desk", "Ceiling", "Kitchen", "Hallway", "Bedroom", "Balcony", "Living room", "Garage", "Porch", "Studio")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_TRUTHS = ("true", "false")
_STATES = ("on", "off")
_FILES = {IngredientType.IMAGE_URL: "images", IngredientType.FILE_URL: "files", IngredientType.WEB_URL: "pages"}
_ENDINGS = {IngredientType.IMAGE_URL: ".jpg", IngredientType.FILE_URL: ".pdf", IngredientType.WEB_URL: ""}


_Items: TypeAlias = "dict[int, dict[str, Json | timedelta]]"


class Draw:
    """A stream of choices that depends on its parts and nothing else."""

    __slots__ = ("_number",)

    def __init__(self, *parts: object) -> None:
        text = "\x00".join(map(str, parts)).encode("utf-8", "surrogatepass")
        self._number = int.from_bytes(hashlib.blake2b(text, digest_size=32).digest())

    def below(self, bound: int) -> int:
        """A number from 0 to ``bound`` - 1."""
        self._number, drawn = divmod(self._number, bound)
        return drawn

    def one_of(self, choices: Sequence[str]) -> str:
        """One of them."""
        return choices[self.below(len(choices))]


class SampleItems(Sequence[dict[str, Json]]):
    """The whole list that a query returns for some fields: finite, made item by item.

    ``nested`` makes the fields with which an ingredient of type Query is asked for.
    """

    def __init__(
        self,
        call: StepCall,
        ingredients: Sequence[Ingredient],
        seed: int,
        nested: Callable[[Ingredient, Draw], dict[str, Json]],
    ) -> None:
        self._ingredients, self._nested, self._now = ingredients, nested, call.now.replace(microsecond=0)
        self._words = [value for value in call.fields.values() if isinstance(value, str) and value.strip()]
        self._base = f"{seed}\x00{call.step}\x00{_SORTED.encode(call.fields)}"
        made = (_made if len(self._base) <= _LONGEST_KEPT else _Made)(self._base)
        self._length, self._made = made.length, made.items_of(ingredients)

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> dict[str, Json]: ...
    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Json]]: ...
    def __getitem__(self, index: int | slice) -> dict[str, Json] | list[dict[str, Json]]:
        if isinstance(index, slice):
            return [self._item(one) for one in range(*index.indices(self._length))]
        return self._item(range(self._length)[index])

    def __iter__(self) -> Iterator[dict[str, Json]]:
        return map(self._item, range(self._length))

    def _item(self, number: int) -> dict[str, Json]:
        kept = self._made.get(number)
        if kept is None:
            lasting = [one for one in self._ingredients if one.type is not IngredientType.QUERY]
            kept = self._made[number] = {one.id: self._value(one, number) for one in lasting}
        return {one.id: self._shown(one, number, kept) for one in self._ingredients}

    def _value(self, ingredient: Ingredient, number: int) -> Json | timedelta:
        return sample_value(ingredient, Draw(self._base, number, ingredient.id), number, self._words)

    def _shown(self, ingredient: Ingredient, number: int, kept: Mapping[str, Json | timedelta]) -> Json:
        value = kept.get(ingredient.id)
        if isinstance(value, timedelta):
            moment = self._now - value
            is_date = ingredient.type is IngredientType.DATE
            return moment.date().isoformat() if is_date else moment.isoformat(timespec="seconds")
        if ingredient.type is IngredientType.QUERY:
            return {"type": "query", "fields": self._nested(ingredient, Draw(self._base, number, ingredient.id))}
        return value


class _Made:
    """What was made already of one list: its length, and its items but for what passes with time."""

    def __init__(self, base: str) -> None:
        self.length = _LEAST + Draw(base).below(_SPREAD)
        self._kept: tuple[Sequence[Ingredient], _Items] = ((), {})

    def items_of(self, ingredients: Sequence[Ingredient]) -> _Items:
        """Its items so far, by number; none after the definition was edited."""
        kept = self._kept
        if kept[0] is not ingredients:
            kept = self._kept = (ingredients, {})
        return kept[1]


_made = lru_cache(maxsize=64)(_Made)


def sample_value(ingredient: Ingredient, draw: Draw, number: int, words: Sequence[str]) -> Json | timedelta:
    """A value of an ingredient's type that looks like what its name says; of a moment, how long ago it was."""
    name = f"{ingredient.id} {ingredient.label}".lower()
    match ingredient.type:
        case IngredientType.NUMBER:
            return _number(name, draw)
        case IngredientType.DATE | IngredientType.DATE_TIME:
            return timedelta(hours=6 * number, minutes=draw.below(300))  # newest first, as services return things
        case IngredientType.WEB_URL | IngredientType.IMAGE_URL | IngredientType.FILE_URL:
            return _url(ingredient, draw)
    return _text(name, ingredient, draw, words)


def _number(name: str, draw: Draw) -> int | float:
    if "lat" in name.split():
        return round(draw.below(180_000_000) / 1e6 - 90, 6)
    if {"lng", "lon"} & set(name.split()):
        return round(draw.below(360_000_000) / 1e6 - 180, 6)
    return draw.below(100) if "percent" in name else draw.below(1_000)


def _url(ingredient: Ingredient, draw: Draw) -> str:
    code = "".join(draw.one_of(_LETTERS) for _ in range(8))
    return f"https://example.com/{_FILES[ingredient.type]}/{code}{_ENDINGS[ingredient.type]}"


def _text(name: str, ingredient: Ingredient, draw: Draw, words: Sequence[str]) -> str:
    topic = " ".join(words)
    if any(one in name for one in ("title", "subject", "headline", "song", "track")):
        phrase = f"{draw.one_of(_SUBJECTS)} {draw.one_of(_THINGS)}"
        return f"{topic}: {phrase.lower()}" if topic else phrase
    if any(one in name for one in ("description", "body", "text", "summary", "content", "message")):
        about = f" about {topic}" if topic else ""
        return f"{draw.one_of(_PEOPLE)}'s {draw.one_of(_THINGS)}{about}, {draw.one_of(_SUBJECTS).lower()} edition."
    return _named_text(name, ingredient, draw)


def _named_text(name: str, ingredient: Ingredient, draw: Draw) -> str:
    if ingredient.example.casefold() in _TRUTHS:
        return draw.one_of(_TRUTHS)
    words = set(name.replace("_", " ").split())
    for names, make in _BY_NAME:
        if words & names:
            return make(draw)
    stem = ingredient.example or ingredient.label or ingredient.id
    return f"{stem} {draw.below(90) + 10}"


def _person(draw: Draw) -> str:
    return f"{draw.one_of(_PEOPLE)} {draw.one_of(_SURNAMES)}"


def _code(draw: Draw) -> str:
    return "".join(draw.one_of(_LETTERS) for _ in range(11))


_BY_NAME: tuple[tuple[frozenset[str], Callable[[Draw], str]], ...] = (
    (frozenset({"email", "mail"}), lambda draw: f"{_person(draw).lower().replace(' ', '.')}@example.com"),
    (frozenset({"phone", "telephone"}), lambda draw: f"+1 555 01{draw.below(100):02}"),
    (frozenset({"author", "user", "username", "person", "sender", "owner", "contact", "artist", "channel"}), _person),
    (frozenset({"on", "state", "power", "status"}), lambda draw: draw.one_of(_STATES)),
    (frozenset({"id", "identifier", "key", "code"}), _code),
    (frozenset({"lamp", "light", "room", "device", "place", "name", "label"}), lambda draw: draw.one_of(_PLACES)),
)


def sample_options(step: str, field: Field, user_id: str, seed: int) -> tuple[Option, ...]:
    """The options of a dropdown that lists none: three to five, the same each time for one user."""
    draw = Draw(seed, step, field.id, user_id)
    names = list(_PLACES if _is_thing(field) else _SUBJECTS)
    count = 3 + draw.below(3)
    labels = [names.pop(draw.below(len(names))) for _ in range(count)]
    return tuple(Option(label=label, value=label.lower().replace(" ", "-")) for label in labels)


def _is_thing(field: Field) -> bool:
    name = f"{field.id} {field.label}".lower()
    return any(word in name for word in ("lamp", "light", "device", "room", "switch", "thermostat", "speaker"))


def sample_reply(definition: ConnectionDefinition, call: Call, seed: int) -> Reply:
    """What samples answer to a call."""
    if isinstance(call, OptionsCall):
        return Options(call.field.options or sample_options(call.step, call.field, call.user_id, seed))
    if call.kind is not StepKind.QUERY:
        return Done()
    found = definition.step(call.step, StepKind.QUERY)
    ingredients = found[1].ingredients if found is not None and isinstance(found[1], Query) else ()

    def nested(ingredient: Ingredient, draw: Draw) -> dict[str, Json]:
        step = ingredient.query or f"{call.step.partition('.')[0]}.{ingredient.id}"
        return _nested_fields(definition, step, call.user_id, seed, draw)

    return Whole(SampleItems(call, ingredients, seed, nested))


def _nested_fields(definition: ConnectionDefinition, step: str, user_id: str, seed: int, draw: Draw) -> dict[str, Json]:
    """The fields of a query that an item leads to, as its service knows them; required ones only."""
    found = definition.step(step, StepKind.QUERY)
    fields = [field for field in found[1].fields if field.required] if found else []
    return {field.id: _nested_value(step, field, user_id, seed, draw) for field in fields}


def _nested_value(step: str, field: Field, user_id: str, seed: int, draw: Draw) -> Json:
    if field.type.has_options:
        options = field.options or sample_options(step, field, user_id, seed)
        value = draw.one_of([option.value for option in options])
        return [value] if field.type is FieldType.CHECKBOX_MULTI else value
    if field.type.is_location:
        point: dict[str, Json] = {"lat": draw.below(120) - 60, "lng": draw.below(300) - 150}
        return point if field.type is FieldType.LOCATION_POINT else {**point, "radius": 100 + draw.below(400)}
    return f"{draw.one_of(_SUBJECTS)} {draw.one_of(_THINGS)}".lower()
