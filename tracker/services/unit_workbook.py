"""Owns gathering what a unit's offline form for a month begins with, and making the workbook."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.errors import WrongState
from tracker.core.figures import PeriodState
from tracker.core.periods import Period
from tracker.core.said import MILESTONE
from tracker.intake.form import Form, FormMilestone, FormRow
from tracker.intake.prefilled import write_form
from tracker.intake.typed import typed_of
from tracker.services import periods
from tracker.services.owed import MilestoneInfo, OwedReport, owed_reports
from tracker.services.reporting import Reporter
from tracker.store.roster import Unit


def unit_workbook(session: Session, reporter: Reporter, period: Period, now: datetime) -> bytes:
    """Return the .xlsx that the reporter's units fill in for `period`.

    Raise NotFound for a month without a period, WrongState for one that has not begun.
    """
    return write_form(form_of(session, reporter, period, now))


def form_of(session: Session, reporter: Reporter, period: Period, now: datetime) -> Form:
    """Return what the form begins with: the plan, what was reported, and the person's own drafts."""
    row = periods.find(session, period)
    if row.state is PeriodState.UPCOMING:
        raise WrongState(f"{period} 还没有开始填报。")
    owed = owed_reports(session, reporter, row, now)
    return Form(
        period=period,
        unit_ids=reporter.unit_ids,
        unit_names=unit_names(session, reporter),
        rows=tuple(_row(report, period) for report in owed),
        deadline=row.deadline,
        closed=row.state is PeriodState.CLOSED,
        made_at=now,
    )


def unit_names(session: Session, reporter: Reporter) -> tuple[str, ...]:
    """Return what the reporter's units are called."""
    return tuple(
        session.scalars(sa.select(Unit.name).where(Unit.id.in_(reporter.unit_ids)).order_by(Unit.id))
    )


def _row(report: OwedReport, period: Period) -> FormRow:
    figures = report.figures
    typed = _typed(report)
    return FormRow(
        work=report.about.work,
        code=report.about.code,
        name=report.about.name,
        key_project=report.key_project,
        district=report.district,
        target=report.target,
        annual_plan=None if figures is None else figures.line.annual_plan,
        planned=report.planned,
        last_completed=None if figures is None or period.month == 1 else figures.amounts[period.month - 2],
        total_before=None if figures is None else figures.completed - (figures.month_completed or 0),
        started=None if figures is None else figures.line.actual_start,
        typed=typed,
        last={} if report.last is None else typed_of(report.last),
        problems=report.problems,
        returned=report.returned,
        revision=report.number,
        milestones=tuple(_milestone(step, typed) for step in report.milestones),
    )


def _typed(report: OwedReport) -> Mapping[str, str]:
    """Return what the open cells begin with: the person's draft unless somebody reported since, else what stands.

    The reason of a correction is asked for anew each time.
    """
    if report.draft is not None and not report.outdated:
        return report.draft.typed
    if report.newest is None:
        return {}
    return typed_of(report.newest.said) | {"correction_reason": ""}


def _milestone(step: MilestoneInfo, typed: Mapping[str, str]) -> FormMilestone:
    day = typed.get(f"{MILESTONE}{step.id}", "")
    return FormMilestone(step.id, step.name, step.due_on, day, None if day else step.done_on)
