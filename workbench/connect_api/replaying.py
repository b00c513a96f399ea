"""A recording as the responder of a step: what the API once answered to it, answered again.

Rules:

* Only exchanges of the step count, in their order; a page is found by the cursor that leads to it.
* strict: each answer once, and only to the user it was recorded for. lenient: to any user, the one with equal fields
  first, and again when no other is left.
* A recorded error is a failure of the service with its status. Nothing recorded is one too (502), with a note.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

from workbench.connect_api.cassette import Match, RecordedExchange
from workbench.connect_api.services import Page, StepCall
from workbench.connection.definition import StepKind
from workbench.errors import RecordingMiss, ServiceFailure, UsageError

_VERBS = {StepKind.ACTION: "run", StepKind.QUERY: "perform"}


class Replay:
    """Answers one step from recorded exchanges. ``_lock`` guards which of them were given."""

    def __init__(self, name: str, step: str, exchanges: Iterable[RecordedExchange], match: Match) -> None:
        self._name, self._step, self._match = name, step, match
        endings = tuple(f"/{kind.plural}/{step}/{verb}" for kind, verb in _VERBS.items())
        self._exchanges = [one for one in exchanges if unquote(one.request.path).endswith(endings)]
        if not self._exchanges:
            raise UsageError(f"{name} holds no `run` or `perform` of {step}. Record one, or name another step.")
        self._given: set[int] = set()
        self._lock = threading.Lock()

    def __call__(self, call: StepCall) -> Any:
        """What was recorded for a call of the step.

        Raises:
            ServiceFailure: an error was recorded.
            RecordingMiss: nothing was, or all of it was given already.
        """
        with self._lock:
            number = self._next(call)
            self._given.add(number)
        answer = self._exchanges[number].answer
        body = answer.body if isinstance(answer.body, dict) else {}
        if not 200 <= answer.status < 300:
            raise ServiceFailure(str(body.get("message") or f"Recorded status {answer.status}"), status=answer.status)
        if call.kind is StepKind.ACTION:
            return None
        further: Any = body.get("next")
        items: Any = body.get("data", [])
        return Page(items, further.get("cursor") if isinstance(further, dict) else body.get("cursor"))

    def _next(self, call: StepCall) -> int:
        wanted = [
            number
            for number, one in enumerate(self._exchanges)
            if _sent(one).get("cursor") == call.cursor
            and (self._match is Match.LENIENT or one.request.user in (None, call.user_id))
        ]
        fresh = [number for number in wanted if number not in self._given]
        if self._match is Match.STRICT:
            found = fresh[:1]
        else:
            by_order = [*fresh, *(number for number in wanted if number in self._given)]
            found = [number for number in by_order if _fits(self._exchanges[number], call)] or by_order
        if not found:
            said = "was given already" if wanted else f"is for {call.user_id}{' and this cursor' * bool(call.cursor)}"
            raise RecordingMiss(f"{self._name}: nothing more of {self._step} {said}. A lenient match repeats answers.")
        return found[0]

    def __repr__(self) -> str:
        return f"<Replay of {self._step} from {self._name}: {len(self._exchanges)} exchanges, {self._match}>"


def _sent(one: RecordedExchange) -> dict[str, Any]:
    return one.request.body if isinstance(one.request.body, dict) else {}


def _fits(one: RecordedExchange, call: StepCall) -> bool:
    fields = _sent(one).get("fields")
    return isinstance(fields, dict) and all(call.fields.get(name) == value for name, value in fields.items())
