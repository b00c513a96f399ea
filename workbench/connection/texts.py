"""Texts as they are given by people and browsers: what is none is refused in words."""

from __future__ import annotations

import reprlib

from workbench.errors import UsageError


def as_text(given: object, what: str, *, none: str = "") -> str:
    """What was given, if it is a text.

    Args:
        given: what somebody gave.
        what: what it should be, as the error names it ("A connection's name").
        none: what takes it away, as the error says it ("None"), where anything does.

    Raises:
        UsageError: it is no text.
    """
    if isinstance(given, str):
        return given
    cure = f" ({none} takes it away)" if none else ""
    raise UsageError(f"{what} is a text, not {reprlib.repr(given)}. Give it as a str{cure}.")
