"""Tests the roster's draft on the layouts that offices send."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tracker.core.errors import Severity
from tracker.core.periods import Period
from tracker.intake.reading import Workbook, open_workbook
from tracker.intake.roster import read_roster

Build = Callable[..., Workbook]
_SHORT = ["重点项目", "子项目", "建设性质", "牵头部门", "年度计划投资"]


def _said(source: Workbook) -> list[tuple[str, str]]:
    return [(problem.cell, problem.what) for problem in read_roster(source, 2023).problems]


def test_the_published_layout_with_project_names_only(book: Build) -> None:
    headers = [
        "项目名称",
        "建设性质(续建类/新开工类/竣工投产类/预备类)",
        "总投资(万元)",
        "年度计划投资",
        "牵头单位",
    ]
    rows = [
        ["2019年重点项目"],
        headers,
        ["甲", "竣工投产类", "1,200", 50, "市交通局"],
        ["乙", "预备类", 9, None, "市住建局"],
    ]
    first, second = read_roster(book(rows), 2019).rows
    assert (first.key_project, first.subproject, first.category) == ("甲", "甲", "continuing")
    assert (first.total_investment, first.annual_plan, first.lead) == (12_000_000, 500_000, "市交通局")
    assert (second.category, second.annual_plan) == ("preparatory", None)


def test_mixed_units(book: Build) -> None:
    headers = ["单位：万元", None, None, None], ["项目名称", "建设性质", "总投资(亿元)", "年度计划投资(万元)"]
    (row,) = read_roster(book([*headers, ["甲", "续建", 1.25, 300]]), 2023).rows
    assert (row.total_investment, row.annual_plan) == (125_000_000, 3_000_000)


def test_merged_key_projects_cover_their_subprojects_and_money_is_never_filled(book: Build) -> None:
    rows = [
        ["工程", *_SHORT],
        ["平台工程", "甲", "一", "续建", "市科技局", 10],
        [None, None, "二", "续建", None, None],
        [None, "乙", "三", "新建", "市财政局", 30],
    ]
    reading = read_roster(book(rows, ["A2:A4", "B2:B3", "E2:E3", "F2:F3"]), 2023)
    assert [(r.programme, r.key_project, r.lead) for r in reading.rows] == [
        ("平台工程", "甲", "市科技局"),
        ("平台工程", "甲", "市科技局"),
        ("平台工程", "乙", "市财政局"),
    ]
    assert [r.annual_plan for r in reading.rows] == [100_000, None, 300_000]


def test_a_csv_that_lost_its_merges_reads_alike(csv_bytes: Callable[..., bytes]) -> None:
    rows = [_SHORT, ["甲", "一", "续建", "市科技局", "10"], ["", "二", "续建", "", "20"]]
    reading = read_roster(open_workbook("名册.csv", csv_bytes(rows, "gb18030")), 2023)
    assert [(r.key_project, r.lead, r.annual_plan) for r in reading.rows] == [
        ("甲", "市科技局", 100_000),
        ("甲", "市科技局", 200_000),
    ]
    assert "有 1 行的“重点项目”空着" in reading.notes[0]


def test_group_headings_give_the_programme_and_the_category(book: Build) -> None:
    rows = [
        ["序号", *_SHORT[:2], *_SHORT[3:]],
        ["一、重大平台工程（3个）", None, None, None, 60],
        ["（一）续建项目", None, None, None, 30],
        [1, "甲", "一", "市科技局", 10],
        [2, "甲", "二", "市科技局", 20],
        ["（二）新建项目", None, None, None, 30],
        [3, "乙", "三", "市科技局", 30],
        ["二", "人才工程", None, None, 5],
        ["（一）续建项目", None, None, None, None],
        [4, "丙", "四", "市科技局", 5],
    ]
    reading = read_roster(book(rows, ["A2:C2", "A3:C3"]), 2023)
    assert [(r.programme, r.category) for r in reading.rows] == [
        ("重大平台工程", "continuing"),
        ("重大平台工程", "continuing"),
        ("重大平台工程", "new"),
        ("人才工程", "continuing"),
    ]
    assert reading.totals[0].label == "一、重大平台工程（3个）"


def test_the_category_from_the_sheets_name(book: Build) -> None:
    rows = [["项目名称", "年度计划投资", "牵头部门"], ["甲", 5, "市科技局"]]
    assert read_roster(book(rows, sheet="2023年续建项目"), 2023).rows[0].category == "continuing"


@pytest.mark.parametrize(
    ("changed", "cell", "said"),
    [
        ({4: -5}, "E2", "负数"),
        ({4: "约300"}, "E2", "不是数字"),
        ({2: "改扩建"}, "C2", "建设性质看不懂"),
        ({2: None}, "C2", "没有写建设性质"),
        ({0: None}, "A2", "没有写重点项目"),
    ],
)
def test_what_is_wrong_is_said_at_its_cell(
    book: Build, changed: dict[int, Any], cell: str, said: str
) -> None:
    line: list[Any] = ["甲", "一", "续建", "市科技局", 10]
    for column, value in changed.items():
        line[column] = value
    ((at, what),) = _said(book([_SHORT, line]))
    assert at == cell
    assert said in what


def test_months_that_do_not_add_up_are_an_error(book: Build) -> None:
    rows = [[*_SHORT, *(f"{m}月" for m in range(1, 13))], ["甲", "一", "续建", "市科技局", 13, *[1] * 12]]
    assert _said(book(rows)) == [("E2", "各月计划加起来是 12 万元，年度计划投资是 13 万元")]


def test_blank_months_plan_nothing_when_the_others_add_up(book: Build) -> None:
    rows = [
        [*_SHORT, *(f"{m}月" for m in range(1, 13))],
        ["甲", "一", "续建", "市科技局", 5, None, 5, *[None] * 10],
    ]
    (row,) = read_roster(book(rows), 2023).rows
    assert row.monthly_plan == (0, 50_000, *[0] * 10)


@pytest.mark.parametrize(
    ("start", "severity"),
    [("2022-12", Severity.WARNING), ("2019-01", Severity.ERROR), (None, Severity.WARNING)],
)
def test_a_new_project_must_be_planned_to_start(book: Build, start: str | None, severity: Severity) -> None:
    rows = [[*_SHORT, "计划开工"], ["甲", "一", "新建", "市科技局", 5, start]]
    (problem,) = read_roster(book(rows), 2023).problems
    assert (problem.cell, problem.severity) == ("F2", severity)


def test_quarters_and_dates_of_planned_starts(book: Build) -> None:
    rows = [
        [*_SHORT, "计划开工"],
        ["甲", "一", "新建", "市科技局", 5, "三季度"],
        ["甲", "二", "新建", "市科技局", 5, 45000],
    ]
    assert [r.planned_start for r in read_roster(book(rows), 2023).rows] == [Period(2023, 9), Period(2023, 3)]


def test_a_line_twice_names_both_cells(book: Build) -> None:
    rows = [_SHORT, ["甲", "一（期）", "续建", "市科技局", 5], ["甲", "一 (期)", "续建", "市科技局", 5]]
    assert _said(book(rows)) == [("B3", "与 B2 重复")]


def test_works_have_no_money(book: Build) -> None:
    rows = [
        ["类型", *_SHORT],
        ["工作", "人才政策", None, None, "市委人才办", None],
        ["工作", "引才", None, None, "市委人才办", 3],
    ]
    reading = read_roster(book(rows), 2023)
    assert [(r.kind, r.subproject, r.category) for r in reading.rows] == [("work", None, None)] * 2
    assert [(p.cell, p.what) for p in reading.problems] == [("F3", "工作没有投资，这一行却填了金额")]


@pytest.mark.parametrize("label", ["合计", "合 计", "总计", "全市合计", "合计："])
def test_a_total_that_the_lines_do_not_add_up_to(book: Build, label: str) -> None:
    lines = [["甲", "一", "续建", "市科技局", 10], ["甲", "二", "续建", "市科技局", 20.5]]
    good = read_roster(book([_SHORT, *lines, [label, None, None, None, 30.5]]), 2023)
    assert not good.problems
    assert len(good.rows) == 2
    assert [dict(total.amounts) for total in good.totals] == [{"annual_plan": 305_000}]
    assert _said(book([_SHORT, [label, None, None, None, 31.5], *lines])) == [
        ("E2", "文件里的合计是 31.5 万元，各行加起来是 30.5 万元")
    ]


def test_subtotals_above_or_below_their_lines_and_parts(book: Build) -> None:
    def lines(first: float, second: float) -> list[list[Any]]:
        return [
            _SHORT,
            ["甲", "一", "续建", "市科技局", 10],
            ["甲", "二", "续建", "市科技局", 20],
            ["小计", None, None, None, first],
            ["乙", "三", "续建", "市科技局", 5],
            ["乙小计", None, None, None, second],
            ["合计", None, None, None, 35],
            ["其中：市属", None, None, None, 7],
        ]

    assert _said(book(lines(30, 5))) == []
    assert _said(book(lines(31, 5))) == [("E4", "文件里的合计是 31 万元，各行加起来是 30 万元")]
    assert _said(book(lines(30, 6))) == [("E6", "文件里的合计是 6 万元，各行加起来是 5 万元")]


def test_remarks_column_numbers_and_repeated_headers_are_no_lines(book: Build) -> None:
    numbers: list[Any] = ["1", "2", "3", "4", "5"]
    first, second = ["甲", "一", "续建", "市科技局", 5], ["甲", "二", "续建", "市科技局", 5]
    rows = [
        _SHORT,
        numbers,
        first,
        _SHORT,
        second,
        [],
        ["注：投资以统计口径为准"],
        ["填报人：张三", None, "审核：李四"],
    ]
    reading = read_roster(book(rows), 2023)
    assert [row.subproject for row in reading.rows] == ["一", "二"]
    assert not reading.problems


def test_money_without_a_name_is_an_error(book: Build) -> None:
    rows = [_SHORT, ["甲", "一", "续建", "市科技局", 5], [None, None, "续建", None, 5]]
    ((cell, what),) = _said(book(rows))
    assert (cell, what) == ("B3", "这一行有金额，没有名称")


def test_a_formula_error_is_not_a_blank(book: Build) -> None:
    rows = [_SHORT, ["甲", "一", "续建", "市科技局", "#REF!"]]
    assert ("E2", "公式出错") in _said(book(rows))


def test_one_name_with_two_codes_is_no_duplicate(book: Build) -> None:
    line = ["甲", "一", "续建", "市科技局", 5]
    assert _said(book([["编码", *_SHORT], ["C-1", *line], ["C-2", *line]])) == []
    assert _said(book([["编码", *_SHORT], ["C-1", *line], ["", *line]])) == [("C3", "与 C2 重复")]
    assert _said(book([["工程", *_SHORT], ["P", *line], ["Q", *line]])) == []


def test_names_and_codes_have_a_length(book: Build) -> None:
    line = ["C" * 41, "甲" * 201, "一" * 201, "续建", "市科技局", 5]
    assert sorted(_said(book([["编码", *_SHORT], line]))) == [
        ("A2", "编码过长（最多40字）"),
        ("B2", "名称过长（最多200字）"),
        ("C2", "名称过长（最多200字）"),
    ]
