"""Owns cohorts: which projects are compared with which, and who should have started by now."""

from __future__ import annotations

from enum import StrEnum

from tracker.core.periods import Period


class Category(StrEnum):
    """建设性质: how a subproject entered this year's plan. Preparatory ones are listed but not counted."""

    CONTINUING = "continuing"
    NEW = "new"
    PREPARATORY = "preparatory"


class Cohort(StrEnum):
    """The group that a line is compared with; NEW holds what is planned this year and has not begun."""

    CONTINUING = "continuing"
    NEWLY_STARTED = "newly_started"
    NEW = "new"


#: The cohorts that have a citywide average and a rank among the fronts (domain.md, arithmetic 4).
RANKED = (Cohort.CONTINUING, Cohort.NEWLY_STARTED)


def has_started(actual_start: Period | None, period: Period) -> bool:
    """Return whether work had really begun by the end of `period`."""
    return actual_start is not None and actual_start <= period


def cohort_of(category: Category, started: bool) -> Cohort:
    """Return the cohort of a line of the yearly plan; `started` as of the end of the period."""
    if category is Category.CONTINUING:
        return Cohort.CONTINUING
    return Cohort.NEWLY_STARTED if started else Cohort.NEW


def is_due_to_start(category: Category, planned_start: Period | None, period: Period) -> bool:
    """Return whether a new project's planned start month has ended by the end of `period`."""
    return category is Category.NEW and planned_start is not None and planned_start <= period


def months_start_overdue(
    category: Category, planned_start: Period | None, started: bool, period: Period
) -> int:
    """Return for how many months a start is overdue: 1 in the planned month itself once it has ended."""
    if started or planned_start is None or not is_due_to_start(category, planned_start, period):
        return 0
    return period.index - planned_start.index + 1
