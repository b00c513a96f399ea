"""A run shows itself: how it ended, the calls, the console, and where it failed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

import workbench as wb

Make = Callable[..., wb.Bench]
LIKED = "youtube.new_liked_video"


@pytest.fixture
def fire(make_bench: Make) -> Callable[..., wb.Run]:
    """Fires the liked-video event with a script of the test's own, under a short limit."""
    bench = make_bench(limits=wb.Limits(time_ms=2_000))
    bench.enable("user-17")
    return lambda script, **given: bench.fire(LIKED, script=script, **given)


def test_repr_tells_end_time_calls_and_overrides(make_bench: Make) -> None:
    """The text of a run has its end, the time against 10 s, and each call with status and overrides."""
    bench = make_bench()
    bench.enable("user-17")
    text = repr(bench.fire(LIKED, title="Hello"))
    assert text.startswith("Run of youtube.new_liked_video for user-17: ok, ")
    assert " of 10 s" in text
    assert text.count("sms.send_me_text") == 3
    assert "message" in text


def test_the_place_of_an_endless_loop_is_told_once(fire: Callable[..., wb.Run]) -> None:
    """The words of a run out of time name the place; it is not said again."""
    assert repr(fire("\nwhile (true) {}")).count("line 2, column") == 1


def test_a_run_that_ended_well_though_a_call_failed_is_a_warning(fire: Callable[..., wb.Run]) -> None:
    """Green is for a run of which nothing failed."""
    assert '<p class="workbench-good"><strong>Run of' in fire('runAction("sms.send_me_text")')._repr_html_()
    assert '<p class="workbench-warn"><strong>Run of' in fire('runAction("hue.no_such")')._repr_html_()


def test_html_repr_escapes_what_came_from_outside(make_bench: Make) -> None:
    """Event values and console text with markup are shown as text."""
    bench = make_bench()
    bench.enable("user-17")
    html = bench.fire(LIKED, title="<script>alert(1)</script>")._repr_html_()
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


def test_an_error_shows_line_column_and_caret(fire: Callable[..., wb.Run]) -> None:
    """An uncaught throw names the place in the user's own source, with the line and a caret."""
    run = fire("const a = 1;\nnull.x;\n")
    assert run.end is wb.End.ERROR
    assert run.fault is not None
    assert run.fault.line == 2
    assert "null.x;" in run.fault.excerpt
    assert "^" in run.fault.excerpt
    assert "line 2" in repr(run)


def test_the_documents_stray_brace_is_refused_with_its_place(fire: Callable[..., wb.Run]) -> None:
    """The document's `user_feature_id` snippet is a syntax error as printed: refused, with the place Node 12 names.

    Node 12 puts its caret under the last brace that still belongs to the call, right before the stray one.
    """
    script = 'runAction("sms.send_me_text", { user_feature_id: Connection.userFeatureId } });'
    run = fire(script)
    assert run.end is wb.End.REFUSED
    assert run.fault is not None
    assert (run.fault.line, run.fault.column) == (1, script.index("} }") + 1)
    assert len(run.calls) == 0


def test_a_call_that_failed_is_told_though_the_script_ignored_it(fire: Callable[..., wb.Run]) -> None:
    """A run that ends `ok` still says which call failed, with the status and the cure the answer gave."""
    run = fire('runAction("sms.send_me_text", { fields: { mesage: "hi" } });')
    assert run.end is wb.End.OK
    for text in (repr(run), run._repr_html_()):
        assert "call 1 failed: 422 · /fields/mesage: Unknown field `mesage`" in text
        assert "Did you mean `message`?" in text


@pytest.mark.parametrize(
    "snippet",
    [
        'runAction("sms.send_me_text").then((response) => { /* handle action response here */ });',
        'performQuery("youtube.get_videos_from_search").then((response) => { /* handle query response here */ });',
        'performQuery("youtube.get_videos_from_search", { limit: 3 });',
        'runAction("sms.send_me_text", { fields: { message: "overriden" } });',
        "Connection.configuration.foo;",
        "Connection.currentFeatureName;",
        'runAction("sms.send_me_text", { user_feature_id: Connection.userFeatureId });',
        "const likedVidTitle = Trigger.ingredients.title;",
    ],
)
def test_the_documents_snippets_run(fire: Callable[..., wb.Run], snippet: str) -> None:
    """Each snippet of the document's JavaScript API and Examples ends ok, every call answered."""
    run = fire(snippet)
    assert run.end is wb.End.OK
    assert all(call.ok for call in run.calls)


def test_limit_gives_exactly_so_many(fire: Callable[..., wb.Run]) -> None:
    """`limit: 3` returns three items."""
    run = fire('performQuery("youtube.get_videos_from_search", { limit: 3 });')
    assert len(run.queries[0].response["data"]) == 3


def test_console_is_shown_and_the_last_lines_win(fire: Callable[..., wb.Run]) -> None:
    """The repr shows the last console lines and says how many it left out."""
    run = fire("for (let i = 0; i < 9; i++) console.log('line', i)")
    assert "console.log: line 8" in repr(run)
    assert "4 earlier lines" in repr(run)
    assert "line 3" not in repr(run)


def test_effects_before_the_end_stay_on_record(fire: Callable[..., wb.Run]) -> None:
    """A script that calls and then loops is timed out, and the call stands."""
    run = fire('runAction("sms.send_me_text"); while (true) {}')
    assert run.end is wb.End.TIMED_OUT
    assert len(run.actions) == 1
    assert not run.ok


def test_to_json_is_for_programs(fire: Callable[..., wb.Run]) -> None:
    """The run's JSON holds end, calls with fields, console and error."""
    data = json.loads(fire('console.log("hi"); runAction("sms.send_me_text", {fields: {message: "m"}})').to_json())
    assert data["end"] == "ok"
    assert data["calls"][0]["fields"] == {"message": "m"}
    assert data["console"] == [{"level": "log", "text": "hi"}]
    assert data["error"] is None


def test_calls_is_a_table_and_a_frame(make_bench: Make) -> None:
    """`run.calls` has len, indexing, iteration, a table as repr, and `.frame()`."""
    bench = make_bench()
    bench.enable("user-17")
    calls = bench.fire(LIKED).calls
    assert len(calls) == 4
    assert calls[-1].kind == "action"
    assert len(calls[1:]) == 3
    assert list(calls.frame()["step"])[1:] == ["sms.send_me_text"] * 3


def test_runs_are_a_table_and_a_frame(make_bench: Make) -> None:
    """`bench.runs` tells in a line each how the runs of a session went."""
    bench = make_bench()
    assert repr(bench.runs) == "No runs."
    bench.enable("user-17")
    bench.fire(LIKED)
    bench.respond("sms.send_me_text", lambda call: 1 / 0)
    bench.fire(LIKED)
    bench.fire(LIKED, script="boom()")
    runs = bench.runs
    frame = runs.frame()
    assert list(frame["end"]) == ["ok", "ok", "error"]
    assert list(frame["calls"]) == [4, 4, 0]
    assert list(frame["failed"]) == [0, 3, 0]
    assert list(frame["error"]) == ["", "", "ReferenceError: boom is not defined"]
    assert list(frame["id"]) == [run.id for run in runs]
    assert runs[-1] is next(reversed(runs))
    assert "youtube.new_liked_video" in repr(runs[1:])
    bench.fire(LIKED)
    assert len(runs) == 3


def test_secret_fields_are_masked_everywhere(make_bench: Make) -> None:
    """A field marked secret reaches the service and is masked in run, why, JSON and log."""
    source = """
connection: Secret words
services:
  - service: Vault
    id: vault
    triggers: [{id: opened, ingredients: [{id: who}]}]
    actions: [{id: speak, fields: [{id: word, secret: true}]}]
features:
  - title: Speak
    triggers: [vault.opened]
    actions: [{step: vault.speak, fields: {word: {visibility: Set by you, value: canary-default}}}]
script: |
  runAction("vault.speak", { fields: { word: "canary-override" } });
"""
    bench = make_bench(wb.Connection.loads(source))
    heard: list[object] = []
    bench.respond("vault.speak", lambda call: heard.append(call.fields["word"]))
    bench.enable("user-17")
    run = bench.fire("vault.opened")
    assert heard == ["canary-override"]
    shown = [repr(run), run._repr_html_(), run.to_json(), repr(run.calls[0].why("word")), repr(run.calls)]
    shown += [bench.logs.to_json(), bench.logs.frame().to_string(), bench.logs._repr_html_()]
    assert not [text for text in shown if "canary-" in text]


def test_what_a_script_prints_cannot_command_the_terminal(fire: Callable[..., wb.Run]) -> None:
    """Escape sequences in the console and in an error are shown, not carried out."""
    run = fire("console.log('\\x1b]0;mine\\x07\\x1b[2J\\x9b2J'); throw new Error('\\x1b[31mred')")
    assert "mine" in repr(run)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", repr(run))
