"""Owns the office's word on a problem that is said to be solved: closing it out (销号), or sending it back."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.errors import Problem, Refused
from tracker.core.figures import PeriodState
from tracker.core.periods import Period
from tracker.core.said import TEXT_LENGTH
from tracker.services.actors import Actor
from tracker.services.problem_claims import claimed_problem, require_state, stepped
from tracker.services.reasons_given import required_reason
from tracker.store.periods import PeriodRow
from tracker.store.problems import ProblemState


def close_out(
    session: Session, actor: Actor, problem_id: int, seen: str, opinion: str, now: datetime
) -> Period:
    """Close a resolved problem out, with the office's opinion if it has one; return the month from which on it is over.

    That is the newest month that is open, else the month of `now`: from it on the light of an overdue problem is off,
    while closed months stay as they were. Raise NotFound, Overtaken, WrongState, Refused.
    """
    # The month comes before the trail, in the order in which everybody claims them.
    month = _month(session, now)
    row = claimed_problem(session, problem_id, seen=seen)
    require_state(row, "销号", ProblemState.RESOLVED)
    told = opinion.strip()
    if len(told) > TEXT_LENGTH:
        raise Refused((Problem(f"销号意见超过 {TEXT_LENGTH} 个字", "请写得简短一些", field="opinion"),))
    # It cannot be over before it was told.
    row.closed_out_in = max(month, row.raised_in)
    stepped(
        session,
        actor,
        row,
        ProblemState.CLOSED_OUT,
        now,
        "problem.close_out",
        reason=told,
        after={"closed_out_in": str(row.closed_out_in)} | ({"reason": told} if told else {}),
    )
    return row.closed_out_in


def send_back(session: Session, actor: Actor, problem_id: int, seen: str, reason: str, now: datetime) -> None:
    """Send a problem that is said to be solved back to its handler with a reason; it is in progress again.

    Raise NotFound, Overtaken, WrongState, Refused without a reason.
    """
    row = claimed_problem(session, problem_id, seen=seen)
    require_state(row, "退回", ProblemState.RESOLVED)
    told = required_reason(reason, "退回的原因")
    stepped(
        session,
        actor,
        row,
        ProblemState.IN_PROGRESS,
        now,
        "problem.send_back",
        reason=told,
        after={"reason": told},
    )


def _month(session: Session, now: datetime) -> Period:
    """Return the newest month that takes reports, kept from being closed meanwhile; else the month of `now`."""
    row = session.scalar(
        sa.select(PeriodRow)
        .where(PeriodRow.state == PeriodState.OPEN)
        .order_by(PeriodRow.year.desc(), PeriodRow.month.desc())
        .limit(1)
    )
    if row is not None:
        session.refresh(row, with_for_update={"read": True})
        if row.state is PeriodState.OPEN:
            return row.period
    return Period.of(now.astimezone(clock.ZONE).date())
