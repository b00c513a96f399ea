"""The Connect URL: what a link may ask for, and where it may lead."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.connect_api.connecting import Ending, Refused, check_redirect, read_visit
from workbench.connection.definition import ConnectionDefinition

HTTPS = "https://app.example/connected"
LOOPBACK = "http://127.0.0.1:8080/back?state=1"
APP = "lampapp://connected"
DEFINITION = ConnectionDefinition(id="Ab3dE5gH", name="Lamp", redirect_uris=(HTTPS, LOOPBACK, APP))
EMAIL = ("email", "ada@example.com")


def visit(*pairs: tuple[str, str], is_sdk: bool = False) -> Any:
    return read_visit(DEFINITION, [EMAIL, *pairs], connection_id="Ab3dE5gH", is_sdk=is_sdk)


@pytest.mark.parametrize("uri", [HTTPS, LOOPBACK, APP])
def test_a_registered_address_is_led_back_to(uri: str) -> None:
    """A web visit ends where the link said, without parameters: none are documented."""
    assert visit(("redirect_uri", uri)).landing() == uri


@pytest.mark.parametrize(
    "uri",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        " javascript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:https://app.example/1",
        "http://app.example/connected",
        "http://127.0.0.1.evil.example/",
        "https://",
        "https:app.example",
        "https://user:word@app.example/",
        "//app.example/connected",
        "/connected",
        "connected",
        "",
        "https://app.example/\r\nSet-Cookie: a=b",
        "https://app.example\\@evil.example/",
        "https://[::1",
        "https://app.example/; script-src 'unsafe-inline'",
        "https://app.example/ é",
    ],
)
def test_an_unsafe_address_is_refused_even_where_it_is_registered(uri: str) -> None:
    """A connection that registers a dangerous address does not make it less so."""
    with pytest.raises(Refused, match="nothing to redirect to"):
        check_redirect(replace(DEFINITION, redirect_uris=(uri,)), uri)


@pytest.mark.parametrize(
    "uri", [HTTPS + "/", HTTPS + "?a=1", "https://app.example", "https://APP.example/connected", "lampapp://other"]
)
def test_an_address_that_is_not_registered_is_refused(uri: str) -> None:
    """Registered means exactly so; the message says where to register it."""
    with pytest.raises(Refused, match="not registered") as refused:
        check_redirect(DEFINITION, uri)
    assert "redirect_uris" in refused.value.cure
    assert HTTPS in refused.value.cure


@given(st.text(max_size=60))
def test_whatever_the_address_it_is_checked_without_a_crash(uri: str) -> None:
    """Any text is either refused, or one of those that are registered."""
    try:
        check_redirect(DEFINITION, uri)
    except Refused:
        return
    assert uri in DEFINITION.redirect_uris


@pytest.mark.parametrize(
    ("pairs", "missing"),
    [
        pytest.param([], "`email` is missing", id="nothing"),
        pytest.param([("email", "")], "`email` is missing", id="an empty email"),
        pytest.param([EMAIL, ("skip_config", "true")], "needs a `redirect_uri`", id="skip_config alone"),
    ],
)
def test_a_link_that_lacks_something_says_what(pairs: list[tuple[str, str]], missing: str) -> None:
    """What the Connect API page requires is required here."""
    with pytest.raises(Refused, match=missing):
        read_visit(DEFINITION, pairs, connection_id="Ab3dE5gH", is_sdk=False)


def test_an_sdk_must_say_where_its_app_is_called_back() -> None:
    """The hand-off has its own name for the address; the web's does not count there."""
    with pytest.raises(Refused, match="sdk_return_to"):
        visit(("redirect_uri", APP), is_sdk=True)


def test_an_sdk_may_name_the_user_in_place_of_an_email() -> None:
    """SDKs send ``username`` when they hold a user token."""
    pairs = [("username", "user-17"), ("sdk_return_to", APP)]
    assert read_visit(DEFINITION, pairs, connection_id="Ab3dE5gH", is_sdk=True).username == "user-17"


def test_only_what_counts_is_carried_on() -> None:
    """Other parameters of a link end with its first page."""
    assert visit(("redirect_uri", HTTPS), ("utm_source", "x")).given == {"email": EMAIL[1], "redirect_uri": HTTPS}


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        (None, {"next_step": ["complete"], "user_token": ["t"]}),
        (Ending.CANCELLED, {"next_step": ["user_cancelled_configuration"]}),
        (Ending.ACCOUNT_CREATION, {"next_step": ["error"], "error_type": ["account_creation"]}),
        (Ending.AUTHENTICATION, {"next_step": ["error"], "error_type": ["auth_error"]}),
        (Ending.REQUEST, {"next_step": ["error"], "error_type": ["connection_request_failed"]}),
        (Ending.VERIFICATION, {"next_step": ["error"], "error_type": ["verification_failed"]}),
    ],
)
def test_an_sdk_is_told_how_it_ended(ending: Ending | None, expected: dict[str, list[str]]) -> None:
    """The return values are those that the SDKs read."""
    landing = visit(("sdk_return_to", APP), is_sdk=True).landing(user_token="t", ending=ending)
    assert landing is not None
    assert landing.startswith("lampapp://connected?")
    assert parse_qs(urlsplit(landing).query) == expected


def test_what_the_address_holds_already_is_kept() -> None:
    """Return values are added to the address's own query, before its fragment."""
    known = replace(DEFINITION, redirect_uris=("https://app.example/?state=1#top",))
    pairs = [EMAIL, ("sdk_return_to", "https://app.example/?state=1#top")]
    landing = read_visit(known, pairs, connection_id="Ab3dE5gH", is_sdk=True).landing()
    assert landing == "https://app.example/?state=1&next_step=complete#top"


@pytest.mark.parametrize(
    ("uri", "source"), [(HTTPS, "https://app.example"), (LOOPBACK, "http://127.0.0.1:8080"), (APP, "lampapp:")]
)
def test_a_form_may_lead_to_the_redirect_and_nowhere_else(uri: str, source: str) -> None:
    """The page's policy names the one place that its form may end at."""
    assert visit(("redirect_uri", uri)).form_source == source
