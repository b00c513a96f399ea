"""A connection's files, written whole or not at all, and never over what somebody else changed meanwhile."""

from __future__ import annotations

import contextlib
import os
import secrets
import threading
from pathlib import Path

from workbench.connection.files import Loaded, beside
from workbench.connection.tree import read_text
from workbench.errors import ConnectionFileError, FileChanged

_saving = threading.Lock()


def save(loaded: Loaded, text: str, script: str | None, path: Path, *, overwrite: bool) -> None:
    """Write ``text`` to ``path`` and the script to its own file, each whole or not at all.

    One save of this process at a time: between the look at a file and its replacement no other may come.

    Raises:
        FileChanged: a file is not what it was when it was loaded; nothing was written.
    """
    expected = {loaded.path.resolve(): loaded.text} if loaded.path else {}
    writes = {path.resolve(): text}
    script_path = beside(path, loaded.script_file)
    if script_path is not None and script is not None:
        if loaded.script_path is not None:
            expected[loaded.script_path.resolve()] = loaded.script_text or ""
        writes[script_path.resolve()] = script
    with _saving:
        for target in writes:
            if not overwrite:
                _refuse_changed(target, expected.get(target))
        for target, content in reversed(writes.items()):
            if expected.get(target) != content or not target.exists():
                write_whole(target, content)


def _refuse_changed(path: Path, expected: str | None) -> None:
    if not path.exists():
        return
    if expected is None:
        raise FileChanged("There is a file of this name already. `save(path, overwrite=True)` replaces it.", path=path)
    if read_text(path).removeprefix("\ufeff") != expected.removeprefix("\ufeff"):
        raise FileChanged(
            "The file changed on disk since it was loaded; nothing was written. Load it again, or save elsewhere.",
            path=path,
        )


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old text or the new, never a part."""
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        problem = f"Character {error.start + 1} is half of a surrogate pair, which no UTF-8 file can hold."
        raise ConnectionFileError(problem, path=path) from None
    part = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.tmp")
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            part.chmod(path.stat().st_mode & 0o777)
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise ConnectionFileError(f"The file cannot be written: {error}.", path=path) from None
