"""The only importer of PythonMonkey: loads its engine alone, and keeps promise jobs in Node's order.

A full ``import pythonmonkey`` brings npm, a Python bridge that scripts can reach, and 0.7 s; the C extension alone
brings only the language. Runs in worker processes, never in the process of the user.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from importlib import import_module
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

from workbench.errors import EngineError

if TYPE_CHECKING:
    from pathlib import Path


def locate() -> Path:
    """Where the installed engine's extension module is, without importing it.

    Raises:
        EngineError: PythonMonkey is not installed for this Python.
    """
    from pathlib import Path  # noqa: PLC0415  (asked by the parent; a worker is spared the import)

    spec = find_spec("pythonmonkey")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    for folder in folders:
        for suffix in dict.fromkeys([".so", ".pyd", *EXTENSION_SUFFIXES]):
            candidate = Path(folder) / f"pythonmonkey{suffix}"
            if candidate.is_file():
                return candidate
    version = ".".join(map(str, sys.version_info[:3]))
    message = f"PythonMonkey, which runs the scripts, is not installed for Python {version}. "
    raise EngineError(message + "Install it with `pip install pythonmonkey` (it has no wheels for Alpine or PyPy).")


class Job:
    """One promise job in the queue, shaped as the handle that the engine expects of an event loop."""

    __slots__ = ("_cancelled", "_scheduled", "arguments", "call")

    def __init__(self, call: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        self.call = call
        self.arguments = arguments
        self._cancelled = False
        self._scheduled = True

    def cancel(self) -> None:
        """Take the job out of the queue."""
        self._cancelled = True

    def cancelled(self) -> bool:
        """Whether it was taken out."""
        return self._cancelled


class JobQueue:
    """Promise jobs, first in first out, behind the few methods of an event loop that the engine calls.

    Under asyncio promise jobs would take turns with timers; Node runs all of them before the next timer or reply.
    """

    def __init__(self) -> None:
        self._jobs: deque[Job] = deque()
        self.faults: list[BaseException] = []

    def call_soon(self, callback: Callable[..., Any], *arguments: Any, context: Any = None) -> Job:
        """Queue a job."""
        del context
        job = Job(callback, arguments)
        self._jobs.append(job)
        return job

    call_soon_threadsafe = call_soon

    def drain(self) -> None:
        """Run jobs, and those they add, until none is left."""
        jobs = self._jobs
        while jobs:
            job = jobs.popleft()
            if not job.cancelled():
                job.call(*job.arguments)

    def clear(self) -> None:
        """Forget every job."""
        self._jobs.clear()

    def __len__(self) -> int:
        return len(self._jobs)

    # The rest the engine asks of a loop. Timers and futures never come from our sandbox.

    def call_later(self, delay: float, callback: Callable[..., Any], *arguments: Any, context: Any = None) -> Job:
        """Not used: timers are the sandbox's, in virtual time."""
        del delay
        return self.call_soon(callback, *arguments, context=context)

    def create_future(self) -> Any:
        """A future bound to this loop."""
        from _asyncio import Future  # noqa: PLC0415  (only a script's stray promise comes here)

        return Future(loop=self)  # type: ignore[arg-type]  # the part of a loop that a future uses

    def get_debug(self) -> bool:
        """Never."""
        return False

    def time(self) -> float:
        """Not used."""
        return 0.0

    def _exception_handler(self, loop: Any, context: dict[str, Any]) -> None:
        """Nothing: unhandled rejections are known from the engine itself (`natives`)."""

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Nothing, for the same reason."""

    def set_exception_handler(self, handler: Any) -> None:
        """Nothing, for the same reason."""


class Engine:
    """SpiderMonkey in this process: one global, on the main thread, used once."""

    def __init__(self, extension: str) -> None:
        self.jobs = JobQueue()
        self._install_queue()
        self._module = _load(extension)
        self._feature_test()

    def evaluate(self, source: str, filename: str) -> Any:
        """The value of an expression or script of ours."""
        return self._module.eval(source, {"filename": filename, "mutedErrors": True})

    def run_script(self, source: str, filename: str) -> None:
        """Run a user's script at script goal; what it throws comes back as `ScriptThrow`."""
        self._module.eval(source, {"filename": filename, "noScriptRval": True, "mutedErrors": True})

    @property
    def thrown(self) -> type[BaseException]:
        """The exception that carries a thrown JavaScript value; ``str`` of it is safe, its ``jsError`` is not."""
        found: type[BaseException] = self._module.SpiderMonkeyError
        return found

    def _install_queue(self) -> None:
        _spare_asyncio()
        from _asyncio import _set_running_loop  # noqa: PLC0415

        _set_running_loop(self.jobs)  # type: ignore[arg-type]  # the part of a loop that the engine uses

    def _feature_test(self) -> None:
        seen: list[str] = []
        self.evaluate(
            "(log) => { Promise.resolve().then(() => log('a')).then(() => log('c'));"
            " (async () => { await null; log('b') })() }",
            "workbench:feature-test",
        )(seen.append)
        try:
            self.jobs.drain()
        except Exception as error:  # noqa: BLE001 - whatever the engine raises, it is unusable
            raise EngineError(_unusable(str(error))) from None
        if seen != ["a", "b", "c"]:
            raise EngineError(_unusable(f"promise jobs ran as {''.join(seen) or 'nothing'} instead of abc"))


_UNUSED = (
    *("asyncio.events", "asyncio.base_futures", "asyncio.base_tasks", "asyncio.coroutines", "asyncio.tasks"),
    "traceback",
)


class _Absent(ModuleType):
    """A stand-in for a module from which functions are taken that nobody calls."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._refuse

    @staticmethod
    def _refuse(*_: Any) -> NoReturn:
        raise RuntimeError("asyncio's loops and tasks cannot be used in a worker.")


def _spare_asyncio() -> None:
    """Have `_asyncio`, whose list of running loops the engine reads, and `asyncio.Event`, without the rest of asyncio.

    The modules that they want bring fifty more, TLS, subprocesses and a parser among them: a fifth of the time that a
    worker takes to start, for functions that only asyncio's own loops and tasks would call. Stand-ins give them those;
    the package itself is loaded when somebody asks for a name that nobody is known to ask for.
    """
    found = find_spec("asyncio")
    if "asyncio" in sys.modules or found is None:
        return
    package = module_from_spec(found)

    def load(name: str) -> Any:
        module = f"asyncio.{name}"  # `from . import exceptions` looks for an attribute first
        if module in sys.modules or find_spec(module) is not None:
            return import_module(module)
        del package.__getattr__
        found.loader.exec_module(package)  # type: ignore[union-attr]  # a package of the standard library has one
        return getattr(package, name)

    package.__getattr__ = load  # type: ignore[method-assign]  # of the module, not of its class (PEP 562)
    sys.modules["asyncio"] = package
    known = {*sys.modules, "asyncio.exceptions"}
    sys.modules.update({name: _Absent(name) for name in _UNUSED if name not in sys.modules})
    import_module("_asyncio")
    package.Event = import_module("asyncio.locks").Event  # type: ignore[attr-defined]  # the engine makes one of these
    for name in {*_UNUSED, "asyncio.locks", "asyncio.mixins"} - known:  # whoever wants them gets the real ones
        sys.modules.pop(name, None)


def _unusable(why: str) -> str:
    version = ".".join(map(str, sys.version_info[:3]))
    known = " CPython 3.13.0 is known not to work: 3.13.1 and later, 3.11 and 3.12 do." if version == "3.13.0" else ""
    return f"The JavaScript engine does not run promises right on Python {version}: {why}.{known}"


def _load(extension: str) -> ModuleType:
    loader = ExtensionFileLoader("pythonmonkey", extension)
    spec = spec_from_file_location("pythonmonkey", extension, loader=loader)
    if spec is None:
        raise EngineError(f"The JavaScript engine cannot be loaded from {extension}. Install pythonmonkey again.")
    module = module_from_spec(spec)
    sys.modules["pythonmonkey"] = module
    try:
        spec.loader.exec_module(module)  # type: ignore[union-attr]  # we gave it one
    except ImportError as error:
        raise EngineError(f"The JavaScript engine cannot be loaded: {error}. Install pythonmonkey again.") from None
    # The engine's rejection tracker imports this by name from its own module.
    module.simpleUncaughtExceptionHandler = lambda *_: None  # type: ignore[attr-defined]
    return module
