"""Owns the figures of a month: the one computation behind page, JSON, workbook and test.

Units throughout: amounts in whole yuan, `scheduled` in twelfths of a yuan, percentages and differences in
hundredths of a percent(age point), None where undefined. See `progress` for the rounding.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tracker.core.cohorts import (
    Cohort,
)
from tracker.core.coverage import DUE, REPORTED, Coverage, ReportStatus
from tracker.core.lights import Light, Measured, Reason, Verdict
from tracker.core.lines import Line
from tracker.core.periods import Period
from tracker.core.progress import (
    difference,
    published,
)


class PeriodState(StrEnum):
    """Where a period stands in its life."""

    UPCOMING = "upcoming"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class LineFigures:
    """Every figure and the light of one line. The twelve `amounts` are None where nothing was reported."""

    line: Line
    cohort: Cohort
    status: ReportStatus
    started: bool
    start_overdue_months: int
    amounts: tuple[int | None, ...]
    spans: tuple[int, ...]
    month_completed: int | None
    completed: int
    scheduled: int
    progress: int | None
    schedule: int | None
    vs_schedule: int | None
    original_progress: int | None
    lagging: bool | None
    behind: int
    needed_per_month: int | None
    best_month: int
    light: Light
    reasons: tuple[Reason, ...]
    flagged_months: int
    lagging_months: int
    missing_months: int
    previous_light: Light | None

    @property
    def verdict(self) -> Verdict:
        """Return the light as the next period will look back on it."""
        return Verdict(
            self.light, self.reasons, self.flagged_months, self.lagging_months, self.missing_months
        )

    @property
    def worsened(self) -> bool:
        """Return whether the light is worse than a month ago (a first month is worse than nothing)."""
        return self.previous_light is not None and self.light.severity > self.previous_light.severity

    @property
    def improved(self) -> bool:
        """Return whether a red or yellow light is gone or has become yellow; a missing report mends nothing."""
        return (
            self.previous_light is not None
            and self.previous_light.flagged
            and self.status.reported
            and self.light.severity < self.previous_light.severity
        )


@dataclass(frozen=True, slots=True)
class Sums:
    """The weighted sums of a group of lines and what is published of them (domain.md, arithmetic 2)."""

    count: int
    annual_plan: int
    completed: int
    scheduled: int
    lagging: int
    due: int
    reported: int

    @property
    def progress(self) -> int | None:
        """Return the published Σ completed ÷ Σ plan."""
        return published(self.completed, self.annual_plan)

    @property
    def schedule(self) -> int | None:
        """Return the published Σ scheduled ÷ Σ plan."""
        return published(self.scheduled, 12 * self.annual_plan)

    @property
    def vs_schedule(self) -> int | None:
        """Return the gap between the two published figures."""
        return difference(self.progress, self.schedule)


@dataclass(frozen=True, slots=True)
class CohortFigures:
    """A cohort of the office's front against its schedule, the city and the other fronts."""

    cohort: Cohort
    sums: Sums
    planned_progress: int | None
    elapsed_time: int
    citywide: int | None
    vs_citywide: int | None
    rank: int | None
    of: int


@dataclass(frozen=True, slots=True)
class FrontFigures:
    """One front's place in the citywide ranking of one cohort; `own` marks the office's front."""

    name: str
    cohort: Cohort
    count: int
    annual_plan: int
    completed: int
    progress: int | None
    rank: int | None
    own: bool
    source: str


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """A programme, department or district; `rank` is the rate's, `amount_rank` the amount's."""

    name: str
    sums: Sums
    rank: int | None
    amount_rank: int | None


@dataclass(frozen=True, slots=True)
class StartQuarter:
    """The new projects whose start is planned for one quarter; quarter 0 holds those without a plan."""

    quarter: int
    count: int
    due_to_start: int
    started: int


@dataclass(frozen=True, slots=True)
class StartFigures:
    """The new projects of the year: how many have begun, should have begun, lag."""

    count: int
    started: int
    due_to_start: int
    start_overdue: int
    lagging: int
    quarters: tuple[StartQuarter, ...]

    @property
    def rate_of_due(self) -> int | None:
        """Return the published share started of those planned to start by now."""
        return published(self.started, self.due_to_start)

    @property
    def rate_of_year(self) -> int | None:
        """Return the published share started of those planned for the year."""
        return published(self.started, self.count)


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A cohort's published figures at the end of one month, for the curve."""

    period: Period
    cohort: Cohort
    progress: int | None
    schedule: int | None
    citywide: int | None


@dataclass(frozen=True, slots=True)
class MonthSummary:
    """Everything but the lines; small, so that a page over a closed period costs the same at any size."""

    period: Period
    state: PeriodState
    front: str
    rules_version: int
    coverage: Coverage
    total: Sums
    cohorts: tuple[CohortFigures, ...]
    starts: StartFigures
    fronts: tuple[FrontFigures, ...]
    programmes: tuple[GroupFigures, ...]
    departments: tuple[GroupFigures, ...]
    districts: tuple[GroupFigures, ...]
    led_by_districts: Sums
    lights: dict[Light, int]
    trend: tuple[TrendPoint, ...] = ()

    @property
    def citywide(self) -> dict[Cohort, int | None]:
        """Return the published citywide average of every ranked cohort."""
        return {figures.cohort: figures.citywide for figures in self.cohorts}

    def cohort(self, cohort: Cohort) -> CohortFigures:
        """Return the figures of one ranked cohort."""
        return next(figures for figures in self.cohorts if figures.cohort is cohort)


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """All figures and lights of one front's month."""

    summary: MonthSummary
    lines: tuple[LineFigures, ...]


def sums_of(lines: Iterable[LineFigures | Measured]) -> Sums:
    """Return the weighted sums of `lines`."""
    members = list(lines)
    return Sums(
        count=len(members),
        annual_plan=sum([figures.line.annual_plan for figures in members]),
        completed=sum([figures.completed for figures in members]),
        scheduled=sum([figures.scheduled for figures in members]),
        lagging=sum([figures.lagging is True for figures in members]),
        due=sum([figures.status in DUE for figures in members]),
        reported=sum([figures.status in REPORTED for figures in members]),
    )
