"""The app's kernel: which connection it shows, and who its user is."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.notebook.serving import WHICH, app, command


def test_the_app_shows_what_it_was_started_with(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A sample by name, a file by its path wherever the kernel runs; one user where that takes no values."""
    monkeypatch.setenv(WHICH, "two-features")
    view = app()
    assert [one.id for one in view.bench.users] == ["user-1"]
    view.bench.close()
    file = tmp_path / "my.yaml"
    file.write_text("connection: Mine\nservices: [sms]\nfeatures: [{title: One, actions: [sms.send_me_text]}]\n")
    monkeypatch.chdir(tmp_path)
    words, environment = command("my.yaml", port=8_000, opens=False)
    assert environment[WHICH] == str(file.resolve())
    assert {"--port=8000", "--Voila.ip=127.0.0.1", "--no-browser"} <= set(words)
    monkeypatch.setenv(WHICH, environment[WHICH])
    view = app()
    assert view.bench.connection.name == "Mine"
    assert len(view.bench.users) == 0
    view.bench.close()
