"""Connection, the one holder that changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from workbench.connection import catalogue, files
from workbench.connection.definition import Action, ConnectionDefinition, Service
from workbench.connection.document import Connection, samples
from workbench.connection.fields import Field, FieldType, Option, Visibility
from workbench.errors import Ambiguous, FieldValueError, UnknownName, UsageError

SCRIPT = """\
const likedVidTitle = Trigger.ingredients.title;

const promise = performQuery("youtube.get_videos_from_search", { fields: {search_query: likedVidTitle}, limit: 3});

promise.then((response) => {
  response.responseBody.data.forEach(video => {
    runAction("sms.send_me_text", { fields: { message: `${video.title} ${video.url}` }});
  });
});
"""


def test_the_samples_are_the_six() -> None:
    """Six samples ship with the package."""
    assert samples() == (
        "hue-blue",
        "hue-favourite",
        "hue-from-the-app",
        "liked-video-to-sms",
        "location-and-dropdown",
        "two-features",
    )


@pytest.mark.parametrize("name", samples())
def test_a_sample_has_no_problem(name: str) -> None:
    """A sample is a connection without any problem, each time a fresh one."""
    connection = Connection.sample(name)
    assert list(connection.problems()) == []
    assert not connection.is_modified
    assert Connection.sample(name).definition == connection.definition


def test_the_example_has_the_documents_script() -> None:
    """The script of the example is the document's, character by character."""
    connection = Connection.sample("liked-video-to-sms")
    assert connection.script == SCRIPT
    message = connection.step("sms.send_me_text").field("message")
    assert message.visibility is Visibility.CUSTOMIZABLE
    assert message.value
    assert all(row.visibility is Visibility.SET_BY_YOU or row.value for row in connection.fields if row.required)


@pytest.mark.parametrize(
    ("name", "visibility"),
    [("hue-blue", "Set by you"), ("hue-favourite", "Customizable by the user"), ("hue-from-the-app", "Set by you")],
)
def test_the_hue_samples_are_the_documents_tables(name: str, visibility: str) -> None:
    """Each of the three tables of the document is a sample."""
    rows = [(row.definition.label, row.visibility.value, row.value) for row in Connection.sample(name).fields]
    assert rows == [("Which lights?", "Customizable by the user", None), ("Color value or name", visibility, "blue")]


def test_fields_are_rows() -> None:
    """Fields have the documented columns, in text, HTML and as a frame; secret values are masked."""
    connection = Connection.sample("location-and-dropdown")
    frame = connection.fields.frame()
    assert list(frame.columns) == ["feature", "kind", "step", "field", "type", "visibility", "value", "required"]
    assert frame["kind"].tolist() == ["configuration", "feature", "trigger", "action", "action", "action", "action"]
    connection.add_configuration(Field(id="token", value="hush", secret=True))
    shown = repr(connection.fields) + connection.fields._repr_html_() + connection._repr_html_()
    shown += repr(connection.field("token")) + repr(connection.fields[1]) + repr(connection.fields.frame())
    assert "token" in shown
    assert "hush" not in shown


def test_a_field_is_set_by_you_or_customizable() -> None:
    """The two settings of a field change visibility and value together."""
    field = Connection.sample("liked-video-to-sms").step("sms.send_me_text").field("message")
    assert (field.set_by_you("hello").visibility, field.value) == (Visibility.SET_BY_YOU, "hello")
    assert (field.customizable(default="hi").visibility, field.value) == (Visibility.CUSTOMIZABLE, "hi")
    assert field.customizable().value is None
    assert repr(field) == "<field message (TEXT_AREA): Customizable by the user, value None>"


@pytest.mark.parametrize("given", ["desk", "Desk", "DESK"], ids=["its value", "its label", "its label in capitals"])
def test_a_dropdown_takes_an_option_by_value_or_label(given: str) -> None:
    """An option is kept by its value, however it was named."""
    field = Connection.sample("hue-blue").step("hue.set_color").field("lights")
    assert field.set_by_you(given).value == "desk"


def test_a_wrong_value_changes_nothing() -> None:
    """A value that the field does not take is refused, and nothing changes."""
    connection = Connection.sample("hue-blue")
    with pytest.raises(FieldValueError, match=r"'desc' is no option of field `lights`\. Did you mean `Desk`\?"):
        connection.step("hue.set_color").field("lights").set_by_you("desc")
    with pytest.raises(FieldValueError, match="takes text, not 5"):
        connection.step("hue.set_color").field("color").set_by_you(5)
    assert not connection.is_modified


NAMES = {
    "a step": (
        lambda c: c.step("hue.set_colour"),
        "Unknown step `hue.set_colour` in 'Hue lights to blue'. Did you mean `hue.set_color`?",
    ),
    "a field": (
        lambda c: c.step("hue.set_color").field("colour"),
        "Unknown field `colour` for hue.set_color. Did you mean `color`?",
    ),
    "a feature": (lambda c: c.feature("Blue light"), "Unknown feature `Blue light`. Did you mean `Blue lights`?"),
    "a configuration field": (
        lambda c: c.field("foo"),
        "Unknown field `foo` in the configuration. There is no field here at all.",
    ),
    "a service to add": (
        lambda c: c.add_service("yotube"),
        "Unknown service `yotube` in the catalogue. Did you mean `youtube`?",
    ),
    "a service to drop": (
        lambda c: c.remove_service("hua"),
        "Unknown service `hua` in 'Hue lights to blue'. Did you mean `hue`?",
    ),
    "an action": (
        lambda c: c.add_action("Blue lights", "hue.dimm"),
        "Unknown action `hue.dimm` in the services of the connection. Did you mean `hue.dim`?",
    ),
    "a sample": (lambda c: Connection.sample("hue-red"), "Unknown sample `hue-red`."),
}


@pytest.mark.parametrize(("ask", "message"), NAMES.values(), ids=NAMES)
def test_unknown_names_say_what_was_meant(ask: object, message: str) -> None:
    """Every name that nothing answers to is met with the nearest one."""
    with pytest.raises(UnknownName) as caught:
        ask(Connection.sample("hue-blue"))  # type: ignore[operator]
    assert str(caught.value).startswith(message)


def test_a_step_in_two_features_asks_which() -> None:
    """A step that two features use is ambiguous until the feature is said, by id or title."""
    connection = Connection.sample("two-features")
    with pytest.raises(Ambiguous, match=r'feature="keepvideo1" \(Keep it\), feature="sharevide0" \(Share it\)'):
        connection.step("sms.send_me_text")
    assert connection.step("sms.send_me_text", feature="Share it").feature.id == "sharevide0"
    step = connection.step("sms.send_me_text", feature="keepvideo1")
    assert connection.step(step.id).definition == step.definition


def test_a_connection_is_built_from_nothing(tmp_path: Path) -> None:
    """From an empty connection to a saved one that has no problem, in a few lines."""
    connection = Connection.new("Blink when I like")
    assert connection.is_modified
    feature = connection.add_feature("Blink")
    connection.add_trigger(feature, "youtube.new_liked_video")
    connection.add_action("Blink", "hue.blink_all").field("lights").set_by_you("All lights")
    connection.script = 'runAction("hue.blink_all");\n'
    assert [service.id for service in connection.definition.services] == ["youtube", "hue"]
    assert list(connection.problems()) == []
    path = connection.save(tmp_path / "blink.yaml")
    assert Connection.load(path).definition == connection.definition
    assert not connection.is_modified


def test_steps_stand_in_the_order_of_the_file() -> None:
    """Steps added in any order stand as triggers, queries, actions, so that saving changes nothing."""
    connection = Connection.new("A")
    connection.add_feature("F")
    connection.add_action("F", "sms.send_me_text")
    connection.add_query("F", "youtube.get_liked_videos")
    connection.add_trigger("F", "sms.receive_message")
    assert [step.kind.value for step in connection.feature("F").steps] == ["trigger", "query", "action"]
    assert files.loads(connection.to_yaml()).definition == connection.definition


def test_parts_are_renamed_moved_and_removed() -> None:
    """Features and steps change their title, place and existence, and keep their ids."""
    connection = Connection.sample("two-features")
    keep = connection.feature("Keep it")
    assert keep.rename("Keep").move(1).id == "keepvideo1"
    assert [feature.title for feature in connection.features] == ["Share it", "Keep"]
    connection.add_action(keep, "hue.dim").move(0).rename("Darker")
    assert [step.label for step in keep.steps] == ["New liked video", "Darker", "Send me an SMS"]
    keep.step("hue.dim").remove()
    with pytest.raises(UsageError, match="`sms` is used in Share it, Keep"):
        connection.remove_service("sms")
    connection.remove_service("hue")
    keep.remove()
    with pytest.raises(UnknownName, match="was removed"):
        _ = keep.title


def test_a_field_of_a_feature_and_of_the_connection() -> None:
    """Features and the connection have fields of their own, which are added, changed and removed."""
    connection = Connection.sample("hue-blue")
    field = Field(id="day", type=FieldType.COLLECTION_SELECT, options=(Option(label="Monday", value="1"),))
    feature = connection.feature("Blue lights")
    assert feature.add_field(field).set_by_you("Monday").value == "1"
    assert connection.add_configuration(field).customizable("1").visibility is Visibility.CUSTOMIZABLE
    with pytest.raises(UsageError, match="a field `day` already"):
        connection.add_configuration(field)
    feature.remove_field("day")
    connection.remove_configuration("day")
    assert connection.definition == Connection.sample("hue-blue").definition


def test_a_service_of_your_own_is_used_like_any_other(tmp_path: Path) -> None:
    """A service that no catalogue has is added as a value and saved inline."""
    connection = Connection.new("Mine")
    connection.add_service(
        Service(
            id="lamp",
            name="Lamp",
            short_name="Lamp",
            url="https://ifttt.com/lamp",
            actions=(Action(id="on", label="On"),),
        )
    )
    connection.add_action(connection.add_feature("F"), "lamp.on")
    assert Connection.load(connection.save(tmp_path / "c.yaml")).definition == connection.definition
    with pytest.raises(UsageError, match="has the service `lamp` already"):
        connection.add_service(catalogue.loads("{id: lamp}"))


def test_observers_hear_every_change_until_stopped() -> None:
    """Edits, undo and redo are told with the definition; a change to the same is no change."""
    heard: list[str] = []
    connection = Connection.new("A")
    stop = connection.observe(lambda definition: heard.append(definition.name))
    connection.name = "B"
    connection.name = "B"
    connection.undo().redo()
    connection.redo()
    stop()
    stop()
    connection.name = "C"
    assert heard == ["B", "A", "B"]


def test_a_failing_observer_silences_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """When one observer fails, the edit stands, the others hear it, and the error is logged, as for a bench."""
    heard: list[str] = []
    connection = Connection.new("A")
    connection.observe(lambda definition: 1 / 0)
    connection.observe(lambda definition: heard.append(definition.name))
    connection.name = "B"
    assert heard == [connection.name] == ["B"]
    assert "ZeroDivisionError" in caplog.text


def test_a_failing_observer_does_not_fail_a_save(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What was written was saved, whatever an observer makes of it; its error is logged, once a save."""
    connection = Connection.sample("hue-blue")
    connection.observe(lambda definition: 1 / 0)
    path = connection.save(tmp_path / "blue.yaml")
    assert connection.save() == path
    assert Connection.load(path).definition == connection.definition
    assert caplog.text.count("ZeroDivisionError: ") == 2


def test_an_observer_is_never_told_of_the_past() -> None:
    """Where one observer edits again, those after it hear of the definition as it is by then, and of no older one."""
    heard: list[str] = []
    connection = Connection.new("A")

    def strip(definition: ConnectionDefinition) -> None:
        connection.name = definition.name.strip()

    connection.observe(strip)
    connection.observe(lambda definition: heard.append(definition.name))
    connection.name = " B "
    assert heard == ["B", "B"]


def test_an_observer_is_stopped_once_and_for_itself_alone() -> None:
    """A callback that is added twice is told twice, until each is stopped; to stop twice harms nobody."""
    heard: list[str] = []
    connection = Connection.new("A")

    def hear(definition: ConnectionDefinition) -> None:
        heard.append(definition.name)

    stop, other = connection.observe(hear), connection.observe(hear)
    connection.name = "B"
    stop()
    stop()
    connection.name = "C"
    other()
    connection.name = "D"
    assert heard == ["B", "B", "C"]


def test_edits_from_many_threads_all_count() -> None:
    """No edit is lost, whichever thread made it."""
    connection = Connection.new("A")
    threads = [threading.Thread(target=lambda: [connection.add_feature("F") for _ in range(20)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(connection.features) == 160
    assert len({feature.id for feature in connection.features}) == 160


@pytest.mark.parametrize("name", ["", "  \n"], ids=["empty", "blank"])
def test_a_connection_needs_a_name(name: str) -> None:
    """A blank name is refused at every door."""
    with pytest.raises(UsageError, match="needs a name"):
        Connection.new(name)
    with pytest.raises(UsageError, match="needs a name"):
        Connection.new("A").name = name


def test_saving_without_a_file_says_how() -> None:
    """A connection without a file asks for one."""
    with pytest.raises(UsageError, match=r'connection\.save\("my\.yaml"\)'):
        Connection.sample("hue-blue").save()


def test_the_looks_are_stable_and_escaped() -> None:
    """The repr is the same each time, and the HTML makes no tag of what a file says."""
    connection = Connection.sample("two-features")
    assert repr(connection) == repr(Connection.sample("two-features"))
    assert repr(connection).splitlines()[0] == "Connection 'Keep and share liked videos' (Tw0Feat5)"
    connection.name = "<script>"
    page = connection._repr_html_()
    assert "<script>" not in page
    assert "not saved" in page


class Editing(RuleBasedStateMachine):
    """Random edits: undo is exact, and what is written reads back."""

    def __init__(self) -> None:
        super().__init__()
        self.connection = Connection.sample("two-features")
        self.past: list[ConnectionDefinition] = [self.connection.definition]

    def _done(self) -> None:
        if self.connection.definition != self.past[-1]:
            self.past.append(self.connection.definition)

    @rule(title=st.sampled_from(["One", "Two", "Three: 3", "# four"]))
    def add(self, title: str) -> None:
        self.connection.add_feature(title)
        self._done()

    @rule(data=st.data(), step=st.sampled_from(["sms.send_me_text", "hue.dim", "hue.set_color"]))
    def add_action(self, data: st.DataObject, step: str) -> None:
        if self.connection.features:
            self.connection.add_action(data.draw(st.sampled_from(self.connection.features)), step)
            self._done()

    @rule(data=st.data(), value=st.sampled_from(["a", "b: c", "true", "12", "x\ny", ""]))
    def set_value(self, data: st.DataObject, value: str) -> None:
        texts = [row for row in self.connection.fields if not row.type.has_options]
        if texts:
            row = data.draw(st.sampled_from(texts))
            self.connection.feature(row.feature_id or "").step(row.step_id or "").field(row.field).set_by_you(value)
            self._done()

    @rule(data=st.data(), position=st.integers(0, 3))
    def move(self, data: st.DataObject, position: int) -> None:
        if self.connection.features:
            data.draw(st.sampled_from(self.connection.features)).move(position)
            self._done()

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        if self.connection.features:
            data.draw(st.sampled_from(self.connection.features)).remove()
            self._done()

    @rule()
    def undo(self) -> None:
        self.connection.undo()
        if len(self.past) > 1:
            self.past.pop()

    @invariant()
    def the_present_is_what_the_history_says(self) -> None:
        assert self.connection.definition == self.past[-1]

    @invariant()
    def the_file_reads_back(self) -> None:
        assert files.loads(self.connection.to_yaml()).definition == self.connection.definition


TestEditing = Editing.TestCase
TestEditing.settings = settings(max_examples=12, stateful_step_count=12)


def test_html_of_an_empty_connection_has_no_empty_tables() -> None:
    """A new connection shows its name and what it lacks; one error is one error."""
    connection = Connection.new("Empty")
    assert "<table" not in connection._repr_html_()
    assert "2 errors: see" in connection._repr_html_()
    connection.add_service("hue")
    assert "1 error: see" in connection._repr_html_()


def test_a_field_of_ones_own_is_renamed_moved_and_removed() -> None:
    """Fields of the configuration and of a feature can be named, ordered and taken away; each is one undo."""
    connection = Connection.sample("hue-blue")
    for name in ("first", "second", "third"):
        connection.add_configuration(Field(id=name))
    connection.field("third").move(0)
    assert [field.id for field in connection.definition.configuration] == ["third", "first", "second"]
    renamed = connection.field("first").rename("prime")
    assert renamed.id == "prime"
    connection.field("second").remove()
    assert [field.id for field in connection.definition.configuration] == ["third", "prime"]
    connection.undo().undo().undo()
    assert [field.id for field in connection.definition.configuration] == ["first", "second", "third"]
    feature = connection.features[0]
    feature.add_field(Field(id="a"))
    feature.add_field(Field(id="b")).move(0).rename("c")
    assert [field.id for field in feature.definition.fields] == ["c", "a"]


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda c: c.field("one").rename("two"), "There is a field `two` already"),
        (lambda c: c.field("one").rename("not an id"), "has letters, digits and underscores"),
        (lambda c: c.add_configuration(Field(id="")), "has letters, digits and underscores"),
        (lambda c: c.step("hue.set_color").field("color").rename("colour"), "come from its service"),
        (lambda c: c.step("hue.set_color").field("color").move(0), "come from its service"),
        (lambda c: c.step("hue.set_color").field("color").remove(), "come from its service"),
    ],
    ids=["a taken id", "no id", "an empty id", "rename a step's", "move a step's", "remove a step's"],
)
def test_what_cannot_be_done_to_a_field_is_refused(edit: object, message: str) -> None:
    """Ids stay unique and readable, the fields of a step stay its service's, and nothing changes."""
    connection = Connection.sample("hue-blue")
    connection.add_configuration(Field(id="one"))
    connection.add_configuration(Field(id="two"))
    before = connection.definition
    with pytest.raises(UsageError, match=message):
        edit(connection)  # type: ignore[operator]
    assert connection.definition == before


def test_a_connection_knows_whether_there_is_something_to_undo() -> None:
    """`can_undo` and `can_redo` say what `undo` and `redo` would do."""
    connection = Connection.sample("hue-blue")
    assert (connection.can_undo, connection.can_redo) == (False, False)
    connection.description = "Blue."
    assert (connection.can_undo, connection.can_redo) == (True, False)
    connection.undo()
    assert (connection.can_undo, connection.can_redo) == (False, True)


def test_a_save_is_told_to_the_observers(tmp_path: Path) -> None:
    """Who shows whether there are unsaved changes hears of a save, after it."""
    connection = Connection.sample("hue-blue")
    connection.description = "Blue."
    seen: list[bool] = []
    connection.observe(lambda _: seen.append(connection.is_modified))
    connection.save(tmp_path / "blue.yaml")
    assert seen == [False]


def test_an_observer_may_wait_for_a_thread_that_edits() -> None:
    """Observers are told without any lock held, so an observer that waits for another thread's edit gets it."""
    connection = Connection.sample("hue-blue")

    def observer(_: ConnectionDefinition) -> None:
        stop()
        thread = threading.Thread(target=lambda: setattr(connection, "description", "from another thread"))
        thread.start()
        thread.join(10)
        assert not thread.is_alive()

    stop = connection.observe(observer)
    feature = connection.add_feature("One more")
    assert connection.description == "from another thread"
    stop = connection.observe(observer)
    connection.description = ""
    stop = connection.observe(observer)
    connection.add_action(feature, "hue.turn_on_all")
    assert connection.description == "from another thread"


def test_the_owner_is_the_first_service_unless_another_is_named() -> None:
    """The service that owns the connection can be chosen among its services, undone, and is kept in the file."""
    connection = Connection.sample("liked-video-to-sms")
    assert connection.primary_service == "youtube"
    connection.primary_service = "sms"
    assert Connection.loads(connection.to_yaml()).primary_service == "sms"
    connection.primary_service = "youtube"
    assert connection.definition.primary_service is None
    with pytest.raises(UnknownName, match="Did you mean `sms`"):
        connection.primary_service = "smss"
    assert Connection.new("Empty").primary_service is None


def test_a_step_brings_its_service_along_from_those_offered() -> None:
    """A service of your own comes with its first step, in one edit, and stands inline in the file."""
    lamp = catalogue.loads("{id: lamp, actions: [{id: turn_on, fields: [{id: room}]}]}")
    connection = Connection.new("Lamp")
    feature = connection.add_feature("On")
    step = connection.add_step(feature, "action", "lamp.turn_on", offered=[lamp])
    assert step.field("room").id == "room"
    assert Connection.loads(connection.to_yaml()).definition == connection.definition
    connection.undo()
    assert connection.definition.services == ()


def test_a_problem_names_its_place_by_ids() -> None:
    """Whoever shows problems beside what they are about finds the place in `key`."""
    connection = Connection.sample("hue-blue")
    connection.step("hue.set_color").field("color").set_by_you()
    step = connection.step("hue.set_color")
    assert [one.key for one in connection.problems()] == [("features", "b1uel1ghts", step.definition.id, "color")]


def test_edits_and_undo_from_many_threads_lose_nothing() -> None:
    """However edits, undo and redo mix, each step of the history is one that was made, once."""
    from concurrent.futures import ThreadPoolExecutor

    connection = Connection.new("Mine")

    def work(number: int) -> None:
        for turn in range(40):
            connection.description = f"{number}.{turn}"
            if turn % 3 == number % 3:
                connection.undo().redo()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    steps = [connection.description]
    while connection.can_undo:
        steps.append(connection.undo().description)
    assert len(steps) == len(set(steps))


def test_of_two_saves_at_once_one_is_told_that_the_file_changed(tmp_path: Path) -> None:
    """Two holders of one file that save at the same time: the later one is refused, and no edit is lost in silence."""
    from concurrent.futures import ThreadPoolExecutor

    from workbench.errors import FileChanged

    path = tmp_path / "mine.yaml"
    for turn in range(10):
        Connection.new("Mine").save(path, overwrite=True)
        holders = [Connection.load(path), Connection.load(path)]
        for number, holder in enumerate(holders):
            holder.description = f"{turn}.{number}"

        def save(holder: Connection) -> bool:
            try:
                holder.save()
            except FileChanged:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(save, holders)) == [False, True]


@pytest.mark.parametrize("member", ["name", "description", "script"])
@pytest.mark.parametrize("given", [5, True, float("nan"), b"text", ["text"]], ids=repr)
def test_what_is_no_text_is_refused(member: str, given: object) -> None:
    """Name, description and script take a text; anything else is refused in words, and nothing is changed."""
    connection = Connection.sample("hue-blue")
    before = connection.definition
    with pytest.raises(UsageError, match=rf"A connection's {member} is a text, not .*Give it as a str"):
        setattr(connection, member, given)
    assert connection.definition is before
    assert "Hue lights to blue" in repr(connection)


@pytest.mark.parametrize(
    ("what", "give"),
    [
        ("A feature's title", lambda connection: connection.add_feature(5)),
        ("A feature's title", lambda connection: connection.features[0].rename(5)),
        ("A feature's description", lambda connection: connection.add_feature("F", 5)),
        ("A feature's description", lambda connection: connection.features[0].describe(5)),
        ("A step's label", lambda connection: connection.step("hue.set_color").rename(5)),
        ("The id of a field", lambda connection: connection.add_configuration(Field(id=5))),  # type: ignore[arg-type]
    ],
    ids=["title of a new feature", "title", "description of a new feature", "description", "label", "id"],
)
def test_what_people_read_is_a_text(what: str, give: Callable[[Connection], object]) -> None:
    """Titles, descriptions, labels and ids take a text; anything else is refused in words, and nothing is changed."""
    connection = Connection.sample("hue-blue")
    before = connection.definition
    with pytest.raises(UsageError, match=f"{what} is a text, not 5"):
        give(connection)
    assert connection.definition is before


def test_only_a_script_may_be_none() -> None:
    """None takes the script away; a name and a description cannot be None."""
    connection = Connection.sample("liked-video-to-sms")
    with pytest.raises(UsageError, match="description is a text, not None"):
        connection.description = None  # type: ignore[assignment]
    with pytest.raises(UsageError, match="name is a text, not None"):
        connection.name = None  # type: ignore[assignment]
    connection.script = None
    assert connection.script is None
