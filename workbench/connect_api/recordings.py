"""Recordings: what the Connect API answered, kept in a file that reads well in a diff, and replayed offline.

* ``record`` asks the API and writes everything anew; ``replay`` never calls; ``auto`` replays what the file has, and
  asks and adds what it lacks.
* The file is JSON, indented: one member a line. It holds no key and no token: they are masked before they are kept.
* It is written whole after each exchange, so that a reader sees it as it was or as it is, never a part.
* Lost connections are not recorded. Delays are not replayed.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, cast

import httpx

from workbench.clock import Clock
from workbench.connect_api.api_calls import ApiCall
from workbench.connect_api.cassette import (
    NOTHING_HIDDEN,
    Cassette,
    Hidden,
    Mask,
    Match,
    RecordedAnswer,
    RecordedExchange,
    RecordedRequest,
    masked_answer,
    masked_request,
    read_exchange,
)
from workbench.connect_api.logged import Logged
from workbench.connect_api.replaying import Replay
from workbench.connect_api.target import CALL, Credentials, Target
from workbench.connection.fields import Json
from workbench.connection.saving import write_whole
from workbench.errors import ConnectionFileError, RecordingError, RecordingMiss, StaleRecording, UsageError
from workbench.secret import MASK, Secret

E = TypeVar("E", bound=StrEnum)

_VERSION = 1


class Mode(StrEnum):
    """What a recording does with a request."""

    RECORD = "record"
    REPLAY = "replay"
    AUTO = "auto"


class Recording:
    """A file of exchanges, for ``ConnectClient(..., recording=...)``.

    Args:
        path: the file.
        mode: ``record``, ``replay`` or ``auto``.
        match: ``strict`` (order and everything equal) or ``lenient`` (method, path and user).
        secret_fields: ids of fields whose values are masked too. Clients of a bench add those of its connection.
        max_age: an older recording is refused.
        clock: says what time it is.

    Raises:
        RecordingError: the file is missing (replay), cannot be read, or is no recording.
        StaleRecording: it is older than ``max_age``.

    >>> recording = Recording("lamp.json", mode="replay")  # doctest: +SKIP
    >>> client = ConnectClient("https://connect.ifttt.com", service_key=key, recording=recording)  # doctest: +SKIP
    """

    def __init__(
        self,
        path: str | Path,
        *,
        mode: Mode | str = Mode.AUTO,
        match: Match | str = Match.STRICT,
        secret_fields: Iterable[str] = (),
        max_age: timedelta | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.path = Path(path)
        self.mode = _member_of(Mode, "mode", mode)
        self.match = _member_of(Match, "match", match)
        self._mask = Mask.of(secret_fields)
        self._clock = clock if clock is not None else Clock()
        self._lock = threading.Lock()
        self._target: str | None = None
        self._recorded: datetime | None = None
        self._cassette = Cassette()
        self._texts: list[str] = []  # its exchanges as the file has them, as far as it was written
        if self.path.exists() or self.mode is Mode.REPLAY:
            self._load()
        if max_age is not None and self._recorded is not None:
            self._check_age(max_age)

    @property
    def may_call(self) -> bool:
        """Whether the API can be asked at all."""
        return self.mode is not Mode.REPLAY

    @property
    def recorded(self) -> datetime | None:
        """When the oldest part was recorded; None while there is nothing."""
        return self._recorded

    @property
    def unused(self) -> tuple[str, ...]:
        """The recorded requests that nobody has asked for (since ``rewind``), a line each."""
        with self._lock:
            return tuple(one.name for one in self._cassette.unused)

    def __len__(self) -> int:
        with self._lock:
            return len(self._cassette.exchanges)

    def rewind(self) -> None:
        """Begin again: nothing was asked for yet."""
        with self._lock:
            self._cassette.rewind()

    def responder(self, step: str) -> Replay:
        """A responder of ``service.step`` that answers what was recorded for it: ``bench.respond(step, recording)``.

        Raises:
            UsageError: nothing of the step was recorded.
        """
        with self._lock:
            return Replay(self.path.name, step, self._cassette.exchanges, self.match)

    def check(self) -> None:
        """Say so if part of the recording is no longer asked for; call it at the end of a test.

        Raises:
            StaleRecording: lists what was not asked for.
        """
        unused = self.unused
        if unused:
            listed = "\n".join(f"  {one}" for one in unused)
            raise StaleRecording(
                f"{self.path}: {len(unused)} of {len(self)} recorded requests were not asked for. "
                f'Record it again (`mode="record"`):\n{listed}'
            )

    def __repr__(self) -> str:
        return f"<Recording {self.path.name}: {self.mode}, {self.match}, {len(self)} exchanges>"

    # --- for the transport ----------------------------------------------------------------------------------------

    def written(self, request: httpx.Request, target: Target, hidden: Hidden = NOTHING_HIDDEN) -> RecordedRequest:
        """A request as it may be written; what is ``hidden`` now is masked from now on."""
        call: ApiCall[Any] = request.extensions[CALL]
        body: Json = call.body
        if call.secret_body:
            body = {**(call.body or {}), **dict.fromkeys((name for name, _ in call.secret_body), MASK)}
        sent = RecordedRequest(
            method=call.method,
            path=call.path,
            query=(*call.query, *((name, MASK) for name, _ in call.secret_query)),
            caller=target.caller if call.with_credentials else "nobody",
            body=body,
        )
        with self._lock:
            self._mask.hide(hidden.fields())
            self._mask.learn(map(Secret, hidden.values()))
            self._mask.learn((*target.secrets, *(one for _, one in (*call.secret_query, *call.secret_body))))
            return masked_request(sent, self._mask)

    def replayed(self, sent: RecordedRequest, target: Target) -> RecordedAnswer | None:
        """The recorded answer; None where the API is to be asked.

        Raises:
            RecordingMiss: there is none, and the API must not be asked.
            RecordingError: what would be added is of another target.
        """
        if self.mode is Mode.RECORD:
            return None
        with self._lock:
            answer = self._cassette.answer_for(sent, self.match, may_repeat=not self.may_call)
            if answer is None and not self._may_add():
                raise RecordingMiss(
                    f"{self.path} has no answer for {sent.name}. {self._cassette.miss(sent, self.match)}\n"
                    f'Record it again (`mode="record"`), or mend the request.'
                )
            if answer is None and self._target not in (None, target.name):
                raise RecordingError(
                    f"{self.path} was recorded from {self._target}, and this client speaks to {target.name}. "
                    "Record elsewhere."
                )
            return answer

    def keep(self, sent: RecordedRequest, response: httpx.Response, target: Target) -> None:
        """Add an exchange that was just carried out, and write the file.

        Raises:
            RecordingError: the file cannot be written.
        """
        headers = {name.lower(): value for name, value in response.headers.items()}
        with self._lock:
            answer = masked_answer(response.status_code, headers, response.content, self._mask)
            self._cassette.add(RecordedExchange(request=sent, answer=answer))
            self._target = target.name
            self._recorded = self._recorded or self._clock.now()
            self._save()

    def _may_add(self) -> bool:
        return self.may_call and (self.match is Match.LENIENT or self._cassette.is_at_end)

    # --- the file -------------------------------------------------------------------------------------------------

    def _save(self) -> None:
        """Write the file; an exchange is put into words once, however many follow."""
        assert self._recorded is not None
        head = {"recording": _VERSION, "target": self._target, "recorded": self._recorded.isoformat(timespec="seconds")}
        try:
            for one in self._cassette.exchanges[len(self._texts) :]:
                self._texts.append(_indented(one.as_json(), "    "))
            members = _indented(head, "").removesuffix("\n}")
            exchanges = ",\n    ".join(self._texts)
            write_whole(self.path, f'{members},\n  "exchanges": [\n    {exchanges}\n  ]\n}}\n')
        except ConnectionFileError as error:
            raise RecordingError(f"{error}") from None

    def _load(self) -> None:
        """Read the file; in ``record`` mode only to see that what is replaced is a recording."""
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise RecordingError(f'{self.path}: there is no recording yet. Make it with `mode="record"`.') from None
        except (OSError, ValueError, RecursionError) as error:
            raise RecordingError(f"{self.path}: this recording cannot be read: {error}.") from None
        version = content.get("recording") if isinstance(content, dict) else None
        is_ours = isinstance(version, int) and not isinstance(version, bool) and version >= 1
        if version == _VERSION and is_ours:
            is_ours = isinstance(content.get("exchanges"), list)
        if not isinstance(version, int) or not is_ours:
            raise RecordingError(
                f"{self.path}: this is no recording of ours; nothing was changed. One begins with "
                f'`"recording": {_VERSION}` and lists `"exchanges"`; name another file, or make one with '
                '`mode="record"`.'
            )
        if self.mode is Mode.RECORD:
            return
        if version > _VERSION:
            raise RecordingError(f"{self.path}: written by a newer version of the workbench (format {version}).")
        self._take(content)

    def _take(self, content: dict[str, Any]) -> None:
        exchanges, number = [], 0
        try:
            self._recorded = _moment(content.get("recorded"))
            self._target = cast("str | None", content.get("target"))
            for number, one in enumerate(content["exchanges"], 1):  # noqa: B007 - for the message
                exchanges.append(read_exchange(one))
        except (ValueError, TypeError) as error:
            place = f"exchange {number}" if number else "the head"
            raise RecordingError(f"{self.path}: {place} of the recording cannot be read: {error}.") from None
        self._cassette = Cassette(exchanges)

    def _check_age(self, max_age: timedelta) -> None:
        assert self._recorded is not None
        age = self._clock.now() - self._recorded
        if age > max_age:
            raise StaleRecording(
                f"{self.path} was recorded {age.days} days ago ({self._recorded:%Y-%m-%d}), and may be "
                f'{max_age.days} days old. Record it again (`mode="record"`).'
            )


class Recorded(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Records what passes, or answers from the recording; no credentials reach it."""

    def __init__(
        self,
        below: Credentials | Logged,
        recording: Recording,
        target: Target,
        hidden: Hidden = NOTHING_HIDDEN,
    ) -> None:
        self._below, self._recording, self._target, self._hidden = below, recording, target, hidden

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request, recorded or live."""
        sent = self._recording.written(request, self._target, self._hidden)
        known = self._recording.replayed(sent, self._target)
        if known is not None:
            return _response(known)
        response = self._below.handle_request(request)
        response.read()
        self._recording.keep(sent, response, self._target)
        return response

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request, recorded or live."""
        sent = self._recording.written(request, self._target, self._hidden)
        known = self._recording.replayed(sent, self._target)
        if known is not None:
            return _response(known)
        response = await self._below.handle_async_request(request)
        await response.aread()
        self._recording.keep(sent, response, self._target)
        return response

    def close(self) -> None:
        """Close what is below."""
        self._below.close()

    async def aclose(self) -> None:
        """Close what is below."""
        await self._below.aclose()


def _response(answer: RecordedAnswer) -> httpx.Response:
    return httpx.Response(answer.status, headers=answer.sent_headers, content=answer.content)


def _indented(value: Any, by: str) -> str:
    """The value's JSON, a member a line; no JSON text holds a line break of its own."""
    return json.dumps(value, ensure_ascii=False, indent=2).replace("\n", f"\n{by}")


def _moment(text: Any) -> datetime | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("`recorded` has no zone")
    return moment


def _member_of(kind: type[E], name: str, given: str) -> E:
    try:
        return kind(given)
    except ValueError:
        raise UsageError(f"`{given}` is no {name}. Choose {', '.join(kind)}.") from None
