"""Owns drafts: what a reporter is typing, kept as typed, counted nowhere, seen by nobody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.errors import NotFound
from tracker.core.periods import Period
from tracker.core.said import FIELDS, MILESTONE
from tracker.services import periods
from tracker.services.reporting import Entry, Reporter
from tracker.services.visibility import ReportObject, own_object
from tracker.store.reports import ReportDraft

#: A draft is cut here: longer texts are refused when they are handed in anyway.
_LONGEST = 4_000
_MOST_FIELDS = 60


def save_drafts(
    session: Session, reporter: Reporter, period: Period, entries: Sequence[Entry], now: datetime
) -> None:
    """Keep what is being typed; the person's earlier draft of the same report is replaced.

    Raise NotFound for a month without a period and for another unit's line.
    """
    if reporter.account_id is None:
        raise NotFound("账号", reporter.actor.name)
    row = periods.find(session, period)
    for entry in entries:
        about = own_object(session, reporter.unit_ids, period.year, entry.code)
        draft = draft_row(session, row.id, reporter.account_id, about)
        if draft is None:
            draft = ReportDraft(
                period_id=row.id,
                subproject_id=about.line_id,
                key_project_id=about.work_id,
                account_id=reporter.account_id,
                typed={},
                saved_at=now,
            )
            session.add(draft)
        draft.typed, draft.based_on, draft.saved_at = kept(entry.typed), entry.based_on, now
        session.flush()


def discard_draft(session: Session, reporter: Reporter, period: Period, code: str) -> None:
    """Throw the person's draft of a report away; does nothing without one."""
    row = periods.find(session, period)
    about = own_object(session, reporter.unit_ids, period.year, code)
    draft = None if reporter.account_id is None else draft_row(session, row.id, reporter.account_id, about)
    if draft is not None:
        session.delete(draft)
        session.flush()


def draft_row(session: Session, period_id: int, account_id: int, about: ReportObject) -> ReportDraft | None:
    """Return the account's draft of a report, None without one."""
    mine = ReportDraft.key_project_id == about.id if about.work else ReportDraft.subproject_id == about.id
    return session.scalar(
        sa.select(ReportDraft).where(
            ReportDraft.period_id == period_id, ReportDraft.account_id == account_id, mine
        )
    )


def kept(typed: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of a report among what a browser sent, each of a bounded length."""
    known = {name: text for name, text in typed.items() if name in FIELDS or name.startswith(MILESTONE)}
    # PostgreSQL's JSON cannot hold the null character.
    return {
        name[:40]: text[:_LONGEST].replace("\x00", "") for name, text in list(known.items())[:_MOST_FIELDS]
    }
