"""Every exchange, in and out, kept in SQLite, and the events between them.

Rules:

* In memory unless a file is given; a file is for its owner only (0600), and what was acknowledged survives a kill.
* Entries are numbered when a request arrives, and written when it is answered, before its caller sees the answer.
* Keys are masked before they are written. Fields marked secret are kept, for replay, and masked when read,
  unless ``raw`` asks for them. Searches and filters look at what is shown.
* Only this module, ``log_search`` and ``log_database`` speak SQL. One lock, ``_lock``, guards connection and waiting
  rows.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Self

from workbench.connect_api.log_database import open_database, transaction
from workbench.connect_api.log_search import EVERYTHING, GLANCE, SHOWN, Search, shown_column
from workbench.connect_api.masking import mask_column, mask_entry
from workbench.errors import LogError, UnknownName
from workbench.observers import Observers, Stop

_WAITING = 256  # rows kept back in a memory log before they are inserted together


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Entry:
    """One row of the log. Bodies, headers and decisions are JSON texts as they were sent, or None.

    Attributes:
        id: counts from 1 in the order of arrival.
        time: seconds since the epoch by the bench's clock, UTC.
        direction: ``in`` (to the Connect API), ``out`` (from it) or ``event``.
        transport: how it came (``script``, ``in process``, ``loopback``, ...), or left (``webhook``, ``service``,
            ``client``).
        target: ``emulator``; for what a client sent elsewhere ``production``, ``this machine`` or an address.
        decisions: which value each field had, and which lost, as a JSON list.
        secret_fields: ids of the fields marked secret, as a JSON list.
    """

    id: int = 0
    time: float = 0.0
    direction: str = "in"
    transport: str = "direct"
    target: str = "emulator"
    run_id: str | None = None
    method: str | None = None
    path: str | None = None
    query: str | None = None
    kind: str | None = None
    step: str | None = None
    connection_id: str | None = None
    user_id: str | None = None
    user_feature_id: str | None = None
    status: int | None = None
    error_code: str | None = None
    duration_ms: float | None = None
    request_id: str | None = None
    request_headers: str | None = None
    request_body: str | None = None
    response_headers: str | None = None
    response_body: str | None = None
    decisions: str | None = None
    fault: str | None = None
    note: str = ""
    secret_fields: str | None = None

    def __repr__(self) -> str:
        what = self.step if self.method is None else f"{self.method} {self.path}"
        status = "" if self.method is None else f" → {self.status or 'no answer'} {self.error_code or ''}".rstrip()
        user, fault = self.user_id and f"user {self.user_id}", self.fault and f"fault: {self.fault}"
        told = [one for one in (user, self.transport, fault, self.note) if one]
        return f"<Entry {self.id} {self.direction}: {what}{status}; {'; '.join(told)}>"


COLUMNS: tuple[str, ...] = tuple(one.name for one in fields(Entry))
_FILTERS = frozenset(COLUMNS)
_INSERT = f"INSERT INTO exchanges ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608 - our own names
_SELECT = f"SELECT {', '.join(COLUMNS)} FROM exchanges"  # noqa: S608 - our own names


class ApiLog:
    """The log of one bench: append, read, filter.

    Args:
        path: a file to keep it in; memory if None.

    Raises:
        LogError: the file is no log of ours, is from a newer version, or cannot be opened.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self.path = None if path in (None, ":memory:") else Path(str(path))
        self._lock = threading.RLock()
        self._waiting: list[tuple[Any, ...]] = []
        self._turns: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Turn] = weakref.WeakKeyDictionary()
        self._database = open_database(self.path)
        self._database.create_function(SHOWN, 2, mask_column, deterministic=True)
        self._is_closed = False
        self._last = self._highest()
        self._observers = Observers()

    # --- writing --------------------------------------------------------------------------------------------------

    def reserve(self) -> int:
        """The number of an exchange that has just arrived."""
        with self._lock:
            self._last += 1
            return self._last

    def append(self, row: tuple[Any, ...]) -> int:
        """Write one row (the values of ``COLUMNS`` in order, id first) and give the id it got.

        Raises:
            LogError: the log is closed, or the disk does not take it.
        """
        with self._lock:
            self._check_open()
            kept = _encodable(row)
            number = self._insert(kept) if self.path is not None else self._keep_back(kept)
        self._observers.tell(number)
        return number

    async def append_in_turn(self, row: tuple[Any, ...]) -> int:
        """``append`` for code that awaits: what comes in one turn of its loop is written in one transaction.

        Raises:
            LogError: the log is closed, or the disk does not take it.
        """
        if self.path is None:
            return self.append(row)
        loop = asyncio.get_running_loop()
        turn = self._turns.get(loop)
        if turn is None:
            turn = self._turns[loop] = _Turn()
            loop.call_soon(self._end_turn, loop)
        return await turn.add(_encodable(row))

    def _end_turn(self, loop: asyncio.AbstractEventLoop) -> None:
        turn = self._turns.pop(loop)
        try:
            turn.settle(self._append_all(turn.rows))
        except LogError as error:
            turn.fail(error)

    def _append_all(self, rows: list[tuple[Any, ...]]) -> list[int]:
        with self._lock:
            self._check_open()
            if len(rows) == 1:
                return [self._insert(rows[0])]
            try:
                with transaction(self._database):
                    return [self._insert(row) for row in rows]
            except sqlite3.Error as error:
                raise self._unwritten(error) from error

    def add(self, entry: Entry) -> int:
        """Write one entry and give the id it got; an entry without an id is numbered now."""
        numbered = entry if entry.id else replace(entry, id=self.reserve())
        return self.append(tuple(getattr(numbered, name) for name in COLUMNS))

    def _keep_back(self, row: tuple[Any, ...]) -> int:
        self._waiting.append(row)
        if len(self._waiting) >= _WAITING:
            self._flush()
        return int(row[0])

    def _insert(self, row: tuple[Any, ...]) -> int:
        try:
            self._database.execute(_INSERT, row)
        except sqlite3.IntegrityError:  # another bench writes to the same file: number it after the last one there
            self._last = max(self._last, self._highest()) + 1
            return self._insert((self._last, *row[1:]))
        except sqlite3.Error as error:
            raise self._unwritten(error) from error
        return int(row[0])

    def _unwritten(self, error: sqlite3.Error) -> LogError:
        return LogError(f"The log {self.path or 'in memory'} cannot be written: {error}.")

    def _flush(self) -> None:
        if self._waiting:
            try:
                with transaction(self._database):
                    self._database.executemany(_INSERT, self._waiting)
            except sqlite3.Error as error:
                raise self._unwritten(error) from error
            self._waiting.clear()  # only now: what was not written waits on

    def clear(self) -> None:
        """Forget every entry; numbering goes on."""
        with self._lock:
            self._check_open()
            self._waiting.clear()
            self._database.execute("DELETE FROM exchanges")
        self._observers.tell(0)

    def observe(self, callback: Callable[[int], object]) -> Stop:
        """Call ``callback(id)`` after each entry, with 0 after all were forgotten; gives what stops it."""
        return self._observers.add(callback)

    # --- reading --------------------------------------------------------------------------------------------------

    def rows(
        self,
        *,
        newest_first: bool = False,
        limit: int | None = None,
        after: int = 0,
        **filters: str | float | None,
    ) -> list[Entry]:
        """The entries, oldest first, for which every filter holds (``status=422``, ``user_id="user-17"``, ...).

        Args:
            newest_first: turn the order round.
            limit: at most so many.
            after: only those with a higher id.
            **filters: a column and its value.
        """
        where, values = _where(filters)
        order = "DESC" if newest_first else "ASC"
        statement = f"{_SELECT} WHERE id > ?{where} ORDER BY id {order} LIMIT ?"
        found = self._read(statement, (after, *values, -1 if limit is None else limit))
        return [mask_entry(Entry(**dict(zip(COLUMNS, row, strict=True)))) for row in found]

    def tail(self, count: int = 10) -> list[Entry]:
        """The last entries, oldest first."""
        return self.rows(newest_first=True, limit=count)[::-1]

    def entry(self, entry_id: int) -> Entry:
        """The entry of that id, secret fields masked.

        Raises:
            UnknownName: there is none.
        """
        return mask_entry(self.raw(entry_id))

    def raw(self, entry_id: int) -> Entry:
        """The entry of that id with secret fields as they were sent, for replay only."""
        found = self._read(f"{_SELECT} WHERE id = ?", (entry_id,))
        if not found:
            raise UnknownName("log entry", str(entry_id), [])
        return Entry(**dict(zip(COLUMNS, found[0], strict=True)))

    def count(self, **filters: str | float | None) -> int:
        """How many entries there are for which every filter holds."""
        where, values = _where(filters)
        statement = f"SELECT count(*) FROM exchanges WHERE id > 0{where}"  # noqa: S608 - only names of columns
        return int(self._read(statement, values)[0][0])

    def ids(self, search: Search = EVERYTHING, *, since: int = 0) -> list[int]:
        """The ids, ascending and from ``since`` on, of the entries that are searched for."""
        condition, values = search.condition
        statement = f"SELECT id FROM exchanges WHERE id >= ? AND ({condition}) ORDER BY id"  # noqa: S608 - our own names
        return [row[0] for row in self._read(statement, (since, *values))]

    def glances(self, ids: Sequence[int]) -> list[dict[str, Any]]:
        """The entries of those ids as ``GLANCE`` columns, in the order of the ids; those that are gone left out."""
        marks = ", ".join("?" * len(ids))
        rows = self._read(f"SELECT {', '.join(GLANCE)} FROM exchanges WHERE id IN ({marks})", ids)  # noqa: S608 - our own names
        found = {row[0]: dict(zip(GLANCE, row, strict=True)) for row in rows}
        return [found[one] for one in ids if one in found]

    def values_of(self, column: str, *, since: int = 0) -> set[Any]:
        """The different values of a column, in the entries from ``since`` on."""
        if column not in _FILTERS:
            raise UnknownName("column", column, COLUMNS, where="of the log")
        rows = self._read(f"SELECT DISTINCT {shown_column(column)} FROM exchanges WHERE id >= ?", (since,))  # noqa: S608 - a known column
        return {row[0] for row in rows}

    def __len__(self) -> int:
        return self.count()

    def __iter__(self) -> Iterator[Entry]:
        last = 0
        while page := self.rows(after=last, limit=1_000):
            yield from page
            last = page[-1].id

    def __reversed__(self) -> Iterator[Entry]:
        return iter(self.rows(newest_first=True))

    def _read(self, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with self._lock:
            self._check_open()
            self._flush()
            try:
                return self._database.execute(statement, _encodable(values)).fetchall()
            except sqlite3.Error as error:
                raise LogError(f"The log {self.path or 'in memory'} cannot be read: {error}.") from error

    def _highest(self) -> int:
        return int(self._database.execute("SELECT coalesce(max(id), 0) FROM exchanges").fetchone()[0])

    # --- life -----------------------------------------------------------------------------------------------------

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be written or read any more."""
        return self._is_closed

    def close(self) -> None:
        """Write what waits and close; safe to call twice."""
        with self._lock:
            if not self._is_closed:
                try:
                    self._flush()
                finally:
                    self._is_closed = True
                    self._database.close()

    def _check_open(self) -> None:
        if self._is_closed:
            raise LogError("The log is closed. Open it again with its path, or make a new bench.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        where = "in memory" if self.path is None else f"in {self.path.name}"
        return f"<ApiLog {where}, closed>" if self._is_closed else f"<ApiLog {where}: {len(self)} entries>"


class _Turn:
    """The rows of one turn of an event loop, and who waits for each to be written."""

    def __init__(self) -> None:
        self.rows: list[tuple[Any, ...]] = []
        self._waiting: list[asyncio.Future[int]] = []

    def add(self, row: tuple[Any, ...]) -> asyncio.Future[int]:
        """One more row; the id it got, when it is written."""
        self.rows.append(row)
        self._waiting.append(asyncio.get_running_loop().create_future())
        return self._waiting[-1]

    def settle(self, numbers: Iterable[int]) -> None:
        """Every row is written."""
        for one, number in zip(self._waiting, numbers, strict=True):
            if not one.done():  # its caller has gone
                one.set_result(number)

    def fail(self, error: LogError) -> None:
        """None of them is."""
        for one in self._waiting:
            if not one.done():
                one.set_exception(error)


def _encodable(values: Iterable[Any]) -> tuple[Any, ...]:
    """The values as SQLite takes them: half of a surrogate pair, which a script may cut off, as its JSON escape."""
    return tuple(encodable(one) if isinstance(one, str) else one for one in values)


def encodable(text: str) -> str:
    """The text as UTF-8 can hold it: lone surrogates as the escapes that mean the same in JSON."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def _where(filters: Mapping[str, str | float | None]) -> tuple[str, list[str | float]]:
    parts: list[str] = []
    values: list[str | float] = []
    for name, value in filters.items():
        if name not in _FILTERS:
            raise UnknownName("column", name, COLUMNS, where="of the log")
        column = shown_column(name)
        parts.append(f" AND {column} IS NULL" if value is None else f" AND {column} = ?")
        values.extend([] if value is None else [value])
    return "".join(parts), values
