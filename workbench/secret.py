"""Values that never print: keys and tokens, from birth to the wire."""

from __future__ import annotations

import hmac
import secrets
from typing import Any, NoReturn

MASK = "••••••"


class Secret:
    """A text that shows itself only to who asks by name with ``reveal()``.

    Its repr, str and format are a mask; it refuses to be pickled, so it cannot reach a file by accident.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str | Secret) -> None:
        self._text: str = text.reveal() if isinstance(text, Secret) else text

    @classmethod
    def generate(cls, nbytes: int = 32) -> Secret:
        """A fresh random secret, URL-safe."""
        return cls(secrets.token_urlsafe(nbytes))

    def reveal(self) -> str:
        """The text itself. Call it only where the text leaves for its destination."""
        return self._text

    def matches(self, candidate: str | Secret) -> bool:
        """Whether ``candidate`` is the same text, in constant time."""
        return hmac.compare_digest(_encoded(self._text), _encoded(revealed(candidate)))

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.matches(other)

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("A Secret is not pickled. Reveal it where it is needed and make a new Secret there.")


def revealed(text: str | Secret) -> str:
    """The text itself, secret or not. Call it only where the text leaves for its destination."""
    return text.reveal() if isinstance(text, Secret) else text


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
