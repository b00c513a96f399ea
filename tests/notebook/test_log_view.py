"""LogView in Python: what it shows of the log, live and searched, and doing again what an entry tells of."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import workbench as wb
from workbench.connect_api.requests import Request
from workbench.logs.exchanges import open_log
from workbench.notebook.log_view import LogView

TRIGGER = "youtube.new_liked_video"


@pytest.fixture
def bench(make_bench: Callable[..., wb.Bench]) -> wb.Bench:
    bench = make_bench()
    bench.enable("user-17")
    bench.fire(TRIGGER, title="Hello")
    return bench


def sent(view: LogView, message: dict[str, Any]) -> list[dict[str, Any]]:
    """What the view answers to a message."""
    answers: list[dict[str, Any]] = []
    view.send = lambda content, buffers=None: answers.append(content)
    view.propose(message)
    settled(view)
    return answers


def settled(view: LogView) -> None:
    for thread in threading.enumerate():
        if thread.name == "workbench LogView":
            thread.join(30)
    view.soon.wait(30)


def test_the_newest_comes_first(bench: wb.Bench) -> None:
    """The head has the newest entries, newest first, each with its status's meaning."""
    view = LogView(bench)
    assert [row["id"] for row in view.head] == [5, 4, 3, 2, 1]
    assert [row["status"] for row in view.head] == [204, 204, 204, 200, "event"]
    assert view.head[0]["meaning"] == "Success; there is nothing to read."
    assert view.head[3]["what"] == "perform youtube.get_videos_from_search"
    assert view.total == 5


def test_it_is_live(bench: wb.Bench) -> None:
    """What is written to the log comes in by itself, and positions stay."""
    view = LogView(bench)
    bench.fire(TRIGGER)
    view.soon.wait(10)
    assert view.total == 10
    assert view.head[0]["id"] == 10
    assert view.version == 0


def test_filters_find(bench: wb.Bench) -> None:
    """Filters narrow together, and the count and head follow; a wrong one is an error in the view."""
    bench.fire(TRIGGER, script='runAction("sms.nope")')
    view = LogView(bench)
    assert {"value": "404", "label": "404: No such id, or something that the caller may not see."} in view.choices[
        "statuses"
    ]
    sent(view, {"do": "filter", "status": "4xx"})
    assert (view.total, view.head[0]["status"], view.version) == (1, 404, 1)
    sent(view, {"do": "filter", "status": "", "text": "hello", "direction": "event"})
    assert [row["id"] for row in view.head] == [1]
    view.propose({"do": "filter", "status": "teapot"})
    assert "no status" in view.notice["text"]
    assert view.total == 1


def test_a_live_search_takes_in_what_fits(bench: wb.Bench) -> None:
    """While a search is on, only what fits it comes in."""
    view = LogView(bench)
    sent(view, {"do": "filter", "direction": "event"})
    bench.fire(TRIGGER)
    view.soon.wait(10)
    assert view.total == 2


def test_rows_come_by_position(bench: wb.Bench) -> None:
    """The browser gets the rows that it asks for, with the version they are of."""
    view = LogView(bench)
    (answer,) = sent(view, {"do": "rows", "start": 1, "count": 2, "version": 0})
    assert [row["id"] for row in answer["rows"]] == [2, 3]
    assert (answer["start"], answer["version"]) == (1, 0)


def test_an_entry_opens_whole_and_without_secrets(bench: wb.Bench) -> None:
    """Headers, pretty bodies, why each field had its value, and code with the key as a variable."""
    view = LogView(bench)
    (answer,) = sent(view, {"do": "open", "entry": 2})
    detail = answer["detail"]
    texts = {one["name"]: one["text"] for one in detail["texts"]}
    assert json.loads(texts["Request body"])["fields"] == {"search_query": "Hello"}
    assert "\n" in texts["Response body"]
    assert "ifttt-service-key: ••" in texts["Request headers"]
    assert detail["fields"][0]["losers"] == "music (the value set by you)"
    assert [one["name"] for one in detail["codes"]] == ["curl", "httpx"]
    assert bench.service_key.reveal() not in json.dumps(detail)


def test_an_event_is_fired_again(bench: wb.Bench) -> None:
    """The same event, for the same user and feature, runs the script again."""
    view = LogView(bench)
    sent(view, {"do": "again", "entry": 1})
    assert bench.runs[-1].ingredients == bench.runs[0].ingredients
    assert view.notice["kind"] == "good"


def test_a_request_is_sent_again(bench: wb.Bench) -> None:
    """The same body goes to the API once more, and the answer's meaning is told."""
    view = LogView(bench)
    sent(view, {"do": "again", "entry": 2})
    assert bench.logs[6].request_body == bench.logs[2].request_body
    assert "200. Success" in view.notice["text"]


KEYS: dict[str, tuple[tuple[str, str], ...]] = {
    "no key": (),
    "a wrong key": (("ifttt-service-key", "not-the-key-of-this-bench"),),
    "a wrong key by its older name": (("ifttt-channel-key", "not-the-key-of-this-bench"),),
    "a wrong token": (("authorization", "Bearer not-a-token-of-this-bench"),),
    "no credentials of a known kind": (("authorization", "Basic dXNlcjpwYXNz"),),
}


@pytest.mark.parametrize("headers", KEYS.values(), ids=KEYS)
def test_what_was_refused_is_refused_again(bench: wb.Bench, headers: tuple[tuple[str, str], ...]) -> None:
    """A 401 is sent again without a key, or with a wrong one: never with the key that it did not have."""
    ran: list[object] = []
    bench.respond("sms.send_me_text", ran.append)
    path = f"/v2/connections/{bench.connection.id}/actions/sms.send_me_text/run"
    body = b'{"user_id": "user-17", "fields": {"message": "hi"}}'
    json_type = ("content-type", "application/json")
    refused = bench.emulator.exchange(Request(method="POST", path=path, headers=(json_type, *headers), body=body))
    view = LogView(bench)
    sent(view, {"do": "again", "entry": refused.entry_id})
    before, after = bench.logs[refused.entry_id], bench.logs[refused.entry_id + 1]
    assert (before.status, after.status, ran) == (401, 401, [])
    assert after.response_body == before.response_body
    assert after.request_headers == before.request_headers
    assert (view.notice["kind"], "401" in view.notice["text"]) == ("bad", True)


def test_a_401_that_the_key_did_not_cause_is_sent_again_with_the_key(bench: wb.Bench) -> None:
    """An endpoint's own 401, and one by a fault, come after the key was accepted."""
    client = bench.client("user-17")
    bench.faults.add(wb.faults.Status(401), step="sms.send_me_text", times=1)
    with pytest.raises(wb.errors.Unauthorized):
        client.run("sms.send_me_text", {"message": "hi"})
    view = LogView(bench)
    sent(view, {"do": "again", "entry": 6})
    assert [bench.logs[6].status, bench.logs[7].status] == [401, 204]


def test_a_users_request_goes_out_with_their_token(bench: wb.Bench) -> None:
    """What a mobile app sent for a user is sent again as that user, and not with the service key."""
    app = bench.client(user_token=bench.users[0].token())
    app.me()
    view = LogView(bench)
    sent(view, {"do": "again", "entry": 6})
    assert bench.logs[7].response_body == bench.logs[6].response_body
    assert '"authentication_level":"user"' in str(bench.logs[7].response_body)


def test_a_scripts_call_stays_bound_to_its_user(bench: wb.Bench) -> None:
    """A script that names another user is refused, again too."""
    bench.enable("user-18")
    script = 'runAction("sms.send_me_text", { user_id: "user-18" });'
    run = bench.fire(TRIGGER, user="user-17", script=script)
    entry = run.calls[0].exchange
    assert entry is not None
    sent(LogView(bench), {"do": "again", "entry": entry})
    assert [bench.logs[entry].status, bench.logs[entry + 1].status] == [403, 403]


def test_what_the_log_does_not_keep_is_not_sent_again(bench: wb.Bench) -> None:
    """A key or token in an ingredient, a body or a query is not in the log: a notice says why nothing is sent."""
    key = bench.service_key.reveal()
    bench.fire(TRIGGER, title=key, script="")
    bench.client("user-17").run("sms.send_me_text", {"message": key})
    bench.client().user_token("an-access-token", user_id="user-17")
    event, action, token = (one.id for one in bench.logs[5:8])
    view = LogView(bench)
    for entry, says in ((event, "its ingredients held"), (action, "of its body"), (token, "of its")):
        sent(view, {"do": "again", "entry": entry})
        assert view.notice["kind"] == "bad"
        assert f"Entry {entry} cannot be" in view.notice["text"]
        assert says in view.notice["text"]
    assert len(bench.logs) == 8


def test_secrets_go_out_again_and_stay_hidden(make_bench: Callable[..., wb.Bench]) -> None:
    """A secret field's value is sent again as it was, and shown nowhere."""
    connection = wb.Connection.loads(
        "connection: Secret\n"
        "services: [sms]\n"
        "features:\n"
        "  - title: Only\n"
        "    actions: [{step: sms.send_me_text, fields: {message: {secret: true}}}]\n"
    )
    bench = make_bench(connection)
    bench.enable("user-1", values={"sms.send_me_text": {"message": "stored"}})
    got: list[object] = []
    bench.respond("sms.send_me_text", lambda call: got.append(call.fields["message"]))
    call = {"fields": {"message": "hunter2"}}
    bench.emulator.call("action", "sms.send_me_text", call, user_id="user-1")()
    view = LogView(bench)
    answers = sent(view, {"do": "open", "entry": 1})
    sent(view, {"do": "again", "entry": 1})
    assert got == ["hunter2", "hunter2"]
    assert "hunter2" not in json.dumps([answers, view.head, view.notice]) + view.mirror()


def test_a_log_file_is_only_read(tmp_path: Path, make_bench: Callable[..., wb.Bench]) -> None:
    """The log that an earlier session kept is shown; nothing can be fired again from it."""
    bench = make_bench(log=tmp_path / "log.db")
    bench.enable("user-1")
    bench.fire(TRIGGER)
    bench.close()
    with open_log(tmp_path / "log.db") as logs:
        view = LogView(logs)
        assert view.total == 5
        assert not view.can_fire
        view.propose({"do": "again", "entry": 1})
        assert "no bench" in view.notice["text"]


def test_repr_and_mirror(bench: wb.Bench) -> None:
    """The repr counts; the mirror has the newest entries, escaped."""
    bench.fire(TRIGGER, script='runAction("<script>hurt()</script>")')
    view = LogView(bench)
    sent(view, {"do": "filter", "status": "404"})
    assert repr(view) == "<LogView: 1 entry with status 404>"
    assert "<script>" not in view.mirror()
    assert "1 entry" in view.mirror()
