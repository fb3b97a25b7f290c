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


def corrections_in(session: Session, row: PeriodRow, front: str, now: datetime) -> tuple[Correction, ...]:
    """Return every correction of one closed month, whenever it was made."""
    return tuple(_corrected(session, row, front, None, now))


def _corrected(
    session: Session, row: PeriodRow, front: str, since: datetime | None, now: datetime
) -> list[Correction]:
    snapshot = latest_snapshot(session, row, front)
    statement = (
        sa.select(ReportRevision.correction_reason, ReportRevision.made_at, Report.subproject_id)
        .join(Report, Report.id == ReportRevision.report_id)
        .where(Report.period_id == row.id, ReportRevision.correction_reason != "")
        .where(Report.subproject_id.is_not(None), ReportRevision.made_at <= now)
        .order_by(ReportRevision.id)
    )
    if since is not None:
        statement = statement.where(ReportRevision.made_at > since)
    newest = {line_id: (reason, made_at) for reason, made_at, line_id in session.execute(statement)}
    if snapshot is None or not newest:
        return []
    lines = {line.id: line for line in lines_of(session, row.period)}
    frozen = session.execute(
        sa.select(SnapshotLine.subproject_id, SnapshotLine.completed)
        .where(SnapshotLine.snapshot_id == snapshot.id, SnapshotLine.subproject_id.in_(newest))
        .order_by(SnapshotLine.id)
    )
    found: list[Correction] = []
    for line_id, as_reported in frozen:
        line, (reason, made_at) = lines[line_id], newest[line_id]
        found.append(
            Correction(
                period=row.period,
                code=line.code,
                name=line.name,
                lead=line.lead,
                as_reported=as_reported,
                as_corrected=accumulate(line.statements).completed,
                reason=reason,
                corrected_on=made_at.astimezone(clock.ZONE).date(),
            )
        )
    return found


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
        old = line_figures(_under(line.line, before), facts, figures.summary)
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
