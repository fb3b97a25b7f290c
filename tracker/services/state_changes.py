"""Owns the record of every change of state: who let what go from which state to which, when and why."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.services.actors import Actor
from tracker.store.periods import StateChange


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
