"""A bare page with a real widget on it: the widget's module runs in Chromium, its Python runs here, no Jupyter between.

What the browser sends goes to the very method that a comm would call; what Python changes is carried back. So a test
reads as a gesture on the page and an assertion on the Python object, or the other way round.
"""

from __future__ import annotations

import json
import sys
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A widget</title>
<meta http-equiv="Content-Security-Policy" content="script-src 'self' blob: 'nonce-stage'; object-src 'none'">
<style>body{margin:0;background:var(--jp-layout-color1,#fff)}@media(prefers-color-scheme:dark){
body{background:var(--jp-layout-color1,#1e1e1e)}}</style>
</head><body><main id="stage"></main><script type="module" nonce="stage">
const listeners = new Map();
const off = (name, call) => listeners.set(name, (listeners.get(name) ?? []).filter((one) => one !== call));
const on = (name, call) => listeners.set(name, [...(listeners.get(name) ?? []), call]);
const traits = {};
window.stage = {
  apply(sent) {
    const { changes, messages } = JSON.parse(sent); // as text: Playwright takes seconds for large values
    Object.assign(traits, changes);
    for (const name of Object.keys(changes)) for (const call of listeners.get(`change:${name}`) ?? []) call();
    for (const one of messages) for (const call of listeners.get("msg:custom") ?? []) call(one, []);
  },
};
let unsaved = {};
const model = {
  get: (name) => traits[name], on, off,
  set: (name, value) => {
    unsaved[name] = value;
    stage.apply(JSON.stringify({ changes: { [name]: value }, messages: [] }));
  },
  save_changes: async () => { const sent = unsaved; unsaved = {}; stage.apply(await stageSave(sent)); },
  send: async (content) => stage.apply(await stageSend(content)),
};
stage.apply(await stageStart());
const style = document.createElement("style");
style.textContent = traits._css;
document.head.append(style);
const { default: made } = await import("/module.js");
window.stage.cleanup = await made.render({ model, el: document.getElementById("stage") });
document.body.dataset.ready = "yes";
</script></body></html>"""


class Stage:
    """One widget on one page.

    Attributes:
        page: the Playwright page.
        widget: the Python widget.
    """

    def __init__(self, page: Page, widget: Any, *, jupyter_theme: str = "") -> None:
        self.page, self.widget = page, widget
        self._messages: list[Any] = []
        self._changes: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._names = [name for name in widget.traits(sync=True) if name not in ("layout", "tabbable", "tooltip")]
        widget.observe(self._changed, names=self._names)
        widget.send = lambda content, buffers=None: self._messages.append(content)
        self._server = _server(str(widget._esm))
        page.expose_function("stageStart", lambda: json.dumps({"changes": self._state(self._names), "messages": []}))
        page.expose_function("stageSend", self._send)
        page.expose_function("stageSave", self._save)
        page.goto(f"http://127.0.0.1:{self._server.server_port}/")
        page.wait_for_selector("body[data-ready]")
        if jupyter_theme:
            self._wear(jupyter_theme)

    def _wear(self, theme: str) -> None:
        """The colours and type of one of JupyterLab's own themes, "light" or "dark", as JupyterLab ships them."""
        themes = Path(sys.prefix) / "share" / "jupyter" / "lab" / "themes" / "@jupyterlab"
        self.page.add_style_tag(content=(themes / f"theme-{theme}-extension" / "index.css").read_text(encoding="utf-8"))
        self.page.evaluate("(light) => { document.body.dataset.jpThemeLight = light; }", str(theme == "light").lower())

    def flush(self) -> None:
        """Carry what Python changed meanwhile to the page."""
        if self._changes or self._messages:
            self.page.evaluate("(sent) => stage.apply(sent)", self._taken())

    def close(self) -> None:
        """Unmount the widget and end the page's server."""
        self.widget.unobserve(self._changed, names=self._names)
        self._server.shutdown()
        self._server.server_close()

    def _changed(self, change: Any) -> None:
        with self._lock:
            self._changes.update(self._state([change["name"]]))

    def _state(self, names: list[str]) -> dict[str, Any]:
        return json.loads(json.dumps({name: getattr(self.widget, name) for name in names}))

    def _taken(self) -> str:
        with self._lock:
            changes, self._changes = self._changes, {}
            messages, self._messages = self._messages, []
        return json.dumps({"changes": changes, "messages": messages})

    def _send(self, content: Any) -> str:
        self.widget._handle_custom_msg(content, [])
        return self._taken()

    def _save(self, changes: dict[str, Any]) -> str:
        self.widget.set_state(changes)
        return self._taken()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, module: str, *arguments: Any) -> None:
        self._module = module
        super().__init__(*arguments)

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        is_module = path == "/module.js"
        body = (self._module if is_module else PAGE).encode() if path != "/favicon.ico" else b""
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if is_module else "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def _server(module: str) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, module))
    threading.Thread(target=server.serve_forever, name="stage", daemon=True).start()
    return server
