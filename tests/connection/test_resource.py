"""To and from the JSON of `GET /v2/connections/{id}`."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workbench as wb
from workbench.connection.definition import ConnectionDefinition, Feature, FeatureStep, Service, StepKind
from workbench.connection.document import samples
from workbench.connection.fields import Field, FieldType, Option, Visibility
from workbench.connection.resource import from_resource, to_resource
from workbench.errors import UsageError

NAMES = st.text("abcdefghij_", min_size=1, max_size=8)
TEXTS = st.text(max_size=12)
NUMBERS = st.integers(-80, 80) | st.floats(-80, 80, allow_nan=False).map(lambda one: round(one, 6) + 0.0)
OPTIONS = st.builds(Option, label=NAMES, value=TEXTS, group=st.none() | NAMES)


@st.composite
def fields(draw: st.DrawFn) -> Field:
    kind = draw(st.sampled_from(FieldType))
    visibility = draw(st.sampled_from(Visibility))
    options: tuple[Option, ...] = ()
    value: Any = None
    if kind is FieldType.CHECKBOX_MULTI:
        options = tuple(
            Option(label=one.label, value=one.value)
            for one in draw(st.lists(OPTIONS, max_size=3, unique_by=lambda one: one.value))
        )
        value = [one.value for one in options] or None
    elif kind.has_options:
        options = draw(st.just(()) | st.tuples(OPTIONS))
        value = options[0].value if options else None
    elif kind.is_location:
        parts = {"lat": NUMBERS, "lng": NUMBERS, "radius": st.integers(0, 900), "address": TEXTS}
        value = draw(st.none() | st.fixed_dictionaries(parts))
    else:
        value = draw(st.none() | TEXTS)
    return Field(
        id=draw(NAMES), label=draw(NAMES), type=kind, required=draw(st.booleans()), visibility=visibility,
        value=value, options=options,
    )  # fmt: skip


@st.composite
def definitions(draw: st.DrawFn) -> ConnectionDefinition:
    services = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    steps = st.builds(
        FeatureStep,
        id=NAMES,
        kind=st.sampled_from(StepKind),
        step=st.builds("{}.{}".format, st.sampled_from(services), NAMES),
        label=NAMES,
        fields=st.lists(fields(), max_size=3, unique_by=lambda one: one.id).map(tuple),
    )
    features = st.builds(
        Feature,
        id=NAMES,
        title=TEXTS,
        description=st.none() | TEXTS,
        icon_url=TEXTS,
        fields=st.lists(fields(), max_size=2, unique_by=lambda one: one.id).map(tuple),
        steps=st.lists(steps, max_size=3, unique_by=lambda one: one.id).map(
            lambda found: tuple(sorted(found, key=lambda one: list(StepKind).index(one.kind)))
        ),
    )
    return ConnectionDefinition(
        id=draw(NAMES),
        name=draw(NAMES),
        description=draw(TEXTS),
        services=tuple(Service(id=one, name=draw(NAMES)) for one in services),
        features=tuple(draw(st.lists(features, max_size=3, unique_by=lambda one: one.id))),
        primary_service=draw(st.sampled_from(services)),
    )


@settings(max_examples=60)
@given(definitions())
def test_what_was_written_reads_back_and_writes_the_same(definition: ConnectionDefinition) -> None:
    """Every resource survives a round trip through JSON text, whatever kinds of fields it has."""
    written = to_resource(definition)
    assert to_resource(from_resource(json.loads(json.dumps(written)))) == written


@pytest.mark.parametrize("name", samples())
def test_a_sample_survives_with_its_features(name: str) -> None:
    """Features, steps and fields of a sample read back as they are; options that the catalogue has come along."""
    was = wb.Connection.sample(name)
    now = wb.Connection.from_resource(was.to_resource())
    assert now.to_resource() == was.to_resource()
    assert [one.id for one in now.features] == [one.id for one in was.features]
    assert [(s.step, s.id) for _, s in now.definition.feature_steps()] == [
        (s.step, s.id) for _, s in was.definition.feature_steps()
    ]
    assert wb.Connection.loads(now.to_yaml()).definition == now.definition


def test_what_an_emulator_shows_makes_a_bench_that_runs(make_bench: Callable[..., wb.Bench]) -> None:
    """GET from one bench, import, and the imported connection runs the same action; users do not come along."""
    bench = make_bench()
    body = bench.client(bench.enable("user-17")).connection().raw
    assert "user_connection" in body
    imported = wb.Connection.from_resource(body)
    twin = make_bench(imported)
    shown = twin.client(twin.enable("somebody")).connection().raw
    assert shown["features"] == body["features"]
    assert [one["service_id"] for one in shown["services"]] == [one["service_id"] for one in body["services"]]
    run = twin.fire("youtube.new_liked_video", script='runAction("sms.send_me_text", {fields: {message: "hi"}})')
    assert [call.status for call in run.calls] == [204]


BODY = {
    "type": "connection",
    "id": "Ab3dE5gH",
    "name": "Lamp follows your day",
    "description": "Turns the lamp on.",
    "enabled_count": "4",
    "a_new_key": {"of": "theirs"},
    "services": [
        {"service_id": "demo_lamp", "service_name": "Demo Lamp", "is_primary": False},
        {"service_id": "location", "service_name": "Location", "is_primary": True, "color_icon_url": "https://i/l.png"},
    ],
    "features": [
        {
            "id": "k7w2m9p4qa",
            "title": "Light when home",
            "description": None,
            "fields": [
                {
                    "id": "weekday", "label": "Day", "type": "COLLECTION_SELECT", "required": "true", "hidden": "false",
                    "default_value": {"group": None, "label": "Monday", "value": "1"},
                }
            ],
            "feature_triggers": [
                {
                    "id": "t5n8c3x1zd", "trigger_id": "enter_region_location", "service_id": "location",
                    "label": "You enter an area",
                    "fields": [
                        {
                            "id": "location", "label": "Home", "type": "LOCATION_ENTER", "required": True,
                            "default_value": {"latitude": "51.50", "longitude": "-0.12", "radius": "300", "zoom": "16"},
                        }
                    ],
                }
            ],
            "feature_actions": [
                {
                    "id": "12345", "action_id": "set_color", "service_id": "demo_lamp", "label": "Set colour",
                    "fields": [
                        {"id": "color", "type": "TEXT_FIELD", "hidden": True, "default_value": "blue"},
                        {"id": "at", "label": "When", "type": "TIME_OF_DAY", "default_value": 7},
                        {"id": "fade", "type": "COLLECTION_SELECT", "hidden": True, "default_value": "false"},
                    ],
                }
            ],
        }
    ],
}  # fmt: skip


def test_a_body_is_read_leniently() -> None:
    """Flags and numbers as text, old names of coordinates, unknown keys and types, and services without steps."""
    definition = from_resource(BODY)
    (feature,) = definition.features
    assert definition.primary_service == "location"
    (weekday,) = feature.fields
    assert (weekday.value, weekday.required, weekday.is_customizable) == ("1", True, True)
    assert weekday.options == (Option(label="Monday", value="1"),)
    trigger, action = feature.steps
    assert trigger.step == "location.enter_region_location"
    assert trigger.fields[0].value == {"lat": 51.5, "lng": -0.12, "radius": 300, "zoom": 16}
    assert action.step == "demo_lamp.set_color"
    color, at, fade = action.fields
    assert (color.visibility, color.value) == (Visibility.SET_BY_YOU, "blue")
    assert (at.type, at.value) == (FieldType.TEXT_FIELD, "7")
    assert (fade.value, fade.options) == ("false", ())
    assert definition.step("location.enter_region_location")[1].ingredients  # from the catalogue
    assert definition.step("demo_lamp.set_color")[1].fields[0].id == "color"


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=6,
)


@given(JUNK, st.data())
def test_no_body_is_a_crash(junk: Any, data: st.DataObject) -> None:
    """Whatever stands in place of a member, reading gives a definition that can be written, or says what is wrong."""
    body = copy.deepcopy(BODY)
    places = [body, *body["services"], *body["features"]]
    for feature in body["features"]:
        for name in ("feature_triggers", "feature_actions"):
            places += [*feature[name], *(field for step in feature[name] for field in step["fields"])]
    place = data.draw(st.sampled_from(places))
    place[data.draw(st.sampled_from(sorted(place)))] = junk
    try:
        definition = from_resource(body)
    except UsageError:
        return
    json.dumps(to_resource(definition))


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"type": "error", "code": "not_found"}, "no connection but `error`"),
        ([], "no connection but `list`"),
        ({"data": BODY}, "without any envelope"),
    ],
)
def test_what_is_no_connection_is_said(body: Any, says: str) -> None:
    """Another body names what it is, and what to give."""
    with pytest.raises(UsageError, match=says):
        wb.Connection.from_resource(body)
