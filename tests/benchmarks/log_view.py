"""The log view at 100,000 exchanges: first rows, scroll and search in Chromium, against a bare box as high."""

from __future__ import annotations

import time
from dataclasses import replace

from playwright.sync_api import Page, sync_playwright

import workbench as wb
from tests import chromium
from tests.benchmarks.timing import show
from tests.browser.stage import Stage
from workbench.notebook.log_view import LogView

EXCHANGES = 100_000
ROW = 28

# Scrolls now slowly, now in leaps, one step a frame, and gives the times between frames in ms.
SCROLL = """(pane) => new Promise((done) => {
  const frames = [];
  let last = performance.now();
  const step = (now) => {
    frames.push(now - last);
    last = now;
    const count = frames.length;
    pane.scrollTop += count % 60 === 0 ? 40_000 : 120;
    count < 300 ? requestAnimationFrame(step) : done(frames.slice(5));
  };
  requestAnimationFrame(step);
})"""


def measure() -> None:
    """Print times of the log view, and of a bare box that scrolls as far."""
    with wb.Bench(wb.Connection.sample("liked-video-to-sms")) as bench, sync_playwright() as playwright:
        bench.enable("user-1")
        bench.fire("youtube.new_liked_video", title="Hello")
        _fill(bench)
        browser = playwright.chromium.launch(executable_path=chromium.ensure(), headless=True, args=chromium.FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        began = time.perf_counter()
        view = LogView(bench)
        made = time.perf_counter()
        stage = Stage(page, view)
        page.wait_for_selector("[role=row][id]")
        show("LogView made, 100,000 exchanges", (made - began) * 1_000)
        show("its first rows painted", (time.perf_counter() - made) * 1_000)
        ours = _frames(page, ".workbench-log-pane")
        rows = page.locator("[role=row]").count()
        page.evaluate("document.body.innerHTML = '<div id=box style=\"height:448px;overflow:auto\"><div></div></div>'")
        page.evaluate(f"document.querySelector('#box > div').style.height = '{EXCHANGES * ROW}px'")
        bare = _frames(page, "#box")
        show("scroll: p95 frame", ours, f"aim: under 50 ms; {rows} rows in the page (aim: at most 200)")
        show("scroll of a bare box of the same height: p95 frame", bare, f"ours takes {ours / bare:.1f}x as long")
        _searches(view)
        stage.close()
        browser.close()


def _fill(bench: wb.Bench) -> None:
    samples = list(bench.logs)[1:]
    for number in range(EXCHANGES - len(bench.logs)):
        sample = samples[number % len(samples)]
        status = 422 if number % 9 == 0 else sample.status
        bench._api_log.add(replace(sample, id=0, user_id=f"user-{number % 100}", status=status))


def _frames(page: Page, selector: str) -> float:
    frames = sorted(page.locator(selector).evaluate(SCROLL))
    return frames[int(0.95 * len(frames))]


def _searches(view: LogView) -> None:
    for label, filters in (
        ("search by status, 100,000 exchanges", {"status": "422"}),
        ("search by text in all bodies, nothing found", {"text": "no such text"}),
    ):
        began = time.perf_counter()
        view.do_filter(**filters)
        while view.busy:
            time.sleep(0.005)
        show(label, (time.perf_counter() - began) * 1_000)
