"""Owns target 3: imports against calamine's reading of the file plus inserting the same rows.

A month's report has to fit the months before it. Where there are any, the floor reads them too, as plain rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from benchmarks.figures import REPORTS
from benchmarks.instances import (
    DECEMBER,
    ELEVEN_MONTHS,
    EMPTY,
    JANUARY,
    ROSTER,
    Instance,
    take_reports,
    take_roster,
)
from benchmarks.measuring import Contestant, Race, Result, Stopwatch
from tracker.intake import texts
from tracker.services.imported import Imported
from tracker.store.engine import writing
from tracker.store.tables import Base

Rows = dict[sa.Table, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class _Import:
    """One kind of import: the database it begins with, the file, the use case and what it has to look at."""

    what: str
    begins_with: str
    file: Callable[[Instance], Path]
    take: Callable[[Session, Instance], Imported]
    looks_at: sa.TextClause | None = None


_IMPORTS = (
    _Import("import of a roster", EMPTY, lambda instance: instance.roster_file, take_roster),
    _Import(
        "import of the first month's reports",
        ROSTER,
        lambda instance: instance.reports_file(JANUARY),
        lambda session, instance: take_reports(session, instance, JANUARY),
    ),
    _Import(
        "import of the twelfth month's reports",
        ELEVEN_MONTHS,
        lambda instance: instance.reports_file(DECEMBER),
        lambda session, instance: take_reports(session, instance, DECEMBER),
        looks_at=REPORTS,
    ),
)


def race(instances: Sequence[Instance]) -> Iterator[Result]:
    """Measure a roster, a month into an empty year and a month after eleven others, each from file to commit."""
    for one in _IMPORTS:
        yield from Race(
            one.what,
            ours={instance.size: _ours(instance, one) for instance in instances},
            floor={instance.size: _floor(instance, one) for instance in instances},
            limit=3.0,
        ).results()


def read_alone(instance: Instance) -> Contestant:
    """Return the contestant that only lets calamine read the roster's file."""

    def turn(watch: Stopwatch) -> None:
        with watch:
            _read(instance.roster_file)

    return turn


def _ours(instance: Instance, one: _Import) -> Contestant:
    def turn(watch: Stopwatch) -> None:
        _forget()
        with instance.copy(one.begins_with) as engine, watch, writing(engine) as session:
            one.take(session, instance)

    return turn


def _forget() -> None:
    """Let a turn find nothing remembered of the names that the one before it read."""
    texts.key.cache_clear()
    texts.clean.cache_clear()


def _floor(instance: Instance, one: _Import) -> Contestant:
    rows = _written(instance, one)

    def turn(watch: Stopwatch) -> None:
        with instance.copy(one.begins_with) as engine, watch:
            _read(one.file(instance))
            with writing(engine) as session:
                if one.looks_at is not None:
                    session.execute(one.looks_at, {"year": DECEMBER.year, "month": DECEMBER.month}).all()
                for table, values in rows.items():
                    session.execute(sa.insert(table), values)

    return turn


def _read(file: Path) -> None:
    book = CalamineWorkbook.from_path(file)
    for index in range(len(book.sheet_names)):
        book.get_sheet_by_index(index).to_python(skip_empty_area=False)


def _written(instance: Instance, one: _Import) -> Rows:
    """Return every row that the import adds, by table."""
    with instance.copy(one.begins_with) as engine:
        with writing(engine) as session:
            before = {table: _keys(session, table) for table in Base.metadata.sorted_tables}
            one.take(session, instance)
        with writing(engine) as session:
            found = {
                table: [
                    dict(row._mapping)
                    for row in session.execute(sa.select(table))
                    if tuple(row._mapping[column] for column in table.primary_key) not in before[table]
                ]
                for table in Base.metadata.sorted_tables
            }
    return {table: rows for table, rows in found.items() if rows}


def _keys(session: Session, table: sa.Table) -> set[tuple[Any, ...]]:
    return {tuple(row) for row in session.execute(sa.select(*table.primary_key))}
