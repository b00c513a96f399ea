"""The value of a secret field shows in no repr of anything that a user can reach, whoever set it."""

from __future__ import annotations

import json
import re
import threading
import types
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

import workbench as wb
from workbench.connect_api.requests import Request
from workbench.notebook.event_form import _result as run_title
from workbench.notebook.run_summary import run_summary
from workbench.notebook.run_view import RunView
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


@contextmanager
def backend(heard: list[Any]) -> Iterator[str]:
    """A developer's backend on loopback that keeps the bodies it is sent; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing on stderr."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


# --- events -----------------------------------------------------------------------------------------------------------


def told(bench: wb.Bench) -> str:
    """All that the log shows, in frames, reprs and files."""
    frame = bench.logs.frame()
    entries = [f"{one!r}{one.request_body}{one.response_body}" for one in bench.logs]
    page = bench.logs._repr_html_().replace("<wbr>", "")  # which nobody sees: a secret would be read across it
    return "\n".join((frame.to_string(), bench.logs.to_json(), repr(bench.logs), page, *entries))


def secret_by_name(bench: wb.Bench) -> dict[str, str]:
    """Everything secret that the bench knows, by what it is."""
    user, client = bench.users[0], bench.client()
    bench.sign_in("vault", user, "oauth-token-of-a-service")
    return {
        "service key": bench.service_key.reveal(),
        "user token": user.token().reveal(),
        "access code": client.provisional_access_code("oauth-code-of-a-user").reveal(),
        "oauth code": "oauth-code-of-a-user",
        "token of a service": "oauth-token-of-a-service",
        "value set by a user": "canary-user",
        "value set by you": "canary-yours",
        "default": "canary-default",
        "value of a feature": "canary-feature",
        "value of the configuration": "canary-configuration",
    }


@pytest.mark.parametrize(
    "form", ["{}", "Look: {}!", "https://example.com/?q={}"], ids=["alone", "in a text", "in a URL"]
)
@pytest.mark.parametrize(
    "name",
    [
        *("service key", "user token", "access code", "oauth code", "token of a service", "value set by a user"),
        *("value set by you", "default", "value of a feature", "value of the configuration"),
    ],
)
def test_an_event_that_holds_a_secret_is_masked_in_the_log(bench: wb.Bench, name: str, form: str) -> None:
    """No secret that the bench knows is shown with an event's ingredients, and the script gets them as they are."""
    secret = secret_by_name(bench)[name]
    run = bench.fire("vault.opened", script="console.log(Trigger.ingredients.length)", who=form.format(secret))
    assert run.ingredients["who"] == form.format(secret)
    assert secret not in told(bench)
    assert MASK in (bench.logs.where(direction="event").frame().request_body.iloc[-1]["ingredients"]["who"])


def test_a_short_secret_is_masked_where_it_is_all_that_an_ingredient_says(bench: wb.Bench) -> None:
    """A PIN of four digits is told from other words only where it stands alone, as a text or as a number."""
    bench.enable("user-17", values={"vault.speak": {"oath": "4711"}})
    shown = []
    for who in ("4711", "4711 cats", "471", "other"):
        bench.fire("vault.opened", who=who)
        shown.append(bench.logs.where(direction="event").frame().request_body.iloc[-1]["ingredients"]["who"])
    assert shown == [MASK, "4711 cats", "471", "other"]


def test_what_a_user_sets_now_is_masked_from_now_on(bench: wb.Bench) -> None:
    """The values are those of the moment: of users who came since, and of edits since."""
    bench.fire("vault.opened", user="user-17", who="canary-later")
    assert "canary-later" in told(bench)
    bench.enable("user-18", values={"vault.speak": {"oath": "canary-later"}})
    bench.fire("vault.opened", user="user-17", who="canary-later")
    bench.connection.step("vault.speak").field("word").set_by_you("canary-edited")
    bench.fire("vault.opened", user="user-17", who="canary-edited")
    rows = bench.logs.where(direction="event").frame().request_body
    assert [one["ingredients"]["who"] for one in rows] == ["canary-later", MASK, MASK]


def test_the_webhook_of_an_event_is_masked_as_the_event_is(bench: wb.Bench) -> None:
    """What the backend is sent whole, the log shows with the same masks."""
    heard: list[Any] = []
    secrets = secret_by_name(bench)
    with backend(heard) as url:
        bench.webhooks = wb.Webhooks(url, events="both")
        for secret in secrets.values():
            bench.fire("vault.opened", who=f"Look: {secret}")
        bench.wait(20)
    sent = [one["event_data"]["ingredients"]["who"] for one in heard]
    assert sent == [f"Look: {secret}" for secret in secrets.values()]
    assert len(bench.logs.where(transport="webhook")) == len(secrets)
    assert not [name for name, secret in secrets.items() if secret in told(bench)]


# --- what a script does with a secret ---------------------------------------------------------------------------------

COPYING = """
connection: Copied words
services:
  - service: Vault
    id: vault
    triggers: [{id: opened, ingredients: [{id: who}]}]
    queries: [{id: find, ingredients: [{id: found}], fields: [{id: text, required: false}]}]
    actions:
      - {id: speak, fields: [{id: word, required: false}, {id: text, required: false}, {id: url, required: false}]}
configuration:
  - {id: pin, label: Pin, secret: true, visibility: Set by you, value: %s}
features:
  - title: Speak
    triggers: [vault.opened]
    queries: [vault.find]
    actions: [vault.speak]
script: |
  const { pin } = Connection.configuration;
  console.log("the pin is " + pin);
  console.log(pin);
  performQuery("vault.find", { fields: { text: "?" + pin } }).then((reply) => {
    runAction("vault.speak", { fields: { word: pin, url: `https://example.com/?key=${pin}`, text: "plain" } });
    throw new Error("no " + pin);
  });
"""


def everything_told(bench: wb.Bench, run: wb.Run) -> str:
    """The run and the log in all ways in which they are shown or saved."""
    view = RunView(bench)
    calls = "".join(f"{one!r}{one.fields}{one.why(name)!r}" for one in run.calls for name in one.fields)
    shown = (repr(run), run._repr_html_(), run.to_json(), run.calls.frame().to_string(), repr(run.outcome), calls)
    widgets = (json.dumps(view.story), view.mirror(), json.dumps(run_summary(run)), str(run_title(run)))
    return "\n".join((*shown, *widgets, told(bench))).replace("<wbr>", "")


def test_a_secret_that_a_script_copies_or_prints_is_masked(make_bench: Make) -> None:
    """Console, errors, calls, decisions and log show a mask; the service gets what was sent."""
    heard: list[Any] = []
    bench = make_bench(wb.Connection.loads(COPYING % "canary-pin"))
    bench.enable("user-1")
    bench.respond("vault.speak", heard.append)
    bench.respond("vault.find", [{"found": "answer with canary-pin in it"}])
    run = bench.fire("vault.opened", who="I know canary-pin")
    sent = {"word": "canary-pin", "url": "https://example.com/?key=canary-pin", "text": "plain"}
    assert {**heard[0].fields} == sent
    assert run.actions[0].body["fields"] == sent
    assert "canary-pin" not in everything_told(bench, run)
    assert run.actions[0].fields == {"word": MASK, "url": MASK, "text": "plain"}
    assert "canary-pin" in json.dumps(run.queries[0].response)
    assert MASK in json.dumps(run.queries[0].masked_response, ensure_ascii=False)
    assert [line.text for line in run.console] == [f"the pin is {MASK}", MASK]
    assert run.fault is not None
    assert run.fault.message == f"Error: no {MASK}"


def test_a_short_secret_that_is_copied_is_masked_where_it_is_all_that_is_said(make_bench: Make) -> None:
    """Four digits are told from others only as a whole: the value of a field, or all that is printed."""
    bench = make_bench(wb.Connection.loads(COPYING % "'4711'"))
    bench.enable("user-1")
    run = bench.fire("vault.opened")
    shown = {"word": MASK, "url": "https://example.com/?key=4711", "text": "plain"}
    assert run.actions[0].fields == shown
    assert [line.text for line in run.console] == ["the pin is 4711", MASK]
    assert bench.logs.where(step="vault.speak").frame().request_body.iloc[-1]["fields"] == shown


@pytest.mark.parametrize(
    "body",
    ['"canary-pin"', '["canary-pin"]', '{"canary-pin": 1}', '{"a": {"b canary-pin": [1]}}', '{"a": [["canary-pin"]]}'],
)
def test_a_secret_under_no_name_is_masked_with_all_around_it(make_bench: Make, body: str) -> None:
    """A body whose names do not tell where the secret stands is not shown."""
    bench = make_bench(wb.Connection.loads(COPYING % "canary-pin"))
    bench.enable("user-1")
    path = f"/v2/connections/{bench.connection.id}/actions/vault.speak/run"
    headers = (("ifttt-service-key", bench.service_key),)
    bench.emulator.exchange(Request(method="POST", path=path, headers=headers, body=body.encode()))
    assert len(bench.logs) == 1
    assert "canary-pin" not in told(bench)


def test_another_api_is_sent_a_secret_and_log_and_recording_mask_it(make_bench: Make, tmp_path: Path) -> None:
    """What goes to another address than the emulator is masked wherever it stands, also in what comes back."""
    bench = make_bench(wb.Connection.loads(COPYING % "canary-pin"))
    seen: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.content)
        return httpx.Response(400, json={"type": "error", "message": "no canary-pin here"})

    file = tmp_path / "talk.json"
    client = bench.client(
        "user-1",
        base_url="http://127.0.0.1:9",
        service_key="key-of-the-tests",
        transport=httpx.MockTransport(answer),
        recording=wb.Recording(file, mode="record"),
    )
    with pytest.raises(wb.errors.BadRequest) as refused:
        client.run("vault.speak", {"word": "see canary-pin!"})
    assert f"no {MASK} here" in str(refused.value)
    assert "canary-pin" not in f"{refused.value}{refused.value!r}"
    assert b"canary-pin" in seen[0]
    assert len(bench.logs) == 1
    assert "canary-pin" not in told(bench)
    assert MASK in file.read_text(encoding="utf-8")
    assert "canary-pin" not in file.read_text(encoding="utf-8")


def test_a_service_is_sent_a_secret_and_the_log_masks_it(make_bench: Make) -> None:
    """The row of what a running service was sent is masked as the emulator's own."""
    heard: list[Any] = []
    with backend(heard) as url:
        connection = wb.Connection.loads(
            COPYING.replace("id: vault\n", f"id: vault\n    url_prefix: {url}\n") % "canary-pin"
        )
        bench = make_bench(connection)
        bench.enable("user-1")
        run = bench.fire("vault.opened")
    assert "canary-pin" in json.dumps(heard)
    assert len(bench.logs.where(transport="service")) > 0
    assert "canary-pin" not in everything_told(bench, run)


# --- wherever else a secret may stand, and however it is written ------------------------------------------------------

ODD = "p@ss 'word' \"ä\\€\n\U0001f512 of many signs"


def copying(make_bench: Make, pin: str, script: str) -> wb.Bench:
    """A bench whose script finds a secret, ``pin``, in its configuration."""
    source = COPYING.partition("script: |")[0] % json.dumps(pin, ensure_ascii=False)
    lines = "".join(f"  {line}\n" for line in ("const { pin } = Connection.configuration;", *script.splitlines()))
    bench = make_bench(wb.Connection.loads(f"{source}script: |\n{lines}"))
    bench.enable("user-1")
    return bench


@pytest.mark.parametrize(
    "name", ["service key", "user token", "access code", "oauth code", "token of a service", "value set by a user"]
)
def test_a_run_shows_no_secret_that_its_event_held(bench: wb.Bench, name: str) -> None:
    """An event's secret is masked among its ingredients, in fields, on the console and in errors, as in the log."""
    secret = secret_by_name(bench)[name]
    script = """
        const { who } = Trigger.ingredients;
        console.log(who);
        runAction("vault.speak", { fields: { word: who }, note: who });
        throw new Error(who);
    """
    run = bench.fire("vault.opened", script=script, who=secret)
    assert secret not in everything_told(bench, run)
    assert run.masked_ingredients == {"who": MASK}


def test_the_name_of_a_step_or_of_an_error_is_masked(make_bench: Make) -> None:
    """A script may take a secret for the name of a step, which is part of the path, or of an error."""
    script = 'runAction("vault." + pin, {});\nconst e = new Error("no");\ne.name = pin;\nthrow e;'
    bench = copying(make_bench, "canary-pin", script)
    run = bench.fire("vault.opened")
    assert run.calls[0].step == f"vault.{MASK}"
    assert run.calls[0].status == 404
    assert "canary-pin" not in everything_told(bench, run)


def test_what_a_responder_says_of_a_secret_is_masked(make_bench: Make) -> None:
    """The note of an exchange and of a call has the responder's words without the value."""
    bench = copying(make_bench, "canary-pin", 'runAction("vault.speak", { fields: { word: pin } })')

    def answer(call: wb.StepCall) -> None:
        raise ValueError(f"bad {call.fields}")

    bench.respond("vault.speak", answer)
    run = bench.fire("vault.opened")
    assert "raised ValueError: bad" in run.calls[0].note
    assert "canary-pin" not in everything_told(bench, run)


def test_a_secret_in_query_header_or_request_id_is_masked(make_bench: Make) -> None:
    """What stands around a body is masked where it is written."""
    bench = copying(make_bench, ODD, "")
    key = ("ifttt-service-key", bench.service_key)
    quoted = ODD.replace("\n", " ")
    request = Request(
        method="GET",
        path=f"/v2/connections/{bench.connection.id}",
        query=(("user_id", "user-1"), ("x", ODD)),
        headers=(key, ("x-note", f"see {quoted}"), ("x-request-id", "canary-request")),
    )
    bench.connection.field("pin").set_by_you(ODD)
    bench.emulator.exchange(request)
    bench.connection.field("pin").set_by_you("canary-request")
    bench.emulator.exchange(request)
    first, second = bench.logs[1], bench.logs[2]
    assert first.query == f"user_id=user-1&x={MASK}"
    assert second.request_id == MASK
    assert MASK in str(second.request_headers)
    assert MASK in str(second.response_headers)


WAYS = {
    "as it is": "pin",
    "in an object": "util({ pin })",
    "as JSON": "JSON.stringify({ pin })",
    "as JSON in JSON": "JSON.stringify({ a: JSON.stringify([pin]) })",
    "in an address": '"https://example.com/?q=" + encodeURIComponent(pin)',
    "in an address in an address": "encodeURIComponent(encodeURIComponent(pin))",
    "as an address": "encodeURI(pin)",
    "as a form": 'encodeURIComponent(pin).replace(/%20/g, "+")',
    "escaped": "escape(pin)",
}


@pytest.mark.parametrize("pin", ["canary-pin", ODD, "\\\\\\" * 4, "Straße 12, Zürich", "{[(.*+?)]}"], ids=ascii)
@pytest.mark.parametrize("way", WAYS)
def test_a_secret_is_masked_however_it_is_written(make_bench: Make, way: str, pin: str) -> None:
    """Percent signs, backslashes and escapes of JSON and JavaScript do not carry a secret past the masks."""
    expression = WAYS[way]
    script = (
        f"const said = {expression.replace('util(', 'Object(')};\nconsole.log(said);\n"
        'runAction("vault.speak", { fields: { text: typeof said === "string" ? `<${said}>` : "" } });'
    )
    bench = copying(make_bench, pin, script)
    run = bench.fire("vault.opened")
    assert run.ok
    assert run.console[0].text.count(MASK) == 1
    assert len(run.console[0].text) <= len(MASK) + 40
    if not expression.startswith("util("):
        assert run.calls[0].fields["text"] == MASK
        assert bench.logs.where(step="vault.speak").frame().request_body.iloc[-1]["fields"]["text"] == MASK


def test_a_long_number_is_masked_as_a_text_is(make_bench: Make) -> None:
    """A number of a body that is no field's is the secret as well."""
    bench = copying(make_bench, "4711471147", 'runAction("vault.speak", { fields: {}, note: [Number(pin)] })')
    run = bench.fire("vault.opened")
    assert run.calls[0].body["note"] == [4711471147]
    assert "4711471147" not in everything_told(bench, run)


PICKED = """
connection: Picked words
services:
  - service: Vault
    id: vault
    triggers: [{id: opened}]
    actions:
      - id: speak
        fields:
          - id: account
            secret: true
            type: COLLECTION_SELECT
            options: [{label: canary-label, value: canary-option, group: canary-group}, {label: other, value: other}]
          - id: accounts
            secret: true
            required: false
            type: CHECKBOX_MULTI
            options: [{label: first, value: "1"}, {label: second, value: "2"}]
          - {id: home, secret: true, type: LOCATION_POINT, required: false}
features:
  - title: Speak
    triggers: [vault.opened]
    actions: [vault.speak]
"""


def test_which_option_of_a_secret_field_a_user_picked_is_masked(make_bench: Make) -> None:
    """The label tells it as well as the value does; that of the field itself is shown."""
    bench = make_bench(wb.Connection.loads(PICKED))
    bench.enable("user-1", values={"vault.speak": {"account": "canary-group / canary-label"}})
    bench.client("user-1").connection()
    assert "canary-label" in str(bench.logs.raw(len(bench.logs)).response_body)
    assert "canary" not in told(bench)
    assert '"label": "account"' in bench.logs.to_json()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("account", "canary-label"),
        ("account", "canary-option"),
        ("account", "canary-wrong"),
        ("account", ["canary-wrong"]),
        ("home", "canary-wrong"),
        ("home", {"lat": "canary-wrong", "lng": 1}),
        ("home", {"lat": 91.471147, "lng": 1}),
        ("home", {"lat": 1, "lng": 1, "radius": -91.471147}),
    ],
)
def test_an_error_says_what_a_secret_field_takes_and_not_what_it_was_given(
    make_bench: Make, name: str, wrong: Any
) -> None:
    """What is wrong may be nearly right: an answer, its log and an exception do not repeat it."""
    bench = make_bench(wb.Connection.loads(PICKED))
    bench.enable("user-1", values={"vault.speak": {"account": "other"}})
    with pytest.raises(wb.errors.WorkbenchError) as refused:
        bench.client("user-1").run("vault.speak", {name: wrong})
    said = [f"{refused.value}{refused.value!r}", told(bench)]
    if wrong != "canary-label":  # which is right where a user enters it
        with pytest.raises(wb.errors.FieldValueError) as unfit:
            bench.enable("user-2", values={"vault.speak": {"account": "other", name: wrong}})
        said.append(f"{unfit.value}{unfit.value!r}".partition("The options are")[0])
    assert not [text for text in said if any(secret in text for secret in ("canary-", "91.471147"))]


def test_the_connect_page_shows_no_secret_that_is_picked_or_a_place_and_keeps_it(make_bench: Make) -> None:
    """What a user has chosen, ticked or placed before is not on the page, and stays where nothing is entered."""
    bench = make_bench(wb.Connection.loads(PICKED))
    home = {"lat": 51.471147, "lng": -0.471147, "address": "canary street 12"}
    bench.enable("user-1", values={"vault.speak": {"account": "other", "accounts": ["first"], "home": home}})
    before = bench.users[0].user_features[0].values
    address = f"/connect/{bench.connection.id}"
    with bench.serve() as server, httpx.Client(base_url=server.url) as browser:
        page = browser.get(f"{address}/configure", params={"email": "a@example.com", "user_id": "user-1"}).text
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
        done = browser.post(address, data=hidden | {"timezone": "UTC"})
    assert "471147" not in page
    assert "canary street" not in page
    assert " checked" not in page
    assert '<option value="other">' in page
    assert done.status_code < 400
    assert bench.users[0].user_features[0].values == before


PRIVATE_KEY = "-----BEGIN KEY-----\ncanary+line/one==\n  canary+line/two==\n-----END KEY-----\n"


@pytest.mark.parametrize("way", ["pin.trim()", 'pin.split("\\n")', "pin", "({ pin })", 'pin.split("\\n")[1]'])
def test_the_lines_of_a_secret_are_secret(make_bench: Make, way: str) -> None:
    """A private key is masked also where it is printed line by line, trimmed, or in part."""
    bench = copying(make_bench, PRIVATE_KEY, f"console.log({way});")
    run = bench.fire("vault.opened")
    assert MASK in run.console[0].text
    assert "canary" not in everything_told(bench, run)


def test_a_secret_that_is_changed_while_a_script_runs_is_masked(make_bench: Make) -> None:
    """The script goes on with what it was given at its start."""
    script = (
        'performQuery("vault.find", {}).then(() => {\n'
        '  console.log(pin);\n  runAction("vault.speak", { fields: { word: pin } });\n});'
    )
    bench = copying(make_bench, "canary-pin", script)

    def answer(_: wb.StepCall) -> list[dict[str, Any]]:
        bench.connection.field("pin").set_by_you("another one")
        return []

    bench.respond("vault.find", answer)
    run = bench.fire("vault.opened")
    assert run.actions[0].fields == {"word": MASK}
    assert "canary-pin" not in everything_told(bench, run)


def test_a_client_of_another_api_is_told_of_no_secret_in_its_path(make_bench: Make) -> None:
    """What a client asks for by a secret is masked in the log and in the error."""
    bench = make_bench(wb.Connection.loads(COPYING % "canary-pin"))
    answer = httpx.MockTransport(lambda _: httpx.Response(404, json={"type": "error", "message": "no"}))
    client = bench.client("user-1", base_url="http://127.0.0.1:9", service_key="key-of-the-tests", transport=answer)
    with pytest.raises(wb.errors.WorkbenchError) as refused:
        client.run("vault.canary-pin", {})
    assert "canary-pin" not in f"{refused.value}{refused.value!r}{told(bench)}"


def test_an_error_that_is_cut_is_masked_before(make_bench: Make) -> None:
    """The beginning of a secret is not left over where a long text ends."""
    bench = make_bench(wb.Connection.loads(COPYING % "canary-pin"))
    answer = httpx.MockTransport(lambda _: httpx.Response(502, text="x" * 195 + "canary-pin"))
    client = bench.client("user-1", base_url="http://127.0.0.1:9", service_key="key-of-the-tests", transport=answer)
    with pytest.raises(wb.errors.WorkbenchError) as failed:
        client.run("vault.speak", {})
    assert "xxxxx" in f"{failed.value}"
    assert "xcan" not in f"{failed.value}"
