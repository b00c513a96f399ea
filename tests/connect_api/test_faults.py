"""Which requests a fault strikes, and what it makes of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.connect_api.faults import (
    KINDS,
    Duplicate,
    ExpiredCursor,
    Fault,
    Faults,
    Malformed,
    OutOfOrder,
    Reset,
    Rule,
    Slow,
    Status,
    Truncated,
)
from workbench.errors import ConnectionFileError, UnknownName, UsageError

USER = "user-17"


def struck(faults: Faults, count: int, *names: str, user: str | None = USER) -> list[int]:
    """Which of so many requests are struck, from 1."""
    return [number for number in range(1, count + 1) if faults.strike(names or ("a.b",), user) is not None]


# --- which requests ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        pytest.param({}, [1, 2, 3, 4, 5, 6], id="always"),
        pytest.param({"on": [2, 3]}, [2, 3], id="the second and third"),
        pytest.param({"on": 4}, [4], id="the fourth"),
        pytest.param({"every": 3}, [3, 6], id="every third"),
        pytest.param({"times": 2}, [1, 2], id="twice"),
        pytest.param({"every": 2, "times": 2}, [2, 4], id="every second, twice"),
        pytest.param({"on": [1, 5], "times": 1}, [1], id="the first and fifth, once"),
        pytest.param({"probability": 0}, [], id="never"),
        pytest.param({"user": USER}, [1, 2, 3, 4, 5, 6], id="this user"),
        pytest.param({"user": "somebody"}, [], id="another user"),
        pytest.param({"step": "a.b"}, [1, 2, 3, 4, 5, 6], id="this step"),
        pytest.param({"step": "a.*"}, [1, 2, 3, 4, 5, 6], id="a pattern"),
        pytest.param({"step": "b.*"}, [], id="another service"),
    ],
)
def test_a_rule_strikes_when_all_its_conditions_hold(conditions: dict[str, Any], expected: list[int]) -> None:
    """Step, user, sequence and number of times are joined by "and"."""
    faults = Faults()
    faults.add(Reset(), **conditions)
    assert struck(faults, 6) == expected


def test_a_rule_counts_only_what_it_fits() -> None:
    """The second request of a user is the second of theirs, whoever else calls in between."""
    faults = Faults()
    faults.add(Reset(), user=USER, on=2)
    assert faults.strike(["a.b"], "other") is None
    assert struck(faults, 1) == []
    assert faults.strike(["a.b"], "other") is None
    assert struck(faults, 1) == [1]


@given(seed=st.integers(), probability=st.floats(0.05, 0.95), count=st.integers(1, 60))
def test_the_same_seed_strikes_the_same_requests(seed: int, probability: float, count: int) -> None:
    """Counting from the beginning repeats every strike, and so does another bench with the seed."""
    faults, twin = Faults(seed), Faults(seed)
    for one in (faults, twin):
        one.add(Reset(), probability=probability)
        one.add(Slow(5), probability=1 - probability)
    first = [faults.strike(["a.b"], None) for _ in range(count)]
    faults.restart()
    assert [faults.strike(["a.b"], None) for _ in range(count)] == first
    assert [twin.strike(["a.b"], None) for _ in range(count)] == first


def test_a_probability_is_met_and_another_seed_strikes_others() -> None:
    """A fifth of two thousand requests is struck, give or take, and not the same ones for every seed."""
    found = {seed: [] for seed in (1, 2)}
    for seed in found:
        faults = Faults(seed)
        faults.add(Reset(), probability=0.2)
        found[seed] = struck(faults, 2_000)
    assert all(340 < len(one) < 460 for one in found.values())
    assert found[1] != found[2]


def test_delays_add_up_and_the_first_other_fault_decides() -> None:
    """Several rules may strike one request; one that is beaten strikes later."""
    faults = Faults()
    faults.add(Slow(100))
    faults.add(Status(429), times=1)
    faults.add(Status(500), times=1)
    faults.add(Slow(50.5))
    blows = [faults.strike(["a.b"], None) for _ in range(3)]
    assert [one.text for one in blows if one is not None] == [
        "slow 150.5 ms; status 429",
        "slow 150.5 ms; status 500",
        "slow 150.5 ms",
    ]


def test_rules_are_rows_and_can_be_taken_away() -> None:
    """The faults of a bench are a table with what each rule saw and struck; removing and clearing empties it."""
    faults = Faults()
    first = faults.add(Status(429, retry_after=3), step="a.b", every=2)
    faults.add(Slow(250), user=USER, probability=0.5, on=[1, 2], times=1)
    struck(faults, 4)
    frame = faults.frame()
    assert frame["fault"].tolist() == ["status 429, retry after 3 s", "slow 250 ms"]
    assert frame["strikes"].tolist() == ["every 2", "50% of them; on 1, 2; once"]
    assert frame.loc[0, ["seen", "struck"]].tolist() == [4, 2]
    assert "status 429" in repr(faults)
    faults.remove(first)
    assert [rule.number for rule in faults] == [2]
    with pytest.raises(UnknownName, match="fault"):
        faults.remove(1)
    faults.clear()
    assert len(faults) == 0
    assert repr(faults) == "No faults."


@pytest.mark.parametrize(
    ("make", "words"),
    [
        pytest.param(lambda: Status(200), "400 to 599", id="a success is no fault"),
        pytest.param(lambda: Status(429, retry_after=-1), "retry_after", id="negative retry"),
        pytest.param(lambda: Slow(-1), "milliseconds", id="negative delay"),
        pytest.param(lambda: Slow(float("nan")), "milliseconds", id="no number"),
        pytest.param(lambda: Faults().add(Reset(), probability=1.5), "from 0 to 1", id="probability above one"),
        pytest.param(lambda: Faults().add(Reset(), every=0), "every", id="every zero"),
        pytest.param(lambda: Faults().add(Reset(), times=True), "times", id="times true"),
        pytest.param(lambda: Faults().add(Reset(), on=[0]), "first request being 1", id="the zeroth"),
        pytest.param(lambda: Faults().add(Reset(), on=2.5), "not 2.5", id="a fraction"),  # type: ignore[arg-type]
        pytest.param(lambda: Faults().add(Reset(), on=None), "not None", id="on nothing"),  # type: ignore[arg-type]
        pytest.param(lambda: Faults().add(Reset(), on="12"), "not", id="on a text"),  # type: ignore[arg-type]
        pytest.param(lambda: Faults().add(Reset(), step=5), "`step` is a text, not 5", id="a number as step"),  # type: ignore[arg-type]
        pytest.param(lambda: Faults().add(Reset(), step=None), "not None", id="no step"),  # type: ignore[arg-type]
        pytest.param(lambda: Faults().add("reset"), "There is: Status", id="a text"),  # type: ignore[arg-type]
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(make: Any, words: str) -> None:
    """Each argument is checked when the rule is made, and the message says what it takes."""
    with pytest.raises(UsageError, match=words):
        make()


def test_a_step_that_the_connection_lacks_is_refused_with_the_nearest(world: Any) -> None:
    """A rule for a misspelt step would never strike, so it is an error; webhooks and patterns are names too."""
    with pytest.raises(UnknownName, match=r"lamp\.set_color"):
        world.emulator.faults.add(Reset(), step="lamp.set_colour")
    for step in ("lamp.*", "connection/enabled", "PUT /v2/connections/Ab3dE5gH/user_connection"):
        assert world.emulator.faults.add(Reset(), step=step).step == step


@pytest.mark.parametrize(
    "step", ["*", "*.set_*", "lamp.set_colo?", "[l]amp.*", "PUT *", "* /v2/me", "*/lamp.set_color/run", "connection/*"]
)
def test_a_pattern_may_fit_a_step_a_webhook_or_a_request(world: Any, step: str) -> None:
    """Whatever can strike is taken."""
    assert world.emulator.faults.add(Reset(), step=step).step == step


@pytest.mark.parametrize(
    "step", ["nope.*", "*.nope", "lamp.set_colour*", "PATCH *", "PUT /v2/connections/other/user_connection", ""]
)
def test_a_pattern_that_fits_nothing_is_refused(world: Any, step: str) -> None:
    """Such a rule would never strike: the error says so, and names the steps that there are, or the nearest."""
    with pytest.raises(UnknownName, match=r"for a fault.*(There is: .*lamp\.set_color|Did you mean `lamp\.set_color`)"):
        world.emulator.faults.add(Reset(), step=step)
    assert len(world.emulator.faults) == 0


# --- what becomes of an exchange --------------------------------------------------------------------------------------


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


# --- files ------------------------------------------------------------------------------------------------------------

EVERYTHING = """
seed: 7
faults:
  - {status: 429, retry_after: 3, message: Slow down, step: lamp.set_color, every: 5}
  - {slow: 250, probability: 0.2}
  - {reset: after, user: 17, on: [2, 3]}
  - {reset: true, on: 4}
  - {malformed: true, times: 1}
  - {truncated: true}
  - {expired_cursor: true}
  - {duplicate: true, step: connection/*}
  - {out_of_order: true}
"""


def test_a_faults_file_says_all_that_code_can_say(tmp_path: Path) -> None:
    """Every kind of fault and every condition has its key."""
    file = tmp_path / "faults.yaml"
    file.write_text(EVERYTHING)
    faults = Faults(seed=1)
    faults.load(file)
    assert faults.seed == 7
    assert list(faults) == [
        Rule(number=1, fault=Status(429, "Slow down", 3), step="lamp.set_color", every=5),
        Rule(number=2, fault=Slow(250), probability=0.2),
        Rule(number=3, fault=Reset(is_done=True), user="17", on=(2, 3)),
        Rule(number=4, fault=Reset(), on=(4,)),
        Rule(number=5, fault=Malformed(), times=1),
        Rule(number=6, fault=Truncated()),
        Rule(number=7, fault=ExpiredCursor()),
        Rule(number=8, fault=Duplicate(), step="connection/*"),
        Rule(number=9, fault=OutOfOrder()),
    ]
    assert {type(rule.fault) for rule in faults} == set(KINDS)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        pytest.param("faults:\n  - {statuss: 429}", (2, 6), "Did you mean `status`", id="a misspelt key"),
        pytest.param("faults:\n  - {step: lamp.set_color}", (2, 5), "exactly one of the keys", id="no fault"),
        pytest.param("faults:\n  - {reset: true, slow: 3}", (2, 5), "exactly one of the keys", id="two faults"),
        pytest.param("faults:\n  - {status: 200}", (2, 5), "400 to 599", id="a success"),
        pytest.param("faults:\n  - {slow: fast}", (2, 5), "milliseconds", id="no number"),
        pytest.param("faults:\n  - {reset: maybe}", (2, 5), "`before` or `after`", id="reset at no time"),
        pytest.param("faults:\n  - {slow: 3, retry_after: 1}", (2, 15), "belongs to", id="a key of another fault"),
        pytest.param("faults:\n  - {malformed: false}", (2, 5), "takes `true`", id="a fault switched off"),
        pytest.param("faults:\n  - {reset: true, on: x}", (2, 5), "whole numbers", id="on no number"),
        pytest.param("faults:\n  - {reset: true, step: 5}", (2, 5), "`step` is a text", id="a step that is a number"),
        pytest.param("seed: x\nfaults: []", (1, 7), "whole number", id="seed no number"),
        pytest.param("faults:\n  - {reset: true, step: lamp.set_colour}", (2, 5), "set_color", id="unknown step"),
    ],
)
def test_a_wrong_faults_file_says_where(
    world: Any, tmp_path: Path, text: str, place: tuple[int, int], words: str
) -> None:
    """What is wrong is named with line and column, and no rule of the file is in force."""
    file = tmp_path / "faults.yaml"
    file.write_text(text)
    with pytest.raises(ConnectionFileError, match=words) as caught:
        world.emulator.faults.load(file)
    assert (caught.value.line, caught.value.column) == place
    assert len(world.emulator.faults) == 0
