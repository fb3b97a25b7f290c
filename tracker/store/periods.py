"""Owns periods, the changes of their state, and exemptions from reporting."""

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
