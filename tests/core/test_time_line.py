"""Milestones on the line of a year: every one at its day, none on top of another."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tracker.core.lines import Milestone
from tracker.core.time_line import YEAR, Standing, time_line

TODAY = date(2023, 4, 10)


def standing(due: date, done: date | None) -> Standing:
    (mark,) = time_line(2023, [Milestone("节点", due, done)], TODAY).marks
    return mark.standing


def test_how_a_milestone_stands() -> None:
    assert standing(date(2023, 3, 31), date(2023, 3, 31)) is Standing.REACHED
    assert standing(date(2023, 3, 31), date(2023, 4, 1)) is Standing.REACHED_LATE
    assert standing(date(2023, 4, 9), None) is Standing.OVERDUE
    assert standing(date(2023, 4, 10), None) is Standing.TO_COME


def test_what_was_reached_after_the_day_looked_at_is_not_reached_yet() -> None:
    """The page of a month says what the light of that month says: at its end the step was still owed."""
    assert standing(date(2023, 4, 9), date(2023, 4, 11)) is Standing.OVERDUE
    assert standing(date(2023, 4, 12), date(2023, 4, 11)) is Standing.TO_COME
    assert standing(date(2023, 4, 9), TODAY) is Standing.REACHED_LATE
    later, today = (
        time_line(2023, [Milestone("节点", date(2023, 4, 9), date(2023, 4, 11))], day).marks[0]
        for day in (TODAY, date(2023, 4, 11))
    )
    assert (later.done_at, today.done_at) == (None, 273)


def test_days_outside_the_year_stand_at_its_ends_and_so_does_no_today() -> None:
    steps = [Milestone("去年", date(2022, 6, 1)), Milestone("明年", date(2024, 6, 1))]
    line = time_line(2023, steps, date(2024, 1, 1))
    assert [mark.due_at for mark in line.marks] == [0, 997]
    assert line.today_at is None
    assert time_line(2023, steps, TODAY).today_at == 271


def test_nothing_needs_no_row() -> None:
    assert time_line(2023, [], TODAY).rows == 0


DAYS = st.dates(date(2022, 1, 1), date(2024, 12, 31))


@given(st.lists(st.builds(Milestone, st.just("节点"), DAYS, st.none() | DAYS), max_size=30))
def test_marks_are_in_order_inside_the_year_and_never_on_top_of_each_other(steps: list[Milestone]) -> None:
    line = time_line(2023, steps, TODAY)
    assert [mark.number for mark in line.marks] == list(range(1, len(steps) + 1))
    assert [mark.milestone.due_on for mark in line.marks] == sorted(step.due_on for step in steps)
    assert all(0 <= mark.due_at < YEAR for mark in line.marks)
    for row in range(line.rows):
        places = [mark.due_at for mark in line.marks if mark.row == row]
        assert places, "a row that nothing stands in is no row"
        assert all(after - before >= 34 for before, after in pairwise(places))
