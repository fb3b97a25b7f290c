"""Owns gathering one line's page from the roster, the plans, the reports and the snapshots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import accumulate as running_sum

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.core.accumulation import Accumulated, accumulate
from tracker.core.errors import NotFound
from tracker.core.figures import LineFigures, PeriodState
from tracker.core.periods import Period
from tracker.core.progress import published, scheduled_twelfths
from tracker.services import periods
from tracker.services.figures import figures_of, latest_snapshot, told_fronts
from tracker.services.project_facts import (
    LineFacts,
    MonthEntry,
    PlanEntry,
    ProjectPage,
)
from tracker.store.frozen import thaw_line
from tracker.store.periods import PeriodRow
from tracker.store.plans import MONTH_COLUMNS, PlanRevision
from tracker.store.reports import COUNTED, Report, ReportRevision
from tracker.store.roster import (
    Front,
    KeyProject,
    Programme,
    Responsibility,
    Subproject,
    Unit,
)
from tracker.store.snapshots import Snapshot, SnapshotLine


def project_page(session: Session, year: int, code: str, now: datetime, period: Period | None) -> ProjectPage:
    """Return the line's page as of `period`, a month of its year that is known; None shows the plan alone.

    Raise NotFound for a line that the year's roster does not have.
    """
    row, line = _line(session, year, code)
    plans = _plans(session, row.id, period or Period(year, 1))
    figures = None if period is None else _figures(session, row.id, line.front, period, now)
    in_force = _standing(plans, period or Period(year, 1))
    original = _cumulative(plans[0]) if in_force is not None and in_force.number > 1 else None
    return ProjectPage(
        line=line,
        period=period,
        figures=figures,
        months=_months(session, row, plans, in_force, period),
        original_months=original,
        plans=plans,
    )


def _line(session: Session, year: int, code: str) -> tuple[Subproject, LineFacts]:
    lead, district = aliased(Unit), aliased(Unit)
    found = session.execute(
        sa.select(Subproject, KeyProject.name, Programme.name, Front.name, lead.name, district.name)
        .join(KeyProject, KeyProject.id == Subproject.key_project_id)
        .join(Programme, Programme.id == KeyProject.programme_id)
        .join(Front, Front.id == Programme.front_id)
        .outerjoin(lead, lead.id == KeyProject.lead_id)
        .outerjoin(district, district.id == Subproject.district_id)
        .where(Subproject.year == year, Subproject.code == code)
    ).first()
    if found is None:
        raise NotFound("子项目", f"{year} {code}")
    row, key_project, programme, front, lead_name, place = found
    responsible = session.scalars(
        sa.select(Unit.name)
        .join(Responsibility, Responsibility.unit_id == Unit.id)
        .where(Responsibility.subproject_id == row.id)
        .order_by(Responsibility.id)
    )
    return row, LineFacts(
        year=year,
        code=row.code,
        name=row.name,
        front=front,
        programme=programme,
        key_project=key_project,
        category=row.category,
        lead=lead_name or "",
        responsible=tuple(responsible),
        district=place or "",
        planned_start=row.planned_start,
        total_investment=row.total_investment,
        completed_before_year=row.completed_before_year,
    )


def _figures(session: Session, line_id: int, front: str, period: Period, now: datetime) -> LineFigures | None:
    """Return the line's figures: its own row of a closed month's snapshot, else out of its front's whole month."""
    month = periods.find(session, period)
    if front not in told_fronts(session, month):
        return None
    snapshot = latest_snapshot(session, month, front)
    if snapshot is None:
        lines = figures_of(session, period, now, front=front).lines
        return next((figures for figures in lines if figures.line.id == line_id), None)
    text = session.scalar(
        sa.select(SnapshotLine.figures).where(
            SnapshotLine.snapshot_id == snapshot.id, SnapshotLine.subproject_id == line_id
        )
    )
    return None if text is None else thaw_line(text)


def _plans(session: Session, line_id: int, period: Period) -> tuple[PlanEntry, ...]:
    rows = session.scalars(
        sa.select(PlanRevision).where(PlanRevision.subproject_id == line_id).order_by(PlanRevision.number)
    ).all()
    plans = tuple(
        PlanEntry(
            number=row.number,
            effective_from=row.effective_from,
            annual_plan=row.annual_plan,
            months=_plan_months(row),
            approved_on=row.approved_on,
            document_no=row.document_no,
            reason=row.reason,
            in_force=False,
        )
        for row in rows
    )
    standing = _standing(plans, period)
    return tuple(replace(plan, in_force=plan is standing) for plan in plans)


def _standing(plans: Sequence[PlanEntry], period: Period) -> PlanEntry | None:
    """Return the plan in force in `period`: the last revision that has begun, the original one at first."""
    begun = [plan for plan in plans if plan.number == 1 or plan.effective_from <= period]
    return begun[-1] if begun else None


def _plan_months(row: PlanRevision) -> tuple[int, ...] | None:
    months = [getattr(row, column) for column in MONTH_COLUMNS]
    return None if months[0] is None else tuple(months)


def _months(
    session: Session,
    row: Subproject,
    plans: Sequence[PlanEntry],
    in_force: PlanEntry | None,
    period: Period | None,
) -> tuple[MonthEntry, ...]:
    """Return the twelve months, planned as `in_force` has them."""
    known = session.execute(sa.select(PeriodRow.month, PeriodRow.state).where(PeriodRow.year == row.year))
    states = dict(known.all())
    told = _accumulated(session, row, period)
    frozen = _frozen(session, row)
    totals = (0,) * 12 if in_force is None else _cumulative(in_force)
    entries: list[MonthEntry] = []
    for month in range(1, 13):
        of = Period(row.year, month)
        total = told.totals[month - 1]
        # What was reported after `period` is left out, and so is what was published after it.
        closed = period is not None and of <= period and states.get(month) is PeriodState.CLOSED
        then = frozen.get(month) if closed else None
        as_reported = then.completed if then is not None and then.status.reported else None
        # Of a line that joined after the closing nothing was published either.
        corrected = closed and as_reported != total
        today, scheduled = _rates(_standing(plans, of), month, total)
        rates = (None if closed else today, scheduled)
        if then is not None:
            today = None if total is None else published(total, then.line.annual_plan)
            rates = _published(then)
        entries.append(
            MonthEntry(
                period=of,
                state=states.get(month),
                planned=totals[month - 1] - (totals[month - 2] if month > 1 else 0),
                planned_total=totals[month - 1],
                amount=told.amounts[month - 1],
                first_covered=told.spans[month - 1],
                total=total,
                progress=rates[0],
                schedule=rates[1],
                corrected=corrected,
                as_reported=as_reported,
                corrected_progress=today if corrected else None,
            )
        )
    return tuple(entries)


def _rates(plan: PlanEntry | None, month: int, total: int | None) -> tuple[int | None, int | None]:
    """Return progress and schedule of a month that can still change, under the plan in force in it."""
    if plan is None:
        return None, None
    scheduled = scheduled_twelfths(plan.annual_plan, plan.months, month)
    progress = None if total is None else published(total, plan.annual_plan)
    return progress, published(scheduled, 12 * plan.annual_plan)


def _published(figures: LineFigures) -> tuple[int | None, int | None]:
    """Return progress and schedule as a closed month told them; no progress without a report."""
    return figures.progress if figures.status.reported else None, figures.schedule


def _accumulated(session: Session, row: Subproject, period: Period | None) -> Accumulated:
    """Return what the reports up to `period` that count add up to."""
    if period is None:
        return accumulate(())
    return accumulate(
        (month, month_completed, ytd_completed)
        for month, month_completed, ytd_completed in session.execute(
            sa.select(PeriodRow.month, ReportRevision.month_completed, ReportRevision.ytd_completed)
            .select_from(Report)
            .join(PeriodRow, PeriodRow.id == Report.period_id)
            .join(ReportRevision, COUNTED)
            .where(Report.subproject_id == row.id, PeriodRow.month <= period.month)
            .order_by(PeriodRow.month)
        )
    )


def _frozen(session: Session, row: Subproject) -> dict[int, LineFigures]:
    """Return the line's figures in the snapshot that each closed month stands by."""
    rows = session.execute(
        sa.select(PeriodRow.month, SnapshotLine.figures)
        .select_from(SnapshotLine)
        .join(Snapshot, Snapshot.id == SnapshotLine.snapshot_id)
        .join(PeriodRow, PeriodRow.id == Snapshot.period_id)
        .where(SnapshotLine.subproject_id == row.id, PeriodRow.state == PeriodState.CLOSED)
        .order_by(Snapshot.number)
    )
    # The later snapshot of a month takes the place of the earlier one.
    newest: dict[int, str] = dict(rows.all())
    return {month: thaw_line(text) for month, text in newest.items()}


def _cumulative(plan: PlanEntry) -> tuple[int, ...]:
    """Return the planned year to date of the twelve months in whole yuan; the year evenly without a plan."""
    if plan.months is None:
        return tuple(plan.annual_plan * month // 12 for month in range(1, 13))
    return tuple(running_sum(plan.months))
