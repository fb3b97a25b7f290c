"""Owns the workbook under way: its options and the pages that rows are written on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from os import PathLike
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from tracker.briefing.cells import Cell, clean
from tracker.briefing.formats import BODY, Formats
from tracker.briefing.lettering import height, lines


def _options() -> dict[str, Any]:
    """Return XlsxWriter's options, made anew each time: it writes into what it is given.

    Column widths count digits of the default font: 宋体, on every Chinese desktop, with digits of 8 pixels.
    """
    return {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_format_properties": {"font_name": BODY, "font_size": 11},
        "default_column_width": 72,
        "default_row_height": 18,
    }


class Book:
    """The workbook under way. Equal input gives equal bytes: its only date is the cut-off."""

    def __init__(
        self,
        target: str | PathLike[str] | BinaryIO,
        sheets: Iterable[str],
        *,
        title: str,
        author: str,
        created: date,
    ) -> None:
        self.workbook = xlsxwriter.Workbook(target, _options())
        self.workbook.set_properties(
            {
                "title": clean(title)[:255],
                "author": clean(author)[:255],
                "created": datetime.combine(created, time(), tzinfo=UTC),
            }
        )
        self._formats: dict[float, Formats] = {}
        self._sheets = {name: self.workbook.add_worksheet(name) for name in sheets}
        self._pages: list[Page] = []

    def page(self, name: str, widths: Sequence[float], *, portrait: bool = False, size: float = 10) -> Page:
        """Return a sheet with columns of these widths and tables of this font size, set up for A4."""
        formats = self._formats.setdefault(size, Formats(self.workbook, size))
        page = Page(self._sheets[name], formats, widths, portrait=portrait, size=size)
        self._pages.append(page)
        return page

    def finish(self) -> None:
        """Do what can only be done once every cell is known; closing the workbook then writes it."""
        for page in self._pages:
            page.finish()


class Page:
    """A sheet that is written from top to bottom; `next` is the index of its next free row."""

    def __init__(
        self, sheet: Worksheet, formats: Formats, widths: Sequence[float], *, portrait: bool, size: float
    ) -> None:
        self.sheet = sheet
        self.next = 0
        self._formats = formats
        self._size = size
        self._widths = list(widths)
        self._table = len(widths)
        self._peaks: dict[tuple[int, str], float] = {}
        if not portrait:
            sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.3, right=0.3, top=0.6, bottom=0.6)
        sheet.center_horizontally()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C第 &P 页，共 &N 页&R&A")
        sheet.hide_gridlines(2)

    def across(self, kind: str, text: str, size: float = 10) -> int:
        """Write `text` over the whole width of the page, high enough for all of it."""
        row, last = self.next, len(self._widths) - 1
        shown, look = clean(text), self._formats[kind, ""]
        self.sheet.merge_range(row, 0, row, last, "", look)
        self.sheet.write_string(row, 0, shown, look)
        self.sheet.set_row(row, height(lines(shown, sum(self._widths), size), size))
        self.next = row + 1
        return row

    def pair(self, term: str, meaning: str) -> None:
        """Write a term in the first column and its meaning over all the others."""
        row, last = self.next, len(self._widths) - 1
        shown, look = clean(meaning), self._formats["text", ""]
        self.sheet.write_string(row, 0, clean(term), self._formats["text", "strong"])
        self.sheet.merge_range(row, 1, row, last, "", look)
        self.sheet.write_string(row, 1, shown, look)
        most = max(lines(shown, sum(self._widths[1:])), lines(term, self._widths[0]))
        self.sheet.set_row(row, height(most))
        self.next = row + 1

    def title(self, text: str, caption: str, *, left: bool = False) -> None:
        """Write the sheet's title and the line that says what its numbers are.

        A sheet wider than any screen has its title on the `left`, where it is seen.
        """
        self.across("title_left" if left else "title", text, 16)
        self.across("caption", caption)

    def section(self, text: str) -> None:
        """Write the heading of a further table, a free row above it."""
        self.next += 1
        self.across("section", text, 12)

    def header(self, labels: Sequence[str], *, repeat: bool = True, freeze: int | None = None) -> int:
        """Write a table's header; it is repeated in print and, with `freeze` columns, stays in sight."""
        row = self.row([Cell("head", text) for text in labels])
        self._table = len(labels)
        if repeat:
            self.sheet.repeat_rows(row)
        if freeze is not None:
            self.sheet.freeze_panes(row + 1, freeze)
        return row

    def row(self, cells: Iterable[Cell], tone: str = "", *, least: int = 1) -> int:
        """Write one row of a table, high enough for its longest text or `least` lines; return its index."""
        row = self.next
        sheet, formats, widths, peaks = self.sheet, self._formats, self._widths, self._peaks
        most, size = least, self._size
        for column, (kind, value, formula, own_tone) in enumerate(cells):
            look = formats[kind, own_tone or tone]
            if isinstance(value, (int, float)):
                if abs(value) > peaks.get((column, kind), 0):
                    peaks[column, kind] = abs(value)
            elif value and len(value) > 2:
                most = max(most, lines(value, widths[column], size))
            if formula:
                sheet.write_formula(row, column, formula, look, value)
            elif value is None:
                sheet.write_blank(row, column, None, look)
            elif isinstance(value, str):
                sheet.write_string(row, column, value, look)
            else:
                sheet.write_number(row, column, value, look)
        sheet.set_row(row, height(most, size))
        self.next = row + 1
        return row

    def empty(self, text: str) -> None:
        """Write the row that stands in a table without entries, as wide as its header."""
        look = self._formats["label", "muted"]
        self.sheet.merge_range(self.next, 0, self.next, self._table - 1, "", look)
        self.sheet.write_string(self.next, 0, text, look)
        self.sheet.set_row(self.next, height(2))
        self.next += 1

    def finish(self) -> None:
        """Set the column widths: as asked for, or wider where a number would not fit."""
        for (column, kind), peak in self._peaks.items():
            self._widths[column] = max(self._widths[column], len(_digits(kind, peak)) * self._size / 10 + 1.5)
        for column, width in enumerate(self._widths):
            self.sheet.set_column(column, column, width)


def _digits(kind: str, value: float) -> str:
    """Return a number about as its format shows it, to see how long it gets."""
    if kind.startswith("money"):
        return f"{value:,.{kind[-1]}f}"
    return f"{value * 100:.2f}%" if kind == "percent" else f"{value:.2f}"
