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


class ProblemCategory(StrEnum):
    """What kind of obstacle it is, by whose business it is to remove it."""

    LAND = "land"
    APPROVAL = "approval"
    FUNDING = "funding"
    DEMOLITION = "demolition"
    CONSTRUCTION = "construction"
    UTILITIES = "utilities"
    OTHER = "other"


class Difficulty(StrEnum):
    """How hard a problem is: a unit solves it alone, several have to, or the city has to decide."""

    UNIT = "unit"
    SEVERAL_UNITS = "several_units"
    CITY = "city"


class ProblemRow(Base):
    """An obstacle of a line or of a work, as its unit put it.

    `category` and `difficulty` are None until somebody says; `unit_id` is the unit that raised it, None for the
    office; `handler_id` the unit that has to solve it (主办) once it is assigned.
    """

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
    category: Mapped[ProblemCategory | None] = mapped_column(choice(ProblemCategory), default=None)
    difficulty: Mapped[Difficulty | None] = mapped_column(choice(Difficulty), default=None)
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), default=None)
    handler_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True, default=None)
    made_by: Mapped[str] = mapped_column(sa.String(100))
    made_at: Mapped[datetime]


class CoHandler(Base):
    """A unit asked to help with a problem until `deadline`; `done_at` is when it had done its part."""

    __tablename__ = "co_handler"
    __table_args__ = (sa.UniqueConstraint("problem_id", "unit_id"),)

    id: Mapped[PrimaryKey]
    problem_id: Mapped[int] = mapped_column(sa.ForeignKey("problem.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    deadline: Mapped[date | None] = mapped_column(default=None)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
