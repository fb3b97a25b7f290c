"""Owns the health of an instance: what is wrong, and how to mend it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.figures import PeriodState
from tracker.services import audit
from tracker.services.audit_anchors import anchor_findings
from tracker.services.closing import columns_of, seal_of
from tracker.services.evidence_files import evidence_findings
from tracker.store.audit import AuditEntry
from tracker.store.briefings import BriefingIssue
from tracker.store.frozen import fingerprint, thaw_line, thaw_rules, thaw_summary
from tracker.store.periods import PeriodRow
from tracker.store.snapshots import Snapshot, SnapshotLine


def findings(
    session: Session, briefings: Path, anchors: Path | None = None, *, attachments: Path | None = None
) -> list[str]:
    """Return a sentence for everything that is wrong; an empty list means that all is well.

    `anchors` is the file of what the audit trail is known to have held, `attachments` the folder of the evidence.
    """
    found = [*_database(session), *_snapshots(session), *_briefings(session, briefings)]
    broken = audit.first_broken(session)
    if broken is not None:
        found.append(f"审计记录从第 {broken} 条起被改动过。请保留现场，从备份核对。")
    if anchors is not None:
        found += anchor_findings(session, anchors)
    if attachments is not None:
        found += evidence_findings(session, attachments)
    return found


def _database(session: Session) -> list[str]:
    if session.get_bind().dialect.name != "sqlite":
        return []
    answer = session.execute(sa.text("PRAGMA quick_check")).scalar()
    if answer != "ok":
        return [f"数据库文件已损坏（{answer}）。请从最近的备份恢复。"]
    orphan = session.execute(sa.text("PRAGMA foreign_key_check")).first()
    return [f"数据表 {orphan[0]} 有失去归属的记录。请从最近的备份恢复。"] if orphan else []


def _snapshots(session: Session) -> list[str]:
    """Compare every snapshot with its fingerprint and with its seal in the audit trail; none may be missing."""
    found: list[str] = []
    seals = sa.select(AuditEntry.object_id, AuditEntry.after).where(AuditEntry.action == "snapshot.freeze")
    sealed: dict[str, Any] = dict(session.execute(seals).all())
    for row in session.scalars(
        sa.select(PeriodRow)
        .where(PeriodRow.state == PeriodState.CLOSED)
        .order_by(PeriodRow.year, PeriodRow.month)
    ):
        snapshots = session.scalars(
            sa.select(Snapshot).where(Snapshot.period_id == row.id).order_by(Snapshot.id)
        ).all()
        if not snapshots:
            found.append(f"{row.period} 已关闭，但关闭时的数字不见了。请从备份恢复。")
        found += (
            f"{row.period} 关闭时的数字与其指纹不符，可能被改动。请从备份核对。"
            for snapshot in snapshots
            if sealed.get(str(snapshot.id)) != seal_of(snapshot) or not _is_whole(session, snapshot)
        )
    return found


def _is_whole(session: Session, snapshot: Snapshot) -> bool:
    """Return whether the snapshot holds what its fingerprint says, and its columns what its figures say."""
    rows = session.scalars(
        sa.select(SnapshotLine).where(SnapshotLine.snapshot_id == snapshot.id).order_by(SnapshotLine.id)
    ).all()
    try:
        lines = [thaw_line(row.figures) for row in rows]
        told = fingerprint(thaw_summary(snapshot.summary), thaw_rules(snapshot.rules), lines)
    except msgspec.MsgspecError:
        return False
    return told == snapshot.fingerprint and all(
        getattr(row, name) == value
        for row, line in zip(rows, lines, strict=True)
        for name, value in columns_of(line).items()
    )


def _briefings(session: Session, folder: Path) -> list[str]:
    """Compare every briefing's file with its hash."""
    found: list[str] = []
    issues = session.execute(
        sa.select(BriefingIssue, PeriodRow)
        .join(PeriodRow, PeriodRow.id == BriefingIssue.period_id)
        .order_by(BriefingIssue.id)
    )
    for issue, row in issues:
        path = folder / issue.file_name
        # A closed month gives the same bytes again, so that the file fits its hash afterwards.
        mend = f"可用 tracker brief --month {row.period} --out {path.parent} 重新生成"
        if not path.is_file():
            found.append(f"通报文件不见了：{issue.file_name}。{mend}。")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != issue.sha256:
            found.append(f"通报文件被改动过：{issue.file_name}。{mend}。")
    return found
