"""Owns adding evidence to a line's or work's month and taking it away, by the units that report it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from tracker.core.errors import NotFound, Problem, Refused, WrongState
from tracker.core.figures import PeriodState
from tracker.core.periods import Period
from tracker.intake.attachments import FIELD, Attachment
from tracker.services import audit, periods
from tracker.services.actors import Actor
from tracker.services.evidence import EvidenceInfo, evidence_of, evidence_rows, info_of
from tracker.services.evidence_files import keep
from tracker.services.reopenings import standing_reopening
from tracker.services.visibility import ReportObject, is_own, own_object
from tracker.store.periods import PeriodRow
from tracker.store.reports import Evidence

#: How many files one report may carry.
FILES = 10


def may_change(
    session: Session, unit_ids: Collection[int], period: Period, about: ReportObject, now: datetime
) -> bool:
    """Return whether these units may add to a line's or work's evidence for the month, or take away from it."""
    row = periods.row_of(session, period)
    return (
        row is not None
        and is_own(session, unit_ids, about)
        and _takes_reports(session, row, about, unit_ids, now)
    )


def require_change(
    session: Session, unit_ids: Collection[int], period: Period, code: str, now: datetime
) -> ReportObject:
    """Return the units' line or work; raise NotFound for another unit's, WrongState while no reports are taken.

    Asked before files are opened, which takes a while; adding asks again.
    """
    about = own_object(session, unit_ids, period.year, code)
    if not _takes_reports(session, periods.find(session, period), about, unit_ids, now):
        raise WrongState(f"{period} 现在不接收“{about.name}”的月报，佐证材料不能改动。")
    return about


def add_evidence(
    session: Session,
    actor: Actor,
    unit_ids: Collection[int],
    period: Period,
    code: str,
    files: Sequence[Attachment],
    folder: Path,
    now: datetime,
) -> tuple[EvidenceInfo, ...]:
    """Keep the files, already made safe, below `folder` for a line's or work's month; all of them or none.

    The same file again is the same piece of evidence. Raise Refused when there would be too many.
    """
    # Two who add at once are counted one after the other.
    row, about = _claimed(session, unit_ids, period, code, now)
    standing = evidence_of(session, period, about.work, about.id)
    known = {info.sha256: info for info in standing}
    handed_in = {hashlib.sha256(file.content).hexdigest(): file for file in files}
    if len(handed_in.keys() | known.keys()) > FILES:
        raise _too_many(code, len(standing))
    for sha256, file in handed_in.items():
        keep(folder, file.content)
        if sha256 not in known:
            known[sha256] = _added(session, actor, row, about, file, sha256, now)
    return tuple(known[sha256] for sha256 in handed_in)


def remove_evidence(
    session: Session,
    actor: Actor,
    unit_ids: Collection[int],
    period: Period,
    code: str,
    evidence_id: int,
    now: datetime,
) -> None:
    """Take a file away from a line's or work's month; it stays readable beside the revisions that it was for.

    Raise NotFound for one that belongs elsewhere; one that was taken away already stays as it is.
    """
    claimed, about = _claimed(session, unit_ids, period, code, now)
    row = session.scalar(
        evidence_rows(about.work, about.id).where(
            Evidence.id == evidence_id, Evidence.period_id == claimed.id
        )
    )
    if row is None:
        raise NotFound("佐证材料", str(evidence_id))
    if row.removed_at is not None:
        return
    row.removed_by, row.removed_at = actor.name, now
    before = {"period": str(period), "code": code, "file_name": row.file_name, "sha256": row.sha256}
    audit.record(session, actor, now, "evidence.remove", "evidence", row.id, before=before)
    session.flush()


def _claimed(
    session: Session, unit_ids: Collection[int], period: Period, code: str, now: datetime
) -> tuple[PeriodRow, ReportObject]:
    periods.claimed(session, period)
    about = require_change(session, unit_ids, period, code, now)
    return periods.find(session, period), about


def _added(
    session: Session,
    actor: Actor,
    period: PeriodRow,
    about: ReportObject,
    file: Attachment,
    sha256: str,
    now: datetime,
) -> EvidenceInfo:
    row = Evidence(
        period_id=period.id,
        subproject_id=about.line_id,
        key_project_id=about.work_id,
        file_name=file.name,
        media_type=file.media_type.value,
        size=len(file.content),
        sha256=sha256,
        made_by=actor.name,
        made_at=now,
    )
    session.add(row)
    session.flush()
    after = {
        "period": str(period.period),
        "code": about.code,
        "file_name": row.file_name,
        "media_type": row.media_type,
        "size": row.size,
        "sha256": sha256,
    }
    audit.record(session, actor, now, "evidence.add", "evidence", row.id, after=after)
    return info_of(row)


def _too_many(code: str, standing: int) -> Refused:
    what = f"每份月报最多 {FILES} 个佐证材料，已有 {standing} 个"
    return Refused((Problem(what, "请减少文件，或先删去不需要的", subject=code, field=FIELD),))


def _takes_reports(
    session: Session, row: PeriodRow, about: ReportObject, unit_ids: Collection[int], now: datetime
) -> bool:
    if row.state is PeriodState.CLOSED:
        return standing_reopening(session, row, about, unit_ids, now) is not None
    return row.state is PeriodState.OPEN
