"""What one run of a script did, in the form in which two engines can be compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from workbench.runtime.outcome import Context

NOW_MS = 1_618_935_600_000.0
"""20 April 2021, 16:20 UTC, the moment of IFTTT's own example of a date text."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """The reply that a step gets on both sides, whatever the call's body."""

    status: int = 200
    body: Any = None
    delay_ms: float = 0.0
    failure: str | None = None


@dataclass(frozen=True, kw_only=True)
class Job:
    """One script with all it is given."""

    script: str
    context: Context
    replies: dict[str, Planned] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Thrown:
    """An uncaught throw or an unhandled rejection: an error's name and message, or a plain value as Node shows it."""

    name: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Recording:
    """Everything about a run that a script's author can see."""

    end: str
    fault: Thrown | None
    calls: tuple[tuple[str, str, Any], ...]
    console: tuple[tuple[str, str], ...]
    rejections: tuple[Thrown, ...]

    def lines(self) -> list[str]:
        """The recording as text, one fact a line, for a readable difference."""
        return [
            f"end: {self.end}",
            *([f"fault: {self.fault.name}: {self.fault.message}"] if self.fault else []),
            *(f"call: {kind} {step} {body!r}" for kind, step, body in self.calls),
            *(f"console.{level}: {text}" for level, text in self.console),
            *(f"rejection: {thrown.name}: {thrown.message}" for thrown in self.rejections),
        ]


def context(**given: Any) -> Context:
    """A plain context: seeded, frozen at ``NOW_MS``, the user in New York."""
    plain: dict[str, Any] = {
        "trigger_id": "youtube.new_liked_video",
        "ingredients": {"title": "Hello", "url": "https://example.com/v/1"},
        "service_user_id": "user-17",
        "feature_name": "first",
        "user_feature_id": "uf-1",
        "now_ms": NOW_MS,
        "timezone": "America/New_York",
        "frozen": True,
        "seed": 7,
    }
    return Context(**{**plain, **given})
