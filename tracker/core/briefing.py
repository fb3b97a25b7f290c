"""Owns what a briefing tells: the figures of a month, what changed beside them, and the checks passed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tracker.core.figures import LineFigures, MonthFigures, MonthSummary, Sums, sums_of
from tracker.core.lights import Light
from tracker.core.money import wan_grouped
from tracker.core.periods import Period
from tracker.core.progress import percent_text
from tracker.core.rules import RuleSet


@dataclass(frozen=True, slots=True)
class Correction:
    """A report of a closed period that was corrected later; the year to date in yuan, both ways.

    Works have no figures: both amounts are None.
    """

    period: Period
    code: str
    name: str
    lead: str
    as_reported: int | None
    as_corrected: int | None
    reason: str
    corrected_on: date

    @property
    def difference(self) -> int | None:
        """Return by how many yuan the figure moved; None where there is no figure."""
        if self.as_reported is None or self.as_corrected is None:
            return None
        return self.as_corrected - self.as_reported


@dataclass(frozen=True, slots=True)
class PlanChange:
    """A plan revision; annual plans in yuan, the line's light under the old and under the new plan."""

    code: str
    name: str
    lead: str
    number: int
    effective_from: Period
    approved_on: date | None
    document_no: str
    before: int
    after: int
    light_before: Light
    light_after: Light

    @property
    def turned_off(self) -> bool:
        """Return whether the revision took a yellow or red light away (domain.md, arithmetic 7)."""
        return self.light_before.flagged and not self.light_after.flagged


@dataclass(frozen=True, slots=True)
class ProblemEntry:
    """A problem as the briefing lists it; `state` and `category` are Chinese words.

    `category` is empty where nobody said, and in briefings that were frozen before it was told.
    """

    code: str
    name: str
    lead: str
    text: str
    help_needed: str
    helpers: tuple[str, ...]
    raised_in: Period
    deadline: date | None
    state: str
    overdue: bool
    category: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One check made before a briefing is written; `detail` carries the numbers compared."""

    name: str
    passed: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Briefing:
    """Everything the workbook shows; `previous` is the month before, for movements, if it is known.

    `cut_off` is the day the figures were taken (the day of closing, or the last day of an open period);
    `fingerprint` the SHA-256 of the figures; `notes` are further sentences for 说明.
    """

    figures: MonthFigures
    previous: MonthSummary | None
    rules: RuleSet
    cut_off: date
    fingerprint: str
    office: str
    corrections: tuple[Correction, ...] = ()
    plan_changes: tuple[PlanChange, ...] = ()
    problems: tuple[ProblemEntry, ...] = ()
    checks: tuple[Check, ...] = ()
    notes: tuple[str, ...] = ()


def checks_of(figures: MonthFigures) -> tuple[Check, ...]:
    """Return the checks of domain.md, "The month" 5: the sums agree on every level."""
    summary = figures.summary
    total = summary.total
    lines = sums_of(figures.lines)
    cohorts = [sums_of(f for f in figures.lines if f.cohort is c.cohort) for c in summary.cohorts]
    departments = [group.sums for group in summary.departments]
    checks = [
        _same("子项目合计与领域合计一致", total, [lines]),
        _same("各工程合计与领域合计一致", total, [group.sums for group in summary.programmes]),
        _same("部门牵头与板块牵头合计与领域合计一致", total, [*departments, summary.led_by_districts]),
        _same("板块合计与领域合计一致", total, [group.sums for group in summary.districts]),
        _agree("续建、新开工项目与项目明细一致", [c.sums for c in summary.cohorts], cohorts),
        _every_entry(figures.lines),
        _citywide(summary),
    ]
    return tuple(checks)


def _same(name: str, total: Sums, parts: Iterable[Sums]) -> Check:
    rows = list(parts)
    count = sum(row.count for row in rows)
    plan = sum(row.annual_plan for row in rows)
    completed = sum(row.completed for row in rows)
    passed = (count, plan, completed) == (total.count, total.annual_plan, total.completed)
    detail = (
        f"{count}个，计划{wan_grouped(plan)}万元，完成{wan_grouped(completed)}万元；"
        f"领域{total.count}个，计划{wan_grouped(total.annual_plan)}万元，完成{wan_grouped(total.completed)}万元"
    )
    return Check(name, passed, detail)


def _agree(name: str, told: Iterable[Sums], computed: Iterable[Sums]) -> Check:
    pairs = list(zip(told, computed, strict=True))
    wrong = sum(left != right for left, right in pairs)
    return Check(name, wrong == 0, f"核对{len(pairs)}组，不一致{wrong}组")


def _every_entry(lines: Iterable[LineFigures]) -> Check:
    """Check that a line's months add up to its year to date where every month is known."""
    checked = wrong = 0
    for figures in lines:
        months = figures.amounts[
            : max((i + 1 for i, a in enumerate(figures.amounts) if a is not None), default=0)
        ]
        if any(amount is None for amount in months):
            continue
        checked += 1
        wrong += sum(amount or 0 for amount in months) != figures.completed
    return Check("各月完成投资合计等于累计完成投资", wrong == 0, f"核对{checked}个子项目，不一致{wrong}个")


def _citywide(summary: MonthSummary) -> Check:
    """Check the citywide average against a second way of taking it: own share plus the others'."""
    wrong: list[str] = []
    for figures in summary.cohorts:
        rows = [row for row in summary.fronts if row.cohort is figures.cohort and row.own]
        if rows and (rows[0].count, rows[0].annual_plan, rows[0].completed) != (
            figures.sums.count,
            figures.sums.annual_plan,
            figures.sums.completed,
        ):
            wrong.append(figures.cohort.value)
    shown = "、".join(f"{percent_text(c.citywide) or '—'}%" for c in summary.cohorts)
    return Check("领域排名中的本领域与总体指标一致", not wrong, f"全市平均进度：{shown}")
