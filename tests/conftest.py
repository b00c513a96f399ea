"""Factories that tests build their own bench from, in sight of what they assert."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, settings

import workbench as wb

# No test is timed, so none fails because the machine is busy; examples of one test share its fixtures knowingly.
# What Hypothesis itself chooses in CI stays.
SHRUGGED = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("untimed", settings(), deadline=None, suppress_health_check=SHRUGGED)
settings.load_profile("untimed")


@pytest.fixture
def make_bench() -> Iterator[Callable[..., wb.Bench]]:
    """Makes a bench from a sample's name or a connection; closed when the test ends."""
    with ExitStack() as stack:

        def make(connection: str | wb.Connection = "liked-video-to-sms", **options: object) -> wb.Bench:
            loaded = wb.Connection.sample(connection) if isinstance(connection, str) else connection
            return stack.enter_context(wb.Bench(loaded, **options))

        yield make
