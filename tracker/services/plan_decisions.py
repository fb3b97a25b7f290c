"""Owns deciding on a proposed plan: approval writes the plan revision, rejection says why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.checks import LEAST_WORDS
from tracker.core.errors import Problem, Refused, WrongState
from tracker.core.plan_checks import approval_problems, effective_problem
from tracker.core.said import TEXT_LENGTH
from tracker.intake.typed_plans import read_day, words
from tracker.services import audit
from tracker.services.actors import Actor
from tracker.services.periods import first_open
from tracker.services.plan_proposals import PlanMoved, claimed_proposal, require_waiting
from tracker.services.proposed_plans import PlanInfo, ProposalInfo, newest_plan, proposal_of
from tracker.services.roster_writing import NewPlan, PlanApproval, write_plans
from tracker.services.state_changes import note_state
from tracker.store.plans import PlanProposal, PlanRevision, ProposalState
from tracker.store.roster import Subproject, Unit


def approve(
    session: Session, actor: Actor, proposal_id: int, typed: Mapping[str, str], now: datetime
) -> ProposalInfo:
    """Make the proposal the line's next plan revision, with the `approved_on` and `document_no` typed.

    Raise NotFound, WrongState when it was decided already or its first month is closed by now, PlanMoved when
    another revision came in between, and Refused without day or number.
    """
    row = claimed_proposal(session, proposal_id)
    require_waiting(row, "批准")
    line = session.get_one(Subproject, row.subproject_id)
    obstacle = _obstacle(session, row, line)
    if obstacle is not None:
        raise obstacle
    newest = newest_plan(session, line.id)
    approved_on, unread = read_day(typed.get("approved_on", ""), line.code)
    document_no = words(typed.get("document_no", ""))
    today = now.astimezone(clock.ZONE).date()
    problems = [] if unread is None else [unread]
    problems += [
        problem
        for problem in approval_problems(approved_on, document_no, line.code, today, required=True)
        if unread is None or problem.field != unread.field
    ]
    if problems:
        raise Refused(tuple(problems))
    row.approved_on, row.document_no = approved_on, document_no
    _write(session, actor, row, newest, now)
    _decided(session, actor, row, ProposalState.APPROVED, "", now)
    return proposal_of(session, row.id)


def reject(session: Session, actor: Actor, proposal_id: int, reason: str, now: datetime) -> ProposalInfo:
    """Turn the proposal down with a reason that the unit reads. Raise NotFound, WrongState, Refused."""
    row = claimed_proposal(session, proposal_id)
    require_waiting(row, "退回")
    told = words(reason)
    if not LEAST_WORDS <= len(told) <= TEXT_LENGTH:
        what = (
            "没有填退回原因"
            if not told
            else "退回原因过于简单"
            if len(told) < LEAST_WORDS
            else "退回原因过长"
        )
        mend = f"请写明原因，{LEAST_WORDS} 至 {TEXT_LENGTH} 个字"
        raise Refused((Problem(what, mend, field="decision_reason"),))
    _decided(session, actor, row, ProposalState.REJECTED, told, now)
    return proposal_of(session, row.id)


def obstacle_of(session: Session, proposal: ProposalInfo) -> str | None:
    """Return why a waiting proposal could not be approved as things stand, None when it could."""
    if proposal.state is not ProposalState.PROPOSED:
        return None
    row = session.get_one(PlanProposal, proposal.id)
    found = _obstacle(session, row, session.get_one(Subproject, row.subproject_id))
    return None if found is None else str(found)


def _obstacle(session: Session, row: PlanProposal, line: Subproject) -> WrongState | None:
    newest = newest_plan(session, line.id)
    if newest.number != row.based_on:
        return PlanMoved(row.based_on, newest)
    late = effective_problem(row.effective_from, first_open(session, line.year), line.year, line.code)
    if late is None:
        return None
    return WrongState(f"{late.what}。请退回申请，由单位按新的执行月份重新提出。")


def _write(session: Session, actor: Actor, row: PlanProposal, newest: PlanInfo, now: datetime) -> None:
    unit = session.get_one(Unit, row.unit_id).name
    months = None if row.months is None else tuple(row.months)
    number = newest.number + 1
    plan = NewPlan(row.subproject_id, number, row.effective_from, row.annual_plan, months)
    approval = PlanApproval(row.approved_on, row.document_no, row.effective_from, row.reason)
    source = f"计划调整申请 {row.id}（{unit} {row.made_by} 提出）"
    write_plans(session, [plan], approval, source[:300], actor.name, now)
    row.plan_revision_id = session.scalars(
        sa.select(PlanRevision.id).where(
            PlanRevision.subproject_id == row.subproject_id, PlanRevision.number == number
        )
    ).one()
    before = {
        "annual_plan": newest.annual_plan,
        "months": None if newest.months is None else [*newest.months],
    }
    after = {
        "annual_plan": row.annual_plan,
        "months": row.months,
        "effective_from": str(row.effective_from),
        "approved_on": None if row.approved_on is None else row.approved_on.isoformat(),
        "document_no": row.document_no,
        "plan_revision": number,
    }
    audit.record(
        session, actor, now, "plan_proposal.approve", "plan_proposal", row.id, before=before, after=after
    )


def _decided(
    session: Session, actor: Actor, row: PlanProposal, state: ProposalState, reason: str, now: datetime
) -> None:
    row.state, row.decided_by, row.decided_at, row.decision_reason = state, actor.name, now, reason
    session.flush()
    note_state(session, actor, now, "plan_proposal", row.id, ProposalState.PROPOSED, row.state, reason)
    if state is ProposalState.REJECTED:
        before = {"state": ProposalState.PROPOSED.value}
        after = {"state": state.value, "decision_reason": reason}
        audit.record(
            session, actor, now, "plan_proposal.reject", "plan_proposal", row.id, before=before, after=after
        )
