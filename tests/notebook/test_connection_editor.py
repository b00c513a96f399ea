"""ConnectionEditor without a browser: from nothing to a file that a bench runs, and what can go wrong on the way."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import workbench as wb
from workbench.connection import catalogue
from workbench.connection.document import Connection
from workbench.connection.fields import Field
from workbench.notebook.connection_editor import ConnectionEditor

SCRIPT = Connection.sample("liked-video-to-sms").script
LAMP = """\
service: My lamp
id: lamp
actions:
  - id: turn_on
    label: Turn the lamp on
    description: This action turns the lamp on.
    fields:
      - {id: room, label: Which room?}
"""


def settled(editor: ConnectionEditor) -> ConnectionEditor:
    """The editor when nothing runs in its background."""
    idle = threading.Event()

    def look(_: object = None) -> None:
        if not editor.busy:
            idle.set()

    editor.observe(look, "busy")
    look()
    assert idle.wait(30)
    editor.unobserve(look, "busy")
    return editor


@pytest.fixture
def do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., ConnectionEditor]:
    """Sends messages to an editor in a folder of its own, and waits for what they begin."""
    monkeypatch.chdir(tmp_path)

    def send(editor: ConnectionEditor, *messages: dict[str, Any]) -> ConnectionEditor:
        for message in messages:
            editor.propose(message)
            settled(editor)
        return editor

    return send


def liked_video(do: Callable[..., ConnectionEditor]) -> ConnectionEditor:
    """The document's example, from an empty editor."""
    editor = do(
        ConnectionEditor(),
        {"do": "add_service", "service": "youtube"},
        {"do": "add_feature", "title": "Text me similar videos"},
    )
    feature = editor.connection.features[0].id
    for kind, step in (
        ("trigger", "youtube.new_liked_video"),
        ("query", "youtube.get_videos_from_search"),
        ("action", "sms.send_me_text"),
    ):
        do(editor, {"do": "add_step", "feature": feature, "kind": kind, "step": step})
    message = editor.connection.step("sms.send_me_text").field("message")
    message.customizable("You liked a video.")
    editor.connection.step("youtube.get_videos_from_search").field("search_query").set_by_you("music")
    return do(editor, {"do": "title", "title": "Liked video"}, {"do": "start_script"}, {"do": "edit", "script": SCRIPT})


def test_who_starts_from_nothing_ends_with_a_file_that_a_bench_runs(do: Callable[..., ConnectionEditor]) -> None:
    """The liked-video connection from an empty editor: saved, loaded, fired, three messages."""
    editor = do(liked_video(do), {"do": "update", "path": "liked.yaml"})
    assert editor.notice == {"kind": "good", "text": "Saved to liked.yaml."}
    assert (editor.editor["is_modified"], editor.editor["path"]) == (False, "liked.yaml")
    assert editor.script_report == {"is_checking": False, "problems": []}
    loaded = Connection.load("liked.yaml")
    assert loaded.definition == editor.connection.definition
    with wb.Bench(loaded) as bench:
        bench.enable("user-17")
        run = bench.fire("youtube.new_liked_video", title="Hello")
        assert run.ok
        assert len(run.actions) == 3


def test_the_endpoints_you_now_have_are_shown_with_bodies(do: Callable[..., ConnectionEditor]) -> None:
    """Each step's request is there, as `connection.endpoints()` has it, with its body as JSON."""
    editor = liked_video(do)
    shown = [(one["method"], one["url"], one["body"] and json.loads(one["body"])) for one in editor.editor["endpoints"]]
    assert shown == [(one.method, one.url, one.body) for one in editor.connection.endpoints()]
    assert shown[-1][2]["fields"] == {"message": "You liked a video."}


def test_who_has_not_begun_is_invited_and_not_blamed(do: Callable[..., ConnectionEditor]) -> None:
    """What every new connection lacks is an error once something was done, or Update was pressed."""
    for connection in (Connection.new("Untitled connection"), Connection.new("Named")):
        editor = ConnectionEditor(connection)
        assert editor.table["invitation"].startswith("Select a service, add a feature, and choose a trigger")
        assert (editor.table["problems"], editor.table["counts"]["errors"]) == ([], 0)
        assert "Select a service" in editor.mirror()
        assert "Error" not in editor.mirror()
        assert len(connection.problems().errors) == 2
        do(editor, {"do": "update"})
        assert editor.table["invitation"] == ""
        assert [one["cure"] for one in editor.table["problems"]] == [
            "Search for one and select it.",
            "Add one: it says what your users switch on.",
        ]
    editor = do(ConnectionEditor(), {"do": "add_service", "service": "sms"})
    assert [one["message"] for one in editor.table["problems"]][:1] == ["The connection has no feature."]


def test_update_writes_nothing_while_something_is_wrong(do: Callable[..., ConnectionEditor]) -> None:
    """A missing title, a missing value and a broken script each keep the file from being written, and say so."""
    editor = do(ConnectionEditor(), {"do": "update"})
    assert "no title yet" in editor.notice["text"]
    editor = liked_video(do)
    editor.connection.step("sms.send_me_text").field("message").set_by_you()
    do(editor, {"do": "update"})
    assert editor.notice["kind"] == "bad"
    assert "message: Field `message` is required" in editor.notice["text"]
    editor.connection.undo()
    do(editor, {"do": "edit", "script": "const a = ;"}, {"do": "update"})
    assert editor.script_report["problems"][0]["line"] == 1
    assert editor.notice["text"].startswith("Nothing was written: 1 thing to mend first.")
    assert list(Path().iterdir()) == []
    do(editor, {"do": "undo"}, {"do": "update"})
    assert [path.name for path in Path().iterdir()] == ["liked-video.yaml"]


def test_a_file_that_changed_on_disk_is_not_written_over(do: Callable[..., ConnectionEditor]) -> None:
    """Somebody else's edit is kept until one says to replace it."""
    editor = do(liked_video(do), {"do": "update", "path": "liked"})
    Path("liked.yaml").write_text("connection: Somebody else's\n")
    do(editor, {"do": "describe", "description": "Mine"}, {"do": "update", "path": "liked.yaml"})
    assert editor.conflict == "liked.yaml"
    assert "changed on disk" in editor.notice["text"]
    assert "Somebody" in Path("liked.yaml").read_text()
    do(editor, {"do": "update", "path": "liked.yaml", "overwrite": True})
    assert (editor.conflict, Connection.load("liked.yaml").description) == ("", "Mine")


def test_the_script_is_checked_against_the_connection(do: Callable[..., ConnectionEditor]) -> None:
    """Problems of the script follow edits of the script and of what it names."""
    editor = liked_video(do)
    do(editor, {"do": "edit", "script": 'runAction("sms.send_me_txt");\n'})
    assert [one["line"] for one in editor.script_report["problems"]] == [1]
    assert "Did you mean `sms.send_me_text`?" in editor.script_report["problems"][0]["cure"]
    do(editor, {"do": "edit", "script": "Connection.configuration.foo;\n"})
    assert "foo" in editor.script_report["problems"][0]["message"]
    editor.connection.add_configuration(Field(id="foo", value="bar"))
    assert settled(editor).script_report["problems"] == []
    do(editor, {"do": "edit", "script": "fetch;"})
    assert [one["severity"] for one in editor.script_report["problems"]] == ["warning"]
    do(editor, {"do": "remove_script"})
    assert (editor.connection.script, editor.script_report["problems"]) == (None, [])


def test_the_script_is_edited_as_in_the_script_editor(do: Callable[..., ConnectionEditor]) -> None:
    """The text follows views, saying which of them wrote it, and Python; what it can name follows the connection."""
    editor = ConnectionEditor()
    assert (editor.text, editor.words) == ({"script": "", "by": ""}, {})
    do(editor, {"do": "start_script"}, {"do": "edit", "script": "one;\ntwo;", "by": "a view"})
    assert editor.text == {"script": "one;\ntwo;", "by": "a view"}
    editor.connection.script = "one;\r\ntwo;\r\nthree;"
    assert editor.text == {"script": "one;\ntwo;\nthree;", "by": ""}
    before = editor.connection.definition
    do(editor, {"do": "edit", "script": "one;\ntwo;\nthree;", "by": "a view"})
    assert editor.connection.definition is before, "what changes nothing is no step of the history"
    do(editor, {"do": "undo"})
    assert editor.text == {"script": "one;\ntwo;", "by": ""}
    assert not editor.words["steps"]
    editor.connection.add_action(editor.connection.add_feature("Light"), "hue.set_color")
    assert [one["name"] for one in settled(editor).words["steps"]] == ["hue.set_color"]


def test_what_is_typed_into_a_script_that_was_removed_is_dropped(do: Callable[..., ConnectionEditor]) -> None:
    """A view that hears of the removal late does not bring the script back; an emptied script is still one."""
    editor = do(ConnectionEditor(), {"do": "start_script"}, {"do": "edit", "script": ""})
    assert (editor.connection.script, editor.editor["has_script"]) == ("", True)
    do(editor, {"do": "remove_script"}, {"do": "edit", "script": "late;", "by": "a view"})
    assert (editor.connection.script, editor.editor["has_script"], editor.text["script"]) == (None, False, "")


def test_a_hundred_edits_of_the_script_end_with_the_last_ones_problems(do: Callable[..., ConnectionEditor]) -> None:
    """One check runs at a time, and the last picture is of the last script."""
    editor = liked_video(do)
    for number in range(100):
        editor.connection.script = f"Connection.configuration.nothing{number};"
    settled(editor)
    assert "nothing99" in editor.script_report["problems"][0]["message"]


def test_features_and_steps_are_named_ordered_and_deleted(do: Callable[..., ConnectionEditor]) -> None:
    """All that the editor offers for features and steps is an edit of the connection."""
    editor = do(liked_video(do), {"do": "add_feature", "title": ""})
    first, second = (one.id for one in editor.connection.features)
    do(
        editor,
        {"do": "rename_feature", "feature": second, "title": "Lights"},
        {"do": "describe_feature", "feature": second, "description": "On and off."},
        {"do": "move_feature", "feature": second, "position": 0},
        {"do": "add_step", "feature": second, "kind": "action", "step": "hue.turn_on_all"},
        {"do": "add_step", "feature": second, "kind": "action", "step": "hue.dim"},
    )
    lights = editor.connection.feature("Lights")
    assert [one.id for one in editor.connection.features] == [second, first]
    steps = [one.definition.id for one in lights.steps]
    do(
        editor,
        {"do": "move_step", "feature": second, "step": steps[1], "position": 0},
        {"do": "rename_step", "feature": second, "step": steps[1], "label": "Soften"},
        {"do": "remove_step", "feature": second, "step": steps[0]},
    )
    assert [(one.definition.step, one.definition.label) for one in lights.steps] == [("hue.dim", "Soften")]
    do(editor, {"do": "rename_step", "feature": second, "step": steps[1], "label": ""})
    assert lights.steps[0].definition.label == "Dim lights"
    do(editor, {"do": "remove_feature", "feature": second}, {"do": "remove_service", "service": "hue"})
    assert [one.id for one in editor.connection.definition.services] == ["youtube", "sms"]
    do(editor, {"do": "remove_service", "service": "sms"})
    assert "Remove those steps first" in editor.notice["text"]


def test_the_catalogue_shows_what_steps_need_and_carry() -> None:
    """Six services or more, each step with its fields and ingredients."""
    services = {one["id"]: one for one in ConnectionEditor().catalogue}
    assert services.keys() >= {"youtube", "sms", "hue", "google_calendar", "location", "date_and_time"}
    liked = next(one for one in services["youtube"]["steps"] if one["step"] == "youtube.new_liked_video")
    assert [one["id"] for one in liked["ingredients"]][:1] == ["title"]
    color = next(one for one in services["hue"]["steps"] if one["step"] == "hue.set_color")
    assert color["fields"][0] == {"label": "Which lights?", "type": "dropdown"}


@pytest.mark.parametrize("way", ["argument", "folder", "in the widget"])
def test_a_service_of_your_own_can_be_chosen(way: str, do: Callable[..., ConnectionEditor], tmp_path: Path) -> None:
    """A YAML file of yours is offered, its steps can be added, and the saved file needs nothing else."""
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "lamp.yaml").write_text(LAMP)
    if way == "argument":
        editor = ConnectionEditor(services=[catalogue.loads(LAMP)])
    elif way == "folder":
        editor = ConnectionEditor(services="services")
    else:
        editor = do(ConnectionEditor(), {"do": "offer_service", "path": "services/lamp.yaml"})
        assert editor.notice == {"kind": "good", "text": "You can now select My lamp."}
        do(editor, {"do": "offer_service", "path": "services/lamp.yaml"})
    assert [one["id"] for one in editor.catalogue if one["is_own"]] == ["lamp"]
    do(editor, {"do": "add_feature", "title": "Light"}, {"do": "title", "title": "Lamp"})
    feature = editor.connection.features[0].id
    do(editor, {"do": "add_step", "feature": feature, "kind": "action", "step": "lamp.turn_on"}, {"do": "update"})
    (tmp_path / "services" / "lamp.yaml").unlink()
    with wb.Bench(Connection.load("lamp.yaml")) as bench:
        bench.enable("user-17", values={"lamp.turn_on": {"room": "Study"}})


def test_a_service_file_that_is_not_there_is_said_so(do: Callable[..., ConnectionEditor]) -> None:
    """A wrong path is a notice with the path in it."""
    editor = do(ConnectionEditor(), {"do": "offer_service", "path": "nowhere.yaml"})
    assert "nowhere.yaml" in editor.notice["text"]
    do(editor, {"do": "offer_service", "path": " "})
    assert "Say which file" in editor.notice["text"]


def test_the_id_follows_the_title_until_there_is_a_file(do: Callable[..., ConnectionEditor]) -> None:
    """Two connections authored from nothing have two ids; a saved one keeps its id under a new title."""
    editor, other = ConnectionEditor(), ConnectionEditor()
    do(editor, {"do": "title", "title": "One"})
    do(other, {"do": "title", "title": "Two"})
    assert editor.connection.id == Connection.new("One").id != other.connection.id
    editor = liked_video(do)
    before = do(editor, {"do": "update"}).connection.id
    assert do(editor, {"do": "title", "title": "Another"}).connection.id == before


def test_the_mirror_and_the_repr_hold_the_whole_connection(do: Callable[..., ConnectionEditor]) -> None:
    """Where no kernel runs, title, services, steps, fields, script and endpoints can still be read."""
    editor = liked_video(do)
    mirror = editor.mirror()
    for text in (
        "Liked video",
        "YouTube, SMS",
        "youtube.new_liked_video",
        "You liked a video.",
        "likedVidTitle",
        "/run",
    ):
        assert text in mirror
    assert "=&gt;" in mirror
    assert repr(editor) == (
        "<ConnectionEditor of 'Liked video': 1 feature, a script of 9 lines, not saved; "
        "2 fields (1 set by you, 1 customizable by the user), no problems>"
    )
    assert repr(ConnectionEditor()) == (
        "<ConnectionEditor of 'Untitled connection': no features, no script, not saved; no fields yet>"
    )


def test_a_hostile_color_is_no_style(do: Callable[..., ConnectionEditor]) -> None:
    """A service file cannot style the page through its brand color."""
    hostile = catalogue.loads('{id: lamp, brand_color: "red;background:url(https://example.com)"}')
    assert next(one["color"] for one in ConnectionEditor(services=[hostile]).catalogue) == "#888888"


def test_it_is_public() -> None:
    """`wb.ConnectionEditor` is it."""
    assert wb.ConnectionEditor is ConnectionEditor


@pytest.mark.parametrize("given", [True, 0, float("nan"), ["x"]], ids=repr)
def test_a_script_that_is_no_text_is_a_notice(given: object) -> None:
    """What is no text is not taken as the script: a notice says so, and the editor still shows the connection."""
    connection = Connection.sample("liked-video-to-sms")
    editor = settled(ConnectionEditor(connection))
    editor.propose({"do": "edit", "script": given})
    assert editor.notice["kind"] == "bad"
    assert "A connection's script is a text" in editor.notice["text"]
    assert connection.script == SCRIPT
    assert "a script of" in repr(editor)
    assert "liked" in editor.mirror()


@pytest.mark.parametrize("given", [None, 5, ["x"]], ids=repr)
@pytest.mark.parametrize(
    ("verb", "member", "what"),
    [
        ("title", "title", "A connection's name"),
        ("describe", "description", "A connection's description"),
        ("add_feature", "title", "A feature's title"),
        ("rename_feature", "title", "A feature's title"),
        ("describe_feature", "description", "A feature's description"),
        ("rename_step", "label", "A step's label"),
        ("offer_service", "path", "The path of a service"),
        ("update", "path", "The path of a connection"),
        ("add_field", "id", "The id of a field"),
        ("add_field", "label", "A field's label"),
        ("rename_field", "id", "The id of a field"),
    ],
)
def test_words_that_are_no_text_are_a_notice(verb: str, member: str, what: str, given: object) -> None:
    """A message that has something else where a text belongs is refused in words, and nothing is changed."""
    connection = Connection.sample("liked-video-to-sms")
    before = connection.definition
    feature = connection.features[0]
    others: dict[str, dict[str, Any]] = {
        "rename_feature": {"feature": feature.id},
        "describe_feature": {"feature": feature.id},
        "rename_step": {"feature": feature.id, "step": feature.steps[0].id},
        "add_field": {"feature": None, "id": "note", "label": "Note", "type": "text"},
        "rename_field": {"at": {"feature": None, "step": None, "field": "note"}},
    }
    editor = settled(ConnectionEditor(connection))
    editor.propose({"do": verb, **others.get(verb, {}), member: given})
    assert editor.notice["kind"] == "bad"
    assert editor.notice["text"].startswith(f"{what} is a text, not {given!r}. Give it as a str")
    assert connection.definition is before


@pytest.mark.parametrize("verb", ["value", "try"])
@pytest.mark.parametrize("given", [float("nan"), [float("inf")], {"lat": float("nan")}], ids=repr)
def test_a_value_that_is_no_json_is_a_notice(verb: str, given: object) -> None:
    """A NaN in a message is refused with a notice: the browser could not be sent it."""
    connection = Connection.sample("liked-video-to-sms")
    before, editor = connection.definition, settled(ConnectionEditor(connection))
    (place,) = [(feature, step) for feature, step in before.feature_steps("sms.send_me_text")]
    at = {"feature": place[0].id, "step": place[1].id, "field": "message"}
    editor.propose({"do": verb, "at": at, "value": given})
    assert editor.notice["kind"] == "bad"
    assert "A field's value is JSON" in editor.notice["text"]
    assert connection.definition is before
    json.dumps([editor.table, editor.editor], allow_nan=False)
