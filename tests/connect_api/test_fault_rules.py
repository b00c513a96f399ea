"""Which requests a fault strikes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.connect_api.fault_rules import Faults
from workbench.connect_api.faults import Reset, Slow, Status
from workbench.errors import UnknownName, UsageError

USER = "user-17"


def struck(faults: Faults, count: int, *names: str, user: str | None = USER) -> list[int]:
    """Which of so many requests are struck, from 1."""
    return [number for number in range(1, count + 1) if faults.strike(names or ("a.b",), user) is not None]


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
