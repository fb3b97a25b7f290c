"""Owns finding things by name, code, number or unit, best matches first: of the roster, and what follows from lights."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.lights import Light
from tracker.core.periods import Period
from tracker.intake.texts import clean, key
from tracker.services import periods
from tracker.services.accounts import AccountInfo
from tracker.services.figures import figures_of, latest_snapshot, told_fronts
from tracker.services.notice_list import NoticeFilter, notice_list, units_read
from tracker.services.problem_list import ProblemFilter, problem_list
from tracker.services.subjects import every_key_project, every_line
from tracker.store.roster import (
    Front,
    KeyProject,
    Programme,
    Responsibility,
    Subproject,
    Unit,
    UnitKind,
)
from tracker.store.snapshots import SnapshotLine


class Group(StrEnum):
    """What can be found, in the order of the page."""

    LINES = "lines"
    WORKS = "works"
    KEY_PROJECTS = "key_projects"
    UNITS = "units"
    PROBLEMS = "problems"
    NOTICES = "notices"


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found; `beside` tells it from others of its name, `exact` that the code itself was asked for.

    `year` is None and `code` empty for a unit; `district` marks one that is a place. A problem's and a notice's `name`
    are its words; the notice's `code` is its number, the problem's that of its line or work.
    """

    group: Group
    id: int
    year: int | None
    code: str
    name: str
    beside: tuple[str, ...]
    exact: bool
    district: bool = False


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A hit to be, with what else it can be found by."""

    hit: Hit
    around: tuple[str, ...] = ()


def find(session: Session, text: str) -> dict[Group, tuple[Hit, ...]]:
    """Return what of the rosters `text` finds in each group, best first: the code itself, its beginning, the name, any part, a unit.

    Width, case, blanks and kinds of brackets make no difference, as when a workbook is read; several words must
    all be there. Within equal matches the newest year comes first, then the roster's order. Nothing finds nothing.
    """
    wanted, words = key(text), tuple(key(word) for word in clean(text).split(" ") if key(word))
    if not wanted:
        return {}
    units = _responsible(session)
    found: dict[Group, list[tuple[int, Hit]]] = defaultdict(list)
    for candidate in (
        *_lines(session, units),
        *_key_projects(session, units),
        *_units(session),
    ):
        rank = _rank(candidate, wanted, words)
        if rank is not None:
            hit = candidate.hit
            found[hit.group].append((rank, _exactly(hit) if rank == 0 else hit))
    return {
        group: tuple(hit for _, hit in sorted(found[group], key=lambda told: (told[0], -(told[1].year or 0))))
        for group in Group
        if found[group]
    }


def find_everything(
    session: Session, text: str, account: AccountInfo, now: datetime
) -> dict[Group, tuple[Hit, ...]]:
    """Return what `find` does, and the problems and notices that say `text` and that the account may read."""
    if not key(text):
        return {}
    more = {
        Group.PROBLEMS: tuple(_problems(session, clean(text), now)),
        Group.NOTICES: tuple(_notices(session, clean(text), account, now)),
    }
    return find(session, text) | {group: hits for group, hits in more.items() if hits}


def only_exact(found: dict[Group, tuple[Hit, ...]]) -> Hit | None:
    """Return the one line or work of the newest year whose code was asked for; None unless there is just one."""
    exact = [hit for group in (Group.LINES, Group.WORKS) for hit in found.get(group, ()) if hit.exact]
    newest = max((hit.year or 0 for hit in exact), default=0)
    latest = [hit for hit in exact if hit.year == newest]
    return latest[0] if len(latest) == 1 else None


def lights_of(session: Session, period: Period, line_ids: Collection[int], now: datetime) -> dict[int, Light]:
    """Return the lights of these lines in the period, each by its own front; who is in no figure of it is left out."""
    if not line_ids:
        return {}
    row = periods.find(session, period)
    fronts = session.scalars(
        sa.select(Front.name)
        .join(Programme, Programme.front_id == Front.id)
        .join(KeyProject, KeyProject.programme_id == Programme.id)
        .join(Subproject, Subproject.key_project_id == KeyProject.id)
        .where(Subproject.id.in_(line_ids))
        .distinct()
    )
    told = told_fronts(session, row)
    found: dict[int, Light] = {}
    for front in fronts:
        if front not in told:
            continue
        snapshot = latest_snapshot(session, row, front)
        if snapshot is None:
            lines = figures_of(session, period, now, front=front).lines
            found |= {figures.line.id: figures.light for figures in lines if figures.line.id in line_ids}
        else:
            found |= dict(
                session.execute(
                    sa.select(SnapshotLine.subproject_id, SnapshotLine.light).where(
                        SnapshotLine.snapshot_id == snapshot.id, SnapshotLine.subproject_id.in_(line_ids)
                    )
                ).all()
            )
    return found


def _rank(candidate: _Candidate, wanted: str, words: Sequence[str]) -> int | None:
    """Return how well the candidate matches, 0 the best; None where it does not."""
    hit = candidate.hit
    code, name = key(hit.code), key(hit.name)
    around = [key(text) for text in candidate.around]
    tests = (
        code == wanted,
        name == wanted,
        bool(code) and code.startswith(wanted),
        name.startswith(wanted),
        wanted in code or wanted in name,
        any(wanted in text for text in around),
        all(any(word in text for text in (code, name, *around)) for word in words),
    )
    return next((rank for rank, met in enumerate(tests) if met), None)


def _exactly(hit: Hit) -> Hit:
    return Hit(hit.group, hit.id, hit.year, hit.code, hit.name, hit.beside, True, hit.district)


def _lines(session: Session, units: dict[tuple[bool, int], list[str]]) -> Iterable[_Candidate]:
    for line in every_line(session):
        beside = _said(line.programme, line.key_project, line.lead, line.district)
        hit = Hit(Group.LINES, line.id, line.year, line.code, line.name, beside, False)
        yield _Candidate(hit, (*beside, *units.get((False, line.id), ())))


def _key_projects(session: Session, units: dict[tuple[bool, int], list[str]]) -> Iterable[_Candidate]:
    for project in every_key_project(session):
        group = Group.WORKS if project.work else Group.KEY_PROJECTS
        beside = _said(project.programme, project.lead)
        hit = Hit(group, project.id, project.year, project.code, project.name, beside, False)
        yield _Candidate(hit, (*beside, *units.get((True, project.id), ())))


def _units(session: Session) -> Iterable[_Candidate]:
    for unit in session.scalars(sa.select(Unit).order_by(Unit.position, Unit.id)):
        district = unit.kind is UnitKind.DISTRICT
        yield _Candidate(Hit(Group.UNITS, unit.id, None, "", unit.name, (), False, district))


def _problems(session: Session, text: str, now: datetime) -> Iterable[Hit]:
    """Return the problems that say `text`, as their list orders them; every reader may read them."""
    for problem in problem_list(session, now, ProblemFilter(text=text)):
        subject, units = problem.subject, (problem.unit, problem.handler)
        beside = _said(subject.name, *units)
        yield Hit(Group.PROBLEMS, problem.id, subject.year, subject.code, problem.text, beside, False)


def _notices(session: Session, text: str, account: AccountInfo, now: datetime) -> Iterable[Hit]:
    """Return the notices that say `text`, as their list orders them; a unit finds its own alone."""
    for notice in notice_list(session, now, NoticeFilter(text=text, units=units_read(account))):
        beside = _said(notice.unit, None if notice.subject is None else notice.subject.name)
        yield Hit(Group.NOTICES, notice.id, notice.period.year, notice.number, notice.text, beside, False)


def _responsible(session: Session) -> dict[tuple[bool, int], list[str]]:
    """Return the responsible units of each line (False, its id) and key project (True, its id)."""
    found: dict[tuple[bool, int], list[str]] = defaultdict(list)
    for line_id, project_id, name in session.execute(
        sa.select(Responsibility.subproject_id, Responsibility.key_project_id, Unit.name).join(
            Unit, Unit.id == Responsibility.unit_id
        )
    ):
        found[line_id is None, line_id or project_id or 0].append(name)
    return found


def _said(*names: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
