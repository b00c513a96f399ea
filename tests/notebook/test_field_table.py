"""FieldTable without a browser: what it shows, what it does when asked, how it follows and lets go."""

from __future__ import annotations

import gc
import json
import threading
import weakref
from typing import Any

import pytest

import workbench as wb
from workbench.connection.document import Connection, samples
from workbench.connection.fields import Field, FieldType
from workbench.notebook.field_state import rows
from workbench.notebook.field_table import FieldTable

HOSTILE = "</textarea><script>window.hurt = 1</script>\u202eabc 😀"


@pytest.fixture
def table() -> FieldTable:
    return FieldTable(Connection.sample("hue-favourite"))


def row(table: FieldTable, field: str) -> dict[str, Any]:
    return next(one for _, _, one in rows(table.table["groups"]) if one["id"] == field)


def ask(table: FieldTable, do: str, field: str, **values: Any) -> None:
    table.propose({"do": do, "at": row(table, field)["at"], **values})


@pytest.mark.parametrize("name", samples())
def test_every_field_of_a_connection_is_there(name: str) -> None:
    """The table has the connection's fields, in their order."""
    connection = Connection.sample(name)
    shown = [(one["id"], one["visibility"]) for _, _, one in rows(FieldTable(connection).table["groups"])]
    assert shown == [(one.field, one.visibility.value) for one in connection.fields]


def test_it_follows_edits_made_in_python(table: FieldTable) -> None:
    """An edit in code, an undo and a rename are shown at once."""
    color = table.connection.step("hue.set_color").field("color")
    color.set_by_you("green")
    assert (row(table, "color")["visibility"], row(table, "color")["code"]) == ("Set by you", "green")
    assert table.table["can_undo"]
    table.connection.undo()
    assert row(table, "color")["words"] == "(default)"
    table.connection.name = "Lights"
    assert table.table["name"] == "Lights"


def test_the_browser_proposes_and_the_connection_changes(table: FieldTable) -> None:
    """Visibility and value are edits of the connection that undo takes back, one by one."""
    ask(table, "visibility", "color", visibility="Set by you")
    ask(table, "value", "color", value="red")
    color = table.connection.step("hue.set_color").field("color")
    assert (color.visibility.value, color.value) == ("Set by you", "red")
    table.propose({"do": "undo"})
    assert color.value == "blue"
    table.propose({"do": "undo"})
    assert color.visibility.value == "Customizable by the user"
    table.propose({"do": "redo"})
    assert color.visibility.value == "Set by you"


def test_an_empty_text_is_no_value(table: FieldTable) -> None:
    """Clearing a value leaves it to the user."""
    ask(table, "value", "color", value="")
    assert table.connection.step("hue.set_color").field("color").value is None
    assert row(table, "color")["words"] == "Set by the user"


def test_a_problem_stands_beside_its_cell(table: FieldTable) -> None:
    """What does not fit is kept with its problem at its row, in words for people with a mouse; nothing elsewhere."""
    ask(table, "value", "lights", value="moon")
    ask(table, "visibility", "color", visibility="Set by you")
    ask(table, "value", "color", value=None)
    assert [one["message"] for one in row(table, "lights")["problems"]] == ["'moon' is no option of field `lights`."]
    assert "Customizable by the user" in row(table, "color")["problems"][0]["cure"]
    assert (table.table["problems"], table.table["counts"]["errors"]) == ([], 2)
    ask(table, "value", "color", value="blue")
    assert row(table, "color")["problems"] == []


def test_a_cure_is_one_that_the_table_has() -> None:
    """A table of fields cannot search for services: it invites, and cures, by what leads there."""
    connection = Connection.new("New")
    table = FieldTable(connection)
    assert "in a ConnectionEditor, in Python or in the file" in table.table["invitation"]
    assert table.table["problems"] == []
    assert repr(table) == "<FieldTable of 'New': no fields yet>"
    connection.name = "Begun"
    assert table.table["invitation"] == ""
    assert [one["cure"] for one in table.table["problems"]] == [one.cure for one in connection.problems()]


def test_every_problem_is_shown_once() -> None:
    """Each problem of the connection is at a row, a step, a feature, or with the whole."""
    connection = Connection.new("All wrong")
    connection.add_service("sms")
    feature = connection.add_feature("Empty")
    connection.add_feature("Twice")
    connection.add_action("Twice", "hue.set_color").field("color").set_by_you()
    connection.add_configuration(Field(id="place", type=FieldType.LOCATION_POINT, value={"lat": 100, "lng": 0}))
    feature.add_field(Field(id="value", value=5))
    connection.script = "// nothing"
    state = FieldTable(connection).table
    shown = [one["message"] for one in state["problems"]]
    for group in state["groups"]:
        shown += [one["message"] for one in group["problems"]]
        for section in group["sections"]:
            shown += [one["message"] for one in section["problems"]]
    shown += [one["message"] for _, _, found in rows(state["groups"]) for one in found["problems"]]
    assert sorted(shown) == sorted(one.message for one in connection.problems())


def test_fields_of_ones_own_are_added_changed_ordered_and_deleted(table: FieldTable) -> None:
    """All that a field of the configuration may be, the table can make of it."""
    for name in ("city", "greeting"):
        table.propose({"do": "add_field", "feature": None, "id": name, "label": "", "type": "TEXT_FIELD"})
    ask(table, "move_field", "greeting", position=0)
    ask(table, "rename_field", "greeting", id="hello")
    ask(table, "change_field", "hello", label="Hello?", type="COLLECTION_SELECT", required=True, options="Hi = hi\nHo")
    ask(table, "value", "hello", value="hi")
    ask(table, "remove_field", "city")
    assert [row.field for row in table.connection.fields] == ["hello", "lights", "color"]
    hello = table.connection.field("hello").definition
    assert (hello.label, hello.type, hello.required, hello.value) == ("Hello?", FieldType.COLLECTION_SELECT, True, "hi")
    assert [one.value for one in hello.options] == ["hi", "Ho"]
    feature = table.connection.features[0]
    table.propose({"do": "add_field", "feature": feature.id, "id": "when", "label": "When?", "type": "TEXT_FIELD"})
    assert feature.field("when").label == "When?"


@pytest.mark.parametrize(
    "message",
    [
        {"do": "add_field", "feature": None, "id": "no id", "label": "", "type": "TEXT_FIELD"},
        {"do": "change_field", "at": {"feature": None, "step": None, "field": "nope"}, "label": "x"},
        {"do": "value", "at": "color", "value": 1},
        {"do": "value", "at": {"field": 5}, "value": 1},
        {"do": "value"},
        {"do": ["value"]},
        {"do": "visibility", "at": {"feature": None, "step": None, "field": "nope"}, "visibility": "Nobody"},
    ],
    ids=lambda one: json.dumps(one)[:60],
)
def test_nonsense_becomes_a_notice(table: FieldTable, message: dict[str, Any]) -> None:
    """Whatever a page sends, the connection stays as it is, and the widget says why."""
    before = table.connection.definition
    table.propose(message)
    assert table.notice["kind"] == "bad"
    assert table.connection.definition == before


def test_the_fields_of_a_step_keep_their_definition(table: FieldTable) -> None:
    """Who sets a step's field can be changed, what it is cannot."""
    ask(table, "change_field", "color", label="Colour")
    assert "comes from its service" in table.notice["text"]
    ask(table, "remove_field", "color")
    assert "come from its service" in table.notice["text"]
    assert not table.connection.is_modified


def test_trying_a_value_as_the_user_changes_nothing_but_the_preview(table: FieldTable) -> None:
    """What is tried shows in what a call would send, and is never saved."""
    ask(table, "try", "color", value="purple")
    assert row(table, "color")["sent"]["says"] == (
        "A call without override would send `purple`: set by the user; it beats the default blue."
    )
    assert not table.connection.is_modified
    ask(table, "try", "color", value=None)
    assert row(table, "color")["sent"]["value"] == "blue"


def test_a_secret_never_leaves(table: FieldTable) -> None:
    """A secret value is in no state, mirror or repr; the browser learns only that there is one."""
    table.connection.add_configuration(Field(id="token", secret=True, value="hush-hush", label="Token"))
    ask(table, "try", "token", value="hush-too")
    ask(table, "value", "token", value="hush-new")
    shown = json.dumps(table.get_state(), default=str) + table.mirror() + repr(table)
    assert "hush" not in shown
    assert row(table, "token")["has_value"]
    assert table.connection.field("token").value == "hush-new"


def test_the_mirror_and_the_repr_stay_and_escape(table: FieldTable) -> None:
    """The mirror has the document's words, all text escaped; the repr is the same each time."""
    table.connection.step("hue.set_color").field("color").customizable(HOSTILE)
    mirror = table.mirror()
    assert "<script>" not in mirror
    assert "&lt;script&gt;" in mirror
    assert "Set by the user" in mirror
    assert "(default)" in mirror
    again = FieldTable(table.connection)
    assert (again.mirror(), repr(again)) == (mirror, repr(table))
    assert repr(table) == (
        "<FieldTable of 'Hue lights to your favorite color': "
        "2 fields (0 set by you, 2 customizable by the user), no problems>"
    )


def test_edits_from_many_threads_end_in_one_picture(table: FieldTable) -> None:
    """Messages and edits on several threads at once neither block each other nor leave an old picture."""

    def in_python(number: int) -> None:
        for step in range(20):
            table.connection.add_feature(f"{number}-{step}").remove()
            table.connection.description = f"{number}-{step}"

    def in_browser(number: int) -> None:
        for step in range(20):
            ask(table, "value", "color", value=f"{number}-{step}")

    threads = [threading.Thread(target=work, args=(n,)) for n in range(3) for work in (in_python, in_browser)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    assert row(table, "color")["value"] == table.connection.step("hue.set_color").field("color").value
    assert table.notice["kind"] != "bad"


def test_a_widget_that_is_dropped_or_closed_watches_no_more() -> None:
    """A connection keeps no widget alive, and a closed widget is told nothing."""
    connection = Connection.sample("hue-blue")
    table = FieldTable(connection)
    closed = FieldTable(connection)
    closed.close()
    closed.close()
    seen = closed.table
    connection.description = "changed"
    assert closed.table == seen
    gone = weakref.ref(table)
    table.close()
    del table
    gc.collect()
    assert gone() is None


def test_it_is_public() -> None:
    """`wb.FieldTable` is it."""
    assert wb.FieldTable is FieldTable
