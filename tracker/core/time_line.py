"""Owns milestones on the line of a year: where each is due, when it was reached, and which are late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.core.lines import Milestone

#: The whole year in the units of a position: thousandths.
YEAR = 1000
#: Marks nearer to each other than this do not fit beside each other.
_ROOM = 34


class Standing(StrEnum):
    """How a milestone stands: reached by its day, reached after it, overdue, or still to come."""

    REACHED = "reached"
    REACHED_LATE = "reached_late"
    OVERDUE = "overdue"
    TO_COME = "to_come"


@dataclass(frozen=True, slots=True)
class Mark:
    """A milestone on the line: its number there, its place in thousandths of the year and the row that has room."""

    number: int
    milestone: Milestone
    standing: Standing
    due_at: int
    done_at: int | None
    row: int


@dataclass(frozen=True, slots=True)
class TimeLine:
    """The milestones of a year by due day, and the places where its twelve months begin.

    `today_at` is None outside the year, `rows` tells how many rows the milestones need.
    """

    months: tuple[int, ...]
    marks: tuple[Mark, ...]
    today_at: int | None
    rows: int


def time_line(year: int, milestones: Sequence[Milestone], today: date) -> TimeLine:
    """Return the milestones on the line of `year` as of `today`; a day outside the year stands at its end.

    What was reached later than `today` was not reached yet, as the light of a month sees it.
    """
    marks: list[Mark] = []
    taken: list[int] = []
    for number, step in enumerate(sorted(milestones, key=lambda step: step.due_on), 1):
        due_at = _place(year, step.due_on)
        row = next((row for row, last in enumerate(taken) if due_at - last >= _ROOM), len(taken))
        taken[row : row + 1] = [due_at]
        done_on = step.done_on if step.done_on is not None and step.done_on <= today else None
        done_at = None if done_on is None else _place(year, done_on)
        marks.append(Mark(number, step, _standing(step.due_on, done_on, today), due_at, done_at, row))
    months = tuple(_place(year, date(year, month, 1)) for month in range(1, 13))
    return TimeLine(months, tuple(marks), _place(year, today) if today.year == year else None, len(taken))


def _standing(due_on: date, done_on: date | None, today: date) -> Standing:
    if done_on is not None:
        return Standing.REACHED if done_on <= due_on else Standing.REACHED_LATE
    return Standing.OVERDUE if due_on < today else Standing.TO_COME


def _place(year: int, day: date) -> int:
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    inside = min(max(day, first), date(year, 12, 31))
    return YEAR * (inside - first).days // (after - first).days
