"""Owns the workbook of the audit trail: every cell is text as it was written, none is a formula."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

import xlsxwriter
from flask_babel import gettext

from tracker.services.audit_list import AuditLine
from tracker.web.audit.words import action_word, change_text
from tracker.web.filters import moment

#: More entries than this are not handed out at once; the filter by days gets at the rest.
MOST = 50_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What a cell of a workbook can hold.
_CELL = 32_000
_WIDTHS = (9, 17, 16, 16, 26, 30, 70, 68)


def write_export(target: IO[bytes], parts: Iterable[tuple[AuditLine, ...]]) -> None:
    """Write the entries to `target` as they come, with a word on what is left out."""
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(gettext("审计"))
        head = book.add_format({"bold": True, "bg_color": "#EEF0F3", "bottom": 1})
        top = book.add_format({"valign": "top"})
        wrapped = book.add_format({"valign": "top", "text_wrap": True})
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(_header()):
            sheet.write_string(0, column, name, head)
        row = 0
        for line in (line for part in parts for line in part):
            row += 1
            sheet.write_number(row, 0, line.id, top)
            for column, text in enumerate(_row(line), 1):
                sheet.write_string(row, column, text[:_CELL], wrapped if column == 6 else top)
        if row:
            sheet.autofilter(0, 0, row, len(_WIDTHS) - 1)
        if row >= MOST:
            told = gettext("只列出最新的%(count)s条；更早的请按日期筛选后导出。", count=f"{MOST:,}")
            sheet.write_string(row + 1, 1, told, top)


def _header() -> list[str]:
    return [
        gettext("序号"),
        gettext("时间"),
        gettext("操作人"),
        gettext("来源地址"),
        gettext("事项"),
        gettext("对象"),
        gettext("变化"),
        gettext("哈希"),
    ]


def _row(line: AuditLine) -> list[str]:
    return [
        moment(line.made_at),
        line.made_by,
        line.address,
        action_word(line.action),
        line.about,
        change_text(line),
        line.hash,
    ]
