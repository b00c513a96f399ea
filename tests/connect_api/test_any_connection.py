"""What holds for any connection and any user: shown is used, put back is the same, pages are the whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.connect_api.connections import USERS, People, connections
from workbench.clock import Clock
from workbench.connect_api.api_log import ApiLog
from workbench.connect_api.client import ConnectClient
from workbench.connect_api.emulator import Emulator
from workbench.connect_api.update_form import UpdateForm
from workbench.connection.definition import ConnectionDefinition, StepKind
from workbench.connection.fields import Visibility
from workbench.secret import Secret

anything = settings(max_examples=60)


@contextmanager
def emulating(definition: ConnectionDefinition) -> Iterator[tuple[Emulator, list[Any]]]:
    """An emulator of the connection, and the calls that its actions and queries get."""
    calls: list[Any] = []
    with ApiLog() as log:
        clock = Clock().freeze("2026-01-02T03:04:05+00:00")
        emulator = Emulator(lambda: definition, clock=clock, log=log, service_key=Secret("key-of-the-tests"))
        for _, step in definition.feature_steps():
            if step.kind is not StepKind.TRIGGER:
                emulator.respond(step.step, lambda call: calls.append(call) or [])
        yield emulator, calls
        emulator.close()


def unwrapped(value: Any) -> Any:
    """A shown value as calls send it: of options their tokens."""
    if isinstance(value, list):
        return [one["value"] for one in value]
    return value["value"] if isinstance(value, dict) and "value" in value else value


def used(client: ConnectClient, calls: list[Any], kind: StepKind, step: str, **more: Any) -> dict[str, Any]:
    """The values with which the service is asked."""
    (client.run if kind is StepKind.ACTION else client.perform)(step, **more)
    return calls[-1].fields


@anything
@given(definition=connections(), user=USERS, data=st.data())
def test_what_is_shown_is_what_a_call_uses(definition: ConnectionDefinition, user: str, data: st.DataObject) -> None:
    """For each step of each user feature that is on: the user's values as shown, else the defaults as shown."""
    with emulating(definition) as (emulator, calls):
        People(data.draw, emulator).enable(user)
        client = ConnectClient.in_process(emulator, connection_id=definition.id, user_id=user)
        resource = client.connection().raw
        for mine in resource["user_connection"]["user_features"]:
            shown_feature = next(one for one in resource["features"] if one["id"] == mine["feature_id"])
            for kind in (StepKind.QUERY, StepKind.ACTION):
                for step in shown_feature[f"feature_{kind.plural}"]:
                    if not mine["enabled"]:
                        continue
                    stored = {
                        one["field_id"]: unwrapped(one["value"])
                        for configured in mine[f"user_feature_{kind.plural}"]
                        if configured[f"feature_{kind}_id"] == step["id"]
                        for one in configured["user_fields"]
                    }
                    name = f"{step['service_id']}.{step[f'{kind}_id']}"
                    plain = used(client, calls, kind, name, user_feature_id=mine["id"])
                    spelled = used(client, calls, kind, name, user_feature_id=mine["id"], fields=stored)
                    assert json.dumps(plain) == json.dumps(spelled), "to send what is shown changes nothing"
                    rest = {one["id"] for one in step["fields"] if one["default_value"] is not None}
                    assert set(plain) == set(stored) | rest
                    hidden = {one["id"] for one in step["fields"] if one["hidden"]}
                    assert not hidden & set(stored), "what is set by you is nobody's to store"


@anything
@given(definition=connections(), user=USERS, data=st.data())
def test_without_a_user_feature_the_first_that_is_on_is_used(
    definition: ConnectionDefinition, user: str, data: st.DataObject
) -> None:
    """A call that names none uses the values of the first user feature, in the order shown, that has the step on."""
    with emulating(definition) as (emulator, calls):
        People(data.draw, emulator).enable(user)
        client = ConnectClient.in_process(emulator, connection_id=definition.id, user_id=user)
        for _, step in definition.feature_steps():
            if step.kind is StepKind.TRIGGER:
                continue
            having = [
                one.id
                for one in client.connection().user_features or ()
                if one.enabled
                for other in definition.feature(one.feature_id).steps  # type: ignore[union-attr]
                if (other.kind, other.step) == (step.kind, step.step)
            ]
            if having:
                named = used(client, calls, step.kind, step.step, user_feature_id=having[0])
                assert used(client, calls, step.kind, step.step) == named
                assert calls[-1].user_feature_id == having[0]


@anything
@given(definition=connections(), users=st.lists(USERS, min_size=1, max_size=3, unique=True), data=st.data())
def test_put_of_what_is_shown_changes_nothing_for_anybody(
    definition: ConnectionDefinition, users: list[str], data: st.DataObject
) -> None:
    """PUT then show is the identity, ids and all, for the user and for the others."""
    with emulating(definition) as (emulator, _):
        for user in users:
            People(data.draw, emulator).enable(user)
        clients = [ConnectClient.in_process(emulator, connection_id=definition.id, user_id=user) for user in users]
        before = [client.connection().raw for client in clients]
        stored = [emulator.user(user) for user in users]
        for client in clients:
            answer = client.update(UpdateForm.of(client.connection()))
            assert answer is not None
            assert answer.raw in before
        assert [client.connection().raw for client in clients] == before
        assert [emulator.user(user).status for user in users] == [one.status for one in stored]


@anything
@given(definition=connections(), user=USERS, limit=st.integers(1, 30), data=st.data())
def test_pages_of_any_query_are_the_whole(
    definition: ConnectionDefinition, user: str, limit: int, data: st.DataObject
) -> None:
    """Page after page gives every item once and in order, whatever its fields and ingredients."""
    with emulating(definition) as (emulator, _):
        People(data.draw, emulator).enable(user)
        client = ConnectClient.in_process(emulator, connection_id=definition.id, user_id=user)
        on = {one.feature_id for one in emulator.user(user).user_features if one.enabled}
        for feature, step in definition.feature_steps(kind=StepKind.QUERY):
            if feature.id in on:
                emulator.forget(step.step)
                whole = list(client.perform(step.step, limit=1_000))
                pages = [list(page) for page in client.pages(step.step, limit=limit)]
                assert [item for page in pages for item in page] == whole
                assert all(len(page) == limit for page in pages[:-1])


@anything
@given(definition=connections(), user=USERS, data=st.data())
def test_a_call_beats_the_user_who_beats_the_default_for_that_call_alone(
    definition: ConnectionDefinition, user: str, data: st.DataObject
) -> None:
    """A text sent in `fields` is what the service gets, set by you or not; what is shown afterwards is as before."""
    with emulating(definition) as (emulator, calls):
        People(data.draw, emulator).enable(user)
        client = ConnectClient.in_process(emulator, connection_id=definition.id, user_id=user)
        before = client.connection().raw
        for mine in emulator.user(user).user_features:
            feature = definition.feature(mine.feature_id)
            assert feature is not None
            for step in feature.steps if mine.enabled else ():
                texts = {one.id: "from the call" for one in step.fields if one.type.name.startswith("TEXT_")}
                if step.kind is StepKind.TRIGGER or not texts:
                    continue
                got = used(client, calls, step.kind, step.step, user_feature_id=mine.id, fields=texts)
                assert {name: got[name] for name in texts} == texts
                again = used(client, calls, step.kind, step.step, user_feature_id=mine.id)
                own = {
                    one.id: one.value
                    for one in step.fields
                    if one.id in texts and one.visibility is Visibility.SET_BY_YOU
                }
                assert {name: again.get(name) for name in own} == own
        assert client.connection().raw == before
