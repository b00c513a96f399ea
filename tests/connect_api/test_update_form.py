"""A user connection in the form that PUT takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.connect_api.client import ConnectClient
from workbench.connect_api.update_form import UpdateForm
from workbench.errors import Ambiguous, InvalidParameters, NotEnabled, UnknownName

USER = "user-17"
ROOMS, DAYS = ["Desk", "Sofa"], ["Monday", "Friday", "Sunday"]
VALUES = st.fixed_dictionaries(
    {
        "featureone/lamp.set_color": st.fixed_dictionaries(
            {"lamp": st.sampled_from(ROOMS)},
            optional={
                "days": st.lists(st.sampled_from(DAYS), unique=True),
                "pin": st.text(st.characters(exclude_categories=["Cs"])),
                "spot": st.fixed_dictionaries(
                    {"lat": st.floats(-90, 90), "lng": st.floats(-180, 180), "radius": st.integers(0, 9_000)}
                ),
            },
        ),
        "featuretwo/lamp.set_color": st.fixed_dictionaries({"lamp": st.sampled_from(ROOMS)}),
        "feature:featureone": st.fixed_dictionaries({}, optional={"weekday": st.sampled_from(DAYS)}),
    }
)


@pytest.fixture
def client(world: Any) -> ConnectClient:
    """A client for ``USER``."""
    return ConnectClient.in_process(world.emulator, connection_id="Ab3dE5gH", user_id=USER)


@settings(max_examples=60)
@given(values=VALUES)
def test_an_unedited_form_changes_nothing(world: Any, client: ConnectClient, values: Any) -> None:
    """Show, then PUT what was shown, is the identity, for every type of field."""
    world.emulator.enable(USER, values=values)
    before = client.connection()
    assert client.update(UpdateForm.of(before)) == before
    after = client.connection()
    assert after == before
    assert after.raw == before.raw


def test_one_value_is_edited(world: Any, client: ConnectClient) -> None:
    """An edit gives a new form; everything else stays as it was."""
    form = UpdateForm.of(client.connection())
    sofa = client.field_options("action", "lamp.set_color").token("lamp", "Sofa")
    friday = client.field_options("feature", "featureone").token("weekday", "Friday")
    had = form.body
    edited = form.with_value("actcolor01", "lamp", sofa).with_value("Color", "weekday", friday)
    edited = edited.with_value("lamp.list_lamps", "search", "red")
    assert form.body == had
    shown = client.update(edited)
    assert shown is not None
    values = shown.user_features[0].values
    assert (values["actcolor01"]["lamp"].label, values[""]["weekday"].label) == ("Sofa", "Friday")
    assert values["querylamps"] == {"search": "red"}


def test_a_feature_is_switched_off(client: ConnectClient) -> None:
    """``enabled`` of a feature goes to the API and back."""
    shown = client.update(UpdateForm.of(client.connection()).with_enabled("Second", enabled=False))
    assert shown is not None
    assert [one.enabled for one in shown.user_features] == [True, False]


def test_a_wrong_value_points_into_the_body(client: ConnectClient) -> None:
    """A label in place of a token is refused, with the place in what was sent."""
    with pytest.raises(InvalidParameters) as caught:
        client.update(UpdateForm.of(client.connection()).with_value("actcolor01", "lamp", "Sofa"))
    assert caught.value.details[0][0] == "/user_features/0/user_feature_actions/0/user_fields/0/value"


def test_a_place_in_two_features_wants_the_user_feature(client: ConnectClient) -> None:
    """One action in two features: the message lists the user features that have it."""
    shown = client.connection()
    form = UpdateForm.of(shown)
    with pytest.raises(Ambiguous, match=shown.user_features[1].id):
        form.with_value("lamp.set_color", "color", "red")
    second = form.with_value("lamp.set_color", "pin", "1", user_feature=shown.user_features[1].id)
    assert second.body["user_features"][0] == form.body["user_features"][0]
    assert second.body["user_features"][1] != form.body["user_features"][1]


def test_unknown_places_say_the_nearest(client: ConnectClient) -> None:
    """Steps, features and user features that are not there."""
    form = UpdateForm.of(client.connection())
    with pytest.raises(UnknownName, match=r"Did you mean `lamp\.set_color`"):
        form.with_value("lamp.set_colour", "color", "red")
    with pytest.raises(UnknownName, match="user feature"):
        form.with_value("lamp.set_color", "color", "red", user_feature="nope")


def test_a_form_needs_an_enabled_user(make_world: Callable[..., Any]) -> None:
    """Without a user connection there is nothing to edit."""
    world = make_world(values=None)
    client = ConnectClient.in_process(world.emulator, connection_id="Ab3dE5gH", user_id=USER)
    with pytest.raises(NotEnabled, match="never_enabled"):
        UpdateForm.of(client.connection())
