"""Owns which month a page shows: the one in the address, else the newest that is settled."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from tracker.core.errors import NotFound
from tracker.core.figures import PeriodState
from tracker.core.periods import Period
from tracker.services.periods import PeriodInfo, known_periods
from tracker.web.database import read_session


@dataclass(frozen=True, slots=True)
class MonthChoice:
    """The months to choose from, newest first, and the one shown; `newer` is an open month after it."""

    known: tuple[PeriodInfo, ...]
    shown: PeriodInfo
    newer: PeriodInfo | None

    @property
    def period(self) -> Period:
        """Return the month shown."""
        return self.shown.period

    @property
    def provisional(self) -> bool:
        """Return whether the month's figures can still change."""
        return self.shown.state is not PeriodState.CLOSED


def named_month(text: str) -> Period:
    """Return the month that stands in an address such as /periods/2023-04; raise NotFound for any other text."""
    try:
        return Period.parse(text)
    except ValueError as error:
        raise NotFound("报告期", text[:20]) from error


def month_choice() -> MonthChoice | None:
    """Return the month to show, None while there is none; raise NotFound for one that was never opened."""
    known = tuple(info for info in known_periods(read_session()) if info.state is not PeriodState.UPCOMING)
    text = request.args.get("month", "").strip()
    if text:
        shown = next((info for info in known if str(info.period) == text), None)
        if shown is None:
            raise NotFound("报告期", text[:20])
    elif known:
        # What is settled comes first; without any, the newest month there is.
        shown = next((info for info in known if info.state is PeriodState.CLOSED), known[0])
    else:
        return None
    newer = known[0] if known[0].period > shown.period and known[0].state is PeriodState.OPEN else None
    return MonthChoice(known, shown, newer)
