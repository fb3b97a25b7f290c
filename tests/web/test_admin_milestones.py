"""Milestones and targets: found, added, deleted while open, and no figure anywhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.web.clocks import Clock, app_by, changing, looking
from tests.web.conftest import sign_in
from tests.web.markup import problems, text_of
from tests.web.test_admin_accounts import send
from tracker.store.audit import AuditEntry
from tracker.store.roster import KeyProject, Kind, MilestoneRow, Subproject


@pytest.fixture
def own_app(tmp_path: Path) -> Flask:
    return app_by(Clock(), tmp_path)


@pytest.fixture
def admin(own_app: Flask) -> FlaskClient:
    client = own_app.test_client()
    assert sign_in(client, "administrator") == 302
    return client


def line_path(app: Flask, code: str) -> str:
    with looking(app) as session:
        found = session.scalars(sa.select(Subproject.id).where(Subproject.code == code)).one()
    return f"/admin/milestones/lines/{found}"


def work_path(app: Flask) -> str:
    with looking(app) as session:
        found = session.scalars(sa.select(KeyProject.id).where(KeyProject.kind == Kind.WORK)).one()
    return f"/admin/milestones/works/{found}"


def last_change(app: Flask) -> tuple[str, str, object, object]:
    told = sa.select(AuditEntry.action, AuditEntry.object_id, AuditEntry.before, AuditEntry.after)
    with looking(app) as session:
        row = session.execute(told.order_by(AuditEntry.id.desc())).first()
    assert row is not None
    return row[0], row[1], row[2], row[3]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("query", ["", "?year=2023&q=平台", "?q=没有这样的", "?year=1999&q=%00", "?year=x"])
def test_the_list_is_valid_and_shows_no_figure(admin: FlaskClient, query: str, language: str) -> None:
    answer = admin.get(f"/admin/milestones{query}", headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert problems(answer.text) == []
    assert "万元" not in answer.text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("平台一期", ["平台一期"]),
        ("a-2", ["平台二期"]),
        ("K-4", ["重点项目4"]),
        ("重点项目1", ["平台一期", "平台二期"]),
    ],
)
def test_found_by_code_name_or_key_project(admin: FlaskClient, words: str, found: list[str]) -> None:
    page = admin.get("/admin/milestones", query_string={"q": words}).text
    assert [
        name for name in ("平台一期", "平台二期", "人才公寓", "重点项目4") if f">{name}</a>" in page
    ] == found


def test_a_milestone_is_added_and_deleted(own_app: Flask, admin: FlaskClient) -> None:
    path = line_path(own_app, "A-1")
    assert send(admin, path, name=" 主体  封顶 ", due_on="2023-09-30").status_code == 302
    page = admin.get(path).text
    assert problems(page) == []
    assert "主体 封顶" in text_of(page)
    told = {"name": "主体 封顶", "due_on": "2023-09-30"}
    assert last_change(own_app) == ("milestone.add", "2023 A-1", None, told)
    with looking(own_app) as session:
        step = session.scalars(sa.select(MilestoneRow.id).where(MilestoneRow.name == "主体 封顶")).one()
    assert send(admin, f"/admin/milestones/{step}/delete").headers["Location"] == path
    assert last_change(own_app) == ("milestone.delete", "2023 A-1", told, None)
    assert "主体 封顶" not in admin.get(path).text
    assert send(admin, f"/admin/milestones/{step}/delete").status_code == 404


def test_what_was_reached_stays(own_app: Flask, admin: FlaskClient) -> None:
    with changing(own_app) as session:
        step = session.scalars(sa.select(MilestoneRow).where(MilestoneRow.name == "主体封顶")).one()
        step.done_on = date(2023, 2, 18)
        number = step.id
    answer = send(admin, f"/admin/milestones/{number}/delete")
    assert answer.status_code == 409
    assert "已于2023-02-18完成，不能删除" in text_of(answer.text)
    page = admin.get(line_path(own_app, "A-2")).text
    assert f"/admin/milestones/{number}/delete" not in page
    assert "2023-02-18已完成" in text_of(page)


@pytest.mark.parametrize(
    ("name", "due_on", "sentence"),
    [
        ("", "2023-09-30", "节点名称须为1至100个字"),
        ("长" * 101, "2023-09-30", "节点名称须为1至100个字"),
        ("主体封顶", "2023-09-30", "已有同名节点"),
        ("竣工", "", "请填写计划完成日期"),
        ("竣工", "2023-02-30", "请填写计划完成日期"),
        ("竣工", "明年", "请填写计划完成日期"),
        ("竣工", "0203-09-30", "计划完成日期须在2022年至2033年之间"),
        ("竣工", "9999-12-31", "计划完成日期须在2022年至2033年之间"),
    ],
)
def test_what_is_no_milestone_is_refused(
    own_app: Flask, admin: FlaskClient, name: str, due_on: str, sentence: str
) -> None:
    answer = send(admin, line_path(own_app, "A-2"), name=name, due_on=due_on)
    assert answer.status_code == 422
    assert sentence in text_of(answer.text)
    assert problems(answer.text) == []


def test_a_work_has_a_target(own_app: Flask, admin: FlaskClient) -> None:
    path = work_path(own_app)
    page = admin.get(path).text
    assert problems(page) == []
    assert "出台三项政策" in page
    assert send(admin, f"{path}/target", target="出台五项政策").status_code == 302
    assert last_change(own_app)[:2] == ("work.target", "2023 K-4")
    assert last_change(own_app)[2:] == ({"target": "出台三项政策"}, {"target": "出台五项政策"})
    before = last_change(own_app)
    send(admin, f"{path}/target", target="出台五项政策")
    assert last_change(own_app) == before
    assert send(admin, f"{path}/target", target="长" * 501).status_code == 422
    assert send(admin, path, name="印发文件二", due_on="2023-08-01").status_code == 302


@pytest.mark.parametrize(
    "path", ["/admin/milestones/lines/999", "/admin/milestones/works/999", "/admin/milestones/works/1"]
)
def test_what_is_not_there(admin: FlaskClient, path: str) -> None:
    assert admin.get(path).status_code == 404
    assert send(admin, path, name="竣工", due_on="2023-09-30").status_code == 404
    assert send(admin, "/admin/milestones/works/1/target", target="x").status_code == 404


def test_an_instance_without_a_roster(tmp_path: Path) -> None:
    client = app_by(Clock(), tmp_path, with_year=False).test_client()
    sign_in(client, "administrator")
    page = client.get("/admin/milestones").text
    assert problems(page) == []
    assert "还没有项目清单" in page
