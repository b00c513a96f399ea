"""What to look for in the log, as a value, and as the condition that the log's database understands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbench.connect_api.masking import MASKED_COLUMNS
from workbench.errors import UsageError

GLANCE = (
    *("id", "time", "direction", "method", "path", "status", "kind", "step", "duration_ms", "error_code"),
    *("user_id", "run_id", "target", "fault", "note"),
)
"""The columns of a row in a list: all but headers, bodies and decisions."""

_SEARCHED = (
    *("path", "query", "step", "user_id", "user_feature_id", "run_id", "request_id", "error_code", "fault", "note"),
    *("request_body", "response_body"),
)
SHOWN = "shown"
"""The database's function for what is shown of a column: ``masking.mask_column``."""
_STATUS = re.compile(r"[1-5]xx|[1-5]\d\d")
NO_ANSWER = "none"


@dataclass(frozen=True, kw_only=True)
class Search:
    """Which entries are wanted; what is empty does not count.

    Attributes:
        status: ``422``, ``4xx``, or ``none`` for a request that got no answer.
        step: ``service.slug``.
        user: a user's id.
        direction: ``in``, ``out`` or ``event``.
        text: somewhere in path, ids, notes or bodies, as they are shown; upper and lower case of ASCII letters are the
            same.

    Raises:
        UsageError: the status is none.
    """

    status: str = ""
    step: str = ""
    user: str = ""
    direction: str = ""
    text: str = ""

    def __post_init__(self) -> None:
        if self.status and self.status != NO_ANSWER and not _STATUS.fullmatch(self.status):
            raise UsageError(f"`{self.status}` is no status. Write it like `422`, `4xx` or `{NO_ANSWER}`.")

    @property
    def condition(self) -> tuple[str, tuple[str | int, ...]]:
        """An SQL condition, true for the wanted entries, and its values."""
        parts = [_status(self.status)] if self.status else []
        exact = (("step", self.step), ("user_id", self.user), ("direction", self.direction))
        parts += [(f"{column} = ?", (value,)) for column, value in exact if value]
        parts += [_text(self.text)] if self.text else []
        if not parts:
            return "1", ()
        return " AND ".join(f"({sql})" for sql, _ in parts), tuple(value for _, values in parts for value in values)


EVERYTHING = Search()


def shown_column(column: str) -> str:
    """The SQL expression for what is shown of a column: no search and no filter can tell more than a reader sees."""
    if column not in MASKED_COLUMNS:
        return column
    return f"CASE WHEN secret_fields IS NULL THEN {column} ELSE {SHOWN}({column}, secret_fields) END"


_Part = tuple[str, tuple[str | int, ...]]


def _status(status: str) -> _Part:
    if status == NO_ANSWER:
        return "status IS NULL AND direction != 'event'", ()
    if status.endswith("xx"):
        first = int(status[0]) * 100
        return "status BETWEEN ? AND ?", (first, first + 99)
    return "status = ?", (int(status),)


def _text(text: str) -> _Part:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    sql = " OR ".join(f"{shown_column(column)} LIKE ? ESCAPE '\\'" for column in _SEARCHED)
    return sql, (f"%{escaped}%",) * len(_SEARCHED)
