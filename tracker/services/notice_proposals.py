"""Owns what the ladder proposes now: each proposal with its unit, its words and its deadline, ready to be issued."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.errors import NotFound
from tracker.core.notice_ladder import (
    Cause,
    Ladder,
    NoticeColour,
    NoticeSubject,
    Proposal,
    Standing,
    SubjectKind,
    dealt_with,
    proposals,
)
from tracker.core.periods import Period
from tracker.services.notice_facts import facts_now, issued_before, month_to_answer_for
from tracker.services.notice_ladder import ladder_of
from tracker.services.periods import PeriodInfo
from tracker.services.subjects import Subject, subjects_of
from tracker.services.workdays import Workday, workday_after
from tracker.store.notices import Notice, NoticeDismissal
from tracker.store.problems import ProblemRow
from tracker.store.roster import Unit


@dataclass(frozen=True, slots=True)
class ProposedNotice:
    """A notice that the ladder proposes; `about` is the line or work behind its subject, None for a unit's month.

    `unit_id` is None where the roster names nobody who must act. `seen` goes with every form, so that a proposal is
    issued only as it was looked at. `follows` is the number of the notice before it.
    """

    subject: NoticeSubject
    colour: NoticeColour
    called_for: NoticeColour
    unit_id: int | None
    unit: str
    about: Subject | None
    problem: str
    causes: tuple[Cause, ...]
    grounds: tuple[str, ...]
    text: str
    deadline: Workday
    follows_id: int | None
    follows: str
    seen: str

    @property
    def key(self) -> str:
        """Return the text under which the proposal is known."""
        return self.subject.key


@dataclass(frozen=True, slots=True)
class Dismissed:
    """A proposal that the office put aside for the month, with its reason; `name` is what it was about."""

    subject: str
    name: str
    colour: NoticeColour
    reason: str
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """What the ladder would call for again, had its notice of this month not been settled; `name` is its subject."""

    name: str
    colour: NoticeColour
    notice_id: int
    number: str


@dataclass(frozen=True, slots=True)
class ProposalList:
    """What is proposed on the newest month that can answer for it, and what is not; `info` is None without a month."""

    info: PeriodInfo | None
    proposed: tuple[ProposedNotice, ...]
    dismissed: tuple[Dismissed, ...]
    settled: tuple[Settled, ...]

    def get(self, key: str) -> ProposedNotice:
        """Return one proposal; raise NotFound for what is not proposed (any more)."""
        found = next((proposal for proposal in self.proposed if proposal.key == key), None)
        if found is None:
            raise NotFound("督办建议", key)
        return found


def proposals_now(session: Session, now: datetime, ladder: Ladder | None = None) -> ProposalList:
    """Return what the ladder that holds, or the one given, proposes now; the sharpest colour first."""
    rungs = ladder or ladder_of(session)
    info = month_to_answer_for(session, now)
    if info is None:
        return ProposalList(None, (), (), ())
    put_aside = _dismissed(session, info.period)
    facts, issued = facts_now(session, info, now, rungs), issued_before(session, info.period, now)
    found = proposals(rungs, facts, issued, [(one.subject, one.colour) for one in put_aside])
    subjects = {one.subject for one in found}
    quiet = [one for one in dealt_with(rungs, facts, issued) if one.subject not in subjects]
    return ProposalList(info, _worded(session, found, rungs, now), put_aside, _settled(session, quiet))


def counts_now(session: Session, now: datetime, *ladders: Ladder) -> tuple[dict[NoticeColour, int], ...]:
    """Return how many notices of each colour every one of these ladders would propose now; none without a month."""
    info = month_to_answer_for(session, now)
    if info is None:
        return tuple(dict.fromkeys(NoticeColour, 0) for _ in ladders)
    facts = facts_now(session, info, now, *ladders)
    issued = issued_before(session, info.period, now)
    put_aside = [(one.subject, one.colour) for one in _dismissed(session, info.period)]
    counted = (
        Counter(one.colour for one in proposals(ladder, facts, issued, put_aside)) for ladder in ladders
    )
    return tuple({colour: counts[colour] for colour in NoticeColour} for counts in counted)


def asked_text(causes: Iterable[Cause]) -> str:
    """Return what a notice usually asks for, to be edited before it is issued."""
    told = tuple(causes)
    asked = dict.fromkeys(words for cause, words in _ASKED.items() if cause in told)
    return "；".join(asked or ["请查明原因，采取措施抓紧推进"]) + "。并书面回复办理情况，附佐证材料。"


_LAGGING = "请逐项查明滞后原因，明确整改措施、责任人和完成时限，抓紧推进，尽快赶上序时进度"
_ASKED = {
    Cause.RED_LIGHT: _LAGGING,
    Cause.FLAGGED: _LAGGING,
    Cause.REPORT_MISSING: "请立即补报上述月报，说明未按时报送的原因，今后按期报送",
    Cause.PROBLEM_OVERDUE: "请立即办结上述问题，确有困难的说明原因和需协调事项",
    Cause.MILESTONE_OVERDUE: "请说明节点逾期的原因，提出新的完成时限和保障措施",
    Cause.NOTICE_OVERDUE: "上一级督办单未按期回复，请说明原因并一并办理",
}


def due_day(session: Session, ladder: Ladder, colour: NoticeColour, now: datetime) -> Workday:
    """Return until when a notice issued today has to be answered."""
    return workday_after(session, now.astimezone(clock.ZONE).date(), ladder.days_to_answer(colour))


def _dismissed(session: Session, period: Period) -> tuple[Dismissed, ...]:
    rows = session.scalars(
        sa.select(NoticeDismissal).where(NoticeDismissal.period == period).order_by(NoticeDismissal.id)
    ).all()
    names = _names(session, {row.subject for row in rows})
    return tuple(
        Dismissed(row.subject, names.get(row.subject, ""), row.colour, row.reason, row.made_by, row.made_at)
        for row in rows
    )


def _settled(session: Session, quiet: Iterable[Standing]) -> tuple[Settled, ...]:
    told = tuple(quiet)
    names = _names(session, {one.subject.key for one in told})
    return tuple(Settled(names.get(one.subject.key, ""), one.colour, one.id, one.number) for one in told)


def _names(session: Session, keys: set[str]) -> dict[str, str]:
    """Return what people call the subjects of these keys."""
    ids: dict[str, list[int]] = defaultdict(list)
    for key in keys:
        kind, _, object_id = key.partition(":")
        ids[kind].append(int(object_id))
    places = subjects_of(session, ids[SubjectKind.LINE], ids[SubjectKind.WORK])
    found = {
        f"{SubjectKind.WORK if place.work else SubjectKind.LINE}:{place.id}": f"{place.code} {place.name}"
        for place in places.values()
    }
    for kind, told in ((SubjectKind.PROBLEM, ProblemRow.text), (SubjectKind.UNIT, Unit.name)):
        table = ProblemRow.id if kind is SubjectKind.PROBLEM else Unit.id
        if ids[kind]:
            rows = session.execute(sa.select(table, told).where(table.in_(ids[kind])))
            found |= {f"{kind}:{row_id}": name for row_id, name in rows}
    return found


def _worded(
    session: Session, found: Iterable[Proposal], ladder: Ladder, now: datetime
) -> tuple[ProposedNotice, ...]:
    told = tuple(found)
    if not told:
        return ()
    units: dict[int, str] = dict(session.execute(sa.select(Unit.id, Unit.name)).all())
    followed = {one.follows_id for one in told if one.follows_id is not None}
    numbers: dict[int, str] = dict(
        session.execute(sa.select(Notice.id, Notice.number).where(Notice.id.in_(followed))).all()
    )
    problems = _problems(session, told)
    places = subjects_of(
        session,
        [*_ids(told, SubjectKind.LINE), *(row.subproject_id for row in problems.values())],
        [*_ids(told, SubjectKind.WORK), *(row.key_project_id for row in problems.values())],
    )
    days: dict[NoticeColour, Workday] = {
        colour: due_day(session, ladder, colour, now) for colour in {one.colour for one in told}
    }
    return tuple(
        ProposedNotice(
            subject=one.subject,
            colour=one.colour,
            called_for=one.called_for,
            unit_id=one.unit_id,
            unit="" if one.unit_id is None else units.get(one.unit_id, ""),
            about=_about(one.subject, problems, places),
            problem=problems[one.subject.id].text if one.subject.kind is SubjectKind.PROBLEM else "",
            causes=one.causes,
            grounds=one.grounds,
            text=asked_text(one.causes),
            deadline=days[one.colour],
            follows_id=one.follows_id,
            follows="" if one.follows_id is None else numbers.get(one.follows_id, ""),
            seen=_mark(one),
        )
        for one in told
    )


def _problems(session: Session, told: Iterable[Proposal]) -> dict[int, ProblemRow]:
    ids = _ids(told, SubjectKind.PROBLEM)
    rows = session.scalars(sa.select(ProblemRow).where(ProblemRow.id.in_(ids))) if ids else ()
    return {row.id: row for row in rows}


def _ids(told: Iterable[Proposal], kind: SubjectKind) -> list[int]:
    return [one.subject.id for one in told if one.subject.kind is kind]


def _about(
    subject: NoticeSubject, problems: Mapping[int, ProblemRow], places: Mapping[tuple[bool, int], Subject]
) -> Subject | None:
    if subject.kind is SubjectKind.PROBLEM:
        row = problems[subject.id]
        work = row.subproject_id is None
        return places.get((work, (row.key_project_id if work else row.subproject_id) or 0))
    if subject.kind is SubjectKind.UNIT:
        return None
    return places.get((subject.kind is SubjectKind.WORK, subject.id))


def _mark(proposal: Proposal) -> str:
    told = [proposal.colour, proposal.unit_id, proposal.grounds, proposal.follows_id]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:16]
