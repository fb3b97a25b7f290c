"""Owns the frozen figures of closed periods; rows are written once, a reopened period adds a new number."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.lights import Light
from tracker.store.base import Base, PrimaryKey, Words, Yuan, choice


class Snapshot(Base):
    """One front's month as it was closed. `summary` is MonthSummary as JSON, `rules` the rules behind it,
    `briefing` everything that its briefing tells beside the figures.

    `fingerprint` is the SHA-256 over the summary, the rules and every line, so that nobody can doubt them.
    """

    __tablename__ = "snapshot"
    __table_args__ = (sa.UniqueConstraint("period_id", "front_id", "number"),)

    id: Mapped[PrimaryKey]
    period_id: Mapped[int] = mapped_column(sa.ForeignKey("period.id"))
    front_id: Mapped[int] = mapped_column(sa.ForeignKey("front.id"))
    number: Mapped[int]
    summary: Mapped[Words]
    rules: Mapped[Words]
    briefing: Mapped[Words]
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    made_by: Mapped[str] = mapped_column(sa.String(100))
    made_at: Mapped[datetime]


class SnapshotLine(Base):
    """One line of a snapshot. `figures` is LineFigures as JSON; the other columns serve lists and filters."""

    __tablename__ = "snapshot_line"
    __table_args__ = (
        sa.UniqueConstraint("snapshot_id", "subproject_id"),
        sa.Index("ix_snapshot_line_light", "snapshot_id", "light", "behind"),
        sa.Index("ix_snapshot_line_worsened", "snapshot_id", "worsened", "light", "behind"),
        sa.Index("ix_snapshot_line_improved", "snapshot_id", "improved", "light", "completed"),
    )

    id: Mapped[PrimaryKey]
    snapshot_id: Mapped[int] = mapped_column(sa.ForeignKey("snapshot.id"))
    subproject_id: Mapped[int] = mapped_column(sa.ForeignKey("subproject.id"), index=True)
    plan_revision: Mapped[int]
    light: Mapped[Light] = mapped_column(choice(Light))
    worsened: Mapped[bool]
    flagged_months: Mapped[int]
    lagging_months: Mapped[int]
    missing_months: Mapped[int]
    completed: Mapped[Yuan]
    behind: Mapped[Yuan]
    figures: Mapped[Words]
    improved: Mapped[bool] = mapped_column(server_default=sa.false())
