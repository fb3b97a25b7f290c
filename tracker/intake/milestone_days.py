"""Owns reading the days on which milestones were reached out of a form's sheet of milestones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from tracker.core.said import MILESTONE
from tracker.intake.addresses import letters
from tracker.intake.cells import Cell, Fault, as_text, is_nothing, read_code
from tracker.intake.drafts import Position
from tracker.intake.form_columns import MILESTONE_DAY, MILESTONE_ID
from tracker.intake.reading import Sheet, Workbook
from tracker.intake.texts import key

_SEARCH_ROWS = 20
_CODE = "编码"
#: Days that a spreadsheet keeps as bare numbers, once their format is lost.
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000


@dataclass(frozen=True, slots=True)
class MilestoneDay:
    """What stands in a milestone's open cell: its field, and the day as text, "" for none."""

    position: Position
    code: str
    field: str
    typed: str


def read_milestone_days(source: Workbook) -> Iterator[MilestoneDay]:
    """Yield every milestone of a form's sheets; other tables have none."""
    for sheet in source.sheets:
        if sheet.hidden:
            continue
        found = _header(sheet)
        if found is not None:
            yield from _rows(source.name, sheet, *found)


def _header(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    wanted = {key(name): name for name in (_CODE, MILESTONE_ID, MILESTONE_DAY)}
    for number, row in enumerate(sheet.rows[:_SEARCH_ROWS]):
        texts = [key(cell) if isinstance(cell, str) else "" for cell in row]
        if all(name in texts for name in wanted):
            return number, {name: texts.index(word) for word, name in wanted.items()}
    return None


def _rows(file: str, sheet: Sheet, header: int, places: dict[str, int]) -> Iterator[MilestoneDay]:
    for number, row in enumerate(sheet.rows[header + 1 :], header + 2):
        milestone = as_text(row[places[MILESTONE_ID]]).strip()
        code = read_code(row[places[_CODE]])
        if isinstance(code, Fault) or not code or not milestone.isdecimal():
            continue
        name = f"{MILESTONE}{milestone}"
        columns = {name: letters(places[MILESTONE_DAY]), "code": letters(places[_CODE])}
        position = Position(file, sheet.name, number, columns)
        yield MilestoneDay(position, code, name, _typed(row[places[MILESTONE_DAY]]))


def _typed(cell: Cell) -> str:
    if is_nothing(cell):
        return ""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and _FIRST_SERIAL <= cell < _LAST_SERIAL:
        return (dt.date(1899, 12, 30) + dt.timedelta(days=int(cell))).isoformat()
    return as_text(cell).strip()
