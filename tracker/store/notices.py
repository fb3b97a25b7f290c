"""Owns supervision notices (督办单), meetings (例会) and the actions that meetings decide."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.periods import Period
from tracker.store.base import Base, Name, PrimaryKey, Words, choice


class NoticeColour(StrEnum):
    """How urgent a supervision notice is; each step is sharper than the one before."""

    BLUE = "blue"
    YELLOW = "yellow"
    RED = "red"


class NoticeState(StrEnum):
    """Where a supervision notice stands."""

    ISSUED = "issued"
    REPLIED = "replied"
    CLOSED_OUT = "closed_out"


class ActionState(StrEnum):
    """Where a meeting's action stands."""

    OPEN = "open"
    DONE = "done"
    CLOSED_OUT = "closed_out"


class Notice(Base):
    """A supervision notice to a unit, with a deadline and the unit's reply."""

    __tablename__ = "notice"

    id: Mapped[PrimaryKey]
    number: Mapped[str] = mapped_column(sa.String(60), unique=True)
    colour: Mapped[NoticeColour] = mapped_column(choice(NoticeColour))
    state: Mapped[NoticeState] = mapped_column(choice(NoticeState))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    subproject_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("subproject.id"), index=True, default=None
    )
    period: Mapped[Period]
    text: Mapped[Words]
    deadline: Mapped[date]
    reply: Mapped[Words] = mapped_column(default="")
    made_by: Mapped[str] = mapped_column(sa.String(100))
    made_at: Mapped[datetime]


class Meeting(Base):
    """A progress meeting on a period."""

    __tablename__ = "meeting"

    id: Mapped[PrimaryKey]
    title: Mapped[Name]
    period: Mapped[Period]
    held_on: Mapped[date]
    minutes: Mapped[Words] = mapped_column(default="")


class MeetingAction(Base):
    """A decision with a unit and a deadline; it comes back until it is closed out."""

    __tablename__ = "meeting_action"

    id: Mapped[PrimaryKey]
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    subproject_id: Mapped[int | None] = mapped_column(sa.ForeignKey("subproject.id"), default=None)
    text: Mapped[Words]
    deadline: Mapped[date | None] = mapped_column(default=None)
    state: Mapped[ActionState] = mapped_column(choice(ActionState))
