"""Owns what a unit reports, the lines and works that it leads or is responsible for, and which problems concern it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.cohorts import Category
from tracker.core.errors import NotFound
from tracker.store.problems import ProblemRow
from tracker.store.roster import KeyProject, Kind, Responsibility, Subproject


@dataclass(frozen=True, slots=True)
class ReportObject:
    """What a report is about: a subproject, or a work."""

    work: bool
    id: int
    year: int
    code: str
    name: str

    @property
    def line_id(self) -> int | None:
        """Return the subproject's id, None for a work."""
        return None if self.work else self.id

    @property
    def work_id(self) -> int | None:
        """Return the work's id, None for a subproject."""
        return self.id if self.work else None


def reportable_lines(unit_ids: Collection[int], year: int) -> sa.Select[int]:
    """Return the ids of the lines that the units report; preparatory lines are not reported."""
    responsible = sa.select(Responsibility.subproject_id).where(
        Responsibility.unit_id.in_(unit_ids), Responsibility.subproject_id.is_not(None)
    )
    return (
        sa.select(Subproject.id)
        .join(KeyProject, KeyProject.id == Subproject.key_project_id)
        .where(Subproject.year == year, Subproject.category != Category.PREPARATORY)
        .where(sa.or_(KeyProject.lead_id.in_(unit_ids), Subproject.id.in_(responsible)))
    )


def reportable_works(unit_ids: Collection[int], year: int) -> sa.Select[int]:
    """Return the ids of the works that the units report."""
    responsible = sa.select(Responsibility.key_project_id).where(
        Responsibility.unit_id.in_(unit_ids), Responsibility.key_project_id.is_not(None)
    )
    return (
        sa.select(KeyProject.id)
        .where(KeyProject.year == year, KeyProject.kind == Kind.WORK)
        .where(sa.or_(KeyProject.lead_id.in_(unit_ids), KeyProject.id.in_(responsible)))
    )


def object_of(session: Session, year: int, code: str) -> ReportObject:
    """Return the line or work with this code, whoever reports it; raise NotFound when there is none."""
    if not code.isprintable():
        # No code has control signs, and PostgreSQL takes no null character even to look for one.
        raise NotFound("项目或工作", str(year))
    line = session.execute(
        sa.select(Subproject.id, Subproject.name).where(
            Subproject.year == year,
            Subproject.code == code,
            Subproject.category != Category.PREPARATORY,
        )
    ).first()
    if line is not None:
        return ReportObject(False, line[0], year, code, line[1])
    work = session.execute(
        sa.select(KeyProject.id, KeyProject.name).where(
            KeyProject.year == year, KeyProject.code == code, KeyProject.kind == Kind.WORK
        )
    ).first()
    if work is None:
        raise NotFound("项目或工作", f"{year} {code}")
    return ReportObject(True, work[0], year, code, work[1])


def own_object(session: Session, unit_ids: Collection[int], year: int, code: str) -> ReportObject:
    """Return the units' line or work with this code; another unit's is not found (deny by default)."""
    found = object_of(session, year, code)
    if not is_own(session, unit_ids, found):
        raise NotFound("本单位填报的项目或工作", f"{year} {code}")
    return found


def reporting_units(session: Session, about: ReportObject) -> frozenset[int]:
    """Return the units that report this line or work: the one that leads it, and those responsible for it."""
    project = (
        sa.select(Subproject.key_project_id).where(Subproject.id == about.id).scalar_subquery()
        if not about.work
        else about.id
    )
    lead = session.scalar(sa.select(KeyProject.lead_id).where(KeyProject.id == project))
    responsible = responsible_units(session, about.work, about.id)
    return responsible if lead is None else responsible | {lead}


def responsible_units(session: Session, work: bool, object_id: int) -> frozenset[int]:
    """Return the units that are responsible for this line or work beside the one that leads it."""
    mine = Responsibility.key_project_id == object_id if work else Responsibility.subproject_id == object_id
    return frozenset(session.scalars(sa.select(Responsibility.unit_id).where(mine)))


def units_of_problem(
    row: ProblemRow, helpers: Iterable[int], reporting: Iterable[int | None]
) -> frozenset[int]:
    """Return the units that a problem concerns: who raised it, handles it, helps, or reports its line or work."""
    concerned = (row.unit_id, row.handler_id, *helpers, *reporting)
    return frozenset(unit_id for unit_id in concerned if unit_id is not None)


def is_own(session: Session, unit_ids: Collection[int], found: ReportObject) -> bool:
    """Return whether the units report this line or work."""
    if found.work:
        own = reportable_works(unit_ids, found.year).where(KeyProject.id == found.id)
    else:
        own = reportable_lines(unit_ids, found.year).where(Subproject.id == found.id)
    return session.scalar(own) is not None
