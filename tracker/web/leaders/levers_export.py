"""Owns the tables of what it would take and of the way to the year's end: what the pages say, whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask_babel import gettext

from tracker.briefing.cells import BLANK, NONE, Cell, count, label, money, percent, points, text
from tracker.core.figures import CohortFigures, LineFigures
from tracker.core.levers import Levers, Lift, Standing
from tracker.core.money import hundreds_up
from tracker.services.levers import WhatItTakes, YearEnd
from tracker.web.export import Column, Table, percent_label, points_label, wan_label
from tracker.web.filters import month, short_month, wan
from tracker.web.months import MonthChoice
from tracker.web.words import word


def levers_tables(months: MonthChoice, takes: WhatItTakes, end: YearEnd) -> list[Table]:
    """Return the answer, the laggards, the places above, the lead units and the way to the year's end."""
    above = [_rungs(months, takes)] if takes.rungs else []
    return [
        _answer(months, takes),
        _laggards(months, takes),
        *above,
        _shares(months, takes),
        _months(months, end),
        _paths(months, end),
    ]


def _required(yuan: int | None) -> Cell:
    """Return an amount that has to be reached, as filters.wan_up shows it."""
    return NONE if yuan is None else Cell("money2", hundreds_up(yuan) / 10_000)


def _yes(said: bool) -> Cell:
    return label(gettext("是")) if said else BLANK


def _about(months: MonthChoice, front: str, cohort: str) -> tuple[str, ...]:
    return front, cohort, month(months.period), str(word(months.shown.state))


def _goal(months: MonthChoice, takes: WhatItTakes) -> tuple[str, ...]:
    """Return what stands below the title of every sheet about the goal."""
    found = takes.found
    about = _about(months, takes.summary.front, str(word(found.cohort)))
    goal = gettext("目标：%(goal)s · %(standing)s", goal=word(found.goal), standing=word(found.standing))
    unknown = gettext(
        "另有%(unknown)s个没有本月月报，情况不明，不列为落后项目；其累计完成投资为最近一次报送数。",
        unknown=found.unknown,
    )
    return (*about, goal, unknown if found.unknown else "")


def _caveats(found: Levers) -> tuple[str, ...]:
    """Return what the page says below its table: where more is less, and what is not proven."""
    said: list[str] = []
    if found.needed is not None and found.steady is not None and found.steady > found.needed:
        said.append(
            gettext(
                "因进度四舍五入到两位小数，多完成的金额在%(needed)s万元以上、%(steady)s万元以下时，个别金额会恰好与全市平均持平；从%(steady)s万元起不再反复。",
                needed=wan(found.needed),
                steady=wan(found.steady),
            )
        )
    if any(lift is not None and not lift.proven for lift in (found.smallest, found.cheapest)):
        said.append(
            gettext(
                "组合太多，没有全部比较完：注明“可能还有”的方案能达到目标，但未证明是最优。任何方案都不会少于%(needed)s万元。",
                needed=wan(found.needed),
            )
        )
    return tuple(said)


def _answer(months: MonthChoice, takes: WhatItTakes) -> Table:
    return Table(
        title=gettext("补差测算"),
        notes=(*_goal(months, takes), *_caveats(takes.found)),
        columns=(
            Column(gettext("方案"), 20),
            Column(gettext("项目数"), 9),
            Column(wan_label(gettext("补齐金额"))),
            Column(wan_label(gettext("累计完成投资")), 16),
            Column(percent_label(gettext("投资进度")), 10),
            Column(points_label(gettext("较序时")), 14),
            Column(percent_label(gettext("全市平均进度")), 14),
            Column(points_label(gettext("较全市")), 14),
            Column(gettext("全市排名"), 9),
            Column(gettext("低于序时"), 9),
            Column(gettext("达到目标"), 9),
            Column(gettext("说明"), 18),
        ),
        rows=_answers(takes.found),
        frozen=1,
    )


def _answers(found: Levers) -> Iterable[Sequence[Cell]]:
    compared = found.standing not in (Standing.NO_PLAN, Standing.NO_FRONTS)

    def verdict(reaches: bool) -> Cell:
        return label(gettext("是") if reaches else gettext("否")) if compared else NONE

    def lifted(name: str, lift: Lift, doubt: str = "") -> Sequence[Cell]:
        told = (text(name), count(len(lift.lines)), money(lift.total), *_standing(lift.after))
        return (*told, verdict(lift.reaches), BLANK if lift.proven else text(doubt))

    now = verdict(found.standing is Standing.REACHED)
    yield (text(gettext("补齐前")), NONE, NONE, *_standing(found.now), now, BLANK)
    if found.smallest is not None:
        yield lifted(gettext("最少项目"), found.smallest, gettext("可能还有更少的"))
    if found.cheapest is not None:
        yield lifted(gettext("最省资金"), found.cheapest, gettext("可能还有更省的"))
    if found.lagging:
        yield lifted(gettext("全部补齐"), found.everything)
    for name, amount in (
        (gettext("至少需多完成"), found.needed),
        (gettext("全部补齐仍差"), found.short),
    ):
        if amount is not None:
            yield (text(name), BLANK, money(amount), *[BLANK] * 9)


def _standing(after: CohortFigures) -> tuple[Cell, ...]:
    return (
        money(after.sums.completed),
        percent(after.sums.progress),
        points(after.sums.vs_schedule),
        percent(after.citywide),
        points(after.vs_citywide),
        count(after.rank),
        count(after.sums.lagging),
    )


def _line_columns() -> tuple[Column, ...]:
    return (
        Column(gettext("子项目"), 32),
        Column(gettext("编码"), 12),
        Column(gettext("牵头单位"), 16),
        Column(gettext("板块"), 10),
    )


def _line(figures: LineFigures) -> tuple[Cell, ...]:
    line = figures.line
    return text(line.name), text(line.code), text(line.lead), text(line.district)


def _laggards(months: MonthChoice, takes: WhatItTakes) -> Table:
    fewest, cheapest = takes.smallest_ids, takes.cheapest_ids
    return Table(
        title=gettext("低于序时项目"),
        notes=_goal(months, takes),
        columns=(
            *_line_columns(),
            Column(wan_label(gettext("年度计划投资"))),
            Column(wan_label(gettext("累计完成投资"))),
            Column(percent_label(gettext("投资进度")), 10),
            Column(percent_label(gettext("序时进度")), 10),
            Column(wan_label(gettext("少完成"))),
            Column(gettext("最少项目"), 9),
            Column(gettext("最省资金"), 9),
        ),
        rows=(
            (
                *_line(figures),
                money(figures.line.annual_plan),
                money(figures.completed),
                percent(figures.progress),
                percent(figures.schedule),
                money(figures.behind),
                _yes(figures.line.id in fewest),
                _yes(figures.line.id in cheapest),
            )
            for figures in takes.found.lagging
        ),
        frozen=1,
    )


def _rungs(months: MonthChoice, takes: WhatItTakes) -> Table:
    return Table(
        title=gettext("逐名追赶"),
        notes=(*_goal(months, takes)[:4], gettext("其他领域的进度以本月为准")),
        columns=(
            Column(gettext("领域"), 32),
            Column(gettext("现排名"), 10),
            Column(percent_label(gettext("投资进度")), 11),
            Column(wan_label(gettext("超过它至少需多完成")), 18),
            Column(gettext("最少补齐"), 16),
        ),
        rows=(
            (
                text(gettext("、").join(rung.names)),
                count(rung.rank),
                percent(rung.progress),
                money(rung.needed),
                label(gettext("全部补齐仍不够")) if rung.lines is None else count(rung.lines),
            )
            for rung in takes.rungs
        ),
        frozen=1,
    )


def _shares(months: MonthChoice, takes: WhatItTakes) -> Table:
    return Table(
        title=gettext("分单位"),
        notes=(
            *_goal(months, takes),
            gettext(
                "单位进度按其牵头的全部子项目计算，与排名一致；补齐后指本类别低于序时的项目都补到序时进度"
            ),
        ),
        columns=(
            Column(gettext("牵头单位"), 20),
            Column(gettext("低于序时"), 9),
            Column(wan_label(gettext("少完成"))),
            Column(percent_label(gettext("投资进度")), 10),
            Column(percent_label(gettext("补齐后进度")), 11),
            Column(percent_label(gettext("序时进度")), 10),
            Column(gettext("最少项目"), 9),
            Column(wan_label(gettext("最少项目"))),
            Column(gettext("最省资金"), 9),
            Column(wan_label(gettext("最省资金"))),
        ),
        rows=(
            (
                text(share.name),
                count(len(share.lagging)),
                money(share.behind),
                percent(share.sums.progress),
                percent(share.lifted),
                percent(share.sums.schedule),
                *_part(takes.found.smallest, share.smallest),
                *_part(takes.found.cheapest, share.cheapest),
            )
            for share in takes.shares
        ),
        frozen=1,
    )


def _part(lift: Lift | None, lines: Sequence[LineFigures]) -> tuple[Cell, Cell]:
    """Return how many lines of a choice are the unit's, and their amount; nothing where no choice reaches the goal."""
    if lift is None:
        return NONE, NONE
    return count(len(lines)), money(sum(line.behind for line in lines))


def _way(months: MonthChoice, end: YearEnd, rounded: str) -> tuple[str, ...]:
    """Return what stands below the title of a sheet about the year's end."""
    about = _about(months, end.summary.front, str(word(end.cohort)))
    unknown = gettext(
        "%(unknown)s个没有本月月报，情况不明；其累计完成投资为最近一次报送数。", unknown=end.path.unknown
    )
    return (*about, unknown if end.path.unknown else "", rounded)


def _months(months: MonthChoice, end: YearEnd) -> Table:
    path = end.path
    return Table(
        title=gettext("一月保全年"),
        notes=_way(months, end, gettext("计划、需完成和路径的金额向上取到小数点后两位，完成的金额为原数。")),
        columns=(
            Column(gettext("月份"), 9),
            Column(wan_label(gettext("本月计划"))),
            Column(wan_label(gettext("本月完成"))),
            Column(gettext("已报"), 8),
            Column(wan_label(gettext("计划累计"))),
            Column(wan_label(gettext("完成累计"))),
            Column(wan_label(gettext("今后月均需完成"))),
            Column(wan_label(gettext("全年达标路径"))),
            Column(percent_label(gettext("路径进度")), 10),
        ),
        rows=(
            (
                label(short_month(told.month)),
                _required(told.planned_amount),
                money(told.completed),
                count(told.reported if told.month <= path.month else None),
                _required(told.planned),
                money(told.total),
                _required(path.needed_in(told.month)),
                _required(told.path_total),
                percent(path.share(told.path_total)),
            )
            for told in path.months
        ),
        frozen=1,
    )


def _paths(months: MonthChoice, end: YearEnd) -> Table:
    return Table(
        title=gettext("逐项目"),
        notes=_way(months, end, gettext("需完成的金额向上取到小数点后两位，其余金额为原数。")),
        columns=(
            *_line_columns(),
            Column(wan_label(gettext("年度计划投资"))),
            Column(wan_label(gettext("累计完成投资"))),
            Column(percent_label(gettext("投资进度")), 10),
            Column(wan_label(gettext("今后月均需完成"))),
            Column(wan_label(gettext("单月最高"))),
            Column(wan_label(gettext("下月计划投资"))),
            Column(wan_label(gettext("下月底达到序时需完成")), 14),
            Column(gettext("报送情况"), 10),
        ),
        rows=(
            (
                *_line(way.figures),
                money(way.figures.line.annual_plan),
                money(way.figures.completed),
                percent(way.figures.progress),
                _required(way.needed),
                money(way.figures.best_month),
                money(way.next_planned),
                _required(way.to_schedule),
                label(str(word(way.figures.status))),
            )
            for way in end.lines
        ),
        frozen=1,
    )
