"""Owns putting a value into a cell of a workbook that people get: text stays text, whatever it begins with."""

from __future__ import annotations

import re

from openpyxl.cell import Cell, MergedCell

#: What a sheet's XML cannot hold.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONGEST = 32_000


def write_value(cell: Cell | MergedCell, value: object) -> None:
    """Put a value into a cell; text stays text, also where it begins like a formula."""
    if isinstance(value, str):
        cell.value = plain(value)
        cell.data_type = "s"
        if value[:1] in "=+-@":
            cell.quotePrefix = True
    else:
        cell.value = value  # type: ignore[assignment]


def plain(text: str) -> str:
    """Return text that a sheet can hold."""
    return _FORBIDDEN.sub(" ", text)[:_LONGEST]
