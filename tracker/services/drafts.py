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
from tracker.services.known import report_of
from tracker.services.reporting import Entry, Reporter, alone
from tracker.services.visibility import ReportObject, own_object
from tracker.store.periods import PeriodRow
from tracker.store.reports import Report, ReportDraft, ReportRevision

#: A draft is cut here: longer texts are refused when they are handed in anyway.
_LONGEST = 4_000
_MOST_FIELDS = 60


def save_drafts(
    session: Session,
    reporter: Reporter,
    period: Period,
    entries: Sequence[Entry],
    now: datetime,
    seen: Mapping[str, int] | None = None,
) -> frozenset[str]:
    """Keep what is being typed; the person's earlier draft of the same report is replaced, by whichever window.

    Return the codes of which nothing is kept: the person handed that report in after what the entry rests on,
    which is its revision or the one that `seen` names by code. Raise NotFound for a month without a period and
    for another unit's line.
    """
    if reporter.account_id is None:
        raise NotFound("账号", reporter.actor.name)
    row = periods.find(session, period)
    alone(session, reporter)
    outrun: set[str] = set()
    for entry in entries:
        about = own_object(session, reporter.unit_ids, period.year, entry.code)
        draft = draft_row(session, row.id, reporter.account_id, about)
        knows = max(entry.based_on, (seen or {}).get(entry.code, 0))
        if _handed_in_since(session, reporter, row, about, knows):
            # A save that was on its way during the hand-in would bring back what is no draft any more.
            outrun.add(entry.code)
            if draft is not None:
                session.delete(draft)
        elif draft is None:
            session.add(
                ReportDraft(
                    period_id=row.id,
                    subproject_id=about.line_id,
                    key_project_id=about.work_id,
                    account_id=reporter.account_id,
                    typed=kept(entry.typed),
                    based_on=entry.based_on,
                    saved_at=now,
                )
            )
        else:
            draft.typed, draft.based_on, draft.saved_at = kept(entry.typed), entry.based_on, now
        session.flush()
    return frozenset(outrun)


def _handed_in_since(
    session: Session, reporter: Reporter, row: PeriodRow, about: ReportObject, number: int
) -> bool:
    """Return whether the person handed in a revision later than `number`."""
    return (
        session.scalar(
            sa.select(ReportRevision.id)
            .join(Report, Report.id == ReportRevision.report_id)
            .where(Report.period_id == row.id, report_of(about))
            .where(ReportRevision.number > number, ReportRevision.made_by == reporter.actor.name)
            .limit(1)
        )
        is not None
    )


def discard_draft(session: Session, reporter: Reporter, period: Period, code: str) -> None:
    """Throw the person's draft of a report away; does nothing without one."""
    row = periods.find(session, period)
    alone(session, reporter)
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
