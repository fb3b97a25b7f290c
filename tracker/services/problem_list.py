"""Owns the list of problems: where each stands, who must act next, for how long it is overdue and whom that reached."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker import clock
from tracker.core.deadlines import Escalation, days_overdue, escalation
from tracker.core.errors import NotFound
from tracker.core.periods import Period
from tracker.services.office import Office, office_of
from tracker.services.subjects import Subject, SubjectKey, subjects_of
from tracker.services.visibility import units_of_problem
from tracker.store.problems import CoHandler, Difficulty, ProblemCategory, ProblemRow, ProblemState
from tracker.store.roster import Responsibility, Unit


class ProblemGroup(StrEnum):
    """The three lists: newly raised (新提出), being handled (办理中) and closed out (已销号)."""

    NEW = "new"
    HANDLING = "handling"
    CLOSED_OUT = "closed_out"


#: Which list a state belongs to; what is said to be resolved is handled until the office has closed it out.
GROUP_OF = {
    ProblemState.RAISED: ProblemGroup.NEW,
    ProblemState.ASSIGNED: ProblemGroup.HANDLING,
    ProblemState.IN_PROGRESS: ProblemGroup.HANDLING,
    ProblemState.RESOLVED: ProblemGroup.HANDLING,
    ProblemState.CLOSED_OUT: ProblemGroup.CLOSED_OUT,
}


class NextStep(StrEnum):
    """What has to happen next with a problem: the office assigns it, its handler solves it, the office verifies."""

    ASSIGN = "assign"
    SOLVE = "solve"
    VERIFY = "verify"
    NONE = "none"


_NEXT = {
    ProblemState.RAISED: NextStep.ASSIGN,
    ProblemState.ASSIGNED: NextStep.SOLVE,
    ProblemState.IN_PROGRESS: NextStep.SOLVE,
    ProblemState.RESOLVED: NextStep.VERIFY,
    ProblemState.CLOSED_OUT: NextStep.NONE,
}


class ProblemSort(StrEnum):
    """What the list can be sorted by; URGENCY has the longest overdue first, then the nearest deadline."""

    URGENCY = "urgency"
    NAME = "name"
    RAISED = "raised"
    HANDLER = "handler"
    DEADLINE = "deadline"


@dataclass(frozen=True, slots=True)
class CoHandlerInfo:
    """A unit asked to help; `days_overdue` counts until its part is done or the problem is said to be solved."""

    unit_id: int
    unit: str
    deadline: date | None
    done_at: datetime | None
    days_overdue: int
    escalation: Escalation


@dataclass(frozen=True, slots=True)
class ProblemInfo:
    """A problem as pages, agenda and notices show it.

    `unit` is empty where the office raised it, `handler` until it is assigned. `days_overdue` and `escalation` are
    the problem's own: it is overdue until it is closed out, its verified end (domain.md, glossary); `worst_days` and
    `reached` heed the parts of the co-handling units too. `involved` are the units that may speak about it.
    """

    id: int
    subject: Subject
    state: ProblemState
    text: str
    help_needed: str
    category: ProblemCategory | None
    difficulty: Difficulty | None
    raised_in: Period
    unit_id: int | None
    unit: str
    made_by: str
    made_at: datetime
    handler_id: int | None
    handler: str
    deadline: date | None
    days_overdue: int
    escalation: Escalation
    co_handlers: tuple[CoHandlerInfo, ...]
    closed_out_in: Period | None
    involved: frozenset[int]

    @property
    def group(self) -> ProblemGroup:
        """Return which of the three lists it stands on."""
        return GROUP_OF[self.state]

    @property
    def is_open(self) -> bool:
        """Return whether it is not closed out yet."""
        return self.state is not ProblemState.CLOSED_OUT

    @property
    def next_step(self) -> NextStep:
        """Return what has to happen next."""
        return _NEXT[self.state]

    @property
    def worst_days(self) -> int:
        """Return for how many days it or one of its parts is overdue, whichever is longer; 0 for neither."""
        return max((self.days_overdue, *(part.days_overdue for part in self.co_handlers)))

    @property
    def overdue(self) -> bool:
        """Return whether it or one of its parts is overdue."""
        return self.worst_days > 0

    @property
    def reached(self) -> Escalation:
        """Return the highest that it or one of its parts has reached."""
        steps = (self.escalation, *(part.escalation for part in self.co_handlers))
        return max(steps, key=lambda step: step.level)


@dataclass(frozen=True, slots=True)
class ProblemFilter:
    """What the list is narrowed to and in which order.

    `unit` is the name of a unit that raised, handles or helps; `units` the ids of which one has to be involved (None:
    whichever); `text` is looked for in the words, the names and the codes. With `open_only` what was closed out is
    not even read.
    """

    text: str = ""
    group: ProblemGroup | None = None
    state: ProblemState | None = None
    unit: str = ""
    category: ProblemCategory | None = None
    difficulty: Difficulty | None = None
    overdue: bool = False
    units: frozenset[int] | None = None
    open_only: bool = False
    sort: ProblemSort = ProblemSort.URGENCY
    descending: bool = False

    def admits(self, problem: ProblemInfo) -> bool:
        """Return whether the problem is asked for, on whichever of the three lists it stands."""
        return (
            (self.state is None or problem.state is self.state)
            and (not self.open_only or problem.is_open)
            and (not self.unit or self.unit in _units_of(problem))
            and (self.category is None or problem.category is self.category)
            and (self.difficulty is None or problem.difficulty is self.difficulty)
            and (not self.overdue or problem.overdue)
            and (self.units is None or bool(self.units & problem.involved))
            and self._says(problem)
        )

    def _says(self, problem: ProblemInfo) -> bool:
        wanted = self.text.casefold()
        subject = problem.subject
        places = (
            problem.text,
            problem.help_needed,
            subject.code,
            subject.name,
            subject.key_project,
            *_units_of(problem),
        )
        return not wanted or any(wanted in place.casefold() for place in places)


@dataclass(frozen=True, slots=True)
class ProblemCounts:
    """How many problems stand on each list; of those not closed out how many are overdue and wait for the office."""

    new: int
    handling: int
    closed_out: int
    overdue: int
    resolved: int

    def of(self, group: ProblemGroup) -> int:
        """Return how many stand on a list."""
        return {
            ProblemGroup.NEW: self.new,
            ProblemGroup.HANDLING: self.handling,
            ProblemGroup.CLOSED_OUT: self.closed_out,
        }[group]


def problem_list(
    session: Session, now: datetime, wanted: ProblemFilter | None = None
) -> tuple[ProblemInfo, ...]:
    """Return the problems that pass `wanted`, in its order; of its group alone where it names one."""
    asked = wanted or ProblemFilter()
    # What was closed out through the years is not read for a list of what is open.
    which = sa.and_(
        sa.true() if asked.group is None else ProblemRow.state.in_(_states_of(asked.group)),
        ProblemRow.state != ProblemState.CLOSED_OUT if asked.open_only else sa.true(),
    )
    return listed((problem for problem in _read(session, now, which) if asked.admits(problem)), asked)


def _states_of(group: ProblemGroup) -> list[ProblemState]:
    return [state for state, its in GROUP_OF.items() if its is group]


def listed(problems: Iterable[ProblemInfo], wanted: ProblemFilter) -> tuple[ProblemInfo, ...]:
    """Return those of the filter's group in the filter's order; what is not known stands last."""
    found = [problem for problem in problems if wanted.group is None or problem.group is wanted.group]
    found.sort(key=_by_urgency)
    if wanted.sort is not ProblemSort.URGENCY:
        key = _KEYS[wanted.sort]
        known = [problem for problem in found if key(problem)]
        known.sort(key=key, reverse=wanted.descending)
        return (*known, *(problem for problem in found if not key(problem)))
    return tuple(reversed(found)) if wanted.descending else tuple(found)


def counts_of(problems: Iterable[ProblemInfo]) -> ProblemCounts:
    """Return how many of these stand on each list."""
    told = tuple(problems)
    groups = Counter(problem.group for problem in told)
    return ProblemCounts(
        new=groups[ProblemGroup.NEW],
        handling=groups[ProblemGroup.HANDLING],
        closed_out=groups[ProblemGroup.CLOSED_OUT],
        overdue=sum(problem.overdue for problem in told),
        resolved=sum(problem.state is ProblemState.RESOLVED for problem in told),
    )


def problem_counts(session: Session, now: datetime, wanted: ProblemFilter | None = None) -> ProblemCounts:
    """Return how many problems that pass `wanted` stand on each of the three lists."""
    asked = wanted or ProblemFilter()
    return counts_of(problem for problem in _read(session, now, sa.true()) if asked.admits(problem))


def problems_of_subject(
    session: Session, work: bool, subject_id: int, now: datetime
) -> tuple[ProblemInfo, ...]:
    """Return the problems of one line (or work), open ones first, the most urgent of them in front."""
    mine = ProblemRow.key_project_id == subject_id if work else ProblemRow.subproject_id == subject_id
    return listed(_read(session, now, mine), ProblemFilter())


def problem_of(session: Session, problem_id: int, now: datetime) -> ProblemInfo:
    """Return one problem; raise NotFound for one that there is not."""
    found = _read(session, now, ProblemRow.id == problem_id)
    if not found:
        raise NotFound("问题", str(problem_id))
    return found[0]


_handler, _raiser = aliased(Unit), aliased(Unit)


def _read(session: Session, now: datetime, which: sa.ColumnElement[bool]) -> list[ProblemInfo]:
    """Return the problems under a condition, in the order in which they were raised."""
    rows = session.execute(
        sa.select(ProblemRow, _raiser.name, _handler.name)
        .outerjoin(_raiser, _raiser.id == ProblemRow.unit_id)
        .outerjoin(_handler, _handler.id == ProblemRow.handler_id)
        .where(which)
        .order_by(ProblemRow.id)
    ).all()
    if not rows:
        return []
    lines = {row.subproject_id for row, _, _ in rows if row.subproject_id is not None}
    works = {row.key_project_id for row, _, _ in rows if row.key_project_id is not None}
    subjects, office = subjects_of(session, lines, works), office_of(session)
    reporting = _reporting(session, lines, works)
    helpers = _helpers(session, which)
    today = now.astimezone(clock.ZONE).date()
    found: list[ProblemInfo] = []
    for row, unit, handler in rows:
        work = row.subproject_id is None
        place: SubjectKey = (work, (row.key_project_id if work else row.subproject_id) or 0)
        parts = tuple(_part(row, part, name, today, office) for part, name in helpers.get(row.id, ()))
        found.append(
            _info(row, unit or "", handler or "", subjects[place], parts, reporting[place], today, office)
        )
    return found


def _info(
    row: ProblemRow,
    unit: str,
    handler: str,
    subject: Subject,
    parts: tuple[CoHandlerInfo, ...],
    reporting: Collection[int],
    today: date,
    office: Office,
) -> ProblemInfo:
    due = None if row.state is ProblemState.CLOSED_OUT else row.deadline
    return ProblemInfo(
        id=row.id,
        subject=subject,
        state=row.state,
        text=row.text,
        help_needed=row.help_needed,
        category=row.category,
        difficulty=row.difficulty,
        raised_in=row.raised_in,
        unit_id=row.unit_id,
        unit=unit,
        made_by=row.made_by,
        made_at=row.made_at,
        handler_id=row.handler_id,
        handler=handler,
        deadline=row.deadline,
        days_overdue=days_overdue(due, today),
        escalation=_reached(due, today, office),
        co_handlers=parts,
        closed_out_in=row.closed_out_in,
        involved=units_of_problem(row, (part.unit_id for part in parts), (subject.lead_id, *reporting)),
    )


def _part(row: ProblemRow, part: CoHandler, name: str, today: date, office: Office) -> CoHandlerInfo:
    # Once the whole is said to be solved nobody waits for a part of it.
    over = part.done_at is not None or row.state in (ProblemState.RESOLVED, ProblemState.CLOSED_OUT)
    due = None if over else part.deadline
    return CoHandlerInfo(
        part.unit_id,
        name,
        part.deadline,
        part.done_at,
        days_overdue(due, today),
        _reached(due, today, office),
    )


def _reached(due: date | None, today: date, office: Office) -> Escalation:
    return escalation(
        due, today, office_after=office.office_after_days, leader_after=office.leader_after_days
    )


def _helpers(session: Session, which: sa.ColumnElement[bool]) -> dict[int, list[tuple[CoHandler, str]]]:
    rows = session.execute(
        sa.select(CoHandler, Unit.name)
        .join(ProblemRow, ProblemRow.id == CoHandler.problem_id)
        .join(Unit, Unit.id == CoHandler.unit_id)
        .where(which)
        .order_by(CoHandler.id)
    )
    found: dict[int, list[tuple[CoHandler, str]]] = defaultdict(list)
    for part, name in rows:
        found[part.problem_id].append((part, name))
    return found


def _reporting(session: Session, lines: set[int], works: set[int]) -> dict[SubjectKey, list[int]]:
    """Return the responsible units of these lines and works."""
    found: dict[SubjectKey, list[int]] = defaultdict(list)
    rows = session.execute(
        sa.select(Responsibility.subproject_id, Responsibility.key_project_id, Responsibility.unit_id).where(
            sa.or_(Responsibility.subproject_id.in_(lines), Responsibility.key_project_id.in_(works))
        )
    )
    for line_id, work_id, unit_id in rows:
        found[line_id is None, line_id or work_id or 0].append(unit_id)
    return found


def _units_of(problem: ProblemInfo) -> tuple[str, ...]:
    parts = (part.unit for part in problem.co_handlers)
    return tuple(name for name in (problem.unit, problem.handler, problem.subject.lead, *parts) if name)


def _by_urgency(problem: ProblemInfo) -> tuple[bool, int, date, int]:
    """Order open problems by how urgent they are; of those closed out the latest stand in front."""
    if not problem.is_open:
        closed = problem.closed_out_in or problem.raised_in
        return True, -(closed.year * 12 + closed.month), date.max, -problem.id
    return False, -problem.worst_days, problem.deadline or date.max, problem.id


#: What each order looks at; an empty text is not known.
_KEYS: dict[ProblemSort, Callable[[ProblemInfo], str]] = {
    ProblemSort.NAME: lambda problem: problem.subject.code,
    ProblemSort.RAISED: lambda problem: str(problem.raised_in),
    ProblemSort.HANDLER: lambda problem: problem.handler,
    ProblemSort.DEADLINE: lambda problem: "" if problem.deadline is None else problem.deadline.isoformat(),
}
