"""Samples that keep their word: what an action added shows up in the query of the same thing, for the same user."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

import workbench as wb

Make: TypeAlias = Callable[..., wb.Bench]
CREATE, EVENTS = "google_calendar.create_detailed_event", "google_calendar.history_of_event_starts"


@pytest.fixture
def bench(make_bench: Make) -> wb.Bench:
    """A connection that adds to a calendar and reads it, with two users."""
    connection = wb.Connection.new("Diary")
    connection.add_feature("Dates")
    connection.add_action("Dates", CREATE)
    connection.add_query("Dates", EVENTS)
    for step in (connection.step(CREATE), connection.step(EVENTS)):
        for field in step.definition.fields:
            step.field(field.id).set_by_you("No" if field.options else "home")
    bench = make_bench(connection)
    bench.clock.freeze("2026-01-02T03:04:05+00:00")
    for user in ("ada", "bob"):
        bench.enable(user)
    return bench


def titles(bench: wb.Bench, user: str = "ada", **more: Any) -> list[Any]:
    return [item["title"] for item in bench.client(user).items(EVENTS, **more)]


def add(bench: wb.Bench, title: str, user: str = "ada") -> None:
    bench.client(user).run(CREATE, {"title": title, "start_time": "2026-01-02T19:00:00"})


def test_what_was_added_is_the_newest_item(bench: wb.Bench) -> None:
    """The last one added comes first, before the samples, which stay as they were."""
    samples = titles(bench)
    add(bench, "Dinner")
    add(bench, "Breakfast")
    assert titles(bench) == ["Breakfast", "Dinner", *samples]


def test_it_is_the_users_own(bench: wb.Bench) -> None:
    """Nobody else sees it."""
    before = titles(bench, "bob")
    add(bench, "Dinner")
    assert titles(bench, "bob") == before


def test_pages_go_over_what_was_added_and_samples_alike(bench: wb.Bench) -> None:
    """Page by page, whatever the limit, each item comes once and in order."""
    for number in range(5):
        add(bench, f"Event {number}")
    whole = titles(bench)
    for limit in (1, 3, 4, 7):
        assert titles(bench, limit=limit) == whole


def test_a_script_sees_what_it_added(bench: wb.Bench) -> None:
    """What one call adds is there for the next, whoever asks: a script, or a client over HTTP."""
    script = """
        runAction("google_calendar.create_detailed_event", {fields: {title: "From the script", start_time: "now"}})
          .then(() => performQuery("google_calendar.history_of_event_starts", {limit: 1}))
          .then(found => console.log(found.responseBody.data[0].title));
    """
    bench.connection.add_trigger("Dates", "youtube.new_liked_video")
    bench.enable("ada")
    run = bench.fire("youtube.new_liked_video", user="ada", script=script)
    assert [line.text for line in run.console] == ["From the script"]
    with bench.serve() as server:
        client = bench.client("ada", base_url=server.url, service_key=bench.service_key)
        with client:
            assert next(iter(client.items(EVENTS)))["title"] == "From the script"


def test_what_failed_added_nothing(bench: wb.Bench) -> None:
    """A call that a fault struck before it was carried out leaves no trace; one whose answer was lost does."""
    bench.faults.add(wb.faults.Status(503), step=CREATE, times=1)
    bench.faults.add(wb.faults.Reset(is_done=True), step=CREATE, times=1)
    with pytest.raises(wb.errors.ServerError):
        add(bench, "Never")
    with pytest.raises(wb.errors.ConnectTransportError):
        add(bench, "Lost on the way back")
    assert titles(bench)[0] == "Lost on the way back"
    assert "Never" not in titles(bench)


def test_other_fields_show_other_things(bench: wb.Bench) -> None:
    """What was added to one calendar is not in another; the query's field decides."""
    add(bench, "Dinner")
    (offered,) = bench.client("ada").field_options("query", EVENTS).options.values()
    for calendar in offered:
        assert "Dinner" not in titles(bench, fields={"calendar": calendar.value})
    assert "Dinner" in titles(bench)


def test_a_responder_takes_the_place_of_samples_and_of_memory(bench: wb.Bench) -> None:
    """A function answers alone; when it is forgotten, what was added before is there again."""
    add(bench, "Dinner")
    bench.respond(EVENTS, [{"title": "Mine"}])
    assert titles(bench) == ["Mine"]
    bench.emulator.forget(EVENTS)
    assert titles(bench)[0] == "Dinner"
    bench.forget_added()
    assert "Dinner" not in titles(bench)
