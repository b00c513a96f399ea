"""What every page of the site has: its template and its headers, and the reading of the form that it sends.

Rules:

* What changes something is a POST with the site's token, from a page of this site; nothing else changes anything.
* A page loads nothing from elsewhere, runs only ``live.js``, and is never framed (content security policy).
* Templates escape everything; what is secret is masked before it gets here.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

import jinja2
from starlette.requests import Request
from starlette.responses import Response

from workbench.connect_api.emulator import Emulator
from workbench.connect_api.routes import read_limited

Form: TypeAlias = dict[str, list[str]]

_FORM_LIMIT = 2**18
_MOST_FIELDS = 1_000


class Turned(Exception):
    """A form that is not taken: not from our page, too large, or not a form."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


@dataclass
class PageBase:
    """What pages are made of; ``token`` is what every form of the site carries."""

    emulator: Emulator
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))

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
        if not secrets.compare_digest(first(form, "token").encode(), self.token.encode()):
            raise Turned(403, "The form does not carry this site's token: it was not sent by a page of this server.")
        return form


def first(form: Mapping[str, Sequence[str]], name: str) -> str:
    """What a form says of one thing; empty where it says nothing."""
    return next(iter(form.get(name, ())), "")


@lru_cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("workbench.connect_api", "assets"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _check_from_here(request: Request) -> None:
    """That a browser sends the form from a page of this site; a client that is no browser says nothing of it."""
    origin, place = request.headers.get("origin"), request.headers.get("sec-fetch-site", "same-origin")
    is_ours = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    if not is_ours or place not in ("same-origin", "none"):
        raise Turned(403, "The form was sent by a page of another site.")
