"""The rules that say when a fault strikes, and what has been struck.

Rules of this file:

* A fault strikes a request that would have been accepted: after key, user and fields were checked.
* A rule counts the requests it fits; its draws depend on seed, rule and count, and on nothing else.
* Of the rules that strike one request the delays add up, and of the others the first decides.
"""

from __future__ import annotations

import math
import reprlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from workbench.connect_api.faults import KINDS, ExpiredCursor, Fault, Slow, is_whole
from workbench.connect_api.samples import Draw
from workbench.errors import UnknownName, UsageError
from workbench.frames import Column, Rows, Schema
from workbench.observers import Observers, Stop

FAULTS = Schema(
    "faults",
    Column("number", "int64"),
    Column("fault", "str"),
    Column("step", "str"),
    Column("user", "str"),
    Column("strikes", "str"),
    Column("seen", "int64"),
    Column("struck", "int64"),
)

_FINE = 2**53


@dataclass(frozen=True, kw_only=True)
class Rule:
    """When a fault strikes; every condition that is given must hold.

    Attributes:
        step: ``service.step``, a webhook (``connection/enabled``), ``METHOD /path``, or a pattern of those with ``*``.
        user: only requests for this user.
        probability: how often, from 0 to 1, drawn by seed.
        on: the first request it fits is 1, and so on: only these.
        every: every so many.
        times: at most so often.
        number: what ``Faults`` calls it.
    """

    fault: Fault
    step: str = "*"
    user: str | None = None
    probability: float = 1.0
    on: tuple[int, ...] = ()
    every: int | None = None
    times: int | None = None
    number: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.fault, Fault):
            names = ", ".join(kind.__name__ for kind in KINDS)
            raise UsageError(f"{self.fault!r} is no fault. There is: {names}.")
        if not isinstance(self.step, str):
            raise UsageError(
                f"`step` is a text, not {reprlib.repr(self.step)}. Write `service.step` (`hue.set_color`), a pattern "
                "(`hue.*`), a webhook (`connection/enabled`) or `METHOD /path`."
            )
        if not isinstance(self.probability, int | float) or not 0 <= self.probability <= 1:
            raise UsageError(f"`probability` is a number from 0 to 1, not {self.probability!r}.")
        for name in ("every", "times"):
            value = getattr(self, name)
            if value is not None and not (is_whole(value) and value >= 1):
                raise UsageError(f"`{name}` is a whole number from 1, not {value!r}.")
        if not isinstance(self.on, tuple) or not all(is_whole(one) and one >= 1 for one in self.on):
            given = list(self.on) if isinstance(self.on, tuple) else self.on
            raise UsageError(f"`on` lists whole numbers from 1, the first request being 1, not {given!r}.")

    def fits(self, names: Iterable[str], user: str | None) -> bool:
        """Whether a request or webhook of these names and this user is one that the rule counts."""
        if self.user is not None and self.user != user:
            return False
        return self.step == "*" or any(fnmatchcase(name, self.step) for name in names)

    def strikes(self, seen: int, struck: int, seed: int) -> bool:
        """Whether it strikes the ``seen``-th request it fits, having struck ``struck`` times."""
        if (self.times is not None and struck >= self.times) or (self.on and seen not in self.on):
            return False
        if self.every is not None and seen % self.every:
            return False
        return self.probability >= 1 or Draw("fault", seed, self.number, seen).below(_FINE) < self.probability * _FINE

    @property
    def when(self) -> str:
        """The conditions in words."""
        parts = [f"{self.probability:.0%} of them"] if self.probability < 1 else []
        parts += [f"on {', '.join(map(str, self.on))}"] if self.on else []
        parts += [f"every {self.every}"] if self.every is not None else []
        parts += [f"at most {self.times} times" if self.times > 1 else "once"] if self.times is not None else []
        return "; ".join(parts) or "always"


@dataclass(frozen=True, kw_only=True)
class Blow:
    """What strikes one request: a delay, and at most one fault that changes the answer."""

    delay_ms: float = 0.0
    fault: Fault | None = None

    @property
    def text(self) -> str:
        """What the log's ``fault`` column says."""
        slow = [Slow(self.delay_ms).text] if self.delay_ms else []
        return "; ".join([*slow, *([self.fault.text] if self.fault is not None else [])])


class Faults(Rows[Rule]):
    """The faults of a bench: what may go wrong, and how often it did.

    Args:
        seed: another seed draws otherwise.
        names: the steps and webhooks that a rule may name; any, if not given.
        requests: the requests, as ``METHOD /path``, that a rule may name too.

    >>> from workbench.connect_api.faults import Status
    >>> faults = Faults()
    >>> rule = faults.add(Status(429, retry_after=3), every=2)
    >>> [faults.strike(["hue.dim"], None) is not None for _ in range(4)]
    [False, True, False, True]
    """

    schema = FAULTS

    def __init__(
        self,
        seed: int = 0,
        names: Callable[[], Iterable[str]] | None = None,
        requests: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        self.seed = seed
        self._names, self._requests = names, requests
        self._lock = threading.Lock()
        self._last = 0
        self._rules: dict[int, Rule] = {}
        self._seen: dict[int, int] = {}
        self._struck: dict[int, int] = {}
        self._observers = Observers()

    # --- rules ----------------------------------------------------------------------------------------------------

    def add(
        self,
        fault: Fault,
        *,
        step: str = "*",
        user: object = None,
        probability: float = 1.0,
        on: Sequence[int] | int = (),
        every: int | None = None,
        times: int | None = None,
    ) -> Rule:
        """From now on the fault strikes when every condition that is given holds.

        Args:
            fault: ``Status(502)``, ``Slow(250)``, ``Malformed()``, ``Truncated()``, ``Reset()``, ``ExpiredCursor()``,
                ``Duplicate()`` or ``OutOfOrder()``.
            step: ``service.step``, a webhook, ``METHOD /path``, or a pattern with ``*``; every request if not given.
            user: a user or their id.
            probability: how often, from 0 to 1.
            on: which of the requests it fits, the first being 1.
            every: every so many of them.
            times: at most so often.

        Raises:
            UnknownName: the connection has no such step, or nothing that the pattern fits; says what there is.
            UsageError: a condition makes no sense.
        """
        user_id = None if user is None else str(getattr(user, "id", user))
        ons: Any = (on,) if isinstance(on, int) else tuple(on) if isinstance(on, Iterable) else on  # a Rule checks it
        return self._added(
            Rule(fault=fault, step=step, user=user_id, probability=probability, on=ons, every=every, times=times)
        )

    def load(self, path: str | Path) -> list[Rule]:
        """Add the rules of a faults file: all of them, or none if one is wrong. Its ``seed`` replaces ours.

        Raises:
            ConnectionFileError: with the place of what is wrong.
        """
        from workbench.connect_api.fault_file import read_faults  # noqa: PLC0415 - YAML is slow to import

        seed, rules = read_faults(Path(path), self._check_step)
        self.seed = self.seed if seed is None else seed
        return [self._added(rule) for rule in rules]

    def _added(self, rule: Rule) -> Rule:
        self._check_step(rule)
        with self._lock:
            self._last += 1
            numbered = replace(rule, number=self._last)
            self._rules = {**self._rules, numbered.number: numbered}
            self._seen[numbered.number] = self._struck[numbered.number] = 0
        self._observers.tell()
        return numbered

    def _check_step(self, rule: Rule) -> None:
        """See to it that the rule names something that the connection has: else it would never strike."""
        if self._names is None or rule.step == "*":
            return
        known = list(self._names())
        if not rule.fits((*known, *self._requests()), rule.user):
            is_pattern = any(mark in rule.step for mark in "*?[")
            where = f"for a fault{': the pattern fits nothing in this connection' * is_pattern}"
            raise UnknownName("step", rule.step, known, where=where)

    def remove(self, rule: Rule | int) -> None:
        """Take one rule away, by itself or its number.

        Raises:
            UnknownName: there is no such rule.
        """
        number = rule.number if isinstance(rule, Rule) else rule
        with self._lock:
            if number not in self._rules:
                raise UnknownName("fault", str(number), [str(one) for one in self._rules])
            self._rules = {one: kept for one, kept in self._rules.items() if one != number}
        self._observers.tell()

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self._rules = {}
        self._observers.tell()

    def observe(self, callback: Callable[[], object]) -> Stop:
        """Call ``callback()`` after a rule came or went; gives what stops it."""
        return self._observers.add(callback)

    def restart(self) -> None:
        """Count from the beginning, so that the same requests meet the same faults again."""
        with self._lock:
            self._seen, self._struck = dict.fromkeys(self._rules, 0), dict.fromkeys(self._rules, 0)

    # --- striking -------------------------------------------------------------------------------------------------

    def strike(
        self, names: Sequence[str], user: str | None, has_cursor: Callable[[], bool] = lambda: False
    ) -> Blow | None:
        """What strikes a request, if anything does.

        Args:
            names: what the request may be called: its step, its method and path.
            user: the user it is for.
            has_cursor: whether it carries a cursor; asked only where a rule wants to know.
        """
        if not self._rules:
            return None
        struck: list[Fault] = []
        with self._lock:
            for rule in self._fitting(names, user, of_webhooks=False):
                if isinstance(rule.fault, ExpiredCursor) and not has_cursor():
                    continue
                is_beaten = not isinstance(rule.fault, Slow) and any(not isinstance(one, Slow) for one in struck)
                if self._turn(rule, is_beaten=is_beaten):
                    struck.append(rule.fault)
        slow = math.fsum(one.ms for one in struck if isinstance(one, Slow))
        rest = [one for one in struck if not isinstance(one, Slow)]
        return Blow(delay_ms=slow, fault=rest[0] if rest else None) if struck else None

    def strike_webhook(self, names: Sequence[str], user: str | None) -> tuple[Fault, ...]:
        """What strikes a webhook."""
        if not self._rules:
            return ()
        with self._lock:
            fitting = self._fitting(names, user, of_webhooks=True)
            return tuple(rule.fault for rule in fitting if self._turn(rule, is_beaten=False))

    def _fitting(self, names: Sequence[str], user: str | None, *, of_webhooks: bool) -> list[Rule]:
        return [
            rule for rule in self._rules.values() if rule.fault.is_of_webhooks == of_webhooks and rule.fits(names, user)
        ]

    def _turn(self, rule: Rule, *, is_beaten: bool) -> bool:
        """Count a request that the rule fits, and say whether it strikes; under the lock."""
        self._seen[rule.number] += 1
        if is_beaten or not rule.strikes(self._seen[rule.number], self._struck[rule.number], self.seed):
            return False
        self._struck[rule.number] += 1
        return True

    # --- rows -----------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._rules)

    def __iter__(self) -> Iterator[Rule]:
        return iter(tuple(self._rules.values()))

    def row(self, item: Rule) -> dict[str, Any]:
        """One rule as a row, with how many requests it saw and struck."""
        return {
            "number": item.number,
            "fault": item.fault.text,
            "step": item.step,
            "user": item.user,
            "strikes": item.when,
            "seen": self._seen.get(item.number, 0),
            "struck": self._struck.get(item.number, 0),
        }
