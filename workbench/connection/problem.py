"""One thing that is wrong with a connection: its code, message, place and cure; and a list of such things."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from workbench.errors import nearest
from workbench.frames import Column, Rows, Schema

PROBLEMS = Schema(
    "problems",
    Column("severity", "str"),
    Column("code", "str"),
    Column("place", "str"),
    Column("message", "str"),
    Column("cure", "str"),
)


class Severity(StrEnum):
    """How bad it is: an error fails when it runs, a warning surprises, a note is good to know."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Code(StrEnum):
    """What kind of problem it is."""

    UNKNOWN_STEP = "unknown step"
    UNKNOWN_FIELD = "unknown field"
    MISSING_FIELD = "missing field"
    MISSING_VALUE = "missing value"
    WRONG_VALUE = "wrong value"
    NO_OPTION = "no such option"
    DUPLICATE_ID = "duplicate id"
    DUPLICATE_STEP = "duplicate step"
    BAD_ID = "bad id"
    NO_SERVICES = "no services"
    NO_FEATURES = "no features"
    EMPTY_FEATURE = "empty feature"
    NO_TRIGGER = "no trigger"
    UNUSED_SERVICE = "unused service"
    UNKNOWN_SERVICE = "unknown service"
    BAD_REDIRECT = "bad redirect"
    SYNTAX = "syntax"
    WRONG_FUNCTION = "wrong function"
    UNKNOWN_INGREDIENT = "unknown ingredient"
    UNKNOWN_CONFIGURATION = "unknown configuration"
    UNKNOWN_CONSTANT = "unknown constant"
    BODY_KEY = "unknown body key"
    FEATURE_BLIND = "feature not told apart"
    CANNOT_TELL = "cannot tell"
    UNREADABLE = "unreadable"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class FilePlace:
    """A place in a file; line and column count from 1, as editors do."""

    path: Path
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong: what, where, and how to mend it.

    ``where`` is the place in the connection ("Keep it / sms.send_me_text / message", "script");
    ``line`` and ``column`` count in the file at ``path``, or in the script where ``where`` is "script".
    ``in_file`` is where an editor finds either, or None: there is no file, or nobody can tell.
    ``key`` names the same place by ids: ("features", feature id, step id, field id) and so on.
    """

    code: Code
    message: str
    where: str
    cure: str
    severity: Severity = Severity.ERROR
    path: Path | None = None
    line: int | None = None
    column: int | None = None
    in_file: FilePlace | None = None
    key: tuple[str, ...] = field(default=(), compare=False)

    @property
    def is_in_script(self) -> bool:
        """Whether ``line`` and ``column`` count in the script, and not in the connection's file."""
        return self.where == "script" and not self.key

    @property
    def place(self) -> str:
        """Where, as one text: file, line and column as far as known, and the place in the connection."""
        if self.is_in_script and self.in_file is not None:
            return f"{self.in_file} {self._within}"
        head = ":".join([str(self.path), *self._numbers] if self.path else self._numbers)
        return f"{head} {self.where}".strip()

    @property
    def _numbers(self) -> list[str]:
        return [str(number) for number in (self.line, self.column) if number is not None]

    @property
    def _within(self) -> str:
        """The place in the connection; in a script with its own line and column."""
        return " ".join([self.where, *([":".join(self._numbers)] if self.is_in_script and self._numbers else [])])

    def as_dict(self) -> dict[str, str | int | None]:
        """The problem as plain data."""
        return {
            "severity": self.severity.value,
            "code": self.code.value,
            "message": self.message,
            "cure": self.cure,
            "where": self.where,
            "path": str(self.path) if self.path else None,
            "line": self.line,
            "column": self.column,
            "file": str(self.in_file.path) if self.in_file else None,
            "file_line": self.in_file.line if self.in_file else None,
            "file_column": self.in_file.column if self.in_file else None,
        }

    def __str__(self) -> str:
        if self.in_file is None:
            parts = [self.place, self.severity, self.told]
        else:  # as compilers write it, so that editors find the place
            parts = [str(self.in_file), self.severity, self._within, self.told]
        return ": ".join(part for part in parts if part)

    @property
    def told(self) -> str:
        """Message and cure as sentences."""
        stop = "." if self.message[-1:].isalnum() or self.message[-1:] in ("'", '"', "`", ")") else ""
        return f"{self.message}{stop if self.cure else ''} {self.cure}".rstrip()


class Problems(Rows[Problem]):
    """Problems, the worst first."""

    schema = PROBLEMS

    def __init__(self, found: Iterable[Problem] = ()) -> None:
        order = list(Severity)
        self._found = tuple(sorted(found, key=lambda problem: order.index(problem.severity)))

    @property
    def errors(self) -> Problems:
        """Those that fail when they run."""
        return Problems(problem for problem in self._found if problem.severity is Severity.ERROR)

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found)

    def row(self, item: Problem) -> dict[str, str]:
        """One problem as the values of its columns."""
        return {
            "severity": item.severity.value,
            "code": item.code.value,
            "place": item.place,
            "message": item.message,
            "cure": item.cure,
        }

    def __repr__(self) -> str:
        return "\n".join(str(problem) for problem in self._found) or "No problems."


def nearest_or_all(name: str, known: Sequence[str]) -> str:
    """The cure for a name that nothing answers to: the nearest one there is, or all."""
    close = nearest(name, known)
    if close is not None:
        return f"Did you mean `{close}`?"
    return f"There is: {', '.join(known[:20])}." if known else "There is none."
