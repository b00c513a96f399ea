"""The one clock, and zones by their IANA and Rails names."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.clock import DEFAULT_ZONE, RAILS_ZONES, Clock, rails_name, zone
from workbench.errors import UnknownName, UsageError


def test_a_frozen_clock_stands_still() -> None:
    """A frozen clock shows the same moment for ever."""
    clock = Clock().freeze("2026-03-29T00:59:59+00:00")
    assert clock.now() == clock.now() == datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)
    assert clock.now_ms() == 1774745999000.0
    assert repr(clock) == "<Clock 2026-03-29T00:59:59+00:00 (frozen)>"


def test_moments_without_a_zone_are_utc() -> None:
    """A moment without a zone is read as UTC, one with a zone is kept."""
    assert Clock().freeze("2026-01-01T12:00:00").now().hour == 12
    east = datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    assert Clock().freeze(east).now().hour == 10


def test_moving_a_frozen_clock_keeps_it_frozen() -> None:
    """A frozen clock moves by exactly the span and stands there."""
    clock = Clock().freeze("2026-01-01T00:00:00")
    clock.move(timedelta(days=1))
    assert clock.now() == datetime(2026, 1, 2, tzinfo=UTC)
    assert clock.is_frozen
    assert clock.move(to="2020-02-02").now() == datetime(2020, 2, 2, tzinfo=UTC)


def test_moving_a_running_clock_lets_it_run_on() -> None:
    """A running clock that was moved runs on from there."""
    clock = Clock().move(to="2001-01-01T00:00:00")
    first = clock.timestamp()
    assert datetime(2001, 1, 1, tzinfo=UTC) <= clock.now() < datetime(2001, 1, 1, 0, 1, tzinfo=UTC)
    assert clock.timestamp() >= first
    assert not clock.is_frozen


def test_run_goes_on_from_the_frozen_moment() -> None:
    """``run`` starts a frozen clock where it stood; ``reset`` goes back to the machine's time."""
    clock = Clock().freeze("2001-01-01T00:00:00").run()
    assert not clock.is_frozen
    assert clock.now().year == 2001
    assert abs(clock.reset().timestamp() - datetime.now(UTC).timestamp()) < 60


@pytest.mark.parametrize("arguments", [{}, {"by": timedelta(1), "to": "2026-01-01"}], ids=["neither", "both"])
def test_move_takes_a_span_or_a_moment(arguments: dict[str, object]) -> None:
    """Moving by nothing, or by two things, is refused with the way to write it."""
    with pytest.raises(UsageError, match="timedelta"):
        Clock().move(**arguments)  # type: ignore[arg-type]


def test_a_text_that_is_no_moment_is_refused() -> None:
    """A text that is no moment is refused with an example of one."""
    with pytest.raises(UsageError, match="`tomorrow` is no moment"):
        Clock().freeze("tomorrow")


@pytest.mark.parametrize(("name", "iana"), RAILS_ZONES.items(), ids=list(RAILS_ZONES))
def test_every_rails_zone_is_a_zone(name: str, iana: str) -> None:
    """Every Rails name gives its IANA zone, and that zone a Rails name of the same zone."""
    assert zone(name).key == iana
    assert RAILS_ZONES[rails_name(iana)] == iana


@pytest.mark.parametrize(
    ("iana", "rails"),
    [
        (DEFAULT_ZONE, "Pacific Time (US & Canada)"),
        ("Europe/London", "London"),
        ("Asia/Kolkata", "Kolkata"),
        ("Europe/Kyiv", "Kyiv"),
        ("UTC", "UTC"),
        ("Antarctica/Troll", "Antarctica/Troll"),
    ],
)
def test_an_iana_zone_has_the_rails_name_of_its_own_city(iana: str, rails: str) -> None:
    """Of several Rails names the zone's own city is taken; a zone that Rails lacks keeps its IANA name."""
    assert rails_name(iana) == rails


@given(st.text(max_size=30))
def test_any_text_is_a_zone_or_an_unknown_name(name: str) -> None:
    """Whatever text is asked for, the answer is a zone or an error of our own tree."""
    with contextlib.suppress(UnknownName):
        assert zone(name).key


def test_an_unknown_zone_says_the_nearest() -> None:
    """A misspelt zone is answered with the zone that was meant."""
    with pytest.raises(UnknownName, match=r"Did you mean `Europe/Paris`\?"):
        zone("Europe/Pariss")


def test_zones_know_daylight_saving() -> None:
    """The offset changes at the zone's own moment."""
    before = datetime(2026, 3, 29, 0, 59, tzinfo=UTC).astimezone(zone("Paris"))
    after = datetime(2026, 3, 29, 1, 0, tzinfo=UTC).astimezone(zone("Paris"))
    assert (before.hour, after.hour) == (1, 3)
