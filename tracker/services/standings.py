"""Owns the standings (排名): who stands where this month, by rate and by amount, and how that moved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.core.cohorts import RANKED, Cohort
from tracker.core.figures import FrontFigures, GroupFigures, MonthSummary
from tracker.core.periods import Period
from tracker.core.progress import difference
from tracker.services.rank_trends import RankTrends, front_ranks, rank_trends, summaries_until


@dataclass(frozen=True, slots=True)
class FrontStanding:
    """A front among the fronts of one cohort; `moved` and `amount_moved` count places gained since last month."""

    figures: FrontFigures
    amount_rank: int | None
    vs_citywide: int | None
    moved: int | None
    amount_moved: int | None


@dataclass(frozen=True, slots=True)
class FrontTable:
    """One cohort's ranking of the fronts; `citywide` in hundredths of a percent."""

    cohort: Cohort
    citywide: int | None
    rows: tuple[FrontStanding, ...]


@dataclass(frozen=True, slots=True)
class GroupStanding:
    """A programme, department or district with the places that it gained in both ranks."""

    figures: GroupFigures
    moved: int | None
    amount_moved: int | None


@dataclass(frozen=True, slots=True)
class Standings:
    """All standings of a month and their trends; `previous` is the month that movements are counted from."""

    summary: MonthSummary
    previous: Period | None
    fronts: tuple[FrontTable, ...]
    programmes: tuple[GroupStanding, ...]
    departments: tuple[GroupStanding, ...]
    districts: tuple[GroupStanding, ...]
    trends: RankTrends


def standings_of(session: Session, period: Period, now: datetime) -> Standings:
    """Return the month's standings; a year starts afresh, so that January has no movement."""
    *earlier, summary = summaries_until(session, period, now)
    before = earlier[-1] if earlier and earlier[-1].period == period.plus(-1) else None
    return Standings(
        summary=summary,
        previous=None if before is None else before.period,
        fronts=tuple(_front_table(cohort, summary, before) for cohort in RANKED),
        programmes=group_standings(summary.programmes, before.programmes if before else ()),
        departments=group_standings(summary.departments, before.departments if before else ()),
        districts=group_standings(summary.districts, before.districts if before else ()),
        trends=rank_trends((*earlier, summary)),
    )


def _front_table(cohort: Cohort, summary: MonthSummary, before: MonthSummary | None) -> FrontTable:
    citywide = summary.cohort(cohort).citywide
    rows = [row for row in summary.fronts if row.cohort is cohort]
    places = front_ranks(summary, cohort)
    # A month in which no other front was known ranks nobody, so that nothing can have moved from it.
    earlier = {} if before is None else front_ranks(before, cohort)
    nowhere = (None, None)
    return FrontTable(
        cohort,
        citywide,
        tuple(
            FrontStanding(
                row,
                places[row.name][1],
                difference(row.progress, citywide),
                moved(earlier.get(row.name, nowhere)[0], row.rank),
                moved(earlier.get(row.name, nowhere)[1], places[row.name][1]),
            )
            for row in rows
        ),
    )


def group_standings(now: Iterable[GroupFigures], before: Iterable[GroupFigures]) -> tuple[GroupStanding, ...]:
    """Return the groups in their order, each with the places that it gained since the month before."""
    earlier = {group.name: group for group in before}
    found: list[GroupStanding] = []
    for group in now:
        was = earlier.get(group.name)
        found.append(
            GroupStanding(
                group,
                moved(was.rank, group.rank) if was else None,
                moved(was.amount_rank, group.amount_rank) if was else None,
            )
        )
    return tuple(found)


def moved(before: int | None, now: int | None) -> int | None:
    """Return the places gained, negative for places lost; None where either rank is undefined."""
    return None if before is None or now is None else before - now
