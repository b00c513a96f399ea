"""Thousands of generated scripts do the same here and on Node 12; another seed draws others each time."""

from __future__ import annotations

import pytest

from tests.conformance.generated import SEED, Comparison, compiling, draw, shrink, tell
from tests.conformance.grammar import TOPICS
from tests.conformance.node12 import Node12
from workbench.runtime.runner import Runner

COUNTS = dict.fromkeys(TOPICS, 220) | {"dates": 300, "sort": 300, "promises": 300, "flow": 300}
"""Scripts drawn a topic; repeats are not counted, and a test holds the sum."""

_compared: dict[str, int] = {}


@pytest.mark.timeout(900)
@pytest.mark.parametrize("topic", TOPICS)
def test_generated_scripts_do_what_they_do_on_node_12(runner: Runner, node12: Node12, topic: str) -> None:
    """Whatever the grammar draws about a topic gives the same findings on both sides."""
    print(f"WORKBENCH_SEED={SEED}")
    comparison = Comparison(runner=runner, node12=node12)
    drawn = draw(topic, COUNTS[topic])
    good = compiling(drawn, node12)
    _compared[topic] = len(good)
    assert len(good) > 0.9 * len(drawn)
    apart = comparison.differing(good)
    assert not apart, tell(topic, apart, shrink(topic, COUNTS[topic], comparison))


def test_at_least_two_thousand_scripts_were_compared() -> None:
    """The topics together, repeats left out, make 2,000 scripts a run."""
    assert _compared.keys() != TOPICS.keys() or sum(_compared.values()) >= 2_000
