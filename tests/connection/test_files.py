"""To and from a YAML file."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.connection import files
from workbench.connection.definition import StepKind
from workbench.connection.document import Connection
from workbench.connection.fields import FieldType, Visibility
from workbench.connection.reading import FIELD_KEYS
from workbench.errors import ConnectionFileError, FileChanged

WHOLE = """\
connection: Lamp and calendar
id: Ab3dE5gH
description: Text.
services:
  - google_calendar
  - service: Demo Lamp
    id: demo_lamp
    brand_color: "#3355aa"
    triggers: [{id: switched, ingredients: [at, {id: history, type: Query, query: demo_lamp.list_lamps}]}]
    queries: [{id: list_lamps, label: Lamps, ingredients: [{id: name, example: Desk}, {id: level, type: Number}]}]
    actions:
      - id: set_color
        label: Set colour
        fields:
          - {id: lamp, type: COLLECTION_SELECT, options: [Desk, {label: Ceiling, value: c, group: Up}]}
          - {id: color, type: TEXT_FIELD, value: red, secret: true}
primary_service: demo_lamp
redirect_uris: [myapp://connected]
configuration:
  - {id: foo, label: Foo, required: false, visibility: Set by you, value: bar}
features:
  - id: k7w2m9p4qa
    title: Light
    description: ""
    icon_url: https://example.com/i.png
    fields: [{id: weekday, type: CHECKBOX_MULTI, options: [Monday, Friday], value: [Monday]}]
    triggers: [demo_lamp.switched]
    queries: [{step: demo_lamp.list_lamps, id: q4r6b2v9he, label: My lamps}]
    actions:
      - step: demo_lamp.set_color
        fields:
          lamp: {visibility: Set by you, value: Desk}
          color: {value: null, description: Any}
script: |
  runAction("demo_lamp.set_color");
"""


def test_every_part_of_the_format_is_read() -> None:
    """Each key of the documented format arrives in the definition."""
    made = files.loads(WHOLE).definition
    assert (made.id, made.name, made.description, made.primary_service) == (
        "Ab3dE5gH",
        "Lamp and calendar",
        "Text.",
        "demo_lamp",
    )
    assert made.redirect_uris == ("myapp://connected",)
    assert (made.configuration[0].value, made.configuration[0].visibility) == ("bar", Visibility.SET_BY_YOU)
    assert made.script == 'runAction("demo_lamp.set_color");\n'
    lamp = made.service("demo_lamp")
    assert lamp is not None
    assert (lamp.name, lamp.brand_color, lamp.url) == ("Demo Lamp", "#3355aa", "https://ifttt.com/demo_lamp")
    assert lamp.triggers[0].ingredients[1].query == "demo_lamp.list_lamps"
    feature = made.features[0]
    assert (feature.title, feature.description, feature.fields[0].value) == ("Light", "", ["Monday"])
    assert [step.kind for step in feature.steps] == [StepKind.TRIGGER, StepKind.QUERY, StepKind.ACTION]
    assert (feature.steps[1].id, feature.steps[1].label) == ("q4r6b2v9he", "My lamps")
    color = feature.steps[2].field("color")
    assert color is not None
    assert (color.value, color.secret, color.type, color.description) == (None, True, FieldType.TEXT_FIELD, "Any")


def test_writing_what_was_read_gives_the_same_definition() -> None:
    """A definition written afresh, without the loaded text, reads back as itself."""
    made = files.loads(WHOLE).definition
    text = Connection.from_definition(made).to_yaml()
    assert files.loads(text).definition == made


def test_ids_that_are_absent_are_made_and_stay() -> None:
    """A feature and a step without an id get ten lower-case letters and digits, the same at every load."""
    text = "connection: A\nservices: [sms]\nfeatures: [{title: T, actions: [sms.send_me_text]}, {title: T}]\n"
    first, second = files.loads(text).definition, files.loads(text).definition
    assert first == second
    names = [first.features[0].id, first.features[1].id, first.features[0].steps[0].id]
    assert len(set(names)) == 3
    assert all(len(name) == 10 and name.isalnum() and name == name.lower() for name in names)
    assert len(first.id) == 8


HEAD = "connection: A\nservices: [hue, sms]\n"
STEP = HEAD + "features:\n  - title: T\n    actions:\n      - step: hue.set_color\n        fields:\n"
BAD = {
    "a list at the top": ("- a\n", "1:1: A connection takes a mapping"),
    "no name": ("id: x\n", "1:1: A connection lacks `connection`"),
    "an empty name": ("connection: ' '\n", "1:13: `connection` is the connection's name, and empty"),
    "a number as the name": (
        "connection: 2021\n",
        '1:13: `connection` takes text, not a number. Put it in quotes: "2021".',
    ),
    "an unknown key": (HEAD + "featurs: []\n", "3:1: Unknown key `featurs` in a connection. Did you mean `features`?"),
    "an unknown key in a feature": (
        HEAD + "features:\n  - titel: x\n",
        "4:5: Unknown key `titel` in a feature. Did you mean `title`?",
    ),
    "features that are no list": (HEAD + "features: {a: 1}\n", "3:11: `features` takes a list"),
    "an unknown service": (
        "connection: A\nservices: [yotube]\n",
        "2:12: Unknown service `yotube` in the catalogue (one of your own is written out here",
    ),
    "a service twice": ("connection: A\nservices: [sms, sms]\n", "2:17: Service `sms` stands twice; first in line 2."),
    "a service without an id": ("connection: A\nservices: [{service: X}]\n", "2:12: A service lacks `id`."),
    "an unknown primary service": (
        HEAD + "primary_service: hua\n",
        "3:18: Unknown service `hua` among `services`. Did you mean `hue`?",
    ),
    "an unknown step": (
        HEAD + "features: [{actions: [hue.set_colour]}]\n",
        "3:23: Unknown action `hue.set_colour`. Did you mean `hue.set_color`?",
    ),
    "a step under the wrong kind": (
        HEAD + "features: [{queries: [hue.set_color]}]\n",
        "3:23: `hue.set_color` is an action, so it belongs under `actions`.",
    ),
    "a step of a service not selected": (
        HEAD + "features: [{triggers: [youtube.new_liked_video]}]\n",
        "3:24: `youtube.new_liked_video` needs the service `youtube`: add it to `services`.",
    ),
    "an unknown field": (
        STEP + "          colour: {value: x}\n",
        "8:11: Unknown field `colour` for hue.set_color. Did you mean `color`?",
    ),
    "an unknown key in a field": (
        STEP + "          color: {vlaue: x}\n",
        "8:19: Unknown key `vlaue` in field `color`. Did you mean `value`?",
    ),
    "a field that is no mapping": (STEP + "          color: blue\n", "8:18: Field `color` takes a mapping"),
    "an unknown visibility": (
        STEP + "          color: {visibility: set by me}\n",
        "8:31: Unknown visibility `set by me`. Did you mean `Set by you`?",
    ),
    "an unknown type": (STEP + "          color: {type: TEXT}\n", "8:25: Unknown field type `TEXT`."),
    "a flag that is text": (
        STEP + "          color: {required: maybe}\n",
        "8:29: `required` takes `true` or `false`, not text.",
    ),
    "a feature id of another form": (
        HEAD + "features: [{id: Light}]\n",
        "3:17: The id of a feature is ten lower-case letters and digits",
    ),
    "a feature id twice": (
        HEAD + "features:\n  - id: abcdefghij\n  - id: abcdefghij\n",
        "5:5: Feature `abcdefghij` stands twice; first in line 4.",
    ),
    "a step id twice": (
        HEAD + "features:\n  - actions: [{step: hue.dim, id: a}, {step: hue.dim, id: a}]\n",
        "4:39: The step id `a` stands twice in this feature.",
    ),
    "a configuration field twice": (
        HEAD + "configuration: [{id: a}, {id: a}]\n",
        "3:26: Configuration field `a` stands twice",
    ),
    "two scripts": (HEAD + "script: a\nscript_file: b.js\n", "4:1: There is `script` and `script_file`; keep one."),
    "a script that is a list": (HEAD + "script: [a]\n", "3:9: `script` takes text, not a list."),
    "a script file of a text": (HEAD + "script_file: b.js\n", "3:14: `script_file` needs a connection file"),
    "a connection id with a slash": (
        "connection: A\nid: a/b\n",
        "2:5: The id of a connection has letters, digits and underscores",
    ),
}


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD)
def test_what_cannot_be_read_is_named_with_place_and_cure(text: str, message: str) -> None:
    """Each fault says line and column, and the nearest valid name where there is one."""
    with pytest.raises(ConnectionFileError) as caught:
        files.loads(text)
    assert message in str(caught.value)


def test_a_five_megabyte_file_loads(tmp_path: Path) -> None:
    """A valid file of 5 MB, features and script, loads in seconds."""
    features = "".join(
        f"  - title: Feature {n}\n    actions:\n      - step: sms.send_me_text\n        fields:\n"
        f"          message: {{visibility: Set by you, value: 'Message {n} {'x' * 300}'}}\n"
        for n in range(6000)
    )
    script = "".join(f"  const x{n} = {n};\n" for n in range(130_000))
    path = tmp_path / "big.yaml"
    path.write_text(f"connection: Big\nservices: [sms]\nfeatures:\n{features}script: |\n{script}", encoding="utf-8")
    assert path.stat().st_size > 5_000_000
    began = time.process_time()
    loaded = files.load(path)
    assert time.process_time() - began < 30
    assert len(loaded.definition.features) == 6000
    assert loaded.definition.script is not None
    assert loaded.definition.script.endswith("const x129999 = 129999;\n")


def test_a_script_may_stand_in_its_own_file(tmp_path: Path) -> None:
    """A script beside the connection file is read from there, and saved there again."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "a.js").write_text("one();\n", encoding="utf-8")
    path = tmp_path / "c.yaml"
    path.write_text("connection: A # name\nscript_file: scripts/a.js\n", encoding="utf-8")
    connection = Connection.load(path)
    assert connection.script == "one();\n"
    connection.script = "two();\n"
    connection.save()
    assert (tmp_path / "scripts" / "a.js").read_text(encoding="utf-8") == "two();\n"
    assert path.read_text(encoding="utf-8") == "connection: A # name\nscript_file: scripts/a.js\n"
    assert Connection.load(path).script == "two();\n"


@pytest.mark.parametrize("name", ["../x.js", "/etc/passwd", "C:\\x.js", "''", "a/../../x.js", "link.js"])
def test_a_script_file_stays_in_its_folder(tmp_path: Path, name: str) -> None:
    """A connection file cannot make us read what lies outside its folder, not even through a link."""
    (tmp_path / "x.js").write_text("secret", encoding="utf-8")
    home = tmp_path / "home"
    home.mkdir()
    (home / "link.js").symlink_to(tmp_path / "x.js")
    (home / "c.yaml").write_text(f"connection: A\nscript_file: {name}\n", encoding="utf-8")
    with pytest.raises(ConnectionFileError, match=r"c\.yaml:2:14: `script_file` names a file beside this one"):
        files.load(home / "c.yaml")


def test_a_missing_script_is_named_where_it_is_asked_for(tmp_path: Path) -> None:
    """A script file that is not there is an error at the line that names it."""
    (tmp_path / "c.yaml").write_text("connection: A\nscript_file: a.js\n", encoding="utf-8")
    with pytest.raises(
        ConnectionFileError, match=r"c\.yaml:2:14: The script `a\.js` cannot be read: There is no such file"
    ):
        files.load(tmp_path / "c.yaml")


def test_saving_refuses_when_the_file_changed(tmp_path: Path) -> None:
    """Somebody else's change is never overwritten, and nothing is written; ``overwrite`` insists."""
    path = tmp_path / "c.yaml"
    path.write_text("connection: A\n", encoding="utf-8")
    connection = Connection.load(path)
    connection.name = "B"
    path.write_text("connection: C\n", encoding="utf-8")
    with pytest.raises(FileChanged, match="changed on disk"):
        connection.save()
    assert path.read_text(encoding="utf-8") == "connection: C\n"
    connection.save(overwrite=True)
    assert Connection.load(path).name == "B"


def test_saving_refuses_when_the_script_changed(tmp_path: Path) -> None:
    """The script's own file is guarded like the connection's, and neither is written."""
    (tmp_path / "a.js").write_text("one();", encoding="utf-8")
    path = tmp_path / "c.yaml"
    path.write_text("connection: A\nscript_file: a.js\n", encoding="utf-8")
    connection = Connection.load(path)
    connection.script = "two();"
    connection.description = "x"
    (tmp_path / "a.js").write_text("three();", encoding="utf-8")
    with pytest.raises(FileChanged, match=r"a\.js"):
        connection.save()
    assert path.read_text(encoding="utf-8") == "connection: A\nscript_file: a.js\n"


def test_saving_never_replaces_another_file_unasked(tmp_path: Path) -> None:
    """A new name that is taken is refused, with the way to insist."""
    path = tmp_path / "c.yaml"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(FileChanged, match="overwrite=True"):
        Connection.sample("hue-blue").save(path)
    assert path.read_text(encoding="utf-8") == "mine"


def test_saving_leaves_nothing_beside_the_file(tmp_path: Path) -> None:
    """Writing is whole or not at all: no part stays behind, also when it fails; the file's mode stays."""
    path = tmp_path / "c.yaml"
    Connection.sample("hue-blue").save(path)
    path.chmod(0o640)
    connection = Connection.load(path)
    connection.name = "B"
    connection.save()
    assert path.stat().st_mode & 0o777 == 0o640
    assert [one.name for one in tmp_path.iterdir()] == ["c.yaml"]
    with pytest.raises(ConnectionFileError, match="cannot be written"):
        connection.save(tmp_path / "none" / "c.yaml")
    assert connection.path == path


def test_a_link_is_written_through(tmp_path: Path) -> None:
    """Saving through a link changes the file it names and keeps the link."""
    real, link = tmp_path / "real.yaml", tmp_path / "link.yaml"
    real.write_text("connection: A\n", encoding="utf-8")
    link.symlink_to(real)
    connection = Connection.load(link)
    connection.name = "B"
    connection.save()
    assert link.is_symlink()
    assert os.readlink(link) == str(real)  # noqa: PTH115 - the text of the link
    assert "connection: B" in real.read_text(encoding="utf-8")


@pytest.mark.parametrize("start", ["", "\ufeff"], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
def test_line_ends_and_marks_stay(tmp_path: Path, start: str, end: str) -> None:
    """A file keeps its line ends and its byte order mark through an edit."""
    path = tmp_path / "c.yaml"
    text = f"{start}# note{end}connection: A{end}script: |{end}  one();{end}  two();{end}"
    path.write_bytes(text.encode())
    connection = Connection.load(path)
    assert connection.script == "one();\ntwo();\n"
    connection.name = "B"
    connection.save()
    assert path.read_bytes().decode() == text.replace("connection: A", f"connection: B{end}id: {connection.id}")


KEYS = st.sampled_from(
    [*files.KEYS, *files.FEATURE_KEYS, *files.STEP_KEYS, *FIELD_KEYS, "service", "color", "lights", "x"]
)
WORDS = st.sampled_from(
    ["hue", "sms", "hue.set_color", "sms.send_me_text", "abcdefghij", "Set by you", "TEXT_FIELD", "blue", "", "a\nb"]
)
TREES = st.recursive(
    WORDS | st.none() | st.booleans() | st.integers(-5, 5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=10,
)
STEPS = st.lists(
    WORDS | st.fixed_dictionaries({"step": WORDS}, optional={"id": WORDS, "label": WORDS, "fields": TREES}), max_size=2
)
FEATURES = st.lists(
    st.fixed_dictionaries(
        {}, optional={"id": WORDS, "title": WORDS, "actions": STEPS, "queries": STEPS, "fields": TREES}
    ),
    max_size=2,
)
CONNECTIONS = st.fixed_dictionaries(
    {"connection": WORDS, "services": st.just(["hue", "sms"])},
    optional={"features": FEATURES, "configuration": TREES, "script": WORDS, "id": WORDS, "description": TREES},
)


@settings(max_examples=300)
@given(CONNECTIONS | TREES)
def test_any_tree_is_a_connection_or_a_clear_error(tree: object) -> None:
    """Whatever a file says, it is read (and its problems listed, and written back) or refused with its place."""
    try:
        connection = Connection.loads(json.dumps(tree, ensure_ascii=False))
    except ConnectionFileError as caught:
        error = caught
    else:
        error = None
    if error is not None:
        assert error.line is not None
        assert error.column is not None
        return
    assert connection.problems() is not None
    assert files.loads(Connection.from_definition(connection.definition).to_yaml()).definition == connection.definition
    assert repr(connection)
    assert connection._repr_html_()
    assert connection.endpoints() is not None


def test_a_text_that_no_file_can_hold_is_refused(tmp_path: Path) -> None:
    """Half a surrogate pair in a script of its own is refused before anything is written."""
    (tmp_path / "a.js").write_text("one();", encoding="utf-8")
    (tmp_path / "c.yaml").write_text("connection: A\nscript_file: a.js\n", encoding="utf-8")
    connection = Connection.load(tmp_path / "c.yaml")
    connection.script = "'\ud800'"
    with pytest.raises(ConnectionFileError, match="Character 2 is half of a surrogate pair"):
        connection.save()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.js", "c.yaml"]
    assert (tmp_path / "a.js").read_text(encoding="utf-8") == "one();"
