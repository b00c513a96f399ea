"""What the conformance tests share: one Node 12 and one runner for them all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conformance.node12 import Node12
from workbench.runtime.runner import Runner


@pytest.fixture(scope="session")
def node12() -> Iterator[Node12]:
    with Node12() as process:
        yield process


@pytest.fixture(scope="session")
def runner() -> Iterator[Runner]:
    with Runner(spares=2) as made:
        yield made
