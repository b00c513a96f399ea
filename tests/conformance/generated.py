"""Generated scripts on both sides: drawn from a seed, batched, compared one by one, failures shrunk."""

from __future__ import annotations

import os
import random
import time
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.conformance import ours
from tests.conformance.batch import Finding, job, shorten, singles
from tests.conformance.differences import same as same_text
from tests.conformance.grammar import scripts
from tests.conformance.node12 import Node12
from workbench.runtime.runner import Runner

SEED = int(os.environ.get("WORKBENCH_SEED") or random.SystemRandom().randrange(2**32))
"""Printed with every failure; set WORKBENCH_SEED to see the same scripts again."""

SHRINK_SECONDS = 40
"""Each step of a shrinking runs a script on both sides; what has been reached by then is small enough to read."""

QUIET = {"database": None, "deadline": None, "suppress_health_check": list(HealthCheck)}


@dataclass(kw_only=True)
class Comparison:
    """Compares scripts, and remembers those that agreed."""

    runner: Runner
    node12: Node12
    agreed: set[str] = field(default_factory=set)

    def differing(self, drawn: list[str]) -> list[tuple[Finding, Finding]]:
        """The scripts on which the two sides differ, with what each side found."""
        mine = singles(drawn, lambda made: ours.run(self.runner, made))
        theirs = singles(drawn, self.node12.run)
        apart = [(mine[script], theirs[script]) for script in drawn if not same(mine[script], theirs[script])]
        self.agreed |= set(drawn) - {finding.script for finding, _ in apart}
        return apart

    def agrees(self, script: str) -> bool:
        """Whether one script does the same on both sides."""
        return script in self.agreed or not self.differing([script])


def same(mine: Finding, theirs: Finding) -> bool:
    """Whether two findings are equal but for the known differences."""
    if mine.found is None or theirs.found is None:
        return mine.found is theirs.found
    pairs = zip(mine.found, theirs.found, strict=False)
    return len(mine.found) == len(theirs.found) and all(same_text(a, b, mine.script) for a, b in pairs)


def draw(topic: str, count: int, number: int = SEED) -> list[str]:
    """The distinct scripts of a topic that a seed gives."""
    drawn: dict[str, None] = {}

    @seed(number)
    @settings(max_examples=count, phases=[Phase.generate], **QUIET)
    @given(scripts(topic))
    def collect(script: str) -> None:
        drawn[script] = None

    collect()
    return [*drawn]


def compiling(drawn: list[str], node12: Node12) -> list[str]:
    """The scripts that Node 12 compiles; one that it does not would take its whole batch along."""
    verdicts = node12.compiles([job([script]).script for script in drawn])
    return [script for script, (ok, _) in zip(drawn, verdicts, strict=True) if ok]


def shrink(topic: str, count: int, comparison: Comparison, number: int = SEED) -> Finding | None:
    """The smallest script of a topic that differs: the same seed drawn again, those that agreed passed over."""
    smallest: list[str] = []
    until = time.monotonic() + SHRINK_SECONDS

    @seed(number)
    @settings(max_examples=count, phases=[Phase.generate, Phase.shrink], print_blob=False, **QUIET)
    @given(scripts(topic))
    def holds(script: str) -> None:
        if smallest and time.monotonic() > until:
            raise _Enough
        ok = script in comparison.agreed or not compiling([script], comparison.node12) or comparison.agrees(script)
        if not ok:
            smallest[:] = [script]
        assert ok

    try:
        holds()
    except (AssertionError, _Enough):
        return Finding(script=smallest[0], found=None)
    return None


class _Enough(BaseException):
    """Ends a shrinking that takes too long; not an Exception, which hypothesis would take for another failure."""


def tell(topic: str, apart: list[tuple[Finding, Finding]], smallest: Finding | None) -> str:
    """The differences as text: the seed, the smallest script, and the first few as drawn."""
    shown = [(shorten(mine), shorten(theirs)) for mine, theirs in apart[:5]]
    told = [f"{len(apart)} scripts about {topic} differ from Node 12 (WORKBENCH_SEED={SEED})."]
    if smallest:
        told.append(f"The smallest: {smallest.script}")
    told += [f"\n{mine.script}\n  workbench: {mine.found}\n  Node 12:   {theirs.found}" for mine, theirs in shown]
    return "\n".join(told)
