"""Reach: how a bench is reached and what it reaches: servers, clients, backend, services that run, faults, choices.

Nothing is started before it is asked for, and everything that was started ends with the bench. Loopback only, unless
the bench was made with ``allow_network=True``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from workbench.connect_api.api_log import ApiLog
from workbench.connect_api.choices import Choices
from workbench.connect_api.emulator import Emulator
from workbench.connect_api.fault_rules import Faults
from workbench.connect_api.polling import Poll
from workbench.connect_api.webhooks import Webhooks
from workbench.connection.document import Connection
from workbench.errors import UsageError
from workbench.secret import Secret
from workbench.user import User

if TYPE_CHECKING:  # httpx, starlette and uvicorn are slow to import
    from workbench.connect_api.client import AsyncConnectClient, ConnectClient
    from workbench.connect_api.client_base import ClientBase
    from workbench.connect_api.recordings import Recording
    from workbench.connect_api.server import Server

    Client = TypeVar("Client", bound=ClientBase)


class Reach:
    """What ``Bench`` offers beside running scripts. ``Bench`` sets the members."""

    connection: Connection
    emulator: Emulator
    allow_network: bool
    _api_log: ApiLog
    _servers: list[Server]

    # --- from outside ---------------------------------------------------------------------------------------------

    def serve(self, port: int = 0, *, host: str = "127.0.0.1", **options: Any) -> Server:
        """Serve the Connect API, its pages and ``/openapi.json`` on this machine, on a thread of its own.

        It answers until it is closed, or the bench is.

        Args:
            port: 0 takes a free one; ``.url`` of what is returned has it.
            host: another address than loopback needs ``allow_network=True``, and warns.
            **options: ``hosts`` and ``patience``, as ``Server`` takes them.

        Raises:
            UsageError: the address cannot be had, or the bench is closed.

        >>> with bench.serve() as server:  # doctest: +SKIP
        ...     print(server.url)
        """
        from workbench.connect_api.server import Server  # noqa: PLC0415 - slow to import

        if self._api_log.is_closed:
            raise UsageError("The bench is closed, and serves no more. Make a new one.")
        server = Server(self.emulator, host=host, port=port, **{"allow_network": self.allow_network, **options})
        self._servers.append(server)
        return server

    def client(
        self,
        user: User | str | int | None = None,
        *,
        base_url: str | None = None,
        service_key: Secret | str | None = None,
        user_token: Secret | str | None = None,
        recording: Recording | None = None,
        **options: Any,
    ) -> ConnectClient:
        """A client of the Connect API for this connection: of the emulator, in process, unless ``base_url`` is given.

        Args:
            user: for whom its calls are, unless they say otherwise.
            base_url: another place, with the key for it: ``server.url``, or ``https://connect.ifttt.com``, the real
                API, which warns and shows a badge. What is sent there is logged, with its ``target``.
            service_key: the key for ``base_url``. No other key ever goes there.
            user_token: act as one user, as a mobile app does, in place of a service key.
            recording: record what the API answers, or replay it. Fields that the connection marks secret are masked.
            **options: as ``ConnectClient`` takes them.
        """
        from workbench.connect_api.client import ConnectClient  # noqa: PLC0415 - slow to import

        options |= {"service_key": service_key, "user_token": user_token, "recording": recording}
        return self._client(ConnectClient, user, base_url, options)

    def async_client(
        self,
        user: User | str | int | None = None,
        *,
        base_url: str | None = None,
        service_key: Secret | str | None = None,
        user_token: Secret | str | None = None,
        recording: Recording | None = None,
        **options: Any,
    ) -> AsyncConnectClient:
        """``client`` for code that awaits."""
        from workbench.connect_api.client import AsyncConnectClient  # noqa: PLC0415 - slow to import

        options |= {"service_key": service_key, "user_token": user_token, "recording": recording}
        return self._client(AsyncConnectClient, user, base_url, options)

    def _client(
        self, kind: type[Client], user: User | str | int | None, base_url: str | None, options: dict[str, Any]
    ) -> Client:
        options = {"connection_id": self.connection.id, "user_id": _id(user), **options}
        if base_url is not None:
            options |= {"log": self._api_log, "clock": self.emulator.clock}
            options |= {
                "secret_fields": lambda: self.emulator.secret_fields,
                "secret_values": lambda: self.emulator.secret_values.long,
            }
            return kind(base_url, **options)
        if options.pop("service_key") is not None:
            raise UsageError("A service key belongs to one base URL: say which. The emulator's own needs no key here.")
        return kind.in_process(self.emulator, **options)

    # --- what goes wrong, and what is not known -------------------------------------------------------------------

    @property
    def faults(self) -> Faults:
        """What goes wrong, and when: ``bench.faults.add(wb.faults.Status(429, retry_after=3), every=5)``."""
        return self.emulator.faults

    @property
    def choices(self) -> Choices:
        """What we chose where nobody knows what the service does; ``choose`` changes it."""
        return self.emulator.choices

    def choose(self, **switches: Any) -> Choices:
        """Choose otherwise from now on: ``bench.choose(unknown_fields="ignore", extra_keys="random")``.

        Raises:
            UsageError: there is no such switch or choice; lists what there is.
        """
        self.emulator.choices = self.emulator.choices.but(**switches)
        return self.emulator.choices

    # --- the backend ----------------------------------------------------------------------------------------------

    @property
    def webhooks(self) -> Webhooks | None:
        """The backend that is told what users do, and of trigger events: an address, ``wb.Webhooks``, or None.

        >>> bench.webhooks = "http://127.0.0.1:8000"  # doctest: +SKIP
        >>> bench.webhooks = wb.Webhooks("http://127.0.0.1:8000", events="backend")  # doctest: +SKIP
        """
        return self.emulator.outside.webhooks

    @webhooks.setter
    def webhooks(self, target: Webhooks | str | None) -> None:
        self.emulator.outside.webhooks = as_webhooks(target, allow_network=self.allow_network)

    # --- services that run ----------------------------------------------------------------------------------------

    def use_service(self, service: str, url: str | None) -> None:
        """Ask a service that really runs, over the Service API, from now on; None: what the connection says again.

        Args:
            service: its id in the connection.
            url: its address; ``/ifttt/v1/…`` is added.

        Raises:
            UnknownName: the connection has no such service.
            UsageError: the address is none, or leads off this machine without ``allow_network=True``.
        """
        self.emulator.outside.use_service(service, url)

    def sign_in(self, service: str, user: User | str | int, token: Secret | str) -> None:
        """The user's account at a service: requests for them carry this OAuth token in place of the service key."""
        self.emulator.outside.sign_in(service, _id(user) or "", token)

    def poll(self) -> Poll:
        """Check the triggers of services that run, once, and fire what is new; ``wait`` waits for the runs."""
        return self.emulator.outside.poll()

    def poll_every(self, seconds: float | None) -> None:
        """Check them each so many seconds, in the background; None ends it."""
        self.emulator.outside.poll_every(seconds)

    @property
    def trigger_identities(self) -> dict[str, str]:
        """What a service may name when it notifies ``/v1/notifications``: trigger identity → ``service.trigger``."""
        return self.emulator.outside.trigger_identities()

    def forget_added(self) -> None:
        """Sample queries no longer show what sample actions added."""
        self.emulator.forget_added()


def as_webhooks(target: Webhooks | str | None, *, allow_network: bool) -> Webhooks | None:
    """An address as ``Webhooks``."""
    if isinstance(target, str):
        return Webhooks(target, allow_network=allow_network)
    if target is not None and allow_network:
        return replace(target, allow_network=True)
    return target


def _id(user: User | str | int | None) -> str | None:
    return user.id if isinstance(user, User) else None if user is None else str(user)
