"""Owns what every draft shares: the place a row came from, and a reading with its rows and problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from tracker.core.errors import Problem, Severity

if TYPE_CHECKING:
    from tracker.intake.tables import Table

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Position:
    """Where a row stands: file, sheet, row counted from 1, and the column letters of each field."""

    file: str
    sheet: str
    row: int
    columns: Mapping[str, str]

    def cell(self, name: str) -> str:
        """Return the address of a field's cell; the row's first known cell where the table lacks the field."""
        letter = self.columns.get(name) or next(iter(self.columns.values()), "A")
        return f"{letter}{self.row}"

    def found_at(self, *names: str) -> str:
        """Return sheet and cell, such as "月报!F7", of the first of these fields that the table has."""
        name = next((name for name in names if name in self.columns), names[0])
        # A sheet's name is short in a workbook; a table of another kind can be called anything.
        return f"{self.sheet[:100]}!{self.cell(name)}"

    @property
    def cells(self) -> dict[str, str]:
        """Return the address of every field's cell."""
        return {name: f"{letter}{self.row}" for name, letter in self.columns.items()}

    def problem(
        self,
        name: str,
        what: str,
        mend: str = "",
        read: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> Problem:
        """Return a problem at the cell of field `name`."""
        return Problem(what, mend, read, self.file, self.sheet, self.cell(name), severity)


@dataclass(frozen=True, slots=True)
class TotalRow:
    """A subtotal row of the file, never imported: its label and its whole yuan by field."""

    position: Position
    label: str
    amounts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Reading(Generic[Row]):
    """What a file gave: rows to import, problems (errors and warnings), and what was left aside.

    `ignored` are headers without a use here; `notes` are sentences about decisions taken while reading.
    """

    file: str
    rows: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()
    totals: tuple[TotalRow, ...] = ()
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Return the problems that refuse the file."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Return the problems that only have to be known."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.WARNING)


@dataclass(slots=True)
class Gathering(Generic[Row]):
    """A reading in the making, sheet by sheet."""

    file: str
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    totals: list[TotalRow] = field(default_factory=list)
    ignored: dict[str, None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add_table(self, table: Table) -> None:
        """Take over what a table left behind once its rows were read."""
        self.problems += table.problems
        self.notes += table.notes
        self.ignored |= dict.fromkeys(table.header.ignored)

    def finished(self) -> Reading[Row]:
        """Return the reading; problems in the order of sheets and rows they were found in."""
        return Reading(
            self.file,
            tuple(self.rows),
            tuple(self.problems),
            tuple(self.totals),
            tuple(self.ignored),
            tuple(self.notes),
        )
