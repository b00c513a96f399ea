"""A developer's backend, as small as can be: it keeps what the webhooks tell it, and answers 200.

``Backend()`` runs on a thread of this process until it is closed; ``python backend.py`` prints what it is told.
Connect API page, "Webhooks" (https://ifttt.com/docs/connect_api).
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Backend:
    """The backend. ``told`` lists what it was told: the event, and the JSON of the request.

    Args:
        port: 0 takes a free one; ``url`` says which.
        service_key: what ``IFTTT-Service-Key`` must be; others are turned away with 401.
    """

    def __init__(self, port: int = 0, *, service_key: str | None = None) -> None:
        self.told: list[tuple[str, dict[str, Any]]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self.told, service_key))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler(told: list[tuple[str, dict[str, Any]]], service_key: str | None) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """``POST /ifttt/v1/webhooks/{type}/{event}``."""
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            is_ours = service_key is None or self.headers["IFTTT-Service-Key"] == service_key
            if is_ours:
                told.append((self.path.removeprefix("/ifttt/v1/webhooks/"), body))
            self.send_response(200 if is_ours else 401)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing by itself."""

    return Handler


if __name__ == "__main__":

    class Printed(list[tuple[str, dict[str, Any]]]):
        """A list that prints what it is given."""

        def append(self, one: tuple[str, dict[str, Any]]) -> None:
            """Print it."""
            print(one[0], json.dumps(one[1], indent=2), flush=True)

    print("http://127.0.0.1:8000", flush=True)
    ThreadingHTTPServer(("127.0.0.1", 8000), _handler(Printed(), None)).serve_forever()
