"""Owns the monthly plan table (推进计划表): numbered revisions that nothing rewrites, and proposals for them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.periods import Period
from tracker.store.base import Base, PrimaryKey, Words, Yuan, choice

#: The columns of the twelve months, January first; all are NULL where a line has no monthly plan.
MONTH_COLUMNS = tuple(f"month_{month:02d}" for month in range(1, 13))


class PlanRevision(Base):
    """One approved version of a line's annual plan with its months; revision 1 is the original plan."""

    __tablename__ = "plan_revision"
    __table_args__ = (sa.UniqueConstraint("subproject_id", "number"),)

    id: Mapped[PrimaryKey]
    subproject_id: Mapped[int] = mapped_column(sa.ForeignKey("subproject.id"))
    number: Mapped[int]
    effective_from: Mapped[Period]
    annual_plan: Mapped[Yuan]
    month_01: Mapped[int | None] = mapped_column(sa.BigInteger, default=None)
    month_02: Mapped[int | None] = mapped_column(sa.BigInteger, default=None)
    month_03: Mapped[int | None] = mapped_column(sa.BigInteger, default=None)
    month_04: Mapped[int | None] = mapped_column(sa.BigInteger, default=None)
    month_05: Mapped[int | None] = mapped_column(sa.BigInteger, default=None)
    month_06: Mapped[int | None] = mapped_column(sa.BigInteger, default=None)
    month_07: Mapped[int | None] = mapped_column(sa.BigInteger, default=None)
    month_08: Mapped[int | None] = mapped_column(sa.BigInteger, default=None)
    month_09: Mapped[int | None] = mapped_column(sa.BigInteger, default=None)
    month_10: Mapped[int | None] = mapped_column(sa.BigInteger, default=None)
    month_11: Mapped[int | None] = mapped_column(sa.BigInteger, default=None)
    month_12: Mapped[int | None] = mapped_column(sa.BigInteger, default=None)
    approved_on: Mapped[date | None] = mapped_column(default=None)
    document_no: Mapped[str] = mapped_column(sa.String(100), default="")
    reason: Mapped[Words] = mapped_column(default="")
    source: Mapped[str] = mapped_column(sa.String(300), default="")
    made_by: Mapped[str] = mapped_column(sa.String(100))
    made_at: Mapped[datetime]


class ProposalState(StrEnum):
    """Where a proposed plan revision stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class PlanProposal(Base):
    """A unit's proposal for a new plan; approval writes the PlanRevision that it names afterwards.

    `based_on` is the number of the plan revision that the unit looked at. `approved_on` and `document_no`
    say who approved it outside of here; the office may fill them in when it approves.
    """

    __tablename__ = "plan_proposal"

    id: Mapped[PrimaryKey]
    subproject_id: Mapped[int] = mapped_column(sa.ForeignKey("subproject.id"), index=True)
    state: Mapped[ProposalState] = mapped_column(choice(ProposalState))
    annual_plan: Mapped[Yuan]
    months: Mapped[list[int] | None] = mapped_column(sa.JSON(none_as_null=True))
    effective_from: Mapped[Period]
    based_on: Mapped[int]
    approved_on: Mapped[date | None] = mapped_column(default=None)
    document_no: Mapped[str] = mapped_column(sa.String(100), default="")
    reason: Mapped[Words]
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    made_by: Mapped[str] = mapped_column(sa.String(100))
    made_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(sa.String(100), default="")
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    decision_reason: Mapped[Words] = mapped_column(default="")
    plan_revision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan_revision.id"), default=None)
