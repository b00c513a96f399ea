"""What we ship: the wheel and the sdist hold the bundles, the data and the licence texts."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDED = [
    "workbench/javascript/bundles/moment.js",
    "workbench/javascript/bundles/zones.json",
    "workbench/javascript/bundles/acorn.js",
    "workbench/javascript/bundles/node12.js",
    "workbench/javascript/bundles/preact.js",
    "workbench/javascript/bundles/codemirror.js",
    "workbench/connection/runtime.d.ts",
    "workbench/notebook/script.js",
    "workbench/notebook/script.css",
    "workbench/notebook/kit.js",
    "workbench/notebook/kit.css",
    "workbench/javascript/bundles/LICENSES.txt",
    "workbench/connection/services/youtube.yaml",
    "workbench/connection/samples/liked-video-to-sms.yaml",
    "workbench/connect_api/assets/home.html",
    "workbench/connect_api/assets/page.css",
    "workbench/py.typed",
]


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a freshly built wheel and sdist."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, timeout=300, stdout=subprocess.DEVNULL)
    return folder


def wheel_names(folder: Path) -> set[str]:
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def sdist_names(folder: Path) -> set[str]:
    (sdist,) = folder.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


@pytest.mark.parametrize("needed", NEEDED)
def test_wheel_and_sdist_hold_what_runs(packages: Path, needed: str) -> None:
    """Bundles, catalogue, samples and the typing marker are in both packages."""
    assert needed in wheel_names(packages)
    assert needed in sdist_names(packages)


def test_the_wheel_teaches_jupyterlab(packages: Path) -> None:
    """The extension that colours runtime scripts is where JupyterLab looks, in the package's own version."""
    (wheel,) = packages.glob("*.whl")
    version = wheel.name.split("-")[1]
    folder = f"connection_workbench-{version}.data/data/share/jupyter/labextensions/connection-workbench"
    with zipfile.ZipFile(wheel) as archive:
        told = json.loads(archive.read(f"{folder}/package.json"))
        assert archive.read(f"{folder}/{told['jupyterlab']['_build']['load']}")
    assert told["version"] == version


def test_licence_texts_travel_along(packages: Path) -> None:
    """Our licence and those of all that is bundled are in the wheel's metadata, word for word."""
    (wheel,) = packages.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        texts = [archive.read(name).decode() for name in archive.namelist() if "/licenses/" in name]
    together = "\n".join(texts)
    assert "The Connection Workbench authors" in together
    for library in ("moment", "moment-timezone", "acorn", "preact", "@codemirror/view", "@lezer/javascript", "crelt"):
        assert library in together
    assert "Permission is hereby granted" in together


def test_nothing_else_slips_in(packages: Path) -> None:
    """No node_modules, tests or caches in the wheel; no node_modules in the sdist."""
    assert not [name for name in wheel_names(packages) if "node_modules" in name or name.startswith("tests/")]
    assert not [name for name in sdist_names(packages) if "node_modules" in name or "__pycache__" in name]


def test_lock_files_name_no_addresses() -> None:
    """The npm locks carry integrity hashes and no download addresses."""
    locks = [ROOT / "tests/package-lock.json", ROOT / "workbench/javascript/package-lock.json"]
    for lock in locks:
        text = lock.read_text()
        assert '"integrity"' in text
        assert '"resolved"' not in text
