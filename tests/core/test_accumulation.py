"""The year to date follows from what was said, whichever way it was said and in whichever order it came."""

from __future__ import annotations

from itertools import accumulate as running

from hypothesis import given
from hypothesis import strategies as st

from tracker.core.accumulation import Contradiction, Statement, accumulate, contradictions

amounts = st.lists(st.integers(0, 10**10), min_size=1, max_size=12)


@given(amounts, st.data())
def test_month_year_to_date_or_both_say_the_same(months: list[int], data: st.DataObject) -> None:
    totals = list(running(months))
    said: list[Statement] = []
    for month, (amount, total) in enumerate(zip(months, totals, strict=True), 1):
        form = data.draw(st.sampled_from(["month", "year to date", "both"]))
        said.append((month, None if form == "year to date" else amount, None if form == "month" else total))
    year = accumulate(said)
    assert year.amounts[: len(months)] == tuple(months)
    assert year.totals[: len(months)] == tuple(totals)
    assert year.completed == totals[-1]
    assert year.best_month == max(months)
    assert contradictions(said) == ()


@given(amounts, st.sets(st.integers(1, 11)))
def test_a_stated_year_to_date_bridges_missing_months(months: list[int], gaps: set[int]) -> None:
    totals = list(running(months))
    said = [
        (month, amount, total)
        for month, (amount, total) in enumerate(zip(months, totals, strict=True), 1)
        if month not in gaps or month == len(months)
    ]
    year = accumulate(said)
    assert year.completed == totals[-1]
    assert all(year.amounts[month - 1] is None for month in gaps if month < len(months))
    assert contradictions(said) == ()


def test_a_month_after_a_gap_does_not_close_the_gap() -> None:
    said: list[Statement] = [(2, 20, None), (3, 30, 90), (4, 5, 95)]
    assert contradictions(said) == ()
    assert accumulate(said).totals[:4] == (None, 20, 90, 95)
    bridged = accumulate([(2, 20, None), (3, None, 90)])
    assert (bridged.amounts[2], bridged.spans[2], bridged.best_month) == (70, 1, 20)
    assert contradictions([(2, 20, None), (3, 30, 45)]) == (Contradiction(3, 45, 50, falls=False),)


def test_a_year_to_date_alone_counts_as_one_entry_up_to_its_month() -> None:
    year = accumulate([(3, None, 300)])
    assert year.amounts[2] == 300
    assert year.spans[2] == 1
    assert year.completed == 300
    assert year.best_month == 0


def test_months_before_it_may_come_later() -> None:
    year = accumulate([(1, 100, None), (3, None, 300)])
    assert year.amounts[:3] == (100, None, 200)
    assert year.spans[2] == 2
    assert accumulate([(1, 100, None), (3, 50, 300)]).totals[2] == 300
    assert accumulate([(1, 100, None), (3, 50, None)]).totals[2] == 150


def test_a_report_without_money_says_nothing_about_money() -> None:
    year = accumulate([(1, 100, None), (2, None, None)])
    assert year.amounts[1] is None
    assert year.completed == 100
    assert contradictions([(1, 100, None), (2, None, None)]) == ()


def test_contradictions_are_found_with_both_figures() -> None:
    assert contradictions([(1, 100, None), (2, 50, 160)]) == (Contradiction(2, 160, 150, falls=False),)
    assert contradictions([(1, 100, None), (2, None, 90)]) == (Contradiction(2, 90, 100, falls=True),)
    assert contradictions([(1, 100, None), (2, 10, 90)]) == (Contradiction(2, 90, 110, falls=True),)
    assert contradictions([(1, 100, None), (3, 50, 120)]) == (Contradiction(3, 120, 150, falls=False),)
    # What follows a contradiction is judged by itself, not by the mistake before it.
    assert contradictions([(1, 100, None), (2, 50, 160), (3, 10, 160)]) == (
        Contradiction(2, 160, 150, falls=False),
    )
