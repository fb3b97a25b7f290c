"""Lets units and the office deal with proposed plans in tests, each step one transaction."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from tests.factories import Desk
from tracker.intake.typed_plans import MONTH_FIELDS
from tracker.services.actors import Actor
from tracker.services.plan_decisions import approve, reject
from tracker.services.plan_proposals import propose, withdraw
from tracker.services.proposed_plans import ProposalInfo
from tracker.store.roster import Unit

UNIT = Actor("科技局张三", "10.0.0.7")
OFFICE = Actor("督查室王敏", "10.0.0.1")
APPROVED = {"approved_on": "2023-03-20", "document_no": "常督〔2023〕8号"}


def typed(annual: str = "600", month: str = "50", **said: str) -> dict[str, str]:
    """Return what is typed for a plan spread evenly, from March on."""
    told = {"annual_plan": annual, "effective_from": "2023-03", "reason": "建设内容调整，投资减少"}
    return told | dict.fromkeys(MONTH_FIELDS, month) | said


def ids(desk: Desk, *names: str) -> frozenset[int]:
    """Return the ids of units."""
    with desk.looking() as session:
        return frozenset(session.scalars(sa.select(Unit.id).where(Unit.name.in_(names))))


def proposed(
    desk: Desk,
    name: str = "甲",
    *,
    unit: str = "市科技局",
    based_on: int = 1,
    plan: dict[str, str] | None = None,
) -> ProposalInfo:
    """Propose a plan for the line of this name."""
    return proposed_with_warnings(desk, name, unit=unit, based_on=based_on, plan=plan)[0]


def proposed_with_warnings(
    desk: Desk,
    name: str = "甲",
    *,
    unit: str = "市科技局",
    based_on: int = 1,
    plan: dict[str, str] | None = None,
) -> Any:
    """Propose a plan; return the proposal and what should be seen."""
    code, units = desk.codes()[name], ids(desk, unit)
    with desk.writing() as session:
        return propose(
            session, UNIT, units, 2023, code, typed() if plan is None else plan, based_on, desk.now
        )


def approved(desk: Desk, proposal: ProposalInfo, **said: str) -> ProposalInfo:
    """Approve a proposal."""
    with desk.writing() as session:
        return approve(session, OFFICE, proposal.id, APPROVED | said, desk.now)


def rejected(desk: Desk, proposal: ProposalInfo, reason: str = "缺少批准文件，请补充") -> ProposalInfo:
    """Turn a proposal down."""
    with desk.writing() as session:
        return reject(session, OFFICE, proposal.id, reason, desk.now)


def withdrawn(desk: Desk, proposal: ProposalInfo, unit: str = "市科技局") -> ProposalInfo:
    """Take a proposal back."""
    units = ids(desk, unit)
    with desk.writing() as session:
        return withdraw(session, UNIT, units, proposal.id, desk.now)
