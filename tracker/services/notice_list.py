"""Owns the list of supervision notices: where each stands, for how long it is overdue and whom that reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker import clock
from tracker.core.deadlines import Escalation, days_overdue, escalation
from tracker.core.errors import NotFound
from tracker.core.notice_ladder import NoticeColour
from tracker.core.periods import Period
from tracker.services.accounts import AccountInfo
from tracker.services.office import Office, office_of
from tracker.services.subjects import Subject, SubjectKey, subjects_of
from tracker.store.accounts import Role
from tracker.store.notices import Notice, NoticeState
from tracker.store.problems import ProblemRow
from tracker.store.roster import Unit


class NoticeGroup(StrEnum):
    """The lists of notices: not settled yet (未销号), and settled (已销号、已撤销)."""

    OPEN = "open"
    SETTLED = "settled"


#: Which list a state belongs to.
GROUP_OF = {
    NoticeState.ISSUED: NoticeGroup.OPEN,
    NoticeState.REPLIED: NoticeGroup.OPEN,
    NoticeState.CLOSED_OUT: NoticeGroup.SETTLED,
    NoticeState.WITHDRAWN: NoticeGroup.SETTLED,
}
#: The states of notices that are not settled.
OPEN_STATES = tuple(state for state, group in GROUP_OF.items() if group is NoticeGroup.OPEN)


class NoticeSort(StrEnum):
    """What the list can be sorted by; URGENCY has the longest overdue first, then the nearest deadline."""

    URGENCY = "urgency"
    NUMBER = "number"
    COLOUR = "colour"
    UNIT = "unit"
    DEADLINE = "deadline"


@dataclass(frozen=True, slots=True)
class NoticeInfo:
    """A supervision notice as pages, agenda and project page show it.

    `subject` is None for one about a unit's month as a whole; `problem` are the words of the problem that it is about,
    empty without one; `follows` is the number of the notice before it on the ladder, `followed_by` of the one after it;
    one that was withdrawn because a sharper one took its place is `superseded`. `days_overdue` and `escalation`
    count while it waits for its unit: what was answered waits on the office.
    """

    id: int
    number: str
    colour: NoticeColour
    state: NoticeState
    unit_id: int
    unit: str
    subject: Subject | None
    problem_id: int | None
    problem: str
    period: Period
    grounds: tuple[str, ...]
    text: str
    deadline: date
    days_overdue: int
    escalation: Escalation
    made_by: str
    made_at: datetime
    follows_id: int | None
    follows: str
    followed_by_id: int | None
    followed_by: str

    @property
    def superseded(self) -> bool:
        """Return whether a sharper notice took its place."""
        return self.state is NoticeState.WITHDRAWN and self.followed_by_id is not None

    @property
    def group(self) -> NoticeGroup:
        """Return which list it stands on."""
        return GROUP_OF[self.state]

    @property
    def is_open(self) -> bool:
        """Return whether it is not settled yet."""
        return self.group is NoticeGroup.OPEN

    @property
    def overdue(self) -> bool:
        """Return whether its unit should have answered."""
        return self.days_overdue > 0


@dataclass(frozen=True, slots=True)
class NoticeFilter:
    """What the list is narrowed to and in which order.

    `unit` is a unit's name, `units` the ids of those whose notices are read at all (None: all); `text` is looked for in
    the number, the words, the names and the codes.
    """

    text: str = ""
    group: NoticeGroup | None = None
    colour: NoticeColour | None = None
    state: NoticeState | None = None
    unit: str = ""
    overdue: bool = False
    units: frozenset[int] | None = None
    sort: NoticeSort = NoticeSort.URGENCY
    descending: bool = False

    def admits(self, notice: NoticeInfo) -> bool:
        """Return whether the notice is asked for, on whichever list it stands."""
        return (
            (self.colour is None or notice.colour is self.colour)
            and (self.state is None or notice.state is self.state)
            and self.unit in ("", notice.unit)
            and (not self.overdue or notice.overdue)
            and (self.units is None or notice.unit_id in self.units)
            and self._says(notice)
        )

    def _says(self, notice: NoticeInfo) -> bool:
        wanted, subject = self.text.casefold(), notice.subject
        places = (notice.number, notice.unit, notice.text, notice.problem, *notice.grounds)
        named = () if subject is None else (subject.code, subject.name, subject.key_project)
        return not wanted or any(wanted in place.casefold() for place in (*places, *named))


@dataclass(frozen=True, slots=True)
class NoticeCounts:
    """How many notices there are: open ones by colour, how many of them are overdue or answered, and settled ones."""

    open: int
    by_colour: dict[NoticeColour, int]
    overdue: int
    replied: int
    settled: int

    def of(self, group: NoticeGroup) -> int:
        """Return how many stand on a list."""
        return self.open if group is NoticeGroup.OPEN else self.settled


def units_read(account: AccountInfo) -> frozenset[int] | None:
    """Return the units whose notices the account reads; None for those of all (office and leaders)."""
    return frozenset(account.unit_ids) if account.role is Role.REPORTER else None


def notice_list(
    session: Session, now: datetime, wanted: NoticeFilter | None = None
) -> tuple[NoticeInfo, ...]:
    """Return the notices that pass `wanted`, in its order; of its group alone where it names one."""
    asked = wanted or NoticeFilter()
    # What was settled through the years is not read for a list of what is open.
    every = _read(session, now, sa.and_(_of_units(asked.units), _of_group(asked.group)))
    return listed((notice for notice in every if asked.admits(notice)), asked)


def listed(notices: Iterable[NoticeInfo], wanted: NoticeFilter) -> tuple[NoticeInfo, ...]:
    """Return those of the filter's group in the filter's order."""
    found = [notice for notice in notices if wanted.group is None or notice.group is wanted.group]
    found.sort(key=_by_urgency)
    if wanted.sort is NoticeSort.URGENCY:
        return tuple(reversed(found)) if wanted.descending else tuple(found)
    return tuple(sorted(found, key=_KEYS[wanted.sort], reverse=wanted.descending))


def open_notices(session: Session, now: datetime) -> tuple[NoticeInfo, ...]:
    """Return every notice that is not settled, the most urgent first."""
    return listed(_read(session, now, Notice.state.in_(OPEN_STATES)), NoticeFilter())


def notices_of_subject(
    session: Session, work: bool, subject_id: int, now: datetime, viewer: AccountInfo
) -> tuple[NoticeInfo, ...]:
    """Return the notices about one line (or work) that the viewer may read: open ones first, then the newest."""
    mine = Notice.key_project_id == subject_id if work else Notice.subproject_id == subject_id
    found = _read(session, now, sa.and_(mine, _of_units(units_read(viewer))))
    return tuple(sorted(found, key=lambda notice: (not notice.is_open, -notice.id)))


def notice_of(
    session: Session, notice_id: int, now: datetime, units: frozenset[int] | None = None
) -> NoticeInfo:
    """Return one notice; raise NotFound for one that there is not, and for one to a unit that is none of `units`."""
    found = _read(session, now, sa.and_(Notice.id == notice_id, _of_units(units)))
    if not found:
        raise NotFound("督办单", str(notice_id))
    return found[0]


def notice_counts(session: Session, now: datetime, wanted: NoticeFilter | None = None) -> NoticeCounts:
    """Return how many notices that pass `wanted` stand on each list."""
    return counts_of(notice_list(session, now, replace(wanted or NoticeFilter(), group=None)))


def counts_of(notices: Iterable[NoticeInfo]) -> NoticeCounts:
    """Return how many of these stand on each list."""
    told = tuple(notices)
    standing = [notice for notice in told if notice.is_open]
    colours = Counter(notice.colour for notice in standing)
    return NoticeCounts(
        open=len(standing),
        by_colour={colour: colours[colour] for colour in NoticeColour},
        overdue=sum(notice.overdue for notice in standing),
        replied=sum(notice.state is NoticeState.REPLIED for notice in standing),
        settled=len(told) - len(standing),
    )


def _of_units(units: frozenset[int] | None) -> sa.ColumnElement[bool]:
    return sa.true() if units is None else Notice.unit_id.in_(units)


def _of_group(group: NoticeGroup | None) -> sa.ColumnElement[bool]:
    if group is None:
        return sa.true()
    return Notice.state.in_([state for state, its in GROUP_OF.items() if its is group])


_before = aliased(Notice)


def _read(session: Session, now: datetime, which: sa.ColumnElement[bool]) -> list[NoticeInfo]:
    """Return the notices under a condition, in the order in which they were issued."""
    rows = session.execute(
        sa.select(Notice, Unit.name, ProblemRow.text, _before.number)
        .join(Unit, Unit.id == Notice.unit_id)
        .outerjoin(ProblemRow, ProblemRow.id == Notice.problem_id)
        .outerjoin(_before, _before.id == Notice.follows_id)
        .where(which)
        .order_by(Notice.id)
    ).all()
    if not rows:
        return []
    lines = {row.subproject_id for row, *_ in rows}
    subjects = subjects_of(session, lines, {row.key_project_id for row, *_ in rows})
    after = _followed(session, [row.id for row, *_ in rows])
    office, today = office_of(session), now.astimezone(clock.ZONE).date()
    return [
        _info(row, unit, (problem or "", before or ""), after.get(row.id), subjects, office, today)
        for row, unit, problem, before in rows
    ]


def _followed(session: Session, ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """Return the id and number of the newest notice that follows each of these."""
    rows = session.execute(
        sa.select(Notice.follows_id, Notice.id, Notice.number)
        .where(Notice.follows_id.is_not(None))
        .order_by(Notice.id)
    )
    wanted = frozenset(ids)
    return {before: (row_id, number) for before, row_id, number in rows if before in wanted}


def _info(
    row: Notice,
    unit: str,
    words: tuple[str, str],
    after: tuple[int, str] | None,
    subjects: dict[SubjectKey, Subject],
    office: Office,
    today: date,
) -> NoticeInfo:
    due = row.deadline if row.state is NoticeState.ISSUED else None
    problem, before = words
    work = row.key_project_id is not None
    reached = escalation(
        due, today, office_after=office.office_after_days, leader_after=office.leader_after_days
    )
    return NoticeInfo(
        id=row.id,
        number=row.number,
        colour=row.colour,
        state=row.state,
        unit_id=row.unit_id,
        unit=unit,
        subject=subjects.get((work, (row.key_project_id if work else row.subproject_id) or 0)),
        problem_id=row.problem_id,
        problem=problem,
        period=row.period,
        grounds=tuple(row.grounds),
        text=row.text,
        deadline=row.deadline,
        days_overdue=days_overdue(due, today),
        escalation=reached,
        made_by=row.made_by,
        made_at=row.made_at,
        follows_id=row.follows_id,
        follows=before,
        followed_by_id=None if after is None else after[0],
        followed_by="" if after is None else after[1],
    )


def _by_urgency(notice: NoticeInfo) -> tuple[bool, int, date, int, int]:
    if not notice.is_open:
        return True, 0, date.max, 0, -notice.id
    return False, -notice.days_overdue, notice.deadline, -notice.colour.sharpness, notice.id


_KEYS: dict[NoticeSort, Callable[[NoticeInfo], tuple[int | str | date, ...]]] = {
    NoticeSort.NUMBER: lambda notice: (notice.id,),
    NoticeSort.COLOUR: lambda notice: (notice.colour.sharpness, notice.id),
    NoticeSort.UNIT: lambda notice: (notice.unit, notice.id),
    NoticeSort.DEADLINE: lambda notice: (notice.deadline, notice.id),
}
