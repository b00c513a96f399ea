"""The file of a log: a SQLite database that is its owner's alone, opened and brought up to date.

Each step of the schema is a small function, run once.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from workbench.errors import LogError

_BUSY_SECONDS = 30.0


def open_database(path: Path | None) -> sqlite3.Connection:
    """The database in a file, or in memory; made where there is none, and of the newest schema.

    Raises:
        LogError: it is no log of ours, is from a newer version, or cannot be opened; no folder is made for it.
    """
    try:
        if path is not None:
            _make_private(path)
        database = sqlite3.connect(
            ":memory:" if path is None else str(path),
            check_same_thread=False,
            isolation_level=None,
            timeout=_BUSY_SECONDS,
        )
    except (sqlite3.Error, OSError) as error:
        raise LogError(
            f"The log {path} cannot be opened: {error}. Give a file in a folder that can be written."
        ) from error
    try:
        if path is not None:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("PRAGMA synchronous=NORMAL")  # outlives a kill, and a power cut but for the last moment
            database.execute("PRAGMA wal_autocheckpoint=4000")
        _migrate(database, path)
    except LogError:
        database.close()
        raise
    except sqlite3.Error as error:
        database.close()
        raise LogError(f"{path} is not a log of the workbench: {error}. Give another file.") from error
    return database


def _make_private(path: Path) -> None:
    """The file is its owner's alone before anything is in it; what SQLite puts beside it takes its mode."""
    folder = path.parent
    if not folder.is_dir():
        cure = f"Make it: `mkdir -p {shlex.quote(str(folder))}`, or give a file in a folder that is there."
        raise LogError(f"There is no folder {folder} for the log {path}. {cure}")
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _migrate(database: sqlite3.Connection, path: Path | None) -> None:
    version = int(database.execute("PRAGMA user_version").fetchone()[0])
    if version > len(_MIGRATIONS):
        raise LogError(f"{path} was written by a newer workbench (schema {version}). Update the workbench to read it.")
    is_ours = database.execute("PRAGMA application_id").fetchone()[0] == _APPLICATION_ID
    has_tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] > 0
    if has_tables and not is_ours:
        raise LogError(f"{path} is a database, but not a log of the workbench. Give another file.")
    for number, step in enumerate(_MIGRATIONS[version:], start=version + 1):
        with transaction(database):
            if int(database.execute("PRAGMA user_version").fetchone()[0]) < number:
                step(database)
                database.execute(f"PRAGMA user_version={number}")


@contextlib.contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All that is done within happens, or nothing."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


def _create_exchanges(database: sqlite3.Connection) -> None:
    database.execute(f"PRAGMA application_id={_APPLICATION_ID}")
    database.execute(
        "CREATE TABLE exchanges ("
        "id INTEGER PRIMARY KEY, time REAL, direction TEXT, transport TEXT, target TEXT, run_id TEXT, method TEXT,"
        "path TEXT, query TEXT, kind TEXT, step TEXT, connection_id TEXT, user_id TEXT, user_feature_id TEXT,"
        "status INTEGER, error_code TEXT, duration_ms REAL, request_id TEXT, request_headers TEXT, request_body TEXT,"
        "response_headers TEXT, response_body TEXT, decisions TEXT, fault TEXT, note TEXT, secret_fields TEXT)"
    )
    database.execute("CREATE INDEX exchanges_by_run ON exchanges (run_id)")


def _index_runs_alone(database: sqlite3.Connection) -> None:
    """Most exchanges of a served emulator belong to no run, and need not be in the index."""
    database.execute("DROP INDEX exchanges_by_run")
    database.execute("CREATE INDEX exchanges_by_run ON exchanges (run_id) WHERE run_id IS NOT NULL")


_APPLICATION_ID = 0x57424C47
_MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (_create_exchanges, _index_runs_alone)
