"""Owns looking at plans and at proposals for them, as pages show them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.core.errors import NotFound
from tracker.core.periods import Period
from tracker.services.visibility import reportable_lines
from tracker.store.plans import MONTH_COLUMNS, PlanProposal, PlanRevision, ProposalState
from tracker.store.roster import Subproject, Unit


@dataclass(frozen=True, slots=True)
class PlanInfo:
    """A plan revision: amounts in yuan, `months` None without a monthly plan."""

    number: int
    effective_from: Period
    annual_plan: int
    months: tuple[int, ...] | None
    approved_on: date | None
    document_no: str


@dataclass(frozen=True, slots=True)
class ProposalInfo:
    """A proposal as pages show it; `revision` is the number of the plan revision that approval wrote."""

    id: int
    year: int
    code: str
    name: str
    unit: str
    state: ProposalState
    annual_plan: int
    months: tuple[int, ...] | None
    effective_from: Period
    based_on: int
    approved_on: date | None
    document_no: str
    reason: str
    made_by: str
    made_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision_reason: str
    revision: int | None
    #: The annual plan that the proposal was based on, in yuan.
    annual_before: int


_revision, _base = aliased(PlanRevision), aliased(PlanRevision)
_PROPOSALS = (
    sa.select(
        PlanProposal,
        Subproject.year,
        Subproject.code,
        Subproject.name,
        Unit.name,
        _revision.number,
        _base.annual_plan,
    )
    .join(Subproject, Subproject.id == PlanProposal.subproject_id)
    .join(Unit, Unit.id == PlanProposal.unit_id)
    .join(
        _base,
        sa.and_(_base.subproject_id == PlanProposal.subproject_id, _base.number == PlanProposal.based_on),
    )
    .outerjoin(_revision, _revision.id == PlanProposal.plan_revision_id)
)


def proposals(
    session: Session,
    *,
    unit_ids: Collection[int] | None = None,
    waiting: bool | None = None,
    most: int = 200,
) -> tuple[ProposalInfo, ...]:
    """Return proposals, newest first: those of the units' own lines, or all; waiting or decided ones, or both."""
    statement = _PROPOSALS.order_by(PlanProposal.id.desc()).limit(most)
    if unit_ids is not None:
        years = session.scalars(sa.select(Subproject.year).distinct()).all()
        own = sa.or_(
            sa.false(), *(PlanProposal.subproject_id.in_(reportable_lines(unit_ids, year)) for year in years)
        )
        statement = statement.where(own)
    if waiting is not None:
        is_waiting = PlanProposal.state == ProposalState.PROPOSED
        statement = statement.where(is_waiting if waiting else sa.not_(is_waiting))
    return tuple(_info(*row) for row in session.execute(statement))


def proposal_of(session: Session, proposal_id: int) -> ProposalInfo:
    """Return one proposal; raise NotFound."""
    row = session.execute(_PROPOSALS.where(PlanProposal.id == proposal_id)).first()
    if row is None:
        raise NotFound("计划调整申请", str(proposal_id))
    return _info(*row)


def newest_plan(session: Session, line_id: int) -> PlanInfo:
    """Return the line's newest plan revision, whether or not it holds yet; raise NotFound without any."""
    return _plan(
        session, sa.and_(PlanRevision.subproject_id == line_id, Subproject.id == line_id), str(line_id)
    )


def base_plan(session: Session, proposal: ProposalInfo) -> PlanInfo:
    """Return the plan revision that a proposal was based on."""
    wanted = sa.and_(
        Subproject.year == proposal.year,
        Subproject.code == proposal.code,
        PlanRevision.number == proposal.based_on,
    )
    return _plan(session, wanted, proposal.code)


def _plan(session: Session, wanted: sa.ColumnElement[bool], name: str) -> PlanInfo:
    row = session.scalars(
        sa.select(PlanRevision)
        .join(Subproject, Subproject.id == PlanRevision.subproject_id)
        .where(wanted)
        .order_by(PlanRevision.number.desc())
        .limit(1)
    ).first()
    if row is None:
        raise NotFound("年度计划", name)
    months = tuple(getattr(row, column) for column in MONTH_COLUMNS)
    return PlanInfo(
        number=row.number,
        effective_from=row.effective_from,
        annual_plan=row.annual_plan,
        months=None if months[0] is None else months,
        approved_on=row.approved_on,
        document_no=row.document_no,
    )


def _info(
    row: PlanProposal, year: int, code: str, name: str, unit: str, revision: int | None, before: int
) -> ProposalInfo:
    return ProposalInfo(
        id=row.id,
        year=year,
        code=code,
        name=name,
        unit=unit,
        state=row.state,
        annual_plan=row.annual_plan,
        months=None if row.months is None else tuple(row.months),
        effective_from=row.effective_from,
        based_on=row.based_on,
        approved_on=row.approved_on,
        document_no=row.document_no,
        reason=row.reason,
        made_by=row.made_by,
        made_at=row.made_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        decision_reason=row.decision_reason,
        revision=revision,
        annual_before=before,
    )
