"""What is wrong with a connection file and its script, before anything runs: all of it, also where it does not load."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workbench.bench import Bench
from workbench.connection import files
from workbench.connection.document import Connection
from workbench.connection.problem import Code, Problem, Problems
from workbench.connection.unreadable import fault_problem, unreadable
from workbench.errors import ConnectionFileError, WorkbenchError
from workbench.runtime.runner import shared_runner


@dataclass(frozen=True)
class Check:
    """The problems found, and whether there is a connection at all that could run."""

    problems: Problems
    loads: bool = True


def check_file(path: Path) -> Check:
    """Check a connection file.

    Raises:
        ConnectionFileError: it is no file of text.
    """
    reading = files.survey(path)
    if reading.loaded is not None and not reading.faults:
        return check_connection(Connection(reading.loaded))
    script = reading.loaded.definition.script if reading.loaded is not None else None
    report = None if script is None else shared_runner().syntax(script)
    return Check(unreadable(reading, report), loads=False)


def check_connection(connection: Connection) -> Check:
    """Check a connection and its script."""
    with Bench(connection) as bench:
        return Check(bench.problems())


def not_checked(error: WorkbenchError) -> Check:
    """Why nothing could be checked, as the one problem there is."""
    if isinstance(error, ConnectionFileError):
        return Check(Problems([fault_problem(error)]), loads=False)
    return Check(Problems([Problem(code=Code.NOT_CHECKED, message=str(error), where="", cure="")]), loads=False)
