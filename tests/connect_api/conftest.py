"""A connection with every kind of field, an emulator around it, and servers on loopback."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import uvicorn

from tests.connect_api.site_client import APP, BACK, Client
from workbench.clock import Clock
from workbench.connect_api.api_log import ApiLog
from workbench.connect_api.breaking import breakable
from workbench.connect_api.choices import Choices
from workbench.connect_api.emulator import Emulator, Exchange
from workbench.connect_api.requests import Request
from workbench.connect_api.server import site
from workbench.connection.definition import (
    Action,
    ConnectionDefinition,
    Feature,
    FeatureStep,
    Ingredient,
    IngredientType,
    Query,
    Service,
    StepKind,
    Trigger,
)
from workbench.connection.document import Connection
from workbench.connection.fields import Field, FieldType, Option, Visibility
from workbench.secret import Secret

KEY = "service-key-of-the-tests"
USER = "user-17"
ROOMS = (Option(label="Desk", value="desk"), Option(label="Sofa", value="sofa", group="Living room"))
DAYS = (Option(label="Monday", value="mon"), Option(label="Friday", value="fri"), Option(label="Sunday", value="sun"))


def hidden(field_id: str, value: Any, **more: Any) -> Field:
    return Field(id=field_id, visibility=Visibility.SET_BY_YOU, value=value, **more)


LAMP = Service(
    id="lamp",
    name="Demo Lamp",
    triggers=(
        Trigger(
            id="switched_on",
            fields=(Field(id="area", type=FieldType.LOCATION_ENTER),),
            ingredients=(Ingredient(id="title"), Ingredient(id="url", type=IngredientType.WEB_URL)),
        ),
    ),
    queries=(
        Query(
            id="list_lamps",
            fields=(Field(id="search", required=False),),
            ingredients=(
                Ingredient(id="title"),
                Ingredient(id="brightness", type=IngredientType.NUMBER),
                Ingredient(id="seen_at", type=IngredientType.DATE_TIME),
                Ingredient(id="scenes", type=IngredientType.QUERY, query="lamp.scenes"),
            ),
        ),
        Query(
            id="scenes",
            fields=(Field(id="room", type=FieldType.COLLECTION_SELECT, options=ROOMS),),
            ingredients=(Ingredient(id="name"),),
        ),
    ),
    actions=(
        Action(
            id="set_color",
            fields=(Field(id="lamp", type=FieldType.COLLECTION_SELECT), Field(id="color")),
        ),
    ),
)

COLOR = FeatureStep(
    id="actcolor01",
    kind=StepKind.ACTION,
    step="lamp.set_color",
    label="Set color",
    fields=(
        Field(id="lamp", label="Which lamp?", type=FieldType.COLLECTION_SELECT, options=ROOMS),
        hidden("color", "blue", label="Color"),
        Field(id="days", type=FieldType.CHECKBOX_MULTI, options=DAYS, required=False),
        Field(id="spot", type=FieldType.LOCATION_RADIUS, required=False),
        Field(id="pin", required=False, secret=True),
        Field(id="scene", type=FieldType.COLLECTION_SELECT, required=False),
    ),
)
TRIGGER = FeatureStep(
    id="trigger001",
    kind=StepKind.TRIGGER,
    step="lamp.switched_on",
    fields=(
        Field(
            id="area",
            type=FieldType.LOCATION_ENTER,
            value={"latitude": "51.5", "longitude": "-0.12", "radius": "300"},
        ),
    ),
)
LAMPS = FeatureStep(
    id="querylamps", kind=StepKind.QUERY, step="lamp.list_lamps", fields=(Field(id="search", required=False),)
)
SCENES = FeatureStep(
    id="queryscene",
    kind=StepKind.QUERY,
    step="lamp.scenes",
    fields=(Field(id="room", type=FieldType.COLLECTION_SELECT, options=ROOMS, value="desk"),),
)
DEFINITION = ConnectionDefinition(
    id="Ab3dE5gH",
    name="Lamp follows your day",
    description="Turns the lamp on.",
    services=(LAMP,),
    configuration=(Field(id="greeting", value="friend", required=False),),
    features=(
        Feature(
            id="featureone",
            title="Color",
            fields=(Field(id="weekday", type=FieldType.COLLECTION_SELECT, options=DAYS, value="mon"),),
            steps=(TRIGGER, LAMPS, SCENES, COLOR),
        ),
        Feature(id="featuretwo", title="Second", steps=(replace(COLOR, id="actcolor02"),)),
    ),
)
VALUES = {"lamp.set_color": {"lamp": "Desk"}}


class World:
    """An emulator with short ways to call it."""

    def __init__(self, definition: ConnectionDefinition = DEFINITION, **options: Any) -> None:
        self.definition = definition
        self.clock = Clock().freeze("2026-01-02T03:04:05+00:00")
        self.log = ApiLog(options.pop("path", None))
        self.events: list[Any] = []
        self.emulator = Emulator(
            lambda: self.definition,
            clock=self.clock,
            log=self.log,
            service_key=Secret(KEY),
            **{"on_event": self.events.append, **options},
        )

    def send(self, method: str, path: str, body: Any = None, **more: Any) -> Exchange:
        """One request with the service key; ``body`` is bytes or JSON."""
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        headers = more.pop("headers", (("ifttt-service-key", KEY), ("content-type", "application/json")))
        path, _, query = path.partition("?")
        pairs = tuple(tuple(part.split("=", 1)) for part in query.split("&") if part)
        request = Request(method=method, path=path, query=pairs, headers=headers, body=raw, **more)  # type: ignore[arg-type]
        return self.emulator.exchange(request)

    def at(self, rest: str) -> str:
        """A path below the connection."""
        return f"/v2/connections/{self.definition.id}{rest}"

    def run(self, step: str = "lamp.set_color", user: str = USER, **body: Any) -> Exchange:
        return self.send("POST", self.at(f"/actions/{step}/run"), {"user_id": user, **body})

    def perform(self, step: str = "lamp.list_lamps", user: str = USER, **body: Any) -> Exchange:
        return self.send("POST", self.at(f"/queries/{step}/perform"), {"user_id": user, **body})

    def options(self, place: str, user: str = USER) -> dict[str, list[dict[str, Any]]]:
        answer = self.send("GET", self.at(f"/{place}/field_options?user_id={user}"))
        assert answer.status == 200
        return answer.body["options"]  # type: ignore[index,call-overload,return-value]

    def token(self, field: str, label: str, place: str = "actions/lamp.set_color", user: str = USER) -> str:
        return next(one["value"] for one in self.options(place, user)[field] if one["label"] == label)

    def decided(self, exchange: Exchange) -> dict[str, Any]:
        return {one.field_id: one.winner.value for one in exchange.decisions if one.winner}

    def received(self, step: str) -> list[Any]:
        """The calls that a responder of a step will have got."""
        calls: list[Any] = []
        self.emulator.respond(step, lambda call: calls.append(call) or [])
        return calls


@pytest.fixture
def make_world() -> Iterator[Callable[..., World]]:
    """Makes emulators, with ``USER`` enabled unless told otherwise, and closes them."""
    made: list[World] = []

    def make(definition: ConnectionDefinition = DEFINITION, *, values: Any = VALUES, **options: Any) -> World:
        if isinstance(options.get("choices"), dict):
            options["choices"] = Choices(**options["choices"])
        world = World(definition, **options)
        made.append(world)
        if values is not None:
            world.emulator.enable(USER, timezone="Europe/Paris", values=values)
        return world

    yield make
    for world in made:
        world.emulator.close()
        world.log.close()


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """An emulator with ``USER`` enabled."""
    return make_world()


# --- servers ----------------------------------------------------------------------------------------------------------


class Server:
    """An ASGI app on a free port of loopback, on a thread and loop of its own."""

    def __init__(self, app: Any) -> None:
        config = uvicorn.Config(app, port=0, lifespan="off", log_config=None, http=breakable(), timeout_keep_alive=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._server.serve()), daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.002)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"

    def close(self) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(10)


@pytest.fixture
def serve() -> Iterator[Callable[[Any], str]]:
    """Serves ASGI apps for one test and gives their addresses."""
    running: list[Server] = []

    def start(app: Any) -> str:
        running.append(Server(app))
        return running[-1].url

    yield start
    for server in running:
        server.close()


LESSON = Path(__file__).parents[2] / "notebooks" / "services"


@pytest.fixture(scope="session")
def lamp_module() -> ModuleType:
    """The small real service of the lessons."""
    spec = importlib.util.spec_from_file_location("lamp", LESSON / "lamp.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["lamp"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def at(definition: ConnectionDefinition, url: str) -> ConnectionDefinition:
    """The connection with its first service running at ``url``."""
    return replace(definition, services=(replace(definition.services[0], url_prefix=url), *definition.services[1:]))


@pytest.fixture
def lamp_definition() -> Callable[[str], ConnectionDefinition]:
    """The connection of the lessons to a lamp service at some address."""
    definition = Connection.load(LESSON / "lamp.yaml").definition
    return lambda url: at(definition, url)


@pytest.fixture
def lamps(lamp_module: ModuleType) -> Any:
    """The lamp service, with a token for one user."""
    return lamp_module.LampService(KEY, {"token-of-17": USER})


@pytest.fixture
def home(make_world: Callable[..., World], lamp_definition: Any, serve: Any, lamps: Any) -> World:
    """An emulator whose service really runs (``lamps``), with ``USER`` signed in there and enabled."""
    world = make_world(lamp_definition(serve(lamps.app())), values=None)
    world.emulator.outside.sign_in("lamps", USER, "token-of-17")
    lamp = {"lamp": "Study / Desk"}
    world.emulator.enable(
        USER, timezone="Europe/Paris", values={"lamps.set_color": lamp, "lamps.scenes": lamp, "lamps.switched_on": lamp}
    )
    return world


@pytest.fixture
def open_site(make_world: Any) -> Any:
    """A world whose connection has registered redirects, with a client of its site; ``change`` makes the definition."""

    def make(change: Any = lambda one: one, **options: Any) -> tuple[Any, Client]:
        world = make_world(**options)
        world.definition = change(replace(world.definition, redirect_uris=(BACK, APP)))
        return world, Client(site(world.emulator))

    return make
