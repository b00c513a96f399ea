"""What each field holds before a call says anything: who set it, and that secrets stay hidden."""

from __future__ import annotations

from collections.abc import Callable

import workbench as wb
from workbench.connect_api.stored import stored_values


def test_a_run_knows_what_each_field_held(make_bench: Callable[..., wb.Bench]) -> None:
    """`run.values` says for each field what a call without `fields` would send, as it was when the event came."""
    bench = make_bench()
    user = bench.enable("user-1", values={"sms.send_me_text": {"message": "hi"}})
    run = bench.fire("youtube.new_liked_video")
    bench.enable(user.id, values={"sms.send_me_text": {"message": "later"}})
    held = {(row["where"], row["field"]): (row["value"], row["set_by"]) for row in map(run.values.row, run.values)}
    assert held == {
        ("youtube.get_videos_from_search", "search_query"): ("music", "the value set by you"),
        ("sms.send_me_text", "message"): ("hi", "the user's value"),
    }


def test_a_secret_is_masked_and_an_option_has_its_label(make_bench: Callable[..., wb.Bench]) -> None:
    """A field marked secret shows no value, a dropdown what the user picked."""
    connection = wb.Connection.loads(
        "connection: Two fields\n"
        "services: [sms]\n"
        "configuration:\n"
        "  - {id: token, secret: true, value: hunter2}\n"
        "  - {id: size, type: COLLECTION_SELECT, options: [{label: Very large, value: xl}]}\n"
        "features:\n"
        "  - {title: Only, actions: [sms.send_me_text]}\n"
    )
    bench = make_bench(connection)
    user = bench.enable(
        "user-1", values={"configuration": {"size": "Very large"}, "sms.send_me_text": {"message": "hi"}}
    )
    values = stored_values(connection.definition, user.connection, user.user_features[0].id)
    shown = {one.field.id: one.value for one in values}
    assert shown["size"] == "Very large"
    assert "hunter2" not in repr(values)
