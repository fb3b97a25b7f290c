"""Owns the list of months as the office runs them: where each stands, what came, what waits, what is next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.coverage import Coverage
from tracker.core.figures import PeriodState
from tracker.core.periods import Period
from tracker.services.closing import earlier_open
from tracker.services.figures import summary_of
from tracker.services.missing import missing_list
from tracker.services.periods import PeriodInfo, closing_day, known_periods, months_to_open
from tracker.services.workdays import Workday
from tracker.store.periods import PeriodRow, Reopening
from tracker.store.reports import Report, ReportState


@dataclass(frozen=True, slots=True)
class PeriodCard:
    """A month of the list. `coverage` counts lines and works of an open month, of a closed one what was frozen.

    `closing` is the day on which the office means to close it; `waiting` counts reports to review,
    `returned` those with their units, `owing` the units that owe something, `reopened` what is open again.
    """

    info: PeriodInfo
    closing: Workday
    coverage: Coverage
    waiting: int
    returned: int
    owing: int
    reopened: int
    earlier_open: tuple[Period, ...]

    @property
    def is_open(self) -> bool:
        """Return whether units report for it."""
        return self.info.state is PeriodState.OPEN


@dataclass(frozen=True, slots=True)
class PeriodList:
    """Every month, newest first, and those that can be opened, the next one first."""

    cards: tuple[PeriodCard, ...]
    to_open: tuple[Period, ...]


def period_list(session: Session, now: datetime) -> PeriodList:
    """Return every month there is with what the office has to know of it."""
    waiting = _counts(session, ReportState.SUBMITTED)
    returned = _counts(session, ReportState.RETURNED)
    reopened = _reopened(session, now)
    cards = []
    for info in known_periods(session):
        if info.state is PeriodState.UPCOMING:
            continue
        coverage, owing = _coverage(session, info, now)
        cards.append(
            PeriodCard(
                info=info,
                closing=closing_day(session, info.period),
                coverage=coverage,
                waiting=waiting.get(info.period, 0),
                returned=returned.get(info.period, 0),
                owing=owing,
                reopened=reopened.get(info.period, 0),
                earlier_open=earlier_open(session, info.period) if info.state is PeriodState.OPEN else (),
            )
        )
    return PeriodList(tuple(cards), months_to_open(session, now))


def _coverage(session: Session, info: PeriodInfo, now: datetime) -> tuple[Coverage, int]:
    if info.state is PeriodState.CLOSED:
        return summary_of(session, info.period, now).coverage, 0
    found = missing_list(session, info.period, now)
    return found.coverage, len(found.owing)


def _counts(session: Session, state: ReportState) -> dict[Period, int]:
    rows = session.execute(
        sa.select(PeriodRow.year, PeriodRow.month, sa.func.count(Report.id))
        .join(Report, Report.period_id == PeriodRow.id)
        .where(Report.state == state)
        .group_by(PeriodRow.year, PeriodRow.month)
    )
    return {Period(year, month): count for year, month, count in rows}


def _reopened(session: Session, now: datetime) -> dict[Period, int]:
    rows = session.execute(
        sa.select(PeriodRow.year, PeriodRow.month, sa.func.count(Reopening.id))
        .join(Reopening, Reopening.period_id == PeriodRow.id)
        .where(Reopening.ended_at.is_(None), Reopening.until > now)
        .group_by(PeriodRow.year, PeriodRow.month)
    )
    return {Period(year, month): count for year, month, count in rows}
