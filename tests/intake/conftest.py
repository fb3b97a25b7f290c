"""Owns making workbooks for the tests of tracker.intake: rows in, bytes of a real file out."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
import xlsxwriter
import xlwt  # type: ignore[import-untyped]

from tracker.intake.reading import Workbook, open_workbook

Rows = Sequence[Sequence[Any]]


def make_xlsx(sheets: Mapping[str, Rows], merges: Mapping[str, Sequence[str]] | None = None) -> bytes:
    """Return an .xlsx; a merged range shows the value that its first cell has in the rows."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for area in (merges or {}).get(name, ()):
                sheet.merge_range(area, "")
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value is not None:
                        sheet.write(number, column, value)
    return out.getvalue()


def make_xls(rows: Rows, sheet: str = "表", merges: Sequence[tuple[int, int, int, int]] = ()) -> bytes:
    """Return an old .xls; merges are (first row, last row, first column, last column) from 0."""
    out = io.BytesIO()
    book = xlwt.Workbook()
    page = book.add_sheet(sheet)
    for merge in merges:
        page.merge(*merge)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                page.write(number, column, value)
    book.save(out)
    return out.getvalue()


def make_csv(rows: Rows, encoding: str = "utf-8-sig", delimiter: str = ",") -> bytes:
    """Return a CSV as spreadsheets save it."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


@pytest.fixture(scope="session")
def book() -> Callable[..., Workbook]:
    """Return rows -> a workbook of one sheet, written to .xlsx and read back."""

    def build(rows: Rows, merges: Sequence[str] = (), sheet: str = "表", name: str = "文件.xlsx") -> Workbook:
        return open_workbook(name, make_xlsx({sheet: rows}, {sheet: merges}))

    return build


@pytest.fixture(scope="session")
def xlsx() -> Callable[..., bytes]:
    return make_xlsx


@pytest.fixture(scope="session")
def xls() -> Callable[..., bytes]:
    return make_xls


@pytest.fixture(scope="session")
def csv_bytes() -> Callable[..., bytes]:
    return make_csv


@pytest.fixture(scope="session")
def repacked() -> Callable[..., bytes]:
    """Return (workbook, changes to its parts) -> workbook; a change of None drops the part, others add or edit."""

    def build(content: bytes, changes: Mapping[str, Callable[[bytes], bytes] | bytes | None]) -> bytes:
        out = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(content)) as old,
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for part in old.namelist():
                change = changes.get(part, old.read(part))
                if change is not None:
                    new.writestr(part, change(old.read(part)) if callable(change) else change)
            for part, added in changes.items():
                if part not in old.namelist() and isinstance(added, bytes):
                    new.writestr(part, added)
        return out.getvalue()

    return build
