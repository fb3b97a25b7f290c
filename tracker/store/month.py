"""Owns the query behind the figures: one year's rows in, `core.figures.Line` values out.

Four statements serve any number of lines; they fetch plain tuples, since ORM objects for ten thousand
lines of twelve months would cost more than the arithmetic.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.core.accumulation import Statement
from tracker.core.lines import Line, Milestone, OpenProblem
from tracker.core.periods import Period
from tracker.store.periods import Exemption, PeriodRow
from tracker.store.plans import MONTH_COLUMNS, PlanRevision
from tracker.store.problems import ProblemRow, ProblemState
from tracker.store.reports import Report, ReportRevision
from tracker.store.roster import (
    Front,
    KeyProject,
    MilestoneRow,
    Programme,
    Responsibility,
    Subproject,
    Unit,
    UnitKind,
)

#: What a line without a programme is grouped under.
NO_PROGRAMME = "未归入工程"
#: What a line without a district or lead is grouped under.
NO_DISTRICT = "未注明板块"
NO_LEAD = "未注明牵头单位"


@dataclass(slots=True)
class _Reported:
    """What the counted reports of one line say up to the period; starts are kept as stored texts."""

    statements: list[Statement] = field(default_factory=list)
    actual_start: str | None = None
    late: bool | None = None


def lines_of(session: Session, period: Period) -> list[Line]:
    """Return every line of the year as of the end of `period`, in the roster's order.

    Lines withdrawn before the period are left out. Without a plan in force a line has a plan of zero.
    """
    plans = _plans(session, period)
    reported = _reported(session, period)
    exempt = _exemptions(session, period)
    progress = _physical_progress(session, period)
    responsible = _responsible(session, period.year)
    milestones = _milestones(session, period)
    problems = _problems(session, period)
    starts = _PeriodTexts()
    nothing = _Reported()
    lines: list[Line] = []
    for row in _roster(session, period):
        (
            line_id, code, name, category, planned_start, total, before, key_project, programme, front, lead,
            lead_kind, district,
        ) = row  # fmt: skip
        told = reported.get(line_id, nothing)
        number, annual, months, original = plans.get(line_id, (0, 0, None, 0))
        lines.append(
            Line(
                id=line_id,
                code=code,
                name=name,
                front=front,
                programme=programme,
                key_project=key_project,
                category=category,
                lead=lead or NO_LEAD,
                lead_is_district=lead_kind is UnitKind.DISTRICT,
                district=district or NO_DISTRICT,
                responsible=responsible.get(line_id, ()),
                total_investment=total,
                completed_before_year=before,
                planned_start=planned_start,
                actual_start=starts.of(told.actual_start),
                annual_plan=annual,
                monthly_plan=months,
                original_annual_plan=original,
                plan_revision=number,
                statements=tuple(told.statements),
                submitted_late=told.late,
                exempt_reason=exempt.get(line_id, ""),
                physical_progress=progress.get(line_id, ""),
                milestones=milestones.get(line_id, ()),
                problems=problems.get(line_id, ()),
            )
        )
    return lines


class _PeriodTexts(dict[str, Period]):
    """Parses each month text once; a year has a dozen of them and ten thousand lines."""

    def __missing__(self, text: str) -> Period:
        self[text] = Period.parse(text)
        return self[text]

    def of(self, text: str | None) -> Period | None:
        return None if text is None else self[text]


def _roster(session: Session, period: Period) -> Iterable[Any]:
    lead, district = aliased(Unit), aliased(Unit)
    return session.execute(
        sa.select(
            Subproject.id,
            Subproject.code,
            Subproject.name,
            Subproject.category,
            Subproject.planned_start,
            Subproject.total_investment,
            Subproject.completed_before_year,
            KeyProject.name,
            Programme.name,
            Front.name,
            lead.name,
            lead.kind,
            district.name,
        )
        .join(KeyProject, KeyProject.id == Subproject.key_project_id)
        .join(Programme, Programme.id == KeyProject.programme_id)
        .join(Front, Front.id == Programme.front_id)
        .outerjoin(lead, lead.id == KeyProject.lead_id)
        .outerjoin(district, district.id == Subproject.district_id)
        .where(Subproject.year == period.year)
        .where(sa.or_(Subproject.withdrawn_after.is_(None), Subproject.withdrawn_after >= period))
        .order_by(Programme.position, KeyProject.position, Subproject.position, Subproject.id)
    )


def _plans(session: Session, period: Period) -> dict[int, tuple[int, int, tuple[int, ...] | None, int]]:
    """Return per line: revision in force, its annual plan and months, and the original annual plan."""
    found: dict[int, tuple[int, int, tuple[int, ...] | None, int]] = {}
    in_force = str(period)
    rows = session.execute(
        sa.select(
            PlanRevision.subproject_id,
            PlanRevision.number,
            sa.type_coerce(PlanRevision.effective_from, sa.String),
            PlanRevision.annual_plan,
            *(getattr(PlanRevision, column) for column in MONTH_COLUMNS),
        )
        .join(Subproject, Subproject.id == PlanRevision.subproject_id)
        .where(Subproject.year == period.year)
        .order_by(PlanRevision.subproject_id, PlanRevision.number)
    )
    for line_id, number, effective_from, annual, *months in rows:
        # The first revision is the original plan and holds from the start, whenever it was entered.
        if number == 1:
            found[line_id] = (1, annual, None if months[0] is None else tuple(months), annual)
        elif effective_from <= in_force:
            original = found[line_id][3]
            found[line_id] = (number, annual, None if months[0] is None else tuple(months), original)
    return found


def _reported(session: Session, period: Period) -> dict[int, _Reported]:
    found: dict[int, _Reported] = defaultdict(_Reported)
    rows = session.execute(
        sa.select(
            Report.subproject_id,
            PeriodRow.month,
            ReportRevision.month_completed,
            ReportRevision.ytd_completed,
            sa.type_coerce(ReportRevision.actual_start, sa.String),
            ReportRevision.late,
        )
        .select_from(PeriodRow)
        .join(Report, Report.period_id == PeriodRow.id)
        .join(
            ReportRevision,
            sa.and_(ReportRevision.report_id == Report.id, ReportRevision.number == Report.counted),
        )
        .where(PeriodRow.year == period.year, PeriodRow.month <= period.month)
        .where(Report.subproject_id.is_not(None))
        .order_by(PeriodRow.month)
    )
    this_month = period.month
    for line_id, month, amount, year_to_date, actual_start, late in rows:
        told = found[line_id or 0]
        told.statements.append((month, amount, year_to_date))
        if actual_start is not None:
            told.actual_start = actual_start
        if month == this_month:
            told.late = late
    return dict(found)


def _physical_progress(session: Session, period: Period) -> dict[int, str]:
    rows = session.execute(
        sa.select(Report.subproject_id, ReportRevision.physical_progress)
        .select_from(PeriodRow)
        .join(Report, Report.period_id == PeriodRow.id)
        .join(
            ReportRevision,
            sa.and_(ReportRevision.report_id == Report.id, ReportRevision.number == Report.counted),
        )
        .where(PeriodRow.year == period.year, PeriodRow.month == period.month)
        .where(Report.subproject_id.is_not(None), ReportRevision.physical_progress != "")
    )
    return {line_id: text for line_id, text in rows if line_id is not None}


def _exemptions(session: Session, period: Period) -> dict[int, str]:
    rows = session.execute(
        sa.select(Exemption.subproject_id, Exemption.reason)
        .join(PeriodRow, PeriodRow.id == Exemption.period_id)
        .where(PeriodRow.year == period.year, PeriodRow.month == period.month)
    )
    return {line_id: reason for line_id, reason in rows}


def _responsible(session: Session, year: int) -> dict[int, tuple[str, ...]]:
    rows = session.execute(
        sa.select(Responsibility.subproject_id, Unit.name)
        .join(Unit, Unit.id == Responsibility.unit_id)
        .join(Subproject, Subproject.id == Responsibility.subproject_id)
        .where(Subproject.year == year)
        .order_by(Responsibility.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for line_id, name in rows:
        if line_id is not None:
            found[line_id].append(name)
    return {line_id: tuple(names) for line_id, names in found.items()}


def _milestones(session: Session, period: Period) -> dict[int, tuple[Milestone, ...]]:
    rows = session.execute(
        sa.select(MilestoneRow.subproject_id, MilestoneRow.name, MilestoneRow.due_on, MilestoneRow.done_on)
        .join(Subproject, Subproject.id == MilestoneRow.subproject_id)
        .where(Subproject.year == period.year)
        .order_by(MilestoneRow.due_on, MilestoneRow.id)
    )
    found: dict[int, list[Milestone]] = defaultdict(list)
    for line_id, name, due_on, done_on in rows:
        if line_id is not None:
            found[line_id].append(Milestone(name, due_on, done_on))
    return {line_id: tuple(steps) for line_id, steps in found.items()}


def _problems(session: Session, period: Period) -> dict[int, tuple[OpenProblem, ...]]:
    rows = session.execute(
        sa.select(ProblemRow.subproject_id, ProblemRow.text, ProblemRow.deadline)
        .join(Subproject, Subproject.id == ProblemRow.subproject_id)
        .where(Subproject.year == period.year, ProblemRow.raised_in <= period)
        .where(
            sa.or_(
                ProblemRow.closed_out_in > period,
                sa.and_(ProblemRow.closed_out_in.is_(None), ProblemRow.state != ProblemState.CLOSED_OUT),
            )
        )
        .order_by(ProblemRow.id)
    )
    found: dict[int, list[OpenProblem]] = defaultdict(list)
    for line_id, text, deadline in rows:
        if line_id is not None:
            found[line_id].append(OpenProblem(text, deadline))
    return {line_id: tuple(problems) for line_id, problems in found.items()}
