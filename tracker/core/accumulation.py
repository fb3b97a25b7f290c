"""Owns the year to date of one line: what the reported months add up to, whichever way they were stated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

#: What one report says: the month (1 to 12), its amount and the year to date, both in yuan or not said.
Statement = tuple[int, int | None, int | None]

#: The spans of a year in which every amount stands for its own month.
_EACH_ITSELF = tuple(range(1, 13))


@dataclass(slots=True)
class Accumulated:
    """One line's year as far as reported; both tuples have twelve places, None where nothing was reported.

    `amounts[i]` is what entered with month i+1; `spans[i]` the first month that this amount covers, which
    is an earlier month when only a year to date was said and the months before it are unknown.
    `completed` is the latest known year to date, 0 when nothing was ever reported; `best_month` the
    largest amount that entered for a single month, 0 when none did.
    """

    amounts: tuple[int | None, ...]
    totals: tuple[int | None, ...]
    spans: tuple[int, ...]
    completed: int
    best_month: int


def accumulate(statements: Iterable[Statement]) -> Accumulated:
    """Return the year that `statements` (ascending months) describe.

    The month's amount is authoritative as long as every month before it is known; where months are
    missing, a stated year to date is, and the other figure follows from the months already known
    (interfaces.md, workbooks read).
    """
    amounts: list[int | None] = [None] * 12
    totals: list[int | None] = [None] * 12
    spans = _EACH_ITSELF
    # Up to and with month `whole_to` the total is the whole year to date; after a gap it is only a part of it,
    # until a year to date is stated again.
    total = best = whole_to = 0
    for month, stated, year_to_date in statements:
        amount = stated
        if year_to_date is not None and (amount is None or whole_to != month - 1):
            if amount is None:
                amount = year_to_date - total
                spans = (*spans[: month - 1], whole_to + 1, *spans[month:])
            total = year_to_date
            whole_to = month
        elif amount is not None:
            total += amount
            if whole_to == month - 1:
                whole_to = month
        else:
            continue
        amounts[month - 1] = amount
        totals[month - 1] = total
        if amount > best and spans[month - 1] == month:
            best = amount
    return Accumulated(tuple(amounts), tuple(totals), spans, total, best)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A stated year to date that does not fit; both figures in yuan."""

    month: int
    stated: int
    expected: int
    falls: bool


@dataclass(slots=True)
class Running:
    """A line's year to date while its statements come in, ascending.

    `total` is what is known so far in yuan, `whole_to` the month up to which no month is unknown, `last`
    the last month that said an amount, 0 when none did.
    """

    total: int = 0
    whole_to: int = 0
    last: int = 0

    def take(self, month: int, amount: int | None, year_to_date: int | None) -> Contradiction | None:
        """Add one month; return the contradiction when its stated year to date does not fit what is known.

        Where all months are known it must be their sum; where some are missing it must not fall below
        what is known.
        """
        before = self.total
        least = before if amount is None else before + amount
        self.total = least
        if year_to_date is None:
            if amount is not None:
                self.last = month
                if self.whole_to == month - 1:
                    self.whole_to = month
            return None
        whole = amount is not None and self.whole_to == month - 1
        self.last = self.whole_to = month
        if year_to_date == least:
            return None
        if not whole:
            self.total = year_to_date
        if whole or year_to_date < least:
            return Contradiction(month, year_to_date, least, falls=year_to_date < before)
        return None


def contradictions(
    statements: Iterable[Statement], running: Running | None = None
) -> tuple[Contradiction, ...]:
    """Return every stated year to date that disagrees with the months known, in month order.

    `running` is the year before the first of the statements, which it does not change.
    """
    year = Running() if running is None else Running(running.total, running.whole_to, running.last)
    return tuple(found for statement in statements if (found := year.take(*statement)) is not None)
