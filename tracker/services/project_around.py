"""Owns what stands around a line or a work, as far as its reader may see it: what follows from lights, and what is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.lines import Milestone
from tracker.core.periods import Period
from tracker.services.accounts import AccountInfo
from tracker.services.actions import (
    ActionInfo,
    InstructionInfo,
    actions_of_subject,
    instructions_of_subject,
)
from tracker.services.comments import may_comment, may_read_comments
from tracker.services.evidence import EvidenceInfo, evidence_rows, info_of, may_read
from tracker.services.known import milestones_of
from tracker.services.notice_list import NoticeInfo, notices_of_subject
from tracker.services.problem_list import ProblemInfo, problems_of_subject
from tracker.services.remarks import RemarkInfo, remarks_of
from tracker.services.told_reports import ToldMonth, told_reports
from tracker.services.visibility import ReportObject
from tracker.store.accounts import Role
from tracker.store.periods import PeriodRow
from tracker.store.remarks import RemarkKind
from tracker.store.reports import Evidence


@dataclass(frozen=True, slots=True)
class MonthEvidence:
    """What was handed in for one month and still stands."""

    period: Period
    files: tuple[EvidenceInfo, ...]


@dataclass(frozen=True, slots=True)
class Around:
    """Everything around a line or work that the reader may see.

    `evidence` and `comments` are None for a unit that does not report it. `own` tells a unit that does, which sees
    every action about it; another unit sees only the actions and the notices that are its own.
    """

    about: ReportObject
    own: bool
    milestones: tuple[Milestone, ...]
    reports: tuple[ToldMonth, ...]
    problems: tuple[ProblemInfo, ...]
    notices: tuple[NoticeInfo, ...]
    instructions: tuple[InstructionInfo, ...]
    actions: tuple[ActionInfo, ...]
    evidence: tuple[MonthEvidence, ...] | None
    comments: tuple[RemarkInfo, ...] | None
    may_comment: bool


def around(session: Session, account: AccountInfo, about: ReportObject, now: datetime) -> Around:
    """Return what stands around a line or work, as far as the account may see it."""
    reads = may_read(session, account, about)
    unit_ids = None if reads else account.unit_ids
    actions = actions_of_subject(session, about.work, about.id, now)
    kind = RemarkKind.WORK if about.work else RemarkKind.LINE
    return Around(
        about=about,
        own=reads and account.role is Role.REPORTER,
        milestones=tuple(
            Milestone(step.name, step.due_on, step.done_on) for step in milestones_of(session, about)
        ),
        reports=told_reports(session, about),
        problems=problems_of_subject(session, about.work, about.id, now),
        notices=notices_of_subject(session, about.work, about.id, now, account),
        instructions=instructions_of_subject(session, about.work, about.id, now) if reads else (),
        # An action that follows from an instruction is told with it.
        actions=tuple(
            action
            for action in actions
            if (action.instruction_id is None or not reads)
            and (unit_ids is None or action.unit_id in unit_ids)
        ),
        evidence=_evidence(session, about) if reads else None,
        comments=(
            remarks_of(session, kind, [about.id]).get(about.id, ())
            if may_read_comments(session, account, about)
            else None
        ),
        may_comment=may_comment(session, account, about),
    )


def _evidence(session: Session, about: ReportObject) -> tuple[MonthEvidence, ...]:
    months = dict(
        session.execute(sa.select(PeriodRow.id, PeriodRow).where(PeriodRow.year == about.year)).all()
    )
    files: dict[int, list[EvidenceInfo]] = {}
    rows = evidence_rows(about.work, about.id).where(Evidence.removed_at.is_(None)).order_by(Evidence.id)
    for row in session.scalars(rows):
        files.setdefault(row.period_id, []).append(info_of(row))
    found = [MonthEvidence(months[period_id].period, tuple(these)) for period_id, these in files.items()]
    return tuple(sorted(found, key=lambda month: month.period, reverse=True))
