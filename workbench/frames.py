"""Frames with declared columns and types, and the one idiom of everything that holds rows.

What holds rows has ``len``, iteration, indexing, a table as repr and ``.frame()`` for pandas.
pandas is imported when a frame is asked for, never before.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, overload

from workbench import html

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")

TIME = "datetime64[us, UTC]"
"""The type of every column of moments: aware, UTC, microseconds."""

_SHOWN = 20


class Column(NamedTuple):
    """One column: its name and its pandas type ("str", "Int64", "object", ``TIME`` ...)."""

    name: str
    dtype: str


class Schema:
    """The columns of a frame, in order, under a name."""

    __slots__ = ("columns", "name")

    def __init__(self, name: str, *columns: Column) -> None:
        self.name = name
        self.columns = columns

    @property
    def names(self) -> tuple[str, ...]:
        """The column names, in order."""
        return tuple(column.name for column in self.columns)

    def __repr__(self) -> str:
        return f"<Schema {self.name}: {', '.join(f'{name} {dtype}' for name, dtype in self.columns)}>"


def frame(schema: Schema, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """The rows as a pandas frame with exactly the schema's columns, order and types."""
    import pandas as pd  # noqa: PLC0415 - slow to import

    data = list(rows)
    return pd.DataFrame(
        {column.name: _series([row.get(column.name) for row in data], column) for column in schema.columns}
    )


def _series(values: list[Any], column: Column) -> pd.Series[Any]:
    import pandas as pd  # noqa: PLC0415 - slow to import

    if column.dtype == TIME:
        values = list(pd.to_datetime(values, utc=True, format="ISO8601"))
    series: pd.Series[Any] = pd.Series(values, dtype=column.dtype)
    return series


class Rows(ABC, Generic[T]):
    """Something that holds rows. A subclass gives ``schema``, ``__len__``, ``__iter__`` and ``row``."""

    schema: Schema
    text_width = 48
    """Longer cells are cut in the repr."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def __iter__(self) -> Iterator[T]: ...

    @abstractmethod
    def row(self, item: T) -> Mapping[str, Any]:
        """One item as the values of its columns."""

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> Selection[T]: ...

    def __getitem__(self, index: int | slice) -> T | Selection[T]:
        if isinstance(index, slice):
            return Selection(tuple(self)[index], schema=self.schema, row=self.row)
        return tuple(self)[index]

    def frame(self) -> pd.DataFrame:
        """The rows as a pandas frame."""
        return frame(self.schema, (self.row(item) for item in self))

    def __repr__(self) -> str:
        if len(self) == 0:
            return f"No {self.schema.name}."
        return html.text_table(self.schema.names, self._cells(), width=self.text_width) + self._rest()

    def _repr_html_(self) -> str:
        if len(self) == 0:
            return html.document(f'<p class="workbench-muted">No {html.escape(self.schema.name)}.</p>')
        body = html.table(self.schema.names, self._cells(), caption=counted(len(self), self.schema.name))
        return html.document(body + (f'<p class="workbench-muted">{self._rest().strip()}</p>' if self._rest() else ""))

    def _cells(self) -> Iterator[list[Any]]:
        for item in islice(self, _SHOWN):
            values = self.row(item)
            yield [values.get(name) for name in self.schema.names]

    def _rest(self) -> str:
        hidden = len(self) - _SHOWN
        return f"\n… and {hidden} more; `.frame()` has them all." if hidden > 0 else ""


def counted(number: int, things: str) -> str:
    """A number of things in words, from the word for several: "1 call", "2 calls", "1 query"."""
    if number != 1:
        return f"{number} {things}"
    return f"{number} {things[:-3]}y" if things.endswith("ies") else f"{number} {things.removesuffix('s')}"


class Selection(Rows[T]):
    """Some of the rows of another object: what a slice gives."""

    def __init__(self, items: tuple[T, ...], *, schema: Schema, row: Callable[[T], Mapping[str, Any]]) -> None:
        self._items = items
        self._row = row
        self.schema = schema

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[T]:
        return iter(self._items)

    def row(self, item: T) -> Mapping[str, Any]:
        """One item as the values of its columns."""
        return self._row(item)
