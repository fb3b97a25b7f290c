"""Owns the trend of every rank (名次走势): who stood where at the end of each month of the year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.cohorts import RANKED, Cohort
from tracker.core.figures import GroupFigures, MonthSummary, PeriodState
from tracker.core.periods import Period
from tracker.core.ranking import ranks
from tracker.services import periods
from tracker.services.figures import figures_in_order, fronts_with_lines, summary_of, told_front
from tracker.store.frozen import thaw_summary
from tracker.store.periods import PeriodRow
from tracker.store.roster import Front
from tracker.store.snapshots import Snapshot

# A month's newest snapshot comes last. The summary alone is read: the same at any number of lines.
_SUMMARIES = (
    sa.select(PeriodRow.month, Snapshot.summary)
    .join(Snapshot, Snapshot.period_id == PeriodRow.id)
    .join(Front, Front.id == Snapshot.front_id)
    .where(
        PeriodRow.year == sa.bindparam("year"),
        PeriodRow.month <= sa.bindparam("month"),
        PeriodRow.state == PeriodState.CLOSED,
        Front.name == sa.bindparam("front"),
    )
    .order_by(PeriodRow.month, Snapshot.number)
)
_OPEN_MONTHS = (
    sa.select(PeriodRow)
    .where(PeriodRow.year == sa.bindparam("year"), PeriodRow.month <= sa.bindparam("month"))
    .where(PeriodRow.state == PeriodState.OPEN)
    .order_by(PeriodRow.month)
)


class Ranking(StrEnum):
    """By what is ranked: the progress, or the amount completed."""

    RATE = "rate"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class RankSeries:
    """One name's ranks month by month, by rate and by amount; None where it had none."""

    name: str
    own: bool
    rates: tuple[int | None, ...]
    amounts: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class RankTable:
    """The ranks of one standing; `cohort` is the fronts' one, None for programmes, departments, districts."""

    cohort: Cohort | None
    series: tuple[RankSeries, ...]


@dataclass(frozen=True, slots=True)
class RankTrends:
    """The trend of every rank; `months` are those of the year with figures, up to the month shown."""

    months: tuple[Period, ...]
    fronts: tuple[RankTable, ...]
    programmes: RankTable
    departments: RankTable
    districts: RankTable

    @property
    def tables(self) -> dict[str, RankTable]:
        """Return every table by the name of its place on the page; the fronts have one per cohort."""
        fronts = {f"fronts-{table.cohort}": table for table in self.fronts}
        groups = {"programmes": self.programmes, "departments": self.departments, "districts": self.districts}
        return fronts | groups


def summaries_until(session: Session, period: Period, now: datetime) -> tuple[MonthSummary, ...]:
    """Return the summaries of the front that the month tells, of the year's months up to it, oldest first.

    A closed month answers with its snapshot; one in which the front was not told here is left out. Raise NotFound
    for a period that was never opened.
    """
    front = told_front(session, periods.find(session, period))
    told = {"year": period.year, "month": period.month, "front": front}
    newest: dict[int, str] = dict(session.execute(_SUMMARIES, told).all())
    found = {month: thaw_summary(text) for month, text in newest.items()}
    if front in fronts_with_lines(session, period.year):
        for figures in figures_in_order(session, session.scalars(_OPEN_MONTHS, told).all(), now, front):
            found[figures.summary.period.month] = figures.summary
    if period.month not in found:
        # Neither closed with this front nor open with lines of it: told alone.
        found[period.month] = summary_of(session, period, now)
    return tuple(found[month] for month in sorted(found))


def rank_trends(summaries: Sequence[MonthSummary]) -> RankTrends:
    """Return how the ranks went from month to month; `summaries` are the year's, oldest first."""
    return RankTrends(
        months=tuple(summary.period for summary in summaries),
        fronts=tuple(_front_table(cohort, summaries) for cohort in RANKED),
        programmes=_group_table(summaries, lambda summary: summary.programmes),
        departments=_group_table(summaries, lambda summary: summary.departments),
        districts=_group_table(summaries, lambda summary: summary.districts),
    )


def front_ranks(summary: MonthSummary, cohort: Cohort) -> dict[str, tuple[int | None, int | None]]:
    """Return each front's ranks by rate and by amount; nobody has one while no other front is known."""
    rows = [row for row in summary.fronts if row.cohort is cohort]
    if len(rows) < 2 or summary.cohort(cohort).citywide is None:
        return dict.fromkeys((row.name for row in rows), (None, None))
    amounts = ranks([row.completed if row.annual_plan else None for row in rows])
    return {row.name: (row.rank, amount) for row, amount in zip(rows, amounts, strict=True)}


def _front_table(cohort: Cohort, summaries: Sequence[MonthSummary]) -> RankTable:
    own = {summary.front for summary in summaries}
    months = [front_ranks(summary, cohort) for summary in summaries]
    return RankTable(cohort, _series(months, own))


def _group_table(
    summaries: Sequence[MonthSummary], of: Callable[[MonthSummary], Sequence[GroupFigures]]
) -> RankTable:
    months = [{group.name: (group.rank, group.amount_rank) for group in of(summary)} for summary in summaries]
    return RankTable(None, _series(months, frozenset()))


def _series(
    months: Sequence[dict[str, tuple[int | None, int | None]]], own: frozenset[str] | set[str]
) -> tuple[RankSeries, ...]:
    """Return one series per name, in the order of the newest month; who is gone by then comes last."""
    names = dict.fromkeys(name for month in reversed(months) for name in month)
    nowhere = (None, None)
    return tuple(
        RankSeries(
            name,
            name in own,
            tuple(month.get(name, nowhere)[0] for month in months),
            tuple(month.get(name, nowhere)[1] for month in months),
        )
        for name in names
    )
