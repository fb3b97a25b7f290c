"""通报: every issue with its checks, and the file itself under its Chinese name."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.conftest import make_app, sign_in
from tests.web.markup import text_of
from tracker.store.briefings import BriefingIssue
from tracker.store.engine import make_engine, writing


def test_issues_newest_first(office: FlaskClient) -> None:
    text = text_of(office.get("/briefings").text)
    places = [text.index(f"2023年{month}月 · 第1期") for month in (4, 3, 2, 1)]
    assert places == sorted(places)
    assert "第1期 暂定数" in text
    assert "第1期 正式" in text
    assert "核对通过" in text
    assert "子项目合计与领域合计一致" in text


def test_download(office: FlaskClient) -> None:
    answer = office.get("/briefings/3/download", buffered=True)
    assert answer.status_code == 200
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    name = quote("创新现代化重点项目进展情况通报（2023年3月）.xlsx")
    assert f"filename*=UTF-8''{name}" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert hashlib.sha256(answer.data).hexdigest()[:12] in office.get("/briefings").text


@pytest.mark.parametrize("number", ["99", "9223372036854775807", "9223372036854775808", "9" * 5000])
def test_unknown_issue(office: FlaskClient, number: str) -> None:
    assert office.get(f"/briefings/{number}/download").status_code == 404


def test_file_that_is_gone_or_lies_elsewhere_is_a_404_page(tmp_path: Path) -> None:
    app: Flask = make_app(tmp_path, with_year=True)
    settings = app.extensions["tracker_settings"]
    engine = make_engine(settings.database_url)
    with writing(engine) as session:
        one, two = session.get_one(BriefingIssue, 1), session.get_one(BriefingIssue, 2)
        (settings.briefings / one.file_name).unlink()
        two.file_name = "../secret.key"
    engine.dispose()
    client = app.test_client()
    assert sign_in(client, "leader") == 302
    assert client.get("/briefings/1/download").status_code == 404
    assert client.get("/briefings/2/download").status_code == 404
