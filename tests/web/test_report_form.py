"""The form of one report: prefilled, looked at, kept as a draft, handed in, refused, in conflict, corrected."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import pytest
import sqlalchemy as sa

from tests.web.markup import text_of
from tests.web.reporting import Place, notes_at, value_of
from tracker import clock
from tracker.core.periods import Period
from tracker.services.reopenings import Target
from tracker.store.reports import Report, ReportDraft, ReportState
from tracker.store.roster import MilestoneRow
from tracker.web.departments import form

FORM = "/month/2023-05/A-1"
WAN = 10_000


def test_what_is_known_stands_there(place: Place) -> None:
    page = place.browser().get(FORM)
    words = text_of(page)
    assert "平台一期" in words
    assert "年度计划 1,200" in words
    assert "本月计划 100" in words
    assert "上月完成 150" in words
    assert "本月前累计 500" in words, "January to April with the correction of March: 120 + 130 + 100 + 150"
    assert "上月 主体施工" in words
    assert value_of(page, "physical_progress").strip() == "", "last month's progress is not this month's"
    assert value_of(page, "based_on") == "0"


def test_looking_changes_nothing(place: Place) -> None:
    before = place.all(Report.id, Report.revisions), place.all(ReportDraft.id)
    place.browser().get(FORM)
    assert (place.all(Report.id, Report.revisions), place.all(ReportDraft.id)) == before


def test_handing_in_leads_back_to_the_month(place: Place) -> None:
    browser = place.browser()
    answer = browser.post(
        FORM, {"month_completed": "１１０", "physical_progress": "三层封顶", "based_on": "0"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/month/2023-05")
    assert "“平台一期”已报送，第1次" in browser.get("/month/2023-05")
    head, (revision,) = place.report("A-1")
    assert (head.state, head.counted) == (ReportState.SUBMITTED, 1)
    assert (revision.month_completed, revision.source) == (110 * WAN, "网页表单")
    assert revision.made_by == "reporter甲（reporter）"


def test_handing_in_can_lead_to_the_next_report(place: Place) -> None:
    browser = place.browser()
    told = {"month_completed": "110", "based_on": "0", "then": "next"}
    assert browser.post(FORM, told).headers["Location"] == "/month/2023-05/A-2"
    told = {"month_completed": "100", "based_on": "0", "then": "next"}
    assert browser.post("/month/2023-05/A-2", told).headers["Location"] == "/month/2023-05/K-4"
    told = {"target_reached": "出台一项", "based_on": "0", "then": "next"}
    assert browser.post("/month/2023-05/K-4", told).headers["Location"] == "/month/2023-05"


@pytest.mark.parametrize(
    ("told", "field", "sentence"),
    [
        ({}, "month_completed", "没有填完成投资。没有投资的请填 0"),
        ({"month_completed": "一百多"}, "month_completed", "数"),
        ({"month_completed": "-3"}, "month_completed", "金额不能是负数"),
        ({"month_completed": "10", "ytd_completed": "400"}, "ytd_completed", "与各月之和 510 万元不符"),
        ({"month_completed": "10", "help_needed": "请协调"}, "problem_text", "没有填存在问题"),
        ({"month_completed": "900"}, "explanation", "至少5个字"),
        ({"month_completed": "10", "physical_progress": "字" * 2001}, "physical_progress", "最多 2000 个字"),
        ({"month_completed": "10", "actual_start": "2023-09"}, "actual_start", "晚于报告期"),
    ],
)
def test_refused_input_is_told_at_its_field(
    place: Place, told: dict[str, str], field: str, sentence: str
) -> None:
    browser = place.browser()
    answer = browser.post(FORM, {"based_on": "0", "next_intention": "继续施工", **told})
    assert answer.status_code == 422
    assert sentence in notes_at(answer.text, field), "the sentence stands at the field"
    assert f'href="#{field}"' in answer.text, "the list on top leads to the field"
    assert value_of(answer.text, "next_intention").strip() == "继续施工", "nothing typed is lost"
    for name, text in told.items():
        assert value_of(answer.text, name).strip() == text
    assert 'aria-invalid="true"' in answer.text
    with pytest.raises(sa.exc.NoResultFound):
        place.report("A-1")


def test_an_explanation_lets_suspicious_input_pass(place: Place) -> None:
    told = {"month_completed": "900", "explanation": "设备集中到货一次付清", "based_on": "0"}
    assert place.browser().post(FORM, told).status_code == 303
    _, (revision,) = place.report("A-1")
    assert revision.explanation == "设备集中到货一次付清"
    assert any("超过年度计划剩余" in doubt for doubt in revision.doubts or ())


def test_the_look_is_what_handing_in_would_give(place: Place) -> None:
    browser = place.browser()
    told = browser.json(f"{FORM}/look", {"month_completed": "100", "based_on": "0"})
    assert told["notes"] == []
    assert ">600<" in told["panel"]
    assert ">50.00<" in told["panel"], "600 of 1,200 are half of the year's plan"
    assert ">100.00<" in told["panel"], "the month's plan is met"
    assert "绿灯" in told["panel"]
    told = browser.json(f"{FORM}/look", {"month_completed": "900", "based_on": "0"})
    assert {(note["field"], note["weight"]) for note in told["notes"]} == {
        ("month_completed", "explain"),
        ("explanation", "refuse"),
    }
    assert place.all(sa.func.count(ReportDraft.id)) == [(0,)]


def test_a_draft_is_kept_and_is_ones_own(place: Place) -> None:
    browser = place.browser()
    told = browser.json(
        f"{FORM}/draft", {"month_completed": "1２", "problem_text": "甲\r\n乙", "based_on": "0"}
    )
    assert told["told"] == "草稿已保存 09:30"
    page = place.browser().get(FORM)
    assert value_of(page, "month_completed") == "1２", "the draft outlives the session, as typed"
    assert value_of(page, "problem_text").strip() == "甲\n乙"
    assert value_of(place.browser("colleague").get(FORM), "month_completed") == "", "nobody else sees it"
    with pytest.raises(sa.exc.NoResultFound):
        place.report("A-1")


def test_what_says_nothing_new_is_no_draft(place: Place) -> None:
    browser = place.browser()
    browser.json(f"{FORM}/draft", {"month_completed": "12", "based_on": "0"})
    assert (
        browser.json(f"{FORM}/draft", {"month_completed": " ", "based_on": "0"})["told"] == "没有未报送的改动"
    )
    assert place.all(ReportDraft.id) == []


def test_a_draft_can_be_thrown_away(place: Place) -> None:
    browser = place.browser()
    browser.json(f"{FORM}/draft", {"month_completed": "12", "based_on": "0"})
    assert browser.post(f"{FORM}/draft/discard", {}).status_code == 303
    assert place.all(ReportDraft.id) == []


def test_handing_in_ends_the_draft(place: Place) -> None:
    browser = place.browser()
    browser.json(f"{FORM}/draft", {"month_completed": "12", "based_on": "0"})
    browser.post(FORM, {"month_completed": "12", "based_on": "0"})
    # A save that was on its way when the report was handed in.
    browser.json(f"{FORM}/draft", {"month_completed": "12", "based_on": "0"})
    assert place.all(ReportDraft.id) == []


def test_a_save_on_its_way_brings_no_draft_back(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hand-in comes between looking at what stands and writing the draft."""
    browser, same = place.browser(), form.same
    told = {"month_completed": "110", "physical_progress": "主体三层", "based_on": "0"}

    def overtaken(*sides: Mapping[str, str]) -> bool:
        assert browser.post(FORM, told).status_code == 303
        return same(*sides)

    saving = place.browser()
    monkeypatch.setattr(form, "same", overtaken)
    answer = saving.json(f"{FORM}/draft", {**told, "physical_progress": "主体三"})
    assert place.all(ReportDraft.typed) == [], "what was handed in is no draft any more"
    assert "没有存为草稿" in answer["told"], "the person is not told that something was kept"


def test_a_choice_after_ones_own_hand_in_is_kept_as_a_draft(place: Place) -> None:
    browser = place.browser()
    browser.post(FORM, {"month_completed": "110", "based_on": "0"})
    browser.json(f"{FORM}/draft", {"month_completed": "115", "based_on": "0", "seen": "1"})
    assert place.all(ReportDraft.typed) == [({"month_completed": "115"},)], (
        "whoever was shown the newer report and goes on typing keeps it"
    )


def test_the_second_of_two_people_chooses_field_by_field(place: Place) -> None:
    place.browser("colleague").post(
        FORM, {"month_completed": "120", "physical_progress": "二层", "based_on": "0"}
    )
    browser = place.browser()
    mine = {"month_completed": "130", "physical_progress": "三层", "next_intention": "封顶", "based_on": "0"}
    answer = browser.post(FORM, mine)
    assert answer.status_code == 409
    words = text_of(answer.text)
    assert "市科技局colleague（colleague）已报送第1次" in words
    assert value_of(answer.text, "month_completed") == "130", "nothing typed is lost"
    assert value_of(answer.text, "differs") == "month_completed physical_progress next_intention"
    assert len(place.report("A-1")[1]) == 1
    asked = {**mine, "seen": "1", "differs": "month_completed physical_progress next_intention"}
    undecided = browser.post(FORM, {**asked, "choice-month_completed": "theirs"})
    assert undecided.status_code == 409, "every difference needs a choice"
    chosen = {
        "choice-month_completed": "theirs",
        "choice-physical_progress": "mine",
        "choice-next_intention": "mine",
    }
    assert browser.post(FORM, {**asked, **chosen}).status_code == 303
    _, revisions = place.report("A-1")
    said = [(told.month_completed, told.physical_progress, told.next_intention) for told in revisions]
    assert said == [(120 * WAN, "二层", ""), (120 * WAN, "三层", "封顶")]


def test_a_choice_about_an_older_revision_overwrites_nothing(place: Place) -> None:
    colleague, browser = place.browser("colleague"), place.browser()
    colleague.post(FORM, {"month_completed": "120", "based_on": "0"})
    colleague.post(FORM, {"month_completed": "125", "based_on": "1"})
    told = {"month_completed": "130", "based_on": "0", "seen": "1", "differs": "month_completed"}
    answer = browser.post(FORM, {**told, "choice-month_completed": "mine"})
    assert answer.status_code == 409
    assert "第2次" in answer.text


def test_an_outdated_draft_says_who_reported_since(place: Place) -> None:
    browser = place.browser()
    browser.json(f"{FORM}/draft", {"month_completed": "130", "based_on": "0"})
    place.browser("colleague").post(FORM, {"month_completed": "120", "based_on": "0"})
    page = browser.get(FORM)
    assert "已报送第1次" in page
    assert value_of(page, "month_completed") == "130"
    assert value_of(page, "based_on") == "0", "the draft does not become newer by being looked at"


def test_a_returned_report_shows_why_and_is_mended(place: Place) -> None:
    browser = place.browser()
    browser.post(FORM, {"month_completed": "120", "based_on": "0"})
    place.send_back("A-1", "请核对本月金额")
    page = browser.get(FORM)
    assert "督查室退回： 请核对本月金额" in text_of(page)
    assert value_of(page, "month_completed") == "120"
    same = browser.post(FORM, {"month_completed": "120", "based_on": "1"})
    assert same.status_code == 422
    assert "退回后内容没有变化" in notes_at(same.text, "explanation")
    assert browser.post(FORM, {"month_completed": "118", "based_on": "1"}).status_code == 303
    head, revisions = place.report("A-1")
    assert (head.state, len(revisions)) == (ReportState.SUBMITTED, 2)
    history = browser.get(FORM)
    assert "第1次报送" in history
    assert "第2次报送" in history


def test_a_closed_month_takes_corrections_with_a_reason(place: Place) -> None:
    browser = place.browser()
    form = "/month/2023-04/A-1"
    page = browser.get(form)
    assert "2023年4月已关闭" in page
    assert value_of(page, "month_completed") == "150"
    assert notes_at(page, "correction_reason") == "", "nothing was refused yet"
    told = {"month_completed": "140", "based_on": "1"}
    refused = browser.post(form, told)
    assert refused.status_code == 422
    assert "补报或更正须写明原因" in notes_at(refused.text, "correction_reason")
    assert browser.post(form, {**told, "correction_reason": "重复计入设备款"}).status_code == 303
    head, revisions = place.report("A-1", Period(2023, 4))
    assert (head.counted, len(revisions)) == (1, 2), "it counts when the office accepts it"
    assert "更正已提交" in browser.get("/month/2023-04")
    assert value_of(browser.get(form), "correction_reason").strip() == "", (
        "each correction has its own reason"
    )


def test_a_reopened_month_takes_reports_at_once(place: Place) -> None:
    place.reopen(Period(2023, 4), Target(code="A-1"), "统计口径调整")
    browser = place.browser()
    assert "重新打开2023年4月" in browser.get("/month/2023-04/A-1")
    assert browser.post("/month/2023-04/A-1", {"month_completed": "140", "based_on": "1"}).status_code == 303
    assert place.report("A-1", Period(2023, 4))[0].counted == 2


def test_a_work_reports_words_and_milestones(place: Place) -> None:
    browser = place.browser()
    page = browser.get("/month/2023-05/K-4")
    assert "出台三项政策" in page
    assert 'name="month_completed"' not in page
    (step,) = (number for number, name in place.all(MilestoneRow.id, MilestoneRow.name) if name == "印发文件")
    late = browser.post("/month/2023-05/K-4", {f"milestone_{step}": "2023-06-20", "based_on": "0"})
    assert late.status_code == 422
    assert "晚于 2023-05-31" in notes_at(late.text, f"milestone_{step}")
    told = {f"milestone_{step}": "2023-05-20", "target_reached": "已印发", "based_on": "0"}
    assert browser.post("/month/2023-05/K-4", told).status_code == 303
    assert (date(2023, 5, 20),) in place.all(MilestoneRow.done_on)
    assert value_of(browser.get("/month/2023-05/K-4"), f"milestone_{step}") == "2023-05-20"


def test_a_report_after_the_deadline_is_late(place: Place) -> None:
    place.now = datetime(2023, 6, 8, 9, 0, tzinfo=clock.ZONE)
    browser = place.browser()
    assert "6月5日 23:59 截止，现在报送记为逾期" in browser.get(FORM)
    browser.post(FORM, {"month_completed": "10", "based_on": "0"})
    assert place.report("A-1")[1][0].late


@pytest.mark.parametrize("path", ["/month/2023-05/B-1", "/month/2023-05/P-1", "/month/2023-05/nothing"])
def test_what_is_not_the_units_own_is_not_there(place: Place, path: str) -> None:
    browser = place.browser()
    told = {"month_completed": "1", "based_on": "0"}
    assert browser.client.get(path).status_code == 404
    for end in ("", "/look", "/draft", "/draft/discard"):
        assert browser.post(path + end, told).status_code == 404, end
    assert place.all(ReportDraft.id) == []


@pytest.mark.parametrize("month", ["2023-07", "2023-13", "x", "2023-5"])
def test_a_month_that_is_none_is_not_there(place: Place, month: str) -> None:
    browser = place.browser()
    assert browser.client.get(f"/month/{month}/A-1").status_code == 404
    assert browser.post(f"/month/{month}/A-1", {"month_completed": "1"}).status_code == 404


def test_only_reporters_report(place: Place) -> None:
    for role in ("office", "leader", "administrator"):
        browser = place.browser(role)
        assert browser.client.get(FORM).status_code == 403
        assert browser.post(FORM, {"month_completed": "1"}).status_code == 403
        assert browser.post(f"{FORM}/draft", {"month_completed": "1"}).status_code == 403


def test_drafts_and_looks_are_only_sent(place: Place) -> None:
    browser = place.browser()
    for end in ("/look", "/draft", "/draft/discard"):
        # Read as the code of a line, which is not there.
        assert browser.client.get(FORM + end).status_code in (404, 405)
    assert browser.client.post(FORM, data={"month_completed": "1"}).status_code == 400, "without a token"


def test_unknown_fields_and_numbers_do_no_harm(place: Place) -> None:
    told = {"month_completed": "10", "based_on": "99999999999", "late": "1", "choice-x": "mine", "seen": "-1"}
    assert place.browser().post(FORM, told).status_code == 303
    _, (revision,) = place.report("A-1")
    assert not revision.late
