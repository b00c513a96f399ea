"""What a search in the log finds: by status, step, user, direction and text."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from workbench.connect_api.api_log import ApiLog, Entry
from workbench.connect_api.log_search import Search
from workbench.errors import UnknownName, UsageError


@pytest.fixture
def log() -> Iterator[ApiLog]:
    with ApiLog() as made:
        made.add(
            Entry(method="POST", path="/v2/a", status=200, step="sms.send", user_id="ada", request_body='{"q":"50%"}')
        )
        made.add(
            Entry(method="POST", path="/v2/b", status=422, step="sms.send", user_id="bob", response_body="Ärger_1")
        )
        made.add(Entry(direction="out", method="POST", path="/hook", status=None, note="no answer"))
        made.add(Entry(direction="event", step="youtube.liked", user_id="ada", request_body='{"title":"Cat"}'))
        yield made


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Search(), [1, 2, 3, 4]),
        (Search(status="422"), [2]),
        (Search(status="2xx"), [1]),
        (Search(status="none"), [3]),
        (Search(step="sms.send"), [1, 2]),
        (Search(user="ada"), [1, 4]),
        (Search(direction="event"), [4]),
        (Search(user="ada", direction="event"), [4]),
        (Search(text="cat"), [4]),
        (Search(text="50%"), [1]),
        (Search(text="0_"), []),
        (Search(text="r_1"), [2]),
        (Search(text="ger\\"), []),
        (Search(text="' OR 1=1 --"), []),
    ],
    ids=lambda value: repr(value) if isinstance(value, Search) else "",
)
def test_a_search_finds_what_it_names(wanted: Search, ids: list[int], log: ApiLog) -> None:
    """Each condition narrows; signs that mean something to a database are only text."""
    assert log.ids(wanted) == ids


def test_only_what_is_new(log: ApiLog) -> None:
    """Ids, and the values that filters offer, can be had from an id on."""
    assert log.ids(Search(), since=3) == [3, 4]
    assert log.values_of("user_id", since=4) == {"ada"}
    with pytest.raises(UnknownName, match="column"):
        log.values_of("1; DROP TABLE exchanges")


def test_a_glance_has_no_bodies(log: ApiLog) -> None:
    """The rows of a list come in the order of the ids, without bodies, and those that are gone are left out."""
    rows = log.glances([4, 99, 1])
    assert [row["id"] for row in rows] == [4, 1]
    assert "request_body" not in rows[0]


@pytest.mark.parametrize("status", ["9xx", "20", "2x", "abc", "' OR 1"])
def test_a_status_that_is_none_is_refused(status: str) -> None:
    """The error shows how one is written."""
    with pytest.raises(UsageError, match="422"):
        Search(status=status)
