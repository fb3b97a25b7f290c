"""Owns issuing supervision notices: what the ladder proposed, or by hand; and putting a proposal aside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.errors import Problem, Refused, WrongState
from tracker.core.notice_ladder import COLOUR_NAMES, NoticeColour, NoticeSubject, SubjectKind
from tracker.core.periods import Period
from tracker.core.said import TEXT_LENGTH
from tracker.services import audit
from tracker.services.actors import Actor
from tracker.services.notice_facts import facts_now, month_to_answer_for, subject_of_notice
from tracker.services.notice_ladder import ladder_of
from tracker.services.notice_list import OPEN_STATES
from tracker.services.notice_proposals import ProposedNotice, asked_text, due_day, proposals_now
from tracker.services.notice_steps import KIND, stepped
from tracker.services.reasons_given import required_reason
from tracker.services.state_changes import note_state
from tracker.services.subjects import subject_of
from tracker.store.notices import Notice, NoticeDismissal, NoticeState
from tracker.store.problems import ProblemRow, ProblemState
from tracker.store.roster import Unit

#: A deadline further away than so many days is a slip of the pen.
LONGEST = timedelta(days=366)
#: How many grounds a notice can rest on.
MOST_GROUNDS = 30


@dataclass(frozen=True, slots=True)
class Wording:
    """How the office words a notice: to whom, how sharp, what it rests on and asks for, until when.

    `colour_reason` says why the colour is another than the one proposed.
    """

    unit_id: int | None
    colour: NoticeColour | None
    grounds: tuple[str, ...]
    text: str
    deadline: date | None
    colour_reason: str = ""


def issue_proposed(
    session: Session, actor: Actor, chosen: Sequence[tuple[str, str]], now: datetime
) -> tuple[str, ...]:
    """Issue proposals as they stand, all or none; return their numbers.

    `chosen` are the key of each and what the office saw of it. Raise WrongState for one that stands otherwise by now,
    Refused for one that names no unit, and when nothing is chosen.
    """
    if not chosen:
        raise Refused((Problem("没有选择督办建议", "请勾选要签发的建议"),))
    audit.claim_trail(session)
    found = proposals_now(session, now)
    standing = {proposal.key: proposal for proposal in found.proposed}
    period = found.info.period if found.info is not None else Period.of(_today(now))
    told = [_as_seen(standing.get(key), seen) for key, seen in dict(chosen).items()]
    if nameless := [proposal for proposal in told if proposal.unit_id is None]:
        raise Refused(
            tuple(
                Problem("没有牵头单位", "请逐个打开，选择单位后签发", subject=_name(proposal))
                for proposal in nameless
            )
        )
    return tuple(
        _issue_proposal(session, actor, proposal, _as_proposed(proposal), period, now) for proposal in told
    )


def issue_worded(session: Session, actor: Actor, key: str, seen: str, wording: Wording, now: datetime) -> str:
    """Issue one proposal as the office words it; return its number.

    Raise WrongState when it stands otherwise by now, Refused with every problem of the wording.
    """
    audit.claim_trail(session)
    found = proposals_now(session, now)
    standing = {proposal.key: proposal for proposal in found.proposed}
    proposal = _as_seen(standing.get(key), seen)
    problems = _problems(session, wording, now)
    if wording.colour is not None and wording.colour is not proposal.colour:
        try:
            required_reason(wording.colour_reason, "调整颜色的原因", "colour_reason")
        except Refused as refusal:
            problems += refusal.problems
    if problems:
        raise Refused(tuple(problems))
    period = found.info.period if found.info is not None else Period.of(_today(now))
    return _issue_proposal(session, actor, proposal, wording, period, now)


def issue_by_hand(
    session: Session, actor: Actor, subject: NoticeSubject | None, wording: Wording, now: datetime
) -> str:
    """Issue a notice that nothing proposed; return its number. It rests on the newest month that can answer for it.

    `subject` None stands for the month of the unit that it goes to. Raise Refused with every problem, and WrongState
    when one as sharp stands open for the same subject and unit, or when its problem is closed out.
    """
    audit.claim_trail(session)
    if problems := _problems(session, wording, now):
        raise Refused(tuple(problems))
    about = subject or NoticeSubject(SubjectKind.UNIT, wording.unit_id or 0)
    info = month_to_answer_for(session, now)
    period = Period.of(_today(now)) if info is None else info.period
    return _issue(session, actor, about, wording, period, now, None, "")


def dismiss(session: Session, actor: Actor, key: str, seen: str, reason: str, now: datetime) -> None:
    """Put a proposal aside for the month and the colour, with a reason; a sharper one is proposed all the same.

    Raise WrongState when it stands otherwise by now, Refused without a reason.
    """
    audit.claim_trail(session)
    found = proposals_now(session, now)
    standing = {proposal.key: proposal for proposal in found.proposed}
    proposal = _as_seen(standing.get(key), seen)
    told = required_reason(reason, "不予督办的原因")
    period = found.info.period if found.info is not None else Period.of(_today(now))
    row = NoticeDismissal(
        period=period, subject=key, colour=proposal.colour, reason=told, made_by=actor.name, made_at=now
    )
    session.add(row)
    session.flush()
    after = {"object": _name(proposal), "colour": proposal.colour.value, "reason": told}
    audit.record(session, actor, now, "notice.dismiss", "period", period, after=after)


def _as_seen(proposal: ProposedNotice | None, seen: str) -> ProposedNotice:
    if proposal is None:
        raise WrongState(
            "您打开之后情况有变：这条督办建议已经签发、不予督办，或不再成立。没有改动任何内容，请刷新后再办。"
        )
    if proposal.seen != seen:
        raise WrongState(
            f"您打开之后情况有变：{_name(proposal)}的督办建议已不同。没有改动任何内容，请重新核对后再办。"
        )
    return proposal


def _as_proposed(proposal: ProposedNotice) -> Wording:
    return Wording(proposal.unit_id, proposal.colour, proposal.grounds, proposal.text, proposal.deadline.day)


def _issue_proposal(
    session: Session, actor: Actor, proposal: ProposedNotice, wording: Wording, period: Period, now: datetime
) -> str:
    changed = wording.colour is not proposal.colour
    reason = (
        f"建议{COLOUR_NAMES[proposal.colour]}，改为{COLOUR_NAMES[wording.colour or proposal.colour]}：{wording.colour_reason.strip()}"
        if changed
        else ""
    )
    return _issue(session, actor, proposal.subject, wording, period, now, proposal.follows_id, reason)


def _issue(
    session: Session,
    actor: Actor,
    subject: NoticeSubject,
    wording: Wording,
    period: Period,
    now: datetime,
    follows_id: int | None,
    reason: str,
) -> str:
    if wording.unit_id is None or wording.colour is None or wording.deadline is None:
        raise ValueError("a notice needs a unit, a colour and a deadline")
    milder = _standing(session, subject, wording.unit_id, wording.colour)
    line_id, work_id, problem_id = _place(session, subject)
    row = Notice(
        number=_next_number(session, ladder_of(session).prefix, now),
        colour=wording.colour,
        state=NoticeState.ISSUED,
        unit_id=wording.unit_id,
        subproject_id=line_id,
        key_project_id=work_id,
        problem_id=problem_id,
        follows_id=milder[-1].id if milder else follows_id,
        period=period,
        grounds=[words.strip() for words in wording.grounds if words.strip()],
        text=wording.text.strip(),
        deadline=wording.deadline,
        made_by=actor.name,
        made_at=now,
    )
    session.add(row)
    session.flush()
    note_state(session, actor, now, KIND, row.id, "", NoticeState.ISSUED, reason)
    audit.record(session, actor, now, "notice.issue", KIND, row.id, after=_told(session, row, reason))
    for notice in milder:
        # Whoever has the sharper one answers that; the milder one is not waited for any more.
        words = f"已由{COLOUR_NAMES[row.colour]}督办单{row.number}接续"
        stepped(session, actor, notice, NoticeState.WITHDRAWN, now, "notice.supersede", reason=words)
    return row.number


def _told(session: Session, row: Notice, reason: str) -> dict[str, object]:
    told: dict[str, object] = {
        "notice_number": row.number,
        "colour": row.colour.value,
        "unit": session.get_one(Unit, row.unit_id).name,
        "reply_by": row.deadline.isoformat(),
        "grounds": list(row.grounds),
        "text": row.text,
    }
    return told | ({"reason": reason} if reason else {})


def _standing(session: Session, subject: NoticeSubject, unit_id: int, colour: NoticeColour) -> list[Notice]:
    """Return the open notices to the unit on the subject; raise WrongState when one of them is as sharp."""
    rows = session.scalars(
        sa.select(Notice).where(Notice.unit_id == unit_id, Notice.state.in_(OPEN_STATES)).order_by(Notice.id)
    )
    standing = [row for row in rows if subject_of_notice(row) == subject]
    for row in standing:
        if row.colour.sharpness >= colour.sharpness:
            raise WrongState(
                f"对该单位、该事项已有未销号的{COLOUR_NAMES[row.colour]}督办单{row.number}，"
                "请先销号或撤回，或签发更高一级的督办单。"
            )
    return standing


def _place(session: Session, subject: NoticeSubject) -> tuple[int | None, int | None, int | None]:
    """Return the line, the work and the problem that a notice on the subject names."""
    if subject.kind is SubjectKind.LINE:
        return subject.id, None, None
    if subject.kind is SubjectKind.WORK:
        return None, subject.id, None
    if subject.kind is SubjectKind.UNIT:
        return None, None, None
    row = session.get_one(ProblemRow, subject.id)
    if row.state is ProblemState.CLOSED_OUT:
        raise WrongState("这个问题已经销号，不需要再督办。")
    return row.subproject_id, row.key_project_id, row.id


def _next_number(session: Session, prefix: str, now: datetime) -> str:
    """Return the next number of the year; the claimed trail keeps everybody else from taking it meanwhile.

    The numbers of a year run on when what they begin with changes.
    """
    year = now.astimezone(clock.ZONE).year
    told = session.scalars(sa.select(Notice.number).where(Notice.number.contains(f"〔{year}〕")))
    taken = [int(found[1]) for number in told if (found := re.search(r"〔\d{4}〕(\d+)号$", number))]
    return f"{prefix}〔{year}〕{max(taken, default=0) + 1}号"


def _problems(session: Session, wording: Wording, now: datetime) -> list[Problem]:
    found: list[Problem] = []
    if wording.unit_id is None or session.get(Unit, wording.unit_id) is None:
        found.append(Problem("没有选择被督办单位", "请选择单位", field="unit"))
    if wording.colour is None:
        found.append(Problem("没有选择颜色", "请选择蓝、黄或红", field="colour"))
    today = _today(now)
    if wording.deadline is None:
        found.append(Problem("没有填回复期限", "请选择日期", field="deadline"))
    elif not today < wording.deadline <= today + LONGEST:
        what = f"请选择 {today} 之后一年之内的日期"
        found.append(Problem("回复期限不合适", what, f"{wording.deadline}", field="deadline"))
    grounds = [words for words in wording.grounds if words.strip()]
    if not grounds:
        found.append(Problem("没有填督办事由", "请写明依据的事实和数字", field="grounds"))
    elif len(grounds) > MOST_GROUNDS or sum(map(len, grounds)) > TEXT_LENGTH:
        mend = f"请控制在 {MOST_GROUNDS} 条、{TEXT_LENGTH} 个字以内"
        found.append(Problem("督办事由太长", mend, field="grounds"))
    try:
        required_reason(wording.text, "督办要求", "text")
    except Refused as refusal:
        found += refusal.problems
    return found


def _name(proposal: ProposedNotice) -> str:
    return proposal.unit if proposal.about is None else f"{proposal.about.code} {proposal.about.name}"


def drafted(session: Session, subject: NoticeSubject | None, now: datetime) -> Wording:
    """Return how a notice that nobody proposed could be worded: what is known against its subject, and whom it names.

    A blue one, answered in the time of its colour; without a subject only the deadline is known.
    """
    ladder, info = ladder_of(session), month_to_answer_for(session, now)
    blue = NoticeColour.BLUE
    deadline = due_day(session, ladder, blue, now).day
    if subject is None:
        return Wording(None, blue, (), "", deadline)
    known = (
        []
        if info is None
        else [fact for fact in facts_now(session, info, now, ladder) if fact.subject == subject]
    )
    unit_id = next((fact.unit_id for fact in known if fact.unit_id is not None), None) or _answers_for(
        session, subject
    )
    grounds = tuple(dict.fromkeys(words for fact in known for words in fact.grounds))
    return Wording(unit_id, blue, grounds, asked_text([fact.cause for fact in known]), deadline)


def _answers_for(session: Session, subject: NoticeSubject) -> int | None:
    """Return the unit that leads the line or work, or that has to solve the problem."""
    if subject.kind is SubjectKind.UNIT:
        return subject.id
    handler: int | None = None
    if subject.kind is SubjectKind.PROBLEM:
        row = session.get_one(ProblemRow, subject.id)
        handler, line_id, work_id = row.handler_id, row.subproject_id, row.key_project_id
    else:
        work = subject.kind is SubjectKind.WORK
        line_id, work_id = (None, subject.id) if work else (subject.id, None)
    place = subject_of(session, line_id, work_id)
    return handler or (None if place is None else place.lead_id)


def _today(now: datetime) -> date:
    return now.astimezone(clock.ZONE).date()
