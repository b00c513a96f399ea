"""The pages over HTTP: what they show, what they take, and what they keep to themselves."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from tests.connect_api.site_client import APP, DOOR, LAMPS, SDK, USER, hidden_of
from workbench.connect_api.emulator import RunTold
from workbench.connection.fields import Field, FieldType, Option, Visibility

NASTY = "<script>alert('x')</script>\"'&"


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
