"""What the Connect API answers is read leniently."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.connect_api.result_reading import (
    read_connection,
    read_field_options,
    read_me,
    read_nested,
    read_page,
    read_value,
)
from workbench.connect_api.results import Location, NestedQuery, QueryPage, Selected

# fmt: off
NAMES = [
    "type", "id", "name", "title", "label", "value", "group", "fields", "data", "next", "cursor", "options",
    "services", "features", "user_connection", "user_features", "user_fields", "field_id", "field_type",
    "default_value", "feature_actions", "feature_triggers", "service_id", "action_id", "trigger_id", "lat",
    "latitude", "radius", "enabled", "enabled_count", "is_primary", "hidden", "required", "user_feature_actions",
    "feature_action_id",
]
# fmt: on
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["1e999", "nan", "7"])
)
ANYTHING = st.recursive(
    SCALARS,
    lambda one: st.lists(one, max_size=3) | st.dictionaries(st.sampled_from(NAMES), one, max_size=5),
    max_leaves=25,
)
OBJECTS = st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=8)
READERS = [read_me, read_connection, read_field_options, read_page, read_nested]


@settings(max_examples=300)
@given(OBJECTS)
def test_nothing_makes_a_reader_stumble(body: dict[str, Any]) -> None:
    """Whatever is missing, of another type or added, a result comes out, with a repr, and the JSON kept."""
    for read in READERS:
        result = read(body)
        assert repr(result)
        assert result is None or isinstance(result, NestedQuery) or result.raw is body


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        ("TEXT_FIELD", "hello", "hello"),
        ("COLLECTION_SELECT", {"group": None, "label": "Desk", "value": "t"}, Selected(label="Desk", value="t")),
        (
            "DOUBLE_COLLECTION_SELECT",
            {"group": "A", "label": "B", "value": "t"},
            Selected(label="B", value="t", group="A"),
        ),
        ("COLLECTION_SELECT", "false", "false"),
        ("COLLECTION_SELECT", None, None),
        ("CHECKBOX_MULTI", [{"label": "Mon", "value": "t"}], (Selected(label="Mon", value="t"),)),
        ("CHECKBOX_MULTI", ["t"], ["t"]),
        (
            "LOCATION_ENTER",
            {"latitude": "51.50", "longitude": "-0.12", "radius": "300.5", "zoom": "16"},
            Location(lat=51.5, lng=-0.12, radius=300.5, zoom=16.0),
        ),
        ("LOCATION_RADIUS", {"lat": 51.5, "lng": "-0.12"}, Location(lat=51.5, lng=-0.12)),
        ("", {"lat": 1, "lng": 2, "address": "Main St"}, Location(lat=1.0, lng=2.0, address="Main St")),
        ("LOCATION_POINT", {"lat": "north"}, Location()),
        ("NEW_TYPE", {"from": 1}, {"from": 1}),
    ],
)
def test_a_value_is_read_by_its_type(kind: str, value: Any, read: Any) -> None:
    """Every shape of the page's tables and examples, the quirky ones too."""
    assert read_value(kind, value) == read


@pytest.mark.parametrize(
    ("body", "cursor", "fields"),
    [
        ({"next": {"cursor": "c", "fields": {"a": "1"}}}, "c", {"a": "1"}),
        ({"cursor": "c", "fields": {"a": "1"}}, "c", {"a": "1"}),
        ({"next": {"cursor": "c"}, "cursor": "top", "fields": {}}, "c", None),
        ({"next": None, "cursor": None}, None, None),
        ({"next": {}}, None, None),
        ({"cursor": ""}, None, None),
        ({}, None, None),
    ],
    ids=["next", "top", "both", "null", "empty", "empty text", "absent"],
)
def test_the_cursor_is_read_from_both_places(body: dict[str, Any], cursor: str | None, fields: Any) -> None:
    """The page's example and its table disagree about where it lives."""
    page = read_page({"type": "list", "data": [], **body})
    assert (page.cursor, page.fields, page.is_last) == (cursor, fields, cursor is None)


def test_numbers_and_flags_may_be_texts() -> None:
    """The tables say "string" where the JSON has numbers and booleans."""
    field = {"id": "color", "required": "true", "hidden": "false"}
    shown = read_connection(
        {
            "enabled_count": "4",
            "services": [{"service_id": "lamp", "is_primary": "true"}],
            "features": [{"id": "f", "fields": [field]}],
        }
    )
    assert shown.enabled_count == 4
    assert shown.primary_service is not None
    assert (shown.features[0].fields[0].required, shown.features[0].fields[0].hidden) == (True, False)
    assert repr(shown) == "<ShownConnection  '': f>"


def test_the_other_name_of_user_actions_is_read() -> None:
    """The table says ``user_actions`` where the JSON has ``user_feature_actions``."""
    one = {"feature_action_id": "a", "user_fields": [{"field_id": "color", "value": "red"}]}
    shown = read_connection({"user_connection": {"user_features": [{"id": "u", "user_actions": [one]}]}})
    assert shown.user_features is not None
    assert shown.user_features[0].values["a"] == {"color": "red"}
    assert shown.user_features[0].enabled


def test_a_nested_ingredient_is_a_query_or_its_pages() -> None:
    """Not performed: its fields. Resolved: a page. Anything else: None."""
    assert read_nested({"type": "query", "fields": {"lamp": "t"}}) == NestedQuery(fields={"lamp": "t"})
    page = read_nested({"type": "list", "data": [{"a": "1"}], "next": {"cursor": "c"}})
    assert isinstance(page, QueryPage)
    assert (list(page), page[0], page.cursor) == ([{"a": "1"}], {"a": "1"}, "c")
    assert read_nested("text") is None
    assert read_nested({"type": "other"}) is None
