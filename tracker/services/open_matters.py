"""Owns the counts of what is open beside the figures: problems, notices, actions, and the next meeting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.services.notice_list import OPEN_STATES
from tracker.services.problem_list import GROUP_OF, ProblemGroup
from tracker.store.meetings import Action, ActionState, Meeting, MeetingState
from tracker.store.notices import Notice, NoticeState
from tracker.store.problems import CoHandler, ProblemRow, ProblemState

HANDLING_STATES = tuple(state for state, group in GROUP_OF.items() if group is ProblemGroup.HANDLING)


@dataclass(frozen=True, slots=True)
class Matters:
    """How many of one kind units work on, how many wait for the office's next step, and how many are overdue.

    A new problem waits to be assigned, a notice that was answered and an action that is done to be verified; the
    latter two are still among the open ones.
    """

    open: int
    for_office: int
    overdue: int


@dataclass(frozen=True, slots=True)
class NextMeeting:
    """The meeting that is to come next."""

    id: int
    title: str
    day: date


@dataclass(frozen=True, slots=True)
class OpenMatters:
    """What the overview says is still to be done; `meeting` is None while none is planned."""

    problems: Matters
    notices: Matters
    actions: Matters
    meeting: NextMeeting | None


def open_matters(session: Session, now: datetime) -> OpenMatters:
    """Return what is open on the day of `now`, counted as the lists of problems, notices and actions count.

    Only counted: nothing is read of what is open, and nothing judged of what was closed out.
    """
    today = now.astimezone(clock.ZONE).date()
    meeting = session.execute(
        sa.select(Meeting.id, Meeting.title, Meeting.held_on)
        .where(Meeting.state == MeetingState.PLANNED, Meeting.held_on >= today)
        .order_by(Meeting.held_on, Meeting.id)
        .limit(1)
    ).first()
    return OpenMatters(
        problems=_problems(session, today),
        notices=_counted(
            session,
            Notice.state.in_(OPEN_STATES),
            sa.true(),
            Notice.state == NoticeState.REPLIED,
            sa.and_(Notice.state == NoticeState.ISSUED, Notice.deadline < today),
        ),
        actions=_counted(
            session,
            Action.state != ActionState.CLOSED_OUT,
            sa.true(),
            Action.state == ActionState.DONE,
            sa.and_(Action.state == ActionState.OPEN, Action.deadline < today),
        ),
        meeting=None if meeting is None else NextMeeting(meeting[0], meeting[1], meeting[2]),
    )


def _problems(session: Session, today: date) -> Matters:
    late_part = sa.exists().where(
        CoHandler.problem_id == ProblemRow.id, CoHandler.done_at.is_(None), CoHandler.deadline < today
    )
    handling = ProblemRow.state.in_(HANDLING_STATES)
    late = sa.or_(ProblemRow.deadline < today, sa.and_(ProblemRow.state != ProblemState.RESOLVED, late_part))
    standing = ProblemRow.state != ProblemState.CLOSED_OUT
    raised = ProblemRow.state == ProblemState.RAISED
    return _counted(session, standing, handling, raised, sa.and_(handling, late))


def _counted(
    session: Session, standing: sa.ColumnElement[bool], *conditions: sa.ColumnElement[bool]
) -> Matters:
    """Return how many of the rows that are `standing` satisfy each of the three conditions."""
    sums = [sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0) for condition in conditions]
    return Matters(*session.execute(sa.select(*sums).where(standing)).one())
