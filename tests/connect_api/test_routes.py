"""The same calls through the core and through HTTP: same answers, same log."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from workbench.connect_api.api_log import Entry
from workbench.connect_api.requests import Request
from workbench.connect_api.routes import app
from workbench.errors import ServiceFailure

KEY = "service-key-of-the-tests"
USER = "user-17"
AT = "/v2/connections/Ab3dE5gH"


def _failing(_: Any) -> None:
    raise ServiceFailure("No bulb", status=503)


async def _slowly(call: Any) -> list[dict[str, Any]]:
    await asyncio.sleep(0)
    return [{"title": str(call.fields.get("search")), "scenes": {"room": "sofa"}}]


def calls(token: str) -> list[tuple[str, str, Any, bool]]:
    """Method, path, body and whether the key is sent: every kind of exchange, good and bad."""
    run, perform = f"{AT}/actions/lamp.set_color/run", f"{AT}/queries/lamp.list_lamps/perform"
    return [
        ("GET", "/v2/me", None, False),
        ("GET", f"/v2/me?user_id={USER}", None, True),
        ("GET", f"{AT}?user_id={USER}", None, True),
        ("GET", f"{AT}/actions/lamp.set_color/field_options?user_id={USER}", None, True),
        ("POST", run, {"user_id": USER, "fields": {"lamp": token, "color": "gr\u00fcn \U0001f600"}}, True),
        ("POST", run, {"user_id": USER, "fields": {"lamp": "Desk", "colour": 1}}, True),
        ("POST", run, {"user_id": USER}, False),
        ("POST", run, b'{"fields": {"color": "purple",}}', True),
        ("POST", run, b"\xff", True),
        ("POST", run, b"x" * (2**20 + 1), True),
        ("POST", f"{AT}/actions/lamp%2Fset_color/run", {"user_id": USER}, True),
        ("POST", perform, {"user_id": USER, "limit": 2, "fields": {"search": "cats"}}, True),
        ("POST", perform, {"user_id": USER, "limit": 2, "includes": ["scenes"]}, True),
        ("POST", f"{perform}?user_id={USER}&x=%C3%A9+a", {"limit": "3"}, True),
        ("POST", f"{AT}/triggers/lamp.switched_on/test", {"user_id": USER}, True),
        ("POST", f"{AT}/user_connection/refresh?user_id={USER}", None, True),
        ("PUT", f"{AT}/user_connection?user_id={USER}", {"user_features": [{"feature_id": "featureone"}]}, True),
        ("POST", f"/v2/user_token?user_id={USER}&access_token=theirs", None, True),
        ("PATCH", "/v2/me", None, True),
        ("GET", "/v2/nothing/../me", None, True),
        ("GET", "/", None, True),
        ("GET", f"{AT}/%C3%A9", None, True),
    ]


def through_core(world: Any, call: tuple[str, str, Any, bool]) -> tuple[int, Any, dict[str, str]]:
    request = httpx_request(call)
    path, _, query = request.url.raw_path.decode().partition("?")
    answer = world.emulator.exchange(
        Request(
            method=request.method,
            path=path,
            query=tuple(httpx.QueryParams(query).multi_items()),
            headers=tuple((name.decode().lower(), value.decode()) for name, value in request.headers.raw),
            body=request.read(),
        )
    )
    return answer.status, answer.body, {name.lower(): value for name, value in answer.headers}


def httpx_request(call: tuple[str, str, Any, bool]) -> httpx.Request:
    method, path, body, with_key = call
    headers = {"IFTTT-Service-Key": KEY} if with_key else {}
    if isinstance(body, bytes):
        headers["Content-Type"] = "application/json"
        return httpx.Request(method, f"http://api.test{path}", headers=headers, content=body)
    return httpx.Request(method, f"http://api.test{path}", headers=headers, json=body)


async def through_http(world: Any, made: list[tuple[str, str, Any, bool]]) -> list[tuple[int, Any, dict[str, str]]]:
    answers = []
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app(world.emulator))) as client:
        for call in made:
            answer = await client.send(httpx_request(call))
            answers.append((answer.status_code, answer.json() if answer.content else None, dict(answer.headers)))
    return answers


def comparable(entry: Entry) -> Entry:
    """An entry without what may differ between the two ways."""
    headers = [pair for pair in json.loads(entry.response_headers or "[]") if pair[0] != "X-Request-ID"]
    return replace(entry, transport="", duration_ms=0.0, request_id="", response_headers=json.dumps(headers))


@pytest.mark.parametrize(
    "prepare",
    [
        pytest.param(lambda emulator: None, id="samples"),
        pytest.param(lambda emulator: emulator.respond("lamp.set_color", _failing), id="a function that fails"),
        pytest.param(lambda emulator: emulator.respond("lamp.list_lamps", _slowly), id="an async function"),
        pytest.param(lambda emulator: emulator.respond("lamp.list_lamps", lambda _: 1 / 0), id="an exception"),
        pytest.param(lambda emulator: emulator.respond("lamp.list_lamps", [{"title": "a"}] * 5), id="a value"),
    ],
)
def test_core_and_http_give_the_same_answers_and_the_same_log(
    make_world: Callable[..., Any], prepare: Callable[[Any], None]
) -> None:
    """Each call has the same status, body and log entry both ways, but for transport, duration and request id."""
    direct, http = make_world(), make_world()
    prepare(direct.emulator)
    prepare(http.emulator)
    made = calls(direct.token("lamp", "Sofa"))
    http.token("lamp", "Sofa")
    expected = [through_core(direct, call) for call in made]
    answers = asyncio.run(through_http(http, made))
    for call, (status, body, headers), answer in zip(made, expected, answers, strict=True):
        assert (status, body) == answer[:2], call[:2]
        for name in ("content-type", "allow"):
            assert headers.get(name) == answer[2].get(name), call[:2]
        assert "x-request-id" in answer[2]
    assert [comparable(entry) for entry in direct.log] == [comparable(entry) for entry in http.log]
    assert {entry.transport for entry in http.log} == {"direct", "asgi"}
    assert len(direct.events) == len(http.events) == 1


def test_a_script_and_a_backend_get_the_same(make_world: Callable[..., Any]) -> None:
    """A script's call is answered and logged as the same request over HTTP."""
    script, http = make_world(), make_world()
    bodies = [
        None,
        {},
        {"fields": {"color": "purple"}},
        {"fields": {"colour": 1}},
        {"limit": 3},
        [1],
        "x",
        {"user_feature_id": "?"},
    ]
    for kind, verb in (("action", "actions/lamp.set_color/run"), ("query", "queries/lamp.list_lamps/perform")):
        step = verb.split("/")[1]
        for body in bodies:
            ours = script.emulator.call(kind, step, body, user_id=USER, run_id=None)
            sent = {"user_id": USER, **body} if isinstance(body, dict) else body or {"user_id": USER}
            ((status, theirs, _),) = asyncio.run(through_http(http, [("POST", f"{AT}/{verb}", sent, True)]))
            assert (ours.status, ours.body) == (status, theirs)
    left, right = ([(e.status, e.step, e.user_id, e.decisions, e.response_body) for e in w.log] for w in (script, http))
    assert left == right


def test_a_request_id_is_kept(make_world: Callable[..., Any]) -> None:
    """The id that a client sends joins its log with ours; what is no id is replaced."""
    world = make_world()
    for sent, kept in (("abc-123", True), ("x" * 300, False), ("", False)):
        answer = world.send("GET", "/v2/me", headers=(("x-request-id", sent),))
        assert (dict(answer.headers)["X-Request-ID"] == sent) is kept
        assert world.log.entry(answer.entry_id).request_id == dict(answer.headers)["X-Request-ID"]


def test_many_clients_at_once_lose_nothing(make_world: Callable[..., Any]) -> None:
    """64 clients with mixed calls: each is answered and logged once, numbered without gaps."""
    world = make_world()
    world.emulator.respond("lamp.list_lamps", _slowly)
    mixed = [call for call in calls(world.token("lamp", "Sofa")) if not isinstance(call[2], bytes)]
    first = len(world.log)

    async def client() -> list[int]:
        return [status for status, _, _ in await through_http(world, mixed)]

    async def everybody() -> list[list[int]]:
        return await asyncio.gather(*(client() for _ in range(64)))

    statuses = asyncio.run(everybody())
    assert all(status < 500 for one in statuses for status in one)
    entries = [entry.id for entry in world.log if entry.direction == "in"]
    assert entries == list(range(1, first + 64 * len(mixed) + 1))


def test_what_cannot_be_logged_is_not_acknowledged(world: Any, caplog: pytest.LogCaptureFixture) -> None:
    """With a log that takes no more (a full disk) the answer is a proper 500, and the terminal says why."""
    world.log.close()

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app(world.emulator)), base_url="http://test"
        ) as http:
            body = {"user_id": USER}
            return await http.post(f"{AT}/actions/lamp.set_color/run", json=body, headers={"IFTTT-Service-Key": KEY})

    answer = asyncio.run(ask())
    assert (answer.status_code, answer.json()["type"], answer.json()["code"]) == (500, "error", "internal_error")
    assert set(answer.json()) == {"type", "code", "message", "details"}
    assert "The log is closed" in caplog.text
