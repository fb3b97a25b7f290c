"""Owns getting the figures of a month: frozen ones of a closed period, fresh ones of an open one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

from tracker.core.errors import NotFound
from tracker.core.figures import MonthFigures, MonthSummary, PeriodState, TrendPoint
from tracker.core.lights import Light, Verdict
from tracker.core.lines import FrontTotal
from tracker.core.month import MonthFacts, month_figures
from tracker.core.periods import Period
from tracker.core.rules import RuleSet, rules_from_json, rules_in_force
from tracker.services import periods
from tracker.services.office import office_of, own_front
from tracker.store.bulk import rows_of
from tracker.store.fronts import FrontTotalRow
from tracker.store.frozen import thaw_line, thaw_summary
from tracker.store.month import lines_of
from tracker.store.periods import PeriodRow
from tracker.store.roster import Front, KeyProject, Programme, Subproject, Unit, UnitKind
from tracker.store.rules import RuleVersion
from tracker.store.snapshots import Snapshot, SnapshotLine

# The statements are put together once: for a small roster that would cost more than running them.
_SNAPSHOT = (
    sa.select(Snapshot)
    .join(Front, Front.id == Snapshot.front_id)
    .where(Snapshot.period_id == sa.bindparam("period_id"), Front.name == sa.bindparam("front"))
    .order_by(Snapshot.number.desc())
    .limit(1)
    # It grows with the roster, and only a briefing needs it.
    .options(defer(Snapshot.briefing))
)
_VERDICTS = sa.select(
    SnapshotLine.subproject_id,
    sa.type_coerce(SnapshotLine.light, sa.String),
    SnapshotLine.flagged_months,
    SnapshotLine.lagging_months,
    SnapshotLine.missing_months,
).where(SnapshotLine.snapshot_id == sa.bindparam("snapshot_id"))
_FRONT_TOTALS = (
    sa.select(
        Front.name,
        FrontTotalRow.cohort,
        FrontTotalRow.count,
        FrontTotalRow.annual_plan,
        FrontTotalRow.completed,
        FrontTotalRow.source,
    )
    .join(Front, Front.id == FrontTotalRow.front_id)
    .where(FrontTotalRow.period_id == sa.bindparam("period_id"))
    .order_by(FrontTotalRow.number, FrontTotalRow.id)
)
_ANY_LINE = sa.select(Subproject.id).where(Subproject.year == sa.bindparam("year")).limit(1)
_RULES = sa.select(RuleVersion)
_FROZEN_FRONTS = (
    sa.select(Front.name)
    .join(Snapshot, Snapshot.front_id == Front.id)
    .where(Snapshot.period_id == sa.bindparam("period_id"))
    .order_by(Snapshot.id)
)
_OF_FRONT = sa.and_(KeyProject.year == sa.bindparam("year"), Front.name == sa.bindparam("front"))
_PROGRAMMES = (
    sa.select(Programme.name)
    .join(Front, Front.id == Programme.front_id)
    .where(Programme.year == sa.bindparam("year"), Front.name == sa.bindparam("front"))
    .order_by(Programme.position)
)
_DEPARTMENTS = (
    sa.select(Unit.name)
    .where(Unit.kind == UnitKind.DEPARTMENT)
    .where(
        sa.select(KeyProject.id)
        .join(Programme, Programme.id == KeyProject.programme_id)
        .join(Front, Front.id == Programme.front_id)
        .where(KeyProject.lead_id == Unit.id, _OF_FRONT)
        .exists()
    )
    .order_by(Unit.position, Unit.id)
)
_DISTRICTS = (
    sa.select(Unit.name)
    .where(
        sa.select(Subproject.id)
        .join(KeyProject, KeyProject.id == Subproject.key_project_id)
        .join(Programme, Programme.id == KeyProject.programme_id)
        .join(Front, Front.id == Programme.front_id)
        .where(Subproject.district_id == Unit.id, _OF_FRONT)
        .exists()
    )
    .order_by(Unit.position, Unit.id)
)


def figures_of(
    session: Session,
    period: Period,
    now: datetime,
    *,
    front: str | None = None,
    corrected: bool = False,
    before: MonthFigures | None = None,
) -> MonthFigures:
    """Return the month's figures of `front` (the office's own by default).

    A closed period answers with its snapshot, as reported; `corrected` computes it from what is known
    today instead. `before` are the figures of the month before, when at hand. Raise NotFound for a period that
    was never opened, and for a front that has no lines here: of a total alone nothing can be computed.
    """
    row = periods.find(session, period)
    front = told_front(session, row, front)
    if corrected:
        return fresh_figures(session, row, front, now, before)
    return _told(session, row, front, now, before)


def figures_in_order(
    session: Session, rows: Iterable[PeriodRow], now: datetime, front: str | None = None
) -> Iterator[MonthFigures]:
    """Yield the figures of a year's months, given in order; an open one is computed from the one before at hand.

    A month that looked back by itself would compute all open ones before it again. Without a `front` each month
    tells the office's own.
    """
    before: MonthFigures | None = None
    for row in rows:
        own = told_front(session, row) if front is None else front
        before = _told(session, row, own, now, before)
        yield before


def _told(
    session: Session, row: PeriodRow, front: str, now: datetime, before: MonthFigures | None
) -> MonthFigures:
    """Return the figures of a month as frozen with it, while it is open as known now."""
    snapshot = latest_snapshot(session, row, front)
    if snapshot is None:
        return fresh_figures(session, row, front, now, before)
    lines = session.scalars(
        sa.select(SnapshotLine.figures)
        .where(SnapshotLine.snapshot_id == snapshot.id)
        .order_by(SnapshotLine.id)
    )
    return MonthFigures(thaw_summary(snapshot.summary), tuple(thaw_line(text) for text in lines))


def summary_of(session: Session, period: Period, now: datetime, *, front: str | None = None) -> MonthSummary:
    """Return the summary alone; for a closed period it costs the same however many lines there are."""
    row = periods.find(session, period)
    front = told_front(session, row, front)
    snapshot = latest_snapshot(session, row, front)
    if snapshot is None:
        return fresh_figures(session, row, front, now).summary
    return thaw_summary(snapshot.summary)


def told_fronts(session: Session, row: PeriodRow) -> list[str]:
    """Return the fronts that a month can tell: those frozen with a closed one, those with lines in an open one."""
    if row.state is PeriodState.CLOSED:
        return list(session.scalars(_FROZEN_FRONTS, {"period_id": row.id}))
    return fronts_with_lines(session, row.year)


def told_front(session: Session, row: PeriodRow, asked: str | None = None) -> str:
    """Return the front whose figures a month tells, the office's own unless another is asked for.

    What a closed month tells is settled with its closing: a front whose lines came later has no part in it.
    Raise NotFound for a front that the month cannot tell.
    """
    if asked is None and row.state is not PeriodState.CLOSED:
        return own_front(session, row.year)
    fronts = told_fronts(session, row)
    if asked is not None:
        if asked not in fronts:
            raise NotFound(f"{row.period} 在本系统内有子项目的领域", asked)
        return asked
    wanted = office_of(session).own_front
    if wanted in fronts:
        return wanted
    own = own_front(session, row.year)
    return own if own in fronts else next(iter(fronts), own)


def latest_snapshot(session: Session, row: PeriodRow, front: str) -> Snapshot | None:
    """Return the snapshot that a closed period stands by; None while it is open."""
    if row.state is not PeriodState.CLOSED:
        return None
    return session.scalar(_SNAPSHOT, {"period_id": row.id, "front": front})


def fresh_figures(
    session: Session, row: PeriodRow, front: str, now: datetime, before: MonthFigures | None = None
) -> MonthFigures:
    """Compute the month from what is known now; `before` are the figures of the month before, when at hand."""
    return month_figures(facts_of(session, row, front, now, before))


def facts_of(
    session: Session, row: PeriodRow, front: str, now: datetime, before: MonthFigures | None = None
) -> MonthFacts:
    """Return everything that the month's figures are computed from."""
    period = row.period
    if before is not None and (before.summary.period, before.summary.front) == (period.plus(-1), front):
        previous, trend = _passed_on(before)
    else:
        previous, trend = _look_back(session, period, front, now)
    programmes, departments, districts = _group_names(session, period.year, front)
    return MonthFacts(
        period=period,
        state=row.state,
        front=front,
        rules=rules_for(session, period),
        deadline_passed=periods.info_of(row).deadline_passed(now),
        lines=lines_of(session, period),
        front_totals=front_totals(session, row),
        previous=previous,
        trend=trend,
        programmes=programmes,
        departments=departments,
        districts=districts,
    )


def rules_for(session: Session, period: Period) -> RuleSet:
    """Return the rule version in force in `period`."""
    return rules_in_force(
        (
            RuleSet(row.version, row.effective_from, rules_from_json(row.rules))
            for row in session.scalars(_RULES)
        ),
        period,
    )


def front_totals(session: Session, row: PeriodRow) -> tuple[FrontTotal, ...]:
    """Return the newest total of every other front for the period."""
    newest = {
        (name, cohort): FrontTotal(name, cohort, count, annual_plan, completed, source)
        for name, cohort, count, annual_plan, completed, source in session.execute(
            _FRONT_TOTALS, {"period_id": row.id}
        )
    }
    return tuple(newest.values())


def _look_back(
    session: Session, period: Period, front: str, now: datetime
) -> tuple[Mapping[int, Verdict], tuple[TrendPoint, ...]]:
    """Return the verdicts of the month before and the trend up to it; a year starts afresh.

    A closed month answers as it was reported. An open one is computed, back to the last closed one.
    """
    if period.month == 1:
        return {}, ()
    row = periods.month_before(session, period)
    if row is None:
        return {}, _look_back(session, period.plus(-1), front, now)[1]
    snapshot = latest_snapshot(session, row, front)
    if snapshot is None and row.state is PeriodState.CLOSED:
        # The front joined after that month was closed.
        return {}, ()
    if snapshot is None:
        return _passed_on(fresh_figures(session, row, front, now))
    verdicts = rows_of(session, _VERDICTS, {"snapshot_id": snapshot.id})
    return (
        {line_id: _verdict(*verdict) for line_id, *verdict in verdicts},
        thaw_summary(snapshot.summary).trend,
    )


def _passed_on(before: MonthFigures) -> tuple[Mapping[int, Verdict], tuple[TrendPoint, ...]]:
    """Return what a month passes on to the next one."""
    return {line.line.id: line.verdict for line in before.lines}, before.summary.trend


@lru_cache(maxsize=1024)
def _verdict(light: str, flagged_months: int, lagging_months: int, missing_months: int) -> Verdict:
    """Return a verdict of a closed month; thousands of lines share a few of them."""
    return Verdict(Light(light), (), flagged_months, lagging_months, missing_months)


def _group_names(session: Session, year: int, front: str) -> tuple[list[str], list[str], list[str]]:
    """Return the front's programmes, the departments that lead in it and the districts that host its lines."""
    told = {"year": year, "front": front}
    programmes = session.scalars(_PROGRAMMES, told)
    departments = session.scalars(_DEPARTMENTS, told)
    districts = session.scalars(_DISTRICTS, told)
    return list(programmes), list(departments), list(districts)


def fronts_with_lines(session: Session, year: int) -> list[str]:
    """Return the fronts whose projects are kept here."""
    return list(
        session.scalars(
            sa.select(Front.name)
            .join(Programme, Programme.front_id == Front.id)
            .join(KeyProject, KeyProject.programme_id == Programme.id)
            .join(Subproject, Subproject.key_project_id == KeyProject.id)
            .where(Subproject.year == year)
            .distinct()
            .order_by(Front.name)
        )
    )


def require_roster(session: Session, year: int) -> None:
    """Raise NotFound with the way out when the year has no roster."""
    if session.scalar(_ANY_LINE, {"year": year}) is None:
        raise NotFound("年度项目清单（请先用 tracker import roster 导入）", str(year))
