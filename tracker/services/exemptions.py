"""Owns exemptions: a line that need not report for an open month, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.errors import NotFound, Problem, Refused, WrongState
from tracker.core.figures import PeriodState
from tracker.core.periods import Period
from tracker.services import audit, periods
from tracker.services.actors import Actor
from tracker.services.reasons_given import required_reason
from tracker.services.visibility import object_of
from tracker.store.periods import Exemption, PeriodRow
from tracker.store.reports import Report
from tracker.store.roster import Subproject


@dataclass(frozen=True, slots=True)
class ExemptionInfo:
    """A line that need not report for a month: since when, by whose word and why."""

    id: int
    code: str
    name: str
    reason: str
    made_by: str
    made_at: datetime


def exemptions_of(session: Session, period: Period) -> tuple[ExemptionInfo, ...]:
    """Return the month's exemptions by code; raise NotFound without such a period."""
    row = periods.find(session, period)
    rows = session.execute(
        sa.select(Exemption, Subproject.code, Subproject.name)
        .join(Subproject, Subproject.id == Exemption.subproject_id)
        .where(Exemption.period_id == row.id)
        .order_by(Subproject.code)
    )
    return tuple(
        ExemptionInfo(found.id, code, name, found.reason, found.made_by, found.made_at)
        for found, code, name in rows
    )


def exempt(
    session: Session, actor: Actor, period: Period, code: str, reason: str, now: datetime
) -> ExemptionInfo:
    """Exempt a line from reporting for an open month.

    Raise Refused without a reason and for a work, WrongState for a month that is not open, for a line
    that is exempt already or whose report counts, NotFound for no such line.
    """
    told = required_reason(reason, "免报原因")
    row = _open(session, period)
    about = object_of(session, period.year, code.strip())
    if about.work:
        raise Refused((Problem(f"“{about.name}”是重点工作", "免报只用于子项目", field="code"),))
    known = session.scalar(
        sa.select(Exemption).where(Exemption.period_id == row.id, Exemption.subproject_id == about.id)
    )
    if known is not None:
        raise WrongState(f"“{about.name}”{period} 已经免报（{known.reason}）。")
    counted = session.scalar(
        sa.select(Report.id).where(
            Report.period_id == row.id, Report.subproject_id == about.id, Report.counted.is_not(None)
        )
    )
    if counted is not None:
        raise WrongState(f"“{about.name}”{period} 已有月报并计入统计，不用免报。")
    made = Exemption(period_id=row.id, subproject_id=about.id, reason=told, made_by=actor.name, made_at=now)
    session.add(made)
    session.flush()
    audit.record(
        session, actor, now, "exemption.add", "report", f"{period} {about.code}", after={"reason": told}
    )
    return ExemptionInfo(made.id, about.code, about.name, told, made.made_by, made.made_at)


def unexempt(session: Session, actor: Actor, period: Period, exemption_id: int, now: datetime) -> str:
    """Take an exemption of an open month back; return the line's name. Raise WrongState or NotFound."""
    row = _open(session, period)
    found = session.get(Exemption, exemption_id)
    if found is None or found.period_id != row.id:
        raise NotFound("免报", str(exemption_id))
    line = session.get_one(Subproject, found.subproject_id)
    reason = {"reason": found.reason}
    session.delete(found)
    session.flush()
    audit.record(session, actor, now, "exemption.remove", "report", f"{period} {line.code}", before=reason)
    return line.name


def _open(session: Session, period: Period) -> PeriodRow:
    """Return the claimed row of an open month: nobody closes it meanwhile."""
    row = periods.claimed(session, period) or periods.find(session, period)
    if row.state is not PeriodState.OPEN:
        raise WrongState(f"{period} 不是开放状态，免报只能在填报期间设定。")
    return row
