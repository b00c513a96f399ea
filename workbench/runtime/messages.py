"""What parent and worker say to each other, checked on arrival.

A frame is four bytes of length and that many bytes of JSON, an object with a ``t`` that names its kind.

Parent to worker: ``practise`` (there is time to get quicker), ``go`` (a run: script, context, limits), ``syntax`` (a
question), ``reply`` (to one call), ``tick`` (the worker's timer is due). Worker to parent: ``ready``, ``call``,
``console``, ``idle``, ``end``, ``tree``.

::

    worker: ready    parent: go    worker: (call | console)* idle    parent: reply | tick    worker: ... end
    worker: ready    parent: syntax                                                          worker: tree

What a worker sends is hostile input: it may have been taken over by the script it ran. Each frame is limited in
length and depth and checked against its shape here; anything else is a `Violation`, which ends the run as crashed.

The worker imports this module before anything of the workbench, so it stands on the standard library alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeAlias

from workbench.errors import WorkerError

STATUS, PEAK = 4, 8
"""Bytes in which a nursery tells an exit code, and after it how many bytes of memory the worker had at most."""
CANNOT_BE_FORKED = 3
"""The exit code of a process, meant to fork workers, whose engine does not allow it."""
MAX_FRAME = 32 * 2**20
"""Bytes of the longest frame; a call's payload is limited far below this, so only a broken worker comes here."""
MAX_DEPTH = 32
"""Levels of a frame of our own; what a script makes travels as JSON text inside it."""
MAX_FAULTS = 100
"""Unhandled rejections that are told of one run: each is looked up in the source."""
MAX_NAMES = 200
"""Names that a script uses and does not declare, told of one run."""
MAX_STEP = 1_000
"""Characters of a step's name; a worker cuts a longer one, which names nothing."""
MAX_BODY_DEPTH = 200
"""Levels of a request body; a script that goes deeper gets its promise rejected."""

Frame: TypeAlias = dict[str, Any]


class Violation(Exception):
    """The other side broke the protocol."""


class TooLong(WorkerError):
    """What a worker was to be given is longer than a frame."""

    def __init__(self, length: int) -> None:
        super().__init__(
            f"What the script's process was to be given is {length / 2**20:.1f} MiB long; it takes {MAX_FRAME // 2**20}"
            " MiB at once. Is it the script, the event or the answer to a call? Make it shorter."
        )


class Frames:
    """Cuts a stream of bytes into frames, whatever the pieces it comes in."""

    def __init__(self, read: Callable[[int], bytes], *, limit: int = MAX_FRAME) -> None:
        self._read = read
        self._limit = limit
        self._buffer = bytearray()

    def next(self) -> Frame | None:
        """The next frame; None at the end of the stream, also where it ends inside a frame."""
        head = self._take(4)
        if head is None:
            return None
        length = int.from_bytes(head, "big")
        if length > self._limit:
            raise Violation(f"a frame of {length} bytes")
        body = self._take(length)
        return None if body is None else decode(body)

    def _take(self, count: int) -> bytes | None:
        while len(self._buffer) < count:
            piece = self._read(65536)
            if not piece:
                return None
            self._buffer += piece
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken


def encode(frame: Frame) -> bytes:
    """One frame as bytes; lone surrogates travel as JSON escapes.

    Raises:
        TooLong: the other side would not take it.
    """
    body = json.dumps(frame, separators=(",", ":"), allow_nan=False).encode("ascii")
    if len(body) > MAX_FRAME:
        raise TooLong(len(body))
    return len(body).to_bytes(4, "big") + body


def decode(body: bytes) -> Frame:
    """The object inside one frame."""
    try:
        frame = parse(body.decode("utf-8"), depth=MAX_DEPTH)
    except UnicodeDecodeError:
        raise Violation("bytes that are no text") from None
    if not isinstance(frame, dict) or not isinstance(frame.get("t"), str):
        raise Violation("a frame that names no kind")
    return frame


def parse(text: str, *, depth: int) -> Any:
    """Strict JSON: no NaN, no numbers beyond a double, no more levels than ``depth``."""
    if depth_of(text, stop=depth) > depth:
        raise Violation(f"JSON of more than {depth} levels")
    try:
        return json.loads(text, parse_constant=_no_constant, parse_float=_finite, parse_int=_whole)
    except (ValueError, RecursionError) as error:
        raise Violation(f"broken JSON: {error}") from None


def depth_of(text: str, *, stop: int) -> int:  # noqa: C901 - one pass over the characters
    """How many levels of arrays and objects a JSON text has; may stop counting beyond ``stop``."""
    if text.count("[") + text.count("{") <= stop:
        return 0
    depth = deepest = 0
    inside = escaped = False
    for character in text:
        if inside:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                inside = False
        elif character == '"':
            inside = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
            if deepest > stop:
                return deepest
        elif character in "]}":
            depth -= 1
    return deepest


def _no_constant(name: str) -> Any:
    raise Violation(f"{name} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise Violation("a number beyond a double")
    return number


def _whole(text: str) -> float | int:
    # JSON.stringify writes whole numbers below 1e21 with all their digits.
    return int(text) if len(text) < 25 else _finite(text)


# --- the shapes of what a worker sends --------------------------------------------------------------------------------


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _step(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MAX_STEP


def _text_or_none(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number_or_none(value: Any) -> bool:
    return value is None or _number(value)


def _place(value: Any) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31)


def _position(value: Any) -> bool:
    return value is not None and _place(value)


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _list(value: Any) -> bool:
    return isinstance(value, list)


def _fault(value: Any) -> bool:
    return isinstance(value, dict) and _fits(value, FAULT)


def _fault_or_none(value: Any) -> bool:
    return value is None or _fault(value)


def _faults(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MAX_FAULTS and all(_fault(one) for one in value)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MAX_NAMES and all(isinstance(one, str) for one in value)


def _texts_by_name(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(one, str) for one in value.values())


def _numbers_by_name(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_number, value.values()))


def _rows(value: Any, *shape: Callable[[Any], bool]) -> bool:
    return isinstance(value, list) and all(
        isinstance(row, list) and len(row) == len(shape) and all(map(_call, shape, row)) for row in value
    )


def _call(test: Callable[[Any], bool], value: Any) -> bool:
    return test(value)


def _coverage_or_none(value: Any) -> bool:
    return value is None or (
        isinstance(value, dict)
        and value.keys() == {"lines", "branches"}
        and _rows(value["lines"], _position, _count)
        and _rows(value["branches"], _position, _position, _arm, _count)
    )


def _arm(value: Any) -> bool:
    return value in ARMS


Shape: TypeAlias = dict[str, Callable[[Any], bool]]

FAULT: Shape = {
    "name": _text,
    "message": _text,
    "line": _place,
    "column": _place,
    "stack": _text,
    "raw": _text,
    "advice": _text,
}
ENDS = ("ok", "error", "rejected", "out of memory", "refused", "timed out")
ARMS = ("if", "else", "no else", "?", ":", "&&", "||", "default value", "case", "default", "function")
LEVELS = ("log", "info", "warn", "error", "debug", "trace")

FROM_WORKER: dict[str, Shape] = {
    "ready": {"layers": _texts_by_name, "parts": _numbers_by_name},
    "call": {
        "id": _count,
        "kind": lambda value: value in ("query", "action"),
        "step": _step,
        "body": _text_or_none,
        "line": _place,
        "column": _place,
    },
    "console": {"level": lambda value: value in LEVELS, "text": _text},
    "cut": {},
    "idle": {"timer": _number_or_none},
    "end": {
        "end": lambda value: value in ENDS,
        "fault": _fault_or_none,
        "rejections": _faults,
        "hints": _texts,
        "coverage": _coverage_or_none,
        "gated": _flag,
    },
    "tree": {
        "fault": _fault_or_none,
        "calls": _list,
        "reads": _list,
        "free": _list,
        "loops": lambda value: _rows(value, _count, _count, _count, _count),
    },
}


def check(frame: Frame) -> Frame:
    """The frame itself, if a worker may send it."""
    shape = FROM_WORKER.get(frame["t"])
    if shape is None:
        raise Violation(f"a frame of unknown kind {frame['t'][:40]!r}")
    if not _fits(frame, {"t": _text, **shape}):
        raise Violation(f"a malformed `{frame['t']}` frame")
    return frame


def _fits(value: Frame, shape: Shape) -> bool:
    return value.keys() == shape.keys() and all(test(value[key]) for key, test in shape.items())
