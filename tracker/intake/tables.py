"""Owns a table found in a sheet: its columns as values, and which of its rows are lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import compress
from typing import Any, Generic, TypeVar

from tracker.core.errors import Problem, Severity
from tracker.core.money import Unit
from tracker.intake.addresses import letters
from tracker.intake.cells import Cell, Fault, as_text, category_of, read_money
from tracker.intake.drafts import Position
from tracker.intake.headers import Header, Layout
from tracker.intake.labels import Label, heading_text, is_column_numbers, label_of
from tracker.intake.reading import Sheet
from tracker.intake.texts import key

V = TypeVar("V")

#: Columns that say what a line belongs to; merged downwards they hold for every line beside them.
_MERGEABLE = frozenset(
    ("front", "programme", "key_no", "key_project", "kind", "category", "district", "lead", "responsible", "front_name")
)
#: What is carried down with the name of a group that only its first line writes out.
_CARRIED = ("front", "programme", "key_no", "key_project", "kind", "lead", "responsible", "front_name")
#: A numbered row with one of these filled in is a line, not a heading.
_DETAILS = ("category", "lead", "district", "code", "kind", "cohort")


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
        #: Numbers, counted from 1, of rows with a cell that could not be read: their sums are not compared.
        self.faulted: set[int] = set()
        self.letters = {name: letters(column.index) for name, column in header.columns.items()}
        self._raw: dict[str, list[Cell]] = {}
        self._money: dict[str, list[int | None]] = {}
        self._memos: dict[object, Memo[Any]] = {}
        for name in header.columns:
            self._raw[name] = self._column(name)
        self._fill_groups()
        self.lines: list[int] = []
        self.totals: list[tuple[int, Label, str]] = []
        self.headings: list[tuple[int, str]] = []
        self._sort_rows()
        self._is_line = bytearray(len(self.body))
        for row in self.lines:
            self._is_line[row] = 1
        self.problems += [replace(problem, file=file) for problem in header.problems]

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

    def _converted(self, name: str, reader: Callable[[Cell], V | Fault], memo_key: object, blank: V) -> list[V]:
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

    # Rows

    def _sort_rows(self) -> None:
        """Tell lines from subtotals, headings, remarks, repeated headers and blank rows."""
        identity = [self._raw[name] for name in self.layout.identity if name in self._raw]
        others = ("front", "programme", "key_no", "key_project", "number")
        named = [name for name in others if name in self._raw and name not in self.layout.identity]
        labels = Memo(label_of)
        marked = [list(map(labels.__getitem__, column)) for column in (*identity, *(self._raw[n] for n in named))]
        if 0 not in {column.index for column in self.header.columns.values()} and self.body:
            marked.append([labels[row[0]] for row in self.body])
        across = {m.top - self.first for m in self.sheet.merges if m.right - m.left >= 2 and m.top == m.bottom}
        start = 1 if self.body and is_column_numbers(self.body[0]) else 0
        strongest = list(map(max, *marked)) if len(marked) > 1 else marked[0]
        has_name = list(map(any, zip(*identity, strict=True))) if len(identity) > 1 else list(map(bool, identity[0]))
        for row in range(start, len(self.body)):
            if not strongest[row] and has_name[row] and row not in across:
                self.lines.append(row)
            else:
                self._place(row, Label(strongest[row]), has_name[row])
        self._drop_repeated_headers()

    def _place(self, row: int, label: Label, has_name: bool) -> None:
        cells = [value for value in self.body[row] if value != "" and not (isinstance(value, str) and value.isspace())]
        if not cells:
            return
        texts = [value for value in cells if isinstance(value, str)]
        if label in (Label.SUBTOTAL, Label.TOTAL, Label.PART):
            self.totals.append((row, label, next(text for text in texts if label_of(text) == label)))
        elif label is Label.REMARK:
            return
        elif label is Label.HEADING and not self._has_details(row):
            name = next((t for t in texts if heading_text(t) and len(key(t)) > 2), texts[0])
            self.headings.append((row, heading_text(name)))
            if len(cells) > len(texts):
                self.totals.append((row, Label.SUBTOTAL, name))
        elif len(cells) == 1 and texts and (not has_name or self._spans(row)):
            self.headings.append((row, heading_text(texts[0])))
        elif has_name:
            self.lines.append(row)
        elif self._has_amounts(row):
            name = self.layout.identity[0] if self.layout.identity[0] in self.letters else next(iter(self.letters))
            self.add(row, name, "这一行有金额，没有名称", "请补上名称，或删去这一行")

    def _has_details(self, row: int) -> bool:
        return any(self._raw[name][row] != "" for name in _DETAILS if name in self._raw)

    def _has_amounts(self, row: int) -> bool:
        return any(
            isinstance(read_money(self._raw[name][row], Unit.WAN), int)
            for name in self.header.columns
            if name not in ("number", "key_no", "code", "planned_start", "actual_start", "progress")
        )

    def _spans(self, row: int) -> bool:
        at = row + self.first
        return any(m.top == at and m.right - m.left >= 2 for m in self.sheet.merges)

    def _drop_repeated_headers(self) -> None:
        """Leave out a header printed again on a later page."""
        for name in self.layout.identity:
            if name in self._raw:
                printed, column = self.sheet.rows[self.header.columns[name].row], self._raw[name]
                header = printed[self.header.columns[name].index]
                if header in column:
                    self.lines = [row for row in self.lines if column[row] != header]

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
        found = {category for title in titles for category in _categories_in(title)}
        return found.pop() if len(found) == 1 else None


def _categories_in(title: str) -> Sequence[str]:
    words = (("续建", "continuing"), ("结转", "continuing"), ("新开工", "new"), ("新建", "new"), ("预备", "preparatory"))
    return [category for word, category in words if word in key(title) and category_of(word)]
