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
    for month, amount, year_to_date in statements:
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


def contradictions(statements: Iterable[Statement]) -> tuple[Contradiction, ...]:
    """Return every stated year to date that disagrees with the months known, in month order.

    Where all months are known it must be their sum; where some are missing it must not fall below
    what is known.
    """
    found: list[Contradiction] = []
    total = 0
    whole_to = 0
    for month, amount, year_to_date in statements:
        gap = whole_to != month - 1
        least = total + (amount or 0)
        if year_to_date is not None:
            if amount is not None and not gap and year_to_date != least:
                found.append(Contradiction(month, year_to_date, least, falls=year_to_date < total))
                total = least
            else:
                if year_to_date < least:
                    found.append(Contradiction(month, year_to_date, least, falls=year_to_date < total))
                total = year_to_date
        elif amount is None:
            continue
        else:
            total = least
        if year_to_date is not None or not gap:
            whole_to = month
    return tuple(found)
