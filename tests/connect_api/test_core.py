"""What the API answers: statuses, codes and bodies, endpoint by endpoint."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.connect_api.core import ENDPOINTS

KEY = "service-key-of-the-tests"
USER = "user-17"


def code(exchange: Any) -> tuple[int, str | None]:
    return exchange.status, exchange.body["code"] if exchange.status >= 400 else None


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        pytest.param("GET", "/v2/connections/nobody00", (404, "not_found"), id="unknown connection"),
        pytest.param("GET", "/v2/nothing", (404, "not_found"), id="unknown path"),
        pytest.param("GET", "/v2/me/", (404, "not_found"), id="trailing slash"),
        pytest.param("GET", "//v2/me", (404, "not_found"), id="doubled slash"),
        pytest.param("GET", "/v2/connections/%ff", (404, "not_found"), id="a path that is no UTF-8"),
        pytest.param("GET", "", (404, "not_found"), id="no path at all"),
        pytest.param("DELETE", "/v2/me", (405, "method_not_allowed"), id="wrong method"),
        pytest.param(
            "POST", "/v2/connections/Ab3dE5gH/user_connection", (405, "method_not_allowed"), id="post for put"
        ),
        pytest.param("POST", "/v2/connections/Ab3dE5gH/actions/lamp.x/run", (404, "not_found"), id="unknown action"),
        pytest.param(
            "POST",
            "/v2/connections/Ab3dE5gH/actions/lamp.list_lamps/run",
            (404, "not_found"),
            id="a query run as action",
        ),
        pytest.param(
            "POST",
            "/v2/connections/Ab3dE5gH/actions/lamp%2Fset_color/run",
            (404, "not_found"),
            id="encoded slash in id",
        ),
        pytest.param(
            "POST", "/v2/connections/Ab3dE5gH/actions/lamp.set_color/run", (400, "bad_request"), id="no user named"
        ),
        pytest.param(
            "GET",
            "/v2/connections/Ab3dE5gH/features/nofeature0/field_options",
            (404, "not_found"),
            id="unknown feature",
        ),
        pytest.param(
            "GET",
            "/v2/connections/Ab3dE5gH/actions/lamp.set_color/field_options",
            (400, "bad_request"),
            id="options for nobody",
        ),
        pytest.param("PUT", "/v2/connections/Ab3dE5gH/user_connection", (400, "bad_request"), id="update of nobody"),
    ],
)
def test_what_cannot_be_found_or_read_gets_its_status_and_code(
    world: Any, method: str, path: str, expected: tuple[int, str]
) -> None:
    """Each unknown id, path or method has one status, one code and the four members of an error body."""
    answer = world.send(method, path)
    assert code(answer) == expected
    assert set(answer.body) == {"type", "code", "message", "details"}
    assert answer.body["type"] == "error"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param((), 401, id="no key"),
        pytest.param((("ifttt-service-key", KEY),), 204, id="service key"),
        pytest.param((("ifttt-channel-key", KEY),), 204, id="channel key, the older name"),
        pytest.param((("ifttt-service-key", "wrong"),), 401, id="wrong key"),
        pytest.param((("ifttt-service-key", KEY), ("ifttt-channel-key", "wrong")), 401, id="one key of two wrong"),
        pytest.param((("authorization", f"Bearer {KEY}"),), 401, id="service key sent as a token"),
        pytest.param((("ifttt-service-key", "clé"),), 401, id="a key that is no ASCII"),
    ],
)
def test_a_run_needs_the_service_key(world: Any, headers: tuple[tuple[str, str], ...], expected: int) -> None:
    """Only a request with the right key, under either of its names, runs an action."""
    answer = world.send("POST", world.at("/actions/lamp.set_color/run"), {"user_id": USER}, headers=headers)
    assert answer.status == expected
    if expected == 401:
        assert answer.body["code"] == "unauthorized"


def test_a_key_sent_as_token_is_told_where_it_belongs(world: Any) -> None:
    """The commonest mistake of clients gets an answer that mends it."""
    answer = world.send("GET", "/v2/me", headers=(("authorization", f"Bearer {KEY}"),))
    assert "`IFTTT-Service-Key` header" in answer.body["message"]


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        pytest.param("?user_id=user-17", {}, 204, id="in the query"),
        pytest.param("", {"user_id": "user-17"}, 204, id="in the body"),
        pytest.param("?user_id=user-17", {"user_id": "user-17"}, 204, id="in both, the same"),
        pytest.param("?user_id=user-17", {"user_id": "user-18"}, 400, id="in both, different"),
        pytest.param("", {"user_id": 123}, 204, id="as a number"),
        pytest.param("?user_id=123", {"user_id": 123}, 204, id="number and text, the same"),
        pytest.param("", {"user_id": True}, 400, id="a boolean"),
        pytest.param("", {"user_id": {"id": 1}}, 400, id="an object"),
        pytest.param("", {"user_id": ""}, 400, id="empty"),
        pytest.param("", {"user_id": None}, 400, id="null"),
        pytest.param("", {"user_id": "nobody"}, 403, id="who never enabled it"),
    ],
)
def test_user_id_is_taken_from_query_or_body(world: Any, path: str, body: dict[str, Any], expected: int) -> None:
    """Both places and both types of `user_id` name the same user; two different ones are refused."""
    world.emulator.enable("123", values={"lamp.set_color": {"lamp": "Sofa"}})
    answer = world.send("POST", world.at(f"/actions/lamp.set_color/run{path}"), body)
    assert answer.status == expected


@pytest.mark.parametrize(
    ("key", "user", "level", "login"),
    [
        pytest.param(False, None, "none", None, id="anonymous"),
        pytest.param(True, None, "channel", None, id="service key"),
        pytest.param(True, USER, "channel", USER, id="key and user"),
        pytest.param(True, "stranger", "channel", None, id="key and an unlinked user"),
    ],
)
def test_me_says_who_is_asking(world: Any, key: bool, user: str | None, level: str, login: str | None) -> None:
    """`GET /v2/me` tells the level of authentication and the user's login."""
    headers = (("ifttt-service-key", KEY),) if key else ()
    answer = world.send("GET", f"/v2/me{f'?user_id={user}' if user else ''}", headers=headers)
    assert answer.status == 200
    assert answer.body == {
        "type": "me",
        "authentication_level": level,
        "service_id": "lamp" if key else None,
        "user_login": login,
    }


@pytest.mark.parametrize(
    ("state", "words"),
    [
        pytest.param("pending", "pending", id="pending"),
        pytest.param("disabled", "disabled", id="disabled"),
        pytest.param("never", "not enabled", id="never enabled"),
    ],
)
@pytest.mark.parametrize("verb", ["actions/lamp.set_color/run", "queries/lamp.list_lamps/perform"])
def test_only_an_enabled_user_can_be_acted_for(make_world: Any, state: str, words: str, verb: str) -> None:
    """Whoever is pending, disabled or unknown gets 403, and the message says which."""
    world = make_world(values=None)
    if state != "never":
        world.emulator.enable(USER, values={"lamp.set_color": {"lamp": "Desk"}}, is_pending=state == "pending")
    if state == "disabled":
        world.emulator.disable(USER)
    answer = world.send("POST", world.at(f"/{verb}"), {"user_id": USER})
    assert code(answer) == (403, "forbidden")
    assert words in answer.body["message"]


def test_a_test_trigger_sends_a_sample_event(world: Any) -> None:
    """The answer is 204, and the event carries the trigger's ingredients and the ids of webhooks."""
    answer = world.send("POST", world.at("/triggers/lamp.switched_on/test"), {"user_id": USER})
    user_feature = world.emulator.user(USER).user_features[0]
    (event,) = world.events
    assert (answer.status, answer.body) == (204, None)
    assert set(event.ingredients) == {"title", "url"}
    assert (event.trigger, event.user_id, event.feature_id) == ("lamp.switched_on", USER, "featureone")
    assert event.user_feature_id == user_feature.id
    assert event.user_feature_trigger_id == user_feature.trigger_id("trigger001")


def test_without_a_listener_a_test_event_is_still_logged(make_world: Any) -> None:
    """An event is never lost: with nobody to hear it, it stands in the log."""
    world = make_world(on_event=None)
    world.send("POST", world.at("/triggers/lamp.switched_on/test"), {"user_id": USER})
    assert [entry.direction for entry in world.log] == ["in", "event"]


def test_a_step_of_two_features_uses_the_first_user_feature(world: Any) -> None:
    """Without `user_feature_id` the first user feature's values apply; with one, that one's."""
    world.emulator.enable(
        USER, values={"featureone/lamp.set_color": {"lamp": "Desk"}, "Second/lamp.set_color": {"lamp": "Sofa"}}
    )
    first, second = world.emulator.user(USER).user_features
    assert world.decided(world.run())["lamp"] == "desk"
    assert world.decided(world.run(user_feature_id=second.id))["lamp"] == "sofa"
    assert world.decided(world.run(user_feature_id=first.id))["lamp"] == "desk"


def test_two_user_features_of_one_feature_have_their_own_values(world: Any) -> None:
    """`add_feature` gives the user one more configuration of the same feature, under an id of its own."""
    added = world.emulator.add_feature(USER, "Second", {"lamp.set_color": {"lamp": "Sofa"}})
    assert world.decided(world.run(user_feature_id=added.id))["lamp"] == "sofa"
    assert len({one.id for one in world.emulator.user(USER).user_features}) == 3


@pytest.mark.parametrize("which", ["unknown", "of another user", "of a feature without the step"])
def test_a_foreign_user_feature_is_unknown(world: Any, which: str) -> None:
    """Nothing is told about user features that are not the user's own, or lack the step."""
    other = world.emulator.enable("other", values={"lamp.set_color": {"lamp": "Desk"}})
    mine = world.emulator.user(USER).user_features
    named = {
        "unknown": "00000000-0000-4000-8000-000000000000",
        "of another user": other.user_features[0].id,
        "of a feature without the step": mine[1].id,
    }[which]
    answer = world.perform(user_feature_id=named)
    assert code(answer) == (404, "not_found")
    assert answer.body["message"] == "Unknown user feature id"


def test_a_feature_that_is_switched_off_is_passed_over(world: Any) -> None:
    """Named it gets 403; unnamed the next user feature with the step is used, or 403 if there is none."""
    first, second = world.emulator.user(USER).user_features
    world.emulator.switch_feature(USER, first.id, enabled=False)
    assert code(world.run(user_feature_id=first.id)) == (403, "forbidden")
    assert world.run().user_feature_id == second.id
    assert code(world.perform()) == (403, "forbidden")


def test_every_path_answers_another_method_with_its_own(world: Any) -> None:
    """405 carries an `Allow` header with the methods that the path has."""
    for endpoint in ENDPOINTS:
        path = endpoint.template.replace("{connection_id}", world.definition.id)
        answer = world.send("PATCH", path)
        assert answer.status == 405
        assert endpoint.method in dict(answer.headers)["Allow"]


def test_a_script_may_name_its_own_user_only(make_world: Any) -> None:
    """Another `user_id` in a script's body is refused, unless that choice is changed."""
    values = {"lamp.set_color": {"lamp": "Desk"}}
    for choice, status in (("refuse", 403), ("allow", 204)):
        world = make_world(choices={"other_user": choice})
        world.emulator.enable("other", values=values)
        calling = {"user_id": USER, "run_id": "r"}
        assert world.emulator.call("action", "lamp.set_color", {"user_id": "other"}, **calling).status == status
        assert world.emulator.call("action", "lamp.set_color", {"user_id": USER}, **calling).status == 204


def test_a_script_that_calls_an_unknown_step_gets_the_404(world: Any) -> None:
    """The error body reaches the script as an answer, whatever characters the id holds."""
    for step in ("lamp.nothing", "../../me", "a/b", "", "?x=1", "é", "\ud800"):
        answer = world.emulator.call("action", step, None, user_id=USER, run_id="r")
        assert answer.status == 404, step
