"""Owns what one problem's page shows: its story as one thread, and what whoever looks may do about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.services.accounts import AccountInfo
from tracker.services.problem_claims import seen_of
from tracker.services.problem_list import ProblemInfo, problem_of
from tracker.services.stories import Event, story_of
from tracker.store.accounts import Role
from tracker.store.problems import ProblemState
from tracker.store.remarks import RemarkKind

#: Where a problem can be handled: assigned, and not yet said to be solved.
_AT_WORK = (ProblemState.ASSIGNED, ProblemState.IN_PROGRESS)


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
    story: tuple[Event[ProblemState], ...]
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


def _story(session: Session, problem: ProblemInfo) -> tuple[Event[ProblemState], ...]:
    # What came with a report has no step of its own: the report raised it.
    began = Event(problem.made_by, problem.made_at, None, ProblemState.RAISED, unit=problem.unit)
    spoken = (ProblemState.IN_PROGRESS, ProblemState.RESOLVED)
    return story_of(session, RemarkKind.PROBLEM, problem.id, ProblemState, began, spoken)
