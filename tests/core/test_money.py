"""Money is exact: what is entered in 万元 comes out again, and nothing finer than a yuan goes in."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.money import (
    MAX_YUAN,
    NotMoney,
    Unit,
    hundreds_up,
    wan_grouped,
    wan_text,
    yuan_from_decimal,
    yuan_from_number,
    yuan_from_text,
)

yuan = st.integers(min_value=-(10**13), max_value=10**13)


@given(yuan)
def test_wan_text_round_trips(amount: int) -> None:
    text = wan_text(amount)
    assert yuan_from_text(text) == amount
    assert Decimal(text) * 10_000 == amount
    assert "E" not in text
    assert not text.endswith(".")
    assert "." not in text or not text.endswith("0")


@given(yuan)
def test_grouping_only_adds_separators(amount: int) -> None:
    assert wan_grouped(amount).replace(",", "") == wan_text(amount)
    assert yuan_from_text(wan_grouped(amount)) == amount


@given(st.integers(min_value=0, max_value=10**13), st.sampled_from(Unit))
def test_a_spreadsheets_number_gives_the_exact_yuan(amount: int, unit: Unit) -> None:
    # A spreadsheet keeps the amount as a binary fraction of the unit; the yuan must survive that.
    assert yuan_from_number(amount / int(unit), unit) == amount


@given(st.lists(st.integers(min_value=0, max_value=10**9), min_size=2, max_size=12))
def test_a_sum_made_in_floats_gives_the_exact_yuan(amounts: list[int]) -> None:
    total = 0.0
    for amount in amounts:
        total += amount / 10_000
    assert yuan_from_number(total) == sum(amounts)


@pytest.mark.parametrize("text", ["", "abc", "1,23", "1.2,3", "12,34,567", "1e5x", "--1"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(NotMoney):
        yuan_from_text(text)


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), Decimal("1E+30")])
def test_strange_decimals_are_refused(value: Decimal) -> None:
    with pytest.raises(NotMoney):
        yuan_from_decimal(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 88.33333333333333, 1e15])
def test_strange_numbers_are_refused(value: float) -> None:
    with pytest.raises(NotMoney):
        yuan_from_number(value)


@pytest.mark.parametrize(
    ("unit", "words"), [(Unit.YUAN, "不带小数"), (Unit.WAN, "最多四位小数"), (Unit.YI, "最多八位小数")]
)
def test_fractions_of_a_yuan_are_refused_with_the_places_allowed(unit: Unit, words: str) -> None:
    with pytest.raises(NotMoney, match=words):
        yuan_from_decimal(Decimal(1) / Decimal(8 * int(unit)), unit)


def test_too_large_an_amount_asks_for_the_unit() -> None:
    for read in (
        lambda: yuan_from_number(MAX_YUAN // 10_000 + 1),
        lambda: yuan_from_decimal(Decimal(MAX_YUAN + 1), Unit.YUAN),
    ):
        with pytest.raises(NotMoney, match="单位"):
            read()


def test_units_have_their_names() -> None:
    assert [unit.label for unit in Unit] == ["元", "万元", "亿元"]


@given(st.integers(0, 10**14))
def test_a_required_amount_is_rounded_up_to_the_next_hundred(amount: int) -> None:
    assert 0 <= hundreds_up(amount) - amount < 100
    assert hundreds_up(amount) % 100 == 0
