"""Each endpoint of the Connect API as a value: what is sent, and how the answer is read. Pure.

``user_id`` goes into the query of GET, PUT, refresh and user token, and into the body of run, perform, test and the
deprecated update (Connect API page, "Authentication"). Ids in paths are ``service.slug``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Literal, TypeAlias, TypeVar
from urllib.parse import quote

from workbench.connect_api.result_reading import read_connection, read_field_options, read_me, read_page
from workbench.connect_api.results import FieldOptions, Me, Object, QueryPage, ShownConnection
from workbench.connect_api.update_form import UpdateForm
from workbench.connection.definition import StepKind
from workbench.connection.fields import Json
from workbench.errors import UnexpectedAnswer, UsageError
from workbench.secret import Secret

T = TypeVar("T")
UserId: TypeAlias = str | int
Reader: TypeAlias = Callable[[int, Object | None], T]
"""From status and body (None: empty) to the result."""

OptionsOf: TypeAlias = Literal["trigger", "query", "action", "feature"]


@dataclass(frozen=True, kw_only=True)
class ApiCall(Generic[T]):
    """One call: what goes over the wire but for credentials, and how a successful answer is read.

    Attributes:
        path: percent-encoded, below the base URL.
        secret_query, secret_body: members that are added where the request leaves, and nowhere shown.
        with_credentials: whether the key or token goes along.
        may_fail: statuses beside 2xx that are answers, not errors.
    """

    method: str
    path: str
    read: Reader[T]
    query: tuple[tuple[str, str], ...] = ()
    body: Object | None = None
    secret_query: tuple[tuple[str, Secret], ...] = ()
    secret_body: tuple[tuple[str, Secret], ...] = ()
    with_credentials: bool = True
    may_fail: frozenset[int] = frozenset()

    @property
    def name(self) -> str:
        """The call in one line, for errors."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, kw_only=True)
class Calls:
    """Makes the calls for one connection and one user, where they are not told otherwise.

    ``needs_user``: the caller has a service key, which may act for any user, so that a call must name one.
    """

    connection_id: str | None = None
    user_id: str | None = None
    needs_user: bool = False

    def me(self, *, user_id: UserId | None = None) -> ApiCall[Me]:
        """``GET /v2/me``."""
        return ApiCall(method="GET", path="/v2/me", query=self._optional_user(user_id), read=_required(read_me))

    def connection(
        self, *, user_id: UserId | None = None, connection_id: str | None = None
    ) -> ApiCall[ShownConnection]:
        """``GET /v2/connections/{id}``."""
        path = self._path(connection_id)
        return ApiCall(method="GET", path=path, query=self._optional_user(user_id), read=_required(read_connection))

    def update(
        self,
        configuration: UpdateForm | Mapping[str, Json],
        *,
        user_id: UserId | None = None,
        connection_id: str | None = None,
    ) -> ApiCall[ShownConnection | None]:
        """``PUT …/user_connection``."""
        if isinstance(configuration, UpdateForm):
            configuration = configuration.body
        return ApiCall(
            method="PUT",
            path=self._path(connection_id, "user_connection"),
            query=self._user(user_id),
            body=dict(configuration),
            read=_optional(read_connection),
        )

    def update_services(
        self,
        services: Sequence[Mapping[str, Json]],
        *,
        user_id: UserId | None = None,
        connection_id: str | None = None,
    ) -> ApiCall[ShownConnection | None]:
        """``POST /v2/connections/{id}``, deprecated."""
        body: Object = {**dict(self._user(user_id)), "services": [dict(one) for one in services]}
        return ApiCall(method="POST", path=self._path(connection_id), body=body, read=_optional(read_connection))

    def field_options(
        self, kind: OptionsOf, of: str, *, user_id: UserId | None = None, connection_id: str | None = None
    ) -> ApiCall[FieldOptions]:
        """``GET …/{triggers|queries|actions|features}/{id}/field_options``."""
        plural = "features" if kind == "feature" else _kind(kind).plural
        argument = of if kind == "feature" else _step(of)
        return ApiCall(
            method="GET",
            path=self._path(connection_id, plural, argument, "field_options"),
            query=self._user(user_id),
            read=_required(read_field_options),
        )

    def refresh(self, *, user_id: UserId | None = None, connection_id: str | None = None) -> ApiCall[None]:
        """``POST …/user_connection/refresh``."""
        path = self._path(connection_id, "user_connection", "refresh")
        return ApiCall(method="POST", path=path, query=self._user(user_id), read=_nothing)

    def run(
        self,
        action: str,
        fields: Mapping[str, Json] | None = None,
        *,
        user_feature_id: str | None = None,
        user_id: UserId | None = None,
        connection_id: str | None = None,
    ) -> ApiCall[None]:
        """``POST …/actions/{id}/run``."""
        path = self._path(connection_id, "actions", _step(action), "run")
        body = self._body(user_id, user_feature_id=user_feature_id, fields=None if fields is None else dict(fields))
        return ApiCall(method="POST", path=path, body=body, read=_nothing)

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
    ) -> ApiCall[QueryPage]:
        """``POST …/queries/{id}/perform``."""
        body = self._body(
            user_id,
            user_feature_id=user_feature_id,
            fields=None if fields is None else dict(fields),
            includes=_texts(includes),
            limit=limit,
            cursor=cursor,
        )
        path = self._path(connection_id, "queries", _step(query), "perform")
        return ApiCall(method="POST", path=path, body=body, read=_required(read_page))

    def test_trigger(
        self,
        trigger: str,
        *,
        user_feature_id: str | None = None,
        user_id: UserId | None = None,
        connection_id: str | None = None,
    ) -> ApiCall[None]:
        """``POST …/triggers/{id}/test``."""
        path = self._path(connection_id, "triggers", _step(trigger), "test")
        return ApiCall(
            method="POST", path=path, body=self._body(user_id, user_feature_id=user_feature_id), read=_nothing
        )

    def user_token(self, access_token: Secret | str, *, user_id: UserId | None = None) -> ApiCall[Secret]:
        """``POST /v2/user_token``."""
        return ApiCall(
            method="POST",
            path="/v2/user_token",
            query=self._user(user_id),
            secret_query=(("access_token", Secret(access_token)),),
            read=_secret("user_token"),
        )

    def provisional_access_code(self, oauth_code: Secret | str) -> ApiCall[Secret]:
        """``POST /v2/provisional_access_code``."""
        return ApiCall(
            method="POST",
            path="/v2/provisional_access_code",
            secret_body=(("oauth_code", Secret(oauth_code)),),
            read=_secret("provisional_access_code"),
        )

    def enable(self, *, connection_id: str | None = None) -> ApiCall[ShownConnection | None]:
        """``POST …/enable``, of the SDKs."""
        return ApiCall(method="POST", path=self._path(connection_id, "enable"), read=_optional(read_connection))

    def disable(self, *, connection_id: str | None = None) -> ApiCall[ShownConnection | None]:
        """``POST …/disable``, of the SDKs."""
        return ApiCall(method="POST", path=self._path(connection_id, "disable"), read=_optional(read_connection))

    def account_exists(self, email: str) -> ApiCall[bool]:
        """``GET /v2/account/find``, of the SDKs; without credentials."""
        return ApiCall(
            method="GET",
            path="/v2/account/find",
            query=(("email", email),),
            with_credentials=False,
            may_fail=frozenset({404}),
            read=lambda status, _: status != 404,
        )

    def sdk_events(self, events: Mapping[str, Json]) -> ApiCall[None]:
        """``POST /v2/sdk/events``, of the SDKs."""
        return ApiCall(method="POST", path="/v2/sdk/events", body=dict(events), read=_nothing)

    def _path(self, connection_id: str | None, *rest: str) -> str:
        named = connection_id if connection_id is not None else self.connection_id
        if named is None:
            raise UsageError("Which connection? Pass `connection_id=` here, or once when the client is made.")
        return "/".join(["/v2/connections", *(_quoted(part) for part in (named, *rest))])

    def _optional_user(self, user_id: UserId | None) -> tuple[tuple[str, str], ...]:
        named = str(user_id) if user_id is not None else self.user_id
        return () if named is None else (("user_id", named),)

    def _user(self, user_id: UserId | None) -> tuple[tuple[str, str], ...]:
        named = self._optional_user(user_id)
        if not named and self.needs_user:
            raise UsageError(
                "For which user? With a service key this call needs `user_id=`, here or once as "
                "`client.for_user(…)`: the id that your service knows the user by."
            )
        return named

    def _body(self, user_id: UserId | None, **members: Json) -> Object:
        return {**dict(self._user(user_id)), **{name: value for name, value in members.items() if value is not None}}


class Paging:
    """Follows the cursors of one query, page after page."""

    def __init__(self, first: ApiCall[QueryPage]) -> None:
        self._call = first
        self._seen: set[str] = set()

    def after(self, page: QueryPage) -> ApiCall[QueryPage] | None:
        """The call for the next page; None after the last.

        Raises:
            UnexpectedAnswer: the cursor was seen before, so that the pages would never end.
        """
        if page.cursor is None:
            return None
        if page.cursor in self._seen:
            raise UnexpectedAnswer(
                f"The cursor does not advance: page {len(self._seen) + 1} has that of an earlier one. "
                "The pages so far are good; the service that answers the query must be mended.",
                call=self._call.name,
            )
        self._seen.add(page.cursor)
        body = {**(self._call.body or {}), "cursor": page.cursor}
        if page.fields:
            body["fields"] = page.fields
        return replace(self._call, body=body)


def _required(read: Callable[[Object], T]) -> Reader[T]:
    def reader(status: int, body: Object | None) -> T:
        if body is None:
            raise UnexpectedAnswer("The answer is empty where a JSON object was to be", status=status)
        return read(body)

    return reader


def _optional(read: Callable[[Object], T]) -> Reader[T | None]:
    return lambda _, body: None if body is None else read(body)


def _nothing(_: int, __: Object | None) -> None:
    return None


def _secret(member: str) -> Reader[Secret]:
    def read(body: Object) -> Secret:
        value = body.get(member)
        if not isinstance(value, str) or not value:
            raise UnexpectedAnswer(f"The answer has no `{member}`")
        return Secret(value)

    return _required(read)


def _kind(kind: str) -> StepKind:
    try:
        return StepKind(kind)
    except ValueError:
        raise UsageError(f"`{kind}` has no field options. Say trigger, query, action or feature.") from None


def _step(step: str) -> str:
    if not all(step.partition(".")):
        raise UsageError(f"`{step}` is no step id. Calls name a step as `service.slug`, like `hue.set_color`.")
    return step


def _texts(texts: Sequence[str]) -> list[Json] | None:
    return [*([texts] if isinstance(texts, str) else texts)] or None


def _quoted(part: str) -> str:
    if part in ("", ".", ".."):
        raise UsageError(f"`{part}` is no id.")
    return quote(part, safe="")
