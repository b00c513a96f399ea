"""The services that connections are built from."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.connection import catalogue
from workbench.connection.definition import IngredientType, StepKind
from workbench.connection.fields import FieldType
from workbench.errors import ConnectionFileError, UnknownName, UsageError


@pytest.mark.parametrize("name", catalogue.names())
def test_a_service_is_complete(name: str) -> None:
    """Every service has a name, every step a label and a description, every field and ingredient a label."""
    service = catalogue.service(name)
    assert service.id == name
    assert service.name
    assert service.short_name
    assert service.brand_color.startswith("#")
    steps = list(service.steps())
    assert steps
    for _, step in steps:
        assert step.label
        assert step.description.endswith((".", '".'))
        assert all(field.label for field in step.fields)
        assert all(one.label and one.example for one in getattr(step, "ingredients", ()))


@pytest.mark.parametrize("name", catalogue.names())
def test_every_trigger_and_query_carries_ingredients(name: str) -> None:
    """A trigger without ingredients, or a query whose items are empty, would be of no use."""
    service = catalogue.service(name)
    assert all(one.ingredients for one in (*service.triggers, *service.queries))


def test_the_documents_steps_are_there() -> None:
    """The steps that the Connections page names exist, with the fields it names."""
    youtube, sms, hue = (catalogue.service(name) for name in ("youtube", "sms", "hue"))
    title = next(one for one in youtube.triggers[0].ingredients if one.id == "title")
    assert (youtube.triggers[0].id, title.type) == ("new_liked_video", IngredientType.STRING)
    assert [(one.id, one.fields[0].id) for one in youtube.queries[:1]] == [("get_videos_from_search", "search_query")]
    assert [(one.id, one.fields[0].id) for one in sms.actions] == [("send_me_text", "message")]
    color = next(one for one in hue.actions if one.label == "Change color")
    assert [(field.label, field.type) for field in color.fields] == [
        ("Which lights?", FieldType.COLLECTION_SELECT),
        ("Color value or name", FieldType.TEXT_FIELD),
    ]


def test_the_catalogue_has_every_kind_of_field() -> None:
    """Text, dropdown, checkboxes and locations can all be met in the catalogue."""
    found = {field.type for service in catalogue.services() for _, step in service.steps() for field in step.fields}
    assert found >= {
        FieldType.TEXT_FIELD,
        FieldType.TEXT_AREA,
        FieldType.COLLECTION_SELECT,
        FieldType.CHECKBOX_MULTI,
        FieldType.LOCATION_ENTER,
        FieldType.LOCATION_EXIT,
        FieldType.LOCATION_ENTER_OR_EXIT,
        FieldType.LOCATION_RADIUS,
    }


def test_search_finds_steps_by_every_word() -> None:
    """Words in any case and order find the steps that have them all; the rows say fields and ingredients."""
    found = catalogue.search("COLOR hue change")
    assert [f"{service.id}.{step.id}" for service, _, step in found] == ["hue.set_color"]
    assert found.frame().loc[0, "fields"] == "lights, color"
    assert len(catalogue.search("no such thing")) == 0
    assert len(catalogue.search()) == sum(len(list(one.steps())) for one in catalogue.services())


def test_an_unknown_service_says_the_nearest() -> None:
    """A misspelt id is met with the one that was meant."""
    with pytest.raises(UnknownName, match="Did you mean `youtube`"):
        catalogue.service("utube")


def test_a_service_of_your_own_comes_from_a_file(tmp_path: Path) -> None:
    """A file of the same shape is a service; what it leaves out has sensible words."""
    path = tmp_path / "lamp.yaml"
    path.write_text("id: desk_lamp\nactions:\n  - id: turn_on\n    fields: [{id: room}]\n", encoding="utf-8")
    service = catalogue.load(path)
    assert (service.name, service.url) == ("Desk lamp", "https://ifttt.com/desk_lamp")
    assert [(kind, step.label) for kind, step in service.steps()] == [(StepKind.ACTION, "Turn on")]


BAD = {
    "an action with ingredients": (
        "id: a\nactions:\n  - {id: b, ingredients: [c]}\n",
        "3:13: Unknown key `ingredients` in an action",
    ),
    "a step twice": ("id: a\nqueries: [{id: b}, {id: b}]\n", "2:20: Query `b` stands twice"),
    "an ingredient twice": ("id: a\nqueries: [{id: b, ingredients: [c, c]}]\n", "2:36: Ingredient `c` stands twice"),
    "an unknown ingredient type": (
        "id: a\ntriggers: [{id: b, ingredients: [{id: c, type: Url}]}]\n",
        "2:48: Unknown ingredient type `Url`. Did you mean `Web URL`?",
    ),
    "a query ingredient without its query": (
        "id: a\ntriggers: [{id: b, ingredients: [{id: c, type: Query}]}]\n",
        "2:34: Ingredient `c` of type Query lacks `query`",
    ),
    "an option without a label": (
        "id: a\nactions: [{id: b, fields: [{id: c, options: [{value: x}]}]}]\n",
        "2:46: An option lacks `label`.",
    ),
    "an id with a dot": ("id: a.b\n", "1:5: The id of a service has letters, digits and underscores"),
}


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD)
def test_a_service_that_cannot_be_read_is_named_with_its_place(text: str, message: str) -> None:
    """Errors in a service file say line, column and cure."""
    with pytest.raises(ConnectionFileError) as caught:
        catalogue.loads(text)
    assert message in str(caught.value)


LAMP = "{id: lamp, service: My lamp, actions: [{id: turn_on, label: Light the lamp}]}"


def test_services_of_your_own_are_a_value_a_file_or_a_folder(tmp_path: Path) -> None:
    """`own` takes services, files and folders of files, and `search` finds their steps first."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "fan.yaml").write_text("{id: fan, actions: [{id: spin}]}")
    (tmp_path / "lamp.yaml").write_text(LAMP)
    bell = catalogue.loads("{id: bell, actions: [{id: ring}]}")
    found = catalogue.own(bell, tmp_path / "lamp.yaml", str(tmp_path / "folder"))
    assert [one.id for one in found] == ["bell", "lamp", "fan"]
    assert next(row["step"] for row in map(catalogue.search().row, catalogue.search("light", offered=found))) == (
        "lamp.turn_on"
    )


def test_a_service_of_your_own_needs_an_id_of_its_own(tmp_path: Path) -> None:
    """Two services with one id, or one with an id of the catalogue, are refused."""
    with pytest.raises(UsageError, match="There is a service `hue` already"):
        catalogue.own(catalogue.loads("{id: hue}"))
    with pytest.raises(UsageError, match="There is a service `lamp` already"):
        catalogue.own(catalogue.loads(LAMP), catalogue.loads(LAMP))
