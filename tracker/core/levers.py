"""Owns what it would take (补差): which lagging lines, brought to schedule, lift a cohort to a goal.

Amounts are whole yuan, percentages hundredths of a percent. A line's catch-up is what it lacks to its own
schedule. A line without a report is no laggard: what it did is not known, and it is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from tracker.core.cohorts import Cohort
from tracker.core.figures import CohortFigures, FrontFigures, LineFigures, MonthFigures, Sums, sums_of
from tracker.core.lines import FrontTotal, Line
from tracker.core.month import MonthFacts, month_figures
from tracker.core.progress import published
from tracker.core.rules import RuleSet
from tracker.core.subsets import Choice, cheapest, fewest, fewest_count
from tracker.core.targets import AboveCity, Target, rate_of_at_least


class Goal(StrEnum):
    """What a cohort is to be lifted to, by published figures: strictly above the average or the front, at the schedule."""

    CITYWIDE = "citywide"
    NEXT_FRONT = "next_front"
    SCHEDULE = "schedule"


class Standing(StrEnum):
    """How a cohort stands towards a goal; NO_PLAN and NO_FRONTS mean that there is nothing to compare."""

    NO_PLAN = "no_plan"
    NO_FRONTS = "no_fronts"
    REACHED = "reached"
    WITHIN_REACH = "within_reach"
    OUT_OF_REACH = "out_of_reach"


@dataclass(frozen=True, slots=True)
class Lift:
    """Lines brought to schedule and the cohort with them, computed anew by the computation of the month.

    `total` is what the lines catch up. `reaches` is read off the figures `after`, not off the search. `proven`
    is False where fewer or cheaper ones could exist.
    """

    lines: tuple[LineFigures, ...]
    total: int
    after: CohortFigures
    reaches: bool
    proven: bool = True


@dataclass(frozen=True, slots=True)
class Levers:
    """What it would take one cohort to reach one goal.

    `target` is the published figure to pass, or to reach when it is the schedule, as it stands now; `ahead`
    names the fronts at it. `needed` is the least additional sum, whichever lines bring it, None where no sum
    helps; from `steady` on no larger sum misses the goal by its rounding. `everything` brings every laggard to
    schedule; `short` is what is then still missing. `lagging` come largest first; `unknown` counts the lines
    without a report.
    """

    cohort: Cohort
    goal: Goal
    standing: Standing
    now: CohortFigures
    target: int | None
    ahead: tuple[str, ...]
    needed: int | None
    steady: int | None
    lagging: tuple[LineFigures, ...]
    unknown: int
    everything: Lift
    smallest: Lift | None
    cheapest: Lift | None
    short: int | None

    @property
    def behind(self) -> int:
        """Return what all laggards lack to their schedules."""
        return self.everything.total


def levers(figures: MonthFigures, cohort: Cohort, goal: Goal) -> Levers:
    """Return what it would take `cohort`, a ranked one, to reach `goal` in the month."""
    now = figures.summary.cohort(cohort)
    members = [line for line in figures.lines if line.cohort is cohort]
    lagging = tuple(
        sorted((line for line in members if line.behind), key=lambda line: (-line.behind, line.line.code))
    )
    fronts = [row for row in figures.summary.fronts if row.cohort is cohort]
    standing, rate, ahead = _goal(now, fronts, goal)
    target = None
    if standing is Standing.WITHIN_REACH and rate is not None:
        target = _target(now, fronts, goal, rate)
    total = sum(line.behind for line in lagging)
    choices: tuple[Choice | None, Choice | None] = (None, None)
    short = None
    if target is not None:
        amounts = [line.behind for line in lagging]
        choices = fewest(amounts, target), cheapest(amounts, target)
        if choices[0] is None:
            standing = Standing.OUT_OF_REACH
            enough = target.next(total)
            short = None if enough is None else enough - total

    def lift(choice: Choice) -> Lift:
        chosen = tuple(lagging[place] for place in choice.places)
        after = cohort_after(figures, cohort, {line.line.id: line.behind for line in chosen})
        # Whoever has nobody ahead stays there with more.
        first = standing is Standing.REACHED and rate is None
        return Lift(chosen, choice.total, after, first or _reaches(goal, rate, after), choice.proven)

    return Levers(
        cohort=cohort,
        goal=goal,
        standing=standing,
        now=now,
        target=rate,
        ahead=ahead,
        needed=None if target is None else target.next(0),
        steady=None if target is None else target.steady,
        lagging=lagging,
        unknown=sum(line.lagging is None for line in members),
        everything=lift(Choice(tuple(range(len(lagging))), total)),
        smallest=None if choices[0] is None else lift(choices[0]),
        cheapest=None if choices[1] is None else lift(choices[1]),
        short=short,
    )


def is_reached(figures: MonthFigures, cohort: Cohort, goal: Goal) -> bool | None:
    """Return whether the cohort has reached the goal as it stands; None where there is nothing to compare."""
    fronts = [row for row in figures.summary.fronts if row.cohort is cohort]
    standing, _, _ = _goal(figures.summary.cohort(cohort), fronts, goal)
    return None if standing in (Standing.NO_PLAN, Standing.NO_FRONTS) else standing is Standing.REACHED


def caught_up(line: LineFigures) -> int | None:
    """Return a line's published progress once it is brought to its schedule."""
    return published(line.completed + line.behind, line.line.annual_plan)


def cohort_after(figures: MonthFigures, cohort: Cohort, catch_ups: Mapping[int, int]) -> CohortFigures:
    """Return the cohort's figures with these yuan more completed, by line id, in the month's own computation.

    The front's own sums are part of the city's, so that average and ranks move with them.
    """
    summary = figures.summary
    facts = MonthFacts(
        period=summary.period,
        state=summary.state,
        front=summary.front,
        # Lights have no part in a cohort's figures.
        rules=RuleSet(summary.rules_version, summary.period, ()),
        deadline_passed=True,
        lines=[
            raised(member.line, catch_ups.get(member.line.id, 0))
            for member in figures.lines
            if member.cohort is cohort
        ],
        front_totals=[
            FrontTotal(row.name, row.cohort, row.count, row.annual_plan, row.completed, row.source)
            for row in summary.fronts
            if not row.own
        ],
    )
    return month_figures(facts).summary.cohort(cohort)


def raised(line: Line, amount: int) -> Line:
    """Return the line as if its last report had told `amount` yuan more, for the month and the year to date."""
    if not amount:
        return line
    month, told, year_to_date = line.statements[-1]
    more = (
        month,
        None if told is None else told + amount,
        None if year_to_date is None else year_to_date + amount,
    )
    return replace(line, statements=(*line.statements[:-1], more))


def _goal(
    now: CohortFigures, fronts: Sequence[FrontFigures], goal: Goal
) -> tuple[Standing, int | None, tuple[str, ...]]:
    """Return how the cohort stands towards the goal, the published figure that it is about, and whose it is."""
    progress = now.sums.progress
    if progress is None:
        return Standing.NO_PLAN, None, ()
    if goal is Goal.SCHEDULE:
        rate = now.sums.schedule
    elif now.citywide is None:
        return Standing.NO_FRONTS, None, ()
    elif goal is Goal.CITYWIDE:
        rate = now.citywide
    else:
        better = [row.progress for row in fronts if row.progress is not None and row.progress > progress]
        if not better:
            return Standing.REACHED, None, ()
        rate = min(better)
    ahead = tuple(row.name for row in fronts if row.progress == rate) if goal is Goal.NEXT_FRONT else ()
    reached = _reaches(goal, rate, now)
    return (Standing.REACHED if reached else Standing.WITHIN_REACH), rate, ahead


def _target(now: CohortFigures, fronts: Sequence[FrontFigures], goal: Goal, rate: int) -> Target:
    sums = now.sums
    if goal is Goal.CITYWIDE:
        return AboveCity(
            completed=sums.completed,
            annual_plan=sums.annual_plan,
            city_completed=sum(row.completed for row in fronts),
            city_plan=sum(row.annual_plan for row in fronts),
        )
    passing = rate + 1 if goal is Goal.NEXT_FRONT else rate
    return rate_of_at_least(passing, sums.completed, sums.annual_plan)


def _reaches(goal: Goal, rate: int | None, after: CohortFigures) -> bool:
    """Return whether the published figures reach the goal; `rate` is the front's that is to be passed."""
    if goal is Goal.CITYWIDE:
        return after.vs_citywide is not None and after.vs_citywide > 0
    if goal is Goal.SCHEDULE:
        return after.sums.vs_schedule is not None and after.sums.vs_schedule >= 0
    progress = after.sums.progress
    return progress is not None and rate is not None and progress > rate


@dataclass(frozen=True, slots=True)
class Rung:
    """A place above the cohort's: the fronts at one published rate, and the least additional sum to pass them.

    `lines` is the smallest number of laggards that bring it, None when all together do not.
    """

    rank: int
    names: tuple[str, ...]
    progress: int
    needed: int
    lines: int | None


def rungs(figures: MonthFigures, cohort: Cohort) -> tuple[Rung, ...]:
    """Return the places above the cohort, the next one first; none while it has no rank."""
    now = figures.summary.cohort(cohort)
    progress = now.sums.progress
    if progress is None or now.rank is None:
        return ()
    above: dict[tuple[int, int], list[str]] = {}
    for row in figures.summary.fronts:
        if (
            row.cohort is cohort
            and row.progress is not None
            and row.rank is not None
            and row.progress > progress
        ):
            above.setdefault((row.rank, row.progress), []).append(row.name)
    amounts = [line.behind for line in figures.lines if line.cohort is cohort and line.behind]
    found: list[Rung] = []
    for (rank, rate), names in sorted(above.items(), reverse=True):
        target = rate_of_at_least(rate + 1, now.sums.completed, now.sums.annual_plan)
        lines = fewest_count(amounts, target.first)
        found.append(Rung(rank, tuple(names), rate, target.first, lines))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class LeadShare:
    """One lead unit's part: its laggards of the cohort, and its lines' progress once they are at schedule.

    `sums` are those of all lines that it leads, whatever their cohort, as the standings have them; `lifted` is
    their published progress with the laggards of the cohort brought to schedule. `smallest` and `cheapest` are
    the lines of it in the two choices.
    """

    name: str
    lead_is_district: bool
    lagging: tuple[LineFigures, ...]
    sums: Sums
    smallest: tuple[LineFigures, ...]
    cheapest: tuple[LineFigures, ...]

    @property
    def behind(self) -> int:
        """Return what the laggards lack to their schedules."""
        return sum(line.behind for line in self.lagging)

    @property
    def lifted(self) -> int | None:
        """Return the published progress of all its lines with the laggards at schedule."""
        return published(self.sums.completed + self.behind, self.sums.annual_plan)


def lead_shares(figures: MonthFigures, found: Levers) -> tuple[LeadShare, ...]:
    """Return the lead units with laggards, the largest amount behind first."""
    led: dict[str, list[LineFigures]] = {}
    for line in figures.lines:
        led.setdefault(line.line.lead, []).append(line)
    chosen = [_by_lead(lift.lines if lift is not None else ()) for lift in (found.smallest, found.cheapest)]
    shares = [
        LeadShare(
            name=name,
            lead_is_district=lines[0].line.lead_is_district,
            lagging=tuple(lines),
            sums=sums_of(led[name]),
            smallest=tuple(chosen[0].get(name, ())),
            cheapest=tuple(chosen[1].get(name, ())),
        )
        for name, lines in _by_lead(found.lagging).items()
    ]
    return tuple(sorted(shares, key=lambda share: -share.behind))


def _by_lead(lines: Iterable[LineFigures]) -> dict[str, list[LineFigures]]:
    found: dict[str, list[LineFigures]] = {}
    for line in lines:
        found.setdefault(line.line.lead, []).append(line)
    return found
