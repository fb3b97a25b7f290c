"""Owns periods and the changes of their state; exemptions, reminders, and reopenings for one unit or line."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.figures import PeriodState
from tracker.core.periods import Period
from tracker.store.base import Base, PrimaryKey, Words, choice


class PeriodRow(Base):
    """A month of reports. After `deadline` a report is late; `closed_at` is the moment of closing.

    A period that was loaded long after its month has no deadline: nothing in it is late.
    """

    __tablename__ = "period"
    __table_args__ = (sa.UniqueConstraint("year", "month"),)

    id: Mapped[PrimaryKey]
    year: Mapped[int]
    month: Mapped[int]
    state: Mapped[PeriodState] = mapped_column(choice(PeriodState))
    opened_at: Mapped[datetime | None] = mapped_column(default=None)
    deadline: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def period(self) -> Period:
        """Return the month as the core knows it."""
        return Period(self.year, self.month)


class Exemption(Base):
    """A line that need not report for a period, with the reason."""

    __tablename__ = "exemption"
    __table_args__ = (sa.UniqueConstraint("period_id", "subproject_id"),)

    id: Mapped[PrimaryKey]
    period_id: Mapped[int] = mapped_column(sa.ForeignKey("period.id"))
    subproject_id: Mapped[int] = mapped_column(sa.ForeignKey("subproject.id"), index=True)
    reason: Mapped[Words]
    made_by: Mapped[str] = mapped_column(sa.String(100))
    made_at: Mapped[datetime]


class Reminder(Base):
    """A word to a unit that its reports are awaited; shown on its own page until they came."""

    __tablename__ = "reminder"

    id: Mapped[PrimaryKey]
    period_id: Mapped[int] = mapped_column(sa.ForeignKey("period.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    text: Mapped[Words]
    made_by: Mapped[str] = mapped_column(sa.String(100))
    made_at: Mapped[datetime]


class Reopening(Base):
    """A closed period opened again for one unit, line or work, until a moment; what was frozen stays frozen."""

    __tablename__ = "reopening"
    __table_args__ = (
        sa.CheckConstraint(
            "(CASE WHEN unit_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN subproject_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN key_project_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_object",
        ),
    )

    id: Mapped[PrimaryKey]
    period_id: Mapped[int] = mapped_column(sa.ForeignKey("period.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), default=None)
    subproject_id: Mapped[int | None] = mapped_column(sa.ForeignKey("subproject.id"), default=None)
    key_project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("key_project.id"), default=None)
    reason: Mapped[Words]
    until: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(sa.String(100))
    made_at: Mapped[datetime]
    ended_by: Mapped[str] = mapped_column(sa.String(100), default="")
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class StateChange(Base):
    """Every change of state of anything that has one: who, when, from, to, why. Append-only."""

    __tablename__ = "state_change"
    __table_args__ = (sa.Index("ix_state_change_object", "kind", "object_id"),)

    id: Mapped[PrimaryKey]
    kind: Mapped[str] = mapped_column(sa.String(40))
    object_id: Mapped[int]
    before: Mapped[str] = mapped_column(sa.String(24))
    after: Mapped[str] = mapped_column(sa.String(24))
    made_by: Mapped[str] = mapped_column(sa.String(100))
    made_at: Mapped[datetime]
    reason: Mapped[Words] = mapped_column(default="")
