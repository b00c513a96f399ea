"""The pages of a served bench in a real browser: the Connect URL, and the page to watch and to fire events."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Page, expect

import workbench as wb

Violations = Callable[..., list[str]]

CONNECTION = """
connection: Lamp follows your day
id: Ab3dE5gH
description: Turns the lamp on when you arrive.
redirect_uris: [REDIRECTS]
services:
  - service: Demo Lamp
    id: lamp
    triggers:
      - id: arrived
        label: Somebody arrives
        fields: [{id: area, label: Where is home?, type: LOCATION_ENTER}]
        ingredients: [{id: who, label: Who, example: Ada}, {id: at, label: At, type: Date with time}]
    actions:
      - id: set_color
        label: Set the color
        fields:
          - {id: color, label: Color}
          - {id: note, label: Note, type: TEXT_AREA, required: false}
          - id: lamp
            label: Which lamp?
            type: DOUBLE_COLLECTION_SELECT
            options:
              - {label: Desk, value: desk, group: Study}
              - {label: Sofa, value: sofa, group: Living room}
          - id: days
            label: On which days?
            type: CHECKBOX_MULTI
            required: false
            options: [{label: Monday, value: mon}, {label: Friday, value: fri}]
          - {id: pin, label: Pin, required: false, secret: true}
configuration: [{id: greeting, label: How do we greet you?, value: friend}]
features:
  - title: Light when home
    triggers: [lamp.arrived]
    actions: [lamp.set_color]
script: |
  console.log(`${Trigger.ingredients.who} is home`);
  runAction("lamp.set_color", { fields: { color: "purple" } });
"""


class App:
    """The developer's app, to which the user is sent back."""

    def __init__(self) -> None:
        app = self
        self.visits: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path != "/favicon.ico":
                    app.visits.append(self.path)
                body = b"<!doctype html><title>The app</title><h1>Welcome back</h1>"
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/back"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def app() -> Iterator[App]:
    started = App()
    yield started
    started.close()


@pytest.fixture
def bench(app: App, make_bench: Callable[..., wb.Bench]) -> wb.Bench:
    """A bench whose connection may redirect to ``app`` and to an app scheme."""
    return make_bench(wb.Connection.loads(CONNECTION.replace("REDIRECTS", f'"{app.url}", "myapp://back"')))


@pytest.fixture
def site(bench: wb.Bench) -> Iterator[str]:
    with bench.serve() as server:
        yield server.url


def door(site: str, **parameters: str) -> str:
    given = {"email": "ada@example.com", **parameters}
    return f"{site}/connect/Ab3dE5gH?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in given.items())


def sdk_door(site: str) -> str:
    return f"{site}/access/api/Ab3dE5gH?email=ada%40example.com&sdk_return_to=myapp%3A%2F%2Fback&sdk_platform=ios"


def arrive(page: Page, user_id: str = "user-17") -> None:
    page.get_by_label("User id at your service").fill(user_id)
    page.get_by_role("button", name="Continue").click()


def fill(page: Page) -> None:
    page.get_by_label("Latitude").fill("51.5")
    page.get_by_label("Longitude").fill("-0.12")
    page.get_by_label("Radius in metres").fill("300")
    page.get_by_role("textbox", name="Color").fill("blue")
    page.get_by_label("Which lamp?").select_option("Study / Desk")


VALUES = {
    "lamp.arrived": {"area": {"lat": 51.5, "lng": -0.12, "radius": 300}},
    "lamp.set_color": {"color": "blue", "lamp": "Study / Desk"},
}


# --- the Connect URL --------------------------------------------------------------------------------------------------


def test_a_user_connects_and_is_sent_back(page: Page, bench: wb.Bench, site: str, app: App) -> None:
    """Text, dropdown, checkboxes, location and zone as entered are what calls use; the app is visited at the end."""
    page.goto(door(site, redirect_uri=app.url))
    expect(page.get_by_role("heading", name="Lamp follows your day")).to_be_visible()
    expect(page.get_by_role("heading", name="Light when home")).to_be_visible()
    arrive(page)
    expect(page.get_by_label("How do we greet you?")).to_have_value("friend")
    fill(page)
    page.get_by_label("Note").fill("two\nlines")
    page.get_by_role("group", name="On which days?").get_by_label("Friday").check()
    page.get_by_label("Time zone").select_option("Paris")
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    assert app.visits == ["/back"]
    user = bench.users[0].connection
    (mine,) = user.user_features
    values = [dict(one) for one in mine.values.values() if one]
    assert (user.status, user.timezone, user.configuration) == ("enabled", "Europe/Paris", {"greeting": "friend"})
    assert {"area": {"lat": 51.5, "lng": -0.12, "radius": 300}} in values
    assert {"color": "blue", "note": "two\nlines", "lamp": "desk", "days": ["fri"]} in values


def test_the_keyboard_is_enough(page: Page, bench: wb.Bench, site: str, app: App) -> None:
    """Without a mouse: skip link, typing, choosing by letter, ticking by Space, connecting by Enter."""
    page.goto(door(site, redirect_uri=app.url))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("User id at your service")).to_be_focused()
    page.keyboard.type("user-17")
    page.keyboard.press("Enter")
    typed = ["friend", "51.5", "-0.12", "300", "", "blue", "a note"]
    page.get_by_label("How do we greet you?").focus()
    for text in typed:
        page.keyboard.press("ControlOrMeta+A")
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    expect(page.get_by_label("Which lamp?")).to_be_focused()
    page.keyboard.type("Sof")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Monday")).to_be_focused()
    page.keyboard.press("Space")
    for _ in range(4):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Connect")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    (mine,) = bench.users[0].user_features
    assert any(one.get("lamp") == "sofa" and one.get("days") == ["mon"] for one in mine.values.values())


def test_what_is_wrong_is_said_and_found(page: Page, bench: wb.Bench, site: str, app: App) -> None:
    """An empty form enables nobody; the list of what is wrong leads to each field, which says it too."""
    page.goto(door(site, redirect_uri=app.url))
    arrive(page)
    page.get_by_role("button", name="Connect").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Not connected yet")
    alert.get_by_role("link", name="Which lamp?").click()
    lamp = page.get_by_label("Which lamp?")
    expect(lamp).to_be_focused()
    assert lamp.get_attribute("aria-invalid") == "true"
    expect(lamp).to_have_accessible_description("Choose one.")
    assert len(bench.users) == 0
    assert app.visits == []
    fill(page)
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()


def test_skip_config_leaves_the_user_pending(page: Page, bench: wb.Bench, site: str, app: App) -> None:
    """With `skip_config` no field is asked for: the user is sent back, pending until the backend completes it."""
    page.goto(door(site, redirect_uri=app.url, skip_config="true"))
    page.get_by_label("User id at your service").fill("user-17")
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    assert bench.users[0].status == "pending"


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example.com/",
        "javascript:window.hurt=1",
        "data:text/html,hurt",
        "http://127.0.0.1.evil.test/",
    ],
    ids=["unregistered", "javascript", "data", "looks like loopback"],
)
def test_a_link_that_would_lead_astray_is_refused(page: Page, bench: wb.Bench, site: str, target: str) -> None:
    """Such a link gets a page that says why, with nothing to press; nobody is enabled and nothing runs."""
    answer = page.goto(door(site, redirect_uri=target))
    assert answer is not None
    assert answer.status == 400
    expect(page.get_by_role("heading", name="This link cannot be used")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)
    assert page.evaluate("window.hurt") is None
    assert len(bench.users) == 0


def handed_back(page: Page, press: Callable[[], None]) -> dict[str, list[str]]:
    """The parameters with which an app is called back; its scheme itself leads a browser nowhere."""
    with page.expect_response(lambda one: one.status == 303) as found:
        press()
    location = found.value.header_value("location") or ""
    assert location.startswith("myapp://back?")
    return parse_qs(urlsplit(location).query)


def test_an_sdk_is_handed_a_token(page: Page, bench: wb.Bench, site: str) -> None:
    """The hand-off of a mobile SDK ends with `next_step=complete` and a user token that the API takes."""
    page.goto(sdk_door(site))
    arrive(page)
    fill(page)
    told = handed_back(page, page.get_by_role("button", name="Connect").click)
    assert told["next_step"] == ["complete"]
    assert bench.client(user_token=told["user_token"][0]).me().authentication_level == "user"
    assert bench.users[0].is_enabled


@pytest.mark.parametrize(
    ("button", "told"),
    [
        ("Cancel", {"next_step": ["user_cancelled_configuration"]}),
        ("auth_error", {"next_step": ["error"], "error_type": ["auth_error"]}),
    ],
)
def test_an_sdk_is_told_how_else_it_ended(page: Page, bench: wb.Bench, site: str, button: str, told: object) -> None:
    """Cancelling and each error reach the app, and nobody is enabled."""
    page.goto(sdk_door(site))
    arrive(page)
    page.get_by_text("End with an error instead").click()
    assert handed_back(page, page.get_by_role("button", name=button).click) == told
    assert len(bench.users) == 0


# --- the page to watch ------------------------------------------------------------------------------------------------


def test_an_event_is_fired_and_its_run_and_log_appear(page: Page, bench: wb.Bench, site: str) -> None:
    """The form fires with what was entered; the run with its console and the log come without a reload."""
    bench.enable("user-17", values=VALUES)
    page.goto(site)
    page.get_by_label("who").fill("Grace")
    page.get_by_role("button", name="Fire event").click()
    expect(page.get_by_role("status")).to_contain_text("The event was fired")
    run = page.locator("summary").filter(has_text="Run of lamp.arrived for user-17: ok")
    expect(run).to_be_visible()
    run.click()
    expect(page.get_by_text("console.log: Grace is home")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="lamp.set_color/run")
    expect(row).to_contain_text("204")
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Why each field had its value")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="purple")).to_contain_text("blue")


def test_the_page_needs_no_mouse(page: Page, bench: wb.Bench, site: str) -> None:
    """From the top by Tab alone: an ingredient is typed, the event fired, its run opened and read, the log reached."""
    bench.enable("user-17", values=VALUES)
    page.goto(site)
    page.get_by_label("User and feature").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("Grace")
    page.keyboard.press("Enter")
    run = page.locator("summary").filter(has_text="Run of lamp.arrived")
    expect(run).to_be_visible()
    page.get_by_role("button", name="Fire event").focus()
    page.keyboard.press("Tab")
    expect(run).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("console.log: Grace is home")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("region", name="Run of lamp.arrived")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("region", name="Entries of the log")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Entry 2")).to_be_focused()


def test_the_log_is_live_and_disturbs_nobody(page: Page, bench: wb.Bench, site: str) -> None:
    """What happens elsewhere appears by itself, while focus, entered text and an open run stay."""
    bench.enable("user-17", values=VALUES)
    bench.fire("lamp.arrived", who="Ada")
    page.goto(site)
    page.locator("summary").filter(has_text="Run of lamp.arrived").click()
    who = page.get_by_label("who")
    who.fill("half a na")
    bench.client("user-17").run("lamp.set_color", {"color": "red"})
    expect(page.get_by_role("row").filter(has_text="lamp.set_color/run")).to_have_count(2)
    expect(who).to_be_focused()
    expect(who).to_have_value("half a na")
    expect(page.get_by_text("console.log: Ada is home")).to_be_visible()


def test_a_closed_emulator_is_said(page: Page, bench: wb.Bench) -> None:
    """When the server ends, the page says that its log stands still."""
    server = bench.serve()
    page.goto(server.url)
    expect(page.get_by_text("Live: the latest 100 entries.")).to_be_visible()
    server.close()
    expect(page.get_by_text("The emulator does not answer")).to_be_visible()


def test_a_user_is_switched_off_and_on_and_deleted(page: Page, bench: wb.Bench, site: str) -> None:
    """The buttons beside a user do what the user would do at IFTTT."""
    user = bench.enable("user-17", values=VALUES)
    page.goto(site)
    page.get_by_role("button", name="Disable for user-17").click()
    expect(page.get_by_role("status")).to_have_text("The user has switched the connection off.")
    assert user.status == "disabled"
    expect(page.get_by_text("No user has this trigger switched on.")).to_be_visible()
    page.get_by_role("button", name="Enable for user-17").click()
    expect(page.get_by_role("button", name="Fire event")).to_be_visible()
    assert user.is_enabled
    page.get_by_role("button", name="Delete for user-17").click()
    expect(page.get_by_text("Nobody has enabled the connection yet.")).to_be_visible()
    assert len(bench.users) == 0


def test_what_comes_from_outside_is_text(page: Page, bench: wb.Bench, site: str) -> None:
    """Tags in ingredients, user ids, paths and consoles are shown as they are, and nothing of them runs."""
    hostile = "</pre><script>window.hurt = 1</script><img src=x onerror='window.hurt = 2'>"
    bench.enable(f"u{hostile}", values=VALUES)
    bench.fire("lamp.arrived", who=hostile)
    page.goto(site)
    page.locator("summary").filter(has_text="Run of lamp.arrived").click()
    expect(page.get_by_text(f"console.log: {hostile} is home")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="window.hurt = 2").first).to_be_visible()
    assert page.evaluate("window.hurt") is None


# --- how they look ----------------------------------------------------------------------------------------------------

PAGES = ["home", "empty", "arrive", "configure", "wrong", "entry", "message", "sdk"]


def opened(page: Page, name: str, bench: wb.Bench, site: str, app: App) -> None:
    """One of the pages, as it looks with something on it."""
    if name not in ("empty", "arrive", "message"):
        bench.enable("user-17", values=VALUES)
        bench.fire("lamp.arrived", who="Ada")
        bench.faults.add(wb.faults.Status(502), times=1)
        bench.enable("a-user-whose-id-is-rather-long@example.com", values=VALUES)
        with pytest.raises(wb.errors.BadGateway):
            bench.client("user-17").run("lamp.set_color")
    places = {"home": site, "empty": site, "entry": f"{site}/log/2", "message": f"{site}/connect/unknown"}
    page.goto(places.get(name, sdk_door(site) if name == "sdk" else door(site, redirect_uri=app.url)))
    if name in ("configure", "wrong", "sdk"):
        arrive(page, "somebody-new")
    if name == "wrong":
        page.get_by_role("button", name="Connect").click()
    if name == "sdk":
        page.get_by_text("End with an error instead").click()
    if name == "home":
        page.locator("summary").filter(has_text="Run of lamp.arrived").click()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_is_accessible_and_fits(
    name: str,
    dark: bool,
    new_page: Callable[..., Page],
    bench: wb.Bench,
    site: str,
    app: App,
    violations: Violations,
    screenshot: Callable[[Page, str], Path],
) -> None:
    """axe-core finds nothing in either colour scheme, and no page is wider than 1280, 700 or 360 pixels."""
    page = new_page(dark=dark)
    opened(page, name, bench, site, app)
    for width in (1280, 700, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert violations(page, "html") == []
        if width != 360:
            screenshot(page, f"page-{name}-{width}-{'dark' if dark else 'light'}")
