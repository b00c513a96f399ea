"""Completion in a %%runtime_script cell, from the text before the caret alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.bench import Bench
from workbench.connection.document import Connection
from workbench.connection.fields import Field
from workbench.connection.vocabulary import Vocabulary, vocabulary
from workbench.notebook.cell_completion import choices


def words(name: str = "liked-video-to-sms") -> Vocabulary:
    connection = Connection.sample(name)
    if name == "liked-video-to-sms":
        connection.add_configuration(Field(id="greeting"))
    return vocabulary(connection.definition)


def names(before: str, known: Vocabulary | None = None) -> list[str]:
    return [one.text for one in choices(known or words(), before)[1]]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("Trigger.", ["id", "ingredients"]),
        ("Trigger.ingredients.ti", ["title"]),
        ("console.log(Trigger.ingredients.emb", ["embed_code"]),
        ("Connection.configuration.", ["greeting"]),
        ("const a = 1;\nMeta.currentUserTime.isoWeekd", ["isoWeekday"]),
        ("Meta.currentUserTime.clone().add(1, 'day').startO", ["startOf"]),
        ("moment().isoWeekd", ["isoWeekday"]),
        ("moment.dur", ["duration"]),
        ("perform", ["performQuery"]),
        ('runAction("', ["sms.send_me_text"]),
        ("performQuery( 'youtube.get", ["youtube.get_videos_from_search"]),
        ('runAction("sms.send_me_text", { ', ["fields", "user_feature_id", "user_id"]),
        ('performQuery("youtube.get_videos_from_search", { fields: { a: 1 }, li', ["limit"]),
        ('runAction("sms.send_me_text", {\n  fields: {\n    ', ["message"]),
        ('runAction("sms.send_me_text", { fields: { message: "a", ', []),
        ('switch (a) { case (Trigger.id === "', ["youtube.new_liked_video"]),
        ("// Trigger.", []),
        ('const text = "Trigger.', []),
        ("mine.", []),
        ("mine.Trigger.", []),
        ("", []),
    ],
)
def test_what_fits_the_place_is_offered(before: str, expected: list[str]) -> None:
    """Members, steps, keys, fields and triggers where they belong, and nothing where nothing is known."""
    assert sorted(names(before)) == sorted(expected)


def test_option_tokens_are_offered_for_a_dropdown() -> None:
    """Inside the quotes of a dropdown's value, the tokens of the user stand, each with its label."""
    bench = Bench(Connection.sample("location-and-dropdown"))
    bench.enable("user-17")
    tokens = bench.option_tokens()
    known = vocabulary(bench.connection.definition, tokens)
    _, found = choices(known, 'runAction("hue.dim", { fields: { brightness: "')
    assert [one.text for one in found] == [token for _, token in tokens["action", "hue.dim", "brightness"]]
    assert "option 75 %" in {one.kind for one in found}
    bench.close()


@given(st.text(alphabet="Trigger.ingedtsMa(){}[]\"'`,:/*\n $=\\😀\u2028", max_size=60))
def test_no_text_is_too_strange(before: str) -> None:
    """Whatever stands before the caret, there is an answer, and it continues what stands there."""
    fragment, found = choices(WORDS, before)
    assert before.endswith(fragment)
    assert all(one.text.startswith(fragment) for one in found)


WORDS = words()
