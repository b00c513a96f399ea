"""What the isolation tests share: a runner, the canaries, and a look at what a test leaves behind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.runtime.runner import Runner

CANARY_NAME, CANARY_VALUE = "WORKBENCH_CANARY", "canary-in-the-environment"


@pytest.fixture(scope="session")
def canary_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("canary") / "canary.txt"
    file.write_text("canary-content")
    return file


@pytest.fixture(scope="session")
def runner() -> Iterator[Runner]:
    os.environ[CANARY_NAME] = CANARY_VALUE  # before the first worker starts: it must not inherit it
    try:
        with Runner(spares=2) as made:
            yield made
    finally:
        os.environ.pop(CANARY_NAME, None)
