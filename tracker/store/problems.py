"""Owns problems (问题), the units asked to help (协办) and where each stands until it is closed out (销号)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.periods import Period
from tracker.store.base import Base, PrimaryKey, Words, choice


class ProblemState(StrEnum):
    """The life of a problem."""

    RAISED = "raised"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    CLOSED_OUT = "closed_out"


class ProblemRow(Base):
    """An obstacle of a line or of a work, as its unit put it."""

    __tablename__ = "problem"
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
    raised_in: Mapped[Period]
    text: Mapped[Words]
    help_needed: Mapped[Words] = mapped_column(default="")
    state: Mapped[ProblemState] = mapped_column(choice(ProblemState))
    deadline: Mapped[date | None] = mapped_column(default=None)
    closed_out_in: Mapped[Period | None] = mapped_column(default=None)
    made_by: Mapped[str] = mapped_column(sa.String(100))
    made_at: Mapped[datetime]


class CoHandler(Base):
    """A unit asked to help with a problem."""

    __tablename__ = "co_handler"
    __table_args__ = (sa.UniqueConstraint("problem_id", "unit_id"),)

    id: Mapped[PrimaryKey]
    problem_id: Mapped[int] = mapped_column(sa.ForeignKey("problem.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
