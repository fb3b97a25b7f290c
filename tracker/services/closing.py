"""Owns closing a period: checks, then the snapshot of every figure and of what stands behind it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.briefing import Briefing
from tracker.core.errors import WrongState
from tracker.core.figures import LineFigures, PeriodState
from tracker.core.periods import Period
from tracker.services import audit, periods
from tracker.services.actors import Actor
from tracker.services.briefings import fresh_briefing, require_checks
from tracker.services.figures import fronts_with_lines, require_roster
from tracker.services.roster_writing import claim_year
from tracker.store.frozen import freeze, freeze_beside
from tracker.store.periods import PeriodRow
from tracker.store.reports import Report
from tracker.store.roster import Front
from tracker.store.snapshots import Snapshot, SnapshotLine


def close_period(session: Session, actor: Actor, period: Period, now: datetime) -> tuple[Briefing, ...]:
    """Close `period` and freeze every front whose lines are kept here; return what was frozen.

    Raise WrongState for a period that is not open, FailedChecks when the sums do not agree. A report
    that has not come counts as missing from now on.
    """
    require_roster(session, period.year)
    row = periods.claimed(session, period) or periods.find(session, period)
    if row.state is not PeriodState.OPEN:
        raise WrongState(f"{period} 不是开放状态，不能关闭。")
    if now.astimezone(clock.ZONE).date() < period.first_day:
        raise WrongState(f"{period} 还没有开始，不能关闭。")
    # No plan may change while the month that it holds in is being closed.
    claim_year(session, period.year)
    periods.set_state(session, actor, row, PeriodState.CLOSED, now)
    frozen = [fresh_briefing(session, row, front, now) for front in fronts_with_lines(session, period.year)]
    for briefing in frozen:
        require_checks(period, briefing)
        _store(session, actor, row, briefing, now)
    # What counts now is what a report falls back on when a later correction of it is returned.
    session.execute(sa.update(Report).where(Report.period_id == row.id).values(settled=Report.counted))
    session.flush()
    return tuple(frozen)


def earlier_open(session: Session, period: Period) -> tuple[Period, ...]:
    """Return the earlier months of the year that are still open, for a word of warning."""
    rows = session.scalars(
        sa.select(PeriodRow)
        .where(PeriodRow.year == period.year, PeriodRow.month < period.month)
        .where(PeriodRow.state == PeriodState.OPEN)
        .order_by(PeriodRow.month)
    )
    return tuple(row.period for row in rows)


def _store(session: Session, actor: Actor, row: PeriodRow, briefing: Briefing, now: datetime) -> None:
    summary = briefing.figures.summary
    front_id = session.scalars(sa.select(Front.id).where(Front.name == summary.front)).one()
    last = session.scalar(
        sa.select(sa.func.max(Snapshot.number)).where(
            Snapshot.period_id == row.id, Snapshot.front_id == front_id
        )
    )
    snapshot = Snapshot(
        period_id=row.id,
        front_id=front_id,
        number=(last or 0) + 1,
        summary=freeze(summary),
        rules=freeze(briefing.rules),
        briefing=freeze_beside(briefing),
        fingerprint=briefing.fingerprint,
        made_by=actor.name,
        made_at=now,
    )
    session.add(snapshot)
    session.flush()
    # Whoever can rewrite a snapshot can rewrite its fingerprint; in the audit trail it stands in a chain.
    audit.record(session, actor, now, "snapshot.freeze", "snapshot", snapshot.id, after=seal_of(snapshot))
    lines = [
        {"snapshot_id": snapshot.id, "figures": freeze(figures), **columns_of(figures)}
        for figures in briefing.figures.lines
    ]
    if lines:
        session.execute(sa.insert(SnapshotLine), lines)


def columns_of(figures: LineFigures) -> dict[str, Any]:
    """Return what stands beside a frozen line's figures, for lists, filters and the look back."""
    return {
        "subproject_id": figures.line.id,
        "plan_revision": figures.line.plan_revision,
        "light": figures.light,
        "worsened": figures.worsened,
        "improved": figures.improved,
        "flagged_months": figures.flagged_months,
        "lagging_months": figures.lagging_months,
        "missing_months": figures.missing_months,
        "completed": figures.completed,
        "behind": figures.behind,
    }


def seal_of(snapshot: Snapshot) -> dict[str, Any]:
    """Return what the audit trail keeps of a snapshot: enough to tell it from any other."""
    return {
        "period_id": snapshot.period_id,
        "front_id": snapshot.front_id,
        "number": snapshot.number,
        "fingerprint": snapshot.fingerprint,
        "briefing": hashlib.sha256(snapshot.briefing.encode()).hexdigest(),
    }
