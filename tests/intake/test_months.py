"""Tests the reading of months."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.errors import Severity
from tracker.core.periods import Period
from tracker.intake.cells import Cell, Fault
from tracker.intake.months import read_actual_start, read_month, read_planned_start

_REPORT = Period(2023, 3)
periods = st.builds(Period, st.integers(1995, 2095), st.integers(1, 12))


@given(periods, st.integers(1, 28))
def test_every_way_of_writing_a_month_reads_the_same(period: Period, day: int) -> None:
    year, month = period.year, period.month
    date = dt.date(year, month, day)
    written: list[Cell] = [
        date,
        dt.datetime.combine(date, dt.time(8, 30)),
        f"{year}-{month:02d}",
        f"{year}年{month}月",
        f"{year} 年 {month} 月底",
        f"{year}.{month}",
        f"{year}/{month}/{day}",
        f"{year}-{month:02d}-{day:02d}",
        f"{year}-{month:02d}-{day:02d} 00:00:00",
        f"{year}{month:02d}",
        float(f"{year}{month:02d}"),
        float((date - dt.date(1899, 12, 30)).days),
    ]
    for cell in written:
        assert read_month(cell, 2023) == period, cell


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        ("3月", 3),
        ("三月", 3),
        ("十二月底", 12),
        (3.0, 3),
        ("三季度", 9),
        ("第三季度", 9),
        ("2023年Q3", 9),
        ("Q1", 3),
        ("2023年第四季度", 12),
        ("上半年", 6),
        ("2023年底", 12),
        (2023.3, 3),
        (2023.11, 11),
    ],
)
def test_months_of_the_default_year(cell: Cell, month: int) -> None:
    assert read_month(cell, 2023) == Period(2023, month)


@pytest.mark.parametrize("cell", ["尽快", "2023年", "13月", "2023-13", True, 2023.1, 99.0, "#N/A"])
def test_what_names_no_month_is_a_fault(cell: Cell) -> None:
    assert isinstance(read_month(cell, 2023), Fault)


def test_the_number_2023_1_may_be_january_or_october() -> None:
    fault = read_month(2023.1, 2023)
    assert isinstance(fault, Fault)
    assert "1月还是10月" in fault.what


@pytest.mark.parametrize("cell", ["", "未开工", "否", "尚未开工", "—"])
def test_not_started(cell: str) -> None:
    assert read_actual_start(cell, _REPORT) is None


@pytest.mark.parametrize("cell", ["已开工", "是", "√"])
def test_started_without_a_month_is_this_month_with_a_warning(cell: str) -> None:
    fault = read_actual_start(cell, _REPORT)
    assert isinstance(fault, Fault)
    assert (fault.severity, fault.value) == (Severity.WARNING, _REPORT)


def test_a_start_in_a_sentence() -> None:
    assert read_actual_start("已于2023年2月开工", _REPORT) == Period(2023, 2)


def test_a_start_after_the_report_is_refused() -> None:
    fault = read_actual_start("2023-04", _REPORT)
    assert isinstance(fault, Fault)
    assert fault.severity is Severity.ERROR


def test_a_continuing_project_plans_no_start() -> None:
    assert read_planned_start("已开工", 2023) is None
