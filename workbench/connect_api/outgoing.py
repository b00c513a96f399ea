"""Requests from the API to a developer's machine: where they may go, how long they take, what the log keeps.

Rules:

* Only loopback, unless ``allow_network``; redirects are not followed and no proxy of the environment is used.
* One deadline holds for the whole answer, however slowly it drips.
* Each attempt is a row of the log with direction ``out``; keys and tokens are masked.
* All requests run on one event loop of their own (thread "workbench outgoing"), started when first needed.
"""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
import itertools
import json
import time
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from workbench.clock import Clock
from workbench.connect_api.api_log import ApiLog, Entry
from workbench.connect_api.extras import with_extra_keys
from workbench.connect_api.known_secrets import SecretValues
from workbench.connect_api.masking import KeyMask, mask_headers
from workbench.connect_api.waiting import LoopThread
from workbench.connection.fields import Json
from workbench.errors import UsageError
from workbench.secret import Secret, revealed

if TYPE_CHECKING:
    import httpx  # slow to import

T = TypeVar("T")

MOST_BYTES = 16 * 2**20
_ACCEPTED = (
    ("Accept", "application/json"),
    ("Accept-Charset", "utf-8"),
    ("Accept-Encoding", "gzip, deflate"),
    ("Content-Type", "application/json"),
)


def check_address(url: str, *, what: str, allow_network: bool) -> str:
    """The address without a slash at its end, if it may be called.

    Raises:
        UsageError: it is no http(s) address, carries a password, or leads off this machine without ``allow_network``.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise UsageError(f"{what} `{url}` is no address. Write it like `http://127.0.0.1:8000`.")
    if parts.username is not None or parts.query or parts.fragment:
        raise UsageError(f"{what} at {host} is an address alone: without user, `?` and `#`.")
    if not (allow_network or is_loopback(host)):
        raise UsageError(
            f"{what} `{url}` is not on this machine. Calling it needs `allow_network=True`; a file cannot grant that."
        )
    return url.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether a host name can only be this machine."""
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, kw_only=True)
class Sending:
    """One request to be sent. ``about`` are members of its row in the log."""

    method: str = "POST"
    url: str
    body: Json = None
    headers: tuple[tuple[str, str | Secret], ...] = ()
    seconds: float
    request_id: str | None = None
    transport: str
    fault: str | None = None
    note: str = ""
    secret_fields: tuple[str, ...] = ()
    about: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Received:
    """What came back. ``problem`` is set where no whole answer came, with its code of the request log."""

    status: int | None = None
    text: str = ""
    problem: str = ""
    code: str | None = None
    entry_id: int = 0

    @property
    def is_success(self) -> bool:
        """Whether the answer is a 2xx."""
        return self.status is not None and 200 <= self.status < 300


class Outgoing:
    """Sends requests and logs them. From any thread; nothing is held while it waits."""

    def __init__(
        self,
        log: ApiLog,
        clock: Clock,
        key: Secret,
        *,
        seed: int = 0,
        tokens: Callable[[], Iterable[Secret]] = tuple,
        values: Callable[[], SecretValues] = SecretValues,
        extra_keys: Callable[[], bool] = lambda: False,
    ) -> None:
        self._log, self._clock, self._key, self._seed = log, clock, key, seed
        self._extra_keys = extra_keys
        self._mask, self._values = KeyMask(key, tokens), values
        self._loop = LoopThread("workbench outgoing")
        self._count = itertools.count(1)
        self._clients: dict[bool, httpx.AsyncClient] = {}

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Run a coroutine on the loop of outgoing requests."""
        return self._loop.start(work)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine there and wait for its result.

        Raises:
            UsageError: it was closed, before or meanwhile.
        """
        return self._loop.run(work)

    def new_request_id(self) -> str:
        """A fresh ``X-Request-ID``: 32 hexadecimal digits, as the examples have it."""
        text = f"{self._seed} {next(self._count)}".encode()
        return hashlib.blake2b(text, digest_size=16, person=b"wb outgoing").hexdigest()

    def key_header(self) -> tuple[str, Secret]:
        """The header that shows a service that it is we who call."""
        return ("IFTTT-Service-Key", self._key)

    async def send(self, sending: Sending, read: Callable[[Received], str | None] | None = None) -> Received:
        """Send one request and log it, whatever comes of it; runs on our own loop.

        Args:
            sending: the request.
            read: what the log's ``error_code`` says of an answer; the codes of lost answers are ours.
        """
        number, request_id = self._log.reserve(), sending.request_id or self.new_request_id()
        if self._extra_keys() and sending.body is not None:  # by request id, which an attempt and the next share
            sending = replace(sending, body=with_extra_keys(sending.body, self._seed, request_id))
        headers = (*sending.headers, *_ACCEPTED, ("X-Request-ID", request_id))
        began, moment = time.perf_counter(), self._clock.timestamp()
        received, answered = await self._attempt(sending, headers)
        code = received.code or (read(received) if read is not None else None)
        hidden, hide = self._hidden(sending, received), self._values().inside
        self._log.add(
            Entry(
                id=number,
                time=moment,
                direction="out",
                transport=sending.transport,
                method=sending.method,
                path=hide(urlsplit(sending.url).path),
                status=received.status,
                error_code=code,
                duration_ms=(time.perf_counter() - began) * 1_000,
                request_id=request_id,
                request_headers=hide(self._headers_text((("Host", urlsplit(sending.url).netloc), *headers))),
                request_body=self._mask.text(_shown(sending.body)) if sending.body is not None else None,
                response_headers=hide(self._headers_text(answered)) if answered else None,
                response_body=self._mask.text(received.text) or None,
                fault=sending.fault,
                note=hide("; ".join(part for part in (sending.note, received.problem) if part)),
                secret_fields=_dumps(sorted(hidden)) if hidden else None,
                **sending.about,
            )
        )
        return Received(
            status=received.status, text=received.text, problem=received.problem, code=code, entry_id=number
        )

    def _hidden(self, sending: Sending, received: Received) -> frozenset[str]:
        """The names of what the log does not show: secret fields, and what holds the value of one."""
        hidden, values = frozenset(sending.secret_fields), self._values()
        if not values:
            return hidden
        try:
            answer = json.loads(received.text or "null")
        except (ValueError, RecursionError):
            answer = received.text
        return hidden.union(values.names_in(sending.body), values.names_in(answer))

    async def _attempt(
        self, sending: Sending, headers: tuple[tuple[str, str | Secret], ...]
    ) -> tuple[Received, tuple[tuple[str, str], ...]]:
        import httpx  # noqa: PLC0415 - slow to import

        try:
            content = None if sending.body is None else _dumps(sending.body).encode()
            async with asyncio.timeout(sending.seconds):
                return await self._exchange(sending, headers, content)
        except TimeoutError:
            return Received(problem=f"no answer within {sending.seconds:g} seconds", code="E2"), ()
        except httpx.ConnectError as error:
            return Received(problem=f"cannot connect: {error}", code="E1"), ()
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            return Received(problem=f"{type(error).__name__}: {error}", code="E0"), ()

    async def _exchange(
        self, sending: Sending, headers: tuple[tuple[str, str | Secret], ...], content: bytes | None
    ) -> tuple[Received, tuple[tuple[str, str], ...]]:
        client = self._client(is_plain=sending.url.startswith("http:"))
        async with client.stream(
            sending.method, sending.url, headers=[(name, revealed(value)) for name, value in headers], content=content
        ) as response:
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MOST_BYTES:
                    problem = f"the answer is longer than {MOST_BYTES:,} bytes"
                    return Received(status=response.status_code, problem=problem, code="E0"), ()
        answered = tuple((name, value) for name, value in response.headers.multi_items())
        return Received(status=response.status_code, text=body.decode("utf-8", "replace")), answered

    def _client(self, *, is_plain: bool) -> httpx.AsyncClient:
        if is_plain not in self._clients:
            import httpx  # noqa: PLC0415 - slow to import

            client = httpx.AsyncClient(
                verify=not is_plain,
                timeout=None,  # noqa: S113 - one deadline holds for the whole answer
                trust_env=False,
                follow_redirects=False,
            )
            client.headers.clear()  # only what we say; httpx would name itself
            self._clients[is_plain] = client
        return self._clients[is_plain]

    def _headers_text(self, headers: tuple[tuple[str, str | Secret], ...]) -> str:
        return self._mask.text(_dumps(mask_headers(headers)))

    def close(self) -> None:
        """End what is under way, and the loop; safe to call twice."""
        clients, self._clients = list(self._clients.values()), {}
        self._loop.close(*(client.aclose for client in clients))


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _shown(value: Any) -> str:
    """The body as the log can keep it: half a surrogate pair is no text."""
    return _dumps(value).encode("utf-8", "replace").decode()
