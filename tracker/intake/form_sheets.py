"""Owns how a form's sheets look: colours by who fills a column, locks, checks while typing, and the printed page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import ceil
from unicodedata import east_asian_width

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.worksheet import Worksheet

from tracker.core.money import MAX_YUAN, Unit
from tracker.core.periods import Period
from tracker.core.said import TEXT_LENGTH
from tracker.intake.form_columns import Column, Kind, Part
from tracker.intake.paper import lie_on_a4
from tracker.intake.written import write_value

#: The rows of every sheet: title, caption, groups of columns, headers, then the lines.
TITLE, CAPTION, GROUPS, HEADERS, FIRST = 1, 2, 3, 4, 5
BODY, HEADING = "宋体", "黑体"
_SIZE = 10
_LINE_POINTS = 14.5
_LEAST_POINTS, _MOST_POINTS = 34.0, 400.0
_EDGE = Side("thin", color="FFA6A6A6")
_BORDER = Border(_EDGE, _EDGE, _EDGE, _EDGE)
_GROUND = {
    Part.KNOWN: PatternFill("solid", start_color="FFF2F2F2"),
    Part.OPEN: PatternFill("solid", start_color="FFFFFBE6"),
    Part.LAST: PatternFill("solid", start_color="FFF2F2F2"),
    Part.MARK: PatternFill("solid", start_color="FFF2F2F2"),
}
_HEAD_GROUND = {
    Part.KNOWN: PatternFill("solid", start_color="FFDCE6F1"),
    Part.OPEN: PatternFill("solid", start_color="FFFFE699"),
    Part.LAST: PatternFill("solid", start_color="FFE3E3E3"),
    Part.MARK: PatternFill("solid", start_color="FFE3E3E3"),
}
_FORMATS = {Kind.MONEY: "#,##0.00##", Kind.MONTH: "@", Kind.DAY: "yyyy-mm-dd", Kind.TEXT: "@"}


def draw_head(
    sheet: Worksheet, columns: Sequence[Column], title: str, caption: str, corner: str = ""
) -> None:
    """Write a sheet's title, its captions, the groups and the headers of its columns."""
    printed = sum(column.part in (Part.KNOWN, Part.OPEN) for column in columns)
    write_value(sheet.cell(TITLE, 1), title)
    sheet.merge_cells(start_row=TITLE, start_column=1, end_row=TITLE, end_column=printed)
    sheet.cell(TITLE, 1).font = Font(HEADING, 16)
    sheet.cell(TITLE, 1).alignment = Alignment("center", "center")
    write_value(sheet.cell(CAPTION, 1), caption)
    end = printed - 2 if corner else printed
    sheet.merge_cells(start_row=CAPTION, start_column=1, end_row=CAPTION, end_column=end)
    sheet.cell(CAPTION, 1).font = Font(BODY, _SIZE, color="FF595959")
    sheet.cell(CAPTION, 1).alignment = Alignment("left", "center", wrap_text=True)
    if corner:
        write_value(sheet.cell(CAPTION, printed - 1), corner)
        sheet.merge_cells(start_row=CAPTION, start_column=printed - 1, end_row=CAPTION, end_column=printed)
        sheet.cell(CAPTION, printed - 1).font = Font(BODY, _SIZE, bold=True)
        sheet.cell(CAPTION, printed - 1).alignment = Alignment("right", "center")
    for number, column in enumerate(columns, 1):
        cell = sheet.cell(HEADERS, number)
        write_value(cell, column.header)
        cell.font = Font(HEADING, _SIZE)
        cell.fill, cell.border = _HEAD_GROUND[column.part], _BORDER
        cell.alignment = Alignment("center", "center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(number)].width = column.width
        sheet.column_dimensions[get_column_letter(number)].hidden = column.part is Part.MARK
    _draw_groups(sheet, columns)
    for row, points in ((TITLE, 30), (CAPTION, 30), (GROUPS, 20), (HEADERS, 34)):
        sheet.row_dimensions[row].height = points
    _set_page(sheet)


def _draw_groups(sheet: Worksheet, columns: Sequence[Column]) -> None:
    for part in (Part.KNOWN, Part.OPEN, Part.LAST):
        places = [number for number, column in enumerate(columns, 1) if column.part is part]
        if not places:
            continue
        for place in places:
            cell = sheet.cell(GROUPS, place)
            cell.fill, cell.border = _HEAD_GROUND[part], _BORDER
        write_value(sheet.cell(GROUPS, places[0]), part.value)
        sheet.cell(GROUPS, places[0]).font = Font(HEADING, _SIZE)
        sheet.cell(GROUPS, places[0]).alignment = Alignment("center", "center")
        if len(places) > 1:
            sheet.merge_cells(start_row=GROUPS, start_column=places[0], end_row=GROUPS, end_column=places[-1])


def draw_row(
    sheet: Worksheet, row: int, columns: Sequence[Column], values: Sequence[object], *, shut: bool = False
) -> None:
    """Write one row; `shut` locks its open cells too."""
    tallest = 1
    for number, (column, value) in enumerate(zip(columns, values, strict=True), 1):
        cell = sheet.cell(row, number)
        is_open = column.part is Part.OPEN and not shut
        cell.fill = _GROUND[Part.OPEN if is_open else Part.KNOWN]
        cell.border, cell.protection = _BORDER, Protection(locked=not is_open)
        faint = column.part is Part.LAST or (shut and column.part is Part.OPEN)
        cell.font = Font(BODY, _SIZE, color="FF6B6B6B" if faint else "FF000000")
        across = {Kind.TEXT: "left", Kind.MONEY: "right"}.get(column.kind, "center")
        cell.alignment = Alignment(across, "center", wrap_text=column.kind is Kind.TEXT)
        cell.number_format = _format(column, value)
        if value not in (None, ""):
            write_value(cell, value)
        if isinstance(value, str) and column.kind is Kind.TEXT and column.part is not Part.MARK:
            tallest = max(tallest, _lines(value, column.width))
    points = min(_MOST_POINTS, max(_LEAST_POINTS, tallest * _LINE_POINTS + 5))
    sheet.row_dimensions[row].height = points


def _format(column: Column, value: object) -> str:
    if column.kind is Kind.MONEY and column.part is Part.KNOWN and isinstance(value, int):
        return "#,##0"
    return _FORMATS[column.kind]


def _lines(text: str, width: float) -> int:
    room = max(2.0, width - 1.5)
    wide = (sum(2 if east_asian_width(sign) in "WFA" else 1 for sign in line) for line in text.split("\n"))
    return sum(max(1, ceil(units / room)) for units in wide)


def check_typing(sheet: Worksheet, columns: Sequence[Column], last: int, period: Period) -> None:
    """Let a spreadsheet check what is typed into the open columns down to row `last`."""
    if last < FIRST:
        return
    for number, column in enumerate(columns, 1):
        if column.part is Part.OPEN:
            letter = get_column_letter(number)
            check = _check_of(column.kind, period)
            check.add(f"{letter}{FIRST}:{letter}{last}")
            sheet.add_data_validation(check)


def _check_of(kind: Kind, period: Period) -> DataValidation:
    if kind is Kind.MONEY:
        most = MAX_YUAN // Unit.WAN
        check = DataValidation(
            "decimal", formula1="0", formula2=str(most), operator="between", allow_blank=True
        )
        check.errorTitle, check.error = "金额", "请填不小于 0 的数字，单位万元，最多四位小数。"
        check.promptTitle, check.prompt = "单位：万元", "没有投资填 0；空着表示没有报送。"
    elif kind is Kind.MONTH:
        months = ",".join(f"{period.year}-{month:02d}" for month in range(1, period.month + 1))
        check = DataValidation("list", formula1=f'"{months}"', allow_blank=True, errorStyle="warning")
        check.errorTitle, check.error = (
            "开工月份",
            f"请选 {period.year} 年内、本月及以前的月份；更早开工的写成 2022-11 的样子。",
        )
        check.promptTitle, check.prompt = "实际开工", "选择开工的月份；还没有开工的留空。"
    elif kind is Kind.DAY:
        first = date(period.year - 5, 1, 1)
        check = DataValidation(
            "date",
            formula1=f"DATE({first.year},1,1)",
            formula2=f"DATE({period.year},{period.month},{period.last_day.day})",
            operator="between",
            allow_blank=True,
        )
        check.errorTitle, check.error = "日期", f"请填 {period.last_day.isoformat()} 以前已经完成的日期。"
        check.promptTitle, check.prompt = "完成日期", "写成 2023-03-15 的样子；没有完成的留空。"
    else:
        check = DataValidation(
            "textLength", formula1=str(TEXT_LENGTH), operator="lessThanOrEqual", allow_blank=True
        )
        check.errorTitle, check.error = "文字太长", f"最多 {TEXT_LENGTH} 个字。"
    check.showErrorMessage = check.showInputMessage = True
    return check


def protect(sheet: Worksheet) -> None:
    """Lock what is not open, without a password; widths and heights can still be changed."""
    sheet.protection.enable()
    sheet.protection.formatColumns = sheet.protection.formatRows = False


def _set_page(sheet: Worksheet) -> None:
    sheet.freeze_panes = f"C{FIRST}"
    sheet.sheet_view.zoomScale = 100
    lie_on_a4(sheet)
    sheet.print_title_rows = f"{GROUPS}:{HEADERS}"
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.header, margins.footer = 0.5, 0.6, 0.3, 0.3
    sheet.print_options.horizontalCentered = True
    footer = HeaderFooterItem()
    footer.center.text = "第 &P 页，共 &N 页"
    sheet.oddFooter = footer


def set_print_area(sheet: Worksheet, columns: Sequence[Column], last: int) -> None:
    """Print what is known and what is filled in; what is only there to look at stays off the paper."""
    printed = sum(column.part in (Part.KNOWN, Part.OPEN) for column in columns)
    sheet.print_area = f"A1:{get_column_letter(printed)}{max(last, HEADERS)}"
