"""Owns what is known of a line before anything is computed: its place, its plan and its reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.core.accumulation import Statement
from tracker.core.cohorts import Category, Cohort
from tracker.core.periods import Period


@dataclass(frozen=True, slots=True)
class Milestone:
    """A dated step of a line; `done_on` None while it is not reached."""

    name: str
    due_on: date
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class OpenProblem:
    """A problem of a line that is not closed out; `deadline` None while none is set."""

    text: str
    deadline: date | None


@dataclass(frozen=True, slots=True)
class Line:
    """One subproject with its plan in force and everything reported for its year so far.

    `statements` are this year's counted reports up to the period, ascending. `submitted_late` is None
    while no report for the period counts. `lead_is_district` tells a 板块 that leads from a 部门.
    """

    id: int
    code: str
    name: str
    front: str
    programme: str
    key_project: str
    category: Category
    lead: str
    lead_is_district: bool
    district: str
    responsible: tuple[str, ...]
    total_investment: int | None
    completed_before_year: int | None
    planned_start: Period | None
    actual_start: Period | None
    annual_plan: int
    monthly_plan: tuple[int, ...] | None
    original_annual_plan: int
    plan_revision: int = 1
    statements: tuple[Statement, ...] = ()
    submitted_late: bool | None = None
    due: bool = True
    exempt_reason: str = ""
    physical_progress: str = ""
    milestones: tuple[Milestone, ...] = ()
    problems: tuple[OpenProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class FrontTotal:
    """Another front's total as the city sent it; amounts in yuan, `source` names the file."""

    name: str
    cohort: Cohort
    count: int
    annual_plan: int
    completed: int
    source: str = ""
