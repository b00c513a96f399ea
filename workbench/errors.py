"""Every exception the workbench raises, as one tree.

::

    WorkbenchError
    ├── UsageError (also ValueError)   what you asked for cannot be done as written
    │   ├── UnknownName (also KeyError)    no step, field, ingredient, user ... of that name; says the nearest
    │   ├── Ambiguous                  several users or features match; lists them
    │   ├── FieldValueError            a value that the field does not take
    │   ├── MissingValues              required customizable fields without a value; lists them
    │   └── NotEnabled                 the user has not enabled the connection, or it is disabled or pending
    ├── ConnectionFileError            a connection or service file that cannot be read: file, line, column
    │   └── FileChanged                the file changed on disk since it was loaded; nothing was written
    ├── StillWaiting (also TimeoutError)   what goes on in the background did not end in time; says what, and why
    ├── ServiceFailure                 raised by *your* responder to say that the service failed
    ├── ConnectError                   the client's call to the Connect API did not succeed; status, code, details
    │   ├── BadRequest                     400: the request cannot be read
    │   ├── Unauthorized                   401: the key or token is missing or wrong
    │   ├── Forbidden                      403: not allowed, or the user has not enabled the connection
    │   ├── NotFound                       404: an unknown id, or something that you may not see
    │   ├── InvalidParameters              422: a field or parameter has a wrong value; details point at it
    │   ├── RateLimited                    429: too many calls
    │   ├── ServerError                    5xx: the service's fault
    │   │   └── BadGateway                     502: the service behind the step could not process it
    │   ├── UnexpectedAnswer               an answer that no client should follow: a redirect, no JSON, a stuck cursor
    │   └── ConnectTransportError          no answer came at all: no connection, a time-out, a reset
    ├── RecordingError                 a recording that cannot be read or written, or is of something else
    │   ├── RecordingMiss                  the recording has no answer for a request; says the nearest one
    │   └── StaleRecording                 the recording is older than allowed, or part of it is no longer asked for
    └── SystemFault                    ours or the machine's fault, never the user's
        ├── EngineError                the JavaScript engine cannot be loaded or is not usable here
        ├── WorkerError                a worker process could not be started
        └── LogError                   the log database cannot be opened or written

Each message says what happened, where, and what to do about it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class WorkbenchError(Exception):
    """Base of every exception of the workbench."""


class UsageError(WorkbenchError, ValueError):
    """What was asked for cannot be done as written; the message shows how to mend it."""


class UnknownName(UsageError, KeyError):
    """A name that nothing answers to.

    Attributes:
        kind: what was looked for, in the field's words ("field", "trigger", "ingredient", ...).
        name: the name as given.
        known: the names there are.
        nearest: the known name most like it, or None.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], *, where: str = "") -> None:
        self.kind = kind
        self.name = name
        self.known = tuple(known)
        self.nearest = nearest(name, self.known)
        place = f" {where}" if where else ""
        if self.nearest is not None:
            hint = f"Did you mean `{self.nearest}`?"
        elif self.known:
            hint = f"There is: {', '.join(self.known[:20])}{' …' if len(self.known) > 20 else ''}."
        else:
            hint = f"There is no {kind} here at all."
        super().__init__(f"Unknown {kind} `{name}`{place}. {hint}")

    def __str__(self) -> str:  # KeyError would print the repr of the message
        return str(self.args[0])


class Ambiguous(UsageError):
    """Several things match; the message lists them and says how to choose."""


class FieldValueError(UsageError):
    """A value that the field does not take."""


class MissingValues(UsageError):
    """Required fields that are customizable by the user were given no value.

    Attributes:
        missing: one "feature / service.step / field" text each.
    """

    def __init__(self, message: str, missing: Iterable[str] = ()) -> None:
        self.missing = tuple(missing)
        super().__init__(message)


class NotEnabled(UsageError):
    """The user has not enabled the connection, or it is disabled or pending."""


_OTHERS = 19


class ConnectionFileError(WorkbenchError):
    """A connection or service file that cannot be read.

    Attributes:
        path: the file, or None for text that came from memory.
        line, column: the place, from 1, or None where there is none (a missing file).
        problem: the message without its place.
        others: what else is wrong in the file, each with its own place; the message tells the first of them too.
    """

    def __init__(
        self,
        problem: str,
        *,
        path: Path | str | None = None,
        line: int | None = None,
        column: int | None = None,
        others: Iterable[ConnectionFileError] = (),
    ) -> None:
        self.problem = problem
        self.path = path
        self.line = line
        self.column = column
        self.others = tuple(others)
        place = ":".join(str(part) for part in (path, line, column) if part is not None)
        told = [f"{place}: {problem}" if place else problem, *map(str, self.others[:_OTHERS])]
        hidden = len(self.others) - _OTHERS
        super().__init__("\n".join([*told, *([f"… and {hidden} more"] if hidden > 0 else [])]))


class FileChanged(ConnectionFileError):
    """The file changed on disk since it was loaded; nothing was written."""


class StillWaiting(WorkbenchError, TimeoutError):
    """What goes on in the background of a bench did not end in the time that was given.

    Attributes:
        seconds: the time that was given.
        pending: what goes on, a line each, with how to mend it where it cannot end by itself.
    """

    def __init__(self, seconds: float, pending: Iterable[str]) -> None:
        self.seconds = seconds
        self.pending = tuple(pending)
        listed = "\n".join(f"  {one}" for one in self.pending)
        super().__init__(
            f"After {seconds:g} seconds something still goes on in the background of the bench:\n{listed}\n"
            "Wait longer with `bench.wait(timeout=...)`, or end it all with `bench.close()`."
        )


class ServiceFailure(WorkbenchError):
    """Raise this in a responder to say that the service failed; the caller gets the status (502 by default).

    Attributes:
        message: what the service says, shown in the error body.
        status: the HTTP status the Connect API answers with.
    """

    def __init__(self, message: str = "The service could not process the request", *, status: int = 502) -> None:
        self.message = message
        self.status = status
        super().__init__(message)


class ConnectError(WorkbenchError):
    """The client's call to the Connect API did not succeed.

    Attributes:
        status: the HTTP status; None where no answer came.
        code: the machine-readable category, as the API words it ("not_found"); None where the body had none.
        message: what the API said.
        details: pairs of a JSON pointer into the request's body and what is wrong there.
        request_id: joins this call with the API's own logs.
        call: what was asked, "POST /v2/...".
        retry_after: seconds to wait before another try, where the API said so.
    """

    hint = ""
    """How to mend it, at the end of the message."""

    def __init__(
        self,
        message: str,
        *,
        call: str = "",
        status: int | None = None,
        code: str | None = None,
        details: Iterable[tuple[str, str]] = (),
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        self.message = message
        self.call = call
        self.status = status
        self.code = code
        self.details = tuple(details)
        self.request_id = request_id
        self.retry_after = retry_after
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        answered = " ".join(str(part) for part in (self.status, self.code) if part is not None)
        head = " → ".join(part for part in (self.call, answered) if part)
        lines = [f"{head}: {self.message}" if head else self.message]
        lines += [f"  {pointer or 'body'}: {what}" for pointer, what in self.details]
        lines += [f"  {self.hint}"] if self.hint else []
        lines += [f"  request id {self.request_id}"] if self.request_id else []
        return "\n".join(lines)


class BadRequest(ConnectError):
    """400: the API cannot read the request."""


class Unauthorized(ConnectError):
    """401: the key or token is missing, malformed or wrong."""

    hint = "Check the service key (or user token), and that it belongs to this base URL."


class Forbidden(ConnectError):
    """403: authenticated, but not allowed."""

    hint = "Has this user enabled the connection, and is it of the service whose key this is?"


class NotFound(ConnectError):
    """404: an unknown id, or something that you may not see."""

    hint = "Check the ids: a step is `service.slug`, and a connection that you may not see is not found either."


class InvalidParameters(ConnectError):
    """422: a field or parameter has a wrong value; ``details`` point at it."""


class RateLimited(ConnectError):
    """429: too many calls; ``retry_after`` says how long to wait, if the API did."""


class ServerError(ConnectError):
    """5xx: the service's fault, not the request's."""


class BadGateway(ServerError):
    """502: the service behind the step could not process the call."""

    hint = (
        "The call reached the step's service, and that failed. A run may have had an effect: look before you repeat it."
    )


class UnexpectedAnswer(ConnectError):
    """An answer that no client should follow: a redirect, a body that is no JSON object, a cursor that goes nowhere."""


class ConnectTransportError(ConnectError):
    """No answer came: no connection, a time-out, a reset. A run may have had an effect all the same."""


class RecordingError(WorkbenchError):
    """A recording that cannot be read or written, or that is of something else."""


class RecordingMiss(RecordingError):
    """The recording has no answer for a request; the message names the nearest one and what differs."""


class StaleRecording(RecordingError):
    """The recording is older than allowed, or part of it is no longer asked for."""


class SystemFault(WorkbenchError):
    """Ours or the machine's fault, never the user's."""


class EngineError(SystemFault):
    """The JavaScript engine cannot be loaded, or is not usable on this machine."""


class WorkerError(SystemFault):
    """A worker process could not be started."""


class LogError(SystemFault):
    """The log database cannot be opened or written."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like ``name``, or None if none is close."""
    names = list(known)
    folded = {candidate.casefold(): candidate for candidate in names}
    import difflib  # noqa: PLC0415  (each worker imports this module, and asks nothing)

    matches = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return folded[matches[0]] if matches else None
