"""Owns making the facts that tests of the services and the command line start from, in the words of the domain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import xlsxwriter

from tracker import clock
from tracker.briefing import write_briefing
from tracker.core.briefing import Briefing
from tracker.core.figures import LineFigures, MonthFigures
from tracker.core.money import yuan_from_text
from tracker.core.periods import Period
from tracker.intake.drafts import Position, Reading
from tracker.intake.fronts import FrontRow, read_fronts
from tracker.intake.reading import open_path
from tracker.intake.reports import ReportRow, read_reports
from tracker.intake.roster import RosterRow, read_roster
from tracker.resources import imports_dir
from tracker.services.actors import Actor
from tracker.services.briefings import briefing_of, issue_briefing
from tracker.services.closing import close_period
from tracker.services.doctor import findings
from tracker.services.figures import figures_of
from tracker.services.import_fronts import import_fronts
from tracker.services.import_reports import import_reports
from tracker.services.import_roster import PlanApproval, import_roster
from tracker.services.imported import Imported
from tracker.services.periods import PeriodInfo, open_period
from tracker.store.briefings import BriefingIssue
from tracker.store.engine import reading, writing
from tracker.store.roster import Subproject
from tracker.store.schema import upgrade

ACTOR = Actor("王敏", "127.0.0.1")
QUARTER = imports_dir() / "2023-q1"
ROSTER_FILE = QUARTER / "2023年创新领域重点项目（工作）清单及推进计划.xlsx"
FRONTS_FILE = QUARTER / "2023年3月各领域重点项目完成情况.xlsx"
#: 万元 as people write it; None is not said.
Wan = str | int | None

_rows = count(5)


def reports_file(month: int) -> Path:
    """Return the reference quarter's workbook of a month's reports."""
    return QUARTER / f"2023年{month}月重点项目月报.xlsx"


def at(day: str, hour: int = 10) -> datetime:
    """Return a moment of the office's time on a day such as "2023-04-04"."""
    return datetime.combine(date.fromisoformat(day), time(hour), tzinfo=clock.ZONE)


def month(text: str) -> Period:
    """Return the period written 2023-03."""
    return Period.parse(text)


def yuan(amount: Wan) -> int | None:
    """Return whole yuan of an amount in 万元."""
    return None if amount is None else yuan_from_text(str(amount))


def evenly(amount: int) -> tuple[int, ...]:
    """Return a monthly plan in yuan that spreads an annual plan in 万元 over the year."""
    share, rest = divmod(amount * 10_000, 12)
    return (*(share,) * 11, share + rest)


def line(name: str, plan: Wan = "1200", **said: Any) -> RosterRow:
    """Return a roster's row for a continuing subproject, its key project named like it unless said otherwise."""
    values: dict[str, Any] = {
        "position": Position("清单.xlsx", "清单", next(_rows), {"subproject": "B", "annual_plan": "F"}),
        "code": None,
        "front": None,
        "programme": "甲工程",
        "key_no": None,
        "key_project": said.pop("project", None) or name,
        "kind": "project",
        "subproject": name,
        "category": "continuing",
        "district": "武进区",
        "lead": "市科技局",
        "responsible": (),
        "total_investment": None,
        "completed_before_year": None,
        "annual_plan": yuan(plan),
        "planned_start": None,
        "monthly_plan": None,
        "note": "",
    }
    if isinstance(said.get("planned_start"), str):
        said["planned_start"] = month(said["planned_start"])
    unknown = said.keys() - values.keys()
    assert not unknown, f"a roster's row has no {unknown}"
    return RosterRow(**values | said)


def work(name: str, **said: Any) -> RosterRow:
    """Return a roster's row for a key work, which has no investment."""
    return line(name, None, **{"kind": "work", "subproject": None, "category": None, "district": None} | said)


_SAID = (
    "actual_start",
    "physical_progress",
    "problem_text",
    "help_needed",
    "next_intention",
    "target_reached",
    "explanation",
)


def report(name: str = "", month_completed: Wan = None, ytd: Wan = None, **said: Any) -> ReportRow:
    """Return a row of a month's reports, amounts in 万元; its table has a column for whatever is said."""
    told = {name for name in _SAID if name in said}
    told |= {"month_completed"} if month_completed is not None else set()
    told |= {"ytd_completed"} if ytd is not None else set()
    letters = {"subproject": "B"} | {name: "CDEFGHIJ"[place] for place, name in enumerate(sorted(told))}
    if isinstance(said.get("actual_start"), str):
        said["actual_start"] = month(said["actual_start"])
    values: dict[str, Any] = {
        "position": Position("月报.xlsx", "月报", next(_rows), letters),
        "code": None,
        "name": name,
        "key_project": None,
        "month_completed": yuan(month_completed),
        "ytd_completed": yuan(ytd),
        "since_start": None,
        "annual_plan": None,
        "actual_start": None,
        "physical_progress": "",
        "problem_text": "",
        "help_needed": "",
        "next_intention": "",
    }
    return ReportRow(**values | said)


def front(name: str, cohort: str, number: int, plan: Wan, completed: Wan) -> FrontRow:
    """Return a row of the other fronts' totals, amounts in 万元."""
    position = Position("各领域.xlsx", "各领域", next(_rows), {"name": "A"})
    return FrontRow(position, name, cohort, number, yuan(plan) or 0, yuan(completed) or 0)


def workbook(path: Path, rows: Sequence[Sequence[Any]], sheet: str = "Sheet1") -> Path:
    """Write a real .xlsx of one sheet."""
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return path


@dataclass
class Desk:
    """The supervision office at work on one database: every step is one transaction, as at an entry point.

    `now` is the moment of the next step; `briefings` the instance's folder of workbooks.
    """

    engine: sa.Engine
    briefings: Path
    now: datetime = field(default_factory=lambda: at("2023-04-04"))

    @property
    def attachments(self) -> Path:
        """Return the instance's folder of evidence."""
        return self.briefings.with_name("attachments")

    @contextmanager
    def writing(self) -> Any:
        """Open one transaction."""
        with writing(self.engine) as session:
            yield session

    @contextmanager
    def undone(self) -> Any:
        """Open a transaction that fails at its end."""
        with suppress(ZeroDivisionError), writing(self.engine) as session:
            yield session
            session.flush()
            raise ZeroDivisionError

    @contextmanager
    def looking(self) -> Any:
        """Open the database for looking only."""
        with reading(self.engine) as session:
            yield session

    def on(self, day: str, hour: int = 10) -> Desk:
        """Let the next steps happen on `day`."""
        self.now = at(day, hour)
        return self

    def roster(self, rows: Iterable[RosterRow] | Path, year: int = 2023, **approval: Any) -> Imported:
        """Import a roster; `approval` are the fields of PlanApproval."""
        told = read_roster(open_path(rows), year) if isinstance(rows, Path) else _reading("清单.xlsx", rows)
        with writing(self.engine) as session:
            return import_roster(session, ACTOR, told, year, self.now, PlanApproval(**approval))

    def reports(self, period: str, rows: Iterable[ReportRow] | Path, **options: Any) -> Imported:
        """Import a month's reports."""
        wanted = month(period)
        told = (
            read_reports(open_path(rows), wanted) if isinstance(rows, Path) else _reading("月报.xlsx", rows)
        )
        with writing(self.engine) as session:
            return import_reports(session, ACTOR, told, wanted, self.now, **options)

    def fronts(self, period: str, rows: Iterable[FrontRow] | Path) -> Imported:
        """Import the other fronts' totals."""
        wanted = month(period)
        told = (
            read_fronts(open_path(rows), wanted) if isinstance(rows, Path) else _reading("各领域.xlsx", rows)
        )
        with writing(self.engine) as session:
            return import_fronts(session, ACTOR, told, wanted, self.now)

    def open(self, period: str) -> PeriodInfo:
        """Open a month."""
        with writing(self.engine) as session:
            return open_period(session, ACTOR, month(period), self.now)

    def close(self, period: str) -> tuple[Briefing, ...]:
        """Close a month."""
        with writing(self.engine) as session:
            return close_period(session, ACTOR, month(period), self.now)

    def issue(self, period: str) -> BriefingIssue:
        """Write a month's briefing into the instance."""
        with writing(self.engine) as session:
            issue = issue_briefing(session, ACTOR, month(period), self.briefings, self.now, write_briefing)
            session.flush()
            session.expunge(issue)
            return issue

    def figures(self, period: str, **options: Any) -> MonthFigures:
        """Return a month's figures."""
        with reading(self.engine) as session:
            return figures_of(session, month(period), self.now, **options)

    def line(self, period: str, name: str, **options: Any) -> LineFigures:
        """Return the figures of the line with this name or code."""
        lines = self.figures(period, **options).lines
        return next(found for found in lines if name in (found.line.name, found.line.code))

    def briefing(self, period: str) -> Briefing:
        """Return what a month's briefing tells."""
        with reading(self.engine) as session:
            return briefing_of(session, month(period), self.now)

    def doctor(self) -> list[str]:
        """Return what is wrong with the instance."""
        with reading(self.engine) as session:
            return findings(session, self.briefings, attachments=self.attachments)

    def codes(self, year: int = 2023) -> dict[str, str]:
        """Return the code of every line of a year by its name."""
        with reading(self.engine) as session:
            rows = session.execute(sa.select(Subproject.name, Subproject.code).where(Subproject.year == year))
            return dict(rows.all())

    def all(self, *wanted: Any) -> list[Any]:
        """Return the rows of a selection, as tuples; of one column, its values."""
        with reading(self.engine) as session:
            rows = session.execute(sa.select(*wanted)).all()
        return [row[0] if len(wanted) == 1 else tuple(row) for row in rows]

    def change(self, model: type[Any], where: Any, **values: Any) -> None:
        """Change rows behind the back of the services, as a later use case will."""
        with writing(self.engine) as session:
            session.execute(sa.update(model).where(where).values(**values))


def load_open_quarter(engine: sa.Engine) -> None:
    """Fill an empty database with the reference quarter, no month closed."""
    _load_quarter(engine, close=False)


def load_closed_quarter(engine: sa.Engine) -> None:
    """Fill an empty database with the reference quarter, every month closed."""
    _load_quarter(engine, close=True)


def _load_quarter(engine: sa.Engine, *, close: bool) -> None:
    upgrade(engine)
    desk = Desk(engine, Path())
    desk.on("2023-01-28").roster(ROSTER_FILE)
    for number, (opened, reported, closed) in enumerate(
        (
            ("2023-01-29", "2023-02-02", "2023-02-10"),
            ("2023-02-27", "2023-03-02", "2023-03-10"),
            ("2023-03-30", "2023-04-04", "2023-04-10"),
        ),
        1,
    ):
        desk.on(opened).open(f"2023-{number:02d}")
        desk.on(reported).reports(f"2023-{number:02d}", reports_file(number), accept=True)
        if number == 3:
            desk.fronts("2023-03", FRONTS_FILE)
        if close:
            desk.on(closed).close(f"2023-{number:02d}")


def _reading(file: str, rows: Iterable[Any]) -> Reading[Any]:
    return Reading(file, tuple(rows))
