"""Owns gathering what is known of a line or work before it reports: what the checks of a report look at."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.accumulation import Running, Statement, accumulate
from tracker.core.checks import Known, LastMonth
from tracker.core.periods import Period
from tracker.services.visibility import ReportObject
from tracker.store.periods import PeriodRow
from tracker.store.plans import PlanRevision
from tracker.store.reports import COUNTED, Report, ReportRevision
from tracker.store.roster import MilestoneRow, Subproject


def known_of(
    session: Session, row: PeriodRow, about: ReportObject, now: datetime, *, closed: bool = False
) -> Known:
    """Return what is known of a line or work for a report in the period of `row`.

    `closed` says that the report is a correction, which needs its reason.
    """
    period = row.period
    milestones = milestones_of(session, about)
    today = now.astimezone(clock.ZONE).date()
    told = _told(session, about)
    last = next((entry for entry in told if entry.month == period.month - 1), None)
    last_month = None if last is None else LastMonth(last.physical_progress, last.next_intention)
    due = tuple((step.id, step.due_on) for step in milestones)
    if about.work:
        return Known(period, True, today, last_month=last_month, milestones=due, closed=closed)
    line = session.get_one(Subproject, about.id)
    before: list[Statement] = [
        (entry.month, entry.month_completed, entry.ytd_completed)
        for entry in told
        if entry.month < period.month
    ]
    running = Running()
    for statement in before:
        running.take(*statement)
    return Known(
        period=period,
        work=False,
        today=today,
        category=line.category,
        annual_plan=plan_in_force(session, about.id, period),
        before=running,
        after=tuple(
            (entry.month, entry.month_completed, entry.ytd_completed)
            for entry in told
            if entry.month > period.month
        ),
        best_month=accumulate(before).best_month,
        started=any(entry.actual_start is not None for entry in told if entry.month < period.month),
        total_left=(
            None
            if line.total_investment is None or line.completed_before_year is None
            else line.total_investment - line.completed_before_year
        ),
        last_month=last_month,
        milestones=due,
        closed=closed,
    )


def milestones_of(session: Session, about: ReportObject) -> list[MilestoneRow]:
    """Return the milestones of a line or work, by due day."""
    mine = MilestoneRow.key_project_id == about.id if about.work else MilestoneRow.subproject_id == about.id
    return list(
        session.scalars(sa.select(MilestoneRow).where(mine).order_by(MilestoneRow.due_on, MilestoneRow.id))
    )


def plan_in_force(session: Session, line_id: int, period: Period) -> int | None:
    """Return the annual plan in force in the period, in yuan; None without a plan."""
    return session.scalar(
        sa.select(PlanRevision.annual_plan)
        .where(PlanRevision.subproject_id == line_id)
        .where(sa.or_(PlanRevision.number == 1, PlanRevision.effective_from <= period))
        .order_by(PlanRevision.number.desc())
        .limit(1)
    )


def report_of(about: ReportObject) -> sa.ColumnElement[bool]:
    """Return the condition that a report is about this line or work."""
    return Report.key_project_id == about.id if about.work else Report.subproject_id == about.id


def _told(session: Session, about: ReportObject) -> list[sa.Row[*tuple[int | None, ...]]]:
    """Return what the counted reports of the year say, in month order."""
    statement = (
        sa.select(
            PeriodRow.month,
            ReportRevision.month_completed,
            ReportRevision.ytd_completed,
            ReportRevision.actual_start,
            ReportRevision.physical_progress,
            ReportRevision.next_intention,
        )
        .select_from(Report)
        .join(PeriodRow, PeriodRow.id == Report.period_id)
        .join(ReportRevision, COUNTED)
        .where(report_of(about), PeriodRow.year == about.year)
        .order_by(PeriodRow.month)
    )
    return list(session.execute(statement))
