"""The script editor without a browser: traits and messages, threads, what it follows, what it leaves behind."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Iterator

import pytest

from workbench.bench import Bench
from workbench.connection.document import Connection
from workbench.errors import UsageError
from workbench.notebook.script_editor import ScriptEditor

BROKEN = "const a = 1;\nTrigger.ingredients.titel;\n"


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench(Connection.sample("liked-video-to-sms"))
    made.enable("user-17", timezone="Europe/Paris")
    yield made
    made.close()


@pytest.fixture
def editor(bench: Bench) -> Iterator[ScriptEditor]:
    made = ScriptEditor(bench)
    assert made.wait(30)
    yield made
    made.close()


def until(what: object, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not what() and time.monotonic() < end:  # type: ignore[operator]
        time.sleep(0.01)
    assert what()  # type: ignore[operator]


def test_what_is_typed_is_an_edit_of_the_connection(editor: ScriptEditor) -> None:
    """The message of a view sets the script, names the view, and is undone by the connection."""
    before = editor.connection.script
    editor.propose({"do": "edit", "script": "one;", "by": "view 1"})
    assert editor.connection.script == "one;"
    assert editor.text == {"script": "one;", "by": "view 1"}
    editor.connection.undo()
    assert editor.text == {"script": before, "by": ""}


def test_an_emptied_editor_is_no_script(editor: ScriptEditor) -> None:
    """Without any text the connection has no script, and a run says so."""
    editor.propose({"do": "edit", "script": "", "by": "v"})
    assert editor.connection.script is None
    assert editor.fire().end == "no script"
    assert "no script" in repr(editor)


def test_a_script_with_other_line_ends_is_left_alone_until_it_is_edited(bench: Bench) -> None:
    """Windows line ends are shown as line ends, and not rewritten by looking."""
    bench.connection.script = "one;\r\ntwo;"
    editor = ScriptEditor(bench)
    assert editor.text["script"] == "one;\ntwo;"
    editor.propose({"do": "edit", "script": "one;\ntwo;", "by": "v"})
    assert bench.connection.script == "one;\r\ntwo;"
    editor.close()


def test_problems_follow_the_script(editor: ScriptEditor) -> None:
    """They are looked for in the background after each edit, in the editor's own lines."""
    editor.connection.script = BROKEN
    assert editor.wait(30)
    assert [(one["severity"], one["line"], one["column"]) for one in editor.problems] == [("error", 2, 1)]
    editor.connection.script = "const a = 1;"
    assert editor.wait(30)
    assert (editor.problems, editor.check) == ([], "checked")


def test_problems_of_the_connection_are_shown_too(editor: ScriptEditor) -> None:
    """What is wrong beside the script is listed without a line of it."""
    editor.connection.add_service("hue")
    assert editor.wait(30)
    assert [(one["code"], one["line"]) for one in editor.problems] == [("unused service", None)]


def test_an_edit_returns_at_once(editor: ScriptEditor) -> None:
    """An edit does not wait for the check of it."""
    began = time.monotonic()
    for number in range(20):
        editor.connection.script = f"const a = {number};"
    assert time.monotonic() - began < 2
    assert editor.wait(30)


def test_words_follow_the_connection_and_the_users(editor: ScriptEditor, bench: Bench) -> None:
    """A new setting and a new step can be completed at once."""
    from workbench.connection.fields import Field

    bench.connection.add_configuration(Field(id="greeting"))
    bench.connection.add_action("Text me similar videos", "hue.dim")
    assert [one["name"] for one in editor.words["types"]["Configuration"]] == ["greeting"]
    assert "hue.dim" in [one["name"] for one in editor.words["steps"]]


def test_fire_shows_the_run_in_short(editor: ScriptEditor) -> None:
    """The chosen event runs; its calls, end and counted lines are plain data."""
    run = editor.fire()
    assert run.ok
    assert editor.run is run
    assert [one["status"] for one in editor.result["calls"]] == ["200", "204", "204", "204"]
    assert {one["line"]: one["count"] for one in editor.result["ran"]} == {1: 1, 3: 1, 5: 1, 6: 1, 7: 3}


def test_run_happens_in_the_background_from_any_thread(editor: ScriptEditor) -> None:
    """The message returns at once; the widget is busy until the run is shown."""
    thread = threading.Thread(target=lambda: editor.propose({"do": "run"}))
    thread.start()
    thread.join(10)
    until(lambda: not editor.busy and editor.result)
    assert editor.result["ok"]


def test_the_events_are_samples_and_the_last_one(editor: ScriptEditor, bench: Bench) -> None:
    """Each trigger has its sample; what ran last can be fired again."""
    assert [one["value"] for one in editor.events] == ["sample:youtube.new_liked_video"]
    bench.fire("youtube.new_liked_video", title="Learn to juggle")
    assert editor.events[0]["label"] == "The last one: youtube.new_liked_video (Learn to juggle)"
    editor.propose({"do": "choose", "event": "last"})
    assert editor.fire().ingredients["title"] == "Learn to juggle"
    editor.propose({"do": "choose", "event": "sample:nothing"})
    assert editor.notice["kind"] == "bad"


def test_saved_events_can_be_chosen(editor: ScriptEditor, bench: Bench) -> None:
    """What is saved under a name is offered at once, and fired with its ingredients."""
    bench.events.save("two cats", "youtube.new_liked_video", {"title": "Two cats"})
    editor.propose({"do": "choose", "event": "saved:two cats"})
    assert editor.fire().ingredients["title"] == "Two cats"
    bench.events.remove("two cats")
    assert editor.event == "last"


def test_a_new_user_can_receive_at_once(bench: Bench, editor: ScriptEditor) -> None:
    """Who enables the connection while the editor is open is offered."""
    bench.enable("user-18")
    assert [one["label"] for one in editor.receivers] == [
        "user-17 · Text me similar videos",
        "user-18 · Text me similar videos",
    ]


def test_a_connection_alone_cannot_be_fired() -> None:
    """Without a bench, fire says what is needed."""
    editor = ScriptEditor(Connection.sample("hue-blue"))
    assert not editor.can_run
    with pytest.raises(UsageError, match="Give the editor a bench"):
        editor.fire()
    editor.close()


def test_something_else_is_refused() -> None:
    """What is neither a bench nor a connection is named."""
    with pytest.raises(UsageError, match="not str"):
        ScriptEditor("my.yaml")  # type: ignore[arg-type]


def test_repr_and_mirror_tell_the_same_each_time(editor: ScriptEditor) -> None:
    """The repr is stable; the mirror has the script, its problems and the run, escaped."""
    editor.connection.script = "// <script>hurt()</script>\nnothing;\n"
    assert repr(editor) == "<ScriptEditor of 'Liked video to SMS': 2 lines>"
    assert editor.wait(30)
    editor.fire()
    mirror = editor.mirror()
    assert "1 | // &lt;script&gt;hurt()&lt;/script&gt;" in mirror
    assert "`nothing` is declared nowhere." in mirror
    assert "ReferenceError: nothing is not defined" in mirror
    assert "<script>" not in mirror


def test_a_huge_script_is_mirrored_in_part(editor: ScriptEditor) -> None:
    """A megabyte of script does not make a megabyte of saved notebook."""
    editor.connection.script = f'const long = "{"x" * 1_000_000}";'
    assert len(editor.mirror()) < 300_000


def test_closed_it_follows_no_more(bench: Bench) -> None:
    """A closed editor hears of nothing, and nothing is left at work."""
    editor = ScriptEditor(bench)
    editor.close()
    text = editor.text
    bench.connection.script = "after;"
    assert editor.text == text
    editor.close()


def test_a_closed_editor_is_forgotten(bench: Bench) -> None:
    """What it watched does not keep it."""
    editor = ScriptEditor(bench)
    editor.wait(30)
    editor.close()
    reference = weakref.ref(editor)
    del editor
    until(lambda: gc.collect() >= 0 and reference() is None)


@pytest.mark.parametrize("given", [True, 0, float("nan"), ["x"]], ids=repr)
def test_what_is_no_text_is_not_taken_as_the_script(bench: Bench, given: object) -> None:
    """A message whose script is no text becomes a notice; the script stays, and the editor still shows it."""
    before, editor = bench.connection.script, ScriptEditor(bench)
    editor.propose({"do": "edit", "script": given, "by": float("nan")})
    assert editor.notice["kind"] == "bad"
    assert "A connection's script is a text" in editor.notice["text"]
    assert bench.connection.script == before
    assert "lines" in repr(editor)
    assert "performQuery" in editor.mirror()
    editor.close()
