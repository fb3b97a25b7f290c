"""Owns whether a closed month reads differently today: a correction came to count after its figures were frozen."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.cohorts import Category
from tracker.core.lines import Line
from tracker.store.frozen import thaw_line
from tracker.store.month import lines_of
from tracker.store.periods import PeriodRow
from tracker.store.reports import Report
from tracker.store.snapshots import Snapshot, SnapshotLine


def reads_differently(session: Session, row: PeriodRow, snapshot: Snapshot, front: str) -> bool:
    """Return whether the month as corrected differs from the month as reported.

    Only lines are read of which a report, of this month or an earlier one of the year, came to count after the
    closing, accepted or not, or counts no more: usually none. What is told is up to the comparison with what was
    frozen.
    """
    touched = set(
        session.scalars(
            sa.select(Report.subproject_id)
            .join(PeriodRow, PeriodRow.id == Report.period_id)
            .where(PeriodRow.year == row.year, PeriodRow.month <= row.month)
            .where(Report.subproject_id.is_not(None))
            .where(sa.or_(Report.counted_at > snapshot.made_at, Report.counted_at.is_(None)))
        )
    )
    if not touched:
        return False
    frozen = {
        figures.line.id: _reported(figures.line)
        for figures in map(
            thaw_line,
            session.scalars(
                sa.select(SnapshotLine.figures).where(
                    SnapshotLine.snapshot_id == snapshot.id, SnapshotLine.subproject_id.in_(touched)
                )
            ),
        )
    }
    return any(
        _reported(line) != frozen.get(line.id)
        for line in lines_of(session, row.period, only=[line_id or 0 for line_id in touched])
        if line.front == front and line.category is not Category.PREPARATORY
    )


def _reported(line: Line) -> tuple[object, ...]:
    """Return what reports say of a line that its figures rest on."""
    return line.statements, line.actual_start, line.submitted_late is None
