"""The administrator's pages of accounts: list, add, edit, passwords, shutting out, the last administrator."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.clocks import Clock, app_by, changing, looking
from tests.web.conftest import sign_in, token_of
from tests.web.markup import problems, text_of
from tests.web.seed import ACTOR, HOSTILE, NOW, PASSWORD
from tracker.services import audit
from tracker.services.accounts import add_account, list_accounts
from tracker.store.accounts import Account, Role
from tracker.store.audit import AuditEntry
from tracker.store.roster import Unit, UnitKind

#: As the seed adds them.
REPORTER, OFFICE, LEADER, ADMINISTRATOR, GONE = 1, 2, 3, 4, 5


@pytest.fixture
def own_app(tmp_path: Path) -> Flask:
    """Return an application with two units whose accounts a test may change."""
    app = app_by(Clock(), tmp_path, with_year=False)
    with changing(app) as session:
        session.add(Unit(name="市科技局", kind=UnitKind.DEPARTMENT, position=1))
        session.add(Unit(name="武进区", kind=UnitKind.DISTRICT, position=0))
    return app


@pytest.fixture
def admin(own_app: Flask) -> FlaskClient:
    client = own_app.test_client()
    assert sign_in(client, "administrator") == 302
    return client


def send(client: FlaskClient, path: str, **told: object) -> TestResponse:
    """Send a form with the token of a page."""
    token = token_of(client.get("/admin/accounts").text)
    return client.post(path, data={"csrf_token": token, **told})


def shown_once(answer: TestResponse) -> str:
    """Return the secret that the page shows."""
    found = re.search(r'class="once">([^<]+)<', answer.text)
    assert found is not None, "the page shows no secret"
    return found[1]


def trail(app: Flask) -> list[tuple[str, str]]:
    with looking(app) as session:
        assert audit.first_broken(session) is None
        entries = session.execute(sa.select(AuditEntry.action, AuditEntry.object_id).order_by(AuditEntry.id))
        return [(action, told) for action, told in entries if action != "account.sign_in"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "/admin",
        "/admin/accounts",
        "/admin/accounts?q=没有这个人",
        "/admin/accounts?role=reporter&state=open",
        "/admin/accounts?role=x&state=y&page=z",
        "/admin/accounts/new",
        "/admin/accounts/1",
        "/admin/accounts/5",
    ],
)
def test_pages_are_valid(admin: FlaskClient, path: str, language: str) -> None:
    answer = admin.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert problems(answer.text) == []


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["administrator", "gone", "leader", "office", "reporter"]),
        ("?q=OFFICE", ["office"]),
        ("?q=已停用", ["gone"]),
        ("?role=leader", ["gone", "leader"]),
        ("?role=leader&state=open", ["leader"]),
        ("?state=disabled", ["gone"]),
        ("?q=武进", []),
    ],
)
def test_the_list_is_narrowed(admin: FlaskClient, query: str, names: list[str]) -> None:
    page = admin.get(f"/admin/accounts{query}").text
    assert re.findall(r'<a href="/admin/accounts/\d+">([^<]+)</a>', page) == names


def test_a_new_account_opens_with_the_password_shown_once(own_app: Flask, admin: FlaskClient) -> None:
    told = {
        "username": " Li.Qiang ",
        "display_name": "市科技局 李强",
        "role": "reporter",
        "units": ["市科技局", "武进区"],
    }
    answer = send(admin, "/admin/accounts/new", **told)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert problems(answer.text) == []
    password = shown_once(answer)
    assert password not in admin.get("/admin/accounts/6").text
    client = own_app.test_client()
    assert sign_in(client, "li.qiang", password) == 302
    assert client.get("/projects").headers["Location"] == "/account/password", (
        "the first password must be changed"
    )
    assert trail(own_app)[-1] == ("account.add", "li.qiang")
    with looking(own_app) as session:
        (info,) = list_accounts(session, "li.qiang")
    assert (info.role, info.units) == (Role.REPORTER, ("武进区", "市科技局"))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"username": ""}, "账号名须为"),
        ({"username": "a b"}, "账号名须为"),
        ({"username": "x\x00y"}, "账号名已被使用"),
        ({"username": "OFFICE"}, "账号名已被使用"),
        ({"display_name": "长" * 31}, "姓名最多30个字"),
        ({"role": ""}, "请选择角色"),
        ({"role": "emperor"}, "请选择角色"),
        ({"units": []}, "填报员至少对应一个单位"),
        ({"units": ["没有的局"]}, "没有这个单位"),
        ({"role": "leader"}, "只有填报员账号才对应单位"),
    ],
)
def test_what_cannot_be_added_is_refused_and_the_form_kept(
    own_app: Flask, admin: FlaskClient, changed: dict[str, object], sentence: str
) -> None:
    with changing(own_app) as session:
        add_account(session, ACTOR, NOW, "xy", "同名", Role.LEADER, (), PASSWORD)
    told = {"username": "zhao", "display_name": "赵六", "role": "reporter", "units": ["武进区"], **changed}
    answer = send(admin, "/admin/accounts/new", **told)
    assert answer.status_code == 422
    assert sentence in text_of(answer.text)
    assert problems(answer.text) == []
    if "display_name" not in changed:
        assert 'value="赵六"' in answer.text, "what was typed is kept"
    with looking(own_app) as session:
        assert len(list_accounts(session)) == 6, "nothing was added"


def test_an_account_is_described_anew(own_app: Flask, admin: FlaskClient) -> None:
    told = {"display_name": "武进区 周五", "role": "reporter", "units": ["武进区"]}
    assert send(admin, f"/admin/accounts/{REPORTER}", **told).status_code == 302
    page = admin.get(f"/admin/accounts/{REPORTER}").text
    assert "已保存" in page
    assert 'value="武进区 周五"' in page
    assert re.search(r'value="武进区" checked', page)
    with looking(own_app) as session:
        entry = session.execute(
            sa.select(AuditEntry.before, AuditEntry.after).where(AuditEntry.action == "account.edit")
        ).one()
    assert entry.before == {"display_name": "reporter甲", "role": "reporter", "units": []}
    assert entry.after == {"display_name": "武进区 周五", "role": "reporter", "units": ["武进区"]}
    before = trail(own_app)
    send(admin, f"/admin/accounts/{REPORTER}", **told)
    assert trail(own_app) == before, "what stays is no change"


def test_another_role_ends_the_sessions_that_had_the_one_before(own_app: Flask, admin: FlaskClient) -> None:
    leader = own_app.test_client()
    sign_in(leader, "leader")
    assert send(admin, f"/admin/accounts/{LEADER}", display_name="领导", role="office").status_code == 302
    assert leader.get("/account").status_code == 302
    assert sign_in(leader, "leader") == 302


def test_shutting_out_and_letting_in(own_app: Flask, admin: FlaskClient) -> None:
    office = own_app.test_client()
    sign_in(office, "office")
    assert send(admin, f"/admin/accounts/{OFFICE}/disable").status_code == 302
    assert "账号已停用" in admin.get(f"/admin/accounts/{OFFICE}").text
    assert office.get("/account").status_code == 302
    assert sign_in(office, "office") == 422
    assert send(admin, f"/admin/accounts/{OFFICE}/enable").status_code == 302
    assert sign_in(office, "office") == 302
    assert trail(own_app)[-2:] == [("account.disable", "office"), ("account.enable", "office")]


def test_ending_sessions_leaves_the_password(own_app: Flask, admin: FlaskClient) -> None:
    office = own_app.test_client()
    sign_in(office, "office")
    assert send(admin, f"/admin/accounts/{OFFICE}/end-sessions").status_code == 302
    assert office.get("/account").status_code == 302
    assert sign_in(office, "office") == 302


def test_a_reset_password_is_shown_once_and_must_be_changed(own_app: Flask, admin: FlaskClient) -> None:
    answer = send(admin, f"/admin/accounts/{OFFICE}/reset-password")
    assert answer.headers["Cache-Control"] == "no-store"
    assert problems(answer.text) == []
    password = shown_once(answer)
    assert password not in admin.get(f"/admin/accounts/{OFFICE}").text
    office = own_app.test_client()
    assert sign_in(office, "office") == 422
    assert sign_in(office, "office", password) == 302
    assert office.get("/account").headers["Location"] == "/account/password"


@pytest.mark.parametrize("way", ["disable", "demote"])
def test_the_last_administrator_stays(own_app: Flask, admin: FlaskClient, way: str) -> None:
    def send_it() -> TestResponse:
        if way == "disable":
            return send(admin, f"/admin/accounts/{ADMINISTRATOR}/disable")
        return send(admin, f"/admin/accounts/{ADMINISTRATOR}", display_name="甲", role="leader")

    answer = send_it()
    assert answer.status_code == 422
    assert "这是最后一个启用的管理员账号" in text_of(answer.text)
    assert problems(answer.text) == []
    assert admin.get("/admin").status_code == 200
    # One who is shut out is no other administrator; one who is not is.
    with changing(own_app) as session:
        add_account(session, ACTOR, NOW, "second", "第二位", Role.ADMINISTRATOR, (), PASSWORD)
        session.execute(sa.update(Account).where(Account.username == "second").values(disabled=True))
    assert send_it().status_code == 422
    with changing(own_app) as session:
        session.execute(sa.update(Account).where(Account.username == "second").values(disabled=False))
    assert send_it().status_code == 302


@pytest.mark.parametrize("step", ["", "/disable", "/enable", "/end-sessions", "/reset-password"])
def test_an_account_that_is_not_there(admin: FlaskClient, step: str) -> None:
    assert send(admin, f"/admin/accounts/999{step}", role="leader").status_code == 404
    assert admin.get(f"/admin/accounts/999{step}").status_code in (404, 405)


def test_hostile_names_are_escaped(own_app: Flask, admin: FlaskClient) -> None:
    name = HOSTILE[:30]
    assert send(admin, f"/admin/accounts/{OFFICE}", display_name=name, role="office").status_code == 302
    for path in ("/admin/accounts", f"/admin/accounts/{OFFICE}"):
        page = admin.get(path).text
        assert "<script>alert" not in page
        assert problems(page) == []
