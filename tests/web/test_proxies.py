"""Behind a web server of one's own the visitor's address is the one it forwards; otherwise nobody's word counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import request

from tests.web.seed import NOW
from tracker.app import create_app
from tracker.core.errors import TrackerError
from tracker.instance import initialise
from tracker.settings import Settings
from tracker.web.access import Desk

FORWARDED = {"X-Forwarded-For": "10.9.9.9, 10.1.1.1", "X-Forwarded-Proto": "https"}


@pytest.mark.parametrize(
    ("proxies", "address"), [(0, "127.0.0.1 False"), (1, "10.1.1.1 True"), (2, "10.9.9.9 True")]
)
def test_only_ones_own_servers_are_believed(tmp_path: Path, proxies: int, address: str) -> None:
    settings = replace(Settings.at(tmp_path), proxies=proxies)
    initialise(settings).dispose()
    app = create_app(settings, now=lambda: NOW)
    desk = Desk("echo", __name__, roles=None)
    desk.add_url_rule("/echo", "echo", lambda: f"{request.remote_addr} {request.is_secure}")
    app.register_blueprint(desk)
    assert app.test_client().get("/echo", headers=FORWARDED).text == address


def test_the_setting_is_a_small_number() -> None:
    assert Settings.from_env({"TRACKER_PROXIES": "2"}).proxies == 2
    assert Settings.from_env({}).proxies == 0
    with pytest.raises(TrackerError, match="TRACKER_PROXIES"):
        Settings.from_env({"TRACKER_PROXIES": "all"})
