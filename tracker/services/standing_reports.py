"""Owns the reports of a month that are there already when an import comes, all of them at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.store.reports import COUNTED, Report, ReportRevision, ReportState

#: What a report is about: whether it is a work, and the id of the line or work.
Place = tuple[bool, int]

_first, _newest = aliased(ReportRevision), aliased(ReportRevision)
_HEADS = (
    sa.select(Report, ReportRevision, _newest, _first.late)
    .outerjoin(ReportRevision, COUNTED)
    .outerjoin(
        _newest,
        sa.and_(
            _newest.report_id == Report.id,
            _newest.number == Report.revisions,
            sa.or_(Report.counted.is_(None), Report.counted != Report.revisions),
        ),
    )
    .outerjoin(_first, sa.and_(_first.report_id == Report.id, _first.number == 1))
    .where(Report.period_id == sa.bindparam("period_id"))
)


@dataclass(frozen=True, slots=True)
class StandingReport:
    """A report that is there already: the revision that counts, and the newest where that is another one."""

    head: Report
    counted: ReportRevision | None
    newest: ReportRevision | None
    came_late: bool

    @property
    def waits(self) -> bool:
        """Return whether what came last counts only once the office has accepted it."""
        return self.newest is not None and self.head.state is ReportState.SUBMITTED

    @property
    def came_last(self) -> str:
        """Return from whom the newest came, and as which one, as part of a sentence; "" when it counts."""
        newest = self.newest
        return "" if newest is None else f"{newest.made_by} 第{newest.number}次报送的内容"


def standing_reports(session: Session, period_id: int) -> dict[Place, StandingReport]:
    """Return the reports of a period, by what they are about."""
    rows: Any = session.execute(_HEADS, {"period_id": period_id})
    return {
        (head.key_project_id is not None, head.key_project_id or head.subproject_id or 0): StandingReport(
            head, counted, newest, bool(came_late)
        )
        for head, counted, newest, came_late in rows
    }
