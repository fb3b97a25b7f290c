"""Owns evidence as it is read: the pictures and PDF of a line's or work's month, and who may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.errors import NotFound
from tracker.core.periods import Period
from tracker.intake.attachments import MediaType
from tracker.services.accounts import AccountInfo
from tracker.services.visibility import ReportObject, is_own
from tracker.store.accounts import Role
from tracker.store.periods import PeriodRow
from tracker.store.reports import Evidence
from tracker.store.roster import KeyProject, Subproject


@dataclass(frozen=True, slots=True)
class EvidenceInfo:
    """A file as pages list it; `removed_at` is None while it stands. `size` is in bytes."""

    id: int
    file_name: str
    media_type: MediaType
    size: int
    sha256: str
    made_by: str
    made_at: datetime
    removed_by: str = ""
    removed_at: datetime | None = None

    @property
    def is_picture(self) -> bool:
        """Return whether a browser shows it inside a page."""
        return self.media_type is not MediaType.PDF


def evidence_of(
    session: Session, period: Period, work: bool, object_id: int, *, at: datetime | None = None
) -> tuple[EvidenceInfo, ...]:
    """Return a line's or work's evidence for a month, oldest first: what stands, or what stood at a moment.

    With `at`, what was taken away afterwards is there too, with `removed_at`. Whether somebody may read it
    is asked with `may_read`.
    """
    statement = evidence_rows(work, object_id).join(PeriodRow, PeriodRow.id == Evidence.period_id)
    statement = statement.where(PeriodRow.year == period.year, PeriodRow.month == period.month)
    if at is None:
        statement = statement.where(Evidence.removed_at.is_(None))
    else:
        still_there = sa.or_(Evidence.removed_at.is_(None), Evidence.removed_at > at)
        statement = statement.where(Evidence.made_at <= at, still_there)
    return tuple(info_of(row) for row in session.scalars(statement.order_by(Evidence.id)))


def may_read(session: Session, account: AccountInfo, about: ReportObject) -> bool:
    """Return whether the account may read the evidence of a line or work."""
    if account.role is Role.REPORTER:
        return is_own(session, account.unit_ids, about)
    return account.role in (Role.OFFICE, Role.LEADER)


def readable_evidence(session: Session, account: AccountInfo, evidence_id: int) -> EvidenceInfo:
    """Return one file that the account may read; raise NotFound for any other, so that none is betrayed."""
    row = session.get(Evidence, evidence_id)
    if row is None or not may_read(session, account, _about(session, row)):
        raise NotFound("佐证材料", str(evidence_id))
    return info_of(row)


def evidence_rows(work: bool, object_id: int) -> sa.Select[Evidence]:
    """Return the selection of a line's or work's evidence of all months."""
    column = Evidence.key_project_id if work else Evidence.subproject_id
    return sa.select(Evidence).where(column == object_id)


def info_of(row: Evidence) -> EvidenceInfo:
    """Return the value of a row."""
    return EvidenceInfo(
        id=row.id,
        file_name=row.file_name,
        media_type=MediaType(row.media_type),
        size=row.size,
        sha256=row.sha256,
        made_by=row.made_by,
        made_at=row.made_at,
        removed_by=row.removed_by,
        removed_at=row.removed_at,
    )


def _about(session: Session, row: Evidence) -> ReportObject:
    if row.key_project_id is not None:
        work = session.get_one(KeyProject, row.key_project_id)
        return ReportObject(True, work.id, work.year, work.code, work.name)
    line = session.get_one(Subproject, row.subproject_id)
    return ReportObject(False, line.id, line.year, line.code, line.name)
