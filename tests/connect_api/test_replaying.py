"""A recording answers a step in place of a service."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import workbench as wb
from workbench.errors import BadGateway, UsageError

Make = Callable[..., wb.Bench]
SEARCH, SMS = "youtube.get_videos_from_search", "sms.send_me_text"


@pytest.fixture
def recording(make_bench: Make, tmp_path: Path) -> Callable[[str], wb.Recording]:
    """Two searches (one of two pages), an action that failed and one that did not, recorded for user-17."""
    bench = make_bench(seed=7)
    bench.enable("user-17")
    client = bench.client("user-17", recording=wb.Recording(tmp_path / "seven.json", mode="record"))
    first = client.perform(SEARCH, {"search_query": "cats"}, limit=3)
    client.perform(SEARCH, {"search_query": "cats"}, limit=3, cursor=first.cursor)
    client.perform(SEARCH, {"search_query": "dogs"}, limit=3)
    bench.respond(SMS, _refuse)
    with pytest.raises(BadGateway):
        client.run(SMS, {"message": "one"})
    bench.respond(SMS, None)
    client.run(SMS, {"message": "two"})
    return lambda match: wb.Recording(tmp_path / "seven.json", mode="replay", match=match)


def _refuse(_: wb.StepCall) -> None:
    raise wb.ServiceFailure("No credit left")


def search(bench: wb.Bench, words: str, user: str = "user-17", cursor: str | None = None) -> list[str]:
    page = bench.client(user).perform(SEARCH, {"search_query": words}, limit=3, cursor=cursor)
    return [str(item["title"]) for item in page.items]


def test_a_strict_recording_answers_in_order_and_once(make_bench: Make, recording: Callable[..., wb.Recording]) -> None:
    """The pages come in their order whatever is asked for, follow their cursors, and then no more."""
    bench = make_bench()
    bench.enable("user-17")
    bench.respond(SEARCH, recording("strict"))
    page = bench.client("user-17").perform(SEARCH, {"search_query": "birds"}, limit=3)
    assert all("cats" in str(item["title"]) for item in page.items)
    rest = bench.client("user-17").perform(SEARCH, {"search_query": "birds"}, limit=3, cursor=page.cursor)
    assert [item["title"] for item in rest.items] != [item["title"] for item in page.items]
    assert "dogs" in search(bench, "birds")[0]
    with pytest.raises(BadGateway):
        search(bench, "birds")
    assert "A lenient match repeats" in bench.logs[-1].note


def test_a_strict_recording_is_for_its_user_and_a_lenient_one_for_all(
    make_bench: Make, recording: Callable[..., wb.Recording]
) -> None:
    """Another user gets nothing of a strict recording; of a lenient one what fits, again and again."""
    bench = make_bench()
    bench.enable("ada")
    bench.respond(SEARCH, recording("strict"))
    with pytest.raises(BadGateway):
        search(bench, "dogs", "ada")
    bench.respond(SEARCH, recording("lenient"))
    for _ in range(3):
        assert "dogs" in search(bench, "dogs", "ada")[0]


def test_a_recorded_failure_fails_again(make_bench: Make, recording: Callable[..., wb.Recording]) -> None:
    """A recorded 502 is a 502 with the service's words; the next answer is the next recorded."""
    bench = make_bench()
    bench.enable("user-17")
    bench.respond(SMS, recording("strict"))
    with pytest.raises(BadGateway, match="No credit left"):
        bench.client("user-17").run(SMS, {"message": "x"})
    bench.client("user-17").run(SMS, {"message": "x"})


def test_a_recording_without_the_step_is_an_error_at_once(
    make_bench: Make, recording: Callable[..., wb.Recording]
) -> None:
    """Responding with a recording that holds nothing of the step says so when it is set, not when it is called."""
    with pytest.raises(UsageError, match="holds no `run` or `perform` of hue"):
        recording("strict").responder("hue.set_color")
