"""Owns 总体指标: the cohorts against schedule and city, and the curve of the year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracker.briefing import rates, sums
from tracker.briefing.book import Book, Page
from tracker.briefing.cells import BLANK, NONE, Cell, count, label, month, percent, points
from tracker.briefing.detail import BY_MONTHLY_PLAN, LAGGING, Detail, cohort_word, quoted
from tracker.briefing.formats import INK
from tracker.briefing.layout import Column, Layout
from tracker.core.cohorts import RANKED, Category, Cohort
from tracker.core.figures import MonthFigures, MonthSummary, TrendPoint, sums_of
from tracker.core.sentences import coverage_sentence
from tracker.core.words import category_name, cohort_name, span_name

SHEET = "总体指标"
_FIRST = 3

LAYOUT = Layout(
    SHEET,
    [
        Column("name", "类别", 19),
        *sums.columns("count", "plan", "completed", "progress", "scheduled", "schedule", "gap"),
        Column("planned", "计划进度", 9),
        Column("elapsed", "时间进度", 9),
        Column("citywide", "全市平均\n进度", 9),
        Column("vs_citywide", "较全市\n（百分点）", 9),
        Column("rank", "全市排名", 6.5),
        Column("of", "参与排名\n领域", 8),
        *sums.columns("lagging", "due", "reported"),
    ],
)

#: The headline figures that get names, by column.
_NAMED = {
    "count": "count",
    "progress": "progress",
    "vs_schedule": "gap",
    "citywide": "citywide",
    "vs_citywide": "vs_citywide",
    "rank": "rank",
    "lagging": "lagging",
}


def row_of(cohort: Cohort) -> int:
    """Return the row in which a cohort stands."""
    return _FIRST + list(Cohort).index(cohort)


TOTAL_ROW = _FIRST + len(Cohort)


def write_cohorts(
    book: Book, detail: Detail, figures: MonthFigures, fronts: Mapping[Cohort, tuple[str, str]]
) -> None:
    """Write the table, the year's table and its charts; `fronts` has each citywide average and own rank."""
    summary = figures.summary
    page = book.page(SHEET, LAYOUT.widths)
    page.title(
        f"{summary.period.year}年{span_name(summary.period)}总体指标",
        f"单位：万元。{summary.front}，{coverage_sentence(summary)}。差距以公布的两位小数相减，单位为百分点。",
    )
    page.header(LAYOUT.labels, freeze=1)
    for cohort in Cohort:
        _cohort_row(page, detail, figures, cohort, fronts)
    total = sums.added(detail, LAYOUT, page.next, _FIRST, summary.total)
    _row(page, {"name": label("合计")} | total, "total")
    new = ("category", quoted(category_name(Category.NEW)))
    cells = [label("其中：全部新建项目"), *[NONE] * (len(LAYOUT.columns) - 1)]
    cells[_index("count")] = count(summary.starts.count, f"={detail.count(new)}")
    cells[_index("lagging")] = count(summary.starts.lagging, f"={detail.count(new, LAGGING)}")
    new_row = page.row(cells)
    _define_names(book, new_row)
    _trend(book, page, summary)


def _cohort_row(
    page: Page,
    detail: Detail,
    figures: MonthFigures,
    cohort: Cohort,
    fronts: Mapping[Cohort, tuple[str, str]],
) -> None:
    summary, row = figures.summary, page.next
    condition = ("cohort", quoted(cohort_word(cohort)))
    members = sums_of(line for line in figures.lines if line.cohort is cohort)
    cells = {"name": label(cohort_name(cohort))} | sums.selected(detail, LAYOUT, row, members, condition)
    if cohort in RANKED:
        told = summary.cohort(cohort)
        citywide, rank = fronts[cohort]
        by_month = (condition, BY_MONTHLY_PLAN)
        cells["planned"] = percent(
            told.planned_progress,
            rates.schedule(detail.sum("scheduled", *by_month), detail.sum("plan", *by_month)),
        )
        cells["elapsed"] = percent(told.elapsed_time, f"=ROUND({summary.period.month}/12,4)")
        cells["citywide"] = percent(told.citywide, f"={citywide}")
        cells["vs_citywide"] = points(
            told.vs_citywide, rates.gap(LAYOUT.cell("progress", row), LAYOUT.cell("citywide", row))
        )
        cells["rank"] = count(told.rank, f"={rank}" if told.rank is not None else "")
        cells["of"] = count(told.of or None)
    _row(page, cells, "own" if cohort in RANKED else "")


def _row(page: Page, cells: dict[str, Cell], tone: str) -> None:
    page.row([cells.get(column.key, NONE) for column in LAYOUT.columns], tone)


def _index(key: str) -> int:
    return list(LAYOUT.letters).index(key)


def _define_names(book: Book, new_row: int) -> None:
    for cohort in RANKED:
        for suffix, key in _NAMED.items():
            book.workbook.define_name(f"{cohort.value}_{suffix}", f"={LAYOUT.far_cell(key, row_of(cohort))}")
    book.workbook.define_name("new_lagging", f"={LAYOUT.far_cell('lagging', new_row)}")


def _trend(book: Book, page: Page, summary: MonthSummary) -> None:
    """Write each month's published figures and draw one chart per cohort below them."""
    page.section("各月累计进度（空白为当月没有全市数据）")
    labels = ["月份"]
    for cohort in RANKED:
        word = cohort_word(cohort)
        labels += [f"{word}\n投资进度", f"{word}\n序时进度", f"{word}\n全市平均"]
    page.row([Cell("head", text) for text in labels])
    first = page.next
    known: dict[tuple[int, Cohort], TrendPoint] = {
        (point.period.index, point.cohort): point for point in summary.trend
    }
    for index in sorted({index for index, _ in known}):
        points_here = [known.get((index, cohort)) for cohort in RANKED]
        period = next(point.period for point in points_here if point is not None)
        cells = [month(period)]
        for cohort, point in zip(RANKED, points_here, strict=True):
            told = (point.progress, point.schedule, point.citywide) if point else (None, None, None)
            for key, value in zip(("progress", "schedule", "citywide"), told, strict=True):
                here = period == summary.period
                formula = f"={LAYOUT.cell(key, row_of(cohort))}" if here else ""
                # An empty cell leaves a gap in the curve, where a dash would be drawn as zero.
                cells.append(BLANK if value is None else percent(value, formula))
        page.row(cells)
    last, below = page.next - 1, page.next + 1
    if last < first:
        page.empty("尚无各月数据")
        return
    for number, cohort in enumerate(RANKED):
        if all(point.progress is None for point in known.values() if point.cohort is cohort):
            continue
        chart = _chart(book, cohort_name(cohort), 1 + 3 * number, first, last)
        page.sheet.insert_chart(below, (0, 8)[number], chart, {"object_position": 2})


def _chart(book: Book, title: str, column: int, first: int, last: int) -> Any:
    chart = book.workbook.add_chart({"type": "line"})
    looks = (
        ("投资进度", {"color": INK, "width": 2.5}, "circle"),
        ("序时进度", {"color": "#7F7F7F", "width": 1.75, "dash_type": "dash"}, "square"),
        ("全市平均", {"color": "#C55A11", "width": 1.75, "dash_type": "square_dot"}, "diamond"),
    )
    font = {"name": "宋体", "size": 10}
    for offset, (text, line, marker) in enumerate(looks):
        fill = {"color": line["color"]}
        chart.add_series(
            {
                "name": text,
                "categories": [SHEET, first, 0, last, 0],
                "values": [SHEET, first, column + offset, last, column + offset],
                "line": line,
                "marker": {"type": marker, "size": 6, "fill": fill, "border": fill},
                "data_labels": {"value": True, "position": "above", "font": font} if not offset else {},
            }
        )
    heading = {"name": "黑体", "size": 12, "bold": False}
    chart.set_title({"name": f"{title}各月累计进度", "name_font": heading})
    chart.set_x_axis({"num_format": 'm"月"', "text_axis": True, "num_font": font})
    grid = {"visible": True, "line": {"color": "#D9D9D9"}}
    chart.set_y_axis({"num_format": "0%", "min": 0, "major_gridlines": grid, "num_font": font})
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_size({"width": 560, "height": 300})
    return chart
