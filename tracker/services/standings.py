"""Owns the standings (排名): who stands where this month, by rate and by amount, and how that moved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.core.cohorts import RANKED, Cohort
from tracker.core.errors import NotFound
from tracker.core.figures import FrontFigures, GroupFigures, MonthSummary
from tracker.core.periods import Period
from tracker.core.progress import difference
from tracker.core.ranking import ranks
from tracker.services.figures import summary_of


@dataclass(frozen=True, slots=True)
class FrontStanding:
    """A front among the fronts of one cohort; `moved` counts places gained since last month."""

    figures: FrontFigures
    amount_rank: int | None
    vs_citywide: int | None
    moved: int | None


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
    """All standings of a month; `previous` is the month that movements are counted from."""

    summary: MonthSummary
    previous: Period | None
    fronts: tuple[FrontTable, ...]
    programmes: tuple[GroupStanding, ...]
    departments: tuple[GroupStanding, ...]
    districts: tuple[GroupStanding, ...]


def standings_of(session: Session, period: Period, now: datetime) -> Standings:
    """Return the month's standings; a year starts afresh, so that January has no movement."""
    summary = summary_of(session, period, now)
    before = _previous(session, period, now)
    return Standings(
        summary=summary,
        previous=None if before is None else before.period,
        fronts=tuple(_front_table(cohort, summary, before) for cohort in RANKED),
        programmes=_groups(summary.programmes, before.programmes if before else ()),
        departments=_groups(summary.departments, before.departments if before else ()),
        districts=_groups(summary.districts, before.districts if before else ()),
    )


def _previous(session: Session, period: Period, now: datetime) -> MonthSummary | None:
    if period.month == 1:
        return None
    try:
        return summary_of(session, period.plus(-1), now)
    except NotFound:
        return None


def _front_table(cohort: Cohort, summary: MonthSummary, before: MonthSummary | None) -> FrontTable:
    citywide = summary.cohort(cohort).citywide
    rows = [row for row in summary.fronts if row.cohort is cohort]
    amounts = (
        ranks([row.completed if row.annual_plan else None for row in rows])
        if len(rows) > 1
        else (None,) * len(rows)
    )
    earlier: dict[str, int | None] = {}
    # A month in which no other front was known ranks nobody.
    if before is not None and before.cohort(cohort).citywide is not None:
        earlier = {row.name: row.rank for row in before.fronts if row.cohort is cohort}
    return FrontTable(
        cohort,
        citywide,
        tuple(
            FrontStanding(
                row, amount, difference(row.progress, citywide), _moved(earlier.get(row.name), row.rank)
            )
            for row, amount in zip(rows, amounts, strict=True)
        ),
    )


def _groups(now: Iterable[GroupFigures], before: Iterable[GroupFigures]) -> tuple[GroupStanding, ...]:
    earlier = {group.name: group for group in before}
    found: list[GroupStanding] = []
    for group in now:
        was = earlier.get(group.name)
        moved = _moved(was.rank, group.rank) if was else None
        amount_moved = _moved(was.amount_rank, group.amount_rank) if was else None
        found.append(GroupStanding(group, moved, amount_moved))
    return tuple(found)


def _moved(before: int | None, now: int | None) -> int | None:
    """Return the places gained, negative for places lost; None where either rank is undefined."""
    return None if before is None or now is None else before - now
