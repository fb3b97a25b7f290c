"""Owns what a number on the overview stands for: the lines behind it, told by filters that an address can hold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tracker.core.cohorts import Category, is_due_to_start
from tracker.core.coverage import ReportStatus
from tracker.core.figures import LineFigures
from tracker.core.periods import Period


class Handed(StrEnum):
    """How a line's report stands: the sums that coverage is told by, then each status for itself."""

    DUE = "due"
    REPORTED = "reported"
    ON_TIME = "on_time"
    LATE = "late"
    MISSING = "missing"
    PENDING = "pending"
    EXEMPT = "exempt"
    NOT_DUE = "not_due"

    def admits(self, status: ReportStatus) -> bool:
        """Return whether a report of this status is asked for."""
        if self is Handed.DUE:
            return status.due
        if self is Handed.REPORTED:
            return status.reported
        return status.value == self.value


class Start(StrEnum):
    """How a new project's start stands; ALL are the new projects of the year."""

    ALL = "all"
    DUE = "due"
    STARTED = "started"
    OVERDUE = "overdue"

    def admits(self, figures: LineFigures, period: Period) -> bool:
        """Return whether the line is a new project whose start stands so at the end of `period`."""
        line = figures.line
        if line.category is not Category.NEW:
            return False
        if self is Start.DUE:
            return is_due_to_start(line.category, line.planned_start, period)
        if self is Start.STARTED:
            return figures.started
        return self is Start.ALL or figures.start_overdue_months > 0


class Turned(StrEnum):
    """How a line's light turned since last month, as the overview counts it: grey is a list of its own."""

    WORSE = "worse"
    BETTER = "better"

    def admits(self, figures: LineFigures) -> bool:
        """Return whether the line's light turned so."""
        if self is Turned.WORSE:
            return figures.worsened and figures.light.flagged
        return figures.improved


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a list of lines is narrowed to beside cohort, light and places; empty admits every line."""

    lagging: bool = False
    status: Handed | None = None
    start: Start | None = None
    turned: Turned | None = None

    def admits(self, figures: LineFigures, period: Period) -> bool:
        """Return whether the line is asked for in the list of `period`."""
        return (
            (not self.lagging or figures.lagging is True)
            and (self.status is None or self.status.admits(figures.status))
            and (self.start is None or self.start.admits(figures, period))
            and (self.turned is None or self.turned.admits(figures))
        )
