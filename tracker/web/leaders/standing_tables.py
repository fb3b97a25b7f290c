"""Owns the standings as tables of a workbook: who stands where, and how the ranks went through the year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask_babel import gettext

from tracker.briefing.cells import Cell, count, money, moved, percent, points, text
from tracker.core.figures import GroupFigures
from tracker.services.rank_trends import RankTable, RankTrends
from tracker.services.standings import FrontTable, GroupStanding, Standings
from tracker.web.export import Column, Table, percent_label, points_label, wan_label
from tracker.web.filters import month as month_text
from tracker.web.filters import short_month
from tracker.web.months import MonthChoice
from tracker.web.words import word


def standing_tables(months: MonthChoice, standings: Standings) -> list[Table]:
    """Return the fronts, programmes, departments and districts, each followed by its ranks month by month."""
    notes = (standings.summary.front, month_text(months.period), str(word(months.shown.state)))
    trends = standings.trends
    found: list[Table] = []
    for table, trend in zip(standings.fronts, trends.fronts, strict=True):
        title = gettext("领域排名 %(cohort)s", cohort=word(table.cohort))
        found += [_fronts(title, notes, table), _trend(title, notes, trends, trend)]
    for title, rows, trend in (
        (gettext("工程排名"), standings.programmes, trends.programmes),
        (gettext("部门排名"), standings.departments, trends.departments),
        (gettext("板块排名"), standings.districts, trends.districts),
    ):
        found += [_groups(title, notes, rows), _trend(title, notes, trends, trend)]
    return found


def _fronts(title: str, notes: Sequence[str], table: FrontTable) -> Table:
    return Table(
        title=title,
        notes=notes,
        columns=(
            Column(gettext("领域"), 22),
            Column(gettext("进度排名"), 9),
            Column(gettext("进度升降"), 9),
            Column(percent_label(gettext("投资进度")), 11),
            Column(points_label(gettext("较全市")), 13),
            Column(wan_label(gettext("累计完成投资")), 14),
            Column(gettext("完成额排名"), 10),
            Column(gettext("完成额升降"), 10),
            Column(wan_label(gettext("年度计划投资")), 14),
            Column(gettext("项目数"), 8),
            Column(gettext("来源文件"), 26),
        ),
        rows=(
            (
                text(row.figures.name),
                count(row.figures.rank),
                moved(row.moved),
                percent(row.figures.progress),
                points(row.vs_citywide),
                money(row.figures.completed),
                count(row.amount_rank),
                moved(row.amount_moved),
                money(row.figures.annual_plan),
                count(row.figures.count),
                text(row.figures.source or gettext("本系统")),
            )
            for row in table.rows
        ),
        frozen=1,
    )


def _groups(title: str, notes: Sequence[str], rows: Iterable[GroupStanding]) -> Table:
    return Table(
        title=title,
        notes=notes,
        columns=(
            Column(gettext("名称"), 22),
            Column(gettext("进度排名"), 9),
            Column(gettext("进度升降"), 9),
            Column(percent_label(gettext("投资进度")), 11),
            Column(percent_label(gettext("序时进度")), 11),
            Column(points_label(gettext("较序时")), 13),
            Column(wan_label(gettext("累计完成投资")), 14),
            Column(gettext("完成额排名"), 10),
            Column(gettext("完成额升降"), 10),
            Column(wan_label(gettext("年度计划投资")), 14),
            Column(gettext("项目数"), 8),
            Column(gettext("低于序时"), 9),
            Column(gettext("已报"), 7),
            Column(gettext("应报"), 7),
        ),
        rows=(_group(row.figures, row) for row in rows),
        frozen=1,
    )


def _group(figures: GroupFigures, row: GroupStanding) -> Sequence[Cell]:
    sums = figures.sums
    return (
        text(figures.name or gettext("（未填写）")),
        count(figures.rank),
        moved(row.moved),
        percent(sums.progress),
        percent(sums.schedule),
        points(sums.vs_schedule),
        money(sums.completed),
        count(figures.amount_rank),
        moved(row.amount_moved),
        money(sums.annual_plan),
        count(sums.count),
        count(sums.lagging),
        count(sums.reported),
        count(sums.due),
    )


def _trend(title: str, notes: Sequence[str], trends: RankTrends, table: RankTable) -> Table:
    rate, amount = gettext("进度排名"), gettext("完成额排名")
    names = [short_month(period.month) for period in trends.months]
    return Table(
        title=gettext("%(title)s 走势", title=title),
        notes=notes,
        columns=(
            Column(gettext("名称"), 22),
            *(Column(f"{rate} {name}", 9) for name in names),
            *(Column(f"{amount} {name}", 9) for name in names),
        ),
        rows=(
            (
                text(series.name or gettext("（未填写）")),
                *(count(place) for place in series.rates),
                *(count(place) for place in series.amounts),
            )
            for series in table.series
        ),
        frozen=1,
    )
