"""What is wrong with a definition, and with its script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from workbench.connection.definition import ConnectionDefinition, Feature, FeatureStep, StepKind
from workbench.connection.document import Connection
from workbench.connection.fields import Field, FieldType, Visibility
from workbench.connection.problems import Code, Problems, Severity, definition_problems, script_problems

HUE = Connection.sample("hue-blue").definition
YOU = Visibility.SET_BY_YOU


def with_color(**changes: object) -> ConnectionDefinition:
    """The hue sample with its color field changed."""
    connection = Connection.from_definition(HUE)
    connection.step("hue.set_color").field("color").change(lambda one: replace(one, **changes))  # type: ignore[arg-type]
    return connection.definition


def with_feature(**changes: object) -> ConnectionDefinition:
    """The hue sample with its feature changed."""
    return replace(HUE, features=(replace(HUE.features[0], **changes),))  # type: ignore[arg-type]


def with_lights(value: object) -> ConnectionDefinition:
    """The hue sample with a default for its dropdown that nobody checked."""
    connection = Connection.from_definition(HUE)
    connection.step("hue.set_color").field("lights").change(lambda one: replace(one, value=value))  # type: ignore[arg-type]
    return connection.definition


STEP = HUE.features[0].steps[0]
AREA = Field(id="where", type=FieldType.LOCATION_ENTER, value={"lat": 1, "lng": 2})
CHECKS = Field(id="days", type=FieldType.CHECKBOX_MULTI, value="mon")
CASES = {
    "no service and no feature": (ConnectionDefinition(id="x", name="X"), Code.NO_FEATURES, "features"),
    "no service": (replace(HUE, services=(), features=()), Code.NO_SERVICES, "services"),
    "an empty feature": (with_feature(steps=()), Code.EMPTY_FEATURE, "Blue lights"),
    "a script that never runs": (replace(HUE, script="x()"), Code.NO_TRIGGER, "script"),
    "a primary service that is not there": (
        replace(HUE, primary_service="hua"),
        Code.UNKNOWN_SERVICE,
        "primary_service",
    ),
    "a service for nothing": (
        replace(HUE, services=(*HUE.services, replace(HUE.services[0], id="lamp"))),
        Code.UNUSED_SERVICE,
        "lamp",
    ),
    "a service twice": (replace(HUE, services=HUE.services * 2), Code.DUPLICATE_ID, "services"),
    "a feature twice": (replace(HUE, features=HUE.features * 2), Code.DUPLICATE_ID, "features"),
    "a redirect that is a script": (replace(HUE, redirect_uris=("javascript:x",)), Code.BAD_REDIRECT, "redirect_uris"),
    "a feature id of another form": (with_feature(id="Light"), Code.BAD_ID, "Blue lights"),
    "a step twice": (with_feature(steps=(STEP, replace(STEP, id="other"))), Code.DUPLICATE_STEP, "Blue lights"),
    "a step id twice": (with_feature(steps=(STEP, STEP)), Code.DUPLICATE_ID, "Blue lights"),
    "an unknown step": (
        with_feature(steps=(replace(STEP, step="hue.set_colour"),)),
        Code.UNKNOWN_STEP,
        "Blue lights / hue.set_colour",
    ),
    "an unknown field": (
        with_feature(steps=(replace(STEP, fields=(*STEP.fields, Field(id="colour"))),)),
        Code.UNKNOWN_FIELD,
        "Blue lights / hue.set_color / colour",
    ),
    "a field left out": (
        with_feature(steps=(replace(STEP, fields=STEP.fields[:1]),)),
        Code.MISSING_FIELD,
        "Blue lights / hue.set_color",
    ),
    "a required field without a value": (
        with_color(value=None),
        Code.MISSING_VALUE,
        "Blue lights / hue.set_color / color",
    ),
    "a number as text": (with_color(value=5), Code.WRONG_VALUE, "Blue lights / hue.set_color / color"),
    "a dropdown's value that is no option": (
        with_lights("dusk"),
        Code.NO_OPTION,
        "Blue lights / hue.set_color / lights",
    ),
    "an area without a radius": (replace(HUE, configuration=(AREA,)), Code.WRONG_VALUE, "configuration / where"),
    "checkboxes that are no list": (with_feature(fields=(CHECKS,)), Code.WRONG_VALUE, "Blue lights / days"),
    "a configuration field without a value": (
        replace(HUE, configuration=(Field(id="foo", visibility=YOU),)),
        Code.MISSING_VALUE,
        "configuration / foo",
    ),
    "a configuration field twice": (
        replace(HUE, configuration=(Field(id="a"),) * 2),
        Code.DUPLICATE_ID,
        "configuration",
    ),
}


@pytest.mark.parametrize(("definition", "code", "where"), CASES.values(), ids=CASES)
def test_each_problem_has_code_place_and_cure(definition: ConnectionDefinition, code: Code, where: str) -> None:
    """Each thing that can be wrong is found, by code and place, with a message and a cure."""
    found = [problem for problem in definition_problems(definition) if problem.code is code]
    assert where in [problem.where for problem in found]
    assert all(problem.message.endswith(".") and problem.cure.endswith((".", "?")) for problem in found)


def test_an_optional_field_may_be_empty() -> None:
    """Only required fields need a value, and only where the user cannot give it."""
    assert not definition_problems(with_color(value=None, required=False))
    assert not definition_problems(with_color(value=None, visibility=Visibility.CUSTOMIZABLE))


def test_problems_point_into_the_file(tmp_path: Path) -> None:
    """A problem of a loaded connection has file, line and column, down to the value."""
    path = tmp_path / "c.yaml"
    path.write_text(
        "connection: A\nservices: [hue, sms]\nfeatures:\n  - title: T\n    actions:\n      - step: hue.dim\n"
        "        fields:\n          lights: {visibility: Set by you, value: desc}\n"
        "          brightness: {visibility: Set by you}\n",
        encoding="utf-8",
    )
    found = {problem.code: problem for problem in Connection.load(path).problems()}
    option, missing = found[Code.NO_OPTION], found[Code.MISSING_VALUE]
    assert (option.path, option.line, option.column) == (path, 8, 44)
    assert option.message == "'desc' is no option of field `lights`."
    assert option.cure.startswith("Did you mean `Desk`? It takes 'All lights' (all)")
    assert (missing.line, missing.column) == (9, 11)
    assert str(missing).startswith(f"{path}:9:11: error: T / hue.dim / brightness: Field `brightness` is required")
    assert (found[Code.UNUSED_SERVICE].line, found[Code.UNUSED_SERVICE].column) == (2, 17)


def test_problems_are_rows_with_the_worst_first() -> None:
    """Errors come before warnings, in the repr, the frame and as plain data."""
    found = definition_problems(replace(with_color(value=None), script="x()"))
    assert [problem.severity for problem in found] == [Severity.ERROR, Severity.WARNING]
    assert len(found.errors) == 1
    assert list(found.frame().columns) == ["severity", "code", "place", "message", "cure"]
    assert found[0].as_dict()["code"] == "missing value"
    assert repr(found).count("\n") == 1
    assert repr(Problems()) == "No problems."


# --- the script -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call as the syntax tree reports it."""

    kind: str
    step: str | None
    step_place: tuple[int, int] = (3, 15)
    fields: Mapping[str, tuple[int, int]] | None = field(default_factory=dict)
    body_keys: Mapping[str, tuple[int, int]] | None = field(default_factory=dict)
    line: int | None = 3
    column: int | None = 5


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A syntax error as the gate reports it."""

    message: str = "SyntaxError: Unexpected token ')'"
    advice: str = ""
    line: int | None = 2
    column: int | None = 7


@dataclass(frozen=True, kw_only=True)
class Report:
    """What the syntax tree says."""

    ok: bool = True
    fault: Fault | None = None
    calls: tuple[Call, ...] = ()
    reads: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def call(kind: str, step: str | None, **more: object) -> Report:
    """A script of one call."""
    return Report(calls=(Call(kind=kind, step=step, **more),))  # type: ignore[arg-type]


def read(name: str) -> Report:
    """A script that reads one name."""
    return Report(reads={name: (4, 1)})


VIDEO = Connection.sample("liked-video-to-sms").definition
SCRIPTS = {
    "an action that is not there": (
        call("action", "sms.send_me_txt"),
        Code.UNKNOWN_STEP,
        "The connection has no action `sms.send_me_txt`. Did you mean `sms.send_me_text`?",
    ),
    "an action that only the service has": (
        call("action", "youtube.like_video"),
        Code.UNKNOWN_STEP,
        "The connection has no action `youtube.like_video`. Its service has: add it to a feature (`add_action`).",
    ),
    "an action that is performed": (
        call("query", "sms.send_me_text"),
        Code.WRONG_FUNCTION,
        '`sms.send_me_text` is an action, and performQuery calls it. Write `runAction("sms.send_me_text")`.',
    ),
    "a query that is run": (
        call("action", "youtube.get_videos_from_search"),
        Code.WRONG_FUNCTION,
        'is a query, and runAction calls it. Write `performQuery("youtube.get_videos_from_search")`.',
    ),
    "a trigger that is run": (
        call("action", "youtube.new_liked_video"),
        Code.WRONG_FUNCTION,
        "is a trigger: it starts the script and cannot be called. What it brought is in `Trigger.ingredients`.",
    ),
    "a field that is not there": (
        call("action", "sms.send_me_text", fields={"mesage": (4, 7)}),
        Code.UNKNOWN_FIELD,
        "Unknown field `mesage` for sms.send_me_text. Did you mean `message`?",
    ),
    "a field outside of fields": (
        call("action", "sms.send_me_text", body_keys={"message": (4, 7)}),
        Code.BODY_KEY,
        "`message` means nothing in the body of runAction. It belongs inside `fields`: { fields: { message: … } }.",
    ),
    "a limit on an action": (
        call("action", "sms.send_me_text", body_keys={"limit": (4, 7)}),
        Code.BODY_KEY,
        "`limit` means nothing in the body of runAction. There is: user_id, user_feature_id, fields.",
    ),
    "a computed id": (
        call("action", None),
        Code.CANNOT_TELL,
        "Cannot tell which action this runAction calls: its id is computed. Nothing to mend",
    ),
    "an ingredient that is not there": (
        read("Trigger.ingredients.titel"),
        Code.UNKNOWN_INGREDIENT,
        "Unknown ingredient `titel` of youtube.new_liked_video. Did you mean `title`?",
    ),
    "a configuration that is not there": (
        read("Connection.configuration.foo"),
        Code.UNKNOWN_CONFIGURATION,
        "The connection has no configuration field `foo`. There is none.",
    ),
    "a constant that is not there": (
        read("Connection.userFeatureID"),
        Code.UNKNOWN_CONSTANT,
        "is not documented, and is undefined in a runtime script. Did you mean `userFeatureId`?",
    ),
    "a script that does not compile": (
        Report(ok=False, fault=Fault()),
        Code.SYNTAX,
        "SyntaxError: Unexpected token ')' Write it as Node.js 12 reads it.",
    ),
}


@pytest.mark.parametrize(("report", "code", "text"), SCRIPTS.values(), ids=SCRIPTS)
def test_each_problem_of_a_script_has_place_and_cure(report: Report, code: Code, text: str) -> None:
    """What the script asks for in vain is found with its line and column, and the way to mend it."""
    (problem,) = script_problems(VIDEO, report)
    assert problem.code is code
    assert text in f"{problem.message} {problem.cure}"
    assert problem.line is not None
    assert problem.column is not None
    assert problem.place == f"{problem.line}:{problem.column} script"


MARKED = {
    "an unknown step, at its id": (call("action", "sms.nope"), (3, 15)),
    "a field, at its key": (call("action", "sms.send_me_text", fields={"nope": (7, 2)}), (7, 2)),
    "a key of the body, at the key": (call("action", "sms.send_me_text", body_keys={"nope": (7, 2)}), (7, 2)),
    "the wrong function, at the call": (call("query", "sms.send_me_text"), (3, 5)),
    "a trigger that is run, at the call": (call("action", "youtube.new_liked_video"), (3, 5)),
    "a computed id, at the call": (call("action", None), (3, 5)),
}


@pytest.mark.parametrize(("report", "place"), MARKED.values(), ids=MARKED)
def test_a_problem_of_a_call_is_marked_where_it_is_mended(report: Report, place: tuple[int, int]) -> None:
    """The word to change is marked: the id, the key, or the function that is called."""
    (problem,) = script_problems(VIDEO, report)
    assert (problem.line, problem.column) == place


GOOD = {
    "the document's script": Report(
        calls=(
            Call(
                kind="query",
                step="youtube.get_videos_from_search",
                fields={"search_query": (4, 9)},
                body_keys={"fields": (4, 3), "limit": (5, 3)},
            ),
            Call(kind="action", step="sms.send_me_text", fields={"message": (6, 9)}, body_keys={"fields": (6, 3)}),
        ),
        reads={"Trigger.ingredients.title": (1, 23)},
    ),
    "computed fields and bodies": call("action", "sms.send_me_text", fields=None, body_keys=None),
    "methods of what is read": read("Trigger.ingredients.hasOwnProperty"),
    "a method of a moment": read("Meta.currentUserTime.hour"),
    "names of the script's own": read("response.responseBody.data"),
}


@pytest.mark.parametrize("report", GOOD.values(), ids=GOOD)
def test_a_good_script_has_no_problem(report: Report) -> None:
    """Nothing is said of what is right."""
    assert list(script_problems(VIDEO, report)) == []


def test_a_script_blind_to_its_feature_is_warned() -> None:
    """One trigger and one action in two features, and a script that never asks which: a warning for each."""
    definition = Connection.sample("two-features").definition
    run = Call(kind="action", step="sms.send_me_text")
    blind = script_problems(definition, Report(calls=(run,)))
    assert [problem.code for problem in blind] == [Code.FEATURE_BLIND] * 2
    assert "`youtube.new_liked_video` is in `Keep it` and `Share it`" in blind[0].message
    for name in ("Connection.userFeatureId", "Connection.currentFeatureName"):
        assert not script_problems(definition, Report(calls=(run,), reads={name: (1, 1)}))


def test_an_ingredient_of_one_of_two_triggers_is_a_warning() -> None:
    """An ingredient that only some of the triggers bring is undefined for the others."""
    other = FeatureStep(id="x", kind=StepKind.TRIGGER, step="sms.receive_message")
    feature = Feature(id="abcdefghij", title="Other", steps=(other,))
    definition = replace(VIDEO, features=(*VIDEO.features, feature))
    (problem,) = script_problems(definition, read("Trigger.ingredients.title"))
    assert problem.severity is Severity.WARNING
    assert problem.message == "Ingredient `title` is undefined when sms.receive_message fired."
