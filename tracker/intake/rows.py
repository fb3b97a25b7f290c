"""Owns telling a table's lines from its subtotals, headings, remarks, repeated headers and blank rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from tracker.core.money import Unit
from tracker.intake.cells import Cell, Fault, read_money
from tracker.intake.claims import Layout
from tracker.intake.headers import Header
from tracker.intake.labels import Label, heading_text, is_column_numbers, label_of, label_of_number
from tracker.intake.reading import Sheet
from tracker.intake.texts import key

V = TypeVar("V")

#: Columns beside a line's name in which a subtotal or a heading may be written.
_BESIDE = ("front", "programme", "key_no", "key_project")
#: A numbered row with one of these filled in is a line, not a heading.
_DETAILS = ("category", "lead", "district", "code", "kind")
#: Columns whose numbers are no amounts.
_NO_AMOUNTS = frozenset(("number", "key_no", "code", "planned_start", "actual_start", "progress"))


class Memo(dict[Cell, V], Generic[V]):
    """Values of cells, each worked out once: a column repeats its texts, a plan its amounts."""

    def __init__(self, reader: Callable[[Cell], V]) -> None:
        super().__init__()
        self._reader = reader
        self.has_faults = False

    def __missing__(self, cell: Cell) -> V:
        value = self[cell] = self._reader(cell)
        if isinstance(value, Fault):
            self.has_faults = True
        return value


@dataclass(slots=True)
class RowKinds:
    """The rows of a table's body by kind, each counted from 0 below the header.

    `nameless` rows carry amounts, but nothing says what for.
    """

    lines: list[int] = field(default_factory=list)
    totals: list[tuple[int, Label, str]] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    nameless: list[int] = field(default_factory=list)


def sort_rows(sheet: Sheet, header: Header, layout: Layout, columns: Mapping[str, list[Cell]]) -> RowKinds:
    """Return the kinds of the rows below the header, whose columns are given by field."""
    body = sheet.rows[header.last_row + 1 :]
    names = [columns[name] for name in layout.identity if name in columns]
    beside = [columns[name] for name in _BESIDE if name in columns and name not in layout.identity]
    labels, numbers, filled = Memo(label_of), Memo(label_of_number), Memo(_is_filled)
    marked = [list(map(labels.__getitem__, column)) for column in (*names, *beside)]
    if "number" in columns or 0 not in {column.index for column in header.columns.values()}:
        running = columns.get("number") or [row[0] for row in body]
        marked.append(list(map(numbers.__getitem__, running)))
    strongest = list(map(max, *marked)) if len(marked) > 1 else marked[0]
    named = list(map(any, zip(*(map(filled.__getitem__, column) for column in names), strict=True)))
    across = _rows_merged_across(sheet, header.last_row + 1)
    kinds = RowKinds()
    for row in range(1 if body and is_column_numbers(body[0]) else 0, len(body)):
        if not strongest[row] and named[row] and row not in across:
            kinds.lines.append(row)
        else:
            detailed = any(columns[name][row] != "" for name in _DETAILS if name in columns)
            _place(kinds, row, body[row], Label(strongest[row]), named[row], detailed, row in across)
    kinds.lines = _without_repeated_headers(kinds.lines, sheet, header, layout, columns)
    kinds.nameless = [row for row in kinds.nameless if _has_amounts(row, header, columns)]
    return kinds


def _is_filled(cell: Cell) -> bool:
    return cell != "" and not (isinstance(cell, str) and cell.isspace())


def _rows_merged_across(sheet: Sheet, first: int) -> frozenset[int]:
    """Return the rows that a cell merged over three columns or more makes look like a heading."""
    wide = (merge for merge in sheet.merges if merge.top == merge.bottom and merge.right - merge.left >= 2)
    return frozenset(merge.top - first for merge in wide)


def _place(
    kinds: RowKinds, row: int, cells: list[Cell], label: Label, named: bool, detailed: bool, across: bool
) -> None:
    """Put a row that is not plainly a line where its label and its cells say it belongs."""
    cells = [cell for cell in cells if _is_filled(cell)]
    texts = [cell for cell in cells if isinstance(cell, str)]
    if not cells or label is Label.REMARK:
        return
    if label >= Label.SUBTOTAL:
        kinds.totals.append((row, label, next(text for text in texts if label_of(text) == label)))
    elif label is Label.HEADING and not detailed:
        text = next((text for text in texts if heading_text(text) and len(key(text)) > 2), texts[0])
        kinds.headings.append((row, heading_text(text)))
        if len(cells) > len(texts):
            kinds.totals.append((row, Label.SUBTOTAL, text))
    elif len(cells) == len(texts) == 1 and (across or not named):
        kinds.headings.append((row, heading_text(texts[0])))
    elif named:
        kinds.lines.append(row)
    else:
        kinds.nameless.append(row)


def _has_amounts(row: int, header: Header, columns: Mapping[str, list[Cell]]) -> bool:
    amounts = (read_money(columns[name][row], Unit.WAN) for name in header.columns if name not in _NO_AMOUNTS)
    return any(isinstance(amount, int) for amount in amounts)


def _without_repeated_headers(
    lines: list[int], sheet: Sheet, header: Header, layout: Layout, columns: Mapping[str, list[Cell]]
) -> list[int]:
    """Return the lines without headers printed again on a later page."""
    for name in layout.identity:
        if (column := columns.get(name)) is not None:
            printed = sheet.rows[header.columns[name].row][header.columns[name].index]
            if printed in column:
                lines = [row for row in lines if column[row] != printed]
    return lines
