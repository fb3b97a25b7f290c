"""Who is missing, per unit; reminding those who owe something, and nobody else."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.factories import ACTOR, Desk, line, month
from tests.services.at_once import Second
from tests.services.month_desk import OFFICER, SECOND, hand_in, march, returned, seen
from tracker.core.coverage import ReportStatus
from tracker.core.errors import NotFound, Refused, WrongState
from tracker.services.exemptions import exempt, exemptions_of, unexempt
from tracker.services.missing import MissingList, missing_list
from tracker.services.reminders import Reminded, remind, remind_all, reminders_of
from tracker.store.audit import AuditEntry
from tracker.store.engine import writing
from tracker.store.periods import Reminder
from tracker.store.roster import Unit

REASON = "项目整体停工，市政府同意免报"


@pytest.fixture
def month_desk(desk: Desk) -> Desk:
    """Return a desk in the middle of March's reporting; nothing has come."""
    return march(desk)


def told(desk: Desk, period: str = "2023-03") -> MissingList:
    with desk.looking() as session:
        return missing_list(session, month(period), desk.now)


def owed(desk: Desk) -> dict[str, list[str]]:
    return {each.unit.name: [report.code for report in each.owed] for each in told(desk).units}


def unit_id(desk: Desk, name: str) -> int:
    (found,) = [number for number, known in desk.all(Unit.id, Unit.name) if known == name]
    return int(found)


def exempted(desk: Desk, code: str, reason: str = REASON, period: str = "2023-03") -> int:
    with desk.writing() as session:
        return exempt(session, OFFICER, month(period), code, reason, desk.now).id


def reminded(desk: Desk, name: str | None = None, period: str = "2023-03") -> Reminded:
    with desk.writing() as session:
        if name is None:
            return remind_all(session, OFFICER, month(period), desk.now)
        return remind(session, OFFICER, month(period), unit_id(desk, name), desk.now)


def test_a_responsible_unit_owes_before_the_lead(month_desk: Desk) -> None:
    assert owed(month_desk) == {"市科技局": ["A-1", "A-2", "W-1"], "武进区": ["B-1"]}


def test_a_line_of_two_responsible_units_is_owed_by_both_and_counted_once(desk: Desk) -> None:
    desk.on("2023-04-01").roster([line("甲", responsible=("武进区", "新北区"))])
    desk.open("2023-03")
    found = told(desk)
    assert [each.unit.name for each in found.units] == ["新北区", "武进区"]
    assert (found.coverage.due, found.missing) == (1, 1)


def test_every_way_in_which_a_report_can_stand(month_desk: Desk) -> None:
    hand_in(month_desk, "2023-03", "A-1", "0")
    hand_in(month_desk.on("2023-04-08"), "2023-03", "W-1", "", target_reached="已出台两项政策")
    exempted(month_desk, "A-2")
    statuses = {report.code: report.status for report in told(month_desk).reports}
    assert statuses == {
        "A-1": ReportStatus.ON_TIME,
        "A-2": ReportStatus.EXEMPT,
        "B-1": ReportStatus.MISSING,
        "W-1": ReportStatus.LATE,
    }
    found = told(month_desk)
    coverage = found.coverage
    assert (coverage.due, coverage.reported, coverage.late, coverage.missing, coverage.exempt) == (
        3,
        2,
        1,
        1,
        1,
    )
    assert (found.missing, found.missing_works) == (1, 0)
    assert [each.unit.name for each in found.owing] == ["武进区"]


def test_a_returned_report_is_owed_again_with_its_reason(month_desk: Desk) -> None:
    for code in ("A-1", "A-2"):
        hand_in(month_desk, "2023-03", code, "10")
    returned(month_desk, seen(month_desk, "2023-03", "A-1"), "请附上监理月报")
    (science,) = [each for each in told(month_desk).units if each.unit.name == "市科技局"]
    assert [(report.code, report.status, report.returned) for report in science.owed] == [
        ("A-1", ReportStatus.PENDING, "请附上监理月报"),
        ("W-1", ReportStatus.PENDING, ""),
    ]
    assert science.returned == 1


def test_what_is_exempt_is_not_owed_though_it_was_returned(month_desk: Desk) -> None:
    hand_in(month_desk, "2023-03", "A-1", "0")
    returned(month_desk, seen(month_desk, "2023-03", "A-1"))
    exempted(month_desk, "A-1")
    assert "A-1" not in owed(month_desk)["市科技局"]
    assert told(month_desk).returned == 0, "nobody waits for it to be mended"


def test_a_refused_correction_of_a_closed_month_is_not_owed(month_desk: Desk) -> None:
    hand_in(month_desk, "2023-01", "A-1", "90", 1, correction_reason="重复计入设备款")
    returned(month_desk, seen(month_desk, "2023-01", "A-1"), "更正依据不足，不予采纳")
    found = told(month_desk, "2023-01")
    (line_,) = [report for report in found.reports if report.code == "A-1"]
    assert line_.status is ReportStatus.ON_TIME, "what came before the correction counts"
    assert (line_.owed, found.returned) == (False, 0), "a closed month has its report"
    assert [report.code for each in found.owing for report in each.owed] == ["W-1"]


def test_what_was_returned_before_closing_and_never_counted_stays_owed(month_desk: Desk) -> None:
    hand_in(month_desk, "2023-03", "A-1", "10")
    returned(month_desk, seen(month_desk, "2023-03", "A-1"), "请附上监理月报")
    month_desk.on("2023-04-10").close("2023-03")
    (line_,) = [report for report in told(month_desk).reports if report.code == "A-1"]
    assert (line_.owed, line_.returned) == (True, "请附上监理月报")


def test_the_counts_are_those_of_the_figures(open_quarter: Desk) -> None:
    found = told(open_quarter)
    coverage = open_quarter.figures("2023-03").summary.coverage
    lines = [report for report in found.reports if not report.work]
    assert sum(report.status.reported for report in lines) == coverage.reported
    assert sum(report.status.due for report in lines) == coverage.due


# ---- exempt -----------------------------------------------------------------------------------------


def test_an_exemption_is_listed_audited_and_taken_back(month_desk: Desk) -> None:
    number = exempted(month_desk, "A-2")
    with month_desk.looking() as session:
        (found,) = exemptions_of(session, month("2023-03"))
    assert (found.code, found.name, found.reason, found.made_by) == ("A-2", "乙", REASON, OFFICER.name)
    assert month_desk.all(AuditEntry.action, AuditEntry.object_id)[-1] == ("exemption.add", "2023-03 A-2")
    with month_desk.writing() as session:
        assert unexempt(session, OFFICER, month("2023-03"), number, month_desk.now) == "乙"
    assert "A-2" in owed(month_desk)["市科技局"]
    assert month_desk.all(AuditEntry.action)[-1] == "exemption.remove"


def test_exempting_refuses_with_a_sentence(month_desk: Desk) -> None:
    with pytest.raises(Refused, match="请写明免报原因，至少 5 个字"):
        exempted(month_desk, "A-2", "停工")
    with pytest.raises(Refused, match="“丁”是重点工作"):
        exempted(month_desk, "W-1")
    with pytest.raises(NotFound, match="2023 X-9"):
        exempted(month_desk, "X-9")
    with pytest.raises(WrongState, match="2023-01 不是开放状态，免报只能在填报期间设定"):
        exempted(month_desk, "A-2", period="2023-01")
    hand_in(month_desk, "2023-03", "A-1", "10")
    with pytest.raises(WrongState, match="“甲”2023-03 已有月报并计入统计"):
        exempted(month_desk, "A-1")
    number = exempted(month_desk, "A-2")
    with pytest.raises(WrongState, match="“乙”2023-03 已经免报"):
        exempted(month_desk, "A-2")
    with month_desk.writing() as session, pytest.raises(NotFound):
        unexempt(session, OFFICER, month("2023-02"), number, month_desk.now)


# ---- remind -----------------------------------------------------------------------------------------


def test_one_unit_is_reminded_with_count_and_deadline(month_desk: Desk) -> None:
    hand_in(month_desk, "2023-03", "A-1", "10")
    returned(month_desk, seen(month_desk, "2023-03", "A-1"))
    assert reminded(month_desk, "市科技局") == Reminded(("市科技局",))
    with month_desk.looking() as session:
        (line_,) = reminders_of(session, month("2023-03"))
    assert line_.text == "2023年3月还有 2 个项目（工作）未报，1 个被退回待修改，请于4月6日23:59前报送。"
    assert (line_.unit, line_.made_by) == ("市科技局", OFFICER.name)
    assert month_desk.all(AuditEntry.action, AuditEntry.after)[-1] == (
        "reminder.send",
        {"unit": "市科技局", "text": line_.text},
    )


def test_all_who_owe_are_reminded_but_not_twice_within_the_hour(month_desk: Desk) -> None:
    reminded(month_desk, "武进区")
    assert reminded(month_desk) == Reminded(("市科技局",), ("武进区",))
    assert reminded(month_desk) == Reminded((), ("市科技局", "武进区"))
    with pytest.raises(WrongState, match="督查室 王敏 已于 10:00 催报过武进区，一小时内不重复催报"):
        reminded(month_desk, "武进区")
    assert reminded(month_desk.on("2023-04-03", 11)) == Reminded(("市科技局", "武进区"))


def test_after_the_deadline_the_words_say_so(month_desk: Desk) -> None:
    reminded(month_desk.on("2023-04-08"), "武进区")
    assert month_desk.all(Reminder.text) == [
        "2023年3月还有 1 个项目（工作）未报，报送期限（4月6日23:59）已过，请立即报送。"
    ]


def test_who_owes_nothing_is_not_reminded(month_desk: Desk) -> None:
    hand_in(month_desk, "2023-03", "B-1", "10")
    with pytest.raises(WrongState, match="武进区2023年3月没有未报的项目"):
        reminded(month_desk, "武进区")
    with pytest.raises(NotFound):
        reminded(month_desk, "市人社局")
    with pytest.raises(WrongState, match="2023-01 不是开放状态，不能催报"):
        reminded(month_desk, "武进区", "2023-01")
    for code in ("A-1", "A-2"):
        hand_in(month_desk, "2023-03", code, "10")
    hand_in(month_desk, "2023-03", "W-1", "", target_reached="已出台两项政策")
    with pytest.raises(WrongState, match="没有未报的单位"):
        reminded(month_desk)
    assert month_desk.all(sa.func.count(Reminder.id)) == [0]


def test_two_officers_at_once_remind_once(month_desk: Desk) -> None:
    march_, now, unit = month("2023-03"), month_desk.now, unit_id(month_desk, "武进区")
    with writing(month_desk.engine) as session:
        remind(session, OFFICER, march_, unit, now)
        second = Second(month_desk, lambda session: remind(session, SECOND, march_, unit, now))
        second.start()
        second.join(0.7)
        assert second.is_alive()
    second.join(30)
    assert "一小时内不重复" in str(second.outcome), f"the second got {second.outcome!r}"
    assert month_desk.all(sa.func.count(Reminder.id)) == [1]
    assert ACTOR.name not in month_desk.all(Reminder.made_by)
