"""Owns one report of a unit's own: where it stands, and every revision that was ever handed in for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.periods import Period
from tracker.services import periods
from tracker.services.known import report_of
from tracker.services.owed import OwedReport, RevisionInfo, owed_report
from tracker.services.report_history import report_history
from tracker.services.reporting import Reporter
from tracker.services.visibility import own_object
from tracker.store.reports import Report


@dataclass(frozen=True, slots=True)
class OwnReport:
    """A report of the reporter's units, and its revisions, the newest first."""

    report: OwedReport
    revisions: tuple[RevisionInfo, ...]


def own_report(session: Session, reporter: Reporter, period: Period, code: str, now: datetime) -> OwnReport:
    """Return a report with its revisions; raise NotFound without such a period and for another unit's."""
    row = periods.find(session, period)
    about = own_object(session, reporter.unit_ids, period.year, code)
    return OwnReport(owed_report(session, reporter, row, about, now), report_history(session, row, about))


def newest_number(session: Session, reporter: Reporter, period: Period, code: str) -> int:
    """Return the number of the newest revision of a report, 0 while there is none; raises as above."""
    row = periods.find(session, period)
    about = own_object(session, reporter.unit_ids, period.year, code)
    number = session.scalar(sa.select(Report.revisions).where(Report.period_id == row.id, report_of(about)))
    return number or 0
