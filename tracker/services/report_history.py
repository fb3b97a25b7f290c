"""Owns every revision of one report, which stays readable for good."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.services.known import report_of
from tracker.services.owed import RevisionInfo, revision_info
from tracker.services.visibility import ReportObject
from tracker.store.periods import PeriodRow
from tracker.store.reports import Report, ReportRevision


def report_history(session: Session, row: PeriodRow, about: ReportObject) -> tuple[RevisionInfo, ...]:
    """Return the revisions of a line's or work's report for the period, the newest first."""
    revisions = session.scalars(
        sa.select(ReportRevision)
        .join(Report, Report.id == ReportRevision.report_id)
        .where(Report.period_id == row.id, report_of(about))
        .order_by(ReportRevision.number.desc())
    )
    return tuple(revision_info(revision) for revision in revisions)
