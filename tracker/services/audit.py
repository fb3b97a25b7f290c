"""Owns writing to the audit trail and verifying that nobody changed it afterwards."""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.services.actors import Actor
from tracker.store.audit import AuditEntry

#: What stands before the first entry.
GENESIS = "0" * 64
#: Any number will do, as long as every writer asks for the same lock.
_LOCK = 5_320_001


def record(
    session: Session,
    actor: Actor,
    now: datetime,
    action: str,
    kind: str,
    object_id: object,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Append one entry. Values must be plain JSON; amounts are whole yuan."""
    claim_trail(session)
    last = session.scalar(sa.select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)) or GENESIS
    entry = AuditEntry(
        made_at=now.replace(microsecond=0),
        made_by=actor.name,
        address=actor.address,
        action=action,
        object_kind=kind,
        object_id=str(object_id),
        before=before,
        after=after,
        previous_hash=last,
        hash="",
    )
    entry.hash = _hash(entry)
    session.add(entry)
    session.flush()


def claim_trail(session: Session) -> None:
    """Keep others from writing to the trail until the transaction ends.

    Two writers must not carry on from the same last entry; SQLite has one writer at a time anyway. Whoever
    changes several things claims the trail after the month and before the first of them: otherwise two could
    wait for each other, one for the trail and one for a row.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def first_broken(session: Session) -> int | None:
    """Return the id of the first entry that does not fit the chain, None when the trail is whole."""
    previous = GENESIS
    statement = sa.select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=500)
    with closing(session.scalars(statement)) as entries:
        for entry in entries:
            if entry.previous_hash != previous or entry.hash != _hash(entry):
                return entry.id
            previous = entry.hash
    return None


def _hash(entry: AuditEntry) -> str:
    content = [
        entry.previous_hash,
        entry.made_at.astimezone(UTC).isoformat(),
        entry.made_by,
        entry.address,
        entry.action,
        entry.object_kind,
        entry.object_id,
        entry.before,
        entry.after,
    ]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
