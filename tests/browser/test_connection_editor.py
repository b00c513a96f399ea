"""ConnectionEditor in a real browser: from nothing to a file, by mouse and by keyboard, and what it looks like."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import IN_LAB_TOO, Look, in_looks
from tests.browser.script_code import code, options, shown, told, write
from tests.browser.stage import Stage
from workbench.connection.document import Connection
from workbench.notebook.connection_editor import ConnectionEditor
from workbench.notebook.field_table import FieldTable

HOSTILE = "</textarea><script>window.hurt = 1</script>\u202eabc 😀"
LAMP = """\
service: My lamp
id: lamp
actions:
  - {id: turn_on, label: Turn the lamp on, fields: [{id: room, label: Which room?}]}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that files are saved in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def stage(show: Callable[..., Stage]) -> Stage:
    return show(ConnectionEditor())


def settle(stage: Stage) -> None:
    """Carry to the page what the background brings, until nothing runs there."""
    for _ in range(600):
        stage.flush()
        if not stage.widget.busy:
            break
        stage.page.wait_for_timeout(25)
    stage.flush()


def test_a_new_connection_is_an_invitation(stage: Stage) -> None:
    """Nothing is red before something was done; then what is still missing is said."""
    page = stage.page
    expect(page.get_by_text("Select a service, add a feature, and choose a trigger for it.")).to_be_visible()
    expect(page.locator(".workbench-bad").filter(visible=True).filter(has_text=re.compile(r"\S"))).to_have_count(0)
    page.get_by_role("button", name="Select YouTube").click()
    expect(page.get_by_role("region", name="Update").get_by_text("The connection has no feature.")).to_be_visible()
    expect(page.get_by_text("1 error")).to_be_visible()
    expect(page.get_by_text("Select a service, add")).to_have_count(0)


def test_search_and_select_a_service(stage: Stage) -> None:
    """The catalogue is listed at first; a search narrows it, by service and by step, and a chosen one leaves it."""
    page = stage.page
    found = page.get_by_role("list", name="Services found").get_by_role("listitem")
    assert found.count() >= 6
    search = page.get_by_label("Search services")
    search.fill("liked video")
    expect(found).to_have_count(1)
    page.get_by_role("button", name="Select YouTube").click()
    chosen = page.get_by_role("list", name="Selected services")
    expect(chosen).to_contain_text("YouTube")
    expect(chosen).to_contain_text("owner")
    assert [one.id for one in stage.widget.connection.definition.services] == ["youtube"]
    search.fill("no such thing")
    expect(page.get_by_text("No service has these words.")).to_be_visible()
    page.get_by_role("button", name="Remove YouTube").click()
    assert stage.widget.connection.definition.services == ()


def test_steps_are_found_with_their_fields_and_ingredients(stage: Stage) -> None:
    """The search shows what a step asks for and carries; adding it shows its fields as a table, its service comes."""
    page = stage.page
    page.get_by_label("Title of the new feature").fill("Lights")
    page.keyboard.press("Enter")
    search = page.get_by_label("Search triggers, queries and actions for Lights")
    search.fill("change color")
    found = page.get_by_role("list", name="Steps found").get_by_role("listitem")
    expect(found).to_have_count(1)
    expect(found).to_contain_text("Which lights? (dropdown), Color value or name (text)")
    page.get_by_role("button", name="Add action Change color").click()
    expect(search).to_be_focused()
    expect(page.get_by_role("table", name="Fields of Change color")).to_be_visible()
    expect(page.get_by_role("list", name="Selected services")).to_contain_text("Philips Hue")
    search.fill("liked trigger")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("5 ingredients").click()
    ingredients = page.get_by_role("table", name="Ingredients of New liked video")
    expect(ingredients.get_by_role("row").nth(1)).to_have_text("Trigger.ingredients.titleStringTen quiet waterfalls")
    steps = [one.definition.step for one in stage.widget.connection.features[0].steps]
    assert steps == ["youtube.new_liked_video", "hue.set_color"]


def test_your_own_service_is_found_in_the_search(stage: Stage, folder: Path) -> None:
    """A YAML file of yours, named in the editor, is a service like the others."""
    (folder / "lamp.yaml").write_text(LAMP)
    page = stage.page
    page.get_by_text("Add a service of your own").click()
    page.get_by_label("A YAML file that describes it").fill("lamp.yaml")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="You can now select My lamp.")).to_be_visible()
    page.get_by_label("Search services").fill("lamp")
    page.get_by_role("button", name="Select My lamp").click()
    page.get_by_label("Title of the new feature").fill("Light")
    page.keyboard.press("Enter")
    page.get_by_label("Search triggers, queries and actions for Light").fill("turn the lamp")
    page.get_by_role("button", name="Add action Turn the lamp on").click()
    expect(page.get_by_role("table", name="Fields of Turn the lamp on")).to_contain_text("Which room?")


def test_update_shows_unsaved_changes_then_writes_and_shows_endpoints(stage: Stage, folder: Path) -> None:
    """Not saved, saved, unsaved again: one sees it; nothing wrong is written; bodies of the endpoints are examples."""
    page = stage.page
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    page.get_by_role("button", name="Update").click()
    settle(stage)
    expect(page.get_by_role("alert")).to_contain_text("Nothing was written: the connection has no title yet")
    page.get_by_label("Title", exact=True).fill("Blue lights")
    page.keyboard.press("Enter")
    page.get_by_label("Title of the new feature").fill("Blue")
    page.keyboard.press("Enter")
    page.get_by_label("Search triggers, queries and actions for Blue").fill("change color")
    page.get_by_role("button", name="Add action Change color").click()
    page.get_by_label("Visibility of Color value or name").select_option("Set by you")
    page.get_by_role("button", name="Update").click()
    settle(stage)
    expect(page.get_by_role("alert")).to_contain_text("`color` is required and set by you, but has no value")
    page.get_by_label("Value of Color value or name").fill("blue")
    page.keyboard.press("Enter")
    expect(page.get_by_text("What you will have after Update.")).to_be_visible()
    page.get_by_role("button", name="Update").click()
    settle(stage)
    expect(page.get_by_role("status").filter(has_text="Saved to blue-lights.yaml.")).to_be_visible()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.get_by_text("hue.set_color/run").click()
    body = json.loads(page.get_by_label("Body of POST hue.set_color").inner_text())
    assert body["fields"]["color"] == "blue"
    assert Connection.load(folder / "blue-lights.yaml").definition == stage.widget.connection.definition
    page.get_by_label("Description", exact=True).fill("Blue, and nothing else.")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Unsaved changes")).to_be_visible()


def test_a_file_changed_by_somebody_else_is_replaced_only_when_told(show: Callable[..., Stage], folder: Path) -> None:
    """The conflict is said, with a button that settles it."""
    connection = Connection.sample("hue-blue")
    connection.save("blue.yaml")
    stage = show(ConnectionEditor(connection))
    (folder / "blue.yaml").write_text("connection: Other\n")
    stage.page.get_by_label("Description", exact=True).fill("Mine")
    stage.page.keyboard.press("Enter")
    stage.page.get_by_role("button", name="Update").click()
    settle(stage)
    expect(stage.page.get_by_role("alert")).to_contain_text("changed on disk")
    stage.page.get_by_role("button", name="Replace the file on disk").click()
    settle(stage)
    expect(stage.page.get_by_role("button", name="Replace the file on disk")).to_have_count(0)
    assert Connection.load(folder / "blue.yaml").description == "Mine"


# --- the script -------------------------------------------------------------------------------------------------------


@pytest.fixture
def liked(show: Callable[..., Stage]) -> Stage:
    """The sample with a script, checked."""
    stage = show(ConnectionEditor(Connection.sample("liked-video-to-sms")))
    settle(stage)
    return stage


def test_problems_of_the_script_stand_below_it_and_at_their_words(liked: Stage) -> None:
    """Enter makes lines; what is wrong is said with its line, marked, led to, and goes when mended."""
    page = liked.page
    good = page.get_by_role("status").filter(has_text="Node.js 12 can run it")
    expect(good).to_be_visible()
    write(liked, '// one\nrunAction("sms.send_me_txt");')
    told(liked, '// one\nrunAction("sms.send_me_txt");')
    settle(liked)
    problems = page.get_by_role("region", name="Problems")
    expect(problems.get_by_role("status")).to_have_text("1 problem")
    expect(problems.get_by_role("listitem")).to_contain_text("Did you mean `sms.send_me_text`?")
    expect(page.locator(".cm-lintRange")).to_have_text(['"sms.send_me_txt"'])
    expect(page.get_by_text("1 error")).to_be_visible()
    page.keyboard.press("Control+Home")
    problems.get_by_role("button", name="line 2").click()
    expect(code(liked)).to_be_focused()
    page.keyboard.type("/*here*/")
    told(liked, '// one\nrunAction(/*here*/"sms.send_me_txt");')
    liked.widget.connection.script = 'runAction("sms.send_me_text");'
    settle(liked)
    expect(good).to_be_visible()
    expect(page.locator(".cm-lintRange")).to_have_count(0)


def test_the_script_is_taken_away_and_begun_again(liked: Stage) -> None:
    """Without a script there is a button to begin one; one that is only emptied is still there to write in."""
    page = liked.page
    page.get_by_role("button", name="Remove the script").click()
    settle(liked)
    expect(code(liked)).to_have_count(0)
    assert liked.widget.connection.script is None
    page.get_by_role("button", name="Write a runtime script").click()
    settle(liked)
    assert shown(liked) == liked.widget.connection.script
    write(liked, "")
    told(liked, "")
    expect(code(liked)).to_be_focused()
    page.keyboard.type("again;")
    told(liked, "again;")


def test_completion_knows_the_connection_as_it_is_now(liked: Stage) -> None:
    """Steps, fields and ingredients are offered, those too that have been added since."""
    liked.widget.connection.add_action(liked.widget.connection.features[0], "hue.set_color")
    settle(liked)
    write(liked, 'runAction("hue.')
    options(liked).filter(has_text="hue.set_color").click()
    told(liked, 'runAction("hue.set_color")')
    liked.page.keyboard.press("Escape")
    liked.page.keyboard.press("Control+Shift+Space")
    expect(liked.page.get_by_role("status").filter(has_text="hue.set_color")).to_have_count(1)


def test_an_edit_of_the_script_in_python_shows_and_keeps_what_is_typed(liked: Stage) -> None:
    """Lines put in above by Python move the caret along; what is half typed meanwhile stays."""
    write(liked, "one;\ntwo;")
    told(liked, "one;\ntwo;")
    liked.page.keyboard.type(" typed")
    liked.widget.connection.script = "// python\none;\ntwo;"
    liked.flush()
    told(liked, "// python\none;\ntwo; typed")
    assert shown(liked) == "// python\none;\ntwo; typed"
    expect(code(liked)).to_be_focused()


def test_undo_by_keys_is_the_texts_and_by_the_button_the_connections(liked: Stage) -> None:
    """Ctrl+Z in the code never takes back what was done elsewhere; the button takes back what was typed just now."""
    page, connection = liked.page, liked.widget.connection
    before = connection.script
    page.get_by_label("Title", exact=True).fill("Mine")
    page.keyboard.press("Enter")
    code(liked).press("Control+Home")
    page.keyboard.type("// typed\n")
    told(liked, f"// typed\n{before}")
    for _ in range(5):  # more often than there is to take back
        page.keyboard.press("Control+z")
    told(liked, before or "")
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("Control+y")
    told(liked, f"// typed\n{before}")
    assert connection.name == "Mine"
    page.keyboard.type("half")
    page.get_by_role("button", name="Undo").click()
    settle(liked)
    assert connection.script == shown(liked) == f"// typed\n{before}"
    page.get_by_role("button", name="Redo").click()
    settle(liked)
    assert connection.script == f"// typed\nhalf{before}"
    assert shown(liked).startswith("// typed\nhalf")


def test_what_is_typed_last_is_in_the_file(liked: Stage, folder: Path) -> None:
    """Update, pressed right after typing, writes what one sees."""
    code(liked).press("Control+Home")
    liked.page.keyboard.type("// last\n")
    liked.page.get_by_role("button", name="Update").click()
    settle(liked)
    (file,) = folder.glob("*.yaml")
    assert (Connection.load(file).script or "").startswith("// last\n")


def test_a_script_removed_in_python_stays_removed(liked: Stage) -> None:
    """What was half typed then does not bring it back."""
    code(liked).press("Control+Home")
    liked.page.keyboard.type("// half")
    liked.widget.connection.script = None
    settle(liked)
    expect(liked.page.get_by_role("button", name="Write a runtime script")).to_be_visible()
    assert liked.widget.connection.script is None


def test_tab_indents_and_after_escape_leaves_the_script(liked: Stage) -> None:
    """The keyboard is not caught in the code, and what it is called and how it is left is read out."""
    write(liked, "a;")
    page = liked.page
    page.keyboard.press("Home")
    page.keyboard.press("Tab")
    assert shown(liked) == "  a;"
    described = code(liked).get_attribute("aria-describedby")
    expect(page.locator(f"#{described}")).to_contain_text("Esc then Tab leaves the editor.")
    expect(page.locator(f"#{described}")).not_to_contain_text("runs")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Remove the script")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(code(liked)).to_be_focused()


# --- the whole --------------------------------------------------------------------------------------------------------


def test_features_and_steps_move_without_losing_the_focus(show: Callable[..., Stage]) -> None:
    """A feature moved by its button stays under the finger; a deleted one leaves the focus in the widget."""
    stage = show(ConnectionEditor(Connection.sample("two-features")))
    page, connection = stage.page, stage.widget.connection
    names = [one.name for one in connection.features]
    down = page.get_by_role("button", name=f"Move {names[0]} down")
    down.press("Enter")
    expect(page.get_by_label("Title of the feature").nth(1)).to_have_value(names[0])
    expect(down).to_be_focused()
    page.get_by_role("button", name=f"Delete {names[0]}").press("Enter")
    expect(page.get_by_label("Title of the feature", exact=True)).to_have_count(1)
    assert page.evaluate("document.querySelector('.workbench-live').contains(document.activeElement)")
    assert [one.name for one in connection.features] == names[1:]


def test_steps_are_named_and_the_owner_chosen(show: Callable[..., Stage]) -> None:
    """A step has a label of one's own, or the service's again; any selected service can own the connection."""
    stage = show(ConnectionEditor(Connection.sample("liked-video-to-sms")))
    label = stage.page.get_by_label("Label of sms.send_me_text")
    label.fill("Text me")
    label.press("Enter")
    expect(stage.page.get_by_role("table", name="Fields of Text me")).to_be_visible()
    assert stage.widget.connection.step("sms.send_me_text").label == "Text me"
    label.fill("")
    label.press("Enter")
    expect(label).to_have_value("Send me an SMS")
    stage.page.get_by_role("button", name="Make owner: SMS").click()
    expect(stage.page.get_by_role("button", name="Make owner: YouTube")).to_be_visible()
    assert stage.widget.connection.primary_service == "sms"


def test_it_follows_edits_made_in_python(stage: Stage) -> None:
    """A service, a feature and a title made in code appear in the editor."""
    connection = stage.widget.connection
    connection.add_service("sms")
    connection.add_feature("From code", "In Python")
    connection.name = "Named in code"
    stage.flush()
    page = stage.page
    expect(page.get_by_label("Title", exact=True)).to_have_value("Named in code")
    expect(page.get_by_label("Title of the feature", exact=True)).to_have_value("From code")
    expect(page.get_by_role("list", name="Selected services")).to_contain_text("SMS")


def test_it_looks_the_same_beside_other_widgets(show: Callable[..., Stage]) -> None:
    """The style of a field table that comes later to the page does not undo the editor's own."""
    stage = show(ConnectionEditor(Connection.sample("liked-video-to-sms")), width=1400)
    page = stage.page
    looks = """() => [...document.querySelectorAll(".workbench-live *")].map((one) => {
      const { width, height } = one.getBoundingClientRect();
      const { fontWeight, color } = getComputedStyle(one);
      return [one.className, width, height, fontWeight, color].join(" ");
    })"""
    alone = page.evaluate(looks)
    page.add_style_tag(content=FieldTable._css)
    assert page.evaluate(looks) == alone


def test_what_comes_from_outside_is_text(show: Callable[..., Stage]) -> None:
    """Hostile titles, descriptions and scripts are shown as text, and nothing runs."""
    connection = Connection.new(HOSTILE)
    connection.description = connection.script = HOSTILE
    connection.add_action(connection.add_feature(HOSTILE, HOSTILE), "hue.set_color").rename(HOSTILE)
    stage = show(ConnectionEditor(connection))
    settle(stage)
    assert "</textarea><script>window.hurt = 1</script>" in shown(stage)
    expect(stage.page.get_by_label("Title", exact=True)).to_have_value(HOSTILE)
    assert stage.page.evaluate("window.hurt") is None
    assert stage.page.locator(".workbench-live script").count() == 0


LONG = """\
connection: Donaudampfschifffahrtsgesellschaftskapitaensmuetzenabzeichen
services:
  - service: A service that somebody gave a very long name, without thinking of narrow columns
    id: a_service_with_a_very_long_identifier
    triggers:
      - id: a_trigger_with_a_long_id
        label: Turned on
        ingredients: [{id: room_that_it_is_in}, {id: when_it_happened}, {id: who_pressed_the_switch}]
features:
  - title: A feature
    triggers: [a_service_with_a_very_long_identifier.a_trigger_with_a_long_id]
"""


@pytest.mark.parametrize("width", [596, 340])
def test_long_names_and_ids_wrap_in_their_place(show: Callable[..., Stage], width: int) -> None:
    """In a narrow column "Delete" stays beside the step's label, text beside its triangle, and all is in sight."""
    page = show(ConnectionEditor(Connection.loads(LONG)), width=width).page
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    title, label, delete = (
        one.bounding_box()
        for one in (
            page.locator(".workbench-title bdi"),
            page.get_by_label("Label of a_service_with_a_very_long_identifier.a_trigger_with_a_long_id"),
            page.get_by_role("button", name="Delete Turned on"),
        )
    )
    assert title
    assert label
    assert delete
    assert title["x"] + title["width"] <= width
    assert abs((label["y"] + label["height"] / 2) - (delete["y"] + delete["height"] / 2)) < 4
    below = page.get_by_text("3 ingredients").evaluate(
        """(one) => {
          const text = document.createRange();
          text.selectNodeContents(one);
          return text.getBoundingClientRect().top - one.getBoundingClientRect().top;
        }"""
    )
    assert below < 8, "the text begins beside its triangle"


def test_a_step_folds_by_mouse_and_keys_and_stays_folded(show: Callable[..., Stage]) -> None:
    """Folded, a step still says how many fields it has and what is wrong; moved, taken away and back it stays so."""
    connection = Connection.sample("liked-video-to-sms")
    stage = show(ConnectionEditor(connection))
    page = stage.page
    fold = page.get_by_role("button", name="Fields of Send me an SMS")
    value = page.get_by_label("Value of Message")
    expect(fold).to_have_attribute("aria-expanded", "true")
    fold.focus()
    page.keyboard.press("Enter")
    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(fold).to_be_focused()
    expect(value).to_be_hidden()
    expect(page.get_by_label("Value of Search for")).to_be_visible()
    connection.step("sms.send_me_text").field("message").set_by_you()
    stage.flush()
    card = page.locator(".workbench-step-card", has=fold)
    expect(card.get_by_text("1 error")).to_be_visible()
    page.get_by_role("button", name="Delete Send me an SMS").click()
    expect(fold).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(value).to_be_hidden()
    page.get_by_role("button", name="Fold all steps").click()
    expect(page.get_by_label("Value of Search for")).to_be_hidden()
    expect(page.get_by_text("6 ingredients")).to_be_hidden()
    page.get_by_role("button", name="Unfold all steps").click()
    expect(value).to_be_visible()


@pytest.mark.parametrize("view", [ConnectionEditor, FieldTable])
def test_what_would_be_sent_takes_a_few_lines(view: type, show: Callable[..., Stage]) -> None:
    """A long value is clamped in its row, is whole where one points at it, and opens by a button."""
    connection = Connection.sample("liked-video-to-sms")
    message = "A long message, again and again. " * 20
    connection.step("sms.send_me_text").field("message").set_by_you(message)
    page = show(view(connection)).page
    cell = page.locator(".workbench-sent", has_text="A long message")
    more = cell.get_by_role("button", name="All that would be sent for Message")
    short = cell.bounding_box()
    expect(cell.get_by_title(re.compile("again and again.*, set by you"))).to_be_visible()
    more.press("Enter")
    expect(more).to_have_attribute("aria-expanded", "true")
    whole = cell.bounding_box()
    assert short
    assert whole
    assert short["height"] < 100 < whole["height"]
    expect(cell).to_contain_text("set by you")
    expect(page.get_by_role("button", name="All that would be sent for Search for")).to_have_count(0)


@in_looks(*IN_LAB_TOO)
def test_it_is_accessible_and_fits(
    look: Look, show: Callable[..., Stage], is_for_everyone: Callable[[Page, str], None]
) -> None:
    """axe-core finds nothing wrong, with searches, ingredients, problems and bodies open; nothing is too wide."""
    connection = Connection.sample("liked-video-to-sms")
    connection.step("sms.send_me_text").field("message").set_by_you()
    connection.script = f"{connection.script}\nConnection.configuration.foo;"
    stage = show(ConnectionEditor(connection), **look.options)
    settle(stage)
    page = stage.page
    for text in ("Add a service of your own", "5 ingredients", "sms.send_me_text/run", "As the user sees it"):
        page.get_by_text(text).click()
    page.get_by_label("Search services").fill("hue")
    page.get_by_label("Search triggers, queries and actions for").fill("color")
    is_for_everyone(page, f"connection-editor-{look}")
