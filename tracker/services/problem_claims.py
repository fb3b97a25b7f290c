"""Owns what every step with a problem begins and ends with: claiming it as it was seen, and writing down what was done."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.errors import NotFound, WrongState
from tracker.services import audit, state_changes
from tracker.services.actors import Actor
from tracker.services.problems import STATE_WORDS
from tracker.services.remarks import involved_units
from tracker.store.problems import ProblemRow, ProblemState
from tracker.store.remarks import RemarkKind

#: The kind under which changes of problems stand among the changes of state and in the audit trail.
KIND = "problem"


def seen_of(session: Session, problem_id: int, state: ProblemState) -> str:
    """Return what a page carries so that a later step knows whether it still stands, and reads, as it was looked at."""
    words = session.execute(
        sa.select(ProblemRow.text, ProblemRow.help_needed).where(ProblemRow.id == problem_id)
    ).one()
    return f"{state_changes.seen_of(session, KIND, problem_id, state)}-{_mark_of(*words)}"


def _mark_of(text: str, help_needed: str) -> str:
    """Return what stands for the words: a report can put a problem into others without any step."""
    return hashlib.sha256(f"{text}\0{help_needed}".encode()).hexdigest()[:16]


def claimed_problem(
    session: Session, problem_id: int, unit_ids: Collection[int] | None = None, seen: str | None = None
) -> ProblemRow:
    """Return the problem, claimed until the transaction ends.

    With `unit_ids`, a problem that involves none of them is not found; with `seen`, raise Overtaken unless it
    stands as it did then, and WrongState when it reads otherwise.
    """
    audit.claim_trail(session)
    row = session.get(ProblemRow, problem_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("问题", str(problem_id))
    if unit_ids is not None and not involved_units(session, RemarkKind.PROBLEM, problem_id) & frozenset(
        unit_ids
    ):
        raise NotFound("本单位的问题", str(problem_id))
    if seen is not None:
        word = STATE_WORDS[row.state]
        stood, _, mark = seen.rpartition("-")
        state_changes.require_as_seen(session, KIND, row.id, row.state, stood, "这个问题", word)
        if mark != _mark_of(row.text, row.help_needed):
            raise WrongState(
                "您打开之后，填报单位重新上报，这个问题的内容已改写。没有改动任何内容，请核对后再办。"
            )
    return row


def require_state(row: ProblemRow, step: str, *states: ProblemState) -> None:
    """Raise WrongState unless the problem stands at one of `states`."""
    if row.state not in states:
        wanted = "、".join(f"“{STATE_WORDS[state]}”" for state in states)
        raise WrongState(f"问题现在是“{STATE_WORDS[row.state]}”，不能{step}；{wanted}的问题才可以。")


def stepped(
    session: Session,
    actor: Actor,
    row: ProblemRow,
    state: ProblemState,
    now: datetime,
    action: str,
    *,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Move the problem to `state` (which may be its own) and write down who did it, when, why and what changed."""
    was, row.state = row.state, state
    session.flush()
    state_changes.note_state(session, actor, now, KIND, row.id, was, state, reason)
    moved = was is not state
    told_before = ({"state": was.value} if moved else {}) | (before or {})
    told_after = ({"state": state.value} if moved else {}) | (after or {})
    audit.record(session, actor, now, action, KIND, row.id, before=told_before, after=told_after)
