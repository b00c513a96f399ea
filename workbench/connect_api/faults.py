"""Seeded failures and delays, as values: what may go wrong.

``Duplicate`` and ``OutOfOrder`` strike webhooks, all others strike answers of the API. When is said by the rules of
``bench.faults``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, cast

from workbench.errors import UsageError

__all__ = ["Duplicate", "ExpiredCursor", "Malformed", "OutOfOrder", "Reset", "Slow", "Status", "Truncated"]

_LONGEST_MS = 3_600_000.0


class Fault(ABC):
    """Something that goes wrong. ``name`` is its key in a faults file."""

    name: ClassVar[str]
    is_of_webhooks: ClassVar[bool] = False

    @property
    @abstractmethod
    def text(self) -> str:
        """What the log's ``fault`` column says."""


@dataclass(frozen=True)
class Status(Fault):
    """The API answers with an error status and its proper body; no service is asked.

    Args:
        status: 400 to 599.
        message: the body's message; the usual one of the status unless given.
        retry_after: seconds, sent as ``Retry-After``.
    """

    name: ClassVar[str] = "status"
    status: int
    message: str | None = None
    retry_after: int | None = None

    def __post_init__(self) -> None:
        if not is_whole(self.status) or not 400 <= self.status <= 599:
            raise UsageError(f"A status fault has a status from 400 to 599, not {self.status!r}.")
        if self.retry_after is not None and not (is_whole(self.retry_after) and self.retry_after >= 0):
            raise UsageError(f"`retry_after` is a whole number of seconds from 0, not {self.retry_after!r}.")

    @property
    def text(self) -> str:
        """``status 429, retry after 3 s``."""
        after = f", retry after {self.retry_after} s" if self.retry_after is not None else ""
        return f"status {self.status}{after}"


@dataclass(frozen=True)
class Slow(Fault):
    """The answer takes longer by so many milliseconds: on a script's virtual clock, over HTTP in earnest."""

    name: ClassVar[str] = "slow"
    ms: float

    def __post_init__(self) -> None:
        if not isinstance(self.ms, int | float) or isinstance(self.ms, bool) or not 0 <= self.ms <= _LONGEST_MS:
            raise UsageError(f"A slow answer takes 0 to {_LONGEST_MS:,.0f} milliseconds more, not {self.ms!r}.")

    @property
    def text(self) -> str:
        """``slow 250 ms``."""
        return f"slow {self.ms:g} ms"


@dataclass(frozen=True)
class Malformed(Fault):
    """The body is no JSON; the step was carried out. A 204 becomes a 200 with half an object."""

    name: ClassVar[str] = "malformed"

    @property
    def text(self) -> str:
        """``malformed``."""
        return self.name


@dataclass(frozen=True)
class Truncated(Fault):
    """The connection ends in the middle of the body; the step was carried out. A 204 is lost whole."""

    name: ClassVar[str] = "truncated"

    @property
    def text(self) -> str:
        """``truncated``."""
        return self.name


@dataclass(frozen=True)
class Reset(Fault):
    """The connection is reset before any answer came.

    Args:
        is_done: whether the step was carried out before; its caller cannot know.
    """

    name: ClassVar[str] = "reset"
    is_done: bool = False

    @property
    def text(self) -> str:
        """``reset``, or ``reset after it was done``."""
        return "reset after it was done" if self.is_done else self.name


@dataclass(frozen=True)
class ExpiredCursor(Fault):
    """A query that is sent a cursor gets 422 with the pointer ``/cursor``; other requests are not looked at."""

    name: ClassVar[str] = "expired_cursor"

    @property
    def text(self) -> str:
        """``expired cursor``."""
        return "expired cursor"


@dataclass(frozen=True)
class Duplicate(Fault):
    """A webhook is delivered twice, with the same request id."""

    name: ClassVar[str] = "duplicate"
    is_of_webhooks: ClassVar[bool] = True

    @property
    def text(self) -> str:
        """``duplicate``."""
        return self.name


@dataclass(frozen=True)
class OutOfOrder(Fault):
    """A webhook is delivered after the one that follows it."""

    name: ClassVar[str] = "out_of_order"
    is_of_webhooks: ClassVar[bool] = True

    @property
    def text(self) -> str:
        """``out of order``."""
        return "out of order"


KINDS: tuple[type[Fault], ...] = (
    *(Status, Slow, Malformed, Truncated, Reset, ExpiredCursor),
    *(Duplicate, OutOfOrder),
)


def is_whole(value: object) -> bool:
    """Whether it is a whole number, and no truth value."""
    return isinstance(value, int) and not isinstance(cast("object", value), bool)
