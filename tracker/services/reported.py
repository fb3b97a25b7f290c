"""Owns finding what a row of a month's reports is about: a line or a work of the roster, by code or by name."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.cohorts import Category
from tracker.core.errors import Problem, Severity
from tracker.core.money import wan_grouped
from tracker.intake.matching import Matcher
from tracker.intake.reports import ReportRow
from tracker.intake.texts import key
from tracker.store.bulk import rows_of
from tracker.store.plans import PlanRevision
from tracker.store.roster import KeyProject, Kind, Subproject

_CATEGORIES = {category.value: category for category in Category}
_YEAR: sa.BindParameter[int] = sa.bindparam("year")
# What is known is read as plain rows, by statements put together once: see tracker/store/month.py.
_PLANS = (
    sa.select(PlanRevision.subproject_id, PlanRevision.annual_plan)
    .join(Subproject, Subproject.id == PlanRevision.subproject_id)
    .where(Subproject.year == _YEAR)
    .order_by(PlanRevision.number)
)
_LINES = (
    sa.select(
        Subproject.id,
        Subproject.code,
        Subproject.name,
        sa.type_coerce(Subproject.category, sa.String),
        KeyProject.name,
    )
    .join(KeyProject, KeyProject.id == Subproject.key_project_id)
    .where(Subproject.year == _YEAR)
)
_WORKS = sa.select(KeyProject.id, KeyProject.code, KeyProject.name).where(
    KeyProject.year == _YEAR, KeyProject.kind == Kind.WORK
)


@dataclass(frozen=True, slots=True)
class Reported:
    """What a row reports on: a subproject, or a work. `annual_plan` in yuan, None for a work."""

    work: bool
    id: int
    code: str
    name: str
    key_project: str
    category: Category | None
    annual_plan: int | None


def reported_in(session: Session, year: int) -> Matcher[Reported]:
    """Return what finds the lines and works of a year's roster."""
    told = {"year": year}
    plans = dict(rows_of(session, _PLANS, told))
    found = [
        Reported(False, line_id, code, name, project, _CATEGORIES[category], plans.get(line_id))
        for line_id, code, name, category, project in rows_of(session, _LINES, told)
    ]
    found += [
        Reported(True, work_id, code, name, name, None, None)
        for work_id, code, name in rows_of(session, _WORKS, told)
    ]
    return Matcher(((item.name, item) for item in found), {item.code: item for item in found})


def matched(matcher: Matcher[Reported], draft: ReportRow) -> tuple[Reported | None, Problem | None]:
    """Return what the row reports on, and a problem: an error where nothing was found, else a warning."""
    at = draft.position
    found = matcher.by_code(draft.code)
    if found is not None:
        if not draft.name or found in matcher.by_name(draft.name):
            return found, None
        what = f"编码 {found.code} 是“{found.name}”，文件中写的是“{draft.name}”，按编码计入"
        return found, at.problem("name", what, "请核对名称", severity=Severity.WARNING)
    named = matcher.by_name(draft.name)
    if len(named) > 1 and draft.key_project:
        named = tuple(item for item in named if key(item.key_project) == key(draft.key_project))
    if len(named) == 1:
        return named[0], None
    if named:
        codes = "、".join(item.code for item in named)
        what = f"有 {len(named)} 个项目都叫“{draft.name}”（{codes}）"
        return None, at.problem("name", what, "请填写编码", read=draft.name)
    if draft.name:
        return None, at.problem("name", *matcher.unknown(draft.name), read=draft.name)
    return None, at.problem("code", "名册里没有这个编码", "请填写名册里的编码或名称", read=draft.code)


def plan_warning(draft: ReportRow, name: str, annual_plan: int | None) -> Problem | None:
    """Return a warning for an annual plan in the file that is not the roster's; both in yuan."""
    if draft.annual_plan is None or draft.annual_plan == annual_plan:
        return None
    what = (
        f"“{name}”年度计划投资 {wan_grouped(draft.annual_plan)} 万元，"
        f"名册为 {wan_grouped(annual_plan or 0)} 万元，以名册为准"
    )
    return draft.position.problem(
        "annual_plan", what, "计划确有调整的，请按计划调整办理", severity=Severity.WARNING
    )
