"""Owns the figures of a few lines: what a person looks at or types, without computing the whole month."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.cohorts import Cohort
from tracker.core.figures import LineFigures
from tracker.core.lights import Light, Verdict
from tracker.core.lines import Line
from tracker.core.month import MonthFacts, line_figures, month_figures
from tracker.core.periods import Period
from tracker.services import periods
from tracker.services.figures import front_totals, latest_snapshot, rules_for
from tracker.store.frozen import thaw_summary
from tracker.store.month import lines_of
from tracker.store.periods import PeriodRow
from tracker.store.snapshots import SnapshotLine

#: For so long an open month's citywide average may be the one of a moment ago: it needs every line.
STALE = timedelta(seconds=60)

Citywide = Mapping[Cohort, int | None]
_averages: dict[tuple[str, int, str], tuple[datetime, Citywide]] = {}


def live_figures(
    session: Session, row: PeriodRow, line_ids: Collection[int], now: datetime
) -> dict[int, LineFigures]:
    """Return the figures and lights of these lines as of today's knowledge, by line id.

    They are those of the whole month but for the citywide average, which may be a minute old.
    """
    return {
        line.id: figures_with(session, row, line, previous, now)
        for line, previous in lines_with_previous(session, row, line_ids, now)
    }


def figures_with(
    session: Session, row: PeriodRow, line: Line, previous: Verdict | None, now: datetime
) -> LineFigures:
    """Return the figures of a line as given, such as one with the report that is being typed."""
    facts = MonthFacts(
        period=row.period,
        state=row.state,
        front=line.front,
        rules=rules_for(session, row.period),
        deadline_passed=periods.info_of(row).deadline_passed(now),
        lines=(line,),
        previous={} if previous is None else {line.id: previous},
    )
    return line_figures(line, facts, citywide_of(session, row, line.front, now))


def lines_with_previous(
    session: Session, row: PeriodRow, line_ids: Collection[int], now: datetime
) -> Sequence[tuple[Line, Verdict | None]]:
    """Return these lines as of the period, each with its verdict of the month before."""
    lines = lines_of(session, row.period, only=line_ids)
    verdicts = _verdicts(session, row.period, lines, now)
    return [(line, verdicts.get(line.id)) for line in lines]


def citywide_of(session: Session, row: PeriodRow, front: str, now: datetime) -> Citywide:
    """Return the citywide averages of the month: frozen ones of a closed month, else as of the last minute."""
    snapshot = latest_snapshot(session, row, front)
    if snapshot is not None:
        return thaw_summary(snapshot.summary).citywide
    place = (str(session.get_bind().engine.url), row.id, front)
    known = _averages.get(place)
    if known is None or not timedelta(0) <= now - known[0] < STALE:
        facts = MonthFacts(
            period=row.period,
            state=row.state,
            front=front,
            rules=rules_for(session, row.period),
            deadline_passed=False,
            lines=lines_of(session, row.period),
            front_totals=front_totals(session, row),
        )
        known = _averages[place] = now, month_figures(facts).summary.citywide
    return known[1]


def _verdicts(session: Session, period: Period, lines: Sequence[Line], now: datetime) -> dict[int, Verdict]:
    """Return the lines' verdicts of the month before: as reported of a closed one, else computed."""
    row = periods.month_before(session, period) if lines else None
    if row is None:
        return {}
    found: dict[int, Verdict] = {}
    for front in dict.fromkeys(line.front for line in lines):
        ids = [line.id for line in lines if line.front == front]
        snapshot = latest_snapshot(session, row, front)
        if snapshot is not None:
            found |= _frozen(session, snapshot.id, ids)
        else:
            found |= {line_id: told.verdict for line_id, told in live_figures(session, row, ids, now).items()}
    return found


def _frozen(session: Session, snapshot_id: int, line_ids: Collection[int]) -> dict[int, Verdict]:
    rows = session.execute(
        sa.select(
            SnapshotLine.subproject_id,
            SnapshotLine.light,
            SnapshotLine.flagged_months,
            SnapshotLine.lagging_months,
            SnapshotLine.missing_months,
        ).where(SnapshotLine.snapshot_id == snapshot_id, SnapshotLine.subproject_id.in_(line_ids))
    )
    return {line_id: Verdict(Light(light), (), *months) for line_id, light, *months in rows}
