"""Owns the JSON shape of the figures, as interfaces.md fixes it: money in 万元 texts, percentages in texts."""

from __future__ import annotations

from typing import Any

from tracker.core.cohorts import Cohort
from tracker.core.figures import (
    CohortFigures,
    FrontFigures,
    GroupFigures,
    LineFigures,
    MonthFigures,
    StartFigures,
)
from tracker.core.money import wan_text
from tracker.core.progress import percent_text
from tracker.core.reasons import reason_text
from tracker.core.sentences import month_sentence


def figures_to_json(figures: MonthFigures) -> dict[str, Any]:
    """Return every figure of the month as plain JSON values."""
    summary = figures.summary
    coverage = summary.coverage
    return {
        "period": str(summary.period),
        "state": summary.state.value,
        "front": summary.front,
        "rules_version": summary.rules_version,
        "sentence": month_sentence(summary),
        "coverage": {
            "due": coverage.due,
            "reported": coverage.reported,
            "on_time": coverage.on_time,
            "late": coverage.late,
            "missing": coverage.missing,
            "pending": coverage.pending,
            "exempt": coverage.exempt,
            "not_due": coverage.not_due,
        },
        "cohorts": {cohort.cohort.value: _cohort(cohort) for cohort in summary.cohorts},
        "new": _starts(summary.starts),
        "lights": {light.value: count for light, count in summary.lights.items()},
        "fronts": [_front(front) for front in summary.fronts],
        "programmes": [_group(group) for group in summary.programmes],
        "departments": [_group(group) for group in summary.departments],
        "districts": [_group(group) for group in summary.districts],
        "subprojects": [line_to_json(line) for line in figures.lines],
    }


def line_to_json(figures: LineFigures) -> dict[str, Any]:
    """Return one line's figures."""
    line = figures.line
    month_completed = figures.month_completed
    needed = figures.needed_per_month
    return {
        "code": line.code,
        "name": line.name,
        "programme": line.programme,
        "key_project": line.key_project,
        "lead": line.lead,
        "district": line.district,
        "cohort": figures.cohort.value,
        "category": line.category.value,
        "status": figures.status.value,
        "annual_plan": wan_text(line.annual_plan),
        "month_completed": None if month_completed is None else wan_text(month_completed),
        "completed": wan_text(figures.completed),
        "progress": percent_text(figures.progress),
        "schedule": percent_text(figures.schedule),
        "vs_schedule": percent_text(figures.vs_schedule),
        "original_progress": percent_text(figures.original_progress),
        "lagging": figures.lagging,
        "behind": wan_text(figures.behind),
        "needed_per_month": None if needed is None else wan_text(needed),
        "best_month": wan_text(figures.best_month),
        "planned_start": None if line.planned_start is None else str(line.planned_start),
        "actual_start": None if line.actual_start is None else str(line.actual_start),
        "start_overdue_months": figures.start_overdue_months,
        "light": figures.light.value,
        "months_in_a_row": figures.flagged_months,
        "reasons": [
            {"rule": reason.rule.value, "light": reason.light.value, "text": reason_text(reason)}
            for reason in figures.reasons
        ],
    }


def _cohort(figures: CohortFigures) -> dict[str, Any]:
    sums = figures.sums
    return {
        "count": sums.count,
        "annual_plan": wan_text(sums.annual_plan),
        "completed": wan_text(sums.completed),
        "progress": percent_text(sums.progress),
        "planned_progress": percent_text(figures.planned_progress),
        "elapsed_time": percent_text(figures.elapsed_time),
        "schedule": percent_text(sums.schedule),
        "vs_schedule": percent_text(sums.vs_schedule),
        "citywide": percent_text(figures.citywide),
        "vs_citywide": percent_text(figures.vs_citywide),
        "rank": figures.rank,
        "of": figures.of,
        "lagging": sums.lagging,
        "coverage": {"due": sums.due, "reported": sums.reported},
    }


def _starts(starts: StartFigures) -> dict[str, Any]:
    return {
        "count": starts.count,
        "started": starts.started,
        "due_to_start": starts.due_to_start,
        "start_overdue": starts.start_overdue,
        "lagging": starts.lagging,
        "start_rate_of_due": percent_text(starts.rate_of_due),
        "start_rate_of_year": percent_text(starts.rate_of_year),
        "quarters": [
            {
                "quarter": quarter.quarter or None,
                "count": quarter.count,
                "due_to_start": quarter.due_to_start,
                "started": quarter.started,
            }
            for quarter in starts.quarters
        ],
    }


def _front(front: FrontFigures) -> dict[str, Any]:
    return {
        "name": front.name,
        "cohort": Cohort(front.cohort).value,
        "count": front.count,
        "annual_plan": wan_text(front.annual_plan),
        "completed": wan_text(front.completed),
        "progress": percent_text(front.progress),
        "rank": front.rank,
        "own": front.own,
    }


def _group(group: GroupFigures) -> dict[str, Any]:
    sums = group.sums
    return {
        "name": group.name,
        "count": sums.count,
        "annual_plan": wan_text(sums.annual_plan),
        "completed": wan_text(sums.completed),
        "progress": percent_text(sums.progress),
        "schedule": percent_text(sums.schedule),
        "vs_schedule": percent_text(sums.vs_schedule),
        "lagging": sums.lagging,
        "rank": group.rank,
        "amount_rank": group.amount_rank,
        "coverage": {"due": sums.due, "reported": sums.reported},
    }
