"""Replays a composed workbook's cells on bare XlsxWriter: what a benchmark compares the briefing with."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import xlsxwriter

#: One sheet: its name and (row, column, kind, value, formula, format number) of every cell.
Recording = list[tuple[str, list[tuple[int, int, str, Any, str, int]]]]


def recorded(workbook: xlsxwriter.Workbook) -> Recording:
    """Return every cell of a workbook that is composed but not yet closed."""
    table = workbook.str_table.string_table
    strings = {number: text for text, number in table.items()}
    numbers: dict[int, int] = {}
    found: Recording = []
    for sheet in workbook.worksheets():
        cells = []
        for row, columns in sheet.table.items():
            for column, cell in columns.items():
                kind = type(cell).__name__
                if kind == "String":
                    value: Any = strings[cell.string]
                else:
                    value = cell.number if kind == "Number" else getattr(cell, "value", None)
                look = numbers.setdefault(id(cell.format), len(numbers))
                cells.append((row, column, kind, value, getattr(cell, "formula", ""), look))
        found.append((sheet.name, cells))
    return found


def replay(recording: Recording) -> bytes:
    """Write the recorded cells, and nothing else, with XlsxWriter and return the file."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    looks: dict[int, Any] = {}
    for name, cells in recording:
        sheet = book.add_worksheet(name)
        for row, column, kind, value, formula, number in cells:
            look = looks.get(number)
            if look is None:
                look = looks[number] = book.add_format({"font_size": 10 + number / 100, "border": 1})
            if kind == "Number":
                sheet.write_number(row, column, value, look)
            elif kind == "String":
                sheet.write_string(row, column, value, look)
            elif kind == "Formula":
                sheet.write_formula(row, column, f"={formula}", look, value)
            else:
                sheet.write_blank(row, column, None, look)
    book.close()
    return target.getvalue()
