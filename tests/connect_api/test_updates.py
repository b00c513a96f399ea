"""Showing a connection, updating a user connection whole, the deprecated update, refreshing labels."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.connection.definition import ConnectionDefinition
from workbench.connection.fields import Field, FieldType, Option

USER = "user-17"
KEY = "service-key-of-the-tests"


def shown(world: Any, user: str = USER) -> dict[str, Any]:
    answer = world.send("GET", world.at(f"?user_id={user}"))
    assert answer.status == 200
    return answer.body


def as_update(resource: dict[str, Any]) -> dict[str, Any]:
    """What a careful client makes of the resource to PUT it back: ids and types dropped, options unwrapped."""

    def unwrap(value: Any) -> Any:
        if isinstance(value, list):
            return [unwrap(one) for one in value]
        return value["value"] if isinstance(value, dict) and "label" in value else value

    def fields(owner: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"field_id": one["field_id"], "value": unwrap(one["value"])} for one in owner["user_fields"]]

    def steps(feature: dict[str, Any], plural: str, kind: str) -> list[dict[str, Any]]:
        name = f"feature_{kind}_id"
        return [{name: one[name], "user_fields": fields(one)} for one in feature[f"user_feature_{plural}"]]

    return {
        "user_features": [
            {
                "feature_id": one["feature_id"],
                "enabled": one["enabled"],
                "user_fields": fields(one),
                "user_feature_triggers": steps(one, "triggers", "trigger"),
                "user_feature_queries": steps(one, "queries", "query"),
                "user_feature_actions": steps(one, "actions", "action"),
            }
            for one in resource["user_connection"]["user_features"]
        ]
    }


def put(world: Any, body: Any, user: str = USER) -> Any:
    return world.send("PUT", world.at(f"/user_connection?user_id={user}"), body)


# --- show -------------------------------------------------------------------------------------------------------------


def test_the_resource_has_every_member_of_the_documentation(world: Any) -> None:
    """Top level, services, features, fields and steps carry the documented members, deprecated ones too."""
    body = shown(world)
    assert {"type", "id", "name", "description", "url", "enabled_count", "user_status", "services"} <= set(body)
    assert {"value_propositions", "features", "user_connection", "cover_image", "embedded_url"} <= set(body)
    (service,) = body["services"]
    assert service["is_primary"] is True
    assert [action["id"] for action in service["actions"]] == ["set_color"]
    assert service["actions"][0]["run_url"].endswith("/actions/lamp.set_color/run")
    assert service["queries"][0]["run_url"] is None
    assert [one["fields"][0]["label"] for one in service["actions"][0]["user_actions"]] == ["Desk", "Desk"]
    feature = body["features"][0]
    assert [step["action_id"] for step in feature["feature_actions"]] == ["set_color"]
    assert feature["feature_triggers"][0]["trigger_id"] == "switched_on"
    assert feature["fields"][0]["default_value"] == {"group": None, "label": "Monday", "value": "mon"}
    fields = {one["id"]: one for one in feature["feature_actions"][0]["fields"]}
    assert (fields["color"]["hidden"], fields["color"]["default_value"]) == (True, "blue")
    assert (fields["lamp"]["hidden"], fields["lamp"]["required"], fields["lamp"]["default_value"]) == (
        False,
        True,
        None,
    )


def test_a_location_default_is_shown_in_texts(world: Any) -> None:
    """The page's example has texts under the long names; so has ours."""
    field = shown(world)["features"][0]["feature_triggers"][0]["fields"][0]
    assert field["default_value"] == {"latitude": "51.5", "longitude": "-0.12", "radius": "300"}


def test_hidden_fields_are_not_stored_for_a_user(world: Any) -> None:
    """What is set by you never shows among a user's values."""
    feature = shown(world)["user_connection"]["user_features"][0]
    ids = [one["field_id"] for step in feature["user_feature_actions"] for one in step["user_fields"]]
    assert ids == ["lamp"]


@pytest.mark.parametrize(
    ("state", "status"),
    [("enabled", "enabled"), ("disabled", "disabled"), ("pending", "never_enabled"), ("nobody", "never_enabled")],
)
def test_user_status_and_user_connection_follow_the_state(make_world: Any, state: str, status: str) -> None:
    """`user_connection` is there only for who has the connection enabled, and only they are counted."""
    world = make_world(values=None)
    if state != "nobody":
        world.emulator.enable(USER, values={"lamp.set_color": {"lamp": "Desk"}}, is_pending=state == "pending")
    if state == "disabled":
        world.emulator.disable(USER)
    body = shown(world)
    assert body["user_status"] == status
    assert ("user_connection" in body) is (state == "enabled")
    assert body["enabled_count"] == (1 if state == "enabled" else 0)


def test_without_a_key_nobodys_values_are_shown(world: Any) -> None:
    """An anonymous request sees the public part, whoever it names."""
    body = world.send("GET", world.at(f"?user_id={USER}"), headers=()).body
    assert body["user_status"] is None
    assert "user_connection" not in body
    assert "user_actions" not in body["services"][0]["actions"][0]


# --- PUT --------------------------------------------------------------------------------------------------------------

texts = st.text(alphabet=st.characters(blacklist_categories=("Cs",)), max_size=12)


@settings(max_examples=50)
@given(
    lamp=st.sampled_from(["Desk", "Sofa"]),
    days=st.none() | st.lists(st.sampled_from(["Monday", "Friday"]), unique=True),
    pin=st.none() | texts,
    search=st.none() | texts,
    spot=st.none()
    | st.fixed_dictionaries({"lat": st.floats(-90, 90), "lng": st.floats(-180, 180), "radius": st.integers(0, 999)}),
    weekday=st.sampled_from(["Monday", "Sunday"]),
    off=st.booleans(),
    more=st.booleans(),
)
def test_put_of_what_was_shown_changes_nothing(
    make_world: Any, off: bool, more: bool, weekday: str, **given_values: Any
) -> None:
    """Show, PUT it back, show: the same, ids and all; and what is shown is what a run uses."""
    world = make_world(values=None)
    color = {name: value for name, value in given_values.items() if value is not None and name != "search"}
    values = {"lamp.set_color": color, "feature:featureone": {"weekday": weekday}}
    if given_values["search"] is not None:
        values["lamp.list_lamps"] = {"search": given_values["search"]}
    user = world.emulator.enable(USER, values=values)
    if more:
        world.emulator.add_feature(USER, "featuretwo", {"lamp.set_color": {"lamp": "Sofa"}})
    if off:
        world.emulator.switch_feature(USER, user.user_features[1].id, enabled=False)
    before = shown(world)
    answer = put(world, as_update(before))
    assert answer.status == 200, answer.body
    assert answer.body == before == shown(world)
    assert_run_uses_what_is_shown(world, before)


def assert_run_uses_what_is_shown(world: Any, resource: dict[str, Any]) -> None:
    calls = world.received("lamp.set_color")
    for feature in resource["user_connection"]["user_features"]:
        answer = world.run(user_feature_id=feature["id"])
        if not feature["enabled"]:
            assert answer.status == 403
            continue
        assert answer.status == 204
        stored = {one["field_id"]: one["value"] for one in feature["user_feature_actions"][0]["user_fields"]}
        plain = {name: value for name, value in stored.items() if not isinstance(value, dict | list) or "lat" in value}
        assert plain.items() <= calls[-1].fields.items()
        assert calls[-1].fields["lamp"] == stored["lamp"]["label"].lower()
        assert calls[-1].fields["color"] == "blue"


def test_a_put_is_a_full_replacement(world: Any) -> None:
    """A step that the body leaves out is removed, and its values with it."""
    world.emulator.enable(USER, values={"lamp.list_lamps": {"search": "cats"}})
    body = as_update(shown(world))
    body["user_features"][0]["user_feature_queries"] = []
    answer = put(world, body)
    assert answer.body["user_connection"]["user_features"][0]["user_feature_queries"] == []
    assert world.decided(world.perform()) == {}


def test_a_feature_that_is_left_out_is_gone(world: Any) -> None:
    """The first user feature of what remains is the default from then on."""
    body = as_update(shown(world))
    kept = world.emulator.user(USER).user_features[1]
    answer = put(world, {"user_features": body["user_features"][1:]})
    assert [one["id"] for one in answer.body["user_connection"]["user_features"]] == [kept.id]
    assert world.run().user_feature_id == kept.id


def test_a_put_completes_a_pending_user(make_world: Any) -> None:
    """After the update the user is enabled, and runs are answered."""
    world = make_world(values=None)
    world.emulator.enable(USER, is_pending=True)
    token = world.token("lamp", "Sofa")
    action = {"feature_action_id": "actcolor01", "user_fields": [{"field_id": "lamp", "value": token}]}
    answer = put(world, {"user_features": [{"feature_id": "featureone", "user_feature_actions": [action]}]})
    assert (answer.status, answer.body["user_status"]) == (200, "enabled")
    assert world.decided(world.run())["lamp"] == "sofa"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        pytest.param(lambda body: body.pop("user_features"), "/user_features", id="no user_features"),
        pytest.param(lambda body: body.update(user_features={}), "/user_features", id="no list"),
        pytest.param(lambda body: body["user_features"].append(3), "/user_features/2", id="no object"),
        pytest.param(
            lambda body: body["user_features"][0].pop("feature_id"), "/user_features/0/feature_id", id="no feature id"
        ),
        pytest.param(
            lambda body: body["user_features"][1].update(feature_id="x"),
            "/user_features/1/feature_id",
            id="unknown feature",
        ),
        pytest.param(
            lambda body: body["user_features"][0].update(enabled="no"),
            "/user_features/0/enabled",
            id="enabled no boolean",
        ),
        pytest.param(
            lambda body: body["user_features"][0]["user_feature_actions"][0].update(feature_action_id="trigger001"),
            "/user_features/0/user_feature_actions/0/feature_action_id",
            id="a trigger's id for an action",
        ),
        pytest.param(
            lambda body: body["user_features"][0]["user_feature_actions"].append(
                body["user_features"][0]["user_feature_actions"][0]
            ),
            "/user_features/0/user_feature_actions/1/feature_action_id",
            id="one step twice",
        ),
        pytest.param(
            lambda body: body["user_features"][0]["user_feature_actions"][0]["user_fields"][0].update(value="Desk"),
            "/user_features/0/user_feature_actions/0/user_fields/0/value",
            id="a label for a token",
        ),
        pytest.param(
            lambda body: body["user_features"][0]["user_feature_actions"][0]["user_fields"][0].update(field_id="color"),
            "/user_features/0/user_feature_actions/0/user_fields/0/field_id",
            id="a field set by you",
        ),
        pytest.param(
            lambda body: body["user_features"][0]["user_feature_actions"][0].update(user_fields=[]),
            "/user_features/0/user_feature_actions/0/user_fields",
            id="a required field left out",
        ),
        pytest.param(
            lambda body: body["user_features"][0].update(user_fields=[{"field_id": "weekend", "value": "x"}]),
            "/user_features/0/user_fields/0/field_id",
            id="an unknown field",
        ),
    ],
)
def test_what_is_wrong_with_a_put_is_pointed_at_and_nothing_changes(world: Any, change: Any, pointer: str) -> None:
    """422 with the pointer into the body; the user's configuration stays as it was."""
    before = shown(world)
    body = as_update(before)
    change(body)
    answer = put(world, body)
    assert answer.status == 422
    assert pointer in [one["parameter"] for one in answer.body["details"]]
    assert shown(world) == before


@pytest.mark.parametrize(("user", "status"), [("nobody", 403), (USER, 403)])
def test_a_put_needs_a_user_with_the_connection(world: Any, user: str, status: int) -> None:
    """Neither who never enabled nor who disabled the connection is updated."""
    body = as_update(shown(world))
    if user == USER:
        world.emulator.disable(USER)
    assert put(world, body, user).status == status


def test_the_answer_of_a_put_is_a_choice(make_world: Any) -> None:
    """200 with the connection, or 204."""
    world = make_world(choices={"update_status": "204"})
    answer = put(world, as_update(shown(world)))
    assert (answer.status, answer.body) == (204, None)


# --- the deprecated update --------------------------------------------------------------------------------------------


def old(world: Any, actions: Any, **more: Any) -> Any:
    body = {"user_id": USER, "services": [{"service_id": "lamp", "actions": actions}], **more}
    return world.send("POST", world.at(""), body)


def test_the_deprecated_update_lays_values_over_those_there_are(world: Any) -> None:
    """The n-th entry changes the n-th user feature, and leaves everything else."""
    sofa = {"fields": [{"id": "lamp", "value": world.token("lamp", "Sofa")}]}
    answer = old(world, [{"id": "set_color", "user_actions": [{"fields": []}, sofa]}])
    assert answer.status == 200
    first, second = world.emulator.user(USER).user_features
    assert world.decided(world.run(user_feature_id=first.id))["lamp"] == "desk"
    assert world.decided(world.run(user_feature_id=second.id))["lamp"] == "sofa"


@pytest.mark.parametrize(
    ("actions", "more", "pointer"),
    [
        pytest.param([{"id": "x"}], {}, "/services/0/actions/0/id", id="unknown action"),
        pytest.param([], {"name": "New"}, "/name", id="something else to change"),
        pytest.param(
            [{"id": "set_color", "user_actions": [{"fields": [{"id": "color", "value": "red"}]}]}],
            {},
            "/services/0/actions/0/user_actions/0/fields/0/id",
            id="a field set by you",
        ),
        pytest.param(
            [{"id": "set_color", "user_actions": [{"fields": [{"id": "lamp", "value": "Desk"}]}]}],
            {},
            "/services/0/actions/0/user_actions/0/fields/0/value",
            id="a label for a token",
        ),
        pytest.param(
            [{"id": "set_color", "user_actions": [{}, {}, {}]}],
            {},
            "/services/0/actions/0/user_actions/2",
            id="more entries than user features",
        ),
        pytest.param({"id": "set_color"}, {}, "/services/0/actions", id="no list"),
    ],
)
def test_the_deprecated_update_points_at_what_is_wrong(world: Any, actions: Any, more: Any, pointer: str) -> None:
    """Anything but a user's field of a step gets 422."""
    answer = old(world, actions, **more)
    assert answer.status == 422
    assert pointer in [one["parameter"] for one in answer.body["details"]]


@pytest.mark.parametrize("service", [{}, None, "nobody", 1], ids=["an object", "none", "unknown", "a number"])
def test_the_deprecated_update_names_a_service_of_the_connection(world: Any, service: Any) -> None:
    """A service that the connection lacks is pointed at, even where nothing of it was to be changed."""
    body = {"user_id": USER, "services": [{"service_id": service, "actions": []}]}
    answer = world.send("POST", world.at(""), body)
    assert answer.status == 422
    assert [one["parameter"] for one in answer.body["details"]] == ["/services/0/service_id"]


# --- refresh ----------------------------------------------------------------------------------------------------------


def with_options(definition: ConnectionDefinition, *options: Option) -> ConnectionDefinition:
    """The connection with other options for the lamp."""
    feature = definition.features[0]
    steps = tuple(
        replace(step, fields=tuple(replace(one, options=options) if one.id == "lamp" else one for one in step.fields))
        for step in feature.steps
    )
    return replace(definition, features=(replace(feature, steps=steps),))


def test_a_refresh_updates_labels_and_keeps_values(world: Any) -> None:
    """After a device was renamed the user's choice shows its new name, and acts on the same device."""
    world.definition = with_options(world.definition, Option(label="Reading lamp", value="desk"))
    answer = world.send("POST", world.at(f"/user_connection/refresh?user_id={USER}"))
    assert (answer.status, answer.body) == (204, None)
    stored = shown(world)["user_connection"]["user_features"][0]["user_feature_actions"][0]["user_fields"][0]
    assert stored["value"]["label"] == "Reading lamp"
    assert world.decided(world.run())["lamp"] == "desk"


def test_until_a_refresh_the_old_label_stands(world: Any) -> None:
    """The stored label is what the user picked, whatever the service calls it now."""
    world.definition = with_options(world.definition, Option(label="Reading lamp", value="desk"))
    stored = shown(world)["user_connection"]["user_features"][0]["user_feature_actions"][0]["user_fields"][0]
    assert stored["value"]["label"] == "Desk"


# --- field options ----------------------------------------------------------------------------------------------------


def test_options_are_listed_for_option_fields_only(world: Any) -> None:
    """Dropdowns and checkboxes of the step, with label, token and group."""
    options = world.options("actions/lamp.set_color")
    assert set(options) == {"lamp", "days", "scene"}
    assert [(one["label"], one["group"]) for one in options["lamp"]] == [("Desk", None), ("Sofa", "Living room")]
    assert not {one["value"] for one in options["lamp"]} & {"desk", "sofa"}
    assert world.options("triggers/lamp.switched_on") == {}
    assert set(world.options("features/featureone")) == {"weekday"}


def test_dynamic_options_depend_on_the_user_and_are_taken(world: Any) -> None:
    """A dropdown that lists none gets options for each user, the same each time, and their tokens run."""
    world.emulator.enable("other", values={"lamp.set_color": {"lamp": "Desk"}})
    mine, again, theirs = (world.options("actions/lamp.set_color", user)["scene"] for user in (USER, USER, "other"))
    assert mine == again
    assert 3 <= len(mine) <= 5
    assert [one["label"] for one in mine] != [one["label"] for one in theirs]
    assert world.run(fields={"scene": mine[0]["value"]}).status == 204


def test_a_field_that_several_features_have_lists_all_options(make_world: Any) -> None:
    """Options of one field in two features are joined; each feature takes only its own."""
    first, second = Option(label="A", value="a"), Option(label="B", value="b")
    world = make_world(values=None)
    features = []
    for feature, option in zip(world.definition.features, (first, second), strict=True):
        action = next(step for step in feature.steps if step.step == "lamp.set_color")
        lamp = Field(id="lamp", type=FieldType.COLLECTION_SELECT, options=(option,), value=option.value)
        features.append(replace(feature, fields=(), steps=(replace(action, fields=(lamp,)),)))
    world.definition = replace(world.definition, features=tuple(features))
    user = world.emulator.enable(USER)
    assert [one["label"] for one in world.options("actions/lamp.set_color")["lamp"]] == ["A", "B"]
    token = world.token("lamp", "B")
    assert world.run(fields={"lamp": token}).status == 422
    assert world.run(fields={"lamp": token}, user_feature_id=user.user_features[1].id).status == 204
