"""Owns what the office sees of a report beside its words: the figures with it, what changed, its whole story."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.errors import NotFound
from tracker.core.figures import LineFigures
from tracker.core.money import wan_grouped
from tracker.core.periods import Period
from tracker.core.said import MILESTONE, Said
from tracker.intake.typed import typed_of
from tracker.services import periods
from tracker.services.evidence import EvidenceInfo, evidence_of
from tracker.services.known import milestones_of
from tracker.services.live import figures_with, lines_with_previous
from tracker.services.looking import line_saying
from tracker.services.owed import RevisionInfo, planned_in, revision_info
from tracker.services.reporting import said_of
from tracker.services.review_queue import QueueEntry, entries_of
from tracker.store.periods import PeriodRow, StateChange
from tracker.store.reports import COUNTED, Evidence, Report, ReportRevision, ReportState
from tracker.store.roster import MilestoneRow

#: What is compared with the month before; the amounts of two months stand beside each other anyway.
_MONTHLY = ("target_reached", "physical_progress", "problem_text", "help_needed")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that says something else than before; `milestone` is the name when the field is a milestone's."""

    field: str
    before: str
    after: str
    milestone: str = ""


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One report of the queue with what the office judges it by; amounts in yuan, None where not known.

    `figures` are those of the month with this report in it, None for a work; `as_counted` those that count
    today where they rest on another revision. `planned` is the month's own plan. `changes` is what differs
    from the revision before, `month_changes` from what the month before said.
    """

    entry: QueueEntry
    figures: LineFigures | None
    as_counted: LineFigures | None
    planned: int | None
    last: Said | None
    changes: tuple[FieldChange, ...]
    month_changes: tuple[FieldChange, ...]
    evidence: int


@dataclass(frozen=True, slots=True)
class RevisionSheet:
    """One revision of a report and what it changed of the one before."""

    info: RevisionInfo
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """A change of a report's state: who, when, from, to, why."""

    before: str
    after: ReportState
    made_by: str
    made_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ReviewSheet:
    """Everything about one report: `revisions` and `decisions` newest first, `evidence` as it stands.

    `next_id` is the report that waits next in the month, None when there is none.
    """

    row: ReviewRow
    revisions: tuple[RevisionSheet, ...]
    decisions: tuple[Decision, ...]
    evidence: tuple[EvidenceInfo, ...]
    milestones: Mapping[int, str]
    next_id: int | None

    @property
    def may_accept(self) -> bool:
        """Return whether the office can accept the newest revision."""
        return self.row.entry.state is not ReportState.ACCEPTED

    @property
    def may_return(self) -> bool:
        """Return whether the office can return the newest revision (see `review.return_reports`)."""
        entry = self.row.entry
        return entry.state is not ReportState.RETURNED and (entry.correction or not entry.closed)


def review_rows(session: Session, entries: Sequence[QueueEntry], now: datetime) -> tuple[ReviewRow, ...]:
    """Return the rows of these reports, in their order."""
    found: dict[int, ReviewRow] = {}
    for period in dict.fromkeys(entry.period for entry in entries):
        row = periods.find(session, period)
        theirs = [entry for entry in entries if entry.period == period]
        found |= {made.entry.report_id: made for made in _rows(session, row, theirs, now)}
    return tuple(found[entry.report_id] for entry in entries)


def review_sheet(session: Session, report_id: int, now: datetime) -> ReviewSheet:
    """Return everything about one report, whatever its state; raise NotFound when there is none."""
    entry = next(iter(entries_of(session, Report.id == report_id, waiting=False)), None)
    if entry is None:
        raise NotFound("月报", str(report_id))
    (row,) = review_rows(session, [entry], now)
    names = {step.id: step.name for step in milestones_of(session, entry.about)}
    revisions = list(
        session.scalars(
            sa.select(ReportRevision)
            .where(ReportRevision.report_id == report_id)
            .order_by(ReportRevision.number)
        )
    )
    before: list[Said | None] = [None, *(said_of(revision) for revision in revisions)]
    sheets = [
        RevisionSheet(revision_info(revision), changes_between(earlier, said_of(revision), names))
        for earlier, revision in zip(before, revisions, strict=False)
    ]
    changes = session.scalars(
        sa.select(StateChange)
        .where(StateChange.kind == "report", StateChange.object_id == report_id)
        .order_by(StateChange.id.desc())
    )
    return ReviewSheet(
        row=row,
        revisions=tuple(reversed(sheets)),
        decisions=tuple(
            Decision(told.before, ReportState(told.after), told.made_by, told.made_at, told.reason)
            for told in changes
        ),
        evidence=evidence_of(session, entry.period, entry.about.work, entry.about.id),
        milestones=names,
        next_id=_next(session, entry),
    )


def changes_between(
    before: Said | None, after: Said, milestones: Mapping[int, str], fields: Collection[str] = ()
) -> tuple[FieldChange, ...]:
    """Return in which fields two reports differ, as texts of a form; nothing against no report."""
    if before is None:
        return ()
    told, now = _shown(before), _shown(after)
    return tuple(
        FieldChange(field, told.get(field, ""), now.get(field, ""), _milestone(field, milestones))
        for field in dict.fromkeys((*now, *told))
        if told.get(field, "") != now.get(field, "") and (not fields or field in fields)
    )


def _shown(said: Said) -> dict[str, str]:
    """Return the texts of a form, amounts as they are shown: grouped, in 万元."""
    amounts = {"month_completed": said.month_completed, "ytd_completed": said.ytd_completed}
    grouped = {field: wan_grouped(yuan) for field, yuan in amounts.items() if yuan is not None}
    return typed_of(said) | grouped


def _milestone(field: str, names: Mapping[int, str]) -> str:
    number = field.removeprefix(MILESTONE)
    return "" if number == field else names.get(int(number), number)


def _rows(session: Session, row: PeriodRow, entries: Sequence[QueueEntry], now: datetime) -> list[ReviewRow]:
    lines = {
        line.id: (line, previous)
        for line, previous in lines_with_previous(
            session, row, [entry.about.id for entry in entries if not entry.about.work], now
        )
    }
    earlier = _earlier(session, [entry.report_id for entry in entries])
    last = {} if row.month == 1 else _last(session, row.period.plus(-1), entries)
    files = _evidence(session, row)
    names = _milestone_names(session, entries)
    found: list[ReviewRow] = []
    for entry in entries:
        figures = as_counted = None
        if not entry.about.work and entry.about.id in lines:
            line, previous = lines[entry.about.id]
            figures = as_counted = figures_with(session, row, line, previous, now)
            if entry.counted != entry.number:
                figures = figures_with(session, row, line_saying(line, entry.said, row.period), previous, now)
        key = (entry.about.work, entry.about.id)
        found.append(
            ReviewRow(
                entry=entry,
                figures=figures,
                as_counted=None if as_counted is figures else as_counted,
                planned=None if figures is None else planned_in(figures, row.month),
                last=last.get(key),
                changes=changes_between(earlier.get(entry.report_id), entry.said, names),
                month_changes=changes_between(last.get(key), entry.said, names, _MONTHLY),
                evidence=files.get(key, 0),
            )
        )
    return found


def _earlier(session: Session, report_ids: Collection[int]) -> dict[int, Said]:
    """Return what the revision before the newest of each report says."""
    before = sa.and_(ReportRevision.report_id == Report.id, ReportRevision.number == Report.revisions - 1)
    rows = session.scalars(sa.select(ReportRevision).join(Report, before).where(Report.id.in_(report_ids)))
    return {revision.report_id: said_of(revision) for revision in rows}


def _last(session: Session, period: Period, entries: Sequence[QueueEntry]) -> dict[tuple[bool, int], Said]:
    """Return what the counted reports of a month say about the same lines and works."""
    lines = [entry.about.id for entry in entries if not entry.about.work]
    works = [entry.about.id for entry in entries if entry.about.work]
    rows = session.execute(
        sa.select(Report.key_project_id, Report.subproject_id, ReportRevision)
        .join(ReportRevision, COUNTED)
        .join(PeriodRow, PeriodRow.id == Report.period_id)
        .where(PeriodRow.year == period.year, PeriodRow.month == period.month)
        .where(sa.or_(Report.subproject_id.in_(lines), Report.key_project_id.in_(works)))
    )
    return {(work is not None, work or line or 0): said_of(told) for work, line, told in rows}


def _evidence(session: Session, row: PeriodRow) -> dict[tuple[bool, int], int]:
    rows = session.execute(
        sa.select(Evidence.key_project_id, Evidence.subproject_id, sa.func.count(Evidence.id))
        .where(Evidence.period_id == row.id, Evidence.removed_at.is_(None))
        .group_by(Evidence.key_project_id, Evidence.subproject_id)
    )
    return {(work is not None, work or line or 0): count for work, line, count in rows}


def _milestone_names(session: Session, entries: Sequence[QueueEntry]) -> dict[int, str]:
    lines = [entry.about.id for entry in entries if not entry.about.work]
    works = [entry.about.id for entry in entries if entry.about.work]
    rows = session.execute(
        sa.select(MilestoneRow.id, MilestoneRow.name).where(
            sa.or_(MilestoneRow.subproject_id.in_(lines), MilestoneRow.key_project_id.in_(works))
        )
    )
    return dict(rows.all())


def _next(session: Session, entry: QueueEntry) -> int | None:
    """Return the id of the report that waits after this one in its month, or of the first one there."""
    waiting = list(
        session.scalars(
            sa.select(Report.id)
            .join(PeriodRow, PeriodRow.id == Report.period_id)
            .where(PeriodRow.year == entry.period.year, PeriodRow.month == entry.period.month)
            .where(Report.state == ReportState.SUBMITTED, Report.id != entry.report_id)
            .order_by(Report.id)
        )
    )
    return next(
        (report_id for report_id in waiting if report_id > entry.report_id), next(iter(waiting), None)
    )
