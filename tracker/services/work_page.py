"""Owns what the roster says of a work (工作) on its own page."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.errors import NotFound
from tracker.services.visibility import ReportObject
from tracker.store.roster import Front, KeyProject, Programme, Responsibility, Unit


@dataclass(frozen=True, slots=True)
class WorkFacts:
    """A work: no investment, but a lead, responsible units and a target."""

    year: int
    code: str
    name: str
    front: str
    programme: str
    lead: str
    responsible: tuple[str, ...]
    target: str


def work_facts(session: Session, about: ReportObject) -> WorkFacts:
    """Return what the roster says of the work; raise NotFound for what is none."""
    found = session.execute(
        sa.select(KeyProject, Programme.name, Front.name, Unit.name)
        .join(Programme, Programme.id == KeyProject.programme_id)
        .join(Front, Front.id == Programme.front_id)
        .outerjoin(Unit, Unit.id == KeyProject.lead_id)
        .where(KeyProject.id == about.id)
    ).first()
    if not about.work or found is None:
        raise NotFound("重点工作", f"{about.year} {about.code}")
    row, programme, front, lead = found
    responsible = session.scalars(
        sa.select(Unit.name)
        .join(Responsibility, Responsibility.unit_id == Unit.id)
        .where(Responsibility.key_project_id == row.id)
        .order_by(Responsibility.id)
    )
    return WorkFacts(
        row.year, row.code, row.name, front, programme, lead or "", tuple(responsible), row.target
    )
