"""Owns what changed beside the figures: corrections of closed months, and plan revisions with their effect."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.accumulation import accumulate
from tracker.core.briefing import Correction, PlanChange
from tracker.core.figures import MonthFigures, PeriodState
from tracker.core.lines import Line
from tracker.core.month import line_figures
from tracker.core.periods import Period
from tracker.services.figures import facts_of, latest_snapshot
from tracker.store.month import lines_of
from tracker.store.periods import PeriodRow
from tracker.store.plans import MONTH_COLUMNS, PlanRevision
from tracker.store.reports import Report, ReportRevision
from tracker.store.roster import Subproject
from tracker.store.snapshots import SnapshotLine


def corrections_of(session: Session, row: PeriodRow, front: str, now: datetime) -> tuple[Correction, ...]:
    """Return the corrections of earlier, closed months made since the last closing and up to `now`.

    January looks back on the year before: a correction of December has no other briefing to stand in.
    """
    earlier = sa.and_(PeriodRow.year == row.year, PeriodRow.month < row.month)
    closed = list(
        session.scalars(
            sa.select(PeriodRow)
            .where(sa.or_(PeriodRow.year < row.year, earlier))
            .where(PeriodRow.state == PeriodState.CLOSED)
            .order_by(PeriodRow.year, PeriodRow.month)
        )
    )
    since = max((period.closed_at for period in closed if period.closed_at), default=None)
    if since is None:
        return ()
    found: list[Correction] = []
    for period in closed:
        found += _corrected(session, period, front, since, now)
    return tuple(found)


def _corrected(
    session: Session, row: PeriodRow, front: str, since: datetime, now: datetime
) -> list[Correction]:
    """Return what moved in one closed month: by its own reports, or by those of the months before it."""
    snapshot = latest_snapshot(session, row, front)
    newest = _newest_revisions(session, row, since, now)
    if snapshot is None or not newest:
        return []
    frozen = dict(
        session.execute(
            sa.select(SnapshotLine.subproject_id, SnapshotLine.completed).where(
                SnapshotLine.snapshot_id == snapshot.id, SnapshotLine.subproject_id.in_(newest)
            )
        ).all()
    )
    found: list[Correction] = []
    for line in lines_of(session, row.period):
        if line.id not in newest or line.front != front:
            continue
        month, reason, made_at, counted_at = newest[line.id]
        # A line that joined later had nothing in that month's figures.
        as_reported = frozen.get(line.id, 0)
        as_corrected = accumulate(line.statements).completed
        # What was returned counts no more: the report of before the closing stands again.
        moved = as_corrected != as_reported
        if not moved and (month != row.month or made_at <= _settled_at(row, since)):
            continue
        told = reason or "关闭后补报"
        found.append(
            Correction(
                period=row.period,
                code=line.code,
                name=line.name,
                lead=line.lead,
                as_reported=as_reported,
                as_corrected=as_corrected,
                reason=told if month == row.month else f"{month}月月报：{told}",
                corrected_on=counted_at.astimezone(clock.ZONE).date(),
            )
        )
    return found


def _newest_revisions(
    session: Session, row: PeriodRow, since: datetime, now: datetime
) -> dict[int, tuple[int, str, datetime, datetime]]:
    """Return per line the newest revision that came to count, after the month's closing, among those that its
    figures rest on.

    As (month of the report, reason, moment made, moment since it counts); a report for the month itself goes
    before one for an earlier. A correction that waits for the office does not count yet.
    """
    after = _settled_at(row, since)
    counted = sa.and_(ReportRevision.report_id == Report.id, ReportRevision.number == Report.counted)
    statement = (
        sa.select(
            PeriodRow.month,
            ReportRevision.correction_reason,
            ReportRevision.made_at,
            Report.counted_at,
            Report.subproject_id,
        )
        .select_from(Report)
        .join(ReportRevision, counted)
        .join(PeriodRow, PeriodRow.id == Report.period_id)
        .where(PeriodRow.year == row.year, PeriodRow.month <= row.month, Report.subproject_id.is_not(None))
        .where(Report.counted_at > after, Report.counted_at <= now)
        .order_by(PeriodRow.month, ReportRevision.id)
    )
    return {
        line_id or 0: (month, reason, made_at, counted_at or made_at)
        for month, reason, made_at, counted_at, line_id in session.execute(statement)
    }


def _settled_at(row: PeriodRow, since: datetime) -> datetime:
    return since if row.closed_at is None else max(since, row.closed_at)


def plan_changes_of(
    session: Session, row: PeriodRow, figures: MonthFigures, now: datetime
) -> tuple[PlanChange, ...]:
    """Return the plan revisions that come into force in this period, with the lights they change."""
    period: Period = row.period
    revisions = session.scalars(
        sa.select(PlanRevision)
        .join(Subproject, Subproject.id == PlanRevision.subproject_id)
        .where(Subproject.year == period.year, PlanRevision.number > 1)
        .where(PlanRevision.effective_from == period, PlanRevision.made_at <= now)
        .order_by(PlanRevision.subproject_id, PlanRevision.number)
    ).all()
    told = {line.line.id: line for line in figures.lines}
    revisions = [revision for revision in revisions if revision.subproject_id in told]
    if not revisions:
        return ()
    facts = facts_of(session, row, figures.summary.front, now)
    found: list[PlanChange] = []
    for revision in revisions:
        line = told[revision.subproject_id]
        before = _plan_before(session, revision)
        old = line_figures(_under(line.line, before), facts, figures.summary.citywide)
        found.append(
            PlanChange(
                code=line.line.code,
                name=line.line.name,
                lead=line.line.lead,
                number=revision.number,
                effective_from=revision.effective_from,
                approved_on=revision.approved_on,
                document_no=revision.document_no,
                before=before.annual_plan,
                after=revision.annual_plan,
                light_before=old.light,
                light_after=line.light,
            )
        )
    return tuple(found)


def _plan_before(session: Session, revision: PlanRevision) -> PlanRevision:
    return session.scalars(
        sa.select(PlanRevision).where(
            PlanRevision.subproject_id == revision.subproject_id, PlanRevision.number == revision.number - 1
        )
    ).one()


def _under(line: Line, plan: PlanRevision) -> Line:
    months = tuple(getattr(plan, column) for column in MONTH_COLUMNS)
    return replace(line, annual_plan=plan.annual_plan, monthly_plan=None if months[0] is None else months)
