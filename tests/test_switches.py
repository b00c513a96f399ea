"""What an author can switch of a script's surroundings, from the bench and from the terminal."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from workbench.bench import Bench
from workbench.cli import app
from workbench.connection.document import Connection
from workbench.run import Run
from workbench.runtime.outcome import End

TRIGGER = "youtube.new_liked_video"


def fired(script: str, *, timezone: str | None = None, now: str | None = None, **switches: object) -> Run:
    """One run of a script in a bench with these switches."""
    with Bench(Connection.sample("liked-video-to-sms"), **switches) as bench:  # type: ignore[arg-type]
        if now is not None:
            bench.clock.freeze(now)
        bench.enable("user-1", timezone=timezone, values={"sms.send_me_text": {"message": "hi"}})
        return bench.fire(TRIGGER, script=script)


def logged(run: Run) -> list[str]:
    assert run.outcome.end is End.OK, run.outcome.fault
    return [line.text for line in run.outcome.console]


def test_random_numbers_repeat_on_request() -> None:
    """`random_seed` makes Math.random the same in each run, and another with another seed; without it, runs differ."""
    script = "console.log(Math.random(), Math.random().toString(36).substr(2))"
    first, again, other = (logged(fired(script, random_seed=seed)) for seed in (7, 7, 8))
    assert first == again != other
    assert logged(fired(script)) != logged(fired(script))


def test_the_clock_is_one_for_date_and_moment() -> None:
    """A frozen clock stands still for Date, moment and the user's time alike; a moved one moves them all."""
    script = "console.log(new Date().toISOString(), moment.utc().toISOString(), Meta.currentUserTime.toISOString())"
    assert logged(fired(script, now="2026-03-29T00:59:59+00:00")) == [" ".join(["2026-03-29T00:59:59.000Z"] * 3)]
    with Bench(Connection.sample("liked-video-to-sms")) as bench:
        bench.clock.freeze("2026-03-29T00:59:59+00:00").move(timedelta(seconds=2))
        bench.enable("user-1", values={"sms.send_me_text": {"message": "hi"}})
        run = bench.fire(TRIGGER, script="console.log(Date.now() === +moment(), new Date().toISOString())")
        assert logged(run) == ["true 2026-03-29T01:00:01.000Z"]


def test_a_rails_zone_is_its_iana_zone() -> None:
    """A user whose zone has a Rails name, as in webhooks, sees the clock of its IANA zone."""
    script = "console.log(Meta.currentUserTime.format('HH:mm z'))"
    for zone, shown in (("Pacific Time (US & Canada)", "04:00 PDT"), ("Kyiv", "14:00 EEST"), ("Mumbai", "16:30 IST")):
        assert logged(fired(script, timezone=zone, now="2026-07-01T11:00:00+00:00")) == [shown]


def test_a_bare_moment_can_be_taken_away() -> None:
    """IFTTT documents no global `moment`: without it a script that uses one fails, and the user's time still works."""
    assert logged(fired("console.log(typeof moment)")) == ["function"]
    run = fired("console.log(Meta.currentUserTime.isValid()); moment()", bare_moment=False)
    assert run.outcome.fault is not None
    assert run.outcome.fault.message == "ReferenceError: moment is not defined"
    assert run.outcome.console[0].text == "true"


def test_other_locales_can_be_had() -> None:
    """Node 12 formats every locale as English unless built with more; the switch gives them all."""
    script = "console.log((1234.5).toLocaleString('de-DE'), new Intl.DateTimeFormat('fr', { month: 'long' }).format(0))"
    assert logged(fired(script)) == ["1,234.5 January"]
    assert logged(fired(script, english_only=False)) == ["1.234,5 janvier"]


def test_the_profile_node12_adds_what_node_has() -> None:
    """Timers are a ReferenceError with a hint as documented, and there in the profile `node12`."""
    script = "setTimeout(() => console.log('later'), 5)"
    run = fired(script)
    assert run.outcome.end is End.ERROR
    assert run.outcome.fault is not None
    assert run.outcome.fault.message == "ReferenceError: setTimeout is not defined"
    assert "IFTTT does not document it" in run.outcome.hints[0]
    assert logged(fired(script, profile="node12")) == ["later"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], ["undefined", "function", "1,234.5"]),
        (["--profile", "node12", "--no-moment", "--all-locales"], ["function", "undefined", "1.234,5"]),
    ],
)
def test_the_terminal_has_the_same_switches(options: list[str], expected: list[str], tmp_path: object) -> None:
    """`workbench run` takes --profile, --random-seed, --no-moment and --all-locales."""
    connection = Connection.sample("liked-video-to-sms")
    connection.script = (
        "console.log(typeof setTimeout); console.log(typeof moment); console.log((1234.5).toLocaleString('de-DE'));"
        " console.log(Math.random())"
    )
    file = f"{tmp_path}/connection.yaml"
    connection.save(file)
    command = ["run", file, "--value", "sms.send_me_text:message=hi", "--random-seed", "7", "--json", *options]
    results = [CliRunner().invoke(app, command) for _ in range(2)]
    assert [result.exit_code for result in results] == [0, 0], results[0].output
    shown = [json.loads(result.output)["console"] for result in results]
    assert [line["text"] for line in shown[0]][:3] == expected
    assert shown[0][3]["text"] == shown[1][3]["text"]


def test_a_misspelt_profile_is_told_the_nearest() -> None:
    """A misspelt profile is no traceback."""
    result = CliRunner().invoke(app, ["run", "liked-video-to-sms", "--profile", "node14"])
    assert result.exit_code != 0
    assert "Did you mean `node12`?" in str(result.exception)
