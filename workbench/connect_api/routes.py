"""The Starlette app: HTTP requests handed to the emulator, and its answers handed back.

Nothing is decided here but how bytes become a request: the path stays percent-encoded (the core decodes it, part by
part), header names become lower-case, and of a body that is too large only as much is read as shows that it is.
"""

from __future__ import annotations

import logging
from urllib.parse import parse_qsl, quote

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from workbench.connect_api.breaking import send_answer
from workbench.connect_api.emulator import Emulator
from workbench.connect_api.recording import dumps
from workbench.connect_api.requests import Request
from workbench.connect_api.responses import About, error
from workbench.errors import LogError

_LOGGER = logging.getLogger("workbench.server")


class ConnectApi:
    """An ASGI app that answers every path as the Connect API does."""

    def __init__(self, emulator: Emulator, *, transport: str) -> None:
        self._emulator, self._transport = emulator, transport

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        try:
            request = await _read(scope, receive, self._emulator.choices.body_limit)
        except ClientDisconnect:
            return  # nobody is left to answer
        try:
            exchange = await self._emulator.exchange_async(request, transport=self._transport)
        except LogError as problem:  # a full disk: what cannot be logged is not acknowledged
            _LOGGER.error("%s", problem)  # noqa: TRY400 - the message says all
            await _unlogged()(scope, receive, send)
            return
        await send_answer(exchange, scope, receive, send)


def _unlogged() -> Response:
    body = error(500, "The emulator cannot write its log, so this was not acknowledged", About()).body
    return Response(dumps(body), 500, media_type="application/json; charset=utf-8")


def app(emulator: Emulator, *, transport: str = "asgi") -> Starlette:
    """The Connect API of an emulator as an ASGI app.

    Args:
        emulator: who answers.
        transport: what the log says of how requests came.
    """
    return Starlette(routes=[Route("/{path:path}", ConnectApi(emulator, transport=transport))])


async def _read(scope: Scope, receive: Receive, body_limit: int) -> Request:
    query = scope["query_string"]
    return Request(
        method=scope["method"],
        path=_raw_path(scope),
        query=tuple(parse_qsl(query.decode("latin-1"), keep_blank_values=True)) if query else (),
        headers=tuple([(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]]),
        body=await read_limited(receive, body_limit),
    )


def _raw_path(scope: Scope) -> str:
    raw = scope.get("raw_path")
    return raw.decode("utf-8", "replace") if raw is not None else quote(scope["path"])


async def read_limited(receive: Receive, limit: int) -> bytes:
    """The body, or its beginning where that is already more than ``limit``.

    Raises:
        ClientDisconnect: the client went away before it was whole.
    """
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body", False):  # nearly always
        return bytes(message.get("body", b"")[: limit + 1])
    body = bytearray()
    while message["type"] != "http.disconnect":
        body += message.get("body", b"")
        if len(body) > limit or not message.get("more_body", False):
            return bytes(body[: limit + 1])
        message = await receive()
    raise ClientDisconnect
