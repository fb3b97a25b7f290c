"""Owns the office's queue: the reports that wait for its word, suspicious ones first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.core.accumulation import accumulate
from tracker.core.figures import PeriodState
from tracker.core.periods import Period
from tracker.core.said import Said
from tracker.services import periods
from tracker.services.looking import line_saying
from tracker.services.owing import owing_units
from tracker.services.reporting import said_of
from tracker.services.state_changes import last_reasons
from tracker.services.visibility import ReportObject
from tracker.store.month import lines_of
from tracker.store.periods import PeriodRow
from tracker.store.reports import NEWEST, Report, ReportRevision, ReportState
from tracker.store.roster import KeyProject, Programme, Subproject, Unit


class Only(StrEnum):
    """What the queue can be narrowed to."""

    DOUBTS = "doubts"
    LATE = "late"
    MENDED = "mended"
    CLEAN = "clean"


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What the queue is narrowed to; `unit` is a lead or a unit that owes the report."""

    unit: str = ""
    programme: str = ""
    only: Only | None = None

    def admits(self, entry: QueueEntry) -> bool:
        """Return whether the report is asked for."""
        return (
            self.unit in ("", entry.lead, *entry.units)
            and self.programme in ("", entry.programme)
            and {
                None: True,
                Only.DOUBTS: entry.suspicious,
                Only.LATE: entry.late,
                Only.MENDED: entry.mended,
                Only.CLEAN: not entry.suspicious,
            }[self.only]
        )


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """The newest revision of a report, and what it is about; amounts in yuan, None where not known.

    `units` owe the report. `amount` is what enters with this month and `last_amount` what entered with the
    month before. `closed` says that the month is closed: the revision is a correction. `returned` is the
    reason of the last return, "" when there was none.
    """

    report_id: int
    period: Period
    closed: bool
    about: ReportObject
    key_project: str
    programme: str
    lead: str
    units: tuple[str, ...]
    state: ReportState
    number: int
    counted: int | None
    settled: int | None
    said: Said
    late: bool
    doubts: tuple[str, ...]
    made_by: str
    made_at: datetime
    source: str
    returned: str
    amount: int | None = None
    last_amount: int | None = None

    @property
    def suspicious(self) -> bool:
        """Return whether the checks wanted an explanation for something in it."""
        return bool(self.doubts)

    @property
    def correction(self) -> bool:
        """Return whether it corrects what a closed month was settled with, or comes after its closing."""
        return self.closed and (self.settled or 0) < self.number

    @property
    def mended(self) -> bool:
        """Return whether it was handed in again after it came back."""
        return bool(self.returned) and self.state is ReportState.SUBMITTED

    @property
    def waiting(self) -> bool:
        """Return whether the office has still to say its word."""
        return self.state is ReportState.SUBMITTED

    @property
    def change(self) -> int | None:
        """Return by how much the month differs from the one before, None while one of them is not known."""
        if self.amount is None or self.last_amount is None:
            return None
        return self.amount - self.last_amount


@dataclass(frozen=True, slots=True)
class ReviewQueue:
    """What waits: `entries` as filtered and in order; `total` all of the month, `units` to filter by.

    `counts` says how many there are per filter.
    """

    entries: tuple[QueueEntry, ...]
    total: int
    counts: Mapping[Only, int]
    units: tuple[str, ...]
    programmes: tuple[str, ...]


def review_queue(session: Session, period: Period, wanted: QueueFilter) -> ReviewQueue:
    """Return the submitted reports of a month, suspicious first, then late ones, then the largest changes.

    A correction of a closed month waits in its month. Raise NotFound without such a period.
    """
    row = periods.find(session, period)
    return _queue(entries_of(session, Report.period_id == row.id), wanted)


def waiting_corrections(session: Session, wanted: QueueFilter) -> ReviewQueue:
    """Return the corrections of all closed months that wait for the office, in the order of the queue."""
    found = entries_of(session, PeriodRow.state == PeriodState.CLOSED)
    return _queue([entry for entry in found if entry.correction], wanted)


def entries_of(
    session: Session, of: sa.ColumnElement[bool], *, waiting: bool = True
) -> tuple[QueueEntry, ...]:
    """Return the reports of which the condition holds, only those that wait unless told otherwise."""
    lead = aliased(Unit)
    statement = (
        sa.select(Report, ReportRevision, PeriodRow, Subproject, KeyProject, Programme.name, lead.name)
        .join(ReportRevision, NEWEST)
        .join(PeriodRow, PeriodRow.id == Report.period_id)
        .outerjoin(Subproject, Subproject.id == Report.subproject_id)
        .join(KeyProject, KeyProject.id == sa.func.coalesce(Report.key_project_id, Subproject.key_project_id))
        .join(Programme, Programme.id == KeyProject.programme_id)
        .outerjoin(lead, lead.id == KeyProject.lead_id)
        .where(of)
        .order_by(PeriodRow.year, PeriodRow.month, Report.id)
    )
    if waiting:
        statement = statement.where(Report.state == ReportState.SUBMITTED)
    rows = session.execute(statement).all()
    ids = sa.select(Report.id).join(PeriodRow, PeriodRow.id == Report.period_id).where(of)
    returned = last_reasons(session, "report", ReportState.RETURNED, ids)
    owing = {year: owing_units(session, year) for year in {row[2].year for row in rows}}
    found = [
        QueueEntry(
            report_id=head.id,
            period=month.period,
            closed=month.state is PeriodState.CLOSED,
            about=(about := _about(line, project)),
            key_project=project.name,
            programme=programme,
            lead=lead_name or "",
            units=tuple(unit.name for unit in owing[month.year].get((about.work, about.id), ())),
            state=head.state,
            number=head.revisions,
            counted=head.counted,
            settled=head.settled,
            said=said_of(revision),
            late=revision.late,
            doubts=tuple(revision.doubts or ()),
            made_by=revision.made_by,
            made_at=revision.made_at,
            source=revision.source,
            returned=returned.get(head.id, ""),
        )
        for head, revision, month, line, project, programme, lead_name in rows
    ]
    return _with_amounts(session, found)


def _queue(entries: Sequence[QueueEntry], wanted: QueueFilter) -> ReviewQueue:
    admitted = [entry for entry in entries if wanted.admits(entry)]
    counts = {only: sum(QueueFilter(only=only).admits(entry) for entry in entries) for only in Only}
    units = {name for entry in entries for name in (entry.lead, *entry.units) if name}
    return ReviewQueue(
        entries=tuple(sorted(admitted, key=_order)),
        total=len(entries),
        counts=counts,
        units=tuple(sorted(units)),
        programmes=tuple(dict.fromkeys(entry.programme for entry in entries)),
    )


def _order(entry: QueueEntry) -> tuple[bool, bool, int, Period, str]:
    return (not entry.suspicious, not entry.late, -abs(entry.change or 0), entry.period, entry.about.code)


def _about(line: Subproject | None, project: KeyProject) -> ReportObject:
    if line is None:
        return ReportObject(True, project.id, project.year, project.code, project.name)
    return ReportObject(False, line.id, line.year, line.code, line.name)


def _with_amounts(session: Session, entries: Iterable[QueueEntry]) -> tuple[QueueEntry, ...]:
    """Return the entries with what enters with their month and what entered with the one before."""
    found = list(entries)
    amounts: dict[int, tuple[int | None, int | None]] = {}
    for period in dict.fromkeys(entry.period for entry in found):
        told = {entry.about.id: entry for entry in found if entry.period == period and not entry.about.work}
        for line in lines_of(session, period, only=told) if told else ():
            entry = told[line.id]
            year = accumulate(line_saying(line, entry.said, period).statements)
            amounts[entry.report_id] = (
                year.amounts[period.month - 1],
                year.amounts[period.month - 2] if period.month > 1 else None,
            )
    return tuple(
        entry
        if (known := amounts.get(entry.report_id)) is None
        else replace(entry, amount=known[0], last_amount=known[1])
        for entry in found
    )
