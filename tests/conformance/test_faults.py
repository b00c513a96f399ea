"""What goes wrong in a script is worded and placed as Node 12 words and places it: text, line and column."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.conformance import ours
from tests.conformance.differences import PLACES, same
from tests.conformance.node12 import Node12
from tests.conformance.recording import Job, Recording, context
from workbench.runtime.runner import Runner

CASES: list[str] = json.loads((Path(__file__).parent / "data" / "fault_cases.json").read_text(encoding="utf-8"))
GIVEN = """const o = {a: 1, n: null, s: 'str', f: {g: {}}, arr: [1]};
let u, nul = null;
const q = {};
class K { constructor() {} m() {} static s() {} }
"""
CASE = """try {
(function () {
%s
})();
console.log('%d no fault');
} catch (e) {
  console.log('%d ' + e + ' @ ' + (/script\\.js:(\\d+:\\d+)/.exec(e.stack) || [])[1]);
}
"""
SCRIPT = GIVEN + "".join(CASE % (source, number, number) for number, source in enumerate(CASES))


@pytest.fixture(scope="module")
def both(runner: Runner, node12: Node12) -> tuple[dict[int, str], dict[int, str]]:
    job = Job(script=SCRIPT, context=context())
    return _said(ours.run(runner, job)), _said(node12.run(job))


def _said(recording: Recording) -> dict[int, str]:
    assert recording.end == "ok", recording.lines()[:3]
    rows = (re.fullmatch(r"(\d+) (.*)", text, re.DOTALL) for _, text in recording.console)
    return {int(row[1]): row[2] for row in rows if row}


@pytest.mark.parametrize("number", range(len(CASES)))
def test_a_fault_is_worded_and_placed_as_on_node_12(both: tuple[dict[int, str], dict[int, str]], number: int) -> None:
    """The message, and the line and column of the first frame, are Node 12's."""
    mine, theirs = both[0][number], both[1][number]
    text, _, place = mine.rpartition(" @ ")
    their_text, _, their_place = theirs.rpartition(" @ ")
    assert same(text, their_text), (CASES[number], mine, theirs)
    assert place == their_place or CASES[number] in PLACES, (CASES[number], mine, theirs)


def test_most_faults_need_no_excuse(both: tuple[dict[int, str], dict[int, str]]) -> None:
    """The table of differences is for what is rare: nine in ten faults are equal to the letter and the column."""
    equal = [number for number in range(len(CASES)) if both[0][number] == both[1][number]]
    assert len(equal) > 0.9 * len(CASES)


def test_an_excused_place_does_differ(both: tuple[dict[int, str], dict[int, str]]) -> None:
    """No row of the table excuses what is not there."""
    places = {source: [side[CASES.index(source)].rpartition(" @ ")[2] for side in both] for source in PLACES}
    assert [source for source, (mine, theirs) in places.items() if mine == theirs] == []
