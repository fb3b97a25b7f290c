"""Owns in which list of which year the lines of a key project or of a unit that was found stand."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.cohorts import Category
from tracker.services.finding import Group, Hit
from tracker.services.office import own_front
from tracker.store.roster import Front, KeyProject, Kind, Programme, Responsibility, Subproject


class Listed(StrEnum):
    """What the list of projects can show."""

    LINES = "lines"
    WORKS = "works"
    PREPARATORY = "preparatory"


@dataclass(frozen=True, slots=True)
class FoundList:
    """A list of `year`; `placed` where it is to be narrowed to a district's lines instead of by words."""

    kind: Listed
    year: int
    placed: bool = False


#: Which of a year's lists is opened, where several hold something: the later one.
_ORDER = (Listed.PREPARATORY, Listed.WORKS, Listed.LINES)
_LINES = (
    sa.select(Subproject.year, Subproject.category, Front.name)
    .join(KeyProject, KeyProject.id == Subproject.key_project_id)
    .join(Programme, Programme.id == KeyProject.programme_id)
    .join(Front, Front.id == Programme.front_id)
    .distinct()
)
_WORKS = sa.select(KeyProject.year).where(KeyProject.kind == Kind.WORK).distinct()


def lists_of(
    session: Session, hits: Iterable[Hit], years: Collection[int]
) -> dict[tuple[Group, int], FoundList]:
    """Return the list of the newest of `years` that holds something of each key project and unit.

    Left out is what stands in none: lines of another year, and counted ones of a front whose figures are not told.
    """
    wanted: dict[Group, set[int]] = {Group.KEY_PROJECTS: set(), Group.UNITS: set()}
    for hit in hits:
        if hit.group in wanted:
            wanted[hit.group].add(hit.id)
    found: dict[tuple[Group, int], FoundList] = {}
    told_front = cache(lambda year: own_front(session, year))

    def note(group: Group, owner: int, kind: Listed, year: int, *, placed: bool = False) -> None:
        told = FoundList(kind, year, placed)
        known = found.get((group, owner))
        if year in years and (known is None or _rank(told) > _rank(known)):
            found[group, owner] = told

    for group, owner, year, category, front, placed in _lines(session, wanted):
        if category is Category.PREPARATORY:
            note(group, owner, Listed.PREPARATORY, year)
        elif front == told_front(year):
            note(group, owner, Listed.LINES, year, placed=placed)
    for owner, year in _works(session, wanted[Group.UNITS]):
        note(Group.UNITS, owner, Listed.WORKS, year)
    return found


def _rank(told: FoundList) -> tuple[int, int, bool]:
    return told.year, _ORDER.index(told.kind), told.placed


def _lines(session: Session, wanted: dict[Group, set[int]]) -> Iterable[tuple[Any, ...]]:
    """Yield group, id, year, category, front and whether the line lies there, of what has lines."""
    owned = (
        (Group.KEY_PROJECTS, KeyProject.id, _LINES, False),
        (Group.UNITS, KeyProject.lead_id, _LINES, False),
        (Group.UNITS, Subproject.district_id, _LINES, True),
        (
            Group.UNITS,
            Responsibility.unit_id,
            _LINES.join(Responsibility, Responsibility.subproject_id == Subproject.id),
            False,
        ),
    )
    for group, owner, statement, placed in owned:
        if wanted[group]:
            rows = session.execute(statement.add_columns(owner).where(owner.in_(wanted[group])))
            for year, category, front, owner_id in rows:
                yield group, owner_id, year, category, front, placed


def _works(session: Session, units: Collection[int]) -> Iterable[tuple[int, int]]:
    """Yield unit and year of the works that the units lead or answer for."""
    if not units:
        return
    answering = _WORKS.join(Responsibility, Responsibility.key_project_id == KeyProject.id)
    for owner, statement in ((KeyProject.lead_id, _WORKS), (Responsibility.unit_id, answering)):
        for year, unit_id in session.execute(statement.add_columns(owner).where(owner.in_(units))):
            yield unit_id or 0, year
