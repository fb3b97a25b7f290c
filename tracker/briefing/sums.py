"""Owns the cells of weighted sums: the same figures, by the same formulas, for cohorts and groups."""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import normalize

from tracker.briefing import rates
from tracker.briefing.cells import Cell, count, money, money_twelfths, percent, points
from tracker.briefing.detail import LAGGING, Condition, Detail
from tracker.briefing.layout import Column, Layout
from tracker.core.figures import Sums

#: The columns of the sums that a table of cohorts or groups has, by key.
COLUMNS = {
    column.key: column
    for column in (
        Column("count", "项目数\n（个）", 7),
        Column("plan", "年度计划投资", 11),
        Column("completed", "累计完成投资", 11),
        Column("progress", "投资进度", 9),
        Column("scheduled", "累计计划\n（序时）", 11),
        Column("schedule", "序时进度", 9),
        Column("gap", "较序时\n（百分点）", 9),
        Column("lagging", "低于序时\n（个）", 7),
        Column("due", "应报\n（个）", 6.5),
        Column("reported", "已报\n（个）", 6.5),
    )
}


def columns(*keys: str) -> list[Column]:
    """Return these columns."""
    return [COLUMNS[key] for key in keys]


#: Names that SUMIFS takes as they stand; in others it reads wildcards, signs, numbers, dates or truth values.
_PLAIN = re.compile(r"(?![\dA-Za-z_])\w[^*?~]{0,200}")


def plain(names: Iterable[str]) -> bool:
    """Return whether SUMIFS and COUNTIFS can tell these names apart and take none for a rule."""
    shown = list(names)
    alike = {normalize("NFKC", name).casefold() for name in shown}
    return len(alike) == len(shown) and all(_PLAIN.fullmatch(name) for name in shown)


def selected(
    detail: Detail, layout: Layout, row: int, sums: Sums, *conditions: Condition, exact: bool = False
) -> dict[str, Cell]:
    """Return the cells of `sums`, computed from the lines that meet the conditions."""
    lagging = detail.count(*conditions, LAGGING, exact=exact)
    amounts = {key: detail.sum(key, *conditions, exact=exact) for key in ("plan", "completed", "scheduled")}
    return {
        "count": count(sums.count, f"={detail.count(*conditions, exact=exact)}"),
        "plan": money(sums.annual_plan, f"=ROUND({amounts['plan']},4)"),
        "completed": money(sums.completed, f"=ROUND({amounts['completed']},4)"),
        "scheduled": money_twelfths(sums.scheduled, 6, f"=ROUND({amounts['scheduled']},6)"),
        "lagging": count(sums.lagging, f"={lagging}"),
        "due": count(sums.due, f"={detail.sum('due', *conditions, exact=exact)}"),
        "reported": count(sums.reported, f"={detail.sum('reported', *conditions, exact=exact)}"),
    } | rated(layout, row, sums)


def added(detail: Detail, layout: Layout, row: int, first: int, sums: Sums) -> dict[str, Cell]:
    """Return the cells of a total over the rows from `first` to above `row`."""

    def over(key: str) -> str:
        return f"SUM({layout.cell(key, first)}:{layout.cell(key, row - 1)})"

    return {
        "count": count(sums.count, f"={over('count')}"),
        "plan": money(sums.annual_plan, f"=ROUND({over('plan')},4)"),
        "completed": money(sums.completed, f"=ROUND({over('completed')},4)"),
        # Twelfths of a yuan do not add up once each row is rounded, so this sum goes back to the lines.
        "scheduled": money_twelfths(sums.scheduled, 6, f"=ROUND({detail.sum('scheduled')},6)"),
        "lagging": count(sums.lagging, f"={over('lagging')}"),
        "due": count(sums.due, f"={over('due')}"),
        "reported": count(sums.reported, f"={over('reported')}"),
    } | rated(layout, row, sums)


def rated(layout: Layout, row: int, sums: Sums) -> dict[str, Cell]:
    """Return the published rates of a row, computed from the amounts beside them."""
    plan, progress = layout.cell("plan", row), layout.cell("progress", row)
    return {
        "progress": percent(sums.progress, rates.progress(layout.cell("completed", row), plan)),
        "schedule": percent(sums.schedule, rates.schedule(layout.cell("scheduled", row), plan)),
        "gap": points(sums.vs_schedule, rates.gap(progress, layout.cell("schedule", row))),
    }
