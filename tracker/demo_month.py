"""Owns the demonstration's open month: April 2023, some units reported, one report returned, a few days to go."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.cohorts import Cohort
from tracker.core.money import wan_text
from tracker.core.periods import Period
from tracker.services import milestone_plan, periods
from tracker.services.actors import Actor
from tracker.services.owed import OwedReport, owed_reports
from tracker.services.reporting import Entry, Reporter, submit
from tracker.services.review import Seen, return_reports
from tracker.store.reports import Report
from tracker.store.roster import Kind, Unit

APRIL = Period(2023, 4)
OFFICE = Actor("督查室（演示）")
#: Who has reported already, and what of each month's plan was done, in per cent.
REPORTED = {"武进区": 96, "市教育局": 104, "市卫健委": 88, "新北区": 110, "市科技局": 100}
WORDS = ("土建施工有序推进", "设备采购合同已签订", "主体结构施工至四层", "进入室内装修阶段")
PROBLEM = ("临时用地手续尚未办结", "请资规部门协调加快办理")
RETURN_REASON = "形象进度过于笼统，请写明完成的部位和工程量"
#: How long visitors have until the deadline.
DAYS_LEFT = 5


def open_april(session: Session, actor: Actor, now: datetime) -> None:
    """Open April with a deadline that has not passed yet; let a few units report and one report come back."""
    periods.open_period(session, actor, APRIL, now)
    day = now.astimezone(clock.ZONE).date() + timedelta(days=DAYS_LEFT)
    deadline = datetime.combine(day, time(23, 59, 59), tzinfo=clock.ZONE)
    periods.set_deadline(session, actor, APRIL, deadline, "演示用的报送期限", now)
    row = periods.find(session, APRIL)
    for unit, percent in REPORTED.items():
        unit_id = session.scalars(sa.select(Unit.id).where(Unit.name == unit)).one()
        reporter = Reporter(Actor(f"{unit}填报员（演示）"), frozenset({unit_id}))
        lines = [owed for owed in owed_reports(session, reporter, row, now) if not owed.about.work]
        # The visitor's own unit has one report to mend and the others to fill in.
        told = lines[:1] if unit == "市科技局" else lines
        entries = [_entry(owed, percent, number) for number, owed in enumerate(told)]
        submit(session, reporter, APRIL, entries, now, "演示数据")
        if unit == "市科技局":
            _give_back(session, told[0], now)
            _plan_steps(session, actor, told[0].about.id, now)


def _entry(owed: OwedReport, percent: int, number: int) -> Entry:
    """Return an invented report near the month's plan; one in seven has a problem."""
    begun = owed.figures is not None and (owed.figures.cohort is not Cohort.NEW)
    planned = owed.planned if begun and owed.planned else 0
    typed = {
        "month_completed": wan_text(planned * percent // 1_000_000 * 10_000),
        "physical_progress": WORDS[number % len(WORDS)] if begun else "正在办理施工许可",
        "next_intention": "按月度计划推进" if begun else "力争下月开工",
        "explanation": "与监理核对一致",
    }
    if number % 7 == 6:
        typed |= {"problem_text": PROBLEM[0], "help_needed": PROBLEM[1]}
    return Entry(owed.about.code, typed)


def _give_back(session: Session, owed: OwedReport, now: datetime) -> None:
    period_id = periods.find(session, APRIL).id
    report_id = session.scalars(
        sa.select(Report.id).where(Report.period_id == period_id, Report.subproject_id == owed.about.id)
    ).one()
    return_reports(session, OFFICE, [Seen(report_id, 1)], RETURN_REASON, now)


def _plan_steps(session: Session, actor: Actor, line_id: int, now: datetime) -> None:
    about = milestone_plan.planned(session, Kind.PROJECT, line_id)
    for name, due_on in (("主体结构封顶", date(2023, 4, 20)), ("设备进场", date(2023, 6, 30))):
        milestone_plan.add_step(session, actor, now, about, name, due_on)
