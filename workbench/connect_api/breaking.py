"""What a fault makes of an answer, and how a broken answer goes over HTTP.

A server cannot reset a connection through ASGI alone, so ``breakable`` gives the app its connection: ``Server`` passes
``http=breakable(...)`` to uvicorn. Without it (an app called in process) the caller gets httpx's own exception.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from workbench.connect_api.choices import Choices
from workbench.connect_api.fault_rules import Blow
from workbench.connect_api.faults import ExpiredCursor, Malformed, Reset, Status, Truncated
from workbench.connect_api.responses import CODES, About, Answer, Detail, error, invalid
from workbench.connection.fields import Json

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_MESSAGES = {
    429: "Too many requests",
    500: "Internal error",
    502: "The service could not process the request",
    503: "The service is unavailable for now",
    504: "The service did not answer in time",
}
_EXPIRED = "This cursor has expired. Begin again without a cursor."
_RESET, _BROKEN_OFF = "socket hang up", "aborted"
_TRANSPORT = "workbench.connection"
NO_CONTENT = 204


# --- the answer -------------------------------------------------------------------------------------------------------


def instead(blow: Blow, about: About) -> Answer | None:
    """The answer that is given in place of carrying the request out; None where it is carried out all the same."""
    match blow.fault:
        case Status(status=status, message=message, retry_after=after):
            text = message or _MESSAGES.get(status) or CODES.get(status, "error").replace("_", " ").capitalize()
            headers = (("Retry-After", str(after)),) if after is not None else ()
            return error(status, text, about, headers=headers)
        case ExpiredCursor():
            return invalid(Detail(parameter="/cursor", message=_EXPIRED)).answer(about)
        case Reset(is_done=False):
            return Answer(status=502, about=about)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """An answer after a fault: ``failure`` is set where none came (``status`` 0), or not all of it.

    ``sent`` is what of the body went over the wire.
    """

    status: int
    body: Json
    sent: str
    failure: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


def broken(blow: Blow, answer: Answer, text: str, *, is_script: bool, choices: Choices) -> Broken:
    """What the caller gets of an answer whose body is ``text``."""
    match blow.fault:
        case Malformed():
            return _malformed(answer, text, is_script=is_script, choices=choices)
        case Reset():
            return _lost(_RESET, is_script=is_script, choices=choices)
        case Truncated():
            sent = text.encode()[: len(text.encode()) // 2].decode("utf-8", "ignore")
            lost = _lost(_BROKEN_OFF if sent else _RESET, is_script=is_script, choices=choices)
            if lost.failure is None or not sent:
                return lost
            length = (("Content-Length", str(len(text.encode()))),)
            return replace(lost, status=answer.status, sent=sent, headers=length)
    return Broken(status=answer.status, body=answer.body, sent=text)


def _malformed(answer: Answer, text: str, *, is_script: bool, choices: Choices) -> Broken:
    spoilt = f"{text[:-1]},{text[-1:]}" if text else "{"
    status = 200 if answer.status == 204 else answer.status
    if is_script and choices.malformed_answer == "reject":
        return Broken(status=0, body=None, sent=spoilt, failure="Unexpected token in JSON")
    return Broken(status=status, body=spoilt, sent=spoilt)


def _lost(failure: str, *, is_script: bool, choices: Choices) -> Broken:
    if is_script and choices.lost_answer == "502":
        body = error(502, f"No answer: {failure}", About()).body
        return Broken(status=502, body=body, sent="")
    return Broken(status=0, body=None, sent="", failure=failure)


# --- over HTTP --------------------------------------------------------------------------------------------------------


async def send_answer(answer: Any, scope: Scope, receive: Receive, send: Send) -> None:
    """Send an ``Exchange`` over ASGI, with its delay, and break it where it is broken."""
    if answer.delay_ms:
        await asyncio.sleep(answer.delay_ms / 1_000)
    content = answer.text.encode()
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    if answer.failure is None:
        if answer.status != NO_CONTENT:
            headers.append((b"content-length", b"%d" % len(content)))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": content})
        return
    if answer.text:
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": content, "more_body": True})
    await _hang_up(answer.failure, scope, receive, is_polite=bool(answer.text))


async def _hang_up(failure: str, scope: Scope, receive: Receive, *, is_polite: bool) -> None:
    """End the connection: after what was sent, or at once and with a reset."""
    transport: asyncio.Transport | None = scope.get("extensions", {}).get(_TRANSPORT)
    if transport is None:
        import httpx  # noqa: PLC0415 - only a client in process needs it, and has it

        raise httpx.RemoteProtocolError(f"The fault in force: {failure}")
    if is_polite:
        transport.close()
    else:
        _reset(transport)
    while (await receive())["type"] != "http.disconnect":
        pass


def _reset(transport: asyncio.Transport) -> None:
    """Close with RST in place of FIN, as a crashed peer does."""
    with contextlib.suppress(OSError):  # the peer may be gone already
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def breakable(protocol: Any = None) -> Any:
    """A uvicorn HTTP protocol whose connections a fault can reset; uvicorn's own choice of protocol by default."""
    if protocol is None:
        from uvicorn.protocols.http.auto import AutoHTTPProtocol  # noqa: PLC0415 - slow to import

        protocol = AutoHTTPProtocol

    def connection_made(self: Any, transport: asyncio.Transport) -> None:
        protocol.connection_made(self, transport)
        self.app = _knowing(self.app, self.transport)

    return type("Breakable", (protocol,), {"connection_made": connection_made, "__doc__": breakable.__doc__})


def _knowing(app: ASGIApp, transport: asyncio.Transport) -> ASGIApp:
    """The app, told which connection its requests came by."""

    async def knowing(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("extensions", {})[_TRANSPORT] = transport
        await app(scope, receive, send)

    return knowing
