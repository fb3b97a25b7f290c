"""Owns when milestones were reached: what the reports that count say, and nothing else."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.services.known import milestones_of, report_of
from tracker.services.visibility import ReportObject
from tracker.store.periods import PeriodRow
from tracker.store.reports import COUNTED, Report, ReportRevision


def settle_milestones(session: Session, about: ReportObject) -> None:
    """Set the reached day of every milestone that reports of this line or work ever named.

    The latest counted report decides; a milestone that only a returned report claimed is open again.
    """
    steps = milestones_of(session, about)
    if not steps:
        return
    ever = session.scalars(
        sa.select(ReportRevision.milestones)
        .join(Report, Report.id == ReportRevision.report_id)
        .where(report_of(about), ReportRevision.milestones.is_not(None))
    ).all()
    named = {step for told in ever for step in told or {}}
    counted = session.scalars(
        sa.select(ReportRevision.milestones)
        .select_from(Report)
        .join(ReportRevision, COUNTED)
        .join(PeriodRow, PeriodRow.id == Report.period_id)
        .where(report_of(about), ReportRevision.milestones.is_not(None))
        .order_by(PeriodRow.year, PeriodRow.month)
    ).all()
    reached = {step: day for told in counted for step, day in (told or {}).items()}
    for step in steps:
        if str(step.id) in named:
            day = reached.get(str(step.id))
            step.done_on = None if day is None else date.fromisoformat(day)
    session.flush()
