"""Owns what a line or a work is called where something is about it: code, name, who leads, and where it lies."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.store.roster import KeyProject, Kind, Programme, Subproject, Unit


@dataclass(frozen=True, slots=True)
class Subject:
    """A line or a work; `lead` is empty and `lead_id` None where no unit leads, `district` where none is named."""

    work: bool
    id: int
    year: int
    code: str
    name: str
    key_project: str
    programme: str
    lead_id: int | None
    lead: str
    district: str


#: Tells a line (False) from a work (True) with the same id.
SubjectKey = tuple[bool, int]

_lead = aliased(Unit)
_district = aliased(Unit)
_LINES = (
    sa.select(
        sa.literal(False),
        Subproject.id,
        Subproject.year,
        Subproject.code,
        Subproject.name,
        KeyProject.name,
        Programme.name,
        _lead.id,
        _lead.name,
        _district.name,
    )
    .join(KeyProject, KeyProject.id == Subproject.key_project_id)
    .join(Programme, Programme.id == KeyProject.programme_id)
    .outerjoin(_lead, _lead.id == KeyProject.lead_id)
    .outerjoin(_district, _district.id == Subproject.district_id)
    .order_by(Programme.position, KeyProject.position, Subproject.position, Subproject.id)
)
_KEY_PROJECTS = (
    sa.select(
        KeyProject.kind == Kind.WORK,
        KeyProject.id,
        KeyProject.year,
        KeyProject.code,
        KeyProject.name,
        KeyProject.name,
        Programme.name,
        _lead.id,
        _lead.name,
        sa.literal(""),
    )
    .join(Programme, Programme.id == KeyProject.programme_id)
    .outerjoin(_lead, _lead.id == KeyProject.lead_id)
    .order_by(Programme.position, KeyProject.position, KeyProject.id)
)


def subjects_of(
    session: Session, line_ids: Collection[int | None], work_ids: Collection[int | None]
) -> dict[SubjectKey, Subject]:
    """Return the lines and works with these ids; None among them is passed over."""
    found: dict[SubjectKey, Subject] = {}
    lines = {line_id for line_id in line_ids if line_id is not None}
    works = {work_id for work_id in work_ids if work_id is not None}
    if lines:
        rows = session.execute(_LINES.where(Subproject.id.in_(lines)))
        found |= {(False, row[1]): _subject(row) for row in rows}
    if works:
        rows = session.execute(_KEY_PROJECTS.where(KeyProject.id.in_(works)))
        found |= {(True, row[1]): _subject(row) for row in rows}
    return found


def every_line(session: Session) -> Iterator[Subject]:
    """Yield the lines of all rosters, each in its roster's order."""
    return map(_subject, session.execute(_LINES))


def every_key_project(session: Session) -> Iterator[Subject]:
    """Yield the key projects of all rosters, each in its roster's order: works, and those that lines belong to."""
    return map(_subject, session.execute(_KEY_PROJECTS))


def subject_of(session: Session, line_id: int | None, work_id: int | None) -> Subject | None:
    """Return the line or the work, None where neither is named."""
    return next(iter(subjects_of(session, [line_id], [work_id]).values()), None)


def _subject(row: Sequence[Any]) -> Subject:
    work, subject_id, year, code, name, key_project, programme, lead_id, lead, district = row
    return Subject(
        bool(work), subject_id, year, code, name, key_project, programme, lead_id, lead or "", district or ""
    )
