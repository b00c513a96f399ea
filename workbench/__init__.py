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
    from workbench.connect_api import faults
    from workbench.connect_api.choices import Choices
    from workbench.connect_api.client import AsyncConnectClient, ConnectClient
    from workbench.connect_api.recordings import Recording
    from workbench.connect_api.services import Page, StepCall
    from workbench.connect_api.update_form import UpdateForm
    from workbench.connect_api.webhooks import Webhooks
    from workbench.connection.definition import Ingredient, IngredientType
    from workbench.connection.document import Connection
    from workbench.connection.fields import Field, FieldType, Option, Visibility
    from workbench.errors import ServiceFailure, WorkbenchError
    from workbench.notebook.asyncio import allow_nested_asyncio
    from workbench.notebook.bench_view import BenchView
    from workbench.notebook.connection_editor import ConnectionEditor
    from workbench.notebook.event_form import EventForm
    from workbench.notebook.field_table import FieldTable
    from workbench.notebook.log_view import LogView
    from workbench.notebook.run_view import RunView
    from workbench.notebook.script_editor import ScriptEditor
    from workbench.run import Run
    from workbench.runtime.coverage import Coverage
    from workbench.runtime.isolation import isolation
    from workbench.runtime.outcome import End, Limits, Profile
    from workbench.secret import Secret

# Each public name and the module it comes from, loaded when it is first asked for.
_HOMES = {
    "AsyncConnectClient": "workbench.connect_api.client",
    "Bench": "workbench.bench",
    "BenchView": "workbench.notebook.bench_view",
    "Choices": "workbench.connect_api.choices",
    "ConnectClient": "workbench.connect_api.client",
    "Connection": "workbench.connection.document",
    "ConnectionEditor": "workbench.notebook.connection_editor",
    "Coverage": "workbench.runtime.coverage",
    "End": "workbench.runtime.outcome",
    "EventForm": "workbench.notebook.event_form",
    "Field": "workbench.connection.fields",
    "FieldTable": "workbench.notebook.field_table",
    "FieldType": "workbench.connection.fields",
    "Ingredient": "workbench.connection.definition",
    "IngredientType": "workbench.connection.definition",
    "Limits": "workbench.runtime.outcome",
    "LogView": "workbench.notebook.log_view",
    "Option": "workbench.connection.fields",
    "Page": "workbench.connect_api.services",
    "Profile": "workbench.runtime.outcome",
    "Recording": "workbench.connect_api.recordings",
    "Run": "workbench.run",
    "RunView": "workbench.notebook.run_view",
    "ScriptEditor": "workbench.notebook.script_editor",
    "Secret": "workbench.secret",
    "ServiceFailure": "workbench.errors",
    "StepCall": "workbench.connect_api.services",
    "UpdateForm": "workbench.connect_api.update_form",
    "Visibility": "workbench.connection.fields",
    "Webhooks": "workbench.connect_api.webhooks",
    "WorkbenchError": "workbench.errors",
    "allow_nested_asyncio": "workbench.notebook.asyncio",
    "isolation": "workbench.runtime.isolation",
}
# Whole modules of names that belong together.
_MODULES = {"errors": "workbench.errors", "faults": "workbench.connect_api.faults"}

__all__ = [
    "AsyncConnectClient",
    "Bench",
    "BenchView",
    "Choices",
    "ConnectClient",
    "Connection",
    "ConnectionEditor",
    "Coverage",
    "End",
    "EventForm",
    "Field",
    "FieldTable",
    "FieldType",
    "Ingredient",
    "IngredientType",
    "Limits",
    "LogView",
    "Option",
    "Page",
    "Profile",
    "Recording",
    "Run",
    "RunView",
    "ScriptEditor",
    "Secret",
    "ServiceFailure",
    "StepCall",
    "UpdateForm",
    "Visibility",
    "Webhooks",
    "WorkbenchError",
    "allow_nested_asyncio",
    "errors",
    "faults",
    "isolation",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(_MODULES[name])
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'workbench' has no attribute {name!r}")


def load_ipython_extension(shell: Any) -> None:
    """``%load_ext workbench``: adds ``%%runtime_script``."""
    import_module("workbench.notebook.extension").load(shell)


def __dir__() -> list[str]:
    return __all__
