"""The words of a field: its value in the document's terms, and what a call would send."""

from __future__ import annotations

import pytest

from workbench.connection.document import Connection
from workbench.connection.fields import Field, FieldType, Json, Option, Visibility
from workbench.notebook.field_words import TYPES, sent, value_text, value_words

YOU, USER = Visibility.SET_BY_YOU, Visibility.CUSTOMIZABLE


@pytest.mark.parametrize(
    ("sample", "color"),
    [
        ("hue-blue", ("Set by you", "blue", "")),
        ("hue-favourite", ("Customizable by the user", "blue", "(default)")),
        ("hue-from-the-app", ("Set by you", "blue", "")),
    ],
)
def test_the_hue_tables_have_the_documents_words(sample: str, color: tuple[str, str, str]) -> None:
    """Each sample reads as the document's table does (whose third is the first, but for the call)."""
    rows = [(row.definition.label, row.visibility.value, *value_words(row.definition)) for row in
            Connection.sample(sample).fields]  # fmt: skip
    assert rows == [
        ("Which lights?", "Customizable by the user", "", "Set by the user"),
        ("Color value or name", *color),
    ]


CASES = {
    "set by you": (YOU, "blue", {}, "A call without override would send `blue`: set by you."),
    "a default": (
        USER, "blue", {}, "A call without override would send `blue`: the default, until the user sets another.",
    ),
    "the user's own": (
        USER, "blue", {"color": "red"},
        "A call without override would send `red`: set by the user; it beats the default blue.",
    ),
    "no default": (USER, None, {}, "A call without override would send what the user sets."),
    "forgotten": (YOU, None, {}, "A call without override would send nothing."),
    "no say of the user's": (YOU, "blue", {"color": "red"}, "A call without override would send `blue`: set by you."),
}  # fmt: skip


@pytest.mark.parametrize(("visibility", "value", "user", "says"), CASES.values(), ids=CASES.keys())
def test_what_a_call_would_send(visibility: Visibility, value: Json, user: dict[str, Json], says: str) -> None:
    """The sentence names the value that wins and where it comes from."""
    assert sent(Field(id="color", visibility=visibility, value=value), "action", user)["says"] == says


def test_a_trigger_is_not_called() -> None:
    """What no call sends has words of its own."""
    field = Field(id="foo", value="bar", visibility=YOU)
    assert sent(field, "trigger", {})["says"].startswith("The trigger watches with `bar`")
    assert sent(field, "configuration", {})["says"].startswith("The script reads `bar`")
    assert sent(field, "feature", {})["says"].startswith("The feature has `bar`")


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        (Field(id="a", options=(Option(label="Desk", value="d"),)), "d", "Desk"),
        (Field(id="a", type=FieldType.CHECKBOX_MULTI, options=(Option(label="Desk", value="d"),)), ["d", "x"],
         "Desk, x"),
        (Field(id="a", type=FieldType.LOCATION_ENTER), {"lat": 1.5, "lng": -2, "radius": 300, "address": "Here"},
         "1.5, -2 within 300 m, Here"),
        (Field(id="a", type=FieldType.LOCATION_ENTER), {"lat": 1.5}, '{"lat": 1.5}'),
        (Field(id="a", secret=True), "hush", "••••••"),
        (Field(id="a"), "x" * 1_000_000, "x" * 200 + "…"),
        (Field(id="a"), 5, "5"),
    ],
    ids=["a dropdown", "checkboxes", "a location", "half a location", "a secret", "a megabyte", "no text at all"],
)  # fmt: skip
def test_a_value_as_people_read_it(field: Field, value: Json, text: str) -> None:
    """Options by label, locations in a line, secrets masked, long text cut."""
    assert value_text(field, value) == text


def test_every_type_has_a_name_for_people() -> None:
    """No field type is without words."""
    assert set(TYPES) == set(FieldType)
