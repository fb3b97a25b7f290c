"""Owns the values of one line's page: what its year, its plans, its reports and its problems look like."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tracker.core.cohorts import Category
from tracker.core.figures import LineFigures, PeriodState
from tracker.core.lines import Milestone
from tracker.core.periods import Period
from tracker.store.problems import ProblemState
from tracker.store.reports import ReportState


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
    `schedule` are the published ones, whatever the plan is today. Where its year to date is another one
    today, `as_reported` is the one that it was published with and `corrected_progress` follows `total`.
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
class ReportEntry:
    """One revision of a report; `counted` marks the one that figures use.

    `source` is the way or the file that it came by, `cell` where its amount stood in that file, such as "月报!F7".
    """

    period: Period
    number: int
    counted: bool
    state: ReportState
    month_completed: int | None
    ytd_completed: int | None
    actual_start: Period | None
    physical_progress: str
    problem_text: str
    help_needed: str
    next_intention: str
    explanation: str
    correction_reason: str
    late: bool
    made_by: str
    made_at: datetime
    source: str
    cell: str


@dataclass(frozen=True, slots=True)
class ProblemFacts:
    """A problem of the line and who was asked to help."""

    text: str
    help_needed: str
    helpers: tuple[str, ...]
    raised_in: Period
    deadline: date | None
    state: ProblemState


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """Everything that one line's page shows; `figures` None where the line is in no figure of the month."""

    line: LineFacts
    period: Period | None
    figures: LineFigures | None
    months: tuple[MonthEntry, ...]
    original_months: tuple[int, ...] | None
    plans: tuple[PlanEntry, ...]
    reports: tuple[ReportEntry, ...]
    milestones: tuple[Milestone, ...]
    problems: tuple[ProblemFacts, ...]

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
