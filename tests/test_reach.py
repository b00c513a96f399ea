"""How a bench is reached and what it reaches, by its public names."""

from __future__ import annotations

import asyncio
import inspect
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

import workbench as wb
from workbench import bench as bench_module
from workbench.errors import NotEnabled, RateLimited, UnknownName, UsageError

Make = Callable[..., wb.Bench]
LIKED = "youtube.new_liked_video"
SMS = "sms.send_me_text"
SEARCH = "youtube.get_videos_from_search"
CREATE, EVENTS = "google_calendar.create_detailed_event", "google_calendar.history_of_event_starts"
KEY = "canary-key-of-the-service"


class Backend:
    """A developer's backend: keeps what it is told, and answers a status."""

    def __init__(self, status: int = 200) -> None:
        self.told: list[tuple[str, dict[str, str]]] = []
        backend = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                backend.told.append((self.path, dict(self.headers)))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @property
    def names(self) -> list[str]:
        return [path.partition("/webhooks/")[2] for path, _ in self.told]

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def make_backend() -> Iterator[Callable[..., Backend]]:
    """Starts backends that end with the test."""
    made: list[Backend] = []

    def make(status: int = 200) -> Backend:
        made.append(Backend(status))
        return made[-1]

    yield make
    for one in made:
        one.close()


# --- servers and clients ----------------------------------------------------------------------------------------------


def test_a_served_bench_answers_any_client_and_logs_it(make_bench: Make) -> None:
    """`bench.serve()` gives an address; a client there runs actions, and the bench's log shows how they came."""
    bench = make_bench(service_key=KEY)
    user = bench.enable("user-17")
    with bench.serve() as server, bench.client(user, base_url=server.url, service_key=KEY) as client:
        client.run(SMS, {"message": "from elsewhere"})
        assert httpx.get(f"{server.url}/openapi.json").json()["openapi"].startswith("3.")
    rows = {(entry.direction, entry.transport): entry for entry in bench.logs}
    assert rows["in", "loopback"].target == "emulator"
    assert rows["in", "loopback"].status == 204
    assert rows["out", "client"].target == "this machine"
    assert rows["out", "client"].step == SMS
    assert rows["out", "client"].user_id == "user-17"
    assert {entry.status for entry in rows.values()} == {204}
    assert KEY not in bench.logs.to_json()


def test_a_server_ends_with_its_bench() -> None:
    """Closing the bench closes what it served; nothing listens any more, and closing again is harmless."""
    with wb.Bench(wb.Connection.sample("liked-video-to-sms")) as bench:
        server, other = bench.serve(), bench.serve()
        assert server.port != other.port
        other.close()
        assert f'href="{server.url}/"' in server._repr_html_()
    assert not server.is_running
    assert "closed" in server._repr_html_()
    assert repr(server).endswith("closed>")
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url)
    bench.close()


def test_a_closed_bench_serves_no_more() -> None:
    """It says so, in place of a server that could answer nothing."""
    bench = wb.Bench(wb.Connection.sample("liked-video-to-sms"))
    bench.close()
    with pytest.raises(UsageError, match="closed"):
        bench.serve()


def test_serving_on_the_network_must_be_allowed(make_bench: Make) -> None:
    """Another address than loopback is refused unless the bench allows the network, and then it warns."""
    with pytest.raises(UsageError, match="allow_network"):
        make_bench().serve(host="0.0.0.0")
    with pytest.warns(UserWarning, match="other machines"), make_bench(allow_network=True).serve(host="0.0.0.0"):
        pass


def test_a_client_in_process_needs_no_key_and_is_the_default(make_bench: Make) -> None:
    """`bench.client(user)` speaks to the emulator in process, for this connection and user."""
    bench = make_bench()
    user = bench.enable("user-17")
    client = bench.client(user)
    assert client.me().user_login is not None
    assert len(next(iter(client.pages(SEARCH, {"search_query": "cats"}, limit=10))).items) == 10
    assert not client.is_production
    assert {entry.transport for entry in bench.logs} == {"in process"}
    with pytest.raises(UsageError, match="base URL"):
        bench.client(service_key=KEY)


def test_an_async_client_is_the_same(make_bench: Make) -> None:
    """`bench.async_client(user)` does the same for code that awaits."""
    bench = make_bench()
    bench.enable("user-17")

    async def both() -> None:
        async with bench.async_client("user-17") as client:
            await asyncio.gather(client.run(SMS, {"message": "a"}), client.run(SMS, {"message": "b"}))

    asyncio.run(both())
    assert sorted(entry.status for entry in bench.logs) == [204, 204]


def test_a_user_token_acts_for_its_user_alone(make_bench: Make) -> None:
    """A token of `user.token()` may switch its own user's connection off and on, and run nothing."""
    bench = make_bench()
    user = bench.enable("user-17")
    client = bench.client(user_token=user.token())
    client.disable()
    assert not user.is_enabled
    client.enable()
    assert user.is_enabled
    with pytest.raises(wb.errors.Forbidden):
        client.run(SMS, {"message": "x"}, user_id="user-17")


def test_production_is_asked_for_by_its_address_and_shows(make_bench: Make) -> None:
    """The real API is never the default: its address and a key must be given; it warns, shows a badge and is logged."""
    bench = make_bench()
    answer = httpx.MockTransport(lambda _: httpx.Response(401, json={"type": "error", "code": "unauthorized"}))
    with pytest.warns(UserWarning, match="real"):
        client = bench.client("user-17", base_url="https://connect.ifttt.com", service_key=KEY, transport=answer)
    assert client.is_production
    assert "PRODUCTION" in repr(client)
    assert "PRODUCTION" in client._repr_html_()
    with pytest.raises(wb.errors.Unauthorized):
        client.run(SMS)
    (entry,) = bench.logs
    assert (entry.target, entry.direction, entry.status, entry.error_code) == ("production", "out", 401, "unauthorized")
    assert bench.logs.frame()["target"].tolist() == ["production"]
    assert KEY not in bench.logs.to_json()


def test_what_got_no_answer_is_logged_too(make_bench: Make) -> None:
    """A request that is lost on the way is a row with the reason and no status."""
    bench = make_bench()

    def lose(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"refused {KEY}")

    client = bench.client("u", base_url="http://127.0.0.1:9", service_key=KEY, transport=httpx.MockTransport(lose))
    with pytest.raises(wb.errors.ConnectTransportError):
        client.run(SMS)
    (entry,) = bench.logs
    assert entry.status is None
    assert entry.note.startswith("refused")
    assert KEY not in entry.note


def test_a_recording_replays_what_the_emulator_answered(make_bench: Make, tmp_path: Any) -> None:
    """Recorded once, a recording answers offline: nothing reaches the bench."""
    bench = make_bench()
    bench.enable("user-17")
    file = tmp_path / "search.json"
    recorded = bench.client("user-17", recording=wb.Recording(file, mode="record")).perform(
        SEARCH, {"search_query": "a"}
    )
    seen = len(bench.logs)
    again = bench.client("user-17", recording=wb.Recording(file, mode="replay")).perform(SEARCH, {"search_query": "a"})
    assert again.items == recorded.items
    assert len(bench.logs) == seen
    assert bench.service_key.reveal() not in file.read_text()


# --- faults and choices -----------------------------------------------------------------------------------------------


def test_faults_are_added_seen_and_cleared(make_bench: Make, tmp_path: Any) -> None:
    """A rule strikes scripts and clients alike, is a row of `bench.faults`, and its name a column of the log."""
    bench = make_bench()
    bench.enable("user-17")
    bench.faults.add(wb.faults.Status(429, retry_after=3), step=SMS, times=1)
    with pytest.raises(RateLimited):
        bench.client("user-17").run(SMS, {"message": "x"})
    bench.client("user-17").run(SMS, {"message": "x"})
    assert bench.faults.frame()["struck"].tolist() == [1]
    assert "status 429" in repr(bench.faults)
    assert bench.logs.frame()["fault"].tolist()[0] == "status 429, retry after 3 s"
    bench.faults.clear()
    assert len(bench.faults) == 0
    file = tmp_path / "faults.yaml"
    file.write_text(f"faults:\n  - status: 502\n    step: {SMS}\n")
    bench.faults.load(file)
    run = bench.fire(LIKED, title="x")
    assert {call.status for call in run.actions} == {502}


def test_choices_are_changed_by_name(make_bench: Make) -> None:
    """`choose` changes a switch for what comes after; a wrong name or value lists the right ones."""
    bench = make_bench(choices=wb.Choices(unknown_fields="ignore"))
    bench.enable("user-17")
    bench.client("user-17").run(SMS, {"mesage": "x"})
    bench.choose(unknown_fields="refuse", extra_keys="random")
    with pytest.raises(wb.errors.InvalidParameters):
        bench.client("user-17").run(SMS, {"mesage": "x"})
    assert bench.choices.extra_keys == "random"
    with pytest.raises(UnknownName, match="Did you mean `unknown_fields`"):
        bench.choose(unknown_field="ignore")
    with pytest.raises(UsageError, match="`refuse` or `ignore`"):
        bench.choose(unknown_fields="maybe")


# --- the backend ------------------------------------------------------------------------------------------------------


def test_a_users_life_is_told_to_the_backend(make_bench: Make, make_backend: Callable[..., Backend]) -> None:
    """Pending tells nothing; enabled, changed, disabled, enabled and removed each tell, with the service key."""
    backend = make_backend()
    bench = make_bench(webhooks=backend.url, service_key=KEY)
    user = bench.enable("user-17", pending=True)
    assert user.status == "pending"
    bench.enable("user-17", values={SMS: {"message": "hi"}})
    bench.enable("user-17", values={SMS: {"message": "ho"}})
    user.disable()
    user.enable()
    user.remove()
    bench.wait(20)
    assert backend.names == [f"connection/{name}" for name in ("enabled", "updated", "disabled", "enabled", "disabled")]
    assert {headers["IFTTT-Service-Key"] for _, headers in backend.told} == {KEY}
    assert len(bench.users) == 0


@pytest.mark.parametrize(
    ("events", "runs", "told"),
    [("script", "ok", []), ("backend", "no script", ["fired"]), ("both", "ok", ["fired"])],
)
def test_events_reach_the_script_or_the_backend_or_both(
    make_bench: Make, make_backend: Callable[..., Backend], events: str, runs: str, told: list[str]
) -> None:
    """`wb.Webhooks(url, events=...)` says where trigger events go."""
    backend = make_backend()
    bench = make_bench()
    bench.enable("user-17")
    bench.webhooks = wb.Webhooks(backend.url, events=events)
    assert bench.fire(LIKED, title="x").end == runs
    bench.client("user-17").test_trigger(LIKED)
    bench.wait(20)
    assert backend.names == [f"trigger_subscription/{name}" for name in told] * 2


def test_a_failing_backend_is_logged_and_harms_nothing(make_bench: Make, make_backend: Callable[..., Backend]) -> None:
    """A backend that answers 500 is a row of the log; the run is as it would be without."""
    bench = make_bench(webhooks=make_backend(500).url)
    bench.enable("user-17")
    assert bench.fire(LIKED, title="x").ok
    bench.wait(20)
    sent = [entry for entry in bench.logs if entry.direction == "out"]
    assert [(entry.status, entry.error_code) for entry in sent] == [(500, "E4"), (500, "E4")]


def test_waiting_for_a_backend_that_never_accepts_ends_with_what_is_wrong(
    make_bench: Make, make_backend: Callable[..., Backend]
) -> None:
    """At-least-once webhooks are sent for ever: the error names webhook, address, last failure and two ways out."""
    bench = make_bench(webhooks=make_backend(500).url)
    bench.choose(webhook_retries="at least once")
    bench.enable("user-17")
    bench.fire(LIKED, title="x")
    with pytest.raises(wb.errors.StillWaiting) as caught:
        bench.wait(1.5)
    assert isinstance(caught.value, TimeoutError)
    told, more = caught.value.pending
    assert f"`connection/enabled` for user-17 to {bench.webhooks.url}/ifttt/v1/webhooks/connection/enabled: " in told
    assert "last answered with 500" in told
    assert 'bench.choose(webhook_retries="five times")' in told
    assert more == "1 more webhook, after that one"
    assert "After 1.5 seconds" in str(caught.value)
    assert "`bench.wait(timeout=...)`" in str(caught.value)
    assert bench.service_key.reveal() not in str(caught.value)


def test_a_wait_ends_by_itself(make_bench: Make) -> None:
    """Without a time it ends after one of its own: nobody listens, and nothing hangs."""
    assert inspect.signature(wb.Bench.wait).parameters["timeout"].default == bench_module.WAIT_SECONDS <= 120
    bench = make_bench(webhooks="http://127.0.0.1:9")
    bench.choose(webhook_retries="at least once")
    bench.enable("user-17")
    with pytest.raises(wb.errors.StillWaiting, match=r"sent \d times?, last cannot connect"):
        bench.wait(1.2)
    bench.choose(webhook_retries="once")
    bench.wait(30)


def test_waiting_for_a_run_says_which(make_bench: Make) -> None:
    """A run that began inside the API is named where it does not end in time, and waited for otherwise."""
    bench = make_bench()
    bench.enable("user-17")
    bench.connection.script = "while (true) {}"
    bench.limits = replace(bench.limits, time_ms=3_000.0)
    bench.client("user-17").test_trigger(LIKED)
    with pytest.raises(wb.errors.StillWaiting, match=f"the run of an event {re.escape(LIKED)}"):
        bench.wait(0.2)
    bench.wait(30)
    assert [run.trigger for run in bench.runs] == [LIKED]


def test_a_backend_elsewhere_must_be_allowed(make_bench: Make) -> None:
    """An address on another machine is refused unless the bench was made with `allow_network=True`."""
    with pytest.raises(UsageError, match="allow_network"):
        make_bench(webhooks="https://backend.example.com")
    assert make_bench(allow_network=True, webhooks="https://backend.example.com").webhooks is not None
    bench = make_bench()
    bench.webhooks = None
    assert bench.webhooks is None


# --- users ------------------------------------------------------------------------------------------------------------


def test_a_feature_is_switched_off_and_on_by_its_name(make_bench: Make) -> None:
    """A feature that its user switched off receives no events; a wrong name lists the right ones."""
    bench = make_bench()
    user = bench.enable("user-17")
    (feature,) = bench.connection.features
    user.switch_off(feature.id)
    with pytest.raises((NotEnabled, UnknownName)):
        bench.fire(LIKED)
    user.switch_on(user.user_features[0].id)
    assert bench.fire(LIKED, title="x").ok
    with pytest.raises(UnknownName, match=feature.id):
        user.switch_off("no such feature")


def test_a_pending_user_can_do_nothing_until_an_update_completes_it(make_bench: Make) -> None:
    """A pending connection refuses calls and events; the PUT of the backend completes it."""
    bench = make_bench()
    user = bench.enable("user-17", pending=True)
    client = bench.client(user)
    with pytest.raises(NotEnabled, match="pending"):
        bench.fire(LIKED)
    with pytest.raises(wb.errors.Forbidden):
        client.run(SMS, {"message": "x"})
    (feature,) = bench.connection.features
    client.update({"user_features": [{"feature_id": feature.id, "enabled": True}]})
    assert user.is_enabled
    assert bench.fire(LIKED, title="x").ok


def test_sample_actions_are_remembered_unless_told_otherwise(make_bench: Make) -> None:
    """What a sample action adds is the newest item of the sample query, until it is forgotten."""
    connection = wb.Connection.new("Diary")
    connection.add_feature("Dates")
    connection.add_action("Dates", CREATE)
    connection.add_query("Dates", EVENTS)
    for step in (connection.step(CREATE), connection.step(EVENTS)):
        for field in step.definition.fields:
            step.field(field.id).set_by_you("No" if field.options else "home")
    for bench, remembers in ((make_bench(connection), True), (make_bench(connection, remembers=False), False)):
        client = bench.client(bench.enable("user-17"))
        client.run(CREATE, {"title": "Dinner with Ada", "start_time": "2026-01-02T19:00:00"})
        assert ("Dinner with Ada" in str(client.perform(EVENTS).items)) is remembers
        bench.forget_added()
        assert "Dinner with Ada" not in str(client.perform(EVENTS).items)


@pytest.mark.parametrize("served", [False, True])
def test_a_recording_of_a_bench_has_no_secret_field(tmp_path: Path, *, served: bool) -> None:
    """What the connection marks secret is masked, in process and over a socket."""
    text = """
connection: Vault
services:
  - {id: vault, actions: [{id: put, fields: [{id: pin, secret: true}]}]}
features:
  - title: Keep
    actions:
      - {step: vault.put, fields: {pin: {visibility: Customizable by the user}}}
"""
    recording = wb.Recording(tmp_path / "rec.json", mode="record")
    with wb.Bench(wb.Connection.loads(text)) as bench:
        bench.enable("u1", values={"vault.put": {"pin": "1"}})
        place = {"base_url": bench.serve().url, "service_key": bench.service_key} if served else {}
        bench.client("u1", recording=recording, **place).run("vault.put", {"pin": "canary-pin"})
    assert "canary-pin" not in (tmp_path / "rec.json").read_text(encoding="utf-8")


def test_a_secret_field_that_goes_to_another_place_is_masked_in_the_log(make_bench: Make) -> None:
    """A client of a server, or of the real API, logs what it sends without the values of secret fields."""
    text = """
connection: Vault
services:
  - {id: vault, actions: [{id: put, fields: [{id: pin, secret: true}, {id: note}]}]}
features:
  - title: Keep
    actions: [{step: vault.put}]
"""
    seen: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.content)
        return httpx.Response(204)

    bench = make_bench(wb.Connection.loads(text))
    client = bench.client("u", base_url="http://127.0.0.1:9", service_key=KEY, transport=httpx.MockTransport(answer))
    client.run("vault.put", {"pin": "canary-pin", "note": "hello"})
    (entry,) = bench.logs
    assert b"canary-pin" in seen[0]
    assert entry.request_body is not None
    assert "canary-pin" not in entry.request_body
    assert "hello" in entry.request_body
