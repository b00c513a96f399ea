"""Perform a query: its pages, their cursors, and the queries nested in its items.

Connect API page, "Perform a query". An ingredient of type Query is shown as ``{"type": "query", "fields"}``, or
resolved as ``{"type": "list", "data"}`` where ``includes`` names it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from workbench.connect_api.requests import Request, read_limit, read_text, read_texts
from workbench.connect_api.responses import About, Detail, Refusal, invalid, ok, pointer
from workbench.connect_api.services import Page, Reply, StepCall, Whole
from workbench.connect_api.state import State
from workbench.connect_api.steps import Ask, Outcome, Target, decide_fields, failure, read_target
from workbench.connect_api.values import Tokens, sent_as
from workbench.connection.definition import Ingredient, IngredientType, Query, StepKind
from workbench.connection.fields import Field, Json, decide
from workbench.errors import nearest

Item = dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Paging:
    """Where a page begins and ends, and the cursor that leads on; bound to step, user, fields and includes."""

    scope: str
    limit: int
    offset: int = 0
    theirs: Json = None

    def cut(self, reply: Reply, about: About) -> tuple[list[Item], list[Json] | None]:
        """The page's items, and what the cursor of the next page holds; None on the last page."""
        if isinstance(reply, Page):
            if len(reply.items) > self.limit:
                about.note = f"The responder returned {len(reply.items)} items for a limit of {self.limit}; cut"
            more = reply.cursor is not None and self.limit > 0
            return [dict(item) for item in reply.items[: self.limit]], ["theirs", reply.cursor] if more else None
        items = reply.items if isinstance(reply, Whole) else ()
        end = self.offset + self.limit
        more = self.limit > 0 and end < len(items)
        return [dict(item) for item in items[self.offset : end]], ["offset", end] if more else None


def perform_query(state: State, request: Request, about: About, step_id: str) -> Outcome:
    """``POST /v2/connections/{id}/queries/{service.query}/perform``."""
    target = read_target(state, request, about, StepKind.QUERY, step_id)
    limit = read_limit(target.body, state.choices)
    includes = _read_includes(target)
    fields = decide_fields(state, target, about)
    paging = _read_paging(state, target, fields, includes, limit)
    call = StepCall(
        step=step_id,
        kind=StepKind.QUERY,
        fields=fields,
        user_id=target.user.user_id,
        user_feature_id=target.user_feature.id,
        limit=limit,
        cursor=paging.theirs,
        includes=includes,
        now=state.now,
    )

    def then(later: State, replies: Sequence[Reply]) -> Outcome:
        failed = failure(replies, about)
        if failed is not None:
            return failed
        items, cursor = paging.cut(replies[0], about)
        body: Item = {"type": "list", "data": cast("Json", items)}
        _add_next(later, body, target.sent, paging.scope, cursor)
        return _resolve(later, target, includes, body, about)

    return Ask(calls=(call,), about=about, then=then)


def _scope(state: State, step: str, user_id: str, fields: Mapping[str, Json], includes: Sequence[str]) -> str:
    if state.choices.changed_cursor == "ignore":
        return f"{step}\x00{user_id}"
    return f"{step}\x00{user_id}\x00{json.dumps([fields, sorted(includes)], sort_keys=True)}"


def _read_paging(
    state: State, target: Target, fields: Mapping[str, Json], includes: tuple[str, ...], limit: int
) -> _Paging:
    scope = _scope(state, target.used.id, target.user.user_id, fields, includes)
    cursor = read_text(target.body, "cursor")
    if cursor is None:
        return _Paging(scope=scope, limit=limit)
    held = state.index.mint.read_cursor(scope, cursor)
    if held is None:
        raise _bad_cursor()
    kind, content = cast("list[Json]", held[0])
    if kind == "theirs":
        return _Paging(scope=scope, limit=limit, theirs=content)
    return _Paging(scope=scope, limit=limit, offset=cast("int", content))


def _bad_cursor() -> Refusal:
    message = "Not a cursor of this query with these `fields` and `includes`. Send what the page before gave in `next`."
    return invalid(Detail(parameter="/cursor", message=message))


def _add_next(state: State, body: Item, sent: Mapping[str, Json], scope: str, cursor: list[Json] | None) -> None:
    if cursor is None:
        return
    token = state.index.mint.cursor(scope, cursor)
    body["next"] = {"fields": dict(sent), "cursor": token}
    if state.choices.next_page == "both":
        body["fields"], body["cursor"] = dict(sent), token


# --- queries in items -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Nested:
    """A query nested in an item: where it stands, and what it asks."""

    item: Item
    ingredient: str
    step: str
    asks: dict[str, Json]  # what the service is asked with
    sent: dict[str, Json]  # what a caller would send: tokens for options


def _ingredients(target: Target) -> list[Ingredient]:
    defined = target.used.defined
    if not isinstance(defined, Query):
        return []
    return [one for one in defined.ingredients if one.type is IngredientType.QUERY]


def _read_includes(target: Target) -> tuple[str, ...]:
    includes = read_texts(target.body, "includes")
    if includes:
        known = [one.id for one in _ingredients(target)]
        wrong = [(number, name) for number, name in enumerate(includes) if name not in known]
        if wrong:
            raise invalid(*(_unknown_include(number, name, known) for number, name in wrong))
    return includes


def _unknown_include(number: int, name: str, known: list[str]) -> Detail:
    near = nearest(name, known)
    hint = f"Did you mean `{near}`?" if near else f"There is: {', '.join(known) or 'none'}."
    return Detail(parameter=pointer("includes", number), message=f"Unknown query ingredient `{name}`. {hint}")


def _resolve(state: State, target: Target, includes: tuple[str, ...], body: Item, about: About) -> Outcome:
    """Show the queries nested in the items; ask for those that ``includes`` names."""
    items = cast("list[Item]", body["data"])
    asked: list[_Nested] = []
    for ingredient in _ingredients(target):
        for item in items:
            if ingredient.id in item:
                nested = _nested(state, target, item, ingredient)
                item[ingredient.id] = _shown(state, target, item[ingredient.id], nested)
                is_query = cast("Item", item[ingredient.id])["type"] == "query"
                if is_query and ingredient.id in includes:
                    asked.append(nested)
    if not asked:
        return ok(body, about)
    calls = tuple(_call(state, target, nested) for nested in asked)

    def then(later: State, replies: Sequence[Reply]) -> Outcome:
        failed = failure(replies, about)
        if failed is not None:
            return failed
        for nested, call, reply in zip(asked, calls, replies, strict=True):
            nested.item[nested.ingredient] = _included(later, nested, call, reply, about)
        return ok(body, about)

    return Ask(calls=calls, about=about, then=then)


def _nested(state: State, target: Target, item: Item, ingredient: Ingredient) -> _Nested:
    value = item[ingredient.id]
    is_shaped = isinstance(value, dict) and value.get("type") in ("query", "list")
    asked = cast("Item", value).get("fields") if is_shaped else value
    asked = asked if isinstance(asked, dict) else {}
    step = ingredient.query or f"{target.step.service_id}.{ingredient.id}"
    fields, stored = _fields_of(state, target, step)
    tokens = Tokens(state.index.mint, f"{StepKind.QUERY.plural}/{step}", target.user.user_id)
    known = {field.id: field for field in fields}
    sent = {name: sent_as(known[name], part, tokens) if name in known else part for name, part in asked.items()}
    decided = [decide(field, call=asked, user=stored) for field in fields]
    asks = {made.field_id: made.winner.value for made in decided if made.winner is not None}
    return _Nested(item=item, ingredient=ingredient.id, step=step, asks=asks, sent=sent)


def _fields_of(state: State, target: Target, step: str) -> tuple[tuple[Field, ...], Mapping[str, Json]]:
    """The fields of a nested query and the user's values for it, as the feature of the outer query has it."""
    used = state.index.steps.get((StepKind.QUERY, step))
    if used is None:
        found = state.definition.step(step, StepKind.QUERY)
        return (found[1].fields if found else ()), {}
    in_feature = used.by_feature.get(target.user_feature.feature_id)
    if in_feature is None:
        return tuple(used.fields().values()), {}
    return in_feature.fields, target.user_feature.values_of(in_feature.id)


def _shown(state: State, target: Target, value: Json, nested: _Nested) -> Item:
    """How a nested query is shown: a list that the service resolved itself, else the query to perform.

    ``fields`` and ``cursor`` in a list are the service's own, and become its ``next``.
    """
    if isinstance(value, list):
        return {"type": "list", "data": value}
    if isinstance(value, dict) and value.get("type") == "list":
        shown = {name: part for name, part in value.items() if name not in ("fields", "cursor")}
        if value.get("cursor") is not None:
            scope = _scope(state, nested.step, target.user.user_id, nested.asks, ())
            _add_next(state, shown, nested.sent, scope, ["theirs", value["cursor"]])
        return shown
    return {"type": "query", "fields": nested.sent}


def _call(state: State, target: Target, nested: _Nested) -> StepCall:
    return StepCall(
        step=nested.step,
        kind=StepKind.QUERY,
        fields=nested.asks,
        user_id=target.user.user_id,
        user_feature_id=target.user_feature.id,
        limit=state.choices.default_limit,
        now=state.now,
    )


def _included(state: State, nested: _Nested, call: StepCall, reply: Reply, about: About) -> Item:
    scope = _scope(state, call.step, call.user_id, call.fields, ())
    items, cursor = _Paging(scope=scope, limit=state.choices.default_limit).cut(reply, about)
    body: Item = {"type": "list", "data": cast("Json", items)}
    _add_next(state, body, nested.sent, scope, cursor)
    return body
