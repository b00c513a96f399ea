"""The app on loopback, on its own thread and loop.

Rules:

* Thread and loop are the server's own: nothing of it runs on the caller's loop, and a notebook's kernel never waits.
* Loopback only, unless ``allow_network`` says otherwise; the Host header must name this server (DNS rebinding), and
  no CORS header is ever sent, so that pages of other sites can neither read nor call what is here.
* A request has a size and a time: too many headers, too long a body or too slow a client end in a 4xx or a closed
  connection, and cost nothing that stays.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import logging
import os
import socket
import threading
import warnings
import weakref
from collections.abc import Iterable
from concurrent.futures import Future
from typing import Any, Self

import h11
import uvicorn
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from workbench import html
from workbench.connect_api.breaking import breakable
from workbench.connect_api.emulator import Emulator
from workbench.connect_api.openapi import openapi_route
from workbench.connect_api.pages import page_routes
from workbench.connect_api.recording import dumps
from workbench.connect_api.responses import About, error
from workbench.connect_api.routes import ConnectApi
from workbench.errors import UsageError

MOST_HEADERS = 100
LONGEST_HEAD = 16 * 2**10
"""Characters of the request line and the headers together."""

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_MOST_CONNECTIONS = 500
_GRACE = 2.0
_LOGGER = "workbench.server"


class Server:
    """An emulator on an address of this machine, until it is closed.

    Args:
        emulator: who answers.
        host: an address of this machine.
        port: 0 takes a free one.
        allow_network: let ``host`` be an address that other machines reach; warns.
        hosts: further names by which callers may address the server, when it is on the network.
        patience: seconds within which a whole request must have arrived.

    Raises:
        UsageError: the address cannot be had, or is not loopback and ``allow_network`` was not given.

    >>> with Server(emulator) as server:  # doctest: +SKIP
    ...     httpx.get(f"{server.url}/v2/me")
    """

    def __init__(
        self,
        emulator: Emulator,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        allow_network: bool = False,
        hosts: Iterable[str] = (),
        patience: float = 10.0,
    ) -> None:
        _check_host(host, allow_network=allow_network)
        listening = _listen(host, port)
        self.host, self.port = host, int(listening.getsockname()[1])
        names = None if allow_network else _LOOPBACK_NAMES
        guarded = Guard(site(emulator), names=names, further=frozenset(one.casefold() for one in (*hosts, host)))
        self._running = _Running(guarded, listening, patience)
        self._finalizer = weakref.finalize(self, self._running.stop)
        self._running.start()

    @property
    def url(self) -> str:
        """The base URL, without a slash at the end."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{shown}:{self.port}"

    @property
    def is_running(self) -> bool:
        """Whether it answers."""
        return self._finalizer.alive

    def close(self) -> None:
        """Stop, finishing what is being answered; joined when this returns; safe to call twice."""
        self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Server at {self.url}{'' if self.is_running else ', closed'}>"

    def _repr_html_(self) -> str:
        url = html.escape(self.url)
        if not self.is_running:
            return html.document(f'<p class="workbench-muted">Server at {url}, closed</p>')
        return html.document(
            f'<p>Server at <a href="{url}/" target="_blank" rel="noopener">{url}</a>: the Connect API, a page to '
            f'watch and fire events, and <a href="{url}/openapi.json">its description</a></p>'
        )


def site(emulator: Emulator, *, transport: str = "loopback") -> ASGIApp:
    """Everything that is served: the pages, ``/openapi.json``, and the Connect API at every other path."""
    routes: list[Route] = [*page_routes(emulator), openapi_route(emulator)]
    api = ConnectApi(emulator, transport=transport)
    pages = Router(routes, default=api, redirect_slashes=False)

    async def either(scope: Scope, receive: Receive, send: Send) -> None:
        await (api if scope["path"].startswith("/v2/") else pages)(scope, receive, send)

    return either


# --- who may call, and with how much ----------------------------------------------------------------------------------


class Guard:
    """Turns away, before anything else sees it, what is not meant for this server or is too much.

    Args:
        app: who answers the rest.
        names: the only names that callers may use; None allows addresses of any machine, but no foreign names.
        further: names that are allowed besides.
    """

    def __init__(self, app: ASGIApp, *, names: frozenset[str] | None, further: frozenset[str] = frozenset()) -> None:
        self._app, self._names, self._further = app, names, further

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        refused = self._refusal(scope)
        await (refused or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        target = len(scope.get("raw_path") or b"") + len(scope["query_string"])
        if len(headers) > MOST_HEADERS or target + sum(len(one) + len(two) for one, two in headers) > LONGEST_HEAD:
            return _refuse(431, f"Send at most {MOST_HEADERS} headers and {LONGEST_HEAD:,} bytes before the body")
        host = next((value for name, value in headers if name == b"host"), b"").decode("latin-1")
        if not self._is_ours(_name_of(host)):
            return _refuse(421, "This server answers to its own address only; the Host header names another one")
        return None

    def _is_ours(self, name: str) -> bool:
        if name in self._further or name in _LOOPBACK_NAMES:
            return True
        return self._names is None and _address(name) is not None


def _name_of(host: str) -> str:
    """The name in a Host header, without its port."""
    if host.startswith("["):
        name, _, port = host[1:].partition("]")
        return name.casefold() if not port or port.startswith(":") else host  # no name of ours has a bracket
    return host.partition(":")[0].casefold()


def _refuse(status: int, message: str) -> Response:
    body = dumps(error(status, message, About()).body)
    return Response(body, status, {"Connection": "close"}, media_type="application/json; charset=utf-8")


# --- the address ------------------------------------------------------------------------------------------------------


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _check_host(host: str, *, allow_network: bool) -> None:
    address = _address(host)
    if host in _LOOPBACK_NAMES or (address is not None and address.is_loopback):
        return
    if not allow_network:
        raise UsageError(
            f"`{host}` can be reached from other machines, and whoever reaches the emulator can read its log. "
            "Use 127.0.0.1, or say allow_network=True."
        )
    warnings.warn(f"The emulator listens on {host}: other machines can reach its pages and read its log.", stacklevel=3)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # TCP by name: asyncio leaves small answers waiting (Nagle, 40 ms) on sockets whose protocol is not said.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # a server can come back to its port at once; on Windows this would share the port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except (OSError, OverflowError) as problem:
        listening.close()
        if getattr(problem, "errno", None) == errno.EADDRNOTAVAIL:
            raise UsageError(f"{host} is no address of this machine.") from problem
        raise UsageError(f"{host}:{port} cannot be listened on: {problem}. Port 0 takes a free one.") from problem
    return listening


# --- the thread -------------------------------------------------------------------------------------------------------


class _Running:
    """The thread with the loop with uvicorn in it; holds nothing of ``Server``, so that a forgotten one is closed."""

    def __init__(self, app: ASGIApp, listening: socket.socket, patience: float) -> None:
        self._listening, self._loop = listening, asyncio.new_event_loop()
        self._uvicorn = _uvicorn(app, patience)
        self._thread = threading.Thread(target=self._work, name="workbench server", daemon=True)

    def start(self) -> None:
        """Start, and return when it answers."""
        self._thread.start()
        self._uvicorn.is_up.result()

    def stop(self) -> None:
        """Stop and join; what is still being answered has two seconds."""
        with contextlib.suppress(RuntimeError):  # the loop has ended already
            self._loop.call_soon_threadsafe(self._end)
        if self._thread is not threading.current_thread():
            self._thread.join()

    def _end(self) -> None:
        self._uvicorn.should_exit = True
        self._loop.call_later(_GRACE, self._cut)

    def _cut(self) -> None:
        self._uvicorn.force_exit = True
        for connection in list(self._uvicorn.server_state.connections):
            connection.transport.abort()
        for task in list(self._uvicorn.server_state.tasks):
            task.cancel()

    def _work(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._uvicorn.serve(sockets=[self._listening]))
            self._loop.run_until_complete(self._settle())
        except BaseException as problem:
            if self._uvicorn.is_up.done():
                raise
            self._uvicorn.is_up.set_exception(problem)
        finally:
            self._listening.close()
            self._loop.close()

    async def _settle(self) -> None:
        """End what a cut left behind, so that the loop closes without unfinished tasks."""
        self._cut()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


class _Gathering:
    """A transport that sends what is written in one turn of the loop together: head and body of an answer."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Send it with what else is written in this turn."""
        if not self._parts:
            self._loop.call_soon(self._flush)
        self._parts.append(data)

    def close(self) -> None:
        """Send what there is, and close."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        parts, self._parts = self._parts, []
        if parts and not self._transport.is_closing():
            self._transport.write(b"".join(parts))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Patient(H11Protocol):
    """HTTP with an end to how long a request may take to arrive; uvicorn itself waits for ever."""

    patience = 10.0
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Wait for the first request."""
        super().connection_made(_Gathering(transport, self.loop))  # type: ignore[arg-type]
        self.logger = logging.getLogger(_LOGGER)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Take what has arrived, and wait for the rest of it."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._forget()
        super().connection_lost(exc)

    def _watch(self) -> None:
        if self.conn.their_state not in {h11.IDLE, h11.SEND_BODY}:
            self._forget()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(self.patience, self.transport.abort)

    def _forget(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class _Started(uvicorn.Server):
    """Tells when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up: Future[None] = Future()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        self.is_up.set_result(None)


def _uvicorn(app: ASGIApp, patience: float) -> _Started:
    logger = logging.getLogger(_LOGGER)
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.ERROR)  # a malformed request is its sender's affair, who gets a 400
    config = uvicorn.Config(
        app,
        http=breakable(type("Timed", (Patient,), {"patience": patience})),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_keep_alive=30,
        h11_max_incomplete_event_size=LONGEST_HEAD,
    )
    return _Started(config)
