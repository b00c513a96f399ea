"""A client of the site in process, which follows nothing and can fill in a form."""

from __future__ import annotations

import asyncio
import html
import re
from typing import Any

import httpx

USER = "user-17"
BACK = "https://app.example/connected"
APP = "lampapp://connected"
DOOR = "/connect/Ab3dE5gH"
SDK = "/access/api/Ab3dE5gH"
LAMP = "actcolor01/featureone/lamp.set_color/lamp"
OTHER_LAMP = "actcolor02/featuretwo/lamp.set_color/lamp"
AREA = "trigger001/featureone/lamp.switched_on/area"
LAMPS = {LAMP: "Desk", OTHER_LAMP: "Living room / Sofa"}


class Client:
    """Asks a site in process, one request at a time, and follows nothing."""

    def __init__(self, app: Any) -> None:
        self._transport = httpx.ASGITransport(app)

    def get(self, path: str, **options: Any) -> httpx.Response:
        return asyncio.run(self._send("GET", path, options))

    def post(self, path: str, **options: Any) -> httpx.Response:
        return asyncio.run(self._send("POST", path, options))

    async def _send(self, method: str, path: str, options: dict[str, Any]) -> httpx.Response:
        async with httpx.AsyncClient(transport=self._transport, base_url="http://127.0.0.1") as client:
            return await client.request(method, path, **options)


def hidden_of(page: str) -> dict[str, str]:
    """The hidden inputs of a page."""
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    return {html.unescape(name): html.unescape(value) for name, value in found}


def filled(page: str) -> dict[str, Any]:
    """What a browser would send of a form as it stands."""
    form: dict[str, Any] = hidden_of(page)
    for name, value in re.findall(r'<input id="[^"]*" name="([^"]*)" value="([^"]*)"', page):
        form[html.unescape(name)] = html.unescape(value)
    for name, options in re.findall(r'<select id="[^"]*" name="([^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options) or re.search(
            r'<option value="([^"]*)"', options
        )
        assert chosen is not None
        form[html.unescape(name)] = html.unescape(chosen[1])
    return form
