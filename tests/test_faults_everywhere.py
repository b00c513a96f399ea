"""Each fault, met by a script, by a client in this process, and by clients over loopback: seen alike, and logged."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

import workbench as wb
from workbench import errors
from workbench.connect_api.faults import ExpiredCursor, Fault, Malformed, Reset, Slow, Status, Truncated
from workbench.connect_api.results import QueryPage

Make: TypeAlias = Callable[..., wb.Bench]
LIKED = "youtube.new_liked_video"
SEARCH = "youtube.get_videos_from_search"
SMS = "sms.send_me_text"
TELL = """
performQuery("youtube.get_videos_from_search", {limit: 2}).then(
  answer => console.log("settled", answer.statusCode, typeof answer.responseBody),
  problem => console.log("rejected", problem.message),
);
"""


def by_script(bench: wb.Bench) -> str:
    """What a script's promise gets."""
    run = bench.fire(LIKED, script=TELL)
    return str(run.console[0].text)


def by_client(bench: wb.Bench) -> str:
    """What a client in this process gets."""
    return _said(lambda: bench.client("user-17").perform(SEARCH, limit=2))


def over_loopback(bench: wb.Bench) -> str:
    """What a client gets over a socket."""
    with bench.serve() as server:
        client = bench.client("user-17", base_url=server.url, service_key=bench.service_key)
        with client:
            return _said(lambda: client.perform(SEARCH, limit=2))


def over_loopback_async(bench: wb.Bench) -> str:
    """What an async client gets over a socket."""

    async def ask() -> QueryPage:
        async with bench.async_client("user-17", base_url=server.url, service_key=bench.service_key) as client:
            return await client.perform(SEARCH, limit=2)

    with bench.serve() as server:
        return _said(lambda: asyncio.run(ask()))


def _said(call: Callable[[], Any]) -> str:
    try:
        return f"{len(call())} items"
    except errors.ConnectError as error:
        return f"{type(error).__name__} {error.status}{'' if error.request_id else ', not to be found in the log'}"


CLIENTS = {"in process": by_client, "loopback": over_loopback, "loopback, async": over_loopback_async}
SEEN = [
    pytest.param(Status(429, retry_after=3), "settled 429 object", "RateLimited 429", id="rate limit"),
    pytest.param(Status(500), "settled 500 object", "ServerError 500", id="internal error"),
    pytest.param(Status(502), "settled 502 object", "BadGateway 502", id="bad gateway"),
    pytest.param(Status(418), "settled 418 object", "ConnectError 418", id="a status that nobody documents"),
    pytest.param(Malformed(), "settled 200 string", "UnexpectedAnswer 200", id="malformed"),
    pytest.param(Truncated(), "rejected aborted", "ConnectTransportError None", id="truncated"),
    pytest.param(Reset(), "rejected socket hang up", "ConnectTransportError None", id="reset"),
    pytest.param(Reset(is_done=True), "rejected socket hang up", "ConnectTransportError None", id="reset afterwards"),
    pytest.param(Slow(120), "settled 200 object", "2 items", id="slow"),
]


@pytest.fixture
def bench(make_bench: Make) -> wb.Bench:
    """The sample, with one user."""
    bench = make_bench()
    bench.enable("user-17")
    return bench


def faults_logged(bench: wb.Bench) -> list[Any]:
    frame = bench.logs.frame().query("direction == 'in'")
    return [None if value != value else value for value in frame["fault"]]  # noqa: PLR0124 - not a number


@pytest.mark.parametrize(("fault", "settled", "_seen"), SEEN)
def test_what_a_scripts_promise_gets(bench: wb.Bench, fault: Fault, settled: str, _seen: str) -> None:
    """A status is an answer, a lost connection rejects; the log says what was injected."""
    bench.faults.add(fault, step=SEARCH)
    assert by_script(bench) == settled
    assert faults_logged(bench) == [fault.text]


@pytest.mark.parametrize("ask", CLIENTS.values(), ids=CLIENTS.keys())
@pytest.mark.parametrize(("fault", "_settled", "seen"), SEEN)
def test_what_a_client_gets(
    bench: wb.Bench, fault: Fault, _settled: str, seen: str, ask: Callable[[wb.Bench], str]
) -> None:
    """Wherever the client is, the same exception for the same fault, with the id of the request in the log."""
    bench.faults.add(fault, step=SEARCH)
    assert ask(bench) == seen
    assert faults_logged(bench) == [fault.text]
    bench.faults.clear()
    assert ask(bench) == "2 items"
    assert faults_logged(bench) == [fault.text, None]


@pytest.mark.parametrize("ask", [by_script, *CLIENTS.values()], ids=["script", *CLIENTS])
def test_a_sequence_is_counted_over_all_that_ask(bench: wb.Bench, ask: Callable[[wb.Bench], str]) -> None:
    """The second and third request are struck, whoever sends them."""
    bench.faults.add(Status(503), step=SEARCH, on=[2, 3])
    assert by_client(bench) == "2 items"
    ask(bench)
    assert by_client(bench) == "ServerError 503"
    assert by_client(bench) == "2 items"
    assert faults_logged(bench) == [None, "status 503", "status 503", None]


def test_a_fault_for_one_user_leaves_the_others_alone(bench: wb.Bench) -> None:
    """By user, in a script and over HTTP."""
    bench.enable("user-18")
    bench.faults.add(Status(500), user="user-18")
    runs = bench.fire_all(LIKED, script=TELL)
    assert {run.user_id: run.console[0].text for run in runs} == {
        "user-17": "settled 200 object",
        "user-18": "settled 500 object",
    }
    with bench.serve() as server:
        for user, seen in (("user-17", "2 items"), ("user-18", "ServerError 500")):
            with bench.client(user, base_url=server.url, service_key=bench.service_key) as client:
                assert _said(lambda: client.perform(SEARCH, limit=2)) == seen


def test_a_probability_is_drawn_by_the_seed_alike_for_script_and_client(make_bench: Make) -> None:
    """With the same seed the same requests are struck, however they come; with another seed others."""

    def struck(seed: int, ask: Callable[[wb.Bench], str]) -> list[bool]:
        bench = make_bench(seed=seed)
        bench.enable("user-17")
        bench.faults.add(Status(500), step=SEARCH, probability=0.5)
        return ["500" in ask(bench) for _ in range(8)]

    by_seed = struck(7, by_client)
    assert set(by_seed) == {True, False}
    assert struck(7, by_script) == struck(7, over_loopback) == by_seed
    assert struck(8, by_client) != by_seed


def test_an_expired_cursor_strikes_the_second_page_of_an_iterator(bench: wb.Bench) -> None:
    """The items of the first page come; then the error points at the cursor; a fresh start works."""
    bench.faults.add(ExpiredCursor(), step=SEARCH, times=1)
    got: list[Any] = []
    with pytest.raises(errors.InvalidParameters, match="expired") as caught:
        got.extend(bench.client("user-17").items(SEARCH, limit=4))
    assert [place for place, _ in caught.value.details] == ["/cursor"]
    assert len(list(bench.client("user-17").items(SEARCH, limit=4))) > 4
    assert faults_logged(bench)[:2] == [None, "expired cursor"]


def test_a_reset_after_it_was_done_is_the_one_that_hurts(bench: wb.Bench) -> None:
    """The message was sent and its caller cannot know: who tries again sends it twice. The log shows both."""
    sent: list[str] = []
    bench.respond(SMS, lambda call: sent.append(call.fields["message"]))
    bench.faults.add(Reset(is_done=True), step=SMS, times=1)
    client = bench.client("user-17")
    with pytest.raises(errors.ConnectTransportError):
        client.run(SMS, {"message": "once"})
    client.run(SMS, {"message": "once"})
    assert sent == ["once", "once"]
    assert faults_logged(bench) == ["reset after it was done", None]


def test_a_slow_answer_passes_on_the_scripts_clock_alone(bench: wb.Bench) -> None:
    """Ten seconds too many end the run as timed out, without anybody waiting for them."""
    bench.faults.add(Slow(10_500), step=SEARCH)
    run = bench.fire(LIKED, script=TELL)
    assert run.end is wb.End.TIMED_OUT
    assert run.outcome.duration_ms >= 10_000
    assert faults_logged(bench) == ["slow 10500 ms"]
