"""A small real service: lamps that speak the Service API (https://ifttt.com/docs/api_reference).

Run it with ``python lamp.py`` and point a connection's ``url_prefix`` at http://127.0.0.1:8765. Everything lives in
memory. A request is for the user of its Bearer token, or, with the service key alone, for "guest".

Somebody presses a switch with ``POST /switch/{lamp}``. With ``--realtime URL`` the service then tells the Realtime API
at that address, so that it is asked at once.
"""

from __future__ import annotations

import argparse
import socket
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

PAGE = 50


@dataclass
class Lamp:
    """One lamp of one user."""

    name: str
    room: str
    color: str = "white"
    brightness: int = 80
    scenes: tuple[str, ...] = ("Reading", "Evening")

    @property
    def id(self) -> str:
        """What fields carry."""
        return self.name.lower()


@dataclass
class Home:
    """What one user has, and what happened there, newest first."""

    lamps: list[Lamp] = field(
        default_factory=lambda: [Lamp("Desk", "Study"), Lamp("Shelf", "Study"), Lamp("Ceiling", "Kitchen")]
    )
    events: list[dict[str, Any]] = field(default_factory=list)


class Refused(Exception):
    """Ends a request with an error body; ``skip`` tells IFTTT not to try again."""

    def __init__(self, status: int, message: str, *, skip: bool = False) -> None:
        self.status, self.message, self.skip = status, message, skip


class LampService:
    """The service.

    Args:
        service_key: what ``IFTTT-Service-Key`` must be.
        tokens: OAuth token → user id.
        realtime: the address of the Realtime API, if the service tells it what is new.
    """

    def __init__(
        self,
        service_key: str = "lamp-service-key",
        tokens: dict[str, str] | None = None,
        realtime: str | None = None,
    ) -> None:
        self.service_key, self.tokens, self.realtime = service_key, tokens or {}, realtime
        self.homes: dict[str, Home] = defaultdict(Home)
        self.identities: set[str] = set()
        self.requests: list[tuple[str, dict[str, str], Any]] = []

    # --- what happens in the house --------------------------------------------------------------------------------

    def switch_on(self, user: str, lamp_id: str) -> None:
        """Somebody presses the switch: an event for the trigger."""
        home = self.homes[user]
        number = len(home.events) + 1
        event = {
            "lamp": self.lamp(home, lamp_id).name,
            "room": self.lamp(home, lamp_id).room,
            "meta": {"id": f"{user}-{number}", "timestamp": int(time.time())},
        }
        home.events.insert(0, event)

    async def switch(self, request: Request) -> Response:
        """``POST /switch/{lamp}``: no part of the Service API, but somebody's hand."""
        home, _ = await self.read(request)
        user = next(name for name, one in self.homes.items() if one is home)
        self.switch_on(user, request.path_params["lamp"])
        if self.realtime is not None:
            await self.notify()
        return Response()

    async def notify(self) -> None:
        """Tell the Realtime API that there is something new; it then asks for it."""
        told = {"data": [{"trigger_identity": identity} for identity in sorted(self.identities)]}
        async with httpx.AsyncClient(headers={"IFTTT-Service-Key": self.service_key}) as client:
            await client.post(f"{self.realtime}/v1/notifications", json=told)

    @staticmethod
    def lamp(home: Home, lamp_id: Any) -> Lamp:
        """The lamp of that id."""
        for lamp in home.lamps:
            if lamp.id == lamp_id:
                return lamp
        raise Refused(400, f"There is no lamp {lamp_id!r}")

    # --- the Service API ------------------------------------------------------------------------------------------

    async def read(self, request: Request) -> tuple[Home, dict[str, Any]]:
        """Whose home a request is for, and its body."""
        raw = await request.body()
        body = await request.json() if raw else {}
        self.requests.append((request.url.path, dict(request.headers), body))
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        if bearer:
            if bearer not in self.tokens:
                raise Refused(401, "The token is not valid")
            return self.homes[self.tokens[bearer]], body
        if request.headers.get("ifttt-service-key") != self.service_key:
            raise Refused(401, "The service key is not valid")
        return self.homes["guest"], body

    async def status(self, request: Request) -> Response:
        """``GET /status``."""
        await self.read(request)
        return Response()

    async def switched_on(self, request: Request) -> Response:
        """``POST /triggers/switched_on``: the latest events, whether seen before or not."""
        home, body = await self.read(request)
        self.identities.add(body["trigger_identity"])
        wanted = body["triggerFields"].get("lamp")
        events = [one for one in home.events if wanted in (None, one["lamp"].lower())]
        return JSONResponse({"data": events[: body.get("limit", PAGE)]})

    async def forget_identity(self, request: Request) -> Response:
        """``DELETE /triggers/switched_on/trigger_identity/{identity}``."""
        await self.read(request)
        self.identities.discard(request.path_params["identity"])
        return Response()

    async def set_color(self, request: Request) -> Response:
        """``POST /actions/set_color``; a blank colour is skipped."""
        home, body = await self.read(request)
        fields = body["actionFields"]
        if not str(fields.get("color", "")).strip():
            raise Refused(400, "No color was given, so nothing was changed", skip=True)
        lamp = self.lamp(home, fields.get("lamp"))
        lamp.color = fields["color"]
        return JSONResponse({"data": [{"id": f"{lamp.id}-{lamp.color}"}]})

    async def list_lamps(self, request: Request) -> Response:
        """``POST /queries/list_lamps``: pages, and the scenes of each lamp where ``include`` names them."""
        home, body = await self.read(request)
        search = body["queryFields"].get("search", "").lower()
        found = [lamp for lamp in home.lamps if search in lamp.name.lower()]
        begin, limit = int(body.get("cursor") or 0), body.get("limit", PAGE)
        items = [self.item(lamp, resolve="scenes" in body.get("include", [])) for lamp in found[begin : begin + limit]]
        rest = {"cursor": str(begin + limit)} if limit and begin + limit < len(found) else {}
        return JSONResponse({"data": items, **rest})

    @staticmethod
    def item(lamp: Lamp, *, resolve: bool) -> dict[str, Any]:
        """A lamp as an item of the query; one key is new and not yet declared."""
        scenes: dict[str, Any] = {"queryFields": {"lamp": lamp.id}}
        if resolve:
            scenes["data"] = [{"name": lamp.scenes[0]}]
            scenes["cursor"] = "1"
        return {
            "name": lamp.name,
            "room": lamp.room,
            "color": lamp.color,
            "brightness": lamp.brightness,
            "scenes": scenes,
            "firmware": "1.0",
        }

    async def scenes(self, request: Request) -> Response:
        """``POST /queries/scenes``: the scenes of one lamp."""
        home, body = await self.read(request)
        lamp = self.lamp(home, body["queryFields"].get("lamp"))
        begin = int(body.get("cursor") or 0)
        return JSONResponse({"data": [{"name": scene} for scene in lamp.scenes[begin : begin + body["limit"]]]})

    async def lamp_options(self, request: Request) -> Response:
        """``POST /…/fields/lamp/options``: the lamps, by room."""
        home, _ = await self.read(request)
        rooms: dict[str, list[dict[str, str]]] = {}
        for lamp in home.lamps:
            rooms.setdefault(lamp.room, []).append({"label": lamp.name, "value": lamp.id})
        return JSONResponse({"data": [{"label": room, "values": values} for room, values in rooms.items()]})

    def app(self) -> Starlette:
        """The service as an ASGI app."""
        api = [
            Route("/status", self.status),
            Route("/triggers/switched_on", self.switched_on, methods=["POST"]),
            Route("/triggers/switched_on/trigger_identity/{identity}", self.forget_identity, methods=["DELETE"]),
            Route("/actions/set_color", self.set_color, methods=["POST"]),
            Route("/queries/list_lamps", self.list_lamps, methods=["POST"]),
            Route("/queries/scenes", self.scenes, methods=["POST"]),
            *(
                Route(f"/{step}/fields/lamp/options", self.lamp_options, methods=["POST"])
                for step in ("triggers/switched_on", "actions/set_color", "queries/scenes")
            ),
        ]
        switch = Route("/switch/{lamp}", self.switch, methods=["POST"])
        return Starlette(routes=[switch, Mount("/ifttt/v1", routes=api)], exception_handlers={Refused: refused})


async def refused(_: Request, error: Any) -> Response:
    """The error body of the Service API."""
    status = {"status": "SKIP"} if error.skip else {}
    return JSONResponse({"errors": [{"message": error.message, **status}]}, status_code=error.status)


def main() -> None:
    """Run the service, and say where."""
    parser = argparse.ArgumentParser(description="Lamps that speak the Service API.")
    parser.add_argument("--port", type=int, default=8765, help="0 takes a free one")
    parser.add_argument("--key", default="lamp-service-key", help="the service key")
    parser.add_argument("--realtime", help="the address of the Realtime API, to tell it what is new")
    options = parser.parse_args()
    # TCP by name: asyncio would let small answers wait on a socket whose protocol is not said.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", options.port))
    listening.listen()
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    app = LampService(options.key, realtime=options.realtime).app()
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])


if __name__ == "__main__":
    main()
