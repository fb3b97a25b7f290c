"""Owns the computation of a month: its facts in, every figure and light out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tracker.core.accumulation import accumulate
from tracker.core.cohorts import (
    RANKED,
    Category,
    Cohort,
    cohort_of,
    has_started,
    is_due_to_start,
    months_start_overdue,
)
from tracker.core.coverage import coverage_of, report_status
from tracker.core.figures import (
    CohortFigures,
    FrontFigures,
    GroupFigures,
    LineFigures,
    MonthFigures,
    MonthSummary,
    PeriodState,
    StartFigures,
    StartQuarter,
    TrendPoint,
    sums_of,
)
from tracker.core.lights import Light, Measured, Verdict, judge
from tracker.core.lines import FrontTotal, Line
from tracker.core.periods import Period
from tracker.core.progress import (
    amount_behind,
    difference,
    elapsed_time,
    is_lagging,
    needed_per_month,
    published,
    scheduled_twelfths,
)
from tracker.core.ranking import ranks
from tracker.core.rules import RuleSet


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """What a month's figures are computed from; `lines` may hold several fronts.

    `previous` maps line ids to their verdicts of the month before, `trend` the points of earlier months.
    `programmes`, `departments` and `districts` name the groups to list, in order, even when empty.
    """

    period: Period
    state: PeriodState
    front: str
    rules: RuleSet
    deadline_passed: bool
    lines: Sequence[Line]
    front_totals: Sequence[FrontTotal] = ()
    previous: Mapping[int, Verdict] = field(default_factory=dict)
    trend: tuple[TrendPoint, ...] = ()
    programmes: Sequence[str] = ()
    departments: Sequence[str] = ()
    districts: Sequence[str] = ()


def month_figures(facts: MonthFacts) -> MonthFigures:
    """Return every figure and light of `facts.front` for the period (domain.md, "Arithmetic", "Lights").

    Preparatory lines have no part in any figure. A front that has lines here is computed from them, and
    a total that the city sent for it is not used beside them.
    """
    counted = [line for line in facts.lines if line.category is not Category.PREPARATORY]
    measured = [_measure(line, facts) for line in counted]
    fronts = _front_figures(facts, measured)
    own = [item for item in measured if item.line.front == facts.front]
    citywide: dict[Cohort, int | None] = {cohort: _citywide(fronts, cohort) for cohort in RANKED}
    lines = tuple(_judged(item, facts, citywide.get(item.cohort)) for item in own)
    cohorts = tuple(_cohort_figures(cohort, lines, facts, fronts, citywide[cohort]) for cohort in RANKED)
    summary = MonthSummary(
        period=facts.period,
        state=facts.state,
        front=facts.front,
        rules_version=facts.rules.version,
        coverage=coverage_of(figures.status for figures in lines),
        total=sums_of(lines),
        cohorts=cohorts,
        starts=_start_figures(lines, facts.period),
        fronts=fronts,
        programmes=_groups(lines, facts.programmes, lambda figures: figures.line.programme),
        departments=_groups(
            (figures for figures in lines if not figures.line.lead_is_district),
            facts.departments,
            lambda figures: figures.line.lead,
        ),
        districts=_groups(lines, facts.districts, lambda figures: figures.line.district),
        led_by_districts=sums_of(figures for figures in lines if figures.line.lead_is_district),
        lights={light: sum(figures.light is light for figures in lines) for light in Light},
        trend=(*facts.trend, *(_trend_point(facts.period, figures) for figures in cohorts)),
    )
    return MonthFigures(summary, lines)


def line_figures(line: Line, facts: MonthFacts, citywide: Mapping[Cohort, int | None]) -> LineFigures:
    """Return one line's figures and light, given the citywide averages (see `MonthSummary.citywide`).

    Serves questions such as what the light would be under another plan, or with what is being typed.
    """
    measured = _measure(line, facts)
    return _judged(measured, facts, citywide.get(measured.cohort))


def _measure(line: Line, facts: MonthFacts) -> Measured:
    """Return the line's figures without a verdict."""
    period = facts.period
    month = period.month
    year = accumulate(line.statements)
    started = has_started(line.actual_start, period)
    # A report that says nothing about the month's money is no zero: the month's amount is still missing.
    reported = line.submitted_late is not None and year.amounts[month - 1] is not None
    completed = year.completed
    scheduled = scheduled_twelfths(line.annual_plan, line.monthly_plan, month)
    return Measured(
        line=line,
        period=period,
        status=report_status(
            due=line.due,
            exempt=bool(line.exempt_reason),
            reported=reported,
            late=bool(line.submitted_late),
            deadline_passed=facts.deadline_passed,
        ),
        cohort=cohort_of(line.category, started),
        started=started,
        start_overdue_months=months_start_overdue(line.category, line.planned_start, started, period),
        year=year,
        completed=completed,
        scheduled=scheduled,
        progress=published(completed, line.annual_plan),
        schedule=published(scheduled, 12 * line.annual_plan),
        lagging=is_lagging(completed, scheduled) if reported else None,
    )


def _judged(measured: Measured, facts: MonthFacts, citywide: int | None) -> LineFigures:
    line, year, month = measured.line, measured.year, facts.period.month
    previous = facts.previous.get(line.id)
    verdict = judge(measured, facts.rules.rules, previous, citywide)
    completed, progress, schedule = measured.completed, measured.progress, measured.schedule
    return LineFigures(
        line=line,
        cohort=measured.cohort,
        status=measured.status,
        started=measured.started,
        start_overdue_months=measured.start_overdue_months,
        amounts=year.amounts,
        spans=year.spans,
        month_completed=year.amounts[month - 1],
        completed=completed,
        scheduled=measured.scheduled,
        progress=progress,
        schedule=schedule,
        vs_schedule=difference(progress, schedule),
        original_progress=published(completed, line.original_annual_plan),
        lagging=measured.lagging,
        behind=amount_behind(completed, measured.scheduled) if measured.lagging else 0,
        needed_per_month=needed_per_month(line.annual_plan, completed, month),
        best_month=year.best_month,
        light=verdict.light,
        reasons=verdict.reasons,
        flagged_months=verdict.flagged_months,
        lagging_months=verdict.lagging_months,
        missing_months=verdict.missing_months,
        previous_light=previous.light if previous else None,
    )


def _front_figures(facts: MonthFacts, measured: Sequence[Measured]) -> tuple[FrontFigures, ...]:
    """Return every front of both ranked cohorts, best rate first, the ranks by published figures.

    A front that stands alone, because no other one's total is known, has no rank.
    """
    members: dict[tuple[str, Cohort], list[Measured]] = defaultdict(list)
    for item in measured:
        members[item.line.front, item.cohort].append(item)
    with_lines = {front for front, _ in members} | {facts.front}
    found: list[FrontFigures] = []
    for cohort in RANKED:
        totals = [
            FrontTotal(name, cohort, sums.count, sums.annual_plan, sums.completed)
            for name in sorted(with_lines)
            for sums in [sums_of(members[name, cohort])]
        ]
        totals += [
            total for total in facts.front_totals if total.cohort is cohort and total.name not in with_lines
        ]
        rates = [published(total.completed, total.annual_plan) for total in totals]
        places = ranks(rates) if len(totals) > 1 else (None,) * len(totals)
        rows = [
            FrontFigures(
                name=total.name,
                cohort=cohort,
                count=total.count,
                annual_plan=total.annual_plan,
                completed=total.completed,
                progress=rate,
                rank=rank,
                own=total.name == facts.front,
                source=total.source,
            )
            for total, rate, rank in zip(totals, rates, places, strict=True)
        ]
        found += sorted(rows, key=lambda row: (row.rank is None, row.rank or 0, row.name))
    return tuple(found)


def _citywide(fronts: Iterable[FrontFigures], cohort: Cohort) -> int | None:
    """Return Σ completed ÷ Σ plan over all fronts; None while no other front is known."""
    rows = [row for row in fronts if row.cohort is cohort]
    if all(row.own for row in rows):
        return None
    return published(sum(row.completed for row in rows), sum(row.annual_plan for row in rows))


def _cohort_figures(
    cohort: Cohort,
    lines: Iterable[LineFigures],
    facts: MonthFacts,
    fronts: Sequence[FrontFigures],
    citywide: int | None,
) -> CohortFigures:
    members = [figures for figures in lines if figures.cohort is cohort]
    planned = sums_of(figures for figures in members if figures.line.monthly_plan is not None)
    sums = sums_of(members)
    ranked = [row for row in fronts if row.cohort is cohort and row.rank is not None]
    own = next((row for row in ranked if row.own), None)
    alone = citywide is None
    return CohortFigures(
        cohort=cohort,
        sums=sums,
        planned_progress=planned.schedule,
        elapsed_time=elapsed_time(facts.period.month),
        citywide=citywide,
        vs_citywide=difference(sums.progress, citywide),
        rank=None if own is None or alone else own.rank,
        of=0 if alone else len(ranked),
    )


def _groups(
    lines: Iterable[LineFigures], names: Iterable[str], name_of: Callable[[LineFigures], str]
) -> tuple[GroupFigures, ...]:
    """Return the groups, best rate first; a named group without lines stands last, outside the ranks."""
    members: dict[str, list[LineFigures]] = {name: [] for name in names}
    for figures in lines:
        members.setdefault(name_of(figures), []).append(figures)
    sums = [sums_of(group) for group in members.values()]
    rates = ranks([item.progress for item in sums])
    amounts = ranks([item.completed if item.annual_plan else None for item in sums])
    rows = [
        GroupFigures(name, item, rate, amount)
        for name, item, rate, amount in zip(members, sums, rates, amounts, strict=True)
    ]
    return tuple(sorted(rows, key=lambda row: (row.rank is None, row.rank or 0)))


def _start_figures(lines: Iterable[LineFigures], period: Period) -> StartFigures:
    new = [figures for figures in lines if figures.line.category is Category.NEW]
    quarters: dict[int, list[LineFigures]] = {}
    for figures in new:
        planned = figures.line.planned_start
        quarters.setdefault(planned.quarter if planned else 0, []).append(figures)

    def due(group: Iterable[LineFigures]) -> int:
        return sum(is_due_to_start(f.line.category, f.line.planned_start, period) for f in group)

    return StartFigures(
        count=len(new),
        started=sum(figures.started for figures in new),
        due_to_start=due(new),
        start_overdue=sum(figures.start_overdue_months > 0 for figures in new),
        lagging=sum(figures.lagging is True for figures in new),
        quarters=tuple(
            StartQuarter(quarter, len(group), due(group), sum(figures.started for figures in group))
            for quarter, group in sorted(quarters.items())
        ),
    )


def _trend_point(period: Period, figures: CohortFigures) -> TrendPoint:
    return TrendPoint(period, figures.cohort, figures.sums.progress, figures.sums.schedule, figures.citywide)
