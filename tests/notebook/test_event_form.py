"""EventForm in Python: what is fired is what is shown, for whom and when it says; and it follows the bench."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable

import pytest

import workbench as wb
from workbench.notebook.event_form import EventForm

TRIGGER = "youtube.new_liked_video"


@pytest.fixture
def bench(make_bench: Callable[..., wb.Bench]) -> wb.Bench:
    bench = make_bench()
    bench.enable("user-17", timezone="Europe/Paris")
    return bench


def do(form: EventForm, verb: str, **values: object) -> None:
    form.propose({"do": verb, **values})
    assert form.notice["kind"] != "bad", form.notice["text"]


def fired(form: EventForm) -> None:
    until = time.monotonic() + 60
    while form.busy and time.monotonic() < until:
        for thread in threading.enumerate():
            if thread.name == "workbench EventForm":
                thread.join(60)
    assert not form.busy


def test_it_offers_what_the_connection_has(bench: wb.Bench) -> None:
    """Trigger, user, feature, and an input for each ingredient with type, example and a sample."""
    form = EventForm(bench)
    assert (form.trigger, form.user) == (TRIGGER, "user-17")
    assert [one["label"] for one in form.form["features"]] == ["Text me similar videos"]
    inputs = {one["name"]: one for one in form.form["inputs"]}
    assert inputs["url"]["type"] == "Web URL"
    assert inputs["title"]["value"] == inputs["title"]["example"] == "Ten quiet waterfalls"
    assert not inputs["title"]["given"]


def test_what_is_shown_is_what_is_fired(bench: wb.Bench) -> None:
    """Typed ingredients go with the event, the others are samples, and the run is announced."""
    form = EventForm(bench)
    do(form, "set", name="title", text="Hello")
    do(form, "fire")
    fired(form)
    assert form.run is bench.runs[-1]
    assert form.run.ingredients["title"] == "Hello"
    assert form.run.ingredients["description"]
    assert form.results[0]["end"] == "ok"
    assert form.notice["kind"] == "good"
    assert "4 calls" in form.notice["text"]


def test_presses_that_run_side_by_side_are_told_apart(bench: wb.Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each press has a number: those that still run are listed by it, and every end bears that of its press."""
    form = EventForm(bench)
    fire, may_go = bench.fire, {"slow": threading.Event(), "quick": threading.Event()}

    def slowly(trigger: str, **options: object) -> wb.Run:
        assert may_go[options["ingredients"]["title"]].wait(30)
        return fire(trigger, **options)

    monkeypatch.setattr(bench, "fire", slowly)
    do(form, "set", name="title", text="slow")
    do(form, "fire")
    do(form, "set", name="title", text="quick")
    do(form, "vary")
    assert form.running == [{"press": 2, "done": 0, "of": 10}, {"press": 1, "done": 0, "of": 1}]
    may_go["quick"].set()
    until = time.monotonic() + 30
    while len(form.running) > 1 and time.monotonic() < until:
        time.sleep(0.02)
    assert form.running == [{"press": 1, "done": 0, "of": 1}]
    may_go["slow"].set()
    fired(form)
    assert form.running == []
    assert [(one["press"], one["title"]) for one in form.results] == [(1, "slow"), *[(2, "quick")] * 10]
    assert form.notice["text"].startswith("#1: youtube.new_liked_video for user-17: ok.")


def test_a_press_that_fails_runs_no_more(bench: wb.Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong while it fires, the form does not say for ever that it runs."""
    form = EventForm(bench)
    monkeypatch.setattr(bench, "fire", lambda *_, **__: {}["nothing"])
    do(form, "fire")
    fired(form)
    assert (form.running, form.results) == ([], [])
    assert form.notice["kind"] == "bad"


def test_ten_variations_are_seeded(bench: wb.Bench) -> None:
    """What was typed stays, the rest varies; the same seed gives the same ten events."""
    bench.clock.freeze("2026-03-01T12:00:00+00:00")
    form = EventForm(bench)
    do(form, "set", name="title", text="Hello")
    do(form, "vary")
    fired(form)
    first = [dict(run.ingredients) for run in form.runs]
    assert len(first) == 10
    assert {event["title"] for event in first} == {"Hello"}
    assert len({event["url"] for event in first}) == 10
    do(form, "vary")
    fired(form)
    assert [dict(run.ingredients) for run in form.runs[10:]] == first
    do(form, "seed", seed="7")
    do(form, "vary")
    fired(form)
    assert dict(form.runs[20].ingredients) not in first


def test_saved_events_come_back(bench: wb.Bench) -> None:
    """An event is saved whole under a name on the bench, loaded again, and forgotten."""
    form = EventForm(bench)
    do(form, "set", name="title", text="Cats")
    do(form, "save", name="cats")
    assert bench.events["cats"].ingredients["title"] == "Cats"
    do(form, "unset", name="title")
    assert "title" not in form.ingredients
    do(form, "load", name="cats")
    assert (form.ingredients["title"], form.event) == ("Cats", "cats")
    do(form, "forget", name="cats")
    assert len(bench.events) == 0


def test_the_event_can_be_json(bench: wb.Bench) -> None:
    """JSON sets the ingredients; what is no JSON, or names no ingredient, is an error that says so."""
    form = EventForm(bench)
    do(form, "json", text='{"title": "J", "url": "https://example.com"}')
    assert form.ingredients == {"title": "J", "url": "https://example.com"}
    assert json.loads(form.form["json"])["title"] == "J"
    for text, problem in (("{", "no JSON"), ("[1]", "one JSON object"), ('{"titel": 1}', "Did you mean `title`")):
        form.propose({"do": "json", "text": text})
        assert problem in form.notice["text"]
    assert form.ingredients["title"] == "J"


def test_json_that_cannot_be_read_stays_and_is_not_fired(bench: wb.Bench) -> None:
    """A text that is no event is kept to be mended; nothing is fired or saved in its place."""
    form = EventForm(bench)
    form.propose({"do": "json", "text": '{"title": "typed", oops}'})
    assert form.form["json"] == '{"title": "typed", oops}'
    for verb in ({"do": "fire"}, {"do": "vary"}, {"do": "save", "name": "kept"}):
        form.propose(verb)
        assert "no JSON" in form.notice["text"]
    assert (len(bench.runs), len(bench.events), form.busy) == (0, 0, False)
    do(form, "json", text="{}")
    assert json.loads(form.form["json"])["title"] == "Ten quiet waterfalls"
    form.propose({"do": "json", "text": "{"})
    do(form, "set", name="title", text="by hand")
    assert json.loads(form.form["json"])["title"] == "by hand"


def test_what_an_input_is_refused_for_is_told_to_it(bench: wb.Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no notice, which the next press clears: the seed stays as it was, and its input hears why."""
    form = EventForm(bench)
    told: list[object] = []
    monkeypatch.setattr(form, "send", told.append)
    form.propose({"do": "seed", "seed": "1.5", "input": "seed-1"})
    assert told == [{"refused": "seed-1", "why": "A seed is a whole number; it is still 0."}]
    assert form.notice["text"] == ""
    do(form, "seed", seed="2", input="seed-1")
    assert (form.seed, len(told)) == (2, 1)


def test_a_number_is_a_number(make_bench: Callable[..., wb.Bench]) -> None:
    """An ingredient of type Number goes as a number; text that is none goes as text."""
    connection = wb.Connection.loads(
        "connection: Counting\n"
        "services:\n"
        "  - service: Counter\n"
        "    id: counter\n"
        "    triggers:\n"
        "      - {id: counted, label: Counted, ingredients: [{id: count, label: Count, type: Number, example: '3'}]}\n"
        "features: [{title: Only, triggers: [counter.counted]}]\n"
    )
    bench = make_bench(connection)
    bench.enable("user-1")
    form = EventForm(bench)
    do(form, "set", name="count", text="42")
    assert form.ingredients == {"count": 42}
    do(form, "set", name="count", text="many")
    assert form.ingredients == {"count": "many"}


def test_time_and_zone_of_the_user(bench: wb.Bench) -> None:
    """The zone is the user's, and a time that is set is a time in that zone, for script and samples alike."""
    form = EventForm(bench)
    do(form, "zone", zone="Asia/Tokyo")
    assert bench.users[0].timezone == "Asia/Tokyo"
    do(form, "freeze", at="2026-03-01T08:30:00")
    assert bench.clock.now().isoformat() == "2026-02-28T23:30:00+00:00"
    assert form.clock["local"] == "2026-03-01T08:30:00"
    do(form, "move", seconds=3600)
    assert form.clock["local"] == "2026-03-01T09:30:00"
    do(form, "run")
    assert not bench.clock.is_frozen
    form.propose({"do": "freeze", "at": "soon"})
    assert "no moment" in form.notice["text"]


def test_faults_are_the_benchs(bench: wb.Bench) -> None:
    """A fault added in the form strikes the run, its count is shown, and it can be taken away."""
    form = EventForm(bench)
    do(form, "add_fault", kind="status 429", step="sms.send_me_text", often="always")
    do(form, "fire")
    fired(form)
    assert [call.status for call in form.run.actions] == [429, 429, 429]
    assert form.faults[0]["struck"] == 3
    do(form, "remove_fault", number=form.faults[0]["number"])
    assert len(bench.emulator.faults) == 0
    for kind in ("slow", "reset", "reset after", "malformed", "truncated", "expired cursor"):
        do(form, "add_fault", kind=kind, often="once")
    assert len(form.faults) == 6
    do(form, "clear_faults")
    form.propose({"do": "add_fault", "kind": "status x"})
    assert "no kind of fault" in form.notice["text"]


def test_it_follows_python(bench: wb.Bench) -> None:
    """Users, events, clock and connection that change in Python change in the form."""
    form = EventForm(bench)
    bench.enable("user-2", timezone="Asia/Tokyo")
    bench.events.save("dogs", TRIGGER)
    bench.clock.freeze("2026-03-01T00:00:00+00:00")
    form.soon.wait(10)
    assert [one["value"] for one in form.form["users"]] == ["user-17", "user-2"]
    assert [one["value"] for one in form.form["events"]] == ["dogs"]
    assert form.clock["frozen"]
    form.user = "user-2"
    assert form.clock["zone"] == "Asia/Tokyo"
    bench.users[1].disable()
    form.soon.wait(10)
    assert form.user == "user-17"


def test_without_a_user_it_says_what_helps(make_bench: Callable[..., wb.Bench]) -> None:
    """With nobody, firing says what to do, and a first user is enabled from the form."""
    form = EventForm(make_bench())
    form.propose({"do": "fire"})
    assert "let a user enable the connection" in form.notice["text"]
    do(form, "enable", user="ada")
    assert form.user == "ada"
    do(form, "fire")
    fired(form)
    assert form.run.ok


def test_a_connection_without_trigger(make_bench: Callable[..., wb.Bench]) -> None:
    """An empty connection has an empty form, and fills it once a trigger is added."""
    connection = wb.Connection.new("Empty")
    form = EventForm(make_bench(connection))
    assert form.form["inputs"] == []
    connection.add_service("youtube").add_feature("One")
    connection.add_trigger("One", TRIGGER)
    form.soon.wait(10)
    assert form.trigger == TRIGGER
    assert len(form.form["inputs"]) == 5


def test_a_run_that_goes_wrong_is_told_as_bad(bench: wb.Bench) -> None:
    """A script that fails is announced at once, with the line."""
    bench.connection.script = "nope()"
    form = EventForm(bench)
    do(form, "fire")
    fired(form)
    assert form.notice == {"kind": "bad", "text": form.notice["text"]}
    assert "error, line 1" in form.notice["text"]


def test_repr_and_mirror(bench: wb.Bench) -> None:
    """The repr is stable; the mirror has the event as it stands, escaped, and what was fired."""
    form = EventForm(bench)
    do(form, "set", name="title", text="<script>hurt()</script>")
    do(form, "fire")
    fired(form)
    assert repr(form) == "<EventForm youtube.new_liked_video for user-17>"
    assert "&lt;script&gt;hurt()" in form.mirror()
    assert "<script>" not in form.mirror()
    assert "4 calls" in form.mirror()


def test_it_may_be_used_from_many_threads(bench: wb.Bench) -> None:
    """Events fired, typed and changed on many threads at once are all carried out, and nothing is lost."""
    form = EventForm(bench)
    problems: list[str] = []

    def use(number: int) -> None:
        form.propose({"do": "set", "name": "title", "text": f"title {number}"})
        form.propose({"do": "fire"})
        bench.enable(f"user-{number}")
        bench.events.save(f"event {number}", TRIGGER)
        if form.notice["kind"] == "bad":
            problems.append(form.notice["text"])

    threads = [threading.Thread(target=use, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    fired(form)
    form.soon.wait(10)
    assert problems == []
    assert len(form.runs) == len(bench.runs) == 6
    assert all(run.ok for run in form.runs)
    assert len(form.results) == 6
    assert len(form.form["events"]) == 6
    assert {one["value"] for one in form.form["users"]} == {"user-17", *(f"user-{number}" for number in range(6))}
