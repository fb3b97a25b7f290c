"""Owns reopening a closed period for one unit, line or work: rarely, with a reason, until a moment.

What was frozen with the closing stays frozen; what is handed in meanwhile counts as a correction at once.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.services.visibility import ReportObject
from tracker.store.periods import PeriodRow, Reopening


def standing_reopening(
    session: Session, row: PeriodRow, about: ReportObject, unit_ids: Collection[int], now: datetime
) -> Reopening | None:
    """Return the reopening that lets these units report on the line or work now, None without one."""
    mine = Reopening.key_project_id == about.id if about.work else Reopening.subproject_id == about.id
    return session.scalar(
        sa.select(Reopening)
        .where(Reopening.period_id == row.id, Reopening.ended_at.is_(None), Reopening.until > now)
        .where(sa.or_(mine, Reopening.unit_id.in_(unit_ids)))
        .order_by(Reopening.id.desc())
        .limit(1)
    )
