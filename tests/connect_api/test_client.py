"""The client, sync and async, against the emulator: in process and on loopback."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.connect_api.client import AsyncConnectClient, ConnectClient
from workbench.connect_api.result_reading import read_nested
from workbench.connect_api.results import Location, NestedQuery, QueryPage, Selected
from workbench.connect_api.server import Server
from workbench.errors import ConnectTransportError, Forbidden, NotFound, UnexpectedAnswer, UsageError
from workbench.secret import Secret

USER, CONNECTION, KEY = "user-17", "Ab3dE5gH", "service-key-of-the-tests"
CALLS = [name for name, one in vars(ConnectClient).items() if inspect.isfunction(one) and not name.startswith("_")]


class Awaited:
    """An async client behind sync methods, so that one test speaks to either."""

    def __init__(self, client: AsyncConnectClient) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            return asyncio.run(self._finished(getattr(self._client, name)(*given, **named)))

        return call

    async def _finished(self, answer: Any) -> Any:
        return [one async for one in answer] if hasattr(answer, "__aiter__") else await answer


@pytest.fixture(params=["sync", "async"])
def client(request: pytest.FixtureRequest, world: Any) -> Any:
    """A client of the emulator in process, with the service's key."""
    if request.param == "sync":
        return ConnectClient.in_process(world.emulator, connection_id=CONNECTION, user_id=USER)
    return Awaited(AsyncConnectClient.in_process(world.emulator, connection_id=CONNECTION, user_id=USER))


@pytest.fixture(params=["sync", "async"])
def phone(request: pytest.FixtureRequest, world: Any) -> Any:
    """A client with the token of one user, as an app has."""
    with closing(ConnectClient.in_process(world.emulator)) as backend:
        token = backend.user_token("oauth-access-token", user_id=USER)
    if request.param == "sync":
        return ConnectClient.in_process(world.emulator, user_token=token, connection_id=CONNECTION)
    return Awaited(AsyncConnectClient.in_process(world.emulator, user_token=token, connection_id=CONNECTION))


# --- every endpoint ---------------------------------------------------------------------------------------------------


def test_both_clients_have_the_same_calls() -> None:
    """What one client has, the other has, with the same arguments."""
    twin = {"close": "aclose"}
    for name in CALLS:
        one, other = getattr(ConnectClient, name), getattr(AsyncConnectClient, twin.get(name, name))
        assert inspect.signature(one).parameters == inspect.signature(other).parameters, name


def test_me(client: Any) -> None:
    """``me`` says as whom the key is taken, and whether the user is linked."""
    me = client.me()
    assert (me.authentication_level, me.service_id, me.user_login) == ("channel", "lamp", USER)
    assert client.me(user_id="stranger").user_login is None
    assert me.raw["type"] == "me"


def test_a_connection_is_typed(client: Any) -> None:
    """Features, steps, fields and the user's values are values of their own, and the JSON is kept."""
    shown = client.connection()
    assert (shown.id, shown.user_status, shown.enabled_count) == (CONNECTION, "enabled", 1)
    assert shown.primary_service.id == "lamp"
    step = next(one for one in shown.feature("Color").steps if one.step == "lamp.set_color")
    assert [(one.id, one.hidden, one.default) for one in step.fields][:2] == [
        ("lamp", False, None),
        ("color", True, "blue"),
    ]
    chosen = shown.user_features[0].values[step.id]["lamp"]
    assert isinstance(chosen, Selected)
    assert chosen.label == "Desk"
    area = next(one for one in shown.feature("featureone").steps if one.step == "lamp.switched_on").fields[0]
    assert area.default == Location(lat=51.5, lng=-0.12, radius=300.0)
    assert shown.raw["embedded_url"].endswith(CONNECTION)


def test_a_connection_without_a_user_shows_no_values(world: Any) -> None:
    """A client that is for nobody sees the connection, and no user's status or values."""
    with ConnectClient.in_process(world.emulator, connection_id=CONNECTION) as client:
        shown = client.connection()
    assert (shown.user_status, shown.user_features) == (None, None)


def test_options_give_tokens_by_label(client: Any) -> None:
    """The label a user would pick gives the token that a call takes."""
    options = client.field_options("action", "lamp.set_color")
    assert [one.label for one in options["lamp"]] == ["Desk", "Sofa"]
    client.run("lamp.set_color", {"lamp": options.token("lamp", "Sofa")})
    assert "weekday" in client.field_options("feature", "featureone")


def test_run_reaches_the_service_with_the_fields(client: Any, world: Any) -> None:
    """``fields`` of a run beat the value set by you."""
    calls = world.received("lamp.set_color")
    assert client.run("lamp.set_color", {"color": "purple"}) is None
    assert calls[0].fields["color"] == "purple"


def test_run_for_another_user_feature(client: Any, world: Any) -> None:
    """``user_feature_id`` says with whose values."""
    added = world.emulator.add_feature(USER, "featuretwo", {"lamp.set_color": {"lamp": "Sofa"}})
    calls = world.received("lamp.set_color")
    client.run("lamp.set_color", user_feature_id=added.id)
    assert (calls[0].user_feature_id, calls[0].fields["lamp"]) == (added.id, "sofa")


def test_perform_gives_one_page(client: Any) -> None:
    """``limit`` items, the cursor to go on, and queries in items as values of their own."""
    page = client.perform("lamp.list_lamps", limit=2, includes=["scenes"])
    assert (len(page), page.is_last) == (2, False)
    assert isinstance(read_nested(page[0]["scenes"]), QueryPage)
    assert isinstance(read_nested(client.perform("lamp.list_lamps", limit=1)[0]["scenes"]), NestedQuery)
    second = client.perform("lamp.list_lamps", page.fields, limit=2, includes=["scenes"], cursor=page.cursor)
    assert second[0] not in list(page)


def test_a_nested_query_leads_on(client: Any) -> None:
    """The fields of a query in an item go into a ``perform`` of it."""
    nested = read_nested(client.perform("lamp.list_lamps", limit=1)[0]["scenes"])
    assert isinstance(nested, NestedQuery)
    assert client.perform("lamp.scenes", nested.fields).raw["type"] == "list"


def test_a_test_event_goes_out(client: Any, world: Any) -> None:
    """``test_trigger`` begins an event inside the API."""
    assert client.test_trigger("lamp.switched_on") is None
    assert [one.trigger for one in world.events] == ["lamp.switched_on"]


def test_refresh_answers_nothing(client: Any) -> None:
    """``refresh`` is a 204."""
    assert client.refresh() is None


def test_the_deprecated_update(client: Any, world: Any) -> None:
    """``update_services`` lays values over those the user has."""
    token = client.field_options("action", "lamp.set_color").token("lamp", "Sofa")
    action = {"id": "set_color", "user_actions": [{"fields": [{"id": "lamp", "value": token}]}]}
    shown = client.update_services([{"service_id": "lamp", "actions": [action]}])
    assert shown.user_features[0].values["actcolor01"]["lamp"].label == "Sofa"


def test_tokens_and_codes_are_secrets(client: Any) -> None:
    """A user token and a provisional access code never print."""
    for secret in (client.user_token(Secret("oauth-access-token")), client.provisional_access_code("oauth-code")):
        assert isinstance(secret, Secret)
        assert secret.reveal() not in repr(secret)


def test_a_user_token_speaks_for_its_user(phone: Any) -> None:
    """With a user token no ``user_id`` is needed; what takes the key is refused to it."""
    assert phone.me().authentication_level == "user"
    assert phone.connection().user_status == "enabled"
    with pytest.raises(Forbidden, match="service key"):
        phone.run("lamp.set_color")


def test_disable_and_enable(phone: Any) -> None:
    """The SDKs' calls switch the connection off and on again."""
    assert phone.disable().user_status == "disabled"
    assert phone.connection().user_features is None
    assert phone.enable().user_status == "enabled"


def test_accounts_are_asked_for_without_credentials(client: Any, world: Any) -> None:
    """``account_exists`` is yes or no, and the key stays at home."""
    world.emulator.enable("ada@example.com", values={"lamp.set_color": {"lamp": "Desk"}})
    assert client.account_exists("ada@example.com")
    assert not client.account_exists("nobody@example.com")
    headers = [one.request_headers for one in world.log.rows(path="/v2/account/find")]
    assert len(headers) == 2
    assert not any("service-key" in one for one in headers)


def test_sdk_events(client: Any) -> None:
    """``sdk_events`` is taken."""
    assert client.sdk_events({"events": []}) is None


def test_ids_may_be_numbers(world: Any) -> None:
    """A user id that is a number is the same user as its text."""
    world.emulator.enable("17", values={"lamp.set_color": {"lamp": "Desk"}})
    with ConnectClient.in_process(world.emulator, connection_id=CONNECTION) as client:
        client.run("lamp.set_color", user_id=17)
        assert client.for_user(17).connection().user_status == "enabled"


def test_on_loopback_it_is_the_same(world: Any) -> None:
    """Over a socket the answers are those of the process."""
    with (
        Server(world.emulator) as server,
        ConnectClient(server.url, service_key=KEY, connection_id=CONNECTION, user_id=USER) as far,
        ConnectClient.in_process(world.emulator, connection_id=CONNECTION, user_id=USER) as near,
    ):
        assert far.connection() == near.connection()
        assert list(far.items("lamp.list_lamps", limit=3)) == list(near.items("lamp.list_lamps"))
        far.run("lamp.set_color", {"color": "grün % / ?"})
    assert {one.transport for one in world.log.rows()} == {"loopback", "in process"}


def test_async_on_loopback(world: Any) -> None:
    """Many calls of one async client go at the same time."""

    async def work(url: str) -> list[None]:
        async with AsyncConnectClient(url, service_key=KEY, connection_id=CONNECTION, user_id=USER) as client:
            return await asyncio.gather(*(client.run("lamp.set_color", {"color": str(n)}) for n in range(20)))

    with Server(world.emulator) as server:
        assert asyncio.run(work(server.url)) == [None] * 20


# --- pages ------------------------------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(limit=st.integers(1, 60), search=st.text(max_size=8))
def test_pages_concatenated_are_the_whole(client: Any, limit: int, search: str) -> None:
    """Whatever the size of a page, the items are the same, once each."""
    whole = client.perform("lamp.list_lamps", {"search": search}, limit=1_000)
    assert whole.is_last
    assert list(client.items("lamp.list_lamps", {"search": search}, limit=limit)) == list(whole)
    pages = list(client.pages("lamp.list_lamps", {"search": search}, limit=limit))
    assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)


@pytest.mark.parametrize("place", ["next", "both"])
def test_a_cursor_is_found_in_either_place(make_world: Callable[..., Any], place: str) -> None:
    """In ``next``, as the example has it, or at the top, as the table has it."""
    world = make_world(choices={"next_page": place})
    with ConnectClient.in_process(world.emulator, connection_id=CONNECTION, user_id=USER) as client:
        whole = list(client.perform("lamp.list_lamps", limit=1_000))
        assert list(client.items("lamp.list_lamps", limit=4)) == whole


def paged(cursors: list[str | None]) -> Iterator[httpx.Response]:
    for cursor in cursors:
        following = {} if cursor is None else {"cursor": cursor, "fields": {}}
        yield httpx.Response(200, json={"type": "list", "data": [{"n": "1"}], **following})


@pytest.mark.parametrize("cursors", [["a", "a"], ["a", "b", "a"]], ids=["the same again", "in a circle"])
@pytest.mark.parametrize("kind", [ConnectClient, AsyncConnectClient])
def test_a_cursor_that_goes_nowhere_ends_in_an_error(kind: Any, cursors: list[str | None]) -> None:
    """A service whose cursor does not advance cannot keep a client busy for ever."""
    answers = paged(cursors)
    made = kind("http://localhost", transport=httpx.MockTransport(lambda _: next(answers)), connection_id=CONNECTION)
    client = made if kind is ConnectClient else Awaited(made)
    with pytest.raises(UnexpectedAnswer, match="does not advance"):
        list(client.items("lamp.list_lamps", user_id=USER))


def test_pages_come_when_they_are_needed() -> None:
    """The second page is not asked for before the first is used up."""
    answers = paged(["a", None])
    client = ConnectClient(
        "http://localhost",
        transport=httpx.MockTransport(lambda _: next(answers)),
        connection_id=CONNECTION,
        user_id="1",
    )
    items = client.items("lamp.list_lamps")
    next(items)
    assert len(list(answers)) == 1


# --- what is refused before anything is sent --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mistake", "says"),
    [
        (lambda one: one.run("set_color", user_id=USER), "service.slug"),
        (lambda one: one.run("lamp.set_color"), "For which user"),
        (lambda one: one.run("lamp.set_color", {"color": object()}, user_id=USER), "is no JSON"),
        (lambda one: one.run("lamp.set_color", {"color": "\ud800"}, user_id=USER), "is no JSON"),
        (lambda one: one.connection(connection_id=".."), "is no id"),
        (lambda one: one.connection(connection_id=""), "is no id"),
        (lambda one: one.field_options("widget", "lamp.set_color"), "no field options"),
    ],
    ids=["a bare slug", "no user", "no JSON", "half a character", "a path trick", "an empty id", "an unknown kind"],
)
def test_a_mistake_is_told_at_once(world: Any, mistake: Callable[[Any], Any], says: str) -> None:
    """What cannot be a call is not sent; the message shows how to mend it."""
    with (
        ConnectClient.in_process(world.emulator, connection_id=CONNECTION) as client,
        pytest.raises(UsageError, match=says),
    ):
        mistake(client)
    assert len(world.log) == 0


def test_a_call_needs_a_connection(world: Any) -> None:
    """Without a connection id there is nothing to call."""
    with ConnectClient.in_process(world.emulator, user_id=USER) as client:
        with pytest.raises(UsageError, match="Which connection"):
            client.run("lamp.set_color")
        client.for_connection(CONNECTION).run("lamp.set_color")


def test_a_closed_client_says_so(world: Any) -> None:
    """After ``close``, which may be called twice, a call is a usage error."""
    client = ConnectClient.in_process(world.emulator)
    client.close()
    client.close()
    with pytest.raises(UsageError, match="closed"):
        client.me()


@settings(max_examples=50)
@given(
    identity=st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda one: one not in (".", ".."))
)
def test_any_id_arrives_as_it_is(world: Any, identity: str) -> None:
    """Slashes, percent signs and everything else in an id stay part of it."""
    with ConnectClient.in_process(world.emulator, user_id=identity) as client:
        with pytest.raises(NotFound, match="Unknown connection id"):
            client.connection(connection_id=f"{identity}x")
        assert client.me().raw["type"] == "me"
    entry = list(world.log.rows())[-1]
    assert entry.user_id == identity


# --- faults -----------------------------------------------------------------------------------------------------------


def test_a_lost_connection_is_a_transport_error(client: Any, world: Any) -> None:
    """A reset reaches the caller as what it is: no answer, and no status."""
    from workbench.connect_api.faults import Reset

    world.emulator.faults.add(Reset(), step="lamp.set_color")
    with pytest.raises(ConnectTransportError) as caught:
        client.run("lamp.set_color")
    assert caught.value.status is None


def test_a_slow_answer_runs_into_the_time_out(world: Any) -> None:
    """In process too, the client waits no longer than it was told."""
    from workbench.connect_api.faults import Slow

    world.emulator.faults.add(Slow(60_000), step="lamp.set_color")
    client = ConnectClient.in_process(world.emulator, connection_id=CONNECTION, user_id=USER, timeout=0.05)
    with pytest.raises(ConnectTransportError, match="took too long"):
        client.run("lamp.set_color")
