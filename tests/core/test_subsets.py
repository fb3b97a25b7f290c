"""Choosing amounts: as few and as little as can be, against every choice there is."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.test_targets import cities
from tracker.core import subsets
from tracker.core.subsets import Choice, cheapest, fewest, fewest_count
from tracker.core.targets import AtLeast, Target


class Listed:
    """A target of these sums and no other: the rounding at its worst."""

    steady = None

    def __init__(self, sums: set[int]) -> None:
        self.sums = sorted(sums)

    def next(self, least: int) -> int | None:
        return next((one for one in self.sums if one >= least), None)

    def __repr__(self) -> str:
        return f"Listed({set(self.sums)})"


amounts_ = st.lists(st.integers(1, 400), min_size=1, max_size=9)
listed = st.builds(Listed, st.sets(st.integers(1, 2500), min_size=1, max_size=200))
targets = st.one_of(st.builds(AtLeast, st.integers(1, 2500)), cities(), listed)
#: The three ways of searching: a table, two halves, and a few varied with all others settled.
WAYS = ({"TABLE_BITS": 10**6}, {"TABLE_BITS": 0}, {"TABLE_BITS": 0, "IN_HALVES": 2})


def reaching(amounts: Sequence[int], target: Target) -> list[tuple[int, int]]:
    """Return the count and the sum of every choice that reaches the target."""
    chosen = (c for count in range(1, len(amounts) + 1) for c in combinations(amounts, count))
    return [(len(c), sum(c)) for c in chosen if target.next(sum(c)) == sum(c)]


def adds_up(amounts: Sequence[int], choice: Choice) -> bool:
    places = choice.places
    return list(places) == sorted(set(places)) and sum(amounts[place] for place in places) == choice.total


@given(amounts_, targets)
def test_fewest_is_as_few_as_can_be(amounts: list[int], target: Target) -> None:
    every, found = reaching(amounts, target), fewest(amounts, target)
    if not every:
        assert found is None
        return
    assert found is not None
    assert found.proven
    assert adds_up(amounts, found)
    # As few as can be, and of equally few those with the least sum.
    assert (len(found.places), found.total) == min(every)


@pytest.mark.parametrize("limits", WAYS, ids=["table", "halves", "varied"])
@given(amounts=amounts_, target=targets)
def test_cheapest_costs_as_little_as_can_be(
    limits: dict[str, int], amounts: list[int], target: Target
) -> None:
    every = reaching(amounts, target)
    with mock.patch.multiple(subsets, **limits):
        found = cheapest(amounts, target)
    if not every:
        assert found is None
        return
    assert found is not None
    assert found.proven
    assert adds_up(amounts, found)
    assert found.total == min(total for _, total in every)


def test_of_equally_few_the_cheapest() -> None:
    assert fewest([5, 9, 7, 9], AtLeast(18)) == Choice((1, 3), 18)
    assert fewest([5, 9, 7, 9], AtLeast(6)) == Choice((2,), 7)
    assert fewest([5, 9, 7, 9], AtLeast(31)) is None


@given(amounts_, st.integers(0, 3000))
def test_how_few_is_said_without_choosing(amounts: list[int], first: int) -> None:
    counts = (c for c in range(len(amounts) + 1) if sum(sorted(amounts)[len(amounts) - c :]) >= first)
    assert fewest_count(amounts, first) == next(counts, None)


def test_a_sum_that_the_rounding_misses_is_made_of_other_amounts() -> None:
    amounts = [50, 40, 30, 20]
    # Neither the two largest nor the three largest: 90 and 120 miss.
    assert fewest(amounts, Listed({80, 110})) == Choice((0, 2), 80)
    assert cheapest(amounts, Listed({81, 110, 140})) == Choice((0, 1, 3), 110)
    assert fewest(amounts, Listed({81, 140})) == Choice((0, 1, 2, 3), 140)
    assert fewest(amounts, Listed({71, 75})) is cheapest(amounts, Listed({71, 75})) is None


def test_no_sum_is_less_than_the_common_measure_allows() -> None:
    with mock.patch.multiple(subsets, TABLE_BITS=0, IN_HALVES=2):
        assert cheapest([4, 6, 8], Listed({5, 9, 14, 15})) == Choice((1, 2), 14)
        assert cheapest([4, 6, 8], Listed({5, 9})) is None
    with mock.patch.multiple(subsets, TABLE_BITS=0, IN_HALVES=2, ROUNDS=1):
        assert cheapest([4, 6, 8], Listed({5, 9, 14, 15})) == Choice((1, 2), 14)


@pytest.mark.parametrize("share", [2, 30, 70, 97])
@pytest.mark.parametrize("count", [60, 2_000])
def test_many_amounts_are_chosen_and_what_is_not_proven_says_so(count: int, share: int) -> None:
    dice = random.Random(count + share)
    amounts = [dice.randint(1, 200_000_000) for _ in range(count)]
    first = sum(amounts) * share // 100
    found = cheapest(amounts, AtLeast(first))
    assert found is not None
    assert adds_up(amounts, found)
    assert found.total >= first
    assert found.proven or found.total - first < min(amounts), "no line less would do"
    assert found.proven >= (found.total == first)


def test_a_search_that_runs_out_of_time_claims_nothing() -> None:
    dice = random.Random(7)
    amounts = [dice.randint(10**9, 2 * 10**9) for _ in range(60)]
    with mock.patch.multiple(subsets, STEPS=3):
        found = cheapest(amounts, AtLeast(amounts[0] + amounts[1] + 1))
    assert found is not None
    assert adds_up(amounts, found)
    assert not found.proven


@given(amounts_, st.one_of(cities(), listed))
def test_without_time_what_is_found_still_reaches(amounts: list[int], target: Target) -> None:
    every = reaching(amounts, target)
    with mock.patch.multiple(subsets, STEPS=0, ROUNDS=1):
        choices = fewest(amounts, target), cheapest(amounts, target)
    for choice, best in zip(choices, (0, 1), strict=True):
        if choice is not None:
            assert adds_up(amounts, choice)
            reached = len(choice.places), choice.total
            assert reached in every
            assert not choice.proven or reached[best] == min(one[best] for one in every)
