"""Owns the workbook that a unit downloads, fills in offline and uploads again."""

from __future__ import annotations

import io

from openpyxl import Workbook as Book

from tracker.intake.form import Form, FormRow
from tracker.intake.form_columns import MILESTONE_COLUMNS, RowColumn, line_columns, work_columns
from tracker.intake.form_instructions import deadline_text, write_instructions
from tracker.intake.form_sheets import FIRST, check_typing, draw_head, draw_row, protect, set_print_area
from tracker.intake.form_stamp import Stamp, write_stamp

LINES, WORKS, MILESTONES, INSTRUCTIONS = "月报", "工作", "节点", "填报说明"
_HINT = "浅黄色的单元格请填写，灰色的不用填。0 表示没有完成投资，空白表示没有报送。"


def write_form(form: Form) -> bytes:
    """Return the .xlsx of a form; its stamp tells later what it was made for and from."""
    book = Book()
    book.remove(book.worksheets[0])
    lines = [row for row in form.rows if not row.work]
    works = [row for row in form.rows if row.work]
    if lines or not works:
        _write_rows(book, LINES, form, lines, line_columns(form), "重点项目月报", "单位：万元")
    if works:
        _write_rows(book, WORKS, form, works, work_columns(form), "重点工作月报")
    if any(row.milestones for row in form.rows):
        _write_milestones(book, form)
    write_instructions(book.create_sheet(INSTRUCTIONS), form)
    protect(book[INSTRUCTIONS])
    write_stamp(book, _stamp(form))
    book.properties.title = _title(form, "重点项目月报")
    book.properties.creator = "重点项目督查系统"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _stamp(form: Form) -> Stamp:
    revisions = {row.code: row.revision for row in form.rows}
    return Stamp(form.period, form.unit_ids, form.units[:200], form.made_at, revisions)


def _title(form: Form, what: str) -> str:
    return f"{form.period.year}年{form.period.month}月{what}（{form.units}）"


def _write_rows(
    book: Book,
    name: str,
    form: Form,
    rows: list[FormRow],
    columns: tuple[RowColumn, ...],
    what: str,
    corner: str = "",
) -> None:
    sheet = book.create_sheet(name)
    draw_head(sheet, columns, _title(form, what), f"{deadline_text(form)}{_HINT}", corner)
    for number, row in enumerate(rows, FIRST):
        draw_row(sheet, number, columns, [column.value(row) for column in columns])
    last = FIRST + len(rows) - 1
    check_typing(sheet, columns, last, form.period)
    set_print_area(sheet, columns, last)
    protect(sheet)


def _write_milestones(book: Book, form: Form) -> None:
    sheet = book.create_sheet(MILESTONES)
    hint = "请在本月已完成的节点后填上完成日期，没有完成的留空。灰色的以前月份已经报过。"
    draw_head(sheet, MILESTONE_COLUMNS, _title(form, "节点完成情况"), hint)
    number = FIRST
    for row in form.rows:
        for step in row.milestones:
            values = [column.value(row, step) for column in MILESTONE_COLUMNS]
            draw_row(sheet, number, MILESTONE_COLUMNS, values, shut=step.reached is not None)
            number += 1
    check_typing(sheet, MILESTONE_COLUMNS, number - 1, form.period)
    set_print_area(sheet, MILESTONE_COLUMNS, number - 1)
    protect(sheet)
