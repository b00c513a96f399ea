"""What a fault makes of the requests that it strikes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from workbench.connect_api.faults import ExpiredCursor, Fault, Malformed, Reset, Slow, Status, Truncated
from workbench.errors import UsageError

USER = "user-17"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        pytest.param(lambda: Status(200), "400 to 599", id="a success is no fault"),
        pytest.param(lambda: Status(429, retry_after=-1), "retry_after", id="negative retry"),
        pytest.param(lambda: Slow(-1), "milliseconds", id="negative delay"),
        pytest.param(lambda: Slow(float("nan")), "milliseconds", id="no number"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(make: Any, words: str) -> None:
    """Each argument is checked when the fault is made, and the message says what it takes."""
    with pytest.raises(UsageError, match=words):
        make()


@pytest.mark.parametrize("status", [422, 429, 500, 502, 503, 418])
def test_a_status_fault_has_the_proper_error_body(world: Any, status: int) -> None:
    """Any status comes with type, code, message and details, and no service is asked."""
    calls = world.received("lamp.set_color")
    world.emulator.faults.add(Status(status, retry_after=7))
    answer = world.run()
    assert answer.status == status
    assert set(answer.body) == {"type", "code", "message", "details"}
    assert dict(answer.headers)["Retry-After"] == "7"
    assert calls == []
    entry = world.log.entry(answer.entry_id)
    assert (entry.status, entry.fault, entry.error_code) == (
        status,
        f"status {status}, retry after 7 s",
        answer.body["code"],
    )


@pytest.mark.parametrize(
    ("fault", "is_done", "status", "failure", "sent"),
    [
        pytest.param(Reset(), False, 0, "socket hang up", "", id="reset before"),
        pytest.param(Reset(is_done=True), True, 0, "socket hang up", "", id="reset after"),
        pytest.param(Truncated(), True, 0, "socket hang up", "", id="truncated where there is no body"),
        pytest.param(Malformed(), True, 200, None, "{", id="malformed where there is no body"),
        pytest.param(Slow(1500), True, 204, None, "", id="slow"),
    ],
)
def test_what_an_action_meets(
    world: Any, fault: Fault, is_done: bool, status: int, failure: str | None, sent: str
) -> None:
    """Whether the step was carried out, what its caller sees, and what the log says."""
    calls = world.received("lamp.set_color")
    world.emulator.faults.add(fault)
    answer = world.run()
    assert (bool(calls), answer.status, answer.failure, answer.text) == (is_done, status, failure, sent)
    entry = world.log.entry(answer.entry_id)
    assert (entry.fault, entry.status) == (fault.text, status or None)


def test_a_malformed_body_is_no_json_and_a_truncated_one_is_half(world: Any) -> None:
    """The whole body would have been good: the fault alone spoils it."""
    whole = world.perform(limit=3).text
    json.loads(whole)
    world.emulator.faults.add(Malformed(), on=1)
    world.emulator.faults.add(Truncated(), on=2)
    malformed, truncated = world.perform(limit=3), world.perform(limit=3)
    with pytest.raises(ValueError, match=r"."):
        json.loads(malformed.text)
    assert malformed.body == malformed.text
    assert whole.startswith(truncated.text)
    assert 0 < len(truncated.text) < len(whole)
    assert dict(truncated.headers)["Content-Length"] == str(len(whole.encode()))
    assert truncated.failure == "aborted"


def test_a_slow_answer_says_how_slow_and_is_logged_so(world: Any) -> None:
    """The delay is handed to the caller, whose clock it passes on, and is part of the logged duration."""
    world.emulator.faults.add(Slow(1500))
    answer = world.run()
    assert answer.delay_ms == 1500
    assert world.log.entry(answer.entry_id).duration_ms > 1500


def test_an_expired_cursor_strikes_only_where_a_cursor_is_sent(world: Any) -> None:
    """The first page comes; the second is 422 with the pointer; without the fault it would have come."""
    world.emulator.faults.add(ExpiredCursor(), times=1)
    first = world.perform(limit=3)
    expired = world.perform(limit=3, cursor=first.body["next"]["cursor"])
    assert first.status == 200
    assert expired.status == 422
    assert expired.body["details"][0]["parameter"] == "/cursor"
    assert "expired" in expired.body["details"][0]["message"]
    assert world.perform(limit=3, cursor=first.body["next"]["cursor"]).status == 200


def test_what_is_refused_anyway_meets_no_fault(world: Any) -> None:
    """A request with a wrong key, field or step is answered as ever, and no rule counts it."""
    world.emulator.faults.add(Status(503), on=1)
    assert world.send("GET", world.at(""), headers=(("ifttt-service-key", "wrong"),)).status == 401
    assert world.run(fields={"colour": "red"}).status == 422
    assert world.run(step="lamp.unknown").status == 404
    assert world.run().status == 503


def test_a_fault_on_an_update_changes_nothing(world: Any) -> None:
    """A PUT that meets a 500 leaves the user as they were."""
    before = world.emulator.user(USER)
    world.emulator.faults.add(Status(500), step="PUT *")
    answer = world.send("PUT", world.at(f"/user_connection?user_id={USER}"), {"user_features": []})
    assert answer.status == 500
    assert world.emulator.user(USER) == before
    world.emulator.faults.clear()
    assert world.send("PUT", world.at(f"/user_connection?user_id={USER}"), {"user_features": []}).status == 200
    assert world.emulator.user(USER).user_features == ()


def test_a_fault_on_a_test_trigger_fires_nothing(world: Any) -> None:
    """The event belongs to the 204 that did not come."""
    world.emulator.faults.add(Status(502), step="lamp.switched_on", times=1)
    body = {"user_id": USER}
    assert world.send("POST", world.at("/triggers/lamp.switched_on/test"), body).status == 502
    assert world.events == []
    assert world.send("POST", world.at("/triggers/lamp.switched_on/test"), body).status == 204
    assert len(world.events) == 1


@pytest.mark.parametrize(
    ("fault", "choices", "expected"),
    [
        pytest.param(Reset(), {}, (0, None, "socket hang up"), id="a reset rejects"),
        pytest.param(Truncated(), {}, (200, None, "aborted"), id="half an answer rejects"),
        pytest.param(Reset(), {"lost_answer": "502"}, (502, "bad_gateway", None), id="a reset as 502"),
        pytest.param(Truncated(), {"lost_answer": "502"}, (502, "bad_gateway", None), id="half an answer as 502"),
        pytest.param(
            Malformed(), {"malformed_answer": "reject"}, (0, None, "Unexpected token in JSON"), id="no JSON rejects"
        ),
        pytest.param(Status(429), {}, (429, "too_many_requests", None), id="a status is a status"),
    ],
)
def test_what_a_scripts_promise_gets(make_world: Any, fault: Fault, choices: dict[str, str], expected: Any) -> None:
    """A script's call meets the same faults; what its promise gets is a choice."""
    world = make_world(choices=choices)
    world.emulator.faults.add(fault)
    answer = world.emulator.call("query", "lamp.list_lamps", {}, user_id=USER)
    code = answer.body["code"] if isinstance(answer.body, dict) and "code" in answer.body else None
    assert (answer.status, code, answer.failure) == expected


def test_a_script_gets_the_text_of_a_malformed_answer(world: Any) -> None:
    """By default the status stands and the body is the text as it came."""
    world.emulator.faults.add(Malformed())
    answer = world.emulator.call("query", "lamp.list_lamps", {"limit": 1}, user_id=USER)
    assert (answer.status, answer.failure) == (200, None)
    assert isinstance(answer.body, str)
    assert answer.body.endswith(",}")


def test_no_fault_no_trace(world: Any) -> None:
    """Without a fault the column is empty, and a fault for others leaves an exchange alone."""
    world.emulator.faults.add(Status(500), user="somebody")
    answer = world.run()
    assert (answer.status, answer.delay_ms, answer.failure) == (204, 0.0, None)
    assert world.log.entry(answer.entry_id).fault is None
