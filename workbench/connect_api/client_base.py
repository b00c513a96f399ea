"""What the sync and the async client share: how they are made, bound and shown."""

from __future__ import annotations

import copy
import inspect
import os
import uuid
import warnings
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Self, TypeVar

import httpx

from workbench import html
from workbench.clock import Clock
from workbench.connect_api.answers import HttpAnswer, read_answer
from workbench.connect_api.api_calls import ApiCall, Calls, UserId
from workbench.connect_api.api_log import ApiLog
from workbench.connect_api.cassette import Hidden
from workbench.connect_api.emulator import Emulator
from workbench.connect_api.in_process import IN_PROCESS_URL, InProcess
from workbench.connect_api.logged import Logged
from workbench.connect_api.recordings import Recorded, Recording
from workbench.connect_api.target import PRODUCTION_URL, Credentials, ProductionWarning, target
from workbench.errors import ConnectTransportError, UsageError
from workbench.secret import Secret

T = TypeVar("T")

TIMEOUT = 30.0
"""Seconds to wait for each step of an exchange (connecting, sending, each part of the answer)."""

Transport = Recorded | Logged | Credentials


class ClientBase:
    """A client of the Connect API, sync or async; ``ConnectClient`` says what it takes."""

    def __init__(
        self,
        base_url: str,
        *,
        service_key: Secret | str | None = None,
        user_token: Secret | str | None = None,
        connection_id: str | None = None,
        user_id: UserId | None = None,
        timeout: float | None = TIMEOUT,
        invite_code: Secret | str | None = None,
        recording: Recording | None = None,
        transport: httpx.BaseTransport | httpx.AsyncBaseTransport | None = None,
        log: ApiLog | None = None,
        clock: Clock | None = None,
        secret_fields: Callable[[], Iterable[str]] = tuple,
        secret_values: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        self._target = target(base_url, service_key=service_key, user_token=user_token, invite_code=invite_code)
        self._calls = Calls(
            connection_id=connection_id,
            user_id=None if user_id is None else str(user_id),
            needs_user=service_key is not None,
        )
        self._timeout = timeout
        self._recording = recording
        self._is_in_process = isinstance(transport, InProcess)
        credentials = Credentials(self._target, lambda: transport or self._network())
        self._hidden = hidden = Hidden(secret_fields, secret_values)
        below = credentials if log is None else Logged(credentials, log, self._target, clock, hidden)
        self._open(below if recording is None else Recorded(below, recording, self._target, hidden))
        if self._target.is_production and (recording is None or recording.may_call):
            message = f"This client speaks to the real {PRODUCTION_URL}: what it runs has effects for real users."
            warnings.warn(message, ProductionWarning, stacklevel=_outside())

    def _open(self, transport: Transport) -> None:
        raise NotImplementedError

    def _network(self) -> httpx.BaseTransport | httpx.AsyncBaseTransport:
        raise NotImplementedError

    @property
    def _verify(self) -> bool:
        """Certificates are checked wherever there are any; loading them for plain http is slow."""
        return self._target.base_url.scheme == "https"

    # --- other ways to make one -----------------------------------------------------------------------------------

    @classmethod
    def production(cls, *, service_key: Secret | str | None = None, **options: Any) -> Self:
        """A client of the real API, asked for by name; warns, and shows a badge. Takes what the class takes."""
        return cls(PRODUCTION_URL, service_key=service_key, **options)

    @classmethod
    def from_environment(cls, variable: str, *, base_url: str, **options: Any) -> Self:
        """A client whose service key is in an environment variable, which is read because you say so.

        Raises:
            UsageError: the variable is not set.
        """
        key = os.environ.get(variable)
        if not key:
            raise UsageError(f"The environment variable {variable} is not set. Set it to your service key.")
        return cls(base_url, service_key=Secret(key), **options)

    @classmethod
    def in_process(cls, emulator: Emulator, *, user_token: Secret | str | None = None, **options: Any) -> Self:
        """A client of an emulator in this process: no server, no socket. Takes what the class takes."""
        key = emulator.service_key if user_token is None else None
        options = {
            "transport": InProcess(emulator),
            "secret_fields": lambda: emulator.secret_fields,
            "secret_values": lambda: emulator.secret_values.long,
            **options,
        }
        return cls(IN_PROCESS_URL, service_key=key, user_token=user_token, **options)

    def for_user(self, user_id: UserId | None) -> Self:
        """The same client for one user (None: for nobody). It shares the connections, so close one of them."""
        return self._bound(replace(self._calls, user_id=None if user_id is None else str(user_id)))

    def for_connection(self, connection_id: str) -> Self:
        """The same client for another connection; as ``for_user`` otherwise."""
        return self._bound(replace(self._calls, connection_id=connection_id))

    def _bound(self, calls: Calls) -> Self:
        twin = copy.copy(self)
        vars(twin)["_calls"] = calls
        return twin

    # --- how it shows ---------------------------------------------------------------------------------------------

    @property
    def is_production(self) -> bool:
        """Whether this client speaks to the real API."""
        return self._target.is_production

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._badge}{' '.join(self._described())}>"

    def _repr_html_(self) -> str:
        kind = "workbench-bad" if self._badge else "workbench-good"
        badge = f'<strong class="{kind}">{self._badge or "LOCAL "}</strong>'
        return html.document(
            f"<p>{badge} {html.escape(type(self).__name__)} {html.escape(' '.join(self._described()))}</p>"
        )

    @property
    def _badge(self) -> str:
        if self._recording is not None and not self._recording.may_call:
            return ""
        return {"production": "PRODUCTION ", "this machine": ""}.get(self._target.name, "REMOTE ")

    def _described(self) -> list[str]:
        where = "to the emulator in this process" if self._is_in_process else f"to {self._target.base_url}"
        parts = [where, f"as {self._target.caller}"]
        if self._calls.connection_id is not None:
            parts.append(f"connection {self._calls.connection_id}")
        if self._calls.user_id is not None:
            parts.append(f"user {self._calls.user_id}")
        if self._recording is not None:
            parts.append(f"with {self._recording!r}")
        return [f"{part}," for part in parts[:-1]] + parts[-1:]

    # --- one exchange ---------------------------------------------------------------------------------------------

    def _request(self, call: ApiCall[Any], *, is_closed: bool) -> httpx.Request:
        if is_closed:
            raise UsageError("This client is closed; make another one. (Clients made by `for_user` close together.)")
        return self._target.request(call, uuid.uuid4().hex, self._timeout)

    def _read(self, call: ApiCall[T], request: httpx.Request, response: httpx.Response) -> T:
        answer = HttpAnswer(
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=response.content,
        )
        own = (one for _, one in (*call.secret_query, *call.secret_body))
        secrets = (*self._target.secrets, *own, *map(Secret, self._hidden.values()))
        return read_answer(call, answer, secrets=secrets, request_id=_id_of(request))

    def _lost(self, call: ApiCall[Any], request: httpx.Request, problem: str) -> ConnectTransportError:
        return ConnectTransportError(
            f"No answer from {self._target.base_url}: {problem}", call=call.name, request_id=_id_of(request)
        )


def said(error: httpx.HTTPError) -> str:
    """What went wrong on the way, in words; the exception itself is not kept, for it holds the request."""
    if isinstance(error, httpx.TimeoutException):
        return f"it took too long ({type(error).__name__}). Look whether it runs, or give a longer `timeout=`."
    if isinstance(error, httpx.ConnectError):
        return f"it cannot be reached ({error}). Look whether it runs, and at the base URL."
    return f"the connection broke ({type(error).__name__}: {error})."


def _id_of(request: httpx.Request) -> str:
    return request.headers["x-request-id"]


def _outside() -> int:
    """How many frames up the caller stands who made the client: a warning points there."""
    frame, level = inspect.currentframe(), 0
    while frame is not None and frame.f_globals.get("__name__") == __name__:
        frame, level = frame.f_back, level + 1
    return level
