"""RunView in Python: what it tells of a run, that it follows a bench, and keeps secrets and itself to itself."""

from __future__ import annotations

import gc
import json
import weakref
from collections.abc import Callable

import pytest
from IPython.core.interactiveshell import InteractiveShell

import workbench as wb
from workbench.connect_api.faults import Slow
from workbench.notebook.run_view import RunView
from workbench.secret import MASK

TRIGGER = "youtube.new_liked_video"
HOSTILE = "</pre><script>window.hurt = 1</script>\u202e😀"


@pytest.fixture
def bench(make_bench: Callable[..., wb.Bench]) -> wb.Bench:
    bench = make_bench()
    bench.enable("user-17", timezone="Europe/Paris")
    return bench


def test_the_story_has_every_chapter(bench: wb.Bench) -> None:
    """Event, values, script with where it called, each call with request, response and why, and the end."""
    story = RunView(bench.fire(TRIGGER, title="Hello")).story
    assert {"name": "title", "value": "Hello"} in story["ingredients"]
    assert [one["set_by"] for one in story["values"]] == ["the value set by you", "the default"]
    assert [line["calls"] for line in story["script"]["lines"] if line["calls"]] == [[1], [2, 3, 4]]
    query = story["calls"][0]
    assert (query["status"], query["line"]) == (200, 3)
    assert json.loads(query["request"])["fields"] == {"search_query": "Hello"}
    assert json.loads(query["response"])["type"] == "list"
    assert query["fields"][0]["losers"] == [{"value": "music", "source": "the value set by you"}]
    assert story["end"] == "ok"
    json.dumps(story)


def test_a_failed_run_says_where(bench: wb.Bench) -> None:
    """The line that stopped the script is marked, with message and excerpt."""
    script = 'console.log("before");\nnope();'
    story = RunView(bench.fire(TRIGGER, script=script)).story
    assert [line["number"] for line in story["script"]["lines"] if line["fault"]] == [2]
    assert "nope is not defined" in story["fault"]["message"]
    assert story["console"][0]["text"] == "before"


def test_a_line_end_at_the_end_begins_no_line(bench: wb.Bench) -> None:
    """The lines end with the last that has text or is meant; an empty one follows only where the fault stands on it."""
    assert len(RunView(bench.fire(TRIGGER, script="a = 1;\n\n")).story["script"]["lines"]) == 2
    assert [line["text"] for line in RunView(bench.fire(TRIGGER, script="")).story["script"]["lines"]] == [""]
    broken = RunView(bench.fire(TRIGGER, script="if (1) {\n")).story["script"]["lines"]
    assert [(line["number"], line["fault"]) for line in broken] == [(1, False), (2, True)]


def test_help_on_coverage_says_how_to_get_it(bench: wb.Bench) -> None:
    """`run.coverage` is None where nobody asked; `run.coverage?` in a notebook, or Shift+Tab, shows how to ask."""
    shell = InteractiveShell()
    shell.user_ns["run"] = bench.fire(TRIGGER)
    assert shell.user_ns["run"].coverage is None
    assert "bench.fire(…, coverage=True)" in shell.object_inspect("run.coverage")["docstring"]


def test_a_run_that_timed_out_shows_the_call_that_was_waiting(bench: wb.Bench) -> None:
    """A call without an answer is told as one, and the time used is the whole budget."""
    bench.emulator.faults.add(Slow(60_000), step="youtube.get_videos_from_search")
    run = bench.fire(TRIGGER)
    story = RunView(run).story
    assert story["end"] == "timed out"
    assert story["calls"][0]["end_ms"] is None
    assert "before an answer came" in story["calls"][0]["meaning"]
    assert story["duration_ms"] >= story["limit_ms"]


def test_a_loop_without_an_end_shows_its_line(make_bench: Callable[..., wb.Bench]) -> None:
    """A script whose time ran out is marked at the line where it was, and what it had called stands."""
    bench = make_bench(limits=wb.Limits(time_ms=3_000))
    bench.enable("user-1")
    script = 'runAction("sms.send_me_text");\nlet n = 0;\nwhile (true) {\n  n += 1;\n}'
    story = RunView(bench.fire(TRIGGER, script=script)).story
    assert story["end"] == "timed out"
    assert next(line["number"] for line in story["script"]["lines"] if line["fault"]) in (3, 4)
    assert [call["step"] for call in story["calls"]] == ["sms.send_me_text"]


def test_an_error_that_the_script_ignored_is_told(bench: wb.Bench) -> None:
    """A call that failed has its complaint and the status's meaning, though the run ended well."""
    story = RunView(bench.fire(TRIGGER, script='runAction("sms.nope")')).story
    assert story["ok"]
    assert story["calls"][0]["complaint"].startswith("404")
    assert "No such id" in story["calls"][0]["meaning"]


def test_secrets_are_masked_everywhere(make_bench: Callable[..., wb.Bench]) -> None:
    """The value of a field marked secret is in no part of story, mirror or repr."""
    connection = wb.Connection.sample("liked-video-to-sms")
    connection.edit(_with_secret_message)
    bench = make_bench(connection)
    bench.enable("user-1", values={"sms.send_me_text": {"message": "hunter2-stored"}})
    script = 'runAction("sms.send_me_text", {fields: {message: "hunter" + "2-sent"}})'
    view = RunView(bench.fire(TRIGGER, script=script))
    assert "hunter2" not in json.dumps(view.story) + view.mirror() + repr(view)
    assert json.loads(view.story["calls"][0]["request"]) == {"fields": {"message": MASK}}


def test_it_follows_a_bench_and_shows_an_earlier_run_on_request(bench: wb.Bench) -> None:
    """Given a bench, the latest run is shown, whoever fired it; an earlier one when chosen."""
    view = RunView(bench)
    assert view.story == {}
    first = bench.fire(TRIGGER, title="one")
    second = bench.fire(TRIGGER, title="two")
    view.refresh()
    assert view.run is second
    view.propose({"do": "choose", "run": first.id})
    bench.fire(TRIGGER, title="three")
    view.refresh()
    assert view.run is first
    view.propose({"do": "choose", "run": ""})
    assert view.story["ingredients"][0]["value"] == "three"
    assert len(view.runs) == 3


def test_the_mirror_reads_without_a_kernel(bench: wb.Bench) -> None:
    """The mirror has event, values, script, calls and end, and what came from outside is escaped."""
    bench.respond("youtube.get_videos_from_search", [{"title": HOSTILE, "url": "u"}])
    mirror = RunView(bench.fire(TRIGGER, title=HOSTILE)).mirror()
    assert "<script>window.hurt" not in mirror
    for text in ("search_query", "the value set by you", "const likedVidTitle", "Call 2", "&lt;script&gt;window.hurt"):
        assert text in mirror
    assert RunView().mirror() == '<p class="workbench-muted">No run yet: fire an event.</p>'


def test_a_huge_text_is_clipped_with_a_note(bench: wb.Bench) -> None:
    """A line of 1 MB does not go to the browser whole, and says so."""
    story = RunView(bench.fire(TRIGGER, title="x" * 2**20, script="console.log(1)")).story
    assert "1,048,576 characters in all" in story["ingredients"][0]["value"]
    assert len(json.dumps(story)) < 200_000


def test_its_repr_is_stable(bench: wb.Bench) -> None:
    """The repr names trigger, user and end, and nothing that changes from run to run."""
    assert repr(RunView(bench.fire(TRIGGER))) == "<RunView of youtube.new_liked_video for user-17: ok>"
    assert repr(RunView()) == "<RunView: no run yet>"


def test_a_dropped_view_is_collected(bench: wb.Bench) -> None:
    """A bench does not keep the views that follow it alive."""
    view = RunView(bench)
    gone = weakref.ref(view)
    view.close()
    del view
    gc.collect()
    assert gone() is None
    bench.fire(TRIGGER)


def _with_secret_message(definition: object) -> object:
    from dataclasses import replace

    def marked(step: object) -> object:
        return replace(step, fields=tuple(replace(field, secret=True) for field in step.fields))

    return replace(
        definition,
        features=tuple(replace(one, steps=tuple(marked(step) for step in one.steps)) for one in definition.features),
    )
