"""Rules of faults are read from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from workbench.connect_api.fault_rules import Faults, Rule
from workbench.connect_api.faults import (
    KINDS,
    Duplicate,
    ExpiredCursor,
    Malformed,
    OutOfOrder,
    Reset,
    Slow,
    Status,
    Truncated,
)
from workbench.errors import ConnectionFileError

EVERYTHING = """
seed: 7
faults:
  - {status: 429, retry_after: 3, message: Slow down, step: lamp.set_color, every: 5}
  - {slow: 250, probability: 0.2}
  - {reset: after, user: 17, on: [2, 3]}
  - {reset: true, on: 4}
  - {malformed: true, times: 1}
  - {truncated: true}
  - {expired_cursor: true}
  - {duplicate: true, step: connection/*}
  - {out_of_order: true}
"""


def test_a_faults_file_says_all_that_code_can_say(tmp_path: Path) -> None:
    """Every kind of fault and every condition has its key."""
    file = tmp_path / "faults.yaml"
    file.write_text(EVERYTHING)
    faults = Faults(seed=1)
    faults.load(file)
    assert faults.seed == 7
    assert list(faults) == [
        Rule(number=1, fault=Status(429, "Slow down", 3), step="lamp.set_color", every=5),
        Rule(number=2, fault=Slow(250), probability=0.2),
        Rule(number=3, fault=Reset(is_done=True), user="17", on=(2, 3)),
        Rule(number=4, fault=Reset(), on=(4,)),
        Rule(number=5, fault=Malformed(), times=1),
        Rule(number=6, fault=Truncated()),
        Rule(number=7, fault=ExpiredCursor()),
        Rule(number=8, fault=Duplicate(), step="connection/*"),
        Rule(number=9, fault=OutOfOrder()),
    ]
    assert {type(rule.fault) for rule in faults} == set(KINDS)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        pytest.param("faults:\n  - {statuss: 429}", (2, 6), "Did you mean `status`", id="a misspelt key"),
        pytest.param("faults:\n  - {step: lamp.set_color}", (2, 5), "exactly one of the keys", id="no fault"),
        pytest.param("faults:\n  - {reset: true, slow: 3}", (2, 5), "exactly one of the keys", id="two faults"),
        pytest.param("faults:\n  - {status: 200}", (2, 5), "400 to 599", id="a success"),
        pytest.param("faults:\n  - {slow: fast}", (2, 5), "milliseconds", id="no number"),
        pytest.param("faults:\n  - {reset: maybe}", (2, 5), "`before` or `after`", id="reset at no time"),
        pytest.param("faults:\n  - {slow: 3, retry_after: 1}", (2, 15), "belongs to", id="a key of another fault"),
        pytest.param("faults:\n  - {malformed: false}", (2, 5), "takes `true`", id="a fault switched off"),
        pytest.param("faults:\n  - {reset: true, on: x}", (2, 5), "whole numbers", id="on no number"),
        pytest.param("faults:\n  - {reset: true, step: 5}", (2, 5), "`step` is a text", id="a step that is a number"),
        pytest.param("seed: x\nfaults: []", (1, 7), "whole number", id="seed no number"),
        pytest.param("faults:\n  - {reset: true, step: lamp.set_colour}", (2, 5), "set_color", id="unknown step"),
    ],
)
def test_a_wrong_faults_file_says_where(
    world: Any, tmp_path: Path, text: str, place: tuple[int, int], words: str
) -> None:
    """What is wrong is named with line and column, and no rule of the file is in force."""
    file = tmp_path / "faults.yaml"
    file.write_text(text)
    with pytest.raises(ConnectionFileError, match=words) as caught:
        world.emulator.faults.load(file)
    assert (caught.value.line, caught.value.column) == place
    assert len(world.emulator.faults) == 0
