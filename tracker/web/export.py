"""Owns handing out a page's table as a workbook: typed cells, ready to print, every text a text and no formula."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from tracker import clock
from tracker.briefing.book import Book
from tracker.briefing.cells import Cell, clean
from tracker.core.lights import Light
from tracker.web.database import present
from tracker.web.filters import moment, with_unit
from tracker.web.words import word

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What the name of a sheet cannot hold, and how long it can be.
_NO_NAME = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME = 31
#: Up to this many characters of columns, a table is printed upright.
_UPRIGHT = 95


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, with the unit of its numbers, and its width in characters."""

    label: str
    width: float = 12


@dataclass(frozen=True, slots=True)
class Table:
    """A table as a sheet: cells are made by tracker.briefing.cells (text, money, percent, points, count, month, day).

    `notes` stand below the title: the unit of money, the month and how settled it is, the filters in use. Left of
    `frozen` columns stay in sight. What a page shows in parts is handed out whole.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    notes: Sequence[str] = ()
    frozen: int = 0


def hand_out(name: str, *tables: Table) -> ResponseReturnValue:
    """Answer with a workbook called `name`.xlsx that has one sheet per table."""
    file = io.BytesIO(written(tables))
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name=f"{name}.xlsx")


def written(tables: Sequence[Table]) -> bytes:
    """Return the workbook; the same tables at the same moment give the same bytes."""
    target = io.BytesIO()
    names = _sheet_names([table.title for table in tables])
    created = present().astimezone(clock.ZONE).date()
    book = Book(target, names, title=tables[0].title, author=gettext("重点项目督查"), created=created)
    for name, table in zip(names, tables, strict=True):
        _write(book, name, table)
    book.finish()
    book.workbook.close()
    return target.getvalue()


def wan_label(label: str) -> str:
    """Return the header of a column of amounts."""
    return with_unit(label, gettext("万元"))


def percent_label(label: str) -> str:
    """Return the header of a column of percentages."""
    return with_unit(label, "%")


def points_label(label: str) -> str:
    """Return the header of a column of percentage points."""
    return with_unit(label, gettext("百分点"))


def light_cell(light: Light) -> Cell:
    """Return a light as its word on its colour."""
    return Cell("label", str(word(light)), "", light.value if light is not Light.GREY else "muted")


def filters_note(*chosen: tuple[str, object]) -> str:
    """Return which filters are in use, as pairs of their label and what is chosen; empty where none is."""
    said = [f"{label}{gettext('：')}{value}" for label, value in chosen if value not in (None, "", False)]
    return gettext("筛选条件") + gettext("：") + gettext("；").join(said) if said else ""


def _write(book: Book, name: str, table: Table) -> None:
    widths = [column.width for column in table.columns]
    page = book.page(name, widths, portrait=sum(widths) <= _UPRIGHT)
    page.sheet.set_footer(f"&C{gettext('第 &P 页，共 &N 页')}&R&A")
    made = gettext("%(moment)s导出", moment=moment(present()))
    page.title(table.title, " · ".join(filter(None, (*table.notes, made))), left=True)
    head = page.header([column.label for column in table.columns], freeze=table.frozen)
    for row in table.rows:
        page.row(row)
    if page.next > head + 1:
        page.sheet.autofilter(head, 0, page.next - 1, len(widths) - 1)
    else:
        page.empty(gettext("没有符合条件的内容"))


def _sheet_names(titles: Sequence[str]) -> list[str]:
    names: list[str] = []
    for number, title in enumerate(titles, 1):
        name = _NO_NAME.sub(" ", clean(title))[:_LONGEST_NAME].strip() or str(number)
        names.append(name if name not in names else f"{name[: _LONGEST_NAME - 4]} {number}")
    return names
