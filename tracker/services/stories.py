"""Owns the story of a problem or a notice: its steps and what was said about it, in one thread."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.services.remarks import RemarkFileInfo, RemarkInfo, remarks_of
from tracker.store.periods import StateChange
from tracker.store.remarks import RemarkKind

State = TypeVar("State", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Event(Generic[State]):
    """Something that happened: a step, a word, or a step with the word that came along.

    `after` is None for a word alone; `before` is None where it all began. `note` is what the step says of itself,
    `unit` the unit that speaks, empty for the office.
    """

    made_by: str
    made_at: datetime
    before: State | None = None
    after: State | None = None
    note: str = ""
    unit: str = ""
    text: str = ""
    files: tuple[RemarkFileInfo, ...] = ()
    remark_id: int | None = None


def story_of(
    session: Session,
    kind: RemarkKind,
    object_id: int,
    states: type[State],
    began: Event[State],
    spoken: Collection[State],
) -> tuple[Event[State], ...]:
    """Return the story, oldest first.

    `began` stands in front where no step tells the beginning; steps that lead to one of `spoken` are sent with a
    word of their own.
    """
    rows = session.scalars(
        sa.select(StateChange)
        .where(StateChange.kind == kind.value, StateChange.object_id == object_id)
        .order_by(StateChange.id)
    )
    steps = [
        Event(
            row.made_by,
            row.made_at,
            states(row.before) if row.before else None,
            states(row.after),
            row.reason,
        )
        for row in rows
    ]
    if not steps or steps[0].before is not None:
        steps.insert(0, began)
    steps[0] = replace(steps[0], unit=began.unit)
    return _together(steps, remarks_of(session, kind, [object_id]).get(object_id, ()), spoken)


def _together(
    steps: Sequence[Event[State]], remarks: Sequence[RemarkInfo], spoken: Collection[State]
) -> tuple[Event[State], ...]:
    """Return steps and words in the order of their moments; the word that was sent with a step stands in it."""
    story = list(steps)
    for told in remarks:
        # One form sends a step and its word at the same moment, in the name of the same person.
        place = next(
            (
                number
                for number, event in enumerate(story)
                if event.remark_id is None
                and event.after in spoken
                and (event.made_at, event.made_by) == (told.made_at, told.made_by)
            ),
            None,
        )
        said: Event[State] = Event(told.made_by, told.made_at) if place is None else story[place]
        said = replace(said, unit=told.unit, text=told.text, files=told.files, remark_id=told.id)
        if place is None:
            story.append(said)
        else:
            story[place] = said
    return tuple(sorted(story, key=lambda event: event.made_at))
