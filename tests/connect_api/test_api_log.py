"""The log: numbering, masking, filters, files, and what survives."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from workbench.connect_api.api_log import COLUMNS, ApiLog, Entry
from workbench.connect_api.faults import Status
from workbench.errors import InvalidParameters, LogError, UnknownName
from workbench.secret import MASK

KEY = "service-key-of-the-tests"
USER = "user-17"


def test_a_row_has_each_value_in_its_column(world: Any) -> None:
    """What an exchange was stands in the columns of those names."""
    token = world.token("lamp", "Sofa")
    answer = world.run(fields={"lamp": token})
    entry = world.log.entry(answer.entry_id)
    assert (entry.direction, entry.transport, entry.target) == ("in", "direct", "emulator")
    assert (entry.method, entry.path) == ("POST", world.at("/actions/lamp.set_color/run"))
    assert (entry.kind, entry.step, entry.connection_id) == ("action", "lamp.set_color", "Ab3dE5gH")
    assert (entry.user_id, entry.user_feature_id) == (USER, answer.user_feature_id)
    assert (entry.status, entry.error_code, entry.response_body) == (204, None, None)
    assert entry.time == world.clock.timestamp()
    assert entry.duration_ms == answer.duration_ms > 0
    assert token in str(entry.request_body)
    assert '"winner":{"source":"the call\'s fields","value":"sofa"}' in str(entry.decisions)
    assert (entry.fault, entry.note) == (None, "")
    failed = world.log.entry(world.run(fields={"x": 1}).entry_id)
    assert (failed.status, failed.error_code) == (422, "invalid_parameters")
    assert "invalid_parameters" in str(failed.response_body)


def test_keys_are_masked_before_they_are_written(make_world: Callable[..., Any], tmp_path: Path) -> None:
    """The service key is nowhere in the file, wherever a caller put it."""
    world = make_world(path=tmp_path / "log.db")
    world.run(fields={"color": f"x {KEY} x"})
    world.send("GET", f"/v2/me?user_id={KEY}")
    world.send("GET", f"/v2/{KEY}")
    world.send("GET", "/v2/me", headers=(("authorization", f"Bearer {KEY}"),))
    world.log.close()
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert KEY.encode() not in written
    assert b"user-17" in written


def test_secret_fields_are_masked_when_read_and_kept_for_replay(world: Any) -> None:
    """Bodies and decisions hide a secret field's value, with `raw` alone excepted."""
    world.emulator.enable(USER, values={"lamp.set_color": {"pin": "0000-users"}})
    answer = world.run(fields={"pin": "1234-secret", "color": "green"})
    world.send("GET", world.at(f"?user_id={USER}"))
    read = " ".join(str(asdict(entry)) for entry in world.log)
    assert "1234-secret" not in read
    assert "0000-users" not in read
    assert "green" in read
    assert f'"pin":"{MASK}"' in read
    assert "1234-secret" in str(world.log.raw(answer.entry_id).request_body)


def test_a_broken_body_of_a_connection_with_secrets_is_masked_whole(world: Any) -> None:
    """What cannot be read as JSON cannot be masked in part."""
    answer = world.send("POST", world.at("/actions/lamp.set_color/run"), b'{"fields": {"pin": "1234-secret",}}')
    assert world.log.entry(answer.entry_id).request_body == MASK


CANARY = "1234-secret"


@pytest.mark.parametrize(
    "body",
    [
        {"fields": {"pni": CANARY}},
        {"fields": {"pni": [{"deep": CANARY}], "color": "green"}},
        {"fields": {"Pin": CANARY}, "user_feature_id": "nobody's"},
        {"fields": [{"id": "pni", "value": CANARY}]},
        {"fields": [{"field_id": "pni", "value": {"deep": CANARY}}]},
        {"fields": [{"name": "pin", "value": CANARY}]},
        {"pin": CANARY},
        {"fields": {"pin": {"value": CANARY}}},
        {"fields": {"pin": [CANARY]}},
    ],
    ids=[
        *("misspelt", "misspelt, a list", "upper case", "a list of ids", "a list of field ids", "a list of names"),
        *("beside fields", "an object", "a list"),
    ],
)
@pytest.mark.parametrize("step", ["lamp.set_color", "lamp.unknown"])
def test_a_secret_under_a_name_that_is_no_field_is_masked(world: Any, body: dict[str, Any], step: str) -> None:
    """A misspelt field may be a secret one: where a connection has any, the value is not shown; `raw` keeps it."""
    sent = {"user_id": USER, **body}
    answer = world.send("POST", world.at(f"/actions/{step}/run"), sent)
    entry = world.log.entry(answer.entry_id)
    assert CANARY not in str(asdict(entry))
    assert json.loads(entry.request_body)["user_id"] == USER
    assert CANARY in str(world.log.raw(answer.entry_id).request_body)


@pytest.mark.parametrize("unknown", ["refuse", "ignore"])
def test_the_name_is_shown_and_the_right_ones_with_their_values(world: Any, unknown: str) -> None:
    """Only the value of the misspelt field is masked, also where the API takes no notice of it."""
    world.emulator.choices = replace(world.emulator.choices, unknown_fields=unknown)
    answer = world.run(fields={"pni": CANARY, "color": "green"})
    assert answer.status == (422 if unknown == "refuse" else 204)
    fields = json.loads(world.log.entry(answer.entry_id).request_body)["fields"]
    assert fields == {"pni": MASK, "color": "green"}


def test_a_misspelt_secret_in_an_update_is_masked(world: Any) -> None:
    """A user's values come as lists of field ids and values; one of an unknown id is masked."""
    fields = [{"field_id": "pni", "value": CANARY}, {"field_id": "color", "value": "green"}]
    actions = [{"action_id": "lamp.set_color", "user_fields": fields}]
    body = {"user_features": [{"feature_id": "nobody", "user_feature_actions": actions}]}
    answer = world.send("PUT", world.at(f"/user_connection?user_id={USER}"), body)
    assert answer.status == 422
    shown = str(world.log.entry(answer.entry_id).request_body)
    assert CANARY not in shown
    assert "pni" in shown
    assert "green" in shown


def test_without_secret_fields_nothing_is_hidden(make_bench: Any) -> None:
    """A connection without secrets shows a misspelt field's value, which helps to mend it."""
    bench = make_bench()
    bench.enable("user-17")
    with pytest.raises(InvalidParameters):
        bench.client("user-17").run("sms.send_me_text", {"mesage": "hello"})
    assert bench.logs[1].request_body is not None
    assert "hello" in bench.logs[1].request_body


def test_rows_are_filtered_ordered_and_cut(world: Any) -> None:
    """Filters on columns, newest first, a limit, and only what came after an entry."""
    for color in ("a", "b"):
        world.run(fields={"color": color})
    world.perform(limit=1)
    assert [entry.step for entry in world.log.rows(kind="action")] == ["lamp.set_color"] * 2
    assert [entry.id for entry in world.log.rows(newest_first=True)] == [3, 2, 1]
    assert [entry.id for entry in world.log.rows(after=1, limit=1)] == [2]
    assert [entry.id for entry in world.log.tail(2)] == [2, 3]
    assert world.log.count(status=204) == 2
    assert world.log.count(run_id=None) == len(world.log) == 3
    assert [entry.id for entry in reversed(world.log)] == [3, 2, 1]


def test_an_unknown_column_is_told_the_nearest() -> None:
    """A mistyped filter is an error, not an empty answer."""
    with ApiLog() as log, pytest.raises(UnknownName, match="Did you mean `status`"):
        log.rows(statuss=200)


def test_an_unknown_entry_is_an_error() -> None:
    """Asking for an entry that is not there says so."""
    with ApiLog() as log, pytest.raises(UnknownName, match="Unknown log entry `7`"):
        log.entry(7)


def test_entries_are_numbered_as_requests_arrive(world: Any) -> None:
    """A slow exchange that came first keeps the lower number."""
    gate = threading.Event()
    world.emulator.respond("lamp.list_lamps", lambda _: gate.wait(10) and [])
    slow = threading.Thread(target=world.perform)
    slow.start()
    while world.log._last == 0:
        pass
    fast = world.run()
    gate.set()
    slow.join()
    assert fast.entry_id == 2
    assert [(entry.id, entry.kind) for entry in world.log] == [(1, "query"), (2, "action")]


def test_many_threads_write_without_loss() -> None:
    """Eight threads write 500 entries each; every one is there once."""
    with ApiLog() as log:
        threads = [
            threading.Thread(target=lambda: [log.add(Entry(method="GET")) for _ in range(500)]) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [entry.id for entry in log] == list(range(1, 4_001))


def test_a_file_is_its_owners_and_is_read_again(make_world: Callable[..., Any], tmp_path: Path) -> None:
    """A log file has mode 0600, and goes on with its numbers when it is opened again."""
    path = tmp_path / "log.db"
    world = make_world(path=path)
    world.run()
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    world.log.close()
    with ApiLog(path) as log:
        assert [entry.step for entry in log] == ["lamp.set_color"]
        assert log.add(Entry(method="GET")) == 2


def test_two_benches_may_share_a_file(tmp_path: Path) -> None:
    """Entries of both are kept, under numbers of their own."""
    path = tmp_path / "log.db"
    with ApiLog(path) as first, ApiLog(path) as second:
        given = [log.add(Entry(method="GET")) for _ in range(3) for log in (first, second)]
        assert sorted(given) == [1, 2, 3, 4, 5, 6]
        assert len(first) == len(second) == 6


WRITER = textwrap.dedent(
    """
    import sys
    from workbench.connect_api.api_log import ApiLog, Entry

    log = ApiLog(sys.argv[1])
    while True:
        print(log.add(Entry(method="GET", path="/v2/me", request_body="x" * 500)), flush=True)
    """
)


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    """After `kill -9` in the midst of writing every acknowledged entry is in the file, which opens."""
    path = tmp_path / "log.db"
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(root)}
    ) as writer:
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline()) for _ in range(500)]
        writer.send_signal(signal.SIGKILL)
        acknowledged += [int(line) for line in writer.stdout.read().split(b"\n")[:-1]]
    with ApiLog(path) as log:
        assert {entry.id for entry in log} >= set(acknowledged)


def damaged(path: Path) -> None:
    path.write_bytes(b"this is no database, though it is long enough to be looked at " * 40)


def foreign(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE notes (text TEXT)")
    database.close()


def newer(path: Path) -> None:
    ApiLog(path).close()
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version=99")
    database.close()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        pytest.param(damaged, "not a log of the workbench", id="no database"),
        pytest.param(foreign, "not a log of the workbench", id="another database"),
        pytest.param(newer, "newer workbench", id="from a newer version"),
        pytest.param(lambda path: path.mkdir(), "cannot be opened", id="a folder"),
    ],
)
def test_a_file_that_is_no_log_is_refused(tmp_path: Path, spoil: Callable[[Path], None], words: str) -> None:
    """The error says which file, what is wrong with it, and what to do."""
    path = tmp_path / "log.db"
    spoil(path)
    with pytest.raises(LogError, match=words) as raised:
        ApiLog(path)
    assert "log.db" in str(raised.value)


def test_no_folder_is_made_for_a_log(tmp_path: Path) -> None:
    """A mistyped folder is an error that shows how to make it, and is not made."""
    missing = tmp_path / "no such"
    with pytest.raises(LogError, match=r"There is no folder .*no such") as raised:
        ApiLog(missing / "deeper" / "log.db")
    assert f"`mkdir -p '{missing / 'deeper'}'`" in str(raised.value)
    assert not missing.exists()


def test_a_closed_log_says_so() -> None:
    """Writing to or reading from a closed log is a clear error; closing twice is none."""
    log = ApiLog()
    log.add(Entry(method="GET"))
    log.close()
    log.close()
    for use in (log.tail, lambda: log.add(Entry(method="GET")), log.clear):
        with pytest.raises(LogError, match="closed"):
            use()
    assert repr(log) == "<ApiLog in memory, closed>"


def test_clearing_keeps_the_numbering() -> None:
    """After `clear` the log is empty, and the next entry does not take an old number."""
    with ApiLog() as log:
        log.add(Entry(method="GET"))
        log.clear()
        assert len(log) == 0
        assert log.add(Entry(method="GET")) == 2


def test_an_entry_shows_in_one_line_what_it_is(world: Any) -> None:
    """Who asked for what, how it came, what was answered and why; no body and no header."""
    world.emulator.faults.add(Status(429))
    world.run()
    world.emulator.log_event("lamp.switched_on", {}, user_id=USER, user_feature_id="x", feature_id="y")
    answered, event = world.log
    assert repr(answered) == (
        "<Entry 1 in: POST /v2/connections/Ab3dE5gH/actions/lamp.set_color/run → 429 too_many_requests; "
        "user user-17; direct; fault: status 429>"
    )
    assert repr(event) == "<Entry 2 event: lamp.switched_on; user user-17; direct>"


def test_columns_are_those_of_an_entry() -> None:
    """Every column can be read back under its name."""
    full = Entry(
        **{
            name: (1 if name in {"id", "status"} else 1.5 if name in {"time", "duration_ms"} else name)
            for name in COLUMNS
        }
    )
    with ApiLog() as log:
        log.add(replace(full, secret_fields=None))
        assert log.raw(1) == replace(full, secret_fields=None)


def test_half_of_a_surrogate_pair_is_kept_as_its_escape(tmp_path: Path) -> None:
    """A lone surrogate, in any column, destroys no entry: it is read back, and found, as its JSON escape."""
    names = ("user_id", "path", "step", "request_body", "response_body", "note")
    texts = dict.fromkeys(names, "x\ud83d 😀")
    for path in (None, tmp_path / "log.db"):
        with ApiLog(path) as log:
            log.add(Entry(path="/before"))
            number = log.add(Entry(**texts))
            assert len(log) == 2
            assert {getattr(log.entry(number), name) for name in texts} == {"x\\ud83d 😀"}
            assert log.count(user_id="x\ud83d 😀") == 1


def test_rows_that_could_not_be_written_are_not_lost() -> None:
    """Where a write fails, the waiting rows wait on, and the error is one of ours."""
    log = ApiLog()
    log.add(Entry(path="/one"))
    log._database.execute("PRAGMA query_only=1")
    with pytest.raises(LogError, match="cannot be written"):
        len(log)
    log._database.execute("PRAGMA query_only=0")
    assert [one.path for one in log.rows()] == ["/one"]
    log.close()
