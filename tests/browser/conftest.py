"""A browser, pages that may not leave this machine, widgets on a bare page, and one JupyterLab for the stories."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import chromium
from tests.browser.lab import Lab, Notebook
from tests.browser.stage import Stage

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "tests" / "node_modules" / "axe-core" / "axe.min.js"
SCREENSHOTS = ROOT / "tests" / "screenshots"
FAILED = pytest.StashKey[bool]()
HERE = ("http://127.0.0.1:", "http://localhost:", "ws://127.0.0.1:", "data:", "blob:", "about:")
HERE += ("myapp:",)  # the scheme of an app, which a phone would open; no browser here knows it


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    executable = chromium.ensure()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, headless=True, args=chromium.FLAGS)
        yield started
        started.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Leave word of a failure, so that pictures of its pages are kept."""
    report = yield
    if report.when == "call" and report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture
def new_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Makes pages; no request of theirs may leave this machine, and no error may go unseen."""
    contexts: list[BrowserContext] = []
    outside: list[str] = []
    errors: list[str] = []

    def make(*, dark: bool = False, width: int = 1280, height: int = 900, **options: Any) -> Page:
        scheme = "dark" if dark else "light"
        size = {"width": width, "height": height}
        context = browser.new_context(viewport=size, color_scheme=scheme, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda one: None if one.url.startswith(HERE) else outside.append(one.url))
        page.on("pageerror", lambda one: errors.append(str(one)))
        page.set_default_timeout(15_000)
        return page

    yield make
    for number, context in enumerate(contexts):
        if FAILED in request.node.stash and context.pages:
            SCREENSHOTS.mkdir(exist_ok=True)
            name = re.sub(r"\W+", "-", request.node.name)
            context.pages[-1].screenshot(path=SCREENSHOTS / f"failed-{name}-{number}.png")
        context.close()
    assert outside == [], "requests left this machine"
    assert errors == [], "errors in the page"


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """One light page of 1280 pixels."""
    return new_page()


@pytest.fixture
def show(new_page: Callable[..., Page]) -> Iterator[Callable[..., Stage]]:
    """Shows a widget on a bare page: ``show(widget, dark=True, width=700)``; ``jupyter_theme="dark"`` dresses it."""
    stages: list[Stage] = []

    def make(widget: Any, *, jupyter_theme: str = "", **options: Any) -> Stage:
        stages.append(Stage(new_page(**options), widget, jupyter_theme=jupyter_theme))
        return stages[-1]

    yield make
    for stage in stages:
        stage.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab, started once."""
    started = Lab(tmp_path_factory.mktemp("lab"))
    yield started
    started.close()


@pytest.fixture
def violations() -> Callable[..., list[str]]:
    """What axe-core finds wrong on a page, or within a part of it."""

    def find(page: Page, within: str = "body") -> list[str]:
        assert AXE.is_file(), "axe-core is missing: run `make test`, or `npm ci` in tests/"
        if not page.evaluate("() => 'axe' in window"):
            page.add_script_tag(path=AXE) if page.url == "about:blank" else page.evaluate(AXE.read_text())
        found = page.evaluate("(within) => axe.run(within).then((result) => result.violations)", within)
        return [f"{one['id']}: {one['help']}: {node['html'][:200]}" for one in found for node in one["nodes"]]

    return find


@pytest.fixture
def screenshot() -> Callable[[Page, str], Path]:
    """Keeps a picture of the page under tests/screenshots, for people to look at."""

    def take(page: Page, name: str) -> Path:
        SCREENSHOTS.mkdir(exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return take


@pytest.fixture
def is_for_everyone(
    violations: Callable[..., list[str]], screenshot: Callable[[Page, str], Path]
) -> Callable[[Page, str], None]:
    """Asserts that axe-core finds nothing wrong on a page and nothing is wider than it; a picture is kept."""

    def check(page: Page, name: str, within: str = "body") -> None:
        screenshot(page, name)
        assert violations(page, within) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "something is too wide"

    return check


@pytest.fixture
def is_at_home(violations: Callable[..., list[str]], screenshot: Callable[[Page, str], Path]) -> Callable[..., None]:
    """Asserts that outputs fit their cells in JupyterLab and axe-core finds nothing wrong in their widgets."""

    def check(notebook: Notebook, name: str, outputs: tuple[int, ...]) -> None:
        screenshot(notebook.page, name)
        for number in outputs:
            assert notebook.output(number).evaluate("(one) => one.scrollWidth <= one.clientWidth + 1"), "too wide"
        assert violations(notebook.page, ".jp-OutputArea-output .workbench-live") == []

    return check
