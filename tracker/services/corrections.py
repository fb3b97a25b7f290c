"""Owns the corrections of closed months: what stands beside their figures, each told in the next briefing."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.accumulation import accumulate
from tracker.core.briefing import Correction
from tracker.core.figures import PeriodState
from tracker.services.figures import latest_snapshot
from tracker.store.month import NO_LEAD, lines_of
from tracker.store.periods import PeriodRow
from tracker.store.reports import COUNTED, Report, ReportRevision
from tracker.store.roster import Front, KeyProject, Programme, Unit
from tracker.store.snapshots import SnapshotLine

#: What is told of a report that came to a closed month without a reason.
_NO_REASON = "关闭后补报"


def corrections_of(session: Session, row: PeriodRow, front: str, now: datetime) -> tuple[Correction, ...]:
    """Return the corrections of earlier, closed months that came to count since they were last told, up to `now`.

    Works have no figures: theirs follow the lines of their month, told by their reason alone.
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
    found: list[Correction] = []
    for period, since in _untold(closed):
        found += _corrected_lines(session, period, front, since, now)
        found += _corrected_works(session, period, front, since, now)
    return tuple(found)


def _untold(closed: list[PeriodRow]) -> list[tuple[PeriodRow, datetime]]:
    """Return the closed months, each with the moment up to which other briefings have told its corrections.

    Only its own closing and those of the months after it, up to the briefing's, count: a month that closes
    late, or is loaded late, has a briefing that tells nothing of the months behind it.
    """
    found: list[tuple[PeriodRow, datetime]] = []
    since: datetime | None = None
    for row in reversed(closed):
        if row.closed_at is not None:
            since = row.closed_at if since is None else max(since, row.closed_at)
            found.append((row, since))
    return found[::-1]


def _corrected_lines(
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
        # What was returned counts no more: the report of before stands again.
        moved = as_corrected != as_reported
        if not moved and (month != row.month or not _is_correction(row, made_at)):
            continue
        told = reason or _NO_REASON
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
    """Return per line the newest revision that came to count after `since` among those its figures rest on.

    As (month of the report, reason, moment made, moment since it counts); a report for the month itself goes
    before one for an earlier. A correction that waits for the office does not count yet.
    """
    statement = (
        sa.select(
            PeriodRow.month,
            ReportRevision.correction_reason,
            ReportRevision.made_at,
            Report.counted_at,
            Report.subproject_id,
        )
        .select_from(Report)
        .join(ReportRevision, COUNTED)
        .join(PeriodRow, PeriodRow.id == Report.period_id)
        .where(PeriodRow.year == row.year, PeriodRow.month <= row.month, Report.subproject_id.is_not(None))
        .where(Report.counted_at > since, Report.counted_at <= now)
        .order_by(PeriodRow.month, ReportRevision.id)
    )
    return {
        line_id or 0: (month, reason, made_at, counted_at or made_at)
        for month, reason, made_at, counted_at, line_id in session.execute(statement)
    }


def _corrected_works(
    session: Session, row: PeriodRow, front: str, since: datetime, now: datetime
) -> list[Correction]:
    """Return the works whose report for one closed month was corrected, or came after its closing."""
    statement = (
        sa.select(
            KeyProject.code,
            KeyProject.name,
            Unit.name,
            ReportRevision.correction_reason,
            ReportRevision.made_at,
            Report.counted_at,
        )
        .select_from(Report)
        .join(ReportRevision, COUNTED)
        .join(KeyProject, KeyProject.id == Report.key_project_id)
        .join(Programme, Programme.id == KeyProject.programme_id)
        .join(Front, Front.id == Programme.front_id)
        .outerjoin(Unit, Unit.id == KeyProject.lead_id)
        .where(Report.period_id == row.id, Front.name == front)
        .where(Report.counted_at > since, Report.counted_at <= now)
        .order_by(Programme.position, KeyProject.position, KeyProject.id)
    )
    return [
        Correction(
            period=row.period,
            code=code,
            name=name,
            lead=lead or NO_LEAD,
            as_reported=None,
            as_corrected=None,
            reason=reason or _NO_REASON,
            corrected_on=(counted_at or made_at).astimezone(clock.ZONE).date(),
        )
        for code, name, lead, reason, made_at, counted_at in session.execute(statement)
        if _is_correction(row, made_at)
    ]


def _is_correction(row: PeriodRow, made_at: datetime) -> bool:
    """Return whether a report came after its month's closing; one of before that only counts again does not."""
    return row.closed_at is not None and made_at > row.closed_at
