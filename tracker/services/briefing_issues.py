"""Owns listing the briefings that were made, and finding the one to hand out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.briefing import Check
from tracker.core.errors import NotFound
from tracker.core.periods import Period
from tracker.store.briefings import BriefingIssue
from tracker.store.periods import PeriodRow
from tracker.store.roster import Front


@dataclass(frozen=True, slots=True)
class IssueInfo:
    """One issue of a briefing; `file_name` is relative to the instance's briefings, `size` in bytes."""

    id: int
    period: Period
    front: str
    number: int
    provisional: bool
    sentence: str
    file_name: str
    size: int
    sha256: str
    checks: tuple[Check, ...]
    made_by: str
    made_at: datetime

    @property
    def passed(self) -> int:
        """Return how many of the checks were passed."""
        return sum(check.passed for check in self.checks)


def list_issues(session: Session, *, limit: int = 200) -> tuple[IssueInfo, ...]:
    """Return the issues, newest month first, within a month the newest issue first."""
    rows = session.execute(
        _issues()
        .order_by(
            PeriodRow.year.desc(), PeriodRow.month.desc(), BriefingIssue.number.desc(), BriefingIssue.id
        )
        .limit(limit)
    )
    return tuple(_info(row) for row in rows)


def newest_issue(session: Session, period: Period, front: str) -> IssueInfo | None:
    """Return the latest issue of the front's briefing for `period`, None while there is none."""
    row = session.execute(
        _issues()
        .where(PeriodRow.year == period.year, PeriodRow.month == period.month, Front.name == front)
        .order_by(BriefingIssue.number.desc())
        .limit(1)
    ).first()
    return None if row is None else _info(row)


def find_issue(session: Session, issue_id: int) -> IssueInfo:
    """Return one issue; raise NotFound when there is none."""
    row = session.execute(_issues().where(BriefingIssue.id == issue_id)).first()
    if row is None:
        raise NotFound("通报", str(issue_id))
    return _info(row)


def _issues() -> sa.Select[BriefingIssue, int, int, str]:
    return (
        sa.select(BriefingIssue, PeriodRow.year, PeriodRow.month, Front.name)
        .join(PeriodRow, PeriodRow.id == BriefingIssue.period_id)
        .join(Front, Front.id == BriefingIssue.front_id)
    )


def _info(found: sa.Row[BriefingIssue, int, int, str]) -> IssueInfo:
    row, year, month, front = found
    return IssueInfo(
        id=row.id,
        period=Period(year, month),
        front=front,
        number=row.number,
        provisional=row.provisional,
        sentence=row.sentence,
        file_name=row.file_name,
        size=row.size,
        sha256=row.sha256,
        checks=tuple(Check(**check) for check in row.checks),
        made_by=row.made_by,
        made_at=row.made_at,
    )
