"""The harness has the power to see: with a part of the Node 12 behaviour taken out, it finds a difference."""

from __future__ import annotations

import pytest

from tests.conformance.generated import Comparison, compiling, draw
from tests.conformance.node12 import Node12
from workbench.runtime.runner import Runner

FIXED = 20210420
"""These scripts are the same each time: the proof is about the harness, not about the draw."""


@pytest.mark.parametrize(
    ("part", "topic"),
    [("sort", "sort"), ("dates", "dates"), ("fifo", "promises")],
    ids=["sorting by the engine", "dates read by the engine", "promise jobs last in, first out"],
)
def test_a_part_taken_out_is_noticed(node12: Node12, runner: Runner, part: str, topic: str) -> None:
    """Without the part the topic's scripts differ from Node 12; with it, the same scripts agree."""
    drawn = compiling(draw(topic, 120, FIXED), node12)
    with Runner(spares=1, without=frozenset({part})) as crippled:
        assert Comparison(runner=crippled, node12=node12).differing(drawn)
    assert not Comparison(runner=runner, node12=node12).differing(drawn)
