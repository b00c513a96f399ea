"""A worker that has been taken over: says ready, waits for its run, then sends what its one argument names.

Started as a real worker is; speaks the frames of workbench/runtime/messages.py without using that module.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable

# Whatever the real worker does with its pipes, the fake finds its own as descriptors 0 and 1.
READ, WRITE = 0, 1


def frame(value: object) -> bytes:
    return raw(json.dumps(value).encode())


def raw(body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + body


def call(**changed: object) -> bytes:
    plain = {"t": "call", "id": 1, "kind": "action", "step": "a.b", "body": "{}", "line": None, "column": None}
    return frame({**plain, **changed})


def end(**changed: object) -> bytes:
    plain = {"t": "end", "end": "ok", "fault": None, "rejections": [], "hints": [], "coverage": None, "gated": True}
    return frame({**plain, **changed})


READY = frame({"t": "ready", "layers": {}, "parts": {}})
PLAIN_FAULT = {"name": "x", "message": "m", "line": 1, "column": 1, "stack": "", "raw": "", "advice": ""}
DEEP = b"[" * 100_000 + b"]" * 100_000

HOSTILE: dict[str, bytes] = {
    "a length of four gigabytes": b"\xff\xff\xff\xff" + b"x" * 100,
    "a frame beyond the limit": (40 * 2**20).to_bytes(4, "big") + b" " * (40 * 2**20),
    "bytes that are no JSON": raw(b"\x00\xfe\xff{"),
    "an empty frame": raw(b""),
    "a list for a frame": frame(["t", "end"]),
    "a number for a frame": frame(7),
    "a frame of no kind": frame({"end": "ok"}),
    "a kind that is a list": frame({"t": ["end"]}),
    "a frame of unknown kind": frame({"t": "exec", "code": "1"}),
    "a frame only a parent sends": frame({"t": "go", "script": "1"}),
    "a console line that is NaN": raw(b'{"t":"console","level":"log","text":NaN}'),
    "a console line of unknown level": frame({"t": "console", "level": "root", "text": "x"}),
    "a console line with a second text": frame({"t": "console", "level": "log", "text": "x", "html": "<b>"}),
    "a timer at infinity": raw(b'{"t":"idle","timer":Infinity}'),
    "a timer beyond a double": raw(b'{"t":"idle","timer":1e999}'),
    "a frame of a hundred thousand levels": raw(b'{"t":"end","end":' + DEEP + b"}"),
    "a call without an id": frame({"t": "call", "kind": "action", "step": "a.b", "body": None, "line": 1, "column": 1}),
    "a call whose id is text": call(id="1"),
    "a call whose id is true": call(id=True),
    "a call with a negative id": call(id=-1),
    "two calls with one id": call() + call(),
    "a call of unknown kind": call(kind="delete"),
    "a call whose step is an object": call(step={"a": 1}),
    "a call of a step whose name is a megabyte long": call(step="x" * 2**20),
    "a call at line minus five": call(line=-5),
    "a call whose body is no JSON": call(body="{"),
    "a call whose body is NaN": call(body="NaN"),
    "a call whose body is beyond a double": call(body="[1e999]"),
    "a call whose body is an object": call(body={"fields": {}}),
    "a call whose body is a hundred thousand levels deep": call(body=DEEP.decode()),
    "an end that only we may say": end(end="crashed"),
    "an end called no script": end(end="no script"),
    "a time-out before its time": end(end="timed out"),
    "an end that is no end": end(end="root"),
    "an end with a forged fault": end(end="error", fault={"name": "x"}),
    "an end with a fault at line zero": end(
        end="error", fault={"name": "x", "message": "m", "line": 0, "column": 0, "stack": "", "raw": "", "advice": ""}
    ),
    "an end with hints that are numbers": end(hints=[1, 2]),
    "an end with coverage of text": end(coverage={"lines": [["1", "2"]], "branches": []}),
    "an end with coverage of no line": end(coverage={"lines": [[None, 2]], "branches": []}),
    "an end with a thousand rejections": end(end="rejected", rejections=[PLAIN_FAULT] * 1_000),
    "an end with a thousand hints": end(hints=["x"] * 1_000),
    "an answer to a question nobody asked": frame({"t": "tree", "fault": None, "calls": [], "reads": [], "free": []}),
    "nine bodies of a megabyte": b"".join(call(id=n + 1, body=f'"{"x" * 1_000_000}"') for n in range(9)),
    "ready said twice": READY,
    "half a frame": b"\x00\x00\x01\x00{",
    "nothing, and dies": b"",
}


def silent() -> None:
    time.sleep(60)


def good_then_stays() -> None:
    os.write(WRITE, end())
    time.sleep(60)


def floods_stderr() -> None:
    for _ in range(200):
        os.write(2, b"x" * 65536)
    os.write(WRITE, end())


def console_for_ever() -> None:
    line = frame({"t": "console", "level": "log", "text": "x" * 1000})
    while True:
        os.write(WRITE, line)


def calls_for_ever() -> None:
    number = 0
    while True:
        number += 1
        os.write(WRITE, call(id=number))


def never_ready_at_all() -> None:
    time.sleep(600)


def lies_when_ready() -> None:
    os.write(WRITE, frame({"t": "ready", "layers": {}, "parts": {"engine": "fast"}}))
    time.sleep(60)


def calls_before_ready() -> None:
    os.write(WRITE, call())
    time.sleep(60)


def dies_before_ready() -> None:
    os._exit(3)


def reads_nothing() -> None:
    os.write(WRITE, READY)
    time.sleep(60)


BEHAVIOURS: dict[str, Callable[[], None]] = {
    function.__name__: function
    for function in (silent, good_then_stays, floods_stderr, console_for_ever, calls_for_ever)
}
BEFORE_READY: dict[str, Callable[[], None]] = {
    function.__name__: function
    for function in (never_ready_at_all, dies_before_ready, lies_when_ready, calls_before_ready, reads_nothing)
}


def main() -> None:
    mode = sys.argv[1]
    if mode in BEFORE_READY:
        BEFORE_READY[mode]()
        return
    os.write(WRITE, READY)
    os.read(READ, 65536)
    if mode in BEHAVIOURS:
        BEHAVIOURS[mode]()
        return
    left = HOSTILE[mode]
    while left:
        left = left[os.write(WRITE, left) :]
    if mode not in {"half a frame", "nothing, and dies"}:
        time.sleep(60)


if __name__ == "__main__":
    main()
