"""Random extra keys: added where keys mean nothing to anybody, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from workbench.connect_api.extras import with_extra_keys

NAMES = st.sampled_from(["type", "id", "data", "fields", "options", "ingredients", "value", "list", "details"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("list"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)


def is_within(was: Any, now: Any) -> bool:
    """Whether everything that was is still there, unchanged and in its place."""
    if isinstance(was, dict):
        return isinstance(now, dict) and all(name in now and is_within(one, now[name]) for name, one in was.items())
    if isinstance(was, list):
        return isinstance(now, list) and len(was) == len(now) and all(map(is_within, was, now))
    return type(was) is type(now) and was == now


@given(JSON, st.integers())
def test_nothing_is_lost_or_changed(body: Any, seed: int) -> None:
    """Every member that was there is there, unchanged; the same seed adds the same keys."""
    grown = with_extra_keys(body, seed)
    assert is_within(body, grown)
    assert grown == with_extra_keys(body, seed)


def test_an_object_gets_one_and_your_own_names_are_left_alone() -> None:
    """The outermost object always gets a key; fields, options, ingredients, values and items never do."""
    body = {
        "type": "list",
        "data": [{"title": "One"}],
        "next": {"fields": {"room": "t"}, "cursor": "c"},
        "options": {"lamp": []},
        "event_data": {"ingredients": {"title": "x"}},
    }
    found = [with_extra_keys(body, seed) for seed in range(50)]
    for grown in found:
        assert len(grown) == len(body) + 1
        assert grown["data"] == body["data"]
        assert grown["next"]["fields"] == {"room": "t"}
        assert grown["options"] == body["options"]
        assert grown["event_data"]["ingredients"] == {"title": "x"}
    assert {len(grown["next"]) for grown in found} == {2, 3}


def test_keys_are_added_only_if_so_chosen(make_world: Callable[..., Any]) -> None:
    """Without the switch answers have exactly the documented keys; with it success and error answers have more."""
    plain, grown = make_world(), make_world(choices={"extra_keys": "random"})
    for path in ("/v2/me", "/v2/connections/unknown"):
        was, now = plain.send("GET", path).body, grown.send("GET", path).body
        assert set(was) < set(now)
    assert grown.run().body is None
    assert grown.perform().body["data"] == plain.perform().body["data"]
