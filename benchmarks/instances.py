"""Owns the instances that are measured: one per size, in a temporary folder, and copies to import into."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from benchmarks.invented import FRONTS, YEAR, Said, Year, year_of
from benchmarks.workbooks import write_reports, write_roster
from tracker import clock
from tracker.briefing import write_briefing
from tracker.core.cohorts import RANKED
from tracker.core.periods import Period
from tracker.instance import initialise
from tracker.intake.reading import open_path
from tracker.intake.reports import read_reports
from tracker.intake.roster import read_roster
from tracker.services import periods
from tracker.services.actors import Actor
from tracker.services.briefings import issue_briefing
from tracker.services.closing import close_period
from tracker.services.import_reports import import_reports
from tracker.services.import_roster import import_roster
from tracker.services.imported import Imported
from tracker.settings import Settings
from tracker.store.bulk import insert_rows
from tracker.store.engine import make_engine, writing
from tracker.store.fronts import FrontTotalRow
from tracker.store.problems import ProblemRow, ProblemState
from tracker.store.reports import Report, ReportRevision, ReportState
from tracker.store.roster import Front, Subproject

SIZES = (61, 1_000, 10_000)
ACTOR = Actor("基准测试")
#: The year is loaded after it is over, so that nothing in it is late.
NOW = datetime(YEAR + 1, 1, 10, 10, tzinfo=clock.ZONE)
JANUARY, DECEMBER = Period(YEAR, 1), Period(YEAR, 12)

#: The steps of loading whose databases are kept for imports into copies of them.
_COPY = "copy.sqlite3"
EMPTY, ROSTER, ELEVEN_MONTHS = "empty", "roster", "eleven-months"


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance of one size; `folder` also holds the workbooks and the databases to copy.

    `copies` is the engine of whichever copy is open: a program that runs has its statements compiled.
    """

    size: int
    folder: Path
    settings: Settings
    engine: sa.Engine
    copies: sa.Engine

    @property
    def year(self) -> Year:
        """Return what was invented for this size."""
        return year_of(self.size)

    @property
    def roster_file(self) -> Path:
        """Return the roster's workbook."""
        return self.folder / "roster.xlsx"

    def reports_file(self, period: Period) -> Path:
        """Return the workbook of one month's reports."""
        return self.folder / f"reports-{period}.xlsx"

    def saved(self, step: str) -> Path:
        """Return where the database as of a step is kept."""
        return self.folder / f"{step}.sqlite3"

    @contextmanager
    def copy(self, step: str) -> Iterator[sa.Engine]:
        """Open a copy of the database as of a step; it is gone afterwards."""
        shutil.copyfile(self.saved(step), self.folder / _COPY)
        self.copies.connect().close()
        try:
            yield self.copies
        finally:
            self.copies.dispose()
            for left in self.folder.glob(f"{_COPY}*"):
                left.unlink()


def load(size: int, folder: Path) -> Instance:
    """Return an instance with the roster and the reports of January to November, all months open."""
    folder.mkdir()
    settings = Settings.at(folder / "home", insecure_cookies=True)
    copies = make_engine(f"sqlite:///{folder / _COPY}")
    instance = Instance(size, folder, settings, initialise(settings), copies)
    lines, months = instance.year.lines, instance.year.months
    write_roster(instance.roster_file, lines)
    for period in (JANUARY, DECEMBER):
        write_reports(instance.reports_file(period), period.month, lines, months[period.month - 1])
    _save(instance, EMPTY)
    with writing(instance.engine) as session:
        take_roster(session, instance)
        periods.open_period(session, ACTOR, JANUARY, NOW)
    _save(instance, ROSTER)
    with writing(instance.engine) as session:
        _insert_months(session, instance)
        periods.open_period(session, ACTOR, DECEMBER, NOW)
    _save(instance, ELEVEN_MONTHS)
    return instance


def take_roster(session: Session, instance: Instance) -> Imported:
    """Import the roster."""
    return import_roster(session, ACTOR, read_roster(open_path(instance.roster_file), YEAR), YEAR, NOW)


def take_reports(session: Session, instance: Instance, period: Period) -> Imported:
    """Import a month's reports."""
    reading = read_reports(open_path(instance.reports_file(period)), period)
    return import_reports(session, ACTOR, reading, period, NOW, accept=True)


def add_december(instance: Instance) -> None:
    """Import the last month."""
    with writing(instance.engine) as session:
        take_reports(session, instance, DECEMBER)
        _insert_fronts(session, instance.size, DECEMBER)


def close_earlier(instance: Instance) -> None:
    """Close January to November."""
    for month in range(1, 12):
        with writing(instance.engine) as session:
            close_period(session, ACTOR, Period(YEAR, month), NOW)


def close_december(instance: Instance) -> None:
    """Close December and issue its briefing."""
    with writing(instance.engine) as session:
        close_period(session, ACTOR, DECEMBER, NOW)
        issue_briefing(session, ACTOR, DECEMBER, instance.settings.briefings, NOW, write_briefing)


def _save(instance: Instance, step: str) -> None:
    assert instance.settings.database_file is not None
    with closing(sqlite3.connect(instance.settings.database_file)) as connection:
        connection.execute("VACUUM INTO ?", (str(instance.saved(step)),))


def _insert_months(session: Session, instance: Instance) -> None:
    """Write the reports of January to November as their imports would, only faster."""
    ids = session.execute(sa.select(Subproject.code, Subproject.id).where(Subproject.year == YEAR))
    id_of = dict(ids.all())
    next_id = 1
    for month in range(1, 12):
        period = Period(YEAR, month)
        periods.open_period(session, ACTOR, period, NOW)
        _insert_fronts(session, instance.size, period)
        period_id = periods.find(session, period).id
        heads: list[dict[str, Any]] = []
        revisions: list[dict[str, Any]] = []
        problems: list[dict[str, Any]] = []
        for line, said in zip(instance.year.lines, instance.year.months[month - 1], strict=True):
            if said is None:
                continue
            heads.append(
                {
                    "id": next_id,
                    "period_id": period_id,
                    "subproject_id": id_of[line.code],
                    "state": ReportState.ACCEPTED,
                    "revisions": 1,
                    "counted": 1,
                    "counted_at": NOW,
                    "settled": 1,
                }
            )
            revisions.append(
                {
                    "report_id": next_id,
                    "number": 1,
                    "month_completed": said.amount,
                    "ytd_completed": said.year_to_date,
                    "actual_start": Period(YEAR, said.start) if said.start else None,
                    "physical_progress": said.progress,
                    "problem_text": said.trouble,
                    "help_needed": said.help,
                    "next_intention": said.next,
                    "late": False,
                    "source": instance.reports_file(period).name,
                    "made_by": ACTOR.name,
                    "made_at": NOW,
                }
            )
            if said.trouble:
                problems.append(_problem(id_of[line.code], period, said))
            next_id += 1
        insert_rows(session, Report, heads)
        insert_rows(session, ReportRevision, revisions)
        insert_rows(session, ProblemRow, problems)


def _problem(line_id: int, period: Period, said: Said) -> dict[str, Any]:
    """Return a problem that is closed out two months after it was told, or still open."""
    closed_out = period.month <= 9
    return {
        "subproject_id": line_id,
        "raised_in": period,
        "text": said.trouble,
        "help_needed": said.help,
        "state": ProblemState.CLOSED_OUT if closed_out else ProblemState.RAISED,
        "closed_out_in": period.plus(2) if closed_out else None,
        "made_by": ACTOR.name,
        "made_at": NOW,
    }


def _insert_fronts(session: Session, size: int, period: Period) -> None:
    """Write totals of the other fronts, about as large as the office's own."""
    rng = random.Random(period.month)
    period_id = periods.find(session, period).id
    for name in FRONTS:
        front = session.scalar(sa.select(Front).where(Front.name == name))
        if front is None:
            front = Front(name=name)
            session.add(front)
            session.flush()
        for cohort in RANKED:
            plan = size * rng.randint(10_000, 20_000) * 10_000
            session.add(
                FrontTotalRow(
                    period_id=period_id,
                    front_id=front.id,
                    cohort=cohort,
                    number=1,
                    count=size,
                    annual_plan=plan,
                    completed=plan * period.month * rng.randint(70, 110) // 1_200,
                    source="fronts.xlsx",
                    made_by=ACTOR.name,
                    made_at=NOW,
                )
            )
