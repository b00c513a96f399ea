"""moment as a script finds it: IFTTT's date texts, formats, zones and their changes of clocks, fresh for each run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from workbench.runtime.outcome import Context, End, Reply
from workbench.runtime.runner import Runner

NOW_MS = 1_618_935_600_000.0  # 20 April 2021, 16:20 UTC


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner() as made:
        yield made


def shown(runner: Runner, expression: str, timezone: str = "America/New_York") -> str:
    """What a script logs for an expression."""
    context = Context(trigger_id="a.b", now_ms=NOW_MS, timezone=timezone, frozen=True)
    outcome = runner.run(f"console.log(String({expression}))", context, lambda call: Reply(status=200))
    assert outcome.end is End.OK, outcome.fault
    return outcome.console[-1].text


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("moment('April 20, 2021 at 04:20PM', 'MMMM DD, YYYY [at] hh:mmA').toISOString()", "2021-04-20T16:20:00.000Z"),
        ("moment.utc('April 20, 2021 at 04:20PM', 'MMMM DD, YYYY at hh:mmA').format()", "2021-04-20T16:20:00Z"),
        (
            "moment.tz('April 20, 2021 at 04:20PM', 'MMMM DD, YYYY [at] hh:mmA', 'Asia/Tokyo').valueOf()",
            "1618903200000",
        ),
        ("moment('April 31, 2021 at 04:20PM', 'MMMM DD, YYYY [at] hh:mmA').isValid()", "false"),
        ("moment('yesterday', 'MMMM DD, YYYY [at] hh:mmA').format()", "Invalid date"),
        ("new Date('April 20, 2021 at 04:20PM').getTime()", "NaN"),
        ("moment(new Date('April 20, 2021 04:20 PM')).toISOString()", "2021-04-20T16:20:00.000Z"),
    ],
)
def test_a_date_text_of_ifttt_is_read_by_its_format(runner: Runner, expression: str, expected: str) -> None:
    """`April 20, 2021 at 04:20PM` is read by the format that authors write for it, and by nothing looser."""
    assert shown(runner, expression) == expected


@pytest.mark.parametrize(
    ("format_", "expected"),
    [
        ("LT", "12:20 PM"),
        ("LL", "April 20, 2021"),
        ("LLLL", "Tuesday, April 20, 2021 12:20 PM"),
        ("MMMM DD YYYY hh:mm:ss a", "April 20 2021 12:20:00 pm"),
        ("YYYY-MM-DD", "2021-04-20"),
        ("dddd [at] h:mm A", "Tuesday at 12:20 PM"),
        ("DDD w GGGG-[W]WW-E", "110 17 2021-W16-2"),
        ("Z z", "-04:00 EDT"),
        ("X", "1618935600"),
    ],
)
def test_the_users_time_prints_in_the_users_zone(runner: Runner, format_: str, expected: str) -> None:
    """Formats of Meta.currentUserTime are English and in the zone of the user."""
    assert shown(runner, f"Meta.currentUserTime.format('{format_}')") == expected


def test_the_locale_is_english(runner: Runner) -> None:
    """`locale('en')` is there and the default; another locale is not, so nothing changes."""
    assert shown(runner, "[moment.locale(), moment.locales(), moment().locale('de').format('dddd')]") == "en,en,Tuesday"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("moment.tz('2021-03-14 02:30', 'America/New_York').format()", "2021-03-14T03:30:00-04:00"),
        ("moment.tz('2021-03-14 01:59', 'America/New_York').add(1, 'minute').format()", "2021-03-14T03:00:00-04:00"),
        ("moment.tz('2021-03-13 02:30', 'America/New_York').add(1, 'day').format()", "2021-03-14T03:30:00-04:00"),
        ("moment.tz('2021-11-07 01:30', 'America/New_York').format()", "2021-11-07T01:30:00-04:00"),
        ("moment.tz('2021-11-07 01:30', 'America/New_York').add(1, 'hour').format()", "2021-11-07T01:30:00-05:00"),
        (
            "(d => d.clone().add(1, 'day').diff(d, 'hours'))(moment.tz('2021-11-07', 'America/New_York'))",
            "25",
        ),
        ("moment.tz('2011-12-29 23:00', 'Pacific/Apia').add(2, 'hours').format()", "2011-12-31T01:00:00+14:00"),
    ],
)
def test_clocks_change_as_the_zone_says(runner: Runner, expression: str, expected: str) -> None:
    """An hour that does not exist moves on, an hour that comes twice is taken first, a skipped day is skipped."""
    assert shown(runner, expression) == expected


def test_a_moment_that_was_changed_is_fresh_in_the_next_run(runner: Runner) -> None:
    """What a script does to Meta.currentUserTime, to moment itself and to its locale ends with its run."""
    spoiled = (
        "(Meta.currentUserTime.subtract(5, 'hours'), moment.fn.format = () => 'spoiled',"
        " moment.tz.setDefault('Asia/Tokyo'), moment.updateLocale('en', { weekdays: ['x'] }), moment().format())"
    )
    assert shown(runner, spoiled) == "spoiled"
    assert shown(runner, "Meta.currentUserTime.format('dddd HH:mm')") == "Tuesday 12:20"


@pytest.mark.parametrize(
    "zone", ["UTC", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Chatham"]
)
def test_the_users_time_is_the_benchs_moment_in_any_zone(runner: Runner, zone: str) -> None:
    """The zone changes what the clock shows, never which moment it is."""
    assert shown(runner, "Meta.currentUserTime.valueOf()", zone) == str(int(NOW_MS))
    assert shown(runner, f"Meta.currentUserTime.format() === moment.tz(Date.now(), '{zone}').format()", zone) == "true"
