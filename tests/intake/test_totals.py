"""Tests comparing a file's subtotals, nested and above or below their lines, with the lines."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

from tracker.core.periods import Period
from tracker.intake.cells import Cell
from tracker.intake.reading import Sheet, Workbook
from tracker.intake.reports import read_reports

_NESTED: list[tuple[str, float]] = [
    ("甲一", 100), ("甲二", 200), ("甲小计", 300), ("乙一", 50), ("乙小计", 50), ("P工程合计", 350),
    ("丙", 70), ("Q工程合计", 70), ("合计", 420),
]  # fmt: skip


def _said(lines: Sequence[tuple[str, float]]) -> list[tuple[str, str]]:
    rows: list[list[Cell]] = [["子项目", "本月完成投资"]]
    rows += [[name, float(value)] for name, value in lines]
    reading = read_reports(Workbook("月报.xlsx", (Sheet("表", rows),)), Period(2023, 3))
    return [(problem.cell, problem.what) for problem in reading.problems]


def _wrong(said: str, summed: str) -> str:
    return f"文件里的合计是 {said} 万元，各行加起来是 {summed} 万元"


def test_nested_subtotals_below_their_lines() -> None:
    assert _said(_NESTED) == []


def test_a_wrong_nested_subtotal_is_compared_with_the_run_since_the_last_of_its_kind() -> None:
    for at, summed in ((2, "300"), (4, "50"), (5, "350"), (7, "70"), (8, "420")):
        name, value = _NESTED[at]
        lines = [*_NESTED[:at], (name, value + 1), *_NESTED[at + 1 :]]
        assert _said(lines) == [(f"B{at + 2}", _wrong(f"{value + 1:.0f}", summed))]


def test_subtotals_above_their_lines_and_the_whole_in_the_first_row() -> None:
    for total in ("全市", "合计"):
        lines = [
            (total, 420), ("P工程合计", 350), ("甲小计", 300), ("甲一", 100), ("甲二", 200), ("乙小计", 50), ("乙一", 50),
            ("Q工程合计", 70), ("丙", 70),
        ]  # fmt: skip
        assert _said(lines) == []
        assert _said([(total, 421), *lines[1:]]) == [("B2", _wrong("421", "420"))]
        assert _said([*lines, ("总计", 70)]) == [("B11", _wrong("70", "420"))]


def test_totals_of_blocks_before_the_whole() -> None:
    assert _said([("甲", 1), ("合计", 1), ("乙", 2), ("合计", 2), ("总计", 3)]) == []
    assert _said([("甲", 1), ("乙", 2), ("合计", 2)]) == [("B4", _wrong("2", "3"))]


def test_an_empty_block_adds_up_to_nothing() -> None:
    assert _said([("甲", 1), ("甲小计", 1), ("乙小计", 0), ("合计", 1)]) == []
    assert _said([("甲", 1), ("甲小计", 0), ("乙", 1), ("合计", 2)]) == [("B3", _wrong("0", "1"))]


def test_a_rounded_subtotal_may_differ_by_half_its_last_place() -> None:
    lines = [("甲", 1.234), ("乙", 1.234), ("P合计", 2.47), ("丙", 1), ("合计", 3.468)]
    assert _said(lines) == []
    assert _said([*lines[:2], ("P合计", 2.48), *lines[3:]]) == [("B4", _wrong("2.48", "2.468"))]


def test_very_many_subtotals_are_compared_quickly() -> None:
    lines = [(f"项目{n}", 2.0) if n % 2 else (f"第{n}组小计", 2.0 if n else 0.0) for n in range(10_000)]
    started = perf_counter()
    assert _said([*lines, ("合计", 10_000)]) == []
    assert len(_said([*lines[:-1], ("甲小计", 3), ("合计", 9_998)])) == 1
    assert perf_counter() - started < 15
