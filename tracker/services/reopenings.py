"""Owns reopening a closed period for one unit, line or work: rarely, with a reason, until a moment.

What was frozen with the closing stays frozen; what is handed in meanwhile counts as a correction at once.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.errors import NotFound, Problem, Refused, WrongState
from tracker.core.figures import PeriodState
from tracker.core.periods import Period
from tracker.services import audit, periods
from tracker.services.actors import Actor
from tracker.services.reasons_given import required_reason
from tracker.services.visibility import (
    ReportObject,
    object_of,
    reportable_lines,
    reportable_works,
    reporting_units,
)
from tracker.store.periods import PeriodRow, Reopening
from tracker.store.roster import KeyProject, Subproject, Unit

#: For so long at most a closed month may be reopened.
LONGEST = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Target:
    """For whom a closed month is reopened: a unit by its id, or a line or work by its code."""

    unit_id: int | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class ReopeningInfo:
    """A reopening as pages list it; `what` names the unit, or the line or work with its code."""

    id: int
    period: Period
    what: str
    reason: str
    until: datetime
    made_by: str
    made_at: datetime
    ended_by: str = ""
    ended_at: datetime | None = None

    def stands(self, now: datetime) -> bool:
        """Return whether reports are still taken under it."""
        return self.ended_at is None and self.until > now


def standing_reopening(
    session: Session, row: PeriodRow, about: ReportObject, unit_ids: Collection[int], now: datetime
) -> Reopening | None:
    """Return the reopening that lets these units report on the line or work now, None without one.

    A unit's reopening is one for its own lines and works, not for those of another unit of the same person.
    """
    mine = Reopening.key_project_id == about.id if about.work else Reopening.subproject_id == about.id
    return session.scalar(
        sa.select(Reopening)
        .where(Reopening.period_id == row.id, Reopening.ended_at.is_(None), Reopening.until > now)
        .where(sa.or_(mine, Reopening.unit_id.in_(reporting_units(session, about) & frozenset(unit_ids))))
        .order_by(Reopening.id.desc())
        .limit(1)
    )


def reopen(
    session: Session,
    actor: Actor,
    period: Period,
    target: Target,
    reason: str,
    until: datetime,
    now: datetime,
) -> ReopeningInfo:
    """Reopen a closed month for one unit, line or work until a moment; the snapshot stays as it is.

    Raise WrongState for a month that is not closed or is reopened for the target already, Refused for a
    missing reason, a moment that is not ahead or too far, and a target that is none, NotFound for no such
    unit, line or work.
    """
    told = required_reason(reason, "重新开放的原因")
    if not now < until <= now + LONGEST:
        mend = f"请选择现在之后、{LONGEST.days} 天之内的时间"
        raise Refused((Problem("重新开放的截止时间不合适", mend, _when(until), field="until"),))
    row = periods.claimed(session, period) or periods.find(session, period)
    if row.state is not PeriodState.CLOSED:
        raise WrongState(f"{period} 没有关闭，单位可以直接报送，不用重新开放。")
    made = Reopening(
        period_id=row.id,
        reason=told,
        until=until,
        made_by=actor.name,
        made_at=now,
        **_place(session, row, target),
    )
    known = session.scalar(
        sa.select(Reopening)
        .where(Reopening.period_id == row.id, Reopening.ended_at.is_(None), Reopening.until > now)
        .where(
            Reopening.unit_id.is_not_distinct_from(made.unit_id),
            Reopening.subproject_id.is_not_distinct_from(made.subproject_id),
            Reopening.key_project_id.is_not_distinct_from(made.key_project_id),
        )
    )
    if known is not None:
        raise WrongState(
            f"{period} 已为{_what(session, known)}重新开放至 {_when(known.until)}，请先结束再重新设定。"
        )
    session.add(made)
    session.flush()
    info = _info(session, made, period)
    after = {"name": info.what, "reason": told, "until": _when(until)}
    audit.record(session, actor, now, "reopening.begin", "period", period, after=after)
    return info


def end_reopening(
    session: Session, actor: Actor, period: Period, reopening_id: int, now: datetime
) -> ReopeningInfo:
    """End a reopening before its time; what was handed in under it stays. Raise NotFound or WrongState."""
    row = periods.claimed(session, period) or periods.find(session, period)
    found = session.get(Reopening, reopening_id, populate_existing=True)
    if found is None or found.period_id != row.id:
        raise NotFound("重新开放", str(reopening_id))
    if found.ended_at is not None or found.until <= now:
        raise WrongState(f"{period} 为{_what(session, found)}的重新开放已经结束。")
    before = {"name": _what(session, found), "until": _when(found.until)}
    found.ended_by, found.ended_at = actor.name, now
    session.flush()
    audit.record(session, actor, now, "reopening.end", "period", period, before=before)
    return _info(session, found, period)


def reopenings_of(session: Session, period: Period) -> tuple[ReopeningInfo, ...]:
    """Return every reopening of a month, newest first; raise NotFound without such a period."""
    row = periods.find(session, period)
    found = session.scalars(
        sa.select(Reopening).where(Reopening.period_id == row.id).order_by(Reopening.id.desc())
    )
    return tuple(_info(session, one, period) for one in found)


def _place(session: Session, row: PeriodRow, target: Target) -> dict[str, int | None]:
    """Return the columns that name the target; raise Refused when it is none, or two."""
    code = target.code.strip()
    if (target.unit_id is None) == (not code):
        raise Refused((Problem("请选择一个单位，或填写一个项目（工作）的编码，二者只选其一", field="unit"),))
    if code:
        about = object_of(session, row.year, code)
        return {"subproject_id": about.line_id, "key_project_id": about.work_id}
    unit = session.get(Unit, target.unit_id)
    if unit is None:
        raise NotFound("单位", str(target.unit_id))
    own = (reportable_lines([unit.id], row.year), reportable_works([unit.id], row.year))
    if all(session.scalar(statement.limit(1)) is None for statement in own):
        raise Refused(
            (Problem(f"“{unit.name}”{row.year} 年没有填报的项目或工作", "请选择其他单位", field="unit"),)
        )
    return {"unit_id": unit.id}


def _info(session: Session, found: Reopening, period: Period) -> ReopeningInfo:
    return ReopeningInfo(
        id=found.id,
        period=period,
        what=_what(session, found),
        reason=found.reason,
        until=found.until,
        made_by=found.made_by,
        made_at=found.made_at,
        ended_by=found.ended_by,
        ended_at=found.ended_at,
    )


def _what(session: Session, found: Reopening) -> str:
    if found.unit_id is not None:
        return session.get_one(Unit, found.unit_id).name
    if found.subproject_id is not None:
        line = session.get_one(Subproject, found.subproject_id)
        return f"“{line.name}”（{line.code}）"
    work = session.get_one(KeyProject, found.key_project_id)
    return f"“{work.name}”（{work.code}）"


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(clock.ZONE):%Y-%m-%d %H:%M}"
