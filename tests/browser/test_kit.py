"""What every widget shares: the controls, how they keep focus and text, how errors show, and the saved mirror."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

import nbformat
import pytest
import traitlets
from playwright.sync_api import Page, expect

from tests.browser.lab import Lab
from tests.browser.stage import Stage
from workbench import html
from workbench.errors import UsageError
from workbench.notebook import assets
from workbench.notebook.widget import WorkbenchWidget

HOSTILE = "</textarea><script>window.hurt = 1</script>\u202eabc 😀"
MODULE = """
export default widget(({ state, propose }) => html`
  <${TextInput} label="Name" value=${state.name} onCommit=${(name) => propose("rename", { name })} />
  <${TextArea} label="Text" value=${state.text} onCommit=${(text) => propose("write", { text })} />
  <${Choice} label="Colour" value=${state.colour} onChoose=${(colour) => propose("paint", { colour })}
    options=${[{ value: "red", label: "Red", group: "Warm" }, { value: "blue", label: "Blue", group: "Cold" }]} />
  <${Button} label="Break" onPress=${() => propose("break")} />
  <p data-shown>${state.text}</p>`, ["name", "text", "colour"]);
"""


class Sample(WorkbenchWidget):
    """A widget with one of each control."""

    _esm = assets.module("kit") + MODULE
    _css = assets.style()
    name = traitlets.Unicode("Ada").tag(sync=True)
    text = traitlets.Unicode("").tag(sync=True)
    colour = traitlets.Unicode("blue").tag(sync=True)

    def do_rename(self, name: str) -> None:
        if name.isdigit():
            raise UsageError("A name is no number.")
        self.name = name.strip()

    def do_write(self, text: str) -> None:
        self.text = text

    def do_paint(self, colour: str) -> None:
        self.colour = colour

    def do_break(self) -> None:
        raise UsageError("This cannot be done <b>now</b>.")

    def summary(self) -> str:
        return f"<Sample {self.name}>"

    def mirror(self) -> str:
        return f"<p>{html.escape(self.name)}: {html.escape(self.text)}</p>"


@pytest.fixture
def stage(show: Callable[..., Stage]) -> Stage:
    return show(Sample())


def test_text_is_committed_by_enter_and_given_up_by_escape(stage: Stage) -> None:
    """Enter commits a line of text to Python; Escape brings back what Python has."""
    name = stage.page.get_by_label("Name")
    name.fill("Grace")
    name.press("Enter")
    expect(name).to_have_value("Grace")
    assert stage.widget.name == "Grace"
    name.fill("Nobody")
    name.press("Escape")
    expect(name).to_have_value("Grace")


def test_what_was_committed_stays_in_sight_until_python_answers(stage: Stage) -> None:
    """While the kernel is busy one sees what one entered; then Python's value, whatever became of it."""
    page, name, colour = stage.page, stage.page.get_by_label("Name"), stage.page.get_by_label("Colour")
    page.evaluate("""() => {
      const send = window.stageSend;
      window.stageSend = (sent) => new Promise((answer) => { window.answer = () => send(sent).then(answer); });
    }""")
    name.fill("Grace ")
    name.press("Enter")
    expect(name).to_have_value("Grace ")
    page.evaluate("answer()")
    expect(name).to_have_value("Grace")
    name.fill("Grace ")  # which Python takes for what it has already: no trait changes
    name.press("Enter")
    page.evaluate("answer()")
    expect(name).to_have_value("Grace")
    stage.widget.do_paint = stage.widget.do_break
    colour.select_option("red")
    expect(colour).to_have_value("red")
    page.evaluate("answer()")
    expect(colour).to_have_value("blue")
    expect(colour).to_have_accessible_description(re.compile("unexpected keyword"))


def test_an_update_takes_neither_focus_nor_what_is_being_typed(stage: Stage) -> None:
    """While one types, changes from Python leave the field alone; afterwards it follows them."""
    name = stage.page.get_by_label("Name")
    name.fill("Gra")
    stage.widget.text, stage.widget.name = "from Python", "Ada Lovelace"
    stage.flush()
    expect(stage.page.locator("[data-shown]")).to_have_text("from Python")
    expect(name).to_be_focused()
    expect(name).to_have_value("Gra")
    name.press("Escape")
    expect(name).to_have_value("Ada Lovelace")


def test_what_comes_from_outside_is_text(stage: Stage) -> None:
    """Tags, closing tags, direction marks and emoji are shown as they are, and nothing runs."""
    stage.widget.text = HOSTILE
    stage.flush()
    expect(stage.page.locator("[data-shown]")).to_have_text(HOSTILE)
    expect(stage.page.get_by_label("Text")).to_have_value(HOSTILE)
    assert stage.page.evaluate("window.hurt") is None


def test_an_error_is_shown_and_goes_with_the_next_deed(stage: Stage) -> None:
    """An error in a callback is an alert in the widget, as text, until something is done."""
    stage.page.get_by_role("button", name="Break").click()
    alert = stage.page.get_by_role("alert")
    expect(alert).to_have_text("This cannot be done <b>now</b>.")
    stage.page.get_by_label("Colour").select_option("red")
    expect(alert).to_have_text("")
    assert stage.widget.colour == "red"


def test_why_an_input_is_refused_stays_until_it_is_changed(stage: Stage) -> None:
    """It stands at the input, whatever else is done; typing, Escape and another value from Python take it away."""
    page, name = stage.page, stage.page.get_by_label("Name")
    why = page.get_by_text("A name is no number.")

    def refused() -> None:
        name.fill("17")
        page.get_by_role("button", name="Break").click()  # which leaves the input
        expect(name).to_have_accessible_description("A name is no number.")
        expect(page.get_by_text("This cannot be done")).to_be_visible()
        page.get_by_label("Colour").select_option("red")
        expect(page.get_by_text("This cannot be done")).to_have_count(0)
        expect(name).to_have_value("17")
        expect(name).to_have_attribute("aria-invalid", "true")

    refused()
    name.press("Escape")
    expect(name).to_have_value("Ada")
    expect(why).to_have_count(0)
    refused()
    name.fill("Grace")
    expect(why).to_have_count(0)
    name.press("Enter")
    assert stage.widget.name == "Grace"
    expect(name).not_to_have_attribute("aria-invalid", "true")
    refused()
    stage.widget.name = "Ada"
    stage.flush()
    expect(name).to_have_value("Ada")
    expect(why).to_have_count(0)


def test_python_is_told_when_it_is_asked_for_nonsense() -> None:
    """An unknown verb is a notice, not an exception in a thread that nobody sees."""
    sample = Sample()
    sample.propose({"do": "fly"})
    assert sample.notice == {"kind": "bad", "text": "This widget cannot do 'fly'."}


def test_background_work_shows_that_it_is_busy_and_how_it_failed() -> None:
    """Work in the background sets `busy`; an error in it becomes a notice."""
    sample = Sample()
    go = threading.Event()

    def work() -> None:
        go.wait(10)
        raise UsageError("No.")

    thread = sample.in_background(work)
    assert sample.busy
    go.set()
    thread.join()
    assert not sample.busy
    assert sample.notice["text"] == "No."


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_controls_are_accessible(
    dark: bool, show: Callable[..., Stage], violations: Callable[..., list[str]]
) -> None:
    """axe-core finds nothing wrong with the controls."""
    shown = show(Sample(), dark=dark)
    shown.page.get_by_role("button", name="Break").click()
    assert violations(shown.page) == []


LAB_CELL = """
from tests.browser.test_kit import Sample
sample = Sample(text="<i>kept</i>")
sample
"""


def test_in_jupyterlab_the_mirror_and_the_widget_take_turns(lab: Lab, new_page: Callable[..., Page]) -> None:
    """Alive, the widget alone is seen; reopened without its kernel, the mirror alone, with the same content."""
    lab.write("kit.ipynb", LAB_CELL)
    notebook = lab.open(new_page(), "kit.ipynb")
    notebook.run_all()
    output = notebook.output(0)
    expect(output.get_by_label("Name")).to_be_visible()
    expect(output.locator(".workbench-mirror")).to_be_hidden()
    area = output.get_by_label("Text")
    area.click()
    notebook.page.keyboard.press("Control+End")
    notebook.page.keyboard.type("one\ntwo d d")
    expect(area).to_have_value("<i>kept</i>one\ntwo d d")
    notebook.save()
    assert "widgets" not in nbformat.read(notebook.path, as_version=4).metadata
    notebook.page.close()
    lab.stop_kernels()
    again = lab.open(new_page(), "kit.ipynb")
    mirror = again.output(0).locator(".workbench-mirror")
    expect(mirror).to_be_visible()
    expect(mirror).to_contain_text("Ada: <i>kept</i>")
    expect(again.page.get_by_text("widget", exact=False).filter(has_text="Loading")).to_be_hidden()
