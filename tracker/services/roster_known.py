"""Owns what is known of a year's roster before an import: its rows by name, by code and by place."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.intake.roster import RosterRow
from tracker.intake.texts import key
from tracker.store.bulk import rows_of
from tracker.store.plans import PlanRevision
from tracker.store.roster import Front, KeyProject, Kind, Programme, Responsibility, Subproject, Unit

#: A programme's place: the matching keys of its front and of its own name.
Place = tuple[str, str]


@dataclass(slots=True)
class ProjectEntry:
    """A key project as it will stand after the import; `row` is None while it is not in the database.

    `said_at` is the row of the file that last named its lead, None while the file has not; `placed` tells
    whether a row of the file named its programme.
    """

    name: str
    kind: Kind
    place: Place
    code: str | None
    lead: str | None
    row: KeyProject | None = None
    id: int = 0
    said_at: RosterRow | None = None
    placed: bool = False
    responsible: tuple[str, ...] = ()

    def stands_where(self, row: RosterRow) -> bool:
        """Return whether what the row says of front and programme, if anything, fits this key project."""
        front, programme = self.place
        return (not row.front or key(row.front) == front) and (
            not row.programme or key(row.programme) == programme
        )


@dataclass(slots=True)
class ProgrammeEntry:
    """A programme as it will stand after the import, with the printed names of its front and itself."""

    front: str
    name: str
    row: Programme | None = None


@dataclass(slots=True)
class KnownRoster:
    """The roster of one year; every mapping is keyed by `intake.texts.key` of the printed name.

    `responsible` holds the ids of the responsible units of a line (False) or a work (True) by its id.
    """

    units: dict[str, Unit]
    programmes: dict[Place, ProgrammeEntry]
    projects: dict[tuple[Place, str], ProjectEntry]
    project_of: dict[int, ProjectEntry]
    lines: list[Subproject]
    by_code: dict[str, Subproject]
    by_name: dict[str, list[Subproject]]
    plans: dict[int, PlanRevision]
    named: dict[str, list[ProjectEntry]] = field(default_factory=lambda: defaultdict(list))
    responsible: dict[tuple[bool, int], set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, project: ProjectEntry) -> None:
        """Take in a key project."""
        self.projects[project.place, key(project.name)] = project
        self.named[key(project.name)].append(project)

    def move(self, project: ProjectEntry, *, name: str | None = None, place: Place | None = None) -> None:
        """Give a key project another name or place."""
        del self.projects[project.place, key(project.name)]
        self.named[key(project.name)].remove(project)
        project.name, project.place = name or project.name, place or project.place
        self.add(project)

    def code_of_project(self, code: str) -> ProjectEntry | None:
        """Return the key project that has this code in the database."""
        return next((found for found in self.project_of.values() if found.code == code), None)

    def project_name(self, line: Subproject) -> str:
        """Return the matching key of the line's key project."""
        return key(self.project_of[line.key_project_id].name)

    def unit_name(self, unit_id: int | None) -> str | None:
        """Return a unit's printed name."""
        return next((unit.name for unit in self.units.values() if unit.id == unit_id), None)


# Put together once: for the few dozen lines of a real roster, that costs more than running them.
_YEAR: sa.BindParameter[int] = sa.bindparam("year")
_UNITS, _FRONTS = sa.select(Unit), sa.select(Front)
_PROGRAMMES = sa.select(Programme).where(Programme.year == _YEAR).order_by(Programme.position)
_PROJECTS = sa.select(KeyProject).where(KeyProject.year == _YEAR)
_LINES = sa.select(Subproject).where(Subproject.year == _YEAR)
_PLANS = (
    sa.select(PlanRevision)
    .join(Subproject, Subproject.id == PlanRevision.subproject_id)
    .where(Subproject.year == _YEAR)
    .order_by(PlanRevision.number)
)
_RESPONSIBLE = (
    sa.select(Responsibility.subproject_id, Responsibility.key_project_id, Responsibility.unit_id)
    .outerjoin(Subproject, Subproject.id == Responsibility.subproject_id)
    .outerjoin(KeyProject, KeyProject.id == Responsibility.key_project_id)
    .where(sa.func.coalesce(Subproject.year, KeyProject.year) == _YEAR)
)


def known_roster(session: Session, year: int) -> KnownRoster:
    """Load the roster of `year`; the plans are each line's newest revision."""
    told = {"year": year}
    units = {key(unit.name): unit for unit in session.scalars(_UNITS)}
    fronts = {front.id: front.name for front in session.scalars(_FRONTS)}
    programmes: dict[Place, ProgrammeEntry] = {}
    places: dict[int, Place] = {}
    for programme in session.scalars(_PROGRAMMES, told):
        front = fronts[programme.front_id]
        place = (key(front), key(programme.name))
        programmes[place] = ProgrammeEntry(front, programme.name, programme)
        places[programme.id] = place
    unit_names = {unit.id: unit.name for unit in units.values()}
    projects = {
        row.id: ProjectEntry(
            row.name,
            row.kind,
            places[row.programme_id],
            row.code,
            unit_names.get(row.lead_id or 0),
            row,
            row.id,
        )
        for row in session.scalars(_PROJECTS, told)
    }
    lines = list(session.scalars(_LINES, told))
    known = KnownRoster(
        units=units,
        programmes=programmes,
        projects={},
        project_of=projects,
        lines=lines,
        by_code={line.code: line for line in lines},
        by_name=defaultdict(list),
        plans={plan.subproject_id: plan for plan in session.scalars(_PLANS, told)},
    )
    for project in projects.values():
        known.add(project)
    for line in lines:
        known.by_name[key(line.name)].append(line)
    for line_id, project_id, unit_id in rows_of(session, _RESPONSIBLE, told):
        known.responsible[project_id is not None, line_id or project_id or 0].add(unit_id)
    return known
