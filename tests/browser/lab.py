"""A real JupyterLab in a folder of its own, and a notebook in it as a person uses it."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Locator, Page, expect

DARK = "JupyterLab Dark"
LIGHT = "JupyterLab Light"
# A cell that is run before its kernel is connected asks which kernel, or is lost.
READY = """() => {
  const kernel = window.jupyterapp?.shell.currentWidget?.context?.sessionContext?.session?.kernel;
  return kernel?.connectionStatus === "connected" && kernel.status === "idle";
}"""


class Lab:
    """A JupyterLab server; notebooks are files in ``folder``."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "notebooks"
        self.folder.mkdir()
        self._settings = home / "settings"
        self._token = secrets.token_hex(16)
        self._port = _free_port()
        self._set("apputils-extension/notification", {"fetchNews": "false", "checkForUpdates": False})
        folders = {
            "JUPYTERLAB_SETTINGS_DIR": self._settings,
            "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
            "JUPYTER_CONFIG_DIR": home / "config",
            "JUPYTER_DATA_DIR": home / "data",
            "JUPYTER_RUNTIME_DIR": home / "runtime",
            "IPYTHONDIR": home / "ipython",
        }
        options = [
            "--no-browser", "--ip=127.0.0.1", f"--port={self._port}", "--allow-root", "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={self._token}", f"--ServerApp.root_dir={self.folder}",
            "--LabApp.news_url=None", "--LabApp.extension_manager=readonly", "--LabApp.expose_app_in_browser=True",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        ]  # fmt: skip
        self._log = (home / "lab.log").open("w")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            env={**os.environ, **{name: str(path) for name, path in folders.items()}},
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._wait()

    def theme(self, name: str) -> None:
        """Use a theme from the next page on."""
        self._set("apputils-extension/themes", {"theme": name})

    @contextmanager
    def wearing(self, theme: str) -> Iterator[None]:
        """Use a theme for the pages opened meanwhile."""
        self.theme(theme)
        try:
            yield
        finally:
            self.theme(LIGHT)

    def write(self, name: str, *cells: str) -> Path:
        """Write a notebook of code cells."""
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
        nbformat.write(book, self.folder / name)
        return self.folder / name

    def open(self, page: Page, name: str) -> Notebook:
        """Open a notebook alone on the page, with a kernel that is ready."""
        page.goto(f"http://127.0.0.1:{self._port}/doc/tree/{name}?token={self._token}&reset")
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        page.wait_for_function(READY, timeout=60_000)
        return Notebook(page, self.folder / name)

    def stop_kernels(self) -> None:
        """End every kernel, as if the server had been started anew."""
        for session in self._ask("sessions"):
            self._ask(f"sessions/{session['id']}", "DELETE")

    def close(self) -> None:
        """End the server and its kernels."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        self._log.close()

    def _set(self, plugin: str, settings: dict[str, Any]) -> None:
        file = self._settings / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings))

    def _ask(self, what: str, method: str = "GET") -> Any:
        address = f"http://127.0.0.1:{self._port}/api/{what}"
        request = urllib.request.Request(address, method=method, headers={"Authorization": f"token {self._token}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")

    def _wait(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until and self._process.poll() is None:
            try:
                self._ask("status")
            except OSError:
                time.sleep(0.1)
            else:
                return
        self.close()
        raise AssertionError(f"JupyterLab did not start:\n{Path(self._log.name).read_text()[-3000:]}")


class Notebook:
    """A notebook open in JupyterLab."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page, self.path = page, path

    def run_all(self) -> None:
        """Run all cells and wait for the last."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_text("Run All Cells", exact=True).click()
        prompts = self.page.locator(".jp-CodeCell .jp-InputArea-prompt")
        expect(prompts.filter(has_text="[ ]")).to_have_count(0, timeout=60_000)
        self.wait()

    def wait(self) -> None:
        """Wait until no cell waits or runs."""
        prompts = self.page.locator(".jp-CodeCell .jp-InputArea-prompt")
        expect(prompts.filter(has_text="[*]")).to_have_count(0, timeout=60_000)

    def output(self, number: int) -> Locator:
        """The output of a code cell, by its place from 0."""
        return self.page.locator(".jp-CodeCell").nth(number).locator(".jp-Cell-outputArea")

    def run_new(self, code: str) -> Locator:
        """Type code into a new cell at the end, run it, and give its output."""
        cells = self.page.locator(".jp-CodeCell")
        before = cells.count()
        self.page.locator(".jp-Notebook-footer").click()
        expect(cells).to_have_count(before + 1)
        editor = cells.nth(before).locator(".cm-content")
        editor.click()
        self.page.keyboard.insert_text(code)
        self.page.keyboard.press("Shift+Enter")
        self.wait()
        return cells.nth(before).locator(".jp-Cell-outputArea")

    def save(self) -> None:
        """Save, and wait until the file has what the page has."""
        self.page.get_by_role("menuitem", name="File", exact=True).click()
        self.page.get_by_text("Save Notebook", exact=True).click()
        self.page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
