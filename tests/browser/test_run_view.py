"""RunView on a page: the story as people read it, by keyboard, in both themes, with hostile texts in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

import workbench as wb
from tests.browser.looks import BARE, Look, in_looks
from tests.browser.stage import Stage
from workbench.connect_api.faults import Slow
from workbench.notebook.run_view import RunView

TRIGGER = "youtube.new_liked_video"
HOSTILE = "</textarea><script>window.hurt = 1</script>\u202eabc 😀"


@pytest.fixture
def bench(make_bench: Callable[..., wb.Bench]) -> wb.Bench:
    bench = make_bench()
    bench.enable("user-17", timezone="Europe/Paris")
    return bench


def test_a_call_says_why_each_field_had_its_value(bench: wb.Bench, show: Callable[..., Stage]) -> None:
    """Opened by keyboard, a call shows request, response, which value won and which lost."""
    page = show(RunView(bench.fire(TRIGGER, title="Hello"))).page
    summary = page.locator("[data-call='1'] > summary")
    summary.focus()
    page.keyboard.press("Enter")
    call = page.locator("[data-call='1']")
    expect(call.get_by_text("music")).to_be_visible()
    expect(call.get_by_text("from the call's fields")).to_be_visible()
    expect(call.get_by_role("region", name="Response")).to_contain_text('"type": "list"')


def test_the_story_leads_from_calls_to_lines_and_back(bench: wb.Bench, show: Callable[..., Stage]) -> None:
    """A bar of the waterfall leads to its call, a call to its line, a line to its call."""
    page = show(RunView(bench.fire(TRIGGER))).page
    page.get_by_role("button", name="3. sms.send_me_text").click()
    expect(page.locator("[data-call='3'] > summary")).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("[data-call='3']").get_by_role("button", name="called on line 7").click()
    expect(page.locator("[data-line='7']")).to_be_focused()
    page.locator("[data-line='7']").get_by_role("button", name="Call 2").click()
    expect(page.locator("[data-call='2'] > summary")).to_be_focused()


def test_one_long_word_pushes_nothing_out_of_sight(bench: wb.Bench, show: Callable[..., Stage]) -> None:
    """A long address wraps in its cell, and the tables stay as wide as their column; so do the ids of steps."""
    page = show(RunView(bench.fire(TRIGGER, title="a " * 300, url=f"https://example.com/{'u' * 400}")), width=460).page
    for call in page.locator("[data-call] > summary").all():
        call.click()
    tables = page.locator(".workbench-chapter-body > .workbench-scroll")
    assert tables.count() == 2
    for number in range(2):
        assert tables.nth(number).evaluate("(one) => one.scrollWidth <= one.clientWidth")


def test_a_waiting_call_fills_the_budget(bench: wb.Bench, show: Callable[..., Stage]) -> None:
    """A run that timed out shows its call without answer as a bar to the end of the 10 seconds."""
    bench.emulator.faults.add(Slow(60_000), step="youtube.get_videos_from_search")
    page = show(RunView(bench.fire(TRIGGER))).page
    expect(page.get_by_text("timed out").first).to_be_visible()
    expect(page.get_by_role("button", name="whole 10 s")).to_have_attribute("aria-pressed", "true")
    bar = page.locator(".workbench-run-bar").bounding_box()
    track = page.locator(".workbench-track").bounding_box()
    assert bar is not None
    assert track is not None
    assert bar["width"] > 0.9 * track["width"]
    expect(page.locator("[data-call='1']")).to_contain_text("before an answer came")


def test_a_new_run_does_not_take_the_focus(bench: wb.Bench, show: Callable[..., Stage]) -> None:
    """While one chooses among the runs, a new one comes in and the focus stays."""
    bench.fire(TRIGGER, title="one")
    bench.fire(TRIGGER, title="two")
    stage = show(RunView(bench))
    chooser = stage.page.get_by_label("Run", exact=True)
    chooser.focus()
    bench.fire(TRIGGER, title="three")
    stage.widget.refresh()
    stage.flush()
    expect(stage.page.locator("tr", has=stage.page.get_by_role("rowheader", name="title"))).to_contain_text("three")
    expect(chooser).to_be_focused()


def test_hostile_texts_are_text(bench: wb.Bench, show: Callable[..., Stage]) -> None:
    """Tags, direction marks, emoji and 1 MB lines in event, script, console and bodies stay text."""
    bench.respond("youtube.get_videos_from_search", [{"title": HOSTILE, "url": "y" * 2**20}])
    script = (
        f"console.log({HOSTILE!r}); throw new Error(Trigger.ingredients.title); // </script><img src=x onerror=hurt()>"
    )
    for run in (bench.fire(TRIGGER, title=HOSTILE), bench.fire(TRIGGER, title=HOSTILE, script=script)):
        page = show(RunView(run)).page
        expect(page.get_by_role("cell", name="window.hurt = 1").first).to_contain_text(HOSTILE)
        assert page.evaluate("[window.hurt, document.querySelector('main script, main img')]") == [None, None]


@in_looks(*BARE)
def test_it_is_accessible_and_fits(
    look: Look, bench: wb.Bench, show: Callable[..., Stage], is_for_everyone: Callable[[Page, str], None]
) -> None:
    """axe-core finds nothing wrong with a good run, a failed one and none, and nothing is wider than the page."""
    good = bench.fire(TRIGGER, title="Hello")
    bad = bench.fire(TRIGGER, script='console.warn("hm");\nrunAction("sms.nope");\nnope()')
    for name, run in (("good", good), ("bad", bad), ("none", None)):
        page = show(RunView(run), **look.options).page
        if run is not None:
            page.locator("[data-call='1']").evaluate("(one) => one.setAttribute('open', '')")
        is_for_everyone(page, f"run-{name}-{look}")
