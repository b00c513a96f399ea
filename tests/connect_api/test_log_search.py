"""What a search in the log finds: by status, step, user, direction and text."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from workbench.connect_api.api_log import ApiLog, Entry
from workbench.connect_api.log_search import Search
from workbench.errors import UnknownName, UsageError
from workbench.secret import MASK


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


@pytest.fixture
def secrets() -> Iterator[ApiLog]:
    """A log whose entries hold the value of a secret field in every column that can."""
    with ApiLog() as made:
        for pin in ("4711", "0815"):
            made.add(
                Entry(
                    method="POST",
                    path="/v2/a",
                    status=200,
                    request_body=f'{{"fields":{{"pin":"{pin}","color":"green"}}}}',
                    response_body=f'{{"fields":[{{"id":"pin","value":"{pin}"}}]}}',
                    decisions=f'[{{"field":"pin","winner":{{"source":"call","value":"{pin}"}},"losers":[]}}]',
                    secret_fields='["pin"]',
                )
            )
        made.add(Entry(method="POST", path="/v2/b", status=200, request_body='{"pin":"4711"}'))
        yield made


@pytest.mark.parametrize(
    ("text", "ids"),
    [("4711", [3]), ("47", [3]), ("0815", []), ("green", [1, 2]), ("pin", [1, 2, 3]), (MASK, [1, 2])],
    ids=["a value", "its beginning", "another", "what is shown", "its name", "the mask"],
)
def test_a_search_tells_nothing_of_a_secret(secrets: ApiLog, text: str, ids: list[int]) -> None:
    """Only what an entry shows is searched: else a shared log would tell who guesses whether he is right."""
    assert secrets.ids(Search(text=text)) == ids


@pytest.mark.parametrize("column", ["request_body", "response_body", "decisions"])
def test_a_filter_tells_nothing_of_a_secret(secrets: ApiLog, column: str) -> None:
    """A filter holds for a body as it is shown, never for the one that was sent; nor are the values told."""
    raw, shown = getattr(secrets.raw(1), column), getattr(secrets.entry(1), column)
    assert raw != shown
    assert secrets.count(**{column: raw}) == 0
    assert [one.id for one in secrets.rows(**{column: shown})] == [1, 2]
    assert "0815" not in str(secrets.values_of(column))
    assert shown in secrets.values_of(column)


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
