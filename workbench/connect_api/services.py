"""Who answers a query or an action: a function or value the user gave, a service that really runs, or samples.

Rules:

* A responder gets one ``StepCall``. For a query it returns the items (we cut the pages), or one ``Page`` of them
  with a cursor of its own; what it returns for an action is not looked at.
* ``ServiceFailure`` gives its status; any other exception is a 502, and its text is kept as a note.
* What it returns is checked here: the core sees only pages of objects, done, or failed.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeAlias, runtime_checkable

from workbench.connection.definition import StepKind
from workbench.connection.fields import Field, Json, Option
from workbench.errors import ServiceFailure


@dataclass(frozen=True, kw_only=True)
class StepCall:
    """What a service is asked to do, with every field decided.

    Attributes:
        step: ``service.slug``.
        fields: field id → value as the service knows it; a dropdown's is the option's own value, not the token.
        limit: how many items the caller wants of a query; None for an action.
        cursor: where the next page begins, for a responder that returns a ``Page`` with a cursor.
        includes: query ingredients that the caller wants resolved.
        now: the bench's "now".

    A service gets secrets as they are, so its repr has no fields.
    """

    step: str
    kind: StepKind
    fields: dict[str, Json] = field(repr=False)
    user_id: str
    user_feature_id: str
    limit: int | None = None
    cursor: Json = None
    includes: tuple[str, ...] = ()
    now: datetime


@dataclass(frozen=True, kw_only=True)
class OptionsCall:
    """The question for the options of one dropdown field that lists none. ``step`` may be a feature's id."""

    step: str
    field: Field
    user_id: str


@dataclass(frozen=True)
class Page:
    """One page of a query, cut by the responder; ``cursor`` is what it wants to see again for the next page."""

    items: Sequence[Mapping[str, Json]]
    cursor: Json = None


@dataclass(frozen=True)
class Whole:
    """All items of a query, to be cut into pages by us."""

    items: Sequence[Mapping[str, Json]]


@dataclass(frozen=True)
class Done:
    """An action was carried out."""


@dataclass(frozen=True)
class Options:
    """The options of a field."""

    options: tuple[Option, ...]


@dataclass(frozen=True, kw_only=True)
class Failed:
    """The service failed; ``message`` is for the caller, ``note`` for the owner of the bench."""

    message: str
    status: int = 502
    note: str = ""


Call: TypeAlias = StepCall | OptionsCall
Reply: TypeAlias = Page | Whole | Done | Options | Failed
Responder: TypeAlias = Callable[[StepCall], Any]

COULD_NOT = "The service could not process the request"


@runtime_checkable
class HasResponders(Protocol):
    """What makes a responder for a step: a recording."""

    def responder(self, step: str) -> Responder:
        """The responder of ``service.step``."""


class RunningServices(Protocol):
    """Services that really run; their replies take time."""

    def answers(self, call: Call) -> bool:
        """Whether one of them answers the call."""

    def ask(self, call: Call) -> Future[Reply]:
        """The reply, when it is there."""


@dataclass
class Services:
    """The responders of a bench, by step; who has none is answered by ``running`` services, else by ``samples``."""

    samples: Callable[[Call], Reply]
    running: RunningServices | None = None
    _given: dict[str, Any] = field(default_factory=dict)

    def respond(self, step: str, value: Any) -> None:
        """From now on ``value`` answers: a function of one ``StepCall``, what it would return, or a recording."""
        self._given[step] = value.responder(step) if isinstance(value, HasResponders) else value

    def forget(self, step: str) -> None:
        """Samples answer the step again."""
        self._given.pop(step, None)

    def at_once(self, call: Call) -> Reply | None:
        """The reply that needs nobody's function; None where a function must be asked."""
        if call.step not in self._given or isinstance(call, OptionsCall):
            return None if self.running is not None and self.running.answers(call) else self.samples(call)
        value = self._given[call.step]
        return None if callable(value) else read_reply(call, value)

    def ask(self, call: Call, wait_for: Callable[[Awaitable[Any]], Any]) -> Reply:
        """The reply; it may block. ``wait_for`` waits for what an async function returns."""
        ready = self.at_once(call)
        if ready is not None:
            return ready
        if isinstance(call, OptionsCall) or call.step not in self._given:
            return self._asked(call).result()
        try:
            returned = self._given[call.step](call)
            if inspect.isawaitable(returned):
                returned = wait_for(returned)
        except Exception as error:  # noqa: BLE001 - whatever a responder raises is the service's failure
            return failed(call, error)
        return read_reply(call, returned)

    async def ask_async(self, call: Call, in_thread: Callable[[Callable[[], Any]], Awaitable[Any]]) -> Reply:
        """The reply; async functions run here, others by ``in_thread``."""
        ready = self.at_once(call)
        if ready is not None:
            return ready
        if isinstance(call, OptionsCall) or call.step not in self._given:
            return await asyncio.wrap_future(self._asked(call))
        function = self._given[call.step]
        try:
            returned = function(call) if _is_async(function) else await in_thread(lambda: function(call))
            if inspect.isawaitable(returned):
                returned = await returned
        except Exception as error:  # noqa: BLE001 - whatever a responder raises is the service's failure
            return failed(call, error)
        return read_reply(call, returned)

    def _asked(self, call: Call) -> Future[Reply]:
        assert self.running is not None
        return self.running.ask(call)


def _is_async(function: Any) -> bool:
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(type(function).__call__)


def failed(call: StepCall, error: BaseException) -> Failed:
    """What an exception in a responder becomes."""
    if isinstance(error, ServiceFailure):
        if isinstance(error.status, int) and 400 <= error.status <= 599:
            return Failed(message=error.message, status=error.status)
        return Failed(
            message=error.message, note=f"ServiceFailure for {call.step} has no error status: {error.status!r}"
        )
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return Failed(message=COULD_NOT, note=f"The responder of {call.step} raised {type(error).__name__}: {error}{place}")


def read_reply(call: StepCall, returned: Any) -> Reply:
    """What a responder returned, checked."""
    if call.kind is StepKind.ACTION:
        return Done()
    page = returned if isinstance(returned, Page) else None
    items = page.items if page is not None else returned
    if isinstance(items, str | bytes | Mapping) or not isinstance(items, Sequence):
        return _bad(call, f"must return a list of items or a Page, not {type(items).__name__}")
    for number, item in enumerate(items):
        problem = _problem(item)
        if problem is not None:
            return _bad(call, f"returned item {number} that {problem}")
    return page if page is not None else Whole(items)


def _problem(item: Any) -> str | None:
    if not isinstance(item, dict):
        return f"is no dict but {type(item).__name__}"
    if not all(isinstance(key, str) for key in item):
        return "has a key that is no text"
    try:
        json.dumps(item, allow_nan=False, ensure_ascii=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        return f"is no JSON: {error}"
    return None


def _bad(call: StepCall, problem: str) -> Failed:
    return Failed(message=COULD_NOT, note=f"The responder of {call.step} {problem}.")
