"""Owns what is planned beside money: the dated steps of lines and works, and a work's target."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.errors import NotFound, Problem, Refused, WrongState
from tracker.services import audit
from tracker.services.actors import Actor
from tracker.store.roster import KeyProject, Kind, MilestoneRow, PlanYear, Subproject

NAME_LENGTH = 100
TARGET_LENGTH = 500
#: As many as a page can show; who looks for something types more of its name.
MOST_FOUND = 100


@dataclass(frozen=True, slots=True)
class Planned:
    """A line or a work, with as little as it takes to recognise it; `steps` counts its milestones."""

    kind: Kind
    id: int
    year: int
    code: str
    name: str
    key_project: str
    target: str = ""
    steps: int = 0

    @property
    def is_work(self) -> bool:
        """Return whether it is a work, which has a target instead of money."""
        return self.kind is Kind.WORK


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone; `done_on` is set by the reports that say so."""

    id: int
    name: str
    due_on: date
    done_on: date | None


def known_years(session: Session) -> tuple[int, ...]:
    """Return the years that have a roster, the newest first."""
    return tuple(session.scalars(sa.select(PlanYear.year).order_by(PlanYear.year.desc())))


def planned_like(session: Session, year: int, text: str) -> tuple[Planned, ...]:
    """Return lines and works of a year whose code or name contains `text`, works first, MOST_FOUND at most."""
    wanted = text.strip().casefold()
    works = session.scalars(
        sa.select(KeyProject)
        .where(KeyProject.year == year, KeyProject.kind == Kind.WORK)
        .order_by(KeyProject.position, KeyProject.id)
    )
    lines = session.execute(
        sa.select(Subproject, KeyProject.name)
        .join(KeyProject, KeyProject.id == Subproject.key_project_id)
        .where(Subproject.year == year)
        .order_by(Subproject.position, Subproject.id)
    )
    counts = _counts(session)
    found = [_work(row, counts) for row in works] + [_line(row, name, counts) for row, name in lines]
    # Compared here: SQLite knows upper and lower case of ASCII letters only.
    admitted = [
        each
        for each in found
        if any(wanted in told.casefold() for told in (each.code, each.name, each.key_project))
    ]
    return tuple(admitted[:MOST_FOUND])


def planned(session: Session, kind: Kind, object_id: int) -> Planned:
    """Return one line (PROJECT) or work; raise NotFound."""
    if kind is Kind.WORK:
        work = session.get(KeyProject, object_id)
        if work is not None and work.kind is Kind.WORK:
            return _work(work, {})
        raise NotFound("重点工作", str(object_id))
    line = session.get(Subproject, object_id)
    if line is None:
        raise NotFound("子项目", str(object_id))
    name = session.scalars(sa.select(KeyProject.name).where(KeyProject.id == line.key_project_id)).one()
    return _line(line, name, {})


def steps_of(session: Session, about: Planned) -> tuple[Step, ...]:
    """Return the milestones of a line or work by the day they are due."""
    rows = session.scalars(
        sa.select(MilestoneRow)
        .where(_column(about.kind) == about.id)
        .order_by(MilestoneRow.due_on, MilestoneRow.id)
    )
    return tuple(Step(row.id, row.name, row.due_on, row.done_on) for row in rows)


def add_step(
    session: Session, actor: Actor, now: datetime, about: Planned, name: str, due_on: date | None
) -> Step:
    """Add a milestone; raise Refused for a name that is missing, long or there already, or a day far off."""
    label = " ".join(name.split())
    problems: list[Problem] = []
    if not 1 <= len(label) <= NAME_LENGTH:
        problems.append(Problem(f"节点名称须为1至{NAME_LENGTH}个字", field="name"))
    elif any(step.name == label for step in steps_of(session, about)):
        problems.append(Problem("已有同名节点", "请换一个名称，或先删除原节点", read=label, field="name"))
    if due_on is None:
        problems.append(Problem("请填写计划完成日期", "如 2023-06-30", field="due_on"))
    # A step of this year's plan may reach into the next ones, but a mistyped century is none.
    elif not about.year - 1 <= due_on.year <= about.year + 10:
        span = f"{about.year - 1}年至{about.year + 10}年之间"
        problems.append(Problem(f"计划完成日期须在{span}", read=due_on.isoformat(), field="due_on"))
    if due_on is None or problems:
        raise Refused(tuple(problems))
    row = MilestoneRow(name=label, due_on=due_on)
    if about.is_work:
        row.key_project_id = about.id
    else:
        row.subproject_id = about.id
    session.add(row)
    session.flush()
    _record(session, actor, now, "milestone.add", about, None, _told(row))
    return Step(row.id, row.name, row.due_on, row.done_on)


def delete_step(session: Session, actor: Actor, now: datetime, step_id: int) -> Planned:
    """Delete a milestone and return what it belonged to.

    Raise NotFound for an unknown one, WrongState for one that was reached: what happened stays.
    """
    row = session.get(MilestoneRow, step_id)
    if row is None:
        raise NotFound("节点", str(step_id))
    if row.done_on is not None:
        raise WrongState(f"节点“{row.name}”已于{row.done_on}完成，不能删除。")
    kind, object_id = (
        (Kind.PROJECT, row.subproject_id)
        if row.subproject_id is not None
        else (Kind.WORK, row.key_project_id)
    )
    about = planned(session, kind, object_id or 0)
    before = _told(row)
    session.delete(row)
    session.flush()
    _record(session, actor, now, "milestone.delete", about, before, None)
    return about


def set_target(session: Session, actor: Actor, now: datetime, work_id: int, target: str) -> Planned:
    """Say what a work is to achieve; a target that stays writes nothing. Raise Refused for a long one."""
    about = planned(session, Kind.WORK, work_id)
    told = target.strip()
    if len(told) > TARGET_LENGTH:
        raise Refused((Problem(f"目标最多{TARGET_LENGTH}个字", "请写得更简短", field="target"),))
    if told != about.target:
        session.execute(sa.update(KeyProject).where(KeyProject.id == work_id).values(target=told))
        session.expire_all()
        _record(session, actor, now, "work.target", about, {"target": about.target}, {"target": told})
    return planned(session, Kind.WORK, work_id)


def _record(
    session: Session,
    actor: Actor,
    now: datetime,
    action: str,
    about: Planned,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    kind = "work" if about.is_work else "line"
    # The id of a milestone means nothing to anybody, least of all once it is gone.
    name = f"{about.year} {about.code}"
    audit.record(session, actor, now, action, kind, name, before=before, after=after)


def _told(row: MilestoneRow) -> dict[str, Any]:
    return {"name": row.name, "due_on": row.due_on.isoformat()}


def _column(kind: Kind) -> sa.orm.InstrumentedAttribute[int | None]:
    return MilestoneRow.key_project_id if kind is Kind.WORK else MilestoneRow.subproject_id


def _counts(session: Session) -> dict[tuple[Kind, int], int]:
    found: dict[tuple[Kind, int], int] = {}
    for kind in Kind:
        column = _column(kind)
        counted = sa.select(column, sa.func.count()).where(column.is_not(None)).group_by(column)
        found |= {(kind, object_id): count for object_id, count in session.execute(counted) if object_id}
    return found


def _work(row: KeyProject, counts: dict[tuple[Kind, int], int]) -> Planned:
    steps = counts.get((Kind.WORK, row.id), 0)
    return Planned(Kind.WORK, row.id, row.year, row.code, row.name, "", row.target, steps)


def _line(row: Subproject, key_project: str, counts: dict[tuple[Kind, int], int]) -> Planned:
    steps = counts.get((Kind.PROJECT, row.id), 0)
    return Planned(Kind.PROJECT, row.id, row.year, row.code, row.name, key_project, steps=steps)
