"""The ids that a connection's parts have where nobody chose one: made from what is around them, so that they stay.

Forms as the Connect API page shows them: a connection has eight letters and digits, a feature and a
step in a feature ten lower-case letters and digits.
"""

from __future__ import annotations

import hashlib
import re
import string

_LOWER = string.digits + string.ascii_lowercase
_MIXED = string.digits + string.ascii_letters
_FEATURE = re.compile(r"[a-z0-9]{10}")
_SLUG = re.compile(r"[A-Za-z0-9_]{1,100}")


def connection_id(name: str) -> str:
    """The id of a connection of that name."""
    return _made(_MIXED, 8, "connection", name)


def feature_id(connection: str, title: str, nth: int) -> str:
    """The id of the nth feature (from 0) of that title."""
    return _made(_LOWER, 10, "feature", connection, title, str(nth))


def step_id(feature: str, kind: str, step: str, nth: int) -> str:
    """The id of the nth use (from 0) of a step in a feature."""
    return _made(_LOWER, 10, kind, feature, step, str(nth))


def is_feature_id(text: str) -> bool:
    """Whether ``text`` has the form of a feature's id."""
    return _FEATURE.fullmatch(text) is not None


def is_slug(text: str) -> bool:
    """Whether ``text`` can be the id of a service, a step, a field or an ingredient."""
    return _SLUG.fullmatch(text) is not None


def _made(alphabet: str, length: int, *parts: str) -> str:
    number = int.from_bytes(hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest(), "big")
    digits = []
    for _ in range(length):
        number, digit = divmod(number, len(alphabet))
        digits.append(alphabet[digit])
    return "".join(digits)
