"""Owns the values of one line's page: what its year and its plans look like, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.core.cohorts import Category
from tracker.core.figures import LineFigures, PeriodState
from tracker.core.periods import Period


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What the roster says of a line; amounts in yuan."""

    year: int
    code: str
    name: str
    front: str
    programme: str
    key_project: str
    category: Category
    lead: str
    responsible: tuple[str, ...]
    district: str
    planned_start: Period | None
    total_investment: int | None
    completed_before_year: int | None


@dataclass(frozen=True, slots=True)
class MonthEntry:
    """One month of the line's year, amounts in yuan, percentages in hundredths, None where not known.

    `first_covered` is an earlier month when `amount` stands for several. A closed month's `progress` and
    `schedule` are the published ones, whatever the plan is today, and `as_reported` is the year to date that it
    was published with, None where it was published as missing. `corrected` tells that `total` is another one
    today; `corrected_progress` follows it.
    """

    period: Period
    state: PeriodState | None
    planned: int
    planned_total: int
    amount: int | None
    first_covered: int
    total: int | None
    schedule: int | None
    progress: int | None
    corrected: bool
    as_reported: int | None
    corrected_progress: int | None


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """One revision of the line's plan; `months` None where it has no monthly plan."""

    number: int
    effective_from: Period
    annual_plan: int
    months: tuple[int, ...] | None
    approved_on: date | None
    document_no: str
    reason: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class PlanShift:
    """What one month plans now beside what it planned at first, in yuan, by itself and since January."""

    period: Period
    original: int
    current: int
    original_total: int
    current_total: int

    @property
    def difference(self) -> int:
        """Return by how much the month plans more than at first."""
        return self.current - self.original

    @property
    def total_difference(self) -> int:
        """Return by how much the year so far plans more than at first."""
        return self.current_total - self.original_total


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """Everything that one line's page shows; `figures` None where the line is in no figure of the month."""

    line: LineFacts
    period: Period | None
    figures: LineFigures | None
    months: tuple[MonthEntry, ...]
    original_months: tuple[int, ...] | None
    plans: tuple[PlanEntry, ...]

    @property
    def plan_in_force(self) -> PlanEntry | None:
        """Return the revision in force in `period`, which the planned months follow."""
        return next((plan for plan in self.plans if plan.in_force), None)

    @property
    def plan_shifts(self) -> tuple[PlanShift, ...]:
        """Return the plan in force beside the original one, month by month; nothing while that one holds."""
        if self.original_months is None:
            return ()
        before = (0, *self.original_months)
        return tuple(
            PlanShift(month.period, total - past, month.planned, total, month.planned_total)
            for month, past, total in zip(self.months, before, self.original_months, strict=False)
        )
