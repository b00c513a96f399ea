"""The walls around a worker hold against Python itself: code inside a real worker tries, and each attempt fails."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from tests.conformance.recording import context
from tests.isolation.leftovers import nothing_left, workers
from tests.isolation.probe import ATTEMPTS, LAST
from workbench.runtime.outcome import Reply
from workbench.runtime.runner import Runner

PROBE = Path(__file__).parent / "probe.py"


@dataclass
class Found:
    """What Python code inside a real worker came to, and what that worker looked like from outside."""

    attempts: dict[str, str] = field(default_factory=dict)
    layers: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    folder: str = ""
    descriptors: list[str] = field(default_factory=list)
    limits: dict[str, tuple[int, int]] = field(default_factory=dict)
    threads: list[dict[str, str]] = field(default_factory=list)
    files_around_canary: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module", params=[True, False], ids=["forked", "started anew"])
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """A real worker, tried from inside, with a server and a file outside to reach for."""
    folder = tmp_path_factory.mktemp("probe")
    canary = folder / "canary.txt"
    canary.write_text("canary-content")
    outside = tmp_path_factory.mktemp("outside")
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as local:
        local.bind(str(outside / "socket"))
        local.listen()
        python = outside / "python"
        given = f'"{canary}" {server.getsockname()[1]} "{outside / "socket"}"'
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "{PROBE}" {given} "$@"\n')
        python.chmod(0o755)
        os.environ["WORKBENCH_PROBE"] = "canary-in-the-environment"
        inherited = os.open(canary, os.O_RDONLY)
        os.set_inheritable(inherited, True)
        try:
            made = _probed(str(python), forks=request.param)
        finally:
            os.close(inherited)
            del os.environ["WORKBENCH_PROBE"]
    made.files_around_canary = {file.name: file.read_text() for file in folder.iterdir()}
    return made


def _probed(python: str, *, forks: bool) -> Found:
    made = Found()
    with Runner(spares=1, python=python, forks=forks) as runner:
        was = {worker.pid for worker in workers()}
        runner.warm()
        worker = next(worker for worker in workers() if worker.pid not in was)
        _look(made, worker)
        worker.send_signal(signal.SIGUSR1)  # its handler runs before the worker reads what comes next
        outcome = runner.run("1", context(), lambda call: Reply(status=200))
        made.layers = runner.isolation()
    assert outcome.console, outcome
    made.attempts = {LAST: "done: the worker is gone"}
    for line in outcome.console:
        made.attempts |= json.loads(line.text)
    return made


def _look(made: Found, worker: psutil.Process) -> None:
    proc = Path(f"/proc/{worker.pid}")
    made.environment = worker.environ()
    made.folder = str((proc / "cwd").readlink())
    made.descriptors = sorted(str(link.readlink()) for link in (proc / "fd").iterdir())
    made.limits = {
        name: resource.prlimit(worker.pid, getattr(resource, f"RLIMIT_{name}")) for name in ("CORE", "FSIZE", "NOFILE")
    }
    for task in (proc / "task").iterdir():
        lines = (task / "status").read_text().splitlines()
        made.threads.append({key: value.strip() for key, value in (line.split(":", 1) for line in lines)})


@pytest.mark.parametrize("attempt", [*ATTEMPTS, LAST])
def test_an_attempt_from_inside_a_worker_is_denied(found: Found, attempt: str) -> None:
    """Network, files, processes and other processes' affairs are denied by the system, not by us."""
    assert found.attempts[attempt].startswith("denied"), found.attempts[attempt]


def test_files_outside_are_as_they_were(found: Found) -> None:
    """Nothing that a worker's Python code tried has reached the canary file or its folder."""
    assert found.files_around_canary == {"canary.txt": "canary-content"}


def test_a_worker_inherits_nothing(found: Found) -> None:
    """The environment is cleared, the folder its own and gone from the disk, its descriptors two pipes and nowhere."""
    assert found.environment.keys() <= {
        "TZ",
        "LC_ALL",
        "JIT_OPTION_writeProtectCode",
        "LC_CTYPE",
        "PWD",
        "OLDPWD",
        "SHLVL",
        "_",
    }
    assert found.folder.endswith(" (deleted)")
    assert found.descriptors[:3] == ["/dev/null"] * 3
    assert [link.partition(":")[0] for link in found.descriptors[3:]] == ["pipe", "pipe"]


def test_every_thread_of_a_worker_is_behind_the_filter(found: Found) -> None:
    """Threads that the engine started before the filter have it too; none has rights of root or can gain any."""
    assert len(found.threads) > 1  # the engine's helpers, and the timer's thread, which a fork has as well
    for thread in found.threads:
        assert thread["NoNewPrivs"] == "1"
        assert thread["Seccomp"] == "2"
        assert int(thread["CapEff"], 16) & ~0b100 == 0
        assert int(thread["CapPrm"], 16) & ~0b100 == 0


def test_a_worker_leaves_nothing_on_disk(found: Found) -> None:
    """It dumps no core, writes no byte into a file and opens nothing more."""
    assert found.limits == {"CORE": (0, 0), "FSIZE": (0, 0), "NOFILE": (0, 0)}


def test_a_run_is_limited_in_memory_and_processor_time() -> None:
    """While a script runs, its worker may use the memory that the run may use, and a bounded processor time."""
    seen: list[tuple[tuple[int, int], tuple[int, int]]] = []
    with Runner(spares=0) as runner:
        was = {worker.pid for worker in workers()}

        def answer(call: object) -> Reply:
            worker = next(worker for worker in workers() if worker.pid not in was)
            limits = (resource.prlimit(worker.pid, number) for number in (resource.RLIMIT_DATA, resource.RLIMIT_CPU))
            seen.append(tuple(limits))  # type: ignore[arg-type]
            return Reply(status=200)

        runner.run("runAction('a.b')", context(), answer)
    ((data, processor),) = seen
    assert data == (512 * 2**20, 512 * 2**20)
    assert 10 < processor[1] <= 15 * (os.cpu_count() or 1) + 2


def test_every_layer_is_reported_as_on_here(found: Found) -> None:
    """On a Linux of today no wall is missing, and the worker says so itself."""
    assert {name: text for name, text in found.layers.items() if not text.startswith("on: ")} == {}
    assert found.layers.keys() >= {"environment", "folder", "descriptors", "privileges", "landlock", "system calls"}


@pytest.mark.parametrize("forks", [True, False], ids=["forked", "started anew"])
def test_a_layer_that_cannot_stand_is_reported_and_does_no_harm(tmp_path: Path, forks: bool) -> None:
    """Where the system lacks a wall, the worker says which and why, and runs scripts all the same."""
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "{Path(__file__).parent / "older_system.py"}" "$@"\n')
    python.chmod(0o755)
    with nothing_left(), Runner(spares=1, python=str(python), forks=forks) as runner:
        layers = runner.isolation()
        outcome = runner.run("console.log('runs')", context(), lambda call: Reply(status=200))
    assert layers["landlock"] == f"off: {os.strerror(38)}"
    assert layers["system calls"].startswith("off: the system calls of riscv64 are not known")
    assert layers["privileges"].startswith("on: ")
    assert outcome.console[0].text == "runs"
