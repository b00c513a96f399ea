"""The log as rows and as a frame."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

import workbench as wb
from workbench import html
from workbench.errors import LogError, UnknownName
from workbench.logs.exchanges import EXCHANGES, open_log

Make = Callable[..., wb.Bench]


@pytest.fixture
def bench(make_bench: Make) -> wb.Bench:
    """A bench with one good and one refused call in its log."""
    bench = make_bench()
    bench.enable("user-17")
    for body in ({"fields": {"message": "hi"}}, {"fields": {"no_such": "x"}}):
        bench.emulator.call("action", "sms.send_me_text", body, user_id="user-17", run_id="r-1")
    return bench


def test_frame_has_the_declared_columns_and_types(bench: wb.Bench) -> None:
    """The frame's columns, order and types are the schema's, filled or empty."""
    frame = bench.logs.frame()
    assert tuple(frame.columns) == EXCHANGES.names
    empty = bench.logs.where(status=599).frame()
    assert list(empty.dtypes) == list(frame.dtypes)
    assert len(empty) == 0


def test_at_a_glance_an_event_is_its_trigger_and_a_path_is_whole(bench: wb.Bench) -> None:
    """What a log shows of itself tells events apart, and which call each row was."""
    bench.fire("youtube.new_liked_video")
    event, query = repr(bench.logs).splitlines()[4:6]
    assert event.split() == ["3", "event", "youtube.new_liked_video"]
    assert "/queries/youtube.get_videos_from_search/perform" in query
    assert f"<td>{html.breakable('youtube.new_liked_video')}</td>" in bench.logs._repr_html_()


def test_where_narrows_and_an_unknown_column_is_an_error(bench: wb.Bench) -> None:
    """Filters combine; a misspelt column names the nearest."""
    assert [entry.status for entry in bench.logs.where(status=422, user_id="user-17")] == [422]
    with pytest.raises(UnknownName, match="Did you mean `status`"):
        bench.logs.where(statos=422)


def test_an_entry_is_found_by_its_id_and_a_slice_by_position(bench: wb.Bench) -> None:
    """`logs[id]` is the entry a call points at; `logs[-1]` is the newest; a slice has a frame too."""
    assert bench.logs[2].status == 422
    assert bench.logs[-1].id == 2
    assert list(bench.logs[:1].frame()["status"]) == [204]


def test_bodies_are_parsed(bench: wb.Bench) -> None:
    """Request and response bodies come as JSON values, a 204's as nothing."""
    frame = bench.logs.frame()
    assert frame["request_body"].iloc[0]["fields"] == {"message": "hi"}
    assert frame["response_body"].iloc[1]["code"] == "invalid_parameters"


@pytest.mark.parametrize("levels", [10, 150, 500, 980, 990, 1_000, 3_000, 100_000])
def test_a_body_as_deep_as_an_attack_leaves_the_log_readable(bench: wb.Bench, levels: int) -> None:
    """It was refused, and stays a text in frame, JSON and HTML; what is next to it is parsed as ever."""
    body = b'{"user_id": "user-17", "x": ' + b"[" * levels + b"]" * levels + b"}"
    path = f"/v2/connections/{bench.connection.id}/actions/sms.send_me_text/run"
    with bench.serve() as server:
        headers = {"IFTTT-Service-Key": bench.service_key.reveal()}
        answer = httpx.post(server.url + path, content=body, headers=headers)
        assert answer.status_code == (204 if levels < 200 else 400)
        assert httpx.get(f"{server.url}/log/3").status_code == 200
    frame = bench.logs.frame()
    assert isinstance(frame["request_body"].iloc[-1], str if levels > 200 else dict)
    assert frame["request_body"].iloc[0]["fields"] == {"message": "hi"}
    for shown in (frame.to_string(), frame.to_html(), bench.logs.to_json(), bench.logs._repr_html_(), repr(bench.logs)):
        assert shown


def test_repr_is_a_glance(bench: wb.Bench) -> None:
    """The repr shows direction, method, path, status and time; the HTML escapes what callers sent."""
    assert "POST" in repr(bench.logs)
    bench.emulator.call("action", "<b>.x", None, user_id="user-17", run_id="r-2")
    assert "<b>" not in bench.logs._repr_html_()


def test_a_file_that_is_no_log_is_said_so(tmp_path: Path) -> None:
    """Opening something else as a log is a clear error."""
    (tmp_path / "not.db").write_text("hello")
    with pytest.raises(LogError, match="not"), open_log(tmp_path / "not.db"):
        pass
