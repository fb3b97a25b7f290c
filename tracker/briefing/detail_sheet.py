"""Owns 项目明细 as a sheet: one row per line, subtotals by cohort, the total and the small curves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tracker.briefing import rates
from tracker.briefing.book import Book, Page
from tracker.briefing.cells import (
    BLANK,
    NONE,
    UNDEFINED,
    Cell,
    count,
    label,
    money,
    money_twelfths,
    month,
    name,
    percent,
    points,
)
from tracker.briefing.detail import (
    FIRST,
    HEADER,
    LAGGING,
    SHEET,
    Condition,
    Detail,
    cohort_word,
    light_cell,
    quarter_word,
    quoted,
    start_word,
    unit_word,
)
from tracker.briefing.formats import INK
from tracker.briefing.layout import Layout
from tracker.core.cohorts import Category, Cohort
from tracker.core.figures import LineFigures, sums_of
from tracker.core.periods import Period
from tracker.core.words import category_name, month_mark, span_name, status_name


def write_detail(book: Book, detail: Detail) -> None:
    """Write every line, the subtotals of the cohorts and the total."""
    layout = detail.layout
    page = book.page(SHEET, layout.widths, size=9)
    page.title(
        f"{detail.period.year}年{span_name(detail.period)}重点项目明细",
        "单位：万元。各月为当月完成投资；“未报”表示该月没有月报，不等于零。",
        left=True,
    )
    page.header(layout.labels, freeze=4)
    for row, figures in enumerate(detail.lines, FIRST):
        page.row(_line(layout, figures, detail.period, row))
    if not detail.lines:
        page.row([label("本月没有项目"), *[BLANK] * (len(layout.columns) - 1)], "muted")
    page.sheet.autofilter(HEADER, 0, detail.last, len(layout.columns) - 1)
    page.sheet.ignore_errors({"number_stored_as_text": f"A{FIRST + 1}:I{detail.last + 1}"})
    for cohort in Cohort:
        members = [figures for figures in detail.lines if figures.cohort is cohort]
        word = cohort_word(cohort)
        _total(page, detail, f"{word}小计", members, ("cohort", quoted(word)))
    _total(page, detail, "合计", detail.lines)
    if detail.lines:
        _trends(page, detail)


def _line(layout: Layout, figures: LineFigures, period: Period, row: int) -> Iterator[Cell]:
    line, letters, at = figures.line, layout.letters, row + 1
    new = line.category is Category.NEW
    plan, completed = f"{letters['plan']}{at}", f"{letters['completed']}{at}"
    scheduled, progress = f"{letters['scheduled']}{at}", f"{letters['progress']}{at}"
    yield name(line.code)
    yield name(line.programme)
    yield name(line.key_project)
    yield name(line.name)
    yield label(category_name(line.category))
    yield label(cohort_word(figures.cohort))
    yield name(line.district)
    yield label(unit_word(line.lead_is_district))
    yield name(line.lead)
    yield money(line.annual_plan)
    for number, amount in enumerate(figures.amounts, 1):
        yield money(amount) if amount is not None else label(month_mark(figures, number, period), "muted")
    # A year to date that was stated over missing months is no sum of what is known here.
    adds_up = sum(amount or 0 for amount in figures.amounts) == figures.completed
    formula = f"=ROUND(SUM({letters['m1']}{at}:{letters['m12']}{at}),4)"
    yield money(figures.completed, formula if adds_up else "")
    if line.monthly_plan is None:
        formula = f"=ROUND({plan}*{period.month}/12,10)"
        yield money_twelfths(figures.scheduled, 10, formula)
        yield label("时间进度")
    else:
        yield money_twelfths(figures.scheduled, 10)
        yield label("月计划")
    yield percent(figures.progress, rates.progress(completed, plan))
    yield percent(figures.schedule, rates.schedule(scheduled, plan))
    yield points(figures.vs_schedule, rates.gap(progress, f"{letters['schedule']}{at}"))
    if figures.lagging is None:
        yield NONE
    else:
        yield Cell("label", "是" if figures.lagging else "否", rates.lagging(completed, scheduled))
    yield light_cell(figures.light)
    yield month(line.planned_start)
    yield label(quarter_word(line.planned_start.quarter if line.planned_start else 0) if new else UNDEFINED)
    yield month(line.actual_start)
    yield label(start_word(figures) if new else UNDEFINED, "strong" if figures.start_overdue_months else "")
    yield label(status_name(figures.status), "" if figures.status.reported else "strong")
    yield count(int(figures.status.due))
    yield count(int(figures.status.reported))
    yield BLANK


def _total(
    page: Page, detail: Detail, title: str, members: Sequence[LineFigures], *conditions: Condition
) -> None:
    sums, letters, at = sums_of(members), detail.layout.letters, page.next + 1
    plan, completed = f"{letters['plan']}{at}", f"{letters['completed']}{at}"
    scheduled, progress = f"{letters['scheduled']}{at}", f"{letters['progress']}{at}"
    cells = dict.fromkeys(letters, BLANK)
    cells["code"] = label(title)
    cells["plan"] = money(sums.annual_plan, f"=ROUND({detail.sum('plan', *conditions)},4)")
    for number in range(1, detail.period.month + 1):
        known = [amount for figures in members if (amount := figures.amounts[number - 1]) is not None]
        if known:
            formula = f"=ROUND({detail.sum(f'm{number}', *conditions)},4)"
            cells[f"m{number}"] = money(sum(known), formula)
    cells["completed"] = money(sums.completed, f"=ROUND({detail.sum('completed', *conditions)},4)")
    formula = f"=ROUND({detail.sum('scheduled', *conditions)},6)"
    cells["scheduled"] = money_twelfths(sums.scheduled, 6, formula)
    cells["progress"] = percent(sums.progress, rates.progress(completed, plan))
    cells["schedule"] = percent(sums.schedule, rates.schedule(scheduled, plan))
    cells["gap"] = points(sums.vs_schedule, rates.gap(progress, f"{letters['schedule']}{at}"))
    cells["lagging"] = count(sums.lagging, f"={detail.count(*conditions, LAGGING)}")
    cells["due"] = count(sums.due, f"={detail.sum('due', *conditions)}")
    cells["reported"] = count(sums.reported, f"={detail.sum('reported', *conditions)}")
    page.row(cells.values(), "total")


def _trends(page: Page, detail: Detail) -> None:
    """Draw the months known so far beside each line, all with one look."""
    letters, last = detail.layout.letters, detail.period.month
    rows = range(FIRST + 1, detail.last + 2)
    page.sheet.add_sparkline(
        FIRST,
        len(letters) - 1,
        {
            "location": [f"{letters['trend']}{row}" for row in rows],
            "range": [f"'{SHEET}'!{letters['m1']}{row}:{letters[f'm{last}']}{row}" for row in rows],
            "type": "column",
            "series_color": INK,
            "min": 0,
            "negative_points": True,
        },
    )
