"""The same verbs in a terminal: run, check, serve, logs, choices, isolation, lab.

Exit codes: 0 all went well, 1 the script or the check failed, 2 bad usage or an unreadable file.
"""

from __future__ import annotations

import errno
import json as json_module
import os
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli_arguments import connection_of, ingredients_of, is_file, is_text, only_trigger, values_of
from workbench.errors import UnknownName, UsageError, WorkbenchError

if TYPE_CHECKING:
    from workbench.bench import Bench
    from workbench.run import Run

FAILED = 1
BAD_USAGE = 2

app = typer.Typer(
    name="workbench",
    help="Author, run and prove IFTTT connections on your own machine. Nothing here talks to production.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

FileOrSample = Annotated[str, typer.Argument(metavar="FILE|SAMPLE", help="A connection file, or the name of a sample.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for another program to read.")]


def main() -> None:
    """Run the command; every error of the workbench is one message on stderr and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # what the terminal cannot show, as half an emoji, is shown as an escape
            stream.reconfigure(errors="backslashreplace")
    warnings.formatwarning = lambda message, *_, **__: f"workbench: {message}\n"
    try:
        app()
    except WorkbenchError as error:
        typer.echo(f"workbench: {str(error).replace('allow_network=True', '--allow-network')}", err=True)
        sys.exit(BAD_USAGE)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        typer.echo(f"workbench: {error.strerror}.", err=True)
        os._exit(BAD_USAGE)  # an orderly end would try to write the rest again, and fail again


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"workbench {version('connection-workbench')}")
        raise typer.Exit


@app.callback()
def _root(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command(short_help="Fire one event at a connection, and show its run.")
def run(
    connection: FileOrSample,
    *,
    trigger: Annotated[str | None, typer.Option(help="Which trigger to fire, e.g. youtube.new_liked_video.")] = None,
    ingredient: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="An ingredient of the event; the rest are samples.")
    ] = None,
    event: Annotated[Path | None, typer.Option(help="A JSON file with the event's ingredients.")] = None,
    user: Annotated[str, typer.Option(help="The user id.")] = "user-1",
    timezone: Annotated[str | None, typer.Option(help="The user's time zone, e.g. Europe/Paris.")] = None,
    value: Annotated[
        list[str] | None,
        typer.Option(metavar="STEP:FIELD=VALUE", help="What the user sets, e.g. sms.send_me_text:message=hi."),
    ] = None,
    feature: Annotated[str | None, typer.Option(help="Which feature, where several have the trigger.")] = None,
    now: Annotated[str | None, typer.Option(help="Freeze the clock, e.g. 2026-03-29T01:00:00+00:00.")] = None,
    seed: Annotated[int, typer.Option(help="Another seed gives other sample data.")] = 0,
    profile: Annotated[str, typer.Option(help="Which globals the script finds: documented or node12.")] = "documented",
    random_seed: Annotated[
        int | None, typer.Option(help="Makes Math.random give the same numbers in each run.")
    ] = None,
    moment: Annotated[bool, typer.Option(help="Whether the script finds a global moment.")] = True,
    english_only: Annotated[
        bool, typer.Option("--english-only/--all-locales", help="Whether every locale formats as English does.")
    ] = True,
    db: Annotated[Path | None, typer.Option(help="Keep the log in this SQLite file.")] = None,
    logs: Annotated[bool, typer.Option("--logs", help="Print the Connect API log as well.")] = False,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Print which lines and branches of the script ran.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Fire one event and run the connection's script against the embedded Connect API."""
    from workbench.bench import Bench
    from workbench.runtime.outcome import Profile

    if not user:
        raise UsageError("`--user` is empty. Give the id that your service knows the user by.")
    if not is_text(user):
        raise UsageError(f"`--user {user!a}` is no text in UTF-8.")
    loaded = connection_of(connection)
    known = [one.value for one in Profile]
    if profile not in known:
        raise UnknownName("profile", profile, known)
    switches: dict[str, Any] = {"random_seed": random_seed, "bare_moment": moment, "english_only": english_only}
    with Bench(loaded, log=db, seed=seed, coverage=coverage, profile=profile, **switches) as bench:
        if now is not None:
            bench.clock.freeze(now)
        fired = trigger or only_trigger(loaded)
        _enable(bench, user, timezone, values_of(value or []))
        ended = bench.fire(fired, feature=feature, ingredients=ingredients_of(event, ingredient or []))
        _print_run(bench, ended, logs=logs, as_json=json)
    if not ended.ok:
        raise typer.Exit(FAILED)


@app.command(short_help="Say what is wrong, before anything runs.")
def check(connection: FileOrSample, *, json: AsJson = False) -> None:
    """Say what is wrong with a connection and its script, before anything runs."""
    from workbench.checking import check_connection, check_file, not_checked

    try:
        found = check_file(Path(connection)) if is_file(connection) else check_connection(connection_of(connection))
    except WorkbenchError as error:
        if not json:
            raise
        found = not_checked(error)
    if json:
        typer.echo(json_module.dumps([problem.as_dict() for problem in found.problems], indent=2))
    else:
        typer.echo(repr(found.problems) if len(found.problems) else "No problems found.")
    if not found.loads:
        raise typer.Exit(BAD_USAGE)
    if len(found.problems.errors):
        raise typer.Exit(FAILED)


@app.command(short_help="Serve the Connect API on this machine, with a page.")
def serve(
    connection: FileOrSample,
    *,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 takes a free one.")] = 0,
    host: Annotated[
        str, typer.Option(help="An address of this machine; loopback unless --allow-network.")
    ] = "127.0.0.1",
    service_key: Annotated[
        str | None, typer.Option(metavar="KEY", help="The key that clients must send; a random one by default.")
    ] = None,
    db: Annotated[Path | None, typer.Option(help="Keep the log in this SQLite file.")] = None,
    webhooks: Annotated[
        str | None, typer.Option(metavar="URL", help="Your backend; /ifttt/v1/webhooks/… is added.")
    ] = None,
    events: Annotated[
        str | None,
        typer.Option(metavar="script|backend|both", help="Where trigger events go, with --webhooks; both by default."),
    ] = None,
    faults: Annotated[Path | None, typer.Option(help="A YAML file that says what goes wrong, and when.")] = None,
    seed: Annotated[int, typer.Option(help="Another seed gives other sample data.")] = 0,
    allow_network: Annotated[
        bool, typer.Option("--allow-network", help="Let backend, services and --host be on other machines.")
    ] = False,
) -> None:
    """Serve the Connect API for a connection on this machine, with a page to watch and to play the user."""
    from workbench.bench import Bench
    from workbench.connect_api.webhooks import Webhooks

    loaded = connection_of(connection)
    if events is not None and webhooks is None:
        raise UsageError(f"`--events {events}` needs a backend: --webhooks URL.")
    backend = Webhooks(webhooks, events=events or "both", allow_network=allow_network) if webhooks is not None else None
    with Bench(
        loaded, log=db, seed=seed, service_key=service_key, webhooks=backend, allow_network=allow_network
    ) as bench:
        if faults is not None:
            bench.faults.load(faults)
        with _until_stopped() as stopped, bench.serve(port, host=host) as server:
            typer.echo(_greeting(bench, server.url, is_key_given=service_key is not None))
            stopped.wait()
    typer.echo("Stopped." if db is None else f"Stopped. The log is in {db}: `workbench logs {db}` prints it.")


@contextmanager
def _until_stopped() -> Iterator[threading.Event]:
    """An event that Ctrl-C or a request to end sets; a second one ends the process at once, as usual."""
    stopped = threading.Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def stop(_number: int, _frame: object) -> None:
        restore()
        stopped.set()

    for number in before:
        signal.signal(number, stop)
    try:
        yield stopped
    finally:
        restore()


def _greeting(bench: Bench, url: str, *, is_key_given: bool) -> str:
    """What is served and where. A key that was made up is shown to a person, and never written to a file or pipe."""
    if is_key_given:
        key = "as given with --service-key"
    elif sys.stdout.isatty():
        key = bench.service_key.reveal()
    else:
        key = "a random one, not shown here; choose it with --service-key"
    connection = bench.connection
    faults = f"\n  faults       {len(bench.faults)} rules" if len(bench.faults) else ""
    backend = f"\n  webhooks to  {bench.webhooks.url}" if bench.webhooks is not None else ""
    return (
        f"Serving {connection.name!r} ({connection.id}) at {url}\n"
        f"  service key  {key}\n"
        f"  page         {url}/\n"
        f"  connect URL  {url}/connect/{connection.id}?email=ada%40example.com{backend}{faults}\n"
        "Press Ctrl-C to stop."
    )


@app.command()
def logs(
    db: Annotated[Path, typer.Argument(metavar="FILE.db", help="A log kept with --db.")],
    *,
    json: AsJson = False,
) -> None:
    """Print the Connect API exchanges of a log file."""
    from workbench.logs.exchanges import open_log

    if db.is_dir():
        raise UsageError(f"{db} is a folder; name the log file in it.")
    if not db.is_file():
        raise UsageError(f"There is no log file {db}. `workbench run … --db {db}` makes one.")
    with open_log(db) as log:
        typer.echo(log.to_json() if json else repr(log))


@app.command(short_help="Say what nobody has documented, and what we chose.")
def choices(
    *, markdown: Annotated[bool, typer.Option("--markdown", help="Print the table as Markdown.")] = False
) -> None:
    """Say what nobody has documented about the Connect API, and what the emulator chose."""
    from workbench.connect_api.choices import as_document, as_text

    typer.echo(as_document() if markdown else as_text(), nl=False)


@app.command(short_help="Say which walls stand between a script and this machine.")
def isolation(*, json: AsJson = False) -> None:
    """Say which walls stand between a script and this machine, and which do not."""
    from workbench.runtime.isolation import isolation as report

    found = report()
    if json:
        typer.echo(json_module.dumps([layer.as_dict() for layer in found], indent=2))
    else:
        typer.echo(repr(found))


@app.command()
def lab() -> None:
    """Open JupyterLab on lesson 01."""
    lesson = Path("notebooks") / "01-first-event.ipynb"
    command = [sys.executable, "-m", "jupyterlab", *([str(lesson)] if lesson.is_file() else [])]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # as in a container; JupyterLab would refuse
        command.append("--allow-root")
    if not lesson.is_file():
        typer.echo("No notebooks/ folder here, so JupyterLab opens on this folder; the lessons are in the repository.")
    try:
        raise typer.Exit(subprocess.run(command, check=False).returncode)  # noqa: S603 - our own interpreter
    except KeyboardInterrupt:
        raise typer.Exit from None


@app.command("app", short_help="Serve the workbench as an app in the browser.")
def serve_app(
    connection: FileOrSample = "liked-video-to-sms",
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Where, on 127.0.0.1.")] = 8866,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
) -> None:
    """Serve the workbench as an app in the browser, without a notebook (needs the extra `app`)."""
    from workbench.notebook.serving import command

    connection_of(connection)  # what is wrong with the file is said here, not in the browser
    words, environment = command(connection, port=port, opens=browser)
    try:
        raise typer.Exit(subprocess.run(words, env=environment, check=False).returncode)  # noqa: S603 - our own interpreter
    except KeyboardInterrupt:
        raise typer.Exit from None


def _enable(bench: Bench, user: str, timezone: str | None, values: dict[str, dict[str, Any]]) -> None:
    from workbench.errors import MissingValues

    try:
        bench.enable(user, timezone=timezone, values=values)
    except MissingValues as error:
        places = [tuple(one.split(" / ")) for one in error.missing]
        options = [f"--value '{place[-2]}:{place[-1]}=…'" for place in places if len(place) > 1]
        message = f"{error}\nIn a terminal: {' '.join(options)}"
        raise MissingValues(message, error.missing) from None


def _print_run(bench: Bench, ended: Run, *, logs: bool, as_json: bool) -> None:
    if as_json:
        typer.echo(ended.to_json())
        return
    uncounted = replace(ended, outcome=replace(ended.outcome, coverage=None))  # which stands below, whole
    typer.echo(repr(uncounted))
    if ended.coverage is not None:
        typer.echo(f"\n{ended.coverage!r}")
    if logs:
        typer.echo(f"\nConnect API log:\n{bench.logs!r}")
