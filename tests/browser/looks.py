"""The looks that a widget is tested in: bare or in one of JupyterLab's themes, light or dark, wide or narrow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.browser import lab


@dataclass(frozen=True)
class Look:
    """One look; ``show(widget, **look.options)`` shows a widget in it.

    Attributes:
        theme: "light" or "dark", one of JupyterLab's themes; "" is a page without Jupyter.
        dark: whether the reader's system is dark.
        width: of the page, in pixels.
    """

    theme: str
    dark: bool
    width: int

    @property
    def options(self) -> dict[str, Any]:
        return {"jupyter_theme": self.theme, "dark": self.dark, "width": self.width}

    @property
    def lab_theme(self) -> str:
        """JupyterLab's name of the theme."""
        return {"light": lab.LIGHT, "dark": lab.DARK}[self.theme]

    def __str__(self) -> str:
        return f"{'lab-' if self.theme else ''}{'dark' if self.dark else 'light'}-{self.width}"


BARE = (Look("", False, 1280), Look("", True, 700))
IN_LAB = (Look("light", False, 1280), Look("dark", True, 700))
IN_LAB_TOO = (*BARE, *IN_LAB, Look("light", False, 700), Look("dark", True, 1280))


def in_looks(*looks: Look) -> pytest.MarkDecorator:
    """Runs a test once for each look, which it gets as ``look``."""
    return pytest.mark.parametrize("look", looks, ids=str)
