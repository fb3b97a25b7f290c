"""Owns the briefings that were made and to whom each was delivered."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.base import Base, Name, PrimaryKey, Words, choice


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class BriefingIssue(Base):
    """One issue of a period's briefing; the workbook lies in the instance under `file_name`."""

    __tablename__ = "briefing_issue"
    __table_args__ = (sa.UniqueConstraint("period_id", "front_id", "number"),)

    id: Mapped[PrimaryKey]
    period_id: Mapped[int] = mapped_column(sa.ForeignKey("period.id"))
    front_id: Mapped[int] = mapped_column(sa.ForeignKey("front.id"))
    number: Mapped[int]
    provisional: Mapped[bool]
    sentence: Mapped[Words]
    file_name: Mapped[Name]
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    checks: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    made_by: Mapped[str] = mapped_column(sa.String(100))
    made_at: Mapped[datetime]


class Delivery(Base):
    """One recipient of one issue."""

    __tablename__ = "delivery"

    id: Mapped[PrimaryKey]
    briefing_issue_id: Mapped[int] = mapped_column(sa.ForeignKey("briefing_issue.id"), index=True)
    recipient: Mapped[Name]
    channel: Mapped[str] = mapped_column(sa.String(24))
    state: Mapped[DeliveryState] = mapped_column(choice(DeliveryState))
    error: Mapped[Words] = mapped_column(default="")
    made_at: Mapped[datetime]
