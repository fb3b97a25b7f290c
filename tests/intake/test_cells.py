"""Tests the reading of single cells."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.money import Unit, wan_grouped, wan_text
from tracker.intake import cells, words
from tracker.intake.cells import Cell, Fault

_WIDE = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


@given(st.integers(0, 10**12))
def test_every_way_of_writing_an_amount_reads_the_same(yuan: int) -> None:
    plain = wan_text(yuan)
    for written in (
        plain,
        wan_grouped(yuan),
        plain.translate(_WIDE),
        wan_grouped(yuan).translate(_WIDE),
        f"\u3000{plain} 万元\n",
        f"{wan_grouped(yuan)}万",
        f"¥{plain}",
        f"{yuan}元",
    ):
        assert cells.read_money(written, Unit.WAN) == yuan, written


@given(st.integers(0, 10**12), st.sampled_from(list(Unit)))
def test_a_number_in_any_unit_is_exact(yuan: int, unit: Unit) -> None:
    assert cells.read_money(float(Decimal(yuan) / int(unit)), unit) == yuan
    assert cells.read_money(f"{Decimal(yuan) / int(unit):f}", unit) == yuan


@pytest.mark.parametrize("blank", ["", " ", "—", "——", "-", "/", "无", "　", "\n", "暂无", "N/A"])
def test_a_blank_amount_is_missing_not_zero(blank: str) -> None:
    assert cells.read_money(blank, Unit.WAN) is None


def test_zero_is_zero_not_missing() -> None:
    assert cells.read_money(0.0, Unit.WAN) == 0
    assert cells.read_money("0", Unit.WAN) == 0


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (-1.0, "负数"),
        ("-300", "负数"),
        ("－３００", "负数"),
        ("(300)", "负数"),
        (True, "真假值"),
        (dt.date(2023, 3, 1), "日期"),
        (dt.timedelta(hours=3), "日期"),
        ("约300", "不是数字"),
        ("300多", "不是数字"),
        ("120\n130", "不是数字"),
        ("120 \t 130", "不是数字"),
        ("1e5", "不是数字"),
        ("27%", "不是数字"),
        ("1,2345", "千位"),
        ("#REF!", "公式出错"),
        (cells.NOT_CALCULATED, "没有算出"),
        (0.00001, "精确到元"),
        (1e14, "过大"),
    ],
)
def test_what_is_no_amount_is_a_fault_that_says_why(cell: Cell, said: str) -> None:
    fault = cells.read_money(cell, Unit.WAN)
    assert isinstance(fault, Fault)
    assert said in fault.what
    assert fault.mend


def test_a_unit_written_in_the_cell_wins_over_the_columns() -> None:
    assert cells.read_money("1.2亿元", Unit.WAN) == 120_000_000
    assert cells.read_money("1,200 万元", Unit.YI) == 12_000_000


@pytest.mark.parametrize(
    ("word", "category"),
    [
        ("续建", "continuing"),
        ("续建类", "continuing"),
        ("续 建 项 目", "continuing"),
        ("结转", "continuing"),
        ("在建", "continuing"),
        ("竣工投产类", "continuing"),
        ("新建", "new"),
        ("新开工类", "new"),
        ("计划新开工", "new"),
        ("预备类", "preparatory"),
        ("储备", "preparatory"),
        ("前期", "preparatory"),
        ("", None),
    ],
)
def test_categories(word: str, category: str | None) -> None:
    assert words.read_category(word) == category


def test_an_unknown_category_or_kind_is_a_fault() -> None:
    assert isinstance(words.read_category("改扩建"), Fault)
    assert isinstance(words.read_kind("任务"), Fault)


@pytest.mark.parametrize(
    ("word", "kind"), [("项目", "project"), ("重点工作", "work"), ("工 作", "work"), ("", None)]
)
def test_kinds(word: str, kind: str | None) -> None:
    assert words.read_kind(word) == kind


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("市科技局、武进区", ("市科技局", "武进区")),
        ("牵头：市科技局；配合：市财政局", ("市科技局", "市财政局")),
        ("市科技局\n市财政局,市科技局", ("市科技局", "市财政局")),
        ("市科技局（牵头）/新北区", ("市科技局", "新北区")),
        ("/", ()),
        ("无", ()),
    ],
)
def test_unit_lists(text: str, units: tuple[str, ...]) -> None:
    assert cells.read_units(text) == units


def test_names_keep_their_brackets_and_lose_their_line_breaks() -> None:
    assert cells.read_name("  龙城实验室\n（一期） ") == "龙城实验室（一期）"
    assert cells.read_name("Big\nLab") == "Big Lab"
    assert cells.read_name(101.0) == "101"


def test_running_text_keeps_its_lines() -> None:
    assert cells.read_text(" 主体封顶。\r\n\r\n  幕墙施工 ") == "主体封顶。\n幕墙施工"
    assert cells.read_text("—") == ""


def test_codes_are_compared_in_half_width_capitals() -> None:
    assert cells.read_code(" ｃｘ-01-１ ") == "CX-01-1"
    assert cells.read_code(12.0) == "12"


@pytest.mark.parametrize(
    ("cell", "fraction"),
    [
        (0.2758, "0.2758"),
        (27.58, "0.2758"),
        ("27.58%", "0.2758"),
        ("２７．５８％", "0.2758"),
        (1.05, "1.05"),
        ("", None),
    ],
)
def test_percentages(cell: Cell, fraction: str | None) -> None:
    assert cells.read_percent(cell) == (None if fraction is None else Decimal(fraction))


@pytest.mark.parametrize(("cell", "count"), [(3.0, 3), ("３", 3), ("12个", 12), ("", None), (0.0, 0)])
def test_counts(cell: Cell, count: int | None) -> None:
    assert cells.read_count(cell) == count


@pytest.mark.parametrize("cell", [2.5, -1.0, "三", True])
def test_what_is_no_count_is_a_fault(cell: Cell) -> None:
    assert isinstance(cells.read_count(cell), Fault)
