"""The Connect API requests that a connection gives you."""

from __future__ import annotations

from workbench.connection.document import Connection
from workbench.connection.fields import Field

BASE = "https://connect.ifttt.com/v2/connections/Lk3dVs8m"


def test_each_step_has_its_request() -> None:
    """Triggers are tested, queries performed and actions run, at the documented addresses."""
    found = [(one.method, one.url) for one in Connection.sample("liked-video-to-sms").endpoints()]
    assert found == [
        ("POST", f"{BASE}/triggers/youtube.new_liked_video/test"),
        ("POST", f"{BASE}/queries/youtube.get_videos_from_search/perform"),
        ("POST", f"{BASE}/actions/sms.send_me_text/run"),
    ]


def test_bodies_are_examples() -> None:
    """A body shows the fields that may be overridden, and limit for a query."""
    _, query, action = Connection.sample("liked-video-to-sms").endpoints()
    assert query.body == {"user_id": "user-17", "fields": {"search_query": "music"}, "limit": 3}
    assert action.body == {"user_id": "user-17", "fields": {"message": "You liked a video."}}


def test_a_dropdown_comes_with_the_request_for_its_options() -> None:
    """Dropdowns take tokens, and the request that gives them is listed."""
    run, options = Connection.sample("hue-blue").endpoints()
    assert run.body == {"user_id": "user-17", "fields": {"lights": "<option token>", "color": "blue"}}
    assert (options.method, options.path) == (
        "GET",
        "/v2/connections/HueBlue1/actions/hue.set_color/field_options?user_id=user-17",
    )


def test_a_step_in_two_features_is_told_which() -> None:
    """Where two features have the step, the body names the user feature; the request stands once."""
    found = list(Connection.sample("two-features").endpoints())
    assert [one.step for one in found] == ["youtube.new_liked_video", "sms.send_me_text"]
    assert found[1].body is not None
    assert "user_feature_id" in found[1].body


def test_endpoints_follow_the_edits_and_hide_secrets() -> None:
    """A new action has its request at once, and a secret value stays hidden in it."""
    connection = Connection.sample("hue-blue")
    connection.add_action("Blue lights", "sms.send_me_text").field("message").change(
        lambda field: Field(id=field.id, value="hush", secret=True)
    )
    assert "sms.send_me_text" in connection.endpoints().frame()["step"].tolist()
    assert "hush" not in repr(list(connection.endpoints()))
