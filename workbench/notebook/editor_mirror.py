"""A whole connection as HTML that lasts: what the editor shows where no kernel runs."""

from __future__ import annotations

from collections.abc import Sequence

from workbench import html
from workbench.notebook import field_mirror
from workbench.notebook.field_state import State


def mirror(editor: State, table: State, script: str | None, script_problems: Sequence[State]) -> str:
    """Title, services, fields, script and endpoints, read-only."""
    return "".join([_head(editor), field_mirror.groups(table), _script(script, script_problems), _endpoints(editor)])


def _head(editor: State) -> str:
    state = '<span class="workbench-warn">not saved</span>' if editor["is_modified"] else ""
    services = ", ".join(html.escape(one["name"]) for one in editor["services"])
    title = html.escape(editor["title"] or "Untitled connection")
    about = f"<p>{html.escape(editor['description'])}</p>" if editor["description"] else ""
    chosen = f'<p class="workbench-muted">Services: {services}</p>' if services else ""
    return f"<p><strong>{title}</strong> <code>{html.escape(editor['id'])}</code> {state}</p>{about}{chosen}"


def _script(script: str | None, problems: Sequence[State]) -> str:
    if script is None:
        return '<p class="workbench-muted">No runtime script.</p>'
    return f"<h4>Runtime script</h4><pre>{html.escape(script)}</pre>{field_mirror.problems(problems)}"


def _endpoints(editor: State) -> str:
    if not editor["endpoints"]:
        return ""
    return "<h4>Connect API endpoints</h4>" + "".join(_endpoint(one) for one in editor["endpoints"])


def _endpoint(one: State) -> str:
    body = f"<pre>{html.escape(one['body'])}</pre>" if one["body"] else ""
    return f"<p>{html.escape(one['method'])} <code>{html.escape(one['url'])}</code></p>{body}"
