"""The Connect API, served: requests a second for `run` and `perform`, against other servers of the same routes.

Ours checks key, user, fields and options and keeps the log in a file. The rivals: a bare Starlette route that reads
the JSON and gives the same JSON (no check, no log), and two mock servers (locked in rivals/): Mockoon CLI with the two
routes and their bodies, and Prism with our own OpenAPI description and the same body as its example. All run at the
same time, and are asked in turn, round by round. The processor time of each request is less shaken by what else the
machine does.
"""

from __future__ import annotations

import contextlib
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.benchmarks.load import Post, requests_a_second
from tests.serving import HEADERS, ROOT, USER, served

RIVALS = Path(__file__).resolve().parent / "rivals"
CONNECTION = "/v2/connections/Lk3dVs8m"
CLIENTS, ROUNDS, SECONDS = 8, 5, 1.5
POSTED = tuple({**HEADERS, "Content-Type": "application/json"}.items())
RUN = Post(
    path=f"{CONNECTION}/actions/sms.send_me_text/run",
    body=json.dumps({"user_id": USER, "fields": {"message": "Hello"}}).encode(),
    headers=POSTED,
    status=204,
)
PERFORM = Post(
    path=f"{CONNECTION}/queries/youtube.get_videos_from_search/perform",
    body=json.dumps({"user_id": USER, "limit": 3}).encode(),
    headers=POSTED,
    status=200,
)
OURS, BARE = "ours: every check, durable log", "a bare Starlette route"
AIMS = {BARE: "aim: 0.5x", "Mockoon CLI": "aim: 2x", "Prism": "aim: 2x"}


def measure() -> None:
    """Print requests a second of each server, and ours as a multiple of each rival's."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ours = stack.enter_context(served("--db", str(folder / "log.db")))
        answer = httpx.post(ours.url + PERFORM.path, content=PERFORM.body, headers=dict(POSTED)).json()
        contenders = {OURS: Contender(ours.url, ours.process.pid)}
        description = httpx.get(f"{ours.url}/openapi.json").json()
        performed = description["paths"][PERFORM.path]["post"]["responses"]["200"]
        performed["content"]["application/json"]["example"] = answer
        for name, command in _rivals(folder, answer, description).items():
            contenders[name] = stack.enter_context(_running(command))
        for label, post in (("run (204, no body)", RUN), ("perform (200, three videos)", PERFORM)):
            _compare(label, post, contenders)


@dataclass(frozen=True)
class Contender:
    """A server in a process of its own."""

    url: str
    pid: int

    def cpu_seconds(self) -> float:
        """What it and its children have used of the processor."""
        process = psutil.Process(self.pid)
        times = [one.cpu_times() for one in (process, *process.children(recursive=True))]
        return sum(one.user + one.system for one in times)

    def measure(self, post: Post) -> tuple[float, float]:
        """Requests a second, and microseconds of the processor for each."""
        began, before = time.perf_counter(), self.cpu_seconds()
        rate = requests_a_second(self.url, post, seconds=SECONDS, clients=CLIENTS)
        requests = rate * (time.perf_counter() - began)
        return rate, (self.cpu_seconds() - before) / requests * 1e6


def _compare(label: str, post: Post, contenders: dict[str, Contender]) -> None:
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in contenders}
    for turn in range(ROUNDS + 1):
        for name, one in contenders.items():
            measured = one.measure(post)
            if turn:  # the first round warms up
                found[name].append(measured)
    rates = {name: statistics.median(rate for rate, _ in one) for name, one in found.items()}
    costs = {name: statistics.median(cost for _, cost in one) for name, one in found.items()}
    print(f"  {label}, {CLIENTS} clients")
    for name, rate in rates.items():
        line = f"    {name:<34} {rate:8,.0f} requests/s  {costs[name]:6,.0f} us of CPU each"
        if name != OURS:
            line += f"  ours is {rates[OURS] / rate:.2f}x, by CPU {costs[name] / costs[OURS]:.2f}x; {AIMS[name]}"
        print(line)


# --- the rivals -------------------------------------------------------------------------------------------------------


def _rivals(folder: Path, answer: Any, description: Any) -> dict[str, list[str]]:
    """The command that serves each rival; ``{port}`` is filled in."""
    if not (RIVALS / "node_modules" / ".bin" / "prism").exists():
        command = ["npm", "ci", "--silent", "--no-progress", "--ignore-scripts"]
        subprocess.run(command, cwd=RIVALS, check=True)
    (folder / "answer.json").write_text(json.dumps(answer))
    (folder / "openapi.json").write_text(json.dumps(description))
    (folder / "mockoon.json").write_text(json.dumps(_mockoon(answer)))
    bin_ = RIVALS / "node_modules" / ".bin"
    return {
        BARE: [sys.executable, "-m", __spec__.name, "{port}", str(folder / "answer.json")],
        "Mockoon CLI": [
            *["node", str(bin_ / "mockoon-cli"), "start", "--data", str(folder / "mockoon.json")],
            *["--port", "{port}", "--disable-log-to-file"],
        ],
        "Prism": ["node", str(bin_ / "prism"), "mock", str(folder / "openapi.json"), "--port", "{port}", "-v", "error"],
    }


def _mockoon(answer: Any) -> dict[str, Any]:
    def route(post: Post, body: str) -> dict[str, Any]:
        response = {
            "uuid": f"r{post.status}", "body": body, "latency": 0, "statusCode": post.status, "label": "",
            "headers": [{"key": "Content-Type", "value": "application/json"}], "bodyType": "INLINE", "filePath": "",
            "databucketID": "", "sendFileAsBody": False, "rules": [], "rulesOperator": "OR", "disableTemplating": True,
            "fallbackTo404": False, "default": True, "crudKey": "id", "callbacks": [],
        }  # fmt: skip
        return {
            "uuid": f"u{post.status}", "type": "http", "documentation": "", "method": "post",
            "endpoint": post.path.lstrip("/"), "responses": [response], "responseMode": None, "streamingMode": None,
            "streamingInterval": 0,
        }  # fmt: skip

    routes = [route(RUN, ""), route(PERFORM, json.dumps(answer))]
    return {
        "uuid": "e", "lastMigration": 33, "name": "The two routes", "endpointPrefix": "", "latency": 0, "port": 3000,
        "hostname": "127.0.0.1", "folders": [], "routes": routes, "proxyMode": False, "proxyHost": "",
        "proxyRemovePrefix": False, "cors": False, "headers": [], "proxyReqHeaders": [], "proxyResHeaders": [],
        "rootChildren": [{"type": "route", "uuid": one["uuid"]} for one in routes], "data": [], "callbacks": [],
        "tlsOptions": {
            "enabled": False, "type": "CERT", "pfxPath": "", "certPath": "", "keyPath": "", "caPath": "",
            "passphrase": "",
        },
    }  # fmt: skip


@contextlib.contextmanager
def _running(command: list[str]) -> Iterator[Contender]:
    port = _free_port()
    filled = [part.replace("{port}", str(port)) for part in command]
    process = subprocess.Popen(filled, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    try:
        _wait_for(port, process)
        yield Contender(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as plug:
        plug.bind(("127.0.0.1", 0))
        return int(plug.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + 60
    while time.monotonic() < ends and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError(f"this rival did not start: {process.args!r}")


def _serve_bare(port: int, answer: Any) -> None:
    """What anybody would write first: no key, no user, no field is looked at, and nothing is kept."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse, Response
    from starlette.routing import Route

    async def run(request: Request) -> Response:
        await request.json()
        return Response(status_code=204)

    async def perform(request: Request) -> Response:
        await request.json()
        return JSONResponse(answer)

    routes = [Route(RUN.path, run, methods=["POST"]), Route(PERFORM.path, perform, methods=["POST"])]
    uvicorn.run(Starlette(routes=routes), port=port, log_config=None, access_log=False)


if __name__ == "__main__":
    _serve_bare(int(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text()))
