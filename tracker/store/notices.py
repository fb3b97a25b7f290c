"""Owns supervision notices (督办单) and the proposals for them that the office put aside."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.notice_ladder import NoticeColour
from tracker.core.periods import Period
from tracker.store.base import Base, PrimaryKey, Words, choice


class NoticeState(StrEnum):
    """Where a supervision notice stands; a reply that does not satisfy leads back to issued."""

    ISSUED = "issued"
    REPLIED = "replied"
    CLOSED_OUT = "closed_out"
    WITHDRAWN = "withdrawn"


class Notice(Base):
    """A supervision notice to a unit about a line, a work or a problem, or about the unit's month as a whole.

    `grounds` are the sentences that it rests on, as they stood when it was issued; `text` is what the unit has to
    do until `deadline`. `follows_id` is the notice before it on the ladder. Replies are remarks.
    """

    __tablename__ = "notice"
    __table_args__ = (
        sa.CheckConstraint("subproject_id IS NULL OR key_project_id IS NULL", name="one_object"),
    )

    id: Mapped[PrimaryKey]
    number: Mapped[str] = mapped_column(sa.String(60), unique=True)
    colour: Mapped[NoticeColour] = mapped_column(choice(NoticeColour))
    state: Mapped[NoticeState] = mapped_column(choice(NoticeState))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    subproject_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("subproject.id"), index=True, default=None
    )
    key_project_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("key_project.id"), index=True, default=None
    )
    problem_id: Mapped[int | None] = mapped_column(sa.ForeignKey("problem.id"), index=True, default=None)
    follows_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notice.id"), default=None)
    period: Mapped[Period]
    grounds: Mapped[list[str]] = mapped_column(sa.JSON)
    text: Mapped[Words]
    deadline: Mapped[date]
    made_by: Mapped[str] = mapped_column(sa.String(100))
    made_at: Mapped[datetime]


class NoticeDismissal(Base):
    """A proposed notice that the office did not issue, with its reason; `subject` is the key of the proposal."""

    __tablename__ = "notice_dismissal"
    __table_args__ = (sa.UniqueConstraint("period", "subject", "colour"),)

    id: Mapped[PrimaryKey]
    period: Mapped[Period]
    subject: Mapped[str] = mapped_column(sa.String(100))
    colour: Mapped[NoticeColour] = mapped_column(choice(NoticeColour))
    reason: Mapped[Words]
    made_by: Mapped[str] = mapped_column(sa.String(100))
    made_at: Mapped[datetime]
