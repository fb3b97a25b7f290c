"""Owns going through a workbook's sheets: which carry a table, and which lines stand there twice."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import Any

from tracker.core.errors import Problem
from tracker.intake.claims import Layout
from tracker.intake.drafts import Gathering, Position
from tracker.intake.headers import find_header, headers_read
from tracker.intake.reading import Workbook
from tracker.intake.tables import Table
from tracker.intake.titles import contradicting_titles


def gather(
    source: Workbook, layout: Layout, year: int, month: int | None, gathering: Gathering[Any]
) -> Iterator[Table]:
    """Yield the table of every visible sheet that has one; add a problem when no sheet has."""
    found = False
    for sheet in source.sheets:
        if not sheet.rows or (header := find_header(sheet, layout, year, month)) is None:
            continue
        if sheet.hidden:
            gathering.notes.append(f"工作表“{sheet.name}”是隐藏的，没有读。")
            continue
        found = True
        table = Table(source.name, sheet, header, layout)
        gathering.problems += contradicting_titles(source.name, sheet, header.first_row, year, month)
        yield table
        gathering.add_table(table)
    if not found:
        shown = [sheet for sheet in source.sheets if sheet.rows and not sheet.hidden]
        first = max(shown, key=lambda sheet: len(headers_read(sheet)), default=None)
        gathering.problems.append(
            Problem(
                f"没有找到{layout.called}的表头",
                f"表头要有{layout.looked_for}，可以在任何一张工作表、任何一列",
                headers_read(first) if first else "",
                source.name,
                first.name if first else "",
            )
        )


def duplicate_rows(entries: Iterable[tuple[Position, str, str | None, Hashable]]) -> list[Problem]:
    """Return a problem for every (position, field of the name, code, names) that stood there before.

    Two rows with codes are told apart by their codes; where one has none, by their names.
    """
    problems = []
    first: dict[Hashable, Position] = {}
    first_uncoded: dict[Hashable, Position] = {}
    coded = []
    for position, field, code, names in entries:
        known = first_uncoded if code else first
        if code:
            coded.append((position, "code", code))
        else:
            first_uncoded.setdefault(names, position)
        if before := known.get(names):
            problems.append(_duplicate(position, field, before))
        first.setdefault(names, position)
    return problems + duplicates(coded)


def duplicates(entries: Iterable[tuple[Position, str, Hashable]]) -> list[Problem]:
    """Return a problem for every (position, field, identity) whose identity stood there before."""
    first: dict[Hashable, Position] = {}
    problems = []
    for position, field, identity in entries:
        before = first.setdefault(identity, position)
        if before is not position:
            problems.append(_duplicate(position, field, before))
    return problems


def _duplicate(position: Position, field: str, before: Position) -> Problem:
    sheet = f"工作表“{before.sheet}”的 " if before.sheet != position.sheet else ""
    what = f"与{sheet or ' '}{before.cell(field)} 重复"
    return position.problem(field, what, "同一份文件里每个只能有一行，请删去一行")
