"""What a client sends to another place than the embedded emulator, written to the bench's log with its target.

No credentials reach this transport: they are added below it, where a request leaves.
"""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import unquote, urlencode

import httpx

from workbench.clock import Clock
from workbench.connect_api.api_calls import ApiCall
from workbench.connect_api.api_log import ApiLog, Entry
from workbench.connect_api.cassette import NOTHING_HIDDEN, Hidden, Mask
from workbench.connect_api.masking import mask_headers, mask_query
from workbench.connect_api.recording import dumps
from workbench.connect_api.target import CALL, Credentials, Target
from workbench.connection.definition import StepKind
from workbench.secret import Secret

_KINDS = {kind.plural: kind.value for kind in StepKind}


class Logged(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Logs each exchange, with direction ``out`` and transport ``client``; also one that got no answer."""

    def __init__(
        self,
        below: Credentials,
        log: ApiLog,
        target: Target,
        clock: Clock | None,
        hidden: Hidden = NOTHING_HIDDEN,
    ) -> None:
        self._below, self._log, self._target, self._hidden = below, log, target, hidden
        self._clock = clock if clock is not None else Clock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        begun = _Begun(self._log.reserve(), self._clock.timestamp())
        try:
            response = self._below.handle_request(request)
            response.read()
        except Exception as problem:
            self._write(begun, request, None, str(problem) or type(problem).__name__)
            raise
        self._write(begun, request, response)
        return response

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        begun = _Begun(self._log.reserve(), self._clock.timestamp())
        try:
            response = await self._below.handle_async_request(request)
            await response.aread()
        except Exception as problem:
            self._write(begun, request, None, str(problem) or type(problem).__name__)
            raise
        self._write(begun, request, response)
        return response

    def _write(self, begun: _Begun, request: httpx.Request, response: httpx.Response | None, note: str = "") -> None:
        call: ApiCall[Any] = request.extensions[CALL]
        mask = Mask.of(self._hidden.fields())
        mask.learn(map(Secret, self._hidden.values()))
        mask.learn((*self._target.secrets, *(one for _, one in (*call.secret_query, *call.secret_body))))
        connection_id, kind, step = _place(call.path)
        answered = _masked_json(response.text, mask) if response is not None else None
        query = mask.text(urlencode(mask_query(call.query)))
        self._log.add(
            Entry(
                id=begun.number,
                time=begun.time,
                direction="out",
                transport="client",
                target=self._target.name,
                method=call.method,
                path=mask.text(call.path),
                query=query or None,
                kind=kind,
                step=step and mask.text(step),
                connection_id=connection_id,
                user_id=_user_of(call),
                status=response.status_code if response is not None else None,
                error_code=_code_of(answered),
                duration_ms=(time.perf_counter() - begun.started) * 1_000,
                request_id=request.headers.get("x-request-id"),
                request_headers=mask.text(dumps(mask_headers(request.headers.multi_items()))),
                request_body=_masked_json(request.content.decode("utf-8", "replace"), mask),
                response_headers=mask.text(dumps(mask_headers(response.headers.multi_items()))) if response else None,
                response_body=answered,
                note=mask.text(note),
            )
        )

    def close(self) -> None:
        """Close what is below."""
        self._below.close()

    async def aclose(self) -> None:
        """Close what is below."""
        await self._below.aclose()


class _Begun:
    """When a request left, and its number in the log."""

    def __init__(self, number: int, moment: float) -> None:
        self.number, self.time, self.started = number, moment, time.perf_counter()


def _place(path: str) -> tuple[str | None, str | None, str | None]:
    """Connection, kind and step of ``/v2/connections/{id}/{kinds}/{step}/…``."""
    parts = [unquote(part) for part in path.split("/")[1:]]
    if parts[:2] != ["v2", "connections"] or len(parts) < 3:
        return None, None, None
    kind = _KINDS.get(parts[3]) if len(parts) > 4 else None
    return parts[2], kind, parts[4] if kind is not None else None


def _user_of(call: ApiCall[Any]) -> str | None:
    named = dict(call.query).get("user_id") or (call.body or {}).get("user_id")
    return None if named is None else str(named)


def _masked_json(text: str, mask: Mask) -> str | None:
    try:
        return dumps(mask.json(json.loads(text))) if text else None
    except (ValueError, RecursionError):
        return mask.spoilt(text)


def _code_of(text: str | None) -> str | None:
    try:
        body = json.loads(text or "null")
    except (ValueError, RecursionError):
        return None
    code = body.get("code") if isinstance(body, dict) and body.get("type") == "error" else None
    return code if isinstance(code, str) else None
