"""Changes carried into the text that a connection came from."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workbench.connection import files
from workbench.connection.document import Connection, samples
from workbench.connection.fields import Field, FieldType, Json

TEXT = """\
# Top of the file.
connection: Two things   # the name
id: Ab3dE5gH

services: [hue, "sms"]   # both
features:
  # The first feature.
  - id: aaaaaaaaaa   # its id
    title: 'First'
    actions:
      # All said, more than is needed.
      - step: hue.set_color
        fields:
          lights: {visibility: Customizable by the user, required: true}
          color:   # of the lamp
            visibility: Set by you
            value: "blue"   # like the sea
  # The second feature.
  - id: bbbbbbbbbb
    title: Second
    actions: [sms.send_me_text]
# Before the script.
script: |
  // one
  runAction("hue.set_color");
# End of the file.
"""


def edited(change: object) -> str:
    """The text after one change."""
    connection = Connection.loads(TEXT)
    change(connection)  # type: ignore[operator]
    text = connection.to_yaml()
    assert files.loads(text).definition == connection.definition
    return text


@pytest.mark.parametrize("name", samples())
def test_what_is_not_edited_is_not_touched(name: str) -> None:
    """Without an edit, and after an edit taken back, the text is the very same."""
    connection = Connection.sample(name)
    before = connection.to_yaml()
    connection.name = "Another"
    assert connection.to_yaml() != before
    assert connection.undo().to_yaml() == before


CHANGES = {
    "a value": (
        lambda c: c.step("hue.set_color").field("color").set_by_you("green"),
        {'            value: "blue"   # like the sea': '            value: "green"   # like the sea'},
    ),
    "a name": (
        lambda c: setattr(c, "name", "Three"),
        {"connection: Two things   # the name": "connection: Three   # the name"},
    ),
    "a title": (lambda c: c.feature("First").rename("Uno"), {"    title: 'First'": "    title: 'Uno'"}),
    "a script": (
        lambda c: setattr(c, "script", "two();\n"),
        {"  // one": "  two();", '  runAction("hue.set_color");': None},
    ),
}


@pytest.mark.parametrize(("change", "lines"), CHANGES.values(), ids=CHANGES)
def test_an_edit_changes_its_own_lines_only(change: object, lines: dict[str, str | None]) -> None:
    """Every line but the edited one stays, comments, quotes and redundant words included."""
    wanted = [lines.get(line, line) for line in TEXT.splitlines()]
    found = [" ".join(line.split()) for line in edited(change).splitlines()]
    assert found == [" ".join(line.split()) for line in wanted if line is not None]


def test_features_take_their_comments_along() -> None:
    """A removed feature goes with its text; what is said about the other stays."""
    text = edited(lambda c: c.feature("Second").remove())
    assert "Second" not in text
    assert "# The first feature." in text
    assert "# its id" in text
    assert "# like the sea" in text


def test_added_parts_are_written_in_the_documented_order() -> None:
    """A new key finds its documented place between the keys that are there."""
    text = edited(lambda c: (setattr(c, "description", "New."), c.add_configuration(Field(id="foo"))))
    keys = [line.partition(":")[0] for line in text.splitlines() if line[:1].isalpha()]
    assert keys == ["connection", "id", "description", "services", "configuration", "features", "script"]


def test_reordered_features_keep_their_words() -> None:
    """Moving a feature moves its text."""
    text = edited(lambda c: c.feature("Second").move(0))
    assert text.index("bbbbbbbbbb") < text.index("aaaaaaaaaa")
    assert "# its id" in text
    assert 'value: "blue"   # like the sea' in text


def test_an_edit_of_an_alias_leaves_its_anchor_alone() -> None:
    """Two features that share a block in the file are still two features."""
    text = (
        "connection: A\nservices: [sms]\nfeatures:\n"
        "  - title: One\n    actions: &both\n      - step: sms.send_me_text\n"
        "        fields: {message: {visibility: Set by you, value: hi}}\n"
        "  - title: Two\n    actions: *both\n"
    )
    connection = Connection.loads(text)
    connection.step("sms.send_me_text", feature="Two").field("message").set_by_you("other")
    again = Connection.loads(connection.to_yaml())
    assert again.step("sms.send_me_text", feature="One").field("message").value == "hi"
    assert again.step("sms.send_me_text", feature="Two").field("message").value == "other"


@settings(max_examples=60)
@given(script=st.text(max_size=60), text=st.text(max_size=30), name=st.text(min_size=1, max_size=20).filter(str.strip))
def test_any_text_survives(script: str, text: str, name: str) -> None:
    """Whatever the script, a value or a name holds, the file brings it back, or says that it cannot."""
    texts = [script, text, name]
    if any("\ud800" <= char <= "\udfff" for one in texts for char in one):
        return
    connection = Connection.loads(TEXT)
    connection.name, connection.script = name, script
    connection.step("sms.send_me_text").field("message").set_by_you(text)
    assert files.loads(connection.to_yaml()).definition == connection.definition
    fresh = Connection.from_definition(connection.definition)
    assert files.loads(fresh.to_yaml()).definition == connection.definition


VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("ab: #-'\"\n1.e", max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab: #", min_size=1, max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=80)
@given(VALUES, VALUES)
@example([None, 2.39555367296437e-218], [2.39555367296437e-218])
@example({":": None}, {":a": None})
@example([], {":": ":1"})
def test_any_value_survives(first: Json, second: Json) -> None:
    """Any JSON value of a field is written and read back, fresh and as a change of another."""
    connection = Connection.new("A")
    field = Field(id="foo", type=FieldType.LOCATION_POINT, value=first)
    connection.add_configuration(field)
    text = connection.to_yaml()
    assert files.loads(text).definition == connection.definition
    loaded = Connection.loads(text)
    loaded.field("foo").change(lambda one: Field(id=one.id, type=one.type, value=second))
    assert files.loads(loaded.to_yaml()).definition == loaded.definition
