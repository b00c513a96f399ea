"""A real server in a process of its own: killed in the middle, asked by many, and met by the unkind."""

from __future__ import annotations

import asyncio
import difflib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.serving import HEADERS, KEY, USER, Served, served
from workbench.connect_api.api_log import ApiLog
from workbench.connect_api.client import ConnectClient
from workbench.connect_api.recordings import Recording
from workbench.errors import InvalidParameters

CONNECTION = "/v2/connections/Lk3dVs8m"
RUN = f"{CONNECTION}/actions/sms.send_me_text/run"
PERFORM = f"{CONNECTION}/queries/youtube.get_videos_from_search/perform"


@pytest.fixture(scope="module")
def standing() -> Iterator[Served]:
    """One server for every test that only asks."""
    with served("--users", "4") as server:
        yield server


# --- killed -----------------------------------------------------------------------------------------------------------


async def _ask_until_killed(server: Served, *, requests: int, kill_at: int) -> list[str]:
    """Send so many requests from 16 clients and kill the server on the way; the ids of those that were answered."""
    numbers, acknowledged = iter(range(requests)), []

    async def client() -> None:
        async with httpx.AsyncClient(base_url=server.url, headers=HEADERS, verify=False) as http:
            for number in numbers:
                path, body = ((RUN, {}), (PERFORM, {"limit": 2}))[number % 2]
                request_id = f"request-{number}"
                try:
                    answer = await http.post(path, json={"user_id": USER, **body}, headers={"X-Request-ID": request_id})
                except httpx.TransportError:
                    return
                assert answer.status_code in (200, 204)
                acknowledged.append(request_id)
                if len(acknowledged) == kill_at:
                    server.process.kill()

    await asyncio.gather(*(client() for _ in range(16)))
    return acknowledged


@pytest.mark.parametrize("kill_at", [1, 700])
def test_every_acknowledged_exchange_survives_a_kill(tmp_path: Path, kill_at: int) -> None:
    """Killed in the middle of 2,000 requests, the log holds each one that was answered, whole, and opens."""
    db = tmp_path / "log.db"
    with served("--db", str(db)) as server:
        acknowledged = asyncio.run(_ask_until_killed(server, requests=2_000, kill_at=kill_at))
    assert kill_at <= len(acknowledged) < 2_000, "it was killed in the middle"
    with ApiLog(db) as log:
        kept = {one.request_id: one for one in log}
        assert set(acknowledged) <= set(kept)
        assert all(kept[one].status in (200, 204) for one in acknowledged)
        assert all(entry.request_body and entry.response_headers for entry in kept.values())
        assert [entry.id for entry in log] == sorted({entry.id for entry in log})


def test_a_server_goes_on_with_the_log_of_one_that_was_killed(tmp_path: Path) -> None:
    """Started again on the same file, it answers, and numbers on after what it finds."""
    db = tmp_path / "log.db"
    with served("--db", str(db)) as server:
        asyncio.run(_ask_until_killed(server, requests=200, kill_at=20))
    with ApiLog(db) as log:
        before = [entry.id for entry in log]
    with served("--db", str(db)) as server:
        assert httpx.post(server.url + RUN, headers=HEADERS, json={"user_id": USER}).status_code == 204
    with ApiLog(db) as log:
        after = [entry.id for entry in log]
    assert after[: len(before)] == before
    assert after[-1] > max(before)


def test_two_servers_may_keep_one_log(tmp_path: Path) -> None:
    """Two processes write to one file at the same time: no error, no lost exchange, no number given twice."""
    db = tmp_path / "log.db"

    async def ask(servers: list[Served]) -> None:
        async def client(number: int) -> None:
            async with httpx.AsyncClient(
                base_url=servers[number % 2].url, headers=HEADERS, timeout=60, verify=False
            ) as http:
                for turn in range(10):
                    named = {"X-Request-ID": f"client {number}, turn {turn}"}
                    answer = await http.post(RUN, json={"user_id": USER}, headers=named)
                    assert answer.status_code == 204, answer.text

        await asyncio.gather(*(client(number) for number in range(16)))

    with served("--db", str(db)) as one, served("--db", str(db)) as other:
        asyncio.run(ask([one, other]))
    with ApiLog(db) as log:
        entries = list(log)
    expected = {f"client {number}, turn {turn}" for number in range(16) for turn in range(10)}
    assert {entry.request_id for entry in entries} == expected
    assert len({entry.id for entry in entries}) == len(entries) == 160


# --- many clients -----------------------------------------------------------------------------------------------------


def test_64_clients_with_mixed_calls_meet_no_error(tmp_path: Path) -> None:
    """Runs, queries, options, updates and refreshes of 64 clients at once are all answered, and all in the log."""
    db = tmp_path / "log.db"
    turns = 4
    with served("--db", str(db), "--users", "8") as server:
        wrong = asyncio.run(_mixed(server, clients=64, turns=turns))
        assert wrong == []
        assert server.process.poll() is None
    with ApiLog(db) as log:
        entries = list(log)
    answered = [one for one in entries if one.direction == "in"]
    assert len(answered) == 64 * turns * 7
    assert [one for one in answered if one.status is None or one.status >= 300] == []
    assert max(one.duration_ms or 0 for one in answered) < 10_000, "nobody waited for a lock"


async def _mixed(server: Served, *, clients: int, turns: int) -> list[tuple[str, int, str]]:
    wrong: list[tuple[str, int, str]] = []

    async def client(number: int) -> None:
        user = f"user-{17 + number % 8}"
        who = {"user_id": user}
        async with httpx.AsyncClient(base_url=server.url, headers=HEADERS, timeout=60, verify=False) as http:
            for _ in range(turns):
                shown = await http.get(CONNECTION, params=who)
                features = [{"feature_id": one["id"], "enabled": True} for one in shown.json()["features"]]
                answers = [
                    shown,
                    await http.post(RUN, json={**who, "fields": {"message": f"Hello from {number}"}}),
                    await http.post(PERFORM, json={**who, "limit": 3}),
                    await http.get(f"{CONNECTION}/queries/youtube.get_videos_from_search/field_options", params=who),
                    await http.put(f"{CONNECTION}/user_connection", params=who, json={"user_features": features}),
                    await http.post(f"{CONNECTION}/user_connection/refresh", params=who),
                    await http.get("/v2/me", params=who),
                ]
                wrong.extend((str(one.request.url), one.status_code, one.text) for one in answers if not one.is_success)

    await asyncio.gather(*(client(number) for number in range(clients)))
    return wrong


# --- recorded ---------------------------------------------------------------------------------------------------------


def _session(client: ConnectClient, message: str) -> list[Any]:
    """What a backend does: look, run, read, and be refused once."""
    shown = client.connection().raw
    client.run("sms.send_me_text", {"message": message})
    items = list(client.items("youtube.get_videos_from_search", {"search_query": "cats"}, limit=10))
    with pytest.raises(InvalidParameters) as caught:
        client.run("sms.send_me_text", {"mesage": "Hello"})
    return [shown, items, caught.value.details, caught.value.request_id]


def _client(url: str, recording: Recording, key: str = KEY) -> ConnectClient:
    return ConnectClient(url, service_key=key, connection_id="Lk3dVs8m", user_id=USER, recording=recording)


def test_what_a_server_answered_is_replayed_when_it_is_gone(tmp_path: Path) -> None:
    """Recorded once over a socket, the same session gives the same results after the server was killed."""
    path = tmp_path / "session.json"
    with served() as server, _client(server.url, Recording(path, mode="record")) as client:
        live = _session(client, "Hello")
        server.kill()
    with _client(server.url, Recording(path, mode="replay"), key="no-key-is-needed") as client:
        assert _session(client, "Hello") == live
    text = path.read_text()
    assert KEY not in text
    assert "service-key" not in text.replace("service key", "")


def test_a_recording_made_again_differs_where_the_session_does(tmp_path: Path) -> None:
    """One other message is one other line in the diff (and the moment of recording)."""
    texts = []
    with served() as server:
        for message in ("Hello", "Good bye"):
            path = tmp_path / f"{message}.json"
            with _client(server.url, Recording(path, mode="record")) as client:
                _session(client, message)
            texts.append(path.read_text().splitlines())
    changed = [line for line in difflib.ndiff(*texts) if line[:2] in ("- ", "+ ")]
    stable = [line for line in changed if not any(one in line for one in ("recorded", "x-request-id", "published_at"))]
    assert [line.split() for line in stable] == [
        ["-", '"message":', '"Hello"'],
        ["+", '"message":', '"Good', 'bye"'],
    ]


# --- the unkind -------------------------------------------------------------------------------------------------------

_JSON = b"Content-Type: application/json\r\nIFTTT-Service-Key: " + KEY.encode() + b"\r\n"
_LUMP = b"x" * 2**20


def _head(path: str = "/v2/me", *, method: str = "GET", host: str = "127.0.0.1", more: bytes = b"") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n".encode() + more + b"\r\n"


def _posted(body: bytes) -> bytes:
    return _head(RUN, method="POST", more=_JSON + b"Content-Length: %d\r\n" % len(body)) + body


def _hundred_megabytes() -> Iterator[bytes]:
    yield _head(RUN, method="POST", more=_JSON + b"Content-Length: %d\r\n" % (100 * 2**20))
    yield from [_LUMP] * 100


def _hundred_megabytes_in_chunks() -> Iterator[bytes]:
    yield _head(RUN, method="POST", more=_JSON + b"Transfer-Encoding: chunked\r\n")
    yield from [b"100000\r\n" + _LUMP + b"\r\n"] * 100
    yield b"0\r\n\r\n"


def _endless_headers() -> Iterator[bytes]:
    yield b"GET /v2/me HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    for number in range(10_000):
        yield b"X-%d: %s\r\n" % (number, b"a" * 1_000)


UNKIND: dict[str, Callable[[], Iterator[bytes]]] = {
    "100 MB with its length": _hundred_megabytes,
    "100 MB in chunks": _hundred_megabytes_in_chunks,
    "10,000 headers": lambda: iter([_head(more=b"".join(b"X-%d: a\r\n" % number for number in range(10_000)))]),
    "10 MB of headers": _endless_headers,
    "a body that is no UTF-8": lambda: iter([_posted(b'{"user_id": "\xff\xfe\xc0\x80"}')]),
    "half a surrogate pair": lambda: iter([_posted(b'{"user_id": "\\udc80"}')]),
    "lists 100,000 levels deep": lambda: iter([_posted(b"[" * 100_000 + b"]" * 100_000)]),
    "objects 100,000 levels deep": lambda: iter([_posted(b'{"a":' * 100_000 + b"1" + b"}" * 100_000)]),
    "fields 100,000 levels deep": lambda: iter(
        [_posted(b'{"user_id": "user-17", "fields": {"message": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}")]
    ),
    "a number of a million digits": lambda: iter([_posted(b'{"user_id": ' + b"9" * 1_000_000 + b"}")]),
    "a path upwards": lambda: iter([_head("/v2/../../../etc/passwd")]),
    "a path upwards, encoded": lambda: iter([_head("/assets/%2e%2e%2f%2e%2e%2fserver.py")]),
    "a path upwards, encoded twice": lambda: iter([_head("/assets/%252e%252e%252fserver.py")]),
    "a null byte in the path": lambda: iter([_head("/v2/connections/%00")]),
    "a step with a slash": lambda: iter([_head(f"{CONNECTION}/actions/sms.send_me_text%2F..%2Frun", method="POST")]),
    "an id of 15,000 characters": lambda: iter([_head(f"/v2/connections/{'a' * 15_000}")]),
    "a foreign Host": lambda: iter([_head(host="evil.example")]),
    "a foreign Host that begins like ours": lambda: iter([_head(host="127.0.0.1.evil.example")]),
    "two Hosts": lambda: iter([_head(more=b"Host: evil.example\r\n")]),
    "no Host": lambda: iter([b"GET /v2/me HTTP/1.1\r\n\r\n"]),
    "two lengths": lambda: iter([_head(RUN, method="POST", more=b"Content-Length: 1\r\nContent-Length: 2\r\n")]),
    "length and chunks": lambda: iter(
        [_head(RUN, method="POST", more=_JSON + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n") + b"zz\r\n"]
    ),
    "TLS": lambda: iter([b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 300 + b"\r\n\r\n"]),
}


def _met(server: Served, parts: Iterator[bytes]) -> bytes:
    """What an unkind client is sent until the connection ends."""
    got = b""
    with socket.create_connection(("127.0.0.1", urlsplit(server.url).port), timeout=20) as plug:
        try:
            for part in parts:
                plug.sendall(part)
        except ConnectionError:
            pass  # closed while it was still sending; an answer may be there all the same
        try:
            while chunk := plug.recv(65_536):
                got += chunk
        except ConnectionError:
            pass
    return got


def _lives(server: Served) -> bool:
    return server.process.poll() is None and httpx.get(f"{server.url}/v2/me", headers=HEADERS).status_code == 200


@pytest.mark.parametrize("unkind", UNKIND.values(), ids=UNKIND.keys())
def test_what_is_unkind_gets_a_4xx_or_is_cut_off_and_costs_nothing_that_stays(
    standing: Served, unkind: Callable[[], Iterator[bytes]]
) -> None:
    """Three times over: a 4xx or a closed connection, memory within 1.2 times of before, and the server answers on."""
    _met(standing, unkind())  # what is loaded once is loaded now
    before = standing.memory
    for _ in range(3):
        got = _met(standing, unkind())
        assert got == b"" or 400 <= int(got.split(b" ", 2)[1]) < 500, got[:200]
    assert standing.memory < 1.2 * before
    assert _lives(standing)


def test_clients_that_send_a_byte_a_second_are_cut_off_while_others_are_answered(standing: Served) -> None:
    """Fifty of them are gone within the server's patience, memory is as before, and nobody else had to wait."""
    before = standing.memory
    ends: list[float] = []
    began = time.monotonic()

    def slow() -> None:
        with socket.create_connection(("127.0.0.1", urlsplit(standing.url).port), timeout=30) as plug:
            try:
                for byte in b"GET /v2/me HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: aaaaaaaa\r\n":
                    plug.sendall(bytes([byte]))
                    time.sleep(1)
            except ConnectionError:
                ends.append(time.monotonic() - began)

    threads = [threading.Thread(target=slow) for _ in range(50)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        asked = time.monotonic()
        assert _lives(standing)
        assert time.monotonic() - asked < 5
        time.sleep(0.5)
    assert len(ends) == 50
    assert max(ends) < 15, "the patience is 10 seconds"
    assert standing.memory < 1.2 * before
