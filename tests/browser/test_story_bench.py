"""Stories in JupyterLab: fire the liked-video event by hand and see three messages; read it all a year later."""

from __future__ import annotations

from collections.abc import Callable

import nbformat
from playwright.sync_api import Page, expect

from tests.browser.lab import Lab, Notebook
from tests.browser.looks import IN_LAB, Look, in_looks

CELL = """
import workbench as wb
bench = wb.Bench(wb.Connection.sample("liked-video-to-sms"))
user = bench.enable("user-17", timezone="Europe/Paris")
view = wb.BenchView(bench)
view
"""


def opened(lab: Lab, page: Page, name: str) -> Notebook:
    lab.write(name, CELL)
    notebook = lab.open(page, name)
    notebook.run_all()
    expect(notebook.page.get_by_role("button", name="Fire", exact=True)).to_be_visible(timeout=30_000)
    return notebook


def fire(page: Page, title: str) -> None:
    page.get_by_label("Title (String)").fill(title)
    page.get_by_role("button", name="Fire", exact=True).click()
    expect(page.locator(".workbench-run-title")).to_contain_text("ok", timeout=30_000)


def test_fire_an_event_see_three_messages_and_read_it_without_a_kernel(
    lab: Lab, new_page: Callable[..., Page], violations: Callable[..., list[str]]
) -> None:
    """From the form to three text messages and the log; saved, and reopened without a kernel, all is still there."""
    notebook = opened(lab, new_page(height=1400), "story.ipynb")
    page = notebook.page
    fire(page, "Hello <b>there</b>")
    messages = page.locator("[data-call]").filter(has_text="sms.send_me_text")
    expect(messages).to_have_count(3)
    for number in range(3):
        expect(messages.nth(number)).to_contain_text("204")
        expect(messages.nth(number)).to_contain_text("Hello <b>there</b>")
    page.get_by_role("tab", name="Log").click()
    rows = page.get_by_role("treegrid").get_by_role("row")
    expect(rows.filter(has_text="run sms.send_me_text")).to_have_count(3)
    assert violations(page, ".jp-OutputArea-output .workbench-live") == []
    _saved_mirror_has(notebook, "Call 4")
    notebook.save()
    assert "widgets" not in nbformat.read(notebook.path, as_version=4).metadata
    page.close()
    lab.stop_kernels()
    again = lab.open(new_page(), "story.ipynb")
    mirror = again.output(0).locator(".workbench-mirror")
    expect(mirror).to_be_visible()
    for text in ("Hello <b>there</b>", "search_query", "const likedVidTitle", "Call 4: action sms.send_me_text → 204"):
        expect(mirror).to_contain_text(text)
    expect(mirror).to_contain_text("5 entries")
    expect(again.output(0).locator(".workbench-live")).to_have_count(0)


def test_python_and_the_widgets_stay_together(lab: Lab, new_page: Callable[..., Page]) -> None:
    """What Python fires, enables and breaks shows in the widgets; what the widgets do is in Python; by keyboard too."""
    notebook = opened(lab, new_page(height=1400), "together.ipynb")
    page = notebook.page
    notebook.run_new('run = bench.fire("youtube.new_liked_video", title="from Python")')
    told = page.locator(".workbench-run")
    expect(told).to_contain_text("from Python")
    notebook.run_new('bench.connection.script = "let x = 1;\\nnope();"')
    page.get_by_role("button", name="Fire", exact=True).focus()
    page.keyboard.press("Enter")
    expect(told.locator(".workbench-run-title")).to_contain_text("error", timeout=30_000)
    expect(told.locator("tr.is-fault")).to_contain_text("nope();")
    output = notebook.run_new("print(bench.runs[-1].end, len(bench.runs), view)")
    expect(output).to_contain_text("error 2 <BenchView of 'Liked video to SMS'")
    page.get_by_role("tab", name="Events").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("table").filter(has_text="Europe/Paris")).to_be_visible()
    page.get_by_role("button", name="Disable user-17").click()
    output = notebook.run_new("print(bench.users)")
    expect(output).to_contain_text("disabled")


@in_looks(*IN_LAB)
def test_it_looks_at_home(look: Look, lab: Lab, new_page: Callable[..., Page], is_at_home: Callable[..., None]) -> None:
    """In both themes and widths each tab fits its cell and axe-core finds nothing; pictures are kept."""
    with lab.wearing(look.lab_theme):
        notebook = opened(lab, new_page(dark=look.dark, width=look.width, height=1400), f"home-{look.width}.ipynb")
        fire(notebook.page, "Hello")
        is_at_home(notebook, f"bench-{look}", outputs=(0,))
        for tab in ("Connection", "Fields", "Script", "Log", "Users", "Events"):
            notebook.page.get_by_role("tab", name=tab).click()
            is_at_home(notebook, f"bench-{tab.lower()}-{look}", outputs=(0,))


def _saved_mirror_has(notebook: Notebook, text: str) -> None:
    """Wait until the mirror, which follows the widget, has caught up."""
    expect(notebook.output(0).locator(".workbench-mirror")).to_contain_text(text, timeout=15_000)
