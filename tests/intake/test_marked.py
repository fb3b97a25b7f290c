"""Tests the marked copy by opening it again."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
import xlsxwriter
from openpyxl import load_workbook

from tracker.core.errors import Problem, Refused, Severity
from tracker.core.periods import Period
from tracker.intake.marked import LIST_TITLE, marked_copy
from tracker.intake.reading import open_workbook
from tracker.intake.reports import read_reports

Build = Callable[..., bytes]
_ROWS = [["子项目", "本月完成投资"], ["甲", "约300"], ["=HYPERLINK(1)", 5]]


def test_bad_cells_are_coloured_explained_and_listed(xlsx: Build) -> None:
    content = xlsx({"三月": [["子项目", "本月完成投资"], ["甲", "约300"]]})
    problems = read_reports(open_workbook("月报.xlsx", content), Period(2023, 3)).problems
    book = load_workbook(io.BytesIO(marked_copy(content, "月报.xlsx", problems)))
    assert book.sheetnames == [LIST_TITLE, "三月"]
    cell = book["三月"]["B2"]
    assert cell.value == "约300"
    assert cell.fill.start_color.rgb == "FFF8CBAD"
    assert "金额不是数字。请只填数字" in cell.comment.text
    assert book["三月"]["A2"].comment is None
    listed = list(next(book[LIST_TITLE].iter_rows(min_row=2, values_only=True)))
    assert listed == ["错误", "三月", "B2", "金额不是数字", "约300", "请只填数字，没有的留空"]
    assert book[LIST_TITLE]["C2"].hyperlink.location == "'三月'!B2"


def test_formulas_and_formats_stay() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        sheet = made.add_worksheet("表")
        sheet.write("A1", 0.5, made.add_format({"num_format": "0.00%", "bold": True}))
        sheet.write_formula("A2", "=A1*2", None, 1)
    copied = load_workbook(
        io.BytesIO(marked_copy(out.getvalue(), "a.xlsx", [Problem("错", sheet="表", cell="A1")]))
    )["表"]
    assert copied["A2"].value == "=A1*2"
    assert (copied["A1"].number_format, copied["A1"].font.bold) == ("0.00%", True)


def test_several_problems_share_a_cell_and_an_error_outweighs_a_warning(xlsx: Build) -> None:
    problems = [
        Problem("先提醒", sheet="表", cell="A1", severity=Severity.WARNING),
        Problem("再错误", "改它", sheet="表", cell="A1"),
        Problem("只提醒", sheet="表", cell="B1", severity=Severity.WARNING),
    ]
    sheet = load_workbook(io.BytesIO(marked_copy(xlsx({"表": [[1, 2]]}), "a.xlsx", problems)))["表"]
    assert sheet["A1"].comment.text == "先提醒。\n再错误。改它。"
    assert sheet["A1"].fill.start_color.rgb == "FFF8CBAD"
    assert sheet["B1"].fill.start_color.rgb == "FFFFE699"


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@a"])
def test_text_like_a_formula_stays_text(xlsx: Build, xls: Build, csv_bytes: Build, start: str) -> None:
    problem = Problem("错", read=start, sheet="a", cell="A1")
    book = load_workbook(io.BytesIO(marked_copy(csv_bytes([[start, "乙"]]), "a.csv", [problem])))
    for cell in (book["a"]["A1"], book[LIST_TITLE]["E2"]):
        assert (cell.value, cell.data_type, cell.quotePrefix) == (start, "s", True)


def test_old_files_and_csv_become_a_workbook_with_their_values(xls: Build, csv_bytes: Build) -> None:
    problem = Problem("错", sheet="表", cell="B2")
    for name, content in (
        ("表.xls", xls([["甲", "乙"], ["丙", 5]])),
        ("表.csv", csv_bytes([["甲", "乙"], ["丙", 5]])),
    ):
        sheet = load_workbook(io.BytesIO(marked_copy(content, name, [problem])))["表"]
        assert [sheet["A1"].value, sheet["A2"].value, str(sheet["B2"].value)] == ["甲", "丙", "5"]
        assert sheet["B2"].comment is not None


def test_a_problem_inside_a_merged_range_marks_its_first_cell(xlsx: Build) -> None:
    content = xlsx({"表": [["甲", 1], [None, 2]]}, {"表": ["A1:A2"]})
    sheet = load_workbook(io.BytesIO(marked_copy(content, "a.xlsx", [Problem("错", sheet="表", cell="A2")])))[
        "表"
    ]
    assert sheet["A1"].comment is not None


def test_a_list_that_is_already_there_is_kept(xlsx: Build) -> None:
    once = marked_copy(xlsx({"表": [[1]]}), "a.xlsx", [Problem("错", sheet="表", cell="A1")])
    assert load_workbook(io.BytesIO(marked_copy(once, "a.xlsx", []))).sheetnames == [
        f"{LIST_TITLE}2",
        LIST_TITLE,
        "表",
    ]


def test_an_unsafe_file_gets_no_copy() -> None:
    with pytest.raises(Refused):
        marked_copy(b"%PDF-1.7", "a.xlsx", [])
