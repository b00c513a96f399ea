"""A stranger's first minutes: a fresh clone, two commands, and clear words where something is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NODE = {"node", "nodejs", "npm", "npx", "corepack", "yarn", "pnpm"}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The project as it stands, without anything that was installed or built."""
    folder = tmp_path / "clone"
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.splitlines()  # fmt: skip
    for name in names:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


@pytest.fixture
def make(tmp_path: Path, clone: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs make in the clone, on a PATH that has everything but Node."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for folder in os.environ["PATH"].split(os.pathsep):
        if not Path(folder).is_dir() or str(ROOT) in folder:
            continue
        for entry in os.scandir(folder):
            if (
                entry.name not in NODE
                and not entry.name.startswith(("python", "pip"))
                and not (tools / entry.name).exists()
            ):
                (tools / entry.name).symlink_to(entry.path)

    trusted = certificates()

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        env = {"PATH": str(tools), "HOME": str(tmp_path), **trusted}
        env |= {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "LANG"))}
        env |= environment
        return subprocess.run(
            ["make", *arguments], cwd=clone, env=env, capture_output=True, text=True, timeout=500, check=False
        )

    return run


def certificates() -> dict[str, str]:
    """Whom this machine's npm trusts: where the network has certificates of its own, the npm of a wheel needs them."""
    npm = shutil.which("npm")
    asked = [npm, "config", "get", "cafile"]
    found = subprocess.run(asked, check=False, capture_output=True, text=True).stdout.strip() if npm else ""
    return {"NPM_CONFIG_CAFILE": found} if Path(found).is_file() and found else {}


def base_python() -> str:
    """The interpreter behind the virtual environment that runs this test."""
    return str(Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}")


def test_make_demo_runs_the_whole_loop_without_node(make: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """On a machine with Python and make but no Node, `make demo` ends with three messages and the log."""
    first = make("demo", f"PYTHON={base_python()}")
    assert first.returncode == 0, first.stdout + first.stderr
    assert "installing Node" in first.stdout
    assert first.stdout.count("sms.send_me_text") >= 3
    assert "youtube.get_videos_from_search" in first.stdout
    again = make("demo")
    assert again.returncode == 0
    assert "Installing" not in again.stdout


def test_a_wrong_python_is_one_clear_sentence(
    tmp_path: Path, make: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """A Python that is too old ends in one sentence that says what to do."""
    old = tmp_path / "oldpython"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    result = make("demo", f"PYTHON={old}")
    assert result.returncode != 0
    assert "Python 3.11 to 3.14" in result.stdout
    assert "make PYTHON=" in result.stdout


def test_no_network_is_one_clear_sentence(make: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """Where nothing can be downloaded, the last words say what to check."""
    nowhere = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "0",
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": "",
    }
    result = make("demo", f"PYTHON={base_python()}", **nowhere)
    assert result.returncode != 0
    assert "check that this machine reaches PyPI" in result.stdout
    assert "Traceback" not in result.stdout + result.stderr
