"""Where a client speaks to, as whom, and what never leaves for anywhere else.

Rules:

* A key belongs to one base URL: it is added where a request leaves, only for that origin, and never before. What
  httpx logs, raises or prints has no key in it, because the request it knows has none.
* https, except on this machine. Redirects are not followed. Nothing is taken from the environment.
* The real API is named by its address, and shows.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final, TypeVar

import httpx

from workbench.connect_api.api_calls import ApiCall
from workbench.errors import UsageError
from workbench.secret import MASK, Secret

T = TypeVar("T")

PRODUCTION_URL: Final = "https://connect.ifttt.com"
"""Connect API page: the base URL of the real API."""

CALL: Final = "workbench.call"
"""The request extension that carries the ``ApiCall`` down to where its secrets are added."""


class ProductionWarning(UserWarning):
    """The client speaks to the real API: what it runs has real effects for real users."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """A base URL and the credentials that belong to it."""

    base_url: httpx.URL
    service_key: Secret | None = None
    user_token: Secret | None = None
    invite_code: Secret | None = None

    @property
    def is_production(self) -> bool:
        """Whether this is the real API."""
        return self.base_url.host == httpx.URL(PRODUCTION_URL).host

    @property
    def name(self) -> str:
        """``production``, ``this machine``, or the origin of any other place."""
        if self.is_production:
            return "production"
        return "this machine" if _is_loopback(self.base_url.host) else str(self.base_url)

    @property
    def caller(self) -> str:
        """As whom: ``service key``, ``user token`` or ``nobody``."""
        if self.service_key is not None:
            return "service key"
        return "user token" if self.user_token is not None else "nobody"

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """All that must not be shown."""
        return tuple(one for one in (self.service_key, self.user_token, self.invite_code) if one is not None)

    def request(self, call: ApiCall[T], request_id: str, timeout: float | None) -> httpx.Request:
        """A call as a request without credentials."""
        extensions = {CALL: call, "timeout": httpx.Timeout(timeout).as_dict()}
        url = self.base_url.copy_with(raw_path=_raw_path(self.base_url, call))
        headers = {"Accept": "application/json", "User-Agent": "connection-workbench", "X-Request-ID": request_id}
        content = b""
        if call.body is not None or call.secret_body:
            headers["Content-Type"] = "application/json"
            content = _json(call.body or {}, call)
        return httpx.Request(call.method, url, headers=headers, content=content, extensions=extensions)

    def credentialed(self, request: httpx.Request) -> httpx.Request:
        """The request as it goes over the wire, if it goes to this target.

        Raises:
            UsageError: it goes somewhere else.
        """
        if _origin(request.url) != _origin(self.base_url):
            raise UsageError(f"The credentials for {self.base_url} are not sent to {request.url.host}.")
        call: ApiCall[Any] = request.extensions[CALL]
        headers = request.headers.copy()
        if call.with_credentials:
            headers.update({name: secret.reveal() for name, secret in self._headers()})
        content = request.content
        if call.secret_body:
            content = _json({**json.loads(content), **{name: one.reveal() for name, one in call.secret_body}}, call)
            headers["Content-Length"] = str(len(content))
        url = request.url
        for name, one in call.secret_query:
            url = url.copy_add_param(name, one.reveal())
        return httpx.Request(request.method, url, headers=headers, content=content, extensions=request.extensions)

    def _headers(self) -> list[tuple[str, Secret]]:
        if any(one.reveal() == MASK for one in self.secrets):
            raise UsageError("This credential is the mask of one, from a recording: it works where that is replayed.")
        found = []
        if self.service_key is not None:
            found.append(("IFTTT-Service-Key", self.service_key))
        if self.user_token is not None:
            found.append(("Authorization", Secret(f"Bearer {self.user_token.reveal()}")))
        if self.invite_code is not None:
            found.append(("IFTTT-Invite-Code", self.invite_code))
        return found


def target(
    base_url: str,
    *,
    service_key: Secret | str | None = None,
    user_token: Secret | str | None = None,
    invite_code: Secret | str | None = None,
) -> Target:
    """A checked target.

    Raises:
        UsageError: the URL is no base URL, or unsafe for a key; or a credential cannot be one.
    """
    if service_key is not None and user_token is not None:
        raise UsageError("Give either the service key or a user token: a call is made as one or the other.")
    return Target(
        base_url=_base_url(base_url),
        service_key=_credential("service key", service_key),
        user_token=_credential("user token", user_token),
        invite_code=_credential("invite code", invite_code),
    )


class Credentials(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Adds the credentials of a target to each request, right before it leaves.

    The transport below is made when first needed, so that a client which only replays opens nothing.
    """

    def __init__(self, target: Target, make: Callable[[], Any]) -> None:
        self._target, self._make = target, make
        self._transport: Any = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        response: httpx.Response = self._below().handle_request(self._target.credentialed(request))
        return response

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        response: httpx.Response = await self._below().handle_async_request(self._target.credentialed(request))
        return response

    def close(self) -> None:
        """Close what was opened."""
        if self._transport is not None:
            self._transport.close()

    async def aclose(self) -> None:
        """Close what was opened."""
        if self._transport is not None:
            await self._transport.aclose()

    def _below(self) -> Any:
        if self._transport is None:
            self._transport = self._make()
        return self._transport


def _raw_path(base_url: httpx.URL, call: ApiCall[Any]) -> bytes:
    query = str(httpx.QueryParams(call.query))
    path = base_url.path.rstrip("/") + call.path
    return (f"{path}?{query}" if query else path).encode("ascii")


def _json(body: Any, call: ApiCall[Any]) -> bytes:
    try:
        return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as problem:
        raise UsageError(f"The body of {call.name} is no JSON: {problem}.") from None


def _base_url(text: str) -> httpx.URL:
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, TypeError):
        raise UsageError(f"`{text}` is no base URL. Write it like {PRODUCTION_URL}.") from None
    if url.userinfo or url.query or url.fragment or not url.host or "%" in url.host:
        raise UsageError(f"A base URL is a scheme, a host and perhaps a port, like {PRODUCTION_URL}.")
    if url.scheme != "https" and not (url.scheme == "http" and _is_loopback(url.host)):
        raise UsageError(f"A key is not sent to {url.scheme}://{url.host}: use https, or http on this machine.")
    if url.path.rstrip("/").endswith("/v2"):
        raise UsageError(f"Leave `/v2` off the base URL: {str(url).partition('/v2')[0]}.")
    return url


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _credential(kind: str, given: Secret | str | None) -> Secret | None:
    """A credential that can be a header; an error names its kind and never its text."""
    if given is None:
        return None
    secret = Secret(given)
    text = secret.reveal()
    if text == MASK:  # what a recording has in place of a token; good enough to replay with
        return secret
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise UsageError(f"The {kind} is {'empty' if not text else 'no key: it holds blanks or odd characters'}.")
    return secret
