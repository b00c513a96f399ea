"""The field table at 500 fields in Chromium: frames while typing and scrolling, against one plain HTML table.

The rival is the least that could show the same: one table of the browser's own controls, no framework and no Python,
whose filter hides rows. Both have the same rows and are typed into and scrolled alike, in turn.
"""

from __future__ import annotations

import statistics
from typing import Any

from playwright.sync_api import Page, sync_playwright

import workbench as wb
from tests import chromium
from tests.benchmarks.timing import show
from tests.browser.stage import Stage

FIELDS = 500
AIM = "aim: p95 under 50 ms"
WATCH = """() => {
  window.frames = [];
  let before = performance.now();
  const tick = (now) => {
    window.frames.push(now - before);
    before = now;
    window.watching = requestAnimationFrame(tick);
  };
  window.watching = requestAnimationFrame((now) => { before = now; tick(now); });
}"""
FRAMES = "() => { cancelAnimationFrame(window.watching); return window.frames.slice(2); }"
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))"
RIVAL = """(rows) => {
  const options = ["Set by you", "Customizable by the user"].map((one) => `<option>${one}</option>`).join("");
  const row = (one) => `<tr><th>${one}</th><td><select>${options}</select></td><td><input value="${one}"></td></tr>`;
  const filter = `<input type="search" aria-label="Filter fields">`;
  document.body.innerHTML = `${filter}<table>${rows.map(row).join("")}</table>`;
  document.querySelector("[type=search]").oninput = (event) => {
    const text = event.target.value.toLowerCase();
    for (const row of document.querySelectorAll("tr")) row.hidden = !row.textContent.toLowerCase().includes(text);
  };
}"""


def connection() -> wb.Connection:
    """A connection of 500 fields: 100 actions with two, and 300 in the configuration, of every kind."""
    made = wb.Connection.new("Five hundred fields")
    kinds = [
        wb.FieldType.TEXT_FIELD,
        wb.FieldType.COLLECTION_SELECT,
        wb.FieldType.LOCATION_ENTER,
        wb.FieldType.TEXT_AREA,
    ]
    options = tuple(wb.Option(label=f"Option {n}", value=str(n), group=f"Group {n % 3}") for n in range(12))
    for number in range(FIELDS - 200):
        kind = kinds[number % 4]
        field = wb.Field(id=f"field_{number}", type=kind, required=False, options=options if kind.has_options else ())
        made.add_configuration(field)
    for number in range(100):
        made.add_action(made.add_feature(f"Feature {number}"), "hue.set_color").field("color").customizable("blue")
    assert len(made.fields) == FIELDS
    return made


def measure() -> None:
    """Print the first paint, and the 95th percentile of the frames of each gesture, ours and the rival's."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.ensure(), headless=True, args=chromium.FLAGS)
        ours, rival = browser.new_page(), browser.new_page()
        widget = wb.FieldTable(connection())
        stage = Stage(ours, widget)
        first = ours.evaluate(PAINTED)
        show("page opened to 500 fields painted", first, "from navigation, Python and module included")
        rival.evaluate(RIVAL, [row.field for row in widget.connection.fields])
        for name, gesture in (("typing in the filter", _filter), ("typing in a value", _type), ("scrolling", _scroll)):
            mine, theirs = (_frames(page, gesture) for page in (ours, rival))
            show(f"{name}: p95 frame", mine, AIM)
            show("    the same in the plain table", theirs, f"ours is {mine / theirs:.1f}x")
        taken = _edit(stage)
        show("an edit: Enter to Python and back, painted (median)", taken)
        stage.close()
        browser.close()


def _frames(page: Page, gesture: Any) -> float:
    page.bring_to_front()
    page.evaluate(WATCH)
    gesture(page)
    frames: list[float] = page.evaluate(FRAMES)
    return statistics.quantiles(frames, n=20)[-1]


def _filter(page: Page) -> None:
    search = page.get_by_label("Filter fields")
    search.click()
    for text in ("field_12", "color", "customizable"):
        page.keyboard.type(text, delay=60)
        for _ in text:
            page.keyboard.press("Backspace", delay=30)


def _type(page: Page) -> None:
    page.locator("input:not([type=search])").nth(2).click()
    page.keyboard.type("a longer text that somebody types at speed", delay=40)
    page.keyboard.press("Escape")


def _scroll(page: Page) -> None:
    page.mouse.move(400, 400)
    for way in (1, -1):
        for _ in range(60):
            page.mouse.wheel(0, way * 400)
            page.wait_for_timeout(16)


def _edit(stage: Stage) -> float:
    page = stage.page
    times = []
    for number in range(9):
        page.locator("input:not([type=search])").nth(2).fill(f"value {number}")
        began = page.evaluate("() => performance.now()")
        page.keyboard.press("Enter")
        page.wait_for_function("() => true")
        times.append(page.evaluate(PAINTED) - began)
    return statistics.median(times)
