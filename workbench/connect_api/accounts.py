"""The endpoints about accounts: who am I, user tokens, provisional access codes, and what the mobile SDKs ask.

Connect API page, "Service and user authentication" and "Provisional access codes"; the SDKs' own endpoints are in
their public sources.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from workbench.connect_api.callers import Level, identify, user_token
from workbench.connect_api.requests import Request, no_user_id, read_body, read_text, read_user_id
from workbench.connect_api.responses import (
    About,
    Answer,
    Change,
    Detail,
    Refusal,
    bad_request,
    no_content,
    ok,
    unauthorized,
)
from workbench.connect_api.state import State
from workbench.connect_api.users import AccessCode
from workbench.connection.fields import Json
from workbench.secret import Secret

CODE_LIFE = timedelta(hours=48)
"""Connect API page, "Provisional access codes"."""


def show_me(state: State, request: Request, about: About, _: str) -> Answer:
    """``GET /v2/me``."""
    caller = identify(state, request)
    named = read_user_id(request, None) if caller.level is Level.CHANNEL else caller.user_id
    about.user_id = named
    service = state.definition.primary_service or next((one.id for one in state.definition.services), None)
    body: dict[str, Json] = {
        "type": "me",
        "authentication_level": caller.level.value,
        "service_id": service if caller.level is not Level.NONE else None,
        "user_login": named if named in state.users else None,
    }
    return ok(body, about)


def give_user_token(state: State, request: Request, about: About, _: str) -> Answer:
    """``POST /v2/user_token``: in exchange for the access token that the service gave to IFTTT for this user."""
    body = read_body(request, state.choices)
    user_id = read_user_id(request, body)
    if user_id is None:
        raise no_user_id()
    about.user_id = user_id
    proof = next((value for value in request.values("access_token") if value), None)
    if not (proof or read_text(body, "token") or read_text(body, "access_token")):
        missing = Detail(parameter="/access_token", message="Missing")
        raise bad_request("`access_token` is missing: the OAuth token that your service issued for the user", missing)
    if user_id not in state.users:
        raise unauthorized("Cannot uniquely identify user")
    token = user_token(state.seed, state.definition.id, user_id)
    return ok({"type": "user_token", "user_token": token.reveal()}, about, Change(user_token=(token, user_id)))


def give_access_code(state: State, request: Request, about: About, _: str) -> Answer:
    """``POST /v2/provisional_access_code``: a code for the Connect URL, good once and for 48 hours."""
    body = read_body(request, state.choices)
    oauth_code = read_text(body, "oauth_code")
    if not oauth_code:
        raise bad_request("`oauth_code` is missing", Detail(parameter="/oauth_code", message="Missing"))
    number = len(state.access_codes)
    code = f"pac_{_digest(f'{state.seed} {state.definition.id} {number} {oauth_code}')}"
    kept = AccessCode(code=Secret(code), oauth_code=Secret(oauth_code), expires=state.now + CODE_LIFE)
    return Answer(status=201, body={"provisional_access_code": code}, about=about, change=Change(access_code=kept))


def find_account(state: State, request: Request, about: About, _: str) -> Answer:
    """``GET /v2/account/find?email=``: whether somebody of that address has an account."""
    email = next(iter(request.values("email")), "")
    if not email:
        raise bad_request("`email` is missing", Detail(parameter="/email", message="Missing"))
    if email not in state.users:
        raise Refusal(status=404, message="There is no account with this email")
    return no_content(about)


def take_events(state: State, request: Request, about: About, _: str) -> Answer:
    """``POST /v2/sdk/events``: the SDKs' own statistics, read and dropped."""
    read_body(request, state.choices)
    return no_content(about)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, person=b"wb access code").hexdigest()
