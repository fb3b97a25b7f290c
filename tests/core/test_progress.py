"""Published figures: one rounding, half up, from exact money; differences between what was printed."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tracker.core import progress
from tracker.core.ranking import ranks

money = st.integers(min_value=0, max_value=10**13)
positive = st.integers(min_value=1, max_value=10**13)


@given(money, positive)
def test_published_rounds_half_up_once(part: int, whole: int) -> None:
    exact = Fraction(part, whole) * 10_000
    got = progress.published(part, whole)
    assert got is not None
    assert Fraction(-1, 2) < got - exact <= Fraction(1, 2)


def test_published_agrees_with_decimal_at_ties() -> None:
    for part in range(1, 4000, 2):
        want = (Decimal(part) / 20_000 * 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert progress.percent_text(progress.published(part, 20_000)) == str(want)


def test_a_plan_of_zero_has_no_progress() -> None:
    assert progress.published(5, 0) is None
    assert progress.percent_text(None) is None
    assert progress.difference(None, 1) is None
    assert progress.difference(1, None) is None


@given(st.integers(-(10**6), 10**6))
def test_percent_text_is_exact(hundredths: int) -> None:
    text = progress.percent_text(hundredths)
    assert text is not None
    assert Decimal(text) * 100 == hundredths
    assert len(text.partition(".")[2]) == 2


@given(money, st.lists(money, min_size=12, max_size=12), st.integers(1, 12))
def test_schedule_is_the_plan_or_elapsed_time(annual: int, months: list[int], month: int) -> None:
    assert progress.scheduled_twelfths(annual, months, month) == 12 * sum(months[:month])
    assert progress.scheduled_twelfths(annual, None, month) == annual * month
    assert progress.elapsed_time(month) == progress.published(month, 12)


@given(money, st.integers(0, 12 * 10**13))
def test_amount_behind_is_exactly_what_lifts_to_schedule(completed: int, scheduled: int) -> None:
    behind = progress.amount_behind(completed, scheduled)
    assert (behind > 0) == progress.is_lagging(completed, scheduled)
    assert not progress.is_lagging(completed + behind, scheduled)
    assert behind == 0 or progress.is_lagging(completed + behind - 1, scheduled)


@given(money, money, st.integers(1, 11))
def test_needed_per_month_just_meets_the_plan(annual: int, completed: int, month: int) -> None:
    needed = progress.needed_per_month(annual, completed, month)
    assert needed is not None
    assert completed + needed * (12 - month) >= annual
    assert needed == 0 or completed + (needed - 1) * (12 - month) < annual


def test_after_december_no_month_is_left() -> None:
    assert progress.needed_per_month(100, 1, 12) is None


@given(st.lists(st.one_of(st.none(), st.integers(-50, 50)), max_size=30))
def test_ranks_count_who_is_strictly_ahead(values: list[int | None]) -> None:
    got = ranks(values)
    for value, rank in zip(values, got, strict=True):
        if value is None:
            assert rank is None
        else:
            assert rank == 1 + sum(other is not None and other > value for other in values)


def test_equal_figures_share_a_rank() -> None:
    assert ranks([2758, 2563, 2563, None, 100]) == (1, 2, 2, None, 4)
