"""YAML text as a tree whose every node knows its place, with limits that hold before anything is built.

Rules of this file (YAML 1.2, core schema, stricter where a file could surprise):

* Text is UTF-8 without control characters; at most ``MAX_BYTES``.
* Depth and aliases are counted on the event stream, so 100,000 levels or an alias bomb cost nothing.
* No tags: a file names data, never types to build.
* Keys are text, and each stands once in its mapping.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from workbench.errors import ConnectionFileError

MAX_BYTES: Final = 32 * 2**20
MAX_DEPTH: Final = 64
MAX_ALIASED_NODES: Final = 10_000
"""How many nodes all aliases of a file may stand for together."""

_PURE_LIMIT = 64 * 2**10
"""Longer texts go through libyaml where it is installed: the same events, fifty times as fast."""

Place: TypeAlias = tuple[int, int]
"""Line and column, both from 1."""
Scalar: TypeAlias = bool | int | float | str | None


@dataclass(slots=True)
class Node:
    """One scalar, sequence or mapping of the file, and where it begins; ``keys`` are the places of a mapping's keys."""

    value: Scalar | list[Node] | dict[str, Node]
    place: Place
    keys: dict[str, Place] = field(default_factory=dict)
    size: int = 1


def read_text(path: Path) -> str:
    """The file's text, decoded strictly; a byte order mark stays in front.

    Raises:
        ConnectionFileError: missing, a folder, not readable, too big or not UTF-8.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ConnectionFileError("There is no such file.", path=path) from None
    except IsADirectoryError:
        raise ConnectionFileError("This is a folder; name the file in it.", path=path) from None
    except (OSError, ValueError) as error:
        raise ConnectionFileError(f"The file cannot be read: {error}.", path=path) from None
    if len(data) > MAX_BYTES:
        raise ConnectionFileError(f"The file is longer than {MAX_BYTES // 2**20} MiB.", path=path)
    return _decoded(data, path)


def _decoded(data: bytes, path: Path) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = _place_of(data[: error.start].decode("utf-8"))
        problem = f"Byte 0x{data[error.start]:02x} is not UTF-8. Save the file as UTF-8."
        raise ConnectionFileError(problem, path=path, line=line, column=column) from None


def parse(text: str, *, path: Path | None = None, libyaml: bool | None = None) -> Node:
    """The one document in ``text`` as a tree.

    Args:
        text: YAML 1.2.
        path: the file it came from, for messages.
        libyaml: whether the fast parser may be used; None decides by length.

    Raises:
        ConnectionFileError: with the place of what is wrong.
    """
    from ruamel.yaml import YAML  # noqa: PLC0415 - slow to import
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415

    text = text.removeprefix("\ufeff")
    _refuse_controls(text, path)
    fast = len(text) > _PURE_LIMIT if libyaml is None else libyaml
    try:
        return _Composer(YAML(typ="safe", pure=not fast).parse(text), path).document()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (None, None)
        problem = ", ".join(str(part) for part in (error.context, error.problem) if part)
        raise ConnectionFileError(f"Not YAML: {problem}.", path=path, line=place[0], column=place[1]) from None
    except YAMLError as error:
        raise ConnectionFileError(f"Not YAML: {error}.", path=path) from None


_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def _refuse_controls(text: str, path: Path | None) -> None:
    found = _CONTROL.search(text)
    if found:
        line, column = _place_of(text[: found.start()])
        name = "a NUL" if found[0] == "\0" else f"the control character U+{ord(found[0]):04X}"
        problem = f"There is {name} here, which YAML does not allow. Is this a text file?"
        raise ConnectionFileError(problem, path=path, line=line, column=column)


def _place_of(before: str) -> Place:
    lines = re.split(r"\r\n|[\n\r]", before)
    return len(lines), len(lines[-1]) + 1


_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")}
_HALF = re.compile(r"[\ud800-\udfff]")
_INT = re.compile(r"[-+]?[0-9]{1,300}|0o[0-7]{1,300}|0x[0-9a-fA-F]{1,300}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


class _Composer:
    """Builds nodes from parser events; a class because the events are one stream that all of it reads."""

    def __init__(self, events: Iterator[Any], path: Path | None) -> None:
        self._events = events
        self._path = path
        self._anchors: dict[str, Node] = {}
        self._aliased = 0

    def document(self) -> Node:
        first = self._next(), self._next()
        if _is(first[1], "StreamEnd"):
            raise ConnectionFileError("The file is empty.", path=self._path, line=1, column=1)
        root = self._node(self._next(), depth=1)
        self._next()
        extra = self._next()
        if not _is(extra, "StreamEnd"):
            raise self._error("A second document begins here; a file holds one.", extra)
        return root

    def _next(self) -> Any:
        return next(self._events)

    def _node(self, event: Any, *, depth: int) -> Node:
        if _is(event, "Alias"):
            return self._alias(event)
        if event.tag is not None:
            raise self._error(f"The tag {event.tag} is not allowed here: a connection file holds plain data.", event)
        if depth > MAX_DEPTH:
            raise self._error(f"More than {MAX_DEPTH} levels, one inside the other.", event)
        place = _place(event)
        if _is(event, "Scalar"):
            node = Node(self._scalar(event) if event.implicit[0] else _joined(event.value), place)
        elif _is(event, "SequenceStart"):
            node = self._sequence(place, depth)
        else:
            node = self._mapping(place, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _sequence(self, place: Place, depth: int) -> Node:
        items: list[Node] = []
        while not _is(event := self._next(), "SequenceEnd"):
            items.append(self._node(event, depth=depth + 1))
        return Node(items, place, size=1 + sum(item.size for item in items))

    def _mapping(self, place: Place, depth: int) -> Node:
        entries: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        while not _is(event := self._next(), "MappingEnd"):
            if not _is(event, "Scalar"):
                raise self._error("A key must be plain text.", event)
            key = _joined(event.value)
            if key in entries:
                raise self._error(f"The key `{_short(key)}` stands twice; first in line {keys[key][0]}.", event)
            keys[key] = _place(event)
            entries[key] = self._node(self._next(), depth=depth + 1)
        return Node(entries, place, keys, size=1 + sum(entry.size for entry in entries.values()))

    def _alias(self, event: Any) -> Node:
        node = self._anchors.get(event.anchor)
        if node is None:
            raise self._error(f"The alias *{event.anchor} names nothing that is complete before it.", event)
        self._aliased += node.size
        if self._aliased > MAX_ALIASED_NODES:
            raise self._error(f"The aliases stand for more than {MAX_ALIASED_NODES} values together.", event)
        return node

    def _scalar(self, event: Any) -> Scalar:
        text: str = event.value
        if text in _NULL:
            return None
        if text in _BOOL:
            return _BOOL[text]
        if not (text[0].isascii() and (text[0].isdigit() or text[0] in "+-.")):
            return text
        if _INT.fullmatch(text):
            return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
        if _NOT_FINITE.fullmatch(text) or (_FLOAT.fullmatch(text) and float(text) in (float("inf"), float("-inf"))):
            raise self._error(f"`{_short(text)}` is no number that JSON can carry. Quote it if text is meant.", event)
        return float(text) if _FLOAT.fullmatch(text) else text

    def _error(self, problem: str, event: Any) -> ConnectionFileError:
        line, column = _place(event)
        return ConnectionFileError(problem, path=self._path, line=line, column=column)


def _joined(text: str) -> str:
    """The text with characters where it has the two halves of one: JSON escapes them so, and JSON is YAML too."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") if _HALF.search(text) else text


def _is(event: Any, name: str) -> bool:
    return type(event).__name__ == f"{name}Event"


def _place(event: Any) -> Place:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _short(text: str, limit: int = 40) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else f"{flat[: limit - 1]}…"
