"""A script finds the builtins of Node 12, those and no others, but for one table of exceptions."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.conformance import ours
from tests.conformance.differences import BUILTINS
from tests.conformance.node12 import Node12
from tests.conformance.recording import Job, context
from workbench.runtime.runner import Runner

HERE = Path(__file__).parent
INVENTORY = Job(script=(HERE / "inventory.js").read_text(encoding="utf-8"), context=context(frozen=False, seed=None))


@pytest.fixture(scope="module")
def realms(runner: Runner, node12: Node12) -> tuple[dict[str, str], dict[str, str]]:
    recordings = (ours.run(runner, INVENTORY), node12.run(INVENTORY))
    for recording in recordings:
        assert recording.end == "ok", recording.lines()
    mine, theirs = (json.loads(recording.console[0][1]) for recording in recordings)
    assert len(theirs) > 700
    return mine, theirs


def _unexcused(paths: set[str]) -> list[str]:
    return sorted(path for path in paths if not any(re.fullmatch(excuse, path) for excuse in BUILTINS))


def test_nothing_is_there_that_node_12_lacks(realms: tuple[dict[str, str], dict[str, str]]) -> None:
    """No property of the realm is newer than Node 12 or belongs to the host."""
    mine, theirs = realms
    assert _unexcused(mine.keys() - theirs.keys()) == []


def test_nothing_is_missing_that_node_12_has(realms: tuple[dict[str, str], dict[str, str]]) -> None:
    """Every property of Node 12's language realm is there."""
    mine, theirs = realms
    assert _unexcused(theirs.keys() - mine.keys()) == []


def test_every_property_is_as_in_node_12(realms: tuple[dict[str, str], dict[str, str]]) -> None:
    """Types, attributes, names, arities and constants of all shared properties are Node 12's."""
    mine, theirs = realms
    differing = {path for path in mine.keys() & theirs.keys() if mine[path] != theirs[path]}
    assert [f"{path}: {mine[path]} / Node 12: {theirs[path]}" for path in _unexcused(differing)] == []


def test_the_table_of_exceptions_is_short_and_needed(realms: tuple[dict[str, str], dict[str, str]]) -> None:
    """At most five rows, each with a reason, none of which excuses nothing."""
    mine, theirs = realms
    differing = {path for path in mine.keys() | theirs.keys() if mine.get(path) != theirs.get(path)}
    assert len(BUILTINS) <= 5
    assert all(len(reason) > 20 for reason in BUILTINS.values())
    assert [excuse for excuse in BUILTINS if not any(re.fullmatch(excuse, path) for path in differing)] == []


def test_the_stored_inventory_is_that_of_node_12(realms: tuple[dict[str, str], dict[str, str]]) -> None:
    """Every global name of the stored inventory is in the Node 12 at hand."""
    stored = json.loads((HERE / "data" / "node12_globals.json").read_text(encoding="utf-8"))["vm_context"]
    names = {path for path in stored if re.fullmatch(r"\w+", path)} - {"console"}
    assert names <= {path.removeprefix(".") for path in realms[1]}
