"""Owns what got better since last month: lines whose red or yellow light is gone, or became yellow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.figures import LineFigures
from tracker.core.lights import Light
from tracker.core.periods import Period
from tracker.services import periods
from tracker.services.figures import figures_of, latest_snapshot, told_front
from tracker.store.frozen import thaw_line
from tracker.store.snapshots import SnapshotLine

#: Where an improvement can lead, the better first.
_BETTER = (Light.GREEN, Light.YELLOW)


@dataclass(frozen=True, slots=True)
class Improved:
    """The lines whose light is better than a month ago: the first of them, and how many there are."""

    lines: tuple[LineFigures, ...]
    count: int


def improved_lines(session: Session, period: Period, now: datetime, limit: int = 10) -> Improved:
    """Return what got better, recovered lines first, then by the amount completed.

    Of a closed period only the lines shown are read.
    """
    row = periods.find(session, period)
    snapshot = latest_snapshot(session, row, told_front(session, row))
    if snapshot is None:
        better = [figures for figures in figures_of(session, period, now).lines if figures.improved]
        better.sort(key=lambda figures: (figures.light.severity, -figures.completed, figures.line.code))
        return Improved(tuple(better[:limit]), len(better))
    got_better = sa.and_(SnapshotLine.snapshot_id == snapshot.id, SnapshotLine.improved == sa.true())
    count = session.scalar(sa.select(sa.func.count()).where(got_better))
    texts: list[str] = []
    for light in _BETTER:
        # One light at a time follows an index and stops at the limit, as what got worse does.
        texts += session.scalars(
            sa.select(SnapshotLine.figures)
            .where(got_better, SnapshotLine.light == light)
            .order_by(SnapshotLine.completed.desc(), SnapshotLine.id)
            .limit(limit - len(texts))
        )
    return Improved(tuple(thaw_line(text) for text in texts), count or 0)
