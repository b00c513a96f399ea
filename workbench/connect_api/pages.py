"""The pages of the site: ``/`` for people who watch, the Connect URL behind its door, and what they load."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from workbench.connect_api import connecting
from workbench.connect_api.door import Door
from workbench.connect_api.emulator import Emulator
from workbench.connect_api.page_base import PageBase, Turned, first
from workbench.connect_api.watching import (
    entry_shown,
    event_forms,
    event_from,
    features_shown,
    log_shown,
    runs_shown,
    users_shown,
)
from workbench.errors import UnknownName, UsageError

_TYPES = {"page.css": "text/css; charset=utf-8", "live.js": "text/javascript; charset=utf-8"}
_SAID = {
    "fired": "The event was fired. What it leads to appears under runs and in the log.",
    "disable": "The user has switched the connection off.",
    "enable": "The user has switched the connection on again.",
    "delete": "The user has deleted the connection.",
}


def page_routes(emulator: Emulator) -> list[Route]:
    """Every page of an emulator's site."""
    pages = Pages(emulator)
    routes = [
        Route("/", pages.home, methods=["GET"]),
        Route("/log", pages.log, methods=["GET"]),
        Route("/log/{entry:int}", pages.entry, methods=["GET"]),
        Route("/runs", pages.runs, methods=["GET"]),
        Route("/fire", pages.fire, methods=["POST"]),
        Route("/user", pages.user, methods=["POST"]),
        Route("/assets/{name}", asset, methods=["GET"]),
        Route("/favicon.ico", no_icon, methods=["GET"]),
    ]
    for base, is_sdk in ((connecting.WEB, False), (connecting.SDK, True)):
        door = Door(pages, is_sdk=is_sdk)
        routes.append(Route(f"{base}/{{connection_id}}", door.arrive, methods=["GET"]))
        routes.append(Route(f"{base}/{{connection_id}}/configure", door.configure, methods=["GET"]))
        routes.append(Route(f"{base}/{{connection_id}}", door.connect, methods=["POST"]))
    return routes


def asset(request: Request) -> Response:
    """A style sheet or a script of ours."""
    name = request.path_params["name"]
    if name not in _TYPES:
        return Response("There is no such file.", 404, media_type="text/plain")
    return Response(_asset(name), headers={"Content-Type": _TYPES[name], "X-Content-Type-Options": "nosniff"})


def no_icon(_: Request) -> Response:
    """Browsers ask for an icon; we have none."""
    return Response(status_code=204)


@lru_cache
def _asset(name: str) -> bytes:
    return files("workbench.connect_api").joinpath("assets", name).read_bytes()


class Pages(PageBase):
    """The page ``/`` and what it is made of."""

    def home(self, request: Request) -> Response:
        """The connection, its users, the log, and a form for each trigger."""
        return self._home(said=_SAID.get(request.query_params.get("said", ""), ""))

    def log(self, _: Request) -> Response:
        """The rows of the log, for the page to bring itself up to date."""
        return self.shown("log.html", entries=log_shown(self.emulator.log))

    def runs(self, _: Request) -> Response:
        """The latest runs, likewise."""
        return self.shown("runs.html", runs=runs_shown(self.emulator))

    def entry(self, request: Request) -> Response:
        """One entry of the log, whole."""
        number = request.path_params["entry"]
        try:
            entry = self.emulator.log.entry(number)
        except (UnknownName, OverflowError):
            return self.message(404, "No such entry", f"The log has no entry {number}.", "It may have been cleared.")
        return self.shown("entry.html", entry=entry_shown(entry))

    async def fire(self, request: Request) -> Response:
        """Fire an event, as the form on the page says."""
        try:
            form = await self.read(request)
            event = await run_in_threadpool(event_from, self.emulator, form)
        except Turned as turned:
            return self.turned(turned)
        except UsageError as problem:
            return await run_in_threadpool(self._home, problem=str(problem), status=422)
        await run_in_threadpool(self.emulator.hand_on, event)
        return RedirectResponse("/?said=fired", 303)

    async def user(self, request: Request) -> Response:
        """Let a user switch the connection off or on, or delete it, as the form on the page says."""
        try:
            form = await self.read(request)
            done = await run_in_threadpool(self._changed, first(form, "user_id"), first(form, "change"))
        except Turned as turned:
            return self.turned(turned)
        except UsageError as problem:
            return await run_in_threadpool(self._home, problem=str(problem), status=422)
        return RedirectResponse(f"/?said={done}#users", 303)

    def _changed(self, user_id: str, change: str) -> str:
        changes = {
            "disable": self.emulator.disable,
            "enable": self.emulator.reenable,
            "delete": self.emulator.forget_user,
        }
        if change not in changes:
            raise UnknownName("change", change, changes, where="of a user")
        changes[change](user_id)
        return change

    def _home(self, *, said: str = "", problem: str = "", status: int = 200) -> Response:
        definition = self.emulator.definition
        return self.shown(
            "home.html",
            status,
            definition=definition,
            features=features_shown(definition),
            users=users_shown(definition, self.emulator.user_connections()),
            forms=event_forms(self.emulator),
            runs=runs_shown(self.emulator),
            entries=log_shown(self.emulator.log),
            said=said,
            problem=problem,
        )
