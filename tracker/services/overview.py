"""Owns the overview (总览): the month's figures beside last month's, what got worse and what got better."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from tracker.core.figures import CohortFigures, GroupFigures, MonthFigures, MonthSummary, PeriodState
from tracker.core.lights import Light
from tracker.core.periods import Period
from tracker.core.progress import difference
from tracker.services import periods
from tracker.services.figures import figures_in_order, fresh_figures, latest_snapshot, told_front, told_fronts
from tracker.services.light_changes import LightChanges, changes_among, changes_frozen
from tracker.services.standings import group_standings, moved
from tracker.store.frozen import thaw_summary
from tracker.store.periods import PeriodRow

#: So many lines and so many groups of either kind are shown; the rest is one click away.
LINES_SHOWN = 5
GROUPS_SHOWN = 3


class GroupKind(StrEnum):
    """What a group of lines has in common."""

    PROGRAMME = "programme"
    DEPARTMENT = "department"
    DISTRICT = "district"


@dataclass(frozen=True, slots=True)
class CohortMovement:
    """A cohort's figures and what they are more than last month's, in their own units.

    Differences are taken between published figures; `rank` counts places gained. None without a last month.
    """

    figures: CohortFigures
    progress: int | None
    vs_schedule: int | None
    vs_citywide: int | None
    rank: int | None
    lagging: int | None


@dataclass(frozen=True, slots=True)
class GroupMove:
    """A group whose rank by rate changed: places gained, and its published gap to schedule then and now."""

    kind: GroupKind
    figures: GroupFigures
    moved: int
    before_rank: int | None
    before_gap: int | None


@dataclass(frozen=True, slots=True)
class GroupMoves:
    """The groups that moved one way: those that moved furthest, and how many there are."""

    groups: tuple[GroupMove, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The month as leaders look at it; `previous` is the month compared with, None in a year's first.

    `lights` are how many more lines carry a light than last month.
    """

    summary: MonthSummary
    previous: Period | None
    cohorts: tuple[CohortMovement, ...]
    lights: Mapping[Light, int]
    changes: LightChanges
    groups_worse: GroupMoves
    groups_better: GroupMoves


def overview_of(session: Session, period: Period, now: datetime) -> Overview:
    """Return the month beside the one before; of a closed month only what is shown is read."""
    row = periods.find(session, period)
    front = told_front(session, row)
    earlier = _earlier(session, row, front)
    still_open = [one for one in (earlier, row) if one is not None and one.state is not PeriodState.CLOSED]
    fresh = {one.summary.period: one for one in figures_in_order(session, still_open, now, front)}
    summary, changes = _month(session, row, front, now, fresh.get(period))
    before = None if earlier is None else _before(session, earlier, front, fresh)
    moves = [] if before is None else _moves(summary, before)
    return Overview(
        summary=summary,
        previous=None if before is None else before.period,
        cohorts=tuple(_cohort(figures, before) for figures in summary.cohorts),
        lights={} if before is None else {key: n - before.lights[key] for key, n in summary.lights.items()},
        changes=changes,
        groups_worse=_furthest([move for move in moves if move.moved < 0]),
        groups_better=_furthest([move for move in moves if move.moved > 0]),
    )


def _earlier(session: Session, row: PeriodRow, front: str) -> PeriodRow | None:
    """Return the month before, None where it cannot tell this front; a year starts afresh."""
    earlier = periods.month_before(session, row.period)
    return earlier if earlier is not None and front in told_fronts(session, earlier) else None


def _month(
    session: Session, row: PeriodRow, front: str, now: datetime, fresh: MonthFigures | None
) -> tuple[MonthSummary, LightChanges]:
    snapshot = latest_snapshot(session, row, front)
    if snapshot is None:
        figures = fresh or fresh_figures(session, row, front, now)
        return figures.summary, changes_among(figures.lines, LINES_SHOWN)
    return thaw_summary(snapshot.summary), changes_frozen(session, snapshot, LINES_SHOWN)


def _before(
    session: Session, row: PeriodRow, front: str, fresh: Mapping[Period, MonthFigures]
) -> MonthSummary | None:
    """Return the front's summary of `row`, as frozen with it or out of the `fresh` ones."""
    snapshot = latest_snapshot(session, row, front)
    if snapshot is not None:
        return thaw_summary(snapshot.summary)
    return fresh[row.period].summary if row.period in fresh else None


def _cohort(figures: CohortFigures, before: MonthSummary | None) -> CohortMovement:
    if before is None:
        return CohortMovement(figures, None, None, None, None, None)
    was = before.cohort(figures.cohort)
    return CohortMovement(
        figures,
        progress=difference(figures.sums.progress, was.sums.progress),
        vs_schedule=difference(figures.sums.vs_schedule, was.sums.vs_schedule),
        vs_citywide=difference(figures.vs_citywide, was.vs_citywide),
        rank=moved(was.rank, figures.rank),
        lagging=figures.sums.lagging - was.sums.lagging,
    )


def _moves(summary: MonthSummary, before: MonthSummary) -> list[GroupMove]:
    found: list[GroupMove] = []
    for kind, now, then in (
        (GroupKind.PROGRAMME, summary.programmes, before.programmes),
        (GroupKind.DEPARTMENT, summary.departments, before.departments),
        (GroupKind.DISTRICT, summary.districts, before.districts),
    ):
        earlier = {group.name: group for group in then}
        for standing in group_standings(now, then):
            if standing.moved:
                was = earlier[standing.figures.name]
                found.append(
                    GroupMove(kind, standing.figures, standing.moved, was.rank, was.sums.vs_schedule)
                )
    return found


def _furthest(moves: list[GroupMove]) -> GroupMoves:
    moves.sort(key=lambda move: (-abs(move.moved), move.figures.sums.vs_schedule or 0))
    return GroupMoves(tuple(moves[:GROUPS_SHOWN]), len(moves))
