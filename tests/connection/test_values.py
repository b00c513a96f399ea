"""Which values a field takes, by its type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.connection.fields import Field, FieldType, Json, Option
from workbench.connection.values import taken, value_problem
from workbench.errors import FieldValueError

OPTIONS = (
    Option(label="Desk", value="d"),
    Option(label="Lamp", value="l1", group="Up"),
    Option(label="Lamp", value="l2", group="Down"),
    Option(label="d", value="x"),
)
PLACE: dict[str, Json] = {"lat": 51.5, "lng": -0.12, "radius": 300}
TEXT, SELECT, CHECKS = FieldType.TEXT_FIELD, FieldType.COLLECTION_SELECT, FieldType.CHECKBOX_MULTI
POINT, AREA = FieldType.LOCATION_POINT, FieldType.LOCATION_ENTER

GOOD = {
    "text": (TEXT, "hello", "hello"),
    "nothing": (AREA, None, None),
    "an option's value": (SELECT, "l1", "l1"),
    "a value before a label": (SELECT, "d", "d"),
    "an option's label": (SELECT, "Desk", "d"),
    "labels of checkboxes": (CHECKS, ["Desk", "l2"], ["d", "l2"]),
    "no checkbox": (CHECKS, [], []),
    "a point": (POINT, {"lat": 0, "lng": 180}, {"lat": 0, "lng": 180}),
    "an area": (AREA, {**PLACE, "address": "1 Main St", "zoom": 16}, {**PLACE, "address": "1 Main St", "zoom": 16}),
}


@pytest.mark.parametrize(("kind", "given_value", "kept"), GOOD.values(), ids=GOOD)
def test_values_that_fit_are_kept(kind: FieldType, given_value: Json, kept: Json) -> None:
    """A fitting value is taken; an option is kept by its value."""
    assert taken(Field(id="f", type=kind, options=OPTIONS), given_value) == kept


WRONG = {
    "a number as text": (TEXT, 5, "takes text, not 5"),
    "a truth as text": (TEXT, True, "takes text, not true"),
    "no option": (SELECT, "Dusk", "'Dusk' is no option of field `f`. Did you mean `Desk`?"),
    "an ambiguous label": (
        SELECT,
        "Lamp",
        "Several options of field `f` have the label 'Lamp': name one by its value: `l1` in Up, `l2` in Down",
    ),
    "a list in a dropdown": (SELECT, ["d"], "takes text, not a list"),
    "text for checkboxes": (CHECKS, "Desk", "takes a list of option values"),
    "a number among checkboxes": (CHECKS, ["d", 1], "takes a list of option values"),
    "a checkbox twice": (CHECKS, ["d", "Desk"], "has an option twice"),
    "text for a place": (AREA, "Rome", "takes a location such as {lat: 51.5, lng: -0.12, radius: 300}, not 'Rome'"),
    "an area without a radius": (AREA, {"lat": 1, "lng": 2}, "lacks `radius`"),
    "a place without anything": (POINT, {}, "lacks `lat` and `lng`: {lat: 51.5, lng: -0.12}"),
    "a latitude beyond the pole": (
        POINT,
        {"lat": 91, "lng": 0},
        "`lat` in field `f` is a number from -90 to 90, not 91",
    ),
    "a latitude in quotes": (POINT, {"lat": "51.5", "lng": 0}, "not '51.5'"),
    "a truth as a longitude": (POINT, {"lat": 1, "lng": True}, "not true"),
    "a negative radius": (AREA, {**PLACE, "radius": -1}, "a number of metres"),
    "another word for latitude": (POINT, {**PLACE, "latitude": 3}, "A location has no `latitude`"),
}


@pytest.mark.parametrize(("kind", "value", "message"), WRONG.values(), ids=WRONG)
def test_values_that_do_not_fit_say_what_would(kind: FieldType, value: Json, message: str) -> None:
    """A wrong value is refused with what the field takes."""
    with pytest.raises(FieldValueError) as caught:
        taken(Field(id="f", type=kind, options=OPTIONS), value)
    assert message in str(caught.value)


def test_a_field_whose_service_has_the_options_takes_any() -> None:
    """Where the options come while the connection runs, any text may be one."""
    assert taken(Field(id="f", type=SELECT), "calendar-7") == "calendar-7"


@given(
    st.sampled_from(FieldType),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.sampled_from(["lat", "lng", "radius", "x"]), x),
    ),
)
def test_every_value_is_taken_or_refused(kind: FieldType, value: Json) -> None:
    """Any value is taken or met with our own error, and what was taken has no problem."""
    field = Field(id="f", type=kind, options=OPTIONS)
    try:
        kept = taken(field, value)
    except FieldValueError:
        return
    assert value_problem(field, kept) is None


@pytest.mark.parametrize(("kind", "value", "message"), WRONG.values(), ids=WRONG)
def test_a_secret_value_is_in_no_message(kind: FieldType, value: Json, message: str) -> None:
    """What a secret field was given is not repeated in the error."""
    field = Field(id="f", type=kind, options=() if kind is TEXT else OPTIONS, secret=True)
    with pytest.raises(FieldValueError) as caught:
        taken(field, value)
    for text in ("Dusk", "Rome", "'51.5'", "91", "'Lamp':"):
        assert text not in str(caught.value)
