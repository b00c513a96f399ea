"""The liked-video story in the real JupyterLab: from running the cell to paint, from a click to the painted result."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

import workbench as wb
from tests import chromium
from tests.benchmarks.timing import show
from tests.browser.lab import Lab, Notebook

ROUNDS = 5
CELL = """
import workbench as wb
bench = wb.Bench(wb.Connection.sample("liked-video-to-sms"))
user = bench.enable("user-17")
wb.BenchView(bench)
"""
PLAIN = """
import ipywidgets
button, told = ipywidgets.Button(description="Fire"), ipywidgets.HTML("<b class='told'></b>")
button.on_click(lambda _: setattr(told, "value", told.value + "<b class='told'></b>"))
ipywidgets.VBox([button, told])
"""
# Resolves with the time (ms since the epoch) at which the browser has painted the first element of a kind.
PAINTED = """(selector) => new Promise((done) => {
  const look = () => document.querySelector(selector)
    ? requestAnimationFrame(() => setTimeout(() => done(performance.timeOrigin + performance.now())))
    : requestAnimationFrame(look);
  look();
})"""
# Clicks on the button named Fire, and gives the ms until an element that was not there before is painted.
CLICKED = """(selector) => new Promise((done) => {
  const seen = new Set(document.querySelectorAll(selector));
  const buttons = [...document.querySelectorAll(".jp-OutputArea-output button")];
  const fire = buttons.find((one) => one.textContent.trim() === "Fire");
  const began = performance.now();
  const look = () => [...document.querySelectorAll(selector)].some((one) => !seen.has(one))
    ? requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)))
    : requestAnimationFrame(look);
  fire.click();
  look();
})"""


def measure() -> None:
    """Print both times, beside those of a bare ipywidgets button in the same JupyterLab, and the run alone."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        lab = Lab(Path(folder))
        browser = playwright.chromium.launch(executable_path=chromium.ensure(), headless=True, args=chromium.FLAGS)
        try:
            bare = _times(lab, browser.new_page(), PLAIN, ".widget-button", ".told")
            ours = _times(lab, browser.new_page(), CELL, ".workbench-event", ".workbench-run-title")
        finally:
            browser.close()
            lab.close()
    show("cell run to first paint of the BenchView, all tabs", ours[0], f"a bare ipywidgets button: {bare[0]:.0f} ms")
    note = f"a bare button: {bare[1]:.0f} ms; bench.fire alone: {_alone():.0f} ms"
    show("click on Fire to the painted run", ours[1], note)


def _times(lab: Lab, page: Page, cell: str, first: str, result: str) -> tuple[float, float]:
    """From running the cell to the first paint, and the median from a click to the painted result (ms)."""
    notebook = _opened(lab, page, f"measured{result}.ipynb", cell)
    began = _run(notebook)
    painted = page.evaluate(PAINTED, first)
    clicks = []
    for _ in range(ROUNDS):
        time.sleep(1)  # the next spare worker is ready, as when a person fires an event
        clicks.append(page.evaluate(CLICKED, result))
    page.close()
    return painted - began, statistics.median(clicks)


def _opened(lab: Lab, page: Page, name: str, cell: str) -> Notebook:
    lab.write(name, cell)
    notebook = lab.open(page, name)
    notebook.run_new("import workbench.bench, pandas, ipywidgets, anywidget")  # what a kernel loads once is not counted
    return notebook


def _run(notebook: Notebook) -> float:
    page = notebook.page
    page.locator(".jp-CodeCell .cm-content").first.click()
    began = time.time() * 1_000
    page.keyboard.press("Shift+Enter")
    return began


def _alone() -> float:
    with wb.Bench(wb.Connection.sample("liked-video-to-sms")) as bench:
        bench.enable("user-17")
        times = []
        for _ in range(ROUNDS):
            time.sleep(1)
            began = time.perf_counter()
            bench.fire("youtube.new_liked_video", title="Hello", coverage=True)
            times.append((time.perf_counter() - began) * 1_000)
    return statistics.median(times)
