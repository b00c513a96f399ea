"""EventForm: make a trigger event, choose who receives it and under which conditions, and fire it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

import traitlets

from workbench import html
from workbench.bench import Bench
from workbench.connection.definition import Ingredient, IngredientType, StepKind, Trigger
from workbench.connection.events import sample_event
from workbench.connection.fields import Json
from workbench.errors import UnknownName, UsageError
from workbench.notebook.conditions import Conditions
from workbench.notebook.plain import brief
from workbench.notebook.story import headline
from workbench.run import Run

VARIATIONS = 10
_RESULTS_SHOWN = 20


class EventForm(Conditions):
    """A form for a trigger event; what is typed is at once in ``ingredients``, and a run comes of "fire".

    Args:
        bench: where to fire.
        trigger: ``service.slug``; the connection's first trigger unless given.

    Attributes:
        trigger: the trigger of the event.
        user: the id of the user who receives it; "" where nobody has enabled the connection.
        feature: the ``user_feature_id`` that receives it.
        ingredients: what was given; the rest are samples.
        event: the saved event that was loaded last, or "".
        coverage: whether the runs count the lines that ran (scripts that calculate much are slower for it).
        seed: of the variations: the same seed varies the same way.
        form: what the browser shows: choices, inputs with type, example and value, the event as JSON.
        results: the latest runs fired here, newest first: ``id``, ``ok``, ``end``, ``title``, ``text``, ``press``.
        running: the presses whose events are still being fired, newest first: ``press``, ``done``, ``of``.
        chosen: the id of the result that was clicked last.
        zones: the time zones to choose from.
        runs: the runs fired here, oldest first.
    """

    source = "event_form"
    trigger = traitlets.Unicode("").tag(sync=True)
    user = traitlets.Unicode("").tag(sync=True)
    feature = traitlets.Unicode("").tag(sync=True)
    ingredients = traitlets.Dict().tag(sync=True)
    event = traitlets.Unicode("").tag(sync=True)
    coverage = traitlets.Bool(True).tag(sync=True)
    seed = traitlets.Int(0).tag(sync=True)
    form = traitlets.Dict().tag(sync=True)
    results = traitlets.List(traitlets.Dict()).tag(sync=True)
    running = traitlets.List(traitlets.Dict()).tag(sync=True)
    chosen = traitlets.Unicode("").tag(sync=True)
    zones = traitlets.List(traitlets.Dict()).tag(sync=True)

    def __init__(self, bench: Bench, trigger: str = "", **traits: Any) -> None:
        self.runs: list[Run] = []
        self._unread = ""
        self._presses = 0
        super().__init__(bench, trigger=trigger, seed=bench.seed, zones=_zones(), **traits)
        self.observe(lambda _: self._forget_unread(), names=["trigger", "ingredients"])
        self.observe(lambda _: self.refresh(), names=["trigger", "user", "feature", "ingredients"])

    @property
    def run(self) -> Run | None:
        """The run that was fired here last."""
        return self.runs[-1] if self.runs else None

    @property
    def shown_zone(self) -> str:
        """The zone of the chosen user."""
        zones = {one.user_id: one.timezone for one in self.bench.emulator.user_connections()}
        return zones.get(self.user) or super().shown_zone

    # --- what is shown ------------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        definition = self.bench.connection.definition
        triggers = {step.step: step for _, step in definition.feature_steps(kind=StepKind.TRIGGER)}
        with self.hold_trait_notifications():
            if self.trigger not in triggers:
                self.trigger = next(iter(triggers), "")
            self._choose_receiver()
        super()._refresh()
        defined = self._defined()
        samples = sample_event(defined, self.bench.seed, self.bench.clock.now()) if defined is not None else {}
        event = {**samples, **self.ingredients}
        self.form = {
            "triggers": [
                {"value": step.step, "label": step.label or step.step, "group": step.service_id}
                for step in triggers.values()
            ],
            "description": defined.description if defined is not None else "",
            "users": [{"value": one, "label": one} for one in self._receivers()],
            "features": self._features(),
            "inputs": [
                _input(one, event.get(one.id), given=one.id in self.ingredients)
                for one in (defined.ingredients if defined is not None else ())
            ],
            "events": [{"value": one.name, "label": f"{one.name} ({one.trigger})"} for one in self.bench.events],
            "json": self._unread or json.dumps(event, indent=2, ensure_ascii=False),
        }

    def _defined(self) -> Trigger | None:
        found = self.bench.connection.definition.step(self.trigger, StepKind.TRIGGER)
        return found[1] if found is not None and isinstance(found[1], Trigger) else None

    def _receivers(self) -> dict[str, list[str]]:
        """Who can receive the trigger now: user id → user feature ids."""
        definition = self.bench.connection.definition
        having = {feature.id for feature, _ in definition.feature_steps(self.trigger, StepKind.TRIGGER)}
        found = {
            one.user_id: [mine.id for mine in one.user_features if mine.enabled and mine.feature_id in having]
            for one in self.bench.emulator.user_connections()
            if one.is_enabled
        }
        return {user: features for user, features in found.items() if features}

    def _choose_receiver(self) -> None:
        receivers = self._receivers()
        if self.user not in receivers:
            self.user = next(iter(receivers), "")
        mine = receivers.get(self.user, [])
        if self.feature not in mine:
            self.feature = mine[0] if mine else ""

    def _features(self) -> list[dict[str, str]]:
        definition = self.bench.connection.definition
        titles = {one.id: one.title or one.id for one in definition.features}
        kinds = {
            mine.id: mine.feature_id
            for one in self.bench.emulator.user_connections()
            if one.user_id == self.user
            for mine in one.user_features
        }
        mine = self._receivers().get(self.user, [])
        labels = [titles.get(kinds[one], kinds[one]) for one in mine]
        return [
            {"value": one, "label": label if labels.count(label) == 1 else f"{label} ({one[:8]})"}
            for one, label in zip(mine, labels, strict=True)
        ]

    # --- what is done -------------------------------------------------------------------------------------------------

    def do_trigger(self, trigger: str) -> None:
        """Make an event of another trigger; what was typed is forgotten."""
        with self.hold_trait_notifications():
            self.trigger, self.ingredients, self.event = trigger, {}, ""

    def do_user(self, user: str) -> None:
        """Let another user receive it."""
        self.user = user

    def do_feature(self, feature: str) -> None:
        """Let another of their user features receive it."""
        self.feature = feature

    def do_zone(self, zone: str) -> None:
        """Move the chosen user to another time zone."""
        self.bench.enable(self._somebody(), timezone=zone)
        self.refresh()

    def do_enable(self, user: str) -> None:
        """Let a first user enable the connection, with the values that are set."""
        if not user.strip():
            raise UsageError("A user needs an id: the one that your service knows them by.")
        self.bench.enable(user.strip())
        self.user = user.strip()

    def do_set(self, name: str, text: str) -> None:
        """Give an ingredient a value, as its input has it."""
        self.ingredients = {**self.ingredients, name: _typed(self._ingredient(name), text)}

    def do_unset(self, name: str) -> None:
        """Let an ingredient be a sample again."""
        self.ingredients = {one: value for one, value in self.ingredients.items() if one != name}

    def do_json(self, text: str) -> None:
        """Take the whole event from JSON: one object, ingredient by ingredient; other text stays to be mended."""
        self._unread = text
        self.refresh()
        self.ingredients = self._read(text)
        self._forget_unread()
        self.refresh()

    def _forget_unread(self) -> None:
        self._unread = ""

    def _check_unread(self) -> None:
        """Say again what is wrong with a text that was not taken: only the event in sight may go."""
        if self._unread:
            self._read(self._unread)

    def _read(self, text: str) -> dict[str, Json]:
        try:
            given = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise UsageError(f"This is no JSON: {error}.") from None
        if not isinstance(given, dict):
            raise UsageError("An event is one JSON object: {ingredient: value}.")
        for name in given:
            self._ingredient(name)
        return given

    def do_load(self, name: str) -> None:
        """Show a saved event."""
        saved = self.bench.events[name]
        with self.hold_trait_notifications():
            self.trigger, self.ingredients, self.event = saved.trigger, dict(saved.ingredients), name

    def do_save(self, name: str) -> None:
        """Save the event under a name, with all its ingredients."""
        self._check_unread()
        saved = self.bench.events.save(name, self.trigger, json.loads(self.form["json"]))
        self.event = saved.name
        self.refresh()
        self.say(f"Saved as {saved.name}.", "good")

    def do_forget(self, name: str) -> None:
        """Forget a saved event."""
        self.bench.events.remove(name)
        self.event = ""
        self.refresh()

    def do_choose(self, run: str) -> None:
        """Point at one of the results."""
        self.chosen = run

    def do_seed(self, seed: str) -> None:
        """Vary in another way."""
        try:
            self.seed = int(seed)
        except ValueError:
            raise UsageError(f"A seed is a whole number; it is still {self.seed}.") from None

    def do_count(self, on: bool) -> None:
        """Count the lines that run, or not."""
        self.coverage = on

    def do_fire(self) -> None:
        """Fire the event, in the background."""
        event = dict(self.ingredients)
        self._start([event])

    def do_vary(self) -> None:
        """Fire ten events: what was given stays, the rest varies by the seed and the ingredients' types."""
        defined = self._defined()
        if defined is None:
            raise UsageError("The connection has no trigger.")
        now = self.bench.clock.now()
        seeds = range(self.seed * VARIATIONS + 1, (self.seed + 1) * VARIATIONS + 1)
        self._start([{**sample_event(defined, seed, now), **self.ingredients} for seed in seeds])

    def _start(self, events: list[dict[str, Json]]) -> None:
        self._check_unread()
        trigger, user, feature = self.trigger, self._somebody(), self.feature
        if not trigger:
            raise UsageError("The connection has no trigger: add one to a feature first.")
        with self._lock:
            self._presses += 1
            press = self._presses
            self._show_running(press, 0, len(events))
        self.in_background(lambda: self._fire_all(press, trigger, user, feature, events))

    def _fire_all(self, press: int, trigger: str, user: str, feature: str, events: list[dict[str, Json]]) -> None:
        fired: list[Run] = []
        try:
            for event in events:
                run = self.bench.fire(
                    trigger, user=user, feature=feature or None, ingredients=event, coverage=self.coverage
                )
                fired.append(run)
                with self._lock:
                    self.runs.append(run)
                    self._show_running(press, len(fired), len(events))
                    self.results = [{**_result(run), "press": press}, *self.results][:_RESULTS_SHOWN]
        finally:
            self._show_running(press, len(events), len(events))
        self.refresh()
        good = sum(one.ok for one in fired)
        text = headline(fired[0]) if len(fired) == 1 else f"{len(fired)} events fired: {good} went well."
        self.say(f"#{press}: {text}", "good" if good == len(fired) else "bad")

    def _show_running(self, press: int, done: int, of: int) -> None:
        """Show how far a press is; no more once all its events are done."""
        with self._lock:
            others = [one for one in self.running if one["press"] != press]
            mine = [{"press": press, "done": done, "of": of}] if done < of else []
            self.running = sorted([*others, *mine], key=lambda one: -one["press"])

    def _somebody(self) -> str:
        if not self.user:
            raise UsageError("Nobody can receive this event: let a user enable the connection first.")
        return self.user

    def _ingredient(self, name: str) -> Ingredient:
        defined = self._defined()
        known = {one.id: one for one in defined.ingredients} if defined is not None else {}
        if name not in known:
            raise UnknownName("ingredient", name, known, where=f"of {self.trigger}")
        return known[name]

    # --- beside the browser -------------------------------------------------------------------------------------------

    def summary(self) -> str:
        """The trigger and who receives it."""
        return f"<EventForm {self.trigger or 'without trigger'} for {self.user or 'nobody'}>"

    def mirror(self) -> str:
        """The event as it stands, and what came of those that were fired."""
        rows = [(one["name"], one["type"], brief(one["value"], 2_000)) for one in self.form["inputs"]]
        event = html.table(("ingredient", "type", "value"), rows, caption=f"{self.trigger} for {self.user or 'nobody'}")
        if not self.results:
            return event
        return event + html.table(
            ("fired", "end", ""), [(one["title"], one["end"], one["text"]) for one in self.results]
        )


def _input(one: Ingredient, value: Json, *, given: bool) -> dict[str, Any]:
    return {
        "name": one.id,
        "label": one.label or one.id,
        "type": one.type.value,
        "example": brief(one.example),
        "value": value if isinstance(value, str) else json.dumps(value, ensure_ascii=False),
        "given": given,
    }


def _typed(one: Ingredient, text: str) -> Json:
    """What is typed, as the ingredient's type has it; text where it does not read as that."""
    if one.type not in (IngredientType.NUMBER, IngredientType.QUERY):
        return text
    try:
        value: Json = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value


def _result(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "ok": run.ok,
        "end": run.end.value,
        "text": headline(run).partition(f": {run.end}")[2].lstrip(",. "),
        "title": _title(run.masked_ingredients),
    }


def _title(ingredients: Mapping[str, Json]) -> str:
    return brief(next(iter(ingredients.values()), ""), 80)


def _zones() -> list[dict[str, str]]:
    names = sorted(name for name in available_timezones() if name.partition("/")[0] in _CONTINENTS)
    return [
        {"value": name, "label": name.partition("/")[2].replace("_", " "), "group": name.partition("/")[0]}
        for name in names
    ]


_CONTINENTS = frozenset({
    *("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"),
})  # fmt: skip
