"""A bench: enable a user, fire an event, read what happened."""

from __future__ import annotations

import ast
import asyncio
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import workbench as wb
from workbench.errors import Ambiguous, MissingValues, NotEnabled, UnknownName, UsageError

Make = Callable[..., wb.Bench]
LIKED = "youtube.new_liked_video"
SMS = "sms.send_me_text"
SEARCH = "youtube.get_videos_from_search"


def test_the_documents_example_runs_end_to_end(make_bench: Make) -> None:
    """A liked video becomes one query and three messages with title and address of what was found."""
    bench = make_bench()
    bench.enable("user-17", timezone="Europe/Paris")
    run = bench.fire(LIKED, title="Hello", url="https://example.com/v/1")
    assert run.end is wb.End.OK
    assert [call.step for call in run.calls] == [SEARCH, SMS, SMS, SMS]
    assert [call.status for call in run.calls] == [200, 204, 204, 204]
    assert run.queries[0].fields == {"search_query": "Hello"}
    found = run.queries[0].response["data"]
    assert [action.fields["message"] for action in run.actions] == [f"{v['title']} {v['url']}" for v in found]


def test_the_log_has_the_event_and_every_exchange(make_bench: Make) -> None:
    """The frame holds the event and the four calls in order, with the run's id and both bodies."""
    bench = make_bench()
    bench.enable("user-17")
    run = bench.fire(LIKED, title="Hello")
    frame = bench.logs.frame()
    assert frame["direction"].tolist() == ["event", "in", "in", "in", "in"]
    assert frame["status"].tolist()[1:] == [200, 204, 204, 204]
    assert set(frame["run_id"]) == {run.id}
    assert frame["request_body"].iloc[1]["fields"] == {"search_query": "Hello"}
    assert str(frame["time"].dtype) == "datetime64[us, UTC]"
    assert bench.logs[run.calls[0].exchange].step == SEARCH


def test_coverage_is_asked_for_by_bench_or_run_and_adds_up(make_bench: Make) -> None:
    """A bench or one `fire` asks for coverage; runs of one script are merged."""
    bench = make_bench(coverage=True)
    bench.enable("user-1")
    runs = [bench.fire("youtube.new_liked_video") for _ in range(2)]
    assert bench.fire("youtube.new_liked_video", coverage=False).coverage is None
    merged = wb.Coverage.merged(runs)
    assert merged.lines[7] == 6
    assert merged.runs == 2
    assert "coverage: 5 of 5 lines ran" in repr(runs[0])
    plain = make_bench()
    plain.enable("user-1")
    assert plain.fire("youtube.new_liked_video").coverage is None
    assert plain.fire("youtube.new_liked_video", coverage=True).coverage is not None


def test_a_responder_function_answers_in_place_of_samples(make_bench: Make) -> None:
    """A decorated function gets the decided fields and its items reach the script."""
    bench = make_bench()
    asked: list[wb.StepCall] = []

    @bench.respond(SEARCH)
    def search(call: wb.StepCall) -> list[dict[str, str]]:
        asked.append(call)
        return [{"title": f"About {call.fields['search_query']}", "url": "https://example.com/a"}]

    bench.enable("user-17")
    run = bench.fire(LIKED, title="Cats")
    assert asked[0].fields == {"search_query": "Cats"}
    assert asked[0].limit == 3
    assert [action.fields["message"] for action in run.actions] == ["About Cats https://example.com/a"]


def test_a_responder_value_answers_too(make_bench: Make) -> None:
    """`bench.respond(step, items)` answers every call of the step with these items."""
    bench = make_bench()
    bench.respond(SEARCH, [{"title": "One", "url": "https://example.com/1"}])
    bench.enable("user-17")
    assert len(bench.fire(LIKED, title="x").actions) == 1


def test_a_failing_responder_is_a_502_with_a_note(make_bench: Make) -> None:
    """What a responder raises reaches the script as 502, and the user as a note on the call."""
    bench = make_bench()

    @bench.respond(SEARCH)
    def search(call: wb.StepCall) -> list[dict[str, str]]:
        raise RuntimeError("the database is away")

    bench.enable("user-17")
    run = bench.fire(LIKED, script=f'performQuery("{SEARCH}").then(r => console.log(r.statusCode))', title="x")
    assert run.console[0].text == "502"
    assert "the database is away" in run.queries[0].note


def test_responding_for_an_unknown_step_names_the_nearest() -> None:
    """A misspelt step is an error at once, with the nearest name."""
    with (
        wb.Bench(wb.Connection.sample("liked-video-to-sms")) as bench,
        pytest.raises(UnknownName, match=r"Did you mean `sms\.send_me_text`"),
    ):
        bench.respond("sms.send_me_txt", [])


def test_without_a_script_the_event_is_logged(make_bench: Make) -> None:
    """A connection without a script ends `no script`, and the event is on record."""
    connection = wb.Connection.sample("liked-video-to-sms")
    connection.script = None
    bench = make_bench(connection)
    bench.enable("user-17")
    run = bench.fire(LIKED, title="Hello")
    assert run.end is wb.End.NO_SCRIPT
    assert run.ok
    assert [entry.direction for entry in bench.logs] == ["event"]


def test_an_unknown_trigger_names_the_nearest(make_bench: Make) -> None:
    """A misspelt trigger says which it might have been."""
    bench = make_bench()
    bench.enable("user-17")
    with pytest.raises(UnknownName, match=r"Did you mean `youtube\.new_liked_video`"):
        bench.fire("youtube.new_liked_vido")


def test_an_unknown_ingredient_names_the_nearest(make_bench: Make) -> None:
    """A misspelt ingredient is an error, not silently dropped."""
    bench = make_bench()
    bench.enable("user-17")
    with pytest.raises(UnknownName, match="Did you mean `title`"):
        bench.fire(LIKED, titel="Hello")


def test_an_ingredient_named_like_an_option_goes_into_ingredients(make_bench: Make) -> None:
    """`ingredients=` takes any name, and both ways reach the script."""
    bench = make_bench()
    bench.enable("user-17")
    run = bench.fire(LIKED, ingredients={"title": "In the mapping"})
    assert run.ingredients["title"] == "In the mapping"


def test_nobody_enabled_shows_the_call_that_helps(make_bench: Make) -> None:
    """Firing before anyone enabled the connection says how to enable it."""
    with pytest.raises(NotEnabled, match=r"bench\.enable"):
        make_bench().fire(LIKED)


def test_a_disabled_user_receives_nothing_until_enabled_again(make_bench: Make) -> None:
    """A disabled user is named in the error; enabled again, the event arrives."""
    bench = make_bench()
    user = bench.enable("user-17")
    user.disable()
    with pytest.raises(NotEnabled, match="user-17 is disabled"):
        bench.fire(LIKED)
    user.enable()
    assert bench.fire(LIKED).ok


def test_several_users_are_listed_and_fire_all_runs_each(make_bench: Make) -> None:
    """Two users match: `fire` lists them, `user=` chooses, `fire_all` runs both."""
    bench = make_bench()
    bench.enable("ada")
    bench.enable("bob")
    with pytest.raises(Ambiguous, match=r"user='ada'.*\n.*user='bob'"):
        bench.fire(LIKED)
    assert bench.fire(LIKED, user="bob").user_id == "bob"
    assert [run.user_id for run in bench.fire_all(LIKED)] == ["ada", "bob"]


def test_two_features_are_told_apart_by_the_script(make_bench: Make) -> None:
    """With `userFeatureId` each feature's own value is sent; without it the first user feature is used."""
    bench = make_bench("two-features")
    values = {
        "Keep it/sms.send_me_text": {"message": "mine"},
        "Share it/sms.send_me_text": {"message": "for a friend"},
    }
    bench.enable("user-17", values=values)
    keep, share = bench.fire_all(LIKED, title="x")
    assert keep.actions[0].fields == {"message": "mine"}
    assert share.actions[0].fields == {"message": "for a friend"}
    assert [line.text for line in share.console] == ["sharing x"]
    bare = bench.fire(LIKED, feature="Share it", script=f'runAction("{SMS}")')
    assert bare.actions[0].fields == {"message": "mine"}


def test_enabling_again_updates_the_user(make_bench: Make) -> None:
    """A cell that is run again changes the values and keeps the ids."""
    bench = make_bench()
    first = bench.enable("user-17", values={SMS: {"message": "one"}})
    ids = [one.id for one in first.user_features]
    again = bench.enable("user-17", values={SMS: {"message": "two"}})
    assert [one.id for one in again.user_features] == ids
    assert bench.fire(LIKED, script=f'runAction("{SMS}")').actions[0].fields == {"message": "two"}
    assert len(bench.users) == 1


def test_missing_required_values_are_listed(make_bench: Make) -> None:
    """Required customizable fields without a value are named, not guessed, and the call that would do is shown."""
    bench = make_bench("hue-blue")
    with pytest.raises(MissingValues, match="Which lights\\? One of: All lights, Desk") as raised:
        bench.enable("user-17")
    shown = re.search(r"values=(\{.*\})", str(raised.value))
    assert shown is not None
    assert bench.enable("user-17", values=ast.literal_eval(shown[1])).status == "enabled"


@pytest.mark.parametrize(
    ("sample", "values", "override", "sent", "winner", "losers"),
    [
        ("hue-blue", {}, None, "blue", "the value set by you", []),
        ("hue-favourite", {}, None, "blue", "the default", []),
        ("hue-favourite", {"color": "green"}, None, "green", "the user's value", ["blue"]),
        ("hue-favourite", {"color": "green"}, "purple", "purple", "the call's fields", ["green", "blue"]),
        ("hue-from-the-app", {}, None, "blue", "the value set by you", []),
        ("hue-from-the-app", {}, "purple", "purple", "the call's fields", ["blue"]),
    ],
)
def test_the_three_hue_tables(
    make_bench: Make, sample: str, values: dict, override: str | None, sent: str, winner: str, losers: list[str]
) -> None:
    """For each table of the document, with and without override, the right value wins and the losers are kept."""
    from workbench.connection.definition import StepKind

    bench = make_bench(sample)
    (lights,) = (option for option in _options(bench) if option == "Desk")
    bench.enable("user-17", values={"hue.set_color": {"lights": lights, **values}})
    body = {"fields": {"color": override}} if override else None
    exchange = bench.emulator.call(StepKind.ACTION.value, "hue.set_color", body, user_id="user-17", run_id="r")
    assert exchange.status == 204
    decision = next(d for d in exchange.decisions if d.field_id == "color")
    assert decision.winner.value == sent
    assert decision.winner.source == winner
    assert [loser.value for loser in decision.losers] == losers


def _options(bench: wb.Bench) -> list[str]:
    step = bench.connection.definition.step("hue.set_color")
    assert step is not None
    return [option.label for field in step[1].fields if field.id == "lights" for option in field.options]


def test_why_names_winner_losers_and_rule(make_bench: Make) -> None:
    """`why` tells which value a field had, which lost, and the rule; an unknown field is an error."""
    bench = make_bench()
    bench.enable("user-17", values={SMS: {"message": "hi"}})
    run = bench.fire(LIKED, title="Hello")
    why = run.actions[0].why("message")
    assert why.decision.is_override
    assert [loser.value for loser in why.decision.losers] == ["hi", "You liked a video."]
    assert "lost: 'hi', the user's value" in repr(why)
    assert run.actions[0].overridden == ("message",)
    with pytest.raises(UnknownName, match="Did you mean `message`"):
        run.actions[0].why("mesage")


def test_a_label_in_place_of_a_token_is_a_422_that_points_at_the_field(make_bench: Make) -> None:
    """A dropdown override takes a token from field options; its label is refused with a pointer."""
    bench = make_bench("location-and-dropdown")
    bench.enable("user-17")
    script = """
      runAction("hue.set_color", { fields: { lights: "Desk" } })
        .then(r => console.log(r.statusCode, r.responseBody.details[0].parameter));
    """
    run = bench.fire("location.enter_region_location", script=script)
    assert run.console[0].text == "422 /fields/lights"


def test_users_in_different_zones_see_different_times_across_a_dst_change(make_bench: Make) -> None:
    """At one instant each user's `Meta.currentUserTime` is their own wall clock, before and after the clocks change."""
    bench = make_bench()
    bench.enable("ny", timezone="America/New_York")
    bench.enable("paris", timezone="Europe/Paris")
    script = "console.log(Meta.currentUserTime.format('HH:mm Z'))"

    def shown(user: str, at: str) -> str:
        bench.clock.freeze(at)
        return bench.fire(LIKED, user=user, script=script).console[0].text

    assert shown("paris", "2026-03-29T00:59:00+00:00") == "01:59 +01:00"
    assert shown("paris", "2026-03-29T01:00:00+00:00") == "03:00 +02:00"
    assert shown("ny", "2026-03-29T00:59:00+00:00") == "20:59 -04:00"
    assert shown("ny", "2026-03-29T01:00:00+00:00") == "21:00 -04:00"


def test_configuration_reaches_the_script(make_bench: Make) -> None:
    """`Connection.configuration` holds the user's value of a connection field, else the default."""
    bench = make_bench("location-and-dropdown")
    bench.enable("ada")
    bench.enable("bob", values={"configuration": {"greeting": "Bob"}})
    script = "console.log(Connection.configuration.greeting)"
    runs = bench.fire_all("location.enter_region_location", script=script)
    assert [run.console[0].text for run in runs] == ["friend", "Bob"]


def test_edits_take_effect_at_once(make_bench: Make) -> None:
    """Changing a field or the script of the connection changes the next run."""
    bench = make_bench()
    bench.enable("user-17")
    bench.connection.script = f'runAction("{SMS}")'
    bench.connection.step(SMS).field("message").set_by_you("from code")
    assert bench.fire(LIKED).actions[0].fields == {"message": "from code"}


def test_a_test_trigger_starts_a_run(make_bench: Make) -> None:
    """The API's own test of a trigger answers 204 and runs the script in the background."""
    from workbench.connect_api.requests import Request

    bench = make_bench()
    bench.enable("user-17")
    answer = bench.emulator.exchange(
        Request(
            method="POST",
            path=f"/v2/connections/{bench.connection.id}/triggers/{LIKED}/test",
            headers=(("ifttt-service-key", bench.service_key.reveal()), ("content-type", "application/json")),
            body=b'{"user_id": "user-17"}',
        )
    )
    assert answer.status == 204
    bench.wait(20)
    assert [run.trigger for run in bench.runs] == [LIKED]
    assert bench.runs[0].ok


def test_fire_async_is_the_same_for_code_that_awaits(make_bench: Make) -> None:
    """`await bench.fire_async(...)` gives a run; several run at once."""
    bench = make_bench()
    bench.enable("user-17")

    async def both() -> list[wb.Run]:
        return list(await asyncio.gather(*(bench.fire_async(LIKED, title=str(n)) for n in range(3))))

    assert all(run.ok for run in asyncio.run(both()))


def test_firing_from_many_threads_is_safe(make_bench: Make) -> None:
    """Widget callbacks come on any thread: runs do not mix."""
    bench = make_bench()
    bench.enable("user-17")
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda n: bench.fire(LIKED, title=f"video {n}"), range(8)))
    assert [run.ingredients["title"] for run in runs] == [f"video {n}" for n in range(8)]
    assert [run.queries[0].fields["search_query"] for run in runs] == [f"video {n}" for n in range(8)]


def test_a_closed_bench_still_shows_itself(make_bench: Make) -> None:
    """Its repr says that it is closed; a notebook cell that ends with it is no error."""
    bench = make_bench()
    bench.close()
    assert repr(bench) == "<Bench of 'Liked video to SMS', closed>"


TWENTY_BENCHES = """
import gc, threading, time
import psutil
import workbench as wb

process = psutil.Process()

def use():
    bench = wb.Bench(wb.Connection.sample("liked-video-to-sms"))
    bench.enable("user-17")
    assert bench.fire("youtube.new_liked_video").ok

def count():
    gc.collect()
    threads = sorted(thread.name for thread in threading.enumerate())
    return process.num_fds(), threads, len(process.children(recursive=True))

def settled(wanted=None):
    shared.warm()
    deadline = time.monotonic() + 10  # used workers are waited for in the background
    seen = count()
    while time.monotonic() < deadline and (seen[2] != 2 or (wanted and seen != wanted)):
        time.sleep(0.02)
        seen = count()
    return seen

use()
shared = wb.Bench(wb.Connection.sample("liked-video-to-sms")).runner
before = settled()
for _ in range(20):
    use()
after = settled(before)
print("same" if before == after else (before, after))
"""


def test_twenty_benches_leave_nothing_behind() -> None:
    """Benches opened and dropped leave no process, thread or descriptor (the shared runner's two spares aside)."""
    # In a process of its own: what a browser or another test keeps open here is none of their doing.
    made = subprocess.run(
        [sys.executable, "-c", TWENTY_BENCHES], capture_output=True, text=True, timeout=100, check=False
    )
    assert made.stdout == "same\n", made.stdout + made.stderr


def test_the_service_key_is_never_shown(make_bench: Make) -> None:
    """Neither reprs, frames, HTML nor a run's JSON hold the key."""
    bench = make_bench(service_key="canary-key-123")
    bench.enable("user-17")
    run = bench.fire(LIKED)
    shown = [repr(bench), repr(run), run._repr_html_(), run.to_json(), repr(bench.logs), bench.logs._repr_html_()]
    shown += [bench.logs.frame().to_string(), bench.logs.to_json(), repr(bench.service_key), repr(bench.emulator)]
    assert not [text for text in shown if "canary-key-123" in text]


@pytest.mark.parametrize("key", ["", "tiny-k", "a key with spaces", "key-with-a-line\n", "schlüssel-123"])
def test_a_key_that_could_not_be_kept_secret_is_refused(make_bench: Make, key: str) -> None:
    """A key too short to be told from other words, or one that no header can carry, is refused without showing it."""
    with pytest.raises(UsageError, match="at least 8 printable ASCII") as raised:
        make_bench(service_key=key)
    assert not key or key not in str(raised.value)


def test_problems_covers_definition_and_script(make_bench: Make) -> None:
    """`bench.problems()` reads the script's syntax tree: unknown steps with place and nearest name."""
    connection = wb.Connection.sample("liked-video-to-sms")
    assert len(make_bench(connection).problems()) == 0
    connection.script = 'runAction("sms.send_me_txt");\nrunAction("sms.send_me_text", { fields: { mesage: "x" } });\n'
    problems = list(make_bench(connection).problems())
    assert [(p.line, "send_me_text" in p.cure or "message" in p.cure) for p in problems if p.line] == [
        (1, True),
        (2, True),
    ]


def test_the_two_feature_trap_is_a_problem(make_bench: Make) -> None:
    """Two features with one trigger and a script that never asks which: told before it runs."""
    connection = wb.Connection.sample("two-features")
    assert not [p for p in make_bench(connection).problems() if p.severity == "error"]
    connection.script = 'runAction("sms.send_me_text");'
    assert any("userFeatureId" in p.message + p.cure for p in make_bench(connection).problems())


def test_a_script_that_cuts_an_emoji_in_half_is_logged(make_bench: Make) -> None:
    """`substring` may leave half of a surrogate pair; the call and all entries before it are in the log."""
    bench = make_bench()
    bench.enable("u-1")
    script = f"runAction('{SMS}', {{fields: {{message: Trigger.ingredients.title.substring(0, 2)}}}})"
    run = bench.fire(LIKED, title="x😀", script=script)
    assert len(bench.logs) == 2
    assert b'"title": "x' in run.to_json().encode()
    assert b"x\\ud83d" in bench.logs.to_json().encode()
    assert "x\\ud83d" in str(bench.logs.frame().request_body.iloc[-1])


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"title": float("nan")}, "ingredient `title` is no JSON"),
        ({"title": [float("inf")]}, "ingredient `title` is no JSON"),
        ({"title": object()}, "ingredient `title` is no JSON: Object of type object"),
        ({"ingredients": 5}, "`ingredients` is 5. Give a dict"),
        ({"script": 5}, "`script` is 5. Give the source as text"),
    ],
)
def test_an_event_that_is_no_json_is_refused_with_words(make_bench: Make, given: Any, says: str) -> None:
    """What cannot be an event or a script is told by name, and nothing is logged."""
    bench = make_bench()
    bench.enable("u-1")
    before = len(bench.logs)
    with pytest.raises(UsageError) as caught:
        bench.fire(LIKED, **given)
    assert says in str(caught.value)
    assert len(bench.logs) == before


def test_an_ingredient_as_deep_as_allowed_reaches_the_script(make_bench: Make) -> None:
    """Twenty levels arrive whole."""
    bench = make_bench()
    bench.enable("u-1")
    deep: Any = "seed"
    for _ in range(20):
        deep = [deep]
    run = bench.fire(LIKED, title=deep, script="console.log(JSON.stringify(Trigger.ingredients.title))")
    assert run.console[0].text == "[" * 20 + '"seed"' + "]" * 20
