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


def duplicates(entries: Iterable[tuple[Position, str, Hashable]]) -> list[Problem]:
    """Return a problem for every (position, field, identity) whose identity stood there before."""
    first: dict[Hashable, Position] = {}
    problems = []
    for position, field, identity in entries:
        before = first.setdefault(identity, position)
        if before is not position:
            sheet = f"工作表“{before.sheet}”的 " if before.sheet != position.sheet else ""
            what = f"与{sheet or ' '}{before.cell(field)} 重复"
            problems.append(position.problem(field, what, "同一份文件里每个只能有一行，请删去一行"))
    return problems
