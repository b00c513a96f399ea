"""Every script that tries to break out ends denied or cleanly; canaries and the next run stay as they were."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.recording import context
from tests.isolation.conftest import CANARY_VALUE
from workbench.runtime.outcome import Call, End, Limits, Outcome, Profile, Reply
from workbench.runtime.runner import Runner

FOLDER = Path(__file__).parent / "escapes"
FILES = sorted(FOLDER.glob("*.js"))
NEXT_RUN = """
(async () => {
  const fields = { list: [3, 1, 2].sort(), text: JSON.stringify({ a: [1, { b: null }] }) };
  const reply = await runAction("next.run", { fields });
  console.log(reply.statusCode, Object.keys(reply).join(), typeof polluted, {}.polluted);
  console.log(Meta.currentUserTime.format("LT"), moment.locale(), new Date().getTime() === moment.now());
  console.log([..."ab"].map((x) => x + 1).join(), /a(b)/.exec("xab").index, String(new Error("x")), `${[1, [2]]}`);
})();
"""
NEXT_LINES = ["200 statusCode,responseBody undefined undefined", "12:20 PM en true", "a1,b1 1 Error: x 1,2"]


def test_the_corpus_is_as_large_as_promised() -> None:
    """At least 60 attempts."""
    assert len(FILES) >= 60


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_attempt_is_denied(runner: Runner, canary_file: Path, file: Path) -> None:
    """The attempt gets nowhere, the run ends in an expected state, and nobody else notices."""
    source = file.read_text(encoding="utf-8")
    first = source.partition("\n")[0]
    given = json.loads(first.removeprefix("//!")) if first.startswith("//!") else {}
    outcome = _run(runner, source, given, canary_file)
    told = [line.text[:200] for line in outcome.console]
    assert outcome.end.value in given.get("end", ["ok"]), (outcome.end, outcome.fault, told[:5])
    assert any(text.startswith("denied") for text in told) or outcome.end is End.OUT_OF_MEMORY, told[:5]
    assert not [text for text in told if text.startswith("ESCAPED")]
    assert CANARY_VALUE not in repr(outcome)
    assert "canary-content" not in repr(outcome)
    assert canary_file.read_text() == "canary-content"
    _next_run_is_untouched(runner)


def _run(runner: Runner, source: str, given: dict[str, Any], canary_file: Path) -> Outcome:
    def answer(call: Call) -> Reply:
        assert isinstance(call.step, str)
        return Reply(status=200, body=given.get("reply", {"data": [{"a": 1}]}))

    plain = {"ingredients": {"canary_file": str(canary_file), **given.get("ingredients", {})}}
    profile = Profile(given.get("profile", "documented"))
    limits = Limits(time_ms=given.get("limit_ms", 5_000))
    return runner.run(source, context(**plain, profile=profile), answer, limits=limits)


def _next_run_is_untouched(runner: Runner) -> None:
    calls: list[Call] = []
    outcome = runner.run(NEXT_RUN, context(), lambda call: calls.append(call) or Reply(status=200))
    assert outcome.end is End.OK, outcome
    assert [line.text for line in outcome.console] == NEXT_LINES
    assert [(call.kind, call.step, call.body) for call in calls] == [
        ("action", "next.run", {"fields": {"list": [1, 2, 3], "text": '{"a":[1,{"b":null}]}'}})
    ]
