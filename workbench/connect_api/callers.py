"""Who is asking: nobody, the service with its key, or one user with a user token.

Connect API page, "Authentication"; user tokens are what the mobile SDKs send (``Authorization: Bearer …``).
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from enum import StrEnum

from workbench.connect_api.requests import KEY_HEADERS, Request
from workbench.connect_api.responses import forbidden, unauthorized
from workbench.connect_api.state import State
from workbench.secret import Secret


class Level(StrEnum):
    """The values of ``authentication_level``."""

    NONE = "none"
    CHANNEL = "channel"
    USER = "user"


WRONG_KEY = "The service key is not valid"
WRONG_TOKEN = "The user token is not valid"  # noqa: S105 - what a refusal says

ANYBODY = frozenset(Level)
SERVICE = frozenset({Level.CHANNEL})
ONE_USER = frozenset({Level.USER})


@dataclass(frozen=True, slots=True)
class Caller:
    """The level of a request, and the user of its token."""

    level: Level
    user_id: str | None = None


def identify(state: State, request: Request) -> Caller:
    """Who sent the request; a service key goes before a user token.

    Raises:
        Refusal: it carries a key or a token that is not valid.
    """
    keys = [value for name, value in request.headers if name in KEY_HEADERS]
    if keys:
        if not all(state.is_key(value) for value in keys):
            raise unauthorized(WRONG_KEY)
        return _SERVICE
    bearer = request.header("authorization")
    if bearer is None:
        return _NOBODY
    token = bearer.partition(" ")[2].strip()
    user_id = state.user_tokens.get(Secret(token))
    if user_id is None:
        hint = " The service key belongs in the `IFTTT-Service-Key` header." if state.is_key(token) else ""
        raise unauthorized(f"{WRONG_TOKEN}.{hint}")
    return Caller(Level.USER, user_id)


def admit(caller: Caller, levels: frozenset[Level]) -> None:
    """Let a caller of one of the levels pass.

    Raises:
        Refusal: 401 without credentials, 403 with others than are needed.
    """
    if caller.level in levels:
        return
    needed = "your service key in the `IFTTT-Service-Key` header" if Level.CHANNEL in levels else "a user token"
    if caller.level is Level.NONE:
        raise unauthorized(f"This request needs {needed}")
    raise forbidden(f"This request needs {needed}")


def user_token(seed: int, connection_id: str, user_id: str) -> Secret:
    """The token of a user: 48 characters, safe in addresses."""
    text = f"{seed}\x00{connection_id}\x00{user_id}".encode("utf-8", "surrogatepass")
    digest = hashlib.blake2b(text, digest_size=36, person=b"wb user token").digest()
    return Secret(base64.urlsafe_b64encode(digest).decode())


_NOBODY = Caller(Level.NONE)
_SERVICE = Caller(Level.CHANNEL)
