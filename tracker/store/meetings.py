"""Owns meetings (例会), leaders' instructions (批示), and the actions that follow from either."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.periods import Period
from tracker.store.base import Base, Name, PrimaryKey, Words, choice


class MeetingState(StrEnum):
    """Whether a meeting is still to come; its agenda is made anew until it is held, then it is frozen."""

    PLANNED = "planned"
    HELD = "held"


class ActionState(StrEnum):
    """Where an action stands; the office closes out what the unit says is done, or sends it back to open."""

    OPEN = "open"
    DONE = "done"
    CLOSED_OUT = "closed_out"


class Meeting(Base):
    """A progress meeting on a period. `agenda` is the frozen agenda of one that was held.

    Before, it holds what the office adjusted: see store/agendas.py.
    """

    __tablename__ = "meeting"

    id: Mapped[PrimaryKey]
    title: Mapped[Name]
    period: Mapped[Period]
    state: Mapped[MeetingState] = mapped_column(choice(MeetingState))
    held_on: Mapped[date]
    place: Mapped[Name] = mapped_column(default="")
    chair: Mapped[Name] = mapped_column(default="")
    attendees: Mapped[Words] = mapped_column(default="")
    minutes: Mapped[Words] = mapped_column(default="")
    agenda: Mapped[list[dict[str, Any]] | None] = mapped_column(sa.JSON(none_as_null=True), default=None)
    made_by: Mapped[str] = mapped_column(sa.String(100))
    made_at: Mapped[datetime]


class Instruction(Base):
    """A leader's instruction on a line or a work, once and for good."""

    __tablename__ = "instruction"
    __table_args__ = (
        sa.CheckConstraint("(subproject_id IS NULL) <> (key_project_id IS NULL)", name="one_object"),
    )

    id: Mapped[PrimaryKey]
    subproject_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("subproject.id"), index=True, default=None
    )
    key_project_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("key_project.id"), index=True, default=None
    )
    text: Mapped[Words]
    made_by: Mapped[str] = mapped_column(sa.String(100))
    made_at: Mapped[datetime]


class Action(Base):
    """What a meeting decided or an instruction asks for: a unit and a deadline; it returns until it is closed out."""

    __tablename__ = "action"
    __table_args__ = (
        sa.CheckConstraint("(meeting_id IS NULL) <> (instruction_id IS NULL)", name="one_source"),
        sa.CheckConstraint("subproject_id IS NULL OR key_project_id IS NULL", name="one_object"),
    )

    id: Mapped[PrimaryKey]
    meeting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting.id"), index=True, default=None)
    instruction_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("instruction.id"), index=True, default=None
    )
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    subproject_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("subproject.id"), index=True, default=None
    )
    key_project_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("key_project.id"), index=True, default=None
    )
    problem_id: Mapped[int | None] = mapped_column(sa.ForeignKey("problem.id"), default=None)
    text: Mapped[Words]
    deadline: Mapped[date]
    state: Mapped[ActionState] = mapped_column(choice(ActionState))
    made_by: Mapped[str] = mapped_column(sa.String(100))
    made_at: Mapped[datetime]
