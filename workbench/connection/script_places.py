"""Where a place of the runtime script stands in the file that holds it: the connection's own, or the script's.

In the connection file the script may be a literal block (``|``, with whatever indentation and indicators) or a scalar
on one line. Of a folded block, or a text with escapes, nobody could say which of its places is which: there is none.
"""

from __future__ import annotations

import re

from workbench.connection.files import Loaded
from workbench.connection.problem import FilePlace
from workbench.connection.tree import Place

_ANY_BREAK = re.compile("\r\n|[\n\r\u2028\u2029]")
_LITERAL = re.compile(r"(&\S+[ \t]+)?\|[-+0-9]{0,2}([ \t]+#.*|[ \t]*)$")


def shown(script: str | None) -> str:
    """A script with the line ends that editors show."""
    return re.sub("\r\n?", "\n", script or "")


def edited_place(script: str, line: int, column: int) -> Place:
    """A place as JavaScript counts it, as editors count: only line ends break lines there."""
    starts = [0, *(match.end() for match in _ANY_BREAK.finditer(script))]
    at = starts[min(line, len(starts)) - 1]
    before = shown(script[:at])
    begin = before.rfind("\n") + 1
    return before.count("\n") + 1, len(before) - begin + column


def script_place(loaded: Loaded, line: int | None, column: int | None) -> FilePlace | None:
    """Where a place of the script, as JavaScript counts it, stands in its file; None where nobody can tell.

    Args:
        loaded: the connection file that the script is of.
        line: from 1; None stands for the whole script.
        column: from 1.
    """
    if loaded.path is None or loaded.definition.script is None:
        return None
    script = loaded.definition.script
    edited = None if line is None else edited_place(script, line, column or 1)
    if loaded.script_path is not None:
        return FilePlace(loaded.script_path, *(edited or (1, 1)))
    if edited is None:
        return FilePlace(loaded.path, *loaded.places["script",])
    place = _in_yaml(loaded.text, loaded.places["script", "value"], shown(script), edited)
    return None if place is None else FilePlace(loaded.path, *place)


def _in_yaml(text: str, begin: Place, script: str, place: Place) -> Place | None:
    """Where a place of the script stands in the YAML text in which its scalar begins at ``begin``."""
    lines = shown(text.removeprefix("\ufeff")).split("\n")
    head = lines[begin[0] - 1][begin[1] - 1 :]
    if _LITERAL.match(head):
        return _in_block(lines[begin[0] :], script, place, begin[0])
    quotes = 1 if head[:1] in ("'", '"') else 0
    if "\n" not in script and head[quotes:].startswith(script):
        return begin[0], begin[1] + quotes + place[1] - 1
    return None


def _in_block(below: list[str], script: str, place: Place, above: int) -> Place | None:
    """The same in a literal block: the lines ``below`` its head, each indented by as much, if they are the script's."""
    wanted = script.rstrip("\n").split("\n")
    have = below[: len(wanted)]
    indent = next((len(one) - len(text) for one, text in zip(have, wanted, strict=False) if text), 0)
    if len(have) < len(wanted) or any(
        one[indent:] != text or one[:indent].strip(" ") for one, text in zip(have, wanted, strict=True)
    ):
        return None
    line, column = place
    if line > len(wanted):  # after the last line end: the script's end, for what follows is not of the script
        line, column = len(wanted), len(wanted[-1]) + 1
    return above + line, indent + column
