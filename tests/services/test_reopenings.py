"""A closed month is opened again for one unit, line or work only, with a reason, until a moment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import Desk, month
from tests.services.month_desk import OFFICER, hand_in, march, returned, seen, standing
from tests.services.test_missing import unit_id
from tracker.core.errors import NotFound, Refused, WrongState
from tracker.services.reopenings import ReopeningInfo, Target, end_reopening, reopen, reopenings_of
from tracker.store.audit import AuditEntry
from tracker.store.reports import ReportState
from tracker.store.roster import Unit, UnitKind

REASON = "决算审计后核减设备款"


@pytest.fixture
def month_desk(desk: Desk) -> Desk:
    """Return a desk whose January is closed; February and March are open."""
    return march(desk)


def reopened(
    desk: Desk, target: Target, reason: str = REASON, days: float = 3, period: str = "2023-01"
) -> ReopeningInfo:
    with desk.writing() as session:
        until = desk.now + timedelta(days=days)
        return reopen(session, OFFICER, month(period), target, reason, until, desk.now)


def test_what_a_reopened_line_reports_counts_at_once_and_the_snapshot_stays(month_desk: Desk) -> None:
    made = reopened(month_desk, Target(code="A-1"))
    assert (made.what, made.made_by, made.stands(month_desk.now)) == ("“甲”（A-1）", OFFICER.name, True)
    assert hand_in(month_desk, "2023-01", "A-1", "80", based_on=1).counted
    assert not hand_in(
        month_desk, "2023-01", "A-2", "80", based_on=1, correction_reason="重复计入设备款"
    ).counted, "another line is as closed as before"
    assert month_desk.line("2023-01", "A-1").completed == 1_000_000
    assert month_desk.line("2023-01", "A-1", corrected=True).completed == 800_000
    returned(month_desk, seen(month_desk, "2023-01", "A-1"))
    assert standing(month_desk, "2023-01", "A-1") == (ReportState.RETURNED, 2, 1, 1)
    assert month_desk.line("2023-01", "A-1", corrected=True).completed == 1_000_000


def test_a_unit_a_work_and_the_end(month_desk: Desk) -> None:
    unit = reopened(month_desk, Target(unit_id=unit_id(month_desk, "武进区")))
    work = reopened(month_desk, Target(code="W-1"))
    assert (unit.what, work.what) == ("武进区", "“丁”（W-1）")
    told = month_desk.all(AuditEntry.action, AuditEntry.after)[-2]
    assert told == ("reopening.begin", {"name": "武进区", "reason": REASON, "until": "2023-04-06 10:00"})
    with month_desk.writing() as session:
        end_reopening(session, OFFICER, month("2023-01"), work.id, month_desk.now)
    assert month_desk.all(AuditEntry.action)[-1] == "reopening.end"
    with month_desk.looking() as session:
        found = reopenings_of(session, month("2023-01"))
    assert [(one.what, one.stands(month_desk.now), one.ended_by) for one in found] == [
        ("“丁”（W-1）", False, OFFICER.name),
        ("武进区", True, ""),
    ]
    assert hand_in(month_desk, "2023-01", "B-1", "80", based_on=1).counted
    with month_desk.writing() as session, pytest.raises(WrongState, match="为“丁”（W-1）的重新开放已经结束"):
        end_reopening(session, OFFICER, month("2023-01"), work.id, month_desk.now)
    with month_desk.writing() as session, pytest.raises(NotFound):
        end_reopening(session, OFFICER, month("2023-02"), unit.id, month_desk.now)


def test_it_runs_out_by_itself(month_desk: Desk) -> None:
    reopened(month_desk, Target(code="A-1"))
    month_desk.on("2023-04-07")
    with pytest.raises(Refused, match="更正原因"):
        hand_in(month_desk, "2023-01", "A-1", "80", based_on=1)
    assert reopened(month_desk, Target(code="A-1")).stands(month_desk.now)


@pytest.mark.parametrize("days", [0, -1, 60.01])
def test_until_lies_ahead_and_not_too_far(month_desk: Desk, days: float) -> None:
    with pytest.raises(Refused, match=r"截止时间不合适.*现在之后、60 天之内"):
        reopened(month_desk, Target(code="A-1"), days=days)


def test_reopening_refuses_with_a_sentence(month_desk: Desk) -> None:
    with pytest.raises(Refused, match="请写明重新开放的原因，至少 5 个字"):
        reopened(month_desk, Target(code="A-1"), "审计")
    with pytest.raises(WrongState, match="2023-03 没有关闭，单位可以直接报送"):
        reopened(month_desk, Target(code="A-1"), period="2023-03")
    with pytest.raises(Refused, match="二者只选其一"):
        reopened(month_desk, Target())
    with pytest.raises(Refused, match="二者只选其一"):
        reopened(month_desk, Target(unit_id(month_desk, "武进区"), "A-1"))
    with pytest.raises(NotFound):
        reopened(month_desk, Target(code="X-1"))
    with pytest.raises(NotFound):
        reopened(month_desk, Target(unit_id=99_999))
    reopened(month_desk, Target(code="A-1"))
    with pytest.raises(WrongState, match="2023-01 已为“甲”（A-1）重新开放至 2023-04-06 10:00"):
        reopened(month_desk, Target(code="A-1"))


def test_a_unit_without_anything_to_report_is_refused(desk: Desk) -> None:
    march(desk)
    with desk.writing() as session:
        session.add(Unit(name="市档案馆", kind=UnitKind.DEPARTMENT))
    with pytest.raises(Refused, match="“市档案馆”2023 年没有填报的项目或工作"):
        reopened(desk, Target(unit_id=unit_id(desk, "市档案馆")))
