"""What nobody has documented about the Connect API, and what we chose: one table.

Each choice has a name, the open question, what we decided, and, where it matters, a value to change on
``Choices``. Error texts live in ``responses.py``; the facts that are documented live where they are used.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from workbench.errors import UnknownName, UsageError


@dataclass(frozen=True, kw_only=True, repr=False)
class Choices:
    """The decisions that can be changed; the defaults are the emulator's own.

    >>> Choices(unknown_fields="ignore")
    Choices(unknown_fields='ignore')
    """

    unknown_fields: Literal["refuse", "ignore"] = "refuse"
    text_values: Literal["coerce", "refuse"] = "coerce"
    null_values: Literal["omit", "refuse"] = "omit"
    other_user: Literal["refuse", "allow"] = "refuse"
    wrong_method: Literal["405", "404"] = "405"
    content_type: Literal["require", "ignore"] = "require"
    next_page: Literal["next", "both"] = "next"
    changed_cursor: Literal["refuse", "ignore"] = "refuse"
    pending_status: str = "never_enabled"
    disabled_shows_values: bool = False
    update_status: Literal["200", "204"] = "200"
    lost_answer: Literal["reject", "502"] = "reject"
    malformed_answer: Literal["text", "reject"] = "text"
    extra_keys: Literal["none", "random"] = "none"
    update_webhook: Literal["none", "updated"] = "none"
    webhook_names: Literal["omit", "send"] = "omit"
    webhook_retries: Literal["once", "five times", "at least once"] = "once"
    default_limit: int = 50
    max_limit: int = 1_000
    body_limit: int = 1 * 2**20
    depth_limit: int = 200

    def but(self, **switches: Any) -> Choices:
        """These choices with some changed.

        Raises:
            UsageError: there is no such switch, or it cannot be set so; lists what there is.
        """
        for name in switches:
            if name not in SWITCHES:
                raise UnknownName("switch", name, SWITCHES, where="of the choices")
        return replace(self, **switches)

    def __repr__(self) -> str:
        changed = (field for field in fields(self) if getattr(self, field.name) != field.default)
        return f"Choices({', '.join(f'{field.name}={getattr(self, field.name)!r}' for field in changed)})"

    def __post_init__(self) -> None:
        for field in fields(self):
            allowed = _ALLOWED.get(field.name)
            value = getattr(self, field.name)
            if allowed is not None and value not in allowed:
                listed = " or ".join(f"`{one}`" for one in allowed)
                raise UsageError(f"`{value}` is no choice for {field.name}. Choose {listed}.")
            if field.name == "disabled_shows_values" and not isinstance(value, bool):
                raise UsageError(f"disabled_shows_values is True or False, not {value!r}.")
            if field.name == "pending_status" and not isinstance(value, str):
                raise UsageError(f"pending_status is a text, not {value!r}.")
            if field.name in _COUNTS and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
                raise UsageError(f"{field.name} is a whole number from 1, not {value!r}.")


SWITCHES = tuple(field.name for field in fields(Choices))
_ALLOWED = {
    "unknown_fields": ("refuse", "ignore"),
    "text_values": ("coerce", "refuse"),
    "null_values": ("omit", "refuse"),
    "other_user": ("refuse", "allow"),
    "wrong_method": ("405", "404"),
    "content_type": ("require", "ignore"),
    "next_page": ("next", "both"),
    "changed_cursor": ("refuse", "ignore"),
    "update_status": ("200", "204"),
    "lost_answer": ("reject", "502"),
    "malformed_answer": ("text", "reject"),
    "extra_keys": ("none", "random"),
    "update_webhook": ("none", "updated"),
    "webhook_names": ("omit", "send"),
    "webhook_retries": ("once", "five times", "at least once"),
}
_COUNTS = ("default_limit", "max_limit", "body_limit", "depth_limit")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One thing that is not known, and what we chose. ``switch`` names the member of ``Choices``, if any."""

    name: str
    question: str
    decision: str
    switch: str | None = None


TABLE: tuple[Choice, ...] = (
    Choice(
        name="bad key",
        question="What does a missing or wrong service key get?",
        decision="401 `unauthorized`. A service key sent as a Bearer token gets the same, with a hint.",
    ),
    Choice(
        name="missing user",
        question="What does a call that needs a `user_id` get without one?",
        decision="400 `bad_request`, with the detail `/user_id`.",
    ),
    Choice(
        name="two users",
        question="What if `user_id` in the query and in the body differ?",
        decision="400 `bad_request`. The same id in both places, as a number or as text, is accepted.",
    ),
    Choice(
        name="user not enabled",
        question="What does a call get for a user who never enabled the connection, or is pending or disabled?",
        decision="403 `forbidden`; the message says which of the three it is.",
    ),
    Choice(
        name="unknown ids",
        question="What does an unknown connection, feature, trigger, query or action id get?",
        decision="404 `not_found`, worded as the documented `Unknown connection id`. A step that the service has "
        "but no feature uses is unknown too.",
    ),
    Choice(
        name="foreign user feature",
        question="What does a `user_feature_id` get that is unknown, another user's, or of a feature without the step?",
        decision="404 `not_found`, the same for all three: nothing is told about other users.",
    ),
    Choice(
        name="disabled feature",
        question="What if the user switched the feature off?",
        decision="Named by `user_feature_id`: 403 `forbidden`. Otherwise it is passed over: the first enabled user "
        "feature that has the step is used, and if there is none, 403.",
    ),
    Choice(
        name="malformed JSON",
        question="What does a body get that is no JSON, no UTF-8, or no object?",
        decision="400 `bad_request`; message and details give line and column, and a trailing comma is named as such.",
    ),
    Choice(
        name="depth",
        question="How deep may a body be nested?",
        decision="200 levels; beyond that 400 `bad_request`.",
        switch="depth_limit",
    ),
    Choice(
        name="size",
        question="How large may a body be?",
        decision="1 MiB; beyond that 413 `payload_too_large`.",
        switch="body_limit",
    ),
    Choice(
        name="content type",
        question="What if a body is not sent as `application/json`?",
        decision="A body of another content type gets 415 `unsupported_media_type`; one without any content type "
        "is read as JSON.",
        switch="content_type",
    ),
    Choice(
        name="wrong method",
        question="What does a known path get with another method?",
        decision="405 `method_not_allowed` with an `Allow` header.",
        switch="wrong_method",
    ),
    Choice(
        name="unknown path",
        question="What does an unknown path get?",
        decision="404 `not_found`. Paths are exact: a trailing or doubled slash is another path, and `%2F` belongs "
        "to an id.",
    ),
    Choice(
        name="unknown fields",
        question="Is an unknown name in `fields` an error, or ignored?",
        decision="422 `invalid_parameters` with the nearest field that there is. Feature-level fields cannot be "
        "overridden in a call either. Unknown members beside `fields` are ignored.",
        switch="unknown_fields",
    ),
    Choice(
        name="text values",
        question="Are numbers and booleans taken for a text field?",
        decision="Yes, as their JSON text (`3`, `true`); objects and lists get 422.",
        switch="text_values",
    ),
    Choice(
        name="null values",
        question="What does `null` mean in `fields`?",
        decision="As if the field had not been sent.",
        switch="null_values",
    ),
    Choice(
        name="missing value",
        question="What if a required field has no value from anybody?",
        decision="422 `invalid_parameters`, pointing at the field. An empty text is a value.",
    ),
    Choice(
        name="checkbox override",
        question="How is a checkbox field overridden?",
        decision="With a list of option tokens; labels, plain values and a single token get 422.",
    ),
    Choice(
        name="location override",
        question="What may a location override omit?",
        decision="`lat` and `lng` are needed, and `radius` where the type has one; `address`, `description` and `zoom` "
        "may be left out, other members are ignored. Numbers may be sent as text.",
    ),
    Choice(
        name="option tokens",
        question="What do option tokens hold, how long do they live, and for whom?",
        decision="A token is opaque, belongs to one user and one field of one step, and lives as long as the "
        "connection lists its option. Labels and plain values are never accepted.",
    ),
    Choice(
        name="default limit",
        question="How many items does `perform` return without a `limit`?",
        decision="50, as the Service API says of services.",
        switch="default_limit",
    ),
    Choice(
        name="limits",
        question="Which limits are allowed?",
        decision="Whole numbers from 0 to 1,000, others get 422. `limit: 0` returns no items and no `next`.",
        switch="max_limit",
    ),
    Choice(
        name="cursor place",
        question="Where does the cursor live, in `next` or at the top?",
        decision="In `next`, with the call's `fields`; no `next` is the last page. `both` also writes it at the top.",
        switch="next_page",
    ),
    Choice(
        name="changed cursor",
        question="What if a cursor comes with another user feature, other `fields` or other `includes`?",
        decision="422 pointing at `/cursor`. The limit may change from page to page. Cursors do not expire.",
        switch="changed_cursor",
    ),
    Choice(
        name="includes",
        question="What does an unknown name in `includes` get?",
        decision="422 pointing at its place. An included list is cut at the default limit, and then has a `next`.",
    ),
    Choice(
        name="levels",
        question="Which `authentication_level` do anonymous and key-only callers have?",
        decision="`none` and `channel`; a user token gives `user`.",
    ),
    Choice(
        name="user tokens",
        question="What may a user token do, and how long does it live?",
        decision="`me`, show, enable and disable, for its own user; elsewhere 403. It is the same each time it is asked "
        "for, and does not expire. A service key beside it goes first.",
    ),
    Choice(
        name="proof for a user token",
        question="How is the `access_token` checked that a user token is asked for with?",
        decision="It must be there (400); only your service could check it, so any is taken. A user who is not linked "
        "gets 401 in the one wording that is known.",
    ),
    Choice(
        name="access codes",
        question="What does a used or expired provisional access code do?",
        decision="Nothing: it is passed over, and the user signs in to your service as without one.",
    ),
    Choice(
        name="switching by SDK",
        question="Who may enable and disable, and whom?",
        decision="A user token only (a service key gets 403); enabling is for those who have disabled, it needs no values "
        "and never completes a pending user connection (403).",
    ),
    Choice(
        name="accounts",
        question="Which accounts does `account/find` know?",
        decision="Users whose `user_id` is that email; others get 404.",
    ),
    Choice(
        name="deprecated update",
        question="Whose values does the deprecated update change, and what does it answer?",
        decision="The n-th entry of `user_actions` is for the user's n-th user feature with that action. 200 with the "
        "connection, as `GET` shows it.",
    ),
    Choice(
        name="refreshed labels",
        question="What does a refresh do with an option that the service no longer has?",
        decision="Value and label stay as they were.",
    ),
    Choice(
        name="unlinked user",
        question="What does `me` say of a user who is not linked?",
        decision="200 with `user_login` null.",
    ),
    Choice(
        name="pending status",
        question="What is the `user_status` of a pending user?",
        decision="`never_enabled`, which is what the SDKs make of anything they do not know.",
        switch="pending_status",
    ),
    Choice(
        name="user connection shown",
        question="Is `user_connection` shown for a disabled or pending user?",
        decision="No: only for one who has the connection enabled.",
        switch="disabled_shows_values",
    ),
    Choice(
        name="update answer",
        question="What does `PUT user_connection` answer?",
        decision="200 with the connection, as `GET` shows it.",
        switch="update_status",
    ),
    Choice(
        name="update ids",
        question="Do user feature ids survive a `PUT`?",
        decision="Yes: the first user feature of a feature stays the first, and so on; further ones get new ids.",
    ),
    Choice(
        name="update of hidden fields",
        question="May a `PUT` set a field that is set by you?",
        decision="No: 422. A required field without value or default gets 422 as well. Errors point into the body.",
    ),
    Choice(
        name="service failures",
        question="What does the caller get when the service fails?",
        decision="502 `bad_gateway` with the service's message, unless the service's failure names another status. "
        "An exception in a responder is a 502 too; its text is kept as a note in the log.",
    ),
    Choice(
        name="test events",
        question="What does a test of a trigger send, and does the script run?",
        decision="Sample ingredients; the script runs.",
    ),
    Choice(
        name="script's unknown step",
        question="What does a script get that calls a step which the connection lacks?",
        decision="The 404, through its promise: `statusCode` 404 and the error body.",
    ),
    Choice(
        name="script's other user",
        question="May a script name another `user_id`?",
        decision="No: 403 `forbidden`. The id of its own user is accepted.",
        switch="other_user",
    ),
    Choice(
        name="body of a 204",
        question="What is `responseBody` after a 204?",
        decision="`null`.",
    ),
    Choice(
        name="lost answer",
        question="What does a script's promise get when no answer came, or only half of one?",
        decision="It rejects, with the words of Node 12 (`socket hang up`, `aborted`).",
        switch="lost_answer",
    ),
    Choice(
        name="malformed answer",
        question="What is `responseBody` when the answer is no JSON?",
        decision="The text as it came; the status stands.",
        switch="malformed_answer",
    ),
    Choice(
        name="extra keys",
        question="Which keys does the service add to what it sends, as it says it may?",
        decision="None, so that examples read well. `random` adds one to objects of answers, webhooks and service "
        "requests, drawn by seed; never among field ids, ingredients or values, which are names of yours.",
        switch="extra_keys",
    ),
    Choice(
        name="enabled webhook",
        question="When is `connection/enabled` sent for a connection that began pending?",
        decision="When the update that completes it arrives, not before. Enabling again after disabling sends it too.",
    ),
    Choice(
        name="update webhook",
        question="Does `PUT user_connection` send `connection/updated`?",
        decision="No: that webhook tells of what a user did, and it was your backend that updated.",
        switch="update_webhook",
    ),
    Choice(
        name="deleted connection",
        question="Which webhook tells that a user deleted the connection?",
        decision="`connection/disabled`, if it was enabled.",
    ),
    Choice(
        name="webhook names",
        question="Does a webhook's body carry `type` and `event`?",
        decision="No: no example of the documentation has them; they are in the path.",
        switch="webhook_names",
    ),
    Choice(
        name="webhook answers",
        question="What may a backend answer to a webhook, and how long may it take?",
        decision="Any 2xx accepts it; 12 seconds. Everything else is logged, and nothing else comes of it.",
    ),
    Choice(
        name="webhook retries",
        question="Is a webhook that was not accepted sent again?",
        decision="No. `five times` tries again after 1, 2, 4 and 8 seconds; `at least once` goes on until it is "
        "accepted or the bench is closed. Body and request id stay the same, and the order is kept.",
        switch="webhook_retries",
    ),
    Choice(
        name="service requests",
        question="Is a service that really runs asked again behind a `run` or `perform`?",
        decision="No: one attempt of at most 8 seconds, while the caller waits. Whatever goes wrong is a 502 whose "
        "message names the request log's code (E0 to E7) and what the service said; so is a skipped action (E5).",
    ),
    Choice(
        name="undeclared ingredients",
        question="Are ingredients shown that a service returns but never declared?",
        decision="No. `meta` is left out as well, as the documented items have none.",
    ),
    Choice(
        name="first poll",
        question="Do events fire that were there before a trigger was checked for the first time?",
        decision="No: the first check only notes them. Later ones fire what is new, oldest first.",
    ),
    Choice(
        name="notifications",
        question="What does `POST /v1/notifications` answer?",
        decision="200 with an empty object; the checks follow. Identities and users that nobody knows are passed over; "
        "errors have the body of the Connect API.",
    ),
)


def as_markdown(choices: Choices | None = None) -> str:
    """The table as Markdown, with the switches as they stand."""
    standing = choices if choices is not None else Choices()
    lines = ["| What is not known | What we chose | Switch |", "| --- | --- | --- |"]
    for choice in TABLE:
        switch = f"`{choice.switch}={getattr(standing, choice.switch)!r}`" if choice.switch else ""
        lines.append(f"| **{choice.name}**: {choice.question} | {choice.decision} | {switch} |")
    return "\n".join(lines) + "\n"


def as_document() -> str:
    """The page ``CHOICES.md`` beside this file: the table with its default switches, and how they are changed."""
    return (
        "# What is not known, and what we chose\n\n"
        "The [Connect API's documentation](https://ifttt.com/docs/connect_api) leaves these questions open. The emulator\n"
        "had to decide them; each decision has a test. Where it may matter to you there is a switch:\n"
        '`bench.choose(unknown_fields="ignore")`, or `wb.Bench(connection, choices=wb.Choices(...))`.\n\n'
        "Written by `workbench choices --markdown`.\n\n" + as_markdown()
    )


def as_text(choices: Choices | None = None) -> str:
    """The table for a terminal, with the switches as they stand."""
    standing = choices if choices is not None else Choices()
    parts = []
    for choice in TABLE:
        switch = f"{choice.switch} = {getattr(standing, choice.switch)!r}" if choice.switch else ""
        lines = [choice.question, f"{choice.decision}", *([f"Switch: {switch}"] if switch else [])]
        wrapped = [textwrap.fill(line, 100, initial_indent="  ", subsequent_indent="  ") for line in lines]
        parts.append("\n".join([choice.name, *wrapped]))
    return "\n\n".join(parts) + "\n"
