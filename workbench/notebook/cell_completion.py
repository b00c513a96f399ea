"""Completion inside a ``%%runtime_script`` cell, for the notebook's own Tab: from the text before the caret.

The script is half written there, so there is no syntax tree; the tokens before the caret tell enough: an open text, a
chain of names, or a key of an object, and which call they are in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from workbench.connection.vocabulary import StepWord, Vocabulary, Word

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))
      | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)
      | (?P<open>["'`](?:[^\n\\]|\\.)*\Z)
      | (?P<name>[A-Za-z_$][\w$]*)
      | (?P<sign>===?|=>|.)""",
    re.VERBOSE | re.DOTALL,
)
_CALLS = {"runAction": "action", "performQuery": "query"}
_PAIRS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True)
class Choice:
    """One thing that may be written: its text, and what it is, for people."""

    text: str
    kind: str


@dataclass
class _Token:
    kind: str
    text: str


@dataclass
class _Bracket:
    """One open bracket: what stood before it, and the tokens in it so far."""

    sign: str
    before: list[_Token]
    inside: list[_Token] = field(default_factory=list)


def choices(words: Vocabulary, before: str) -> tuple[str, list[Choice]]:
    """What may be written after the text ``before`` the caret.

    Returns:
        The fragment that is being written, and what it may become.
    """
    every = [_Token(match.lastgroup or "", match[0]) for match in _TOKEN.finditer(before)]
    last = every[-1] if every else _Token("space", "")
    if last.kind == "comment":
        return "", []
    fragment = last.text if last.kind == "name" else last.text[1:] if last.kind == "open" else ""
    known = every[:-1] if last.kind in ("name", "open") else every
    stack = _open([token for token in known if token.kind not in ("space", "comment")])
    found = _texts(words, stack) if last.kind == "open" else _names(words, stack, fragment)
    return fragment, [one for one in found if one.text.startswith(fragment)]


def _open(tokens: Sequence[_Token]) -> list[_Bracket]:
    """The brackets that are open at the end, the outermost first; a closed one counts as the sign ``()``."""
    stack = [_Bracket("", [])]
    for token in tokens:
        if token.kind == "sign" and token.text in "([{":
            stack.append(_Bracket(token.text, list(stack[-1].inside)))
        elif token.kind == "sign" and token.text in _PAIRS:
            if len(stack) > 1 and stack[-1].sign == _PAIRS[token.text]:
                closed = stack.pop()
                stack[-1].inside.append(_Token("sign", closed.sign + token.text))
        else:
            stack[-1].inside.append(token)
    return stack


def _texts(words: Vocabulary, stack: list[_Bracket]) -> list[Choice]:
    """What a text that has just been opened may be."""
    here = stack[-1]
    kind = _call(here)
    if kind and not here.inside:
        return [Choice(step.name, kind) for step in words.steps if step.kind == kind]
    said = [token.text for token in here.inside[-4:]]
    if said[:3] == ["Trigger", ".", "id"] and said[3:] and said[3].startswith("=="):
        return [Choice(step.name, "trigger") for step in words.steps if step.kind == "trigger"]
    inner = stack[:-1] if here.sign == "[" else stack
    role, step = _object(words, inner)
    key = _key(inner[-1].inside if inner is stack else here.before)
    if role == "fields" and step is not None:
        options = next((one.options for one in step.fields if one.name == key), ())
        return [Choice(one.token, f"option {one.label}") for one in options if one.token]
    return []


def _key(tokens: Sequence[_Token]) -> str:
    """The key whose value begins after these tokens."""
    return tokens[-2].text.strip("\"'") if len(tokens) > 1 and tokens[-1].text == ":" else ""


def _names(words: Vocabulary, stack: list[_Bracket], fragment: str) -> list[Choice]:
    """What a name may be: a member of what stands before a dot, a key of an object, or a global."""
    here = stack[-1].inside
    if here and here[-1].text == ".":
        return [
            Choice(one.name, "function" if one.detail.startswith("(") else "property")
            for one in words.types.get(_type(words, here[:-1]), ())
        ]
    role, step = _object(words, stack)
    if role and (not here or here[-1].text == ","):
        used = {token.text for token, after in pairwise(here) if after.text == ":"}
        if role == "fields":
            return [Choice(one.name, "field") for one in (step.fields if step else ()) if one.name not in used]
        return [Choice(one.name, "property") for one in words.body[role] if one.name not in used]
    return (
        [Choice(one.name, "function" if one.detail.startswith("(") else "module") for one in words.globals]
        if fragment
        else []
    )


def _call(bracket: _Bracket) -> str:
    """The kind of step that is called, action or query, where the bracket is the argument list of a call of a step."""
    if bracket.sign != "(" or not bracket.before or bracket.before[-1].kind != "name":
        return ""
    return _CALLS.get(bracket.before[-1].text, "")


def _object(words: Vocabulary, stack: list[_Bracket]) -> tuple[str, StepWord | None]:
    """What the innermost object literal is: the body of a call ("action", "query"), its "fields", or nothing."""
    if len(stack) < 2 or stack[-1].sign != "{":
        return "", None
    outer = stack[-2]
    kind = _call(outer)
    if kind and len(outer.inside) == 2 and outer.inside[0].kind == "text":
        name = outer.inside[0].text[1:-1]
        return kind, next((one for one in words.steps if (one.name, one.kind) == (name, kind)), None)
    if _key(outer.inside) == "fields":
        role, step = _object(words, stack[:-1])
        return ("fields", step) if role in ("action", "query") else ("", None)
    return "", None


def _type(words: Vocabulary, tokens: Sequence[_Token]) -> str:
    """The type of the chain of names and calls at the end of the tokens."""
    chain: list[str] = []
    for token in reversed(tokens):
        if token.kind == "name" or token.text in (".", "()"):
            chain.insert(0, token.text)
        else:
            break
        if token.kind == "name" and len(chain) > 1 and chain[1] not in (".", "()"):
            chain = chain[1:]
            break
    known: Sequence[Word] = words.globals
    kind = returns = ""
    for part in chain:
        if part == ".":
            known = words.types.get(kind, ())
        elif part == "()":
            kind = returns
        else:
            word = next((one for one in known if one.name == part), None)
            kind, returns = (word.type, word.returns) if word else ("", "")
    return kind
