"""Owns what waits for somebody beyond the reports: for a unit, for the office, and what has reached the leaders."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from tracker.core.deadlines import Escalation
from tracker.core.notice_ladder import COLOUR_NAMES
from tracker.core.words import month_name
from tracker.services.actions import ActionInfo, open_actions
from tracker.services.notice_list import NoticeFilter, NoticeGroup, NoticeInfo, notice_list
from tracker.services.problem_list import ProblemFilter, ProblemInfo, problem_list
from tracker.services.subjects import Subject
from tracker.store.meetings import ActionState
from tracker.store.notices import NoticeState
from tracker.store.problems import ProblemState


class ToDoKind(StrEnum):
    """What has to be done next, and by it who: the first four by a unit, the next four by the office."""

    SOLVE_PROBLEM = "solve_problem"
    HELP_PROBLEM = "help_problem"
    ANSWER_NOTICE = "answer_notice"
    DO_ACTION = "do_action"
    ASSIGN_PROBLEM = "assign_problem"
    VERIFY_PROBLEM = "verify_problem"
    VERIFY_NOTICE = "verify_notice"
    VERIFY_ACTION = "verify_action"

    @property
    def place(self) -> str:
        """Return what it is about: problem, notice or action."""
        return self.value.partition("_")[2]


#: What waits for a unit; the rest waits for the office.
OF_UNITS = (ToDoKind.SOLVE_PROBLEM, ToDoKind.HELP_PROBLEM, ToDoKind.ANSWER_NOTICE, ToDoKind.DO_ACTION)


@dataclass(frozen=True, slots=True)
class ToDo:
    """One thing to do: `id` is the problem's, notice's or action's, `unit` whose turn it is ("" for the office)."""

    kind: ToDoKind
    id: int
    unit: str
    text: str
    subject: Subject | None
    deadline: date | None
    days_overdue: int
    escalation: Escalation


def waiting_for_units(session: Session, unit_ids: Collection[int], now: datetime) -> tuple[ToDo, ...]:
    """Return what these units have to do, the longest overdue first."""
    units = frozenset(unit_ids)
    if not units:
        return ()
    problems = problem_list(session, now, ProblemFilter(units=units, open_only=True))
    found = [
        *(found for problem in problems for found in _of_problem(problem) if found[0] in units),
        *((notice.unit_id, _of_notice(notice)) for notice in _notices(session, now, units)),
        *((action.unit_id, _of_action(action)) for action in open_actions(session, now, units)),
    ]
    return _sorted(todo for _, todo in found if todo.kind in OF_UNITS)


def waiting_for_office(session: Session, now: datetime) -> tuple[ToDo, ...]:
    """Return what the office has to do: what was not assigned yet, and what it has to verify."""
    return _sorted(todo for todo in _everything(session, now) if todo.kind not in OF_UNITS)


def reached_leaders(session: Session, now: datetime) -> tuple[ToDo, ...]:
    """Return what units should have done so long ago that it is the leaders' business."""
    return _sorted(todo for todo in _everything(session, now) if todo.escalation is Escalation.LEADER)


def _everything(session: Session, now: datetime) -> Iterator[ToDo]:
    for problem in problem_list(session, now, ProblemFilter(open_only=True)):
        yield from (todo for _, todo in _of_problem(problem))
    yield from (_of_notice(notice) for notice in _notices(session, now, None))
    yield from (_of_action(action) for action in open_actions(session, now))


def _notices(session: Session, now: datetime, units: frozenset[int] | None) -> tuple[NoticeInfo, ...]:
    return notice_list(session, now, NoticeFilter(group=NoticeGroup.OPEN, units=units))


def _of_problem(problem: ProblemInfo) -> Iterator[tuple[int | None, ToDo]]:
    """Yield whose turn it is with a problem, None for the office, and what has to be done."""
    if problem.state is ProblemState.RAISED:
        yield None, _problem_to_do(ToDoKind.ASSIGN_PROBLEM, problem)
    elif problem.state is ProblemState.RESOLVED:
        yield None, _problem_to_do(ToDoKind.VERIFY_PROBLEM, problem)
    elif problem.is_open:
        yield (
            problem.handler_id,
            ToDo(
                ToDoKind.SOLVE_PROBLEM,
                problem.id,
                problem.handler,
                problem.text,
                problem.subject,
                problem.deadline,
                problem.days_overdue,
                problem.escalation,
            ),
        )
        for part in problem.co_handlers:
            if part.done_at is None:
                yield (
                    part.unit_id,
                    ToDo(
                        ToDoKind.HELP_PROBLEM,
                        problem.id,
                        part.unit,
                        problem.help_needed or problem.text,
                        problem.subject,
                        part.deadline,
                        part.days_overdue,
                        part.escalation,
                    ),
                )


def _problem_to_do(kind: ToDoKind, problem: ProblemInfo) -> ToDo:
    return ToDo(kind, problem.id, "", problem.text, problem.subject, problem.deadline, 0, Escalation.NONE)


def _of_action(action: ActionInfo) -> ToDo:
    done = action.state is ActionState.DONE
    return ToDo(
        ToDoKind.VERIFY_ACTION if done else ToDoKind.DO_ACTION,
        action.id,
        "" if done else action.unit,
        action.text,
        action.subject,
        action.deadline,
        action.days_overdue,
        action.escalation,
    )


def _of_notice(notice: NoticeInfo) -> ToDo:
    replied = notice.state is NoticeState.REPLIED
    return ToDo(
        ToDoKind.VERIFY_NOTICE if replied else ToDoKind.ANSWER_NOTICE,
        notice.id,
        "" if replied else notice.unit,
        _name_of_notice(notice),
        notice.subject,
        notice.deadline,
        notice.days_overdue,
        notice.escalation,
    )


def _name_of_notice(notice: NoticeInfo) -> str:
    """Return what tells one notice from the others: what they ask for reads alike."""
    month = f"{month_name(str(notice.period))}有关工作"
    about = notice.problem or (month if notice.subject is None else notice.subject.name)
    return f"{notice.number}（{COLOUR_NAMES[notice.colour]}督办单）：{about}"


def _sorted(found: Iterator[ToDo]) -> tuple[ToDo, ...]:
    return tuple(
        sorted(found, key=lambda todo: (-todo.days_overdue, todo.deadline or date.max, todo.kind, todo.id))
    )
