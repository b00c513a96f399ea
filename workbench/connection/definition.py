"""What a connection consists of, as frozen values: services, features, steps, ingredients, configuration.

Ids follow the Connect API page: a service has a slug (``youtube``), a step of it a bare slug
(``new_liked_video``), and everywhere but in the service itself a step is named ``service.slug``.
A feature's id is ten lower-case alphanumerics, and each step in a feature has an id of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from workbench.connection.fields import Field


class StepKind(StrEnum):
    """The three kinds of step, by their singular names."""

    TRIGGER = "trigger"
    QUERY = "query"
    ACTION = "action"

    @property
    def plural(self) -> str:
        """The name used in resources and URLs: triggers, queries, actions."""
        return "queries" if self is StepKind.QUERY else f"{self.value}s"

    @property
    def with_article(self) -> str:
        """As a sentence has it: a trigger, a query, an action."""
        return f"an {self.value}" if self is StepKind.ACTION else f"a {self.value}"


class IngredientType(StrEnum):
    """The ingredient types of the Service API ("Ingredient types"), plus number, which queries return."""

    STRING = "String"
    NUMBER = "Number"
    IMAGE_URL = "Image URL"
    WEB_URL = "Web URL"
    FILE_URL = "File URL"
    DATE = "Date"
    DATE_TIME = "Date with time"
    QUERY = "Query"


@dataclass(frozen=True, kw_only=True)
class Ingredient:
    """One piece of data that a trigger event or a query item carries.

    ``query`` names the query (``service.slug``) behind an ingredient of type Query (drill-down).
    """

    id: str
    label: str = ""
    type: IngredientType = IngredientType.STRING
    example: str = ""
    query: str | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """A trigger, query or action as its service defines it; ``id`` is the bare slug."""

    id: str
    label: str = ""
    description: str = ""
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Trigger(Step):
    """A step that begins a run: its events carry ``ingredients``."""

    ingredients: tuple[Ingredient, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Query(Step):
    """A step that reads: each item it returns carries ``ingredients``."""

    ingredients: tuple[Ingredient, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Action(Step):
    """A step that does something."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service of the catalogue, or one written inline in a connection file.

    ``url_prefix`` is the address of a service that really runs (Service API); None: samples answer.
    """

    id: str
    name: str = ""
    short_name: str = ""
    brand_color: str = "#222222"
    url: str = ""
    icon_url: str = ""
    url_prefix: str | None = None
    triggers: tuple[Trigger, ...] = ()
    queries: tuple[Query, ...] = ()
    actions: tuple[Action, ...] = ()

    def steps(self, kind: StepKind | None = None) -> Iterator[tuple[StepKind, Trigger | Query | Action]]:
        """Every step with its kind, triggers first; only those of ``kind`` if given."""
        for one, steps in (
            (StepKind.TRIGGER, self.triggers),
            (StepKind.QUERY, self.queries),
            (StepKind.ACTION, self.actions),
        ):
            if kind in (None, one):
                for step in steps:
                    yield one, step


@dataclass(frozen=True, kw_only=True)
class FeatureStep:
    """A service's step as one feature uses it: which fields the user sees, and the values set by you.

    ``id`` is the feature-step id of the Connect API (``feature_action_id`` and so on);
    ``step`` is ``service.slug``; ``fields`` are complete (type, label, options, visibility, value).
    """

    id: str
    kind: StepKind
    step: str
    label: str = ""
    fields: tuple[Field, ...] = ()

    @property
    def service_id(self) -> str:
        """The slug of the service."""
        return self.step.partition(".")[0]

    @property
    def slug(self) -> str:
        """The bare slug of the step."""
        return self.step.partition(".")[2]

    def field(self, field_id: str) -> Field | None:
        """The field of that id, or None."""
        return next((field for field in self.fields if field.id == field_id), None)


@dataclass(frozen=True, kw_only=True)
class Feature:
    """What a user switches on: triggers, queries and actions with their fields, and fields of its own."""

    id: str
    title: str = ""
    description: str | None = None
    icon_url: str = ""
    fields: tuple[Field, ...] = ()
    steps: tuple[FeatureStep, ...] = ()

    def steps_of(self, kind: StepKind) -> tuple[FeatureStep, ...]:
        """The steps of one kind, in order."""
        return tuple(step for step in self.steps if step.kind is kind)


@dataclass(frozen=True, kw_only=True)
class ConnectionDefinition:
    """A whole connection, frozen. ``configuration`` are the connection-level fields; ``script`` may be None."""

    id: str
    name: str
    description: str = ""
    services: tuple[Service, ...] = ()
    features: tuple[Feature, ...] = ()
    configuration: tuple[Field, ...] = ()
    script: str | None = None
    primary_service: str | None = None
    redirect_uris: tuple[str, ...] = ()

    def service(self, service_id: str) -> Service | None:
        """The service of that slug, or None."""
        return next((service for service in self.services if service.id == service_id), None)

    def step(self, step_id: str, kind: StepKind | None = None) -> tuple[StepKind, Trigger | Query | Action] | None:
        """What the service says of ``service.slug`` (ingredients, default fields), or None."""
        service_id, _, slug = step_id.partition(".")
        service = self.service(service_id)
        if service is None:
            return None
        return next(((one, step) for one, step in service.steps(kind) if step.id == slug), None)

    def feature(self, feature_id: str) -> Feature | None:
        """The feature of that id, or None."""
        return next((feature for feature in self.features if feature.id == feature_id), None)

    def feature_steps(
        self, step_id: str | None = None, kind: StepKind | None = None
    ) -> Iterator[tuple[Feature, FeatureStep]]:
        """Every (feature, step) of the connection; only those of ``step_id`` and ``kind`` if given."""
        for feature in self.features:
            for step in feature.steps:
                if step_id in (None, step.step) and kind in (None, step.kind):
                    yield feature, step
