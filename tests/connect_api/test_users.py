"""Enabling: from the values of a notebook to a user's configuration."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from workbench.connection.definition import Feature
from workbench.connection.fields import Field, FieldType, Option
from workbench.errors import FieldValueError, MissingValues, NotEnabled, UnknownName, UsageError

USER = "user-17"


def stored(world: Any, number: int = 0, place: str | None = None) -> dict[str, Any]:
    feature = world.emulator.user(USER).user_features[number]
    return dict(feature.values[place if place is not None else ("actcolor01", "actcolor02")[number]])


@pytest.mark.parametrize(
    ("key", "first", "second"),
    [
        pytest.param("lamp.set_color", "sofa", "sofa", id="a step: in every feature"),
        pytest.param("featuretwo/lamp.set_color", "desk", "sofa", id="feature id and step"),
        pytest.param("Second/lamp.set_color", "desk", "sofa", id="feature title and step"),
    ],
)
def test_a_step_is_named_alone_or_with_its_feature(world: Any, key: str, first: str, second: str) -> None:
    """The narrower name wins over the wider one."""
    world.emulator.enable(USER, values={"lamp.set_color": {"lamp": "Desk"}, key: {"lamp": "Sofa"}})
    assert (stored(world)["lamp"], stored(world, 1)["lamp"]) == (first, second)


def test_features_and_configuration_take_values_too(world: Any) -> None:
    """`feature:<id>` (or title) and `configuration` name the fields above the steps."""
    user = world.emulator.enable(
        USER, values={"feature:Color": {"weekday": "Sunday"}, "configuration": {"greeting": "Ada"}}
    )
    assert stored(world, place="") == {"weekday": "sun"}
    assert user.configuration == {"greeting": "Ada"}


@pytest.mark.parametrize("label", ["Sofa", "Living room / Sofa"])
def test_a_dropdown_takes_the_label_that_a_user_would_pick(world: Any, label: str) -> None:
    """The label alone, or with its group."""
    world.emulator.enable(USER, values={"lamp.set_color": {"lamp": label}})
    assert stored(world)["lamp"] == "sofa"


def test_an_unknown_label_lists_the_options(world: Any) -> None:
    """The error shows what the user could have picked."""
    with pytest.raises(FieldValueError, match=r"'sofa' is no option of `lamp`.*`Desk`, `Living room / Sofa`"):
        world.emulator.enable(USER, values={"lamp.set_color": {"lamp": "sofa"}})


def test_an_ambiguous_label_lists_the_options(make_world: Any) -> None:
    """Two options of one label are told apart by their groups."""
    world = make_world(values=None)
    twins = (Option(label="Lamp", value="1", group="Study"), Option(label="Lamp", value="2", group="Hall"))
    feature = Feature(
        id="featureone", title="T", fields=(Field(id="which", type=FieldType.COLLECTION_SELECT, options=twins),)
    )
    world.definition = replace(world.definition, features=(feature,))
    with pytest.raises(FieldValueError, match=r"names 2 options.*`Study / Lamp`, `Hall / Lamp`"):
        world.emulator.enable(USER, values={"feature:T": {"which": "Lamp"}})
    world.emulator.enable(USER, values={"feature:T": {"which": "Hall / Lamp"}})
    assert world.emulator.user(USER).user_features[0].values[""] == {"which": "2"}


def test_a_dynamic_dropdown_takes_what_it_offers_the_user(world: Any) -> None:
    """Options that a service supplies are picked by their labels as well."""
    label = world.options("actions/lamp.set_color")["scene"][1]["label"]
    world.emulator.enable(USER, values={"lamp.set_color": {"scene": label}})
    assert world.decided(world.run())["scene"] == label.lower().replace(" ", "-")


def test_missing_values_are_listed_all_at_once(make_world: Any) -> None:
    """Every required field without a value is named, and nobody was enabled."""
    world = make_world(values=None)
    with pytest.raises(MissingValues) as raised:
        world.emulator.enable(USER)
    assert raised.value.missing == ("Color / lamp.set_color / lamp", "Second / lamp.set_color / lamp")
    assert world.emulator.user_connections() == []


@pytest.mark.parametrize(
    ("values", "error", "words"),
    [
        pytest.param({"lamp.set_colour": {}}, UnknownName, "Did you mean `lamp.set_color`", id="unknown step"),
        pytest.param({"lamp.set_color": {"lamb": "Desk"}}, UnknownName, "Did you mean `lamp`", id="unknown field"),
        pytest.param({"feature:Colour": {}}, UnknownName, "Did you mean `feature:Color`", id="unknown feature"),
        pytest.param({"lamp.set_color": "Desk"}, UsageError, "maps field ids to values", id="no mapping"),
        pytest.param({"lamp.set_color": {"color": "red"}}, FieldValueError, "is set by you", id="a field set by you"),
        pytest.param({"lamp.set_color": {"spot": {"lat": 1}}}, FieldValueError, "needs `lng`", id="half a location"),
        pytest.param({"lamp.set_color": {"days": ["Moonday"]}}, FieldValueError, "`Monday`", id="unknown checkbox"),
        pytest.param({"lamp.set_color": {"pin": [1]}}, FieldValueError, "takes a text", id="a list for a text"),
    ],
)
def test_wrong_names_and_values_are_told_how_to_mend(
    world: Any, values: Any, error: type[Exception], words: str
) -> None:
    """Each mistake names the place and the right way, and the user stays as they were."""
    before = world.emulator.user(USER)
    with pytest.raises(error) as raised:
        world.emulator.enable(USER, values=values)
    assert words in str(raised.value)
    assert world.emulator.user(USER) == before


def test_enabling_again_lays_values_over_the_earlier_ones(world: Any) -> None:
    """What is not given stays; ids stay; what was added is added again under the same id."""
    before = world.emulator.user(USER)
    added = world.emulator.add_feature(USER, "Second", {"lamp.set_color": {"lamp": "Sofa"}})
    again = world.emulator.enable(USER, timezone="Hawaii", values={"lamp.set_color": {"pin": "1"}})
    assert [one.id for one in again.user_features] == [one.id for one in before.user_features]
    assert stored(world) == {"lamp": "desk", "pin": "1"}
    assert again.timezone == "Pacific/Honolulu"
    assert world.emulator.add_feature(USER, "Second", {"lamp.set_color": {"lamp": "Sofa"}}).id == added.id
    assert world.emulator.enable(USER).timezone == "Pacific/Honolulu"


def test_an_unknown_zone_is_told_the_nearest(world: Any) -> None:
    """A mistyped zone is found before anything runs in it."""
    with pytest.raises(UnknownName, match="Did you mean `Europe/Paris`"):
        world.emulator.enable(USER, timezone="Europe/Pariss")


def test_a_value_that_an_edit_made_impossible_is_asked_for_again(world: Any) -> None:
    """After the option is gone, enabling again needs another value."""
    steps = tuple(
        replace(
            step,
            fields=tuple(replace(one, options=one.options[1:]) if one.id == "lamp" else one for one in step.fields),
        )
        for step in world.definition.features[0].steps
    )
    world.definition = replace(world.definition, features=(replace(world.definition.features[0], steps=steps),))
    with pytest.raises(MissingValues, match=r"lamp.set_color / lamp"):
        world.emulator.enable(USER)


def test_ids_depend_on_seed_user_and_feature_alone(make_world: Any) -> None:
    """The same bench gives the same ids each time; another user or seed gives others."""
    first, again, other_seed = (make_world(seed=seed).emulator.user(USER).user_features[0].id for seed in (0, 0, 1))
    world = make_world()
    other_user = world.emulator.enable("other", values={"lamp.set_color": {"lamp": "Desk"}}).user_features[0].id
    assert first == again
    assert len({first, other_seed, other_user}) == 3


def test_life_goes_from_pending_to_enabled_to_disabled_and_back(make_world: Any) -> None:
    """Each state is reached by its own act; a pending user needs values first; deleting forgets the user."""
    world = make_world(values=None)
    emulator = world.emulator
    assert not emulator.enable(USER, is_pending=True).is_enabled
    with pytest.raises(NotEnabled, match="is pending"):
        emulator.reenable(USER)
    assert emulator.enable(USER, values={"lamp.set_color": {"lamp": "Desk"}}).is_enabled
    assert not emulator.disable(USER).is_enabled
    assert emulator.reenable(USER).is_enabled
    emulator.forget_user(USER)
    with pytest.raises(UnknownName, match="Unknown user `user-17`"):
        emulator.user(USER)


def test_adding_an_unknown_feature_is_told_the_nearest(world: Any) -> None:
    """Features are named by id or title."""
    with pytest.raises(UnknownName, match="Did you mean `Second`"):
        world.emulator.add_feature(USER, "Secund")
    with pytest.raises(MissingValues):
        world.emulator.add_feature(USER, "Second")


def test_switching_an_unknown_user_feature_is_an_error(world: Any) -> None:
    """Only a user feature of the user can be switched."""
    with pytest.raises(UnknownName, match="Unknown user feature"):
        world.emulator.switch_feature(USER, "nothing", enabled=False)
