"""Errors point into the user's own source, in Node 12's words: held to what the real Node 12 prints."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conformance.node12 import BINARY
from tests.runtime import thrown
from workbench.runtime.outcome import Context, End, Outcome, Reply
from workbench.runtime.places import lines_of
from workbench.runtime.runner import Runner

MODULES = BINARY.parents[2]
# What a runtime script has beside the language, for Node 12 itself.
PRELUDE = """
global.moment = require(%r);
global.Meta = { currentUserTime: moment() };
global.Trigger = { id: "a.b", ingredients: { title: "Hello" } };
const later = () => new Promise((give) => setImmediate(() => give({ statusCode: 200, responseBody: { data: [1] } })));
global.performQuery = later;
global.runAction = later;
"""


@dataclass(frozen=True)
class Told:
    """What Node 12 says of a script that failed: the message, and the first place in the script that it names."""

    end: str
    message: str
    line: int | None


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner() as made:
        yield made


@pytest.fixture(scope="module")
def node12(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Told]:
    """The real Node 12 on every script of the tables, each a process of its own."""
    folder = tmp_path_factory.mktemp("scripts")
    prelude = folder / "prelude.js"
    prelude.write_text(PRELUDE % str(MODULES / "moment-timezone"))
    every = {**thrown.UNCAUGHT, **thrown.UNHANDLED}

    def ask(name: str) -> Told:
        script = folder / name.replace(" ", "-") / "script.js"
        script.parent.mkdir()
        script.write_text(every[name])
        printed = subprocess.run(
            [BINARY, "-r", prelude, script], capture_output=True, text=True, timeout=60, check=False
        )
        return read(printed.stderr, script)

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(every, pool.map(ask, every), strict=True))


def read(printed: str, script: Path) -> Told:
    """Node 12's own words and place, from what it prints on stderr."""
    rejected = re.search(r"UnhandledPromiseRejectionWarning: (.*?)(?=\n    at |\n\(node:|\Z)", printed, re.DOTALL)
    if rejected:
        return Told("rejected", rejected[1].strip(), first_place(printed, script))
    head, _, rest = (
        printed.partition("\n\n") if "^" not in printed else re.split(r"(\n[ \t]*\^+\n)", printed, maxsplit=1)
    )
    message = re.split(r"\n    at |\n\(Use `node", "\n" + rest.lstrip("\n"))[0].strip()
    place = first_place(rest, script)
    if place is None:  # not an error: where it was thrown
        at = re.search(rf"^{re.escape(str(script))}:(\d+)$", head, re.MULTILINE)
        place = int(at[1]) if at else None
    return Told("error", message, place)


def first_place(text: str, script: Path) -> int | None:
    found = re.search(rf"{re.escape(str(script))}:(\d+)", text)
    return int(found[1]) if found else None


def run(runner: Runner, script: str) -> Outcome:
    return runner.run(
        script,
        Context(trigger_id="a.b", ingredients={"title": "Hello"}),
        lambda call: Reply(status=200, body={"data": [1]}),
    )


@pytest.mark.parametrize("name", [*thrown.UNCAUGHT, *thrown.UNHANDLED])
def test_the_message_and_the_line_are_node_12s(runner: Runner, node12: dict[str, Told], name: str) -> None:
    """An uncaught throw or unhandled rejection ends as in Node 12, with its words, and points to the line it names."""
    script = {**thrown.UNCAUGHT, **thrown.UNHANDLED}[name]
    outcome, told = run(runner, script), node12[name]
    assert outcome.fault is not None
    message = outcome.fault.message
    if name in thrown.INSPECTED:
        message = message.strip("'")
    mine = Told(outcome.end.value, message, outcome.fault.line)
    if name in thrown.KNOWN:
        assert (mine.message, mine.line) == thrown.KNOWN[name]
        assert mine != told, "no longer a difference: take it from the table"
    else:
        assert mine == told
    points_at_its_line(outcome, script)


def points_at_its_line(outcome: Outcome, script: str) -> None:
    """The excerpt is the line itself with a caret under the column, and the stack names the same place."""
    fault = outcome.fault
    assert fault is not None
    if fault.line is None:
        assert fault.excerpt == ""
        return
    shown = fault.excerpt.splitlines()
    text = lines_of(script)[fault.line - 1]
    assert shown[0] == f"{fault.line} | {text}"
    if fault.column is not None:
        assert shown[1] == " " * (len(f"{fault.line} | ") + fault.column - 1) + "^"
        assert 0 < fault.column <= len(text) + 1
    if fault.stack:
        assert f"script.js:{fault.line}" in fault.stack


RAW = {
    "a property of undefined": ("undefined.x", "can't access property"),
    "broken JSON": ("JSON.parse('{')", "JSON.parse: "),
    "too deep": ("(function f() { f(); })()", "too much recursion"),
}


@pytest.mark.parametrize("case", RAW)
def test_the_engines_own_words_are_kept(runner: Runner, case: str) -> None:
    """Beside Node's text stands what the engine itself said."""
    script, said = RAW[case]
    fault = run(runner, script).fault
    assert fault is not None
    assert said in fault.raw
    assert said not in fault.message


def test_the_stack_is_node_style_and_of_the_script_alone(runner: Runner) -> None:
    """Calls, callbacks and awaits of the script are listed as V8 lists them; nothing of ours is."""
    script = (
        "function inner(list) {\n  return list.map((one) => one.a.b);\n}\n"
        "async function outer() {\n  await null;\n  inner([{}]);\n}\n"
        "async function main() {\n  await outer();\n}\nmain();\n"
    )
    fault = run(runner, script).fault
    assert fault is not None
    # Columns of outer frames are the engine's own: where a call's arguments begin.
    assert [re.sub(r"(script\.js:\d+):\d+", r"\1", line) for line in fault.stack.splitlines()] == [
        "TypeError: Cannot read property 'b' of undefined",
        "    at script.js:2",
        "    at inner (script.js:2)",
        "    at outer (script.js:6)",
        "    at async main (script.js:9)",
    ]
    assert "script.js:2:34" in fault.stack


def test_every_unhandled_rejection_is_told(runner: Runner) -> None:
    """The run's fault is the first; all of them are kept, each with its place."""
    outcome = run(runner, thrown.UNHANDLED["two rejections"])
    assert outcome.end is End.REJECTED
    assert [(fault.message, fault.line) for fault in outcome.rejections] == [("Error: first", 1), ("Error: second", 2)]
    assert outcome.fault == outcome.rejections[0]
