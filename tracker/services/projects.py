"""Owns the list of all lines of a month, and what stands beside it: works and preparatory lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.core.cohorts import Category, Cohort
from tracker.core.figures import LineFigures, MonthSummary, Sums, sums_of
from tracker.core.lights import Light
from tracker.core.periods import Period
from tracker.services.figures import figures_of
from tracker.services.narrowing import Narrowing
from tracker.store.roster import (
    KeyProject,
    Kind,
    MilestoneRow,
    Programme,
    Responsibility,
    Subproject,
    Unit,
)


class Sort(StrEnum):
    """What the list of lines can be sorted by; ROSTER is the order of the roster itself."""

    ROSTER = "roster"
    NAME = "name"
    LEAD = "lead"
    LIGHT = "light"
    PLAN = "plan"
    COMPLETED = "completed"
    PROGRESS = "progress"
    GAP = "gap"
    BEHIND = "behind"


@dataclass(frozen=True, slots=True)
class LineFilter:
    """What the list of lines is narrowed to and in which order; `text` is looked for in names and codes."""

    text: str = ""
    light: Light | None = None
    cohort: Cohort | None = None
    programme: str = ""
    lead: str = ""
    district: str = ""
    sort: Sort = Sort.ROSTER
    descending: bool = False
    narrowed: Narrowing = field(default_factory=Narrowing)

    def admits(self, figures: LineFigures, period: Period) -> bool:
        """Return whether the line is asked for in the list of `period`."""
        line = figures.line
        return (
            (self.light is None or figures.light is self.light)
            and (self.cohort is None or figures.cohort is self.cohort)
            and self.programme in ("", line.programme)
            and self.lead in ("", line.lead)
            and self.district in ("", line.district)
            and self.narrowed.admits(figures, period)
            and _says(self.text, line.name, line.code, line.key_project, line.lead, *line.responsible)
        )


@dataclass(frozen=True, slots=True)
class LineList:
    """The lines asked for and their sums; `total` counts those of the month, `leads` are the units to filter by."""

    summary: MonthSummary
    lines: tuple[LineFigures, ...]
    sums: Sums
    total: int
    leads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WorkEntry:
    """A key work (工作): no investment, but a lead, responsible units, a target and milestones."""

    code: str
    name: str
    programme: str
    lead: str
    responsible: tuple[str, ...]
    target: str
    milestones: int
    milestones_done: int


@dataclass(frozen=True, slots=True)
class PreparatoryEntry:
    """A preparatory line (预备): listed, but part of no figure."""

    year: int
    code: str
    name: str
    key_project: str
    lead: str
    district: str
    total_investment: int | None


def line_list(session: Session, period: Period, now: datetime, wanted: LineFilter) -> LineList:
    """Return the month's lines that pass `wanted`, in its order; undefined figures stand last."""
    figures = figures_of(session, period, now)
    lines = [line for line in figures.lines if wanted.admits(line, period)]
    if wanted.sort is not Sort.ROSTER:
        key = _KEYS[wanted.sort]
        known = [line for line in lines if key(line) is not None]
        known.sort(key=lambda line: key(line) or 0, reverse=wanted.descending)
        lines = known + [line for line in lines if key(line) is None]
    leads = tuple(sorted({line.line.lead for line in figures.lines}))
    return LineList(figures.summary, tuple(lines), sums_of(lines), len(figures.lines), leads)


def work_list(session: Session, year: int, text: str = "") -> tuple[WorkEntry, ...]:
    """Return the year's works in the roster's order, as far as `text` stands in them."""
    responsible: dict[int, list[str]] = defaultdict(list)
    for work_id, name in session.execute(
        sa.select(Responsibility.key_project_id, Unit.name)
        .join(Unit, Unit.id == Responsibility.unit_id)
        .join(KeyProject, KeyProject.id == Responsibility.key_project_id)
        .where(KeyProject.year == year)
        .order_by(Responsibility.id)
    ):
        responsible[work_id or 0].append(name)
    steps = {
        work_id: (count, done)
        for work_id, count, done in session.execute(
            sa.select(MilestoneRow.key_project_id, sa.func.count(), sa.func.count(MilestoneRow.done_on))
            .join(KeyProject, KeyProject.id == MilestoneRow.key_project_id)
            .where(KeyProject.year == year)
            .group_by(MilestoneRow.key_project_id)
        )
    }
    rows = session.execute(
        sa.select(KeyProject, Programme.name, Unit.name)
        .join(Programme, Programme.id == KeyProject.programme_id)
        .outerjoin(Unit, Unit.id == KeyProject.lead_id)
        .where(KeyProject.year == year, KeyProject.kind == Kind.WORK)
        .order_by(Programme.position, KeyProject.position, KeyProject.id)
    )
    entries = (
        WorkEntry(
            code=work.code,
            name=work.name,
            programme=programme,
            lead=lead or "",
            responsible=tuple(responsible[work.id]),
            target=work.target,
            milestones=steps.get(work.id, (0, 0))[0],
            milestones_done=steps.get(work.id, (0, 0))[1],
        )
        for work, programme, lead in rows
    )
    return tuple(
        entry for entry in entries if _says(text, entry.name, entry.code, entry.lead, *entry.responsible)
    )


def preparatory_list(session: Session, year: int, text: str = "") -> tuple[PreparatoryEntry, ...]:
    """Return the year's preparatory lines in the roster's order, as far as `text` stands in them."""
    lead, district = aliased(Unit), aliased(Unit)
    preparatory = sa.and_(Subproject.year == year, Subproject.category == Category.PREPARATORY)
    responsible: dict[int, list[str]] = defaultdict(list)
    for line_id, name in session.execute(
        sa.select(Subproject.id, Unit.name)
        .join(Responsibility, Responsibility.subproject_id == Subproject.id)
        .join(Unit, Unit.id == Responsibility.unit_id)
        .where(preparatory)
    ):
        responsible[line_id].append(name)
    rows = session.execute(
        sa.select(Subproject, KeyProject.name, lead.name, district.name)
        .join(KeyProject, KeyProject.id == Subproject.key_project_id)
        .outerjoin(lead, lead.id == KeyProject.lead_id)
        .outerjoin(district, district.id == Subproject.district_id)
        .where(preparatory)
        .order_by(KeyProject.position, Subproject.position, Subproject.id)
    )
    found: list[PreparatoryEntry] = []
    for line, key_project, lead_name, place in rows:
        entry = PreparatoryEntry(
            line.year, line.code, line.name, key_project, lead_name or "", place or "", line.total_investment
        )
        # The list cannot be narrowed to a district, so that words find it.
        around = (key_project, entry.lead, entry.district, *responsible[line.id])
        if _says(text, entry.name, entry.code, *around):
            found.append(entry)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class RosterSize:
    """How much a year's roster holds."""

    year: int
    lines: int
    works: int


def newest_roster(session: Session) -> RosterSize | None:
    """Return the size of the newest roster; None while none was imported."""
    year = session.scalar(sa.select(sa.func.max(KeyProject.year)))
    if year is None:
        return None
    lines = session.scalar(sa.select(sa.func.count(Subproject.id)).where(Subproject.year == year)) or 0
    works = session.scalar(
        sa.select(sa.func.count(KeyProject.id)).where(KeyProject.year == year, KeyProject.kind == Kind.WORK)
    )
    return RosterSize(year, lines, works or 0)


def _says(text: str, *places: str) -> bool:
    wanted = text.casefold()
    return not wanted or any(wanted in place.casefold() for place in places)


#: What each order looks at; names are compared as they are written, which groups equal beginnings.
_KEYS: dict[Sort, Callable[[LineFigures], int | str | None]] = {
    Sort.NAME: lambda figures: figures.line.name,
    Sort.LEAD: lambda figures: figures.line.lead,
    Sort.LIGHT: lambda figures: figures.light.severity,
    Sort.PLAN: lambda figures: figures.line.annual_plan,
    Sort.COMPLETED: lambda figures: figures.completed,
    Sort.PROGRESS: lambda figures: figures.progress,
    Sort.GAP: lambda figures: figures.vs_schedule,
    Sort.BEHIND: lambda figures: figures.behind,
}
