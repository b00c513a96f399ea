"""Changes carried into the YAML text that a connection came from, so that comments, order and wording stay.

Three trees meet: what the text said (``before``), what the connection is now (``after``), and ruamel's
document of the text. Only what differs between the first two is touched in the third; so what somebody wrote at
more length than needed stays as they wrote it.
"""

from __future__ import annotations

import copy
import io
import re
from collections.abc import Iterable
from typing import Any

from workbench.connection.reading import plain
from workbench.connection.tree import parse
from workbench.connection.writing import Tree
from workbench.errors import ConnectionFileError

_WIDTH = 2**31
"""Lines are never folded: folding would change lines that nobody edited."""
_MISSING = object()


def text_of(after: Tree) -> str:
    """A fresh file."""
    return _dumped(_styled(after))


def changed_text(text: str, before: Tree, after: Tree) -> str:
    """``text`` with the changes from ``before`` to ``after``; the very same text where there are none."""
    if before == after:
        return text
    document = _yaml().load(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    _prepare(document, set())
    _apply(document, before, after)
    changed = _dumped(document)
    if "\r\n" in text:
        changed = changed.replace("\n", "\r\n")
    return ("\ufeff" if text.startswith("\ufeff") else "") + changed


def _yaml() -> Any:
    from ruamel.yaml import YAML  # noqa: PLC0415 - slow to import

    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _dumped(document: Any) -> str:
    stream = io.StringIO()
    _yaml().dump(document, stream)
    return stream.getvalue()


def _apply(document: Any, before: Tree, after: Tree) -> None:
    """Carry the differences into a mapping of the document."""
    for key in before.keys() - after.keys():
        document.pop(key, None)
    position = 0
    for key, value in after.items():
        old = before.get(key, _MISSING)
        if key in document:
            position = list(document).index(key) + 1
        if _same(old, value):
            continue
        if key in document:
            document[key] = _merged(document[key], old, value)
        else:
            document.insert(position, _key(key), _styled(value))
            position += 1


def _same(old: Any, new: Any) -> bool:
    return type(old) is type(new) and bool(old == new)


def _merged(document: Any, old: Any, new: Any) -> Any:
    """A part of the document after its change: itself, changed in place, where its shape allows."""
    if isinstance(document, dict) and isinstance(old, dict) and isinstance(new, dict):
        _apply(document, old, new)
        return document
    if isinstance(document, list) and isinstance(old, list) and isinstance(new, list) and len(document) == len(old):
        _apply_items(document, old, new)
        return document
    return _styled(new)


def _apply_items(document: Any, old: list[Any], new: list[Any]) -> None:
    """Items are the same item when they have the same name; the others are taken out or put in."""
    left = list(zip(old, list(document), strict=True))
    places: dict[int, Any] = {}
    for same in (_same, _has_same_name):
        for position, value in enumerate(new):
            match = next(
                (i for i, (before, _) in enumerate(left) if position not in places and same(before, value)), None
            )
            if match is not None:
                before, item = left.pop(match)
                places[position] = item if _same(before, value) else _merged(item, before, value)
    comments = _comments_by_item(document)
    document[:] = [places[i] if i in places else _styled(value) for i, value in enumerate(new)]
    _restore_comments(document, comments)


def _has_same_name(old: Any, new: Any) -> bool:
    return _name(old) is not None and _name(old) == _name(new)


def _name(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        return None
    return next((str(value[key]) for key in ("id", "step", "title", "label") if key in value), None)


def _comments_by_item(document: Any) -> dict[int, Any]:
    return {id(document[index]): comment for index, comment in document.ca.items.items() if index < len(document)}


def _restore_comments(document: Any, comments: dict[int, Any]) -> None:
    document.ca.items.clear()
    for index, item in enumerate(document):
        if id(item) in comments:
            document.ca.items[index] = comments[id(item)]


def _prepare(document: Any, seen: set[int]) -> None:
    """Give every alias its own copy, so that a change of one does not change the other; keep numbers exact."""
    for key, child in list(_children(document)):
        if isinstance(child, float) and getattr(child, "_exp", None):
            document[key] = float(child)  # ruamel rounds what it writes with an exponent
        if not isinstance(child, dict | list):
            continue
        if id(child) in seen:
            document[key] = _copy_without_anchor(child)
        seen.add(id(document[key]))
        _prepare(document[key], seen)


def _children(document: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(document, dict):
        return document.items()
    return enumerate(document) if isinstance(document, list) else ()


def _copy_without_anchor(part: Any) -> Any:
    fresh = copy.deepcopy(part)
    fresh.yaml_set_anchor(None)
    return fresh


def _is_short(value: Tree) -> bool:
    texts = [*value, *(str(entry) for entry in value.values())]
    plain = all(isinstance(entry, str | bool | int | float | None) for entry in value.values())
    return plain and sum(map(len, texts)) < 80 and not any("\n" in text for text in texts)


def _key(text: str) -> str:
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString  # noqa: PLC0415 - slow to import

    return text if text.isidentifier() else DoubleQuotedScalarString(text)


_LITERAL = re.compile("[\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]+")


def _styled(value: Any) -> Any:
    """Plain data as ruamel's, long text as a block that reads like the text."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq  # noqa: PLC0415 - slow to import
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString  # noqa: PLC0415

    if isinstance(value, dict):
        mapping = CommentedMap((_key(key), _styled(entry)) for key, entry in value.items())
        if "step" not in value and _is_short(value):
            mapping.fa.set_flow_style()
        return mapping
    if isinstance(value, list):
        sequence = CommentedSeq(_styled(item) for item in value)
        if all(isinstance(item, str) and len(item) < 40 and "\n" not in item for item in value):
            sequence.fa.set_flow_style()
        return sequence
    if isinstance(value, str) and "\n" in value and _LITERAL.fullmatch(value) and value.strip():
        return LiteralScalarString(value)
    if isinstance(value, str) and not _reads_back(value):
        return DoubleQuotedScalarString(value)
    return value


def _reads_back(text: str) -> bool:
    """Whether the bare word is read as this text, on a line of its own and between braces."""
    try:
        node = parse(f'key: {text}\nflow: {{"key": {text}}}\n')
    except ConnectionFileError:
        return False
    return plain(node) == {"key": text, "flow": {"key": text}}
