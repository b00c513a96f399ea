"""Escaping, small tables in text and HTML, excerpts and masks: all that a repr needs.

Colours come from Jupyter's own variables, with a fallback for pages outside Jupyter, light and dark; where a theme's
own would be hard to read as text (its dark reds, its light orange), from the shade that can be read.
"""

from __future__ import annotations

import html as _html
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence

from workbench.secret import MASK, Secret

CSS = """\
.workbench{--wb-ink:var(--jp-ui-font-color1,#1b1b1b);--wb-muted:var(--jp-ui-font-color2,#595959);\
--wb-line:var(--jp-border-color2,#d0d0d0);--wb-back:var(--jp-layout-color1,#fff);\
--wb-stripe:var(--jp-rendermime-table-row-background,rgba(127,127,127,.08));\
--wb-good:var(--jp-success-color0,#1b6e20);--wb-bad:var(--jp-error-color0,#b3261e);\
--wb-warn:color-mix(in srgb,var(--jp-warn-color0,#b35c00) 72%,#000);\
color:var(--wb-ink);background:var(--wb-back);font-family:var(--jp-ui-font-family,system-ui,sans-serif);font-size:13px}
@media (prefers-color-scheme:dark){.workbench{--wb-ink:var(--jp-ui-font-color1,#ececec);\
--wb-back:var(--jp-layout-color1,#1e1e1e);--wb-muted:var(--jp-ui-font-color2,#b3b3b3);--wb-line:var(--jp-border-color2,#555);\
--wb-good:var(--jp-success-color0,#81c784);--wb-bad:var(--jp-error-color0,#ff8a80);\
--wb-warn:color-mix(in srgb,var(--jp-warn-color0,#ffd08a) 72%,#000)}}
[data-jp-theme-light="false"] .workbench{--wb-good:var(--jp-success-color2,#81c784);\
--wb-bad:var(--jp-error-color2,#ff8a80);--wb-warn:var(--jp-warn-color2,#ffb74d)}
.workbench table{border-collapse:collapse;margin:.4em 0}
.workbench caption{text-align:start;color:var(--wb-muted);padding:.2em 0}
.workbench .workbench-table th,.workbench .workbench-table td{border:1px solid var(--wb-line);padding:.25em .5em;\
text-align:start;vertical-align:top;white-space:pre-wrap;overflow-wrap:break-word}
.workbench .workbench-table thead th{white-space:nowrap}.workbench thead wbr{white-space:normal}
.workbench thead th{background:var(--wb-stripe)}
.workbench pre{white-space:pre-wrap;font-family:var(--jp-code-font-family,monospace)}
.workbench-long{overflow-wrap:anywhere}svg.workbench-waterfall{min-width:480px;max-width:100%;height:auto}
.workbench-static{min-width:min-content}
.workbench.workbench-static>p,.workbench.workbench-static>pre{margin:.4em 0;padding:0;background:none;\
overflow-wrap:anywhere}
.workbench.workbench-static>.workbench-excerpt{white-space:pre;overflow-x:auto;contain:inline-size}
[data-jp-theme-light] .workbench-static{background:none}
.workbench-good{color:var(--wb-good)}.workbench-bad{color:var(--wb-bad)}.workbench-warn{color:var(--wb-warn)}
.workbench-muted{color:var(--wb-muted);fill:var(--wb-muted)}
"""
STYLE = f"<style>\n{CSS}</style>"

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_WORD = re.compile(r"\S{11,}")
_AFTER_PUNCTUATION = re.compile(r"(?<=[./_])(?=[^./_])")
_LONG = 30
_COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_VISIBLE = {"\n": "⏎", "\r": "", "\t": " ", "\u2028": "⏎", "\u2029": "⏎"}


def escape(value: object) -> str:
    """``value`` as HTML text that is safe between tags and in quoted attributes."""
    return _html.escape(_CONTROLS.sub("\ufffd", str(value)), quote=True)


def breakable(value: object) -> str:
    """``escape(value)`` that may be broken: an id or a path after its punctuation, a very long word anywhere.

    Nothing is added that one would copy along.
    """
    return _WORD.sub(lambda word: "<wbr>".join(map(_segment, _AFTER_PUNCTUATION.split(word[0]))), escape(value))


def _segment(text: str) -> str:
    return f'<span class="workbench-long">{text}</span>' if len(text) > _LONG else text


def printable(text: str) -> str:
    """``text`` for a terminal: lines and tabs stay; what would command it is shown as a box."""
    return _COMMANDS.sub("\ufffd", text)


def document(body: str) -> str:
    """``body`` (already HTML) as a themed piece of a page; in Jupyter it stands on the notebook's own ground."""
    return f'{STYLE}<div class="workbench workbench-static">{body}</div>'


def table(
    headers: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    caption: str = "",
    classes: Sequence[str] = (),
) -> str:
    """A semantic HTML table; every header and cell is escaped.

    Args:
        headers: the column heads.
        rows: the cells, shown as ``cell`` shows them.
        caption: what the table is about.
        classes: further class names beside ``workbench-table``.
    """
    head = "".join(f'<th scope="col">{breakable(header)}</th>' for header in headers)
    body = "".join(f"<tr>{''.join(f'<td>{breakable(cell(value))}</td>' for value in row)}</tr>" for row in rows)
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    names = escape(" ".join(["workbench-table", *classes]))
    return f'<table class="{names}">{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def cell(value: object) -> str:
    """``value`` as people read it in a table: nothing for None, JSON for what has parts."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.1f}" if abs(value) >= 1 else f"{value:.3g}"
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def text_table(headers: Sequence[str], rows: Iterable[Sequence[object]], *, width: int = 48) -> str:
    """A plain table for reprs; cells longer than ``width`` are cut, line breaks shown as one character."""
    lines = [list(headers), *([_line(cell(value), width) for value in row] for row in rows)]
    widths = [max(_columns(line[i]) for line in lines) for i in range(len(headers))]
    lines.insert(1, ["─" * size for size in widths])
    return "\n".join(
        "  ".join(text + " " * (size - _columns(text)) for text, size in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def excerpt(source: str, line: int, column: int | None = None, *, around: int = 1, width: int = 100) -> str:
    """The lines of ``source`` about a place (both from 1), numbered, with a caret under the column."""
    lines = re.split(r"\r\n|[\n\r]", source)
    first, last = max(1, line - around), min(len(lines), line + around)
    size = len(str(last))
    cut = max(0, (column or 1) - 1 - width // 2)
    shown = []
    for number in range(first, last + 1):
        text = lines[number - 1].replace("\t", " ")
        shown.append(f"{number:>{size}} | {text[cut : cut + width]}".rstrip())
        if number == line and column is not None:
            shown.append(f"{' ' * size} | {' ' * (column - 1 - cut)}^")
    return "\n".join(shown)


def mask(value: object, *, secret: bool = True) -> object:
    """``value``, or the mask where it is secret and there is something to hide."""
    if isinstance(value, Secret):
        return MASK
    return MASK if secret and value is not None else value


def _line(text: str, width: int) -> str:
    flat = _INVISIBLE.sub(lambda match: _VISIBLE.get(match[0], "\ufffd"), text[: 4 * width])
    if len(text) <= len(flat) and _columns(flat) <= width:
        return flat
    while _columns(flat) > width - 1:
        flat = flat[:-1]
    return f"{flat}…"


def _columns(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
