"""The one clock of a bench, and time zones by their IANA and Rails names.

Everything that asks for "now" (``Meta.currentUserTime``, ``Date``, log stamps, webhooks, cursors, expiry)
asks the bench's clock, so that moving it moves them all.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from workbench.errors import UnknownName, UsageError

DEFAULT_ZONE = "America/Los_Angeles"
"""Connect API page, webhooks: a user's zone is "Pacific Time (US & Canada)" unless they chose another."""


class Clock:
    """The bench's "now": runs with the machine's clock unless frozen or moved.

    >>> clock = Clock()
    >>> clock.freeze("2026-03-29T00:59:59+00:00").now().isoformat()
    '2026-03-29T00:59:59+00:00'
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._offset = 0.0
        self._frozen: float | None = None

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        return datetime.fromtimestamp(self.timestamp(), UTC)

    def timestamp(self) -> float:
        """The present moment in seconds since the epoch."""
        with self._lock:
            return self._frozen if self._frozen is not None else time.time() + self._offset

    def now_ms(self) -> float:
        """The present moment in milliseconds since the epoch, whole."""
        return float(int(self.timestamp() * 1000))

    @property
    def is_frozen(self) -> bool:
        """Whether the clock stands still."""
        return self._frozen is not None

    def freeze(self, at: datetime | str | None = None) -> Clock:
        """Stand still, now or at a moment (a datetime, or ISO 8601 text; without a zone it is UTC)."""
        moment = self.timestamp() if at is None else _moment(at).timestamp()
        with self._lock:
            self._frozen = moment
        return self

    def move(self, by: timedelta | None = None, *, to: datetime | str | None = None) -> Clock:
        """Move by a span or to a moment; a frozen clock stays frozen, a running one runs on from there."""
        if (by is None) == (to is None):
            raise UsageError("Say either how far to move the clock (`move(timedelta(hours=1))`) or `to=` which moment.")
        target = self.timestamp() + by.total_seconds() if by is not None else _moment(to).timestamp()  # type: ignore[arg-type]
        with self._lock:
            if self._frozen is not None:
                self._frozen = target
            else:
                self._offset = target - time.time()
        return self

    def run(self) -> Clock:
        """Run on from the moment the clock shows."""
        with self._lock:
            if self._frozen is not None:
                self._offset = self._frozen - time.time()
                self._frozen = None
        return self

    def reset(self) -> Clock:
        """Run with the machine's clock again."""
        with self._lock:
            self._offset, self._frozen = 0.0, None
        return self

    def __repr__(self) -> str:
        return f"<Clock {self.now().isoformat(timespec='seconds')}{' (frozen)' if self.is_frozen else ''}>"


def zone(name: str) -> ZoneInfo:
    """The zone of an IANA or Rails name.

    Raises:
        UnknownName: no such zone; says the nearest.
    """
    iana = RAILS_ZONES.get(name, name)
    try:
        return ZoneInfo(iana)
    except (KeyError, ValueError, OSError):
        raise UnknownName("time zone", name, [*sorted(available_timezones()), *RAILS_ZONES]) from None


def rails_name(iana: str) -> str:
    """The Rails name of an IANA zone, which webhooks carry; the IANA name itself where Rails has none."""
    return _RAILS_BY_IANA.get(iana, iana)


def _moment(at: datetime | str) -> datetime:
    if isinstance(at, str):
        try:
            at = datetime.fromisoformat(at)
        except ValueError:
            raise UsageError(f"`{at}` is no moment. Write it like `2026-03-29T01:00:00+00:00`.") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


RAILS_ZONES: dict[str, str] = {}
_RAILS_BY_IANA: dict[str, str] = {}
