"""Owns the stamp of a form: which month and units a workbook was made for, and from which revisions.

The stamp stands on a sheet that spreadsheets do not show. It proves nothing about who filled the form in;
it tells that a file belongs to another month, or was made before somebody else reported.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from openpyxl.workbook import Workbook as Book

from tracker.core.periods import Period
from tracker.intake.cells import Cell, as_text
from tracker.intake.reading import Sheet, Workbook
from tracker.intake.written import write_value

SHEET = "_tracker"
_KIND = "tracker-report-form"
_HEAD_ROWS = 6


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a form was made for. `revisions` holds by code the newest revision of then, 0 for none.

    `units` are ids, `unit_names` what they are called. `intact` is false when somebody changed the stamp.
    """

    period: Period
    units: frozenset[int]
    unit_names: str
    made_at: datetime
    revisions: Mapping[str, int]
    intact: bool = True


def write_stamp(book: Book, stamp: Stamp) -> None:
    """Add the stamp's sheet to a form."""
    sheet = book.create_sheet(SHEET)
    sheet.sheet_state = "veryHidden"
    units = ",".join(map(str, sorted(stamp.units)))
    head = [
        (_KIND, "1"),
        ("period", str(stamp.period)),
        ("units", units),
        ("unit_names", stamp.unit_names),
        ("made_at", stamp.made_at.isoformat()),
        ("checksum", _checksum(stamp)),
    ]
    rows = [*head, *((code, str(number)) for code, number in stamp.revisions.items())]
    for row, values in enumerate(rows, 1):
        for column, text in enumerate(values, 1):
            write_value(sheet.cell(row, column), text)


def read_stamp(source: Workbook) -> Stamp | None:
    """Return the stamp of a workbook; None when it is no form of ours, or lost its stamp."""
    for sheet in source.sheets:
        if sheet.rows and len(sheet.rows[0]) >= 2 and sheet.rows[0][0] == _KIND:
            return _read(sheet)
    return None


def _read(sheet: Sheet) -> Stamp | None:
    told = [(as_text(row[0]), row[1]) for row in sheet.rows]
    head: dict[str, Cell] = dict(told[:_HEAD_ROWS])
    try:
        revisions = {code: int(as_text(number)) for code, number in told[_HEAD_ROWS:] if code}
        stamp = Stamp(
            Period.parse(as_text(head["period"])),
            frozenset(int(unit) for unit in as_text(head["units"]).split(",") if unit),
            as_text(head["unit_names"])[:200],
            datetime.fromisoformat(as_text(head["made_at"])),
            revisions,
        )
        intact = stamp.made_at.tzinfo is not None and _checksum(stamp) == as_text(head["checksum"])
    except (KeyError, ValueError, OverflowError):
        return None
    return stamp if intact else Stamp(stamp.period, stamp.units, stamp.unit_names, stamp.made_at, {}, False)


def _checksum(stamp: Stamp) -> str:
    told = [
        str(stamp.period),
        sorted(stamp.units),
        stamp.unit_names,
        stamp.made_at.isoformat(),
        sorted(stamp.revisions.items()),
    ]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
