"""The httpx client: for the emulator, in process or not, and for the real API.

Nothing is tried again by itself: a run that got no answer may have had its effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Self, TypeVar

import httpx

from workbench.connect_api.api_calls import ApiCall, OptionsOf, Paging, UserId
from workbench.connect_api.async_client import AsyncConnectClient
from workbench.connect_api.client_base import ClientBase, Transport, said
from workbench.connect_api.results import FieldOptions, Me, Object, QueryPage, ShownConnection
from workbench.connect_api.update_form import UpdateForm
from workbench.connection.fields import Json
from workbench.secret import Secret

__all__ = ["AsyncConnectClient", "ConnectClient"]

T = TypeVar("T")


class ConnectClient(ClientBase):
    """A client of the Connect API, sync; safe from any thread.

    >>> client = ConnectClient("http://127.0.0.1:8000", service_key=key, user_id="user-17")  # doctest: +SKIP
    >>> client.run("hue.set_color", {"color": "purple"}, connection_id="Ab3dE5gH")  # doctest: +SKIP

    Every call raises ``ConnectError``: the subclass of the status, ``ConnectTransportError`` where no answer came.

    Args:
        base_url: where the API is: an emulator on this machine, or the real one (``production``).
        service_key: the key of your service, which may act for any of its users. It goes to ``base_url`` alone.
        user_token: in its place, the token of one user.
        connection_id: the connection that calls are about, unless they name another.
        user_id: the user that calls are for, unless they name another.
        timeout: seconds to wait for each step of an exchange; None waits for ever.
        invite_code: shows connections that are not published.
        recording: records what the API answers, or replays it.
        transport: what carries requests in place of httpx's own (a proxy, a test's).
        log: where each exchange is logged, with its target (``bench.client`` gives the bench's).
        clock: says what time it is, for the log.
        secret_fields: gives the ids of fields that log and recording mask (``bench.client`` gives the connection's).
        secret_values: gives texts that they mask wherever they stand (``bench.client`` gives those of such fields).

    Raises:
        UsageError: the URL is not safe for a key, or both key and token are given.
    """

    def me(self, *, user_id: UserId | None = None) -> Me:
        """Who the API takes the caller for, and whether the user is linked."""
        return self._send(self._calls.me(user_id=user_id))

    def connection(self, *, user_id: UserId | None = None, connection_id: str | None = None) -> ShownConnection:
        """The connection, with what the user has set, where one is named who has enabled it."""
        return self._send(self._calls.connection(user_id=user_id, connection_id=connection_id))

    def update(
        self,
        configuration: UpdateForm | Mapping[str, Json],
        *,
        user_id: UserId | None = None,
        connection_id: str | None = None,
    ) -> ShownConnection | None:
        """Replace everything that the user has set; the connection as it is then, if the API shows it.

        What the configuration leaves out is removed: begin with ``UpdateForm.of(client.connection())``.
        """
        return self._send(self._calls.update(configuration, user_id=user_id, connection_id=connection_id))

    def update_services(
        self,
        services: Sequence[Mapping[str, Json]],
        *,
        user_id: UserId | None = None,
        connection_id: str | None = None,
    ) -> ShownConnection | None:
        """The deprecated update, by service; use ``update``."""
        return self._send(self._calls.update_services(services, user_id=user_id, connection_id=connection_id))

    def field_options(
        self, kind: OptionsOf, of: str, *, user_id: UserId | None = None, connection_id: str | None = None
    ) -> FieldOptions:
        """What the dropdowns of a step (``service.slug``) or feature (id) offer to the user.

        >>> client.field_options("action", "hue.set_color").token("lights", "Desk")  # doctest: +SKIP
        """
        return self._send(self._calls.field_options(kind, of, user_id=user_id, connection_id=connection_id))

    def refresh(self, *, user_id: UserId | None = None, connection_id: str | None = None) -> None:
        """Let the API fetch options anew, and update the labels of what the user has selected."""
        self._send(self._calls.refresh(user_id=user_id, connection_id=connection_id))

    def run(
        self,
        action: str,
        fields: Mapping[str, Json] | None = None,
        *,
        user_feature_id: str | None = None,
        user_id: UserId | None = None,
        connection_id: str | None = None,
    ) -> None:
        """Run an action. ``fields`` beat every stored value, for this call only."""
        self._send(
            self._calls.run(
                action, fields, user_feature_id=user_feature_id, user_id=user_id, connection_id=connection_id
            )
        )

    def perform(
        self,
        query: str,
        fields: Mapping[str, Json] | None = None,
        *,
        includes: Sequence[str] = (),
        limit: int | None = None,
        cursor: str | None = None,
        user_feature_id: str | None = None,
        user_id: UserId | None = None,
        connection_id: str | None = None,
    ) -> QueryPage:
        """Perform a query: one page. ``pages`` and ``items`` follow the cursors.

        Args:
            query: ``service.slug``.
            fields: beat every stored value, for this call only.
            includes: ingredients that are queries, to be resolved in place.
            limit: the most items of a page.
            cursor: the page to begin with, from a page before, sent with its ``fields``.
            user_feature_id: with whose values; the user's first feature by default.
            user_id: for whom.
            connection_id: of which connection.
        """
        return self._send(
            self._calls.perform(
                query,
                fields,
                includes=includes,
                limit=limit,
                cursor=cursor,
                user_feature_id=user_feature_id,
                user_id=user_id,
                connection_id=connection_id,
            )
        )

    def pages(
        self,
        query: str,
        fields: Mapping[str, Json] | None = None,
        *,
        includes: Sequence[str] = (),
        limit: int | None = None,
        user_feature_id: str | None = None,
        user_id: UserId | None = None,
        connection_id: str | None = None,
    ) -> Iterator[QueryPage]:
        """Every page of a query, each asked for when it is needed; ``limit`` is the size of a page.

        Raises:
            UnexpectedAnswer: a cursor comes a second time.
        """
        first = self._calls.perform(
            query,
            fields,
            includes=includes,
            limit=limit,
            user_feature_id=user_feature_id,
            user_id=user_id,
            connection_id=connection_id,
        )
        return self._pages(first)

    def items(
        self,
        query: str,
        fields: Mapping[str, Json] | None = None,
        *,
        includes: Sequence[str] = (),
        limit: int | None = None,
        user_feature_id: str | None = None,
        user_id: UserId | None = None,
        connection_id: str | None = None,
    ) -> Iterator[Object]:
        """Every item of a query, over all pages; as ``pages`` otherwise."""
        pages = self.pages(
            query,
            fields,
            includes=includes,
            limit=limit,
            user_feature_id=user_feature_id,
            user_id=user_id,
            connection_id=connection_id,
        )
        return (item for page in pages for item in page)

    def test_trigger(
        self,
        trigger: str,
        *,
        user_feature_id: str | None = None,
        user_id: UserId | None = None,
        connection_id: str | None = None,
    ) -> None:
        """Let the API send a test event of a trigger."""
        self._send(
            self._calls.test_trigger(
                trigger, user_feature_id=user_feature_id, user_id=user_id, connection_id=connection_id
            )
        )

    def user_token(self, access_token: Secret | str, *, user_id: UserId | None = None) -> Secret:
        """A user token, for the OAuth access token that your service issued for the user."""
        return self._send(self._calls.user_token(access_token, user_id=user_id))

    def provisional_access_code(self, oauth_code: Secret | str) -> Secret:
        """A code for the Connect URL, for an OAuth code of your service: to be used once, within 48 hours."""
        return self._send(self._calls.provisional_access_code(oauth_code))

    def enable(self, *, connection_id: str | None = None) -> ShownConnection | None:
        """Switch a disabled connection on again, as the SDKs do: with a user token."""
        return self._send(self._calls.enable(connection_id=connection_id))

    def disable(self, *, connection_id: str | None = None) -> ShownConnection | None:
        """Switch the connection off, as the SDKs do: with a user token."""
        return self._send(self._calls.disable(connection_id=connection_id))

    def account_exists(self, email: str) -> bool:
        """Whether there is an account with that address; asked without credentials, as the SDKs do."""
        return self._send(self._calls.account_exists(email))

    def sdk_events(self, events: Mapping[str, Json]) -> None:
        """Send what the SDKs send for analytics."""
        self._send(self._calls.sdk_events(events))

    # --- life -----------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Close the connections; safe to call twice."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- over httpx -----------------------------------------------------------------------------------------------

    def _open(self, transport: Transport) -> None:
        self._http = httpx.Client(transport=transport, follow_redirects=False, trust_env=False)

    def _network(self) -> httpx.BaseTransport:
        return httpx.HTTPTransport(verify=self._verify)

    def _send(self, call: ApiCall[T]) -> T:
        request = self._request(call, is_closed=self._http.is_closed)
        try:
            return self._read(call, request, self._http.send(request))
        except httpx.HTTPError as error:
            problem = said(error)
        raise self._lost(call, request, problem)

    def _pages(self, first: ApiCall[QueryPage]) -> Iterator[QueryPage]:
        paging = Paging(first)
        call: ApiCall[QueryPage] | None = first
        while call is not None:
            page = self._send(call)
            yield page
            call = paging.after(page)
