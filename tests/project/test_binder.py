"""The Binder demo: its steps, carried out in a clean environment with Node on PATH as Binder's image has it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINDER = ROOT / "binder"


def copy_of_project(folder: Path) -> Path:
    """The project as git would check it out."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def test_binder_installs_and_runs_lesson_01(tmp_path: Path) -> None:
    """`requirements.txt` installs in a clean environment and `postBuild` runs lesson 01 to its end."""
    project = copy_of_project(tmp_path / "project")
    python = Path(sys.base_prefix) / "bin" / "python3"
    subprocess.run([python, "-m", "venv", tmp_path / "venv"], check=True, timeout=120)
    path = os.pathsep.join([str(tmp_path / "venv" / "bin"), os.environ["PATH"]])
    env = {**os.environ, "PATH": path, "HOME": str(tmp_path)}
    env.pop("PYTHONPATH", None)
    install = ["pip", "install", "-q", "--disable-pip-version-check", "-r", "binder/requirements.txt"]
    for command in (install, ["./binder/postBuild"]):
        done = subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, timeout=400, check=False)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]


def test_every_dependency_is_pinned() -> None:
    """The project itself is installed from the checkout, and everything else has one version."""
    lines = [line for line in (BINDER / "requirements.txt").read_text().splitlines() if not line.startswith("#")]
    assert lines[0] == "-e .[lab]"
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[^ ]+", line) for line in lines[1:])
    assert len(lines) > 50


def test_the_python_is_one_we_support() -> None:
    """`runtime.txt` names a Python of our range, and `postBuild` can be executed."""
    major, minor = (BINDER / "runtime.txt").read_text().strip().removeprefix("python-").split(".")
    assert (3, 11) <= (int(major), int(minor)) < (3, 15)
    assert os.access(BINDER / "postBuild", os.X_OK)
