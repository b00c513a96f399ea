"""The harness has the power to see: with a part of the Node 12 behaviour taken out, it finds a difference."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.generated import Comparison, compiling, draw
from tests.conformance.mutants import MUTATIONS, mutant
from tests.conformance.node12 import Node12
from workbench.runtime.runner import Runner

FIXED = 20210420
"""These scripts are the same each time: the proof is about the harness, not about the draw."""


@pytest.mark.parametrize(("mutation", "topic"), [*zip(MUTATIONS, ["sort", "dates", "promises"], strict=True)])
def test_a_part_taken_out_is_noticed(node12: Node12, runner: Runner, tmp_path: Path, mutation: str, topic: str) -> None:
    """Without the part the topic's scripts differ from Node 12; with it, the same scripts agree."""
    drawn = compiling(draw(topic, 120, FIXED), node12)
    with mutant(mutation, tmp_path) as crippled:
        assert Comparison(runner=crippled, node12=node12).differing(drawn)
    assert not Comparison(runner=runner, node12=node12).differing(drawn)
