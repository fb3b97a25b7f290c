"""Periods are months: ordered, countable, parsed strictly."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.periods import Period

periods = st.builds(Period, st.integers(1990, 2200), st.integers(1, 12))


@given(periods)
def test_text_and_index_round_trip(period: Period) -> None:
    assert Period.parse(str(period)) == period
    assert Period.from_index(period.index) == period
    assert Period.of(period.first_day) == Period.of(period.last_day) == period


@given(periods, st.integers(-24, 24))
def test_difference_of_indexes_is_months(period: Period, months: int) -> None:
    index = period.index + months
    if Period(1990, 1).index <= index <= Period(2200, 12).index:
        assert period.plus(months).index - period.index == months
        assert (period.plus(months) > period) == (months > 0)


@pytest.mark.parametrize(
    "text", ["", "2023", "2023-13", "2023-00", "2023/03", "２０２３-03", "2023-3", "1800-01"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="月份"):
        Period.parse(text)


def test_quarters_and_the_year_to_date() -> None:
    assert [Period(2023, month).quarter for month in range(1, 13)] == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]
    assert Period(2023, 3).year_to_date() == (Period(2023, 1), Period(2023, 2), Period(2023, 3))
    assert Period(2024, 2).last_day == date(2024, 2, 29)
