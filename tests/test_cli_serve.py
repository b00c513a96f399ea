"""`workbench serve` and `workbench choices`, as a user runs them."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

WORKBENCH = str(Path(sys.executable).parent / "workbench")
SAMPLE = "liked-video-to-sms"
KEY = "canary-key-of-the-terminal"


class Served:
    """A running `workbench serve`; its greeting is read when this is made."""

    def __init__(self, *arguments: str, stdout: Any = subprocess.PIPE) -> None:
        self.process = subprocess.Popen(
            [WORKBENCH, "serve", *arguments], stdout=stdout, stderr=subprocess.PIPE, text=True, bufsize=1
        )
        self.greeting = ""

    def read_greeting(self) -> str:
        assert self.process.stdout is not None
        while "Ctrl-C" not in self.greeting:
            line = self.process.stdout.readline()
            assert line, self.process.stderr.read() if self.process.stderr else ""
            self.greeting += line
        return re.search(r"at (http://\S+)", self.greeting)[1]  # type: ignore[index]

    def end(self, number: int) -> tuple[int, str, str]:
        self.process.send_signal(number)
        said, complained = self.process.communicate(timeout=30)
        return self.process.returncode, said, complained


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    """Starts servers, and ends those that a failing test left."""
    made: list[Served] = []

    def start(*arguments: str, **options: Any) -> Served:
        made.append(Served(*arguments, **options))
        return made[-1]

    yield start
    for one in made:
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate()


def ask(url: str, method: str = "GET", path: str = "/v2/me", key: str = KEY, **options: Any) -> httpx.Response:
    return httpx.request(method, f"{url}{path}", headers={"IFTTT-Service-Key": key}, trust_env=False, **options)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "a request to end"])
def test_it_serves_until_it_is_stopped(serve: Callable[..., Served], tmp_path: Path, number: int) -> None:
    """It prints its address, answers with the key that was given, stops cleanly, and leaves a log that opens."""
    db = tmp_path / "log.db"
    served = serve(SAMPLE, "--service-key", KEY, "--db", str(db))
    url = served.read_greeting()
    assert ask(url).json()["authentication_level"] == "channel"
    assert ask(url, key="another").status_code == 401
    assert httpx.get(url, trust_env=False).status_code == 200
    code, said, complained = served.end(number)
    assert (code, complained) == (0, "")
    assert "Stopped." in said
    assert KEY not in served.greeting + said
    listed = json.loads(subprocess.run([WORKBENCH, "logs", str(db), "--json"], capture_output=True, check=True).stdout)
    assert [(one["path"], one["status"], one["transport"]) for one in listed] == [
        ("/v2/me", 200, "loopback"),
        ("/v2/me", 401, "loopback"),
    ]
    with pytest.raises(httpx.ConnectError):
        ask(url)


def test_a_port_can_be_chosen_and_a_taken_one_is_said(serve: Callable[..., Served]) -> None:
    """`--port` is where it listens; where somebody else does, one message and exit 2."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = serve(SAMPLE, "--port", str(port))
        _, complained = refused.process.communicate(timeout=30)
        assert refused.process.returncode == 2
        assert "Port 0 takes a free one" in complained
    assert serve(SAMPLE, "--port", str(port)).read_greeting().endswith(f":{port}")


def test_a_random_key_is_shown_to_a_person_and_to_no_file(serve: Callable[..., Served]) -> None:
    """On a terminal the key that was made up is printed, and it is good; in a pipe it is not."""
    piped = serve(SAMPLE)
    piped.read_greeting()
    assert "a random one, not shown here" in piped.greeting
    person, terminal = pty.openpty()
    served = serve(SAMPLE, stdout=terminal)
    os.close(terminal)
    shown = b""
    while b"Ctrl-C" not in shown:
        shown += os.read(person, 4096)
    text = shown.decode()
    url, key = re.search(r"at (http://\S+)", text), re.search(r"service key +(\S+)", text)
    assert url is not None
    assert key is not None
    assert ask(url[1], key=key[1]).status_code == 200
    assert served.end(signal.SIGINT)[0] == 0
    os.close(person)


def test_faults_and_backend_are_as_the_options_say(serve: Callable[..., Served], tmp_path: Path) -> None:
    """`--faults` makes answers fail as the file says; `--webhooks` names the backend."""
    file = tmp_path / "faults.yaml"
    file.write_text("faults:\n  - status: 503\n    on: 1\n")
    served = serve(SAMPLE, "--service-key", KEY, "--faults", str(file), "--webhooks", "http://127.0.0.1:9/api")
    url = served.read_greeting()
    assert "1 rules" in served.greeting
    assert "http://127.0.0.1:9/api" in served.greeting
    assert [ask(url).status_code for _ in range(2)] == [503, 200]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["missing.yaml"], "missing.yaml"),
        ([SAMPLE, "--faults", "missing.yaml"], "missing.yaml"),
        ([SAMPLE, "--webhooks", "https://backend.example.com"], "--allow-network"),
        ([SAMPLE, "--webhooks", "http://127.0.0.1:9", "--events", "nobody"], "script"),
        ([SAMPLE, "--events", "backend"], "`--events backend` needs a backend: --webhooks URL"),
        ([SAMPLE, "--host", "192.0.2.1", "--allow-network"], "192.0.2.1 is no address of this machine"),
        ([SAMPLE, "--host", "0.0.0.0"], "--allow-network"),
        ([SAMPLE, "--port", "70000"], "65535"),
    ],
    ids=[
        "no file",
        "no faults",
        "backend elsewhere",
        "no way for events",
        "no backend for events",
        "no address of ours",
        "every address",
        "no port",
    ],
)
def test_bad_usage_exits_2_before_anything_is_served(arguments: list[str], says: str, tmp_path: Path) -> None:
    """What cannot be served is one message that says what to do, and exit 2."""
    command = [WORKBENCH, "serve", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path)
    assert result.returncode == 2
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert "Serving" not in result.stdout


def test_choices_are_printed(tmp_path: Path) -> None:
    """`workbench choices` prints what was decided; with `--markdown` the table of the page."""
    text = subprocess.run([WORKBENCH, "choices"], capture_output=True, text=True, check=True).stdout
    page = subprocess.run([WORKBENCH, "choices", "--markdown"], capture_output=True, text=True, check=True).stdout
    assert "What is `responseBody` after a 204?" in text
    assert page.startswith("# What is not known")
    assert "| **body of a 204**: What is `responseBody` after a 204? | `null`. |" in page
