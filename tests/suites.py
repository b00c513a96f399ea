"""Runs every test suite in turn, each within its time budget; `make test` is this file.

Usage: python tests/suites.py [--only NAME ...]
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
PYTEST = [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider"]


@dataclass(frozen=True)
class Suite:
    """One command, and the seconds it may take on two cores."""

    name: str
    budget: int
    command: list[str]
    folder: str = "."


# Parts with a suite of their own: what they need is set up first, or they must not share a process with the rest.
APART = ("project", "browser", "conformance", "isolation", "connect_api/test_fuzzing.py")
NBVAL = ["-p", "nbval.plugin", "--nbval", "--nbval-current-env", "--nbval-cell-timeout=60"]
SUITES = [
    Suite("lint", 60, [PYTHON, "-m", "ruff", "check", "."]),
    Suite("format", 60, [PYTHON, "-m", "ruff", "format", "--check", "."]),
    Suite("types", 180, [PYTHON, "-m", "mypy"]),
    Suite("node12", 180, ["npm", "ci", "--silent", "--no-progress"], folder="tests"),
    Suite("chromium", 180, [PYTHON, "tests/chromium.py"]),
    Suite("unit", 600, [*PYTEST, "tests", *(f"--ignore=tests/{part}" for part in APART)]),
    Suite("fuzzing", 240, [*PYTEST, "--timeout=200", "tests/connect_api/test_fuzzing.py"]),
    Suite("isolation", 600, [*PYTEST, "tests/isolation"]),
    Suite("conformance", 600, [*PYTEST, "tests/conformance"]),
    Suite("notebooks", 180, [*PYTEST, *NBVAL, "--nbval-sanitize-with", "tests/notebooks/sanitize.cfg", "notebooks"]),
    Suite("browser", 900, [*PYTEST, "tests/browser"]),
    Suite("project", 600, [*PYTEST, "--timeout=580", "tests/project"]),
]


def main() -> int:
    """Run the suites; 0 if all passed within their budgets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=[suite.name for suite in SUITES], metavar="NAME")
    wanted = set(parser.parse_args().only)
    unknown = wanted - {suite.name for suite in SUITES}
    if unknown:
        parser.error(f"no suite named {', '.join(sorted(unknown))}; there is {', '.join(s.name for s in SUITES)}")
    results = [(suite, *run(suite)) for suite in SUITES if suite.name in wanted]
    print("\nsuite       result      seconds  budget")
    for suite, result, seconds in results:
        print(f"{suite.name:<11} {result:<11} {seconds:7.1f}  {suite.budget:6d}")
    return 0 if all(result == "passed" for _, result, _ in results) else 1


def run(suite: Suite) -> tuple[str, float]:
    """How one suite ended, and the seconds it took; over budget, it is stopped with all it started."""
    print(f"\n--- {suite.name} {'-' * (70 - len(suite.name))}", flush=True)
    began = time.monotonic()
    process = subprocess.Popen(suite.command, cwd=ROOT / suite.folder, start_new_session=True)
    try:
        code = process.wait(suite.budget)
        result = "passed" if code == 0 else f"failed ({code})"
    except subprocess.TimeoutExpired:
        result = "over budget"
    except KeyboardInterrupt:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(10)
        raise
    if result == "over budget":
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return result, time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main())
