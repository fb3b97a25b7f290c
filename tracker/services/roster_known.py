"""Owns what is known of a year's roster before an import: its rows by name, by code and by place."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.intake.roster import RosterRow
from tracker.intake.texts import key
from tracker.store.plans import PlanRevision
from tracker.store.roster import Front, KeyProject, Kind, Programme, Responsibility, Subproject, Unit

#: A programme's place: the matching keys of its front and of its own name.
Place = tuple[str, str]


@dataclass(slots=True)
class ProjectEntry:
    """A key project as it will stand after the import; `row` is None while it is not in the database.

    `said_at` is the row of the file that last named its lead, None while the file has not.
    """

    name: str
    kind: Kind
    place: Place
    code: str | None
    lead: str | None
    row: KeyProject | None = None
    id: int = 0
    said_at: RosterRow | None = None
    responsible: tuple[str, ...] = ()


@dataclass(slots=True)
class ProgrammeEntry:
    """A programme as it will stand after the import, with the printed names of its front and itself."""

    front: str
    name: str
    row: Programme | None = None


@dataclass(slots=True)
class KnownRoster:
    """The roster of one year; every mapping is keyed by `intake.texts.key` of the printed name."""

    units: dict[str, Unit]
    programmes: dict[Place, ProgrammeEntry]
    projects: dict[tuple[Place, str], ProjectEntry]
    project_of: dict[int, ProjectEntry]
    lines: list[Subproject]
    by_code: dict[str, Subproject]
    by_name: dict[str, list[Subproject]]
    plans: dict[int, PlanRevision]
    responsible: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def project_name(self, line: Subproject) -> str:
        """Return the matching key of the line's key project."""
        return key(self.project_of[line.key_project_id].name)

    def unit_name(self, unit_id: int | None) -> str | None:
        """Return a unit's printed name."""
        return next((unit.name for unit in self.units.values() if unit.id == unit_id), None)


def known_roster(session: Session, year: int) -> KnownRoster:
    """Load the roster of `year`; the plans are each line's newest revision."""
    units = {key(unit.name): unit for unit in session.scalars(sa.select(Unit))}
    fronts = {front.id: front.name for front in session.scalars(sa.select(Front))}
    programmes: dict[Place, ProgrammeEntry] = {}
    places: dict[int, Place] = {}
    for programme in session.scalars(
        sa.select(Programme).where(Programme.year == year).order_by(Programme.position)
    ):
        front = fronts[programme.front_id]
        place = (key(front), key(programme.name))
        programmes[place] = ProgrammeEntry(front, programme.name, programme)
        places[programme.id] = place
    unit_names = {unit.id: unit.name for unit in units.values()}
    projects = {
        row.id: ProjectEntry(
            row.name, row.kind, places[row.programme_id], row.code, unit_names.get(row.lead_id or 0), row, row.id
        )
        for row in session.scalars(sa.select(KeyProject).where(KeyProject.year == year))
    }
    lines = list(session.scalars(sa.select(Subproject).where(Subproject.year == year)))
    known = KnownRoster(
        units=units,
        programmes=programmes,
        projects={(project.place, key(project.name)): project for project in projects.values()},
        project_of=projects,
        lines=lines,
        by_code={line.code: line for line in lines},
        by_name=defaultdict(list),
        plans={
            plan.subproject_id: plan
            for plan in session.scalars(
                sa.select(PlanRevision)
                .join(Subproject, Subproject.id == PlanRevision.subproject_id)
                .where(Subproject.year == year)
                .order_by(PlanRevision.number)
            )
        },
    )
    for line in lines:
        known.by_name[key(line.name)].append(line)
    for line_id, unit_id in session.execute(
        sa.select(Responsibility.subproject_id, Responsibility.unit_id)
        .join(Subproject, Subproject.id == Responsibility.subproject_id)
        .where(Subproject.year == year)
    ):
        known.responsible[line_id or 0].add(unit_id)
    return known
