"""A connection as TypeScript declarations: the real compiler takes right scripts and finds what is wrong in others."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from workbench.connection import script_problems
from workbench.connection.definition import Feature
from workbench.connection.document import Connection, samples
from workbench.connection.fields import Field, FieldType, Option
from workbench.connection.vocabulary import CONSTANTS, GLOBALS, declared, vocabulary

TESTS = Path(__file__).resolve().parents[1]
TSC = TESTS / "node_modules" / "typescript" / "bin" / "tsc"
LIBS = "es2019,es2020.bigint,es2020.promise,es2020.string,es2020.symbol.wellknown"
Check = Callable[..., list[str]]


def node() -> str:
    found = shutil.which("node")
    assert found, "Node.js is needed to run the TypeScript compiler: run `make test`, which brings it"
    return found


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """The compiler's complaints about a script, beside a connection's typings."""

    def complaints(connection: Connection, script: str, **options: object) -> list[str]:
        assert TSC.is_file(), "TypeScript is missing: run `make test`, or `npm ci` in tests/"
        (tmp_path / "runtime.d.ts").write_text(connection.typings(**options), encoding="utf-8")
        (tmp_path / "script.js").write_text(script, encoding="utf-8")
        flags = ["--noEmit", "--strict", "--allowJs", "--checkJs", "--lib", LIBS, "--pretty", "false"]
        done = subprocess.run(
            [node(), str(TSC), *flags, "runtime.d.ts", "script.js"],
            cwd=tmp_path,
            check=False,
            capture_output=True,
            text=True,
            timeout=100,
        )
        return done.stdout.splitlines()

    return complaints


@pytest.mark.parametrize("name", samples())
def test_the_compiler_takes_every_sample(name: str, check: Check) -> None:
    """The script of every sample connection passes the compiler, with the strictest checks."""
    connection = Connection.sample(name)
    assert check(connection, connection.script or "") == []


WRONG = {
    "Trigger.ingredients.titel;": "Property 'titel' does not exist",
    'runAction("sms.send_text");': "is not assignable to parameter of type '\"sms.send_me_text\"'",
    'runAction("sms.send_me_text", { fields: { mesage: "a" } });': "'mesage' does not exist",
    'runAction("sms.send_me_text", { message: "a" });': "'message' does not exist",
    'performQuery("youtube.get_videos_from_search", { limit: "3" });': "Type 'string' is not assignable",
    "Connection.configuration.foo;": "Property 'foo' does not exist",
    "Connection.serviceUserID;": "Did you mean 'serviceUserId'",
    "Meta.currentUserTime.hour().toFixd();": "Did you mean 'toFixed'",
    "Meta.currentUserTime.hourr();": "Property 'hourr' does not exist on type 'Moment'",
    'performQuery("youtube.get_videos_from_search").then((r) => r.responseBody.data[0].titel);': "Did you mean 'title'",
    'runAction("sms.send_me_text").then((r) => r.statuscode);': "Did you mean 'statusCode'",
    'Trigger.ingredients.title = "b";': "read-only property",
    'fetch("https://example.com");': "Cannot find name 'fetch'",
}


def test_the_compiler_finds_what_is_wrong(check: Check) -> None:
    """Wrong ingredients, steps, fields, bodies, settings and members are each found on their line."""
    connection = Connection.sample("liked-video-to-sms")
    found = check(connection, "\n".join(WRONG))
    for line, (source, complaint) in enumerate(WRONG.items(), 1):
        mine = [one for one in found if one.startswith(f"script.js({line},")]
        assert any(complaint in one for one in mine), (source, mine)


def test_what_is_documented_about_moment_is_there(check: Check) -> None:
    """Usual code with moments passes, chains, setters and durations too."""
    script = """
    const now = Meta.currentUserTime;
    const night = now.hour() >= 22 || now.clone().startOf("day").add(6, "hours").isAfter(now);
    const left = moment.duration(moment("2026-12-24").diff(now)).asDays();
    console.log(night, left, now.format("YYYY"), now.day(), now.isoWeekday(5).date(), moment.utc().toISOString());
    const date = moment(Trigger.ingredients.liked_at, "MMMM DD, YYYY [at] hh:mmA");
    if (date.isValid() && date.isBetween(now, moment(), "day", "[]")) console.log(date.set({ hour: 3 }));
    """
    assert check(Connection.sample("liked-video-to-sms"), script) == []


def two_triggers() -> Connection:
    connection = Connection.sample("liked-video-to-sms")
    connection.add_trigger("Text me similar videos", "youtube.new_video_by_channel")
    return connection


def test_several_triggers_are_told_apart_by_their_id(check: Check) -> None:
    """An ingredient that one trigger lacks is refused until the script has looked at `Trigger.id`."""
    careless = "Trigger.ingredients.author_name;"
    careful = 'if (Trigger.id === "youtube.new_video_by_channel") Trigger.ingredients.author_name;'
    found = check(two_triggers(), f"{careless}\n{careful}\nTrigger.ingredients.title;")
    assert len([one for one in found if one.startswith("script.js(1,")]) == 1
    assert not [one for one in found if one.startswith(("script.js(2,", "script.js(3,"))]


def test_option_tokens_are_the_only_texts_that_a_dropdown_takes(check: Check) -> None:
    """With one user's tokens, a label or anything else is refused, and the token passes."""
    from workbench.bench import Bench

    bench = Bench(Connection.sample("location-and-dropdown"))
    assert bench.option_tokens() == {}
    bench.enable("user-17")
    tokens = bench.option_tokens("user-17")
    ((option, token),) = [one for one in tokens["action", "hue.dim", "brightness"] if one[0].label == "50 %"]
    call = 'runAction("hue.dim", {{ fields: {{ brightness: {} }} }});'
    script = "\n".join(call.format(json.dumps(text)) for text in (token, option.label, option.value))
    found = check(bench.connection, script, tokens=tokens)
    assert [one.split(":")[0].split(",")[0] for one in found if one.startswith("script")] == [
        "script.js(2",
        "script.js(3",
    ]
    bench.close()


def test_hostile_texts_stay_in_their_comments_and_quotes(check: Check) -> None:
    """Ids, labels and names with comment ends, quotes, line breaks and emoji make no other declarations."""
    hostile = "x*/ declare const hurt: 1; /* \"'`\u2028\n😀"
    connection = Connection.sample("liked-video-to-sms")
    field = Field(id=hostile, label=hostile, description=hostile, type=FieldType.CHECKBOX_MULTI, value=[])
    field = replace(field, options=(Option(label=hostile, value=hostile),))
    connection.edit(lambda definition: replace(definition, configuration=(field,)))  # as a resource might bring it
    connection.name = hostile
    assert check(connection, f"Connection.configuration[{json.dumps(hostile)}][0].toUpperCase();") == []
    assert any("hurt" in one for one in check(connection, "hurt;"))


def test_a_connection_with_nothing_has_typings_too(check: Check) -> None:
    """An empty connection's typings compile; then no step can be called."""
    connection = Connection.new("Nothing yet")
    assert check(connection, "console.log(Trigger.id, Trigger.ingredients.anything);") == []
    assert check(connection, 'runAction("sms.send_me_text");') != []


def test_every_method_of_moment_is_declared_and_explained() -> None:
    """What the moment of the tests' npm packages has, `Moment`, `MomentDuration` and `MomentFunction` document."""
    code = """
    const moment = require("moment-timezone");
    const own = (object) => Object.keys(object).filter((name) => !name.startsWith("_"));
    console.log(JSON.stringify([own(moment.fn), own(moment.duration.fn), own(moment)]));
    """
    done = subprocess.run([node(), "-e", code], cwd=TESTS, capture_output=True, text=True, check=True, timeout=60)
    moment, duration, function = (set(names) for names in json.loads(done.stdout))
    words = {name: {word.name for word in members} for name, members in declared().items()}
    assert moment - words["Moment"] == set()
    assert words["Moment"] - moment == set()
    assert duration - words["MomentDuration"] == set()
    assert words["MomentFunction"] <= function
    assert all(word.doc for name in ("Moment", "MomentDuration", "MomentFunction") for word in declared()[name])


def test_the_constants_are_those_that_problems_are_found_by() -> None:
    """Completion, typings and `problems()` know the same documented constants."""
    assert {name: tuple(word.name for word in words) for name, words in CONSTANTS.items()} == script_problems._CONSTANTS
    assert set(CONSTANTS) < {word.name for word in GLOBALS}


def test_the_vocabulary_says_who_sets_a_field_and_hides_secrets() -> None:
    """A field's word has its type, and who sets it to what; a secret value is masked, in typings too."""
    connection = Connection.sample("liked-video-to-sms")
    connection.step("sms.send_me_text").field("message").change(lambda one: replace(one, secret=True, value="hunter2"))
    words = vocabulary(connection.definition)
    (field,) = next(step for step in words.steps if step.name == "sms.send_me_text").fields
    assert field.stored.startswith("Customizable by the user (default: ")
    assert "hunter2" not in f"{words.as_dict()}{connection.typings()}"


def test_an_ingredient_that_not_every_trigger_has_says_whose_it_is() -> None:
    """The words of several triggers are joined; those of one alone name it."""
    words = {word.name: word for word in vocabulary(two_triggers().definition).types["Ingredients"]}
    assert words["author_name"].doc == "Author name (only of youtube.new_video_by_channel)"
    assert words["title"].doc == "Title"


def test_a_step_of_two_features_is_one_word() -> None:
    """A step that two features use is listed once, with both."""
    words = vocabulary(Connection.sample("two-features").definition)
    (step,) = (one for one in words.steps if one.name == "sms.send_me_text")
    assert step.features == ("Keep it", "Share it")
    assert vocabulary(replace(Connection.new("N").definition, features=(Feature(id="aaaaaaaaaa"),))).steps == ()
