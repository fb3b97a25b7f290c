"""Owns the totals of the fronts that other offices run, as the city sent them, with their source."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.cohorts import Cohort
from tracker.store.base import Base, PrimaryKey, Yuan, choice


class FrontTotalRow(Base):
    """One front's total of one cohort; the highest `number` counts, earlier ones stay readable."""

    __tablename__ = "front_total"
    __table_args__ = (sa.UniqueConstraint("period_id", "front_id", "cohort", "number"),)

    id: Mapped[PrimaryKey]
    period_id: Mapped[int] = mapped_column(sa.ForeignKey("period.id"))
    front_id: Mapped[int] = mapped_column(sa.ForeignKey("front.id"))
    cohort: Mapped[Cohort] = mapped_column(choice(Cohort))
    number: Mapped[int]
    count: Mapped[int]
    annual_plan: Mapped[Yuan]
    completed: Mapped[Yuan]
    source: Mapped[str] = mapped_column(sa.String(300))
    made_by: Mapped[str] = mapped_column(sa.String(100))
    made_at: Mapped[datetime]
