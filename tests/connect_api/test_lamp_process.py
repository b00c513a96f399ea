"""A connection and a service that really run, against each other: the lamp service in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

import workbench as wb
from workbench.errors import BadGateway

LESSON = Path(__file__).parents[2] / "notebooks" / "services"
KEY = "lamp-service-key"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SCRIPT = 'runAction("lamps.set_color", {fields: {color: Trigger.ingredients.room === "Study" ? "green" : "red"}});'


class LampProcess:
    """The service, as a developer runs it."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, str(LESSON / "lamp.py"), "--port", "0", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()

    def press(self, lamp: str) -> None:
        """Somebody switches a lamp on."""
        answer = httpx.post(f"{self.url}/switch/{lamp}", headers={"IFTTT-Service-Key": KEY})
        assert answer.status_code == 200, answer.text

    def close(self) -> None:
        self.process.kill()
        self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def start_lamps() -> Iterator[Callable[..., LampProcess]]:
    """Starts lamp services that end with the test."""
    started: list[LampProcess] = []

    def start(*options: str) -> LampProcess:
        started.append(LampProcess(*options))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.fixture
def lamps(start_lamps: Callable[..., LampProcess]) -> LampProcess:
    """A lamp service of the test's own."""
    return start_lamps()


@pytest.fixture
def make_home(make_bench: Callable[..., wb.Bench]) -> Callable[[LampProcess], wb.Bench]:
    """Makes a bench of the lesson's connection to a running service, at a frozen moment, with one user."""

    def make(lamps: LampProcess) -> wb.Bench:
        connection = wb.Connection.load(LESSON / "lamp.yaml")
        connection.script = SCRIPT
        bench = make_bench(connection, service_key=KEY)
        bench.clock.freeze(NOW)
        bench.use_service("lamps", lamps.url)
        desk = {"lamp": "Study / Desk"}
        steps = ("lamps.set_color", "lamps.scenes", "lamps.switched_on")
        bench.enable("user-17", timezone="Europe/Paris", values=dict.fromkeys(steps, desk))
        return bench

    return make


@pytest.fixture
def bench(make_home: Callable[[LampProcess], wb.Bench], lamps: LampProcess) -> wb.Bench:
    """A bench whose service really runs."""
    return make_home(lamps)


def colors(bench: wb.Bench) -> dict[Any, Any]:
    """What the service says of its lamps, page by page."""
    return {one["name"]: one["color"] for one in bench.client("user-17").items("lamps.list_lamps", limit=2)}


def test_an_action_changes_what_the_query_then_shows(bench: wb.Bench) -> None:
    """The value set by you reaches the lamp, and the next query of the same service shows it."""
    before = colors(bench)
    bench.client("user-17").run("lamps.set_color")
    assert colors(bench) == {**before, "Desk": "blue"}
    assert set(before.values()) == {"white"}


def test_options_labels_and_tokens_come_from_the_service(bench: wb.Bench) -> None:
    """The dropdown's options are the service's, in their groups; a token of theirs is taken, a label is not."""
    client = bench.client("user-17")
    options = client.field_options("action", "lamps.set_color")
    client.run("lamps.set_color", {"lamp": options.token("lamp", "Ceiling"), "color": "green"})
    assert colors(bench) == {"Desk": "white", "Shelf": "white", "Ceiling": "green"}
    with pytest.raises(wb.errors.InvalidParameters, match="lamp"):
        client.run("lamps.set_color", {"lamp": "Ceiling"})


def test_pages_hold_every_lamp_once_and_includes_resolve_scenes(bench: wb.Bench) -> None:
    """Limit and cursor are the service's own; the nested query is a query, or a list where it is included."""
    client = bench.client("user-17")
    pages = list(client.pages("lamps.list_lamps", limit=1))
    assert [len(page) for page in pages] == [1, 1, 1]
    assert [one["name"] for page in pages for one in page] == ["Desk", "Shelf", "Ceiling"]
    (page,) = client.pages("lamps.list_lamps", includes=["scenes"])
    assert page[0]["scenes"]["type"] == "list"
    assert page[0]["scenes"]["data"] == [{"name": "Reading"}]
    nested = pages[0][0]["scenes"]
    assert nested["type"] == "query"
    assert [one["name"] for one in client.items("lamps.scenes", nested["fields"])] == ["Reading", "Evening"]


def test_what_was_there_at_the_first_check_fires_nothing_and_what_comes_later_once(
    bench: wb.Bench, lamps: LampProcess
) -> None:
    """The script runs once for each event that is new, with its ingredients; a third check finds nothing."""
    lamps.press("desk")
    assert bench.poll().events == ()
    lamps.press("desk")
    lamps.press("shelf")  # another lamp than the user's
    assert len(bench.poll().events) == 1
    assert bench.poll().events == ()
    bench.wait()
    (run,) = bench.runs
    assert run.ingredients == {"lamp": "Desk", "room": "Study"}
    assert run.ok
    assert colors(bench)["Desk"] == "green"


def test_every_row_of_the_log_has_the_time_of_the_benchs_clock(bench: wb.Bench, lamps: LampProcess) -> None:
    """Checks, events, runs and what goes out to the service are stamped by the clock that the test moves."""
    bench.poll()
    bench.clock.move(timedelta(hours=1))
    lamps.press("desk")
    bench.poll()
    bench.wait()
    entries = bench.logs.frame()
    assert set(entries["time"]) == {NOW, NOW + timedelta(hours=1)}
    later = entries[entries["time"] > NOW]
    assert set(later["direction"]) == {"in", "out", "event"}


def test_a_service_that_tells_the_realtime_api_is_asked_at_once(
    make_home: Callable[[LampProcess], wb.Bench], start_lamps: Callable[..., LampProcess]
) -> None:
    """Over HTTP both ways: the switch is pressed, the service notifies, the API checks, the script runs."""
    first = start_lamps()
    bench = make_home(first)
    with bench.serve() as server:
        lamps = start_lamps("--realtime", server.url)
        bench.use_service("lamps", lamps.url)
        bench.poll()
        lamps.press("desk")
        bench.wait()
    assert [run.ingredients["lamp"] for run in bench.runs] == ["Desk"]
    paths = bench.logs.frame().query("direction == 'out'")["path"]
    assert len(paths[paths == "/ifttt/v1/triggers/switched_on"]) == 2, "the one by hand and the one by notification"


def test_a_skipped_action_is_a_502_with_the_services_words(bench: wb.Bench) -> None:
    """A blank colour is skipped by the service; client, script and log are told so."""
    with pytest.raises(BadGateway, match=r"E5.*No color was given") as caught:
        bench.client("user-17").run("lamps.set_color", {"color": " "})
    assert (caught.value.status, caught.value.code) == (502, "bad_gateway")
    failed = bench.logs.frame().query("step == 'lamps.set_color' and status >= 400").sort_values("direction")
    assert failed["error_code"].tolist() == ["bad_gateway", "E5"]
    bench.connection.script = 'runAction("lamps.set_color", {fields: {color: ""}}).then(r => console.log(r.statusCode))'
    run = bench.fire("lamps.switched_on")
    assert "502" in str(run.console)


def test_a_wrong_key_is_a_502_that_says_401(
    make_home: Callable[[LampProcess], wb.Bench], start_lamps: Callable[..., LampProcess]
) -> None:
    """A service that does not know the key refuses; whoever calls the API is told which answer it gave."""
    bench = make_home(start_lamps())
    bench.use_service("lamps", start_lamps("--key", "another-key").url)
    with pytest.raises(BadGateway, match=r"E4: the service answered 401 \(The service key is not valid\)"):
        bench.client("user-17").run("lamps.set_color")


def test_a_service_that_was_killed_is_a_502_and_is_found_again(bench: wb.Bench, lamps: LampProcess) -> None:
    """Killed, it cannot be connected to; checks say so and go on."""
    lamps.process.kill()
    lamps.process.wait(10)
    with pytest.raises(BadGateway, match="E1: cannot connect"):
        bench.client("user-17").run("lamps.set_color")
    assert "E1: cannot connect" in bench.poll().problems[0]


@pytest.mark.skipif(os.name != "posix", reason="a process is stopped by a signal")
def test_a_service_that_does_not_answer_has_eight_seconds(bench: wb.Bench, lamps: LampProcess) -> None:
    """Stopped in its tracks, it is given 8 seconds in earnest, on a frozen clock; then the call is a 502."""
    os.kill(lamps.process.pid, signal.SIGSTOP)
    try:
        with pytest.raises(BadGateway, match="E2: no answer within 8 seconds"):
            bench.client("user-17").run("lamps.set_color")
    finally:
        os.kill(lamps.process.pid, signal.SIGCONT)
    duration = bench.logs.frame().query("direction == 'out'").iloc[-1]["duration_ms"]
    assert 8_000 <= duration < 12_000
    assert colors(bench), "it answers again"
