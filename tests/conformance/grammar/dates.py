"""Scripts about dates: the texts V8 reads and refuses, getters and setters, and moment."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.conformance.grammar.values import Script, build, js

MONTHS = [
    "Jan",
    "January",
    "feb",
    "MARCH",
    "Apr",
    "April",
    "may",
    "June",
    "Jul",
    "aug",
    "Sept",
    "September",
    "Oct",
    "nov",
    "December",
]
DAYS = ["Mon", "Tuesday", "wed", "Thu,", "Friday,", "Sat", "SUNDAY"]
ZONES = [
    "Z",
    "UTC",
    "GMT",
    "EST",
    "EDT",
    "PST",
    "MDT",
    "+0200",
    "-07:00",
    "GMT+2",
    "UTC-0330",
    "+05",
    "(CET)",
    "CET",
    "z",
]
WORDS = ["at", "@", "of", "the", "th", ",", "-", "/", ".", "T", "noon", "junk", "(a comment)", "(open", ")"]


def _number(low: int, high: int, width: int = 2) -> SearchStrategy[str]:
    return st.integers(low, high).flatmap(lambda n: st.sampled_from([str(n), str(n).zfill(width)]))


def clock() -> SearchStrategy[str]:
    """A time of day as people write it, at times out of range."""
    half = st.sampled_from(["", "", "AM", " PM", "pm", " am", " p.m.", "a"])
    second = st.one_of(st.just(""), _number(0, 61).map(lambda s: f":{s}"), _number(0, 59).map(lambda s: f":{s}.123"))
    return st.tuples(_number(0, 25), st.just(":"), _number(0, 61), second, half).map("".join)


def day() -> SearchStrategy[str]:
    """A calendar day as people write it."""
    year = st.one_of(_number(1969, 2035, 4), _number(0, 99), st.sampled_from(["+002021", "-000001", "12345", "'21"]))
    month, number = st.sampled_from(MONTHS), _number(0, 32)
    return st.one_of(
        st.tuples(year, st.just("-"), _number(0, 13), st.just("-"), number).map("".join),
        st.tuples(year, st.just("/"), _number(0, 13), st.just("/"), number).map("".join),
        st.tuples(_number(0, 13), st.just("/"), number, st.just("/"), year).map("".join),
        st.tuples(month, st.just(" "), number, st.sampled_from([", ", " ", "-", "/"]), year).map("".join),
        st.tuples(number, st.sampled_from([" ", "-", ". "]), month, st.sampled_from([" ", "-", ", "]), year).map(
            "".join
        ),
        st.tuples(month, st.just(" "), number).map("".join),
        year,
    )


def date_text() -> SearchStrategy[str]:
    """A text somebody could hand to ``new Date``: mostly plausible, at times shuffled or with junk."""
    glue = st.sampled_from([" ", "T", " at ", ", ", "", "  "])
    zone = st.one_of(st.just(""), st.sampled_from(ZONES), st.sampled_from(ZONES).map(lambda name: f" {name}"))
    plausible = st.tuples(day(), glue, clock(), zone).map("".join)
    weekday = st.tuples(st.sampled_from(DAYS), st.just(" "), plausible).map("".join)
    pieces = st.one_of(day(), clock(), st.sampled_from([*ZONES, *WORDS, *DAYS, *MONTHS]), _number(0, 9999))
    shuffled = st.lists(pieces, max_size=5).flatmap(
        lambda made: st.sampled_from([" ", "", "-"]).map(lambda sep: sep.join(made))
    )
    return st.one_of(plausible, plausible, weekday, day(), shuffled)


def date_scripts() -> Script:
    """What V8 makes of a text, and what Date does with a moment."""
    read = st.lists(date_text(), min_size=3, max_size=8).map(
        lambda texts: f"for (const t of {js(texts)}) out([t, Date.parse(t)]);"
    )
    field = st.integers(-40, 70).map(str)
    made = build(
        "const d = new Date(@y, @m, @d, @h); out(d); out(d.getTime()); out([d.getDay(), d.getDate(), "
        "d.getMonth(), d.getTimezoneOffset()]);"
        " out(d.toString()); out(d.toUTCString()); out(d.toJSON()); out(d.@show);",
        y=st.integers(-5, 3000).map(str),
        m=field,
        d=field,
        h=field,
        show=st.sampled_from(
            [
                "toLocaleString()",
                "toLocaleDateString('en-US', {weekday: 'long', month: 'short', day: 'numeric'})",
                "toLocaleTimeString('en-US', {hour: '2-digit', minute: '2-digit'})",
                "toLocaleString('en-US', {timeZone: 'America/New_York'})",
                "toLocaleString('de-DE')",
                "toLocaleDateString()",
                "toISOString()",
            ]
        ),
    )
    moved = build(
        "const d = new Date(@n); out(d.set@f(@a)); out(d.setUTC@f(@a)); out(+d); out(`${d}`); out(d - "
        "new Date(0)); out([d] + '');",
        n=st.integers(-(10**13), 10**14).map(str),
        f=st.sampled_from(["Date", "Month", "Hours", "Minutes", "FullYear", "Milliseconds", "Seconds"]),
        a=field,
    )
    utc = build(
        "out(Date.UTC(@y, @m)); out(new Date(Date.UTC(@y, @m, @d)).toISOString());",
        y=st.integers(0, 120).map(str),
        m=field,
        d=field,
    )
    return st.one_of(read, read, made, moved, utc)


FORMATS = [
    "LT",
    "LTS",
    "L",
    "LL",
    "LLL",
    "LLLL",
    "MMMM DD YYYY hh:mm:ss a",
    "YYYY-MM-DD",
    "dddd",
    "DDD",
    "w",
    "h:mm A",
    "[at] H",
    "X",
    "x",
    "Qo",
    "Do MMM",
    "ZZ",
    "z",
    "GGGG-[W]WW-E",
    "kk",
    "gg",
    "SSS",
    "N",
]
USER_ZONES = [
    "America/New_York",
    "Europe/Paris",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "UTC",
    "America/St_Johns",
    "Pacific/Apia",
]


def moment_scripts() -> Script:
    """moment: zones across daylight-saving changes, IFTTT's own date texts, sums, calendars, durations."""
    instant = st.one_of(
        st.integers(0, 2 * 10**12).map(str),
        st.integers(-7200, 7200).map(lambda s: str((1616893200 + s) * 1000)),  # Europe springs forward, March 2021
        st.integers(-7200, 7200).map(lambda s: str((1636264800 + s) * 1000)),  # America falls back, November 2021
    )
    zone, form = st.sampled_from(USER_ZONES).map(js), st.sampled_from(FORMATS).map(js)
    unit = st.sampled_from(["hours", "days", "months", "minutes", "weeks", "years", "quarters"]).map(js)
    shown = build(
        "const m = moment.tz(@n, @z); out(m.format(@f)); out(m.format()); out(m.toArray()); "
        "out([m.isDST(), m.utcOffset(), m.isoWeek()]);",
        n=instant,
        z=zone,
        f=form,
    )
    summed = build(
        "const m = moment.tz(@n, @z); const was = m.clone(); m.add(@a, @u).startOf(@v); out(m.format()); "
        "out(m.diff(was, @u)); out(m.from(was)); out(m.calendar(was)); out(JSON.stringify({m}));",
        n=instant,
        z=zone,
        a=st.integers(-30, 30).map(str),
        u=unit,
        v=st.sampled_from(["hour", "day", "month", "isoWeek", "year", "quarter"]).map(js),
    )
    ifttt = build(
        "const m = moment(@t, 'MMMM DD, YYYY [at] hh:mmA'); out(m.isValid()); out(m.format()); "
        "out(moment.utc(@t, ['LLL', 'MMMM D, YYYY at h:mmA'], @s).format());",
        t=st.tuples(
            st.sampled_from(MONTHS),
            _number(1, 31),
            st.integers(2000, 2030),
            _number(1, 12),
            _number(0, 59),
            st.sampled_from(["AM", "PM", "am"]),
        )
        .map(lambda p: f"{p[0]} {p[1]}, {p[2]} at {p[3]}:{p[4]}{p[5]}")
        .map(js),
        s=st.sampled_from(["true", "false"]),
    )
    spans = build(
        "const d = moment.duration(@a, @u); out([d.humanize(), d.asHours(), d.toISOString(), d.humanize(true)]);",
        a=st.integers(-5000, 5000).map(str),
        u=unit,
    )
    user = build(
        "const m = Meta.currentUserTime.clone(); out(m.@how); out(Meta.currentUserTime.format(@f));",
        f=form,
        how=st.sampled_from(
            [
                "hour()",
                "day()",
                "isoWeekday()",
                "utc().format()",
                "toISOString()",
                "valueOf()",
                "locale('en').format('dddd')",
                "locale('de').format('dddd')",
                "daysInMonth()",
                "toDate()",
                "unix()",
            ]
        ),
    )
    return st.one_of(shown, summed, ifttt, spans, user)
