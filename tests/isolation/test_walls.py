"""The walls around a worker hold against Python itself: code inside a real worker tries, and each attempt fails."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.recording import context
from tests.isolation.leftovers import children
from workbench.runtime.outcome import Reply
from workbench.runtime.runner import Runner

PROBE = Path(__file__).parent / "probe.py"
ATTEMPTS = [
    "connect",
    "connect_local",
    "send_datagram",
    "listen",
    "write_over",
    "append",
    "create_here",
    "create_beside_the_canary",
    "fork",
    "spawn",
    "execute",
]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Python code found inside a real worker, with a server and a file outside to reach for."""
    folder = tmp_path_factory.mktemp("probe")
    canary = folder / "canary.txt"
    canary.write_text("canary-content")
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as local:
        local.bind(str(folder / "socket"))
        local.listen()
        python = folder / "python"
        port = server.getsockname()[1]
        given = f'"{canary}" {port} "{folder / "socket"}"'
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "{PROBE}" {given} "$@"\n')
        python.chmod(0o755)
        os.environ["WORKBENCH_CANARY"] = "canary-in-the-environment"
        try:
            return {**_probed(str(python)), "canary": canary.read_text()}
        finally:
            del os.environ["WORKBENCH_CANARY"]


def _probed(python: str) -> dict[str, Any]:
    with Runner(spares=1, python=python) as runner:
        was = {child.pid for child in children()}
        runner.warm()
        worker = next(child for child in children() if child.pid not in was)
        worker.send_signal(signal.SIGUSR1)  # its handler runs before the worker reads what comes next
        outcome = runner.run("1", context(), lambda call: Reply(status=200))
    assert outcome.console, outcome
    made: dict[str, Any] = {"execute": "done: the worker is gone"}
    for line in outcome.console:
        made |= json.loads(line.text)
    return made


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_an_attempt_from_inside_a_worker_is_denied(found: dict[str, Any], attempt: str) -> None:
    """Network, opening for write, exec and fork are denied by the system, not by us."""
    assert found[attempt].startswith("denied"), found[attempt]


def test_a_file_outside_is_as_it_was(found: dict[str, Any]) -> None:
    """Nothing that a worker's Python code tried has reached the canary file."""
    assert found["canary"] == "canary-content"


def test_a_worker_inherits_nothing(found: dict[str, Any]) -> None:
    """The environment is cleared, the folder is empty, and no descriptor of the parent is there."""
    assert found["environment"].keys() <= {"TZ", "LC_ALL", "LC_CTYPE", "PWD", "_"}
    assert found["folder"] == []
    assert set(found["pipes"]) <= {"pipe", "device"}
    assert found["pipes"].count("pipe") == 2


def test_a_worker_can_gain_no_privileges_and_dumps_no_core(found: dict[str, Any]) -> None:
    """no-new-privileges is set, and a crash writes no memory to disk."""
    assert found["no_new_privileges"]
    assert found["core"] == 0
