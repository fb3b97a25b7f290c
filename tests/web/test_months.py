"""报告期: opening, deadlines, exemptions, reopenings, reminders, who is missing and closing, on their pages."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.web.markup import parse, problems, text_of
from tests.web.office_desk import OfficeDesk, office_desk
from tests.web.seed import HOSTILE, NOW
from tracker.core.briefing import Check
from tracker.core.figures import PeriodState
from tracker.services import briefings
from tracker.store.briefings import BriefingIssue
from tracker.store.periods import Exemption, PeriodRow, Reminder, Reopening
from tracker.store.roster import Unit


@pytest.fixture
def desk(office_home: Path, tmp_path: Path) -> OfficeDesk:
    """Return an instance of the test's own; April is open, C-1 is missing."""
    return office_desk(office_home, tmp_path / "instance")


def unit_id(desk: OfficeDesk, name: str) -> int:
    (found,) = [number for number, known in desk.all(Unit.id, Unit.name) if known == name]
    return int(found)


def states(desk: OfficeDesk) -> dict[int, PeriodState]:
    return dict(desk.all(PeriodRow.month, PeriodRow.state))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_is_valid(desk: OfficeDesk, language: str) -> None:
    desk.post("/periods/2023-04/exemptions", code="C-1", reason=f"停工待复工{HOSTILE}")
    desk.post(
        "/periods/2023-03/reopenings", code="A-3", until="2023-05-06T18:00", reason=f"审计核减{HOSTILE}"
    )
    desk.hand_in("A-3", "2001", 1, explanation="一次结清设备款")
    desk.post("/periods/2023-04/remind", unit="all")
    for path in (
        "/periods",
        "/periods/2023-04",
        "/periods/2023-03",
        "/periods/2023-04/missing",
        "/periods/2023-04/missing?all=1",
        "/periods/2023-03/missing",
        "/periods/2023-04/close",
        "/periods/2023-03/close",
    ):
        answer = desk.client.get(path, headers={"Accept-Language": language})
        assert answer.status_code == 200, path
        assert problems(answer.text) == [], path
        assert "<script>alert" not in answer.text, path
    assert "&lt;script&gt;" in desk.get("/periods/2023-04").text


@pytest.mark.parametrize(
    "path", ["/periods/2023-12", "/periods/x", "/periods/2023-12/missing", "/periods/x/close"]
)
def test_a_month_that_is_not_there(desk: OfficeDesk, path: str) -> None:
    assert desk.get(path).status_code == 404


def test_the_list_shows_both_settings_and_what_waits(desk: OfficeDesk) -> None:
    text = text_of(desk.get("/periods").text)
    for words in (
        "报送期限 2023-05-06 23:59",
        "计划关闭 2023-05-12",
        "待审 3",
        "核对并关闭",
        "打开新的月份",
        "关闭时间 2023-04-10 10:00",
    ):
        assert words in text, words


def test_the_next_month_is_opened_and_no_other(desk: OfficeDesk) -> None:
    for month, status in (("2023-06", 409), ("2023-03", 409), ("2024-01", 409), ("", 404), ("2023-5", 404)):
        assert desk.post("/periods/open", month=month).status_code == status, month
    assert desk.post("/periods/open", month="2023-05").status_code == 303
    assert "2023年5月已打开，各单位可以填报" in text_of(desk.get("/periods").text)
    assert states(desk)[5] is PeriodState.OPEN


def test_the_deadline_is_moved_with_a_reason(desk: OfficeDesk) -> None:
    path = "/periods/2023-04/deadline"
    for fields, sentence in (
        ({"deadline": "2023-05-08T18:00", "reason": "顺延"}, "请写明调整报送期限的原因"),
        ({"deadline": "", "reason": "系统停电顺延两天"}, "时间看不懂"),
        ({"deadline": "五月八日", "reason": "系统停电顺延两天"}, "时间看不懂"),
        ({"deadline": "0001-01-01T00:00", "reason": "系统停电顺延两天"}, "报送期限不合适"),
        ({"deadline": "9999-12-31T23:59", "reason": "系统停电顺延两天"}, "报送期限不合适"),
    ):
        answer = desk.post(path, **fields)
        assert answer.status_code == 422, fields
        assert sentence in text_of(answer.text), fields
        assert problems(answer.text) == []
    assert desk.post(path, deadline="2023-05-08T18:00", reason="系统停电顺延两天").status_code == 303
    assert "报送期限已调整为2023-05-08 18:00" in text_of(desk.get("/periods/2023-04").text)
    closed = desk.post("/periods/2023-03/deadline", deadline="2023-05-08T18:00", reason="系统停电顺延两天")
    assert closed.status_code == 409


def test_a_line_is_exempted_and_owed_again(desk: OfficeDesk) -> None:
    path = "/periods/2023-04/exemptions"
    refused = desk.post(path, code="C-1", reason="停工")
    assert refused.status_code == 422
    assert "请写明免报原因" in text_of(refused.text)
    assert desk.post(path, code="K-4", reason="整体停工待复工").status_code == 422
    assert desk.post(path, code="没有", reason="整体停工待复工").status_code == 404
    assert desk.post(path, code="A-1", reason="整体停工待复工").status_code == 409
    assert desk.post(path, code="C-1", reason="整体停工待复工").status_code == 303
    assert "“未报项目”本月免报" in text_of(desk.get("/periods/2023-04").text)
    assert "各单位都已报齐" in text_of(desk.get("/periods/2023-04/missing").text)
    (number,) = desk.all(Exemption.id)
    assert desk.post(f"{path}/{number}/remove").status_code == 303
    assert desk.all(Exemption.id) == []
    assert desk.post(f"{path}/{number}/remove").status_code == 404


def test_a_closed_month_is_reopened_for_one_unit_and_ended(desk: OfficeDesk) -> None:
    path = "/periods/2023-03/reopenings"
    unit = unit_id(desk, "新北区")
    good = {"unit": unit, "until": "2023-05-06T18:00", "reason": "决算审计核减"}
    for fields, sentence in (
        (good | {"reason": "审计"}, "请写明重新开放的原因"),
        (good | {"until": "x"}, "时间看不懂"),
        (good | {"until": "2023-05-01T18:00"}, "截止时间不合适"),
        (good | {"code": "A-1"}, "二者只选其一"),
        (good | {"unit": ""}, "二者只选其一"),
    ):
        answer = desk.post(path, **fields)
        assert answer.status_code == 422, fields
        assert sentence in text_of(answer.text), fields
    assert desk.post(path, **good).status_code == 303
    text = text_of(desk.get("/periods/2023-03").text)
    assert "已为新北区重新开放至2023-05-06 18:00" in text
    assert desk.post(path, **good).status_code == 409
    (number,) = desk.all(Reopening.id)
    assert desk.post(f"{path}/{number}/end").status_code == 303
    assert "office甲（office）于2023-05-04 09:30结束" in text_of(desk.get("/periods/2023-03").text)
    assert desk.post(f"{path}/{number}/end").status_code == 409
    open_month = desk.post("/periods/2023-04/reopenings", **good)
    assert open_month.status_code == 409
    assert "2023-04 没有关闭" in text_of(open_month.text)


def test_who_is_missing_and_reminding_them(desk: OfficeDesk) -> None:
    page = desk.get("/periods/2023-04/missing").text
    rows = [" ".join("".join(row.itertext()).split()) for row in parse(page).findall(".//tbody/tr")]
    assert len(rows) == 1
    assert rows[0].startswith("新北区")
    assert "未报项目 C-1" in rows[0]
    assert "应报7个，已报6个" in text_of(page)
    unit = unit_id(desk, "新北区")
    assert desk.post("/periods/2023-04/remind", unit=str(unit)).status_code == 303
    text = text_of(desk.get("/periods/2023-04/missing").text)
    assert "已催报1个单位：新北区" in text
    assert "请于5月6日23:59前报送" in text
    again = desk.post("/periods/2023-04/remind", unit=str(unit))
    assert again.status_code == 409
    assert "一小时内不重复催报" in text_of(again.text)
    assert desk.post("/periods/2023-04/remind", unit="all").status_code == 303
    assert "没有重复催报：新北区" in text_of(desk.get("/periods/2023-04/missing").text)
    assert desk.post("/periods/2023-04/remind", unit="x").status_code == 404
    assert desk.all(sa.func.count(Reminder.id)) == [1]
    desk.clock.forward(hours=1)
    assert desk.post("/periods/2023-04/remind", unit="all").status_code == 303
    assert desk.all(sa.func.count(Reminder.id)) == [2]


def test_a_leader_reads_who_is_missing_and_reminds_nobody(desk: OfficeDesk) -> None:
    leader = desk.as_role("leader")
    page = leader.get("/periods/2023-04/missing")
    assert page.status_code == 200
    root = parse(page.text)
    assert not [form for form in root.iter("form") if "remind" in (form.get("action") or "")]
    links = {link.get("href", "") for link in root.iter("a")}
    assert not {link for link in links if link.startswith("/review") or link == "/periods/2023-04"}
    assert "/periods/2023-04/missing" in leader.get("/?month=2023-04").text


def test_closing_asks_for_what_is_missing(desk: OfficeDesk) -> None:
    text = text_of(desk.get("/periods/2023-04/close").text)
    for words in (
        "应报7个，已报6个",
        "仍有1个未报，按未报统计",
        "3个月报还没有审核",
        "产业现代化、生态现代化本月合计还没有导入",
    ):
        assert words in text, words
    for fields in ({}, {"missing": "1"}, {"agreed": "1"}, {"agreed": "1", "missing": "5"}):
        answer = desk.post("/periods/2023-04/close", **fields)
        assert answer.status_code == 409, fields
        assert "个未报" in text_of(answer.text)
        assert problems(answer.text) == []
    assert states(desk)[4] is PeriodState.OPEN
    done = desk.post("/periods/2023-04/close", agreed="1", missing="1")
    assert done.status_code == 303
    assert "2023年4月已关闭，生成通报1份" in text_of(desk.get("/periods").text)
    assert states(desk)[4] is PeriodState.CLOSED
    folder = desk.app.extensions["tracker_settings"].briefings
    assert (folder / desk.all(BriefingIssue.file_name)[-1]).is_file()
    again = desk.post("/periods/2023-04/close", agreed="1", missing="1")
    assert again.status_code == 409
    assert "2023-04 不是开放状态" in text_of(again.text)


def test_a_failed_check_is_announced_and_closes_nothing(
    desk: OfficeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    issues = desk.all(BriefingIssue.id)
    failed = (Check("子项目合计与领域合计一致", False, "差 1 万元"),)
    monkeypatch.setattr(briefings, "checks_of", lambda _figures: failed)
    answer = desk.post("/periods/2023-04/close", agreed="1", missing="1")
    assert answer.status_code == 409
    assert "核对未通过：子项目合计与领域合计一致（差 1 万元）" in text_of(answer.text)
    assert states(desk)[4] is PeriodState.OPEN
    assert desk.all(BriefingIssue.id) == issues


def test_the_moment_of_the_pages_is_the_applications_own(desk: OfficeDesk) -> None:
    desk.clock.moment = NOW + timedelta(days=3)
    page = desk.as_role("office").get("/periods/2023-04/missing").text
    assert "未报1个" in text_of(page), "the deadline has passed"
