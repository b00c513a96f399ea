"""Every difference between the workbench and Node 12 that the comparison forgives: this table, and nothing else.

A row is a pair of patterns: a text of ours and a text of Node 12's are forgiven where each has its side of the pair,
between the same words before and behind, and all groups of one name agree. Everything else is compared exactly.
README.md beside this file shows the table, and a test holds the two together.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from tests.conformance.recording import Recording, Thrown


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing in which the two sides differ, and why: the pattern of our text, and of Node 12's."""

    what: str
    why: str
    ours: str
    node: str
    reordered: bool = False  # the words inside the pair are the same, in another order
    near: bool = False  # two numbers that are equal but for their last digits
    only: str = ""  # a pattern that the script must contain

    def explains(self, ours: str, node: str, script: str = "") -> bool:
        """Whether two texts differ in nothing but this."""
        if self.only and not re.search(self.only, script):
            return False
        for theirs in re.finditer(self.node, node):
            before, after = node[: theirs.start()], node[theirs.end() :]
            if len(ours) < len(before) + len(after) or not (ours.startswith(before) and ours.endswith(after)):
                continue
            mine = re.fullmatch(self.ours, ours[len(before) : len(ours) - len(after)])
            if mine is not None and self._agree(mine, theirs):
                return True
        return False

    def _agree(self, mine: re.Match[str], theirs: re.Match[str]) -> bool:
        if self.near:
            return math.isclose(float(mine[0]), float(theirs[0]), rel_tol=1e-14)
        a, b = mine.groupdict(), theirs.groupdict()
        words = [sorted(re.findall(r"\w+", found[0])) for found in (mine, theirs)]
        return all(a[name] == b[name] for name in a.keys() & b.keys()) and (not self.reordered or words[0] == words[1])


_NOT_ITERABLE = r"is not iterable(?: \(cannot read property Symbol\(Symbol\.iterator\)\))?"
_ITERATION = rf"TypeError: (?:[^\n]*? {_NOT_ITERABLE}|undefined is not a function|Found non-callable @@iterator)"
_REAL = r"-?\d+(?:\.\d+)?(?:e[+-]\d+)?"
_CALL_SITE = "V8 names the expression by its own reading of the source; for rare constructs ours is another."

KNOWN: tuple[Difference, ...] = (
    Difference(
        what="which value an error names that cannot be iterated",
        why=_CALL_SITE,
        ours=_ITERATION,
        node=_ITERATION,
    ),
    Difference(
        what="which value an error names that cannot be destructured",
        why=_CALL_SITE,
        ours=r"Cannot (?:destructure [^\n]*? as it is (?:undefined|null)\.|convert undefined or null to object"
        r"|read property '[^']*' of (?:undefined|null))",
        node=r"Cannot (?:destructure [^\n]*? as it is (?:undefined|null)\."
        r"|read property '[^']*' of (?:undefined|null))",
    ),
    Difference(
        what="the text of a stack overflow that the script itself catches",
        why="The engine lets nobody look at this error while it is thrown; its class and name are right.",
        ours="too much recursion",
        node="Maximum call stack size exceeded",
    ),
    Difference(
        what="the pattern inside the text of a refused regular expression",
        why="The engine says what is wrong but not in which pattern.",
        ours=r"Invalid regular expression: (?!/)(?P<reason>[^\n\]]*)",
        node=r"Invalid regular expression: /[^\n]*/: (?P<reason>[^\n\]]*)",
    ),
    Difference(
        what="all the flags in the text of refused flags",
        why="The engine names the one flag that it refuses.",
        ours=r"Invalid flags supplied to RegExp constructor '\w'",
        node=r"Invalid flags supplied to RegExp constructor '\w*'",
    ),
    Difference(
        what="whether a property of `undefined` or `null` was to be read or set",
        why="The engine has one text for both.",
        ours=r"Cannot read property '(?P<name>[^']*)' of (?P<value>undefined|null)",
        node=r"Cannot set property '(?P<name>[^']*)' of (?P<value>undefined|null)",
    ),
    *(
        Difference(
            what=f"the text `{node}`", why="The engine does not name this function or value.", ours=ours, node=node
        )
        for ours, node in (
            ("invalid BigInt syntax", r"Cannot convert [^\]]* to a BigInt"),
            ("iterable for Map should have array-like objects", r"Iterator value \w+ is not an entry object"),
            ("Cannot convert undefined or null to object", r"Object\.setPrototypeOf called on null or undefined"),
            (r"Object\.defineProperty called on non-object", "PromiseResolve called on non-object"),
            ("undefined is not a function", "Promise resolver undefined is not a function"),
            ("super is not a constructor", r"Super constructor \w+ of \w+ is not a constructor"),
            (
                "(?P<what>Value .+ out of range for) Intl options",
                r"(?P<what>Value .+ out of range for) Intl\.\w+ options",
            ),
            (
                r"Method (?P<method>Number\.prototype\.\w+) called on incompatible receiver \w+",
                r"(?P<method>Number\.prototype\.\w+) requires that 'this' be a Number",
            ),
        )
    ),
    Difference(
        what="the name of a class that was called without `new`",
        why="The engine does not say which class it was.",
        ours="Class constructor cannot be invoked",
        node=r"Class constructor \w+ cannot be invoked",
    ),
    Difference(
        what="which kind of value owns a read-only property",
        why="The engine names the property and not its owner.",
        ours=r"(?P<what>Cannot assign to read only property '[^']*') of object '#<Object>'",
        node=r"(?P<what>Cannot assign to read only property '[^']*') of \w+ '[^']*'",
    ),
    Difference(
        what="which value owns a property that cannot be deleted",
        why="The engine names the property and not its owner.",
        ours=r"Cannot delete property '(?P<name>[^']*)' of #<Object>",
        node=r"Cannot delete property '(?P<name>[^']*)' of [^\n]+",
    ),
    Difference(
        what="which method of arrays was called on `undefined` or `null`",
        why="The engine has one text for all of them.",
        ours="Cannot convert undefined or null to object",
        node=r"Array\.prototype\.\w+ called on null or undefined",
    ),
    Difference(
        what="two texts about code that `eval` or `Function` cannot compile",
        why="The engine says for what it found no end, not that the end came.",
        ours="Invalid or unexpected token|Unexpected end of input",
        node="Unexpected end of input|Arg string terminates parameters early",
    ),
    Difference(
        what="which number of digits was out of range, where the options are no literal",
        why="The engine says the number and not which option it was.",
        ours="maximumFractionDigits value is out of range",
        node=r"m\w+Digits value is out of range",
    ),
    Difference(
        what="the plural category `many` of French, Italian, Portuguese and Spanish",
        why="These languages got it after CLDR 37, which Node 12 has.",
        ours=r'"pluralCategories":\["many","one","other"\]',
        node=r'"pluralCategories":\["one","other"\]',
    ),
    Difference(
        what="the last digits of what the operator `**` gives",
        why="It cannot be replaced as `Math.pow` is, which gives V8's digits; `10 ** -5` is 0.000009999999999999999 in V8.",
        only=r"\*\*",
        ours=_REAL,
        node=_REAL,
        near=True,
    ),
    Difference(
        what="the order of a class's own `length`, `prototype` and `name`",
        why="The engine makes these properties when they are first asked for.",
        ours=r'\["[^\]]*\]',
        node=r'\["length", "prototype"[^\]]*\]',
        reordered=True,
    ),
    Difference(
        what="the `at …` lines below an error's first line",
        why="V8 also names the class of `this` and the builtins in between; the first line and its place are compared.",
        ours=r"(?:\n +at [^\n]*)*",
        node=r"(?:\n +at [^\n]*)+",
    ),
)

PROBES: dict[str, str] = {
    r"'\u{10570}'.toLowerCase() === '\u{10570}'": "Letters newer than Unicode 13 have a lower case in the engine.",
    "eval('null ?? 1')": "The gate reads the script; code in texts is compiled by the engine, which takes newer syntax.",
    "/(?i:a)/.test('A')": "Node 12 throws when it comes to this literal; only `new RegExp` refuses newer patterns here.",
    "Math.sin(9.174293908085201e+18)": "Angles of more than 823,549 radians are the engine's; a last digit may differ.",
    "new Date(0).toLocaleString('en-US', {era: 'short'})": "The engine's English knows more patterns of dates with an era.",
}
"""Expressions of data/semantic_cases.json whose value differs, each with its reason."""

PLACES: dict[str, str] = {
    "null[Symbol.iterator]": "The engine takes the reading of this key for an iteration.",
    "Function('return (')": "The call of a builtin; V8 points at its name.",
    "(function () { 'use strict'; arguments.callee })()": "A builtin accessor that throws; V8 points at the property.",
    "(function f() { 'use strict'; f.caller })()": "A builtin accessor that throws; V8 points at the property.",
}
"""Sources of data/fault_cases.json whose fault is placed elsewhere, each with its reason."""

MOVED_ZONES: dict[str, str] = {
    "Antarctica/Casey": "The station changed its clocks after the tz database of Node 12.22.12 (2021a).",
    "Antarctica/Vostok": "The station changed its clocks after the tz database of Node 12.22.12 (2021a).",
}
"""Zones that Intl shows with other clocks on 20 April 2021, each with its reason."""

PLAIN: dict[str, str] = {
    "Buffer.from('abc').parent === Buffer.from('abc').buffer": "The package `buffer` has no pool that small buffers share.",
    "Object.keys(Buffer).join()": "`Buffer.of` is that of Uint8Array, which it inherits.",
    "Object.getOwnPropertyNames(Buffer.prototype).sort().join()": "Node's inner methods (`utf8Write`, ...) are not there.",
}
"""Expressions of data/node12_cases.json whose value differs in the profile `node12`, each with its reason."""

BUILTINS: dict[str, str] = {
    r"\.(Atomics|SharedArrayBuffer)([.[].*)?": "The engine is built without shared memory; a script has one thread.",
    r"\.debuggerGlobal(\..*)?": "The engine cannot delete this name; it is an object without any members of use.",
    r"\.WebAssembly\..*": "Functions of Node 12's WebAssembly still had `prototype`, `caller` and `arguments`.",
}
"""Paths in the global object (regular expressions) where the two realms may differ, each with its reason."""


def same(ours: str, node: str, script: str = "") -> bool:
    """Whether two texts of a script are equal but for one known difference."""
    return ours == node or any(known.explains(ours, node, script) for known in KNOWN)


def explain(name: str, ours: Recording, node: Recording) -> str:
    """The difference of two recordings, one fact a line; empty where they agree."""
    mine, theirs = ours.lines(), node.lines()
    if ours == node or _agrees(ours, node):
        return ""
    pairs = [*zip(mine, theirs, strict=False)]
    told = [f"  workbench  {a}\n  Node 12    {b}" for a, b in pairs if not same(a, b)]
    longer, side = max((mine, "workbench"), (theirs, "Node 12"), key=lambda made: len(made[0]))
    told += [f"  only {side}: {line}" for line in longer[len(pairs) :]]
    return "\n".join([f"{name} differs from Node 12:", *told])


def _agrees(ours: Recording, node: Recording) -> bool:
    return (
        ours.end == node.end
        and ours.calls == node.calls
        and [level for level, _ in ours.console] == [level for level, _ in node.console]
        and all(same(a, b) for (_, a), (_, b) in zip(ours.console, node.console, strict=True))
        and len(ours.rejections) == len(node.rejections)
        and all(map(_same_thrown, ours.rejections, node.rejections))
        and (ours.fault is None) == (node.fault is None)
        and (ours.fault is None or node.fault is None or _same_thrown(ours.fault, node.fault))
    )


def _same_thrown(ours: Thrown, node: Thrown) -> bool:
    return same(f"{ours.name}: {ours.message}", f"{node.name}: {node.message}")
