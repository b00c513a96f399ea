"""The Connect URL: what its parameters ask for, where it may lead back to, and with what.

Two ways in (Connect API page, "Connect flow"; the mobile SDKs): ``/connect/{id}`` from a web page, and
``/access/api/{id}``, the hand-off of an SDK, which is told how it ended by ``next_step``.
Pure: whatever a link holds is checked here before anything is shown or done.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlencode, urlsplit

from workbench.connection.definition import ConnectionDefinition

WEB: Final = "/connect"
SDK: Final = "/access/api"

_KEPT = ("email", "username", "redirect_uri", "sdk_return_to", "code", "skip_config", "invite_code", "locale")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
_NEVER = frozenset({"javascript", "data", "vbscript", "file", "blob", "about", "filesystem", "view-source"})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Refused(Exception):
    """The link cannot be used; nobody is redirected. ``cure`` says how to mend it."""

    def __init__(self, message: str, cure: str) -> None:
        super().__init__(message)
        self.message, self.cure = message, cure


class Ending(StrEnum):
    """How an SDK is told that it ended, beside being connected: the error types are those that the SDKs know."""

    CANCELLED = "user_cancelled_configuration"
    ACCOUNT_CREATION = "account_creation"
    AUTHENTICATION = "auth_error"
    REQUEST = "connection_request_failed"
    VERIFICATION = "verification_failed"


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Somebody who came to connect, and what the link asked for.

    ``given`` are the link's parameters that count, to be carried from page to page.
    """

    connection_id: str
    is_sdk: bool
    email: str
    username: str
    redirect_uri: str | None
    code: str | None
    skip_config: bool
    given: Mapping[str, str]

    @property
    def path(self) -> str:
        """The page they came to."""
        return f"{SDK if self.is_sdk else WEB}/{self.connection_id}"

    def landing(self, *, user_token: str | None = None, ending: Ending | None = None) -> str | None:
        """Where they are sent at the end; None where the link named nothing.

        A web redirect carries no parameters (none are documented), an SDK's carries ``next_step``.
        """
        if self.redirect_uri is None or not self.is_sdk:
            return self.redirect_uri
        token = {"user_token": user_token} if user_token is not None else {}
        if ending is None:
            return _with(self.redirect_uri, {"next_step": "complete", **token})
        if ending is Ending.CANCELLED:
            return _with(self.redirect_uri, {"next_step": ending.value})
        return _with(self.redirect_uri, {"next_step": "error", "error_type": ending.value})

    @property
    def form_source(self) -> str:
        """What a form on the page may lead to, as a content security policy says it."""
        if self.redirect_uri is None:
            return ""
        parts = urlsplit(self.redirect_uri)
        return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else f"{parts.scheme}:"


def read_visit(
    definition: ConnectionDefinition, pairs: Sequence[tuple[str, str]], *, connection_id: str, is_sdk: bool
) -> Visit:
    """What a link, or a form that carries its parameters on, asks for.

    Raises:
        Refused: it lacks something, or would redirect to where it must not.
    """
    given = {name: value for name, value in pairs if name in _KEPT and value}
    redirect_uri = given.get("sdk_return_to" if is_sdk else "redirect_uri")
    skip_config = given.get("skip_config") == "true"
    if redirect_uri is not None:
        check_redirect(definition, redirect_uri)
    if redirect_uri is None and is_sdk:
        raise Refused("`sdk_return_to` is missing.", "An SDK says with it where its app is called back.")
    if redirect_uri is None and skip_config:
        raise Refused(
            "`skip_config=true` needs a `redirect_uri`.",
            "Without the configuration page, your own page sets the fields: say where it is.",
        )
    if not given.get("email") and not (is_sdk and given.get("username")):
        raise Refused("`email` is missing.", "Add the address of the user: `?email=ada%40example.com`.")
    return Visit(
        connection_id=connection_id,
        is_sdk=is_sdk,
        email=given.get("email", ""),
        username=given.get("username", ""),
        redirect_uri=redirect_uri,
        code=given.get("code"),
        skip_config=skip_config,
        given=given,
    )


def check_redirect(definition: ConnectionDefinition, uri: str) -> None:
    """Check that a redirect may lead to ``uri``: of a safe kind, and registered.

    Raises:
        Refused: it may not.
    """
    if not _is_safe(uri):
        raise Refused(
            f"`{uri}` is nothing to redirect to.",
            "Use https, http on this machine, or the scheme of an app (`myapp://connected`).",
        )
    if uri not in definition.redirect_uris:
        listed = ", ".join(f"`{one}`" for one in definition.redirect_uris) or "none yet"
        raise Refused(
            f"`{uri}` is not registered.",
            f"Add it to `redirect_uris` of the connection, exactly as the link has it. Registered: {listed}.",
        )


def _is_safe(uri: str) -> bool:
    if not (uri.isascii() and uri.isprintable()) or set(uri) & set(' "<>\\^`{|};,'):
        return False
    try:
        parts = urlsplit(uri)
        host = parts.hostname
    except ValueError:
        return False
    if parts.scheme in _NEVER or not _SCHEME.fullmatch(parts.scheme):
        return False
    if parts.scheme in ("http", "https"):
        return bool(host) and (parts.scheme == "https" or host in _LOOPBACK) and parts.username is None
    return True


def _with(uri: str, parameters: Mapping[str, str]) -> str:
    base, mark, fragment = uri.partition("#")
    return f"{base}{'&' if '?' in base else '?'}{urlencode(parameters)}{mark}{fragment}"
