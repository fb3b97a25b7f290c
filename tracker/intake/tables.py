"""Owns a table found in a sheet: its columns as values, and which of its rows are lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import compress
from typing import Any, TypeVar

from tracker.core.errors import Problem, Severity
from tracker.intake.addresses import letters
from tracker.intake.cells import Cell, Fault, as_text, read_money
from tracker.intake.claims import Layout
from tracker.intake.drafts import Position
from tracker.intake.headers import Header
from tracker.intake.labels import label_of
from tracker.intake.reading import Sheet
from tracker.intake.rows import Memo, sort_rows
from tracker.intake.words import categories_in

V = TypeVar("V")

#: Columns that say what a line belongs to; merged downwards they hold for every line beside them.
_MERGEABLE = frozenset(
    (
        "front",
        "programme",
        "key_no",
        "key_project",
        "kind",
        "category",
        "district",
        "lead",
        "responsible",
        "front_name",
    )
)
#: What is carried down with the name of a group that only its first line writes out.
_CARRIED = ("front", "programme", "key_no", "key_project", "kind", "lead", "responsible", "front_name")


class Table:
    """One table of one sheet: columns by field, and the numbers of its lines and total rows.

    Columns are converted whole; what is wrong with a cell becomes a problem if its row is a line.
    """

    def __init__(self, file: str, sheet: Sheet, header: Header, layout: Layout) -> None:
        self.file, self.sheet, self.header, self.layout = file, sheet, header, layout
        self.first = header.last_row + 1
        self.body = sheet.rows[self.first :]
        self.problems: list[Problem] = []
        self.notes: list[str] = []
        #: Rows (counted from 1) and fields with a cell that could not be read: no sum over them is compared.
        self.faulted: set[int] = set()
        self.unread: set[str] = set()
        self.letters = {name: letters(column.index) for name, column in header.columns.items()}
        self._raw: dict[str, list[Cell]] = {}
        self._money: dict[str, list[int | None]] = {}
        self._memos: dict[object, Memo[Any]] = {}
        for name in header.columns:
            self._raw[name] = self._column(name)
        self._fill_groups()
        kinds = sort_rows(sheet, header, layout, self._raw)
        self.lines, self.totals, self.headings = kinds.lines, kinds.totals, kinds.headings
        self._is_line = bytearray(len(self.body))
        for row in self.lines:
            self._is_line[row] = 1
        self.problems += [replace(problem, file=file) for problem in header.problems]
        named = next(name for name in layout.identity if name in self._raw)
        for row in kinds.nameless:
            self.add(row, named, "这一行有金额，没有名称", "请补上名称，或删去这一行")

    # Columns

    def has(self, name: str) -> bool:
        """Return whether the table has a column for the field."""
        return name in self._raw

    def raw(self, name: str) -> list[Cell]:
        """Return the column as the sheet keeps it, blanks where the table lacks it."""
        return self._raw.get(name) or [""] * len(self.body)

    def read(self, name: str, reader: Callable[[Cell], V | Fault], blank: V) -> list[V]:
        """Return the values of a field's column for every row, `blank` where the table lacks it."""
        if name not in self._raw:
            return [blank] * len(self.body)
        return self._converted(name, reader, reader, blank)

    def money(self, name: str) -> list[int | None]:
        """Return a column of money in whole yuan; None where blank."""
        if name not in self._raw:
            return [None] * len(self.body)
        if name not in self._money:
            unit = self.header.columns[name].unit
            self._money[name] = self._converted(name, lambda cell: read_money(cell, unit), unit, None)
        return self._money[name]

    def _converted(
        self, name: str, reader: Callable[[Cell], V | Fault], memo_key: object, blank: V
    ) -> list[V]:
        raw = self._raw[name]
        if bool in set(map(type, raw)):
            # True equals 1 as a key, so a column with truth values goes without the memo.
            values: list[Any] = [reader(cell) for cell in raw]
            has_faults = True
        else:
            memo = self._memos.setdefault(memo_key, Memo(reader))
            values = list(map(memo.__getitem__, raw))
            has_faults = memo.has_faults
        if has_faults:
            for row, value in enumerate(values):
                if isinstance(value, Fault):
                    values[row] = blank if value.value is None else value.value
                    if self._is_line[row]:
                        if value.severity is Severity.ERROR:
                            self.faulted.add(self.first + row + 1)
                            self.unread.add(name)
                        self.add(row, name, value.what, value.mend, as_text(raw[row]), value.severity)
        return values

    def _column(self, name: str) -> list[Cell]:
        index = self.header.columns[name].index
        values = [row[index] for row in self.body]
        if name in _MERGEABLE:
            for merge in self.sheet.merges:
                if merge.left <= index <= merge.right and merge.bottom > merge.top >= self.first:
                    top, bottom = merge.top - self.first, min(merge.bottom - self.first, len(values) - 1)
                    values[top : bottom + 1] = [self.body[top][merge.left]] * (bottom - top + 1)
        return values

    def _fill_groups(self) -> None:
        """Carry a group's name down over blanks below it, as tables that lost their merges leave them."""
        group, member = self._raw.get(self.layout.group), self._raw.get(self.layout.member)
        if group is None or member is None or "" not in group:
            return
        carried = [column for name in _CARRIED if (column := self._raw.get(name)) is not None]
        filled = 0
        for row in range(1, len(group)):
            if group[row] != "" or member[row] == "" or group[row - 1] == "" or self._breaks(row - 1):
                continue
            filled += 1
            for column in carried:
                column[row] = column[row] if column[row] != "" else column[row - 1]
        if filled:
            header = self.header.columns[self.layout.group].header
            self.notes.append(f"工作表“{self.sheet.name}”有 {filled} 行的“{header}”空着，按上一行读。")

    def _breaks(self, row: int) -> bool:
        return any(label_of(self._raw[name][row]) for name in self.layout.identity if name in self._raw)

    def only_lines(self, columns: Sequence[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
        """Return the values of several columns line by line, leaving out the rows that are no lines."""
        return compress(zip(*columns, strict=True), self._is_line)

    # Messages

    def position(self, row: int) -> Position:
        """Return where a body row stands."""
        return Position(self.file, self.sheet.name, self.first + row + 1, self.letters)

    def positions(self, rows: Iterable[int]) -> list[Position]:
        """Return where the rows stand."""
        file, sheet, first, columns = self.file, self.sheet.name, self.first + 1, self.letters
        return [Position(file, sheet, first + row, columns) for row in rows]

    def add(
        self, row: int, name: str, what: str, mend: str = "", read: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:  # fmt: skip
        """Add a problem at a field's cell."""
        self.problems.append(self.position(row).problem(name, what, mend, read, severity))

    def context(self, wanted: Callable[[str], V | None], start: V | None = None) -> list[V | None]:
        """Return for every row what the nearest heading above it says, as far as `wanted` understands it."""
        found: list[V | None] = []
        current = start
        by_row = dict(self.headings)
        for row in range(len(self.body)):
            if row in by_row and (said := wanted(by_row[row])) is not None:
                current = said
            found.append(current)
        return found

    def title_category(self) -> str | None:
        """Return the category that the sheet's name or a title above the header gives to all its lines."""
        titles = [self.sheet.name]
        for row in self.sheet.rows[: self.header.first_row]:
            titles += [value for value in row if isinstance(value, str) and value]
        found = {category for title in titles for category in categories_in(title)}
        return found.pop() if len(found) == 1 else None
