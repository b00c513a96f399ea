"""Recordings: made once, replayed offline, readable, and without secrets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import nullcontext, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from workbench.clock import Clock
from workbench.connect_api.client import AsyncConnectClient, ConnectClient
from workbench.connect_api.masking import SECRET_MEMBERS, mask_json
from workbench.connect_api.recordings import Recording
from workbench.errors import InvalidParameters, RecordingError, RecordingMiss, StaleRecording, UsageError
from workbench.secret import MASK, Secret

USER, CONNECTION = "user-17", "Ab3dE5gH"


def never(_: httpx.Request) -> httpx.Response:
    raise AssertionError("a replay called the API")


def replaying(path: Path, transport: Any = None, **options: Any) -> ConnectClient:
    """A client of the real API that must not get there."""
    return ConnectClient(
        "https://connect.ifttt.com",
        service_key="another-key-altogether",
        connection_id=CONNECTION,
        user_id=USER,
        transport=transport or httpx.MockTransport(never),
        recording=Recording(path, **{"mode": "replay", **options}),
    )


def session(client: ConnectClient) -> list[Any]:
    """Some of everything: bodies, an empty answer, pages, an error."""
    token = client.field_options("action", "lamp.set_color").token("lamp", "Sofa")
    seen: list[Any] = [client.me(), client.connection(), client.run("lamp.set_color", {"lamp": token})]
    seen.append(list(client.items("lamp.list_lamps", limit=4)))
    with pytest.raises(InvalidParameters) as caught:
        client.run("lamp.set_color", {"colour": "red"})
    return [*seen, str(caught.value)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the recording goes."""
    return tmp_path / "lamp.json"


@pytest.fixture
def record(world: Any, path: Path) -> Callable[..., ConnectClient]:
    """Makes clients of the emulator that record to ``path``."""

    def make(**options: Any) -> ConnectClient:
        recording = Recording(path, **{"mode": "record", **options})
        return ConnectClient.in_process(world.emulator, connection_id=CONNECTION, user_id=USER, recording=recording)

    return make


# --- record and replay ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("match", ["strict", "lenient"])
def test_what_was_recorded_is_replayed(record: Any, path: Path, match: str) -> None:
    """The same session gives the same results offline, with another key, against another base URL."""
    live = session(record())
    client = replaying(path, match=match)
    assert session(client) == live
    recording = client._recording
    assert recording is not None
    recording.check()
    assert recording.unused == ()


def test_an_async_client_replays_what_a_sync_one_recorded(record: Any, path: Path, world: Any) -> None:
    """Both speak to the same file; and an async client records as well."""
    client = record()
    live = [client.me(), list(client.items("lamp.list_lamps", limit=5))]

    async def again(mode: str) -> list[Any]:
        recording = Recording(path, mode=mode)
        async with AsyncConnectClient.in_process(
            world.emulator, connection_id=CONNECTION, user_id=USER, recording=recording
        ) as client:
            return [await client.me(), [one async for one in client.items("lamp.list_lamps", limit=5)]]

    before = path.read_text()
    assert asyncio.run(again("replay")) == live
    assert path.read_text() == before
    assert asyncio.run(again("record")) == live
    assert asyncio.run(again("replay")) == live


def test_auto_asks_for_what_the_file_lacks(record: Any, path: Path, world: Any) -> None:
    """What the file has is replayed; what comes after is asked for and added."""
    first = record(mode="auto").me()
    world.emulator.enable("eve", values={"lamp.set_color": {"lamp": "Desk"}})
    client = record(mode="auto")
    asked = len(world.log)
    assert client.me() == first
    assert len(world.log) == asked
    client.run("lamp.set_color")
    assert len(world.log) == asked + 1
    assert len(Recording(path)) == 2


def test_recording_again_begins_anew(record: Any, path: Path) -> None:
    """``record`` writes the file anew, and the same session gives the same file: a diff shows what changed."""
    clock = Clock().freeze("2026-01-02T00:00:00+00:00")

    def lines() -> list[str]:
        return [line for line in path.read_text().splitlines() if "x-request-id" not in line]

    session(record(clock=clock))
    first = lines()
    session(record(clock=clock))
    assert lines() == first


def test_the_file_reads_well(record: Any, path: Path) -> None:
    """One member a line, target and moment at the top, no credentials, no noise."""
    record(clock=Clock().freeze("2026-01-02T03:04:05+00:00")).run("lamp.set_color", {"color": "grün"})
    assert path.read_text(encoding="utf-8") == (
        '{\n  "recording": 1,\n  "target": "this machine",\n  "recorded": "2026-01-02T03:04:05+00:00",\n'
        '  "exchanges": [\n    {\n      "request": {\n        "method": "POST",\n'
        '        "path": "/v2/connections/Ab3dE5gH/actions/lamp.set_color/run",\n        "as": "service key",\n'
        '        "body": {\n          "user_id": "user-17",\n          "fields": {\n            "color": "grün"\n'
        '          }\n        }\n      },\n      "answer": {\n        "status": 204\n      }\n    }\n  ]\n}\n'
    )


# --- how alike --------------------------------------------------------------------------------------------------------


def test_a_long_session_is_written_as_json_writes_it(record: Any, path: Path, world: Any) -> None:
    """However the file grew, by recording and by adding, it is the indented JSON of what it holds, line breaks too."""
    world.emulator.respond("lamp.list_lamps", [{"title": "a\nb\u2028c\x85d"}])
    for mode in ("record", "auto", "auto"):
        client = record(mode=mode, match="lenient")
        for search in ("one", "two", f"for {mode}"):
            client.perform("lamp.list_lamps", {"search": search})
        text = path.read_text(encoding="utf-8")
        assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"
    assert json.loads(text)["exchanges"][0]["answer"]["body"]["data"] == [{"title": "a\nb\u2028c\x85d"}]


def test_strict_wants_the_order(record: Any, path: Path) -> None:
    """Another order is a miss that says so, and that names the request expected."""
    live = record()
    live.run("lamp.set_color", {"color": "red"})
    live.me()
    client = replaying(path)
    with pytest.raises(RecordingMiss) as caught:
        client.me()
    assert "Next in order is number 1, POST /v2/connections/Ab3dE5gH/actions/lamp.set_color/run" in str(caught.value)
    assert "number 2, so only the order differs" in str(caught.value)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda one: one.run("lamp.set_color", {"color": "blue"}), 'body /fields/color: recorded "red", sent "blue"'),
        (lambda one: one.run("lamp.set_color", {}), 'body /fields/color: recorded "red", sent nothing'),
        (lambda one: one.run("lamp.set_color", {"color": "red", "pin": "1"}), "body /fields/pin: recorded nothing"),
        (lambda one: one.run("lamp.set_color", {"color": "red"}, user_id="eve"), "user_id: recorded"),
        (lambda one: one.me(), "method: recorded POST, sent GET"),
    ],
    ids=["another value", "one less", "one more", "another user", "another call"],
)
def test_strict_says_what_differs(record: Any, path: Path, call: Callable[[Any], Any], says: str) -> None:
    """A miss points at the place in the body."""
    record().run("lamp.set_color", {"color": "red"})
    with pytest.raises(RecordingMiss) as caught:
        call(replaying(path))
    assert says in str(caught.value)
    assert str(path) in str(caught.value)


def test_strict_ends(record: Any, path: Path) -> None:
    """After the last one there is nothing, until it is rewound."""
    record().me()
    client = replaying(path)
    client.me()
    with pytest.raises(RecordingMiss, match="All 1 recorded requests"):
        client.me()
    client._recording.rewind()  # type: ignore[union-attr]
    client.me()


def test_strict_takes_true_for_no_number(record: Any, path: Path) -> None:
    """``true`` and 1 are not the same JSON, though Python says so."""
    record().run("lamp.set_color", {"color": True})
    with pytest.raises(RecordingMiss, match="recorded true, sent 1"):
        replaying(path).run("lamp.set_color", {"color": 1})


def test_lenient_ignores_order_and_body(record: Any, path: Path) -> None:
    """Method, path and user count; an equal body goes first, and what was given may be given again."""
    live = record()
    live.run("lamp.set_color", {"color": "red"})
    first = live.perform("lamp.list_lamps", {"search": "a"}, limit=2)
    second = live.perform("lamp.list_lamps", {"search": "b"}, limit=3)
    me = live.me()
    client = replaying(path, match="lenient")
    assert client.me() == me
    assert client.perform("lamp.list_lamps", {"search": "b"}, limit=3) == second
    assert client.perform("lamp.list_lamps", {"search": "c"}) == first
    assert client.perform("lamp.list_lamps", {"search": "b"}, limit=3) == second
    client.run("lamp.set_color", {"color": "any other"})
    client._recording.check()  # type: ignore[union-attr]


def test_lenient_names_the_nearest(record: Any, path: Path) -> None:
    """A request for another user or step is a miss that names the nearest recorded one."""
    live = record()
    live.me()
    live.run("lamp.set_color")
    client = replaying(path, match="lenient")
    with pytest.raises(RecordingMiss, match=r"Nearest is number 2, POST .*for user-17") as caught:
        client.run("lamp.set_color", user_id="eve")
    assert 'body /user_id: recorded "user-17", sent "eve"' in str(caught.value)
    with pytest.raises(RecordingMiss, match="path: recorded"):
        client.run("lamp.other")


def test_lenient_auto_asks_again_rather_than_repeat(record: Any, world: Any) -> None:
    """In ``auto``, an answer is given once; the next time, the API is asked."""
    client = record(mode="auto", match="lenient")
    client.me()
    client.me()
    assert len(world.log) == 2


def test_an_empty_recording_says_so(path: Path) -> None:
    """There is no nearest request in nothing."""
    path.write_text('{"recording": 1, "exchanges": []}')
    with pytest.raises(RecordingMiss, match="holds nothing"):
        replaying(path).me()


# --- secrets ----------------------------------------------------------------------------------------------------------


def test_no_secret_is_written(world: Any, path: Path) -> None:
    """Key, tokens, codes and fields marked secret are masked, wherever the API repeats them."""
    key, oauth = "canary-service-key-0123456789", Secret("canary/oauth+token=0123456789")
    given = {"user_token": "canary-user-token-0123456789", "provisional_access_code": "canary-code-0123456789"}
    said: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        told = f"{request.url} {request.headers} {request.content!r} {oauth.reveal()} {' '.join(said)}"
        said.extend(given.values())
        fields = [{"field_id": "pin", "value": "canary-pin"}, {"id": "pin", "default_value": "canary-pin"}]
        return httpx.Response(200, json={**given, "told": told, "fields": fields, "pin": "canary-pin"})

    client = ConnectClient(
        "https://a.example",
        service_key=key,
        connection_id=CONNECTION,
        user_id=USER,
        transport=httpx.MockTransport(answer),
        recording=Recording(path, mode="record", secret_fields=["pin"]),
    )
    token = client.user_token(oauth)
    assert token.reveal() == given["user_token"]
    client.provisional_access_code(oauth)
    client.connection()
    client.run("lamp.set_color", {"pin": "canary-pin", "color": "red"})
    text = path.read_text(encoding="utf-8")
    assert "canary" not in text
    assert "red" in text
    assert text.count(MASK) > 10
    again = replaying(path, secret_fields=["pin"])
    assert again.user_token("whatever").reveal() == MASK
    again.provisional_access_code("whatever")
    again.connection()
    again.run("lamp.set_color", {"pin": "another", "color": "red"})


@pytest.mark.parametrize("match", ["strict", "lenient"])
def test_a_masked_token_is_good_for_a_replay(path: Path, world: Any, match: str) -> None:
    """A session that exchanges a token and goes on with it replays to its end."""

    def exchange(recording: Recording) -> Any:
        backend = ConnectClient.in_process(world.emulator, user_id=USER, recording=recording)
        token = backend.user_token("oauth-access-token")
        options = {"connection_id": CONNECTION, "recording": recording}
        return ConnectClient.in_process(world.emulator, user_token=token, **options).connection()

    live = exchange(Recording(path, mode="record"))
    asked = len(world.log)
    assert exchange(Recording(path, mode="replay", match=match)) == live
    assert len(world.log) == asked


def test_a_short_key_masks_no_words(path: Path) -> None:
    """A key of one letter is not sought in texts: it would mask half of them."""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"name": "kitchen"}))
    ConnectClient("https://a.example", service_key="k", transport=transport, recording=Recording(path)).me()
    assert "kitchen" in path.read_text()


# --- bodies of every kind ---------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda one: st.lists(one, max_size=4) | st.dictionaries(st.text(), one, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150)
@given(body=st.dictionaries(st.text(), JSON, max_size=4), status=st.sampled_from([200, 201]))
def test_any_json_answer_comes_back_as_it_was(path: Path, body: dict[str, Any], status: int) -> None:
    """What a client read when it was recorded is what it reads when it is replayed, but for what is secret."""
    assume(mask_json(body, SECRET_MEMBERS) == body)
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=json.dumps(body)))
    live = ConnectClient("https://a.example", transport=transport, recording=Recording(path, mode="record")).me()
    again = ConnectClient("https://a.example", recording=Recording(path, mode="replay")).me()
    assert json.dumps(again.raw) == json.dumps(live.raw)


@settings(max_examples=100)
@given(content=st.binary(min_size=1) | st.text(min_size=1).map(lambda one: one.encode("utf-8", "surrogatepass")))
def test_any_bytes_come_back_as_they_were(path: Path, content: bytes) -> None:
    """A page, a cut-off body, bytes that are no text: the same error, live and replayed."""
    transport = httpx.MockTransport(lambda _: httpx.Response(503, content=content))
    said = []
    for mode in ("record", "replay"):
        client = ConnectClient("https://a.example", transport=transport, recording=Recording(path, mode=mode))
        with pytest.raises(Exception, match="503") as caught:
            client.me()
        said.append(str(caught.value).partition("\n  request id")[0])
    assert said[0] == said[1]


@pytest.mark.parametrize(
    "content", [b'{"user_token": "canary', b'\xff{"user_token": "canary'], ids=["cut off", "no text"]
)
def test_a_body_that_cannot_be_read_is_masked_whole(path: Path, content: bytes) -> None:
    """A token in a spoilt body is not written either."""
    transport = httpx.MockTransport(lambda _: httpx.Response(503, content=content))
    client = ConnectClient("https://a.example", transport=transport, recording=Recording(path, mode="record"))
    with pytest.raises(Exception, match="503"):
        client.me()
    assert "canary" not in path.read_text()
    assert b"canary" not in httpx.Response(200, content=path.read_bytes()).content


def test_the_headers_that_matter_are_kept(path: Path) -> None:
    """``Retry-After`` and an error's request id are replayed; cookies and dates are not written."""
    headers = {"Retry-After": "7", "X-Request-ID": "r-1", "Set-Cookie": "canary=1", "Date": "today"}
    transport = httpx.MockTransport(lambda _: httpx.Response(429, headers=headers, json={"message": "slow down"}))
    for mode in ("record", "replay"):
        client = ConnectClient("https://a.example", transport=transport, recording=Recording(path, mode=mode))
        with pytest.raises(Exception, match="slow down") as caught:
            client.me()
        assert (caught.value.retry_after, caught.value.request_id) == (7.0, "r-1")
    assert "canary" not in path.read_text()


def test_many_at_once_are_all_kept(path: Path, world: Any) -> None:
    """Calls of one async client at the same time, and of threads, all reach the file, and replay in any order."""
    from concurrent.futures import ThreadPoolExecutor

    options: dict[str, Any] = {"connection_id": CONNECTION, "user_id": USER}

    async def work(recording: Recording, numbers: list[int]) -> None:
        async with AsyncConnectClient.in_process(world.emulator, recording=recording, **options) as client:
            await asyncio.gather(*(client.run("lamp.set_color", {"color": str(n)}) for n in numbers))

    recording = Recording(path, mode="record", match="lenient")
    asyncio.run(work(recording, list(range(10))))
    client = ConnectClient.in_process(world.emulator, recording=recording, **options)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: client.run("lamp.set_color", {"color": str(n)}), range(10, 20)))
    again = Recording(path, mode="replay", match="lenient")
    assert len(again) == 20
    asyncio.run(work(again, list(reversed(range(20)))))
    again.check()


# --- the file ---------------------------------------------------------------------------------------------------------


def test_a_lost_connection_is_not_recorded(path: Path) -> None:
    """The error goes to the caller, and the file stays as it was."""

    def lose(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("reset")

    client = ConnectClient("https://a.example", transport=httpx.MockTransport(lose), recording=Recording(path))
    with pytest.raises(Exception, match="connection broke"):
        client.me()
    assert not path.exists()


def test_replay_needs_a_recording(path: Path) -> None:
    """A missing file says how it is made; nothing is called."""
    with pytest.raises(RecordingError, match='mode="record"'):
        Recording(path, mode="replay")


@pytest.mark.parametrize("mode", ["record", "replay", "auto"])
@pytest.mark.parametrize(
    "text",
    [
        *("", "not json", "[]", "{}", '{"name": "package"}', "[" * 100_000, "\udcff"),
        *('{"recording": true}', '{"recording": true, "exchanges": []}', '{"recording": 0, "exchanges": []}'),
        *('{"recording": 1}', '{"recording": 1, "exchanges": {"1": "a.mp3"}}'),
    ],
    ids=[
        *("empty", "text", "list", "object", "other", "deep", "no text"),
        *("a flag", "a flag beside a list", "no version", "no list", "another list"),
    ],
)
def test_another_file_is_left_alone(path: Path, mode: str, text: str) -> None:
    """What is no recording is neither read nor overwritten, in any mode."""
    before = text.encode("utf-8", "surrogateescape")
    path.write_bytes(before)
    with pytest.raises(RecordingError, match=r"lamp\.json"):
        Recording(path, mode=mode)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"recording": 99}, "newer version"),
        ({"recorded": "yesterday"}, "the head"),
        ({"recorded": "2026-01-02T03:04:05"}, "the head"),
        ({"exchanges": 3}, 'lists `"exchanges"`'),
        ({"exchanges": [{}]}, "exchange 1"),
        ({"exchanges": [{"request": {"method": "GET", "path": "/"}, "answer": {"status": "200"}}]}, "exchange 1"),
        ({"exchanges": [{"request": {"method": "GET"}, "answer": {"status": 200}}]}, "`path` is missing"),
        (
            {"exchanges": [{"request": {"method": "GET", "path": "/", "query": ["a"]}, "answer": {"status": 200}}]},
            "query",
        ),
        (
            {"exchanges": [{"request": {"method": "GET", "path": "/"}, "answer": {"status": 1, "base64": "?"}}]},
            "base64",
        ),
        ({"exchanges": [{"request": {"method": "G", "path": "/"}, "answer": {"status": 1, "headers": 1}}]}, "headers"),
    ],
)
def test_a_damaged_recording_says_where(path: Path, change: dict[str, Any], says: str) -> None:
    """The message names the file, the exchange and what is wrong with it."""
    path.write_text(json.dumps({"recording": 1, "recorded": None, "exchanges": [], **change}))
    with pytest.raises(RecordingError, match=says):
        Recording(path, mode="replay")


@settings(max_examples=150)
@given(exchanges=JSON, head=JSON)
def test_whatever_a_file_holds_it_is_read_or_refused(path: Path, exchanges: Any, head: Any) -> None:
    """No file of JSON can end in anything but a recording or a RecordingError."""
    path.write_text(json.dumps({"recording": 1, "recorded": head, "target": head, "exchanges": exchanges}))
    is_readable = isinstance(exchanges, list) and not exchanges and head is None
    with nullcontext() if is_readable else suppress(RecordingError):
        assert len(Recording(path, mode="replay")) == len(exchanges)


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    """The error names the file."""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={}))
    recording = Recording(tmp_path / "missing" / "folder.json", mode="record")
    client = ConnectClient("https://a.example", transport=transport, recording=recording)
    with pytest.raises(RecordingError, match=r"folder\.json"):
        client.me()


def test_two_targets_do_not_mix(record: Any, path: Path) -> None:
    """What was recorded on this machine is not continued from anywhere else."""
    record().me()
    transport = httpx.MockTransport(never)
    recording = Recording(path, mode="auto")
    client = ConnectClient(
        "https://a.example", service_key="key", user_id=USER, transport=transport, recording=recording
    )
    client.me()
    with pytest.raises(
        RecordingError, match=r"recorded from this machine, and this client speaks to https://a\.example"
    ):
        client.me()


@pytest.mark.parametrize("wrong", [{"mode": "rewind"}, {"match": "loose"}])
def test_unknown_words_list_the_right_ones(path: Path, wrong: dict[str, str]) -> None:
    """Modes and matches are closed sets."""
    with pytest.raises(UsageError, match="Choose"):
        Recording(path, **wrong)  # type: ignore[arg-type]


# --- stale ------------------------------------------------------------------------------------------------------------


def test_what_nobody_asks_for_any_more_is_stale(record: Any, path: Path) -> None:
    """``check`` lists the recorded requests that the code no longer makes."""
    live = record()
    live.me()
    live.run("lamp.set_color")
    client = replaying(path)
    client.me()
    with pytest.raises(StaleRecording, match=r"1 of 2 .*not asked for(?s:.*)lamp\.set_color/run for user-17"):
        client._recording.check()  # type: ignore[union-attr]


def test_an_old_recording_is_stale(record: Any, path: Path) -> None:
    """``max_age`` refuses it at once; adding to it does not make it young."""
    clock = Clock().freeze("2026-01-01T00:00:00+00:00")
    record(clock=clock).me()
    clock.move(timedelta(days=40))
    client = record(mode="auto", clock=clock)
    client.me()
    client.run("lamp.set_color")
    with pytest.raises(StaleRecording, match=r"40 days ago \(2026-01-01\)"):
        Recording(path, mode="replay", max_age=timedelta(days=30), clock=clock)
    assert len(Recording(path, mode="replay", max_age=timedelta(days=41), clock=clock)) == 2


def test_a_recording_shows_what_it_is(record: Any, path: Path) -> None:
    """Name, mode, match and size."""
    record().me()
    assert (
        repr(Recording(path, mode="replay", match="lenient")) == "<Recording lamp.json: replay, lenient, 1 exchanges>"
    )
    assert Recording(path).recorded is not None
    assert Recording(path.with_name("new.json")).recorded is None


def test_fields_marked_secret_are_masked_without_being_named(
    record: Callable[..., ConnectClient], world: Any, path: Path
) -> None:
    """A client of an emulator knows the connection's secret fields, so that a recording need not be told them."""
    record().run("lamp.set_color", {"pin": "canary-pin", "color": "red"})
    text = path.read_text(encoding="utf-8")
    assert "canary-pin" not in text
    assert "red" in text
    again = Recording(path, mode="replay")
    options = {"connection_id": CONNECTION, "user_id": USER, "recording": again}
    ConnectClient.in_process(world.emulator, **options).run("lamp.set_color", {"pin": "another", "color": "red"})
    again.check()
