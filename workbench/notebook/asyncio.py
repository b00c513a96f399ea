"""For users who call ``asyncio.run`` in a notebook cell: lets it work inside the kernel's running loop."""

from __future__ import annotations

from importlib import import_module

from workbench.errors import UsageError

_PACKAGES = ("nest_asyncio2", "nest_asyncio")  # the maintained twin first


def allow_nested_asyncio() -> str:
    """Let ``asyncio.run(...)`` work in a notebook cell, and say which package does it.

    The workbench itself never needs this, and never applies it by itself: ``bench.fire`` is synchronous, and
    ``await bench.fire_async(...)`` works in a cell as it is. Safe to call again.

    Returns:
        The name of the package that patched asyncio.

    Raises:
        UsageError: neither package is installed; says how to get one.
    """
    for name in _PACKAGES:
        try:
            package = import_module(name)
        except ImportError:
            continue
        package.apply()
        return name
    raise UsageError("Neither nest-asyncio2 nor nest-asyncio is installed: `pip install connection-workbench[lab]`.")
