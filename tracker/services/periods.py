"""Owns the life of a period: open, close, look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.errors import NotFound, Problem, Refused, WrongState
from tracker.core.figures import PeriodState
from tracker.core.periods import Period
from tracker.services import audit
from tracker.services.actors import Actor
from tracker.services.office import office_of
from tracker.services.reasons_given import required_reason
from tracker.services.state_changes import note_state
from tracker.services.workdays import Workday, nth_workday
from tracker.store.periods import PeriodRow
from tracker.store.roster import Subproject

#: So long after today, or after the end of its month if that is later, a deadline may lie at most.
LONGEST_GRACE = timedelta(days=92)


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


def month_before(session: Session, period: Period) -> PeriodRow | None:
    """Return the row of the month before, which `period` is compared with; a year starts afresh in January.

    None while that month has not begun: an upcoming month has no figures and no lights.
    """
    row = None if period.month == 1 else row_of(session, period.plus(-1))
    return None if row is None or row.state is PeriodState.UPCOMING else row


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


def first_open(session: Session, year: int) -> Period:
    """Return the first month of the year after the last closed one: no plan changes before it."""
    closed = session.scalar(
        sa.select(sa.func.max(PeriodRow.month)).where(
            PeriodRow.year == year, PeriodRow.state == PeriodState.CLOSED
        )
    )
    return Period(year, 1).plus(closed or 0)


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


def set_deadline(
    session: Session, actor: Actor, period: Period, deadline: datetime, reason: str, now: datetime
) -> PeriodInfo:
    """Move the deadline of an open month, with a reason; what came already stays on time or late as it came.

    Raise WrongState for a month that is not open, Refused for a missing reason, and for a moment that has
    passed or lies more than LONGEST_GRACE after today and the month's end.
    """
    told = required_reason(reason, "调整报送期限的原因")
    # A month may be worked on long after it ended.
    last = max(now, datetime.combine(period.last_day, time(23, 59, 59), tzinfo=clock.ZONE)) + LONGEST_GRACE
    if not now < deadline <= last:
        until = f"{last.astimezone(clock.ZONE):%Y-%m-%d}"
        mend = f"请选择现在之后、{until} 之前的时间"
        read = f"{deadline.astimezone(clock.ZONE):%Y-%m-%d %H:%M}"
        raise Refused((Problem("报送期限不合适", mend, read, field="deadline"),))
    row = claimed(session, period) or find(session, period)
    if row.state is not PeriodState.OPEN:
        raise WrongState(f"{period} 不是开放状态，不能调整报送期限。")
    before, row.deadline = row.deadline, deadline
    session.flush()
    audit.record(
        session,
        actor,
        now,
        "period.deadline",
        "period",
        period,
        before={"deadline": None if before is None else before.astimezone(clock.ZONE).isoformat()},
        after={"deadline": deadline.astimezone(clock.ZONE).isoformat(), "reason": told},
    )
    return info_of(row)


def closing_day(session: Session, period: Period) -> Workday:
    """Return the day on which the office means to close the month, a workday of the following one."""
    return nth_workday(session, period.plus(1), office_of(session).closing_workday)


def months_to_open(session: Session, now: datetime) -> tuple[Period, ...]:
    """Return the months that can be opened: those of years with a roster that have begun, the next one first."""
    today = Period.of(now.astimezone(clock.ZONE).date())
    begun = {
        Period(row.year, row.month)
        for row in session.scalars(sa.select(PeriodRow).where(PeriodRow.state != PeriodState.UPCOMING))
    }
    years = session.scalars(sa.select(Subproject.year).distinct().order_by(Subproject.year))
    months = [month for year in years for month in Period(year, 12).year_to_date() if month <= today]
    newest = max(begun, default=None)
    return tuple(
        sorted(
            (month for month in months if month not in begun),
            # What follows the newest month comes before what was left out earlier.
            key=lambda month: (newest is not None and month < newest, month),
        )
    )


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
    note_state(session, actor, now, "period", row.id, before, state, reason)
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
