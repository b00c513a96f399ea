"""Frames with declared columns, and the one idiom of what holds rows."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from workbench.frames import TIME, Column, Rows, Schema, frame

SCHEMA = Schema("things", Column("name", "str"), Column("count", "Int64"), Column("at", TIME), Column("data", "object"))


class Things(Rows[int]):
    """So many things."""

    schema = SCHEMA

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[int]:
        return iter(range(self._count))

    def row(self, item: int) -> dict[str, object]:
        """One thing as the values of its columns."""
        return {"name": f"<{item}>", "count": item, "data": {"n": item}}


@pytest.mark.parametrize("count", [0, 1, 3], ids=["no rows", "one row", "three rows"])
def test_a_frame_has_the_declared_columns_whatever_the_rows(count: int) -> None:
    """Column order and types are the schema's, also with no row at all."""
    made = Things(count).frame()
    assert list(made.columns) == ["name", "count", "at", "data"]
    assert [str(kind) for kind in made.dtypes] == ["str", "Int64", TIME, "object"]
    assert len(made) == count


def test_times_become_utc() -> None:
    """Moments as text, with zones or as datetimes end in one aware UTC column; none stays none."""
    moments = ["2026-01-01T12:00:00+02:00", datetime(2026, 1, 1, 10, tzinfo=UTC), "2026-01-01T10:00:00.000001Z", None]
    column = frame(SCHEMA, [{"at": moment} for moment in moments])["at"]
    assert column[0] == column[1]
    assert column[2].microsecond == 1
    assert column.isna().tolist() == [False, False, False, True]


def test_rows_are_indexed_like_a_list() -> None:
    """A whole number gives one row, a slice gives rows with the same looks."""
    things = Things(10)
    assert (things[0], things[-1]) == (0, 9)
    part = things[2:4]
    assert (list(part), len(part)) == ([2, 3], 2)
    assert part.frame()["name"].tolist() == ["<2>", "<3>"]
    assert list(part[1:]) == [3]
    with pytest.raises(IndexError):
        things[10]


def test_a_repr_is_a_table_and_says_what_it_leaves_out() -> None:
    """The repr of many rows is short and points at the frame."""
    shown = repr(Things(1000)).splitlines()
    assert shown[0].split() == ["name", "count", "at", "data"]
    assert len(shown) == 23
    assert "980 more" in shown[-1]
    assert repr(Things(0)) == "No things."


def test_the_html_is_escaped() -> None:
    """Cells from outside make no tag."""
    page = Things(30)._repr_html_()
    assert "&lt;0&gt;" in page
    assert "<0>" not in page
    assert "10 more" in page
    assert "No things." in Things(0)._repr_html_()


def test_pandas_is_imported_only_for_a_frame() -> None:
    """Rows, their repr and their HTML need no pandas."""
    code = "import sys, workbench.frames, workbench.connection.document as d; c = d.Connection.sample('hue-blue'); "
    code += "repr(c.fields), c._repr_html_(); print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "False"
