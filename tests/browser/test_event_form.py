"""EventForm on a page: typing, firing, saving by mouse and by keyboard; nothing typed or focused is lost."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import workbench as wb
from tests.browser.looks import BARE, Look, in_looks
from tests.browser.stage import Stage
from workbench.notebook.event_form import EventForm

HOSTILE = "</textarea><script>window.hurt = 1</script>\u202eabc 😀"


@pytest.fixture
def bench(make_bench: Callable[..., wb.Bench]) -> wb.Bench:
    bench = make_bench()
    bench.enable("user-17", timezone="Europe/Paris")
    return bench


def finished(stage: Stage, results: int) -> None:
    """Wait until the form has so many results, carrying Python's changes to the page meanwhile."""
    for _ in range(600):
        stage.flush()
        if not stage.widget.busy and len(stage.widget.runs) == results:
            break
        stage.page.wait_for_timeout(50)
    stage.flush()
    assert len(stage.widget.runs) == results


def test_what_is_typed_is_fired(bench: wb.Bench, show: Callable[..., Stage]) -> None:
    """What stands in an input goes with the event when "Fire" is pressed, though it was not committed before."""
    stage = show(EventForm(bench))
    stage.page.get_by_label("Title (String)").fill(HOSTILE)
    stage.page.get_by_role("button", name="Fire", exact=True).click()
    finished(stage, 1)
    assert stage.widget.run.ingredients["title"] == HOSTILE
    expect(stage.page.get_by_role("status").filter(has_text="4 calls")).to_be_visible()
    expect(stage.page.get_by_label("Fired here")).to_contain_text(HOSTILE)
    assert stage.page.evaluate("window.hurt") is None


def test_ten_variations_fill_the_list(bench: wb.Bench, show: Callable[..., Stage]) -> None:
    """Ten events are fired and listed, newest first; meanwhile the form says that it runs."""
    stage = show(EventForm(bench))
    stage.page.get_by_role("button", name="Fire 10 with variations").click()
    finished(stage, 10)
    expect(stage.page.get_by_label("Fired here").get_by_role("listitem")).to_have_count(10)
    stage.page.get_by_label("Fired here").get_by_role("button").first.click()
    assert stage.widget.chosen == bench.runs[-1].id


def test_presses_are_numbered_while_they_run_and_after(
    bench: wb.Bench, show: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two presses run side by side: how many are running is said, and which end is whose."""
    fire, may_go = bench.fire, threading.Event()

    def slowly(trigger: str, **options: Any) -> wb.Run:
        assert may_go.wait(30)
        return fire(trigger, **options)

    monkeypatch.setattr(bench, "fire", slowly)
    stage = show(EventForm(bench))
    page, rows = stage.page, stage.page.get_by_label("Fired here").get_by_role("listitem")
    page.get_by_role("button", name="Fire", exact=True).click()
    page.get_by_role("button", name="Fire 10 with variations").click()
    stage.flush()
    expect(page.get_by_role("status").filter(has_text="2 running…")).to_be_visible()
    expect(rows).to_have_text([re.compile(r"running\s*#2 · 0 of 10 done"), re.compile(r"running\s*#1$")])
    may_go.set()
    finished(stage, 11)
    expect(page.get_by_text("running")).to_have_count(0)
    expect(rows.filter(has_text="#1")).to_have_count(1)
    expect(rows.filter(has_text="#2")).to_have_count(10)


def test_by_keyboard_alone(bench: wb.Bench, show: Callable[..., Stage]) -> None:
    """An event is made, saved and fired without the mouse; Enter makes a line in a text area."""
    stage = show(EventForm(bench))
    page = stage.page
    page.get_by_label("Title (String)").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("one\ntwo")
    page.keyboard.press("Control+Enter")
    page.get_by_label("Keep this event as").focus()
    page.keyboard.type("lines")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Saved event")).to_have_value("lines")
    assert bench.events["lines"].ingredients["title"] == "one\ntwo"
    page.get_by_role("button", name="Fire", exact=True).focus()
    page.keyboard.press("Space")
    finished(stage, 1)
    expect(page.get_by_role("button", name="Fire", exact=True)).to_be_focused()


def test_python_changes_leave_what_is_typed(bench: wb.Bench, show: Callable[..., Stage]) -> None:
    """A user who comes and a clock that moves change the form around an input without touching it."""
    stage = show(EventForm(bench))
    title = stage.page.get_by_label("Title (String)")
    title.fill("half-typ")
    bench.enable("user-2", timezone="Asia/Tokyo")
    bench.clock.freeze("2026-03-01T00:00:00+00:00")
    stage.widget.soon.wait(10)
    stage.flush()
    expect(stage.page.get_by_role("combobox", name="User", exact=True).get_by_role("option")).to_have_count(2)
    expect(title).to_have_value("half-typ")
    expect(title).to_be_focused()
    expect(stage.page.locator("time").first).to_have_text("Sun, 1 Mar 2026, 01:00:00")


def test_time_zone_and_faults(bench: wb.Bench, show: Callable[..., Stage]) -> None:
    """The user's zone and time, and a fault, are set where the event is made."""
    stage = show(EventForm(bench))
    page = stage.page
    page.get_by_text("Time of the user").click()
    page.get_by_label("Time zone of user-17").select_option("Asia/Tokyo")
    page.get_by_label("Freeze the time at").fill("2026-03-01T08:30:00")
    page.get_by_label("Freeze the time at").press("Enter")
    expect(page.locator("time").first).to_have_text("Sun, 1 Mar 2026, 08:30:00")
    assert bench.clock.now().isoformat() == "2026-02-28T23:30:00+00:00"
    page.locator("summary").filter(has_text="What goes wrong").click()
    page.get_by_label("What goes wrong").select_option("status 429")
    page.get_by_label("In which step").select_option("sms.send_me_text")
    page.get_by_role("button", name="Add fault").click()
    page.get_by_role("button", name="Fire", exact=True).click()
    finished(stage, 1)
    expect(page.get_by_role("row", name="status 429")).to_contain_text("3 of 3")


def test_json_is_another_way_to_say_it(bench: wb.Bench, show: Callable[..., Stage]) -> None:
    """The JSON view has the whole event, and what is edited there is in the inputs."""
    stage = show(EventForm(bench))
    stage.page.get_by_role("button", name="JSON").click()
    area = stage.page.get_by_label("The event as JSON")
    area.fill('{"title": "from JSON"}')
    area.press("Control+Enter")
    stage.page.get_by_role("button", name="JSON").click()
    expect(stage.page.get_by_label("Title (String)")).to_have_value("from JSON")


def test_a_slip_in_the_json_is_not_lost_when_fire_is_pressed(bench: wb.Bench, show: Callable[..., Stage]) -> None:
    """Pressing "Fire" leaves the text: it stays, what is wrong is said, and no other event goes in its place."""
    stage = show(EventForm(bench))
    stage.page.get_by_role("button", name="JSON").click()
    area = stage.page.get_by_label("The event as JSON")
    area.fill('{"title": "typed", oops}')
    stage.page.get_by_role("button", name="Fire", exact=True).click()
    stage.flush()
    expect(stage.page.get_by_role("alert").filter(has_text="This is no JSON").last).to_be_visible()
    expect(area).to_have_accessible_description(re.compile("This is no JSON"))
    expect(area).to_have_value('{"title": "typed", oops}')
    assert len(bench.runs) == 0


def test_a_bad_seed_is_told_until_it_is_mended(bench: wb.Bench, show: Callable[..., Stage]) -> None:
    """The press that leaves the input, and the run that comes of it, leave what is wrong with the input in sight."""
    stage = show(EventForm(bench))
    seed = stage.page.get_by_role("spinbutton", name="seed")
    seed.fill("1.5")
    stage.page.get_by_role("button", name="Fire", exact=True).click()
    finished(stage, 1)
    expect(stage.page.get_by_text("A seed is a whole number; it is still 0.")).to_be_visible()
    expect(stage.page.get_by_role("status").filter(has_text="4 calls")).to_be_visible()
    expect(seed).to_have_value("1.5")
    seed.fill("2")
    expect(stage.page.get_by_text("A seed is a whole number")).to_have_count(0)
    seed.press("Enter")
    assert stage.widget.seed == 2


def test_a_first_user_is_enabled_in_place(make_bench: Callable[..., wb.Bench], show: Callable[..., Stage]) -> None:
    """Where nobody has enabled the connection, the form says so and mends it."""
    stage = show(EventForm(make_bench()))
    fire = stage.page.get_by_role("button", name="Fire", exact=True)
    expect(fire).to_be_disabled()
    stage.page.get_by_role("button", name="Enable for this user").click()
    expect(fire).to_be_enabled()
    expect(stage.page.get_by_role("combobox", name="User", exact=True)).to_have_value("user-1")


@in_looks(*BARE)
def test_it_is_accessible_and_fits(
    look: Look, bench: wb.Bench, show: Callable[..., Stage], is_for_everyone: Callable[[Page, str], None]
) -> None:
    """axe-core finds nothing wrong with the form with everything open, and nothing is wider than the page."""
    bench.events.save("cats", "youtube.new_liked_video", {"title": "Cats"})
    stage = show(EventForm(bench), **look.options)
    page = stage.page
    for summary in page.locator(".workbench-fold > summary").all():
        summary.click()
    page.get_by_role("button", name="Add fault").click()
    page.get_by_role("button", name="Fire", exact=True).click()
    finished(stage, 1)
    is_for_everyone(page, f"form-{look}")
