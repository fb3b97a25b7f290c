"""Owns opening a workbook: a file that passed the safety check becomes sheets of plain values."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from tracker.core.errors import Refused
from tracker.intake import limits
from tracker.intake.addresses import a1
from tracker.intake.cells import Cell
from tracker.intake.limits import refusal
from tracker.intake.safety import Findings, Kind, inspect


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range; rows and columns counted from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: rows of equal length from A1 on; a blank cell holds "".

    A merged range carries its value in its first cell only.
    """

    name: str
    rows: list[list[Cell]]
    merges: tuple[Merge, ...] = ()
    hidden: bool = False

    def text_at(self, row: int, column: int) -> str:
        """Return the text of a cell, "" for any other value."""
        value = self.rows[row][column]
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file's name, as messages give it, and its sheets."""

    name: str
    sheets: tuple[Sheet, ...]


def open_path(path: Path) -> Workbook:
    """Return the workbook at `path`; raise Refused when it cannot be read."""
    if path.stat().st_size > limits.FILE_BYTES:
        raise refusal(path.name, limits.TOO_LARGE, limits.MEND_TOO_LARGE)
    return open_workbook(path.name, path.read_bytes())


def open_workbook(name: str, content: bytes) -> Workbook:
    """Return the workbook in `content`; raise Refused when it is none or not safe to open."""
    findings = inspect(name, content)
    if findings.kind is Kind.CSV:
        return Workbook(name, (_csv_sheet(name, content, findings.encoding),))
    try:
        return Workbook(name, _sheets(findings))
    except Refused:
        raise
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:
        # The library's panics come out as a BaseException of its own; whatever it is, the file is at fault.
        raise refusal(name, "文件损坏，读不出来", limits.MEND_RESAVE) from error


def _sheets(findings: Findings) -> tuple[Sheet, ...]:
    with CalamineWorkbook.from_filelike(io.BytesIO(findings.content)) as book:
        found = []
        for index, about in enumerate(book.sheets_metadata):
            if about.typ is not SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_index(index)
            rows: list[list[Cell]] = sheet.to_python(skip_empty_area=False)
            _mark_faulty(rows, findings.faulty.get(index, {}))
            merges = tuple(
                Merge(top, left, min(bottom, len(rows) - 1), right)
                for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
            )
            found.append(Sheet(about.name, rows, merges, about.visible is not SheetVisibleEnum.Visible))
        return tuple(found)


def _mark_faulty(rows: list[list[Cell]], faulty: dict[tuple[int, int], str]) -> None:
    """Write "#REF!" and the like back into cells that the library shows as blank: missing is never blank."""
    for (row, column), text in faulty.items():
        while row >= len(rows):
            rows.append([""] * (len(rows[0]) if rows else 0))
        for short in rows if column >= len(rows[0]) else ():
            short.extend([""] * (column + 1 - len(short)))
        rows[row][column] = text


def _csv_sheet(name: str, content: bytes, encoding: str) -> Sheet:
    text = content.decode(encoding)
    try:
        raw = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise refusal(name, "CSV 文件的引号或分隔符不完整，读不出来", limits.MEND_RESAVE) from error
    width = max(map(len, raw), default=0)
    if len(raw) > limits.VALUE_ROWS or width > limits.COLUMNS or len(raw) * width > limits.DENSE_CELLS:
        raise refusal(
            name, f"表格太大（{len(raw)} 行 {width} 列）", limits.MEND_TOO_LARGE, cell=a1(len(raw) - 1, 0)
        )
    rows: list[list[Cell]] = [[*line, *[""] * (width - len(line))] for line in raw]
    return Sheet(Path(name).stem, rows)


def _delimiter(text: str) -> str:
    """Return the separator that the first lines use most; a header of one column has none."""
    head = text[:8192]
    return max(",;\t", key=head.count)
