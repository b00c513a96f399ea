"""A connection and a service of one's own, built against each other: the lamp service of the lessons really runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from workbench.connect_api.api_log import ApiLog
from workbench.connect_api.downstream import ServiceApi, ServiceProblem, read_options
from workbench.connect_api.outgoing import Outgoing
from workbench.connect_api.services import Failed, StepCall
from workbench.connection.definition import ConnectionDefinition, StepKind
from workbench.connection.fields import Option
from workbench.errors import UsageError

USER = "user-17"
LIST, SCENES, COLOR = "lamps.list_lamps", "lamps.scenes", "lamps.set_color"


def test_an_action_reaches_the_service_with_every_field_decided(home: Any, lamps: Any) -> None:
    """The service gets the option's own value, the value set by you, zone and source, and the user's token."""
    assert home.run(COLOR).status == 204
    assert lamps.homes[USER].lamps[0].color == "blue"
    path, headers, body = lamps.requests[-1]
    assert path == "/ifttt/v1/actions/set_color"
    assert headers["authorization"] == "Bearer token-of-17"
    assert "ifttt-service-key" not in headers
    assert body["actionFields"] == {"lamp": "desk", "color": "blue"}
    assert body["user"] == {"timezone": "Europe/Paris"}
    assert body["ifttt_source"]["id"] == home.definition.id
    sent = home.log.rows(direction="out")[-1]
    assert (sent.transport, sent.status, sent.step, sent.user_id) == ("service", 200, COLOR, USER)
    assert "token-of-17" not in str([asdict(one) for one in home.log.rows()])


def test_who_has_no_account_there_is_asked_for_with_the_service_key(home: Any, lamps: Any) -> None:
    """Without a token the service key goes along, as for services without accounts."""
    lamp = {"lamp": "Study / Desk"}
    home.emulator.enable("guest", values={COLOR: lamp, SCENES: lamp, "lamps.switched_on": lamp})
    assert home.run(COLOR, user="guest").status == 204
    assert lamps.requests[-1][1]["ifttt-service-key"]


def test_options_come_from_the_service_by_group(home: Any, lamps: Any) -> None:
    """Field options are the service's own, with groups; a token of one is taken by a run."""
    offered = home.options(f"actions/{COLOR}")["lamp"]
    assert [(one["group"], one["label"]) for one in offered] == [
        ("Study", "Desk"), ("Study", "Shelf"), ("Kitchen", "Ceiling"),
    ]  # fmt: skip
    token = home.token("lamp", "Ceiling", f"actions/{COLOR}")
    assert home.run(COLOR, fields={"lamp": token, "color": "red"}).status == 204
    assert lamps.homes[USER].lamps[2].color == "red"


def test_pages_of_the_service_are_followed_by_their_cursors(home: Any) -> None:
    """`limit` and `cursor` reach the service; the pages together are the whole, undeclared keys left out."""
    first = home.perform(LIST, limit=2).body
    rest = home.perform(LIST, limit=2, cursor=first["next"]["cursor"]).body
    names = [item["name"] for item in (*first["data"], *rest["data"])]
    assert names == ["Desk", "Shelf", "Ceiling"]
    assert "next" not in rest
    assert all("firmware" not in item and "meta" not in item for item in first["data"])


def test_nested_queries_are_named_as_the_connect_api_names_them(home: Any, lamps: Any) -> None:
    """Unresolved, `queryFields` becomes `{type: query}`; named in `includes`, a list with a cursor of its own."""
    (desk, *_) = home.perform(LIST).body["data"]
    assert desk["scenes"]["type"] == "query"
    assert "include" not in lamps.requests[-1][2]
    (desk, *_) = home.perform(LIST, includes=["scenes"]).body["data"]
    assert lamps.requests[-1][2]["include"] == ["scenes"]
    assert desk["scenes"]["data"] == [{"name": "Reading"}]
    follow = desk["scenes"]["next"]
    rest = home.perform(SCENES, fields=follow["fields"], cursor=follow["cursor"]).body
    assert rest["data"] == [{"name": "Evening"}]


def test_a_skipped_action_is_a_502_that_says_why(home: Any) -> None:
    """SKIP is E5: the caller reads the service's words, and the log has the code."""
    answer = home.run(COLOR, fields={"color": " "})
    assert answer.status == 502
    assert "E5" in answer.body["message"]
    assert "No color was given" in answer.body["message"]
    assert home.log.rows(direction="out")[-1].error_code == "E5"


def test_a_service_that_is_away_is_a_502(home: Any, lamp_definition: Any) -> None:
    """Nobody listens: E1, and where one looks. Without a service the samples answer again."""
    home.definition = lamp_definition("http://127.0.0.1:9")
    answer = home.run(COLOR)
    assert answer.status == 502
    assert "E1: cannot connect" in answer.body["message"]
    home.definition = replace(home.definition, services=(replace(home.definition.services[0], url_prefix=None),))
    assert home.perform(LIST).status == 200


def test_a_service_is_used_at_another_address_and_not_elsewhere(home: Any, lamps: Any, serve: Any) -> None:
    """`use_service` beats the file's address until it is taken back; other machines need to be allowed."""
    other = type(lamps)("another-key", {"token-of-17": USER})
    home.emulator.outside.use_service("lamps", serve(other.app()))
    assert home.run(COLOR).status == 204
    assert other.homes[USER].lamps[0].color == "blue"
    home.emulator.outside.use_service("lamps", None)
    home.run(COLOR, fields={"color": "red"})
    assert lamps.homes[USER].lamps[0].color == "red"
    with pytest.raises(UsageError, match="allow_network"):
        home.emulator.outside.use_service("lamps", "https://lamps.example.com")


@pytest.mark.parametrize(
    ("make", "code", "says"),
    [
        (lambda: JSONResponse({"errors": [{"message": "Broken bulb"}]}, 500), "E4", "answered 500 (Broken bulb)"),
        (lambda: JSONResponse({"errors": [{"message": "Slowly"}]}, 429), "E7", "limits our rate"),
        (lambda: JSONResponse({"errors": [{"message": "a"}, {"status": "SKIP", "message": "b"}]}, 400), "E4", "a; b"),
        (lambda: Response("{", 200), "E3", "no JSON"),
        (lambda: JSONResponse([], 200), "E4", "list `data`"),
        (lambda: JSONResponse({"data": [{}]}, 200), "E4", "an object with an `id`"),
        (lambda: Response(status_code=302, headers={"Location": "http://127.0.0.1:1/"}), "E4", "answered 302"),
    ],
    ids=["fails", "limits", "skips only later", "is malformed", "is no object", "has no id", "redirects"],
)
def test_what_a_service_does_wrong_is_told_by_the_request_logs_code(
    home: Any, serve: Any, lamp_definition: Any, make: Callable[[], Response], code: str, says: str
) -> None:
    """Whatever an action endpoint answers, the caller gets a 502 with the code and the service's own words."""

    async def answer(_: Any) -> Response:
        return make()

    app = Starlette(routes=[Route("/{path:path}", answer, methods=["POST"])])
    home.definition = lamp_definition(serve(app))
    said = home.run(COLOR)
    assert said.status == 502
    assert f"{code}: " in said.body["message"]
    assert says in said.body["message"]
    assert home.log.rows(direction="out")[-1].error_code in (code, None)


def test_a_service_has_its_time_and_no_more(
    home: Any, serve: Any, lamp_definition: Callable[[str], ConnectionDefinition]
) -> None:
    """An answer that does not come in time is E2; one that drips is cut off at the same deadline."""

    async def drip(_: Any) -> Response:
        await asyncio.sleep(5)
        return JSONResponse({"data": [{"id": "1"}]})

    definition = lamp_definition(serve(Starlette(routes=[Route("/{path:path}", drip, methods=["POST"])])))
    outgoing = Outgoing(ApiLog(), home.clock, home.emulator.service_key)
    api = ServiceApi(
        outgoing, lambda: definition, timezone=lambda _: "UTC", allow_network=False,
        secret_fields=frozenset, seconds=0.2,
    )  # fmt: skip
    call = StepCall(step=COLOR, kind=StepKind.ACTION, fields={}, user_id="u", user_feature_id="f", now=home.clock.now())
    reply = api.ask(call).result()
    outgoing.close()
    assert isinstance(reply, Failed)
    assert "E2: no answer within 0.2 seconds" in reply.message


def test_options_are_read_one_level_deep() -> None:
    """Groups hold options and cannot be chosen; numbers are texts; other shapes are named."""
    assert read_options([{"label": "A", "value": 1}, {"label": "G", "values": [{"label": "B", "value": "b"}]}]) == (
        Option(label="A", value="1"),
        Option(label="B", value="b", group="G"),
    )
    for wrong in (
        [{"value": "x"}],
        [{"label": "A"}],
        ["x"],
        [{"label": "G", "values": [{"label": "H", "values": []}]}],
    ):
        with pytest.raises(ServiceProblem, match="E4"):
            read_options(wrong)
