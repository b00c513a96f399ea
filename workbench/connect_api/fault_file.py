"""A faults file: rules written as YAML, with the place of what is wrong.

The format::

    seed: 7                       # may be left out
    faults:
      - status: 429               # and message:, retry_after:
        retry_after: 3
        step: hue.set_color       # every request if left out
        every: 5
      - slow: 250                 # milliseconds
        probability: 0.2
      - reset: after              # `true`: before the step is carried out
        user: user-17
        on: [2, 3]
      - malformed: true           # likewise truncated, expired_cursor, duplicate, out_of_order
        times: 1
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from workbench.connect_api.fault_rules import Rule
from workbench.connect_api.faults import KINDS, Fault, Reset, Slow, Status
from workbench.connection.reading import Source, plain
from workbench.connection.tree import Node, parse, read_text
from workbench.errors import UsageError

_CONDITIONS = ("step", "user", "probability", "on", "every", "times")
_OF_STATUS = ("message", "retry_after")
_BY_NAME = {kind.name: kind for kind in KINDS}
_KEYS = (*_BY_NAME, *_OF_STATUS, *_CONDITIONS)


def read_faults(path: Path, check: Callable[[Rule], None]) -> tuple[int | None, list[Rule]]:
    """The seed, if one is given, and the rules of a faults file.

    Args:
        path: the file.
        check: raises a ``UsageError`` for a rule that names nothing.

    Raises:
        ConnectionFileError: with the place of what is wrong.
    """
    source = Source(path=path)
    root = parse(read_text(path), path=path)
    entries = source.mapping(root, "a faults file", ("seed", "faults"), ("faults",))
    seed = plain(entries["seed"]) if "seed" in entries else None
    if seed is not None and (not isinstance(seed, int) or isinstance(seed, bool)):
        raise source.error("`seed` is a whole number.", entries["seed"])
    return seed, [_rule(source, node, check) for node in source.items(entries["faults"], "`faults`")]


def _rule(source: Source, node: Node, check: Callable[[Rule], None]) -> Rule:
    entries = source.mapping(node, "a fault", _KEYS)
    named = [name for name in entries if name in _BY_NAME]
    if len(named) != 1:
        listed = ", ".join(f"`{name}`" for name in _BY_NAME)
        raise source.error(f"A fault has exactly one of the keys {listed}.", node)
    strange = [name for name in entries if name in _OF_STATUS and named != ["status"]]
    if strange:
        raise source.error(f"`{strange[0]}` belongs to a fault with `status`.", node.keys[strange[0]])
    try:
        rule = Rule(fault=_fault(named[0], entries), **_conditions(entries))  # type: ignore[arg-type]
        check(rule)
    except UsageError as error:
        raise source.error(str(error), node) from None
    return rule


def _conditions(entries: dict[str, Node]) -> dict[str, object]:
    """The conditions, as ``Rule`` takes them and checks them."""
    given: dict[str, object] = {name: plain(entries[name]) for name in _CONDITIONS if name in entries}
    if "on" in given:
        given["on"] = tuple(given["on"]) if isinstance(given["on"], list) else (given["on"],)
    if given.get("user") is not None:
        given["user"] = str(given["user"])
    return given


def _fault(name: str, entries: dict[str, Node]) -> Fault:
    value = plain(entries[name])
    if name == Status.name:
        message = plain(entries["message"]) if "message" in entries else None
        after = plain(entries["retry_after"]) if "retry_after" in entries else None
        if message is not None and not isinstance(message, str):
            raise UsageError(f"`message` is a text, not {message!r}.")
        return Status(value, message, after)  # type: ignore[arg-type]
    if name == Slow.name:
        return Slow(value)  # type: ignore[arg-type]
    if name == Reset.name and value in ("before", "after"):
        return Reset(is_done=value == "after")
    if value is not True:
        also = ", `before` or `after`" if name == Reset.name else ""
        raise UsageError(f"`{name}` takes `true`{also}, not {value!r}.")
    return _BY_NAME[name]()
