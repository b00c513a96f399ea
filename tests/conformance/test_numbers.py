"""Numbers are Node 12's to the last digit: what Math computes, and what texts in any radix say."""

from __future__ import annotations

import json
import random

import pytest

from tests.conformance import ours
from tests.conformance.generated import SEED
from tests.conformance.node12 import Node12
from tests.conformance.recording import Job, context
from workbench.runtime.runner import Runner

FUNCTIONS = [
    *[
        "abs",
        "acos",
        "acosh",
        "asin",
        "asinh",
        "atan",
        "atanh",
        "cbrt",
        "ceil",
        "clz32",
        "cos",
        "exp",
        "expm1",
        "floor",
    ],
    *["fround", "log", "log10", "log1p", "log2", "round", "sign", "sin", "sinh", "sqrt", "tan", "tanh", "trunc"],
]
SCRIPT = """
const cases = %s;
const evaluate = globalThis.eval;
for (const source of cases) console.log(`${source} is ${String(evaluate(source))}`);
"""


def _number(draw: random.Random) -> str:
    kinds = (
        draw.random,
        lambda: draw.uniform(-10, 10),
        lambda: draw.uniform(-1_000, 1_000),
        lambda: round(draw.uniform(-1_000, 1_000), 2),
        lambda: draw.randint(-(10**6), 10**6),
        lambda: draw.choice((0.5, 1.05, 0.1, 10, 2, 1e21, 5e-324, 1.7976931348623157e308)),
        lambda: draw.uniform(-1, 1) * 10.0 ** draw.randint(-20, 5),
    )
    return repr(draw.choice(kinds)())


def _sources(draw: random.Random, topic: str) -> list[str]:
    a, b = (lambda: _number(draw)), (lambda: draw.choice([_number(draw), "0.5", "1/3", "2", "-1", "10", "-2.5", "12"]))
    makers = {
        "functions of one number": lambda: f"Math.{draw.choice(FUNCTIONS)}({a()})",
        "powers and angles": lambda: f"[Math.pow({a()}, {b()}), Math.atan2({a()}, {b()}), Math.hypot({a()}, {b()}, 3)]",
        "texts in a radix": lambda: f"({a()}).toString({draw.randint(2, 36)})",
        "texts of decimals": lambda: (
            f"[({a()}).toFixed({draw.randint(0, 20)}), ({a()}).toPrecision({draw.randint(1, 25)})]"
        ),
        "numerals": lambda: f"parseInt('{draw.randint(0, 10**25)}', {draw.randint(2, 36)})",
    }
    return [makers[topic]() for _ in range(600)]


@pytest.mark.parametrize(
    "topic", ["functions of one number", "powers and angles", "texts in a radix", "texts of decimals", "numerals"]
)
def test_numbers_have_node_12s_digits(runner: Runner, node12: Node12, topic: str) -> None:
    """Nothing is forgiven here: every digit is compared, of other numbers each time."""
    print(f"WORKBENCH_SEED={SEED}")
    job = Job(script=SCRIPT % json.dumps(_sources(random.Random(SEED), topic)), context=context())
    mine, theirs = ours.run(runner, job).console, node12.run(job).console
    assert len(theirs) == 600
    assert [pair for pair in zip(mine, theirs, strict=True) if pair[0] != pair[1]] == []


def test_a_random_word_is_v8s(runner: Runner, node12: Node12) -> None:
    """What many scripts make of Math.random(), a word of letters and digits, is the same for the same seed."""
    script = "for (let i = 0; i < 500; i++) console.log(Math.random().toString(36).substr(2, 9), Math.random());"
    job = Job(script=script, context=context(seed=SEED))
    assert ours.run(runner, job) == node12.run(job)
