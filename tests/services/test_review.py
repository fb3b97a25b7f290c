"""Accepting and returning: what counts afterwards, each refusal with its sentence, and two officers at once."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from tests.databases import dump
from tests.factories import ACTOR, Desk, month
from tests.services.at_once import Second
from tests.services.month_desk import (
    OFFICER,
    SECOND,
    accepted,
    hand_in,
    head,
    march,
    returned,
    seen,
    standing,
)
from tracker.core.errors import NotFound, Refused, WrongState
from tracker.core.figures_json import figures_to_json
from tracker.services.closing import close_period
from tracker.services.review import Overtaken, Seen, accept, return_reports
from tracker.store.audit import AuditEntry
from tracker.store.engine import writing
from tracker.store.periods import StateChange
from tracker.store.reports import Report, ReportState
from tracker.store.roster import KeyProject, MilestoneRow
from tracker.store.snapshots import Snapshot, SnapshotLine

SUBMITTED, ACCEPTED, RETURNED = ReportState.SUBMITTED, ReportState.ACCEPTED, ReportState.RETURNED


@pytest.fixture
def month_desk(desk: Desk) -> Desk:
    """Return a desk in the middle of March's reporting."""
    return march(desk)


def frozen(desk: Desk) -> tuple[object, ...]:
    """Return everything that January's closing froze, and what its figures say today."""
    told = desk.all(Snapshot.id, Snapshot.summary, Snapshot.briefing, Snapshot.fingerprint)[0]
    lines = desk.all(SnapshotLine.snapshot_id, SnapshotLine.figures)
    return told, lines[:3], json.dumps(figures_to_json(desk.figures("2023-01"))), desk.briefing("2023-01")


def test_accepting_settles_what_counts_already(month_desk: Desk) -> None:
    hand_in(month_desk, "2023-03", "A-1", "120")
    since = head(month_desk, "2023-03", "A-1").counted_at
    (done,) = accepted(month_desk.on("2023-04-05"), seen(month_desk, "2023-03", "A-1"))
    assert (str(done.period), done.code, done.number, done.counted) == ("2023-03", "A-1", 1, 1)
    assert standing(month_desk, "2023-03", "A-1") == (ACCEPTED, 1, 1, 1)
    assert head(month_desk, "2023-03", "A-1").counted_at == since, "it counts since it came, not since today"
    change = month_desk.all(StateChange.before, StateChange.after, StateChange.made_by)[-1]
    assert change == ("submitted", "accepted", OFFICER.name)
    told = month_desk.all(AuditEntry.action, AuditEntry.object_id, AuditEntry.before, AuditEntry.after)[-1]
    assert told == (
        "report.accept",
        "2023-03 A-1",
        {"state": "submitted", "counted": 1},
        {"state": "accepted", "counted": 1, "number": 1},
    )


def test_what_is_returned_counts_no_more(month_desk: Desk) -> None:
    hand_in(month_desk, "2023-03", "A-1", "120")
    assert month_desk.line("2023-03", "A-1").month_completed == 1_200_000
    returned(month_desk, seen(month_desk, "2023-03", "A-1"), " 发票与入账不符 ")
    assert standing(month_desk, "2023-03", "A-1") == (RETURNED, 1, None, None)
    assert month_desk.line("2023-03", "A-1").month_completed is None, "missing is never zero"
    assert month_desk.all(StateChange.reason)[-1] == "发票与入账不符"
    assert month_desk.all(AuditEntry.after)[-1]["reason"] == "发票与入账不符"


def test_a_return_falls_back_to_what_was_accepted(month_desk: Desk) -> None:
    hand_in(month_desk, "2023-03", "A-1", "120")
    accepted(month_desk, seen(month_desk, "2023-03", "A-1"))
    hand_in(month_desk, "2023-03", "A-1", "150", based_on=1)
    assert month_desk.line("2023-03", "A-1").month_completed == 1_500_000
    returned(month_desk, seen(month_desk, "2023-03", "A-1"))
    assert standing(month_desk, "2023-03", "A-1") == (RETURNED, 2, 1, 1)
    assert month_desk.line("2023-03", "A-1").month_completed == 1_200_000


def test_an_accepted_report_of_an_open_month_can_still_be_returned(month_desk: Desk) -> None:
    hand_in(month_desk, "2023-03", "A-1", "120")
    accepted(month_desk, seen(month_desk, "2023-03", "A-1"))
    returned(month_desk, seen(month_desk, "2023-03", "A-1"))
    assert standing(month_desk, "2023-03", "A-1") == (RETURNED, 1, None, 1)


def test_what_came_back_is_mended_and_accepted(month_desk: Desk) -> None:
    hand_in(month_desk, "2023-03", "A-1", "120")
    returned(month_desk, seen(month_desk, "2023-03", "A-1"))
    hand_in(month_desk, "2023-03", "A-1", "110", based_on=1, explanation="扣除了重复的发票")
    accepted(month_desk, seen(month_desk, "2023-03", "A-1"))
    assert standing(month_desk, "2023-03", "A-1") == (ACCEPTED, 2, 2, 2)


def test_what_was_returned_by_mistake_can_be_accepted(month_desk: Desk) -> None:
    hand_in(month_desk, "2023-03", "A-1", "120")
    returned(month_desk, seen(month_desk, "2023-03", "A-1"))
    accepted(month_desk.on("2023-04-05"), seen(month_desk, "2023-03", "A-1"))
    assert standing(month_desk, "2023-03", "A-1") == (ACCEPTED, 1, 1, 1)
    assert head(month_desk, "2023-03", "A-1").counted_at == month_desk.now, "it counts again since today"


@pytest.mark.parametrize("reason", ["", "   ", "不对", "重 填 吧"])
def test_returning_needs_a_reason(month_desk: Desk, reason: str) -> None:
    hand_in(month_desk, "2023-03", "A-1", "120")
    what = seen(month_desk, "2023-03", "A-1")
    with pytest.raises(Refused, match="请写明退回原因，至少 5 个字"):
        returned(month_desk, what, reason)
    with pytest.raises(Refused, match="退回原因超过 2000 个字"):
        returned(month_desk, what, "长" * 2001)
    assert standing(month_desk, "2023-03", "A-1")[0] is SUBMITTED


def test_many_are_decided_whole_or_not_at_all(month_desk: Desk) -> None:
    for code in ("A-1", "A-2"):
        hand_in(month_desk, "2023-03", code, "120")
    what = seen(month_desk, "2023-03", "A-1", "A-2")
    hand_in(month_desk, "2023-03", "A-2", "130", based_on=1)
    before = dump(month_desk.engine)
    with pytest.raises(Overtaken, match=r"“乙”由 填报员 于 04-03 10:00 重新报送（第2次）.*没有改动任何月报"):
        accepted(month_desk, what)
    assert dump(month_desk.engine) == before
    assert len(accepted(month_desk, seen(month_desk, "2023-03", "A-1", "A-2"))) == 2


def test_the_second_officer_is_told_what_the_first_did(month_desk: Desk) -> None:
    hand_in(month_desk, "2023-03", "A-1", "120")
    what = seen(month_desk, "2023-03", "A-1")
    returned(month_desk.on("2023-04-05"), what)
    with pytest.raises(Overtaken, match="“甲”已由 督查室 王敏 于 04-05 10:00 退回"):
        accepted(month_desk, what, SECOND)
    with pytest.raises(WrongState, match="“甲” 已经退回"):
        returned(month_desk, seen(month_desk, "2023-03", "A-1"), by=SECOND)
    accepted(month_desk, seen(month_desk, "2023-03", "A-1"))
    with pytest.raises(WrongState, match="“甲” 已经审核通过，不用再审"):
        accepted(month_desk, seen(month_desk, "2023-03", "A-1"), SECOND)


def test_nothing_chosen_and_what_is_not_there(month_desk: Desk) -> None:
    with pytest.raises(Refused, match="没有选择月报"):
        accepted(month_desk, [])
    with pytest.raises(NotFound, match="月报“99999”"):
        accepted(month_desk, [Seen(99_999, 1)])


def test_what_a_closed_month_froze_is_not_returned(month_desk: Desk) -> None:
    with pytest.raises(WrongState, match="“甲” 的月份已关闭，所报数据已定稿，不能退回"):
        returned(month_desk, seen(month_desk, "2023-01", "A-1"))
    accepted(month_desk, seen(month_desk, "2023-01", "A-1"))
    with pytest.raises(WrongState, match="已定稿"):
        returned(month_desk, seen(month_desk, "2023-01", "A-1"))


def test_a_correction_that_is_returned_leaves_the_closed_figure(month_desk: Desk) -> None:
    hand_in(month_desk, "2023-01", "A-1", "80", based_on=1, correction_reason="重复计入设备款")
    returned(month_desk, seen(month_desk, "2023-01", "A-1"))
    assert standing(month_desk, "2023-01", "A-1") == (RETURNED, 2, 1, 1)
    assert month_desk.line("2023-01", "A-1", corrected=True).completed == 1_000_000


def test_a_first_report_after_closing_that_is_returned_counts_nowhere(month_desk: Desk) -> None:
    hand_in(month_desk, "2023-01", "W-1", "", target_reached="已出台两项政策", correction_reason="当时漏报了")
    assert standing(month_desk, "2023-01", "W-1") == (SUBMITTED, 1, None, None)
    returned(month_desk, seen(month_desk, "2023-01", "W-1"))
    assert standing(month_desk, "2023-01", "W-1") == (RETURNED, 1, None, None)


def test_a_correction_counts_once_it_is_accepted_and_stands_in_the_next_briefing(month_desk: Desk) -> None:
    hand_in(month_desk, "2023-01", "A-1", "80", based_on=1, correction_reason="重复计入设备款")
    january = frozen(month_desk)
    for code in ("A-1", "A-2", "B-1"):
        hand_in(month_desk, "2023-02", code, "100")
    assert month_desk.briefing("2023-02").corrections == (), "what waits is no correction yet"
    month_desk.on("2023-04-06").close("2023-02")
    accepted(month_desk.on("2023-04-07"), seen(month_desk, "2023-01", "A-1"))
    assert standing(month_desk, "2023-01", "A-1") == (ACCEPTED, 2, 2, 2)
    hand_in(month_desk, "2023-03", "A-1", "100")
    corrections = month_desk.briefing("2023-03").corrections
    assert [(str(told.period), told.as_reported, told.as_corrected) for told in corrections] == [
        ("2023-01", 1_000_000, 800_000),
        ("2023-02", 2_000_000, 1_800_000),
    ]
    assert corrections[0].corrected_on.isoformat() == "2023-04-07"
    assert frozen(month_desk) == january, "the closed month stays byte for byte"
    assert month_desk.line("2023-01", "A-1").completed == 1_000_000
    assert month_desk.line("2023-01", "A-1", corrected=True).completed == 800_000
    assert month_desk.doctor() == []


def test_a_return_opens_a_milestone_again(month_desk: Desk) -> None:
    with month_desk.writing() as session:
        work_id = session.scalars(sa.select(KeyProject.id).where(KeyProject.code == "W-1")).one()
        step = MilestoneRow(name="印发文件", due_on=month("2023-03").last_day, key_project_id=work_id)
        session.add(step)
        session.flush()
        name = f"milestone_{step.id}"
    hand_in(month_desk, "2023-03", "W-1", "", target_reached="文件已印发", **{name: "2023-03-20"})
    assert month_desk.all(MilestoneRow.done_on)[0].isoformat() == "2023-03-20"
    returned(month_desk, seen(month_desk, "2023-03", "W-1"))
    assert month_desk.all(MilestoneRow.done_on) == [None]
    accepted(month_desk, seen(month_desk, "2023-03", "W-1"))
    assert month_desk.all(MilestoneRow.done_on)[0].isoformat() == "2023-03-20"


def test_of_two_officers_at_once_the_second_is_told(month_desk: Desk) -> None:
    hand_in(month_desk, "2023-03", "A-1", "120")
    what, now = seen(month_desk, "2023-03", "A-1"), month_desk.now
    with writing(month_desk.engine) as session:
        accept(session, OFFICER, what, now)
        second = Second(
            month_desk, lambda session: return_reports(session, SECOND, what, "金额与发票不符", now)
        )
        second.start()
        second.join(0.7)
        assert second.is_alive(), "the second has to wait until the first is through"
    second.join(30)
    assert isinstance(second.outcome, Overtaken), f"the second got {second.outcome!r}"
    assert "由 督查室 王敏" in str(second.outcome)
    assert standing(month_desk, "2023-03", "A-1") == (ACCEPTED, 1, 1, 1)


def test_reviewing_while_the_month_is_being_closed_waits(month_desk: Desk) -> None:
    month_desk.on("2023-04-08")
    hand_in(month_desk, "2023-02", "A-1", "100")
    what, now = seen(month_desk, "2023-02", "A-1"), month_desk.now
    with writing(month_desk.engine) as session:
        close_period(session, ACTOR, month("2023-02"), now)
        second = Second(
            month_desk, lambda session: return_reports(session, SECOND, what, "金额与发票不符", now)
        )
        second.start()
        second.join(0.7)
        assert second.is_alive()
    second.join(30)
    assert "已定稿，不能退回" in str(second.outcome), f"the second got {second.outcome!r}"
    assert month_desk.all(Report.settled).count(None) == 0
