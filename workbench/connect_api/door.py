"""The Connect URL, on which the developer plays the user: sign in, configure, be sent back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from workbench.clock import DEFAULT_ZONE, RAILS_ZONES, rails_name
from workbench.connect_api.connecting import Ending, Refused, Visit, read_visit
from workbench.connect_api.forms import Section, has_errors, read_form, sections
from workbench.connect_api.page_base import Form, PageBase, Turned, first
from workbench.connect_api.users import UserConnection
from workbench.connect_api.watching import features_shown
from workbench.errors import UsageError

_LONGEST_USER_ID = 200
"""Service API page: the id of a user is at most 200 characters."""


@dataclass
class Door:
    """The Connect URL, or the hand-off of an SDK, as ``is_sdk`` says."""

    pages: PageBase
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
        user_id, wanted = first(form, "user_id"), first(form, "ending")
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
        zone = first(form, "timezone") or rails_name(DEFAULT_ZONE)
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
