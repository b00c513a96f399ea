"""Places in a script's source, shown: the line with a caret under the column."""

from __future__ import annotations

import re

WIDEST = 160
_BREAKS = re.compile("\r\n|[\n\r\u2028\u2029]")


def lines_of(source: str) -> list[str]:
    """The source's lines, broken where JavaScript breaks them."""
    return _BREAKS.split(source)


def shown_lines(source: str, *, needed: int | None = None) -> list[str]:
    """The lines to show: what follows the last line end is none where it is empty, unless ``needed`` is its number."""
    lines = lines_of(source)
    return lines[:-1] if len(lines) > 1 and not lines[-1] and needed != len(lines) else lines


def excerpt(source: str, line: int | None, column: int | None) -> str:
    """The line, and a caret under the column; empty where there is no such place."""
    lines = lines_of(source)
    if line is None or not 0 < line <= len(lines):
        return ""
    text = lines[line - 1].replace("\t", " ")
    at = min((column or 1) - 1, len(text))
    start = max(0, at - WIDEST // 2) if len(text) > WIDEST else 0
    shown = text[start : start + WIDEST]
    head = f"{line} | {'…' if start else ''}"
    tail = "…" if start + WIDEST < len(text) else ""
    if column is None:
        return f"{head}{shown}{tail}"
    return f"{head}{shown}{tail}\n{' ' * (len(head) + at - start)}^"
