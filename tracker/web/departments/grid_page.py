"""Owns what the grid shows: a month's lines, one in a row, with what is typed and what is said about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import LazyString

from tracker.core.errors import Problem, WrongState
from tracker.core.figures import LineFigures
from tracker.core.periods import Period
from tracker.core.said import TEXTS
from tracker.services.owed import MyMonth, OwedReport, my_month
from tracker.services.periods import PeriodInfo
from tracker.web.database import present, read_session
from tracker.web.departments.deadline import Deadline, deadline_words
from tracker.web.departments.fields import Note, notes_by_field, notes_of
from tracker.web.departments.labels import LABELS
from tracker.web.departments.reporter import begun, reporter
from tracker.web.departments.sent import Sent
from tracker.web.departments.so_far import Meanwhile, meanwhile, same, standing_typed, typed_so_far
from tracker.web.departments.stages import Stage, last_amount, stage_of

#: The columns that are typed, in the order in which they are pasted.
COLUMNS = (
    "month_completed",
    "ytd_completed",
    "actual_start",
    "physical_progress",
    "problem_text",
    "help_needed",
    "next_intention",
    "explanation",
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the grid."""

    name: str
    label: LazyString
    money: bool
    long: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line's row; `key` ends the names of its fields. Amounts in yuan.

    `typed` is all that is typed about the report, `standing` what was handed in last.
    """

    key: str
    report: OwedReport
    stage: Stage
    last: int | None
    based_on: int
    typed: Mapping[str, str]
    standing: Mapping[str, str]
    notes: tuple[Note, ...]
    meanwhile: Meanwhile | None

    @property
    def figures(self) -> LineFigures | None:
        """Return the figures as they stand without what is being typed."""
        return self.report.figures

    @property
    def at(self) -> Mapping[str, tuple[Note, ...]]:
        """Return the notes by field."""
        return notes_by_field(self.notes)

    @property
    def other_notes(self) -> tuple[Note, ...]:
        """Return what is said about fields that the grid does not have."""
        return tuple(note for note in self.notes if note.field not in COLUMNS)


@dataclass(frozen=True, slots=True)
class GridPage:
    """The grid of a month; `summary` lists the problems with the field that each leads to."""

    info: PeriodInfo
    deadline: Deadline
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    works: int
    summary: tuple[tuple[str, str], ...]

    @property
    def period(self) -> Period:
        """Return the month."""
        return self.info.period


@dataclass(frozen=True, slots=True)
class GridRefusal:
    """What came back instead of reports: the rows as they were sent, by code, and what is wrong with them."""

    sent: Mapping[str, Sent]
    problems: tuple[Problem, ...] = ()


def open_reports(mine: MyMonth) -> tuple[OwedReport, ...]:
    """Return the lines of a month that take reports now; raise WrongState when the month is closed for all."""
    lines = tuple(report for report in mine.reports if not report.about.work)
    if mine.takes_reports:
        return lines
    reopened = tuple(report for report in lines if report.reopened)
    if not reopened:
        period = mine.info.period
        raise WrongState(f"{period} 已关闭，不能用表格填报。需要更正的，请在项目的填报页申请更正。")
    return reopened


def grid_page(period: Period, refusal: GridRefusal | None = None) -> GridPage:
    """Return the grid of the units' lines that take reports."""
    begun(period)
    mine = my_month(read_session(), reporter(), period, present())
    reports = open_reports(mine)
    rows = tuple(_row(str(number), report, period, refusal) for number, report in enumerate(reports))
    return GridPage(
        info=mine.info,
        deadline=deadline_words(mine.info, present()),
        columns=tuple(
            Column(name, LABELS[name], name.endswith("_completed"), name in TEXTS) for name in COLUMNS
        ),
        rows=rows,
        works=sum(report.about.work for report in mine.reports),
        summary=_summary(rows, refusal.problems if refusal else ()),
    )


def whole_typed(report: OwedReport, cells: Mapping[str, str]) -> Mapping[str, str]:
    """Return all that is typed about a report: the grid's cells, and what only the form asks as it stands."""
    typed, _ = typed_so_far(report, correction=False)
    return {**typed, **{name: cells[name] for name in COLUMNS if name in cells}}


def changed(report: OwedReport, typed: Mapping[str, str]) -> bool:
    """Return whether something is typed that was not handed in; a returned report waits for a change."""
    return not same(typed, standing_typed(report, correction=False))


def _row(key: str, report: OwedReport, period: Period, refusal: GridRefusal | None) -> Row:
    sent = refusal.sent.get(report.about.code) if refusal else None
    typed, based_on = typed_so_far(report, correction=False)
    choices: Mapping[str, str] = {}
    if sent is not None:
        typed, based_on = whole_typed(report, sent.entry.typed), sent.entry.based_on
        choices = sent.choices or {}
    problems = refusal.problems if refusal else ()
    edited = changed(report, typed)
    return Row(
        key=key,
        report=report,
        stage=stage_of(report),
        last=last_amount(report, period.month),
        based_on=based_on,
        typed=typed,
        standing=standing_typed(report, correction=False),
        notes=notes_of((), [problem for problem in problems if problem.subject == report.about.code]),
        meanwhile=meanwhile(report, typed, based_on, period, choices) if edited else None,
    )


def _summary(rows: Iterable[Row], problems: Iterable[Problem]) -> tuple[tuple[str, str], ...]:
    by_code = {row.report.about.code: row for row in rows}
    found: list[tuple[str, str]] = []
    for problem in problems:
        row = by_code.get(problem.subject)
        anchor = "" if row is None else f"{problem.field}.{row.key}" if problem.field in COLUMNS else ""
        found.append((anchor, problem.sentence()))
    return tuple(found)
