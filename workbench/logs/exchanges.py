"""The log as a user reads it: every Connect API exchange and event, as rows and as a pandas frame."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, overload

from workbench.connect_api.api_log import ApiLog, Entry, encodable
from workbench.connect_api.log_search import EVERYTHING, Search
from workbench.frames import TIME, Column, Rows, Schema, Selection
from workbench.logs.pages import Pages
from workbench.observers import Stop

EXCHANGES = Schema(
    "exchanges",
    Column("id", "int64"),
    Column("time", TIME),
    Column("direction", "str"),
    Column("method", "str"),
    Column("path", "str"),
    Column("status", "Int64"),
    Column("kind", "str"),
    Column("step", "str"),
    Column("duration_ms", "float64"),
    Column("error_code", "str"),
    Column("user_id", "str"),
    Column("user_feature_id", "str"),
    Column("connection_id", "str"),
    Column("run_id", "str"),
    Column("request_id", "str"),
    Column("transport", "str"),
    Column("target", "str"),
    Column("query", "str"),
    Column("request_headers", "object"),
    Column("request_body", "object"),
    Column("response_headers", "object"),
    Column("response_body", "object"),
    Column("decisions", "object"),
    Column("fault", "str"),
    Column("note", "str"),
)

_GLANCE = Schema(
    "exchanges",
    *(
        column
        for column in EXCHANGES.columns
        if column.name in {"id", "direction", "method", "path", "status", "duration_ms"}
    ),
)
_DEEPEST = 200  # levels; pandas and json give up at some hundreds
_BODIES = ("request_headers", "request_body", "response_headers", "response_body", "decisions")


class Logs(Rows[Entry]):
    """Every exchange and event of a bench, oldest first; secret values masked.

    ``logs[3]`` is the entry with id 3, as in ``call.exchange``; a slice is by position.
    """

    schema = EXCHANGES

    def __init__(self, log: ApiLog, **filters: Any) -> None:
        self._log = log
        self._filters = filters

    def where(self, **filters: Any) -> Logs:
        """Only the entries for which every filter holds: ``logs.where(status=422, user_id="user-17")``."""
        narrowed = Logs(self._log, **self._filters, **filters)
        len(narrowed)  # an unknown column is an error here, not later
        return narrowed

    def pages(self, search: Search = EVERYTHING) -> Pages:
        """The entries that are searched for, by position, read page by page: for logs of any length."""
        return Pages(self._log, search)

    def observe(self, callback: Callable[[int], object]) -> Stop:
        """Call ``callback(id)`` after each entry, with 0 after all were forgotten, on the thread that wrote it."""
        return self._log.observe(callback)

    def __len__(self) -> int:
        return self._log.count(**self._filters)

    def __iter__(self) -> Iterator[Entry]:
        if self._filters:
            return iter(self._log.rows(**self._filters))
        return iter(self._log)

    @overload
    def __getitem__(self, index: int) -> Entry: ...

    @overload
    def __getitem__(self, index: slice) -> Selection[Entry]: ...

    def __getitem__(self, index: int | slice) -> Entry | Selection[Entry]:
        if isinstance(index, slice):
            return super().__getitem__(index)
        return self._log.entry(index) if index > 0 else tuple(self)[index]

    def raw(self, entry_id: int) -> Entry:
        """The entry with secret fields as they were sent: to do again what it tells of, never to be shown."""
        return self._log.raw(entry_id)

    def row(self, item: Entry) -> dict[str, Any]:
        """One entry as the values of the frame's columns; JSON texts parsed."""
        row = {name: getattr(item, name) for name in EXCHANGES.names}
        row["time"] = datetime.fromtimestamp(item.time, UTC)
        for name in _BODIES:
            row[name] = _parsed(row[name])
        return row

    def to_json(self) -> str:
        """The rows as a JSON list for another program."""
        rows = [{**self.row(item), "time": datetime.fromtimestamp(item.time, UTC).isoformat()} for item in self]
        return encodable(json.dumps(rows, indent=2, ensure_ascii=False))

    def __repr__(self) -> str:
        return repr(self._glance()) if len(self) else super().__repr__()

    def _repr_html_(self) -> str:
        return self._glance()._repr_html_() if len(self) else super()._repr_html_()

    def _glance(self) -> Selection[Entry]:
        return _Glance(tuple(self), schema=_GLANCE, row=self._glance_row)

    def _glance_row(self, item: Entry) -> dict[str, Any]:
        """As ``row``; an event, which has no path, is told apart by its trigger there."""
        return {**self.row(item), "path": item.path or item.step}


class _Glance(Selection[Entry]):
    text_width = 110  # a path is cut only where its ids are longer than anybody's


@contextmanager
def open_log(path: Path) -> Iterator[Logs]:
    """The log in a file, for reading.

    Raises:
        LogError: the file is no log, or of a newer version.
    """
    with ApiLog(path) as log:
        yield Logs(log)


def _parsed(text: str | None) -> Any:
    """The JSON of a text; what is none, or nested as only an attack would nest it, stays a text."""
    if text is None:
        return None
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return text
    may_be_deep = text.count("[") + text.count("{") > _DEEPEST
    return text if may_be_deep and _is_deep(parsed) else parsed


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            child
            for one in level
            if isinstance(one, dict | list)
            for child in (one.values() if isinstance(one, dict) else one)
        ]
    return bool(level)
