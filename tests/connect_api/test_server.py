"""The server: where it listens, whom it answers, what it refuses, and how it ends."""

from __future__ import annotations

import gc
import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psutil
import pytest

from workbench.clock import Clock
from workbench.connect_api.api_log import ApiLog
from workbench.connect_api.emulator import Emulator
from workbench.connect_api.server import LONGEST_HEAD, MOST_HEADERS, Server
from workbench.connection.document import Connection
from workbench.errors import UsageError
from workbench.secret import Secret

KEY = "service-key-of-the-tests"
USER = "user-17"
RUN = "/v2/connections/Ab3dE5gH/actions/lamp.set_color/run"
PERFORM = "/v2/connections/Ab3dE5gH/queries/lamp.list_lamps/perform"
SMS = "/v2/connections/Lk3dVs8m/actions/sms.send_me_text/run"


@pytest.fixture
def open_server(world: Any) -> Iterator[Callable[..., Server]]:
    """Serves the world's emulator; closed when the test ends."""
    opened: list[Server] = []

    def make(**options: Any) -> Server:
        opened.append(Server(world.emulator, **options))
        return opened[-1]

    yield make
    for server in opened:
        server.close()


@pytest.fixture(scope="module")
def standing() -> Iterator[Server]:
    """One server for every test that only asks; its user is ``USER``."""
    definition = Connection.sample("liked-video-to-sms").definition
    with ApiLog() as log:
        emulator = Emulator(lambda: definition, clock=Clock(), log=log, service_key=Secret(KEY))
        emulator.enable(USER)
        with Server(emulator) as server:
            yield server
        emulator.close()


def send(server: Server, *parts: bytes, patience: float = 10.0) -> bytes:
    """Write bytes and read until the server closes; a reset ends it too."""
    got = b""
    with socket.create_connection((server.host, server.port), timeout=patience) as plug:
        try:
            for part in parts:
                plug.sendall(part)
            while chunk := plug.recv(65_536):
                got += chunk
        except (ConnectionError, TimeoutError):
            pass
    return got


def request(path: str = "/v2/me", *, method: str = "GET", host: str = "127.0.0.1", more: bytes = b"") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n".encode("latin-1") + more + b"\r\n"


def status_of(answer: bytes) -> int | None:
    """The status, or None for a connection that was closed without an answer."""
    return int(answer.split(b" ", 2)[1]) if answer else None


def is_refused(answer: bytes) -> bool:
    """A 4xx or a closed connection."""
    status = status_of(answer)
    return status is None or 400 <= status < 500


def trickle(plug: socket.socket, sent: bytes) -> None:
    for byte in sent:
        plug.sendall(bytes([byte]))
        time.sleep(0.05)


def lives(server: Server) -> bool:
    return httpx.get(f"{server.url}/v2/me").status_code == 200


# --- life -------------------------------------------------------------------------------------------------------------


def test_port_zero_takes_a_free_port_and_the_url_says_which(open_server: Any) -> None:
    """A server on port 0 answers at its ``url``."""
    server = open_server()
    assert server.url == f"http://127.0.0.1:{server.port}"
    assert httpx.get(f"{server.url}/v2/me").json()["authentication_level"] == "none"
    assert repr(server) == f"<Server at {server.url}>"


def test_close_is_joined_and_may_be_called_twice(open_server: Any) -> None:
    """After ``close`` no thread is left, nothing answers, and closing again does nothing."""
    server = open_server()
    before = threading.active_count()
    server.close()
    server.close()
    assert threading.active_count() == before - 1
    assert not server.is_running
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/v2/me")


def test_a_server_is_a_context_manager(world: Any) -> None:
    """Leaving the block closes it."""
    with Server(world.emulator) as server:
        assert lives(server)
    assert not server.is_running


def test_a_forgotten_server_is_closed(world: Any) -> None:
    """When nobody holds the server any more, its thread ends."""
    before = threading.active_count()
    server = Server(world.emulator)
    assert threading.active_count() == before + 1
    del server
    gc.collect()
    assert threading.active_count() == before


def test_a_port_can_be_had_again_at_once(open_server: Any) -> None:
    """A server may come back to the port that it had."""
    server = open_server()
    assert lives(server)
    server.close()
    assert lives(open_server(port=server.port))


def test_close_does_not_wait_for_open_connections(open_server: Any) -> None:
    """Idle clients and half-sent requests do not keep a server from closing within a second."""
    server = open_server()
    idle = socket.create_connection((server.host, server.port))
    half = socket.create_connection((server.host, server.port))
    half.sendall(b"GET /v2/me HTTP/1.1\r\nHo")
    kept = httpx.Client(base_url=server.url)
    assert kept.get("/v2/me").status_code == 200
    began = time.monotonic()
    server.close()
    assert time.monotonic() - began < 1
    for plug in (idle, half):
        plug.close()
    kept.close()


def test_close_cuts_off_an_answer_that_does_not_come(open_server: Any, world: Any) -> None:
    """A responder that hangs delays ``close`` by a little, not for ever."""
    asked, release = threading.Event(), threading.Event()
    world.emulator.respond("lamp.set_color", lambda _: asked.set() or release.wait(30))
    server = open_server()
    failed: list[Exception] = []

    def call() -> None:
        try:
            httpx.post(server.url + RUN, headers={"IFTTT-Service-Key": KEY}, json={"user_id": USER}, timeout=30)
        except httpx.HTTPError as error:
            failed.append(error)

    client = threading.Thread(target=call)
    client.start()
    assert asked.wait(10)
    began = time.monotonic()
    server.close()
    assert time.monotonic() - began < 5
    release.set()
    client.join(10)
    assert len(failed) == 1


def test_a_taken_port_says_so(open_server: Any) -> None:
    """Listening where somebody else does is an error that says what to do."""
    with pytest.raises(UsageError, match="Port 0 takes a free one"):
        open_server(port=open_server().port)


@pytest.mark.parametrize("port", [-1, 70_000])
def test_a_port_that_is_none_says_so(open_server: Any, port: int) -> None:
    """A number that is no port is an error, not a crash."""
    with pytest.raises(UsageError, match="cannot be listened on"):
        open_server(port=port)


# --- whom it answers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.com", "::", ""])
def test_only_loopback_is_served_unless_told(open_server: Any, host: str) -> None:
    """An address that other machines reach needs the flag."""
    with pytest.raises(UsageError, match="allow_network=True"):
        open_server(host=host)


def test_serving_the_network_warns(open_server: Any) -> None:
    """With the flag it serves, and warns."""
    with pytest.warns(UserWarning, match="other machines can reach"):
        server = open_server(host="0.0.0.0", allow_network=True)
    assert status_of(send(server, request(host="192.0.2.7"))) == 200
    assert status_of(send(server, request(host="evil.example"))) == 421


def test_a_name_of_the_network_can_be_allowed(open_server: Any) -> None:
    """``hosts`` are names by which the server may be called."""
    with pytest.warns(UserWarning, match="other machines"):
        server = open_server(host="0.0.0.0", allow_network=True, hosts=["Lab.example"])
    assert status_of(send(server, request(host="lab.example:80"))) == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST:1", "[::1]:80", "127.0.0.1:9999"])
def test_its_own_names_are_answered(standing: Server, host: str) -> None:
    """Loopback by any of its names is this server."""
    assert status_of(send(standing, request(host=host))) == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "[::1].evil.example",
        "evil.example:127",
        "192.0.2.1",
        "",
        "[",
        "a b",
    ],
)
@pytest.mark.parametrize(
    "path", ["/v2/me", "/", "/log", "/openapi.json", "/connect/Lk3dVs8m?email=a%40b.c", "/nothing"]
)
def test_a_foreign_host_is_turned_away(standing: Server, host: str, path: str) -> None:
    """A request that names another host gets 4xx at every path, and is told nothing."""
    answer = send(standing, request(path, host=host))
    assert status_of(answer) in (400, 421)
    assert b"user-17" not in answer
    assert b"youtube" not in answer


def test_what_is_turned_away_never_reaches_the_log(open_server: Any, world: Any) -> None:
    """The log holds what was asked of the Connect API, not what was meant for somebody else."""
    send(open_server(), request(host="evil.example"))
    assert len(world.log) == 0


def test_a_request_without_host_is_turned_away(standing: Server) -> None:
    """HTTP/1.0 may leave the Host header out; this server may not be asked so."""
    assert status_of(send(standing, b"GET /v2/me HTTP/1.0\r\n\r\n")) == 421


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_no_cors_header_is_ever_sent(standing: Server, method: str) -> None:
    """Pages of other sites are given no leave to read or to call."""
    asked = b"Origin: https://evil.example\r\nAccess-Control-Request-Method: GET\r\n"
    answer = send(standing, request(method=method, more=asked))
    assert b"access-control" not in answer.lower()


# --- what it refuses --------------------------------------------------------------------------------------------------

_HEADERS = b"".join(b"X-%d: a\r\n" % number for number in range(10_000))
_JSON = b"Content-Type: application/json\r\nIFTTT-Service-Key: " + KEY.encode() + b"\r\n"


def posted(body: bytes, *, path: str = SMS, length: int | None = None) -> bytes:
    head = request(
        path, method="POST", more=_JSON + b"Content-Length: %d\r\n" % (len(body) if length is None else length)
    )
    return head + body


UNKIND = {
    "10,000 headers": request(more=_HEADERS),
    "one header too many": request(more=b"".join(b"X-%d: a\r\n" % number for number in range(MOST_HEADERS))),
    "one long header": request(more=b"X-Long: " + b"a" * LONGEST_HEAD + b"\r\n"),
    "a long path": request("/" + "a" * LONGEST_HEAD),
    "JSON 100,000 levels deep": posted(b"[" * 100_000),
    "objects 100,000 levels deep": posted(b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    "a body that is no UTF-8": posted(b'{"user_id": "\xff\xfe"}'),
    "a body of half a surrogate pair": posted(b'{"user_id": "\\ud800"}'),
    "a number of 10,000 digits": posted(b'{"user_id": ' + b"9" * 10_000 + b"}"),
    "bytes that are no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100 + b"\r\n\r\n",
    "a header with a control character": request(more=b"X-A: a\x00b\r\n"),
    "two lengths": request(method="POST", more=b"Content-Length: 1\r\nContent-Length: 2\r\n"),
    "a negative length": request(method="POST", more=b"Content-Length: -1\r\n"),
    "chunks of no size": request(SMS, method="POST", more=_JSON + b"Transfer-Encoding: chunked\r\n") + b"zz\r\n",
    "a path upwards": request("/../../etc/passwd"),
    "a path upwards, encoded": request("/assets/..%2f..%2fserver.py"),
    "a path with backslashes": request("/assets/..\\..\\server.py"),
    "a doubled slash": request("//v2/me"),
    "a whole address as path": request("http://127.0.0.1/v2/me"),
    "an asterisk": request("*", method="OPTIONS"),
    "a null byte in the path": request("/v2/me%00"),
    "a path that is no UTF-8": request("/v2/%ff%fe"),
    "a tunnel": request("evil.example:443", method="CONNECT"),
    "an upgrade": request("/nothing", more=b"Connection: Upgrade\r\nUpgrade: websocket\r\n"),
}


@pytest.mark.parametrize("sent", UNKIND.values(), ids=UNKIND.keys())
def test_what_is_unkind_is_refused_and_the_server_lives(standing: Server, sent: bytes) -> None:
    """A hostile request gets a 4xx or a closed connection, and the next one is answered."""
    assert is_refused(send(standing, sent))
    assert lives(standing)


def test_what_is_unkind_is_no_noise(open_server: Any, caplog: Any, capfd: Any) -> None:
    """Malformed requests print nothing: they are their sender's affair."""
    server = open_server()
    for sent in UNKIND.values():
        send(server, sent)
    server.close()
    assert capfd.readouterr() == ("", "")
    assert [one for one in caplog.records if one.levelno >= logging.ERROR] == []


def test_a_hundred_megabytes_are_refused_without_being_kept(open_server: Any) -> None:
    """A body of 100 MB, with or without its length, ends in a 4xx or a closed connection; memory stays."""
    server = open_server()
    assert lives(server)
    process = psutil.Process()
    send(server, posted(b"x" * 2**20, path=RUN))
    gc.collect()
    before = process.memory_info().rss
    lump = b"x" * 2**20
    peak = 0
    for head, tail in (
        (posted(b"", path=RUN, length=100 * 2**20), [lump] * 100),
        (
            request(RUN, method="POST", more=_JSON + b"Transfer-Encoding: chunked\r\n"),
            [b"100000\r\n" + lump + b"\r\n"] * 100,
        ),
    ):
        assert is_refused(send(server, head, *tail))
        peak = max(peak, process.memory_info().rss)
    gc.collect()
    assert process.memory_info().rss < 1.2 * before
    assert peak < before + 50 * 2**20
    assert lives(server)


@pytest.mark.parametrize(
    "beginning",
    [b"", request(RUN, method="POST", more=_JSON + b"Content-Length: 1000\r\n")],
    ids=["in its head", "in its body"],
)
def test_a_client_that_sends_a_byte_at_a_time_is_cut_off(open_server: Any, beginning: bytes) -> None:
    """A request that does not arrive within the server's patience ends the connection; others are answered."""
    server = open_server(patience=0.6)
    began = time.monotonic()
    with socket.create_connection((server.host, server.port), timeout=5) as plug:
        plug.sendall(beginning)
        with pytest.raises(ConnectionError):
            trickle(plug, b"GET /v2/me HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
    assert time.monotonic() - began < 3
    assert lives(server)


def test_a_slow_answer_is_not_cut_off(open_server: Any, world: Any) -> None:
    """The server's patience is for what it receives: a responder may take longer."""
    server = open_server(patience=0.2)
    world.emulator.respond("lamp.set_color", lambda _: time.sleep(0.6))
    answer = httpx.post(server.url + RUN, headers={"IFTTT-Service-Key": KEY}, json={"user_id": USER})
    assert answer.status_code == 204


def test_a_connection_that_is_kept_is_not_cut_off(open_server: Any) -> None:
    """Between requests, a client may think longer than a request may take."""
    server = open_server(patience=0.2)
    with httpx.Client(base_url=server.url) as client:
        ports = set()
        for _ in range(3):
            ports.add(client.get("/v2/me").extensions["network_stream"].get_extra_info("client_addr")[1])
            time.sleep(0.4)
    assert len(ports) == 1


def test_an_answer_is_not_held_back(standing: Server) -> None:
    """Each connection has Nagle's algorithm off: a kept-alive client would else wait 40 ms for every answer."""
    with httpx.Client(base_url=standing.url, trust_env=False) as client:
        client.get("/v2/me")
        connections = list(standing._running._uvicorn.server_state.connections)
        plugs = [one.transport.get_extra_info("socket") for one in connections]
        assert plugs
        assert all(plug.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for plug in plugs)


def test_many_clients_at_once(open_server: Any, world: Any) -> None:
    """64 clients with mixed calls get no error, and every exchange is in the log."""
    server = open_server()
    headers = {"IFTTT-Service-Key": KEY}
    wrong: list[Any] = []

    def client(number: int) -> None:
        with httpx.Client(base_url=server.url, headers=headers, timeout=30) as one:
            for turn in range(5):
                answers = (
                    one.post(RUN, json={"user_id": USER}),
                    one.post(
                        "/v2/connections/Ab3dE5gH/queries/lamp.list_lamps/perform", json={"user_id": USER, "limit": 3}
                    ),
                    one.get("/v2/connections/Ab3dE5gH", params={"user_id": USER}),
                )
                wrong.extend((number, turn, answer.status_code) for answer in answers if answer.status_code >= 300)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    assert len(world.log) == 64 * 5 * 3


def test_the_api_is_the_same_as_in_process(open_server: Any, world: Any) -> None:
    """Over loopback a call gets the answer that it gets in process, and the log says which way it came."""
    server = open_server()
    body = {"user_id": USER, "limit": 2}
    over = httpx.post(server.url + PERFORM, headers={"IFTTT-Service-Key": KEY}, json=body)
    inside = world.send("POST", PERFORM, body)
    assert (over.status_code, over.text) == (inside.status, inside.text)
    assert [one.transport for one in world.log] == ["loopback", "direct"]
    assert json.loads(over.text)["type"] == "list"
