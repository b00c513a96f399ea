"""A log by position: pages of any search, kept up to date while the log is written."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

import workbench as wb
from workbench.connect_api.api_log import COLUMNS, ApiLog, Entry
from workbench.connect_api.log_search import Search
from workbench.logs.pages import Pages


def test_positions_are_stable_while_the_log_grows(make_bench: Callable[..., wb.Bench]) -> None:
    """New entries come after the known ones, and a refresh says that nothing moved."""
    bench = make_bench()
    bench.enable("user-1")
    bench.fire("youtube.new_liked_video")
    pages = bench.logs.pages(Search(direction="in"))
    before = pages.rows(0, 10)
    seen: list[int] = []
    bench.logs.observe(seen.append)
    bench.fire("youtube.new_liked_video")
    assert pages.refresh(min(seen))
    assert len(pages) == 8
    assert pages.rows(0, 4) == before
    assert pages.newest(1)[0]["id"] == max(seen)
    assert pages.values_of("status") == [200, 204]


def test_a_page_has_an_end() -> None:
    """Positions before the first and after the last give what is there, never an error."""
    with ApiLog() as log:
        for _ in range(3):
            log.add(Entry())
        pages = Pages(log)
        assert [row["id"] for row in pages.rows(-5, 2)] == [1, 2]
        assert [row["id"] for row in pages.rows(2, 100)] == [3]
        assert pages.rows(3, 10) == []
        assert len(pages.rows(0, 10_000)) == 3


@given(st.lists(st.tuples(st.integers(1, 60), st.sampled_from([200, 422])), unique_by=lambda one: one[0], max_size=40))
def test_entries_that_are_answered_late_find_their_place(written: list[tuple[int, int]]) -> None:
    """In whatever order entries are written, the positions are those of a search made at the end."""
    wanted = Search(status="422")
    with ApiLog() as log:
        pages = Pages(log, wanted)
        for number, status in written:
            before = list(pages._ids)
            entry = Entry(id=number, status=status)
            log.append(tuple(getattr(entry, name) for name in COLUMNS))
            kept = pages.refresh(number)
            assert kept == (list(pages._ids)[: len(before)] == before)
        assert list(pages._ids) == log.ids(wanted)
