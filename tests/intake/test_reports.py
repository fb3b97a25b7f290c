"""Tests the draft of a month's reports on the layouts that offices send."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from tracker.core.errors import Severity
from tracker.core.periods import Period
from tracker.intake.reading import Workbook, open_workbook
from tracker.intake.reports import read_reports

Build = Callable[..., Workbook]
_MARCH = Period(2023, 3)
_PAIR = ["子项目", "本月完成投资", "1-3月累计完成投资"]


def _said(source: Workbook) -> list[tuple[str, str]]:
    return [(problem.cell, problem.what) for problem in read_reports(source, _MARCH).problems]


def test_the_layout_of_contracts_in_two_rows(book: Build) -> None:
    rows = [
        ["重点工程投资完成情况表"],
        ["序号", "项目名称", "投资完成情况", None, None, "计划执行情况", None, None, None],
        [
            None,
            None,
            "合同金额",
            "自开工以来累计完成投资",
            "剩余投资",
            "本年度计划",
            "本月计划",
            "本年度实际",
            "本月实际",
        ],
        [1, "甲", 100, 60, 40, 50, 3, 12, 4],
    ]
    reading = read_reports(book(rows, ["A1:I1", "A2:A3", "B2:B3", "C2:E2", "F2:I2"]), _MARCH)
    (row,) = reading.rows
    assert not reading.problems
    assert (row.name, row.month_completed, row.ytd_completed) == ("甲", 40_000, 120_000)
    assert (row.since_start, row.annual_plan) == (600_000, 500_000)
    assert row.position.cell("month_completed") == "I4"


def test_the_published_layout_with_the_month_in_the_header(book: Build) -> None:
    headers = [
        "项目名称",
        "建设性质(续建类/新开工类/竣工投产类/预备类)",
        "总投资(万元)",
        "年度计划投资",
        "3月完成投资",
        "1-3月累计完成投资",
        "牵头单位",
    ]
    (row,) = read_reports(
        book([headers, ["甲", "续建类", 9, 5, "１，２００", "1,300.5 ", "市科技局"]]), _MARCH
    ).rows
    assert (row.month_completed, row.ytd_completed) == (12_000_000, 13_005_000)


def test_mixed_units(book: Build) -> None:
    headers = ["项目名称", "总投资(亿元)", "年度计划投资(亿元)", "年度累计完成投资(万元)"]
    (row,) = read_reports(book([headers, ["甲", 1, 0.5, 12]]), _MARCH).rows
    assert (row.annual_plan, row.ytd_completed, row.month_completed) == (50_000_000, 120_000, None)


def test_completed_months_under_a_merged_header(book: Build) -> None:
    rows = [["项目名称", "各月完成投资", None, None], [None, "1月", "2月", "3月"], ["甲厂", 1, 2, 3]]
    reading = read_reports(book(rows, ["A1:A2", "B1:D1"]), _MARCH)
    assert [row.month_completed for row in reading.rows] == [30_000]


def test_a_line_without_figures_and_texts_is_not_reported(book: Build) -> None:
    rows = [
        [*_PAIR, "形象进度", "年度计划投资"],
        ["甲", None, None, None, 5],
        ["乙", 0, 0, None, 5],
        ["丙", None, None, "方案已批", 5],
    ]
    reading = read_reports(book(rows), _MARCH)
    assert [(row.name, row.month_completed) for row in reading.rows] == [("乙", 0), ("丙", None)]
    assert "有 1 行什么也没填" in reading.notes[0]


def test_a_work_is_named_by_its_key_project(book: Build) -> None:
    rows = [
        ["重点项目（工作）", *_PAIR, "形象进度"],
        ["人才政策", None, None, None, "已出台"],
        ["平台", "一期", 1, 2, ""],
    ]
    assert [(row.name, row.key_project) for row in read_reports(book(rows), _MARCH).rows] == [
        ("人才政策", "人才政策"),
        ("一期", "平台"),
    ]


@pytest.mark.parametrize(
    ("line", "cell", "said"),
    [
        (["甲", 5, 4], "C2", "年初至今累计小于本月完成"),
        (["甲", "#DIV/0!", 4], "B2", "公式出错"),
        (["甲", -1, 4], "B2", "负数"),
        (["甲", True, 4], "B2", "真假值"),
        ([None, 1, 4], "A2", "没有名称"),
    ],
)
def test_what_is_wrong_is_said_at_its_cell(book: Build, line: list[Any], cell: str, said: str) -> None:
    ((at, what),) = _said(book([_PAIR, line]))
    assert at == cell
    assert said in what


def test_a_true_beside_a_one_is_still_no_amount(book: Build) -> None:
    assert [cell for cell, _ in _said(book([_PAIR, ["甲", 1, 4], ["乙", True, 4]]))] == ["B3"]


def test_since_start_below_the_year_is_an_error(book: Build) -> None:
    assert _said(book([[*_PAIR, "自开工以来累计完成投资"], ["甲", 1, 4, 3]])) == [
        ("D2", "自开工以来累计小于年初至今累计")
    ]


def test_a_printed_percentage_that_contradicts_is_a_warning(book: Build) -> None:
    headers = [*_PAIR, "年度计划投资", "投资进度(%)"]
    rows = [headers, ["甲", 1, 3, 10, 30], ["乙", 1, 3, 10, "30.00%"], ["丙", 1, 3, 10, 35]]
    (problem,) = read_reports(book(rows), _MARCH).problems
    assert (problem.cell, problem.severity) == ("E4", Severity.WARNING)


def test_the_start_that_was_only_said_is_a_warning(book: Build) -> None:
    reading = read_reports(book([[*_PAIR, "实际开工"], ["甲", 1, 2, "已开工"]]), _MARCH)
    assert [row.actual_start for row in reading.rows] == [_MARCH]
    assert [problem.severity for problem in reading.problems] == [Severity.WARNING]


def test_a_start_after_the_month_is_an_error(book: Build) -> None:
    ((cell, what),) = _said(book([[*_PAIR, "实际开工"], ["甲", 1, 2, "2023年4月"]]))
    assert cell == "D2"
    assert "晚于报告期2023年3月" in what


def test_twice_by_name_and_by_code(book: Build) -> None:
    rows = [["编码", *_PAIR], ["C-1", "甲", 1, 2], [None, "甲", 1, 2], ["c-1", "乙", 1, 2]]
    assert _said(book(rows)) == [("B3", "与 B2 重复"), ("A4", "与 A2 重复")]


def test_one_name_with_two_codes_or_in_two_places_is_no_duplicate(book: Build) -> None:
    rows = [["编码", *_PAIR], ["C-1", "甲", 1, 2], ["C-2", "甲", 1, 2]]
    assert _said(book(rows)) == []
    rows = [["领域", "工程", *_PAIR], ["创新", "P", "甲", 1, 2], ["创新", "Q", "甲", 1, 2]]
    assert _said(book([*rows, ["交通", "P", "甲", 1, 2]])) == []
    assert _said(book([*rows, ["创新", "Q", "甲", 1, 2]])) == [("C4", "与 C3 重复")]


@pytest.mark.parametrize(
    ("field", "longest", "said"),
    [(0, 40, "编码过长（最多40字）"), (1, 200, "名称过长（最多200字）"), (2, 200, "名称过长（最多200字）")],
)
def test_names_and_codes_have_a_length(book: Build, field: int, longest: int, said: str) -> None:
    line: list[Any] = ["C-1", "平台", "甲", 1, 2]
    for length, expected in ((longest, []), (longest + 1, [("ABC"[field] + "2", said)])):
        line[field] = "X" * length
        assert _said(book([["编码", "重点项目（工作）", *_PAIR], line])) == expected


def test_amounts_under_an_unknown_header_are_refused(book: Build) -> None:
    rows = [["表"], ["子项目", "本月投资数目字", "竣工完成时间", "形象进度"], ["甲", "12", 2024, "主体"]]
    (problem,) = read_reports(book(rows), _MARCH).problems
    assert (problem.cell, problem.what) == ("B2", "表头“本月投资数目字”看不懂，下面却有数字")
    assert problem.mend == "请改成“本月完成投资”或“1-3月累计完成投资”"


def test_unused_amounts_beside_known_ones_are_noted(book: Build) -> None:
    rows = [[*_PAIR, "民间投资(万元)", "剩余投资", "总投资", "投资方"], ["甲", 1, 2, 3, 4, 5, "某公司"]]
    reading = read_reports(book(rows), _MARCH)
    assert not reading.problems
    assert reading.notes == ("工作表“表”未使用的列：民间投资(万元)",)


@pytest.mark.parametrize("headers", [["本月完成投资"], ["1-2月累计"], ["本月完成投资", "1-2月累计"]])
def test_a_formula_that_openpyxl_left_without_a_value_is_refused(headers: list[str]) -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    page = book.active
    assert page is not None
    page.append(["子项目", *headers, "形象进度"])
    page.append(["甲", *["=10+5"] * len(headers), "主体"])
    book.save(out)
    problems = read_reports(open_workbook("月报.xlsx", out.getvalue()), Period(2023, 2)).problems
    assert [(p.cell, p.what) for p in problems] == [
        ("BC"[place] + "2", "公式没有算出的值") for place in range(len(headers))
    ]


def test_totals_are_compared_and_not_imported(book: Build) -> None:
    rows = [_PAIR, ["甲", 1, 2], ["乙", 2, 4], ["合计", 3, 7]]
    reading = read_reports(book(rows), _MARCH)
    assert [row.name for row in reading.rows] == ["甲", "乙"]
    assert [(p.cell, p.what) for p in reading.problems] == [
        ("C4", "文件里的合计是 7 万元，各行加起来是 6 万元")
    ]
