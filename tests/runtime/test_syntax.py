"""What the syntax tree says of calls, and where: at the text itself, or at the call where it is no literal."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.runtime.runner import Runner
from workbench.runtime.syntax import ScriptCall


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner(spares=1) as made:
        yield made


def only_call(runner: Runner, source: str) -> ScriptCall:
    """The one call of a script."""
    (call,) = runner.syntax(source).calls
    return call


LITERALS = {
    "identifiers": ('/* — */ runAction("a.b", { fields: { color: 1, lamp } });', ["color", "lamp"]),
    "texts as keys": ("runAction('a.b',\n  {\"fields\": {\n  'color': 1}});", ["color"]),
    "numbers as keys": ("runAction('a.b', { fields: { 0x10: 1 } });", ["16"]),
    "literals in brackets": ("runAction(`a.b`, { ['fields']: 0, fields: { [`color`]: 1 } });", ["color"]),
    "methods": ("runAction('a.b', { fields: { async color() {} } });", ["color"]),
    "a constant of its own": ("const fields = {\n  color: 1 };\nrunAction('a.b', { fields });", ["color"]),
    "U+2028 ends a line too": ("// \u2028runAction('a.b', {\r\nfields: { color: 1 } });", ["color"]),
}


@pytest.mark.parametrize(("source", "fields"), LITERALS.values(), ids=LITERALS)
def test_what_is_written_is_placed_where_it_is_written(runner: Runner, source: str, fields: list[str]) -> None:
    """The id and every key of a call are found at the characters that say them."""
    call = only_call(runner, source)
    assert call.step == "a.b"
    assert at(source, call.step_place)[1:].startswith("a.b")
    assert list(call.fields or {}) == fields
    for name, place in (call.fields or {}).items():
        assert at(source, place).lstrip("'`").startswith(name if name != "16" else "0x10")
    assert at(source, (call.body_keys or {})["fields"]).lstrip("'\"").startswith("fields")
    assert at(source, (call.line, call.column)).startswith("runAction")


COMPUTED = {
    "a constant as a key": "const KEY = 'color';\n runAction('a.b', { fields: { [KEY]: 1 } });",
    "a sum as a key": "\n runAction('a.b', { fields: { ['col' + 'or']: 1 } });",
}


@pytest.mark.parametrize("source", COMPUTED.values(), ids=COMPUTED)
def test_a_key_that_is_no_literal_is_placed_at_the_call(runner: Runner, source: str) -> None:
    """What is known of a key by way of a constant has no text of its own to mark."""
    assert only_call(runner, source).fields == {"color": (2, 2)}


@pytest.mark.parametrize("step", ["STEP", "'a.' + 'b'"])
def test_an_id_that_is_no_literal_is_placed_at_the_call(runner: Runner, step: str) -> None:
    """So is an id that is a constant or put together."""
    call = only_call(runner, f"const STEP = 'a.b';\n performQuery({step}, {{ limit: 3 }});")
    assert (call.step, call.step_place) == ("a.b", (2, 2))
    assert call.body_keys == {"limit": (2, 19 + len(step))}


def test_what_is_computed_is_not_told(runner: Runner) -> None:
    """Spread arguments, spread objects and keys of the moment are unknown, not empty."""
    assert only_call(runner, "const a = [];\nrunAction(...a);").step is None
    assert only_call(runner, "const a = {};\nrunAction('a.b', { fields: { ...a } });").fields is None
    assert only_call(runner, "let a = '';\nrunAction('a.b', { fields: { [a]: 1 } });").fields is None
    assert only_call(runner, "runAction(Trigger.id, Trigger.ingredients);").body_keys is None


def test_a_key_given_twice_is_placed_at_its_first(runner: Runner) -> None:
    """One field is one entry."""
    assert only_call(runner, "runAction('a.b', { fields: { a: 1, a: 2 } });").fields == {"a": (1, 30)}


@settings(max_examples=40)
@given(
    st.text(alphabet=" \n\r\t\u2028;", max_size=12),
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), min_size=1, max_size=4, unique=True),
)
def test_any_keys_are_placed_at_their_texts(runner: Runner, before: str, names: list[str]) -> None:
    """Whatever stands before them and however they are spelt, keys are where their texts begin."""
    names = [name for name in names if name != "__proto__"] or ["a"]
    keys = [json.dumps(name) for name in names]
    source = f"{before}runAction('a.b', {{ fields: {{{', '.join(f'{key}: 1' for key in keys)}}} }});"
    fields = only_call(runner, source).fields
    assert list(fields or {}) == names
    for key, place in zip(keys, (fields or {}).values(), strict=True):
        assert at(source, place).startswith(key)


def at(source: str, place: tuple[int, int]) -> str:
    """The source from a place on; lines end as JavaScript ends them, columns count UTF-16 units."""
    line, column = place
    ahead = source
    for _ in range(line - 1):
        ends = [(ahead.index(end), len(end)) for end in ("\r\n", "\n", "\r", "\u2028", "\u2029") if end in ahead]
        found, length = min(ends, key=lambda one: (one[0], -one[1]))
        ahead = ahead[found + length :]
    return ahead.encode("utf-16-le", "surrogatepass")[2 * (column - 1) :].decode("utf-16-le", "surrogatepass")
