"""Tests finding the header: any order, any row, any unit, one row or two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.core.errors import Severity
from tracker.core.periods import Period
from tracker.intake.cells import Cell
from tracker.intake.drafts import Position
from tracker.intake.reading import Sheet, Workbook
from tracker.intake.reports import ReportRow, read_reports
from tracker.intake.roster import RosterRow, read_roster
from tracker.intake.vocabulary import meaning_of

_MARCH = Period(2023, 3)
_HEADERS = (
    "编码", "重点项目（工作）", "类型", "子项目", "建设性质(续建/新建)", "板块", "牵头部门", "责任单位", "总投资", "年度计划投资", "计划开工",
    *(f"{month}月" for month in range(1, 13)),
)  # fmt: skip
_LINES: tuple[tuple[Any, ...], ...] = (
    ("CX-1", "龙城实验室", "项目", "一期", "续建", "武进区", "市科技局", "市科技局、武进区", 37500.0, 78.0, "", *map(float, range(1, 13))),
    ("CX-2", "龙城实验室", "项目", "二期", "新建", "新北区", "市科技局", "新北区", 290.5, 24.0, "2023-03", *([2.0] * 12)),
    ("", "人才政策", "工作", "", "", "", "市委人才办", "", "", "", "", *([""] * 12)),
)  # fmt: skip
_MONEY = frozenset(("总投资", "年度计划投资", *(f"{month}月" for month in range(1, 13))))
_PER_WAN = {"万元": 1.0, "亿元": 1e-4, "元": 1e4}


def _read(rows: list[list[Any]]) -> list[RosterRow]:
    width = max(map(len, rows))
    sheet = Sheet("表", [[*row, *[""] * (width - len(row))] for row in rows])
    reading = read_roster(Workbook("文件.xlsx", (sheet,)), 2023)
    assert not reading.problems
    nowhere = Position("", "", 0, {})
    return [replace(row, position=nowhere) for row in reading.rows]


_PLAIN = _read([list(_HEADERS), *map(list, _LINES)])


def test_the_plain_table_is_read_as_it_stands() -> None:
    first, second, work = _PLAIN
    assert (first.code, first.subproject, first.category) == ("CX-1", "一期", "continuing")
    assert first.responsible == ("市科技局", "武进区")
    assert first.monthly_plan == tuple(month * 10_000 for month in range(1, 13))
    assert second.total_investment == 2_905_000
    assert second.planned_start == _MARCH
    assert (work.kind, work.subproject, work.annual_plan, work.monthly_plan) == ("work", None, None, None)


@given(
    order=st.permutations(range(len(_HEADERS))),
    blanks=st.lists(st.integers(0, len(_HEADERS)), max_size=3),
    titles=st.lists(
        st.sampled_from(["2023年重点项目推进计划表", "填报单位：市科技局", "", "续建和新建项目"]), max_size=4
    ),
    caption=st.sampled_from([None, "单位：万元", "单位:亿元", "（单位：元）", "金额单位： 亿元"]),
    in_header=st.sampled_from([None, "万元", "亿元", "元"]),
)
@settings(max_examples=150)
def test_order_blank_columns_titles_and_units_do_not_matter(
    order: list[int], blanks: list[int], titles: list[str], caption: str | None, in_header: str | None
) -> None:
    unit = in_header or next((u for u in ("万元", "亿元", "元") if caption and u in caption), "万元")
    rows: list[list[Any]] = [[title] for title in titles]
    if caption:
        rows.append(["", caption])
    headers = [f"{h}({in_header})" if in_header and h in _MONEY else h for h in _HEADERS]
    rows.append([headers[index] for index in order])
    for line in _LINES:
        scaled = [
            round(value * _PER_WAN[unit], 9) if header in _MONEY and value != "" else value
            for header, value in zip(_HEADERS, line, strict=True)
        ]
        rows.append([scaled[index] for index in order])
    for at in sorted(blanks, reverse=True):
        for row in rows[len(titles) + bool(caption) :]:
            row.insert(at, "")
    assert _read(rows) == _PLAIN


def test_header_texts_may_be_broken_blank_filled_and_full_width() -> None:
    odd = {
        "年度计划投资": "年度计划\n投 资",
        "重点项目（工作）": "重点项目(工作)",
        "1月": "１ 月",
        "建设性质(续建/新建)": "建设\r\n性质（续建／新建）",
    }
    assert _read([[odd.get(header, header) for header in _HEADERS], *map(list, _LINES)]) == _PLAIN


def test_months_under_a_merged_header() -> None:
    upper = ["" if header.endswith("月") else header for header in _HEADERS]
    upper[11] = "月度推进计划"
    lower = [header if header.endswith("月") else "" for header in _HEADERS]
    assert _read([["标题"], upper, lower, *map(list, _LINES)]) == _PLAIN


def test_running_sums_become_months() -> None:
    headers = [f"1-{h}" if h.endswith("月") and h != "1月" else h for h in _HEADERS]
    lines = []
    for line in _LINES:
        months = [sum(line[11 : 11 + n]) if line[11] != "" else "" for n in range(1, 13)]
        lines.append([*line[:11], *months])
    assert _read([headers, *lines]) == _PLAIN


@pytest.mark.parametrize(
    ("header", "field", "month"),
    [
        ("1—3月完成投资", "ytd_completed", 3),
        ("1月至3月累计完成投资（万元）", "ytd_completed", 3),
        ("一季度完成投资", "ytd_completed", 3),
        ("2023年3月累计完成投资(万元)", "ytd_completed", 3),
        ("截至3月底累计完成投资", "ytd_completed", 3),
        ("年初至今", "ytd_completed", None),
        ("本年度实际", "ytd_completed", None),
        ("年度累计完成投资(万元)", "ytd_completed", None),
        ("三月完成投资", "month_completed", 3),
        ("本月实际", "month_completed", None),
        ("本月完成投资额", "month_completed", None),
        ("本月投资完成额", "month_completed", None),
        ("本月投资完成情况", "month_completed", None),
        ("3月投资完成金额(万元)", "month_completed", 3),
        ("完成投资额（本月）", "month_completed", None),
        ("当月完成投资", "month_completed", None),
        ("累计投资完成额", "ytd_completed", None),
        ("1-3月投资完成额", "ytd_completed", 3),
        ("累计完成投资额", "ytd_completed", None),
        ("本年累计", "ytd_completed", None),
        ("本年累计完成", "ytd_completed", None),
        ("自年初累计完成投资", "ytd_completed", None),
        ("年初以来累计完成", "ytd_completed", None),
        ("完成投资额(本年累计)", "ytd_completed", None),
        ("自开工以来累计完成投资", "since_start", None),
        ("截至2022年底累计完成投资", "completed_before_year", None),
        ("2019年投资计划(万元)", "annual_plan", None),
        ("年度投资计划", "annual_plan", None),
        ("合同金额", "total_investment", None),
        ("需要协调解决的问题", "help_needed", None),
        ("下一步工作计划", "next_intention", None),
        ("投资完成率", "progress", None),
        ("计划开工时间", "planned_start", None),
        ("1—6月", "plan_cumulative", 6),
    ],
)
def test_what_headers_mean(header: str, field: str, month: int | None) -> None:
    meaning = meaning_of(header)
    assert meaning is not None
    assert (meaning.field, meaning.month) == (field, month)


@pytest.mark.parametrize(
    "header",
    [
        "投资计划占全市比重",
        "累投资额排名",
        "剩余投资",
        "同比增长",
        "完成投资额位次",
        "单位：万元",
        "随便什么",
    ],
)
def test_shares_ranks_and_captions_mean_nothing(header: str) -> None:
    assert meaning_of(header) is None


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("1-2月累计完成投资", "写的是1—2月，导入的是3月"),
        ("2月完成投资", "写的是2月，导入的是3月"),
        ("2022年1-3月累计完成投资", "写的是2022年，导入的是2023年"),
    ],
)
def test_a_header_of_another_month_is_an_error_at_the_header(
    book: Callable[..., Workbook], header: str, said: str
) -> None:
    reading = read_reports(book([["标题"], ["子项目", "存在问题", header], ["甲", "无", 5]]), _MARCH)
    (problem,) = reading.problems
    assert said in problem.what
    assert (problem.cell, problem.severity) == ("C2", Severity.ERROR)


def test_months_of_before_beside_this_month_are_left_aside(book: Callable[..., Workbook]) -> None:
    headers = ["子项目", "2月完成投资", "3月完成投资", "1-2月累计完成投资", "1-3月累计完成投资"]
    reading = read_reports(book([headers, ["甲", 1, 2, 3, 5]]), _MARCH)
    assert not reading.problems
    assert [(row.month_completed, row.ytd_completed) for row in reading.rows] == [(20_000, 50_000)]
    assert reading.ignored == ("2月完成投资", "1-2月累计完成投资")


def test_a_running_sum_in_a_report_was_completed_unless_it_was_planned(book: Callable[..., Workbook]) -> None:
    headers = ["子项目", "1-3月累计", "1-3月累计计划", "1-6月累计目标"]
    (row,) = read_reports(book([headers, ["甲", 1, 5, 9]]), _MARCH).rows
    assert row.ytd_completed == 10_000
    (problem,) = read_reports(book([["子项目", "1-2月累计"], ["甲", 1]]), _MARCH).problems
    assert "写的是1—2月，导入的是3月" in problem.what


def test_two_columns_of_one_meaning_are_named_both(book: Callable[..., Workbook]) -> None:
    reading = read_reports(book([["子项目", "本月完成投资", "当月实际"], ["甲", 1, 2]]), _MARCH)
    (problem,) = reading.problems
    assert "B 列“本月完成投资”和 C 列“当月实际”" in problem.what


def test_sheets_without_a_table_are_skipped_and_hidden_ones_noted(xlsx: Callable[..., bytes]) -> None:
    table = Sheet("表", [["子项目", "本月完成投资"], ["甲", 1.0]])
    cover = Sheet("说明", [["本表由各单位填报"], ["一、口径"]])
    old = Sheet("上月", [["子项目", "本月完成投资"], ["甲", 9.0]], hidden=True)
    reading = read_reports(Workbook("文件.xlsx", (cover, old, table)), _MARCH)
    assert [row.month_completed for row in reading.rows] == [10_000]
    assert not reading.problems
    assert reading.notes == ("工作表“上月”是隐藏的，没有读。",)


def test_no_header_found_says_what_was_looked_for_and_read(book: Callable[..., Workbook]) -> None:
    (problem,) = read_reports(book([["名单"], ["姓名", "电话", "地址"]]), _MARCH).problems
    assert problem.read == "姓名、电话、地址"
    assert "本月完成投资" in problem.mend


@given(
    st.permutations(
        [
            "子项目",
            "本月完成投资",
            "1-3月累计完成投资",
            "实际开工",
            "形象进度",
            "存在问题",
            "需协调事项",
            "下月计划",
        ]
    )
)
def test_report_columns_in_any_order(order: list[str]) -> None:
    line: dict[str, Cell] = {
        "子项目": "甲", "本月完成投资": 5.0, "1-3月累计完成投资": 12.5, "实际开工": "2023年2月", "形象进度": "主体", "存在问题": "用地",
        "需协调事项": "供地", "下月计划": "封顶",
    }  # fmt: skip
    sheet = Sheet("表", [list(order), [line[header] for header in order]])
    (row,) = read_reports(Workbook("文件.xlsx", (sheet,)), _MARCH).rows
    expected = ReportRow(
        row.position,
        None,
        "甲",
        None,
        50_000,
        125_000,
        None,
        None,
        Period(2023, 2),
        "主体",
        "用地",
        "供地",
        "封顶",
    )
    assert row == expected


def test_a_note_or_title_right_above_the_header_is_no_part_of_it() -> None:
    for top in (["演示数据，仅供参考", "", "单位：万元"], ["2023年3月重点项目月报", "", ""]):
        rows: list[list[Cell]] = [[*top], ["子项目", "本月完成投资", "1-2月累计完成投资"], ["甲", 1, 2]]
        reading = read_reports(Workbook("月报.xlsx", (Sheet("3月", rows),)), Period(2023, 3))
        assert [(problem.cell, problem.read) for problem in reading.problems] == [("C2", "1-2月累计完成投资")]
