"""Owns what got worse and what got better since last month: lines whose light changed, the gravest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.figures import LineFigures
from tracker.core.lights import Light
from tracker.store.frozen import thaw_line
from tracker.store.snapshots import Snapshot, SnapshotLine

#: Where a change for the worse leads, the worse first; grey, a missing report, has a list of its own.
_WORSE = (Light.RED, Light.YELLOW)
#: Where a change for the better leads, the better first.
_BETTER = (Light.GREEN, Light.YELLOW)


@dataclass(frozen=True, slots=True)
class Changed:
    """The lines whose light changed one way since last month: the first of them, and how many there are."""

    lines: tuple[LineFigures, ...]
    count: int


@dataclass(frozen=True, slots=True)
class LightChanges:
    """What got worse, red first and by the amount behind; what got better, recovered first and by the amount done.

    What is equal keeps the order of the roster, in which lines are computed and frozen.
    """

    worse: Changed
    better: Changed


def changes_among(lines: Sequence[LineFigures], limit: int) -> LightChanges:
    """Return the changes of an open month, whose lines have been computed."""
    worse = sorted(
        (figures for figures in lines if figures.worsened and figures.light.flagged),
        key=lambda figures: (-figures.light.severity, -figures.behind),
    )
    better = sorted(
        (figures for figures in lines if figures.improved),
        key=lambda figures: (figures.light.severity, -figures.completed),
    )
    return LightChanges(
        Changed(tuple(worse[:limit]), len(worse)),
        Changed(tuple(better[:limit]), len(better)),
    )


def changes_frozen(session: Session, snapshot: Snapshot, limit: int) -> LightChanges:
    """Return the changes of a closed month; only the lines shown are read, however many there are."""
    of_month = SnapshotLine.snapshot_id == snapshot.id
    got_worse = sa.and_(of_month, SnapshotLine.worsened == sa.true())
    got_better = sa.and_(of_month, SnapshotLine.improved == sa.true())
    return LightChanges(
        _first(session, got_worse, _WORSE, SnapshotLine.behind, limit),
        _first(session, got_better, _BETTER, SnapshotLine.completed, limit),
    )


def _first(
    session: Session,
    changed: sa.ColumnElement[bool],
    lights: Iterable[Light],
    by: sa.SQLColumnExpression[int],
    limit: int,
) -> Changed:
    count = session.scalar(sa.select(sa.func.count()).where(changed, SnapshotLine.light.in_(lights)))
    texts: list[str] = []
    for light in lights if count else ():
        # One light at a time follows an index and stops at the limit; both together would sort every line.
        texts += session.scalars(
            sa.select(SnapshotLine.figures)
            .where(changed, SnapshotLine.light == light)
            .order_by(by.desc(), SnapshotLine.id)
            .limit(limit - len(texts))
        )
    return Changed(tuple(thaw_line(text) for text in texts), count or 0)
