"""Owns what a unit does about its plans: proposes a new one for its own line, looks at its proposals, takes one back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.errors import NotFound, Refused, WrongState
from tracker.core.money import wan_grouped
from tracker.core.periods import Period
from tracker.core.plan_checks import PlanKnown, ProposedPlan, plan_problems, plan_warnings
from tracker.intake.typed_plans import read_plan
from tracker.services import audit
from tracker.services.actors import Actor
from tracker.services.periods import first_open
from tracker.services.proposed_plans import PlanInfo, ProposalInfo, base_plan, newest_plan, proposal_of
from tracker.services.roster_writing import claim_year
from tracker.services.state_changes import note_state
from tracker.services.visibility import own_object
from tracker.store.plans import PlanProposal, ProposalState
from tracker.store.roster import KeyProject, Responsibility, Subproject


@dataclass(frozen=True, slots=True)
class PlanDesk:
    """What a unit sees when it proposes: the line, its newest plan, from when a plan may hold, what awaits."""

    year: int
    code: str
    name: str
    newest: PlanInfo
    months_open: tuple[Period, ...]
    waiting: ProposalInfo | None


class PlanMoved(WrongState):
    """Raised when the plan that somebody looked at is no longer the newest; tells what changed meanwhile."""

    def __init__(self, looked_at: int, newest: PlanInfo) -> None:
        self.newest = newest
        super().__init__(
            f"所依据的是第 {looked_at} 版计划，现在已有第 {newest.number} 版：年度计划投资 "
            f"{wan_grouped(newest.annual_plan)} 万元，{newest.effective_from} 起执行"
            f"{f'，{newest.document_no}' if newest.document_no else ''}。请按新的计划核对后重新提出。"
        )


def plan_desk(session: Session, unit_ids: Collection[int], year: int, code: str) -> PlanDesk:
    """Return what the units need in order to propose a plan; raise NotFound unless the line is theirs."""
    line = _own_line(session, unit_ids, year, code)
    start = first_open(session, year)
    waiting = _waiting(session, line.id)
    return PlanDesk(
        year=year,
        code=line.code,
        name=line.name,
        newest=newest_plan(session, line.id),
        months_open=tuple(Period(year, month) for month in range(start.month, 13) if start.year == year),
        waiting=None if waiting is None else proposal_of(session, waiting.id),
    )


def propose(
    session: Session,
    actor: Actor,
    unit_ids: Collection[int],
    year: int,
    code: str,
    typed: Mapping[str, str],
    based_on: int,
    now: datetime,
) -> tuple[ProposalInfo, tuple[str, ...]]:
    """Write a proposal from what was typed (`typed_plans.FIELDS`); return it with what should be seen.

    `based_on` is the number of the revision that the person looked at. Raise NotFound for a line that is not
    the units' own, WrongState while another proposal waits, PlanMoved when the plan changed meanwhile, and
    Refused with every problem.
    """
    line = _own_line(session, unit_ids, year, code)
    claim_year(session, year)
    waiting = _waiting(session, line.id)
    if waiting is not None:
        raise WrongState(
            f"{code} 已有一份待批的计划调整申请（{waiting.made_by}，{_day(waiting.made_at)} 提出），"
            "请等待办结，或先撤回它。"
        )
    newest = newest_plan(session, line.id)
    if based_on != newest.number:
        raise PlanMoved(based_on, newest)
    plan, unread = read_plan(typed, code)
    known = PlanKnown(code, year, newest.annual_plan, newest.months, first_open(session, year), _day(now))
    told = {problem.field for problem in unread}
    problems = (*unread, *(found for found in plan_problems(plan, known) if found.field not in told))
    if problems or plan.annual_plan is None or plan.effective_from is None:
        raise Refused(problems)
    months = plan.monthly_plan
    row = PlanProposal(
        subproject_id=line.id,
        state=ProposalState.PROPOSED,
        annual_plan=plan.annual_plan,
        months=None if months is None else list(months),
        effective_from=plan.effective_from,
        based_on=based_on,
        approved_on=plan.approved_on,
        document_no=plan.document_no,
        reason=plan.reason,
        unit_id=_unit_of(session, unit_ids, line),
        made_by=actor.name,
        made_at=now,
    )
    session.add(row)
    session.flush()
    note_state(session, actor, now, "plan_proposal", row.id, "", row.state, plan.reason)
    before = {
        "annual_plan": newest.annual_plan,
        "months": None if newest.months is None else [*newest.months],
    }
    audit.record(
        session,
        actor,
        now,
        "plan_proposal.propose",
        "plan_proposal",
        row.id,
        before=before,
        after=told_of(row),
    )
    return proposal_of(session, row.id), plan_warnings(plan, known)


def withdraw(
    session: Session, actor: Actor, unit_ids: Collection[int], proposal_id: int, now: datetime
) -> ProposalInfo:
    """Take back a proposal that waits; anybody who reports the line may. Raise NotFound, WrongState."""
    row = claimed_proposal(session, proposal_id, unit_ids)
    require_waiting(row, "撤回")
    row.state, row.decided_by, row.decided_at = ProposalState.WITHDRAWN, actor.name, now
    session.flush()
    note_state(session, actor, now, "plan_proposal", row.id, ProposalState.PROPOSED, row.state)
    audit.record(
        session,
        actor,
        now,
        "plan_proposal.withdraw",
        "plan_proposal",
        row.id,
        before={"state": ProposalState.PROPOSED.value},
        after={"state": row.state.value},
    )
    return proposal_of(session, row.id)


def stored_warnings(session: Session, proposal: ProposalInfo, now: datetime) -> tuple[str, ...]:
    """Return what should be seen about a proposal before it is decided."""
    base = base_plan(session, proposal)
    year = proposal.year
    known = PlanKnown(
        proposal.code, year, base.annual_plan, base.months, first_open(session, year), _day(now)
    )
    months = proposal.months or (None,) * 12
    plan = ProposedPlan(proposal.annual_plan, months, proposal.effective_from, proposal.reason)
    return plan_warnings(plan, known)


def claimed_proposal(
    session: Session, proposal_id: int, unit_ids: Collection[int] | None = None
) -> PlanProposal:
    """Return the proposal as it stands once nobody else is at the year's plans; raise NotFound.

    With `unit_ids`, a proposal for a line that is not the units' own is not found.
    """
    place = session.execute(
        sa.select(Subproject.year, Subproject.code)
        .join(PlanProposal, PlanProposal.subproject_id == Subproject.id)
        .where(PlanProposal.id == proposal_id)
    ).first()
    if place is None:
        raise NotFound("计划调整申请", str(proposal_id))
    year, code = place
    if unit_ids is not None:
        _own_line(session, unit_ids, year, code)
    claim_year(session, year)
    return session.get_one(PlanProposal, proposal_id, populate_existing=True)


def require_waiting(row: PlanProposal, step: str) -> None:
    """Raise WrongState for a proposal that was decided or taken back already."""
    if row.state is not ProposalState.PROPOSED:
        done = {"approved": "批准", "rejected": "退回", "withdrawn": "撤回"}[row.state.value]
        raise WrongState(f"这份申请已由{row.decided_by}{done}，不能再{step}。")


def told_of(row: PlanProposal) -> dict[str, Any]:
    """Return what the audit trail keeps of a proposal; amounts in whole yuan."""
    return {
        "state": row.state.value,
        "annual_plan": row.annual_plan,
        "months": row.months,
        "effective_from": str(row.effective_from),
        "based_on": row.based_on,
        "approved_on": None if row.approved_on is None else row.approved_on.isoformat(),
        "document_no": row.document_no,
        "reason": row.reason,
    }


def _own_line(session: Session, unit_ids: Collection[int], year: int, code: str) -> Subproject:
    found = own_object(session, unit_ids, year, code)
    if found.work:
        # A work has no investment and so no plan of it.
        raise NotFound("本单位填报的子项目", f"{year} {code}")
    return session.get_one(Subproject, found.id)


def _waiting(session: Session, line_id: int) -> PlanProposal | None:
    return session.scalar(
        sa.select(PlanProposal).where(
            PlanProposal.subproject_id == line_id, PlanProposal.state == ProposalState.PROPOSED
        )
    )


def _unit_of(session: Session, unit_ids: Collection[int], line: Subproject) -> int:
    """Return the unit in whose name the proposal is made: the lead, else the first that is responsible."""
    lead = session.get_one(KeyProject, line.key_project_id).lead_id
    if lead in unit_ids and lead is not None:
        return lead
    return session.scalars(
        sa.select(Responsibility.unit_id)
        .where(Responsibility.subproject_id == line.id, Responsibility.unit_id.in_(unit_ids))
        .order_by(Responsibility.id)
        .limit(1)
    ).one()


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.ZONE).date()
