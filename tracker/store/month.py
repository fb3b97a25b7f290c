"""Owns the query behind the figures: one year's rows in, `core.lines.Line` values out.

A fixed number of statements serves any number of lines. They are put together once and fetch plain tuples:
building statements would cost a small roster more than running them, and making ORM objects a large one
more than all arithmetic.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.core.accumulation import Statement
from tracker.core.cohorts import Category
from tracker.core.lines import Line, Milestone, OpenProblem
from tracker.core.periods import Period
from tracker.store.bulk import rows_of
from tracker.store.periods import Exemption, PeriodRow
from tracker.store.plans import MONTH_COLUMNS, PlanRevision
from tracker.store.problems import ProblemRow, ProblemState
from tracker.store.reports import COUNTED, Report, ReportRevision
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


_YEAR: sa.BindParameter[Any] = sa.bindparam("year")
_MONTH: sa.BindParameter[Any] = sa.bindparam("month")
_PERIOD: sa.BindParameter[Any] = sa.bindparam("period")
_lead, _district = aliased(Unit), aliased(Unit)

_ROSTER = (
    sa.select(
        Subproject.id,
        Subproject.code,
        Subproject.name,
        sa.type_coerce(Subproject.category, sa.String),
        sa.type_coerce(Subproject.planned_start, sa.String),
        Subproject.total_investment,
        Subproject.completed_before_year,
        KeyProject.name,
        Programme.name,
        Front.name,
        _lead.name,
        sa.type_coerce(_lead.kind, sa.String),
        _district.name,
    )
    .join(KeyProject, KeyProject.id == Subproject.key_project_id)
    .join(Programme, Programme.id == KeyProject.programme_id)
    .join(Front, Front.id == Programme.front_id)
    .outerjoin(_lead, _lead.id == KeyProject.lead_id)
    .outerjoin(_district, _district.id == Subproject.district_id)
    .where(Subproject.year == _YEAR)
    .where(sa.or_(Subproject.withdrawn_after.is_(None), Subproject.withdrawn_after >= _PERIOD))
    .order_by(Programme.position, KeyProject.position, Subproject.position, Subproject.id)
)
_PLANS = (
    sa.select(
        PlanRevision.subproject_id,
        PlanRevision.number,
        sa.type_coerce(PlanRevision.effective_from, sa.String),
        PlanRevision.annual_plan,
        *(getattr(PlanRevision, column) for column in MONTH_COLUMNS),
    )
    .join(Subproject, Subproject.id == PlanRevision.subproject_id)
    .where(Subproject.year == _YEAR)
    .order_by(PlanRevision.subproject_id, PlanRevision.number)
)
_REPORTED = (
    sa.select(
        Report.subproject_id,
        PeriodRow.month,
        ReportRevision.month_completed,
        ReportRevision.ytd_completed,
        sa.type_coerce(ReportRevision.actual_start, sa.String),
    )
    .select_from(PeriodRow)
    .join(Report, Report.period_id == PeriodRow.id)
    .join(ReportRevision, COUNTED)
    .where(PeriodRow.year == _YEAR, PeriodRow.month <= _MONTH, Report.subproject_id.is_not(None))
    .order_by(PeriodRow.month)
)
_THIS_MONTH = (
    sa.select(Report.subproject_id, ReportRevision.late, ReportRevision.physical_progress)
    .select_from(PeriodRow)
    .join(Report, Report.period_id == PeriodRow.id)
    .join(ReportRevision, COUNTED)
    .where(PeriodRow.year == _YEAR, PeriodRow.month == _MONTH, Report.subproject_id.is_not(None))
)
_EXEMPTIONS = (
    sa.select(Exemption.subproject_id, Exemption.reason)
    .join(PeriodRow, PeriodRow.id == Exemption.period_id)
    .where(PeriodRow.year == _YEAR, PeriodRow.month == _MONTH)
)
_RESPONSIBLE = (
    sa.select(Responsibility.subproject_id, Unit.name)
    .join(Unit, Unit.id == Responsibility.unit_id)
    .join(Subproject, Subproject.id == Responsibility.subproject_id)
    .where(Subproject.year == _YEAR)
    .order_by(Responsibility.id)
)
_MILESTONES = (
    sa.select(MilestoneRow.subproject_id, MilestoneRow.name, MilestoneRow.due_on, MilestoneRow.done_on)
    .join(Subproject, Subproject.id == MilestoneRow.subproject_id)
    .where(Subproject.year == _YEAR)
    .order_by(MilestoneRow.due_on, MilestoneRow.id)
)
_PROBLEMS = (
    sa.select(ProblemRow.subproject_id, ProblemRow.text, ProblemRow.deadline)
    .join(Subproject, Subproject.id == ProblemRow.subproject_id)
    .where(Subproject.year == _YEAR, ProblemRow.raised_in <= _PERIOD)
    .where(
        sa.or_(
            ProblemRow.closed_out_in > _PERIOD,
            sa.and_(ProblemRow.closed_out_in.is_(None), ProblemRow.state != ProblemState.CLOSED_OUT),
        )
    )
    .order_by(ProblemRow.id)
)


@dataclass(slots=True)
class _Reported:
    """What the counted reports of one line say up to the period; the start is kept as the text stored."""

    statements: list[Statement] = field(default_factory=list)
    actual_start: str | None = None


#: The column by which each statement tells the lines apart.
_LINE_ID: dict[sa.Select[*tuple[Any, ...]], Any] = {
    _ROSTER: Subproject.id,
    _PLANS: PlanRevision.subproject_id,
    _REPORTED: Report.subproject_id,
    _THIS_MONTH: Report.subproject_id,
    _EXEMPTIONS: Exemption.subproject_id,
    _RESPONSIBLE: Responsibility.subproject_id,
    _MILESTONES: MilestoneRow.subproject_id,
    _PROBLEMS: ProblemRow.subproject_id,
}


def lines_of(session: Session, period: Period, only: Collection[int] | None = None) -> list[Line]:
    """Return every line of the year as of the end of `period`, in the roster's order; or `only` those ids.

    Lines withdrawn before the period are left out. Without a plan in force a line has a plan of zero.
    """

    def rows(statement: sa.Select[*tuple[Any, ...]]) -> Iterable[Any]:
        wanted = statement if only is None else statement.where(_LINE_ID[statement].in_(only))
        told = {"year": period.year, "month": period.month, "period": period}
        return rows_of(session, wanted, told)

    plans = _plans(rows(_PLANS), period)
    reported = _reported(rows(_REPORTED))
    this_month = {line_id: (late, text) for line_id, late, text in rows(_THIS_MONTH)}
    exempt = dict(rows(_EXEMPTIONS))
    responsible = _grouped((line_id, name) for line_id, name in rows(_RESPONSIBLE))
    milestones = _grouped((line_id, Milestone(*step)) for line_id, *step in rows(_MILESTONES))
    problems = _grouped((line_id, OpenProblem(*told)) for line_id, *told in rows(_PROBLEMS))
    months = _PeriodTexts()
    nothing = _Reported()
    lines: list[Line] = []
    for row in rows(_ROSTER):
        (
            line_id, code, name, category, planned_start, total, before, key_project, programme, front, lead,
            lead_kind, district,
        ) = row  # fmt: skip
        told = reported.get(line_id, nothing)
        late, progress = this_month.get(line_id, (None, ""))
        number, annual, monthly, original = plans.get(line_id, (0, 0, None, 0))
        lines.append(
            Line(
                id=line_id,
                code=code,
                name=name,
                front=front,
                programme=programme,
                key_project=key_project,
                category=_CATEGORIES[category],
                lead=lead or NO_LEAD,
                lead_is_district=lead_kind == UnitKind.DISTRICT,
                district=district or NO_DISTRICT,
                responsible=responsible.get(line_id, ()),
                total_investment=total,
                completed_before_year=before,
                planned_start=months[planned_start],
                actual_start=months[told.actual_start],
                annual_plan=annual,
                monthly_plan=monthly,
                original_annual_plan=original,
                plan_revision=number,
                statements=tuple(told.statements),
                submitted_late=late,
                exempt_reason=exempt.get(line_id, ""),
                physical_progress=progress,
                milestones=milestones.get(line_id, ()),
                problems=problems.get(line_id, ()),
            )
        )
    return lines


_CATEGORIES = {category.value: category for category in Category}


class _PeriodTexts(dict[str | None, Period | None]):
    """Parses each month text once; a year has a dozen of them and ten thousand lines."""

    def __missing__(self, text: str | None) -> Period | None:
        self[text] = None if text is None else Period.parse(text)
        return self[text]


def _grouped(pairs: Iterable[tuple[int, Any]]) -> dict[int, tuple[Any, ...]]:
    """Return what belongs to each line, in the order of the pairs."""
    found: dict[int, list[Any]] = defaultdict(list)
    for line_id, member in pairs:
        found[line_id].append(member)
    return {line_id: tuple(members) for line_id, members in found.items()}


def _plans(rows: Iterable[Any], period: Period) -> dict[int, tuple[int, int, tuple[int, ...] | None, int]]:
    """Return per line: revision in force, its annual plan and months, and the original annual plan."""
    found: dict[int, tuple[int, int, tuple[int, ...] | None, int]] = {}
    in_force = str(period)
    for line_id, number, effective_from, annual, *months in rows:
        # The first revision is the original plan and holds from the start, whenever it was entered.
        if number == 1:
            found[line_id] = (1, annual, None if months[0] is None else tuple(months), annual)
        elif effective_from <= in_force:
            original = found[line_id][3]
            found[line_id] = (number, annual, None if months[0] is None else tuple(months), original)
    return found


def _reported(rows: Iterable[Any]) -> dict[int, _Reported]:
    found: dict[int, _Reported] = defaultdict(_Reported)
    for line_id, month, amount, year_to_date, actual_start in rows:
        told = found[line_id]
        told.statements.append((month, amount, year_to_date))
        if actual_start is not None:
            told.actual_start = actual_start
    return found
