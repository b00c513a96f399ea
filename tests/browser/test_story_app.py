"""The workbench as an app: `workbench app` serves it without a notebook, and nothing leaves this machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

WORKBENCH = Path(sys.executable).with_name("workbench")


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where the app of a sample is served."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folders = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    log = tmp_path / "app.log"
    with log.open("w") as told:
        process = subprocess.Popen(
            [WORKBENCH, "app", "liked-video-to-sms", "--no-browser", f"--port={port}"],
            env={**os.environ, **{name: str(tmp_path / name) for name in folders}},
            stdout=told,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _answers(f"http://127.0.0.1:{port}/voila/static/", process, log)
            yield f"http://127.0.0.1:{port}/"
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def test_an_event_is_fired_in_the_app(address: str, new_page: Callable[..., Page]) -> None:
    """The app shows the bench without a cell of code; an event fired there sends its three messages."""
    page = new_page(height=1200)
    page.goto(address, timeout=60_000)
    fire = page.get_by_role("button", name="Fire", exact=True)
    expect(fire).to_be_enabled(timeout=60_000)
    expect(page.locator(".jp-CodeCell .jp-InputArea")).to_have_count(0)
    fire.click()
    messages = page.locator("[data-call]").filter(has_text="sms.send_me_text")
    expect(messages).to_have_count(3, timeout=30_000)
    expect(page.locator(".workbench-mirror").first).to_be_hidden()


def _answers(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"The app was not served:\n{log.read_text()[-3000:]}")
