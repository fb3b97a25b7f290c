"""Owns the red-flag list (红黄灯清单): which lines carry a light, worst first, and what got worse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.cohorts import Cohort
from tracker.core.figures import LineFigures, MonthSummary
from tracker.core.lights import Light
from tracker.core.periods import Period
from tracker.services import periods
from tracker.services.figures import figures_of, latest_snapshot, told_front
from tracker.store.frozen import thaw_line, thaw_summary
from tracker.store.snapshots import SnapshotLine

#: The lights that the list can show, worst first; green has no place on it.
LISTED = (Light.RED, Light.YELLOW, Light.GREY)
FLAGGED = tuple(light for light in LISTED if light.flagged)


@dataclass(frozen=True, slots=True)
class FlagFilter:
    """What the list is narrowed to; `light` None stands for red and yellow together."""

    light: Light | None = None
    cohort: Cohort | None = None
    programme: str = ""
    lead: str = ""
    district: str = ""
    worsened: bool = False

    def admits(self, figures: LineFigures) -> bool:
        """Return whether the line passes everything but the light."""
        line = figures.line
        return (
            (self.cohort is None or figures.cohort is self.cohort)
            and self.programme in ("", line.programme)
            and self.lead in ("", line.lead)
            and self.district in ("", line.district)
            and (not self.worsened or figures.worsened)
        )

    def shows(self, light: Light) -> bool:
        """Return whether lines with `light` are asked for."""
        return light.flagged if self.light is None else light is self.light


@dataclass(frozen=True, slots=True)
class FlagList:
    """The list as filtered; `counts` are per light over all other filters, `behind` the lines' sum in yuan.

    `leads` are the units that the filter by lead unit offers.
    """

    summary: MonthSummary
    lines: tuple[LineFigures, ...]
    counts: dict[Light, int]
    behind: int
    leads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Worsened:
    """The lines whose light is worse than a month ago: the first of them, and how many there are."""

    lines: tuple[LineFigures, ...]
    count: int


def flag_list(session: Session, period: Period, now: datetime, wanted: FlagFilter) -> FlagList:
    """Return the lines with a light that pass `wanted`, red first, then by the amount behind."""
    summary, listed = _listed(session, period, now)
    passing = [figures for figures in listed if wanted.admits(figures)]
    counts = Counter(figures.light for figures in passing)
    lines = worst_first(figures for figures in passing if wanted.shows(figures.light))
    return FlagList(
        summary=summary,
        lines=lines,
        counts={light: counts[light] for light in LISTED},
        behind=sum(figures.behind for figures in lines),
        leads=tuple(sorted({figures.line.lead for figures in listed})),
    )


def worsened_lines(session: Session, period: Period, now: datetime, limit: int = 10) -> Worsened:
    """Return what got worse since last month; of a closed period only the lines shown are read."""
    row = periods.find(session, period)
    snapshot = latest_snapshot(session, row, told_front(session, row))
    if snapshot is None:
        worse = worst_first(
            f for f in figures_of(session, period, now).lines if f.worsened and f.light.flagged
        )
        return Worsened(worse[:limit], len(worse))
    got_worse = sa.and_(SnapshotLine.snapshot_id == snapshot.id, SnapshotLine.worsened == sa.true())
    # What got worse is not green; grey, a missing report, has a list of its own.
    count = session.scalar(sa.select(sa.func.count()).where(got_worse, SnapshotLine.light != Light.GREY))
    texts: list[str] = []
    for light in FLAGGED:
        # One light at a time follows an index and stops at the limit; both together would sort every line.
        texts += session.scalars(
            sa.select(SnapshotLine.figures)
            .where(got_worse, SnapshotLine.light == light)
            .order_by(SnapshotLine.behind.desc(), SnapshotLine.id)
            .limit(limit - len(texts))
        )
    return Worsened(tuple(thaw_line(text) for text in texts), count or 0)


def worst_first(lines: Iterable[LineFigures]) -> tuple[LineFigures, ...]:
    """Return the lines with the worst light first, within a light the largest amount behind."""
    return tuple(
        sorted(lines, key=lambda figures: (-figures.light.severity, -figures.behind, figures.line.code))
    )


def _listed(session: Session, period: Period, now: datetime) -> tuple[MonthSummary, Sequence[LineFigures]]:
    row = periods.find(session, period)
    snapshot = latest_snapshot(session, row, told_front(session, row))
    if snapshot is None:
        figures = figures_of(session, period, now)
        return figures.summary, [line for line in figures.lines if line.light in LISTED]
    texts = session.scalars(
        sa.select(SnapshotLine.figures)
        .where(SnapshotLine.snapshot_id == snapshot.id, SnapshotLine.light.in_(LISTED))
        .order_by(SnapshotLine.id)
    )
    return thaw_summary(snapshot.summary), [thaw_line(text) for text in texts]
