"""Connection Workbench: author, run and prove IFTTT connections on your own machine.

>>> import workbench as wb
>>> connection = wb.Connection.sample("liked-video-to-sms")
>>> bench = wb.Bench(connection)
>>> user = bench.enable("user-17", timezone="Europe/Paris")
>>> run = bench.fire("youtube.new_liked_video", title="Hello")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench import errors
    from workbench.bench import Bench
    from workbench.connect_api.services import Page, StepCall
    from workbench.connection.definition import Ingredient, IngredientType
    from workbench.connection.document import Connection
    from workbench.connection.fields import Field, FieldType, Option, Visibility
    from workbench.errors import ServiceFailure, WorkbenchError
    from workbench.notebook.asyncio import allow_nested_asyncio
    from workbench.run import Run
    from workbench.runtime.outcome import End, Limits, Profile
    from workbench.secret import Secret

# Each public name and the module it comes from, loaded when it is first asked for.
_HOMES = {
    "Bench": "workbench.bench",
    "Connection": "workbench.connection.document",
    "End": "workbench.runtime.outcome",
    "Field": "workbench.connection.fields",
    "FieldType": "workbench.connection.fields",
    "Ingredient": "workbench.connection.definition",
    "IngredientType": "workbench.connection.definition",
    "Limits": "workbench.runtime.outcome",
    "Option": "workbench.connection.fields",
    "Page": "workbench.connect_api.services",
    "Profile": "workbench.runtime.outcome",
    "Run": "workbench.run",
    "Secret": "workbench.secret",
    "ServiceFailure": "workbench.errors",
    "StepCall": "workbench.connect_api.services",
    "Visibility": "workbench.connection.fields",
    "WorkbenchError": "workbench.errors",
    "allow_nested_asyncio": "workbench.notebook.asyncio",
}

__all__ = [
    "Bench",
    "Connection",
    "End",
    "Field",
    "FieldType",
    "Ingredient",
    "IngredientType",
    "Limits",
    "Option",
    "Page",
    "Profile",
    "Run",
    "Secret",
    "ServiceFailure",
    "StepCall",
    "Visibility",
    "WorkbenchError",
    "allow_nested_asyncio",
    "errors",
]


def __getattr__(name: str) -> Any:
    if name == "errors":
        return import_module("workbench.errors")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'workbench' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
