"""The options of a dropdown as lines that a person types.

::

    All lights = all
    [Study]
    Desk = desk
    Bookshelf

A line is a label, or a label and its value; a line in brackets begins a group.
"""

from __future__ import annotations

from collections.abc import Iterable

from workbench.connection.fields import Option
from workbench.errors import UsageError

_SIGN = " = "


def written(options: Iterable[Option]) -> str | None:
    """The options as lines; None where the notation cannot say them (Python and the file can)."""
    options = tuple(options)
    lines: list[str] = []
    group: str | None = None
    for option in options:
        if option.group != group:
            lines.append(f"[{option.group or ''}]")
            group = option.group
        is_plain = option.label == option.value and _SIGN not in f" {option.label} " and not _is_head(option.label)
        lines.append(option.label if is_plain else f"{option.label}{_SIGN}{option.value}")
    text = "\n".join(lines)
    try:
        return text if read(text) == options else None
    except UsageError:
        return None


def read(text: str) -> tuple[Option, ...]:
    """The options that the lines say.

    Raises:
        UsageError: two options have the same value, or a line has no label or no value.
    """
    found: list[Option] = []
    group: str | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if not stripped:
            continue
        if _is_head(stripped):
            group = stripped[1:-1].strip() or None
            continue
        label, sign, value = f" {stripped} ".rpartition(_SIGN)  # at either end it still is a sign
        option = Option(label=label.strip(), value=value.strip(), group=group) if sign else _plain(stripped, group)
        if not option.label or not option.value:
            raise UsageError(f"Line {number} of the options needs a label and a value: `Desk = desk`.")
        if any(one.value == option.value for one in found):
            raise UsageError(f"The value `{option.value}` stands twice among the options (line {number}).")
        found.append(option)
    return tuple(found)


def _plain(text: str, group: str | None) -> Option:
    return Option(label=text, value=text, group=group)


def _is_head(line: str) -> bool:
    return line.startswith("[") and line.endswith("]") and _SIGN not in line
