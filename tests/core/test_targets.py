"""Targets: the least sum that reaches a published goal, also where the goal moves with the sum."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from tracker.core.progress import published
from tracker.core.targets import AboveCity, least_part, rate_of_at_least

#: Sums are tried one by one up to here.
TRIED = 1500


def rate(part: int, whole: int) -> int:
    found = published(part, whole)
    assert found is not None
    return found


@given(st.integers(-5, 30_000), st.integers(1, 10**13))
def test_least_part_is_where_the_rounding_turns(wanted: int, whole: int) -> None:
    part = least_part(wanted, whole)
    assert rate(part, whole) >= wanted
    assert rate(part - 1, whole) < wanted


@given(st.integers(0, 20_000), st.integers(0, 10**12), st.integers(1, 10**12))
def test_a_rate_of_its_own_is_a_plain_bound(wanted: int, completed: int, plan: int) -> None:
    first = rate_of_at_least(wanted, completed, plan).first
    assert rate(completed + first, plan) >= wanted
    assert first == 0 or rate(completed + first - 1, plan) < wanted


@st.composite
def cities(draw: st.DrawFn) -> AboveCity:
    plan = draw(st.integers(1, draw(st.sampled_from([30, 5_000, 200_000]))))
    others = draw(st.integers(0, 4 * plan))
    completed = draw(st.integers(0, plan))
    return AboveCity(completed, plan, completed + draw(st.integers(0, others)), plan + others)


@given(cities(), st.integers(0, TRIED))
# The progress turns first, then the average, then the progress again.
@example(AboveCity(4_000, 30_000, 9_000, 60_000), 0)
@example(AboveCity(10, 20, 10, 20), 0)
def test_above_an_average_that_moves_along(city: AboveCity, least: int) -> None:
    def above(more: int) -> bool:
        ours = rate(city.completed + more, city.annual_plan)
        return ours > rate(city.city_completed + more, city.city_plan)

    found, steady = city.next(least), city.steady
    tried = next((more for more in range(least, least + TRIED) if above(more)), None)
    if found is None:
        assert tried is None
        assert city.city_plan == city.annual_plan
        assert steady is None
        return
    assert above(found)
    assert tried is None or tried == found
    assert steady is not None
    assert all(above(more) for more in range(steady, steady + TRIED))
    assert steady == 0 or not above(steady - 1)


def test_a_larger_sum_can_miss_what_a_smaller_one_reached() -> None:
    """A hundredth of a percent of a large plan is much money: the average's last digit turns within it."""
    city = AboveCity(250_388_888_885, 10**12, 16 * 10**11, 63 * 10**11)
    needed, steady = city.next(0), city.steady
    assert (needed, steady) == (4_261_111_115, 4_361_111_115)
    pairs = [
        (rate(city.completed + more, city.annual_plan), rate(city.city_completed + more, city.city_plan))
        for more in (needed - 1, needed, steady - 1, steady)
    ]
    assert pairs == [(2546, 2546), (2547, 2546), (2547, 2547), (2548, 2547)]
    assert city.next(steady - 1) == steady


def test_all_the_citys_plan_is_ours() -> None:
    assert AboveCity(1, 10, 1, 10).next(0) is None
    assert AboveCity(0, 0, 0, 5).next(0) is None
    assert AboveCity(0, 0, 0, 5).steady is None
