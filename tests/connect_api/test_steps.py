"""Which value each field of a call has, who is told, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.connection.definition import Action, ConnectionDefinition, Feature, FeatureStep, Service, StepKind
from workbench.connection.fields import Field, FieldType, Option, Source, Visibility
from workbench.errors import ServiceFailure

USER = "user-17"
LIGHTS = Field(
    id="lights",
    label="Which lights?",
    type=FieldType.COLLECTION_SELECT,
    options=(Option(label="Desk", value="desk"), Option(label="Ceiling", value="ceiling")),
)
SET_BY_YOU = Field(id="color", visibility=Visibility.SET_BY_YOU, value="blue")
CUSTOMIZABLE = Field(id="color", visibility=Visibility.CUSTOMIZABLE, value="blue")


def hue(color: Field) -> ConnectionDefinition:
    """One of the document's three tables; the first and the third are the same data."""
    step = FeatureStep(id="huecolor01", kind=StepKind.ACTION, step="hue.set_color", fields=(LIGHTS, color))
    return ConnectionDefinition(
        id="HueTable",
        name="Hue",
        services=(Service(id="hue", actions=(Action(id="set_color", fields=(LIGHTS, color)),)),),
        features=(Feature(id="huefeature", title="Lights", steps=(step,)),),
    )


@pytest.mark.parametrize(
    ("color", "user", "sent", "expected", "source", "losers"),
    [
        pytest.param(SET_BY_YOU, None, None, "blue", Source.YOU, [], id="blue lights"),
        pytest.param(SET_BY_YOU, None, "purple", "purple", Source.CALL, ["blue"], id="from the app, overridden"),
        pytest.param(CUSTOMIZABLE, None, None, "blue", Source.DEFAULT, [], id="favourite, default kept"),
        pytest.param(CUSTOMIZABLE, "green", None, "green", Source.USER, ["blue"], id="favourite, user's own"),
        pytest.param(CUSTOMIZABLE, None, "purple", "purple", Source.CALL, ["blue"], id="favourite default, overridden"),
        pytest.param(
            CUSTOMIZABLE, "green", "purple", "purple", Source.CALL, ["green", "blue"], id="favourite, overridden"
        ),
    ],
)
def test_the_tables_of_the_document_reach_the_action(
    make_world: Any,
    color: Field,
    user: str | None,
    sent: str | None,
    expected: str,
    source: Source,
    losers: list[str],
) -> None:
    """For each table the action gets the right color with and without override, and winner and losers are kept."""
    values = {"hue.set_color": {"lights": "Desk", **({"color": user} if user else {})}}
    world = make_world(hue(color), values=values)
    calls = world.received("hue.set_color")
    answer = world.run("hue.set_color", fields={"color": sent} if sent else {})
    assert answer.status == 204
    assert calls[0].fields == {"lights": "desk", "color": expected}
    decision = next(one for one in answer.decisions if one.field_id == "color")
    assert decision.winner is not None
    assert (decision.winner.value, decision.winner.source) == (expected, source)
    assert [one.value for one in decision.losers] == losers


@pytest.mark.parametrize("value", ["Desk", "desk", "Sofa", "", "eyJ", 7, True, ["desk"], {"value": "desk"}])
def test_a_dropdown_takes_no_label_and_no_plain_value(world: Any, value: Any) -> None:
    """Anything but a token gets 422 with the pointer to the field and the way to the tokens."""
    answer = world.run(fields={"lamp": value})
    assert answer.status == 422
    assert answer.body["code"] == "invalid_parameters"
    (detail,) = answer.body["details"]
    assert detail["parameter"] == "/fields/lamp"
    assert "field options request" in detail["message"]


def test_a_dropdown_takes_its_token(world: Any) -> None:
    """The token of an option overrides the user's choice with the option's own value."""
    answer = world.run(fields={"lamp": world.token("lamp", "Sofa")})
    decision = answer.decisions[0]
    assert answer.status == 204
    assert (decision.winner.value, [one.value for one in decision.losers]) == ("sofa", ["desk"])


@pytest.mark.parametrize("whose", ["another user's", "another field's", "another step's", "another seed's"])
def test_a_token_is_good_for_one_user_and_field(make_world: Any, whose: str) -> None:
    """A token minted for somebody or something else is refused like any other text."""
    world = make_world()
    other = make_world(seed=1) if whose == "another seed's" else world
    world.emulator.enable("other", values={"lamp.set_color": {"lamp": "Desk"}})
    token = {
        "another user's": lambda: world.token("lamp", "Desk", user="other"),
        "another field's": lambda: world.token("days", "Monday"),
        "another step's": lambda: world.token("room", "Desk", place="queries/lamp.scenes"),
        "another seed's": lambda: other.token("lamp", "Desk"),
    }[whose]()
    assert world.run(fields={"lamp": token}).status == 422


def test_a_token_dies_with_its_option(make_world: Any) -> None:
    """After an edit took the option away, its token is refused and the message says why."""
    world = make_world(hue(SET_BY_YOU), values={"hue.set_color": {"lights": "Desk"}})
    token = world.token("lights", "Ceiling", place="actions/hue.set_color")
    only_desk = Field(id="lights", type=FieldType.COLLECTION_SELECT, options=LIGHTS.options[:1])
    step = FeatureStep(id="huecolor01", kind=StepKind.ACTION, step="hue.set_color", fields=(only_desk, SET_BY_YOU))
    world.definition = ConnectionDefinition(
        id="HueTable",
        name="Hue",
        services=world.definition.services,
        features=(Feature(id="huefeature", steps=(step,)),),
    )
    answer = world.run("hue.set_color", fields={"lights": token})
    assert answer.status == 422
    assert "no longer among the options" in answer.body["details"][0]["message"]


def test_checkboxes_take_a_list_of_tokens(world: Any) -> None:
    """A list of tokens is taken; one token alone, labels and plain values are not."""
    tokens = [world.token("days", label) for label in ("Friday", "Monday")]
    assert world.decided(world.run(fields={"days": tokens}))["days"] == ["fri", "mon"]
    assert world.decided(world.run(fields={"days": []}))["days"] == []
    for wrong in (tokens[0], ["Monday"], ["mon"], [*tokens, 1]):
        assert world.run(fields={"days": wrong}).status == 422


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(
            {"lat": 51.5, "lng": -0.12, "radius": 200}, {"lat": 51.5, "lng": -0.12, "radius": 200}, id="numbers"
        ),
        pytest.param(
            {"lat": "51.5", "lng": "-0.12", "radius": "200"}, {"lat": 51.5, "lng": -0.12, "radius": 200}, id="texts"
        ),
        pytest.param(
            {"latitude": 1, "longitude": 2, "radius": 0, "address": "x", "extra": 1},
            {"lat": 1, "lng": 2, "radius": 0, "address": "x"},
            id="the older names",
        ),
        pytest.param({"lat": 51.5, "lng": -0.12}, None, id="no radius"),
        pytest.param({"lng": -0.12, "radius": 1}, None, id="no latitude"),
        pytest.param({"lat": 91, "lng": 0, "radius": 1}, None, id="beyond the pole"),
        pytest.param({"lat": 0, "lng": 181, "radius": 1}, None, id="beyond the date line"),
        pytest.param({"lat": 0, "lng": 0, "radius": -1}, None, id="negative radius"),
        pytest.param({"lat": "north", "lng": 0, "radius": 1}, None, id="no number"),
        pytest.param({"lat": "nan", "lng": 0, "radius": 1}, None, id="not a number"),
        pytest.param({"lat": True, "lng": 0, "radius": 1}, None, id="a boolean"),
        pytest.param({"lat": 10**400, "lng": 0, "radius": 1}, None, id="a number too large"),
        pytest.param({"lat": 0, "lng": 0, "radius": 1, "address": 5}, None, id="address no text"),
        pytest.param("51.5,-0.12", None, id="text"),
    ],
)
def test_a_location_is_an_object_with_its_parts(world: Any, value: Any, expected: Any) -> None:
    """A location needs latitude, longitude and, but for a point, a radius, in range; else 422 at the field."""
    answer = world.run(fields={"spot": value})
    if expected is None:
        assert (answer.status, answer.body["details"][0]["parameter"]) == (422, "/fields/spot")
    else:
        assert world.decided(answer)["spot"] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("purple", "purple", id="text"),
        pytest.param("", "", id="empty text"),
        pytest.param(3, "3", id="number"),
        pytest.param(2.5, "2.5", id="fraction"),
        pytest.param(True, "true", id="boolean"),
        pytest.param(None, "blue", id="null is as not sent"),
        pytest.param(["a"], None, id="list"),
        pytest.param({"a": 1}, None, id="object"),
    ],
)
def test_a_text_field_takes_text_and_what_reads_as_text(world: Any, value: Any, expected: str | None) -> None:
    """Numbers and booleans become their JSON text; lists and objects are refused."""
    answer = world.run(fields={"color": value})
    if expected is None:
        assert (answer.status, answer.body["details"][0]["parameter"]) == (422, "/fields/color")
    else:
        assert world.decided(answer)["color"] == expected


@pytest.mark.parametrize(
    ("choice", "fields", "expected"),
    [
        pytest.param({"text_values": "refuse"}, {"color": 3}, 422, id="numbers refused"),
        pytest.param({"null_values": "refuse"}, {"color": None}, 422, id="null refused"),
        pytest.param({"unknown_fields": "ignore"}, {"colour": "x"}, 204, id="unknown fields ignored"),
        pytest.param({}, {"colour": "x"}, 422, id="unknown fields refused"),
        pytest.param({}, {"weekday": "x"}, 422, id="a feature-level field is no field of the step"),
    ],
)
def test_choices_change_how_fields_are_read(make_world: Any, choice: Any, fields: Any, expected: int) -> None:
    """Each choice about fields does what it says."""
    assert make_world(choices=choice).run(fields=fields).status == expected


def test_an_unknown_field_is_told_its_nearest(world: Any) -> None:
    """The message of a mistyped field holds the one that was meant."""
    answer = world.run(fields={"colour": "red", "zzz": 1})
    assert [one["parameter"] for one in answer.body["details"]] == ["/fields/colour", "/fields/zzz"]
    assert answer.body["details"][0]["message"] == "Unknown field `colour` for lamp.set_color. Did you mean `color`?"
    assert "There is: lamp, color" in answer.body["details"][1]["message"]


def test_a_pointer_escapes_what_json_pointers_escape(world: Any) -> None:
    """A field named with a slash or a tilde is pointed at by its escaped name."""
    answer = world.run(fields={"a/b~c": 1})
    assert answer.body["details"][0]["parameter"] == "/fields/a~1b~0c"


def test_a_required_field_without_any_value_is_named(make_world: Any) -> None:
    """Nobody gave a value: 422 that points at the field, not a call with a hole in it."""
    bare = Field(id="color", visibility=Visibility.SET_BY_YOU, value=None)
    world = make_world(hue(bare), values={"hue.set_color": {"lights": "Desk"}})
    answer = world.run("hue.set_color")
    assert (answer.status, answer.body["details"][0]["parameter"]) == (422, "/fields/color")


@pytest.mark.parametrize("fields", ["x", [], 3, True])
def test_fields_is_an_object(world: Any, fields: Any) -> None:
    """`fields` of another type gets 422 at `/fields`."""
    answer = world.run(fields=fields)
    assert (answer.status, answer.body["details"][0]["parameter"]) == (422, "/fields")


def test_unknown_members_beside_fields_are_ignored(world: Any) -> None:
    """The service adds members to what it sends and ignores those it does not know."""
    assert world.run(random_extra={"a": 1}, fields=None).status == 204


@pytest.mark.parametrize(
    ("raised", "status", "message", "note"),
    [
        pytest.param(ServiceFailure("No such lamp"), 502, "No such lamp", "", id="failure"),
        pytest.param(ServiceFailure("Slow down", status=429), 429, "Slow down", "", id="failure with a status"),
        pytest.param(ServiceFailure("odd", status=200), 502, "odd", "no error status", id="failure with a success"),
        pytest.param(
            KeyError("bulb"), 502, "The service could not process the request", "KeyError: 'bulb'", id="exception"
        ),
    ],
)
def test_a_failing_responder_is_a_bad_gateway(
    world: Any, raised: Exception, status: int, message: str, note: str
) -> None:
    """The caller learns what the service says; what an exception says is a note for the bench's owner alone."""

    def fail(_: Any) -> None:
        raise raised

    world.emulator.respond("lamp.set_color", fail)
    answer = world.run()
    assert (answer.status, answer.body["message"]) == (status, message)
    assert note in answer.note
    assert note in world.log.entry(answer.entry_id).note
    assert "bulb" not in answer.text


def test_an_error_keeps_what_was_decided(world: Any) -> None:
    """Also of a call that the service failed one can ask which values it had."""
    world.emulator.respond("lamp.set_color", lambda _: 1 / 0)
    answer = world.run(fields={"color": "purple"})
    assert world.decided(answer)["color"] == "purple"


def test_an_action_may_return_anything(world: Any) -> None:
    """What an action's responder returns is not looked at: the API answers 204."""
    for returned in (None, 1, object(), "x", [1]):
        world.emulator.respond("lamp.set_color", lambda _, value=returned: value)
        assert world.run().status == 204
