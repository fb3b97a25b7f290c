"""Owns the life of a period: open, close, look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.errors import NotFound, WrongState
from tracker.core.figures import PeriodState
from tracker.core.periods import Period
from tracker.services import audit
from tracker.services.actors import Actor
from tracker.services.office import office_of
from tracker.services.workdays import Workday, nth_workday
from tracker.store.periods import PeriodRow, StateChange


@dataclass(frozen=True, slots=True)
class PeriodInfo:
    """A period as pages and the command line show it."""

    period: Period
    state: PeriodState
    deadline: datetime | None
    opened_at: datetime | None
    closed_at: datetime | None

    def deadline_passed(self, now: datetime) -> bool:
        """Return whether a report that is still missing is overdue; without a deadline it is."""
        return self.state is PeriodState.CLOSED or self.deadline is None or now > self.deadline


def known_periods(session: Session) -> tuple[PeriodInfo, ...]:
    """Return every period there is, newest first."""
    rows = session.scalars(sa.select(PeriodRow).order_by(PeriodRow.year.desc(), PeriodRow.month.desc()))
    return tuple(info_of(row) for row in rows)


def info_of(row: PeriodRow) -> PeriodInfo:
    """Return the value of a row."""
    return PeriodInfo(row.period, row.state, row.deadline, row.opened_at, row.closed_at)


_PERIOD = sa.select(PeriodRow).where(
    PeriodRow.year == sa.bindparam("year"), PeriodRow.month == sa.bindparam("month")
)


def row_of(session: Session, period: Period) -> PeriodRow | None:
    """Return the period's row, None while there is none."""
    return session.scalar(_PERIOD, {"year": period.year, "month": period.month})


def find(session: Session, period: Period) -> PeriodRow:
    """Return the period's row; raise NotFound when there is none."""
    row = row_of(session, period)
    if row is None:
        raise NotFound("报告期", str(period))
    return row


def claimed(session: Session, period: Period) -> PeriodRow | None:
    """Return the period's row as it stands once nobody else is at it, None while there is none.

    Whoever changes a month or what is reported for it claims the month first, until the transaction ends:
    otherwise it could be closed twice at once, or be closed while a report slips in. SQLite has one writer
    at a time anyway.
    """
    statement = _PERIOD.with_for_update(of=PeriodRow).execution_options(populate_existing=True)
    return session.scalar(statement, {"year": period.year, "month": period.month})


def claimed_open(session: Session, actor: Actor, period: Period, now: datetime) -> PeriodRow:
    """Return the claimed row of a period that reports or totals come for, opened when it was not."""
    row = claimed(session, period)
    if row is None or row.state is PeriodState.UPCOMING:
        open_period(session, actor, period, now)
        row = find(session, period)
    return row


def deadline_day(session: Session, period: Period) -> Workday:
    """Return the last day on which a report is on time, the Nth workday of the following month."""
    return nth_workday(session, period.plus(1), office_of(session).deadline_workday)


def open_period(session: Session, actor: Actor, period: Period, now: datetime) -> PeriodInfo:
    """Open `period` for reports; does nothing when it is open already.

    A period whose deadline lies in the past is opened without one: months that are loaded afterwards
    must not brand every report in them as late.
    """
    row = claimed(session, period) or _made(session, period)
    if row.state is PeriodState.CLOSED:
        raise WrongState(f"{period} 已关闭，不能再次打开；更正已关闭月份请用“更正”并说明原因。")
    if row.state is PeriodState.OPEN:
        return info_of(row)
    day = deadline_day(session, period).day
    deadline = datetime.combine(day, time(23, 59, 59), tzinfo=clock.ZONE)
    row.deadline = deadline if now <= deadline else None
    row.opened_at = now
    set_state(session, actor, row, PeriodState.OPEN, now)
    return info_of(row)


def _made(session: Session, period: Period) -> PeriodRow:
    """Return a new row for the period, or the one that somebody else made at the same moment."""
    row = PeriodRow(year=period.year, month=period.month, state=PeriodState.UPCOMING)
    try:
        with session.begin_nested():
            session.add(row)
    except sa.exc.IntegrityError:
        return claimed(session, period) or find(session, period)
    return row


def set_state(
    session: Session, actor: Actor, row: PeriodRow, state: PeriodState, now: datetime, reason: str = ""
) -> None:
    """Move the period to `state` and write down who did it, when and why."""
    session.flush()
    before, row.state = row.state, state
    if state is PeriodState.CLOSED:
        row.closed_at = now
    session.add(
        StateChange(
            kind="period",
            object_id=row.id,
            before=before.value,
            after=state.value,
            made_by=actor.name,
            made_at=now,
            reason=reason,
        )
    )
    audit.record(
        session,
        actor,
        now,
        f"period.{state.value}",
        "period",
        row.period,
        before={"state": before.value},
        after={"state": state.value, "reason": reason},
    )
