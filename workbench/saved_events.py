"""Events that have been given a name, to be fired again: a trigger with its ingredients, kept in a file if asked.

The file is YAML (or JSON, which is YAML too; the ending ``.json`` writes it so)::

    cat video:
      trigger: youtube.new_liked_video
      ingredients: {title: A cat, url: "https://example.com/v/1"}
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, overload

from workbench.connection.fields import Json
from workbench.connection.reading import Source, plain
from workbench.connection.round_trip import changed_text, text_of
from workbench.connection.saving import write_whole
from workbench.connection.tree import Node, parse, read_text
from workbench.errors import FileChanged, UnknownName, UsageError
from workbench.frames import Column, Rows, Schema, Selection
from workbench.observers import Observers, Stop

EVENTS = Schema("events", Column("name", "str"), Column("trigger", "str"), Column("ingredients", "object"))
_LONGEST_NAME = 200


@dataclass(frozen=True, kw_only=True)
class SavedEvent:
    """An event with a name: fire it with ``bench.fire(event.trigger, ingredients=event.ingredients)``."""

    name: str
    trigger: str
    ingredients: Mapping[str, Json] = field(default_factory=dict)


class SavedEvents(Rows[SavedEvent]):
    """The named events of a bench, in the order in which they were saved first; from any thread.

    >>> events = SavedEvents()
    >>> event = events.save("cat video", "youtube.new_liked_video", {"title": "A cat"})
    >>> events["cat video"].trigger
    'youtube.new_liked_video'
    """

    schema = EVENTS

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._events: dict[str, SavedEvent] = {}
        self._path: Path | None = None
        self._text = ""
        self._observers = Observers()

    def save(self, name: str, trigger: str, ingredients: Mapping[str, Json] | None = None) -> SavedEvent:
        """Give an event a name; one of that name is replaced.

        Raises:
            UsageError: the name is empty, or the ingredients are no JSON.
            FileChanged: the file they are kept in was changed by somebody else; nothing was saved.
        """
        name = name.strip()
        if not name or len(name) > _LONGEST_NAME or not name.isprintable():
            raise UsageError(f"An event's name is one line of 1 to {_LONGEST_NAME} characters.")
        event = SavedEvent(name=name, trigger=trigger, ingredients=_checked(ingredients or {}))
        self._change({**self._events, name: event})
        return event

    def remove(self, name: str) -> None:
        """Forget the event of that name.

        Raises:
            UnknownName: there is none.
        """
        del_name = self[name].name
        self._change({one: event for one, event in self._events.items() if one != del_name})

    def keep_in(self, path: str | Path) -> SavedEvents:
        """Keep them in a file from now on: what it holds is added to them, and each change is written.

        Raises:
            ConnectionFileError: the file cannot be read or written; with the place of what is wrong.
        """
        path = Path(path)
        with self._lock:
            text = read_text(path) if path.exists() else ""
            found = _read(path, text)
            self._path, self._text = path, text
            self._change({**found, **self._events})
        return self

    def observe(self, callback: Any) -> Stop:
        """Call ``callback()`` after each change; gives what stops it."""
        return self._observers.add(callback)

    def _change(self, events: dict[str, SavedEvent]) -> None:
        with self._lock:
            if self._path is not None:
                self._write(self._path, events)
            self._events = events
        self._observers.tell()

    def _write(self, path: Path, events: dict[str, SavedEvent]) -> None:
        on_disk = read_text(path) if path.exists() else ""
        if on_disk != self._text:
            raise FileChanged("Events were saved there by somebody else: `keep_in` the file again.", path=path)
        before, after = _tree(self._read_back(path)), _tree(events)
        if path.suffix == ".json":
            text = json.dumps(after, indent=2, ensure_ascii=False) + "\n"
        elif before:
            text = changed_text(on_disk, before, after)
        else:
            text = text_of(after)
        if text != on_disk:
            write_whole(path, text)
        self._text = text

    def _read_back(self, path: Path) -> dict[str, SavedEvent]:
        return _read(path, self._text)

    # --- rows ---------------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._events)

    def __iter__(self) -> Iterator[SavedEvent]:
        return iter(tuple(self._events.values()))

    @overload
    def __getitem__(self, index: int | str) -> SavedEvent: ...

    @overload
    def __getitem__(self, index: slice) -> Selection[SavedEvent]: ...

    def __getitem__(self, index: int | str | slice) -> SavedEvent | Selection[SavedEvent]:
        if isinstance(index, str):
            if index not in self._events:
                raise UnknownName("event", index, self._events, where="among the saved ones")
            return self._events[index]
        return super().__getitem__(index)

    def row(self, item: SavedEvent) -> dict[str, Any]:
        """One event as a row."""
        return {"name": item.name, "trigger": item.trigger, "ingredients": dict(item.ingredients)}


def _checked(ingredients: Mapping[str, Json]) -> dict[str, Json]:
    """A copy of the ingredients, which nobody else can change."""
    try:
        json.dumps(ingredients, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError(f"The ingredients are no JSON: {error}.") from None
    return deepcopy(dict(ingredients))


def _tree(events: Mapping[str, SavedEvent]) -> dict[str, Any]:
    return {one.name: {"trigger": one.trigger, "ingredients": dict(one.ingredients)} for one in events.values()}


def _read(path: Path, text: str) -> dict[str, SavedEvent]:
    if not text.strip():
        return {}
    source = Source(path=path)
    root = parse(text, path=path)
    if root.value is None:
        return {}
    entries = source.mapping(root, "a file of events", list(root.value) if isinstance(root.value, dict) else ())
    return {name: _event(source, name, node) for name, node in entries.items()}


def _event(source: Source, name: str, node: Node) -> SavedEvent:
    entries = source.mapping(node, "an event", ("trigger", "ingredients"), ("trigger",))
    trigger = plain(entries["trigger"])
    if not isinstance(trigger, str):
        raise source.error("`trigger` is text: `service.trigger`.", entries["trigger"])
    given = plain(entries["ingredients"]) if "ingredients" in entries else {}
    if not isinstance(given, dict | None):
        raise source.error("`ingredients` is a mapping (`key: value` lines).", entries["ingredients"])
    return SavedEvent(name=name, trigger=trigger, ingredients=given or {})
