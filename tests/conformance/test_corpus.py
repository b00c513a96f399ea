"""The hand-written runtime scripts do the same, byte for byte, here and on Node 12."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance import corpus, ours
from tests.conformance.differences import explain
from tests.conformance.node12 import Node12
from workbench.runtime.runner import Runner


def test_the_corpus_is_as_large_as_promised() -> None:
    """At least 60 scripts."""
    assert len(corpus.FILES) >= 60


@pytest.mark.parametrize("file", corpus.FILES, ids=lambda file: file.stem)
def test_a_script_does_what_it_does_on_node_12(runner: Runner, node12: Node12, file: Path) -> None:
    """Calls, bodies, console, end and errors of a realistic script are Node 12's."""
    job = corpus.job(file)
    told = explain(file.name, ours.run(runner, job), node12.run(job))
    assert not told, told


@pytest.mark.parametrize("file", corpus.FILES, ids=lambda file: file.stem)
def test_the_corpus_shows_something(node12: Node12, file: Path) -> None:
    """Each script of the corpus leaves something that can differ: a call, a line or a fault."""
    recording = node12.run(corpus.job(file))
    assert recording.calls or recording.console or recording.fault
