"""How long something is overdue, and whom it has reached."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.deadlines import Escalation, days_overdue, escalation

DAY = date(2023, 4, 10)


@pytest.mark.parametrize(
    ("passed", "days", "reached"),
    [
        (-1, 0, Escalation.NONE),
        (0, 0, Escalation.NONE),
        (1, 1, Escalation.UNIT),
        (7, 7, Escalation.UNIT),
        (8, 8, Escalation.OFFICE),
        (15, 15, Escalation.OFFICE),
        (16, 16, Escalation.LEADER),
    ],
)
def test_the_day_itself_is_in_time_and_bounds_are_told(passed: int, days: int, reached: Escalation) -> None:
    today = DAY + timedelta(days=passed)
    assert days_overdue(DAY, today) == days
    assert escalation(DAY, today, office_after=7, leader_after=15) is reached


def test_without_a_deadline_nothing_is_overdue() -> None:
    assert days_overdue(None, DAY) == 0
    assert escalation(None, DAY, office_after=0, leader_after=0) is Escalation.NONE


@given(st.integers(-40, 400), st.integers(0, 60), st.integers(0, 60))
def test_it_never_falls_back_as_time_goes_on(passed: int, office_after: int, more: int) -> None:
    bounds = {"office_after": office_after, "leader_after": office_after + more}
    today = DAY + timedelta(days=passed)
    now, later = (escalation(DAY, day, **bounds).level for day in (today, today + timedelta(days=1)))
    assert now <= later
