"""The JavaScript and CSS of the widgets, put together: anywidget sends each widget's module as one text.

A source file says what it uses (``import { html } from "./kit.js"``), so that editors understand it; here the imports
are taken out, and what they name is put before it. Third-party code comes from the package's bundles.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from workbench import html

_IMPORT = re.compile(r'^import\s[^;]*?from\s+"(\./[\w-]+\.js|bundle:[\w-]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class)\b)", re.MULTILINE)


@cache
def module(name: str) -> str:
    """The module of a widget, ``NAME.js`` beside this file, with all that it imports: one ES module as text."""
    return "\n".join(_parts(f"./{name}.js", set()))


@cache
def style(name: str) -> str:
    """The CSS of a widget: the house's colours, the kit's controls, and ``NAME.css`` where there is one."""
    own = resources.files("workbench.notebook") / f"{name}.css"
    return "\n".join([html.CSS, _read("./kit.css"), own.read_text(encoding="utf-8") if own.is_file() else ""])


def _parts(source: str, seen: set[str]) -> list[str]:
    if source in seen:
        return []
    seen.add(source)
    text = _read(source)
    if source.startswith("bundle:"):
        return [text]
    before = [part for needed in _IMPORT.findall(text) for part in _parts(needed, seen)]
    return [*before, _EXPORT.sub("", _IMPORT.sub("", text))]


def _read(source: str) -> str:
    if source.startswith("bundle:"):
        file = resources.files("workbench") / "javascript" / "bundles" / f"{source.removeprefix('bundle:')}.js"
    else:
        file = resources.files("workbench.notebook") / source.removeprefix("./")
    return file.read_text(encoding="utf-8")
