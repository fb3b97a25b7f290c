"""Owns reports: one head per line and period, its revisions that nothing rewrites, drafts, evidence and uploads."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.periods import Period
from tracker.store.base import Base, Name, PrimaryKey, Words, choice


class ReportState(StrEnum):
    """Where a report stands; drafts are kept apart in ReportDraft."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class Report(Base):
    """One line's (or work's) report for a period.

    `counted` is the number of the revision that figures use, since `counted_at`; `settled` the one that they
    fall back on when the newest is returned: the last one accepted, or frozen with the closing.
    """

    __tablename__ = "report"
    __table_args__ = (
        sa.UniqueConstraint("period_id", "subproject_id"),
        sa.UniqueConstraint("period_id", "key_project_id"),
        sa.CheckConstraint("(subproject_id IS NULL) <> (key_project_id IS NULL)", name="one_object"),
        # What came to count after a closing is a handful among all reports of the month.
        sa.Index("ix_report_counted_at", "period_id", "counted_at"),
    )

    id: Mapped[PrimaryKey]
    period_id: Mapped[int] = mapped_column(sa.ForeignKey("period.id"))
    subproject_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("subproject.id"), index=True, default=None
    )
    key_project_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("key_project.id"), index=True, default=None
    )
    state: Mapped[ReportState] = mapped_column(choice(ReportState))
    revisions: Mapped[int] = mapped_column(default=0)
    counted: Mapped[int | None] = mapped_column(default=None)
    counted_at: Mapped[datetime | None] = mapped_column(default=None)
    settled: Mapped[int | None] = mapped_column(default=None)


class ReportRevision(Base):
    """What was submitted, once and for good; amounts as stated, None where not said.

    `correction_reason` is filled for a revision that came after its period was closed. `late` is
    judged when it is submitted, against the deadline of then. `milestones` maps ids of milestones to the
    ISO day on which each was reached; `doubts` are the sentences that `explanation` answers. `cell` is where the
    amount stood in a workbook that it came from, such as "月报!F7".
    """

    __tablename__ = "report_revision"
    __table_args__ = (sa.UniqueConstraint("report_id", "number"),)

    id: Mapped[PrimaryKey]
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("report.id"))
    number: Mapped[int]
    month_completed: Mapped[int | None] = mapped_column(sa.BigInteger, default=None)
    ytd_completed: Mapped[int | None] = mapped_column(sa.BigInteger, default=None)
    actual_start: Mapped[Period | None] = mapped_column(default=None)
    target_reached: Mapped[Words] = mapped_column(default="")
    physical_progress: Mapped[Words] = mapped_column(default="")
    problem_text: Mapped[Words] = mapped_column(default="")
    help_needed: Mapped[Words] = mapped_column(default="")
    next_intention: Mapped[Words] = mapped_column(default="")
    explanation: Mapped[Words] = mapped_column(default="")
    correction_reason: Mapped[Words] = mapped_column(default="")
    late: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(sa.String(300), default="")
    made_by: Mapped[str] = mapped_column(sa.String(100))
    made_at: Mapped[datetime]
    milestones: Mapped[dict[str, str] | None] = mapped_column(sa.JSON(none_as_null=True), default=None)
    doubts: Mapped[list[str] | None] = mapped_column(sa.JSON(none_as_null=True), default=None)
    cell: Mapped[str | None] = mapped_column(sa.String(120), default=None)


#: Joins a report to the revision that figures use, and to the newest one.
COUNTED = sa.and_(ReportRevision.report_id == Report.id, ReportRevision.number == Report.counted)
NEWEST = sa.and_(ReportRevision.report_id == Report.id, ReportRevision.number == Report.revisions)


class ReportDraft(Base):
    """What a reporter is typing; saved as typed, counted nowhere, replaced freely.

    `based_on` is the number of the report's revision that the typing began from, 0 when there was none.
    """

    __tablename__ = "report_draft"
    __table_args__ = (
        sa.UniqueConstraint("account_id", "period_id", "subproject_id", name="uq_report_draft_line"),
        sa.UniqueConstraint("account_id", "period_id", "key_project_id", name="uq_report_draft_work"),
        sa.CheckConstraint("(subproject_id IS NULL) <> (key_project_id IS NULL)", name="one_object"),
    )

    id: Mapped[PrimaryKey]
    period_id: Mapped[int] = mapped_column(sa.ForeignKey("period.id"))
    subproject_id: Mapped[int | None] = mapped_column(sa.ForeignKey("subproject.id"), default=None)
    key_project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("key_project.id"), default=None)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    based_on: Mapped[int] = mapped_column(default=0)
    typed: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    saved_at: Mapped[datetime]


class Evidence(Base):
    """A picture or PDF handed in for a line's or work's month; the bytes lie in the instance under `sha256`.

    It stays readable after it was taken away: what a revision rested on can be looked at later.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        sa.CheckConstraint("(subproject_id IS NULL) <> (key_project_id IS NULL)", name="one_object"),
    )

    id: Mapped[PrimaryKey]
    period_id: Mapped[int] = mapped_column(sa.ForeignKey("period.id"), index=True)
    subproject_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("subproject.id"), index=True, default=None
    )
    key_project_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("key_project.id"), index=True, default=None
    )
    file_name: Mapped[Name]
    media_type: Mapped[str] = mapped_column(sa.String(60))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    made_by: Mapped[str] = mapped_column(sa.String(100))
    made_at: Mapped[datetime]
    removed_by: Mapped[str] = mapped_column(sa.String(100), default="")
    removed_at: Mapped[datetime | None] = mapped_column(default=None)


class PendingUpload(Base):
    """A workbook that was uploaded and previewed, until its reporter hands it in or a day has gone by."""

    __tablename__ = "pending_upload"

    id: Mapped[PrimaryKey]
    period_id: Mapped[int] = mapped_column(sa.ForeignKey("period.id"))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    file_name: Mapped[Name]
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
    made_at: Mapped[datetime]
