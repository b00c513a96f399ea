"""Sample trigger events."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.connection import catalogue
from workbench.connection.definition import Ingredient, IngredientType, Trigger
from workbench.connection.events import ifttt_date, sample_event, sample_events

TRIGGERS = {f"{one.id}.{trigger.id}": trigger for one in catalogue.services() for trigger in one.triggers}
NOW = datetime(2026, 3, 1, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize("trigger", TRIGGERS.values(), ids=TRIGGERS)
def test_an_event_has_every_ingredient_and_repeats(trigger: Trigger) -> None:
    """An event carries exactly the trigger's ingredients, none empty, and the same seed gives the same event."""
    for seed in range(5):
        event = sample_event(trigger, seed, NOW)
        assert list(event) == [one.id for one in trigger.ingredients]
        assert all(event.values())
        assert event == sample_event(trigger, seed, NOW)


def test_other_seeds_give_other_events() -> None:
    """Events of different seeds differ, and a hundred of them are a hundred."""
    trigger = TRIGGERS["youtube.new_liked_video"]
    events = list(sample_events(trigger, 100, now=NOW))
    assert len({str(event) for event in events}) == 100
    assert len({event["url"] for event in events}) == 100
    assert all(str(event["url"]).startswith("https://www.youtube.com/watch?v=") for event in events)


def test_dates_take_the_form_of_their_example() -> None:
    """IFTTT's own form, a day and ISO 8601 are each kept, and lie in the day before now."""
    trigger = Trigger(
        id="t",
        ingredients=(
            Ingredient(id="liked_at", type=IngredientType.DATE_TIME, example="April 20, 2021 at 04:20PM"),
            Ingredient(id="day", type=IngredientType.DATE, example="2021-04-20"),
            Ingredient(id="at", type=IngredientType.DATE_TIME),
            Ingredient(id="text_date", example="April 20, 2021 at 04:20PM"),
        ),
    )
    event = sample_event(trigger, now=NOW)
    assert event == {
        "liked_at": "March 01, 2026 at 12:05AM",
        "day": "2026-03-01",
        "at": "2026-03-01T00:05:00+00:00",
        "text_date": "March 01, 2026 at 12:05AM",
    }
    later = datetime.fromisoformat(str(sample_event(trigger, 7, NOW)["at"]))
    assert NOW - timedelta(days=1) <= later <= NOW


@given(st.datetimes())
def test_the_date_form_reads_back(moment: datetime) -> None:
    """The form has two digits for day, hour and minute, and is the same moment to the minute."""
    text = ifttt_date(moment)
    assert re.fullmatch(r"[A-Z][a-z]+ \d\d, \d{1,4} at \d\d:\d\d[AP]M", text)
    if moment.year >= 1000:
        assert datetime.strptime(text, "%B %d, %Y at %I:%M%p") == moment.replace(second=0, microsecond=0)  # noqa: DTZ007


@given(st.sampled_from(IngredientType), st.text(max_size=20), st.integers(0, 20))
def test_any_ingredient_has_a_value(kind: IngredientType, example: str, seed: int) -> None:
    """Whatever an ingredient's type and example, an event has a value for it."""
    one = Ingredient(id="x", type=kind, example=example, query="a.b")
    assert "x" in sample_event(Trigger(id="t", ingredients=(one,)), seed)
