"""Owns the red-flag list (红黄灯清单): which lines carry a light, worst first, and what got worse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.figures import LineFigures, MonthSummary
from tracker.core.flag_list import Arranged, FlagFilter, Mark, arranged, mark_of
from tracker.core.periods import Period
from tracker.services import periods
from tracker.services.corrected import reads_differently
from tracker.services.figures import figures_of, latest_snapshot, told_front
from tracker.services.flag_marks import arranged_snapshot
from tracker.store.frozen import thaw_line, thaw_summary
from tracker.store.snapshots import SnapshotLine


@dataclass(frozen=True, slots=True)
class FlagList:
    """The list as filtered and sorted; `rows_shown` reads the figures of the lines that are looked at.

    `corrected` tells that it shows what is known today, `correctable` that this differs from what was reported.
    `computed` holds the figures by line where they were computed, `snapshot_id` names where they are frozen.
    """

    summary: MonthSummary
    arranged: Arranged
    corrected: bool
    correctable: bool
    computed: Mapping[int, LineFigures]
    snapshot_id: int | None


@dataclass(frozen=True, slots=True)
class FlagRow:
    """One line of the list with its figures; `since` is the first month of the lights in a row, None without a light.

    `strained` tells that it needs more a month than it has done in its best one.
    """

    figures: LineFigures
    since: Period | None
    strained: bool


def flag_list(
    session: Session, period: Period, now: datetime, wanted: FlagFilter, *, corrected: bool = False
) -> FlagList:
    """Return the lines that pass `wanted`, in its order.

    A closed month answers as it was reported; with `corrected`, and where that makes a difference, as it is known
    today. Raise NotFound for a month that was never opened.
    """
    row = periods.find(session, period)
    front = told_front(session, row)
    snapshot = latest_snapshot(session, row, front)
    correctable = snapshot is not None and reads_differently(session, row, snapshot, front)
    if snapshot is not None and not (corrected and correctable):
        summary = thaw_summary(snapshot.summary)
        found = arranged_snapshot(session, snapshot, wanted)
        return FlagList(summary, found, False, correctable, {}, snapshot.id)
    figures = figures_of(session, period, now, corrected=correctable)
    return FlagList(
        summary=figures.summary,
        arranged=arranged((mark_of(line) for line in figures.lines), wanted),
        corrected=correctable,
        correctable=correctable,
        computed={line.line.id: line for line in figures.lines},
        snapshot_id=None,
    )


def rows_shown(session: Session, found: FlagList, marks: Sequence[Mark]) -> tuple[FlagRow, ...]:
    """Return these lines of the list with their figures, in their order."""
    period = found.summary.period
    return tuple(_row(figures, period) for figures in lines_shown(session, found, marks))


def _row(figures: LineFigures, period: Period) -> FlagRow:
    months, needed = figures.flagged_months, figures.needed_per_month
    return FlagRow(
        figures=figures,
        since=period.plus(1 - months) if months else None,
        strained=needed is not None and needed > figures.best_month,
    )


def lines_shown(session: Session, found: FlagList, marks: Sequence[Mark]) -> tuple[LineFigures, ...]:
    """Return the figures of these lines of the list, in their order."""
    ids = [mark.id for mark in marks]
    if found.snapshot_id is None:
        return tuple(found.computed[line_id] for line_id in ids)
    of_snapshot = sa.select(SnapshotLine.figures).where(SnapshotLine.snapshot_id == found.snapshot_id)
    frozen: dict[int, LineFigures] = {}
    for start in range(0, len(ids), _AT_A_TIME):
        some = SnapshotLine.subproject_id.in_(ids[start : start + _AT_A_TIME])
        for figures in map(thaw_line, session.scalars(of_snapshot.where(some))):
            frozen[figures.line.id] = figures
    return tuple(frozen[line_id] for line_id in ids)


#: Databases take only so many values in one statement.
_AT_A_TIME = 1000
