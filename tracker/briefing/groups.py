"""Owns 工程排名, 部门排名 and 板块排名: groups by rate and by amount, and how they moved since last month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracker.briefing import rates, sums
from tracker.briefing.book import Book, Page
from tracker.briefing.cells import BLANK, NONE, Cell, count, label, moved, name, percent, points
from tracker.briefing.detail import Condition, Detail, quoted, unit_word
from tracker.briefing.layout import Column, Layout
from tracker.core.figures import GroupFigures, MonthSummary, Sums
from tracker.core.progress import difference
from tracker.core.words import span_name

SHEETS = ("工程排名", "部门排名", "板块排名")


@dataclass(frozen=True)
class Grouping:
    """One of the three rankings: the sheet, the column of 项目明细 that names a group, and the groups."""

    sheet: str
    what: str
    column: str
    groups: Sequence[GroupFigures]
    before: Sequence[GroupFigures]
    condition: tuple[Condition, ...] = ()
    #: Lines that belong to no group, so that the table still adds up to the front.
    rest: tuple[str, Sums, tuple[Condition, ...]] | None = None


def groupings(summary: MonthSummary, previous: MonthSummary | None) -> tuple[Grouping, Grouping, Grouping]:
    """Return the three rankings of a month."""
    departments: tuple[Condition, ...] = (("lead_kind", quoted(unit_word(False))),)
    districts: tuple[Condition, ...] = (("lead_kind", quoted(unit_word(True))),)
    before = previous or replace(summary, programmes=(), departments=(), districts=())
    return (
        Grouping("工程排名", "工程", "programme", summary.programmes, before.programmes),
        Grouping(
            "部门排名",
            "牵头部门",
            "lead",
            summary.departments,
            before.departments,
            departments,
            ("板块牵头项目", summary.led_by_districts, districts),
        ),
        Grouping("板块排名", "板块", "district", summary.districts, before.districts),
    )


def write_groups(
    book: Book, detail: Detail, grouping: Grouping, summary: MonthSummary, previous: MonthSummary | None
) -> None:
    """Write one ranking with its total row."""
    layout = _layout(grouping, previous)
    page = book.page(grouping.sheet, layout.widths)
    caption = "单位：万元。投资额排名按累计完成投资，投资进度排名按公布的进度；没有年度计划的不排名。"
    if previous:
        caption += f"“上月”指{previous.period.year}年{previous.period.month}月；“↑”为名次上升。"
    page.title(f"{summary.period.year}年{span_name(summary.period)}{grouping.sheet}", caption)
    page.header(layout.labels, freeze=1)
    first = page.next
    last = first + len(grouping.groups) - 1
    exact = not sums.plain(group.name for group in grouping.groups)
    before = {group.name: group for group in grouping.before}
    for group in grouping.groups:
        row = page.next
        condition = (grouping.column, f"${layout.cell('name', row)}")
        cells = sums.selected(detail, layout, row, group.sums, condition, *grouping.condition, exact=exact)
        cells |= _ranks(layout, row, (first, last), group)
        if previous:
            cells |= _movement(layout, row, group, before.get(group.name))
        _row(page, layout, {"name": name(group.name)} | cells, "")
    if not grouping.groups:
        page.row([label("本月没有数据"), *[BLANK] * (len(layout.columns) - 1)], "muted")
    if grouping.rest:
        title, rest, conditions = grouping.rest
        cells = sums.selected(detail, layout, page.next, rest, *conditions)
        _row(page, layout, {"name": Cell("text", title)} | cells, "")
    cells = sums.added(detail, layout, page.next, first, summary.total)
    _row(page, layout, {"name": Cell("text", "合计")} | cells, "total")
    if grouping.groups:
        bar = {
            "type": "data_bar",
            "bar_solid": True,
            "bar_color": "#DDEBF7",
            "min_type": "num",
            "min_value": 0,
        }
        column = list(layout.letters).index("progress")
        page.sheet.conditional_format(first, column, last, column, bar)


def _layout(grouping: Grouping, previous: MonthSummary | None) -> Layout:
    movement = [
        Column("progress_before", "上月\n投资进度", 9),
        Column("raised", "较上月\n（百分点）", 9),
        Column("rank_before", "上月进度\n排名", 7),
        Column("moved", "名次变化", 7),
    ]
    return Layout(
        grouping.sheet,
        [
            Column("name", grouping.what, 24),
            *sums.columns("count", "plan", "completed"),
            Column("amount_rank", "投资额\n排名", 7),
            *sums.columns("progress"),
            Column("rank", "投资进度\n排名", 8),
            *sums.columns("scheduled", "schedule", "gap", "lagging", "due", "reported"),
            *(movement if previous else ()),
        ],
    )


def _ranks(layout: Layout, row: int, rows: tuple[int, int], group: GroupFigures) -> dict[str, Cell]:
    amount, plan, progress = (layout.cell(key, row) for key in ("completed", "plan", "progress"))
    amounts, plans, rate = (layout.span(key, *rows) for key in ("completed", "plan", "progress"))
    return {
        "amount_rank": count(group.amount_rank, rates.amount_rank(amount, amounts, plan, plans)),
        "rank": count(group.rank, rates.rank(progress, rate))._replace(tone="strong"),
    }


def _movement(layout: Layout, row: int, now: GroupFigures, before: GroupFigures | None) -> dict[str, Cell]:
    """Return last month's rate and rank as numbers and the change as formulas."""
    rate = before.sums.progress if before else None
    rank = before.rank if before else None
    change = None if rank is None or now.rank is None else rank - now.rank
    return {
        "progress_before": percent(rate),
        "raised": points(
            difference(now.sums.progress, rate),
            rates.gap(layout.cell("progress", row), layout.cell("progress_before", row)),
        ),
        "rank_before": count(rank),
        "moved": moved(change, rates.moved(layout.cell("rank_before", row), layout.cell("rank", row))),
    }


def _row(page: Page, layout: Layout, cells: dict[str, Cell], tone: str) -> None:
    page.row([cells.get(column.key, NONE) for column in layout.columns], tone)
