"""Owns comparing a file's own subtotals with the sum of the lines that they cover."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

from tracker.core.errors import Severity
from tracker.core.money import Unit, wan_grouped
from tracker.intake.cells import Cell, as_text
from tracker.intake.drafts import TotalRow
from tracker.intake.labels import Label
from tracker.intake.tables import Table
from tracker.intake.texts import key


def compare_totals(
    table: Table, amounts: Mapping[str, list[int | None]], severity: Severity = Severity.ERROR
) -> list[TotalRow]:
    """Return the table's total rows; add a problem for each amount that its lines do not add up to.

    A total covers all lines. A subtotal covers a run of lines that ends directly above it or starts directly
    below it, whatever other subtotals stand in between, or all lines. A row "其中" covers an unknown part.
    """
    if not table.totals:
        return []
    found = []
    for row, _label, text in table.totals:
        said = {name: yuan for name, column in amounts.items() if (yuan := column[row]) is not None}
        found.append(TotalRow(table.position(row), text, said))
    covers = [cover for cover in _covers(table) if cover.label is not Label.PART]
    for name, column in amounts.items():
        # Where a line of the column could not be read, its sum is not known.
        if name not in table.unread and any(total.amounts.get(name) is not None for total in found):
            _compare_column(table, name, column, covers, severity)
    return found


@dataclass(frozen=True, slots=True)
class _Cover:
    """What one total row may cover, in numbers of lines.

    `at` lines stand above it. `near` are the likeliest runs, best first: to the neighbours of its own kind.
    `empty` says that no line stands between it and the next heading or total on one of its sides.
    """

    row: int
    label: Label
    at: int
    whole: bool
    near: tuple[tuple[int, int], ...]
    empty: bool


def _covers(table: Table) -> list[_Cover]:
    lines, headings = table.lines, {row for row, _ in table.headings}
    bounds = sorted({row for row, _, _ in table.totals} | headings)
    above = {row: bisect_left(lines, row) for row in bounds}
    wholes = _whole_totals(table, above)
    kinds: dict[str, list[int]] = {}
    for row, _, text in table.totals:
        kinds.setdefault(_kind(text, row in headings), []).append(row)
    found = []
    for row, label, text in table.totals:
        at, same = above[row], kinds[_kind(text, row in headings)]
        place, order = bisect_left(same, row), bisect_left(bounds, row)
        first = above[same[place - 1]] if place else 0
        last = above[same[place + 1]] if place + 1 < len(same) else len(lines)
        near = [(first, at), (at, last)]
        if row in headings:
            near.reverse()
        before = above[bounds[order - 1]] if order else 0
        after = above[bounds[order + 1]] if order + 1 < len(bounds) else len(lines)
        empty = at in (before, after)
        runs = tuple(run for run in near if run[0] < run[1])
        found.append(_Cover(row, label, at, row in wholes, runs, empty))
    return found


def _whole_totals(table: Table, above: Mapping[int, int]) -> set[int]:
    """Return the totals that must cover all lines: one above all lines, and the last one.

    A last one with lines below it heads a part where one above all lines has spoken for the whole.
    """
    totals = [row for row, label, _ in table.totals if label is Label.TOTAL]
    if not totals:
        return set()
    wholes = {totals[0]} if above[totals[0]] == 0 else set()
    if not wholes or above[totals[-1]] == len(table.lines):
        wholes.add(totals[-1])
    return wholes


def _kind(text: str, is_heading: bool) -> str:
    """Return what tells subtotals of one level from those of another: 甲小计 from P工程合计."""
    word = key(text)
    if is_heading:
        return "(" if word.startswith("(") else "一"
    return "小计" if "小计" in word else "合计"


def _compare_column(
    table: Table, name: str, column: list[int | None], covers: list[_Cover], severity: Severity
) -> None:
    sums = list(accumulate((column[row] or 0 for row in table.lines), initial=0))
    for cover in covers:
        said = column[cover.row]
        if said is None:
            continue
        slack = _slack(table.raw(name)[cover.row], table.header.columns[name].unit)
        if abs(said - sums[-1]) <= slack or (not cover.whole and _covers_a_run(cover, said, slack, sums)):
            continue
        start, end = (0, len(table.lines)) if cover.whole or not cover.near else cover.near[0]
        summed = wan_grouped(sums[end] - sums[start])
        what = f"文件里的合计是 {wan_grouped(said)} 万元，各行加起来是 {summed} 万元"
        read = as_text(table.raw(name)[cover.row])
        table.add(cover.row, name, what, "请核对合计公式的范围和各行金额", read, severity)


def _covers_a_run(cover: _Cover, said: int, slack: int, sums: list[int]) -> bool:
    """Return whether lines right above or right below add up; amounts are never negative, so sums rise."""
    if said <= slack and cover.empty:
        return True
    at, here = cover.at, sums[cover.at]
    start = bisect_left(sums, here - said - slack, 0, at)
    if start < at and sums[start] <= here - said + slack:
        return True
    end = bisect_left(sums, here + said - slack, at + 1)
    return end < len(sums) and sums[end] <= here + said + slack


def _slack(cell: Cell, unit: Unit) -> int:
    """Return how many yuan a printed total may differ: half of its last place, for totals get rounded."""
    places = 0
    if isinstance(cell, float) and not cell.is_integer():
        places = len(repr(cell).partition(".")[2])
    elif isinstance(cell, str) and "." in cell:
        places = len(cell.rpartition(".")[2].rstrip("万亿元 "))
    slack: int = int(unit) // (2 * 10**places)
    return slack
