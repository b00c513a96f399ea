"""The workbench as an app in a browser, without a notebook around it: BenchView, served by Voila on this machine."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from workbench.bench import Bench
from workbench.connection.document import Connection, samples
from workbench.errors import MissingValues, UsageError
from workbench.notebook.bench_view import BenchView

WHICH = "WORKBENCH_APP"
"""The environment variable that tells the app's kernel which connection it shows."""
_FOLDER = Path(__file__).parent / "app"


def app() -> BenchView:
    """What the app shows: the connection that ``WORKBENCH_APP`` names, with one user where that takes no values."""
    name = os.environ.get(WHICH, samples()[0])
    bench = Bench(Connection.sample(name) if name in samples() else Connection.load(name))
    with suppress(MissingValues):  # what a user must set, the form of the Users tab asks for
        bench.enable("user-1")
    return BenchView(bench)


def command(which: str, *, port: int, opens: bool) -> tuple[list[str], dict[str, str]]:
    """The command that serves the app, and its environment.

    Args:
        which: a sample's name, or a connection file.
        port: on 127.0.0.1.
        opens: whether it opens a browser.

    Raises:
        UsageError: Voila is not installed; says how to get it.
    """
    if find_spec("voila") is None:
        raise UsageError("The app needs Voila: `pip install connection-workbench[app]`.")
    place = which if which in samples() else str(Path(which).resolve())
    paths = os.pathsep.join(filter(None, [str(_FOLDER), os.environ.get("JUPYTER_PATH", "")]))
    options = [f"--port={port}", "--Voila.ip=127.0.0.1", "--template=workbench", *([] if opens else ["--no-browser"])]
    return (
        [sys.executable, "-m", "voila", *options, str(_FOLDER / "app.ipynb")],
        {**os.environ, WHICH: place, "JUPYTER_PATH": paths},
    )
