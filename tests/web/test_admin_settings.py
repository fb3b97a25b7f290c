"""The office's settings: changed with reasons told, audited, and none of them nonsense."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.web.clocks import Clock, app_by, changing, looking
from tests.web.conftest import sign_in
from tests.web.markup import problems, text_of
from tests.web.test_admin_accounts import send
from tracker.services.office import Office, office_of
from tracker.store.audit import AuditEntry
from tracker.store.roster import Front

TOLD = {
    "name": "市政府督查室",
    "city": "常州市",
    "own_front": "创新现代化",
    "deadline_workday": "4",
    "closing_workday": "9",
    "office_after_days": "5",
    "leader_after_days": "10",
    "instruction_workdays": "7",
}


@pytest.fixture
def own_app(tmp_path: Path) -> Flask:
    return app_by(Clock(), tmp_path, with_year=False)


@pytest.fixture
def admin(own_app: Flask) -> FlaskClient:
    client = own_app.test_client()
    assert sign_in(client, "administrator") == 302
    return client


def test_settings_are_changed_and_audited(own_app: Flask, admin: FlaskClient) -> None:
    assert send(admin, "/admin/settings", **TOLD).status_code == 302
    page = admin.get("/admin/settings").text
    assert "已保存" in page
    assert problems(page) == []
    with looking(own_app) as session:
        assert office_of(session) == Office(
            name="市政府督查室",
            deadline_workday=4,
            closing_workday=9,
            office_after_days=5,
            leader_after_days=10,
            instruction_workdays=7,
        )
        entry = session.execute(
            sa.select(AuditEntry.before, AuditEntry.after).where(AuditEntry.action == "office.change")
        ).one()
    assert entry.before == {"name": "市委市政府督查室", "deadline_workday": 3, "closing_workday": 8} | {
        "office_after_days": 7,
        "leader_after_days": 15,
        "instruction_workdays": 5,
    }
    assert entry.after == {"name": "市政府督查室", "deadline_workday": 4, "closing_workday": 9} | {
        "office_after_days": 5,
        "leader_after_days": 10,
        "instruction_workdays": 7,
    }
    send(admin, "/admin/settings", **TOLD)
    with looking(own_app) as session:
        changes = sa.select(sa.func.count()).where(AuditEntry.action == "office.change")
        assert session.scalar(changes) == 1, "saving the same is no change"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": ""}, "办公室名称须为1至40个字"),
        ({"city": "长" * 41}, "城市名称须为1至40个字"),
        ({"own_front": " "}, "本办公室的领域须为1至40个字"),
        ({"own_front": "没有的领域"}, "没有这个领域"),
        ({"deadline_workday": "0"}, "报送期限须为第1至第20个工作日"),
        ({"deadline_workday": "x"}, "报送期限须为第1至第20个工作日"),
        ({"closing_workday": "21"}, "关闭日须为第1至第20个工作日"),
        ({"closing_workday": ""}, "关闭日须为第1至第20个工作日"),
        ({"deadline_workday": "9"}, "关闭日须晚于报送期限"),
        ({"deadline_workday": "10"}, "关闭日须晚于报送期限"),
        ({"office_after_days": ""}, "升级至督查室的逾期天数须为0至90天"),
        ({"office_after_days": "x"}, "升级至督查室的逾期天数须为0至90天"),
        ({"leader_after_days": "91"}, "升级至领导的逾期天数须为0至90天"),
        ({"leader_after_days": "5"}, "升级至领导须晚于升级至督查室"),
        ({"instruction_workdays": "0"}, "批示的办理时限须为1至20个工作日"),
        ({"instruction_workdays": ""}, "批示的办理时限须为1至20个工作日"),
        ({"instruction_workdays": "21"}, "批示的办理时限须为1至20个工作日"),
        ({"office_after_days": "11"}, "升级至领导须晚于升级至督查室"),
    ],
)
def test_nonsense_is_refused_and_kept_in_the_form(
    own_app: Flask, admin: FlaskClient, changed: dict[str, str], sentence: str
) -> None:
    with changing(own_app) as session:
        session.add(Front(name="创新现代化"))
    answer = send(admin, "/admin/settings", **{**TOLD, **changed})
    assert answer.status_code == 422
    assert sentence in text_of(answer.text)
    assert problems(answer.text) == []
    with looking(own_app) as session:
        assert office_of(session) == Office()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_is_valid(admin: FlaskClient, language: str) -> None:
    assert problems(admin.get("/admin/settings", headers={"Accept-Language": language}).text) == []
