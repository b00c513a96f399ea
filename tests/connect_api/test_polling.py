"""Triggers of services that really run: what is new fires once; notifications say when to look."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from workbench.errors import UsageError

USER = "user-17"
ON = "lamps.switched_on"


def names(home: Any) -> list[str]:
    return [event.ingredients["lamp"] for event in home.events]


def notify(home: Any, *entries: Any) -> Any:
    return home.send("POST", "/v1/notifications", {"data": list(entries)})


def test_the_first_check_fires_nothing_and_later_ones_what_is_new_once(home: Any, lamps: Any) -> None:
    """Events from before are only noted; new ones fire oldest first, each `meta.id` once, declared ingredients only."""
    lamps.switch_on(USER, "desk")
    assert home.emulator.outside.poll().events == ()
    lamps.switch_on(USER, "desk")
    lamps.switch_on(USER, "desk")
    found = home.emulator.outside.poll()
    assert len(found.events) == 2
    assert found.events[0].at <= found.events[1].at
    assert home.events[0].ingredients == {"lamp": "Desk", "room": "Study"}
    assert home.events[0].user_id == USER
    assert home.emulator.outside.poll().events == ()
    assert repr(found) == "<Poll: 1 checked, 2 events>"


def test_what_is_asked_has_identity_fields_and_limit(home: Any, lamps: Any) -> None:
    """The trigger's endpoint gets the identity of `trigger_identities`, the user's fields, and a limit of 50."""
    home.emulator.outside.poll()
    _, headers, body = lamps.requests[-1]
    assert home.emulator.outside.trigger_identities() == {body["trigger_identity"]: ON}
    assert body["triggerFields"] == {"lamp": "desk"}
    assert body["limit"] == 50
    assert "x-ifttt-realtime" not in headers


def test_an_identity_that_nothing_uses_any_more_is_deleted(home: Any, lamps: Any) -> None:
    """Once its user has switched the connection off, the next check tells the service to forget the identity."""
    home.emulator.outside.poll()
    (identity,) = lamps.identities
    home.emulator.disable(USER)
    home.emulator.outside.poll()
    assert lamps.identities == set()
    assert home.log.rows(direction="out")[-1].path.endswith(f"/trigger_identity/{identity}")
    home.emulator.reenable(USER)
    lamps.switch_on(USER, "desk")
    assert home.emulator.outside.poll().events == ()  # a first check again


def test_a_service_that_fails_is_told_of_and_stops_nothing(home: Any, lamp_definition: Any, lamps: Any) -> None:
    """A service that is away is a problem of the round, no exception; when it is back, nothing was lost."""
    home.emulator.outside.poll()
    url = home.definition.services[0].url_prefix
    home.definition = lamp_definition("http://127.0.0.1:9")
    lamps.switch_on(USER, "desk")
    (problem,) = home.emulator.outside.poll().problems
    assert problem.startswith(f"{ON}: E1")
    home.definition = lamp_definition(url)
    assert len(home.emulator.outside.poll().events) == 1


def test_a_notification_makes_the_api_look_at_once(home: Any, lamps: Any) -> None:
    """`POST /v1/notifications` by identity or user: 200, then a check marked as realtime, and the event fires."""
    home.emulator.outside.poll()
    (identity,) = lamps.identities
    for entry in ({"trigger_identity": identity}, {"user_id": USER}):
        lamps.switch_on(USER, "desk")
        answer = notify(home, entry)
        assert (answer.status, answer.body) == (200, {})
        assert home.emulator.outside.wait(20)
        assert lamps.requests[-1][1]["x-ifttt-realtime"] == "1"
    assert names(home) == ["Desk", "Desk"]


def test_a_notification_of_what_nobody_knows_is_passed_over(home: Any, lamps: Any) -> None:
    """Unknown identities and users are accepted, and nothing is asked."""
    home.emulator.outside.poll()
    asked = len(lamps.requests)
    assert notify(home, {"trigger_identity": "0" * 40}, {"user_id": "nobody"}).status == 200
    home.emulator.outside.wait(20)
    assert len(lamps.requests) == asked


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({}, 400, "/data"),
        ({"data": {}}, 400, "/data"),
        ({"data": [{"user_id": "u"}] * 1001}, 400, "/data"),
        ({"data": [{"user_id": "u"}, {}]}, 422, "/data/1"),
        ({"data": ["u"]}, 422, "/data/0"),
        ({"data": [{"user_id": True}]}, 422, "/data/0"),
    ],
    ids=["no data", "no list", "too many", "an entry that names nothing", "a text", "a boolean"],
)
def test_a_wrong_notification_is_refused(home: Any, body: Any, status: int, pointer: str) -> None:
    """What is no notification gets an error that points at its place."""
    answer = home.send("POST", "/v1/notifications", body)
    assert answer.status == status
    assert answer.body["details"][0]["parameter"] == pointer


def test_polling_goes_on_in_the_background_until_it_is_ended(home: Any, lamps: Any) -> None:
    """`poll_every` checks again and again on a thread of its own, which ends with `None`."""
    fired = threading.Event()
    home.emulator._on_event = lambda event: (home.events.append(event), fired.set())
    home.emulator.outside.poll()
    lamps.switch_on(USER, "desk")
    home.emulator.outside.poll_every(0.02)
    assert fired.wait(20)
    home.emulator.outside.poll_every(None)
    assert not [one for one in threading.enumerate() if one.name == "workbench polling"]
    with pytest.raises(UsageError, match="above 0"):
        home.emulator.outside.poll_every(0)


def test_features_with_the_same_values_share_an_identity(home: Any, lamps: Any) -> None:
    """Two user features with equal values are one subscription: asked once, fired for each."""
    feature = home.definition.features[0].id
    lamp = {"lamp": "Study / Desk"}
    home.emulator.add_feature(USER, feature, {ON: lamp, "lamps.set_color": lamp, "lamps.scenes": lamp})
    home.emulator.outside.poll()
    lamps.switch_on(USER, "desk")
    found = home.emulator.outside.poll()
    assert found.checked == 1
    assert len({event.user_feature_id for event in found.events}) == 2


def test_a_check_that_the_end_of_the_bench_cuts_off_says_so(home: Any, serve: Any, lamp_definition: Any) -> None:
    """Whoever waits for a slow service while the bench is closed is told that it is closed."""
    asked = threading.Event()

    async def hang(_: Any) -> None:
        asked.set()
        await asyncio.sleep(60)

    home.definition = lamp_definition(serve(Starlette(routes=[Route("/{path:path}", hang, methods=["POST"])])))
    with ThreadPoolExecutor() as threads:
        checking = threads.submit(home.emulator.outside.poll)
        assert asked.wait(20)
        home.emulator.close()
        with pytest.raises(UsageError, match="The emulator is closed; make a new bench"):
            checking.result(20)
