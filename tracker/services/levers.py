"""Owns the questions of a meeting: what it would take to reach a goal (补差), and what secures the year (一月保全年)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.core.cohorts import Cohort
from tracker.core.figures import LineFigures, MonthFigures, MonthSummary
from tracker.core.levers import Goal, LeadShare, Levers, Lift, Rung, is_reached, lead_shares, levers, rungs
from tracker.core.periods import Period
from tracker.core.year_path import LinePath, YearPath, line_paths, year_path
from tracker.services.figures import figures_of


@dataclass(frozen=True, slots=True)
class WhatItTakes:
    """What it would take one cohort to reach one goal; `reached` tells of every goal whether it is, None unknown."""

    summary: MonthSummary
    found: Levers
    reached: dict[Goal, bool | None]
    rungs: tuple[Rung, ...]
    shares: tuple[LeadShare, ...]

    @property
    def smallest_ids(self) -> frozenset[int]:
        """Return the lines of the smallest set."""
        return _ids(self.found.smallest)

    @property
    def cheapest_ids(self) -> frozenset[int]:
        """Return the lines of the cheapest set."""
        return _ids(self.found.cheapest)

    @property
    def chosen(self) -> tuple[LineFigures, ...]:
        """Return the laggards that are in either set, the largest first."""
        either = self.smallest_ids | self.cheapest_ids
        return tuple(line for line in self.found.lagging if line.line.id in either)


@dataclass(frozen=True, slots=True)
class YearEnd:
    """The way of one cohort to the year's end, together and line by line; `strained` lines exceed their best month."""

    summary: MonthSummary
    cohort: Cohort
    path: YearPath
    lines: tuple[LinePath, ...]

    @property
    def strained(self) -> int:
        """Return how many lines would have to exceed their best month so far."""
        return sum(line.strained for line in self.lines)


def what_it_takes(
    session: Session, period: Period, now: datetime, cohort: Cohort, goal: Goal | None
) -> WhatItTakes:
    """Return the levers of a ranked cohort as reported; without a goal, of the first one that is not reached."""
    return _what_it_takes(figures_of(session, period, now), cohort, goal)


def year_end(session: Session, period: Period, now: datetime, cohort: Cohort) -> YearEnd:
    """Return what a cohort's remaining months would have to bring, as reported."""
    return _year_end(figures_of(session, period, now), cohort)


def both(
    session: Session, period: Period, now: datetime, cohort: Cohort, goal: Goal | None
) -> tuple[WhatItTakes, YearEnd]:
    """Return both answers from one reading of the month, for the workbook."""
    figures = figures_of(session, period, now)
    return _what_it_takes(figures, cohort, goal), _year_end(figures, cohort)


def _ids(lift: Lift | None) -> frozenset[int]:
    return frozenset() if lift is None else frozenset(line.line.id for line in lift.lines)


def _what_it_takes(figures: MonthFigures, cohort: Cohort, goal: Goal | None) -> WhatItTakes:
    reached = {each: is_reached(figures, cohort, each) for each in Goal}
    if goal is None:
        goal = next((each for each in Goal if reached[each] is False), Goal.CITYWIDE)
    found = levers(figures, cohort, goal)
    return WhatItTakes(
        summary=figures.summary,
        found=found,
        reached=reached,
        rungs=rungs(figures, cohort),
        shares=lead_shares(figures, found),
    )


def _year_end(figures: MonthFigures, cohort: Cohort) -> YearEnd:
    members = [line for line in figures.lines if line.cohort is cohort]
    month = figures.summary.period.month
    return YearEnd(figures.summary, cohort, year_path(members, month), line_paths(members, month))
