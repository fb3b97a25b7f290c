"""Owns writing what a roster import adds: units, programmes, key projects, lines and plans, in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.cohorts import Category
from tracker.core.periods import Period
from tracker.intake.roster import RosterRow
from tracker.intake.texts import key
from tracker.services.roster_known import KnownRoster, ProjectEntry
from tracker.store.bulk import insert_rows
from tracker.store.plans import MONTH_COLUMNS, PlanRevision
from tracker.store.roster import (
    Front,
    KeyProject,
    Kind,
    PlanYear,
    Programme,
    Responsibility,
    Subproject,
    Unit,
    UnitKind,
)


@dataclass(frozen=True, slots=True)
class PlanApproval:
    """What stands behind a plan: when it was approved, under which number, from when it holds, and why."""

    approved_on: date | None = None
    document_no: str = ""
    effective_from: Period | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NewLine:
    """A subproject that the import adds."""

    row: RosterRow
    project: ProjectEntry


@dataclass(frozen=True, slots=True)
class NewPlan:
    """A plan revision that the import adds; amounts in yuan, `months` None without a monthly plan."""

    line_id: int
    number: int
    effective_from: Period
    annual_plan: int
    months: tuple[int, ...] | None


def claim_year(session: Session, year: int) -> None:
    """Write the year when it is new, and keep others from its roster until the transaction ends.

    Two imports at once would otherwise both find the same lines missing and both add them.
    """
    claim = sa.select(PlanYear).where(PlanYear.year == year).with_for_update()
    if session.scalar(claim) is not None:
        return
    try:
        with session.begin_nested():
            session.add(PlanYear(year=year))
    except sa.exc.IntegrityError:
        # Somebody else was first, and is through by now.
        session.scalar(claim)


def write_units(session: Session, known: KnownRoster, kinds: Mapping[str, tuple[str, UnitKind]]) -> list[str]:
    """Write new units; return a sentence for every department that turned out to be a district."""
    changes: list[str] = []
    values: list[dict[str, Any]] = []
    for name_key, (name, kind) in kinds.items():
        unit = known.units.get(name_key)
        if unit is None:
            position = len(known.units) + len(values) + 1
            values.append({"name": name, "kind": kind, "position": position})
        elif kind is UnitKind.DISTRICT and unit.kind is not kind:
            unit.kind = kind
            changes.append(f"“{unit.name}”列为板块")
    if values:
        insert_rows(session, Unit, values)
        known.units = {key(unit.name): unit for unit in session.scalars(sa.select(Unit))}
    return changes


def write_programmes(session: Session, known: KnownRoster, year: int) -> None:
    """Write new programmes, with their fronts, in the order in which they were met."""
    fronts = {key(front.name): front for front in session.scalars(sa.select(Front))}
    for position, (place, entry) in enumerate(known.programmes.items(), 1):
        if entry.row is not None:
            continue
        if place[0] not in fronts:
            fronts[place[0]] = Front(name=entry.front)
            session.add(fronts[place[0]])
            session.flush()
        entry.row = Programme(year=year, front_id=fronts[place[0]].id, name=entry.name, position=position)
        session.add(entry.row)
    session.flush()


def write_projects(session: Session, known: KnownRoster, year: int, given: Iterable[str]) -> None:
    """Write new key projects, with codes made where there are none, and what changed about old ones.

    `given` are the codes that new lines bring along: reports may name a line or a work by its code alone,
    so that no two of them share one.
    """
    programmes = {place: entry.row.id for place, entry in known.programmes.items() if entry.row is not None}
    taken = {project.code for project in known.projects.values() if project.code}
    taken |= {*known.by_code, *given}
    position = sum(project.row is not None for project in known.projects.values())
    fresh: list[ProjectEntry] = []
    values: list[dict[str, Any]] = []
    for project in known.projects.values():
        lead = known.units[key(project.lead)].id if project.lead else None
        if project.row is not None:
            project.row.lead_id = lead
            project.row.name = project.name
            project.row.programme_id = programmes[project.place]
            continue
        position += 1
        project.code = project.code or _free(f"K{position:03d}", taken)
        taken.add(project.code)
        fresh.append(project)
        values.append(
            {
                "year": year,
                "programme_id": programmes[project.place],
                "code": project.code,
                "name": project.name,
                "kind": project.kind,
                "lead_id": lead,
                "target": "",
                "position": position,
            }
        )
    for project, row_id in zip(fresh, _insert(session, KeyProject, year, values), strict=True):
        project.id = row_id
    _link(
        session,
        (
            {"key_project_id": project.id, "unit_id": known.units[key(name)].id}
            for project in fresh
            if project.kind is Kind.WORK
            for name in dict.fromkeys(project.responsible)
        ),
    )


def write_lines(
    session: Session, known: KnownRoster, new_lines: Iterable[NewLine], year: int
) -> list[NewPlan]:
    """Write new lines, with codes made where there are none; return their original plans."""
    fresh = list(new_lines)
    taken = set(known.by_code) | {line.row.code for line in fresh if line.row.code}
    taken |= {project.code for project in known.projects.values() if project.code}
    counts: dict[int, int] = defaultdict(int)
    for line in known.lines:
        counts[line.key_project_id] += 1
    values: list[dict[str, Any]] = []
    for position, new in enumerate(fresh, len(known.lines) + 1):
        row = new.row
        counts[new.project.id] += 1
        code = row.code or _free(f"{new.project.code}-{counts[new.project.id]}", taken)
        taken.add(code)
        values.append(
            {
                "year": year,
                "key_project_id": new.project.id,
                "code": code,
                "name": row.subproject or row.key_project,
                "category": Category(row.category or Category.PREPARATORY),
                "district_id": known.units[key(row.district)].id if row.district else None,
                "planned_start": row.planned_start,
                "total_investment": row.total_investment,
                "completed_before_year": row.completed_before_year,
                "position": position,
            }
        )
    ids = _insert(session, Subproject, year, values)
    _link(
        session,
        (
            {"subproject_id": line_id, "unit_id": known.units[key(name)].id}
            for new, line_id in zip(fresh, ids, strict=True)
            for name in dict.fromkeys(new.row.responsible)
        ),
    )
    return [
        NewPlan(line_id, 1, Period(year, 1), new.row.annual_plan or 0, new.row.monthly_plan)
        for new, line_id in zip(fresh, ids, strict=True)
    ]


def write_plans(
    session: Session, plans: Iterable[NewPlan], approval: PlanApproval, source: str, who: str, now: datetime
) -> None:
    """Write plan revisions with what stands behind them."""
    values = [
        {
            "subproject_id": plan.line_id,
            "number": plan.number,
            "effective_from": plan.effective_from,
            "annual_plan": plan.annual_plan,
            **dict(zip(MONTH_COLUMNS, plan.months or (None,) * 12, strict=True)),
            "approved_on": approval.approved_on,
            "document_no": approval.document_no,
            "reason": approval.reason,
            "source": source,
            "made_by": who,
            "made_at": now,
        }
        for plan in plans
    ]
    insert_rows(session, PlanRevision, values)


def _insert(
    session: Session, table: type[KeyProject | Subproject], year: int, values: list[dict[str, Any]]
) -> list[int]:
    """Insert rows and return their ids, found again by code: asked for with RETURNING, each costs a statement."""
    insert_rows(session, table, values)
    ids = dict(session.execute(sa.select(table.code, table.id).where(table.year == year)).all())
    return [ids[row["code"]] for row in values]


def _link(session: Session, links: Iterable[dict[str, int]]) -> None:
    insert_rows(session, Responsibility, list(links))


def _free(code: str, taken: set[str]) -> str:
    """Return `code`, or the next one like it that nobody has."""
    number = 1
    free = code
    while free in taken:
        number += 1
        free = f"{code}-{number}"
    return free
