"""One's own account: the page, choosing a password, being made to, sessions that end everywhere or by themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.clocks import Clock, app_by, changing
from tests.web.conftest import sign_in, token_of
from tests.web.markup import problems, text_of
from tests.web.seed import ACTOR, NOW, PASSWORD
from tests.web.test_access import ACTIONS, PAGES
from tracker.services.account_changes import reset_password
from tracker.store.accounts import Role

NEW = "staple-battery-9"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def own_app(tmp_path: Path, clock: Clock) -> Flask:
    """Return an application whose accounts a test may change and whose clock it sets."""
    return app_by(clock, tmp_path)


@pytest.fixture
def client(own_app: Flask) -> FlaskClient:
    client = own_app.test_client()
    assert sign_in(client, "office") == 302
    return client


def change(client: FlaskClient, current: str, password: str, again: str | None = None) -> tuple[int, str]:
    """Send the form; return the status and what the page says."""
    told = {"current": current, "password": password, "again": password if again is None else again}
    token = token_of(client.get("/account/password").text)
    answer = client.post("/account/password", data={**told, "csrf_token": token})
    return answer.status_code, answer.text


def must_change(app: Flask, username: str) -> str:
    """Let the administrator reset a password; return the one that was made."""
    with changing(app) as session:
        made = reset_password(session, ACTOR, NOW, username).password
    assert made is not None
    return made


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_everybody_sees_their_account(
    as_role: Callable[[str], FlaskClient], role: Role, language: str
) -> None:
    page = as_role(role.value).get("/account", headers={"Accept-Language": language}).text
    assert problems(page) == []
    assert f"{role.value}甲" in text_of(page)
    assert "2023-05-04 09:30" in text_of(page), "the page says since when one is signed in"
    assert problems(as_role(role.value).get("/account/password").text) == []


def test_the_name_in_the_bar_leads_to_the_account(office: FlaskClient) -> None:
    assert 'class="app-person" href="/account"' in office.get("/flags").text


def test_a_new_password_replaces_the_old_and_ends_the_other_sessions(
    own_app: Flask, client: FlaskClient
) -> None:
    elsewhere = own_app.test_client()
    sign_in(elsewhere, "office")
    before = client.get_cookie("tracker_session")
    status, _ = change(client, PASSWORD, NEW)
    assert status == 302
    assert "密码已修改" in client.get("/account").text
    assert client.get_cookie("tracker_session") != before
    assert elsewhere.get("/flags").status_code == 302, "the other browser is signed out"
    assert sign_in(own_app.test_client(), "office") == 422
    assert sign_in(own_app.test_client(), "office", NEW) == 302


@pytest.mark.parametrize(
    ("current", "password", "again", "sentence"),
    [
        ("wrong-horse-1", NEW, None, "当前密码不正确"),
        ("", NEW, None, "当前密码不正确"),
        (PASSWORD, NEW, "staple-battery-8", "两次输入的新密码不一致"),
        (PASSWORD, NEW, "", "两次输入的新密码不一致"),
        (PASSWORD, "short", None, "密码至少10个字符"),
        (PASSWORD, "x" * 201, None, "密码最多200个字符"),
        (PASSWORD, "1234567890", None, "密码过于常见"),
        (PASSWORD, "my-Office-2023", None, "密码不能包含账号名或姓名"),
        (PASSWORD, "office甲的密码一二三", None, "密码不能包含账号名或姓名"),
        (PASSWORD, PASSWORD, None, "新密码不能与原密码相同"),
        (PASSWORD, "ｃｏｒｒｅｃｔ-horse-1", None, "新密码不能与原密码相同"),
    ],
)
def test_what_will_not_do_is_refused_with_the_reason(
    own_app: Flask, client: FlaskClient, current: str, password: str, again: str | None, sentence: str
) -> None:
    status, page = change(client, current, password, again)
    assert status == 422
    assert sentence in text_of(page)
    assert problems(page) == []
    assert password == "" or f'value="{password}"' not in page, "no password comes back in the page"
    assert client.get("/flags").status_code == 200, "the session goes on"
    assert sign_in(own_app.test_client(), "office") == 302, "the password stays"


def test_guessing_the_current_password_is_braked_in_its_session_only(
    own_app: Flask, client: FlaskClient, clock: Clock
) -> None:
    for _ in range(10):
        assert change(client, "wrong-horse-1", NEW)[0] == 422
    assert change(client, PASSWORD, NEW)[0] == 429
    assert sign_in(own_app.test_client(), "office") == 302, "signing in is another matter"
    clock.forward(minutes=5)
    assert change(client, PASSWORD, NEW)[0] == 302


def test_a_weak_choice_is_no_guess(client: FlaskClient) -> None:
    assert {change(client, PASSWORD, "short")[0] for _ in range(11)} == {422}
    assert change(client, PASSWORD, NEW)[0] == 302


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_who_must_change_the_password_opens_nothing_else(own_app: Flask, role: Role) -> None:
    client = own_app.test_client()
    made = must_change(own_app, role.value)
    assert sign_in(client, role.value, made) == 302
    for endpoint, (path, _) in PAGES.items():
        if endpoint == "account.password":
            continue
        answer = client.get(path, buffered=True)
        assert (answer.status_code, answer.headers.get("Location")) == (302, "/account/password"), endpoint
        asked = client.get(path, headers={"Accept": "application/json"})
        assert asked.status_code == 403, endpoint
        assert asked.json is not None
        assert "修改" in asked.json["message"]
    token = token_of(client.get("/account/password").text)
    for endpoint, (path, _) in ACTIONS.items():
        if endpoint != "account.password":
            assert client.post(path, data={"csrf_token": token}).status_code == 403, endpoint
    assert text_of(client.get("/account/password?lang=en").text), "the language may be chosen"
    # Once it is changed, the day begins.
    assert change(client, made, NEW)[0] == 302
    assert client.get("/", follow_redirects=True).status_code == 200


def test_page_of_a_forced_change_offers_no_other_place(own_app: Flask) -> None:
    client = own_app.test_client()
    sign_in(client, "office", must_change(own_app, "office"))
    page = client.get("/account/password").text
    assert problems(page) == []
    assert "管理员设置的" in page
    assert 'href="/flags"' not in page
    assert client.post("/logout", data={"csrf_token": token_of(page)}).status_code == 302


def test_sign_out_everywhere(own_app: Flask, client: FlaskClient) -> None:
    elsewhere = own_app.test_client()
    sign_in(elsewhere, "office")
    token = token_of(client.get("/account").text)
    assert (
        client.post("/account/sign-out-everywhere", data={"csrf_token": token}).headers["Location"]
        == "/account"
    )
    assert elsewhere.get("/flags").status_code == 200, "without the button nothing ends"
    told = {"csrf_token": token, "everywhere": "1"}
    assert client.post("/account/sign-out-everywhere", data=told).headers["Location"] == "/login"
    assert [browser.get("/flags").status_code for browser in (client, elsewhere)] == [302, 302]
    assert sign_in(client, "office") == 302


def test_a_copied_cookie_ends_with_sign_out_everywhere(own_app: Flask, client: FlaskClient) -> None:
    kept = client.get_cookie("tracker_session")
    assert kept is not None
    told = {"csrf_token": token_of(client.get("/account").text), "everywhere": "1"}
    client.post("/account/sign-out-everywhere", data=told)
    thief = own_app.test_client()
    thief.set_cookie("tracker_session", kept.value)
    assert thief.get("/flags").status_code == 302


def test_a_session_nobody_touches_ends_after_two_hours(client: FlaskClient, clock: Clock) -> None:
    clock.forward(hours=1, minutes=59)
    assert client.get("/flags").status_code == 200
    clock.forward(hours=1, minutes=59)
    assert client.get("/flags").status_code == 200, "touching it begins the two hours anew"
    clock.forward(hours=2)
    assert client.get("/flags").headers["Location"].startswith("/login")


def test_no_session_lasts_longer_than_a_working_day(client: FlaskClient, clock: Clock) -> None:
    for _ in range(11):
        clock.forward(hours=1)
        assert client.get("/flags").status_code == 200
    clock.forward(minutes=59)
    assert client.get("/flags").status_code == 200
    clock.forward(minutes=1)
    assert client.get("/flags").status_code == 302


def test_touching_sends_a_cookie_at_most_once_a_minute(client: FlaskClient, clock: Clock) -> None:
    client.get("/flags")
    clock.forward(seconds=59)
    assert "Set-Cookie" not in client.get("/flags").headers
    clock.forward(seconds=1)
    assert "Set-Cookie" in client.get("/flags").headers


def test_a_session_of_before_this_rule_is_over(own_app: Flask, client: FlaskClient) -> None:
    with client.session_transaction() as kept:
        del kept["signed_in_at"]
    assert client.get("/flags").status_code == 302
