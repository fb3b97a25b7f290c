"""Owns what a unit owes for a month: every line and work it reports, where each stands, and what is known of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.core.coverage import ReportStatus, report_status
from tracker.core.figures import LineFigures, PeriodState
from tracker.core.periods import Period
from tracker.core.progress import scheduled_twelfths
from tracker.core.said import Said
from tracker.services import periods
from tracker.services.live import live_figures
from tracker.services.periods import PeriodInfo
from tracker.services.reporting import Reporter, said_of
from tracker.services.state_changes import last_reasons
from tracker.services.visibility import ReportObject, reportable_lines, reportable_works, reporting_units
from tracker.store.periods import Exemption, PeriodRow, Reminder, Reopening
from tracker.store.problems import ProblemRow, ProblemState
from tracker.store.reports import COUNTED, NEWEST, Report, ReportDraft, ReportRevision, ReportState
from tracker.store.roster import KeyProject, MilestoneRow, Programme, Subproject, Unit


@dataclass(frozen=True, slots=True)
class MilestoneInfo:
    """A milestone as a report's form shows it; `done_on` None while it is not reached."""

    id: int
    name: str
    due_on: date
    done_on: date | None


@dataclass(frozen=True, slots=True)
class RevisionInfo:
    """The newest revision of a report: what it says, who handed it in, when and by which way.

    `cell` is where its amount stood in the workbook that it came from, such as "月报!F7"; "" without one.
    """

    number: int
    said: Said
    late: bool
    made_by: str
    made_at: datetime
    source: str
    cell: str
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DraftInfo:
    """What the person is typing; `based_on` is the revision that the typing began from."""

    typed: Mapping[str, str]
    based_on: int
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class OwedReport:
    """One report that a unit owes or may hand in; amounts in yuan, None where not known.

    `figures` are those of the month as known today, None for a work and where none were asked for. `planned` is the month's own plan.
    `last` is what the month before said. `returned` is the reason with which the newest revision came back.
    """

    about: ReportObject
    key_project: str
    programme: str
    lead: str
    district: str
    target: str
    status: ReportStatus
    exempt_reason: str
    state: ReportState | None
    counted: int | None
    newest: RevisionInfo | None
    draft: DraftInfo | None
    returned: str
    last: Said | None
    figures: LineFigures | None
    planned: int | None
    milestones: tuple[MilestoneInfo, ...]
    problems: tuple[str, ...]
    reopened: bool

    @property
    def number(self) -> int:
        """Return the number of the newest revision, 0 while there is none."""
        return 0 if self.newest is None else self.newest.number

    @property
    def outdated(self) -> bool:
        """Return whether somebody else handed in a report since the draft was begun."""
        return self.draft is not None and self.draft.based_on < self.number

    @property
    def done(self) -> bool:
        """Return whether the unit has nothing to do here: handed in and not returned, or not owed."""
        handed_in = self.state in (ReportState.SUBMITTED, ReportState.ACCEPTED)
        return handed_in or not self.status.due


@dataclass(frozen=True, slots=True)
class ReminderInfo:
    """A word from the office that reports are awaited."""

    text: str
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class MyMonth:
    """A unit's month: the period, what is owed for it, and what the office said."""

    info: PeriodInfo
    reports: tuple[OwedReport, ...]
    reminders: tuple[ReminderInfo, ...]

    @property
    def takes_reports(self) -> bool:
        """Return whether the unit can hand in reports without giving a reason."""
        return self.info.state is PeriodState.OPEN

    @property
    def waiting(self) -> tuple[OwedReport, ...]:
        """Return the reports that the unit still has to hand in or to mend."""
        return tuple(report for report in self.reports if not report.done)


def my_month(
    session: Session, reporter: Reporter, period: Period, now: datetime, *, figured: bool = True
) -> MyMonth:
    """Return everything that the reporter's units owe for `period`; raise NotFound without such a period.

    Without `figured` the figures are left out: they need the whole city's average, and saving needs no figure.
    """
    row = periods.find(session, period)
    reminders = session.scalars(
        sa.select(Reminder)
        .where(Reminder.period_id == row.id, Reminder.unit_id.in_(reporter.unit_ids))
        .order_by(Reminder.id.desc())
        .limit(5)
    )
    return MyMonth(
        periods.info_of(row),
        owed_reports(session, reporter, row, now, figured=figured),
        tuple(ReminderInfo(found.text, found.made_by, found.made_at) for found in reminders),
    )


def owed_report(
    session: Session,
    reporter: Reporter,
    row: PeriodRow,
    about: ReportObject,
    now: datetime,
    *,
    figured: bool = True,
) -> OwedReport:
    """Return one report of the units' own (see `visibility.own_object`)."""
    return owed_reports(session, reporter, row, now, about, figured=figured)[0]


def owed_reports(
    session: Session,
    reporter: Reporter,
    row: PeriodRow,
    now: datetime,
    about: ReportObject | None = None,
    *,
    figured: bool = True,
) -> tuple[OwedReport, ...]:
    """Return the reports of the reporter's units in the roster's order, works after lines; or the one `about`."""
    places = _places(session, reporter.unit_ids, row.year, about)
    lines = [place.about.id for place in places if not place.about.work]
    works = [place.about.id for place in places if place.about.work]
    figures = live_figures(session, row, lines, now) if lines and figured else {}
    facts = _Facts.gathered(session, reporter, row, lines, works, figures, now)
    reopened = {
        place.about
        for place in places
        if (place.about.work, place.about.id) in facts.reopened
        or (facts.reopened_units and facts.reopened_units & reporting_units(session, place.about))
    }
    return tuple(_report(place, facts, row, now, place.about in reopened) for place in places)


@dataclass(frozen=True, slots=True)
class _Place:
    about: ReportObject
    key_project: str
    programme: str
    lead: str
    district: str
    target: str


#: Whether it is a work, and its id.
_Key = tuple[bool, int]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of all lines and works at once, by whether it is a work and its id."""

    heads: dict[_Key, tuple[Report, ReportRevision]]
    drafts: dict[_Key, DraftInfo]
    last: dict[_Key, Said]
    returned: dict[int, str]
    exempt: dict[int, str]
    figures: dict[int, LineFigures]
    milestones: dict[_Key, tuple[MilestoneInfo, ...]]
    problems: dict[_Key, tuple[str, ...]]
    reopened: frozenset[_Key]
    reopened_units: frozenset[int]

    @classmethod
    def gathered(
        cls,
        session: Session,
        reporter: Reporter,
        row: PeriodRow,
        lines: Collection[int],
        works: Collection[int],
        figures: dict[int, LineFigures],
        now: datetime,
    ) -> _Facts:
        heads = _heads(session, row, lines, works)
        before = periods.row_of(session, row.period.plus(-1)) if row.month > 1 else None
        reopenings = session.scalars(
            sa.select(Reopening).where(
                Reopening.period_id == row.id, Reopening.ended_at.is_(None), Reopening.until > now
            )
        ).all()
        return cls(
            heads=heads,
            drafts=_drafts(session, reporter, row),
            last={} if before is None else _said_in(session, before, lines, works),
            returned=last_reasons(
                session, "report", ReportState.RETURNED, [head.id for head, _ in heads.values()]
            ),
            exempt=dict(
                session.execute(
                    sa.select(Exemption.subproject_id, Exemption.reason).where(Exemption.period_id == row.id)
                ).all()
            ),
            figures=figures,
            milestones=_milestones(session, lines, works),
            problems=_problems(session, lines, works),
            reopened=frozenset(
                (found.key_project_id is not None, found.key_project_id or found.subproject_id or 0)
                for found in reopenings
            ),
            reopened_units=frozenset(
                found.unit_id for found in reopenings if found.unit_id in reporter.unit_ids
            ),
        )


def _report(place: _Place, facts: _Facts, row: PeriodRow, now: datetime, reopened: bool) -> OwedReport:
    about = place.about
    at: _Key = (about.work, about.id)
    head, revision = facts.heads.get(at, (None, None))
    figures = None if about.work else facts.figures.get(about.id)
    exempt = "" if about.work else facts.exempt.get(about.id, "")
    counted = None if head is None else head.counted
    status = (
        figures.status
        if figures is not None
        else report_status(
            due=True,
            exempt=bool(exempt),
            reported=counted is not None,
            late=revision is not None and revision.late,
            deadline_passed=periods.info_of(row).deadline_passed(now),
        )
    )
    return OwedReport(
        about=about,
        key_project=place.key_project,
        programme=place.programme,
        lead=place.lead,
        district=place.district,
        target=place.target,
        status=status,
        exempt_reason=exempt,
        state=None if head is None else head.state,
        counted=counted,
        newest=None if revision is None else revision_info(revision),
        draft=facts.drafts.get(at),
        returned=(
            facts.returned.get(head.id, "") if head is not None and head.state is ReportState.RETURNED else ""
        ),
        last=facts.last.get(at),
        figures=figures,
        planned=None if figures is None else planned_in(figures, row.month),
        milestones=facts.milestones.get(at, ()),
        problems=facts.problems.get(at, ()),
        reopened=reopened,
    )


def revision_info(revision: ReportRevision) -> RevisionInfo:
    """Return the value of a revision's row."""
    return RevisionInfo(
        revision.number,
        said_of(revision),
        revision.late,
        revision.made_by,
        revision.made_at,
        revision.source,
        revision.cell or "",
        tuple(revision.doubts or ()),
    )


def planned_in(figures: LineFigures, month: int) -> int:
    """Return the month's own plan in yuan, under the plan in force; an equal share without a monthly plan."""
    line = figures.line
    return (
        scheduled_twelfths(line.annual_plan, line.monthly_plan, month)
        - scheduled_twelfths(line.annual_plan, line.monthly_plan, month - 1)
    ) // 12


def _places(
    session: Session, unit_ids: Collection[int], year: int, about: ReportObject | None
) -> list[_Place]:
    lead, district = aliased(Unit), aliased(Unit)
    lines = (
        sa.select(
            Subproject.id,
            Subproject.code,
            Subproject.name,
            KeyProject.name,
            Programme.name,
            lead.name,
            district.name,
        )
        .join(KeyProject, KeyProject.id == Subproject.key_project_id)
        .join(Programme, Programme.id == KeyProject.programme_id)
        .outerjoin(lead, lead.id == KeyProject.lead_id)
        .outerjoin(district, district.id == Subproject.district_id)
        .where(Subproject.id.in_(reportable_lines(unit_ids, year)))
        .order_by(Programme.position, KeyProject.position, Subproject.position, Subproject.id)
    )
    works = (
        sa.select(
            KeyProject.id, KeyProject.code, KeyProject.name, Programme.name, lead.name, KeyProject.target
        )
        .join(Programme, Programme.id == KeyProject.programme_id)
        .outerjoin(lead, lead.id == KeyProject.lead_id)
        .where(KeyProject.id.in_(reportable_works(unit_ids, year)))
        .order_by(Programme.position, KeyProject.position, KeyProject.id)
    )
    if about is not None:
        lines = lines.where(Subproject.id == (0 if about.work else about.id))
        works = works.where(KeyProject.id == (about.id if about.work else 0))
    return [
        _Place(
            ReportObject(False, line_id, year, code, name),
            project,
            programme,
            lead_name or "",
            place or "",
            "",
        )
        for line_id, code, name, project, programme, lead_name, place in session.execute(lines)
    ] + [
        _Place(ReportObject(True, work_id, year, code, name), name, programme, lead_name or "", "", target)
        for work_id, code, name, programme, lead_name, target in session.execute(works)
    ]


def _of(lines: Collection[int], works: Collection[int]) -> sa.ColumnElement[bool]:
    return sa.or_(Report.subproject_id.in_(lines), Report.key_project_id.in_(works))


def _key(subproject_id: int | None, key_project_id: int | None) -> _Key:
    return key_project_id is not None, key_project_id or subproject_id or 0


def _heads(
    session: Session, row: PeriodRow, lines: Collection[int], works: Collection[int]
) -> dict[_Key, tuple[Report, ReportRevision]]:
    rows = session.execute(
        sa.select(Report, ReportRevision)
        .join(ReportRevision, NEWEST)
        .where(Report.period_id == row.id, _of(lines, works))
    )
    return {_key(head.subproject_id, head.key_project_id): (head, told) for head, told in rows}


def _said_in(
    session: Session, row: PeriodRow, lines: Collection[int], works: Collection[int]
) -> dict[_Key, Said]:
    rows = session.execute(
        sa.select(Report, ReportRevision)
        .join(ReportRevision, COUNTED)
        .where(Report.period_id == row.id, _of(lines, works))
    )
    return {_key(head.subproject_id, head.key_project_id): said_of(told) for head, told in rows}


def _drafts(session: Session, reporter: Reporter, row: PeriodRow) -> dict[_Key, DraftInfo]:
    rows = session.scalars(
        sa.select(ReportDraft).where(
            ReportDraft.period_id == row.id, ReportDraft.account_id == reporter.account_id
        )
    )
    return {
        _key(draft.subproject_id, draft.key_project_id): DraftInfo(
            draft.typed, draft.based_on, draft.saved_at
        )
        for draft in rows
    }


def _milestones(
    session: Session, lines: Collection[int], works: Collection[int]
) -> dict[_Key, tuple[MilestoneInfo, ...]]:
    found: dict[_Key, list[MilestoneInfo]] = {}
    for step in session.scalars(
        sa.select(MilestoneRow)
        .where(sa.or_(MilestoneRow.subproject_id.in_(lines), MilestoneRow.key_project_id.in_(works)))
        .order_by(MilestoneRow.due_on, MilestoneRow.id)
    ):
        info = MilestoneInfo(step.id, step.name, step.due_on, step.done_on)
        found.setdefault(_key(step.subproject_id, step.key_project_id), []).append(info)
    return {at: tuple(steps) for at, steps in found.items()}


def _problems(
    session: Session, lines: Collection[int], works: Collection[int]
) -> dict[_Key, tuple[str, ...]]:
    found: dict[_Key, list[str]] = {}
    for problem in session.scalars(
        sa.select(ProblemRow)
        .where(sa.or_(ProblemRow.subproject_id.in_(lines), ProblemRow.key_project_id.in_(works)))
        .where(ProblemRow.state != ProblemState.CLOSED_OUT)
        .order_by(ProblemRow.id)
    ):
        found.setdefault(_key(problem.subproject_id, problem.key_project_id), []).append(problem.text)
    return {at: tuple(texts) for at, texts in found.items()}
