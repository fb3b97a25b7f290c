"""Owns what one problem's page shows: its story as one thread, and what whoever looks may do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.services.accounts import AccountInfo
from tracker.services.problem_claims import KIND, seen_of
from tracker.services.problem_list import ProblemInfo, problem_of
from tracker.services.remarks import RemarkFileInfo, RemarkInfo, remarks_of
from tracker.store.accounts import Role
from tracker.store.periods import StateChange
from tracker.store.problems import ProblemState
from tracker.store.remarks import RemarkKind

#: Where a problem can be handled: assigned, and not yet said to be solved.
_AT_WORK = (ProblemState.ASSIGNED, ProblemState.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a problem: a step, a word, or a step with the word that came along.

    `after` is None for a word alone; `before` is None where the problem was raised. `note` is what the step says
    of itself, `unit` the unit that speaks, empty for the office.
    """

    made_by: str
    made_at: datetime
    before: ProblemState | None = None
    after: ProblemState | None = None
    note: str = ""
    unit: str = ""
    text: str = ""
    files: tuple[RemarkFileInfo, ...] = ()
    remark_id: int | None = None


@dataclass(frozen=True, slots=True)
class Rights:
    """What an account may do about a problem as it stands; `files` whether it may look at what came along."""

    files: bool = False
    speak: bool = False
    classify: bool = False
    assign: bool = False
    finish_part: bool = False
    resolve: bool = False
    decide: bool = False


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """A problem with its story, oldest first; `seen` goes with every form of the page."""

    problem: ProblemInfo
    seen: str
    story: tuple[Event, ...]
    rights: Rights


def problem_page(session: Session, problem_id: int, account: AccountInfo, now: datetime) -> ProblemPage:
    """Return one problem's page for whoever looks; raise NotFound for one that there is not.

    Everybody reads the words; files are for the units involved, the office and the leaders.
    """
    problem = problem_of(session, problem_id, now)
    rights = rights_of(problem, account)
    story = _story(session, problem)
    if not rights.files:
        story = tuple(replace(event, files=()) for event in story)
    return ProblemPage(problem, seen_of(session, problem_id, problem.state), story, rights)


def rights_of(problem: ProblemInfo, account: AccountInfo) -> Rights:
    """Return what the account may do about the problem as it stands."""
    if account.role is Role.LEADER:
        return Rights(files=True)
    at_work = problem.state in _AT_WORK
    raised = problem.state is ProblemState.RAISED
    if account.role is Role.OFFICE:
        return Rights(
            files=True,
            speak=problem.is_open,
            assign=at_work or raised,
            decide=problem.state is ProblemState.RESOLVED,
        )
    mine = frozenset(account.unit_ids)
    if account.role is not Role.REPORTER or not mine & problem.involved:
        return Rights()
    return Rights(
        files=True,
        speak=problem.is_open,
        classify=raised,
        finish_part=at_work
        and any(part.unit_id in mine and part.done_at is None for part in problem.co_handlers),
        resolve=at_work and problem.handler_id in mine,
    )


def _story(session: Session, problem: ProblemInfo) -> tuple[Event, ...]:
    changes = [_step(row) for row in _changes(session, problem.id)]
    if not changes or changes[0].before is not None:
        # What came with a report has no step of its own: the report raised it.
        changes.insert(0, Event(problem.made_by, problem.made_at, None, ProblemState.RAISED))
    changes[0] = replace(changes[0], unit=problem.unit)
    remarks = remarks_of(session, RemarkKind.PROBLEM, [problem.id]).get(problem.id, ())
    return tuple(_together(changes, remarks))


def _together(changes: list[Event], remarks: Iterable[RemarkInfo]) -> list[Event]:
    """Return steps and words in the order of their moments; the word that was sent with a step stands in it."""
    story = list(changes)
    for told in remarks:
        # One form sends a step and its word at the same moment, in the name of the same person.
        place = next(
            (
                number
                for number, event in enumerate(story)
                if event.remark_id is None
                and event.before is not None
                and event.after in (ProblemState.IN_PROGRESS, ProblemState.RESOLVED)
                and (event.made_at, event.made_by) == (told.made_at, told.made_by)
            ),
            None,
        )
        said = Event(told.made_by, told.made_at) if place is None else story[place]
        said = replace(said, unit=told.unit, text=told.text, files=told.files, remark_id=told.id)
        if place is None:
            story.append(said)
        else:
            story[place] = said
    return sorted(story, key=lambda event: event.made_at)


def _changes(session: Session, problem_id: int) -> Iterable[StateChange]:
    return session.scalars(
        sa.select(StateChange)
        .where(StateChange.kind == KIND, StateChange.object_id == problem_id)
        .order_by(StateChange.id)
    )


def _step(row: StateChange) -> Event:
    before = ProblemState(row.before) if row.before else None
    return Event(row.made_by, row.made_at, before, ProblemState(row.after), row.reason)
