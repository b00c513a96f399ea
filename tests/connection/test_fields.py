"""Which value a field has for one call, and why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.connection.document import Connection
from workbench.connection.fields import Field, FieldType, Json, Source, Visibility, decide

YOU, USER = Visibility.SET_BY_YOU, Visibility.CUSTOMIZABLE


@pytest.mark.parametrize(
    ("visibility", "value", "user", "call", "winner", "losers"),
    [
        (YOU, "blue", {}, {}, (Source.YOU, "blue"), []),
        (YOU, "blue", {}, {"color": "purple"}, (Source.CALL, "purple"), [(Source.YOU, "blue")]),
        (YOU, "blue", {"color": "red"}, {}, (Source.YOU, "blue"), []),
        (YOU, None, {}, {}, None, []),
        (USER, "blue", {}, {}, (Source.DEFAULT, "blue"), []),
        (USER, "blue", {"color": "red"}, {}, (Source.USER, "red"), [(Source.DEFAULT, "blue")]),
        (
            USER,
            "blue",
            {"color": "red"},
            {"color": "purple"},
            (Source.CALL, "purple"),
            [(Source.USER, "red"), (Source.DEFAULT, "blue")],
        ),
        (USER, None, {"color": "red"}, {"color": None}, (Source.CALL, None), [(Source.USER, "red")]),
    ],
    ids=[
        "set by you",
        "set by you, the call overrides",
        "set by you, no user can",
        "set by you to nothing",
        "the default",
        "the user's own",
        "the call before user and default",
        "a call may say null",
    ],
)
def test_the_strongest_source_wins_and_the_losers_are_kept(
    visibility: Visibility,
    value: Json,
    user: dict[str, Json],
    call: dict[str, Json],
    winner: tuple[Source, Json] | None,
    losers: list[tuple[Source, Json]],
) -> None:
    """The call beats the user, the user beats you, and who lost is on record with the rule."""
    found = decide(Field(id="color", visibility=visibility, value=value), call=call, user=user)
    assert (found.winner and (found.winner.source, found.winner.value)) == winner
    assert [(loser.source, loser.value) for loser in found.losers] == losers
    assert found.rule.endswith(".")
    assert found.is_override == bool(call)


@given(
    st.sampled_from(Visibility),
    st.none() | st.text(),
    st.dictionaries(st.just("f"), st.text()),
    st.dictionaries(st.just("f"), st.text()),
)
def test_whatever_a_call_says_is_what_it_gets(
    visibility: Visibility, value: str | None, user: dict[str, Json], call: dict[str, Json]
) -> None:
    """A value in the call always wins, and a hidden field never takes a user's value."""
    found = decide(Field(id="f", visibility=visibility, value=value), call=call, user=user)
    if call:
        assert found.winner is not None
        assert found.winner.value == call["f"]
    sources = [one.source for one in (*filter(None, [found.winner]), *found.losers)]
    assert visibility is USER or Source.USER not in sources
    assert len(set(sources)) == len(sources)


@pytest.mark.parametrize("sample", ["hue-blue", "hue-favourite", "hue-from-the-app"])
def test_purple_overrides_in_every_hue_table(sample: str) -> None:
    """The document's `{"fields": {"color": "purple"}}` beats blue, whichever table set it."""
    color = Connection.sample(sample).step("hue.set_color").field("color").definition
    plain, purple = decide(color, call={}, user={}), decide(color, call={"color": "purple"}, user={})
    assert (plain.winner and plain.winner.value, purple.winner and purple.winner.value) == ("blue", "purple")
    assert [loser.value for loser in purple.losers] == ["blue"]


def test_types_know_what_they_are() -> None:
    """Three types have options, six are locations, two are text."""
    assert sum(kind.has_options for kind in FieldType) == 3
    assert sum(kind.is_location for kind in FieldType) == 6
    assert [kind for kind in FieldType if not kind.has_options and not kind.is_location] == ["TEXT_FIELD", "TEXT_AREA"]
