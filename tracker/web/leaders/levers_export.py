"""Owns the workbook of what it would take: texts are written as texts, amounts as numbers in 万元."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Any

import xlsxwriter
from flask_babel import gettext

from tracker.core.figures import LineFigures
from tracker.core.levers import Lift
from tracker.services.levers import WhatItTakes, YearEnd
from tracker.web.filters import month, short_month, with_unit
from tracker.web.months import MonthChoice
from tracker.web.words import word

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Yuan:
    """An amount in yuan, written in 万元."""

    amount: int | None


@dataclass(frozen=True, slots=True)
class Hundredths:
    """A percentage in hundredths, written as a fraction that is shown in percent."""

    value: int | None


@dataclass(frozen=True, slots=True)
class Points:
    """A difference in hundredths of a percentage point, written as a number such as 1.95."""

    value: int | None


#: What stands at the right of its column.
_NUMBERS = (int, Yuan, Hundredths, Points)
Cell = str | int | Yuan | Hundredths | Points | None


class _Book:
    """The workbook being written, with its formats."""

    def __init__(self, target: IO[bytes]) -> None:
        self.book = xlsxwriter.Workbook(target, {"in_memory": True})
        self.title = self.book.add_format({"bold": True, "font_size": 14})
        head = {"bold": True, "bg_color": "#EEF0F3", "bottom": 1, "text_wrap": True, "valign": "top"}
        self.head = self.book.add_format({**head, "indent": 1})
        self.head_right = self.book.add_format({**head, "align": "right"})
        self.text = self.book.add_format({"valign": "top", "indent": 1})
        self.whole = self.book.add_format({"num_format": "#,##0", "valign": "top"})
        self.wan = self.book.add_format({"num_format": "#,##0.00##", "valign": "top"})
        self.percent = self.book.add_format({"num_format": "0.00%", "valign": "top"})
        self.points = self.book.add_format({"num_format": "+0.00;-0.00;0.00", "valign": "top"})

    def sheet(
        self, name: str, above: Iterable[str], header: Sequence[str], rows: Iterable[Sequence[Cell]]
    ) -> None:
        """Write a sheet: lines of text, the header, and the rows under a filter."""
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        at = 0
        for at, line in enumerate(above, 1):
            sheet.write_string(at - 1, 0, line, self.title if at == 1 else self.text)
        body = [tuple(row) for row in rows]
        for column, label in enumerate(header):
            amounts = any(isinstance(row[column], _NUMBERS) for row in body if len(row) > column)
            sheet.write_string(at, column, label, self.head_right if amounts else self.head)
            sheet.set_column(column, column, 30 if column == 0 else 14)
        # A label of two lines needs the room.
        sheet.set_row(at, 32)
        sheet.repeat_rows(at)
        sheet.freeze_panes(at + 1, 1)
        last = at
        for last, row in enumerate(body, at + 1):
            for column, value in enumerate(row):
                self._cell(sheet, last, column, value)
        if last > at:
            sheet.autofilter(at, 0, last, len(header) - 1)

    def _cell(self, sheet: Any, row: int, column: int, value: Cell) -> None:
        if isinstance(value, str):
            # Never `write`: a name that begins with = is a name.
            sheet.write_string(row, column, value, self.text)
        elif isinstance(value, int):
            sheet.write_number(row, column, value, self.whole)
        elif isinstance(value, Yuan) and value.amount is not None:
            sheet.write_number(row, column, value.amount / 10_000, self.wan)
        elif isinstance(value, Hundredths) and value.value is not None:
            sheet.write_number(row, column, value.value / 10_000, self.percent)
        elif isinstance(value, Points) and value.value is not None:
            sheet.write_number(row, column, value.value / 100, self.points)


def write_levers(target: IO[bytes], months: MonthChoice, takes: WhatItTakes, end: YearEnd) -> None:
    """Write the answer, the laggards, the lead units and the way to the year's end to `target`."""
    book = _Book(target)
    told = _told(months, takes)
    book.sheet(gettext("补差测算"), told, _answer_header(), _answer(takes))
    book.sheet(gettext("低于序时项目"), told, _laggard_header(), _laggards(takes))
    book.sheet(gettext("分单位"), told, _share_header(), _shares(takes))
    book.sheet(gettext("一月保全年"), told[:2], _month_header(), _months(end))
    book.sheet(gettext("逐项目"), told[:2], _path_header(), _paths(end))
    book.book.close()


def _wan(label: str) -> str:
    return with_unit(label, gettext("万元"))


def _told(months: MonthChoice, takes: WhatItTakes) -> list[str]:
    found = takes.found
    told = [
        f"{takes.summary.front} · {word(found.cohort)} · {month(months.period)}",
        str(word(months.shown.state)),
        gettext("目标：%(goal)s · %(standing)s", goal=word(found.goal), standing=word(found.standing)),
    ]
    if found.unknown:
        told.append(
            gettext(
                "另有%(unknown)s个没有本月月报，情况不明，不列为落后项目；其累计完成投资为最近一次报送数。",
                unknown=found.unknown,
            )
        )
    return told


def _answer_header() -> list[str]:
    return [
        gettext("方案"),
        gettext("项目数"),
        _wan(gettext("补齐金额")),
        _wan(gettext("累计完成投资")),
        with_unit(gettext("投资进度"), "%"),
        with_unit(gettext("较序时"), gettext("百分点")),
        with_unit(gettext("全市平均进度"), "%"),
        with_unit(gettext("较全市"), gettext("百分点")),
        gettext("全市排名"),
        gettext("达到目标"),
    ]


def _answer(takes: WhatItTakes) -> Iterable[Sequence[Cell]]:
    found = takes.found
    now = Lift((), 0, found.now, takes.reached[found.goal] is True)
    lifts = (
        (gettext("补齐前"), now),
        (gettext("最少项目"), found.smallest),
        (gettext("最省资金"), found.cheapest),
        (gettext("全部补齐"), found.everything),
    )
    for name, lift in lifts:
        if lift is None:
            continue
        after = lift.after
        yield (
            name,
            len(lift.lines),
            Yuan(lift.total),
            Yuan(after.sums.completed),
            Hundredths(after.sums.progress),
            Points(after.sums.vs_schedule),
            Hundredths(after.citywide),
            Points(after.vs_citywide),
            after.rank,
            gettext("是") if lift.reaches else gettext("否"),
        )
    yield (gettext("至少需多完成"), None, Yuan(found.needed))
    if found.short is not None:
        yield (gettext("全部补齐仍差"), None, Yuan(found.short))


def _line_header() -> list[str]:
    return [gettext("子项目"), gettext("编码"), gettext("牵头单位"), gettext("板块")]


def _line(figures: LineFigures) -> list[Cell]:
    line = figures.line
    return [line.name, line.code, line.lead, line.district]


def _laggard_header() -> list[str]:
    return [
        *_line_header(),
        _wan(gettext("年度计划投资")),
        _wan(gettext("累计完成投资")),
        with_unit(gettext("投资进度"), "%"),
        with_unit(gettext("序时进度"), "%"),
        _wan(gettext("少完成")),
        gettext("最少项目"),
        gettext("最省资金"),
    ]


def _laggards(takes: WhatItTakes) -> Iterable[Sequence[Cell]]:
    fewest, cheapest = takes.smallest_ids, takes.cheapest_ids
    for figures in takes.found.lagging:
        line = figures.line
        yield (
            *_line(figures),
            Yuan(line.annual_plan),
            Yuan(figures.completed),
            Hundredths(figures.progress),
            Hundredths(figures.schedule),
            Yuan(figures.behind),
            gettext("是") if line.id in fewest else None,
            gettext("是") if line.id in cheapest else None,
        )


def _share_header() -> list[str]:
    return [
        gettext("牵头单位"),
        gettext("低于序时"),
        _wan(gettext("少完成")),
        with_unit(gettext("投资进度"), "%"),
        with_unit(gettext("补齐后进度"), "%"),
        with_unit(gettext("序时进度"), "%"),
        gettext("最少项目"),
        _wan(gettext("最少项目")),
        gettext("最省资金"),
        _wan(gettext("最省资金")),
    ]


def _shares(takes: WhatItTakes) -> Iterable[Sequence[Cell]]:
    for share in takes.shares:
        yield (
            share.name,
            len(share.lagging),
            Yuan(share.behind),
            Hundredths(share.sums.progress),
            Hundredths(share.lifted),
            Hundredths(share.sums.schedule),
            len(share.smallest),
            Yuan(sum(line.behind for line in share.smallest)),
            len(share.cheapest),
            Yuan(sum(line.behind for line in share.cheapest)),
        )


def _month_header() -> list[str]:
    return [
        gettext("月份"),
        _wan(gettext("本月计划")),
        _wan(gettext("计划累计")),
        _wan(gettext("本月完成")),
        _wan(gettext("完成累计")),
        _wan(gettext("今后月均需完成")),
        _wan(gettext("全年达标路径")),
        with_unit(gettext("路径进度"), "%"),
    ]


def _months(end: YearEnd) -> Iterable[Sequence[Cell]]:
    for told in end.path.months:
        yield (
            short_month(told.month),
            Yuan(told.planned_amount),
            Yuan(told.planned),
            Yuan(told.completed),
            Yuan(told.total),
            Yuan(end.path.needed_in(told.month)),
            Yuan(told.path_total),
            Hundredths(end.path.share(told.path_total)),
        )


def _path_header() -> list[str]:
    return [
        *_line_header(),
        _wan(gettext("年度计划投资")),
        _wan(gettext("累计完成投资")),
        with_unit(gettext("投资进度"), "%"),
        _wan(gettext("今后月均需完成")),
        _wan(gettext("单月最高")),
        _wan(gettext("下月计划投资")),
        _wan(gettext("下月底达到序时需完成")),
        gettext("报送情况"),
    ]


def _paths(end: YearEnd) -> Iterable[Sequence[Cell]]:
    for path in end.lines:
        figures = path.figures
        yield (
            *_line(figures),
            Yuan(figures.line.annual_plan),
            Yuan(figures.completed),
            Hundredths(figures.progress),
            Yuan(path.needed),
            Yuan(figures.best_month),
            Yuan(path.next_planned),
            Yuan(path.to_schedule),
            str(word(figures.status)),
        )
