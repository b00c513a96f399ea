"""The table of what is not known and what we chose."""

from __future__ import annotations

import ast
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from workbench.connect_api import choices
from workbench.connect_api.choices import TABLE, Choices, as_markdown
from workbench.errors import UsageError

USER = "user-17"

PROOF = {
    "bad key": "test_a_run_needs_the_service_key",
    "missing user": "test_what_cannot_be_found_or_read_gets_its_status_and_code",
    "two users": "test_user_id_is_taken_from_query_or_body",
    "user not enabled": "test_only_an_enabled_user_can_be_acted_for",
    "unknown ids": "test_what_cannot_be_found_or_read_gets_its_status_and_code",
    "foreign user feature": "test_a_foreign_user_feature_is_unknown",
    "disabled feature": "test_a_feature_that_is_switched_off_is_passed_over",
    "malformed JSON": "test_a_body_that_cannot_be_read_is_a_bad_request",
    "depth": "test_a_limit_of_depth_can_be_set",
    "size": "test_a_body_may_be_as_large_as_the_limit",
    "content type": "test_a_body_is_sent_as_json",
    "wrong method": "test_a_wrong_method_may_be_an_unknown_path",
    "unknown path": "test_what_cannot_be_found_or_read_gets_its_status_and_code",
    "unknown fields": "test_choices_change_how_fields_are_read",
    "text values": "test_choices_change_how_fields_are_read",
    "null values": "test_choices_change_how_fields_are_read",
    "missing value": "test_a_required_field_without_any_value_is_named",
    "checkbox override": "test_checkboxes_take_a_list_of_tokens",
    "location override": "test_a_location_is_an_object_with_its_parts",
    "option tokens": "test_a_token_is_good_for_one_user_and_field",
    "default limit": "test_the_default_limit_is_a_choice",
    "limits": "test_the_largest_limit_can_be_set",
    "cursor place": "test_the_cursor_may_also_stand_at_the_top",
    "changed cursor": "test_a_cursor_belongs_to_its_query",
    "includes": "test_includes_name_query_ingredients",
    "levels": "test_me_says_who_is_asking",
    "user tokens": "test_a_user_token_is_no_service_key",
    "proof for a user token": "test_a_user_token_needs_user_and_proof",
    "access codes": "test_an_access_code_is_good_once_and_for_48_hours",
    "switching by SDK": "test_only_a_user_switches",
    "accounts": "test_accounts_are_found_by_email",
    "deprecated update": "test_the_deprecated_update_lays_values_over_those_there_are",
    "refreshed labels": "test_a_refresh_keeps_the_label_of_an_option_that_is_gone",
    "unlinked user": "test_me_says_who_is_asking",
    "pending status": "test_the_status_of_a_pending_user_is_a_choice",
    "user connection shown": "test_a_disabled_users_values_may_be_shown",
    "update answer": "test_the_answer_of_a_put_is_a_choice",
    "update ids": "test_put_of_what_was_shown_changes_nothing",
    "update of hidden fields": "test_what_is_wrong_with_a_put_is_pointed_at_and_nothing_changes",
    "service failures": "test_a_failing_responder_is_a_bad_gateway",
    "test events": "test_a_test_trigger_sends_a_sample_event",
    "script's unknown step": "test_a_script_that_calls_an_unknown_step_gets_the_404",
    "script's other user": "test_a_script_may_name_its_own_user_only",
    "body of a 204": "test_a_204_has_no_body_anywhere",
    "lost answer": "test_what_a_scripts_promise_gets",
    "malformed answer": "test_a_script_gets_the_text_of_a_malformed_answer",
    "extra keys": "test_keys_are_added_only_if_so_chosen",
    "enabled webhook": "test_a_pending_connection_is_told_when_an_update_completes_it",
    "update webhook": "test_an_update_by_the_backend_is_told_only_if_so_chosen",
    "webhook names": "test_type_and_event_are_in_the_body_if_so_chosen",
    "webhook retries": "test_how_long_each_policy_waits",
    "deleted connection": "test_a_whole_life_is_told_in_order",
    "webhook answers": "test_a_backend_that_fails_is_logged_and_harms_nothing",
    "service requests": "test_a_skipped_action_is_a_502_that_says_why",
    "undeclared ingredients": "test_pages_of_the_service_are_followed_by_their_cursors",
    "first poll": "test_the_first_check_fires_nothing_and_later_ones_what_is_new_once",
    "notifications": "test_a_notification_of_what_nobody_knows_is_passed_over",
}
"""Which test holds which choice to its word."""


def _tests() -> set[str]:
    trees = (ast.parse(path.read_text("utf-8")) for path in Path(__file__).parent.glob("test_*.py"))
    return {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_names_are_unique_and_every_switch_is_in_the_table() -> None:
    """Each choice has one row, and each member of `Choices` is explained by one."""
    names = [choice.name for choice in TABLE]
    assert len(names) == len(set(names))
    switches = [choice.switch for choice in TABLE if choice.switch]
    assert sorted(switches) == sorted(field.name for field in fields(Choices))


def test_each_choice_has_a_proof_that_is_there() -> None:
    """No choice is without a test that holds it, and none claims a test that is gone."""
    names = {choice.name for choice in TABLE}
    assert set(PROOF) == names
    assert set(PROOF.values()) <= _tests()


def test_the_page_of_choices_is_what_the_table_says() -> None:
    """CHOICES.md is what `workbench choices --markdown` prints, and the README links it."""
    page = Path(choices.__file__).with_name("CHOICES.md")
    assert page.read_text("utf-8") == choices.as_document()
    readme = Path(__file__).parents[2] / "README.md"
    assert "(workbench/connect_api/CHOICES.md)" in readme.read_text("utf-8")


def test_the_text_for_a_terminal_has_every_choice() -> None:
    """Each choice is there with its question, what was decided and its switch, in lines of at most 100 characters."""
    text = choices.as_text(Choices(default_limit=7))
    assert max(map(len, text.splitlines())) <= 100
    assert "Switch: default_limit = 7" in text
    flat = " ".join(text.split())
    assert all(" ".join(one.decision.split()) in flat and one.question in flat for one in TABLE)


def test_the_table_is_rendered_with_its_switches() -> None:
    """The Markdown has a row for each choice, and shows the switches as they stand."""
    text = as_markdown(Choices(default_limit=7))
    assert len(text.splitlines()) == len(TABLE) + 2
    assert "`default_limit=7`" in text
    assert all(line.count(" | ") == 2 for line in text.splitlines())


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"unknown_fields": "drop"}, "Choose `refuse` or `ignore`"),
        ({"default_limit": 0}, "whole number from 1"),
        ({"body_limit": True}, "whole number from 1"),
    ],
)
def test_a_wrong_choice_is_refused(wrong: dict[str, Any], words: str) -> None:
    """A mistyped choice is an error that lists what can be chosen."""
    with pytest.raises(UsageError, match=words):
        Choices(**wrong)


# --- switches that no other test turns ------------------------------------------------------------------------------


def test_a_wrong_method_may_be_an_unknown_path(make_world: Any) -> None:
    """`wrong_method="404"` hides which methods a path has."""
    answer = make_world(choices={"wrong_method": "404"}).send("PATCH", "/v2/me")
    assert (answer.status, dict(answer.headers).get("Allow")) == (404, None)


def test_a_limit_of_depth_can_be_set(make_world: Any) -> None:
    """A body may be as deep as chosen, and no deeper."""
    world = make_world(choices={"depth_limit": 3})
    assert world.run(extra=[[]]).status == 204
    assert world.run(extra=[[[]]]).status == 400


def test_the_largest_limit_can_be_set(make_world: Any) -> None:
    """`max_limit` is the last limit that is taken."""
    world = make_world(choices={"max_limit": 5})
    assert world.perform(limit=5).status == 200
    assert world.perform(limit=6).status == 422


def test_the_status_of_a_pending_user_is_a_choice(make_world: Any) -> None:
    """`pending_status` is what show says of who skipped the configuration."""
    world = make_world(values=None, choices={"pending_status": "pending"})
    world.emulator.enable(USER, is_pending=True)
    assert world.send("GET", world.at(f"?user_id={USER}")).body["user_status"] == "pending"


def test_a_disabled_users_values_may_be_shown(make_world: Any) -> None:
    """`disabled_shows_values` keeps `user_connection` in the resource."""
    for choice in (True, False):
        world = make_world(choices={"disabled_shows_values": choice})
        world.emulator.disable(USER)
        assert ("user_connection" in world.send("GET", world.at(f"?user_id={USER}")).body) is choice


def test_a_refresh_keeps_the_label_of_an_option_that_is_gone(world: Any) -> None:
    """What the service no longer offers stays as the user knew it."""
    options = world.options("actions/lamp.set_color")["scene"]
    world.emulator.enable(USER, values={"lamp.set_color": {"scene": options[0]["label"]}})
    before = world.emulator.user(USER)
    world.emulator.seed = 99  # the service now offers other scenes
    assert world.send("POST", world.at(f"/user_connection/refresh?user_id={USER}")).status == 204
    assert world.emulator.user(USER) == before


def test_a_204_has_no_body_anywhere(world: Any) -> None:
    """Neither the exchange nor the log has a body for it, so a script reads `null`."""
    answer = world.emulator.call("action", "lamp.set_color", None, user_id=USER, run_id="r")
    assert (answer.status, answer.body, answer.text) == (204, None, "")
    assert world.log.entry(answer.entry_id).response_body is None


def test_choices_show_what_was_changed() -> None:
    """The repr names the switches that are not as in the table, and reads back."""
    assert repr(Choices()) == "Choices()"
    changed = Choices(extra_keys="random", default_limit=7)
    assert eval(repr(changed), {"Choices": Choices}) == changed


@pytest.mark.parametrize(
    ("switch", "value"), [("disabled_shows_values", "yes"), ("pending_status", None), ("default_limit", True)]
)
def test_a_switch_of_another_kind_is_refused(switch: str, value: Any) -> None:
    """What is neither one of the listed values nor of the switch's kind names the switch."""
    with pytest.raises(UsageError, match=switch):
        Choices(**{switch: value})
