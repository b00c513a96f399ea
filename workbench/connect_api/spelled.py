"""A secret inside a text, however it is written there: as it is, percent-encoded, or escaped as JSON or JavaScript do.

Most secrets are letters and digits, which every way of writing leaves alone. Another sign may stand for itself, behind
backslashes (a text in a text has several), as its escape, or as the percent signs of an address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from workbench.secret import MASK, Secret

SHORTEST = 8
"""Characters of the shortest secret that is looked for: a shorter one would be found in words that are none."""

_PLAIN = re.compile(r"[A-Za-z0-9_.~-]+")
_PARTS = re.compile(r"[A-Za-z0-9_.~-]+|\\+|[^A-Za-z0-9_.~\\-]")
_SHORT = {"\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t", "\v": "v"}
_PERCENT = "%(?:25)*"  # an address in an address has its percent signs encoded
_NEW_LINE = r"\\+n(?:['\"`] \+\n *['\"`])?"  # the console writes a long text in lines
_BACKSLASH = rf"(?:\\(?:u005c|x5c)?|{_PERCENT}5c)"


class Spelled:
    """One secret, to be found and hidden; it shows the secret in no attribute."""

    __slots__ = ("_core", "_is_plain", "_secret")

    def __init__(self, secret: Secret) -> None:
        text = secret.reveal()
        core = max(_PLAIN.findall(text), key=len, default="")
        self._secret, self._core, self._is_plain = secret, Secret(core), core == text

    def __len__(self) -> int:
        return len(self._secret.reveal())

    @property
    def core(self) -> str:
        """The longest part of it that is written in one way only: a text without that part does not hold it."""
        return self._core.reveal()

    def is_in(self, text: str) -> bool:
        """Whether the text holds it."""
        return self.core in text and (self._is_plain or _pattern(self._secret).search(text) is not None)

    def hide(self, text: str) -> str:
        """The text without it."""
        if not self.is_in(text):
            return text
        return text.replace(self.core, MASK) if self._is_plain else _pattern(self._secret).sub(MASK, text)


@lru_cache(maxsize=16_384)  # each exchange asks for the same
def spelled(secret: Secret) -> tuple[Spelled, ...]:
    """The secret as it is looked for; nothing where it is too short for that."""
    return (Spelled(secret),) if len(secret.reveal()) >= SHORTEST else ()


@lru_cache(maxsize=1_024)
def _pattern(secret: Secret) -> re.Pattern[str]:
    return re.compile("".join(_written(secret.reveal())))


def _written(text: str) -> Iterator[str]:
    for part in _PARTS.findall(text):
        if _PLAIN.match(part):
            yield part.replace(".", r"\.")
        elif part.startswith("\\"):  # together: one by one, a long row of them could be read in very many ways
            yield f"(?i:{_BACKSLASH}{{{len(part)},}})"
        else:
            yield f"(?:{'|'.join(_ways(part))})"


def _ways(sign: str) -> Iterator[str]:
    """How one sign may be written."""
    yield rf"\\*{re.escape(sign)}"
    units = sign.encode("utf-16-be", "surrogatepass")
    yield "(?i:{})".format("".join(rf"(?:\\+|%)u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)))
    yield "(?i:{})".format("".join(f"{_PERCENT}{byte:02x}" for byte in sign.encode("utf-8", "replace")))
    if ord(sign) < 256:
        yield rf"(?:\\+x|%)(?i:{ord(sign):02x})"
    if sign == "\n":
        yield _NEW_LINE
    elif sign in _SHORT:
        yield rf"\\+{_SHORT[sign]}"
    elif sign == " ":
        yield r"\+"
