"""The administrator's page of tokens: made for a unit, shown once, revoked."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.clocks import Clock, app_by, changing, looking
from tests.web.conftest import sign_in
from tests.web.markup import problems, text_of
from tests.web.seed import NOW
from tests.web.test_admin_accounts import send, shown_once
from tracker.services.tokens import list_tokens, note_use, token_of
from tracker.store.roster import Unit, UnitKind


@pytest.fixture
def own_app(tmp_path: Path) -> Flask:
    app = app_by(Clock(), tmp_path, with_year=False)
    with changing(app) as session:
        session.add(Unit(name="市科技局", kind=UnitKind.DEPARTMENT))
    return app


@pytest.fixture
def admin(own_app: Flask) -> FlaskClient:
    client = own_app.test_client()
    assert sign_in(client, "administrator") == 302
    return client


TOLD = {"unit": "市科技局", "name": "每日取数", "days": "90"}


def test_a_token_is_made_shown_once_and_revoked(own_app: Flask, admin: FlaskClient) -> None:
    answer = send(admin, "/admin/tokens", **TOLD)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert problems(answer.text) == []
    secret = shown_once(answer)
    with looking(own_app) as session:
        info = token_of(session, secret, NOW)
    assert info is not None
    assert (info.unit, info.expires_at) == ("市科技局", NOW + timedelta(days=90))
    with changing(own_app) as session:
        note_use(session, info.id, NOW)
    page = admin.get("/admin/tokens").text
    assert secret not in page
    assert problems(page) == []
    assert [told in text_of(page) for told in ("每日取数", "有效", "2023-05-04 09:30")] == [True] * 3
    assert send(admin, f"/admin/tokens/{info.id}/revoke").status_code == 302
    assert "已吊销" in text_of(admin.get("/admin/tokens").text)
    with looking(own_app) as session:
        assert token_of(session, secret, NOW) is None


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"unit": ""}, "没有这个单位"),
        ({"unit": "没有的局\x00"}, "没有这个单位"),
        ({"name": ""}, "令牌名称须为"),
        ({"name": "长" * 31}, "令牌名称须为"),
        ({"days": ""}, "有效期须为1至366天"),
        ({"days": "367"}, "有效期须为1至366天"),
        ({"days": "-3"}, "有效期须为1至366天"),
        ({"days": "1e9"}, "有效期须为1至366天"),
        ({"days": "九十"}, "有效期须为1至366天"),
    ],
)
def test_what_cannot_be_is_refused(
    own_app: Flask, admin: FlaskClient, changed: dict[str, str], sentence: str
) -> None:
    answer = send(admin, "/admin/tokens", **{**TOLD, **changed})
    assert answer.status_code == 422
    assert sentence in text_of(answer.text)
    assert problems(answer.text) == []
    with looking(own_app) as session:
        assert list_tokens(session) == ()


def test_a_token_that_is_not_there(admin: FlaskClient) -> None:
    assert send(admin, "/admin/tokens/99/revoke").status_code == 404


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_empty_page_is_valid(admin: FlaskClient, language: str) -> None:
    page = admin.get("/admin/tokens", headers={"Accept-Language": language}).text
    assert problems(page) == []
