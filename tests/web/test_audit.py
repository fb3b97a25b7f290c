"""The audit trail as people read it: sentences, differences, filters in the address, an export without formulas."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

import tracker
from tests.web.conftest import make_app, sign_in
from tests.web.markup import problems, text_of
from tests.web.seed import HOSTILE, NOW
from tracker.services import audit
from tracker.services.actors import Actor
from tracker.store.audit import AuditEntry
from tracker.store.engine import make_engine, writing
from tracker.web.audit.words import ACTIONS, FAMILIES, FIELDS, MONEY

WHO = Actor(HOSTILE, "10.9.8.7")


@pytest.fixture(scope="module")
def noted(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Return an application whose trail ends with a changed report and an action that no word is known for."""
    app = make_app(tmp_path_factory.mktemp("audit"), with_year=True)
    engine = make_engine(app.extensions["tracker_settings"].database_url)
    with writing(engine) as session:
        before = {
            "month_completed": 1_200_000,
            "physical_progress": "",
            "ytd_completed": "12.5",
            "counted": None,
        }
        after = {
            "month_completed": 1_500_000,
            "physical_progress": HOSTILE,
            "ytd_completed": "",
            "counted": 2,
        }
        audit.record(session, WHO, NOW, "report.submit", "report", "2023-01 A-1", before=before, after=after)
        months = {"months": [10_000] * 12, "effective_from": "2023-04", "x": {"deep": [1]}, "disabled": True}
        audit.record(session, WHO, NOW, "future.action", "future", "=cmd", after=months)
    engine.dispose()
    return app


@pytest.fixture
def client_of(noted: Flask) -> Callable[[str], FlaskClient]:
    """Return role -> a browser signed in with it."""

    def client(role: str) -> FlaskClient:
        found = noted.test_client()
        assert sign_in(found, role) == 302
        return found

    return client


def test_an_entry_is_a_sentence_with_what_changed(client_of: Callable[[str], FlaskClient]) -> None:
    page = client_of("office").get("/audit")
    assert problems(page.text) == []
    text = text_of(page.text)
    assert "2023-01 A-1 平台一期" in text
    assert "120 万元 → 150 万元" in text
    assert "12.5 万元 → —" in text, "an amount as it was typed has its unit too"
    assert "— → 2" in text
    assert "10.9.8.7" in text
    assert "关闭报告期：2023-03" in text
    assert "future.action：=cmd" in text, "an action without a word is told by its own name"
    assert "1、1、1" in text
    assert '{"deep": [1]}' in text
    assert "停用 是" in text
    assert "<script>alert" not in page.text


def test_the_newest_hash_can_be_written_down(client_of: Callable[[str], FlaskClient], noted: Flask) -> None:
    office = client_of("office")
    engine = make_engine(noted.extensions["tracker_settings"].database_url)
    with engine.connect() as connection:
        newest = connection.scalar(sa.select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1))
    engine.dispose()
    assert str(newest) in office.get("/audit?family=account").text


def test_the_administrator_sees_accounts_and_no_figures(client_of: Callable[[str], FlaskClient]) -> None:
    page = client_of("administrator").get("/audit")
    assert problems(page.text) == []
    text = text_of(page.text)
    assert "万元" not in text
    assert "变动了本月完成投资、形象进度、累计完成投资、计入统计的版次" in text
    assert "新增账号：office" in text
    assert "姓名 office甲" in text
    assert "关闭报告期：2023-03" in text


def test_the_administrators_export_holds_no_figures(client_of: Callable[[str], FlaskClient]) -> None:
    rows = exported(client_of("administrator"), "/audit.xlsx")
    assert not [cell for row in rows for cell in row if "万元" in str(cell) or "150" in str(cell)[:8]]
    (told,) = [row[6] for row in rows if row[5] == "2023-01 A-1 平台一期"]
    assert (
        told == "变动了本月完成投资、形象进度、累计完成投资、计入统计的版次；涉及项目数字，内容不在此显示。"
    )


def exported(client: FlaskClient, path: str) -> list[list[str | int]]:
    answer = client.get(path, buffered=True)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    cells = [list(row) for row in book.worksheets[0].iter_rows()]
    assert all(cell.data_type in ("s", "inlineStr", "n") for row in cells for cell in row)
    return [[cell.value for cell in row] for row in cells]


def test_the_export_says_the_same_and_nothing_in_it_is_a_formula(
    client_of: Callable[[str], FlaskClient],
) -> None:
    rows = exported(client_of("office"), "/audit.xlsx")
    assert rows[0][:2] == ["序号", "时间"]
    by_object = {row[5]: row for row in rows}
    assert by_object["=cmd"][4] == "future.action", "a text that begins with an equals sign stays a text"
    assert "本月完成投资：120 万元 → 150 万元" in str(by_object["2023-01 A-1 平台一期"][6])
    assert len({row[7] for row in rows[1:]}) == len(rows) - 1, "each entry has its own hash"


def test_the_export_follows_the_filters(client_of: Callable[[str], FlaskClient]) -> None:
    office = client_of("office")
    link = re.search(r'href="(/audit\.xlsx\?[^"]*)"', office.get("/audit?family=period&about=2023-03").text)
    assert link is not None
    rows = exported(office, link[1].replace("&amp;", "&"))
    assert [row[4] for row in rows[1:]] == ["关闭报告期", "开放报告期"]


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ("family=period", "关闭报告期", "新增账号"),
        ("about=A-1", "A-1 平台一期", "关闭报告期："),
        ("who=测试", "关闭报告期", "10.9.8.7"),
        ("q=10.9.8.7", "A-1 平台一期", "关闭报告期："),
        ("to=2023-02-28", "关闭报告期：2023-01", "2023-03"),
        ("from=2023-05-01", "A-1 平台一期", "2023-02"),
    ],
)
def test_each_filter_stands_in_the_address(
    client_of: Callable[[str], FlaskClient], query: str, there: str, gone: str
) -> None:
    page = client_of("office").get(f"/audit?{query}").text
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    assert there in text_of(page)
    assert gone not in table


def test_nothing_found_says_so(client_of: Callable[[str], FlaskClient]) -> None:
    page = client_of("office").get("/audit?q=没有这样的%00")
    assert "没有符合条件的记录" in page.text
    assert problems(page.text) == []


def test_older_entries_are_a_page_further(client_of: Callable[[str], FlaskClient], noted: Flask) -> None:
    engine = make_engine(noted.extensions["tracker_settings"].database_url)
    with writing(engine) as session:
        for number in range(120):
            audit.record(session, Actor("翻页"), NOW, "unit.rename", "unit", number)
    engine.dispose()
    office = client_of("office")
    first = office.get("/audit?who=翻页").text
    assert first.count('id="entry-') == 100
    link = re.search(r'rel="next" href="([^"]*)"', first)
    assert link is not None
    second = office.get(link[1].replace("&amp;", "&")).text
    assert second.count('id="entry-') == 20
    assert "回到最新" in second
    assert 'rel="next"' not in second


@pytest.mark.parametrize("role", ["reporter", "leader"])
def test_nobody_else_reads_it(client_of: Callable[[str], FlaskClient], role: str) -> None:
    for path in ("/audit", "/audit.xlsx"):
        answer = client_of(role).get(path)
        assert answer.status_code == 403
        assert "10.9.8.7" not in answer.text


def test_what_the_web_writes_is_anchored_beside_the_database(noted: Flask) -> None:
    """The first write of an hour leaves an anchor; the tail of the trail cannot be cut off unseen."""
    from tracker.web.database import write_session

    file = noted.extensions["tracker_settings"].audit_anchors
    with noted.test_request_context("/"), write_session() as session:
        audit.record(session, WHO, NOW + timedelta(minutes=1), "unit.rename", "unit", 1)
    assert file.read_text().splitlines()[-1].startswith("2023-05-04T09:30:00+08:00 ")


def test_a_folder_that_takes_no_anchor_stops_nobody(
    noted: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from tracker.settings import Settings
    from tracker.web.database import read_session, write_session

    monkeypatch.setattr(Settings, "audit_anchors", property(lambda _: Path("/nowhere/audit.anchors")))
    with noted.test_request_context("/"), write_session() as session:
        audit.record(session, WHO, NOW, "unit.rename", "unit", 2)
    with noted.test_request_context("/"):
        newest = sa.select(AuditEntry.action, AuditEntry.object_id).order_by(AuditEntry.id.desc()).limit(1)
        assert tuple(read_session().execute(newest).one()) == ("unit.rename", "2"), "the entry is written"
    warned = [entry for entry in caplog.records if entry.levelname == "WARNING"]
    assert ["/nowhere/audit.anchors" in entry.getMessage() for entry in warned] == [True], (
        "whoever runs the server is warned once"
    )


def recorded() -> set[str]:
    """Return every action that the program writes into the trail under a fixed name."""
    found: set[str] = set()
    for path in Path(tracker.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("audit.record", "_record"):
                for part in (inner for argument in node.args[3:4] for inner in ast.walk(argument)):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        found.add(part.value)
    return {action for action in found if not action.endswith(".")}


def test_every_action_has_a_word() -> None:
    missing = recorded() - set(ACTIONS)
    assert not missing, f"say in tracker/web/audit/words.py what {sorted(missing)} means"
    without = {action.partition(".")[0] for action in recorded()} - set(FAMILIES)
    assert not without, f"name the families {sorted(without)} in tracker/web/audit/words.py"
    assert set(FIELDS) >= MONEY
