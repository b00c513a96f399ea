"""Bodies: what is read, what is refused, and where the answer points."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.connect_api.requests import Request

KEY = "service-key-of-the-tests"
USER = "user-17"
JSON = (("ifttt-service-key", KEY), ("content-type", "application/json"))
DOCUMENTED = b"""{
  "fields": {
    "color": "purple",
  }
}"""


def run(world: Any, body: bytes, headers: tuple[tuple[str, str], ...] = JSON) -> Any:
    return world.send("POST", world.at(f"/actions/lamp.set_color/run?user_id={USER}"), body, headers=headers)


def test_the_documents_own_body_has_a_trailing_comma(world: Any) -> None:
    """The body that the document prints is refused, and the answer names the comma and its place."""
    answer = run(world, DOCUMENTED)
    assert (answer.status, answer.body["code"]) == (400, "bad_request")
    assert answer.body["message"] == "Malformed JSON: trailing comma at 3:22"
    assert "3:22" in answer.body["details"][0]["message"]


def test_the_mended_body_overrides_the_color(world: Any) -> None:
    """Without the comma the documented override works."""
    answer = run(world, DOCUMENTED.replace(b'"purple",', b'"purple"'))
    assert answer.status == 204
    assert world.decided(answer)["color"] == "purple"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(b'{"fields": {"color": "purple",}}', "trailing comma at 1:30", id="trailing comma in one line"),
        pytest.param(b'{"a": [1, 2, ]}', "trailing comma at 1:12", id="trailing comma in a list"),
        pytest.param(b'{"a": 1', "at 1:8", id="cut short"),
        pytest.param(b"{'a': 1}", "at 1:2", id="single quotes"),
        pytest.param(b'{"a": 1}\n{"b": 2}', "extra data at 2:1", id="two objects"),
        pytest.param(b'{"a": NaN}', "`NaN` is no JSON", id="not a number"),
        pytest.param(b'{"a": -Infinity}', "`-Infinity` is no JSON", id="infinity"),
        pytest.param(b'{"a": "\xff"}', "not UTF-8 at 1:8", id="no UTF-8"),
        pytest.param(b'{"a": "\\ud800"}', "half of a surrogate pair", id="half a surrogate pair"),
        pytest.param(b'{"a": "\x00"}', "invalid control character", id="a NUL"),
        pytest.param(b"[1]", "must be a JSON object", id="a list"),
        pytest.param(b'"text"', "must be a JSON object", id="a text"),
        pytest.param(b"null", "must be a JSON object", id="null"),
        pytest.param(b"   ", "at 1:4", id="only spaces"),
        pytest.param(b'{"a": ' + b"[" * 100_000, "nested deeper", id="100,000 levels, never closed"),
        pytest.param(b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested deeper", id="100,000 levels"),
        pytest.param(b'{"a": ' + b"[" * 200 + b"]" * 200 + b"}", "nested deeper than 200", id="one level too deep"),
        pytest.param(b'{"a": ' + b"9" * 5_000 + b"}", "Malformed JSON", id="a number of 5,000 digits"),
    ],
)
def test_a_body_that_cannot_be_read_is_a_bad_request(world: Any, body: bytes, words: str) -> None:
    """Each kind of broken body gets 400, with the place where there is one."""
    answer = run(world, body)
    assert (answer.status, answer.body["code"]) == (400, "bad_request")
    assert words.lower() in answer.body["message"].lower()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{}", id="empty object"),
        pytest.param(b"\xef\xbb\xbf{}", id="with a byte order mark"),
        pytest.param(b'{"a": "\\ud83d\\ude00"}', id="a whole surrogate pair"),
        pytest.param(b'{"a": ' + b"[" * 199 + b"]" * 199 + b"}", id="as deep as allowed"),
        pytest.param(b'{"a": "' + b"[" * 5_000 + b'"}', id="many brackets, not deep"),
        pytest.param(b'{"a": [' + b",".join([b"{}"] * 5_000) + b"]}", id="many objects, not deep"),
    ],
)
def test_what_only_looks_odd_is_read(world: Any, body: bytes) -> None:
    """A body is refused for what it is, not for how it looks."""
    assert run(world, body).status == 204


def test_a_body_may_be_as_large_as_the_limit(make_world: Any) -> None:
    """One byte more than the limit gets 413."""
    world = make_world(choices={"body_limit": 1_000})
    padding = 1_000 - len(b'{"a": ""}')
    assert run(world, b'{"a": "' + b"x" * padding + b'"}').status == 204
    answer = run(world, b'{"a": "' + b"x" * (padding + 1) + b'"}')
    assert (answer.status, answer.body["code"]) == (413, "payload_too_large")


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json", 204),
        ("application/json; charset=utf-8", 204),
        ("Application/JSON", 204),
        ("application/vnd.api+json", 204),
        (None, 204),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("", 415),
    ],
)
def test_a_body_is_sent_as_json(make_world: Any, content_type: str | None, expected: int) -> None:
    """A body of another content type gets 415, unless that choice is changed."""
    headers = (("ifttt-service-key", KEY), *((("content-type", content_type),) if content_type is not None else ()))
    assert run(make_world(), b"{}", headers).status == expected
    assert run(make_world(choices={"content_type": "ignore"}), b"{}", headers).status == 204


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=True) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
bodies = values | st.fixed_dictionaries(
    {},
    optional={
        "user_id": st.sampled_from([USER, "nobody", 17]) | values,
        "fields": st.dictionaries(st.sampled_from(["color", "lamp", "days", "spot", "pin", "x"]), values) | values,
        "user_feature_id": values,
        "limit": values,
        "includes": values,
        "cursor": values,
    },
)


@settings(max_examples=200)
@given(body=bodies, verb=st.sampled_from(["actions/lamp.set_color/run", "queries/lamp.list_lamps/perform"]))
def test_a_parsed_body_and_its_bytes_get_the_same_answer(world: Any, body: Any, verb: str) -> None:
    """The short-cut of a script's call changes nothing: status, body and decisions are those of the bytes."""
    common: dict[str, Any] = {
        "method": "POST",
        "path": world.at(f"/{verb}"),
        "query": (("user_id", USER),),
        "headers": JSON,
    }
    parsed = world.emulator.exchange(Request(parsed=body, **common))
    raw = world.emulator.exchange(Request(body=json.dumps(body).encode(), **common))
    assert parsed.status < 500
    assert parsed.status == raw.status
    if "Malformed JSON" not in raw.text:  # the wording of `NaN` differs, for only bytes have a place
        assert parsed.body == raw.body
    assert [(one.field_id, one.winner, one.losers) for one in parsed.decisions] == [
        (one.field_id, one.winner, one.losers) for one in raw.decisions
    ]


@settings(max_examples=200)
@given(body=st.binary(max_size=60), path=st.text(max_size=12), method=st.sampled_from(["GET", "POST", "PUT", "X"]))
def test_no_request_at_all_is_an_internal_error(world: Any, body: bytes, path: str, method: str) -> None:
    """Whatever comes, the answer is one of the documented kinds."""
    for where in (
        f"/v2/{path}",
        world.at(f"/{path}"),
        world.at("/user_connection"),
        world.at("/actions/lamp.set_color/run"),
    ):
        answer = world.emulator.exchange(
            Request(method=method, path=where, query=(("user_id", USER),), headers=JSON, body=body)
        )
        assert answer.status < 500
