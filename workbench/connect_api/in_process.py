"""An httpx transport that hands requests to an emulator in this process: no server, no socket.

A simulated delay is waited for, as over a network, up to the request's own time-out.
"""

from __future__ import annotations

import asyncio
import time
from urllib.parse import parse_qsl

import httpx

from workbench.connect_api.emulator import Emulator, Exchange
from workbench.connect_api.requests import Request

IN_PROCESS_URL = "http://localhost"


class InProcess(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers from an emulator, for sync and async clients."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request; waits for responders."""
        exchange = self._emulator.exchange(_request(request), transport="in process")
        time.sleep(_wait(exchange, request))
        return _response(exchange, request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request; async responders run on the caller's loop."""
        exchange = await self._emulator.exchange_async(_request(request), transport="in process")
        await asyncio.sleep(_wait(exchange, request))
        return _response(exchange, request)


def _request(request: httpx.Request) -> Request:
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    return Request(
        method=request.method,
        path=path,
        query=tuple(parse_qsl(query, keep_blank_values=True)),
        headers=tuple((name.lower(), value) for name, value in request.headers.multi_items()),
        body=request.content,
    )


def _wait(exchange: Exchange, request: httpx.Request) -> float:
    return min(exchange.delay_ms / 1_000, _patience(request))


def _patience(request: httpx.Request) -> float:
    limit = request.extensions.get("timeout", {}).get("read")
    return float("inf") if limit is None else float(limit)


def _response(exchange: Exchange, request: httpx.Request) -> httpx.Response:
    if exchange.delay_ms / 1_000 > _patience(request):
        raise httpx.ReadTimeout("The emulator's answer is slower than the time-out")
    if exchange.failure is not None:
        raise httpx.RemoteProtocolError(f"The fault in force: {exchange.failure}")
    return httpx.Response(exchange.status, headers=list(exchange.headers), content=exchange.text.encode())
