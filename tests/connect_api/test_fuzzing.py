"""The emulator fuzzed by schemathesis from its own OpenAPI description: no 500, no answer that the description denies.

Every check of schemathesis is on; ``OFF`` names each one that must be off, with the reason. What no description can
say is filled in, or every request would end at the same door: users that exist, and option tokens, which are opaque
and come from the field options request (Connect API page, "Field options").
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS
from schemathesis.core.failures import FailureGroup

import workbench as wb
from tests.connect_api.conftest import DEFINITION, USER, VALUES
from workbench.connect_api.openapi import describe

KEY = "service-key-for-fuzzing"
OFF: Mapping[str, str] = {}
"""Checks that are off: name → the sentence of the documentation that forbids it."""

CHOICES = {
    "standing": wb.Choices(),
    "switched": wb.Choices(
        unknown_fields="ignore",
        text_values="refuse",
        null_values="refuse",
        next_page="both",
        update_status="204",
        extra_keys="random",
    ),
}
SETTINGS = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@dataclass
class Target:
    """A served bench, and what a caller of it would know."""

    choices: wb.Choices
    _stack: ExitStack = field(default_factory=ExitStack)

    @cached_property
    def bench(self) -> wb.Bench:
        connection = wb.Connection.from_definition(DEFINITION)
        return self._stack.enter_context(wb.Bench(connection, service_key=KEY, choices=self.choices))

    @cached_property
    def url(self) -> str:
        return self.bench.serve().url

    @cached_property
    def user(self) -> wb.bench.User:
        return self.bench.enable(USER, values=VALUES)

    @cached_property
    def user_token(self) -> str:
        return self.user.token().reveal()

    @cached_property
    def tokens(self) -> dict[str, str]:
        """A token of each dropdown field, by the field's id."""
        client = self.bench.client(self.user)
        found = [client.field_options("feature", "featureone")]
        found += [client.field_options("action", "lamp.set_color"), client.field_options("query", "lamp.scenes")]
        return {name: options[name][0].value for options in found for name in options}

    def close(self) -> None:
        self._stack.close()

    def schema(self) -> Any:
        """The description, with the credentials that it asks for."""
        schema = schemathesis.openapi.from_dict(describe(DEFINITION, self.choices))

        target = self

        @schema.auth(refresh_interval=None)
        class Credentials:
            """What the description asks for: the service key, or the token of a user."""

            def get(self, case: Any, _: Any) -> dict[str, str]:
                if case.path.endswith(("/enable", "/disable")):
                    return {"Authorization": f"Bearer {target.user_token}"}
                return {"IFTTT-Service-Key": KEY}

            def set(self, case: Any, data: dict[str, str], _: Any) -> None:
                case.headers = {**(case.headers or {}), **data}

        return schema

    def named(self, given: Any) -> Any:
        """Most of the made-up users and addresses are the one there is; what is no name stays as it is."""
        if not isinstance(given, dict):
            return given
        known = {"user_id": USER, "email": USER}
        grown = {name: known[name] if name in known and _is_made_up(one) else one for name, one in given.items()}
        if isinstance(grown.get("user_feature_id"), str):
            grown["user_feature_id"] = self.user.user_features[0].id
        return grown

    def filled(self, given: Any) -> Any:
        """Made-up option tokens become real ones, and made-up cursors none."""
        if isinstance(given, list):
            return [self.filled(one) for one in given]
        if not isinstance(given, dict):
            return given
        grown = {name: self.filled(one) for name, one in given.items() if name != "cursor" or not isinstance(one, str)}
        known = grown.get("field_id", grown.get("id"))
        if isinstance(known, str) and "value" in grown:
            grown["value"] = self.token(known, grown["value"])
        if isinstance(grown.get("fields"), dict):
            grown["fields"] = {name: self.token(name, one) for name, one in grown["fields"].items()}
        return grown

    def token(self, name: str, given: Any) -> Any:
        """A real token of a dropdown field in place of a made-up one; anything else as it is."""
        real = self.tokens.get(name, given)
        if isinstance(given, list):
            return [real if isinstance(one, str) else one for one in given]
        return real if isinstance(given, str) else given


def _is_made_up(name: Any) -> bool:
    """Whether a name can be replaced by another; one in five texts is left, as somebody whom nobody knows."""
    if isinstance(name, str):
        return bool(name) and len(name) % 5 != 0
    return isinstance(name, int | float) and not isinstance(name, bool)


TARGETS = {name: Target(choices) for name, choices in CHOICES.items()}
STANDING, SWITCHED = (TARGETS[name].schema() for name in CHOICES)


@pytest.fixture(scope="module", autouse=True)
def _ended() -> Iterator[None]:
    yield
    for target in TARGETS.values():
        target.close()


def hold(case: Any, target: Target) -> None:
    """Send a request, and hold the answer to every check."""
    target.bench.enable(USER, values=VALUES)  # a case before may have switched the user off
    if isinstance(case.query, dict) and target.named(case.query) != case.query:
        case.query = target.named(case.query)
    filled = target.filled(target.named(case.body))
    if isinstance(case.body, dict) and filled != case.body:
        case.body = filled
    checks = [one for one in CHECKS.get_all() if one.__name__ not in OFF]
    case.call_and_validate(base_url=target.url, checks=checks)


@STANDING.parametrize()
@SETTINGS
def test_what_is_described_is_so(case: Any) -> None:
    """Valid requests are taken, others refused with the described errors, and no answer has another shape."""
    hold(case, TARGETS["standing"])


@SWITCHED.parametrize()
@SETTINGS
def test_the_description_follows_the_choices(case: Any) -> None:
    """With other choices the description is another, and again it is so."""
    hold(case, TARGETS["switched"])


@pytest.mark.parametrize("name", CHOICES)
def test_what_is_served_is_what_was_fuzzed(name: str) -> None:
    """`/openapi.json` is the very description, choices included."""
    target = TARGETS[name]
    assert httpx.get(f"{target.url}/openapi.json", trust_env=False).json() == describe(DEFINITION, target.choices)


def test_a_wrong_description_would_be_noticed() -> None:
    """The checks have teeth: a member that the description demands and no answer has is a failure."""
    target = TARGETS["standing"]
    description: Any = copy.deepcopy(describe(DEFINITION, target.choices))
    description["components"]["schemas"]["Me"]["required"].append("nobody_sends_this")
    case = schemathesis.openapi.from_dict(description)["/v2/me"]["GET"].Case()
    with pytest.raises(FailureGroup, match="nobody_sends_this"):
        hold(case, target)


def test_every_check_is_on_or_has_its_reason() -> None:
    """What is off is a check that there is, and its reason is a sentence."""
    known = {one.__name__ for one in CHECKS.get_all()}
    assert set(OFF) <= known
    assert all(reason.endswith(".") for reason in OFF.values())
    assert {"not_a_server_error", "response_schema_conformance", "negative_data_rejection"} <= known
