"""BenchView in Python: one bench, many widgets, all of which show the same and end together."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Callable
from urllib.request import urlopen

import pytest

import workbench as wb
from workbench.notebook.bench_bar import BenchBar
from workbench.notebook.bench_view import BenchView
from workbench.notebook.users_panel import UsersPanel

TRIGGER = "youtube.new_liked_video"


@pytest.fixture
def bench(make_bench: Callable[..., wb.Bench]) -> wb.Bench:
    bench = make_bench()
    bench.enable("user-17", timezone="Europe/Paris")
    return bench


def settled(view: BenchView) -> None:
    for thread in threading.enumerate():
        if thread.name.startswith("workbench ") and thread.daemon and "Form" in thread.name:
            thread.join(30)
    for widget in (view.bar, view.event_form, view.log_view, view.users_panel):
        widget.soon.wait(30)


def test_what_is_done_in_one_tab_shows_in_the_others(bench: wb.Bench) -> None:
    """An event fired in the form is the run that is told, is in the log, and counts in the head."""
    view = BenchView(bench)
    view.event_form.propose({"do": "set", "name": "title", "text": "Hello"})
    view.event_form.propose({"do": "fire"})
    settled(view)
    view.run_view.refresh()
    assert view.run_view.run is bench.runs[-1]
    assert view.log_view.total == 5
    assert view.bar.counts == {"users": 1, "runs": 1, "exchanges": 5}


def test_a_result_that_is_clicked_is_told(bench: wb.Bench) -> None:
    """Choosing among the results of the form shows that run."""
    view = BenchView(bench)
    first = bench.fire(TRIGGER, title="one")
    bench.fire(TRIGGER, title="two")
    view.event_form.propose({"do": "choose", "run": first.id})
    assert view.run_view.run is first


def test_its_tabs_are_those_that_there_are(bench: wb.Bench) -> None:
    """Every part stands under a title, and the form is the first that is seen."""
    view = BenchView(bench)
    assert list(view.parts) == ["Connection", "Fields", "Script", "Events", "Log", "Users"]
    assert view.tabs.titles[view.tabs.selected_index] == "Events"
    assert repr(view).startswith("<BenchView of 'Liked video to SMS': ")


def test_its_mirror_has_all_parts(bench: wb.Bench) -> None:
    """A notebook without a kernel shows the event, the run, the log and the users."""
    bench.fire(TRIGGER, title="<script>hurt()</script>")
    mirror = BenchView(bench).mirror()
    assert "<script>" not in mirror
    for text in ("&lt;script&gt;hurt()", "const likedVidTitle", "5 entries", "Europe/Paris"):
        assert text in mirror


def test_it_closes_with_all_its_parts(bench: wb.Bench) -> None:
    """Closed, nothing of it watches the bench any more, and it can be collected."""
    view = BenchView(bench)
    parts = [weakref.ref(widget) for widgets in view.parts.values() for widget in widgets]
    view.close()
    view.close()
    settled(view)
    gone = weakref.ref(view)
    del view
    until = time.monotonic() + 30  # a part's thread may still be at its last work, and holds the part till then
    while (left := [one() for one in (gone, *parts) if one() is not None]) and time.monotonic() < until:
        del left
        gc.collect()
        time.sleep(0.02)
    assert left == []
    bench.fire(TRIGGER)


def test_the_bar_moves_the_clock(bench: wb.Bench) -> None:
    """The head's clock is the bench's, in the zone of its first user."""
    bar = BenchBar(bench)
    bar.propose({"do": "freeze", "at": "2026-03-01T08:30:00"})
    assert bench.clock.now().isoformat() == "2026-03-01T07:30:00+00:00"
    assert repr(bar) == "<BenchBar of Liked video to SMS, clock frozen>"
    assert "2026-03-01 08:30:00 Europe/Paris" in bar.mirror()


def test_connect_opens_the_form_that_users_see(bench: wb.Bench) -> None:
    """Connect serves `/connect/{id}` on this machine and names it; closed, the server is gone."""
    panel = UsersPanel(bench)
    opened: list[dict[str, str]] = []
    panel.send = lambda content, buffers=None: opened.append(content)
    panel.propose({"do": "connect", "user": "ada"})
    address = opened[0]["open"]
    assert address.startswith("http://127.0.0.1:")
    assert "/connect/Lk3dVs8m" in address
    with urlopen(address, timeout=10) as answer:
        assert b"Liked video to SMS" in answer.read()
    panel.propose({"do": "connect", "user": "bob"})
    assert opened[1]["open"].partition("/connect")[0] == address.partition("/connect")[0]
    panel.close()
    with pytest.raises(OSError, match="refused"):
        urlopen(address, timeout=10)


def test_users_are_switched_off_on_and_away(bench: wb.Bench) -> None:
    """Disable, enable, a feature off, remove: in the panel as in Python, and the panel follows Python."""
    panel = UsersPanel(bench)
    panel.propose({"do": "disable", "user": "user-17"})
    assert bench.users[0].status == "disabled"
    panel.propose({"do": "enable", "user": "user-17"})
    feature = panel.users[0]["features"][0]["id"]
    panel.propose({"do": "switch", "user": "user-17", "feature": feature, "on": False})
    assert not bench.users[0].user_features[0].enabled
    assert "(off)" in panel.mirror()
    panel.propose({"do": "switch", "user": "user-17", "feature": feature, "on": True})
    panel.propose({"do": "remove", "user": "user-17"})
    assert panel.users == []
    assert repr(panel) == "<UsersPanel: nobody>"
    panel.propose({"do": "remove", "user": "user-17"})
    assert "Nobody called" in panel.notice["text"]
    bench.enable("bob")
    panel.soon.wait(10)
    assert repr(panel) == "<UsersPanel: bob enabled>"
