"""Builds core values of the reference quarter straight from the plain tables, without any database."""

from __future__ import annotations

import csv
from functools import cache

from tracker.core.cohorts import Category, Cohort
from tracker.core.figures import MonthFigures, PeriodState, TrendPoint
from tracker.core.lights import Verdict
from tracker.core.lines import FrontTotal, Line
from tracker.core.money import yuan_from_text
from tracker.core.month import MonthFacts, month_figures
from tracker.core.periods import Period
from tracker.core.rules import DEFAULT_RULES, RuleSet
from tracker.resources import imports_dir

FRONT = "创新现代化"
RULES = RuleSet(0, Period(1990, 1), DEFAULT_RULES)


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of one plain table of the reference quarter."""
    with (imports_dir() / "2023-q1" / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def lines(month: int) -> list[Line]:
    """Return the 70 lines as of the end of a month."""
    units = {unit["name"]: unit["kind"] for unit in table("units.csv")}
    found = []
    for number, row in enumerate(table("lines.csv"), 1):
        told = [r for r in table("monthly.csv") if r["code"] == row["code"] and int(r["month"][5:]) <= month]
        starts = [r["actual_start"] for r in told if r["actual_start"]]
        plan = yuan_from_text(row["annual_plan"])
        found.append(
            Line(
                id=number,
                code=row["code"],
                name=row["name"],
                front=FRONT,
                programme=row["programme"],
                key_project=row["key_project"],
                category=Category(row["category"]),
                lead=row["lead"],
                lead_is_district=units[row["lead"]] == "district",
                district=row["district"],
                responsible=(),
                total_investment=yuan_from_text(row["total_investment"]),
                completed_before_year=yuan_from_text(row["completed_before_year"]),
                planned_start=Period.parse(row["planned_start"]) if row["planned_start"] else None,
                actual_start=Period.parse(starts[-1]) if starts else None,
                annual_plan=plan,
                monthly_plan=tuple(yuan_from_text(row[f"plan_{k:02d}"]) for k in range(1, 13)),
                original_annual_plan=plan,
                statements=tuple((int(r["month"][5:]), yuan_from_text(r["completed"]), None) for r in told),
                submitted_late=False,
            )
        )
    return found


def month_facts(
    month: int, previous: dict[int, Verdict] | None = None, trend: tuple[TrendPoint, ...] = ()
) -> MonthFacts:
    """Return the facts of one month of the reference quarter."""
    period = Period(2023, month)
    totals = [
        FrontTotal(
            row["front"],
            Cohort(row["cohort"]),
            int(row["count"]),
            yuan_from_text(row["annual_plan"]),
            yuan_from_text(row["completed"]),
            source="fronts.csv",
        )
        for row in table("fronts.csv")
        if row["month"] == str(period)
    ]
    units = table("units.csv")
    return MonthFacts(
        period=period,
        state=PeriodState.OPEN,
        front=FRONT,
        rules=RULES,
        deadline_passed=True,
        lines=lines(month),
        front_totals=totals,
        previous=previous or {},
        trend=trend,
        programmes=list(dict.fromkeys(row["programme"] for row in table("works.csv"))),
        departments=[unit["name"] for unit in units if unit["kind"] == "department"],
        districts=[unit["name"] for unit in units if unit["kind"] == "district"],
    )


@cache
def quarter() -> tuple[MonthFigures, ...]:
    """Return the figures of January to March, each looking back on the month before."""
    found: list[MonthFigures] = []
    for month in (1, 2, 3):
        last = found[-1] if found else None
        previous = {line.line.id: line.verdict for line in last.lines} if last else {}
        found.append(month_figures(month_facts(month, previous, last.summary.trend if last else ())))
    return tuple(found)
