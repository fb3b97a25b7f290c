"""Owns the anchors of the audit trail: what its newest entry was, told outside the database.

The chain of hashes shows a change in the middle of the trail, but not that its newest entries were cut off,
nor that somebody with the database's password took it off its guards and wrote every hash anew. So the id
and the hash of the newest entry are written, one line each, to a file in the instance's folder: after every
use of the command line, and at most once an hour by the web. A hash stands for everything before it, so that
an anchor costs the same however long the trail is, and entries cost nothing. `tracker doctor` finds every
anchor again in the trail.

This protects against whoever can write the database but not the folder of every node that serves it. Whoever
can write both can forge both; only an anchor that left the machine helps then: in a backup, in an export of
the trail, or written down from the page 审计, which shows the newest one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.services.audit_list import newest_entry
from tracker.store.audit import AuditEntry
from tracker.store.engine import reading

#: How long what is written may at most go without an anchor while the web is in use.
INTERVAL = timedelta(hours=1)
#: Longer than any line of the file.
_LINE = 200


@dataclass(frozen=True, slots=True)
class Anchor:
    """The newest entry of the trail at a moment."""

    moment: datetime
    entry: int
    hash: str


def drop_anchor(session: Session, file: Path, now: datetime) -> None:
    """Append an anchor of the newest entry, unless the file ends with it already.

    `session` must see only what is committed: an entry that is undone afterwards would be missed for ever.
    """
    newest = newest_entry(session)
    if newest is None:
        return
    last = _last(file)
    if last is not None and (last.entry, last.hash) == newest:
        return
    text = f"{now.astimezone(clock.ZONE).isoformat(timespec='seconds')} {newest[0]} {newest[1]}\n"
    # One short write at the end of the file: several processes do not mix their lines.
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, text.encode("ascii"))
    finally:
        os.close(handle)


def drop_anchor_when_due(engine: sa.Engine, file: Path, now: datetime) -> None:
    """Append an anchor when the last one is older than an hour; call it after a commit."""
    last = _last(file)
    if last is not None and abs(now - last.moment) < INTERVAL:
        return
    with reading(engine) as session:
        drop_anchor(session, file, now)


def anchor_findings(session: Session, file: Path) -> list[str]:
    """Return a sentence when an anchor is not found in the trail again; nothing without a file."""
    if not file.is_file():
        return []
    anchors = [_parsed(text) for text in file.read_text(encoding="ascii", errors="replace").splitlines()]
    found: list[str] = []
    if any(anchor is None for anchor in anchors):
        found.append(f"审计锚点文件 {file.name} 有读不懂的行，可能被改动过。请保留现场，从备份核对。")
    told = sorted((anchor for anchor in anchors if anchor is not None), key=lambda anchor: anchor.entry)
    hashes = _hashes(session, [anchor.entry for anchor in told])
    missed = next((anchor for anchor in told if hashes.get(anchor.entry) != anchor.hash), None)
    if missed is not None:
        what = "内容不同" if missed.entry in hashes else "这一条不见了"
        found.append(
            f"审计记录少了或被改写过：{missed.moment:%Y-%m-%d %H:%M} 时最新的是第 {missed.entry} 条，现在{what}。"
            f"请保留现场，从备份核对；如果数据库刚从更早的备份恢复，请把 {file.name} 改名存档。"
        )
    return found


def _hashes(session: Session, ids: list[int]) -> dict[int, str]:
    """Return the hashes of these entries, as far as they are there."""
    found: dict[int, str] = {}
    for start in range(0, len(ids), 500):
        some = AuditEntry.id.in_(ids[start : start + 500])
        found |= dict(session.execute(sa.select(AuditEntry.id, AuditEntry.hash).where(some)).all())
    return found


def _last(file: Path) -> Anchor | None:
    """Return the file's last anchor without reading what stands before it."""
    try:
        with file.open("rb") as opened:
            opened.seek(max(0, os.fstat(opened.fileno()).st_size - _LINE))
            lines = opened.read().decode("ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return None
    return _parsed(lines[-1]) if lines else None


def _parsed(text: str) -> Anchor | None:
    try:
        moment, entry, told = text.split(" ")
        anchor = Anchor(datetime.fromisoformat(moment), int(entry), told)
    except ValueError:
        return None
    return anchor if anchor.moment.tzinfo is not None and len(told) == 64 else None
