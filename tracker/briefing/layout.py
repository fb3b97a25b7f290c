"""Owns tables by column: which column a figure stands in, and how a formula points at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from xlsxwriter.utility import xl_col_to_name


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the key it is asked for by, its header and its width in characters."""

    key: str
    label: str
    width: float


@dataclass(frozen=True)
class Layout:
    """The columns of a table on the sheet `name`; rows are indices from 0, as XlsxWriter counts."""

    name: str
    columns: Sequence[Column]
    letters: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        letters = {column.key: xl_col_to_name(index) for index, column in enumerate(self.columns)}
        object.__setattr__(self, "letters", letters)

    @property
    def labels(self) -> list[str]:
        """Return the headers."""
        return [column.label for column in self.columns]

    @property
    def widths(self) -> list[float]:
        """Return the widths."""
        return [column.width for column in self.columns]

    def cell(self, key: str, row: int) -> str:
        """Return "E6": a cell for formulas on the same sheet."""
        return f"{self.letters[key]}{row + 1}"

    def far_cell(self, key: str, row: int) -> str:
        """Return "'项目明细'!$E$6": a cell for formulas on other sheets and for names."""
        return f"'{self.name}'!${self.letters[key]}${row + 1}"

    def span(self, key: str, first: int, last: int) -> str:
        """Return "E$6:E$9": a column's rows for formulas on the same sheet."""
        letter = self.letters[key]
        return f"{letter}${first + 1}:{letter}${last + 1}"

    def far_span(self, key: str, first: int, last: int) -> str:
        """Return "'项目明细'!$E$6:$E$9"."""
        letter = self.letters[key]
        return f"'{self.name}'!${letter}${first + 1}:${letter}${last + 1}"
