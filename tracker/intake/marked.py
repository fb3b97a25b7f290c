"""Owns the marked copy of a refused workbook: each bad cell coloured and explained, and a list up front."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from contextlib import suppress

from openpyxl import Workbook as Book
from openpyxl import load_workbook
from openpyxl.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from tracker.core.errors import Problem, Severity
from tracker.intake.paper import lie_on_a4
from tracker.intake.reading import Workbook, open_workbook
from tracker.intake.safety import Kind, inspect
from tracker.intake.written import plain, write_value

LIST_TITLE = "核对结果"
_HEADINGS = ("级别", "工作表", "单元格", "问题", "读到的内容", "怎么改")
_WIDTHS = (8, 18, 10, 48, 28, 44)
_FILLS = {
    Severity.ERROR: PatternFill("solid", start_color="FFF8CBAD", end_color="FFF8CBAD"),
    Severity.WARNING: PatternFill("solid", start_color="FFFFE699", end_color="FFFFE699"),
}
_SPOKEN = {Severity.ERROR: "错误", Severity.WARNING: "提醒"}
_ADDRESS = re.compile(r"[A-Z]{1,3}[1-9]\d{0,6}")
_AUTHOR = "重点项目督查系统"


def marked_copy(source: bytes, name: str, problems: Iterable[Problem]) -> bytes:
    """Return an .xlsx copy of the workbook with its problems marked; raise Refused when it cannot be opened.

    A copy of an .xlsx keeps formulas and formats; of .xls and .csv it keeps the values.
    """
    found = list(problems)
    read = open_workbook(name, source)
    book = _copy(source, name, read)
    for sheet_name, cells in _by_cell(found).items():
        if sheet_name in book.sheetnames:
            sheet = book[sheet_name]
            for address, here in cells.items():
                _mark(sheet, address, here)
    _list(book, found)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _copy(source: bytes, name: str, read: Workbook) -> Book:
    if inspect(name, source).kind is Kind.XLSX:
        # A workbook that only this library cannot load is copied by its values.
        with suppress(Exception):
            return load_workbook(io.BytesIO(source), keep_links=False)
    book = Book()
    book.remove(book.worksheets[0])
    for sheet in read.sheets:
        copy = book.create_sheet(_title(sheet.name))
        for number, row in enumerate(sheet.rows, start=1):
            for column, value in enumerate(row, start=1):
                if value != "":
                    write_value(copy.cell(number, column), value)
        for merge in (merge for merge in sheet.merges if merge.bottom >= merge.top):
            copy.merge_cells(None, merge.top + 1, merge.left + 1, merge.bottom + 1, merge.right + 1)
    return book


def _title(name: str) -> str:
    return re.sub(r"[\\/*?:\[\]]", " ", name)[:31] or "表"


def _by_cell(problems: list[Problem]) -> dict[str, dict[str, list[Problem]]]:
    """Return the problems by sheet and cell; a cell may have several."""
    found: dict[str, dict[str, list[Problem]]] = {}
    for problem in problems:
        if problem.sheet and _ADDRESS.fullmatch(problem.cell):
            found.setdefault(_title(problem.sheet), {}).setdefault(problem.cell, []).append(problem)
    return found


def _mark(sheet: Worksheet, address: str, problems: list[Problem]) -> None:
    cell = sheet[address]
    if isinstance(cell, MergedCell):
        # Only the first cell of a merged range can carry a colour and a comment.
        merged = next(area for area in sheet.merged_cells.ranges if address in area)
        cell = sheet.cell(merged.min_row, merged.min_col)
    severity = Severity.ERROR if any(p.severity is Severity.ERROR for p in problems) else Severity.WARNING
    cell.fill = _FILLS[severity]
    before = f"{cell.comment.text}\n" if cell.comment else ""
    comment = Comment(plain(before + "\n".join(map(_advice, problems))), _AUTHOR)
    comment.width, comment.height = 320, 60 + 50 * len(problems)
    cell.comment = comment


def _advice(problem: Problem) -> str:
    return f"{problem.what}。{problem.mend}。" if problem.mend else f"{problem.what}。"


def _list(book: Book, problems: list[Problem]) -> None:
    title = next(
        t for t in (LIST_TITLE, *(f"{LIST_TITLE}{n}" for n in range(2, 300))) if t not in book.sheetnames
    )
    sheet = book.create_sheet(title, 0)
    sheet.append(_HEADINGS)
    for number, problem in enumerate(problems, start=2):
        values = (
            _SPOKEN[problem.severity], problem.sheet, problem.cell, problem.what, problem.read or "", problem.mend,
        )  # fmt: skip
        for column, value in enumerate(values, start=1):
            cell = sheet.cell(number, column)
            write_value(cell, value)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
        sheet.cell(number, 1).fill = _FILLS[problem.severity]
        if _title(problem.sheet) in book.sheetnames and _ADDRESS.fullmatch(problem.cell):
            link = sheet.cell(number, 3)
            place = f"{quote_sheetname(_title(problem.sheet))}!{problem.cell}"
            link.hyperlink = Hyperlink(ref=link.coordinate, location=place)
            link.font = Font(color="FF0563C1", underline="single")
    for letter, width in zip("ABCDEF", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
        sheet[f"{letter}1"].font = Font(bold=True)
    sheet.freeze_panes = "A2"
    lie_on_a4(sheet)
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet
    book.active = 0
