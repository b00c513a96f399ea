"""The Connect URL over HTTP: the developer plays the user, connects, and is sent back."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

import pytest

from tests.connect_api.site_client import APP, AREA, BACK, DOOR, LAMP, LAMPS, SDK, USER, Client, filled
from workbench.connect_api.users import Status
from workbench.connection.fields import Field, FieldType


def configure(client: Client, user_id: str, door: str = DOOR, **params: str) -> Any:
    return client.get(f"{door}/configure", params={"email": "ada@example.com", "user_id": user_id, **params})


def connect(
    client: Client, user_id: str, door: str = DOOR, *, params: dict[str, str] | None = None, **more: Any
) -> Any:
    """Fill in the configuration page and send it."""
    page = configure(client, user_id, door, **(params or {}))
    return client.post(door, data={**filled(page.text), **more})


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
