"""UsersPanel: who has enabled the connection, and the door through which users come."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import traitlets

from workbench import html
from workbench.bench import Bench
from workbench.errors import UsageError
from workbench.notebook.soon import Soon
from workbench.notebook.widget import WorkbenchWidget, weakly
from workbench.user import User


class UsersPanel(WorkbenchWidget):
    """The users of a bench: switch them and their features on and off, and connect a new one.

    "Connect" opens the very form that users see (``/connect/{id}``), served on this machine only; the server starts
    with the first use and ends with the panel or the bench.

    Args:
        bench: whose users.

    Attributes:
        users: ``id``, ``status``, ``timezone`` and ``features`` (``id``, ``title``, ``enabled``) of each.
        connect_url: where the form was opened last, or "".
    """

    source = "users_panel"
    users = traitlets.List(traitlets.Dict()).tag(sync=True)
    connect_url = traitlets.Unicode("").tag(sync=True)

    def __init__(self, bench: Bench, **traits: Any) -> None:
        super().__init__(**traits)
        self.bench = bench
        self._server: Any = None
        soon = self.soon = Soon(weakly(self, "refresh"))
        self.until_closed(bench.observe(lambda what: soon() if what == "users" else None))
        self.until_closed(bench.connection.observe(soon))
        self.until_closed(soon.stop)
        self.until_closed(self._stop_serving)
        self.refresh()

    def refresh(self) -> None:
        """Show the users as they are now; from any thread."""
        with self.visible_errors(), self._lock:
            titles = {one.id: one.title or one.id for one in self.bench.connection.definition.features}
            self.users = [
                {
                    "id": one.user_id,
                    "status": one.status.value,
                    "timezone": one.timezone,
                    "features": [
                        {"id": mine.id, "title": titles.get(mine.feature_id, mine.feature_id), "enabled": mine.enabled}
                        for mine in one.user_features
                    ],
                }
                for one in self.bench.emulator.user_connections()
            ]
        self.mirror_changed()

    # --- what is done -------------------------------------------------------------------------------------------------

    def do_connect(self, user: str = "") -> None:
        """Open the form on which a user connects, or changes what they set."""
        name = user.strip() or "user-1"
        query = urlencode({"email": f"{name}@example.com", "username": name})
        self.connect_url = f"{self._serve().url}/connect/{self.bench.connection.id}?{query}"
        self.send({"open": self.connect_url})

    def do_disable(self, user: str) -> None:
        """The user switches the connection off."""
        self._user(user).disable()
        self.refresh()

    def do_enable(self, user: str) -> None:
        """The user switches the connection on again."""
        self._user(user).enable()
        self.refresh()

    def do_remove(self, user: str) -> None:
        """The user deletes the connection."""
        self._user(user).remove()
        self.refresh()

    def do_switch(self, user: str, feature: str, on: bool) -> None:
        """The user switches one of their features on or off."""
        one = self._user(user)
        (one.switch_on if on else one.switch_off)(feature)
        self.refresh()

    def _user(self, user: str) -> User:
        if user not in {one["id"] for one in self.users}:
            raise UsageError(f"Nobody called {user!r} has the connection.")
        return User(user, self.bench.emulator)

    def _serve(self) -> Any:
        if self._server is None or not self._server.is_running:
            self._server = self.bench.serve()
        return self._server

    def _stop_serving(self) -> None:
        if self._server is not None:
            self._server.close()

    # --- beside the browser -------------------------------------------------------------------------------------------

    def summary(self) -> str:
        """Who, and how they stand."""
        told = ", ".join(f"{one['id']} {one['status']}" for one in self.users)
        return f"<UsersPanel: {told or 'nobody'}>"

    def mirror(self) -> str:
        """The users as a table."""
        if not self.users:
            return '<p class="workbench-muted">Nobody has enabled the connection.</p>'
        rows = [
            (one["id"], one["status"], one["timezone"], ", ".join(_feature(mine) for mine in one["features"]))
            for one in self.users
        ]
        return html.table(("user", "status", "time zone", "features"), rows)


def _feature(mine: dict[str, Any]) -> str:
    return str(mine["title"]) + ("" if mine["enabled"] else " (off)")
