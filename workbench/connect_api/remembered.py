"""What actions added, shown by the queries of samples: a world that is small but keeps its word.

Rules:

* An action adds where its slug says so (``add``, ``create``, ``post`` …). What it adds shows up in the queries of the
  same service whose slug names the same thing (``create_detailed_event`` → ``history_of_event_starts``).
* Only the same user sees it, and only where the fields that action and query share have the same value.
* The newest comes first. The last ``MOST`` of each user are kept.
"""

from __future__ import annotations

import math
import re
import threading
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import overload

from workbench.connect_api.services import Call, Reply, StepCall, Whole
from workbench.connection.definition import Action, ConnectionDefinition, Ingredient, IngredientType, Query, StepKind
from workbench.connection.fields import Json

MOST = 1_000

_ADDING = frozenset(
    {"add", "append", "book", "create", "insert", "log", "new", "post", "record", "save", "schedule", "upload"}
)
_EMPTY_WORDS = frozenset({"a", "all", "an", "any", "by", "detailed", "for", "from", "history", "in", "last", "latest"})
_EMPTY_WORDS |= {"list", "my", "of", "on", "quick", "row", "search", "the", "time", "to", "with", "get", "find"}
_SAME = (
    {"where", "location", "place", "address"},
    {"title", "name", "subject", "summary"},
    {"body", "text", "message"},
)
_MAIN = ("title", "name", "subject", "text", "body", "message", "content", "description")
_DATES = (IngredientType.DATE, IngredientType.DATE_TIME)


@dataclass(frozen=True, kw_only=True)
class Added:
    """What one action added."""

    step: str
    action: Action
    fields: Mapping[str, Json]
    moment: str


@dataclass
class Remembered:
    """What the actions of samples added, by user. ``_lock`` guards it."""

    _added: dict[str, deque[Added]] = field(default_factory=lambda: defaultdict(lambda: deque(maxlen=MOST)))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def reply(self, definition: ConnectionDefinition, call: Call, samples: Reply) -> Reply:
        """What samples reply to a call, with what was added; an action is remembered."""
        if isinstance(call, StepCall) and call.kind is StepKind.ACTION:
            self._keep(definition, call)
        elif isinstance(call, StepCall) and isinstance(samples, Whole) and call.user_id in self._added:
            found = definition.step(call.step, StepKind.QUERY)
            if found is not None and isinstance(found[1], Query):
                return Whole(self._items(found[1], call, samples.items))
        return samples

    def _keep(self, definition: ConnectionDefinition, call: StepCall) -> None:
        """Remember what an action adds, if it adds anything."""
        if not adds(call.step):
            return
        found = definition.step(call.step, StepKind.ACTION)
        if found is not None and isinstance(found[1], Action):
            moment = call.now.isoformat(timespec="seconds")
            added = Added(step=call.step, action=found[1], fields=dict(call.fields), moment=moment)
            with self._lock:
                self._added[call.user_id].appendleft(added)

    def _items(
        self, query: Query, call: StepCall, samples: Sequence[Mapping[str, Json]]
    ) -> Sequence[Mapping[str, Json]]:
        """The items of a query: what was added, before the samples."""
        with self._lock:
            kept = [one for one in self._added[call.user_id] if shows(one, query, call)]
        if not kept:
            return samples
        return Joined([item_of(one, query, samples[number % len(samples)]) for number, one in enumerate(kept)], samples)

    def forget(self) -> None:
        """Nothing was ever added."""
        with self._lock:
            self._added.clear()


class Joined(Sequence[Mapping[str, Json]]):
    """Two sequences as one, without reading the second."""

    def __init__(self, first: Sequence[Mapping[str, Json]], second: Sequence[Mapping[str, Json]]) -> None:
        self._first, self._second = first, second

    def __len__(self) -> int:
        return len(self._first) + len(self._second)

    @overload
    def __getitem__(self, index: int) -> Mapping[str, Json]: ...
    @overload
    def __getitem__(self, index: slice) -> list[Mapping[str, Json]]: ...
    def __getitem__(self, index: int | slice) -> Mapping[str, Json] | list[Mapping[str, Json]]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        number = range(len(self))[index]
        return self._first[number] if number < len(self._first) else self._second[number - len(self._first)]

    def __iter__(self) -> Iterator[Mapping[str, Json]]:
        yield from self._first
        yield from self._second


# --- which action adds to which query ---------------------------------------------------------------------------------


@lru_cache(maxsize=1_024)
def adds(step: str) -> bool:
    """Whether an action adds something that a query could show."""
    return bool(_ADDING & set(step.partition(".")[2].lower().split("_")))


def shows(added: Added, query: Query, call: StepCall) -> bool:
    """Whether the query shows what was added."""
    service, _, slug = added.step.partition(".")
    if call.step.partition(".")[0] != service or not _words(slug) & _words(query.id):
        return False
    return all(_agrees(name, value, added) for name, value in call.fields.items())


def _agrees(name: str, value: Json, added: Added) -> bool:
    """Whether a field of the query lets the added thing through: an equal field, or a text that it contains."""
    if name in added.fields:
        return added.fields[name] == value
    if not isinstance(value, str) or not value.strip():
        return True
    return any(isinstance(one, str) and value.casefold() in one.casefold() for one in added.fields.values())


def _words(text: str) -> set[str]:
    words = {_stem(word) for word in re.findall(r"[a-z]+", text.lower())}
    return words - _ADDING - {_stem(word) for word in _EMPTY_WORDS}


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


# --- what the query shows of it ---------------------------------------------------------------------------------------


def item_of(added: Added, query: Query, sample: Mapping[str, Json]) -> dict[str, Json]:
    """The item: the action's values where they fit an ingredient, a sample's for the rest."""
    item: dict[str, Json] = {}
    used: set[str] = set()
    for ingredient in query.ingredients:
        name = _field_for(ingredient, added, used)
        if name is not None:
            used.add(name)
            item[ingredient.id] = _as(ingredient, added.fields[name])
        elif ingredient.type in _DATES:
            item[ingredient.id] = added.moment if ingredient.type is IngredientType.DATE_TIME else added.moment[:10]
        else:
            item[ingredient.id] = sample[ingredient.id]
    return _with_main(item, query, added, used)


def _field_for(ingredient: Ingredient, added: Added, used: set[str]) -> str | None:
    names = [name for name in added.fields if name not in used and isinstance(added.fields[name], str | int | float)]
    if ingredient.id in names:
        return ingredient.id
    mine = _alike(ingredient.id)
    return next((name for name in names if mine & _alike(name)), None)


def _alike(name: str) -> set[str]:
    """The words of a name, and those that mean the same."""
    words = {_stem(word) for word in re.findall(r"[a-z]+", name.lower())} - {"time", "which", "id"}
    return words.union(*(same for same in _SAME if words & same))


def _with_main(item: dict[str, Json], query: Query, added: Added, used: set[str]) -> dict[str, Json]:
    """A sentence that nothing took ("Dinner with Ada") becomes the item's main text, if that is still a sample's."""
    left = [name for name, value in added.fields.items() if name not in used and isinstance(value, str)]
    texts = [one.id for one in query.ingredients if one.type is IngredientType.STRING]
    main = next((name for name in _MAIN if name in texts), None)
    taken = main is not None and any(_alike(main) & _alike(name) for name in used)
    shared = {one.id for one in query.fields}
    sentence = next((name for name in left if name not in shared and name not in _choices(added.action)), None)
    if main is None or taken or sentence is None:
        return item
    return {**item, main: added.fields[sentence]}


def _choices(action: Action) -> set[str]:
    return {one.id for one in action.fields if one.type.has_options}


def _as(ingredient: Ingredient, value: Json) -> Json:
    if ingredient.type is IngredientType.NUMBER and isinstance(value, str):
        try:
            number = float(value)
        except ValueError:
            return value
        if not math.isfinite(number):
            return value
        return int(number) if number.is_integer() else number
    return value if isinstance(value, str) or ingredient.type is IngredientType.NUMBER else str(value)
