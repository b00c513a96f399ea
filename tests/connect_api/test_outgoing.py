"""Where requests to a developer's machine may go, and what comes of each."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import pytest

from workbench.clock import Clock
from workbench.connect_api import outgoing
from workbench.connect_api.api_log import ApiLog
from workbench.connect_api.outgoing import Outgoing, Received, Sending, check_address
from workbench.errors import UsageError
from workbench.secret import MASK, Secret

KEY = "key-that-nobody-may-read"


@pytest.fixture
def log() -> Iterator[ApiLog]:
    with ApiLog() as log:
        yield log


@pytest.fixture
def out(log: ApiLog) -> Iterator[Outgoing]:
    sender = Outgoing(log, Clock().freeze("2026-01-02T03:04:05+00:00"), Secret(KEY))
    yield sender
    sender.close()


def send(out: Outgoing, url: str, **more: Any) -> Received:
    more = {"seconds": 5.0, "transport": "webhook", "body": {"a": 1}, **more}
    return out.start(out.send(Sending(url=url, headers=(out.key_header(),), **more))).result(20)


def answering(status: int = 200, body: bytes = b"{}", headers: Any = (), *, seen: list[Any] | None = None) -> Any:
    """An ASGI app with one answer."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        message = await receive()
        if seen is not None:
            seen.append((scope["method"], scope["raw_path"], dict(scope["headers"]), message["body"]))
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        await send({"type": "http.response.body", "body": body})

    return app


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8000", "http://localhost/prefix/", "https://[::1]:8443", "http://127.9.9.9", "http://LOCALHOST"],
)
def test_this_machine_may_always_be_called(url: str) -> None:
    """Loopback needs no permission; a slash at the end does not matter."""
    assert check_address(url, what="The backend", allow_network=False) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "https://10.0.0.1",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://[::2]",
        "http://2130706433",
    ],
)
def test_another_machine_needs_permission(url: str) -> None:
    """What is not surely this machine is called only with `allow_network`; names are not looked up."""
    with pytest.raises(UsageError, match="allow_network"):
        check_address(url, what="The backend", allow_network=False)
    assert check_address(url, what="The backend", allow_network=True) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:8000",
        "ftp://localhost",
        "http://",
        "http://u:p@localhost",
        "http://localhost/?a=1",
        "http://[",
        "http://localhost:x",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    """Neither another scheme, nor a password in the address, nor a query."""
    with pytest.raises(UsageError):
        check_address(url, what="The backend", allow_network=True)


def test_a_request_carries_the_documented_headers_and_no_others(out: Outgoing, serve: Callable[[Any], str]) -> None:
    """Key, Accept, Accept-Charset, Accept-Encoding, Content-Type, a request id of 32 hexadecimal digits."""
    seen: list[Any] = []
    send(out, serve(answering(seen=seen)) + "/prefix/x")
    method, path, headers, body = seen[0]
    assert (method, path, body) == ("POST", b"/prefix/x", b'{"a":1}')
    request_id = headers.pop(b"x-request-id").decode()
    assert len(request_id) == 32
    int(request_id, 16)
    del headers[b"host"]
    assert headers == {
        b"ifttt-service-key": KEY.encode(),
        b"accept": b"application/json",
        b"accept-charset": b"utf-8",
        b"accept-encoding": b"gzip, deflate",
        b"content-type": b"application/json",
        b"content-length": b"7",
    }


def test_each_request_is_a_row_without_its_key(log: ApiLog, out: Outgoing, serve: Callable[[Any], str]) -> None:
    """Direction out, status, duration and bodies are kept; the key is masked wherever it stood."""
    url = serve(answering(201, f'{{"echo": "{KEY}"}}'.encode()))
    received = send(out, url + "/there", body={"echo": KEY}, about={"user_id": "user-17"})
    entry = log.entry(received.entry_id)
    assert (entry.direction, entry.transport, entry.method, entry.path) == ("out", "webhook", "POST", "/there")
    assert (entry.status, entry.user_id, entry.error_code) == (201, "user-17", None)
    assert entry.duration_ms is not None
    assert entry.duration_ms > 0
    assert KEY not in str(asdict(log.raw(received.entry_id)))
    assert MASK in str(entry.request_body)


def test_a_redirect_is_not_followed(out: Outgoing, serve: Callable[[Any], str]) -> None:
    """The key goes where it was meant to go and nowhere else."""
    seen: list[Any] = []
    target = serve(answering(seen=seen))
    assert send(out, serve(answering(302, b"", [(b"location", target.encode())]))).status == 302
    assert seen == []


def test_a_proxy_of_the_environment_is_not_used(
    out: Outgoing, serve: Callable[[Any], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requests to this machine stay on it."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert send(out, serve(answering())).status == 200


def test_one_deadline_holds_for_an_answer_that_drips(log: ApiLog, out: Outgoing, serve: Callable[[Any], str]) -> None:
    """A byte now and then does not make an answer arrive in time."""

    async def drip(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(200):
            await send({"type": "http.response.body", "body": b" ", "more_body": True})
            await asyncio.sleep(0.02)

    began = time.monotonic()
    received = send(out, serve(drip), seconds=0.2)
    assert time.monotonic() - began < 2
    assert (received.status, received.code) == (None, "E2")
    assert "0.2 seconds" in log.entry(received.entry_id).note


def test_nobody_there_is_told_as_such(log: ApiLog, out: Outgoing) -> None:
    """A refused connection is E1."""
    received = send(out, "http://127.0.0.1:9/x")
    assert (received.status, received.code) == (None, "E1")
    entry = log.entry(received.entry_id)
    assert (entry.status, entry.error_code) == (None, "E1")
    assert "cannot connect" in entry.note


def test_an_endless_answer_is_cut(out: Outgoing, serve: Callable[[Any], str]) -> None:
    """More than is bearable is not read."""
    received = send(out, serve(answering(body=b"x" * (outgoing.MOST_BYTES + 1))))
    assert (received.code, received.text) == ("E0", "")


def test_what_is_no_text_cannot_be_sent(out: Outgoing) -> None:
    """Half a surrogate pair ends in a logged problem, not in an exception."""
    assert send(out, "http://127.0.0.1:9/x", body={"a": "\ud800"}).code == "E0"


def test_closed_it_sends_no_more(out: Outgoing) -> None:
    """After close a request is refused, twice closing is once, and no thread is left."""
    send(out, "http://127.0.0.1:9/x")
    out.close()
    out.close()
    with pytest.raises(UsageError, match="closed"):
        send(out, "http://127.0.0.1:9/x")
