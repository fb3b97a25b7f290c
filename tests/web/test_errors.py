"""Errors: one designed page for each status in both languages, JSON when asked, and no inner words."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from tests.web.conftest import make_app, sign_in
from tests.web.markup import problems, text_of
from tracker.core.errors import NotFound, Problem, Refused, WrongState
from tracker.store.accounts import Role
from tracker.web.access import Desk
from tracker.web.errors import TEXTS


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """Return a browser at an application with pages that fail in every way."""
    app: Flask = make_app(tmp_path_factory.mktemp("failing"), with_year=False)
    desk = Desk("failing", __name__, roles=frozenset(Role))

    @desk.get("/fail/<int:status>")
    def fail(status: int) -> str:
        abort(status)

    @desk.get("/refuse/<kind>")
    def refuse(kind: str) -> str:
        raise {
            "missing": NotFound("项目", "<甲>"),
            "state": WrongState("已关闭，不能修改。"),
            "input": Refused((Problem("不是数", "请填数字", read="x"),)),
        }[kind]

    @desk.get("/crash")
    def crash() -> str:
        raise RuntimeError("inner words")

    app.register_blueprint(desk)
    client = app.test_client()
    assert sign_in(client, "office") == 302
    app.testing = False
    return client


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("status", sorted(TEXTS))
def test_each_status_has_its_page(failing: FlaskClient, status: int, language: str) -> None:
    answer = failing.get(f"/fail/{status}", headers={"Accept-Language": language})
    assert answer.status_code == status
    assert problems(answer.text) == []
    title = str(TEXTS[status][0]._args[0])
    assert (title in answer.text) is (language == "zh")


@pytest.mark.parametrize(
    ("kind", "status", "told"),
    [("missing", 404, "没有找到项目“<甲>”"), ("state", 409, "已关闭"), ("input", 422, "请填数字")],
)
def test_refusals_keep_their_sentence(failing: FlaskClient, kind: str, status: int, told: str) -> None:
    answer = failing.get(f"/refuse/{kind}")
    assert answer.status_code == status
    assert told in text_of(answer.text)
    asked = failing.get(f"/refuse/{kind}", headers={"Accept": "application/json"})
    assert asked.json is not None
    assert asked.json["status"] == status
    assert told in asked.json["message"]


def test_crash_says_nothing_of_the_inside(failing: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    answer = failing.get("/crash")
    assert answer.status_code == 500
    assert "inner words" not in answer.text
    assert "系统出错" in answer.text
    assert "inner words" in caplog.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_unlisted_statuses_fall_back(failing: FlaskClient) -> None:
    assert "请求无法识别" in failing.get("/fail/418").text
    assert "系统出错" in failing.get("/fail/503").text


def test_signed_out_404_shows_no_navigation(signed_out: FlaskClient) -> None:
    answer = signed_out.get("/nowhere")
    assert answer.status_code == 404
    assert "红黄灯清单" not in answer.text


def test_405_says_what_is_allowed(office: FlaskClient) -> None:
    answer = office.delete("/flags")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_without_database_the_page_still_comes(tmp_path: Path) -> None:
    app = make_app(tmp_path, with_year=False)
    client = app.test_client()
    assert sign_in(client, "office") == 302
    app.testing = False
    app.extensions["tracker_engine"].dispose()
    for file in tmp_path.glob("tracker.sqlite3*"):
        file.unlink()
    for path in ("/", "/nowhere"):
        answer = client.get(path)
        assert answer.status_code == 500
        assert problems(answer.text) == []
        assert "系统出错" in answer.text
