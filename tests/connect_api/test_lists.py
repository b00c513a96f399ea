"""Queries: pages, cursors, and the queries nested in items."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.connect_api.services import Page

USER = "user-17"


def pages(world: Any, step: str = "lamp.list_lamps", **body: Any) -> list[list[Any]]:
    """Every page until there is no `next`; fails if a cursor does not lead on."""
    found: list[list[Any]] = []
    cursor = None
    while True:
        answer = world.perform(step, **body, **({"cursor": cursor} if cursor else {}))
        assert answer.status == 200, answer.body
        found.append(answer.body["data"])
        if "next" not in answer.body:
            return found
        assert answer.body["next"]["fields"] == body.get("fields", {})
        cursor = answer.body["next"]["cursor"]
        assert len(found) < 300


def test_a_limit_is_kept(world: Any) -> None:
    """`limit: 3` gives three items."""
    answer = world.perform(limit=3)
    assert answer.body["type"] == "list"
    assert len(answer.body["data"]) == 3
    assert len(world.perform(limit=3.0).body["data"]) == 3


@given(limit=st.integers(1, 60), search=st.sampled_from(["", "cats", "a b"]))
def test_pages_concatenated_are_the_whole(world: Any, limit: int, search: str) -> None:
    """For any limit the pages hold every item once, in order, and only the last may be short."""
    fields = {"search": search}
    whole = world.perform(fields=fields).body["data"]
    cut = pages(world, fields=fields, limit=limit)
    assert [item for page in cut for item in page] == whole
    assert all(len(page) == limit for page in cut[:-1])


@given(size=st.integers(0, 40), limit=st.integers(1, 45))
def test_a_responders_list_is_cut_into_pages(world: Any, size: int, limit: int) -> None:
    """A function that returns all its items need not know of pages."""
    items = [{"title": str(number)} for number in range(size)]
    world.emulator.respond("lamp.list_lamps", lambda _: items)
    assert [item for page in pages(world, limit=limit) for item in page] == items


def test_a_responder_may_cut_its_own_pages(world: Any) -> None:
    """A `Page` with a cursor gets that cursor back on the next call; the caller sees an opaque one."""
    seen: list[Any] = []

    def books(call: Any) -> Page:
        seen.append(call.cursor)
        start = call.cursor["from"] if call.cursor else 0
        more = {"from": start + call.limit} if start + call.limit < 7 else None
        return Page([{"title": str(number)} for number in range(start, min(7, start + call.limit))], more)

    world.emulator.respond("lamp.list_lamps", books)
    cut = pages(world, limit=3)
    assert [len(page) for page in cut] == [3, 3, 1]
    assert seen == [None, {"from": 3}, {"from": 6}]


def test_a_page_larger_than_the_limit_is_cut_and_noted(world: Any) -> None:
    """A responder that overlooks the limit is told so in the log, and the caller gets what was asked for."""
    world.emulator.respond("lamp.list_lamps", lambda _: Page([{"n": 1}, {"n": 2}]))
    answer = world.perform(limit=1)
    assert answer.body["data"] == [{"n": 1}]
    assert "2 items for a limit of 1" in answer.note


def test_a_plain_value_answers_a_query(world: Any) -> None:
    """A list in place of a function is what the query returns, each time."""
    world.emulator.respond("lamp.list_lamps", [{"title": "one"}, {"title": "two"}])
    assert [item["title"] for item in world.perform().body["data"]] == ["one", "two"]
    assert world.perform(limit=1).body["data"] == [{"title": "one"}]


@pytest.mark.parametrize(
    ("returned", "words"),
    [
        pytest.param(None, "not NoneType", id="nothing"),
        pytest.param("abc", "not str", id="text"),
        pytest.param({"a": 1}, "not dict", id="one item, no list"),
        pytest.param([1], "item 0 that is no dict but int", id="items that are no dicts"),
        pytest.param([{"a": 1}, {2: 1}], "item 1 that has a key that is no text", id="a key that is no text"),
        pytest.param([{"a": object()}], "is no JSON", id="a value that is no JSON"),
        pytest.param([{"a": float("nan")}], "is no JSON", id="not a number"),
        pytest.param([{"a": "\ud800"}], "is no JSON", id="half a surrogate pair"),
    ],
)
def test_a_responder_that_returns_no_items_is_told(world: Any, returned: Any, words: str) -> None:
    """A wrong return type is a 502 whose note says what came and what was wanted."""
    world.emulator.respond("lamp.list_lamps", lambda _: returned)
    answer = world.perform()
    assert answer.status == 502
    assert words in answer.note


@pytest.mark.parametrize("limit", [-1, 1_001, 1.5, "3", True, [3]])
def test_a_wrong_limit_is_refused(world: Any, limit: Any) -> None:
    """Limits that are no whole number from 0 to 1,000 get 422 at `/limit`."""
    answer = world.perform(limit=limit)
    assert (answer.status, answer.body["details"][0]["parameter"]) == (422, "/limit")


def test_limit_zero_is_an_empty_last_page(world: Any) -> None:
    """`limit: 0` returns no items and no `next`, for a cursor there would not lead on."""
    assert world.perform(limit=0).body == {"type": "list", "data": []}


def test_the_default_limit_is_a_choice(make_world: Any) -> None:
    """Without `limit` the default applies, 50 unless changed."""
    assert len(make_world(choices={"default_limit": 4}).perform().body["data"]) == 4
    world = make_world()
    world.emulator.respond("lamp.list_lamps", [{"n": n} for n in range(80)])
    assert len(world.perform().body["data"]) == 50


def test_a_cursor_belongs_to_its_query(make_world: Any) -> None:
    """With other `fields`, another user, or made up, a cursor gets 422, unless changed fields are let through."""
    world = make_world()
    world.emulator.enable("other", values={"lamp.set_color": {"lamp": "Desk"}})
    cursor = world.perform(fields={"search": "a"}, limit=3).body["next"]["cursor"]
    for body in ({"fields": {"search": "b"}}, {"fields": {"search": "a"}, "user": "other"}):
        answer = world.perform(**body, cursor=cursor, limit=3)
        assert (answer.status, answer.body["details"][0]["parameter"]) == (422, "/cursor")
    assert world.perform(fields={"search": "a"}, cursor=cursor[:-2]).status == 422
    assert world.perform(cursor="x" * 10_000).status == 422
    lenient = make_world(choices={"changed_cursor": "ignore"})
    cursor = lenient.perform(fields={"search": "a"}, limit=3).body["next"]["cursor"]
    assert lenient.perform(fields={"search": "b"}, cursor=cursor).status == 200


def test_the_cursor_may_also_stand_at_the_top(make_world: Any) -> None:
    """The page's table and its example differ; the example holds, and both can be had."""
    both = make_world(choices={"next_page": "both"}).perform(limit=3).body
    assert both["cursor"] == both["next"]["cursor"]
    assert both["fields"] == both["next"]["fields"] == {}
    assert "cursor" not in make_world().perform(limit=3).body


# --- samples ----------------------------------------------------------------------------------------------------------


def test_samples_are_the_same_each_time_and_other_for_another_seed(make_world: Any) -> None:
    """The seed alone decides; a service that somebody just wrote works without code."""
    first, again, other = (make_world(seed=seed).perform().body["data"] for seed in (0, 0, 1))
    assert first == again
    assert first != other


def test_samples_follow_fields_and_types(world: Any) -> None:
    """What is searched for shows in the titles; numbers are numbers; moments are ISO 8601, newest first."""
    data = world.perform(fields={"search": "harbour cats"}).body["data"]
    assert 17 <= len(data) <= 25
    assert all("harbour cats" in item["title"] for item in data)
    assert all(isinstance(item["brightness"], int) for item in data)
    moments = [item["seen_at"] for item in data]
    assert moments == sorted(moments, reverse=True)
    assert len({item["title"] for item in data}) > 5


# --- nested queries ---------------------------------------------------------------------------------------------------


def test_a_nested_query_can_be_performed_with_its_fields(world: Any) -> None:
    """An unresolved ingredient holds what the later call sends, tokens and all."""
    item = world.perform(limit=1).body["data"][0]
    assert item["scenes"]["type"] == "query"
    answer = world.perform("lamp.scenes", fields=item["scenes"]["fields"])
    assert answer.status == 200
    assert world.decided(answer)["room"] in {"desk", "sofa"}


def test_includes_resolve_what_the_later_call_would_give(world: Any) -> None:
    """A drill-down in one call gives the same items as two calls."""
    plain = world.perform(limit=2).body["data"]
    resolved = world.perform(limit=2, includes=["scenes"]).body["data"]
    for before, after in zip(plain, resolved, strict=True):
        performed = world.perform("lamp.scenes", fields=before["scenes"]["fields"])
        assert after["scenes"] == {"type": "list", "data": performed.body["data"]}
        assert {**before, "scenes": None} == {**after, "scenes": None}


def test_an_included_list_goes_on_with_next(make_world: Any) -> None:
    """Where the included list is cut, its `next` performs the rest."""
    world = make_world(choices={"default_limit": 5})
    scenes = world.perform(limit=1, includes=["scenes"]).body["data"][0]["scenes"]
    rest = pages_from(world, scenes["next"])
    whole = world.perform("lamp.scenes", fields=scenes["next"]["fields"], limit=100).body["data"]
    assert scenes["data"] + rest == whole


def pages_from(world: Any, following: dict[str, Any]) -> list[Any]:
    found: list[Any] = []
    while following:
        body = world.perform("lamp.scenes", fields=following["fields"], cursor=following["cursor"]).body
        found += body["data"]
        following = body.get("next", {})
    return found


def test_a_responder_may_give_nested_fields_as_its_service_knows_them(world: Any) -> None:
    """Plain option values in a nested query are shown as tokens, and reach the nested service as values."""
    world.emulator.respond("lamp.list_lamps", [{"title": "x", "scenes": {"room": "sofa"}}])
    asked = world.received("lamp.scenes")
    shown = world.perform().body["data"][0]["scenes"]
    assert shown["fields"]["room"] == world.token("room", "Sofa", place="queries/lamp.scenes")
    world.perform(includes=["scenes"])
    assert asked[0].fields == {"room": "sofa"}


def test_a_responder_may_resolve_a_nested_query_itself(world: Any) -> None:
    """A list under a query ingredient is shown as the resolved list it is."""
    world.emulator.respond("lamp.list_lamps", [{"scenes": [{"name": "Reading"}]}])
    assert world.perform().body["data"] == [{"scenes": {"type": "list", "data": [{"name": "Reading"}]}}]


def test_a_failing_nested_query_fails_the_call(world: Any) -> None:
    """Half an answer is none: the nested service's failure is the call's."""
    world.emulator.respond("lamp.scenes", lambda _: 1 / 0)
    assert world.perform(limit=2).status == 200
    assert world.perform(limit=2, includes=["scenes"]).status == 502


@pytest.mark.parametrize(
    ("includes", "pointer"),
    [
        pytest.param(["scene"], "/includes/0", id="unknown"),
        pytest.param(["scenes", "title"], "/includes/1", id="no query"),
        pytest.param(["scenes", 3], "/includes/1", id="no text"),
        pytest.param("scenes", "/includes", id="no list"),
    ],
)
def test_includes_name_query_ingredients(world: Any, includes: Any, pointer: str) -> None:
    """Anything else gets 422 at its place."""
    answer = world.perform(includes=includes)
    assert (answer.status, answer.body["details"][0]["parameter"]) == (422, pointer)
