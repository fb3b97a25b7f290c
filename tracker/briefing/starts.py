"""Owns 开工情况: the new projects by planned quarter, both start rates, and who should have started."""

from __future__ import annotations

from tracker.briefing import rates
from tracker.briefing.book import Book, Page
from tracker.briefing.cells import Cell, count, label, money, month, name, percent
from tracker.briefing.detail import Condition, Detail, light_cell, quarter_word, quoted
from tracker.briefing.flags import who_acts
from tracker.core.cohorts import Category
from tracker.core.figures import LineFigures, MonthFigures
from tracker.core.progress import published
from tracker.core.sentences import starts_sentence
from tracker.core.words import category_name

SHEET = "开工情况"
_NEW: Condition = ("category", quoted(category_name(Category.NEW)))
_COUNTED = ("计划开工季度", "计划开工\n（个）", "到期应开工（个）", "已开工（个）", "应开未开\n（个）")
_RATES = ("开工率（÷应开工）", "开工率\n（÷全年计划）")
_OVERDUE = (
    "编码",
    "灯",
    "项目",
    "工程",
    "板块",
    "责任单位",
    "计划开工",
    "逾期月数",
    "年度计划投资",
    "累计完成投资",
)


def write_starts(book: Book, detail: Detail, figures: MonthFigures) -> None:
    """Write the table by quarter and the list of starts overdue."""
    summary = figures.summary
    page = book.page(SHEET, [14, 12, 24, 20, 11, 24, 12, 11, 12, 12])
    page.title(f"{summary.period.year}年新建项目开工情况", f"{starts_sentence(summary)}投资单位：万元。")
    page.header([*_COUNTED, *_RATES])
    starts = summary.starts
    for row in starts.quarters:
        condition = ("quarter", quoted(quarter_word(row.quarter)))
        overdue = sum(
            line.start_overdue_months > 0 and _quarter(line) == row.quarter for line in figures.lines
        )
        told = (row.count, row.due_to_start, row.started, overdue)
        _counts(page, detail, quarter_word(row.quarter), told, (condition,))
    if starts.quarters:
        told = (starts.count, starts.due_to_start, starts.started, starts.start_overdue)
        _counts(page, detail, "合计", told, (), "total")
    else:
        page.empty("今年未安排新建项目")
    page.section("应开未开项目")
    _overdue(page, detail, figures)


def _quarter(figures: LineFigures) -> int:
    planned = figures.line.planned_start
    return planned.quarter if planned else 0


def _counts(
    page: Page,
    detail: Detail,
    title: str,
    told: tuple[int, int, int, int],
    conditions: tuple[Condition, ...],
    tone: str = "",
) -> None:
    """Write one row of counts: planned, due, started, overdue, and both start rates."""
    planned, due, started, overdue = told
    at = page.next + 1
    by_now = ("planned_start", quoted(f"<={month(detail.period).value}"))
    page.row(
        [
            label(title),
            count(planned, f"={detail.count(_NEW, *conditions)}"),
            count(due, f"={detail.count(_NEW, *conditions, by_now)}"),
            count(started, f"={detail.count(_NEW, *conditions, ('start', quoted('已开工')))}"),
            count(overdue, f"={detail.count(_NEW, *conditions, ('start', quoted('应开未开')))}"),
            percent(published(started, due), rates.share(f"D{at}", f"C{at}")),
            percent(published(started, planned), rates.share(f"D{at}", f"B{at}")),
        ],
        tone,
    )


def _overdue(page: Page, detail: Detail, figures: MonthFigures) -> None:
    """Write the projects that should have started, the longest overdue first."""
    page.header(_OVERDUE)
    overdue = [(index, line) for index, line in enumerate(figures.lines) if line.start_overdue_months]
    overdue.sort(key=lambda entry: (-entry[1].start_overdue_months, entry[1].line.code))
    for index, line in overdue:
        cells: list[Cell] = [
            name(line.line.code),
            light_cell(line.light),
            name(line.line.name),
            name(line.line.programme),
            name(line.line.district),
            Cell("text", who_acts(line)),
            month(line.line.planned_start),
            count(line.start_overdue_months),
            money(line.line.annual_plan, f"={detail.cell('plan', index)}"),
            money(line.completed, f"={detail.cell('completed', index)}"),
        ]
        page.row(cells)
    if not overdue:
        page.empty("本月无应开未开项目")
