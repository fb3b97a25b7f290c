"""Owns what the red-flag list of a closed month filters and sorts by: read once and kept, for it never changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.flag_list import Arranged, FlagFilter, Mark, arranged
from tracker.store.frozen import thaw_mark
from tracker.store.snapshots import Snapshot, SnapshotLine

Key = TypeVar("Key")
Value = TypeVar("Value")

#: So many months are kept, and so many lists of each; ten thousand marks take about three megabytes.
MONTHS, LISTS = 6, 32


@dataclass(slots=True)
class _Kept:
    marks: tuple[Mark, ...]
    lists: dict[FlagFilter, Arranged] = field(default_factory=dict)


#: By the fingerprint of the snapshot: equal ones have equal lines, whichever database they lie in.
_kept: dict[str, _Kept] = {}
_lock = Lock()


def arranged_snapshot(session: Session, snapshot: Snapshot, wanted: FlagFilter) -> Arranged:
    """Return a closed month's lines as `wanted`, without their figures."""
    kept = _kept.get(snapshot.fingerprint)
    if kept is None:
        kept = _Kept(_read(session, snapshot))
        _keep(_kept, snapshot.fingerprint, kept, MONTHS)
    found = kept.lists.get(wanted)
    if found is None:
        found = arranged(kept.marks, wanted)
        _keep(kept.lists, wanted, found, LISTS)
    return found


def _read(session: Session, snapshot: Snapshot) -> tuple[Mark, ...]:
    texts = session.scalars(sa.select(SnapshotLine.figures).where(SnapshotLine.snapshot_id == snapshot.id))
    return tuple(thaw_mark(text) for text in texts)


def _keep(store: dict[Key, Value], key: Key, value: Value, most: int) -> None:
    """Keep the value; what was kept longest makes room."""
    with _lock:
        store[key] = value
        while len(store) > most:
            del store[next(iter(store))]
