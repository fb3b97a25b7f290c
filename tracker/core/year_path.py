"""Owns the path to the year's end (一月保全年): what every remaining month would have to bring, against what was.

Amounts are whole yuan, percentages hundredths of a percent. Needed per month is domain.md, arithmetic 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.core.accumulation import accumulate
from tracker.core.figures import LineFigures, sums_of
from tracker.core.progress import amount_behind, needed_per_month, published, scheduled_twelfths


@dataclass(frozen=True, slots=True)
class PathMonth:
    """One month of a path. `planned_total` is the schedule's year to date, in twelfths of a yuan.

    `planned_amount` is what the schedule wants of the month itself, in whole yuan, rounded up.

    `completed` is None for a month that nobody reported, for one whose amount stands for several months, and
    for months to come; `total` is the year to date as known then. `reported` counts the lines that told the
    month's amount. `path_total` leads in equal steps from what is completed to the annual plan; None before.
    """

    month: int
    planned_total: int
    planned_amount: int
    completed: int | None
    total: int | None
    reported: int
    path_total: int | None

    @property
    def planned(self) -> int:
        """Return the schedule's year to date in whole yuan, rounded up."""
        return amount_behind(0, self.planned_total)


@dataclass(frozen=True, slots=True)
class YearPath:
    """The way of some lines from the end of `month` to 100 % of their annual plan.

    `needed` is the amount of each remaining month, None after December. `best_month` is the largest single
    month so far and `best_in` which it was, None when none is known. `to_schedule` is what the next month must
    bring to be at schedule at its end, None after December; `due`, `reported` and `unknown` are the coverage: reports owed, come, and lines without one.
    """

    month: int
    count: int
    annual_plan: int
    completed: int
    due: int
    reported: int
    unknown: int
    needed: int | None
    best_month: int | None
    best_in: int | None
    to_schedule: int | None
    next_planned: int | None
    months: tuple[PathMonth, ...]

    @property
    def remaining(self) -> int:
        """Return how many months are left."""
        return 12 - self.month

    @property
    def left(self) -> int:
        """Return what is still to be done of the annual plan."""
        return max(0, self.annual_plan - self.completed)

    @property
    def within_best(self) -> bool | None:
        """Return whether months like the best one suffice; None where there is nothing to compare."""
        if self.needed is None or self.best_month is None:
            return None
        return self.needed <= self.best_month

    def needed_in(self, month: int) -> int | None:
        """Return what a month has to bring; None for months that are over."""
        return self.needed if month > self.month else None

    def share(self, total: int | None) -> int | None:
        """Return an amount as a published share of the annual plan."""
        return None if total is None else published(total, self.annual_plan)


def year_path(lines: Sequence[LineFigures], month: int) -> YearPath:
    """Return the path of `lines` together from the end of `month`."""
    sums = sums_of(lines)
    needed = needed_per_month(sums.annual_plan, sums.completed, month)
    planned = [
        sum(scheduled_twelfths(line.line.annual_plan, line.line.monthly_plan, number) for line in lines)
        for number in range(1, 13)
    ]
    totals = _totals(lines)
    months: list[PathMonth] = []
    for number in range(1, 13):
        completed, reported = _amount(lines, number, month)
        path = None
        if number == month:
            path = sums.completed
        elif number > month and needed is not None:
            path = min(sums.completed + (number - month) * needed, max(sums.annual_plan, sums.completed))
        total = totals[number - 1] if number <= month else None
        amount = amount_behind(0, planned[number - 1] - (planned[number - 2] if number > 1 else 0))
        months.append(PathMonth(number, planned[number - 1], amount, completed, total, reported, path))
    known = [(told.completed, told.month) for told in months if told.completed is not None]
    best = max(known, key=lambda told: told[0], default=None)
    return YearPath(
        month=month,
        count=sums.count,
        annual_plan=sums.annual_plan,
        completed=sums.completed,
        due=sums.due,
        reported=sums.reported,
        unknown=sum(line.lagging is None for line in lines),
        needed=needed,
        best_month=None if best is None else best[0],
        best_in=None if best is None else best[1],
        to_schedule=None if month == 12 else amount_behind(sums.completed, planned[month]),
        next_planned=None if month == 12 else months[month].planned_amount,
        months=tuple(months),
    )


def _totals(lines: Sequence[LineFigures]) -> list[int | None]:
    """Return the year to date of every month as known at its end; None before the first report."""
    sums: list[int | None] = [None] * 12
    for line in lines:
        latest = None
        for place, total in enumerate(accumulate(line.line.statements).totals):
            latest = latest if total is None else total
            if latest is not None:
                sums[place] = (sums[place] or 0) + latest
    return sums


def _amount(lines: Sequence[LineFigures], number: int, month: int) -> tuple[int | None, int]:
    """Return what a month brought and how many lines told it; None where an amount covers several months."""
    if number > month:
        return None, 0
    told = [
        (amount, line.spans[number - 1]) for line in lines if (amount := line.amounts[number - 1]) is not None
    ]
    if not told or any(since != number for _, since in told):
        return None, len(told)
    return sum(amount for amount, _ in told), len(told)


@dataclass(frozen=True, slots=True)
class LinePath:
    """One line's way to its annual plan; amounts None after December, and `next_planned` without a monthly plan.

    `to_schedule` is what the next month must bring to be at schedule at its end. A line without a report has no
    such figures: what it did is not known.
    """

    figures: LineFigures
    needed: int | None
    next_planned: int | None
    to_schedule: int | None

    @property
    def beyond_best(self) -> int | None:
        """Return by how much each month would have to exceed the best one so far; negative when it need not."""
        return None if self.needed is None else self.needed - self.figures.best_month

    @property
    def strained(self) -> bool:
        """Return whether months like the best one do not suffice."""
        return self.beyond_best is not None and self.beyond_best > 0


def line_paths(lines: Sequence[LineFigures], month: int) -> tuple[LinePath, ...]:
    """Return the lines' ways, those first that have to exceed their best month by most; unknown ones last."""
    found = [_line_path(line, month) for line in lines]
    return tuple(
        sorted(
            found,
            key=lambda path: (path.beyond_best is None, -(path.beyond_best or 0), path.figures.line.code),
        )
    )


def _line_path(figures: LineFigures, month: int) -> LinePath:
    line = figures.line
    if month == 12 or figures.lagging is None:
        return LinePath(figures, None, None, None)
    return LinePath(
        figures,
        needed=figures.needed_per_month,
        next_planned=None if line.monthly_plan is None else line.monthly_plan[month],
        to_schedule=amount_behind(
            figures.completed, scheduled_twelfths(line.annual_plan, line.monthly_plan, month + 1)
        ),
    )
