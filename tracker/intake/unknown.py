"""Owns columns that hold amounts under a header that nobody understood."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tracker.core.errors import Problem
from tracker.core.money import Unit
from tracker.core.periods import Period
from tracker.intake.addresses import a1
from tracker.intake.cells import read_money
from tracker.intake.tables import Table

_MONEY_WORDS = re.compile("投资|完成|金额|万元|亿元")
#: Headers that speak of money or of completing, but stand over something else.
_NO_MONEY = re.compile("时间|日期|年份|率|比例|数量|个数|%")


def check_unknown_money(table: Table, fields: Iterable[str], period: Period) -> None:
    """Refuse amounts under unknown headers where no column of `fields` was found; else note them as unused."""
    unknown = [
        (row, column, header)
        for row, column, header in table.header.unknown
        if _MONEY_WORDS.search(header) and not _NO_MONEY.search(header) and _holds_amounts(table, column)
    ]
    if not unknown:
        return
    if any(table.has(name) for name in fields):
        headers = "、".join(header for _, _, header in unknown)
        table.notes.append(f"工作表“{table.sheet.name}”未使用的列：{headers}")
        return
    upto = "1月累计完成投资" if period.month == 1 else f"1-{period.month}月累计完成投资"
    for row, column, header in unknown:
        what, mend = f"表头“{header}”看不懂，下面却有数字", f"请改成“本月完成投资”或“{upto}”"
        table.problems.append(Problem(what, mend, header, table.file, table.sheet.name, a1(row, column)))


def _holds_amounts(table: Table, column: int) -> bool:
    amounts = (read_money(table.body[row][column], Unit.WAN) for row in table.lines)
    return any(isinstance(amount, int) for amount in amounts)
