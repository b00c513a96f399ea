"""User tokens, access codes and the SDKs' own endpoints."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest

KEY = "service-key-of-the-tests"
USER = "user-17"


def bearer(world: Any) -> tuple[tuple[str, str], ...]:
    answer = world.send("POST", f"/v2/user_token?user_id={USER}&access_token=theirs")
    assert answer.status == 200
    assert answer.body["type"] == "user_token"
    return (("authorization", f"Bearer {answer.body['user_token']}"),)


def test_a_user_token_is_48_characters_and_the_same_each_time(world: Any) -> None:
    """The token can be asked for again, and is safe in an address."""
    first, again = bearer(world), bearer(world)
    token = first[0][1].removeprefix("Bearer ")
    assert first == again
    assert len(token) == 48
    assert token.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    ("query", "body", "expected"),
    [
        pytest.param("user_id=user-17&access_token=x", None, 200, id="both in the query"),
        pytest.param("user_id=user-17", {"token": "x"}, 200, id="the older body"),
        pytest.param("", {"user_id": USER, "token": "x"}, 200, id="all in the older body"),
        pytest.param("user_id=user-17", None, 400, id="no access token"),
        pytest.param("access_token=x", None, 400, id="no user"),
        pytest.param("user_id=stranger&access_token=x", None, 401, id="a user who is not linked"),
    ],
)
def test_a_user_token_needs_user_and_proof(world: Any, query: str, body: Any, expected: int) -> None:
    """Without the user or the service's own token there is none."""
    assert world.send("POST", f"/v2/user_token?{query}", body).status == expected


def test_an_unlinked_user_gets_the_known_words(world: Any) -> None:
    """The one wording of a 401 that is known in public."""
    answer = world.send("POST", "/v2/user_token?user_id=stranger&access_token=x")
    assert (answer.body["code"], answer.body["message"]) == ("unauthorized", "Cannot uniquely identify user")


def test_a_user_token_shows_its_user(world: Any) -> None:
    """`me` and the connection are the token's user's own."""
    headers = bearer(world)
    assert world.send("GET", "/v2/me", headers=headers).body == {
        "type": "me",
        "authentication_level": "user",
        "service_id": "lamp",
        "user_login": USER,
    }
    shown = world.send("GET", world.at(""), headers=headers).body
    assert shown["user_status"] == "enabled"
    assert "user_connection" in shown


@pytest.mark.parametrize("verb", ["actions/lamp.set_color/run", "queries/lamp.list_lamps/perform"])
def test_a_user_token_is_no_service_key(world: Any, verb: str) -> None:
    """What only a backend may do gets 403 with a user token."""
    answer = world.send("POST", world.at(f"/{verb}"), {"user_id": USER}, headers=bearer(world))
    assert (answer.status, answer.body["code"]) == (403, "forbidden")


def test_a_user_switches_the_connection_off_and_on(world: Any) -> None:
    """Disabling stops runs and keeps the values, which enabling brings back."""
    headers = bearer(world)
    off = world.send("POST", world.at("/disable"), headers=headers)
    assert (off.status, off.body["user_status"]) == (200, "disabled")
    assert "user_connection" not in off.body
    assert world.run().status == 403
    on = world.send("POST", world.at("/enable"), headers=headers)
    assert (on.status, on.body["user_status"]) == (200, "enabled")
    assert world.decided(world.run())["lamp"] == "desk"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param((), 401, id="nobody"),
        pytest.param((("ifttt-service-key", KEY),), 403, id="the service"),
        pytest.param((("authorization", "Bearer nonsense"),), 401, id="a made-up token"),
    ],
)
def test_only_a_user_switches(world: Any, headers: Any, expected: int) -> None:
    """Enabling and disabling are acts of a user."""
    assert world.send("POST", world.at("/disable"), headers=headers).status == expected


def test_a_token_does_not_switch_another_user(world: Any) -> None:
    """Naming somebody else with a user token is refused."""
    world.emulator.enable("other", values={"lamp.set_color": {"lamp": "Desk"}})
    answer = world.send("POST", world.at("/disable?user_id=other"), headers=bearer(world))
    assert answer.status == 403
    assert world.emulator.user("other").is_enabled


def test_a_pending_user_is_not_completed_by_enabling(world: Any) -> None:
    """Only an update with values completes a pending user connection."""
    headers = bearer(world)
    world.emulator.enable(USER, is_pending=True)
    assert world.send("POST", world.at("/enable"), headers=headers).status == 403


def test_an_access_code_is_good_once_and_for_48_hours(world: Any) -> None:
    """The code stands for the OAuth code until it is used or its time is over, by the bench's clock."""
    make = lambda: world.send("POST", "/v2/provisional_access_code", {"oauth_code": "o-1"})  # noqa: E731
    first, second = make(), make()
    assert first.status == second.status == 201
    codes = [answer.body["provisional_access_code"] for answer in (first, second)]
    assert codes[0] != codes[1]
    assert set(first.body) == {"provisional_access_code"}
    world.clock.move(timedelta(hours=47, minutes=59))
    assert world.emulator.redeem(codes[0]) == "o-1"
    assert world.emulator.redeem(codes[0]) is None
    world.clock.move(timedelta(minutes=1))
    assert world.emulator.redeem(codes[1]) is None
    assert world.emulator.redeem("pac_unknown") is None


@pytest.mark.parametrize("body", [None, {}, {"oauth_code": ""}])
def test_an_access_code_needs_an_oauth_code(world: Any, body: Any) -> None:
    """Without one there is nothing to stand for."""
    assert world.send("POST", "/v2/provisional_access_code", body).status == 400


def test_accounts_are_found_by_email(world: Any) -> None:
    """204 for somebody known, 404 for nobody, 400 without an address; no key is needed."""
    world.emulator.enable("ada@example.com", values={"lamp.set_color": {"lamp": "Desk"}})
    find = lambda query: world.send("GET", f"/v2/account/find{query}", headers=()).status  # noqa: E731
    assert [find("?email=ada@example.com"), find("?email=x@example.com"), find("")] == [204, 404, 400]


def test_the_sdks_statistics_are_taken(world: Any) -> None:
    """The SDKs' events are read and dropped."""
    assert world.send("POST", "/v2/sdk/events", {"events": []}, headers=()).status == 204


def test_tokens_and_codes_are_masked_in_the_log(world: Any) -> None:
    """What a token or a code would open stays closed to the log's readers, also in the raw entry."""
    token = bearer(world)[0][1].removeprefix("Bearer ")
    code = world.send("POST", "/v2/provisional_access_code", {"oauth_code": "secret-code"}).body[
        "provisional_access_code"
    ]
    world.send("GET", "/v2/me", headers=(("authorization", f"Bearer {token}"),))
    written = " ".join(str(asdict(world.log.raw(entry.id))) for entry in world.log)
    for secret in (token, code, "secret-code", "theirs", KEY):
        assert secret not in written
