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
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", _read(source))) for source in _sources(f"./{name}.js", {}))


@cache
def style() -> str:
    """The CSS of all widgets: the house's colours, and the sheet of each module, after those of what it uses.

    Every widget brings the whole of it: of several widgets on one page the last one's style comes last, and must say no
    less than those before it.
    """
    folder = resources.files("workbench.notebook")
    modules = sorted(one.name for one in folder.iterdir() if one.name.endswith(".js"))
    seen: dict[str, None] = {}
    sources = [source for name in modules for source in _sources(f"./{name}", seen) if source.startswith("./")]
    sheets = [folder / f"{source.removeprefix('./').removesuffix('.js')}.css" for source in sources]
    return "\n".join([html.CSS, *(sheet.read_text(encoding="utf-8") for sheet in sheets if sheet.is_file())])


def _sources(source: str, seen: dict[str, None]) -> list[str]:
    """What a module is made of, itself last, each once and after all that it needs."""
    if source in seen:
        return []
    seen[source] = None
    needed = [] if source.startswith("bundle:") else _IMPORT.findall(_read(source))
    return [*(one for name in needed for one in _sources(name, seen)), source]


def _read(source: str) -> str:
    if source.startswith("bundle:"):
        file = resources.files("workbench") / "javascript" / "bundles" / f"{source.removeprefix('bundle:')}.js"
    else:
        file = resources.files("workbench.notebook") / source.removeprefix("./")
    return file.read_text(encoding="utf-8")
