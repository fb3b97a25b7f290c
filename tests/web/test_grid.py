"""The grid: many lines at once, whole or not at all, only what is new, conflicts and refusals by row."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from tests.web.markup import text_of
from tests.web.reporting import Place, hrefs, notes_at, value_of
from tests.web.seed import ACTOR
from tracker.core.periods import Period
from tracker.services.milestone_plan import delete_step
from tracker.services.reopenings import Target
from tracker.store.reports import Report, ReportDraft
from tracker.store.roster import MilestoneRow, Subproject

GRID = "/month/2023-05/grid"
COLUMNS = (
    "month_completed",
    "ytd_completed",
    "actual_start",
    "physical_progress",
    "problem_text",
    "explanation",
)
WAN = 10_000


def row(number: int, code: str, amount: str, based_on: int = 0, **typed: str) -> dict[str, str]:
    """Return the fields of a row."""
    told = {"code": code, "based_on": str(based_on), "month_completed": amount, **typed}
    return {f"{name}.{number}": text for name, text in told.items()}


def test_every_line_has_a_row(place: Place) -> None:
    page = place.browser().get(GRID)
    words = text_of(page)
    assert value_of(page, "code.0") == "A-1"
    assert value_of(page, "code.1") == "A-2"
    assert "code.2" not in page, "a work has no row, another unit's line neither"
    assert "平台一期 本月完成投资" in words, "each cell is called by its line and column"
    assert "工作不在表格里" in words
    assert all(f'name="{name}.1"' in page for name in COLUMNS)


def test_rows_are_handed_in_together(place: Place) -> None:
    browser = place.browser()
    answer = browser.post(
        GRID, {**row(0, "A-1", "110"), **row(1, "A-2", "100", physical_progress="甲\r\n乙")}
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/month/2023-05")
    assert "已报送2个项目：“平台一期”、“平台二期”" in browser.get("/month/2023-05")
    _, (revision,) = place.report("A-2")
    assert (revision.month_completed, revision.physical_progress) == (100 * WAN, "甲\n乙")
    assert revision.source == "网页表格"


def test_only_rows_that_say_something_new_are_handed_in(place: Place) -> None:
    browser = place.browser()
    browser.post(GRID, {**row(0, "A-1", "110"), **row(1, "A-2", "")})
    assert place.report("A-1")[0].revisions == 1
    with pytest.raises(sa.exc.NoResultFound):
        place.report("A-2")
    browser.post(GRID, {**row(0, "A-1", "110", 1), **row(1, "A-2", "100")})
    assert place.report("A-1")[0].revisions == 1, "what stands already is not handed in again"
    assert place.report("A-2")[0].revisions == 1


def test_nothing_new_is_told(place: Place) -> None:
    answer = place.browser().post(GRID, {**row(0, "A-1", ""), **row(1, "A-2", " ")})
    assert answer.status_code == 422
    assert "没有改动的行" in answer.text


def test_one_wrong_row_keeps_all_back(place: Place) -> None:
    browser = place.browser()
    answer = browser.post(
        GRID, {**row(0, "A-1", "110"), **row(1, "A-2", "-3", next_intention="封顶", help_needed="请协调")}
    )
    assert answer.status_code == 422
    assert "金额不能是负数" in notes_at(answer.text, "month_completed.1")
    assert "没有填存在问题" in notes_at(answer.text, "problem_text.1")
    assert notes_at(answer.text, "month_completed.0") == ""
    assert "#month_completed.1" in hrefs(answer.text)
    assert value_of(answer.text, "month_completed.0") == "110", "nothing typed is lost"
    assert value_of(answer.text, "next_intention.1").strip() == "封顶"
    with pytest.raises(sa.exc.NoResultFound):
        place.report("A-1")


def test_suspicious_rows_need_an_explanation(place: Place) -> None:
    browser = place.browser()
    answer = browser.post(GRID, row(0, "A-1", "900"))
    assert answer.status_code == 422
    assert "超过年度计划剩余" in notes_at(answer.text, "explanation.0")
    assert browser.post(GRID, row(0, "A-1", "900", explanation="设备集中到货付款")).status_code == 303


def test_what_only_the_form_asks_is_kept(place: Place) -> None:
    browser = place.browser()
    told = {"month_completed": "110", "target_reached": "主楼完工", "based_on": "0"}
    browser.post("/month/2023-05/A-1", told)
    browser.post(GRID, row(0, "A-1", "112", 1))
    _, revisions = place.report("A-1")
    assert [(told.month_completed, told.target_reached) for told in revisions] == [
        (110 * WAN, "主楼完工"),
        (112 * WAN, "主楼完工"),
    ]


def test_a_milestone_deleted_since_holds_no_row_back(place: Place) -> None:
    browser = place.browser()
    with place.writing() as session:
        line = session.scalar(sa.select(Subproject.id).where(Subproject.code == "A-1"))
        step = MilestoneRow(subproject_id=line, name="主体封顶", due_on=date(2023, 5, 20))
        session.add(step)
        session.flush()
        number = step.id
    told = {"month_completed": "110", f"milestone_{number}": "2023-05-18", "based_on": "0"}
    assert browser.post("/month/2023-05/A-1", told).status_code == 303
    place.send_back("A-1", "请核对本月金额")
    with place.writing() as session:
        delete_step(session, ACTOR, place.now, number)
    answer = browser.post(GRID, row(0, "A-1", "110", 1))
    assert answer.status_code == 422
    assert "没有改动的行" in answer.text, "a milestone that is gone is no change of the person's"
    answer = browser.post(GRID, row(0, "A-1", "112", 1))
    assert answer.status_code == 303, text_of(answer.text)
    newest = place.report("A-1")[1][-1]
    assert (newest.month_completed, newest.milestones) == (112 * WAN, None)


def test_conflicts_are_chosen_row_by_row(place: Place) -> None:
    place.browser("district").post("/month/2023-05/A-2", {"month_completed": "95", "based_on": "0"})
    browser = place.browser()
    told = {**row(0, "A-1", "110"), **row(1, "A-2", "100")}
    answer = browser.post(GRID, told)
    assert answer.status_code == 409
    assert "武进区district（district）已报送第1次" in answer.text
    assert value_of(answer.text, "month_completed.1") == "100"
    with pytest.raises(sa.exc.NoResultFound):
        place.report("A-1")
    chosen = {"seen.1": "1", "differs.1": "month_completed", "choice-month_completed.1": "mine"}
    assert browser.post(GRID, {**told, **chosen}).status_code == 303
    assert [told.month_completed for told in place.report("A-2")[1]] == [95 * WAN, 100 * WAN]


def test_a_row_that_nobody_touched_is_no_conflict(place: Place) -> None:
    browser = place.browser()
    browser.post("/month/2023-05/A-2", {"month_completed": "90", "based_on": "0"})
    stale = row(1, "A-2", "90", 1)
    place.browser("district").post("/month/2023-05/A-2", {"month_completed": "95", "based_on": "1"})
    assert browser.post(GRID, {**row(0, "A-1", "110"), **stale}).status_code == 303
    assert place.report("A-2")[0].revisions == 2, "what somebody else handed in meanwhile stands"


def test_changed_rows_are_looked_at_together(place: Place) -> None:
    told = place.browser().json("/month/2023-05/look", {**row(0, "A-1", "100"), **row(1, "A-2", "x")})["rows"]
    assert "绿灯" in told["0"]["told"]
    assert ">600<" in told["0"]["told"]
    assert told["0"]["notes"] == []
    assert told["1"]["told"].strip() == "", "what is not understood has no figures"
    assert told["1"]["notes"][0]["field"] == "month_completed"


def test_rows_are_kept_as_ones_own_drafts(place: Place) -> None:
    browser = place.browser()
    rows = {**row(0, "A-1", "12"), **row(1, "A-2", "")}
    assert browser.json("/month/2023-05/draft", rows)["told"] == "草稿已保存 09:30"
    assert len(place.all(ReportDraft.id)) == 1, "an empty row is no draft"
    assert value_of(browser.get(GRID), "month_completed.0") == "12"
    assert value_of(browser.get("/month/2023-05/A-1"), "month_completed") == "12", "the form goes on with it"
    assert value_of(place.browser("colleague").get(GRID), "month_completed.0") == ""
    browser.json("/month/2023-05/draft", row(0, "A-1", ""))
    assert place.all(ReportDraft.id) == []


def test_another_units_line_is_not_there(place: Place) -> None:
    browser = place.browser()
    told = {**row(0, "A-1", "110"), **row(1, "B-1", "1")}
    for path in (GRID, "/month/2023-05/look", "/month/2023-05/draft"):
        assert browser.post(path, told).status_code == 404
    assert place.all(ReportDraft.id) == []
    with pytest.raises(sa.exc.NoResultFound):
        place.report("A-1")


def test_a_closed_month_has_no_grid(place: Place) -> None:
    browser = place.browser()
    before = place.all(Report.id, Report.revisions)
    assert browser.client.get("/month/2023-04/grid").status_code == 409
    answer = browser.post("/month/2023-04/grid", row(0, "A-1", "140", 1))
    assert answer.status_code == 409
    assert "申请更正" in answer.text
    assert place.all(Report.id, Report.revisions) == before


def test_a_reopened_line_has_its_row(place: Place) -> None:
    place.reopen(Period(2023, 4), Target(code="A-1"), "统计口径调整")
    browser = place.browser()
    page = browser.get("/month/2023-04/grid")
    assert value_of(page, "month_completed.0") == "150"
    assert "code.1" not in page
    assert browser.post("/month/2023-04/grid", row(0, "A-1", "140", 1)).status_code == 303
    assert browser.post("/month/2023-04/grid", row(0, "A-2", "80", 1)).status_code == 404


def test_only_reporters_have_the_grid(place: Place) -> None:
    for role in ("office", "leader", "administrator"):
        browser = place.browser(role)
        assert browser.client.get(GRID).status_code == 403
        for path in (GRID, "/month/2023-05/look", "/month/2023-05/draft"):
            assert browser.post(path, row(0, "A-1", "1")).status_code == 403


def test_methods_and_tokens(place: Place) -> None:
    client = place.browser().client
    assert client.post(GRID, data=row(0, "A-1", "1")).status_code == 400, "without a token"
    for path in ("/month/2023-05/look", "/month/2023-05/draft"):
        assert client.get(path).status_code == 404, "read as the code of a line, which is not there"
    assert client.get("/month/2023-08/grid").status_code == 404
