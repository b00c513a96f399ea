"""UsersPanel and BenchBar on a page: connect on the real form, switch users, move the clock, by keyboard too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

import workbench as wb
from tests.browser.looks import BARE, Look, in_looks
from tests.browser.stage import Stage
from workbench.notebook.bench_bar import BenchBar
from workbench.notebook.users_panel import UsersPanel


@pytest.fixture
def bench(make_bench: Callable[..., wb.Bench]) -> wb.Bench:
    bench = make_bench()
    bench.enable("user-17", timezone="Europe/Paris")
    return bench


def test_a_user_connects_on_the_form_and_shows_in_the_panel(bench: wb.Bench, show: Callable[..., Stage]) -> None:
    """Connect opens the form that users see in a tab of its own; filled in there, the user is in the panel."""
    stage = show(UsersPanel(bench))
    page = stage.page
    page.get_by_label("User id at your service").fill("ada")
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Connect").click()
    form = opened.value
    expect(form.get_by_label("User id at your service")).to_have_value("ada")
    form.get_by_role("button", name="Continue").click()
    form.get_by_role("textbox").first.fill("from the form")
    form.get_by_role("button", name="Connect").click()
    form.wait_for_load_state()
    stage.widget.soon.wait(10)
    stage.flush()
    expect(page.get_by_role("rowheader", name="ada")).to_be_visible()
    values = bench.users[1].connection.user_features[0].values
    assert "from the form" in str(values)
    expect(page.get_by_role("link", name="Open the form")).to_have_attribute("href", stage.widget.connect_url)


def test_a_user_is_switched_by_keyboard_and_removed_only_when_sure(bench: wb.Bench, show: Callable[..., Stage]) -> None:
    """Disable and enable by keys; removing asks once more; a feature has its own switch."""
    stage = show(UsersPanel(bench))
    page = stage.page
    page.get_by_role("button", name="Disable user-17").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("cell", name="disabled")).to_be_visible()
    page.get_by_role("button", name="Enable user-17").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("cell", name="enabled")).to_be_visible()
    page.get_by_role("checkbox", name="Text me similar videos of user-17").uncheck()
    assert not bench.users[0].user_features[0].enabled
    page.get_by_role("button", name="Remove user-17").click()
    assert len(bench.users) == 1
    page.get_by_role("button", name="Really remove user-17").click()
    expect(page.get_by_text("Nobody has enabled the connection.")).to_be_visible()
    assert len(bench.users) == 0


def test_the_bar_freezes_and_moves_the_clock(bench: wb.Bench, show: Callable[..., Stage]) -> None:
    """The clock is frozen at a moment of the first user's zone, moved, and let run again; Python's moves show too."""
    stage = show(BenchBar(bench))
    page = stage.page
    page.locator("summary").filter(has_text="Clock").click()
    page.get_by_label("Freeze the time at").fill("2026-03-29T01:30:00")
    page.get_by_label("Freeze the time at").press("Enter")
    expect(page.locator("time")).to_have_text("Sun, 29 Mar 2026, 01:30:00")
    page.get_by_role("button", name="+1 hour").click()
    expect(page.locator("time")).to_have_text("Sun, 29 Mar 2026, 03:30:00")  # the night without a second hour
    bench.clock.freeze("2026-07-01T10:00:00+00:00")
    stage.widget.soon.wait(10)
    stage.flush()
    expect(page.locator("time")).to_have_text("Wed, 1 Jul 2026, 12:00:00")
    page.get_by_role("button", name="Let it run").click()
    assert not bench.clock.is_frozen
    expect(page.get_by_role("button", name="Freeze now")).to_be_focused()


@in_looks(*BARE)
def test_they_are_accessible_and_fit(
    look: Look, bench: wb.Bench, show: Callable[..., Stage], is_for_everyone: Callable[[Page, str], None]
) -> None:
    """axe-core finds nothing wrong with users, a clock and faults, and nothing is wider than the page."""
    bench.faults.add(wb.faults.Status(429, retry_after=3), step="sms.send_me_text", every=5)
    bench.enable("<b>a user with a rather long id that says who they are</b>").disable()
    panel = UsersPanel(bench)
    panel.do_connect("ada")
    for widget in (panel, BenchBar(bench)):
        page = show(widget, **look.options).page
        for summary in page.locator("summary").all():
            summary.click()
        is_for_everyone(page, f"{type(widget).__name__.lower()}-{look}")
        widget.close()
