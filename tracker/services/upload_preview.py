"""Owns what handing in an uploaded workbook would change, before anything is written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from string import ascii_uppercase

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.errors import Problem
from tracker.core.periods import Period
from tracker.core.said import MILESTONE, Said
from tracker.intake.form_stamp import Stamp, read_stamp
from tracker.intake.milestone_days import read_milestone_days
from tracker.intake.reading import open_workbook
from tracker.intake.reports import read_reports
from tracker.intake.typed import read_typed, typed_of
from tracker.services import periods
from tracker.services.owed import OwedReport, owed_reports
from tracker.services.periods import PeriodInfo
from tracker.services.reported import reported_in
from tracker.services.reporting import Change, Entry, Prospect, Reporter, foresee, said_of
from tracker.services.upload_rows import Telling, ToldRow, told_in
from tracker.store.periods import PeriodRow
from tracker.store.reports import Report, ReportRevision

_MONEY = ("month_completed", "ytd_completed")


class Origin(StrEnum):
    """Whether a file is a form of this system, one whose stamp was changed, or a table of somebody's own."""

    FORM = "form"
    ALTERED = "altered"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class UploadRow:
    """A report that the file would change: where its row stands, and each field before and after.

    `drafted` names the fields in which the person's own draft says what the file does not; handing the row in
    ends the draft.
    """

    code: str
    name: str
    sheet: str
    row: int
    changes: tuple[Change, ...]
    prospect: Prospect
    entry: Entry
    problems: tuple[Problem, ...]
    drafted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Untouched:
    """A report that the file leaves as it is; `returned` is why the office sent it back, "" when it did not."""

    code: str
    name: str
    returned: str = ""


@dataclass(frozen=True, slots=True)
class UploadPreview:
    """What an upload would do. Only `changed` is handed in, and of `conflicts` what the person chooses.

    `problems` refuse the whole file; `conflicts` are rows that somebody else reported since the file was
    made, each with problems of its own. `blank` are the reports of the unit that the file says nothing
    about. `places` are the codes and names of what stands where, by sheet and row. `fingerprint` tells
    whether two previews show the same.
    """

    info: PeriodInfo
    file_name: str
    origin: Origin
    form_made_at: datetime | None
    changed: tuple[UploadRow, ...]
    conflicts: tuple[UploadRow, ...]
    unchanged: tuple[Untouched, ...]
    blank: tuple[Untouched, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    notes: tuple[str, ...]
    milestones: Mapping[str, str]
    places: Mapping[tuple[str, int], str]
    fingerprint: str

    def about(self, problem: Problem) -> str:
        """Return the name of what a problem's cell is about, "" where none is known."""
        return self.places.get((problem.sheet, _row_of(problem)), "")


def preview_of(
    session: Session,
    reporter: Reporter,
    period: Period,
    file_name: str,
    content: bytes,
    uploaded_at: datetime,
    now: datetime,
) -> UploadPreview:
    """Return what the workbook in `content` would change; raise Refused when it cannot be opened."""
    row = periods.find(session, period)
    workbook = open_workbook(file_name, content)
    stamp = read_stamp(workbook)
    reading = read_reports(workbook, period)
    own = {report.about.code: report for report in owed_reports(session, reporter, row, now)}
    matcher = reported_in(session, period.year)
    telling = told_in(matcher, reading, list(read_milestone_days(workbook)), own)
    seen = _Seen.gathered(session, row, own, stamp, uploaded_at)
    fresh = {code: told for code, told in telling.rows.items() if seen.says_anything(told, row)}
    entries = [
        Entry(code, told.typed, seen.based_on(told.report), told.found_at) for code, told in fresh.items()
    ]
    found = foresee(session, reporter, period, entries, now)
    rows = [
        _row(told, prospect, entry, period)
        for told, prospect, entry in zip(fresh.values(), found, entries, strict=True)
    ]
    changed = [row for row in rows if row.prospect.conflict is None and not fresh[row.code].broken]
    clean = [found for row in rows if row.prospect.conflict is None for found in row.problems]
    problems = _without_doubles(telling, clean)
    conflicts = tuple(row for row in rows if row.prospect.conflict is not None)
    return UploadPreview(
        info=periods.info_of(row),
        file_name=file_name,
        origin=seen.origin,
        form_made_at=None if stamp is None else stamp.made_at,
        changed=tuple(changed),
        conflicts=conflicts,
        unchanged=tuple(_untouched(told.report) for code, told in telling.rows.items() if code not in fresh),
        blank=tuple(_untouched(report) for code, report in own.items() if code not in telling.rows),
        problems=problems,
        warnings=tuple(telling.warnings),
        notes=reading.notes,
        milestones={
            f"{MILESTONE}{step.id}": step.name for report in own.values() for step in report.milestones
        },
        places={
            (at.sheet, at.row): f"{code} {told.report.about.name}"
            for code, told in telling.rows.items()
            for at in (told.place, *told.places.values())
        },
        fingerprint=_fingerprint([*changed, *conflicts], problems),
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the person saw when filling the file in: the revision of each report that the file began from."""

    origin: Origin
    stamp: Stamp | None
    revisions: Mapping[tuple[bool, int], Mapping[int, ReportRevision]]
    uploaded_at: datetime

    @classmethod
    def gathered(
        cls,
        session: Session,
        row: PeriodRow,
        own: Mapping[str, OwedReport],
        stamp: Stamp | None,
        uploaded_at: datetime,
    ) -> _Seen:
        lines = [report.about.id for report in own.values() if not report.about.work]
        works = [report.about.id for report in own.values() if report.about.work]
        found: dict[tuple[bool, int], dict[int, ReportRevision]] = {}
        for head, revision in session.execute(
            sa.select(Report, ReportRevision)
            .join(ReportRevision, ReportRevision.report_id == Report.id)
            .where(Report.period_id == row.id)
            .where(sa.or_(Report.subproject_id.in_(lines), Report.key_project_id.in_(works)))
        ):
            at = (head.key_project_id is not None, head.key_project_id or head.subproject_id or 0)
            found.setdefault(at, {})[revision.number] = revision
        intact = stamp is not None and stamp.intact
        origin = Origin.FORM if intact else Origin.FOREIGN if stamp is None else Origin.ALTERED
        return cls(origin, stamp if intact else None, found, uploaded_at)

    def based_on(self, report: OwedReport) -> int:
        """Return the revision that a row began from; a file that does not say was made at the latest when it came."""
        if self.stamp is not None:
            return self.stamp.revisions.get(report.about.code, 0)
        told = self._told(report)
        return max((number for number, found in told.items() if found.made_at <= self.uploaded_at), default=0)

    def says_anything(self, told: ToldRow, row: PeriodRow) -> bool:
        """Return whether a row says what neither stands there already nor was only left as the form had it."""
        said = _plain(read_typed(told.typed, row.period)[0])
        if told.broken:
            return True
        known = self._told(told.report)
        newest, begun = known.get(told.report.number), known.get(self.based_on(told.report))
        return all(revision is None or _plain(said_of(revision)) != said for revision in (newest, begun))

    def _told(self, report: OwedReport) -> Mapping[int, ReportRevision]:
        return self.revisions.get((report.about.work, report.about.id), {})


def _plain(said: Said) -> Said:
    """Return what is said without the reason of a correction, which alone changes nothing."""
    return replace(said, correction_reason="")


def _row(told: ToldRow, prospect: Prospect, entry: Entry, period: Period) -> UploadRow:
    before = {} if prospect.before is None else typed_of(prospect.before)
    after = typed_of(prospect.said)
    return UploadRow(
        code=prospect.code,
        name=prospect.name,
        sheet=told.place.sheet,
        row=told.place.row,
        changes=tuple(
            Change(name, before.get(name, ""), after.get(name, ""))
            for name in dict.fromkeys((*after, *before))
            if before.get(name, "") != after.get(name, "")
        ),
        prospect=prospect,
        entry=entry,
        # Where a cell could not be read, what is to be explained is not known yet.
        problems=tuple(
            told.problem(found)
            for found in prospect.problems
            if not (told.broken and found.field == "explanation")
        ),
        drafted=_drafted(told.report, after, period),
    )


def _drafted(report: OwedReport, after: Mapping[str, str], period: Period) -> tuple[str, ...]:
    """Return the fields of the person's draft whose words would be lost when `after` is handed in."""
    typed = {} if report.draft is None else report.draft.typed
    said, unread = read_typed(typed, period)
    # Amounts are the same however they were typed; what cannot be understood stays as it is.
    drafted = typed_of(said) | {finding.field: typed.get(finding.field, "") for finding in unread}
    return tuple(name for name, text in drafted.items() if text.strip() and after.get(name, "") != text)


def _untouched(report: OwedReport) -> Untouched:
    return Untouched(report.about.code, report.about.name, report.returned)


def _without_doubles(telling: Telling, found: list[Problem]) -> tuple[Problem, ...]:
    """Return the problems of reading and those of the rules; a cell that could not be read has no second one.

    Where an amount could not be read, none is missing.
    """
    unread = {(problem.sheet, problem.cell) for problem in telling.errors}
    amounts = {
        (row.place.sheet, row.place.cell(name))
        for row in telling.rows.values()
        if any((row.place.sheet, row.place.cell(money)) in unread for money in _MONEY if money in row.places)
        for name in _MONEY
    }
    kept = [problem for problem in found if (problem.sheet, problem.cell) not in unread | amounts]
    sheets = {problem.sheet: number for number, problem in enumerate((*telling.errors, *kept))}
    return tuple(sorted((*telling.errors, *kept), key=lambda one: (sheets[one.sheet], _row_of(one))))


def _row_of(problem: Problem) -> int:
    return int(problem.cell.lstrip(ascii_uppercase) or 0)


def _fingerprint(rows: list[UploadRow], problems: tuple[Problem, ...]) -> str:
    told = [
        [
            row.code,
            row.prospect.number,
            row.prospect.conflict is None,
            sorted(typed_of(row.prospect.said).items()),
        ]
        for row in rows
    ]
    whole = json.dumps([told, [problem.sentence() for problem in problems]], ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()
