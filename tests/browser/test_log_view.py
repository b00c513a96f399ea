"""LogView on a page: a log of any length, live, by keyboard, with few rows in the page and hostile texts in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

import workbench as wb
from tests.browser.looks import BARE, Look, in_looks
from tests.browser.stage import Stage
from workbench.notebook.log_view import LogView

TRIGGER = "youtube.new_liked_video"
HOSTILE = "</textarea><script>window.hurt = 1</script>\u202eabc 😀"


@pytest.fixture
def bench(make_bench: Callable[..., wb.Bench]) -> wb.Bench:
    bench = make_bench()
    bench.enable("user-17")
    bench.fire(TRIGGER, title="Hello")
    return bench


def entry(page: Page, number: int) -> Locator:
    return page.locator(f"#wb-entry-{number}")


def settle(stage: Stage, total: int) -> None:
    """Wait until so many entries are shown, carrying Python's changes to the page meanwhile."""
    for _ in range(400):
        stage.flush()
        if stage.widget.total == total and not stage.widget.busy:
            break
        stage.page.wait_for_timeout(25)
    stage.widget.soon.wait(10)  # values are seen before their changes are told
    stage.flush()
    assert stage.widget.total == total


def fill(bench: wb.Bench, count: int) -> None:
    """A log of so many entries."""
    sample = replace(bench.logs[3], id=0)
    for number in range(count - len(bench.logs)):
        bench._api_log.add(replace(sample, user_id=f"user-{number % 10}"))


def test_an_entry_is_opened_and_closed_by_mouse_and_keyboard(bench: wb.Bench, show: Callable[..., Stage]) -> None:
    """A click opens an entry with its texts; the arrow keys walk, Enter opens, Escape closes, the focus stays."""
    page = show(LogView(bench)).page
    entry(page, 2).click()
    expect(page.get_by_role("region", name="Request body")).to_contain_text('"search_query": "Hello"')
    expect(page.locator(".workbench-detail").get_by_text("Success; the body has the answer.")).to_be_visible()
    pane = page.locator(".workbench-log-pane")
    pane.focus()
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name="Request body")).to_have_count(0)
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(entry(page, 4)).to_have_attribute("aria-expanded", "true")
    expect(pane).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Copy as curl")).to_be_focused()


def test_code_is_copied_with_the_key_as_a_variable(bench: wb.Bench, show: Callable[..., Stage]) -> None:
    """The curl command is put on the clipboard and shown; the key is in neither."""
    stage = show(LogView(bench), permissions=["clipboard-read", "clipboard-write"])
    entry(stage.page, 2).click()
    stage.page.get_by_role("button", name="Copy as curl").click()
    expect(stage.page.get_by_text("Copied as curl.")).to_be_visible()
    copied = stage.page.evaluate("navigator.clipboard.readText()")
    assert "$IFTTT_SERVICE_KEY" in copied
    assert bench.service_key.reveal() not in stage.page.content()
    expect(stage.page.get_by_role("region", name="As curl")).to_have_text(copied)


def test_what_is_new_comes_in_on_top(bench: wb.Bench, show: Callable[..., Stage]) -> None:
    """At the top of the list, new entries appear; what is open stays open, and the focus stays."""
    stage = show(LogView(bench))
    entry(stage.page, 2).click()
    expect(stage.page.get_by_role("region", name="Request body")).to_be_visible()
    button = stage.page.get_by_role("button", name="Send again")
    button.focus()
    bench.fire(TRIGGER)
    settle(stage, 10)
    expect(entry(stage.page, 10)).to_be_attached()
    expect(entry(stage.page, 2)).to_have_attribute("aria-expanded", "true")
    expect(button).to_be_focused()


def test_what_one_reads_is_not_pushed_away(bench: wb.Bench, show: Callable[..., Stage]) -> None:
    """Scrolled down, the row in sight stays where it is while new ones come in above."""
    fill(bench, 400)
    stage = show(LogView(bench))
    pane = stage.page.locator(".workbench-log-pane")
    pane.evaluate("(one) => (one.scrollTop = 28 * 200)")
    expect(entry(stage.page, 195)).to_be_visible()
    before = entry(stage.page, 195).bounding_box()
    bench.fire(TRIGGER)
    settle(stage, 405)
    stage.page.wait_for_function("() => document.querySelector('.workbench-log-pane').scrollTop === 28 * 205")
    assert entry(stage.page, 195).bounding_box() == before


def test_filters_find_and_say_how_many(bench: wb.Bench, show: Callable[..., Stage]) -> None:
    """By status with its meaning, by direction, and by text; an empty result says so; "Show all" ends it."""
    bench.fire(TRIGGER, script='runAction("sms.nope")')
    stage = show(LogView(bench))
    page = stage.page
    page.get_by_role("combobox", name="Status").select_option(
        label="404: No such id, or something that the caller may not see."
    )
    settle(stage, 1)
    expect(page.get_by_text("1 entry found")).to_be_visible()
    page.get_by_role("combobox", name="Status").select_option("")
    page.get_by_role("searchbox", name="Text").fill("hello")
    page.get_by_role("searchbox", name="Text").press("Enter")
    settle(stage, 5)
    page.get_by_role("searchbox", name="Text").fill("no such thing")
    page.get_by_role("searchbox", name="Text").press("Enter")
    settle(stage, 0)
    expect(page.get_by_text("Nothing fits.")).to_be_visible()
    page.get_by_role("button", name="Show all").click()
    settle(stage, 7)
    expect(entry(page, 7)).to_be_visible()


def test_an_event_is_fired_again(bench: wb.Bench, show: Callable[..., Stage]) -> None:
    """An event of the log is run again, and what came of it is said."""
    stage = show(LogView(bench))
    entry(stage.page, 1).click()
    stage.page.get_by_role("button", name="Fire again").click()
    settle(stage, 10)
    expect(stage.page.get_by_role("status").filter(has_text="4 calls")).to_be_visible()


def test_a_long_log_has_few_rows_in_the_page(bench: wb.Bench, show: Callable[..., Stage]) -> None:
    """At 20,000 entries at most 200 rows are in the page, and any of them can be scrolled to."""
    fill(bench, 20_000)
    stage = show(LogView(bench))
    page = stage.page
    pane = page.locator(".workbench-log-pane")
    for at, number in ((0, 20_000), (10_000, 10_000), (19_990, 1)):
        pane.evaluate("(one, at) => (one.scrollTop = 28 * at)", at)
        expect(entry(page, number)).to_be_visible()
        assert page.get_by_role("row").count() <= 200
    pane.focus()
    page.keyboard.press("Home")
    expect(entry(page, 20_000)).to_be_visible()
    page.keyboard.press("End")
    expect(entry(page, 1)).to_be_visible()


def test_hostile_texts_are_text(bench: wb.Bench, show: Callable[..., Stage]) -> None:
    """Tags, direction marks and 1 MB lines in users, paths, notes and bodies stay text."""
    bench._api_log.add(
        replace(
            bench.logs[2],
            id=0,
            user_id=HOSTILE,
            note=HOSTILE,
            path=f"/{HOSTILE}",
            request_body=HOSTILE,
            response_body="x" * 2**20,
        )
    )
    page = show(LogView(bench)).page
    row = entry(page, 6)
    expect(row).to_contain_text(HOSTILE)
    row.click()
    expect(page.get_by_role("region", name="Request body")).to_have_text(HOSTILE)
    expect(page.get_by_role("region", name="Response body")).to_contain_text("1,048,576 characters in all")
    assert page.evaluate("[window.hurt, document.querySelector('main script')]") == [None, None]


@in_looks(*BARE)
def test_it_is_accessible_and_fits(
    look: Look, bench: wb.Bench, show: Callable[..., Stage], is_for_everyone: Callable[[Page, str], None]
) -> None:
    """axe-core finds nothing wrong with the list, empty or with an entry open, and nothing is wider than the page."""
    bench.fire(TRIGGER, script='runAction("sms.nope")')
    page = show(LogView(bench), **look.options).page
    entry(page, 2).click()
    page.get_by_role("button", name="Copy as httpx").click()
    expect(page.get_by_role("region", name="As httpx")).to_be_visible()
    is_for_everyone(page, f"log-{look}")
