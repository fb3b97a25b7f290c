"""Owns the look at a report while it is typed: its findings and its figures, from the rules that judge it later."""

from __future__ import annotations

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
from tracker.services.visibility import own_object


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
    row = periods.find(session, period)
    about = own_object(session, reporter.unit_ids, period.year, entry.code)
    said, unread = read_typed(entry.typed, period)
    closed = row.state is PeriodState.CLOSED and (
        standing_reopening(session, row, about, reporter.unit_ids, now) is None
    )
    broken = {finding.field for finding in unread}
    known = known_of(session, row, about, now, closed=closed)
    findings = (*unread, *(found for found in check(said, known) if found.field not in broken))
    if about.work:
        return Look(findings, None, None, None)
    ((line, previous),) = lines_with_previous(session, row, [about.id], now)
    figures = figures_with(session, row, line_saying(line, said, period), previous, now)
    return Look(
        findings,
        figures if said.has_money else None,
        figures.month_completed,
        planned_in(figures, period.month),
    )


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
