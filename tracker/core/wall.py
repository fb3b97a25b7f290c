"""Owns how the wall (挂图作战) is cut up: which rows of which groups stand in which column of which page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: Columns of a page, and how many rows a column has: fewer would look lost, more cannot be read across a room.
COLUMNS, LEAST_ROWS, MOST_ROWS = 3, 20, 30
#: A heading needs this many rows of its group below it, unless the group has no more.
_UNDER_HEADING = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """A heading, one row high, and below it the rows `start` to `stop` of the group with this number."""

    group: int
    start: int
    stop: int

    @property
    def height(self) -> int:
        """Return how many rows of a column it takes, its heading included."""
        return 1 + self.stop - self.start


Column = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class WallPages:
    """The wall's pages, each of at most COLUMNS columns; every column has room for `rows` rows."""

    rows: int
    pages: tuple[tuple[Column, ...], ...]


def wall_pages(sizes: Sequence[int]) -> WallPages:
    """Return where the rows of groups of these sizes stand, in their order; a group without rows is left out.

    What fits on one page stands on one, in columns no longer than needed. What does not is spread over
    pages with columns of MOST_ROWS.
    """
    rows, columns = LEAST_ROWS, _columns(sizes, LEAST_ROWS)
    while len(columns) > COLUMNS and rows < MOST_ROWS:
        rows += 1
        columns = _columns(sizes, rows)
    pages = tuple(tuple(columns[first : first + COLUMNS]) for first in range(0, len(columns), COLUMNS))
    return WallPages(rows, pages)


def _columns(sizes: Sequence[int], rows: int) -> list[Column]:
    """Return the columns that result when each is filled to the last row before the next is begun."""
    columns: list[list[Piece]] = []
    room = 0
    for group, size in enumerate(sizes):
        placed = 0
        while placed < size:
            if room < 1 + min(_UNDER_HEADING, size - placed):
                columns.append([])
                room = rows
            piece = Piece(group, placed, placed + min(size - placed, room - 1))
            columns[-1].append(piece)
            placed = piece.stop
            room -= piece.height
    return [tuple(column) for column in columns]
