"""Owns everything that was ever reported of a line or a work, and what each revision changed of the one before."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.periods import Period
from tracker.services.known import milestones_of, report_of
from tracker.services.owed import RevisionInfo, revision_info
from tracker.services.reporting import said_of
from tracker.services.review_sheets import FieldChange, changes_between
from tracker.services.visibility import ReportObject
from tracker.store.periods import PeriodRow
from tracker.store.reports import Report, ReportRevision, ReportState


@dataclass(frozen=True, slots=True)
class ToldRevision:
    """One revision of a month's report; `counted` marks the one that figures use, `changes` those to the one before."""

    info: RevisionInfo
    counted: bool
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class ToldMonth:
    """A month's report: where it stands, and its revisions, newest first."""

    period: Period
    state: ReportState
    revisions: tuple[ToldRevision, ...]


def told_reports(session: Session, about: ReportObject) -> tuple[ToldMonth, ...]:
    """Return the reports of a line or work, newest month first. What was handed in, never what is being typed."""
    names = {step.id: step.name for step in milestones_of(session, about)}
    rows = session.execute(
        sa.select(PeriodRow.year, PeriodRow.month, Report, ReportRevision)
        .select_from(Report)
        .join(PeriodRow, PeriodRow.id == Report.period_id)
        .join(ReportRevision, ReportRevision.report_id == Report.id)
        .where(report_of(about))
        .order_by(PeriodRow.year.desc(), PeriodRow.month.desc(), ReportRevision.number)
    ).all()
    found: dict[int, tuple[Period, Report, list[ReportRevision]]] = {}
    for year, month, report, revision in rows:
        found.setdefault(report.id, (Period(year, month), report, []))[2].append(revision)
    return tuple(
        ToldMonth(period, report.state, _revisions(report, revisions, names))
        for period, report, revisions in found.values()
    )


def _revisions(
    report: Report, revisions: list[ReportRevision], names: dict[int, str]
) -> tuple[ToldRevision, ...]:
    before = None
    found: list[ToldRevision] = []
    for revision in revisions:
        said = said_of(revision)
        changes = changes_between(before, said, names)
        found.append(ToldRevision(revision_info(revision), revision.number == report.counted, changes))
        before = said
    return tuple(reversed(found))
