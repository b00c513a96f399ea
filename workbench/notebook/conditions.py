"""The conditions under which events are fired, as widgets share them: the bench's clock, and what goes wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import traitlets

from workbench.bench import Bench
from workbench.clock import DEFAULT_ZONE, zone
from workbench.connect_api.faults import ExpiredCursor, Fault, Malformed, Reset, Slow, Status, Truncated
from workbench.connect_api.responses import CODES
from workbench.connection.definition import StepKind
from workbench.errors import UsageError
from workbench.notebook.soon import Soon
from workbench.notebook.widget import WorkbenchWidget, weakly

_STATUSES = (400, 401, 403, 404, 422, 429, 500, 502, 503, 504)
_OTHERS: dict[str, tuple[str, Fault]] = {
    "reset": ("No answer: the connection is reset", Reset()),
    "reset after": ("No answer, but the step was carried out", Reset(is_done=True)),
    "malformed": ("An answer that is no JSON", Malformed()),
    "truncated": ("An answer that is cut off", Truncated()),
    "expired cursor": ("An expired cursor", ExpiredCursor()),
}
_OFTEN: dict[str, tuple[str, dict[str, Any]]] = {
    "always": ("every time", {}),
    "once": ("once", {"times": 1}),
    "every 2": ("every second time", {"every": 2}),
    "every 5": ("every fifth time", {"every": 5}),
    "chance": ("one time in five, by chance", {"probability": 0.2}),
}


class Conditions(WorkbenchWidget):
    """A widget that shows and sets the clock and the faults of a bench.

    Attributes:
        bench: the bench.
        clock: ``now`` (ms since the epoch), ``frozen``, ``zone`` (whose time is shown) and ``local`` (that time).
        faults: the rules in force: ``number``, ``text``, ``where``, ``when``, ``seen``, ``struck``.
        offers: what a new fault can be: ``kinds``, ``steps`` and ``often``, as ``value`` and ``label``.
    """

    clock = traitlets.Dict().tag(sync=True)
    faults = traitlets.List(traitlets.Dict()).tag(sync=True)
    offers = traitlets.Dict().tag(sync=True)

    def __init__(self, bench: Bench, **traits: Any) -> None:
        super().__init__(**traits)
        self.bench = bench
        soon = self.soon = Soon(weakly(self, "refresh"))
        self.until_closed(bench.observe(soon))
        self.until_closed(bench.connection.observe(soon))
        self.until_closed(soon.stop)
        self.refresh()

    @property
    def shown_zone(self) -> str:
        """Whose time is shown: the zone of the first user, unless a widget has one chosen."""
        users = self.bench.emulator.user_connections()
        return users[0].timezone if users else DEFAULT_ZONE

    def refresh(self) -> None:
        """Show the bench as it is now; from any thread."""
        with self.visible_errors(), self._lock:
            self._refresh()
        self.mirror_changed()

    def _refresh(self) -> None:
        clock, name = self.bench.clock, self.shown_zone
        now = clock.now()
        local = now.astimezone(zone(name)).replace(tzinfo=None).isoformat(timespec="seconds")
        self.clock = {"now": now.timestamp() * 1_000, "frozen": clock.is_frozen, "zone": name, "local": local}
        rules = self.bench.faults
        self.faults = [
            {
                "number": rule.number,
                "text": rule.fault.text,
                "where": ("every step" if rule.step == "*" else rule.step) + (f", {rule.user}" if rule.user else ""),
                "when": rule.when,
                "seen": rules.row(rule)["seen"],
                "struck": rules.row(rule)["struck"],
            }
            for rule in rules
        ]
        self.offers = self._offers()

    def _offers(self) -> dict[str, Any]:
        steps = dict.fromkeys(
            step.step
            for _, step in self.bench.connection.definition.feature_steps()
            if step.kind is not StepKind.TRIGGER
        )
        return {
            "kinds": [
                *({"value": f"status {one}", "label": f"{one} {CODES[one].replace('_', ' ')}"} for one in _STATUSES),
                {"value": "slow", "label": "An answer that is slow"},
                *({"value": name, "label": label} for name, (label, _) in _OTHERS.items()),
            ],
            "steps": [{"value": step, "label": step} for step in steps],
            "often": [{"value": name, "label": label} for name, (label, _) in _OFTEN.items()],
        }

    # --- the clock ----------------------------------------------------------------------------------------------------

    def do_freeze(self, at: str | None = None) -> None:
        """Let the clock stand still: now, or at a moment as the shown zone has it (``2026-03-29T01:30``)."""
        self.bench.clock.freeze(self._moment(at) if at else None)
        self.refresh()

    def do_move(self, seconds: float) -> None:
        """Move the clock by so many seconds."""
        self.bench.clock.move(timedelta(seconds=seconds))
        self.refresh()

    def do_run(self) -> None:
        """Let the clock run on from where it stands."""
        self.bench.clock.run()
        self.refresh()

    def do_reset(self) -> None:
        """Let the clock run with the machine's again."""
        self.bench.clock.reset()
        self.refresh()

    def _moment(self, at: str) -> datetime:
        try:
            moment = datetime.fromisoformat(at)
        except ValueError:
            raise UsageError(f"`{at}` is no moment. Write it like `2026-03-29T01:30:00`.") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=zone(self.shown_zone))

    # --- faults -------------------------------------------------------------------------------------------------------

    def do_add_fault(self, kind: str, step: str = "", often: str = "always", ms: float = 1_000) -> None:
        """Let something go wrong from now on: what, in which step ("" is every one), how often; ``offers`` has them."""
        if often not in _OFTEN:
            raise UsageError(f"`{often}` is not one of {', '.join(_OFTEN)}.")
        self.bench.faults.add(_fault(kind, ms), step=step or "*", **_OFTEN[often][1])
        self.refresh()

    def do_remove_fault(self, number: int) -> None:
        """Take one rule away."""
        self.bench.faults.remove(number)
        self.refresh()

    def do_clear_faults(self) -> None:
        """Nothing goes wrong any more."""
        self.bench.faults.clear()
        self.refresh()


def _fault(kind: str, ms: float) -> Fault:
    if kind == "slow":
        return Slow(ms)
    if kind in _OTHERS:
        return _OTHERS[kind][1]
    name, _, status = kind.partition(" ")
    if name != "status" or not status.isdigit():
        raise UsageError(f"`{kind}` is no kind of fault.")
    return Status(int(status))
