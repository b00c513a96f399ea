"""A key goes to its base URL and is shown nowhere; the real API is named, and shows."""

from __future__ import annotations

import logging
import traceback
import warnings
from typing import Any

import httpx
import pytest

from workbench.connect_api.client import AsyncConnectClient, ConnectClient
from workbench.connect_api.recordings import Recording
from workbench.connect_api.target import CALL, PRODUCTION_URL, ProductionWarning, target
from workbench.errors import ConnectError, UsageError
from workbench.secret import MASK, Secret

KEY = "canary-service-key-0123456789"
TOKEN = "canary/oauth+token=0123456789"
CODE = "canary-oauth-code-0123456789"


# --- base URLs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "https://connect.example",
        "https://connect.example:8443/prefix",
        "http://localhost:8000",
        "http://127.0.0.1",
        "http://127.8.9.1:1",
        "http://[::1]:8000/",
    ],
)
def test_https_anywhere_and_http_on_this_machine(url: str) -> None:
    """These base URLs are safe for a key."""
    assert ConnectClient(url, service_key=KEY).is_production is False


@pytest.mark.parametrize(
    "url",
    [
        "http://connect.ifttt.com",
        "http://example.com",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://0.0.0.0:8000",
        "http://192.168.0.7",
        "ftp://localhost",
        "//localhost",
        "localhost:8000",
        "",
        "https://",
        "https://user:password@connect.example",
        "https://connect.example/?key=1",
        "https://connect.example/#part",
        "https://connect.example/v2",
        "https://exa mple",
    ],
)
def test_other_base_urls_are_refused(url: str) -> None:
    """A key is never sent in the clear over a network, nor to what is no base URL; with or without a key."""
    with pytest.raises(UsageError):
        ConnectClient(url, service_key=KEY)
    with pytest.raises(UsageError):
        AsyncConnectClient(url)


def test_a_prefix_of_the_base_url_is_kept() -> None:
    """A base URL may have a path of its own, with a slash at its end or without."""
    for url in ("https://connect.example/api", "https://connect.example/api/"):
        seen: list[str] = []
        transport = httpx.MockTransport(
            lambda one, seen=seen: seen.append(str(one.url)) or httpx.Response(200, json={})
        )
        ConnectClient(url, transport=transport).me(user_id="a b&c")
        assert seen == ["https://connect.example/api/v2/me?user_id=a+b%26c"]


# --- credentials ------------------------------------------------------------------------------------------------------


def test_a_key_is_sent_under_its_name() -> None:
    """The service key goes in its header, a user token as Bearer, an invite code beside them."""
    seen: list[httpx.Headers] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers)
        return httpx.Response(200, json={})

    transport = httpx.MockTransport(answer)
    ConnectClient("https://a.example", service_key=KEY, invite_code="invited", transport=transport).me()
    ConnectClient("https://a.example", user_token=TOKEN, transport=transport).me()
    ConnectClient("https://a.example", transport=transport).me()
    assert [one.get("ifttt-service-key") for one in seen] == [KEY, None, None]
    assert [one.get("ifttt-invite-code") for one in seen] == ["invited", None, None]
    assert [one.get("authorization") for one in seen] == [None, f"Bearer {TOKEN}", None]


def test_secret_parameters_arrive_whole() -> None:
    """The OAuth token and code reach the API as they are, percent-encoded or in JSON."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"user_token": "t", "provisional_access_code": "c"})

    client = ConnectClient("https://a.example", service_key=KEY, transport=httpx.MockTransport(answer))
    client.user_token(TOKEN, user_id="user-17")
    client.provisional_access_code(Secret(CODE))
    assert dict(seen[0].url.params) == {"user_id": "user-17", "access_token": TOKEN}
    assert seen[1].content == b'{"oauth_code":"%s"}' % CODE.encode()
    assert int(seen[1].headers["content-length"]) == len(seen[1].content)


@pytest.mark.parametrize(
    "elsewhere", ["https://b.example/v2/me", "http://a.example/v2/me", "https://a.example:444/v2/me"]
)
def test_a_key_is_bound_to_its_origin(elsewhere: str) -> None:
    """Where credentials are added, another host, scheme or port is refused."""
    bound = target("https://a.example", service_key=KEY)
    request = httpx.Request("GET", elsewhere, extensions={CALL: None})
    with pytest.raises(UsageError, match="are not sent to"):
        bound.credentialed(request)


def test_either_key_or_token() -> None:
    """A call is made as one or the other."""
    with pytest.raises(UsageError, match="either"):
        ConnectClient("https://a.example", service_key=KEY, user_token=TOKEN)


@pytest.mark.parametrize("bad", ["", "with blank", "line\nbreak", "schlüssel-grün"])
def test_a_key_that_cannot_be_one_is_refused_unseen(bad: str) -> None:
    """The error names the kind of credential, and never its text."""
    with pytest.raises(UsageError, match="service key") as caught:
        ConnectClient("https://a.example", service_key=bad)
    assert not bad or bad not in str(caught.value)


def test_the_mask_of_a_token_is_no_token() -> None:
    """What a recording has in place of a token is never sent."""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={}))
    client = ConnectClient("https://a.example", user_token=MASK, transport=transport)
    with pytest.raises(UsageError, match="recording"):
        client.me()


def test_no_key_comes_from_the_environment_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable is read when it is asked for by name, and only then; nor are proxies or netrc."""
    monkeypatch.setenv("IFTTT_SERVICE_KEY", KEY)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid:1")
    seen: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("ifttt-service-key"))
        return httpx.Response(200, json={})

    transport = httpx.MockTransport(answer)
    ConnectClient("https://a.example", transport=transport).me()
    ConnectClient.from_environment("IFTTT_SERVICE_KEY", base_url="https://a.example", transport=transport).me()
    assert seen == [None, KEY]
    with pytest.raises(UsageError, match="OTHER_KEY is not set"):
        ConnectClient.from_environment("OTHER_KEY", base_url="https://a.example")


# --- nothing secret is shown ------------------------------------------------------------------------------------------


def echo(request: httpx.Request) -> httpx.Response:
    """An API that says everything it was told, in an error."""
    told = f"{request.url} {dict(request.headers)} {request.content!r} {dict(request.url.params)}"
    body = {"message": told, "code": told, "details": [{"parameter": told, "message": told}]}
    return httpx.Response(401, json=body, headers={"X-Request-ID": request.headers.get("ifttt-service-key", "r")})


def page(request: httpx.Request) -> httpx.Response:
    """The same, in a page that is no JSON."""
    return httpx.Response(500, text=f"<p>{request.url} {dict(request.headers)} {request.content!r}")


def lost(request: httpx.Request) -> httpx.Response:
    """No answer; httpx's exception holds the request."""
    raise httpx.ConnectError(f"cannot reach {request.url.host}", request=request)


@pytest.mark.parametrize("api", [echo, page, lost])
@pytest.mark.parametrize(
    "call",
    [
        lambda one: one.me(),
        lambda one: one.run("lamp.set_color"),
        lambda one: one.user_token(Secret(TOKEN)),
        lambda one: one.provisional_access_code(Secret(CODE)),
    ],
    ids=["me", "run", "user token", "access code"],
)
@pytest.mark.filterwarnings("ignore::workbench.connect_api.target.ProductionWarning")
def test_no_secret_in_any_text(api: Any, call: Any, tmp_path: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Reprs, errors, tracebacks with their local variables, logs of httpx, and recordings hold no key and no token."""
    caplog.set_level(logging.DEBUG)
    path = tmp_path / "recording.json"
    client = ConnectClient.production(
        service_key=Secret(KEY),
        connection_id="Ab3dE5gH",
        user_id="user-17",
        transport=httpx.MockTransport(api),
        recording=Recording(path, mode="record"),
    )
    with pytest.raises(ConnectError) as caught:
        call(client)
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    shown = [str(caught.value), repr(caught.value), repr(vars(caught.value)), caplog.text, repr(client)]
    shown += [client._repr_html_(), "".join(line for line in told.format() if "test_client_safety" not in line)]
    if path.exists():
        shown.append(path.read_text())
    assert "POST /v2" in shown[0] or "GET /v2" in shown[0]
    for text in shown:
        for secret in (KEY, TOKEN, CODE, "canary%2Foauth%2Btoken%3D0123456789"):
            assert secret not in text


# --- production is opt-in ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [ConnectClient, AsyncConnectClient])
@pytest.mark.parametrize("by_name", [True, False], ids=["production()", "its address"])
def test_the_real_api_shows(kind: Any, by_name: bool) -> None:
    """A client of the real API warns where it is made, and wears a badge in text and HTML."""
    with pytest.warns(ProductionWarning, match="real effects|has effects") as caught:
        client = kind.production(service_key=KEY) if by_name else kind(PRODUCTION_URL, service_key=KEY)
    assert caught[0].filename == __file__
    assert client.is_production
    assert "PRODUCTION" in repr(client)
    assert "PRODUCTION" in client._repr_html_()
    assert repr(client.for_user("ada")).endswith("PRODUCTION to https://connect.ifttt.com, as service key, user ada>")


def test_elsewhere_shows_too(world: Any) -> None:
    """A remote place that is not the real API is marked remote; this machine has no badge."""
    assert repr(ConnectClient("https://a.example")) == "<ConnectClient REMOTE to https://a.example, as nobody>"
    assert repr(ConnectClient("http://localhost:1", user_token=TOKEN)) == (
        "<ConnectClient to http://localhost:1, as user token>"
    )
    assert repr(ConnectClient.in_process(world.emulator, user_id="<b>")) == (
        "<ConnectClient to the emulator in this process, as service key, user <b>>"
    )
    assert "<b>" not in ConnectClient.in_process(world.emulator, user_id="<b>")._repr_html_()


def test_a_replay_needs_no_badge(tmp_path: Any) -> None:
    """What only replays cannot reach the real API, so that it does not warn."""
    path = tmp_path / "recording.json"
    path.write_text('{"recording": 1, "exchanges": []}')
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        client = ConnectClient.production(recording=Recording(path, mode="replay"))
    assert "PRODUCTION" not in repr(client)
