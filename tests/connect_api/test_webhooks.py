"""What a backend is told, when, and how often."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.clock import Clock
from workbench.connect_api.api_log import ApiLog
from workbench.connect_api.choices import Choices
from workbench.connect_api.fault_rules import Faults
from workbench.connect_api.faults import Duplicate, OutOfOrder, Reset
from workbench.connect_api.outgoing import Outgoing
from workbench.connect_api.users import Status, UserConnection
from workbench.connect_api.webhooks import (
    RETRIES,
    Delivery,
    RetryPolicy,
    Sender,
    Webhooks,
    connection_webhook,
    life_cycle,
)
from workbench.errors import NotEnabled, UsageError
from workbench.secret import Secret

USER = "user-17"
VALUES = {"lamp.set_color": {"lamp": "Desk"}}
NOW_MS = 1767323045000  # 2026-01-02T03:04:05Z


class Backend:
    """A developer's backend: keeps what it is told, and answers with ``statuses``, the last one for ever."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses) or [200]
        self.told: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        self.hold = threading.Event()
        self.hold.set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = (await receive())["body"]
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.told.append((scope["path"], json.loads(body), headers))
        await asyncio.to_thread(self.hold.wait, 20)
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    @property
    def names(self) -> list[str]:
        return [path.partition("/webhooks/")[2] for path, _, _ in self.told]


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
def told(make_world: Any, serve: Callable[[Any], str], backend: Backend) -> Any:
    """An emulator that tells ``backend``, with nobody enabled."""
    return make_world(values=None, webhooks=Webhooks(url=serve(backend) + "/api"))


def enable(world: Any, **more: Any) -> None:
    world.emulator.enable(USER, timezone="Europe/Paris", values=VALUES, **more)


# --- the life of a user's connection ----------------------------------------------------------------------------------

A = UserConnection(user_id=USER, status=Status.ENABLED)
CHANGED = replace(A, timezone="Asia/Tokyo")
PENDING, OFF = replace(A, status=Status.PENDING), replace(A, status=Status.DISABLED)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(None, A, "connection/enabled", id="never enabled to enabled"),
        pytest.param(None, PENDING, None, id="never enabled to pending"),
        pytest.param(PENDING, A, "connection/enabled", id="pending to enabled"),
        pytest.param(A, OFF, "connection/disabled", id="enabled to disabled"),
        pytest.param(OFF, A, "connection/enabled", id="disabled to enabled"),
        pytest.param(A, None, "connection/disabled", id="enabled to deleted"),
        pytest.param(OFF, None, None, id="disabled to deleted"),
        pytest.param(PENDING, None, None, id="pending to deleted"),
        pytest.param(A, CHANGED, "connection/updated", id="enabled, something changed"),
        pytest.param(A, A, None, id="enabled, nothing changed"),
        pytest.param(OFF, replace(OFF, timezone="Asia/Tokyo"), None, id="disabled, something changed"),
    ],
)
def test_each_step_of_a_life_has_its_webhook(
    before: UserConnection | None, after: UserConnection | None, expected: str | None
) -> None:
    """Never enabled → pending → enabled ⇄ disabled."""
    assert life_cycle(before, after, is_by_backend=False, choices=Choices()) == expected


def test_an_update_by_the_backend_is_told_only_if_so_chosen() -> None:
    """The webhook tells what users do; a switch makes it tell of a PUT as well."""
    assert life_cycle(A, CHANGED, is_by_backend=True, choices=Choices()) is None
    chosen = Choices(update_webhook="updated")
    assert life_cycle(A, CHANGED, is_by_backend=True, choices=chosen) == "connection/updated"


@given(st.lists(st.sampled_from([None, A, PENDING, OFF, CHANGED]), min_size=1, max_size=12))
def test_a_backend_that_listens_knows_who_has_the_connection(states: list[UserConnection | None]) -> None:
    """Whatever happens to a user, the last enabled or disabled webhook says how they stand."""
    knows = False
    for before, after in itertools.pairwise([None, *states]):
        name = life_cycle(before, after, is_by_backend=False, choices=Choices())
        knows = {"connection/enabled": True, "connection/disabled": False}.get(str(name), knows)
        assert knows == (after is not None and after.is_enabled)


def test_a_whole_life_is_told_in_order(told: Any, backend: Backend) -> None:
    """Enabling pending is not told; completing, updating, switching and leaving are."""
    enable(told, is_pending=True)
    enable(told)
    enable(told)  # nothing changed
    told.emulator.enable(USER, timezone="Asia/Tokyo")
    told.emulator.disable(USER)
    told.emulator.reenable(USER)
    feature = told.emulator.user(USER).user_features[0]
    told.emulator.switch_feature(USER, feature.id, enabled=False)
    told.emulator.add_feature(USER, "Second", VALUES)
    told.emulator.forget_user(USER)
    assert told.emulator.outside.wait(10)
    assert backend.names == [
        "connection/enabled",
        "connection/updated",
        "connection/disabled",
        "connection/enabled",
        "connection/updated",
        "connection/updated",
        "connection/disabled",
    ]


def test_a_pending_connection_is_told_when_an_update_completes_it(told: Any, backend: Backend) -> None:
    """The PUT that completes it sends `connection/enabled`; one after that sends nothing."""
    told.emulator.enable(USER, is_pending=True)
    token = told.token("lamp", "Desk")
    step = {"feature_action_id": "actcolor01", "user_fields": [{"field_id": "lamp", "value": token}]}
    body = {"user_features": [{"feature_id": "featureone", "enabled": True, "user_feature_actions": [step]}]}
    with pytest.raises(NotEnabled, match="pending"):
        told.emulator.reenable(USER)
    for _ in range(2):
        body["user_features"][0]["enabled"] = not body["user_features"][0]["enabled"]
        assert told.send("PUT", told.at(f"/user_connection?user_id={USER}"), body).status == 200
    assert told.emulator.outside.wait(10)
    assert backend.names == ["connection/enabled"]


# --- what is sent -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", ["enabled", "disabled"])
def test_the_body_of_a_connection_webhook_is_exact(told: Any, backend: Backend, event: str) -> None:
    """sent_at as a number, the other moment as text, the zone by its Rails name, all by the bench's clock."""
    enable(told)
    told.emulator.disable(USER)
    assert told.emulator.outside.wait(10)
    path, body, headers = next(one for one in backend.told if one[0].endswith(event))
    assert path == f"/api/ifttt/v1/webhooks/connection/{event}"
    assert body == {
        "sent_at": NOW_MS,
        "data": {"user_id": USER, "user_timezone": "Paris", "connection_id": "Ab3dE5gH"},
        "event_data": {f"{event}_at": str(NOW_MS)},
    }
    assert headers["ifttt-service-key"] == "service-key-of-the-tests"
    assert len(headers["x-request-id"]) == 32


def test_the_default_zone_is_the_documented_one(told: Any, backend: Backend) -> None:
    """Who chose no zone lives in Pacific Time (US & Canada)."""
    told.emulator.enable(USER, values=VALUES)
    assert told.emulator.outside.wait(10)
    assert backend.told[0][1]["data"]["user_timezone"] == "Pacific Time (US & Canada)"


def test_type_and_event_are_in_the_body_if_so_chosen(
    make_world: Any, serve: Callable[[Any], str], backend: Backend
) -> None:
    """The field table promises them, no example has them: a switch."""
    world = make_world(values=None, webhooks=Webhooks(url=serve(backend)), choices={"webhook_names": "send"})
    enable(world)
    assert world.emulator.outside.wait(10)
    assert (backend.told[0][1]["type"], backend.told[0][1]["event"]) == ("connection", "enabled")


@pytest.mark.parametrize(
    ("events", "reaches_script", "reaches_backend"),
    [("script", True, False), ("backend", False, True), ("both", True, False)],
)
def test_where_a_test_event_goes(
    make_world: Any,
    serve: Callable[[Any], str],
    backend: Backend,
    events: str,
    reaches_script: bool,
    reaches_backend: bool,
) -> None:
    """To the script, to the backend, or to both (whoever runs the script logs the event, which tells the backend)."""
    world = make_world(webhooks=Webhooks(url=serve(backend), events=Delivery(events)))
    assert world.emulator.outside.is_script_told == reaches_script
    answer = world.send("POST", world.at("/triggers/lamp.switched_on/test"), {"user_id": USER})
    assert answer.status == 204
    for event in world.events:
        world.emulator.log_event(
            event.trigger,
            event.ingredients,
            user_id=event.user_id,
            user_feature_id=event.user_feature_id,
            feature_id=event.feature_id,
        )
    assert world.emulator.outside.wait(10)
    assert bool(world.events) == reaches_script
    assert ("trigger_subscription/fired" in backend.names) == (reaches_backend or events == "both")


def test_the_body_of_a_fired_webhook_is_exact(make_world: Any, serve: Callable[[Any], str], backend: Backend) -> None:
    """Trigger, feature and user feature trigger are named by the ids that the connection resource shows."""
    world = make_world(webhooks=Webhooks(url=serve(backend), events=Delivery.BACKEND))
    world.send("POST", world.at("/triggers/lamp.switched_on/test"), {"user_id": USER})
    assert world.emulator.outside.wait(10)
    shown = world.send("GET", world.at(f"?user_id={USER}")).body["user_connection"]["user_features"][0]
    body = backend.told[-1][1]
    assert body["data"] == {
        "user_id": USER,
        "user_timezone": "Paris",
        "connection_id": "Ab3dE5gH",
        "trigger_id": "lamp.switched_on",
        "feature_id": "featureone",
        "user_feature_id": shown["id"],
        "user_feature_trigger_id": shown["user_feature_triggers"][0]["id"],
    }
    assert set(body["event_data"]["ingredients"]) == {"title", "url"}


# --- how it is delivered ----------------------------------------------------------------------------------------------


def rows(world: Any) -> list[Any]:
    return [entry for entry in world.log if entry.direction == "out"]


@pytest.mark.parametrize("status", [404, 500, 429, 302])
def test_a_backend_that_fails_is_logged_and_harms_nothing(
    make_world: Any, serve: Callable[[Any], str], status: int
) -> None:
    """One attempt, one row, and everything else goes on."""
    backend = Backend(status)
    world = make_world(webhooks=Webhooks(url=serve(backend)))
    assert world.run().status == 204
    assert world.emulator.outside.wait(10)
    assert [(row.status, row.path) for row in rows(world)] == [(status, "/ifttt/v1/webhooks/connection/enabled")]
    assert rows(world)[0].error_code == ("E7" if status == 429 else "E4")


def test_a_backend_that_is_not_there_is_logged(make_world: Any) -> None:
    """A refused connection is a row too."""
    world = make_world(webhooks=Webhooks(url="http://127.0.0.1:9"))
    assert world.emulator.outside.wait(10)
    assert [(row.status, row.error_code) for row in rows(world)] == [(None, "E1")]


def test_webhooks_come_in_the_order_in_which_things_happened(told: Any, backend: Backend) -> None:
    """Forty changes by four threads: what the backend hears of each user is what happened to them, in order."""

    def live(user: str) -> None:
        for zone in ("Asia/Tokyo", "Europe/Paris") * 5:
            told.emulator.enable(user, timezone=zone, values=VALUES)

    threads = [threading.Thread(target=live, args=(f"user-{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.emulator.outside.wait(30)
    for number in range(4):
        heard = [
            body["data"]["user_timezone"] for _, body, _ in backend.told if body["data"]["user_id"] == f"user-{number}"
        ]
        assert heard == ["Tokyo", "Paris"] * 5


@pytest.mark.parametrize(
    ("policy", "waits"),
    [("once", [None]), ("five times", [1, 2, 4, 8, None]), ("at least once", [1, 2, 4, 8, 16, 32, 60, 60])],
)
def test_how_long_each_policy_waits(policy: str, waits: list[float | None]) -> None:
    """Twice as long each time, up to a minute; None is the end."""
    assert [RETRIES[policy].wait_after(attempt) for attempt in range(1, len(waits) + 1)] == waits


def test_a_retry_has_the_same_body_and_request_id_and_keeps_the_order(serve: Callable[[Any], str]) -> None:
    """Two refusals, then it is accepted; the next webhook waits its turn."""
    backend = Backend(500, 503, 200)
    target = Webhooks(url=serve(backend))
    with ApiLog() as log:
        out = Outgoing(log, Clock(), Secret("service-key-of-the-tests"))
        sender = Sender(out, Faults(), retry=lambda: RetryPolicy(attempts=5, wait=0.01))
        for name in ("connection/enabled", "connection/disabled"):
            sender.send(target, connection_webhook(name, A, "Ab3dE5gH", 1.0, Choices()))
        assert sender.wait(10)
        out.close()
        sender.close()
        assert backend.names == ["connection/enabled"] * 3 + ["connection/disabled"]
        assert len({headers["x-request-id"] for _, _, headers in backend.told[:3]}) == 1
        assert backend.told[0][1] == backend.told[2][1]
        assert [row.note for row in log] == ["", "attempt 2", "attempt 3", ""]


def test_at_least_once_ends_with_the_bench(serve: Callable[[Any], str]) -> None:
    """A backend that never accepts is asked until the bench is closed, and no longer."""
    backend = Backend(500)
    with ApiLog() as log:
        out = Outgoing(log, Clock(), Secret("service-key-of-the-tests"))
        sender = Sender(out, Faults(), retry=lambda: RetryPolicy(attempts=None, wait=0.001, longest_wait=0.001))
        sender.send(Webhooks(url=serve(backend)), connection_webhook("connection/enabled", A, "x", 1.0, Choices()))
        while len(backend.told) < 12:
            time.sleep(0.005)
        assert not sender.wait(0.01)
        out.close()
        sender.close()
        count = len(backend.told)
        time.sleep(0.05)
        assert len(backend.told) == count


def test_a_duplicate_is_delivered_twice(told: Any, backend: Backend) -> None:
    """Same body, same request id; the log says which one was the fault."""
    told.emulator.faults.add(Duplicate(), step="connection/enabled")
    enable(told)
    told.emulator.disable(USER)
    assert told.emulator.outside.wait(10)
    assert backend.names == ["connection/enabled", "connection/enabled", "connection/disabled"]
    assert backend.told[0][1:] == backend.told[1][1:]
    assert [row.fault for row in rows(told)] == [None, "duplicate", None]


def test_one_out_of_order_is_overtaken_by_the_next(told: Any, backend: Backend) -> None:
    """The disabling arrives before the enabling; with nothing to overtake it, it arrives all the same."""
    told.emulator.faults.add(OutOfOrder(), step="connection/enabled", user=USER)
    enable(told)
    told.emulator.disable(USER)
    assert told.emulator.outside.wait(10)
    assert backend.names == ["connection/disabled", "connection/enabled"]
    assert [row.fault for row in rows(told)] == [None, "out of order"]
    enable(told)
    assert told.emulator.outside.wait(10)
    assert backend.names[2:] == ["connection/enabled"]


def test_faults_of_answers_leave_webhooks_alone(told: Any, backend: Backend) -> None:
    """A reset of every answer is none of a webhook."""
    told.emulator.faults.add(Reset())
    enable(told)
    assert told.emulator.outside.wait(10)
    assert backend.names == ["connection/enabled"]


def test_closing_does_not_wait_for_a_backend_that_hangs(told: Any, backend: Backend) -> None:
    """What was not delivered is given up, and no thread stays."""
    backend.hold.clear()
    enable(told)
    told.emulator.disable(USER)
    while not backend.told:
        time.sleep(0.005)
    began = time.monotonic()
    told.emulator.close()
    told.emulator.close()
    assert time.monotonic() - began < 5
    assert not [one for one in threading.enumerate() if one.name in ("workbench webhooks", "workbench outgoing")]
    backend.hold.set()


def test_no_thread_runs_while_there_is_nothing_to_deliver(told: Any) -> None:
    """The sender's thread is there only while it has something to do."""
    enable(told)
    assert told.emulator.outside.wait(10)
    assert not [one for one in threading.enumerate() if one.name == "workbench webhooks"]


def test_a_backend_on_another_machine_needs_permission() -> None:
    """Asked for by name, or not at all."""
    with pytest.raises(UsageError, match="allow_network"):
        Webhooks(url="https://backend.example.com")
    assert Webhooks(url="https://backend.example.com/", allow_network=True).url == "https://backend.example.com"
    with pytest.raises(UsageError, match="script"):
        Webhooks(url="http://127.0.0.1:1", events="nowhere")  # type: ignore[arg-type]
