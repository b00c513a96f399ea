"""Finds Chromium for the browser tests, or gets it; run as a program it says where it is.

In this order: the file that CHROMIUM names, the commands on PATH, Playwright's own download, and on Debian or Ubuntu as
root, apt. Nothing is skipped where there is none: it ends with what to do.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
HELP = """The browser tests need Chromium, and there is none here. One of these gets it:
  apt install chromium                      (Debian, Ubuntu; as root this happens by itself)
  .venv/bin/python -m playwright install chromium
  CHROMIUM=/path/to/chromium make test      (one that you have)"""


def find() -> str | None:
    """The browser's executable, or None."""
    named = os.environ.get("CHROMIUM")
    if named:
        if not os.access(named, os.X_OK):
            raise SystemExit(f"CHROMIUM names {named}, which is no program. Correct it, or unset it.")
        return named
    for command in COMMANDS:
        if found := shutil.which(command):
            return found
    return _playwrights_own()


def ensure() -> str:
    """The browser's executable; installed first where that can be done.

    Raises:
        SystemExit: there is none; says how to get one.
    """
    found = find()
    if found is None and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing chromium with apt (about half a minute, once) ...", flush=True)
        for arguments in (["update"], ["install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core"]):
            subprocess.run(["apt-get", "-qq", *arguments], check=False, stdout=subprocess.DEVNULL)
        found = find()
    if found is None:
        raise SystemExit(HELP)
    return found


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).is_file() else None


if __name__ == "__main__":
    print(ensure())
    sys.exit(0)
