"""Meetings, actions, instructions and what waits, over HTTP: the whole life by role, stale pages, refusals that write nothing."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from tests.handed_in import photograph
from tests.web.conftest import token_of
from tests.web.markup import parse, problems
from tests.web.reporting import Browser, Place, value_of
from tests.web.seed import HOSTILE
from tracker import clock
from tracker.store.audit import AuditEntry
from tracker.store.meetings import Action, ActionState, Instruction, Meeting, MeetingState
from tracker.store.periods import StateChange
from tracker.store.remarks import Remark, RemarkFile, RemarkKind
from tracker.store.roster import Subproject, Unit

MEETING = {"period": "2023-04", "day": "2023-06-02", "title": "", "place": "二楼会议室", "chair": "王副市长"}
#: Tables that a refused step must leave as they were.
TABLES = (Meeting, Action, Instruction, StateChange, Remark, RemarkFile, AuditEntry)


def stands(place: Place) -> list[Any]:
    return [place.all(*sa.inspect(table).columns) for table in TABLES]


def plan(office: Browser, **said: str) -> str:
    answer = office.post("/meetings", {**MEETING, **said})
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"].rpartition("/")[2]


def decide(office: Browser, meeting: str, text: str, unit: str = "市科技局", key: str = "") -> int:
    told = {"key": key, "unit": unit, "deadline": "2023-06-20", "text": text}
    answer = office.post(f"/meetings/{meeting}/decisions", told)
    assert answer.status_code == 302, answer.text
    (found,) = [
        href for href in links(office.get(f"/meetings/{meeting}"), text) if href.startswith("/actions/")
    ][-1:]
    return int(found.rpartition("/")[2])


def links(html: str, text: str) -> list[str]:
    """Return where the links with this text lead."""
    return [
        link.get("href", "") for link in parse(html).iter("a") if "".join(link.itertext()).strip() == text
    ]


def agenda(html: str) -> str:
    """Return the text of the agenda's items alone."""
    items = [item for item in parse(html).iter("li") if item.get("class") == "agenda-item"]
    return "\n".join("".join(part.itertext()) for item in items for part in item if part.tag != "datalist")


def state_of(place: Place, action: int) -> ActionState:
    return place.all(Action.state)[[row[0] for row in place.all(Action.id)].index(action)][0]


def test_from_the_agenda_to_the_close_out(place: Place) -> None:
    office, leader = place.browser("office"), place.browser("leader")
    unit, stranger = place.browser("reporter"), place.browser("stranger")
    meeting = plan(office)
    page = office.get(f"/meetings/{meeting}")
    assert "2023年4月重点项目推进例会" in page
    assert "红灯项目" in page
    line_id = dict(place.all(Subproject.code, Subproject.id))["B-2"]
    assert "实训中心" in agenda(page)
    action = decide(office, meeting, "六月底前完成施工招标", key=f"red_lights.{line_id}")
    assert "本次议定" in office.get(f"/meetings/{meeting}")
    assert office.post(f"/meetings/{meeting}/held", {}).status_code == 302
    later = plan(office, day="2023-06-30")
    assert "六月底前完成施工招标" in agenda(office.get(f"/meetings/{later}"))
    # The unit finds it among what waits, and does it with a photograph.
    assert "六月底前完成施工招标" in unit.get("/to-do")
    assert "六月底前完成施工招标" in unit.get("/month/2023-05")
    assert "六月底前完成施工招标" not in stranger.get("/to-do")
    page = unit.get(f"/actions/{action}")
    token = token_of(page)
    sent = {
        "csrf_token": token,
        "seen": value_of(page, "seen"),
        "text": "招标公告已经发布",
        "evidence": (io.BytesIO(photograph()), "公告.jpg"),
    }
    assert unit.client.post(f"/actions/{action}/progress", data=sent).status_code == 302
    assert (
        unit.post(
            f"/actions/{action}/done", {"seen": value_of(page, "seen"), "text": "已完成招标"}
        ).status_code
        == 302
    )
    assert "公告.jpg" in unit.get(f"/actions/{action}")
    assert "六月底前完成施工招标" not in unit.get("/to-do")
    # The office sends it back, then closes it out.
    assert "待销号的督办事项" in office.get("/to-do")
    seen = value_of(office.get(f"/actions/{action}"), "seen")
    assert (
        office.post(f"/actions/{action}/send-back", {"seen": seen, "reason": "缺少中标通知书"}).status_code
        == 302
    )
    assert "缺少中标通知书" in unit.get(f"/actions/{action}")
    seen = value_of(unit.get(f"/actions/{action}"), "seen")
    assert unit.post(f"/actions/{action}/done", {"seen": seen, "text": "已补充中标通知书"}).status_code == 302
    assert "六月底前完成施工招标" in agenda(office.get(f"/meetings/{later}"))
    seen = value_of(office.get(f"/actions/{action}"), "seen")
    assert office.post(f"/actions/{action}/close-out", {"seen": seen, "reason": ""}).status_code == 302
    assert "六月底前完成施工招标" not in agenda(office.get(f"/meetings/{later}"))
    # What was held stays as it was, for leaders too.
    held = leader.get(f"/meetings/{meeting}")
    assert "实训中心" in agenda(held)
    assert "<textarea" not in held
    paper = leader.get(f"/meetings/{meeting}/paper")
    assert "会议纪要" in paper
    assert "六月底前完成施工招标" in paper
    assert "2023年6月2日" in paper


def test_a_leaders_instruction_becomes_the_units_action_and_never_changes(place: Place) -> None:
    leader, office, unit = place.browser("leader"), place.browser("office"), place.browser("reporter")
    answer = leader.post("/projects/2023/A-1/instructions", {"text": "请科技局抓紧推进"})
    assert answer.status_code == 302
    path = answer.headers["Location"]
    for browser in (leader, office, unit):
        assert "请科技局抓紧推进" in browser.get(path)
    assert place.browser("stranger").client.get(path).status_code == 404
    assert "请科技局抓紧推进" in agenda(office.get(f"/meetings/{plan(office)}"))
    other = dict(place.all(Unit.name, Unit.id))["市人社局"]
    seen = value_of(office.get(path), "seen")
    told = {"seen": seen, "unit": str(other), "deadline": "2023-06-30", "reason": "职责已经调整"}
    assert office.post(f"{path}/pass-on", told).status_code == 302
    assert unit.client.get(path).status_code == 404
    assert "职责已经调整" in place.browser("stranger").get(path)
    assert ("请科技局抓紧推进",) in place.all(Instruction.text)


@pytest.mark.parametrize("username", ["office", "reporter"])
def test_only_a_leader_writes_an_instruction(place: Place, username: str) -> None:
    browser = place.browser(username)
    before = stands(place)
    answer = browser.post("/projects/2023/A-1/instructions", {"text": "请科技局抓紧推进"})
    assert answer.status_code == 403
    assert stands(place) == before


def test_leaders_take_no_step_of_the_office_or_a_unit(place: Place) -> None:
    leader, before = place.browser("leader"), stands(place)
    for path in (
        "/meetings",
        *(
            f"/meetings/1/{step}"
            for step in ("invitation", "agenda", "items", "decisions", "minutes", "held")
        ),
        *(f"/actions/1/{step}" for step in ("progress", "done", "close-out", "send-back", "pass-on")),
    ):
        assert leader.post(path, {**MEETING, "text": "已经全部办结"}).status_code == 403, path
    assert stands(place) == before


def test_another_units_action_is_not_there(place: Place) -> None:
    stranger, before = place.browser("stranger"), stands(place)
    assert stranger.client.get("/actions/1").status_code == 404
    assert stranger.post("/actions/1/progress", {"text": "正在办理当中"}).status_code == 404
    assert stranger.post("/actions/1/done", {"text": "已经全部办结", "seen": "1"}).status_code == 404
    assert "落实用地" not in stranger.get("/actions?group=open")
    workbook = stranger.client.get("/actions.xlsx").data
    assert b"A-2" not in ZipFile(io.BytesIO(workbook)).read("xl/sharedStrings.xml")
    assert stands(place) == before


def test_a_stale_page_is_told_so(place: Place) -> None:
    unit, office = place.browser("reporter"), place.browser("office")
    old = value_of(office.get("/actions/1"), "seen")
    assert unit.post("/actions/1/done", {"seen": old, "text": "已经全部办结"}).status_code == 302
    before = stands(place)
    answer = office.post("/actions/1/close-out", {"seen": old, "reason": "已到现场核实"})
    assert answer.status_code == 409
    assert "请核对后再办理" in answer.text
    assert unit.post("/actions/1/done", {"seen": old, "text": "再报一次办结"}).status_code == 409
    assert stands(place) == before


def test_minutes_that_somebody_else_changed_are_not_overwritten(place: Place) -> None:
    first, second = place.browser("office"), place.browser("office")
    mark = value_of(first.get("/meetings/1"), "mark")
    assert (
        first.post("/meetings/1/minutes", {"mark": mark, "minutes": "会议强调。\r\n抓紧。"}).status_code
        == 302
    )
    assert second.post("/meetings/1/minutes", {"mark": mark, "minutes": "会议指出。"}).status_code == 409
    assert place.all(Meeting.minutes) == [("会议强调。\n抓紧。",)]


def test_a_refused_form_comes_back_with_what_was_typed(place: Place) -> None:
    office, leader, before = place.browser("office"), place.browser("leader"), stands(place)
    for browser, path, told, words in (
        (office, "/meetings", {**MEETING, "day": "", "place": "三楼"}, ("没有填写例会日期", "三楼")),
        (
            office,
            "/meetings/1/invitation",
            {**MEETING, "period": "2029-01", "said_mark": value_of(office.get("/meetings/1"), "said_mark")},
            ("没有选择已开放的报告期", "二楼会议室"),
        ),
        (office, "/meetings/1/items", {"item": "短"}, ("请写明议题", "短")),
        (
            office,
            "/meetings/1/decisions",
            {"key": "", "unit": "没有的单位", "deadline": "2023-06-20", "text": "完成施工招标"},
            ("没有这个承办单位", "完成施工招标"),
        ),
        (
            office,
            "/meetings/1/decisions",
            {"key": "", "unit": "市科技局", "deadline": "2022-06-20", "text": "完成施工招标"},
            ("办理时限已经过去", "完成施工招标"),
        ),
        (office, "/actions/1/pass-on", {"unit": "1", "reason": ""}, ("没有填写办理时限", "请写明转办原因")),
        (leader, "/projects/2023/A-1/instructions", {"text": "办"}, ("请写明批示内容", "办")),
    ):
        if path.endswith("pass-on"):
            told["seen"] = value_of(browser.get("/actions/1"), "seen")
        answer = browser.post(path, told)
        assert answer.status_code == 422, path
        for word in words:
            assert word in answer.text, (path, word)
    assert stands(place) == before


def test_a_file_that_is_no_picture_is_refused_and_nothing_is_said(place: Place) -> None:
    unit, before = place.browser("reporter"), stands(place)
    page = unit.get("/actions/1")
    sent = {
        "csrf_token": token_of(page),
        "seen": value_of(page, "seen"),
        "text": "已经全部办结",
        "evidence": (io.BytesIO(b"MZ not a picture"), "x.jpg"),
    }
    assert unit.client.post("/actions/1/done", data=sent).status_code == 422
    assert stands(place) == before


def test_a_meeting_is_not_held_before_its_day(place: Place) -> None:
    office = place.browser("office")
    meeting = plan(office, day="2023-06-05")
    answer = office.post(f"/meetings/{meeting}/held", {})
    assert answer.status_code == 422
    assert "还没有到" in answer.text
    place.now = datetime(2023, 6, 5, 8, tzinfo=clock.ZONE)
    office = place.browser("office")
    assert office.post(f"/meetings/{meeting}/held", {}).status_code == 302
    assert place.all(Meeting.state)[-1] == (MeetingState.HELD,)
    assert office.post(f"/meetings/{meeting}/held", {}).status_code == 409


def test_what_is_left_out_and_added_by_hand(place: Place) -> None:
    office = place.browser("office")
    page = office.get("/meetings/1")
    assert "实训中心" in agenda(page)
    line_id = dict(place.all(Subproject.code, Subproject.id))["B-2"]
    key = {"item": f"red_lights.{line_id}"}
    assert office.post("/meetings/1/agenda", {**key, "out": "1"}).status_code == 302
    assert office.post("/meetings/1/items", {"item": "通报审计整改情况"}).status_code == 302
    page = office.get("/meetings/1")
    assert "实训中心" not in agenda(page)
    assert "通报审计整改情况" in agenda(page)
    assert office.post("/meetings/1/agenda", {**key, "out": "0"}).status_code == 302
    assert "实训中心" in agenda(office.get("/meetings/1"))
    assert office.post("/meetings/1/agenda", {"item": "red_lights.9999", "out": "1"}).status_code == 404


def test_the_list_is_narrowed_and_sorted_by_its_address(place: Place) -> None:
    office = place.browser("office")

    def shown(query: str) -> list[str]:
        rows = parse(office.get(f"/actions{query}")).findall(".//tbody/tr")
        return [next(row.iter("a")).get("href", "").rpartition("/")[2] for row in rows]

    assert sorted(shown("")) == ["1", "2"]
    assert shown("?source=instruction") == ["2"]
    assert shown("?meeting=1") == ["1"]
    assert shown("?q=落实用地") == ["1"]
    assert shown("?group=closed_out") == []
    # The meeting's is due on 19 May, the instruction's earlier: both are overdue on 2 June.
    assert shown("?overdue=1") == ["2", "1"]
    assert shown("?sort=deadline&desc=1") == ["1", "2"]


def test_the_workbook_has_the_list_and_no_formula(place: Place) -> None:
    answer = place.browser("office").client.get("/actions.xlsx?source=meeting")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    rows = [row for row in sheet if row[0] == 1.0]
    assert [row[1] for row in rows] == [f"落实用地{HOSTILE}"]
    assert b"<f>" not in ZipFile(io.BytesIO(answer.data)).read("xl/worksheets/sheet1.xml")


def test_what_reached_the_leader(place: Place) -> None:
    leader = place.browser("leader")
    # On 2 June the instruction of 4 May is overdue for longer than a fortnight.
    assert "已升级至领导" in leader.get("/to-do")
    assert "请抓紧推进" in leader.get("/to-do?kind=do_action")


def test_a_picture_of_an_action_is_for_its_unit_the_office_and_leaders(place: Place) -> None:
    unit = place.browser("reporter")
    page = unit.get("/actions/1")
    sent = {
        "csrf_token": token_of(page),
        "text": "现场照片如下",
        "evidence": (io.BytesIO(photograph()), "现场.jpg"),
    }
    assert unit.client.post("/actions/1/progress", data=sent).status_code == 302
    (remark,) = [row[0] for row in place.all(Remark.id, Remark.kind) if row[1] is RemarkKind.ACTION]
    (file,) = [row[0] for row in place.all(RemarkFile.id, RemarkFile.remark_id) if row[1] == remark]
    for username, status in (("reporter", 200), ("office", 200), ("leader", 200), ("stranger", 404)):
        browser = place.browser(username)
        assert browser.client.get(f"/remarks/files/{file}", buffered=True).status_code == status


def test_the_trail_tells_the_steps_in_words(place: Place) -> None:
    office = place.browser("office")
    meeting = plan(office)
    decide(office, meeting, "六月底前完成施工招标")
    office.post(f"/meetings/{meeting}/held", {})
    trail = office.get("/audit")
    for words in ("安排例会", "登记督办事项", "确认例会召开", "待召开", "已召开"):
        assert words in trail
    assert "meeting.planned" not in trail


def test_minutes_at_their_limit_are_kept_whole_however_the_browser_breaks_lines(place: Place) -> None:
    office = place.browser("office")
    # Browsers send line breaks as two signs each; the page counted one.
    told = "\n".join(["会" * 99] * 200)
    assert len(told) == 19_999
    mark = value_of(office.get("/meetings/1"), "mark")
    sent = {"mark": mark, "minutes": (told + "终").replace("\n", "\r\n")}
    assert office.post("/meetings/1/minutes", sent).status_code == 302
    assert place.all(Meeting.minutes) == [(told + "终",)]


def test_minutes_beyond_their_limit_are_refused_and_come_back_whole(place: Place) -> None:
    office, before = place.browser("office"), stands(place)
    mark = value_of(office.get("/meetings/1"), "mark")
    told = "会议强调。\r\n" * 4000 + "此句不能丢"
    answer = office.post("/meetings/1/minutes", {"mark": mark, "minutes": told})
    assert answer.status_code == 422
    assert "会议记录超过 20000 个字" in answer.text
    assert "此句不能丢" in text_of(answer.text, "minutes-text")
    assert stands(place) == before


def text_of(html: str, name: str) -> str:
    """Return what stands in the field with this id."""
    (field,) = (part for part in parse(html).iter() if part.get("id") == name)
    return field.get("value") or "".join(field.itertext())


def test_minutes_that_met_others_come_back_beside_those(place: Place) -> None:
    first, second = place.browser("office"), place.browser("office")
    mark = value_of(first.get("/meetings/1"), "mark")
    first.post("/meetings/1/minutes", {"mark": mark, "minutes": "会议强调，抓紧开工。"})
    answer = second.post("/meetings/1/minutes", {"mark": mark, "minutes": "会议指出，倒排工期。"})
    assert answer.status_code == 409
    assert "刚被其他人修改过" in answer.text
    assert text_of(answer.text, "minutes-text") == "会议指出，倒排工期。"
    assert "会议强调，抓紧开工。" in answer.text


def test_an_older_form_does_not_blank_what_was_said_of_a_meeting_meanwhile(place: Place) -> None:
    first, second = place.browser("office"), place.browser("office")
    mark = value_of(second.get("/meetings/1"), "said_mark")
    told = {**MEETING, "said_mark": mark}
    assert first.post("/meetings/1/invitation", told).status_code == 302
    answer = second.post("/meetings/1/invitation", {**told, "place": "", "chair": "李副市长"})
    assert answer.status_code == 409
    assert "例会安排刚被其他人修改过" in answer.text
    assert text_of(answer.text, "meeting-chair") == "李副市长"
    assert place.all(Meeting.place, Meeting.chair) == [("二楼会议室", "王副市长")]
    # Whoever has seen what stands now may save.
    again = {**told, "said_mark": value_of(answer.text, "said_mark"), "place": "三楼"}
    assert second.post("/meetings/1/invitation", again).status_code == 302
    assert place.all(Meeting.place) == [("三楼",)]


def test_what_was_typed_comes_back_when_the_state_does_not_fit(place: Place) -> None:
    office, unit, leader = place.browser("office"), place.browser("reporter"), place.browser("leader")
    decide(office, "1", "六月底前完成施工招标")
    said_mark = value_of(office.get("/meetings/1"), "said_mark")
    old = value_of(office.get("/actions/1"), "seen")
    assert office.post("/meetings/1/held", {}).status_code == 302
    assert unit.post("/actions/1/done", {"seen": old, "text": "已经全部办结"}).status_code == 302
    assert leader.post("/projects/2023/A-1/instructions", {"text": "请科技局抓紧推进"}).status_code == 302
    before = stands(place)
    again = {"key": "", "unit": "市科技局", "deadline": "2023-06-20", "text": "六月底前完成施工招标"}
    passed = {"seen": old, "unit": "1", "deadline": "2023-06-30", "reason": "职责已经调整到外单位"}
    for browser, path, told, sentence, words in (
        (office, "/meetings/1/decisions", again, "不用重复登记", "2023-06-20"),
        (office, "/meetings/1/items", {"item": "通报审计整改情况"}, "不能增加议题", "通报审计整改情况"),
        (
            office,
            "/meetings/1/invitation",
            {**MEETING, "said_mark": said_mark},
            "不能修改安排",
            "二楼会议室",
        ),
        (office, "/meetings/1/held", {}, "不能再次确认召开", "已召开"),
        (office, "/meetings/1/agenda", {"item": "actions.2", "out": "1"}, "不能调整议程", "已召开"),
        (
            office,
            "/actions/1/close-out",
            {"seen": old, "reason": "已到现场核实"},
            "请核对后再办理",
            "已到现场核实",
        ),
        (office, "/actions/1/pass-on", passed, "请核对后再办理", "职责已经调整到外单位"),
        (unit, "/actions/1/done", {"seen": old, "text": "再报一次办结"}, "请核对后再办理", "再报一次办结"),
        (
            leader,
            "/projects/2023/A-1/instructions",
            {"text": "请科技局抓紧推进"},
            "同样的批示已经发出",
            "请科技局抓紧推进",
        ),
    ):
        if path.endswith("/agenda"):
            told["item"] = f"red_lights.{dict(place.all(Subproject.code, Subproject.id))['B-2']}"
        answer = browser.post(path, told)
        assert answer.status_code == 409, (path, answer.status_code)
        assert problems(answer.text) == [], path
        assert sentence in answer.text, path
        assert words in answer.text, path
    assert stands(place) == before
    close = {"seen": value_of(office.get("/actions/1"), "seen"), "reason": "已到现场核实"}
    assert office.post("/actions/1/close-out", close).status_code == 302
    answer = unit.post("/actions/1/progress", {"text": "还有一句补充的话"})
    assert answer.status_code == 409
    assert "还有一句补充的话" in answer.text


def test_an_added_item_that_is_taken_in_stays(place: Place) -> None:
    office = place.browser("office")
    assert office.post("/meetings/1/items", {"item": "通报审计整改情况"}).status_code == 302
    before = stands(place)
    answer = office.post("/meetings/1/agenda", {"item": "added.1", "out": "0"})
    assert answer.status_code == 409
    assert "已恢复" not in answer.text
    assert stands(place) == before


def test_the_form_for_a_decision_stands_at_the_item_that_the_address_names_alone(place: Place) -> None:
    office = place.browser("office")
    line_id = dict(place.all(Subproject.code, Subproject.id))["B-2"]

    def forms(html: str) -> list[str]:
        """Return the keys of the items that a decision can be sent for."""
        fields = [field for field in parse(html).iter("input") if field.get("name") == "key"]
        return [field.get("value", "") for field in fields]

    page = office.get("/meetings/1")
    assert forms(page) == [""], "only that for a decision on no item"
    key = f"red_lights.{line_id}"
    (link,) = [a.get("href", "") for a in parse(page).iter("a") if f"decide={key}" in a.get("href", "")]
    page = office.get(link.partition("#")[0])
    assert forms(page) == [key, ""]
    assert f'id="{link.partition("#")[2]}"' in page
    told = {"key": key, "unit": "没有的单位", "deadline": "2023-06-20", "text": "完成施工招标"}
    answer = office.post("/meetings/1/decisions", told)
    assert forms(answer.text) == [key, ""]
    assert "完成施工招标" in answer.text


def test_the_administrator_reads_no_text_of_an_action_or_a_meeting_in_the_trail(place: Place) -> None:
    office = place.browser("office")
    meeting = plan(office, title="只有与会者知道的名称")
    action = decide(office, meeting, "只有承办单位知道的事项")
    trail = place.browser("administrator").get("/audit")
    assert "只有与会者知道的名称" not in trail
    assert "只有承办单位知道的事项" not in trail
    assert f"登记督办事项：{action}<" in trail
    assert f"安排例会：{meeting}<" in trail


def test_a_decision_on_an_item_that_left_the_agenda_comes_back_with_its_words(place: Place) -> None:
    office, before = place.browser("office"), stands(place)
    told = {"key": "problems.999", "unit": "市科技局", "deadline": "2023-06-20", "text": "完成施工招标"}
    answer = office.post("/meetings/1/decisions", told)
    assert answer.status_code == 404
    assert "没有找到议程事项" in answer.text
    assert text_of(answer.text, "other-text").strip() == "完成施工招标"
    assert stands(place) == before
