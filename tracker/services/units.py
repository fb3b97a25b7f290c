"""Owns the list of units, for choosing among them."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.store.roster import Unit, UnitKind


@dataclass(frozen=True, slots=True)
class UnitInfo:
    """A department or district."""

    id: int
    name: str
    kind: UnitKind


def list_units(session: Session) -> tuple[UnitInfo, ...]:
    """Return every unit: departments, then districts, each in the order in which rosters named them."""
    departments_first = sa.case((Unit.kind == UnitKind.DEPARTMENT, 0), else_=1)
    rows = session.scalars(sa.select(Unit).order_by(departments_first, Unit.position, Unit.id))
    return tuple(UnitInfo(row.id, row.name, row.kind) for row in rows)
