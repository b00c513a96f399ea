"""Clients that ask a server again and again, at little cost of their own, so that the server is what is measured."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, kw_only=True)
class Post:
    """One request, sent again and again, and the status that must come each time."""

    path: str
    body: bytes
    headers: tuple[tuple[str, str], ...]
    status: int

    def raw(self, host: str) -> bytes:
        """As it goes over the wire."""
        head = [f"POST {self.path} HTTP/1.1", f"Host: {host}", *(f"{name}: {value}" for name, value in self.headers)]
        return "\r\n".join([*head, f"Content-Length: {len(self.body)}", "", ""]).encode() + self.body


def requests_a_second(url: str, post: Post, *, seconds: float, clients: int = 8) -> float:
    """How many requests a second a server answers to so many clients, each with one connection that it keeps.

    Raises:
        AssertionError: an answer has another status than it must have.
    """
    return asyncio.run(_measure(url, post, seconds, clients))


async def _measure(url: str, post: Post, seconds: float, clients: int) -> float:
    parts = urlsplit(url)
    loop = asyncio.get_running_loop()
    ends = time.perf_counter() + seconds
    made = [
        await loop.create_connection(
            lambda: _Client(post.raw(parts.netloc), post.status, ends), "127.0.0.1", parts.port
        )
        for _ in range(clients)
    ]
    began = time.perf_counter()
    counts = await asyncio.gather(*(client.done for _, client in made))
    return sum(counts) / (time.perf_counter() - began)


class _Client(asyncio.Protocol):
    def __init__(self, request: bytes, status: int, ends: float) -> None:
        self._request, self._expected, self._ends = request, b"HTTP/1.1 %d " % status, ends
        self._got = bytearray()
        self._count = 0
        self.done: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._got += data
        if not _is_whole(self._got):
            return
        if not self._got.startswith(self._expected):
            self._end(AssertionError(f"expected {self._expected!r}, got {bytes(self._got[:300])!r}"))
            return
        self._got.clear()
        self._count += 1
        if time.perf_counter() > self._ends:
            self._end(None)
        else:
            self._transport.write(self._request)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self._end(AssertionError(f"the server hung up: {error}"))

    def _end(self, problem: AssertionError | None) -> None:
        if problem is None:
            self.done.set_result(self._count)
        else:
            self.done.set_exception(problem)
        self._transport.close()


def _is_whole(got: bytearray) -> bool:
    """Whether a whole answer has come: its head, and as much body as the head says."""
    end = got.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = bytes(got[:end]).lower()
    if b"transfer-encoding: chunked" in head:
        return got.endswith(b"0\r\n\r\n")
    at = head.find(b"content-length:")
    length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
    return len(got) >= end + 4 + length
