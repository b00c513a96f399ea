"""Who answers: functions, async functions, values, samples; on which thread, and what they are told."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from typing import Any

import pytest

from workbench.connect_api.emulator import Exchange
from workbench.connection.definition import StepKind
from workbench.errors import UnknownName

USER = "user-17"


class Responder:
    """An object whose call is async, as a bound client's may be."""

    async def __call__(self, call: Any) -> list[dict[str, Any]]:
        await asyncio.sleep(0)
        return [{"title": threading.current_thread().name}]


async def _titled(call: Any) -> list[dict[str, Any]]:
    await asyncio.sleep(0)
    return [{"title": threading.current_thread().name}]


def test_a_responder_is_told_all_about_the_call(world: Any) -> None:
    """One argument with step, kind, decided fields, user, user feature, limit, includes and the bench's now."""
    calls = world.received("lamp.list_lamps")
    answer = world.perform(fields={"search": "x"}, limit=7, includes=["scenes"])
    (call,) = calls
    assert (call.step, call.kind, call.fields) == ("lamp.list_lamps", StepKind.QUERY, {"search": "x"})
    assert (call.user_id, call.user_feature_id) == (USER, answer.user_feature_id)
    assert (call.limit, call.includes, call.cursor) == (7, ("scenes",), None)
    assert call.now == world.clock.now()


def test_samples_and_values_answer_at_once_and_functions_later(world: Any) -> None:
    """`begin` gives an exchange where nobody must be asked, and a callable where a function must."""
    begin = lambda: world.emulator.call("query", "lamp.list_lamps", None, user_id=USER, run_id="r")  # noqa: E731
    assert isinstance(begin(), Exchange)
    world.emulator.respond("lamp.list_lamps", [{"title": "a"}])
    assert isinstance(begin(), Exchange)
    calls = world.received("lamp.list_lamps")
    later = begin()
    assert calls == []
    assert later().status == 200
    assert len(calls) == 1
    world.emulator.forget("lamp.list_lamps")
    assert isinstance(begin(), Exchange)


@pytest.mark.parametrize("responder", [_titled, Responder()], ids=["async function", "object with an async call"])
def test_an_async_responder_answers_sync_callers_too(world: Any, responder: Any) -> None:
    """It runs on a loop of the emulator's own, also where the caller's thread has a running loop."""
    world.emulator.respond("lamp.list_lamps", responder)
    assert world.perform().body["data"] == [{"title": "workbench responders"}]

    async def in_a_loop() -> Any:
        return world.perform()

    assert asyncio.run(in_a_loop()).status == 200


def test_an_async_responder_runs_on_an_awaiting_callers_loop(world: Any) -> None:
    """No thread is needed between two that await."""
    world.emulator.respond("lamp.list_lamps", _titled)
    assert asyncio.run(_awaited(world)) == "MainThread"


def test_a_sync_responder_does_not_hold_up_the_loop(world: Any) -> None:
    """For an awaiting caller a plain function runs on a thread."""
    world.emulator.respond("lamp.list_lamps", lambda _: [{"title": threading.current_thread().name}])
    assert asyncio.run(_awaited(world)) != "MainThread"


async def _awaited(world: Any) -> str:
    sent: list[Any] = []
    world.emulator.exchange, original = sent.append, world.emulator.exchange
    world.perform()
    world.emulator.exchange = original
    answer = await world.emulator.exchange_async(sent[0])
    return str(answer.body["data"][0]["title"])


def test_a_responder_may_use_the_emulator(world: Any) -> None:
    """No lock is held while a responder runs: it may run other steps and enable users."""

    def nested(_: Any) -> None:
        worker = threading.Thread(
            target=lambda: world.emulator.enable("u2", values={"lamp.set_color": {"lamp": "Desk"}})
        )
        worker.start()
        worker.join(5)
        assert not worker.is_alive()
        assert world.perform().status == 200

    world.emulator.respond("lamp.set_color", nested)
    assert world.run().status == 204
    assert world.emulator.user("u2").is_enabled


def test_a_slow_responder_does_not_hold_up_others(world: Any) -> None:
    """While one call waits, another is answered."""
    gate, inside = threading.Event(), threading.Event()
    world.emulator.respond("lamp.list_lamps", lambda _: inside.set() or (gate.wait(10) and []))
    slow = threading.Thread(target=world.perform)
    slow.start()
    assert inside.wait(5)
    assert world.run().status == 204
    gate.set()
    slow.join()


def test_an_unknown_step_is_told_the_nearest(world: Any) -> None:
    """Responders are for queries and actions that the connection has."""
    with pytest.raises(UnknownName, match=r"Did you mean `lamp\.set_color`"):
        world.emulator.respond("lamp.set_colour", [])
    with pytest.raises(UnknownName):
        world.emulator.respond("lamp.switched_on", [])


def test_an_edit_takes_effect_at_once(world: Any) -> None:
    """The next request sees the connection as it is then."""
    world.definition = replace(world.definition, name="Renamed")
    assert world.send("GET", world.at("")).body["name"] == "Renamed"


def test_closing_leaves_no_thread(make_world: Any) -> None:
    """After `close`, twice, nothing of the emulator runs, and an async responder is a clear failure."""
    before = set(threading.enumerate())
    world = make_world()
    world.emulator.respond("lamp.list_lamps", _titled)
    world.perform()
    world.emulator.close()
    world.emulator.close()
    assert set(threading.enumerate()) == before
    answer = world.perform()
    assert answer.status == 502
    assert "closed" in answer.note


def test_reprs_are_stable_and_hide_the_key(world: Any) -> None:
    """What a user prints has no address and no key."""
    answer = world.run()
    assert repr(answer) == f"<Exchange {answer.entry_id}: 204 lamp.set_color>"
    assert repr(world.emulator) == "<Emulator of 'Lamp follows your day': 1 users>"
    assert repr(world.log) == "<ApiLog in memory: 1 entries>"
    assert "service-key" not in repr(world.emulator.user(USER)) + repr(world.emulator.service_key)
