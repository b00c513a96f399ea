"""Which lines and branches of a script ran, and how often: true to the count, shown, merged, and out of reach."""

from __future__ import annotations

import dataclasses
import pickle
import re
from collections.abc import Iterator

import pytest

from tests.conformance import batch, corpus, generated, ours
from tests.conformance.grammar import TOPICS
from tests.conformance.node12 import Node12
from tests.conformance.recording import Job
from workbench.errors import UsageError
from workbench.runtime.coverage import Branch, Coverage, as_told
from workbench.runtime.messages import Violation
from workbench.runtime.outcome import Context, End, Limits, Outcome, Reply
from workbench.runtime.runner import Runner


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner() as made:
        yield made


@pytest.fixture(scope="module")
def node12() -> Iterator[Node12]:
    with Node12() as process:
        yield process


def run(runner: Runner, script: str, **limits: float) -> Outcome:
    return runner.run(
        script,
        Context(trigger_id="a.b", coverage=True, ingredients={"title": "Hello"}),
        lambda call: Reply(status=200, body={"data": [1, 2, 3]}),
        limits=Limits(**limits),  # type: ignore[arg-type]
    )


def covered(runner: Runner, script: str) -> Coverage:
    found = run(runner, script).coverage
    assert found is not None
    return found


def arms(coverage: Coverage) -> list[tuple[int, str, int]]:
    return [(one.line, one.kind, one.count) for one in coverage.branches]


# --- the counts -------------------------------------------------------------------------------------------------------


def test_every_line_that_can_run_has_its_count(runner: Runner) -> None:
    """Lines without a statement have no count, those that never ran have 0; callbacks and async functions count."""
    coverage = covered(
        runner,
        "// a comment\n"
        "let total = 0;\n"
        "function never() {\n"
        "  total = -1;\n"
        "}\n"
        "performQuery('x.y').then((response) => {\n"
        "  for (const item of response.responseBody.data) {\n"
        "    total += item;\n"
        "  }\n"
        "});\n"
        "(async () => {\n"
        "  await null;\n"
        "  total++;\n"
        "})();\n",
    )
    assert coverage.lines == {2: 1, 4: 0, 6: 1, 7: 1, 8: 3, 11: 1, 12: 1, 13: 1}
    assert coverage.missed == (4,)
    assert coverage.percent == pytest.approx(87.5)


BRANCHES = {
    "both ways of an if on one line": ("let a; if (Meta) a = 1; else a = 2;", [(1, "else", 0), (1, "if", 1)]),
    "an if without else": ("for (let i = 0; i < 3; i++) if (i > 0) i++;", [(1, "if", 1), (1, "no else", 1)]),
    "a conditional": ("const f = (a) => a ? 1 : 2; f(0); f(0); f(1);", [(1, "function", 3), (1, "?", 1), (1, ":", 2)]),
    "the right of and": ("let a = 0; Meta && ++a; a > 5 && ++a; null && 2;", [(1, "&&", 0), (1, "&&", 1)]),
    "the right of or": ("let a = 0; a || ++a; Meta || ++a; 5 || 6;", [(1, "||", 0), (1, "||", 1)]),
    "a chain": ("let a = 0; a = a || Meta && 0 || 3;", [(1, "&&", 1), (1, "||", 1), (1, "||", 1)]),
    "nested conditionals": (
        "let a = 0; a = Meta ? a ? 1 : 2 : 3;",
        [(1, "?", 1), (1, "?", 0), (1, ":", 1), (1, ":", 0)],
    ),
    "inside a template": ("`${Meta ? 1 : 2}`", [(1, "?", 1), (1, ":", 0)]),
    "default values": (
        "const f = (a = 1, { b = 2 } = {}) => a; f(); f(5, { b: 1 });",
        [(1, "default value", 1), (1, "default value", 1), (1, "default value", 1), (1, "function", 2)],
    ),
    "cases": (
        "let n; switch ('b') { case 'a': n = 1; break; case 'b': n = 2; default: n = 3; }",
        [(1, "case", 0), (1, "case", 1), (1, "default", 1)],
    ),
    "an arrow function never called": ("Promise.resolve(1).catch(() => 5);", [(1, "function", 0)]),
    "after an await": ("(async () => (await 0) ? 1 : 2)();", [(1, "function", 1), (1, "?", 0), (1, ":", 1)]),
    "a method and a field": (
        "class A { x = Meta ? 1 : 2; m() { return this.y || 1; } } new A().m();",
        [(1, "?", 1), (1, ":", 0), (1, "function", 1), (1, "||", 1)],
    ),
    "what the compiler drops is no branch": ("let a; if (false) a = 1; while (true) break;", []),
    "an empty arm is no branch": ("let a; if (Meta) {} else { a = 1; }", [(1, "else", 0)]),
}


@pytest.mark.parametrize("case", BRANCHES)
def test_every_arm_has_its_count(runner: Runner, case: str) -> None:
    """Each arm of a branch is counted by itself, however short, also several on one line."""
    script, expected = BRANCHES[case]
    assert sorted(arms(covered(runner, script))) == sorted(expected)


def test_hot_loops_are_counted_to_the_last_round(runner: Runner) -> None:
    """No count is lost when the engine would compile a loop or function anew while it runs."""
    coverage = covered(
        runner,
        "let odd = 0;\n"
        "for (let i = 0; i < 200000; i++) {\n"
        "  if (i < 0) odd--;\n"
        "  if (i % 2) odd++;\n"
        "}\n"
        "const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2));\n"
        "fib(20);\n",
    )
    assert (coverage.lines[3], coverage.lines[4], coverage.lines[6]) == (200_000, 200_000, 21_891)
    assert [one.count for one in coverage.branches if one.line in (3, 4)] == [200_000, 0, 100_000, 100_000]


def test_a_run_that_throws_is_covered_up_to_there(runner: Runner) -> None:
    """What came before an uncaught throw counts, what comes after never ran."""
    outcome = run(runner, "let a = 1;\nnull.x;\na = 2;\n")
    assert outcome.end is End.ERROR
    assert outcome.coverage is not None
    assert outcome.coverage.lines == {1: 1, 2: 1, 3: 0}


def test_counting_is_asked_for(runner: Runner) -> None:
    """Without being asked, nothing is counted; a script that was refused or killed has no counts."""
    plain = runner.run("1", Context(trigger_id="a.b"), lambda _: Reply(status=204))
    assert plain.coverage is None
    assert run(runner, "a?.b").coverage is None
    killed = run(runner, "const a = []; for (;;) a.push({});")
    assert killed.end is End.OUT_OF_MEMORY
    assert killed.coverage is None


def test_a_run_whose_time_ran_out_is_covered_up_to_there(runner: Runner) -> None:
    """Where the watchdog names the line, it has the counts as well."""
    outcome = run(runner, "let a = 1;\nwhile (a) {\n  a++;\n}\na = 0;\n", time_ms=300)
    assert outcome.end is End.TIMED_OUT
    assert outcome.coverage is not None
    assert outcome.coverage.missed == (5,)
    assert outcome.coverage.lines[3] > 1000


def test_counting_runs_nothing_twice(runner: Runner) -> None:
    """The script that is compiled to find the arms is never run, not even where nothing in it could stop it."""
    outcome = run(runner, "var a = true ? 1 : 2; function f() { return a || 3 } f(); console.log('once');")
    assert [line.text for line in outcome.console] == ["once"]


# --- against Node 12 --------------------------------------------------------------------------------------------------

UNTOLD = {"no else", "case", "default", "default value"}
"""Arms that V8's block coverage does not tell apart from what stands around them."""
KNOWN = {
    "37-uncaught-throw-stops-everything.js": "V8 does not see that what follows a throwing statement never ran",
    "40-stack-overflow.js": "how deep a stack goes is each engine's own",
    "81-webassembly-and-asm.js": "V8 counts nothing inside asm.js, which it compiles as WebAssembly",
}


def test_counts_are_those_of_node_12(runner: Runner, node12: Node12) -> None:
    """On the realistic scripts, each function, arm and plain line ran as often as in the real Node 12."""
    differences, compared = [], 0
    for file in corpus.FILES:
        if file.name in KNOWN:
            continue
        found, count = compare(corpus.job(file), runner, node12)
        differences += [f"{file.name}: {one}" for one in found]
        compared += count
    assert differences == []
    assert compared > 300


@pytest.mark.parametrize("topic", TOPICS)
def test_counts_of_generated_scripts_are_those_of_node_12(runner: Runner, node12: Node12, topic: str) -> None:
    """On generated scripts too, many in one run."""
    drawn = generated.compiling(generated.draw(topic, 25), node12)
    differences, compared = compare(batch.job(drawn), runner, node12)
    assert differences == [], f"WORKBENCH_SEED={generated.SEED}"
    assert compared > 50


def compare(job: Job, runner: Runner, node12: Node12) -> tuple[list[str], int]:
    """What our counts and V8's disagree about, and how many were compared."""
    outcome = ours.run_outcome(
        runner, dataclasses.replace(job, context=dataclasses.replace(job.context, coverage=True))
    )
    if outcome.end is End.REFUSED:
        return [], 0
    mine = outcome.coverage
    assert mine is not None
    blocks = Blocks(job.script, node12.coverage(job))
    pairs = [(f"{one}", one.count, blocks.entered(one)) for one in mine.arms if one.kind not in UNTOLD]
    pairs += [
        (f"line {one.line}: {one.source}", one.count, blocks.at(one.line, len(one.source) - len(one.source.lstrip())))
        for one in mine
        if is_plain(one.source)
    ]
    return [f"{what}: {count} here, {theirs} in Node 12" for what, count, theirs in pairs if count != theirs], len(
        pairs
    )


def is_plain(text: str) -> bool:
    """Whether a line begins with its one statement, so that V8's count of its first character is the line's."""
    one_statement = re.match(r"\s*[A-Za-z_$(\[`]", text) and not re.search(
        r"=>|\b(?:for|while|do|function|get|set)\b", text
    )
    return bool(one_statement) and not re.match(r"\s*(?:case|default|else|catch|class|static|async|\w+\()", text)


class Blocks:
    """V8's counts, by place."""

    def __init__(self, source: str, functions: list[list[dict[str, int]]]) -> None:
        self.functions = [[(one["startOffset"], one["endOffset"], one["count"]) for one in f] for f in functions]
        ends = (match.end() for match in re.finditer("\r\n|[\n\r\u2028\u2029]", source))
        self.starts = [0, *(len(source[:end].encode("utf-16-le")) // 2 for end in ends)]

    def entered(self, arm: Branch) -> int:
        if arm.kind != "function":
            return self.at(arm.line, arm.column - 1)
        start = self.starts[arm.line - 1] + arm.column - 1
        # V8 begins a static method somewhere in its head.
        return min(ranges[0] for ranges in self.functions if ranges[0][0] >= start)[2]

    def at(self, line: int, column: int) -> int:
        """The count of the smallest block around a place, of the innermost function."""
        place = self.starts[line - 1] + column
        around = [ranges for ranges in self.functions if ranges[0][0] <= place < ranges[0][1]]
        inner = min(around, key=lambda ranges: ranges[0][1] - ranges[0][0])
        return min((one for one in inner if one[0] <= place < one[1]), key=lambda one: one[1] - one[0])[2]


# --- shown ------------------------------------------------------------------------------------------------------------

SCRIPT = "const f = (a) => a ? 1 : 2;\nif (f(1) > 5) {\n  f('<b>');\n}\nf(1);\n"


def test_the_text_shows_the_source_with_its_counts(runner: Runner) -> None:
    """Each line with its count; missed lines and those missed in part are marked, and what was missed is named."""
    assert repr(covered(runner, SCRIPT)).splitlines() == [
        "Coverage: 3 of 4 lines ran (75.0 %), 3 of 5 branches (60.0 %), in 1 run",
        "  count  line   ✗ never ran   ~ ran in part",
        "",
        "~     2     1 | const f = (a) => a ? 1 : 2;   ← never: : (column 26)",
        "~     1     2 | if (f(1) > 5) {   ← never: if (column 15)",
        "✗     0     3 |   f('<b>');",
        "            4 | }",
        "      1     5 | f(1);",
    ]


def test_the_html_tells_by_words_and_escapes_the_source(runner: Runner) -> None:
    """Each row says in words whether it ran, beside the colour; the script's text is never markup."""
    page = covered(runner, SCRIPT)._repr_html_()
    assert "f(&#x27;&lt;b&gt;&#x27;);" in page
    assert "<b>" not in page
    assert page.count("never ran") == 1
    assert "ran in part; never: if (column 15)" in page
    assert '<th scope="row">3</th>' in page
    assert '<th scope="row">6</th>' not in page  # the line end of the fifth begins no line that anybody wrote


def test_rows_and_frames(runner: Runner) -> None:
    """Lines and branches are rows: indexed, iterated, and frames with declared types."""
    coverage = covered(runner, SCRIPT)
    frame = coverage.frame()
    assert list(frame["state"]) == ["partly", "partly", "missed", "ran"]
    assert list(frame["count"]) == [2, 1, 0, 1]
    assert dict(coverage.branches.frame().dtypes.astype(str)) == {
        "line": "int64", "column": "int64", "kind": "str", "count": "int64",
    }  # fmt: skip
    assert coverage[2].source == "  f('<b>');"
    assert len(coverage.branches.missed) == 2
    assert pickle.loads(pickle.dumps(coverage)) == coverage


def test_of_a_long_script_only_what_was_missed_is_shown() -> None:
    """A text of a thousand lines is cut to the surroundings of what did not run."""
    source = "a();\n" * 1000
    lines = {number: int(number != 500) for number in range(1, 1001)}
    shown = repr(Coverage(source=source, lines=lines)).splitlines()
    assert len(shown) < 12
    assert any(line.startswith("✗") and " 500 |" in line for line in shown)


# --- merged -----------------------------------------------------------------------------------------------------------


def test_many_runs_are_merged(runner: Runner) -> None:
    """Counts add up line by line and arm by arm; `sum`, `+` and `merged` say the same."""
    script = "let a;\nif (Trigger.ingredients.title === 'Hello') {\n  a = 1;\n} else {\n  a = 2;\n}"
    seen = [
        runner.run(
            script, Context(trigger_id="a.b", coverage=True, ingredients={"title": title}), lambda _: Reply(status=204)
        )
        for title in ("Hello", "Hello", "Bye")
    ]
    merged = Coverage.merged(seen)
    assert merged.lines == {1: 3, 2: 3, 3: 2, 5: 1}
    assert arms(merged) == [(2, "if", 2), (4, "else", 1)]
    assert merged.runs == 3
    assert (merged.percent, merged.branch_percent) == (100, 100)
    parts = [outcome.coverage for outcome in seen if outcome.coverage]
    assert sum(parts) == parts[0] + parts[1] + parts[2] == merged
    assert "in 3 runs" in repr(merged)


def test_what_cannot_be_merged_says_so(runner: Runner) -> None:
    """Runs without coverage and runs of different scripts are an error that says what to do."""
    plain = runner.run("1", Context(trigger_id="a.b"), lambda _: Reply(status=204))
    with pytest.raises(UsageError, match="coverage=True"):
        Coverage.merged([plain])
    with pytest.raises(UsageError, match="different scripts"):
        Coverage.merged([covered(runner, "1"), covered(runner, "2")])


# --- out of reach -----------------------------------------------------------------------------------------------------

# Walks everything that a script can reach, by property, prototype and accessor, and tells what looks like a debugger's.
WALK = """
const seen = new Set();
const suspects = [];
function walk(value, path, depth) {
  if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) return;
  seen.add(value);
  const text = typeof value === "function" && value !== walk ? Function.prototype.toString.call(value) : "";
  if (/collectCoverageInfo|getOffsetsCoverage|onNewScript|workbench:/.test(text)) suspects.push(path);
  if (/Debugger/.test(Object.prototype.toString.call(value))) suspects.push(path);
  let keys = [];
  try { keys = Reflect.ownKeys(value); } catch (error) {}
  for (const key of keys) {
    if (/^(?:Debugger|counts|probe)$/.test(String(key))) suspects.push(path + "." + String(key));
    const found = Reflect.getOwnPropertyDescriptor(value, key);
    if (!found) continue;
    for (const part of ["value", "get", "set"]) walk(found[part], path + "." + String(key), depth + 1);
  }
  walk(Reflect.getPrototypeOf(value), path + ".__proto__", depth + 1);
}
function all() {
  walk(globalThis, "globalThis", 0);
  walk(this, "this", 0);
  walk(debuggerGlobal, "debuggerGlobal", 0);
  for (const make of [() => null.x, () => JSON.parse("{"), () => decodeURI("%")]) {
    try { make(); } catch (error) { walk(error, "error", 0); }
  }
  walk(all.caller, "caller", 0);
  walk(arguments.callee.caller, "callee.caller", 0);
}
all();
Promise.resolve().then(() => {
  all();
  console.log(seen.size > 500, Reflect.ownKeys(debuggerGlobal).sort().join(), suspects.join());
});
"""

# Replaces what our own code could stumble over, if it ran in the script's realm or looked anything up there.
TRAPS = """
const caught = [];
const names = ["plan", "start", "counts", "count", "offset", "lineNumber", "lines", "branches", "rows", "toJSON"];
for (const name of names.concat(["get", "set", "then"])) {
  Object.defineProperty(Object.prototype, name, {
    configurable: true,
    get() { caught[caught.length] = name; return undefined; },
    set(value) { caught[caught.length] = name; },
  });
}
const traps = [
  [Array.prototype, ["push", "map", "filter", "forEach", "sort", "join", Symbol.iterator]],
  [Map.prototype, ["get", "set", "has"]],
  [Set.prototype, ["has", "add"]],
  [JSON, ["parse", "stringify"]],
  [String.prototype, ["charCodeAt", "slice"]],
];
for (let i = 0; i < traps.length; i++) {
  for (let k = 0; k < traps[i][1].length; k++) {
    traps[i][0][traps[i][1][k]] = function () { caught[caught.length] = k; throw new Error("trapped"); };
  }
}
const before = caught.length;
let a = true ? 1 : 2;
if (a) a = 3;
"""


def test_no_script_reaches_the_counters(runner: Runner) -> None:
    """From nothing that a script can hold does a way lead to the debugger that counts."""
    outcome = run(runner, WALK)
    assert [line.text for line in outcome.console] == ["true Infinity,NaN,undefined "]


def test_a_script_that_replaces_everything_is_counted_all_the_same(runner: Runner) -> None:
    """Overwritten builtins neither change the counts nor get to see anything of them."""
    outcome = run(runner, TRAPS)
    assert outcome.end is End.OK
    assert outcome.coverage is not None
    last = max(outcome.coverage.lines)
    assert outcome.coverage.lines[last] == outcome.coverage.lines[last - 1] == 1
    assert [one.count for one in outcome.coverage.branches if one.line == last] == [0, 1]
    told = run(runner, f"{TRAPS}Promise.resolve().then(() => {{}});\nconsole.log(caught.length === before);")
    assert [line.text for line in told.console] == ["true"]


def test_a_script_cannot_pose_as_another(runner: Runner) -> None:
    """Code made at run time is not counted as the script, whatever it calls itself."""
    coverage = covered(runner, "eval('1;\\n2;\\n3;\\n//# sourceURL=script.js');\nnew Function('return 1 ? 2 : 3')();\n")
    assert coverage.lines == {1: 1, 2: 1}
    assert arms(coverage) == []


def test_a_script_may_use_the_name_that_stops_the_probe(runner: Runner) -> None:
    """Where the arms cannot be told, the lines still are."""
    coverage = covered(runner, "var debuggerGlobal;\nlet a = Meta ? 1 : 2;\n")
    assert coverage.lines == {2: 1}


def test_counts_that_cannot_be_are_a_violation() -> None:
    """A worker that counts lines which the script does not have is not believed."""
    with pytest.raises(Violation):
        as_told("1\n2", {"lines": [[3, 1]], "branches": []})
    with pytest.raises(Violation):
        as_told("1\n2", {"lines": [[1, 1]], "branches": [[9, 1, "if", 1]]})


def test_astral_letters_and_odd_line_breaks_keep_the_places_right(runner: Runner) -> None:
    """Columns count as JavaScript counts, and lines break where JavaScript breaks them."""
    coverage = covered(runner, "const s = '😀'; const t = s ? 1 : 2;\r\nlet a = 1;\u2028a = 2;\rif (a) a = 3;\n")
    assert coverage.lines == {1: 1, 2: 1, 3: 1, 4: 1}
    assert [(one.line, one.column) for one in coverage.branches] == [(1, 31), (1, 35), (4, 1), (4, 8)]
