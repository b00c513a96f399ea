"""The pages over HTTP: what they show, what they take, and what they keep to themselves."""

from __future__ import annotations

import asyncio
import html
import re
from dataclasses import replace
from typing import Any

import httpx
import pytest

from workbench.connect_api.emulator import RunTold
from workbench.connect_api.server import site
from workbench.connect_api.users import Status
from workbench.connection.fields import Field, FieldType, Option, Visibility

USER = "user-17"
BACK = "https://app.example/connected"
APP = "lampapp://connected"
DOOR = "/connect/Ab3dE5gH"
SDK = "/access/api/Ab3dE5gH"
NASTY = "<script>alert('x')</script>\"'&"


@pytest.fixture
def open_site(make_world: Any) -> Any:
    """A world whose connection has registered redirects, with a client of its site; ``change`` makes the definition."""

    def make(change: Any = lambda one: one, **options: Any) -> tuple[Any, Client]:
        world = make_world(**options)
        world.definition = change(replace(world.definition, redirect_uris=(BACK, APP)))
        return world, Client(site(world.emulator))

    return make


class Client:
    """Asks a site in process, one request at a time, and follows nothing."""

    def __init__(self, app: Any) -> None:
        self._transport = httpx.ASGITransport(app)

    def get(self, path: str, **options: Any) -> httpx.Response:
        return asyncio.run(self._send("GET", path, options))

    def post(self, path: str, **options: Any) -> httpx.Response:
        return asyncio.run(self._send("POST", path, options))

    async def _send(self, method: str, path: str, options: dict[str, Any]) -> httpx.Response:
        async with httpx.AsyncClient(transport=self._transport, base_url="http://127.0.0.1") as client:
            return await client.request(method, path, **options)


def hidden_of(page: str) -> dict[str, str]:
    """The hidden inputs of a page."""
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    return {html.unescape(name): html.unescape(value) for name, value in found}


def filled(page: str) -> dict[str, Any]:
    """What a browser would send of a form as it stands."""
    form: dict[str, Any] = hidden_of(page)
    for name, value in re.findall(r'<input id="[^"]*" name="([^"]*)" value="([^"]*)"', page):
        form[html.unescape(name)] = html.unescape(value)
    for name, options in re.findall(r'<select id="[^"]*" name="([^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options) or re.search(
            r'<option value="([^"]*)"', options
        )
        assert chosen is not None
        form[html.unescape(name)] = html.unescape(chosen[1])
    return form


def configure(client: Client, user_id: str, door: str = DOOR, **params: str) -> Any:
    return client.get(f"{door}/configure", params={"email": "ada@example.com", "user_id": user_id, **params})


def connect(
    client: Client, user_id: str, door: str = DOOR, *, params: dict[str, str] | None = None, **more: Any
) -> Any:
    """Fill in the configuration page and send it."""
    page = configure(client, user_id, door, **(params or {}))
    return client.post(door, data={**filled(page.text), **more})


LAMP = "actcolor01/featureone/lamp.set_color/lamp"
OTHER_LAMP = "actcolor02/featuretwo/lamp.set_color/lamp"
AREA = "trigger001/featureone/lamp.switched_on/area"
LAMPS = {LAMP: "Desk", OTHER_LAMP: "Living room / Sofa"}


# --- connecting -------------------------------------------------------------------------------------------------------


def test_a_user_connects_and_is_sent_back(open_site: Any) -> None:
    """Filling in the page enables the connection with what was entered, and leads back as the link said."""
    world, client = open_site()
    given = {"configuration/greeting": "Ada", "timezone": "Paris", "actcolor01/featureone/lamp.set_color/pin": "4711"}
    answer = connect(client, "ada", params={"redirect_uri": BACK}, **LAMPS, **given)
    assert (answer.status_code, answer.headers["location"]) == (303, BACK)
    user = world.emulator.user("ada")
    assert (user.status, user.timezone, user.configuration["greeting"]) == (Status.ENABLED, "Europe/Paris", "Ada")
    first, second = user.user_features
    assert first.values["actcolor01"]["lamp"] == "desk"
    assert second.values["actcolor02"]["lamp"] == "sofa"
    assert first.values["actcolor01"]["pin"] == "4711"


def test_without_a_redirect_the_page_says_that_it_is_done(open_site: Any) -> None:
    """A link that names nothing to go back to ends on a page."""
    world, client = open_site()
    answer = connect(client, "ada", **LAMPS)
    assert answer.status_code == 200
    assert "ada has enabled" in answer.text
    assert world.emulator.user("ada").is_enabled


def test_every_kind_of_field_has_its_input_and_its_value(open_site: Any) -> None:
    """Text, area, dropdown with groups, checkboxes and location are each entered as people would."""
    world, client = open_site()
    step = "actcolor01/featureone/lamp.set_color/"
    page = configure(client, "ada").text
    assert '<optgroup label="Living room">' in page
    assert page.count('type="checkbox"') == 6
    entered = {
        step + "days": ["Monday", "Sunday"],
        step + "spot.lat": "48.85",
        step + "spot.lng": "2.35",
        step + "spot.radius": "250",
        step + "spot.address": "Quai d'Orsay",
    }
    assert connect(client, "ada", **LAMPS, **entered).status_code == 200
    stored = world.emulator.user("ada").user_features[0].values["actcolor01"]
    assert stored["days"] == ["mon", "sun"]
    assert stored["spot"] == {"lat": 48.85, "lng": 2.35, "radius": 250, "address": "Quai d'Orsay"}


def test_an_area_keeps_its_lines(open_site: Any) -> None:
    """A text area takes several lines, and they are sent as one kind of line break."""

    def change(one: Any) -> Any:
        return replace(one, configuration=(Field(id="note", type=FieldType.TEXT_AREA, value="first\nsecond"),))

    world, client = open_site(change)
    assert "\nfirst\nsecond</textarea>" in configure(client, "ada").text
    assert connect(client, "ada", **LAMPS, **{"configuration/note": "a\r\nb"}).status_code == 200
    assert world.emulator.user("ada").configuration["note"] == "a\nb"


def test_what_the_user_set_before_is_shown_again(open_site: Any) -> None:
    """Somebody who has the connection sees their values, and sending the page unchanged changes nothing."""
    world, client = open_site()
    before = world.emulator.user(USER)
    page = configure(client, USER).text
    assert '<option value="Desk" selected>' in page
    assert connect(client, USER).status_code == 200
    after = world.emulator.user(USER)
    assert [one.id for one in after.user_features] == [one.id for one in before.user_features]
    assert after.user_features[0].values["actcolor01"]["lamp"] == "desk"


def test_a_disabled_user_is_enabled_again(open_site: Any) -> None:
    """Connecting is how somebody who switched the connection off switches it on."""
    world, client = open_site()
    world.emulator.disable(USER)
    connect(client, USER)
    assert world.emulator.user(USER).status is Status.ENABLED


@pytest.mark.parametrize(
    ("entered", "message"),
    [
        pytest.param({LAMP: ""}, "Choose one.", id="nothing chosen"),
        pytest.param({LAMP: "Table"}, "is no option", id="no option"),
        pytest.param({AREA + ".lat": "north"}, "is a number", id="no number"),
        pytest.param({AREA + ".lat": "91"}, "between -90 and 90", id="past a pole"),
        pytest.param(dict.fromkeys([AREA + ".lat", AREA + ".lng", AREA + ".radius"], ""), "Say where.", id="nowhere"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field(open_site: Any, entered: dict[str, str], message: str) -> None:
    """Nothing is enabled; the page comes back with 422, the error, and what was entered elsewhere."""
    world, client = open_site()
    answer = connect(client, "ada", **{**LAMPS, "configuration/greeting": "Ada", **entered})
    assert answer.status_code == 422
    assert message in html.unescape(answer.text)
    assert 'aria-invalid="true"' in answer.text
    assert 'value="Ada"' in answer.text
    assert "ada" not in [one.user_id for one in world.emulator.user_connections()]


def test_a_time_zone_that_is_none_is_refused(open_site: Any) -> None:
    """A forged zone is an error on the page, not a crash."""
    world, client = open_site()
    answer = connect(client, "ada", **LAMPS, timezone="Mars/Olympus")
    assert answer.status_code == 422
    assert "Mars/Olympus" in answer.text
    assert len(world.emulator.user_connections()) == 1


@pytest.mark.parametrize("user_id", ["", "   ", "x" * 201])
def test_a_user_must_be_named(open_site: Any, user_id: str) -> None:
    """Without an id, or with one that no service may have, the first page asks again."""
    _, client = open_site()
    answer = configure(client, user_id)
    assert answer.status_code == 422
    assert 'id="user-id-error"' in answer.text


def test_a_secret_is_never_shown_and_kept_if_left_empty(open_site: Any) -> None:
    """A secret field is a password input without its value; leaving it empty keeps it."""
    world, client = open_site()
    pin = "actcolor01/featureone/lamp.set_color/pin"
    connect(client, "ada", **LAMPS, **{pin: "4711"})
    page = configure(client, "ada").text
    assert '<input type="password"' in page
    assert "4711" not in page
    connect(client, "ada")
    assert world.emulator.user("ada").user_features[0].values["actcolor01"]["pin"] == "4711"


# --- the link ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("door", [DOOR, f"{DOOR}/configure"])
@pytest.mark.parametrize(
    ("params", "told"),
    [
        pytest.param({"email": ""}, "`email` is missing", id="no email"),
        pytest.param(
            {"email": "a@b.c", "redirect_uri": "https://evil.example/"}, "not registered", id="not registered"
        ),
        pytest.param(
            {"email": "a@b.c", "redirect_uri": "javascript:alert(1)"}, "nothing to redirect to", id="javascript"
        ),
        pytest.param({"email": "a@b.c", "redirect_uri": "data:text/html,x"}, "nothing to redirect to", id="data"),
        pytest.param({"skip_config": "true"}, "needs a `redirect_uri`", id="skip_config alone"),
    ],
)
def test_a_link_that_cannot_be_used_says_why(open_site: Any, door: str, params: dict[str, str], told: str) -> None:
    """Such a link gets 400 and a page that says how to mend it; nobody is redirected."""
    _, client = open_site()
    answer = client.get(door, params={"user_id": "ada", "email": "a@b.c", **params})
    assert answer.status_code == 400
    assert told in html.unescape(answer.text)
    assert "location" not in answer.headers


def test_a_form_cannot_be_made_to_redirect_elsewhere(open_site: Any) -> None:
    """The redirect is checked again when the form arrives."""
    world, client = open_site()
    answer = connect(client, "ada", params={"redirect_uri": BACK}, **LAMPS, redirect_uri="https://evil.example/")
    assert answer.status_code == 400
    assert len(world.emulator.user_connections()) == 1


def test_an_unknown_connection_gets_404(open_site: Any) -> None:
    """This emulator has one connection, and says which."""
    _, client = open_site()
    answer = client.get("/connect/nobody00", params={"email": "a@b.c"})
    assert answer.status_code == 404
    assert "Ab3dE5gH" in answer.text


def test_skip_config_leaves_the_connection_pending(open_site: Any) -> None:
    """The configuration page is left out; calls fail until an update completes the user connection."""
    world, client = open_site()
    page = client.get(DOOR, params={"email": "a@b.c", "redirect_uri": BACK, "skip_config": "true"})
    answer = client.post(DOOR, data={**filled(page.text), "user_id": "ada"})
    assert (answer.status_code, answer.headers["location"]) == (303, BACK)
    assert world.emulator.user("ada").status is Status.PENDING
    assert world.run(user="ada").status == 403


def test_skip_config_leaves_an_enabled_user_enabled(open_site: Any) -> None:
    """Somebody who has the connection does not lose it by following such a link."""
    world, client = open_site()
    before = world.emulator.user(USER)
    page = client.get(DOOR, params={"email": "a@b.c", "redirect_uri": BACK, "skip_config": "true"})
    assert client.post(DOOR, data={**filled(page.text), "user_id": USER}).status_code == 303
    assert world.emulator.user(USER) == before


def test_a_provisional_access_code_is_good_once(open_site: Any) -> None:
    """The page says whether the code is good; connecting uses it up."""
    world, client = open_site()
    made = world.send("POST", "/v2/provisional_access_code", {"oauth_code": "oauth-1"}).body["provisional_access_code"]
    params = {"email": "a@b.c", "code": made}
    assert "code is good" in client.get(DOOR, params=params).text
    connect(client, "ada", params={"code": made}, **LAMPS)
    assert "unknown, used or expired" in client.get(DOOR, params=params).text
    assert world.emulator.redeem(made) is None


# --- the hand-off of an SDK -------------------------------------------------------------------------------------------


def test_an_sdk_gets_a_token_that_works(open_site: Any) -> None:
    """The app is called back with ``next_step=complete`` and a user token, which is good for that user."""
    world, client = open_site()
    answer = connect(client, "ada", SDK, params={"sdk_return_to": APP}, **LAMPS)
    found = re.fullmatch(r"lampapp://connected\?next_step=complete&user_token=([\w-]+)", answer.headers["location"])
    assert found is not None
    me = world.send("GET", "/v2/me", headers=(("authorization", f"Bearer {found[1]}"),)).body
    assert (me["authentication_level"], me["user_login"]) == ("user", "ada")


@pytest.mark.parametrize(
    ("ending", "told"),
    [
        ("user_cancelled_configuration", "next_step=user_cancelled_configuration"),
        ("account_creation", "next_step=error&error_type=account_creation"),
    ],
)
def test_an_sdk_is_told_that_nothing_came_of_it(open_site: Any, ending: str, told: str) -> None:
    """Cancelling, or ending with an error, enables nothing."""
    world, client = open_site()
    answer = connect(client, "ada", SDK, params={"sdk_return_to": APP}, ending=ending)
    assert answer.headers["location"] == f"{APP}?{told}"
    assert len(world.emulator.user_connections()) == 1


def test_the_web_flow_has_no_such_endings(open_site: Any) -> None:
    """What only SDKs know does not end a web visit."""
    world, client = open_site()
    answer = connect(client, "ada", params={"redirect_uri": BACK}, **LAMPS, ending="account_creation")
    assert answer.headers["location"] == BACK
    assert world.emulator.user("ada").is_enabled


def test_the_sdks_username_is_filled_in(open_site: Any) -> None:
    """An SDK that knows the user says who it is."""
    _, client = open_site()
    page = client.get(SDK, params={"username": "lin", "sdk_return_to": APP}).text
    assert 'name="user_id" value="lin"' in page


# --- the page / -------------------------------------------------------------------------------------------------------


def test_the_page_shows_connection_users_and_log(open_site: Any) -> None:
    """What the notebook shows is on the page too."""
    world, client = open_site()
    world.run()
    page = client.get("/").text
    for told in (world.definition.name, USER, "Europe/Paris", "actions/lamp.set_color/run", "204", "Fire event"):
        assert told in page


def test_the_form_fires_an_event(open_site: Any) -> None:
    """The event reaches whoever runs scripts, with what was entered and samples for the rest."""
    world, client = open_site()
    form = {**hidden_of(client.get("/").text), "receiver": world.emulator.user(USER).user_features[0].id}
    answer = client.post("/fire", data={**form, "ingredient.title": "Hello"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/?said=fired")
    assert "The event was fired" in client.get(answer.headers["location"]).text
    (event,) = world.events
    assert (event.trigger, event.user_id, event.ingredients["title"]) == ("lamp.switched_on", USER, "Hello")
    assert event.ingredients["url"].startswith("https://")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param({"trigger": "lamp.switched_of"}, "Did you mean", id="no such trigger"),
        pytest.param({"receiver": "nobody"}, "Nobody receives", id="nobody"),
        pytest.param({"ingredient.titel": "x"}, "Did you mean", id="no such ingredient"),
    ],
)
def test_an_event_that_cannot_be_fired_says_why(open_site: Any, change: dict[str, str], told: str) -> None:
    """The page comes back with 422 and the reason; nothing is fired."""
    world, client = open_site()
    form = {**hidden_of(client.get("/").text), "receiver": world.emulator.user(USER).user_features[0].id, **change}
    answer = client.post("/fire", data=form)
    assert answer.status_code == 422
    assert told in answer.text
    assert world.events == []


def test_where_nobody_receives_an_event_the_page_shows_the_way(open_site: Any) -> None:
    """Without a user there is no button, but a link to connect."""
    _, client = open_site(values=None)
    page = client.get("/").text
    assert "Fire event" not in page
    assert 'href="/connect/Ab3dE5gH?email=' in page


def test_an_entry_of_the_log_is_shown_whole(open_site: Any) -> None:
    """Its page has the bodies, and why each field had its value."""
    world, client = open_site()
    world.run(fields={"color": "purple"})
    page = client.get("/log/1").text
    for told in ("purple", "the call&#39;s fields", "blue", "Request body"):
        assert told in page


@pytest.mark.parametrize("path", ["/log/99", "/log/99999999999999999999"])
def test_an_entry_that_is_not_there_gets_404(open_site: Any, path: str) -> None:
    """The log's entries are those that it has."""
    assert open_site()[1].get(path).status_code == 404


def test_pages_are_not_in_the_log(open_site: Any) -> None:
    """Looking leaves no trace among what was asked of the Connect API."""
    world, client = open_site()
    for path in ("/", "/log", "/runs", "/assets/page.css", "/favicon.ico", "/openapi.json", f"{DOOR}?email=a"):
        assert client.get(path).status_code < 300
    assert len(world.log) == 0


# --- what pages keep to themselves ------------------------------------------------------------------------------------

PAGES = ["/", "/log/1", "/log/99", f"{DOOR}?email=a@b.c", f"{DOOR}/configure?email=a@b.c&user_id=ada", DOOR]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_kept_to_itself(open_site: Any, path: str) -> None:
    """No page runs inline script, is framed, is cached, or tells other sites where its reader was."""
    world, client = open_site()
    world.run()
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_inline_code_or_foreign_addresses(open_site: Any, path: str) -> None:
    """Scripts and styles come from our own files; nothing is loaded from elsewhere."""
    world, client = open_site()
    world.run()
    page = client.get(path).text
    assert re.findall(r"<script(?! src=\"/assets/)", page) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", page) == []
    assert [one for one in re.findall(r'(?:src|href|action)="([^"]*)"', page) if not re.match(r"[/#](?!/)", one)] == []


def test_everything_from_outside_is_escaped(open_site: Any) -> None:
    """Names, labels, options, users, ingredients, log entries and parameters are text on every page."""

    def change(one: Any) -> Any:
        field = Field(id="nasty", label=NASTY, description=NASTY, value=NASTY, type=FieldType.TEXT_FIELD)
        options = (Option(label=NASTY, value=NASTY, group=NASTY),)
        menu = Field(id="menu", type=FieldType.COLLECTION_SELECT, options=options)
        features = tuple(replace(feature, title=NASTY, description=NASTY) for feature in one.features)
        return replace(one, name=NASTY, description=NASTY, features=features, configuration=(field, menu))

    told = RunTold(id=NASTY, title=NASTY, is_good=False, text=NASTY)
    world, client = open_site(change, runs=lambda: [told])
    world.emulator.enable(NASTY, values={"lamp.set_color": {"lamp": "Desk"}, "configuration": {"menu": NASTY}})
    world.send("POST", world.at("/actions/lamp.set_color/run"), {"user_id": NASTY, "fields": {"color": NASTY}})
    params = {"email": NASTY, "user_id": NASTY, "code": NASTY}
    asked = [("/", {}), ("/log", {}), ("/runs", {}), ("/log/1", {}), (DOOR, params), (f"{DOOR}/configure", params)]
    for path, query in [*asked, (f"/connect/{NASTY.partition('/')[0]}", params)]:
        page = client.get(path, params=query).text
        assert "alert(" in page
        assert "<script>" not in page
        assert "alert('x')" not in page


def test_no_page_shows_a_secret(open_site: Any) -> None:
    """The service key and secret fields are on no page, whatever was called with them."""

    def change(one: Any) -> Any:
        secret = Field(id="password", secret=True, value="hunter2", visibility=Visibility.SET_BY_YOU)
        return replace(one, configuration=(secret, *one.configuration))

    world, client = open_site(change)
    world.run(fields={"pin": "4711"})
    world.emulator.enable(USER, values={"lamp.set_color": {"pin": "0815"}})
    for path in ("/", "/log", "/runs", "/log/1", f"{DOOR}/configure?email=a&user_id={USER}"):
        page = client.get(path).text
        for secret in ("service-key-of-the-tests", "4711", "0815", "hunter2"):
            assert secret not in page


# --- forged forms -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/fire", DOOR, SDK])
@pytest.mark.parametrize(
    ("change", "headers", "status"),
    [
        pytest.param({"token": ""}, {}, 403, id="no token"),
        pytest.param({"token": "x" * 43}, {}, 403, id="another token"),
        pytest.param({"token": "é"}, {}, 403, id="a token that is no ASCII"),
        pytest.param({}, {"origin": "https://evil.example"}, 403, id="a foreign origin"),
        pytest.param({}, {"origin": "null"}, 403, id="an origin that is hidden"),
        pytest.param({}, {"sec-fetch-site": "cross-site"}, 403, id="another site"),
        pytest.param({}, {"content-type": "text/plain"}, 415, id="another type"),
        pytest.param({"more": "x" * 300_000}, {}, 413, id="too large"),
        pytest.param({f"f{number}": "1" for number in range(1_200)}, {}, 400, id="too many fields"),
    ],
)
def test_a_forged_form_changes_nothing(
    open_site: Any, path: str, change: dict[str, str], headers: dict[str, str], status: int
) -> None:
    """A form that is not from a page of this site is refused, and nothing happens."""
    world, client = open_site()
    form = {**hidden_of(client.get("/").text), "user_id": "ada", "email": "a@b.c", "sdk_return_to": APP, **LAMPS}
    form["receiver"] = world.emulator.user(USER).user_features[0].id
    answer = client.post(path, data={**form, **change}, headers=headers)
    assert answer.status_code == status
    assert world.events == []
    assert len(world.emulator.user_connections()) == 1


def test_a_form_of_bytes_that_are_no_text_is_refused(open_site: Any) -> None:
    """Bytes outside a form's alphabet are an error, not a crash."""
    _, client = open_site()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/fire", content=b"token=\xff\xfe", headers=headers).status_code == 400


def test_each_site_has_a_token_of_its_own(open_site: Any) -> None:
    """A token learned from one server is of no use at another."""
    _, one = open_site()
    _, other = open_site()
    assert hidden_of(one.get("/").text)["token"] != hidden_of(other.get("/").text)["token"]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [("disable", "disabled", 303), ("enable", "enabled", 303), ("delete", None, 303), ("promote", "enabled", 422)],
)
def test_the_page_changes_what_a_user_does(open_site: Any, change: str, status: str | None, code: int) -> None:
    """A form of the page switches the user off or on, or deletes them; another change is refused with what there is."""
    world, client = open_site()
    form = {"token": hidden_of(client.get("/").text)["token"], "user_id": USER, "change": change}
    assert client.post("/user", data=form).status_code == code
    known = {one.user_id: one.status for one in world.emulator.user_connections()}
    assert known.get(USER) == status


def test_a_change_of_nobody_or_without_the_token_changes_nothing(open_site: Any) -> None:
    """An unknown user is said; a form that no page of ours sent is not taken."""
    world, client = open_site()
    token = hidden_of(client.get("/").text)["token"]
    assert "nobody" in client.post("/user", data={"token": token, "user_id": "nobody", "change": "delete"}).text
    assert client.post("/user", data={"user_id": USER, "change": "delete"}).status_code == 403
    assert len(world.emulator.user_connections()) == 1
