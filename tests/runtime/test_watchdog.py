"""A script whose time runs out is stopped where it is, and its user is told the line."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from workbench.runtime.outcome import Context, End, Limits, Outcome, Reply
from workbench.runtime.runner import Runner

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has the timer")

# Each with the line at which it must be found.
LOOPS = {
    "a plain loop": ("let n = 0;\nfor (;;) {\n  n++;\n}", {2, 3}),
    "a loop in a function": ("function spin() {\n  while (true);\n}\nspin();", {2}),
    "a loop after a reply": ("runAction('a.b')\n  .then(() => {\n    for (;;);\n  });", {3}),
    "a loop after an await": ("(async () => {\n  await runAction('a.b');\n  for (;;);\n})();", {3}),
    "promise jobs without end": ("const again = () =>\n  Promise.resolve().then(again);\nagain();", {2}),
    "a loop without a condition": ("let n = 0;\nfor (;;) {\n  n++;\n}", {2}),
    "one in a branch": ("const x = Math.max(1,\n 2);\nvar y;\nif (x) {\n  for (;;) y = x;\n}", {5}),
    "one that starts a method": ("class A {\n  static go() {\n    a: for (;;) { continue a; }\n  }\n}\nA.go();", {3}),
    "one after a callback": ("[1].map((x) => {\n  return x;\n});\nfor (;;) {\n}", {4}),
    "a regular expression": ("const s = 'a'.repeat(40);\n/(a+)+$/.test(s + 'b');", {2}),
    "a getter": ("const o = {\n  get x() {\n    for (;;);\n  },\n};\nJSON.stringify(o);", {3}),
    "a comparator": ("[2, 1].sort(() => {\n  for (;;);\n});", {2}),
    "a loop that catches": ("for (;;) {\n  try {\n    for (;;);\n  } catch (e) {} finally {}\n}", {1, 3}),
    "a proxy": ("const p = new Proxy({}, {\n  get() { for (;;); },\n});\np.x;", {2}),
    "moment in a loop": ("for (;;)\n  moment().add(1, 'day').format();", {1, 2}),
    "a loop that overwrote Error": (
        "Error = null; JSON.stringify = null;\nArray.prototype.push = null;\nfor (;;);",
        {3},
    ),
}


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner() as runner:
        yield runner


def stopped(runner: Runner, script: str, *, limit_ms: float = 300, delay_ms: float = 0.0) -> Outcome:
    def answer(_: object) -> Reply:
        return Reply(status=200, delay_ms=delay_ms)

    return runner.run(script, Context(trigger_id="a.b"), answer, limits=Limits(time_ms=limit_ms))


@pytest.mark.parametrize("name", LOOPS)
def test_the_line_of_an_endless_script_is_named(runner: Runner, name: str) -> None:
    """The fault has the line, an excerpt of it and a stack, and comes no sooner than the limit."""
    script, lines = LOOPS[name]
    for _ in range(3):  # on a machine that is busy elsewhere, the kill may come before the worker has said its line
        outcome = stopped(runner, script)
        assert outcome.end is End.TIMED_OUT
        assert outcome.fault is not None
        if outcome.fault.line is not None:
            break
    assert outcome.fault.line in lines
    assert outcome.fault.column is not None
    assert f"at line {outcome.fault.line}, column {outcome.fault.column}." in outcome.fault.message
    assert outcome.fault.excerpt.startswith(f"{outcome.fault.line} | ")
    assert f"script.js:{outcome.fault.line}:" in outcome.fault.stack
    assert outcome.duration_ms >= 300


def test_simulated_delays_count_towards_the_time(runner: Runner) -> None:
    """After nine of ten simulated seconds, a loop is stopped within the tenth."""
    outcome = stopped(runner, "runAction('a.b').then(() => {\n  for (;;);\n});", limit_ms=10_000, delay_ms=9_500)
    assert outcome.end is End.TIMED_OUT
    assert outcome.fault is not None
    assert outcome.fault.line == 2
    assert outcome.parts["simulated"] > 9_000
    assert 10_000 <= outcome.duration_ms <= 10_250


def test_one_long_step_of_the_engine_is_ended_by_the_parent(runner: Runner) -> None:
    """What cannot be interrupted is killed all the same, only without a line."""
    script = "const many = new Array(1e5).fill(new Array(100).fill(1));\nArray.prototype.concat.apply([], many).length;"
    outcome = stopped(runner, f"const started = Date.now();\nfor (;;) {{ {script} }}", limit_ms=1_000)
    assert outcome.end in {End.TIMED_OUT, End.OUT_OF_MEMORY}
    assert outcome.duration_ms <= 3_000


def test_a_script_that_ends_in_time_is_left_alone(runner: Runner) -> None:
    """A short script under a long limit ends well, long after other limits would have passed."""
    for limit_ms in (500, 60_000):
        outcome = stopped(runner, "let n = 0; for (let i = 0; i < 1e6; i++) n += i; console.log(n)", limit_ms=limit_ms)
        assert outcome.end is End.OK
        assert outcome.console[0].text == "499999500000"
