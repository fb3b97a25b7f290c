"""Owns 领域排名: the city's fronts per cohort, the own computed, the others as the city sent them."""

from __future__ import annotations

from tracker.briefing import cohorts, rates
from tracker.briefing.book import Book, Page
from tracker.briefing.cells import BLANK, NONE, Cell, count, money, name, percent, points, text
from tracker.briefing.layout import Column, Layout
from tracker.core.cohorts import RANKED, Cohort
from tracker.core.figures import FrontFigures, MonthSummary
from tracker.core.progress import difference
from tracker.core.words import cohort_name, span_name

SHEET = "领域排名"

_LAYOUT = Layout(
    SHEET,
    [
        Column("rank", "排名", 6),
        Column("name", "领域", 18),
        Column("count", "项目数\n（个）", 7),
        Column("plan", "年度计划投资", 12),
        Column("completed", "累计完成投资", 12),
        Column("progress", "投资进度", 9),
        Column("vs_citywide", "较全市平均\n（百分点）", 12),
        Column("note", "说明", 16),
    ],
)


def write_fronts(book: Book, summary: MonthSummary) -> dict[Cohort, tuple[str, str]]:
    """Write both rankings; return per cohort the cells of the citywide average and of the own rank."""
    page = book.page(SHEET, _LAYOUT.widths, portrait=True)
    page.title(
        f"{summary.period.year}年{span_name(summary.period)}各领域投资进度排名",
        "单位：万元。本领域一行由项目明细计算，其他领域为市里下发的合计数；按公布的投资进度排名，相同者并列。",
    )
    return {cohort: _table(page, summary, cohort) for cohort in RANKED}


def _table(page: Page, summary: MonthSummary, cohort: Cohort) -> tuple[str, str]:
    rows = [row for row in summary.fronts if row.cohort is cohort]
    told = summary.cohort(cohort)
    page.section(cohort_name(cohort))
    page.header(_LAYOUT.labels)
    first, last = page.next, page.next + len(rows) - 1
    citywide, own_rank = _LAYOUT.far_cell("progress", last + 1), ""
    for row in rows:
        if row.own:
            own_rank = _LAYOUT.far_cell("rank", page.next)
        page.row(_front(row, page.next, (first, last), told.citywide), "own" if row.own else "")
    at = page.next
    cells: dict[str, Cell] = dict.fromkeys(_LAYOUT.letters, NONE)
    cells["name"] = Cell("text", "全市合计（平均）")
    for key, value in (
        ("plan", [row.annual_plan for row in rows]),
        ("completed", [row.completed for row in rows]),
    ):
        cells[key] = money(sum(value), f"=ROUND(SUM({_LAYOUT.span(key, first, last)}),4)")
    cells["count"] = count(sum(row.count for row in rows), f"=SUM({_LAYOUT.span('count', first, last)})")
    # One front alone has no citywide average.
    alone = all(row.own for row in rows)
    formula = "" if alone else rates.progress(_LAYOUT.cell("completed", at), _LAYOUT.cell("plan", at))
    cells["progress"] = percent(told.citywide, formula)
    cells["note"] = text("未收到其他领域数据") if alone else BLANK
    page.row(cells.values(), "total")
    return citywide, own_rank


def _front(row: FrontFigures, at: int, rows: tuple[int, int], citywide: int | None) -> list[Cell]:
    def linked(key: str) -> str:
        return f"={cohorts.LAYOUT.far_cell(key, cohorts.row_of(row.cohort))}" if row.own else ""

    progress = _LAYOUT.cell("progress", at)
    average = _LAYOUT.cell("progress", rows[1] + 1)
    # One front alone has no rank either.
    among = "" if rows[0] == rows[1] else rates.rank(progress, _LAYOUT.span("progress", *rows))
    return [
        count(row.rank, among),
        name(row.name),
        count(row.count, linked("count")),
        money(row.annual_plan, linked("plan")),
        money(row.completed, linked("completed")),
        percent(row.progress, rates.progress(_LAYOUT.cell("completed", at), _LAYOUT.cell("plan", at))),
        points(difference(row.progress, citywide), rates.gap(progress, average)),
        text("★ 本领域" if row.own else row.source),
    ]
