"""Values as the plain JSON that a widget is sent: pretty, clipped where they are huge, secrets masked."""

from __future__ import annotations

import json
from typing import Any

LONGEST = 20_000
"""How many characters of one text are sent to the browser; Python has the whole."""


def clipped(text: str, longest: int = LONGEST) -> str:
    """The text, or its beginning with a note of how long it is."""
    if len(text) <= longest:
        return text
    return f"{text[:longest]}\n… ({len(text):,} characters in all; Python has the whole)"


def pretty(value: Any, longest: int = LONGEST) -> str:
    """A JSON value for reading; nothing for None."""
    if value is None:
        return ""
    return clipped(json.dumps(value, indent=2, ensure_ascii=False, default=str), longest)


def pretty_text(text: str | None, longest: int = LONGEST) -> str:
    """A JSON text for reading; what is no JSON stays as it is."""
    if not text:
        return ""
    try:
        return pretty(json.loads(text), longest)
    except (ValueError, RecursionError):
        return clipped(text, longest)


def brief(value: Any, longest: int = 200) -> str:
    """A value in one line."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def entries(count: int) -> str:
    """``1 entry``, ``2,000 entries``."""
    return f"{count:,} {'entry' if count == 1 else 'entries'}"


def duration(milliseconds: float | None) -> str:
    """A duration as people read it: ``0.4 ms``, ``23 ms``, ``1.25 s``.

    >>> duration(0.42), duration(22.7), duration(9_999)
    ('0.4 ms', '23 ms', '10 s')
    """
    if milliseconds is None:
        return ""
    if milliseconds < 10:
        return f"{milliseconds:.1f} ms"
    if milliseconds < 1_000:
        return f"{milliseconds:.0f} ms"
    return f"{milliseconds / 1_000:.3g} s"
