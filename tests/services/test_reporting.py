"""Handing in reports: what counts, what is refused with which sentence, and two people at one line."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import sqlalchemy as sa

from tests.factories import ACTOR, Desk, line, month, work
from tracker.core.errors import NotFound, Refused, WrongState
from tracker.services.reporting import Conflict, Entry, Reporter, Submitted, submit
from tracker.store.reports import Report, ReportRevision, ReportState
from tracker.store.roster import Unit


@pytest.fixture
def march(desk: Desk) -> Desk:
    """Return a desk with two lines and a work, January and February reported, March open."""
    desk.on("2023-01-10").roster(
        [
            line("甲", "1200", code="A-1"),
            line("乙", "2400", code="A-2", category="new", planned_start="2023-02"),
            line("丙", "600", code="B-1", lead="市人社局", responsible=("武进区",)),
            work("丁", code="W-1"),
        ]
    )
    for period, day in (("2023-01", "2023-02-02"), ("2023-02", "2023-03-02")):
        desk.on(day)
        hand_in(desk, period, "A-1", "100")
    desk.on("2023-04-03").open("2023-03")
    return desk


def reporter(desk: Desk, *units: str) -> Reporter:
    with desk.looking() as session:
        ids = session.scalars(sa.select(Unit.id).where(Unit.name.in_(units or ("市科技局",))))
        return Reporter(ACTOR, frozenset(ids))


def hand_in(
    desk: Desk,
    period: str,
    code: str,
    amount: str,
    based_on: int = 0,
    units: tuple[str, ...] = (),
    **typed: str,
) -> Submitted:
    who = reporter(desk, *units)
    told: Mapping[str, str] = {"month_completed": amount, **typed}
    with desk.writing() as session:
        from tracker.services.periods import claimed_open

        claimed_open(session, ACTOR, month(period), desk.now)
        (done,) = submit(session, who, month(period), [Entry(code, told, based_on)], desk.now, "网页表单")
    return done


def test_a_report_counts_at_once(march: Desk) -> None:
    assert hand_in(march, "2023-03", "A-1", "120.5") == Submitted("A-1", "甲", 1, counted=True)
    figures = march.line("2023-03", "A-1")
    assert (figures.month_completed, figures.completed) == (1_205_000, 3_205_000)
    assert march.all(Report.state) == [ReportState.SUBMITTED] * 3


def test_the_same_words_again_change_nothing(march: Desk) -> None:
    hand_in(march, "2023-03", "A-1", "120.5")
    assert hand_in(march, "2023-03", "A-1", "１２０．５").unchanged
    assert len(march.all(ReportRevision.id)) == 3


def test_the_second_of_two_people_is_told_what_changed(march: Desk) -> None:
    hand_in(march, "2023-03", "A-1", "120")
    with pytest.raises(Conflict) as caught:
        hand_in(march, "2023-03", "A-1", "130", physical_progress="主体封顶")
    (found,) = caught.value.conflicts
    assert (found.code, found.number) == ("A-1", 1)
    assert {change.field: (change.theirs, change.yours) for change in found.changes} == {
        "month_completed": ("120", "130"),
        "physical_progress": ("", "主体封顶"),
    }
    assert hand_in(march, "2023-03", "A-1", "130", based_on=1).number == 2


def test_another_units_line_is_not_there(march: Desk) -> None:
    with pytest.raises(NotFound):
        hand_in(march, "2023-03", "B-1", "10")
    assert hand_in(march, "2023-03", "B-1", "10", units=("武进区",)).number == 1
    assert hand_in(march, "2023-03", "B-1", "11", based_on=1, units=("市人社局",)).number == 2


def test_a_closed_month_needs_a_reason_and_the_office(march: Desk) -> None:
    hand_in(march, "2023-03", "A-1", "120")
    march.on("2023-04-10").close("2023-03")
    with pytest.raises(Refused, match="更正原因"):
        hand_in(march, "2023-03", "A-1", "110", based_on=1)
    done = hand_in(march, "2023-03", "A-1", "110", based_on=1, correction_reason="重复计入设备款")
    assert not done.counted
    assert march.line("2023-03", "A-1").completed == 3_200_000
    assert march.line("2023-03", "A-1", corrected=True).completed == 3_200_000
    assert march.all(Report.counted, Report.settled)[-1] == (1, 1)


def test_a_month_that_has_not_begun_takes_no_reports(march: Desk) -> None:
    with march.writing() as session, pytest.raises((WrongState, NotFound)):
        submit(session, reporter(march), month("2023-09"), [Entry("A-1", {})], march.now, "网页表单")


def test_a_work_reports_words(march: Desk) -> None:
    with pytest.raises(Refused, match="什么也没有填"):
        hand_in(march, "2023-03", "W-1", "")
    assert hand_in(march, "2023-03", "W-1", "", target_reached="已出台两项政策").counted


def test_what_is_suspicious_must_be_explained_and_the_explanation_travels(march: Desk) -> None:
    with pytest.raises(Refused, match="超过年度计划剩余的 1,000 万元"):
        hand_in(march, "2023-03", "A-1", "1000.0001")
    hand_in(march, "2023-03", "A-1", "1000.0001", explanation="设备集中到货一次付清")
    doubts, told = march.all(ReportRevision.doubts, ReportRevision.explanation)[-1]
    assert told == "设备集中到货一次付清"
    assert any("超过年度计划剩余" in doubt for doubt in doubts)


def test_many_reports_come_whole_or_not_at_all(march: Desk) -> None:
    entries = [Entry("A-1", {"month_completed": "10"}), Entry("A-2", {"month_completed": "-1"})]
    with march.writing() as session, pytest.raises(Refused) as caught:
        submit(session, reporter(march), month("2023-03"), entries, march.now, "表格")
    assert [(problem.subject, problem.field) for problem in caught.value.problems] == [
        ("A-2", "month_completed")
    ]
    assert len(march.all(Report.id)) == 2


def test_what_came_on_time_does_not_come_late_when_it_is_mended_after_the_deadline(march: Desk) -> None:
    hand_in(march, "2023-03", "A-1", "120")
    march.on("2023-04-20")
    hand_in(march, "2023-03", "A-1", "121", based_on=1)
    hand_in(march, "2023-03", "A-2", "5", explanation="尚未办理开工手续")
    late = dict(march.all(ReportRevision.id, ReportRevision.late))
    assert list(late.values()) == [False, False, False, False, True]
