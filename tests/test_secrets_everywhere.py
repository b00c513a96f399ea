"""The value of a secret field shows in no repr of anything that a user can reach, whoever set it."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

import workbench as wb
from workbench.connect_api.requests import Request
from workbench.runtime.outcome import Context
from workbench.secret import MASK, Secret

Make = Callable[..., wb.Bench]

CANARY = "canary"
SOURCE = """
connection: Secret words
services:
  - service: Vault
    id: vault
    triggers: [{id: opened, ingredients: [{id: who}]}]
    actions: [{id: speak, fields: [{id: word, secret: true}, {id: oath, secret: true}, {id: hint, secret: true}]}]
configuration:
  - {id: pin, label: Pin, secret: true, visibility: Set by you, value: canary-configuration}
features:
  - title: Speak
    fields: [{id: pledge, secret: true, value: canary-feature}]
    triggers: [vault.opened]
    actions:
      - step: vault.speak
        fields:
          word: {visibility: Set by you, value: canary-yours}
          oath: {visibility: Customizable by the user, value: canary-default}
          hint: {visibility: Customizable by the user, value: canary-default}
script: |
  runAction("vault.speak", { fields: { word: "can" + "ary-override" } });
"""


@pytest.fixture
def bench(make_bench: Make) -> wb.Bench:
    """A bench with a secret set by you, set by a user, left to its default, and overridden by the script."""
    bench = make_bench(wb.Connection.loads(SOURCE))
    bench.enable("user-17", values={"vault.speak": {"oath": "canary-user"}})
    return bench


def reachable(start: Any, depth: int) -> Iterator[tuple[str, Any]]:
    """What is ours among an object, its public attributes and what they contain, with the way there.

    Plain data (a text, a number, a dictionary) is what was asked for by name, and is not looked at.
    """
    seen: list[Any] = []  # kept, so that no id is given out twice

    def walk(way: str, one: Any, left: int) -> Iterator[tuple[str, Any]]:
        if any(one is other for other in seen):
            return
        seen.append(one)
        if isinstance(one, tuple | list):
            for number, member in enumerate(one):
                yield from walk(f"{way}[{number}]", member, left)
        elif type(one).__module__.partition(".")[0] == "workbench":
            yield way, one
            if hasattr(type(one), "__iter__") and not isinstance(one, str):
                yield from walk(way, list(one), left)
            for name in dir(one) if left else ():
                if not name.startswith("_") and not callable(value := getattr(one, name)):
                    yield from walk(f"{way}.{name}", value, left - 1)

    yield from walk("", start, depth)


def test_no_repr_shows_a_secret_value(bench: wb.Bench) -> None:
    """Values set by you, by a user and by a call are in no text and no HTML of connection, user, run, call or log."""
    heard: list[Any] = []
    bench.respond("vault.speak", heard.append)
    run = bench.fire("vault.opened")
    assert {**heard[0].fields} == {"word": "canary-override", "oath": "canary-user", "hint": "canary-default"}
    step = bench.connection.step("vault.speak")
    client = bench.client()
    starts = {
        "connection": bench.connection,
        "step": step,
        "field": step.field("word"),
        "configuration": bench.connection.field("pin"),
        "user": bench.users[0],
        "run": run,
        "why": run.calls[0].why("word"),
        "logs": bench.logs,
        "heard": heard[0],
        "shown": client.connection(user_id="user-17"),
        "context": Context(trigger_id="vault.opened", configuration={"pin": "canary-context"}),
    }
    told = {
        f"{name}{way}": text
        for name, start in starts.items()
        for way, one in reachable(start, depth=3)
        for text in (repr(one), one._repr_html_() if hasattr(one, "_repr_html_") else "")
    }
    assert {
        "step.definition.fields[0]",
        "user.connection.user_features[0]",
        "run.outcome.calls[0].call",
        "run.outcome.calls[0].reply",
        "why.decision.winner",
    } <= set(told)
    assert not {way: text for way, text in told.items() if CANARY in text}


def test_a_repr_tells_that_there_is_a_secret(bench: wb.Bench) -> None:
    """A mask stands for the value, the winner of a decision is named, and the fields that a user set are told."""
    run = bench.fire("vault.opened")
    step = bench.connection.step("vault.speak")
    assert "value='••••••', " in repr(step.field("word").definition)
    assert "value=None, " in repr(wb.Field(id="word", secret=True))
    assert "value='blue', " in repr(wb.Field(id="color", value="blue"))
    assert repr(run.calls[0].why("word").decision) == (
        "<Decision word: '••••••', from the call's fields; lost: '••••••', from the value set by you>"
    )
    assert "oath" in repr(bench.users[0].connection.user_features[0])


def members(one: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(one, Mapping):
        yield from ((f"[{key!r}]", value) for key, value in tuple(one.items()))
        yield from ((" key", key) for key in tuple(one))
    elif isinstance(one, tuple | list | set | frozenset):
        yield from ((f"[{number}]", value) for number, value in enumerate(tuple(one)))
    yield from ((f".{name}", value) for name, value in tuple(getattr(one, "__dict__", {}).items()))
    for kind in type(one).__mro__:
        for name in kind.__dict__.get("__slots__", ()):
            if isinstance(name, str) and hasattr(one, name):
                yield f".{name}", getattr(one, name)


def plain_texts(start: Any) -> Iterator[tuple[str, str]]:
    """The texts in an object, its attributes, private ones too, and theirs, with the way there: a debugger's view."""
    seen: dict[int, Any] = {}  # kept, so that no id is given out twice

    waiting = [("", start)]
    while waiting:
        way, one = waiting.pop()
        if isinstance(one, bytes | bytearray):
            one = one.decode("utf-8", "replace")
        if isinstance(one, str):
            yield way, one
        elif not isinstance(one, Secret | type | types.ModuleType | types.FunctionType) and id(one) not in seen:
            seen[id(one)] = one
            waiting += [(f"{way}{name}", value) for name, value in members(one)]


def test_a_debugger_shows_no_key_and_no_token_of_a_bench(bench: wb.Bench) -> None:
    """Service key, user tokens, access codes and a service's tokens are held as secrets, in private attributes too."""
    user = bench.users[0]
    given, theirs = user.token(), "canary-token-of-a-service"
    bench.sign_in("vault", user, theirs)
    client = bench.client()
    code = client.provisional_access_code("canary-oauth-code")
    bench.client(user_token=client.user_token("canary-access-token", user_id=user.id)).connection()
    with bench.serve():
        bench.fire("vault.opened")
        secrets = [bench.service_key.reveal(), given.reveal(), code.reveal(), theirs, "canary-oauth-code"]
        seen = list(plain_texts(vars(bench)))
    assert not [way for way, text in seen if any(one in text for one in secrets)]
    assert "['emulator']._script_headers[0][0]" in dict(seen)


def test_a_request_shows_the_names_of_what_it_carries() -> None:
    """No value of a header, of the query or of the body is in the repr that a traceback shows with its locals."""
    request = Request(
        method="POST",
        path="/v2/me",
        query=(("access_token", CANARY),),
        headers=(("ifttt-service-key", CANARY), ("authorization", Secret(f"Bearer {CANARY}"))),
        body=f'{{"word": "{CANARY}"}}'.encode(),
    )
    assert repr(request) == "<Request POST /v2/me, with access_token, ifttt-service-key, authorization>"
    assert request.header("authorization") == f"Bearer {CANARY}"
    assert MASK not in f"{request.header('ifttt-service-key')}"
