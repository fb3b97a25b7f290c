"""Owns reminders: a word to units whose reports are awaited, never to one that owes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.errors import NotFound, WrongState
from tracker.core.figures import PeriodState
from tracker.core.periods import Period
from tracker.services import audit, periods
from tracker.services.actors import Actor
from tracker.services.missing import UnitMonth, missing_list
from tracker.services.periods import PeriodInfo
from tracker.store.periods import Reminder
from tracker.store.roster import Unit

#: A unit is not reminded twice within this time.
PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Reminded:
    """The units that were reminded, and those left out because they were reminded a moment ago."""

    units: tuple[str, ...]
    too_soon: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReminderLine:
    """A reminder as the office lists it."""

    unit_id: int
    unit: str
    text: str
    made_by: str
    made_at: datetime


def remind(session: Session, actor: Actor, period: Period, unit_id: int, now: datetime) -> Reminded:
    """Remind one unit of what it still owes for an open month.

    Raise WrongState for a month that is not open, a unit that owes nothing and one that was reminded
    within the hour, NotFound for a unit that reports nothing.
    """
    info = _claimed(session, period)
    months = missing_list(session, period, now).units
    month = next((month for month in months if month.unit.id == unit_id), None)
    if month is None:
        raise NotFound("有项目要报的单位", str(unit_id))
    if not month.owed:
        raise WrongState(f"{month.unit.name}{_month(period)}没有未报的项目，不用催报。")
    last = _last(session, period, now).get(unit_id)
    if last is not None:
        who = f"{last.made_by} 已于 {last.made_at.astimezone(clock.ZONE):%H:%M}"
        raise WrongState(f"{who} 催报过{month.unit.name}，一小时内不重复催报。")
    _write(session, actor, info, month, now)
    return Reminded((month.unit.name,))


def remind_all(session: Session, actor: Actor, period: Period, now: datetime) -> Reminded:
    """Remind every unit that still owes something and was not reminded within the hour.

    Raise WrongState for a month that is not open, and when no unit owes anything.
    """
    info = _claimed(session, period)
    owing = [month for month in missing_list(session, period, now).owing if month.unit.id is not None]
    if not owing:
        raise WrongState(f"{_month(period)}没有未报的单位，不用催报。")
    recent = _last(session, period, now)
    for month in owing:
        if month.unit.id not in recent:
            _write(session, actor, info, month, now)
    return Reminded(
        tuple(month.unit.name for month in owing if month.unit.id not in recent),
        tuple(month.unit.name for month in owing if month.unit.id in recent),
    )


def reminders_of(session: Session, period: Period) -> tuple[ReminderLine, ...]:
    """Return the reminders of a month, newest first; raise NotFound without such a period."""
    row = periods.find(session, period)
    rows = session.execute(
        sa.select(Reminder, Unit.name)
        .join(Unit, Unit.id == Reminder.unit_id)
        .where(Reminder.period_id == row.id)
        .order_by(Reminder.id.desc())
    )
    return tuple(
        ReminderLine(found.unit_id, unit, found.text, found.made_by, found.made_at) for found, unit in rows
    )


def reminder_text(info: PeriodInfo, month: UnitMonth, now: datetime) -> str:
    """Return what a unit is told: how many reports are awaited, how many came back, and until when."""
    new = len(month.owed) - month.returned
    parts = [f"{new} 个项目（工作）未报"] if new else []
    if month.returned:
        parts.append(f"{month.returned} 个被退回待修改")
    text = f"{_month(info.period)}还有 {'，'.join(parts)}"
    if info.deadline is None:
        return f"{text}，请尽快报送。"
    deadline = info.deadline.astimezone(clock.ZONE)
    until = f"{deadline.month}月{deadline.day}日{deadline:%H:%M}"
    if now > info.deadline:
        return f"{text}，报送期限（{until}）已过，请立即报送。"
    return f"{text}，请于{until}前报送。"


def _claimed(session: Session, period: Period) -> PeriodInfo:
    """Return the month, claimed: two officers who press the button at once remind once."""
    row = periods.claimed(session, period) or periods.find(session, period)
    if row.state is not PeriodState.OPEN:
        raise WrongState(f"{period} 不是开放状态，不能催报。")
    return periods.info_of(row)


def _last(session: Session, period: Period, now: datetime) -> dict[int, ReminderLine]:
    """Return the reminders of the last hour by unit."""
    return {
        line.unit_id: line for line in reversed(reminders_of(session, period)) if now - line.made_at < PAUSE
    }


def _write(session: Session, actor: Actor, info: PeriodInfo, month: UnitMonth, now: datetime) -> None:
    text = reminder_text(info, month, now)
    row = periods.find(session, info.period)
    session.add(
        Reminder(period_id=row.id, unit_id=month.unit.id or 0, text=text, made_by=actor.name, made_at=now)
    )
    session.flush()
    after = {"unit": month.unit.name, "text": text}
    audit.record(session, actor, now, "reminder.send", "period", info.period, after=after)


def _month(period: Period) -> str:
    return f"{period.year}年{period.month}月"
