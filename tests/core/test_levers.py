"""What it would take: the fewest and the cheapest laggards, against every choice applied in the month's computation."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import FRONT, month_facts, quarter, table
from tracker.core.cohorts import RANKED, Category, Cohort
from tracker.core.figures import CohortFigures, LineFigures, MonthFigures
from tracker.core.levers import (
    Goal,
    Levers,
    Standing,
    caught_up,
    cohort_after,
    is_reached,
    lead_shares,
    levers,
    raised,
    rungs,
)
from tracker.core.lines import FrontTotal, Line
from tracker.core.month import month_figures

CONTINUING = Cohort.CONTINUING


@st.composite
def months(draw: st.DrawFn) -> MonthFigures:
    """Return a month of a few lines and fronts, some without a report, some told by a year to date."""
    base = month_facts(3)
    largest = draw(st.sampled_from([60, 3_000, 10**8]))
    amount = st.integers(0, largest)
    lines: list[Line] = []
    for number in range(draw(st.integers(0, 6))):
        plan = draw(amount)
        monthly = tuple(draw(st.lists(st.integers(0, largest // 12), min_size=12, max_size=12)))
        done = draw(st.integers(0, largest // 3))
        told = draw(st.sampled_from(["months", "total", "both", "nothing", "gap"]))
        statements = {
            "months": ((1, 0, None), (2, done, None), (3, 0, None)),
            "total": ((1, done, None), (3, None, done + 1)),
            "both": ((1, 0, 0), (2, 0, 0), (3, done, done)),
            "nothing": ((1, done, None),),
            "gap": ((1, done, None), (3, 0, 2 * done)),
        }[told]
        lines.append(
            replace(
                base.lines[number],
                category=Category.CONTINUING,
                annual_plan=plan,
                monthly_plan=draw(st.sampled_from([None, monthly])),
                statements=statements,
                submitted_late=None if told == "nothing" else False,
            )
        )
    fronts = draw(st.lists(st.tuples(amount, amount), max_size=3))
    totals = [
        FrontTotal(f"领域{number}", CONTINUING, 1, 3 * plan, completed)
        for number, (plan, completed) in enumerate(fronts)
    ]
    return month_figures(replace(base, lines=lines, front_totals=totals))


def lifted(figures: MonthFigures, chosen: tuple[LineFigures, ...]) -> CohortFigures:
    return cohort_after(figures, CONTINUING, {line.line.id: line.behind for line in chosen})


def reaches(goal: Goal, found: Levers, after: CohortFigures) -> bool:
    """Return what the goal means, said once more than the code says it."""
    progress = after.sums.progress
    if progress is None:
        return False
    if goal is Goal.SCHEDULE:
        return after.sums.schedule is not None and progress >= after.sums.schedule
    if goal is Goal.CITYWIDE:
        return after.citywide is not None and progress > after.citywide
    return found.target is not None and progress > found.target


@pytest.mark.parametrize("goal", Goal)
@given(figures=months())
def test_against_every_choice_applied(goal: Goal, figures: MonthFigures) -> None:
    found = levers(figures, CONTINUING, goal)
    laggards = [line for line in figures.lines if line.lagging]
    assert sorted(line.line.id for line in found.lagging) == sorted(line.line.id for line in laggards)
    assert found.unknown == sum(line.lagging is None for line in figures.lines)
    comparable = found.standing not in (Standing.NO_PLAN, Standing.NO_FRONTS)
    reached = is_reached(figures, CONTINUING, goal)
    assert reached is ((found.standing is Standing.REACHED) if comparable else None)
    assert cohort_after(figures, CONTINUING, {}) == found.now == figures.summary.cohort(CONTINUING)
    if found.standing not in (Standing.WITHIN_REACH, Standing.OUT_OF_REACH):
        assert found.smallest is found.cheapest is found.needed is found.short is None
        nothing_ahead = goal is Goal.NEXT_FRONT and found.target is None
        assert nothing_ahead or reaches(goal, found, found.now) == (found.standing is Standing.REACHED)
        return
    assert not reaches(goal, found, found.now)
    every = [
        (count, sum(line.behind for line in chosen))
        for count in range(1, len(laggards) + 1)
        for chosen in combinations(laggards, count)
        if reaches(goal, found, lifted(figures, chosen))
    ]
    if not every:
        assert found.standing is Standing.OUT_OF_REACH
        assert found.smallest is found.cheapest is None
        return
    assert found.standing is Standing.WITHIN_REACH
    assert found.short is None
    for lift in (found.smallest, found.cheapest):
        assert lift is not None
        assert lift.proven
        assert lift.reaches
        assert reaches(goal, found, lift.after)
        assert lift.after == lifted(figures, lift.lines)
        assert lift.total == sum(line.behind for line in lift.lines)
        assert lift.after.sums.completed == found.now.sums.completed + lift.total
    assert (len(found.smallest.lines), found.smallest.total) == min(every)
    assert found.cheapest.total == min(total for _, total in every)


@pytest.mark.parametrize("goal", Goal)
@given(figures=months())
def test_the_sum_needed_is_the_least_and_what_is_short_suffices(goal: Goal, figures: MonthFigures) -> None:
    """Whichever line brings the sum: one line more or less of it is counted by the month's own computation."""
    found = levers(figures, CONTINUING, goal)
    told = [line.line.id for line in figures.lines if line.lagging is not None]
    if found.needed is None or not told:
        return

    def with_more(amount: int) -> bool:
        return reaches(goal, found, cohort_after(figures, CONTINUING, {told[0]: amount}))

    assert with_more(found.needed)
    assert found.needed > 0
    assert not with_more(found.needed - 1)
    assert found.steady is not None
    assert found.steady >= found.needed
    assert with_more(found.steady)
    assert with_more(found.steady + 7)
    if found.short is not None:
        assert with_more(found.behind + found.short)
        assert not with_more(found.behind + found.short - 1)


@given(months())
def test_a_line_brought_to_schedule_lags_no_longer_and_nothing_else_changes(figures: MonthFigures) -> None:
    laggards = [line for line in figures.lines if line.lagging]
    assert all(line.behind > 0 for line in laggards)
    for line in laggards:
        after = lifted(figures, (line,))
        assert after.sums.lagging == len(laggards) - 1
        assert after.sums.completed == sum(one.completed for one in figures.lines) + line.behind
        assert (after.sums.annual_plan, after.sums.scheduled) == (
            sum(one.line.annual_plan for one in figures.lines),
            sum(one.scheduled for one in figures.lines),
        )
        less = raised(line.line, line.behind - 1)
        still = month_figures(replace(month_facts(3), lines=[less])).lines[0]
        assert still.lagging
        enough = month_figures(replace(month_facts(3), lines=[raised(line.line, line.behind)])).lines[0]
        assert enough.lagging is False
        assert enough.progress == caught_up(line)


def two_places(part: Decimal, whole: Decimal) -> Decimal:
    return (part / whole * 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize(
    ("cohort", "ahead", "needed", "fewest", "cheapest"),
    [
        (Cohort.CONTINUING, "生态现代化", "5607.715", ("6981", 1), ("5608", 4)),
        (Cohort.NEWLY_STARTED, "生态现代化", "1071.495", ("1140", 1), ("1140", 1)),
    ],
)
def test_the_reference_quarter_by_hand(
    cohort: Cohort, ahead: str, needed: str, fewest: tuple[str, int], cheapest: tuple[str, int]
) -> None:
    """From the plain tables, in decimals of 万元, without a line of the code under test."""
    reported: dict[str, Decimal] = {}
    started = set()
    for row in table("monthly.csv"):
        reported[row["code"]] = reported.get(row["code"], Decimal(0)) + Decimal(row["completed"])
        if row["actual_start"]:
            started.add(row["code"])
    lines = [
        row
        for row in table("lines.csv")
        if (row["category"] == "continuing") == (cohort is Cohort.CONTINUING)
        and (row["category"] == "continuing" or (row["category"] == "new" and row["code"] in started))
    ]
    plan = sum(Decimal(row["annual_plan"]) for row in lines)
    completed = sum(reported[row["code"]] for row in lines)
    catch_ups = {
        row["code"]: sum(Decimal(row[f"plan_{month:02d}"]) for month in (1, 2, 3)) - reported[row["code"]]
        for row in lines
    }
    catch_ups = {code: amount for code, amount in catch_ups.items() if amount > 0}
    rates = {
        row["front"]: two_places(Decimal(row["completed"]), Decimal(row["annual_plan"]))
        for row in table("fronts.csv")
        if row["month"] == "2023-03" and row["cohort"] == cohort and row["front"] != FRONT
    }
    own = two_places(completed, plan)
    next_rate = min(rate for rate in rates.values() if rate > own)
    assert [name for name, rate in rates.items() if rate == next_rate] == [ahead]

    # Half a hundredth above the rate to pass, rounded up to a whole yuan.
    least = ((next_rate + Decimal("0.005")) / 100 * plan - completed).quantize(
        Decimal("0.0001"), ROUND_CEILING
    )
    assert least == Decimal(needed)
    assert two_places(completed + least, plan) > next_rate
    assert two_places(completed + least - Decimal("0.0001"), plan) == next_rate
    largest = sorted(catch_ups.values(), reverse=True)
    assert largest[0] >= least, "one line is enough"
    assert min(amount for amount in largest if amount >= least) == Decimal(fewest[0])
    sums = {Decimal(0)}
    for amount in catch_ups.values():
        sums |= {one + amount for one in sums if one + amount <= Decimal(fewest[0])}
    assert min(one for one in sums if one >= least) == Decimal(cheapest[0])

    found = levers(quarter()[2], cohort, Goal.NEXT_FRONT)
    assert found.standing is Standing.WITHIN_REACH
    assert (found.now.rank, found.ahead) == (4, (ahead,))
    assert found.needed == found.steady == int(Decimal(needed) * 10_000)
    for lift, (total, count) in ((found.smallest, fewest), (found.cheapest, cheapest)):
        assert lift is not None
        assert (lift.total, len(lift.lines)) == (int(Decimal(total) * 10_000), count)
        assert {line.line.code: line.behind for line in lift.lines}.items() <= {
            code: int(amount * 10_000) for code, amount in catch_ups.items()
        }.items()
        assert (lift.after.rank, lift.reaches, lift.proven) == (3, True, True)
        assert Decimal(lift.after.sums.progress or 0) / 100 == two_places(completed + Decimal(total), plan)


@pytest.mark.parametrize("cohort", RANKED)
def test_the_reference_quarter_is_above_the_average_and_its_schedule(cohort: Cohort) -> None:
    for goal, target in ((Goal.CITYWIDE, "citywide"), (Goal.SCHEDULE, "schedule")):
        found = levers(quarter()[2], cohort, goal)
        assert found.standing is Standing.REACHED
        assert found.target == (found.now.citywide if target == "citywide" else found.now.sums.schedule)
        assert found.behind == sum(line.behind for line in found.lagging)
        assert found.needed is None


def test_the_places_above_with_the_sums_that_pass_them() -> None:
    ladder = rungs(quarter()[2], CONTINUING)
    assert [rung.rank for rung in ladder] == [3, 2, 1]
    assert ladder[0].needed == levers(quarter()[2], CONTINUING, Goal.NEXT_FRONT).needed
    assert ladder[0].lines == 1
    assert [rung.needed for rung in ladder] == sorted(rung.needed for rung in ladder)
    behind = sum(line.behind for line in quarter()[2].lines if line.cohort is CONTINUING)
    for rung in ladder:
        assert (rung.lines is not None) == (rung.needed <= behind)
    assert rungs(quarter()[0], CONTINUING) == ()


def test_without_other_fronts_and_without_a_plan_there_is_nothing_to_compare() -> None:
    january = quarter()[0]
    assert levers(january, CONTINUING, Goal.CITYWIDE).standing is Standing.NO_FRONTS
    assert levers(january, CONTINUING, Goal.NEXT_FRONT).standing is Standing.NO_FRONTS
    empty = month_figures(replace(month_facts(3), lines=()))
    assert {levers(empty, CONTINUING, goal).standing for goal in Goal} == {Standing.NO_PLAN}


def test_first_of_all_there_is_no_front_ahead() -> None:
    base = month_facts(3)
    behind = [FrontTotal("另一领域", cohort, 1, 10**9, 0) for cohort in RANKED]
    found = levers(month_figures(replace(base, front_totals=behind)), CONTINUING, Goal.NEXT_FRONT)
    assert (found.standing, found.target, found.ahead) == (Standing.REACHED, None, ())
    assert found.everything.reaches


def test_all_laggards_together_can_be_too_little() -> None:
    base = month_facts(3)
    far = [FrontTotal("另一领域", cohort, 1, 10**9, 9 * 10**8) for cohort in RANKED]
    found = levers(month_figures(replace(base, front_totals=far)), CONTINUING, Goal.NEXT_FRONT)
    assert found.standing is Standing.OUT_OF_REACH
    assert (found.smallest, found.cheapest) == (None, None)
    assert found.short is not None
    assert found.needed == found.behind + found.short
    assert not found.everything.reaches


def test_lines_without_a_report_are_unknown_not_behind() -> None:
    base = month_facts(3)
    first = levers(month_figures(base), CONTINUING, Goal.NEXT_FRONT)
    largest = first.lagging[0].line.id
    lines = [replace(line, submitted_late=None) if line.id == largest else line for line in base.lines]
    found = levers(month_figures(replace(base, lines=lines)), CONTINUING, Goal.NEXT_FRONT)
    assert (first.unknown, found.unknown) == (0, 1)
    assert largest not in [line.line.id for line in found.lagging]
    assert len(found.lagging) == len(first.lagging) - 1


def test_every_lead_unit_with_its_share() -> None:
    figures = quarter()[2]
    found = levers(figures, CONTINUING, Goal.NEXT_FRONT)
    shares = lead_shares(figures, found)
    assert sum(share.behind for share in shares) == found.behind
    assert sum(len(share.lagging) for share in shares) == len(found.lagging)
    assert [share.behind for share in shares] == sorted((share.behind for share in shares), reverse=True)
    assert found.smallest is not None
    assert found.cheapest is not None
    assert sum(len(share.smallest) for share in shares) == len(found.smallest.lines)
    assert sum(len(share.cheapest) for share in shares) == len(found.cheapest.lines)
    told = {group.name: group.sums for group in figures.summary.departments}
    for share in shares:
        if not share.lead_is_district:
            assert share.sums == told[share.name], "as the standings have it"
        assert share.lifted is not None
        assert share.sums.progress is not None
        assert share.lifted > share.sums.progress
