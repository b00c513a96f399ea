"""The entries of a log that are searched for, by position: their ids in memory, the rows read as they are wanted."""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_left
from typing import Any

from workbench.connect_api.api_log import ApiLog
from workbench.connect_api.log_search import EVERYTHING, Search

MOST_ROWS = 500
"""As many rows as one page has at most."""
_FACETS = ("status", "step", "user_id", "direction")


class Pages:
    """A search in a log that goes on being written. Position 0 is the oldest; from any thread.

    Entries are written when they are answered, so one may come to stand before another that is known already:
    ``refresh`` takes the lowest id that was written since.
    """

    def __init__(self, log: ApiLog, search: Search = EVERYTHING) -> None:
        self._log, self.search = log, search
        self._lock = threading.Lock()
        self._ids = array("q", log.ids(search))
        self._facets: dict[str, set[Any]] = {name: log.values_of(name) for name in _FACETS}

    def __len__(self) -> int:
        return len(self._ids)

    def refresh(self, since: int) -> bool:
        """Take in the entries from id ``since`` on; says whether those known already kept their positions."""
        fresh = self._log.ids(self.search, since=since)
        facets = {name: self._log.values_of(name, since=since) for name in _FACETS}
        with self._lock:
            place = bisect_left(self._ids, since)
            known = self._ids[place:]
            self._ids = self._ids[:place] + array("q", fresh)
            for name, values in facets.items():
                self._facets[name] |= values
            return list(known) == fresh[: len(known)]

    def rows(self, start: int, count: int) -> list[dict[str, Any]]:
        """The rows from position ``start`` on, at most ``MOST_ROWS``."""
        start = max(start, 0)
        wanted = list(self._ids[start : start + max(0, min(count, MOST_ROWS))])
        return self._log.glances(wanted)

    def newest(self, count: int) -> list[dict[str, Any]]:
        """The last rows, oldest first."""
        return self.rows(max(len(self._ids) - count, 0), count)

    def values_of(self, column: str) -> list[Any]:
        """The values that the log has in a column that is searched by (status, step, user_id, direction)."""
        return sorted(value for value in self._facets[column] if value is not None)
