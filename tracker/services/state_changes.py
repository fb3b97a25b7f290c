"""Owns the record of every change of state: who let what go from which state to which, when and why."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.errors import WrongState
from tracker.services.actors import Actor
from tracker.store.periods import StateChange


class Overtaken(WrongState):
    """Raised when somebody acted since a thing was looked at; nothing was written."""

    def __init__(self, what: str, who: str, when: datetime, state: str) -> None:
        moment = f"{when.astimezone(clock.ZONE):%m-%d %H:%M}"
        super().__init__(
            f"您打开之后情况有变：{who} 已于 {moment} 处理过{what}，现在是“{state}”。没有改动任何内容，请核对后再办。"
        )


def note_state(
    session: Session,
    actor: Actor,
    now: datetime,
    kind: str,
    object_id: int,
    before: StrEnum | str,
    after: StrEnum,
    reason: str = "",
) -> None:
    """Record that the object of this kind went from one state to another; `before` is empty for a new one."""
    session.add(
        StateChange(
            kind=kind,
            object_id=object_id,
            before=str(before),
            after=after.value,
            made_by=actor.name,
            made_at=now,
            reason=reason,
        )
    )


def last_reasons(
    session: Session, kind: str, after: StrEnum, object_ids: sa.Select[int] | list[int]
) -> dict[int, str]:
    """Return with which reason each of these objects last came into the state; who never did is left out."""
    rows = session.execute(
        sa.select(StateChange.object_id, StateChange.reason)
        .where(StateChange.kind == kind, StateChange.after == after.value)
        .where(StateChange.object_id.in_(object_ids))
        .order_by(StateChange.id)
    )
    return {object_id: reason for object_id, reason in rows}  # noqa: C416 - the last one of each stays


def seen_of(session: Session, kind: str, object_id: int, state: StrEnum) -> str:
    """Return what a page carries so that a later step knows whether the thing still stands as it was looked at."""
    return f"{state.value}-{session.scalar(sa.select(sa.func.count(StateChange.id)).where(*_about(kind, object_id)))}"


def require_as_seen(
    session: Session, kind: str, object_id: int, state: StrEnum, seen: str, what: str, word: str
) -> None:
    """Raise Overtaken unless the thing stands as it did when a page carried `seen`.

    `what` names it and `word` its state to people. Nothing but a recorded change makes the two differ.
    """
    if seen == seen_of(session, kind, object_id, state):
        return
    last = session.scalar(
        sa.select(StateChange).where(*_about(kind, object_id)).order_by(StateChange.id.desc()).limit(1)
    )
    if last is None:
        raise WrongState(f"{what}现在是“{word}”，与您打开时不同。没有改动任何内容，请核对后再办。")
    raise Overtaken(what, last.made_by, last.made_at, word)


def _about(kind: str, object_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return StateChange.kind == kind, StateChange.object_id == object_id
