"""Owns which units answer for a report that has not come: the responsible ones, else the lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.cohorts import Category
from tracker.store.roster import KeyProject, Kind, Responsibility, Subproject, Unit

#: Whether it is a work, and its id.
Key = tuple[bool, int]


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit; `id` None stands for a line whose roster names no unit."""

    id: int | None
    name: str


#: Answers for what has neither a responsible unit nor a lead.
NOBODY = UnitName(None, "未注明单位")


def owing_units(session: Session, year: int) -> Mapping[Key, tuple[UnitName, ...]]:
    """Return the units that owe the report of every line and work of the year, in the units' order.

    A line's responsible units owe it if it has any, else the lead of its key project; the lead may still
    hand it in (see `visibility.reportable_lines`). Works likewise.
    """
    units = {
        unit_id: UnitName(unit_id, name)
        for unit_id, name in session.execute(sa.select(Unit.id, Unit.name).order_by(Unit.position, Unit.id))
    }
    responsible: dict[Key, list[int]] = {}
    for line, work, unit_id in session.execute(
        sa.select(Responsibility.subproject_id, Responsibility.key_project_id, Responsibility.unit_id)
        .outerjoin(Subproject, Subproject.id == Responsibility.subproject_id)
        .outerjoin(KeyProject, KeyProject.id == Responsibility.key_project_id)
        .where(sa.func.coalesce(Subproject.year, KeyProject.year) == year)
        .order_by(Responsibility.id)
    ):
        responsible.setdefault((work is not None, work or line or 0), []).append(unit_id)
    lines = session.execute(
        sa.select(Subproject.id, KeyProject.lead_id)
        .join(KeyProject, KeyProject.id == Subproject.key_project_id)
        .where(Subproject.year == year, Subproject.category != Category.PREPARATORY)
    )
    works = session.execute(
        sa.select(KeyProject.id, KeyProject.lead_id).where(
            KeyProject.year == year, KeyProject.kind == Kind.WORK
        )
    )
    leads: list[tuple[Key, int | None]] = [((False, line), lead) for line, lead in lines]
    leads += [((True, work), lead) for work, lead in works]
    return {
        key: _named(responsible.get(key) or ([] if lead is None else [lead]), units) for key, lead in leads
    }


def _named(ids: Iterable[int], units: Mapping[int, UnitName]) -> tuple[UnitName, ...]:
    return tuple(units[unit_id] for unit_id in ids) or (NOBODY,)
