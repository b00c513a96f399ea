"""The pages: ``/`` for people who watch, and the Connect URL, on which the developer plays the user.

Rules:

* What changes something is a POST with the site's token, from a page of this site; nothing else changes anything.
* A page loads nothing from elsewhere, runs only ``live.js``, and is never framed (content security policy).
* Templates escape everything; what is secret is masked before it gets here.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

import jinja2
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from workbench.clock import DEFAULT_ZONE, RAILS_ZONES, rails_name
from workbench.connect_api import connecting
from workbench.connect_api.connecting import Ending, Refused, Visit, read_visit
from workbench.connect_api.emulator import Emulator
from workbench.connect_api.forms import Section, has_errors, read_form, sections
from workbench.connect_api.routes import read_limited
from workbench.connect_api.users import UserConnection
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

Form: TypeAlias = dict[str, list[str]]

_FORM_LIMIT = 2**18
_MOST_FIELDS = 1_000
_LONGEST_USER_ID = 200
"""Service API page: the id of a user is at most 200 characters."""
_TYPES = {"page.css": "text/css; charset=utf-8", "live.js": "text/javascript; charset=utf-8"}


class Turned(Exception):
    """A form that is not taken: not from our page, too large, or not a form."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


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


@lru_cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("workbench.connect_api", "assets"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@dataclass
class Pages:
    """The page ``/`` and what it is made of; ``token`` is what every form of the site carries."""

    emulator: Emulator
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))

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
            done = await run_in_threadpool(self._changed, _one(form, "user_id"), _one(form, "change"))
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

    # --- what every page has --------------------------------------------------------------------------------------

    def shown(self, template: str, status: int = 200, *, form_source: str = "", **values: Any) -> Response:
        """A page, with the headers that keep it to itself; ``form_source`` is where else its form may lead."""
        text = _templates().get_template(template).render(token=self.token, **values)
        policy = (
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
            f"form-action 'self' {form_source}; frame-ancestors 'none'; base-uri 'none'"
        )
        headers = {
            "Content-Security-Policy": policy.replace(" ;", ";"),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cache-Control": "no-store",
            "Content-Type": "text/html; charset=utf-8",
        }
        return Response(text.encode("utf-8", "replace"), status, headers)

    def message(self, status: int, title: str, message: str, cure: str) -> Response:
        """A page that only says something."""
        return self.shown("message.html", status, title=title, message=message, cure=cure)

    def turned(self, turned: Turned) -> Response:
        """What a form gets that is not taken."""
        return self.message(turned.status, "Not taken", turned.message, "Load the page again and send its form.")

    async def read(self, request: Request) -> Form:
        """The form that a page of this site sent.

        Raises:
            Turned: another site's page sent it, or it is no form of ours.
        """
        _check_from_here(request)
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
            raise Turned(415, "This page takes its own form only.")
        body = await read_limited(request.receive, _FORM_LIMIT)
        if len(body) > _FORM_LIMIT:
            raise Turned(413, "The form is too large.")
        try:
            form = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        except ValueError:
            raise Turned(400, "The form cannot be read.") from None
        if not secrets.compare_digest(_one(form, "token").encode(), self.token.encode()):
            raise Turned(403, "The form does not carry this site's token: it was not sent by a page of this server.")
        return form


_SAID = {
    "fired": "The event was fired. What it leads to appears under runs and in the log.",
    "disable": "The user has switched the connection off.",
    "enable": "The user has switched the connection on again.",
    "delete": "The user has deleted the connection.",
}


def _check_from_here(request: Request) -> None:
    """That a browser sends the form from a page of this site; a client that is no browser says nothing of it."""
    origin, place = request.headers.get("origin"), request.headers.get("sec-fetch-site", "same-origin")
    is_ours = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    if not is_ours or place not in ("same-origin", "none"):
        raise Turned(403, "The form was sent by a page of another site.")


def _one(form: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(form.get(name, ())), "")


# --- the Connect URL --------------------------------------------------------------------------------------------------


@dataclass
class Door:
    """The Connect URL, or the hand-off of an SDK: sign in, configure, be sent back."""

    pages: Pages
    is_sdk: bool

    def arrive(self, request: Request) -> Response:
        """What the connection does, and who the user is at the service."""
        return self._visited(request, request.query_params.multi_items(), self._arrived)

    def configure(self, request: Request) -> Response:
        """The fields that the user sets."""
        pairs = request.query_params.multi_items()
        user_id = request.query_params.get("user_id", "")
        return self._visited(request, pairs, lambda visit: self._configured(visit, user_id))

    async def connect(self, request: Request) -> Response:
        """Enable the connection, or end without."""
        try:
            form = await self.pages.read(request)
        except Turned as turned:
            return self.pages.turned(turned)
        pairs = [(name, value) for name, values in form.items() for value in values]
        return await run_in_threadpool(self._visited, request, pairs, lambda visit: self._ended(visit, form))

    def _visited(
        self, request: Request, pairs: Sequence[tuple[str, str]], answer: Callable[[Visit], Response]
    ) -> Response:
        definition, connection_id = self.pages.emulator.definition, request.path_params["connection_id"]
        if connection_id != definition.id:
            return self.pages.message(
                404,
                "Unknown connection",
                f"This emulator has no connection `{connection_id}`.",
                f"It has `{definition.id}`.",
            )
        try:
            return answer(read_visit(definition, pairs, connection_id=connection_id, is_sdk=self.is_sdk))
        except Refused as refused:
            return self.pages.message(400, "This link cannot be used", refused.message, refused.cure)

    def _arrived(self, visit: Visit, error: str = "") -> Response:
        emulator = self.pages.emulator
        known = [one.user_id for one in emulator.user_connections()]
        return self.pages.shown(
            "arrive.html",
            422 if error else 200,
            form_source=visit.form_source,
            definition=emulator.definition,
            features=features_shown(emulator.definition),
            visit=visit,
            known=known,
            user_id=visit.username or (known[0] if len(known) == 1 else ""),
            has_good_code=visit.code is not None and emulator.is_redeemable(visit.code),
            error=error,
        )

    def _configured(self, visit: Visit, user_id: str) -> Response:
        problem = _problem_with(user_id)
        if problem:
            return self._arrived(visit, problem)
        user = self._user(user_id)
        try:
            asked = self._sections(user_id, user)
        except UsageError as problem:
            return self.pages.message(
                502, "The fields cannot be shown", str(problem), "Mend the service, and try again."
            )
        return self._form(visit, user_id, asked, _zone_of(user))

    def _form(self, visit: Visit, user_id: str, asked: list[Section], zone: str, problem: str = "") -> Response:
        wrong = [(section, one) for section in asked for one in section.inputs if one.error]
        return self.pages.shown(
            "configure.html",
            422 if wrong or problem else 200,
            form_source=visit.form_source,
            definition=self.pages.emulator.definition,
            visit=visit,
            user_id=user_id,
            sections=asked,
            wrong=wrong,
            problem=problem,
            zones=dict.fromkeys([zone, *RAILS_ZONES]),
            zone=zone,
            endings=[one for one in Ending if one is not Ending.CANCELLED],
        )

    def _ended(self, visit: Visit, form: Form) -> Response:
        user_id, wanted = _one(form, "user_id"), _one(form, "ending")
        if self.is_sdk and wanted in list(Ending):
            return _sent(visit.landing(ending=Ending(wanted)))
        problem = _problem_with(user_id)
        if problem:
            return self._arrived(visit, problem)
        if visit.skip_config:
            self._let_in(user_id)
        elif (refused := self._enable(visit, user_id, form)) is not None:
            return refused
        if visit.code is not None:
            self.pages.emulator.redeem(visit.code)
        token = self.pages.emulator.give_token(user_id).reveal() if self.is_sdk else None
        landing = visit.landing(user_token=token)
        if landing is not None:
            return _sent(landing)
        return self.pages.message(
            200,
            "Connected",
            f"{user_id} has enabled “{self.pages.emulator.definition.name}”.",
            "The link named no `redirect_uri`.",
        )

    def _let_in(self, user_id: str) -> None:
        """Make the user's connection pending; one that is enabled stays so."""
        user = self._user(user_id)
        if user is None or not user.is_enabled:
            self.pages.emulator.enable(user_id, is_pending=True)

    def _enable(self, visit: Visit, user_id: str, form: Form) -> Response | None:
        """Enable the connection with what was entered; the form again where something is wrong with it."""
        values, shown = read_form(form, self._sections(user_id, self._user(user_id)))
        zone = _one(form, "timezone") or rails_name(DEFAULT_ZONE)
        if has_errors(shown):
            return self._form(visit, user_id, shown, zone)
        try:
            self.pages.emulator.enable(user_id, timezone=zone, values=values)
        except UsageError as problem:
            return self._form(visit, user_id, shown, rails_name(DEFAULT_ZONE), str(problem))
        return None

    def _user(self, user_id: str) -> UserConnection | None:
        known = {one.user_id: one for one in self.pages.emulator.user_connections()}
        return known.get(user_id)

    def _sections(self, user_id: str, user: UserConnection | None) -> list[Section]:
        emulator = self.pages.emulator
        return sections(emulator.definition, user, lambda owner, one: emulator.options(owner, one, user_id))


def _problem_with(user_id: str) -> str:
    if not user_id.strip():
        return "Say who the user is at your service."
    return "" if len(user_id) <= _LONGEST_USER_ID else f"A user id has at most {_LONGEST_USER_ID} characters."


def _zone_of(user: UserConnection | None) -> str:
    return rails_name(user.timezone if user is not None else DEFAULT_ZONE)


def _sent(landing: str | None) -> Response:
    assert landing is not None
    # Not RedirectResponse: it would percent-encode what was registered as it is.
    return Response(status_code=303, headers={"Location": landing, "Cache-Control": "no-store"})
