"""Owns the look at a report while it is typed: its findings and its figures, from the rules that judge it later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.core.checks import Finding, check
from tracker.core.figures import LineFigures, PeriodState
from tracker.core.lines import Line
from tracker.core.periods import Period
from tracker.core.progress import published
from tracker.core.said import Said
from tracker.intake.typed import read_typed
from tracker.services import periods
from tracker.services.known import known_of
from tracker.services.live import figures_with, lines_with_previous
from tracker.services.owed import planned_in
from tracker.services.reopenings import standing_reopening
from tracker.services.reporting import Entry, Reporter
from tracker.services.visibility import ReportObject, own_object
from tracker.store.periods import PeriodRow


@dataclass(frozen=True, slots=True)
class Look:
    """What a report would say; `figures` None for a work, and while no amount is understood.

    `amount` is what would enter with this month and `planned` the month's own plan, both in yuan.
    """

    findings: tuple[Finding, ...]
    figures: LineFigures | None
    amount: int | None
    planned: int | None

    @property
    def plan_rate(self) -> int | None:
        """Return the published share of the month's plan that is completed, None without a plan."""
        if self.amount is None or self.planned is None:
            return None
        return published(self.amount, self.planned)


def look(session: Session, reporter: Reporter, period: Period, entry: Entry, now: datetime) -> Look:
    """Return what handing in `entry` would give; nothing is written. Raise NotFound as `submit` does."""
    return looks(session, reporter, period, [entry], now)[0]


def looks(
    session: Session, reporter: Reporter, period: Period, entries: Sequence[Entry], now: datetime
) -> tuple[Look, ...]:
    """Return what handing in each of `entries` by itself would give, in their order; see `look`."""
    row = periods.find(session, period)
    abouts = [own_object(session, reporter.unit_ids, period.year, entry.code) for entry in entries]
    lines = [about.id for about in abouts if not about.work]
    known_lines = {line.id: (line, before) for line, before in lines_with_previous(session, row, lines, now)}
    found: list[Look] = []
    for about, entry in zip(abouts, entries, strict=True):
        said, unread = read_typed(entry.typed, period)
        findings = _findings(session, reporter, row, about, said, unread, now)
        if about.work:
            found.append(Look(findings, None, None, None))
            continue
        line, previous = known_lines[about.id]
        figures = figures_with(session, row, line_saying(line, said, period), previous, now)
        shown = figures if said.has_money else None
        found.append(Look(findings, shown, figures.month_completed, planned_in(figures, period.month)))
    return tuple(found)


def _findings(
    session: Session,
    reporter: Reporter,
    row: PeriodRow,
    about: ReportObject,
    said: Said,
    unread: tuple[Finding, ...],
    now: datetime,
) -> tuple[Finding, ...]:
    """Return what is said at the fields; of one that is not understood, only that."""
    closed = row.state is PeriodState.CLOSED and (
        standing_reopening(session, row, about, reporter.unit_ids, now) is None
    )
    broken = {finding.field for finding in unread}
    known = known_of(session, row, about, now, closed=closed)
    return (*unread, *(found for found in check(said, known) if found.field not in broken))


def line_saying(line: Line, said: Said, period: Period) -> Line:
    """Return the line with `said` in the place of this month's report."""
    others = [told for told in line.statements if told[0] != period.month]
    mine = [(period.month, said.month_completed, said.ytd_completed)] if said.has_money else []
    return replace(
        line,
        statements=tuple(sorted([*others, *mine], key=lambda told: told[0])),
        actual_start=said.actual_start or line.actual_start,
        submitted_late=False if said.has_money else None,
        physical_progress=said.physical_progress,
    )
