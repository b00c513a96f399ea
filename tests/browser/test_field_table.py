"""FieldTable in a real browser: each type's editor, problems at their cells, following Python, keyboard, preview."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looks import IN_LAB_TOO, Look, in_looks
from tests.browser.stage import Stage
from workbench.connection.document import Connection
from workbench.connection.fields import Field, FieldType, Option
from workbench.notebook.field_table import FieldTable

HOSTILE = "</textarea><script>window.hurt = 1</script>\u202eabc 😀"
DAYS = (
    Option(label="Monday", value="mon", group="Working days"),
    Option(label="Friday", value="fri", group="Working days"),
    Option(label="Sunday", value="sun", group="Weekend"),
)


def every_type() -> Connection:
    """A connection with a field of every kind of editor."""
    connection = Connection.sample("hue-favourite")
    connection.add_configuration(Field(id="name", label="Your name", required=False, description="As friends say it"))
    connection.add_configuration(Field(id="letter", label="Letter", type=FieldType.TEXT_AREA))
    connection.add_configuration(Field(id="day", label="Day", type=FieldType.COLLECTION_SELECT, options=DAYS))
    connection.add_configuration(Field(id="days", label="Days", type=FieldType.CHECKBOX_MULTI, options=DAYS))
    connection.add_configuration(Field(id="home", label="Home", type=FieldType.LOCATION_ENTER))
    connection.add_configuration(Field(id="spot", label="Spot", type=FieldType.LOCATION_POINT))
    connection.add_configuration(Field(id="token", label="Token", secret=True, value="hush-hush"))
    return connection


@pytest.fixture
def stage(show: Callable[..., Stage]) -> Stage:
    return show(FieldTable(every_type()))


def row(page: Page, label: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_label(f"Visibility of {label}", exact=True))


def test_visibility_is_a_choice_of_the_documents_two_labels(stage: Stage) -> None:
    """Just "Set by you" and "Customizable by the user"; choosing one is an edit of the connection."""
    choice = stage.page.get_by_label("Visibility of Color value or name")
    assert choice.locator("option").all_text_contents() == ["Set by you", "Customizable by the user"]
    expect(row(stage.page, "Color value or name")).to_contain_text("(default)")
    choice.select_option("Set by you")
    expect(row(stage.page, "Color value or name")).not_to_contain_text("(default)")
    assert stage.widget.connection.step("hue.set_color").field("color").visibility.value == "Set by you"


def test_each_type_of_field_has_its_editor(stage: Stage) -> None:
    """Text, lines, a dropdown with groups, checkboxes and a location each give Python a value of their type."""
    page, field = stage.page, stage.widget.connection.field
    page.get_by_label("Value of Your name", exact=True).fill("Ada")
    page.keyboard.press("Enter")
    letter = page.get_by_label("Value of Letter", exact=True)
    letter.fill("Dear all,")
    letter.press("Enter")
    page.keyboard.type("bye")
    letter.press("Control+Enter")
    day = page.get_by_label("Value of Day", exact=True)
    assert day.locator("optgroup").evaluate_all("all => all.map(one => one.label)") == ["Working days", "Weekend"]
    day.select_option(label="Friday")
    days = page.get_by_role("group", name="Value of Days", exact=True)
    days.get_by_label("Sunday").check()
    days.get_by_label("Monday").check()
    days.get_by_label("Sunday").uncheck()
    home = page.get_by_role("group", name="Value of Home")
    for part, value in (("Latitude", "51.5"), ("Longitude", "-0.12"), ("Radius", "300"), ("Address", "1 Main St")):
        home.get_by_label(part).fill(value)
        page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Value of Spot").get_by_label("Radius")).to_have_count(0)
    expect(row(page, "Home")).to_contain_text("51.5, -0.12 within 300 m, 1 Main St")
    assert field("name").value == "Ada"
    assert field("letter").value == "Dear all,\nbye"
    assert field("day").value == "fri"
    assert field("days").value == ["mon"]
    assert field("home").value == {"lat": 51.5, "lng": -0.12, "radius": 300, "address": "1 Main St"}


def test_an_empty_value_has_the_documents_words(stage: Stage) -> None:
    """What the user sets says so where the value would stand."""
    page = stage.page
    expect(page.get_by_label("Value of Your name", exact=True)).to_have_attribute("placeholder", "Set by the user")
    expect(page.get_by_label("Value of Which lights?").locator("option:checked")).to_have_text("Set by the user")
    page.get_by_label("Visibility of Your name").select_option("Set by you")
    expect(page.get_by_label("Value of Your name", exact=True)).to_have_attribute("placeholder", "No value")


def test_a_problem_stands_at_its_cell_and_goes_when_mended(stage: Stage) -> None:
    """A value that does not fit is marked at its control, with its cure read out, until it fits."""
    page = stage.page
    spot = page.get_by_role("group", name="Value of Spot")
    spot.get_by_label("Latitude").fill("123")
    page.keyboard.press("Enter")
    expect(row(page, "Spot")).to_contain_text("lacks `lng`")
    spot.get_by_label("Longitude").fill("4")
    page.keyboard.press("Enter")
    expect(row(page, "Spot")).to_contain_text("`lat` in field `spot` is a number from -90 to 90, not 123.")
    latitude = spot.get_by_label("Latitude")
    expect(latitude).to_have_attribute("aria-invalid", "true")
    expect(latitude).to_have_accessible_description("error: `lat` in field `spot` is a number from -90 to 90, not 123. "
                                                    "Give it a value of that form.")  # fmt: skip
    latitude.fill("12")
    page.keyboard.press("Enter")
    expect(row(page, "Spot").get_by_role("listitem")).to_have_count(0)
    expect(page.get_by_text("1 error")).to_have_count(0)


def test_required_fields_are_marked_for_eyes_and_ears(stage: Stage) -> None:
    """A star for the one, a word for the other."""
    expect(row(stage.page, "Which lights?").get_by_role("rowheader")).to_contain_text("* (required)")
    expect(row(stage.page, "Your name").get_by_role("rowheader")).not_to_contain_text("required")


def test_undo_and_redo_by_button_and_by_key(stage: Stage) -> None:
    """Ctrl-Z takes an edit back and Ctrl-Shift-Z makes it again; while one types the keys are the text's."""
    page = stage.page
    color = page.get_by_label("Value of Color value or name")
    color.fill("red")
    color.press("Enter")
    expect(row(page, "Color value or name")).to_contain_text("red, the default")
    color.press("Control+z")
    expect(color).to_have_value("blue")
    color.press("Control+Shift+z")
    expect(color).to_have_value("red")
    color.press_sequentially("dish")
    color.press("Control+z")
    assert stage.widget.connection.step("hue.set_color").field("color").value == "red"
    color.press("Escape")
    page.get_by_role("button", name="Undo").click()
    expect(color).to_have_value("blue")
    page.get_by_role("button", name="Redo").click()
    expect(color).to_have_value("red")
    expect(page.get_by_role("button", name="Redo")).to_be_focused()


def test_it_follows_python_and_keeps_what_is_being_typed(stage: Stage) -> None:
    """An edit made in code is shown, while the half-typed text and the focus stay."""
    page = stage.page
    name = page.get_by_label("Value of Your name", exact=True)
    name.press_sequentially("Gra")
    stage.widget.connection.step("hue.set_color").field("color").set_by_you("green")
    stage.widget.connection.add_configuration(Field(id="extra", label="Extra"))
    stage.widget.connection.field("extra").move(0)
    stage.flush()
    expect(page.get_by_label("Value of Color value or name")).to_have_value("green")
    expect(page.get_by_label("Visibility of Color value or name")).to_have_value("Set by you")
    expect(page.get_by_label("Value of Extra")).to_be_visible()
    expect(name).to_be_focused()
    expect(name).to_have_value("Gra")


def test_fields_of_ones_own_by_keyboard_alone(stage: Stage) -> None:
    """Add, edit, order and delete a configuration field without a mouse; the focus is never lost."""
    page, connection = stage.page, stage.widget.connection
    summary = page.get_by_text("Add a configuration field")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("zone")
    page.keyboard.press("Tab")
    page.keyboard.type("Zone")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Value of Zone")).to_be_visible()
    up = page.get_by_role("button", name="Move Zone up")
    up.focus()
    for position in (8, 7):
        page.keyboard.press("Enter")
        expect(page.get_by_role("rowheader").nth(position)).to_contain_text("Zone")
        expect(up).to_be_focused()
    page.get_by_role("button", name="Edit Zone").focus()
    page.keyboard.press("Enter")
    definition = page.get_by_role("group", name="Definition of Zone")
    definition.get_by_label("Type").select_option("Dropdown")
    definition.get_by_label("Options").fill("[Europe]\nParis = Europe/Paris\nOslo = Europe/Oslo")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_label("Value of Zone").locator("option")).to_have_count(3)
    definition.get_by_label("Required").press("Space")
    definition.get_by_label("Id").fill("timezone")
    page.keyboard.press("Enter")
    expect(page.get_by_role("rowheader").filter(has_text="timezone")).to_be_visible()
    zone = connection.field("timezone").definition
    assert (zone.label, zone.required, zone.options[0].value) == ("Zone", True, "Europe/Paris")
    page.get_by_role("button", name="Delete Zone").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Value of Zone")).to_have_count(0)
    assert page.evaluate("document.querySelector('.workbench-live').contains(document.activeElement)")
    assert "timezone" not in [one.field for one in connection.fields]


def test_an_id_that_is_taken_keeps_what_was_typed(stage: Stage) -> None:
    """A refused field is said to be refused, and its form is not emptied."""
    page = stage.page
    page.get_by_text("Add a configuration field").click()
    form = page.locator("form").filter(has=page.get_by_role("button", name="Add field")).first
    form.get_by_label("Id").fill("name")
    form.get_by_label("Id").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("There is a field `name` already")
    expect(form.get_by_label("Id")).to_have_value("name")


def test_the_filter_finds_fields_by_every_word(stage: Stage) -> None:
    """Rows with all the words stay, whatever the words are about; Escape brings the others back."""
    page = stage.page
    search = page.get_by_label("Filter fields")
    search.fill("change COLOR text")
    expect(page.get_by_role("row").filter(has=page.get_by_label("Visibility of"))).to_have_count(1)
    expect(page.get_by_role("status").filter(has_text="1 of 9")).to_be_visible()
    expect(page.get_by_label("Value of Color value or name")).to_be_visible()
    search.fill("no such words")
    expect(page.get_by_text("0 of 9")).to_be_visible()
    search.press("Escape")
    expect(page.get_by_label("Value of Your name", exact=True)).to_be_visible()


def test_the_preview_is_the_users_form_and_shows_what_a_call_sends(stage: Stage) -> None:
    """Only what is customizable is in the form; what one tries there shows as what a call would send."""
    page = stage.page
    page.get_by_label("Visibility of Letter").select_option("Set by you")
    page.get_by_text("As the user sees it").click()
    form = page.locator(".workbench-phone")
    expect(form.get_by_text("Letter")).to_have_count(0)
    expect(form.get_by_label("Color value or name, as the user")).to_have_value("blue")
    color = row(page, "Color value or name")
    expect(color).to_contain_text("blue, the default, until the user sets another")
    form.get_by_label("Color value or name, as the user").fill("purple")
    page.keyboard.press("Enter")
    expect(color).to_contain_text("purple, set by the user; it beats the default blue")
    assert stage.widget.connection.step("hue.set_color").field("color").value == "blue"


def test_a_secret_is_set_but_never_shown(stage: Stage) -> None:
    """The page has a mask where a secret is, never the secret; it can be replaced and cleared."""
    page = stage.page
    assert "hush" not in page.content()
    token = page.get_by_label("Value of Token", exact=True)
    expect(token).to_have_value("")
    expect(token).to_have_attribute("type", "password")
    token.fill("new-secret")
    token.press("Enter")
    expect(row(page, "Token")).to_contain_text("••••••")
    assert stage.widget.connection.field("token").value == "new-secret"
    assert "new-secret" not in page.content()
    page.get_by_role("button", name="Clear: Value of Token").click()
    expect(row(page, "Token")).not_to_contain_text("••••••")
    assert stage.widget.connection.field("token").value is None


def test_what_comes_from_outside_is_text_wherever_it_stands(show: Callable[..., Stage]) -> None:
    """Hostile titles, labels, values, options and a line of a megabyte are shown as text, and nothing runs."""
    connection = Connection.new(HOSTILE)
    feature = connection.add_feature(HOSTILE, HOSTILE)
    connection.add_action(feature, "hue.set_color").rename(HOSTILE).field("color").customizable(HOSTILE)
    option = Option(label=HOSTILE, value=HOSTILE, group=HOSTILE)
    kind = FieldType.CHECKBOX_MULTI
    feature.add_field(Field(id="days", label=HOSTILE, type=kind, options=(option,), value=["x"], description=HOSTILE))
    connection.add_configuration(Field(id="long", label="Long", type=FieldType.TEXT_AREA, value="x" * 1_000_000))
    page = show(FieldTable(connection)).page
    page.get_by_text("As the user sees it").click()
    expect(page.get_by_role("heading", name=HOSTILE)).to_be_visible()
    expect(page.get_by_label("Value of Color value or name")).to_have_value(HOSTILE)
    assert page.get_by_label("Value of Long").evaluate("area => area.value.length") == 1_000_000
    assert page.evaluate("window.hurt") is None
    assert page.locator(".workbench-live script").count() == 0


def test_five_hundred_fields_stand_in_tables_of_which_few_are_laid_out(show: Callable[..., Stage]) -> None:
    """All rows are in the page for readers and for search, and each is found by the filter."""
    connection = Connection.new("Many")
    for number in range(500):
        connection.add_configuration(Field(id=f"field_{number}", required=False))
    page = show(FieldTable(connection)).page
    expect(page.get_by_label("Visibility of field_")).to_have_count(500)
    page.get_by_label("Filter fields").fill("field_499")
    expect(page.get_by_label("Value of field_499")).to_be_visible()
    expect(page.get_by_label("Value of field_49", exact=True)).to_be_hidden()
    heads = page.get_by_role("columnheader", name="Visibility").filter(visible=True)
    assert [one.is_visible() for one in heads.all()] == [True]


@in_looks(*IN_LAB_TOO)
def test_it_is_accessible_and_fits(
    look: Look, show: Callable[..., Stage], is_for_everyone: Callable[[Page, str], None]
) -> None:
    """axe-core finds nothing wrong, with problems, forms and preview open, and nothing is wider than the page."""
    connection = every_type()
    connection.step("hue.set_color").field("lights").set_by_you()
    shown = show(FieldTable(connection), **look.options)
    page = shown.page
    page.get_by_text("Add a configuration field").click()
    page.get_by_role("button", name="Edit Days").click()
    page.get_by_text("As the user sees it").click()
    is_for_everyone(page, f"field-table-{look}")
