"""The one clock of a bench, and time zones by their IANA and Rails names.

Everything that asks for "now" (``Meta.currentUserTime``, ``Date``, log stamps, webhooks, cursors, expiry)
asks the bench's clock, so that moving it moves them all.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from workbench.errors import UnknownName, UsageError
from workbench.observers import Observers, Stop

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
        self._observers = Observers()

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
        moment = self.timestamp() if at is None else _in_range(_moment(at).timestamp())
        with self._lock:
            self._frozen = moment
        return self._told()

    def move(self, by: timedelta | None = None, *, to: datetime | str | None = None) -> Clock:
        """Move by a span or to a moment; a frozen clock stays frozen, a running one runs on from there."""
        if (by is None) == (to is None):
            raise UsageError("Say either how far to move the clock (`move(timedelta(hours=1))`) or `to=` which moment.")
        target = _in_range(self.timestamp() + by.total_seconds() if by is not None else _moment(to).timestamp())  # type: ignore[arg-type]
        with self._lock:
            if self._frozen is not None:
                self._frozen = target
            else:
                self._offset = target - time.time()
        return self._told()

    def run(self) -> Clock:
        """Run on from the moment the clock shows."""
        with self._lock:
            if self._frozen is not None:
                self._offset = self._frozen - time.time()
                self._frozen = None
        return self._told()

    def reset(self) -> Clock:
        """Run with the machine's clock again."""
        with self._lock:
            self._offset, self._frozen = 0.0, None
        return self._told()

    def observe(self, callback: Callable[[], object]) -> Stop:
        """Call ``callback()`` after the clock was frozen, moved or let run; gives what stops it."""
        return self._observers.add(callback)

    def _told(self) -> Clock:
        self._observers.tell()
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


def _in_range(timestamp: float) -> float:
    """The timestamp, where dates and zones around it can be reckoned with."""
    if not _EARLIEST <= timestamp <= _LATEST:
        raise UsageError("The clock goes from the year 1000 to the year 9000. Choose a moment between them.")
    return timestamp


def _moment(at: datetime | str) -> datetime:
    if isinstance(at, str):
        try:
            at = datetime.fromisoformat(at)
        except ValueError:
            raise UsageError(f"`{at}` is no moment. Write it like `2026-03-29T01:00:00+00:00`.") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


_EARLIEST = datetime(1000, 1, 1, tzinfo=UTC).timestamp()
_LATEST = datetime(9000, 1, 1, tzinfo=UTC).timestamp()

RAILS_ZONES: dict[str, str] = {
    "International Date Line West": "Etc/GMT+12",
    "Midway Island": "Pacific/Midway",
    "American Samoa": "Pacific/Pago_Pago",
    "Hawaii": "Pacific/Honolulu",
    "Alaska": "America/Juneau",
    "Pacific Time (US & Canada)": "America/Los_Angeles",
    "Tijuana": "America/Tijuana",
    "Mountain Time (US & Canada)": "America/Denver",
    "Arizona": "America/Phoenix",
    "Chihuahua": "America/Chihuahua",
    "Mazatlan": "America/Mazatlan",
    "Central Time (US & Canada)": "America/Chicago",
    "Saskatchewan": "America/Regina",
    "Guadalajara": "America/Mexico_City",
    "Mexico City": "America/Mexico_City",
    "Monterrey": "America/Monterrey",
    "Central America": "America/Guatemala",
    "Eastern Time (US & Canada)": "America/New_York",
    "Indiana (East)": "America/Indiana/Indianapolis",
    "Bogota": "America/Bogota",
    "Lima": "America/Lima",
    "Quito": "America/Lima",
    "Atlantic Time (Canada)": "America/Halifax",
    "Caracas": "America/Caracas",
    "La Paz": "America/La_Paz",
    "Santiago": "America/Santiago",
    "Asuncion": "America/Asuncion",
    "Newfoundland": "America/St_Johns",
    "Brasilia": "America/Sao_Paulo",
    "Buenos Aires": "America/Argentina/Buenos_Aires",
    "Montevideo": "America/Montevideo",
    "Georgetown": "America/Guyana",
    "Puerto Rico": "America/Puerto_Rico",
    "Greenland": "America/Godthab",
    "Mid-Atlantic": "Atlantic/South_Georgia",
    "Azores": "Atlantic/Azores",
    "Cape Verde Is.": "Atlantic/Cape_Verde",
    "Dublin": "Europe/Dublin",
    "Edinburgh": "Europe/London",
    "Lisbon": "Europe/Lisbon",
    "London": "Europe/London",
    "Casablanca": "Africa/Casablanca",
    "Monrovia": "Africa/Monrovia",
    "UTC": "Etc/UTC",
    "Belgrade": "Europe/Belgrade",
    "Bratislava": "Europe/Bratislava",
    "Budapest": "Europe/Budapest",
    "Ljubljana": "Europe/Ljubljana",
    "Prague": "Europe/Prague",
    "Sarajevo": "Europe/Sarajevo",
    "Skopje": "Europe/Skopje",
    "Warsaw": "Europe/Warsaw",
    "Zagreb": "Europe/Zagreb",
    "Brussels": "Europe/Brussels",
    "Copenhagen": "Europe/Copenhagen",
    "Madrid": "Europe/Madrid",
    "Paris": "Europe/Paris",
    "Amsterdam": "Europe/Amsterdam",
    "Berlin": "Europe/Berlin",
    "Bern": "Europe/Zurich",
    "Zurich": "Europe/Zurich",
    "Rome": "Europe/Rome",
    "Stockholm": "Europe/Stockholm",
    "Vienna": "Europe/Vienna",
    "West Central Africa": "Africa/Algiers",
    "Bucharest": "Europe/Bucharest",
    "Cairo": "Africa/Cairo",
    "Helsinki": "Europe/Helsinki",
    "Kyiv": "Europe/Kiev",
    "Riga": "Europe/Riga",
    "Sofia": "Europe/Sofia",
    "Tallinn": "Europe/Tallinn",
    "Vilnius": "Europe/Vilnius",
    "Athens": "Europe/Athens",
    "Istanbul": "Europe/Istanbul",
    "Minsk": "Europe/Minsk",
    "Jerusalem": "Asia/Jerusalem",
    "Harare": "Africa/Harare",
    "Pretoria": "Africa/Johannesburg",
    "Kaliningrad": "Europe/Kaliningrad",
    "Moscow": "Europe/Moscow",
    "St. Petersburg": "Europe/Moscow",
    "Volgograd": "Europe/Volgograd",
    "Samara": "Europe/Samara",
    "Kuwait": "Asia/Kuwait",
    "Riyadh": "Asia/Riyadh",
    "Nairobi": "Africa/Nairobi",
    "Baghdad": "Asia/Baghdad",
    "Tehran": "Asia/Tehran",
    "Abu Dhabi": "Asia/Muscat",
    "Muscat": "Asia/Muscat",
    "Baku": "Asia/Baku",
    "Tbilisi": "Asia/Tbilisi",
    "Yerevan": "Asia/Yerevan",
    "Kabul": "Asia/Kabul",
    "Ekaterinburg": "Asia/Yekaterinburg",
    "Islamabad": "Asia/Karachi",
    "Karachi": "Asia/Karachi",
    "Tashkent": "Asia/Tashkent",
    "Chennai": "Asia/Kolkata",
    "Kolkata": "Asia/Kolkata",
    "Mumbai": "Asia/Kolkata",
    "New Delhi": "Asia/Kolkata",
    "Kathmandu": "Asia/Kathmandu",
    "Dhaka": "Asia/Dhaka",
    "Sri Jayawardenepura": "Asia/Colombo",
    "Almaty": "Asia/Almaty",
    "Astana": "Asia/Almaty",
    "Novosibirsk": "Asia/Novosibirsk",
    "Rangoon": "Asia/Rangoon",
    "Bangkok": "Asia/Bangkok",
    "Hanoi": "Asia/Bangkok",
    "Jakarta": "Asia/Jakarta",
    "Krasnoyarsk": "Asia/Krasnoyarsk",
    "Beijing": "Asia/Shanghai",
    "Chongqing": "Asia/Chongqing",
    "Hong Kong": "Asia/Hong_Kong",
    "Urumqi": "Asia/Urumqi",
    "Kuala Lumpur": "Asia/Kuala_Lumpur",
    "Singapore": "Asia/Singapore",
    "Taipei": "Asia/Taipei",
    "Perth": "Australia/Perth",
    "Irkutsk": "Asia/Irkutsk",
    "Ulaanbaatar": "Asia/Ulaanbaatar",
    "Seoul": "Asia/Seoul",
    "Osaka": "Asia/Tokyo",
    "Sapporo": "Asia/Tokyo",
    "Tokyo": "Asia/Tokyo",
    "Yakutsk": "Asia/Yakutsk",
    "Darwin": "Australia/Darwin",
    "Adelaide": "Australia/Adelaide",
    "Canberra": "Australia/Canberra",
    "Melbourne": "Australia/Melbourne",
    "Sydney": "Australia/Sydney",
    "Brisbane": "Australia/Brisbane",
    "Hobart": "Australia/Hobart",
    "Vladivostok": "Asia/Vladivostok",
    "Guam": "Pacific/Guam",
    "Port Moresby": "Pacific/Port_Moresby",
    "Magadan": "Asia/Magadan",
    "Srednekolymsk": "Asia/Srednekolymsk",
    "Solomon Is.": "Pacific/Guadalcanal",
    "New Caledonia": "Pacific/Noumea",
    "Fiji": "Pacific/Fiji",
    "Kamchatka": "Asia/Kamchatka",
    "Marshall Is.": "Pacific/Majuro",
    "Auckland": "Pacific/Auckland",
    "Wellington": "Pacific/Auckland",
    "Nuku'alofa": "Pacific/Tongatapu",
    "Tokelau Is.": "Pacific/Fakaofo",
    "Chatham Is.": "Pacific/Chatham",
    "Samoa": "Pacific/Apia",
}
"""Every zone name of Rails' ``ActiveSupport::TimeZone``, which webhooks and the Connect API use, and its IANA name."""


def _by_iana() -> dict[str, str]:
    """The Rails name of each IANA zone: of several the one that names the zone's own city, else the first."""
    names: dict[str, str] = {}
    for name, iana in RAILS_ZONES.items():
        city = iana.rpartition("/")[2].replace("_", " ")
        if iana not in names or name == city:
            names[iana] = name
    for modern, old in (("America/Nuuk", "America/Godthab"), ("Europe/Kyiv", "Europe/Kiev"), ("UTC", "Etc/UTC")):
        names[modern] = names[old]
    return names


_RAILS_BY_IANA = _by_iana()
