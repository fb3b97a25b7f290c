"""Owns comparing a file's own subtotals with the sum of the lines that they cover."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate

from tracker.core.errors import Severity
from tracker.core.money import Unit, wan_grouped
from tracker.intake.cells import Cell, as_text
from tracker.intake.drafts import TotalRow
from tracker.intake.labels import Label
from tracker.intake.tables import Table


def compare_totals(
    table: Table, amounts: Mapping[str, list[int | None]], severity: Severity = Severity.ERROR
) -> list[TotalRow]:
    """Return the table's total rows; add a problem for each amount that its lines do not add up to.

    A total covers all lines. A subtotal stands below the lines it covers or, as a heading, above them; it is
    taken to be right when either block, or all lines, add up to it. A row "其中" covers an unknown part.
    """
    if not table.totals:
        return []
    bounds = sorted({row for row, _, _ in table.totals} | {row for row, _ in table.headings})
    found = []
    for row, _label, text in table.totals:
        said = {name: yuan for name, column in amounts.items() if (yuan := column[row]) is not None}
        found.append(TotalRow(table.position(row), text, said))
    for name, column in amounts.items():
        if any(total.amounts.get(name) is not None for total in found):
            _compare_column(table, name, column, bounds, severity)
    return found


def _compare_column(
    table: Table, name: str, column: list[int | None], bounds: list[int], severity: Severity
) -> None:
    if name in table.unread:
        return  # A line of this column could not be read, so its sum is not known.
    lines = set(table.lines)
    sums = list(
        accumulate((value or 0 if row in lines else 0 for row, value in enumerate(column)), initial=0)
    )
    for row, label, _text in table.totals:
        said = column[row]
        if said is None or label is Label.PART:
            continue
        above = max((bound for bound in bounds if bound < row), default=-1)
        below = min((bound for bound in bounds if bound > row), default=len(column))
        candidates = [sums[-1]]
        if label is Label.SUBTOTAL:
            blocks = [sums[row] - sums[above + 1], sums[below] - sums[row + 1]]
            candidates = [*sorted(blocks, key=lambda block: block == 0), *candidates]
        slack = _slack(table.raw(name)[row], table.header.columns[name].unit)
        if all(abs(said - candidate) > slack for candidate in candidates):
            what = f"文件里的合计是 {wan_grouped(said)} 万元，各行加起来是 {wan_grouped(candidates[0])} 万元"
            table.add(
                row, name, what, "请核对合计公式的范围和各行金额", as_text(table.raw(name)[row]), severity
            )


def _slack(cell: Cell, unit: Unit) -> int:
    """Return how many yuan a printed total may differ: half of its last place, for totals get rounded."""
    places = 0
    if isinstance(cell, float) and not cell.is_integer():
        places = len(repr(cell).partition(".")[2])
    elif isinstance(cell, str) and "." in cell:
        places = len(cell.rpartition(".")[2].rstrip("万亿元 "))
    slack: int = int(unit) // (2 * 10**places)
    return slack
