"""What the client makes of every answer that is no success."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import errors
from workbench.connect_api.client import AsyncConnectClient, ConnectClient
from workbench.errors import ConnectError, ConnectTransportError, UnexpectedAnswer


def answering(*given: Any, **named: Any) -> ConnectClient:
    """A client whose every call gets one answer."""
    transport = httpx.MockTransport(lambda _: httpx.Response(*given, **named))
    return ConnectClient("http://localhost", transport=transport, connection_id="Ab3dE5gH", user_id="user-17")


def error_of(client: ConnectClient) -> ConnectError:
    with pytest.raises(ConnectError) as caught:
        client.run("lamp.set_color")
    return caught.value


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.BadRequest),
        (401, errors.Unauthorized),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (405, ConnectError),
        (418, ConnectError),
        (422, errors.InvalidParameters),
        (429, errors.RateLimited),
        (500, errors.ServerError),
        (502, errors.BadGateway),
        (503, errors.ServerError),
        (599, errors.ServerError),
    ],
)
def test_each_status_has_its_exception(status: int, kind: type[ConnectError]) -> None:
    """The exception follows the status, and carries what the body says."""
    details = [{"parameter": "/fields/color", "message": "No such color"}]
    body = {"type": "error", "code": "some_new_code", "message": "So it is", "details": details, "extra": 1}
    error = error_of(answering(status, json=body, headers={"X-Request-ID": "r-1"}))
    assert type(error) is kind
    assert (error.status, error.code, error.message) == (status, "some_new_code", "So it is")
    assert error.details == (("/fields/color", "No such color"),)
    assert (error.request_id, error.call) == ("r-1", "POST /v2/connections/Ab3dE5gH/actions/lamp.set_color/run")
    first = f"{error.call} → {status} some_new_code: So it is"
    assert str(error).splitlines()[:2] == [first, "  /fields/color: No such color"]
    assert "request id r-1" in str(error)


def test_a_bad_gateway_is_a_server_error() -> None:
    """Who catches ServerError catches every 5xx."""
    assert issubclass(errors.BadGateway, errors.ServerError)


def test_retry_after_is_a_number() -> None:
    """A rate limit says how long to wait; a date is not guessed at."""
    assert error_of(answering(429, headers={"Retry-After": "7"})).retry_after == 7.0
    assert error_of(answering(429, headers={"Retry-After": "Fri, 31 Dec 2027 23:59:59 GMT"})).retry_after is None


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no body"),
        (b"<html>Bad gateway</html>", "Bad gateway"),
        (b'{"message": 3, "details": "none"}', "no JSON body"),
        (b'{"message": "cut', "no JSON body"),
        (b"[1]", "no JSON body"),
        (b"\xff\xfe", "no JSON body"),
        (b"[" * 100_000, "no JSON body"),
    ],
    ids=["empty", "a page", "odd types", "cut off", "a list", "no text", "deep"],
)
def test_an_error_without_a_proper_body_is_one_all_the_same(content: bytes, says: str) -> None:
    """The status decides; what the body says in its own way is shown, and shortened."""
    error = error_of(answering(503, content=content))
    assert type(error) is errors.ServerError
    assert says in error.message
    assert len(str(error)) < 1_500


@settings(max_examples=150)
@given(status=st.integers(400, 599), content=st.binary() | st.text().map(str.encode))
def test_whatever_an_error_holds_it_stays_a_connect_error(status: int, content: bytes) -> None:
    """No body can make the client stumble."""
    assert error_of(answering(status, content=content)).status == status


@pytest.mark.parametrize(
    "content",
    [b"<html>", b"[]", b"3", b'{"a":', b"[" * 100_000, b""],
    ids=["page", "list", "number", "cut", "deep", "none"],
)
def test_a_success_that_is_no_object_is_unexpected(content: bytes) -> None:
    """A 200 whose body cannot be the answer is an error with its status."""
    with pytest.raises(UnexpectedAnswer) as caught:
        answering(200, content=content).me()
    assert caught.value.status == 200
    assert caught.value.call == "GET /v2/me"


def test_a_success_without_the_token_is_unexpected() -> None:
    """An empty token is never handed on."""
    with pytest.raises(UnexpectedAnswer, match="no `user_token`"):
        answering(200, json={"type": "user_token"}).user_token("oauth-access-token")


@pytest.mark.parametrize("status", [200, 204])
def test_an_update_may_answer_with_or_without_a_body(status: int) -> None:
    """Nobody has documented which, so both are a success."""
    shown = answering(status, json={"type": "connection", "id": "Ab3dE5gH"} if status == 200 else None).update({})
    assert (shown.id if shown else None) == ("Ab3dE5gH" if status == 200 else None)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_refused(status: int) -> None:
    """A key goes to its base URL and nowhere else: no second request is made."""
    seen = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.host)
        return httpx.Response(status, headers={"Location": "https://elsewhere.example/v2/me"})

    client = ConnectClient("https://here.example", service_key="k" * 20, transport=httpx.MockTransport(answer))
    with pytest.raises(UnexpectedAnswer, match="redirect"):
        client.me()
    assert seen == ["here.example"]


@pytest.mark.parametrize(
    ("lost", "says"),
    [
        (httpx.ConnectError("Connection refused"), "cannot be reached"),
        (httpx.ConnectTimeout("slow"), "took too long"),
        (httpx.ReadTimeout("slow"), "took too long"),
        (httpx.ReadError("reset"), "the connection broke"),
        (httpx.RemoteProtocolError("half"), "the connection broke"),
        (httpx.DecodingError("no gzip"), "the connection broke"),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, Exception) else "",
)
@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_no_answer_is_a_transport_error(lost: Exception, says: str, is_async: bool) -> None:
    """It has no status, names the call, and keeps nothing of the request (which a traceback would show)."""

    def fail(_: httpx.Request) -> httpx.Response:
        raise lost

    kind: Any = AsyncConnectClient if is_async else ConnectClient
    client = kind("http://localhost", transport=httpx.MockTransport(fail))
    with pytest.raises(ConnectTransportError, match=says) as caught:
        asyncio.run(client.me()) if is_async else client.me()
    assert (caught.value.status, caught.value.call) == (None, "GET /v2/me")
    assert caught.value.request_id
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def test_nothing_is_tried_again() -> None:
    """A write that got no answer, or a 503, is sent once."""
    seen = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(503)

    client = ConnectClient("http://localhost", transport=httpx.MockTransport(answer), connection_id="x", user_id="1")
    error_of(client)
    assert len(seen) == 1


def test_nobody_listens() -> None:
    """A real port that nobody listens on is a transport error too."""
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with ConnectClient(f"http://127.0.0.1:{port}") as client, pytest.raises(ConnectTransportError, match="base URL"):
        client.me()
