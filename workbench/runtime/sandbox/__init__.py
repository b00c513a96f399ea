"""The JavaScript that runs inside a worker: globals, hardening, Node 12 behaviour, console; put together here."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120  (pathlib would cost each worker 5 ms)
BUNDLES = os.path.join(os.path.dirname(os.path.dirname(HERE)), "javascript", "bundles")  # noqa: PTH118, PTH120

PARTS = (
    "kit",
    "hardening",
    "errors",
    "throws",
    "rewordings",
    "clock",
    "dates",
    "math",
    "numbers",
    "sort",
    "strings",
    "regexps",
    "intl",
    "webassembly",
    "kinds",
    "layout",
    "inspect",
    "console",
    "places",
    "letters",
    "refusals",
    "gate",
    "loops",
    "reading",
    "expressions",
    "sites",
    "plan",
    "globals",
    "random",
    "encoding",
    "timers",
    "buffer",
    "node12",
    "main",
)
"""In this order: each may use what those before it left in the kit; the last returns the door."""


_kept: list[str] = []
"""What the engine shares with us, and may let go of where it must not be the last to."""


def bundle(name: str) -> str:
    """The text of a bundle of third-party JavaScript."""
    return _read(os.path.join(BUNDLES, f"{name}.js"))  # noqa: PTH118


def build_on(evaluate: Callable[[str, str], Any]) -> None:
    """Evaluate what the sandbox is built on: moment with its zones, and the parser of the gate."""
    for name in ("moment", "acorn"):
        evaluate(bundle(name), f"workbench:{name}")
    load = evaluate('(zones) => globalThis["workbench:moment"].tz.load(JSON.parse(zones))', "workbench:zones")
    _kept.append(_read(os.path.join(BUNDLES, "zones.json")))  # noqa: PTH118
    load(_kept[-1])


def source() -> str:
    """One expression: a function of the host that returns the sandbox's door."""
    words = _read(os.path.join(HERE, "translate.js"))  # noqa: PTH118
    steps = [f"const kit = {{ __proto__: null, host, words: {words}, wordsSource: {json.dumps(words)} }};"]
    *most, last = (f"({_read(os.path.join(HERE, f'{part}.js'))})(kit);" for part in PARTS)  # noqa: PTH118
    return "\n".join(["(function (host) {", *steps, *most, f"return {last}", "})"])


def counters() -> str:
    """An expression, for the realm that can debug the script's: a function of its global that returns the counters."""
    return _read(os.path.join(HERE, "coverage.js"))  # noqa: PTH118


def _read(path: str) -> str:
    with open(path, encoding="utf-8") as file:  # noqa: PTH123
        return file.read()
