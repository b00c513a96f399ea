"""An exchange as code: run as it stands, it sends the same request again, and holds no key."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import workbench as wb
from workbench.connect_api.api_log import Entry
from workbench.connect_api.server import Server
from workbench.logs.as_code import as_curl, as_fire, as_httpx
from workbench.secret import MASK

ODD = 'O\'Hara says "$HOME" `x` \\n 😀\u202e'
FAKE_CURL = f"#!{sys.executable}\nimport json, sys\nprint(json.dumps(sys.argv[1:]))\n"


@pytest.fixture
def bench(make_bench: Callable[..., wb.Bench]) -> wb.Bench:
    bench = make_bench()
    bench.enable("user-1")
    bench.fire("youtube.new_liked_video", title=ODD)
    return bench


@pytest.fixture
def environment(bench: wb.Bench) -> Iterator[dict[str, str]]:
    """What the code's variables stand for, with a server that answers."""
    with Server(bench.emulator) as server:
        key = bench.service_key.reveal()
        yield {**os.environ, "CONNECT_URL": server.url, "IFTTT_SERVICE_KEY": key}


def test_httpx_code_sends_the_same_request(bench: wb.Bench, environment: dict[str, str]) -> None:
    """Run as it stands, the code gets the same status, with the same body in the log."""
    query = bench.logs[2]
    code = as_httpx(query)
    assert bench.service_key.reveal() not in code
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("200 ")
    again = bench.logs[-1]
    assert again.transport == "loopback"
    assert json.loads(again.request_body or "") == json.loads(query.request_body or "")


def test_curl_gets_the_same_words(bench: wb.Bench, environment: dict[str, str], tmp_path: Path) -> None:
    """A shell hands curl the address, the key from its variable, and the very bytes of the body."""
    fake = tmp_path / "curl"
    fake.write_text(FAKE_CURL)
    fake.chmod(0o755)
    query = bench.logs[2]
    command = as_curl(query)
    assert "$IFTTT_SERVICE_KEY" in command
    assert bench.service_key.reveal() not in command
    path = f"{tmp_path}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(["sh", "-c", command], env={**environment, "PATH": path}, capture_output=True, check=True)
    words = json.loads(done.stdout)
    assert words[words.index("-X") + 1] == "POST"
    assert f"{environment['CONNECT_URL']}{query.path}" in words
    assert f"ifttt-service-key: {environment['IFTTT_SERVICE_KEY']}" in words
    assert words[words.index("--data-raw") + 1] == query.request_body


def test_an_event_is_the_call_that_fires_it(bench: wb.Bench) -> None:
    """An event is no request: as code it is `bench.fire` with its ingredients."""
    event = bench.logs[1]
    assert (as_curl(event), as_httpx(event)) == ("", "")
    before = len(bench.runs)
    exec(as_fire(event), {"bench": bench})
    assert len(bench.runs) == before + 1
    assert bench.runs[-1].ingredients["title"] == ODD
    assert as_fire(bench.logs[2]) == ""


def test_what_was_masked_is_said() -> None:
    """A user token becomes a variable; values that the log does not show are named as missing."""
    entry = Entry(
        method="GET",
        path="/v2/me",
        query=f"user_token={MASK}",
        request_headers=json.dumps([["Authorization", f"Bearer {MASK}"], ["Cookie", "a=b"]]),
    )
    assert "Authorization: Bearer $IFTTT_USER_TOKEN" in as_curl(entry)
    assert "Cookie" not in as_curl(entry)
    assert "put yours in their place" in as_curl(entry)
    assert "put yours in their place" in as_httpx(entry)


def test_a_webhook_goes_to_its_backend() -> None:
    """What left the API goes to the host it went to, over https unless that is this machine."""
    for host, scheme in (("127.0.0.1:8000", "http"), ("example.com", "https")):
        headers = json.dumps([["Host", host], ["IFTTT-Service-Key", MASK]])
        entry = Entry(direction="out", transport="webhook", method="POST", path="/hook", request_headers=headers)
        assert f"{scheme}://{host}/hook" in as_curl(entry)
        assert f"{scheme}://{host}/hook" in as_httpx(entry)
