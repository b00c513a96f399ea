"""What a fault looks like from the other end of a real connection."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from workbench.connect_api.faults import Malformed, Reset, Slow, Status, Truncated
from workbench.connect_api.routes import app

KEY = "service-key-of-the-tests"
USER = "user-17"


@pytest.fixture
def api(world: Any, serve: Callable[[Any], str]) -> Any:
    """A client of the emulator over loopback."""
    headers = {"IFTTT-Service-Key": KEY}
    with httpx.Client(base_url=serve(app(world.emulator, transport="loopback")), headers=headers) as client:
        yield client


def perform(client: httpx.Client) -> httpx.Response:
    path = "/v2/connections/Ab3dE5gH/queries/lamp.list_lamps/perform"
    return client.post(path, json={"user_id": USER, "limit": 3})


def test_a_reset_ends_the_connection_without_an_answer(world: Any, api: httpx.Client) -> None:
    """The client sees its connection reset, and the next request is answered."""
    world.emulator.faults.add(Reset(), times=1)
    with pytest.raises(httpx.ReadError):
        perform(api)
    assert perform(api).status_code == 200
    assert [entry.fault for entry in world.log] == ["reset", None]


def test_a_truncated_answer_ends_in_its_middle(world: Any, api: httpx.Client) -> None:
    """Headers and half a body arrive, then the connection is closed; the next request is answered."""
    world.emulator.faults.add(Truncated(), times=1)
    with pytest.raises(httpx.RemoteProtocolError, match=r"incomplete|without sending complete"):
        perform(api)
    assert perform(api).status_code == 200


def test_a_slow_answer_takes_its_time_over_http(world: Any, api: httpx.Client) -> None:
    """Over HTTP the delay is real, and a client's own time-out meets it."""
    world.emulator.faults.add(Slow(120))
    began = time.monotonic()
    assert perform(api).status_code == 200
    assert time.monotonic() - began >= 0.12
    with pytest.raises(httpx.ReadTimeout):
        api.post("/v2/connections/Ab3dE5gH/queries/lamp.list_lamps/perform", json={"user_id": USER}, timeout=0.03)


def test_a_malformed_answer_is_no_json(world: Any, api: httpx.Client) -> None:
    """Status and content type promise JSON; the body breaks the promise."""
    world.emulator.faults.add(Malformed())
    answer = perform(api)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    with pytest.raises(ValueError, match=r"."):
        answer.json()


def test_a_rate_limit_says_when_to_come_again(world: Any, api: httpx.Client) -> None:
    """429 with `Retry-After` and the error body."""
    world.emulator.faults.add(Status(429, retry_after=3))
    answer = perform(api)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "3")
    assert answer.json()["code"] == "too_many_requests"


@pytest.mark.parametrize("fault", [Reset(), Truncated()], ids=["reset", "truncated"])
def test_in_process_a_lost_answer_is_the_clients_own_exception(world: Any, fault: Any) -> None:
    """Without a connection to break, a client of the ASGI app gets what httpx raises for a lost one."""
    world.emulator.faults.add(fault)

    async def ask() -> None:
        transport = httpx.ASGITransport(app(world.emulator))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://test", headers={"IFTTT-Service-Key": KEY}
        ) as client:
            path = "/v2/connections/Ab3dE5gH/queries/lamp.list_lamps/perform"
            await client.post(path, json={"user_id": USER})

    with pytest.raises(httpx.RemoteProtocolError):
        asyncio.run(ask())
