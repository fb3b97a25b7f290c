"""Signing in and out: the right way in, every wrong one, and what ends a session."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.conftest import make_app, sign_in, token_of
from tests.web.seed import ACTOR, NOW, PASSWORD
from tracker.services.account_changes import disable_account, reset_password
from tracker.store.engine import make_engine, writing
from tracker.web.auth import safe_path


@pytest.fixture
def own_app(tmp_path: Path) -> Flask:
    """Return an application whose accounts a test may change."""
    return make_app(tmp_path, with_year=False)


@pytest.fixture
def client(own_app: Flask) -> FlaskClient:
    return own_app.test_client()


def test_right_password_opens(client: FlaskClient) -> None:
    assert sign_in(client, " Office ") == 302
    assert client.get("/").status_code == 200
    assert client.get("/login").status_code == 302


@pytest.mark.parametrize(
    ("username", "password"),
    [("office", "wrong-horse-1"), ("nobody", PASSWORD), ("gone", PASSWORD), ("office", ""), ("", PASSWORD)],
)
def test_wrong_ways_look_the_same(client: FlaskClient, username: str, password: str) -> None:
    assert sign_in(client, username, password) == 422
    token = token_of(client.get("/login").text)
    told = {"username": username, "password": password, "csrf_token": token}
    text = client.post("/login", data=told).text
    assert "账号或密码不正确" in text
    assert not password or password not in text
    assert client.get("/").status_code == 302


def test_without_token_refused(client: FlaskClient) -> None:
    answer = client.post("/login", data={"username": "office", "password": PASSWORD})
    assert answer.status_code == 400
    assert "请求无法识别" in answer.text
    assert client.get("/").status_code == 302


def test_signing_out_needs_a_token_and_ends_the_session(client: FlaskClient) -> None:
    sign_in(client, "office")
    assert client.post("/logout").status_code == 400
    assert client.get("/logout").status_code == 405
    page = client.get("/").text
    assert client.post("/logout", data={"csrf_token": token_of(page)}).headers["Location"] == "/login"
    assert client.get("/").status_code == 302


def test_cookie_is_guarded(own_app: Flask) -> None:
    client = own_app.test_client()
    token = token_of(client.get("/login").text)
    told = {"username": "office", "password": PASSWORD, "csrf_token": token}
    cookie = client.post("/login", data=told).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    own_app.config["SESSION_COOKIE_SECURE"] = True
    assert "Secure" in own_app.test_client().get("/login").headers["Set-Cookie"]


@pytest.mark.parametrize("change", ["disable", "reset"])
def test_session_ends_with_the_account(own_app: Flask, client: FlaskClient, change: str) -> None:
    sign_in(client, "office")
    assert client.get("/").status_code == 200
    engine = make_engine(own_app.extensions["tracker_settings"].database_url)
    with writing(engine) as session:
        if change == "disable":
            disable_account(session, ACTOR, NOW, "office")
        else:
            reset_password(session, ACTOR, NOW, "office")
    engine.dispose()
    assert client.get("/").status_code == 302


def test_stolen_cookie_does_not_work_elsewhere(own_app: Flask, client: FlaskClient) -> None:
    sign_in(client, "office")
    assert client.get("/", headers={"User-Agent": "another browser"}).status_code == 302


def test_guessing_one_name_is_slowed_down(client: FlaskClient) -> None:
    statuses = [sign_in(client, "office", f"wrong-horse-{n}") for n in range(11)]
    assert statuses[:10] == [422] * 10
    assert statuses[10] == 429
    # The brake holds for the name, not for everybody behind the same address.
    assert sign_in(client, "leader") == 302


def test_braked_answer_is_a_page(client: FlaskClient) -> None:
    for n in range(10):
        sign_in(client, "office", f"wrong-horse-{n}")
    token = token_of(client.get("/login").text)
    answer = client.post("/login", data={"username": "OFFICE ", "password": PASSWORD, "csrf_token": token})
    assert answer.status_code == 429
    assert "尝试过于频繁" in answer.text


def test_successes_do_not_count(own_app: Flask) -> None:
    for _ in range(12):
        assert sign_in(own_app.test_client(), "office") == 302


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/flags?light=red", "/flags?light=red"),
        ("https://elsewhere.example/", None),
        ("//elsewhere.example/", None),
        ("/\\elsewhere.example/", None),
        ("\\\\elsewhere.example", None),
        ("javascript:alert(1)", None),
        ("/a\r\nSet-Cookie: x=1", None),
        ("/\t/elsewhere.example", None),
        ("flags", None),
        ("http:/elsewhere.example", None),
        ("//[x", None),
        ("", None),
    ],
)
def test_next_leads_only_here(client: FlaskClient, wanted: str, leads_to: str | None) -> None:
    assert safe_path(wanted) == leads_to
    token = token_of(client.get("/login").text)
    told = {"username": "office", "password": PASSWORD, "csrf_token": token}
    answer = client.post("/login", data=told, query_string={"next": wanted})
    assert answer.headers["Location"] == (leads_to or "/")


@pytest.mark.parametrize(("username", "home"), [("administrator", "/admin"), ("reporter", "/month")])
def test_each_role_begins_at_its_home(client: FlaskClient, username: str, home: str) -> None:
    token = token_of(client.get("/login").text)
    told = {"username": username, "password": PASSWORD, "csrf_token": token}
    assert client.post("/login", data=told).headers["Location"] == home
