"""A connection's fields as HTML that lasts, for saved notebooks, in the words of the document's own tables."""

from __future__ import annotations

from collections.abc import Sequence

from workbench import html
from workbench.notebook.field_state import State

_HEADERS = ("Field name", "Visibility", "Value")


def counts_text(table: State) -> str:
    """How many fields and problems there are, in words."""
    if table["invitation"]:
        return "no fields yet"
    counts = table["counts"]
    fields, by_you = counts["fields"], counts["by_you"]
    problems = [
        f"{counts[name]} {word}{'s' * (counts[name] != 1)}"
        for name, word in (("errors", "error"), ("warnings", "warning"))
        if counts[name]
    ]
    who = f"{fields} field{'s' * (fields != 1)} ({by_you} set by you, {fields - by_you} customizable by the user)"
    return f"{who if fields else 'no fields'}, {' and '.join(problems) or 'no problems'}"


def groups(table: State) -> str:
    """Every group that has something to show, with its problems."""
    in_order = sorted(
        table["groups"], key=lambda group: group["id"] is None
    )  # the configuration last, as in the widget
    shown = [_group(group) for group in in_order]
    invitation = f'<p class="workbench-muted">{html.escape(table["invitation"])}</p>' if table["invitation"] else ""
    return invitation + problems(table["problems"]) + "".join(shown)


def problems(found: Sequence[State]) -> str:
    """Problems as a list; nothing where there are none."""
    lines = [
        f'<li class="workbench-{"bad" if one["severity"] == "error" else "warn"}">'
        f"{html.escape(one['severity'].capitalize())}: {html.escape(one['message'])} {html.escape(one['cure'])}</li>"
        for one in found
    ]
    return f"<ul>{''.join(lines)}</ul>" if lines else ""


def section(one: State) -> str:
    """The fields of one step, of one feature, or of the configuration."""
    kind = f"{html.escape(one['kind'].capitalize())}: " if one["name"] else ""
    name = f" <code>{html.escape(one['name'])}</code>" if one["name"] else ""
    head = f"<p>{kind}<strong>{html.escape(one['title'])}</strong>{name}</p>" if one["name"] else ""
    return head + problems(one["problems"]) + (_table(one) if one["rows"] else "") + _ingredients(one)


def _group(group: State) -> str:
    body = "".join(section(one) for one in group["sections"] if one["rows"] or one["name"])
    if not body and group["id"] is None:
        return ""
    about = f"<p>{html.escape(group['description'])}</p>" if group["description"] else ""
    title = html.escape(group["title"] or group["id"])
    return f"<h4>{title}</h4>{about}{problems(group['problems'])}{body}"


def _ingredients(one: State) -> str:
    names = ", ".join(html.escape(ingredient["id"]) for ingredient in one["ingredients"])
    return f'<p class="workbench-muted">Ingredients: {names}</p>' if names else ""


def _table(one: State) -> str:
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in (*_HEADERS, one["sent_head"]))
    body = "".join(_row(row) for row in one["rows"])
    return f'<table class="workbench-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _row(row: State) -> str:
    code = f"<code>{html.breakable(row['code'])}</code> " if row["code"] else ""
    sent = f"<code>{html.breakable(row['sent']['value'])}</code>, " if row["sent"]["value"] else ""
    required = "" if row["required"] else ' <span class="workbench-muted">(optional)</span>'
    cells = [
        f'<th scope="row">{html.escape(row["label"])}{required}</th>',
        f"<td>{html.escape(row['visibility'])}</td>",
        f"<td>{code}{html.breakable(row['words'])}{problems(row['problems'])}</td>",
        f"<td>{sent}{html.escape(row['sent']['why'])}</td>",
    ]
    return f"<tr>{''.join(cells)}</tr>"
