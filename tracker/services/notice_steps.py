"""Owns the steps of an issued notice: the unit replies, the office closes it out (销号), sends it back or withdraws it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.deadlines import days_overdue
from tracker.core.errors import NotFound, Problem, Refused, WrongState
from tracker.core.notice_ladder import NoticeColour
from tracker.intake.attachments import Attachment
from tracker.services import audit, state_changes
from tracker.services.actors import Actor
from tracker.services.notice_ladder import ladder_of
from tracker.services.notice_proposals import due_day
from tracker.services.reasons_given import required_reason
from tracker.services.remarks import add_remark
from tracker.store.notices import Notice, NoticeState
from tracker.store.remarks import RemarkKind

#: The kind under which changes of notices stand among the changes of state and in the audit trail.
KIND = "notice"
#: The words for where a notice stands.
STATE_WORDS = {
    NoticeState.ISSUED: "已发出",
    NoticeState.REPLIED: "已回复待核实",
    NoticeState.CLOSED_OUT: "已销号",
    NoticeState.WITHDRAWN: "已撤回",
}
#: A deadline further away than so many days is a slip of the pen.
LONGEST = timedelta(days=366)


def reply(
    session: Session,
    actor: Actor,
    notice_id: int,
    unit_ids: Collection[int],
    seen: str,
    text: str,
    files: Sequence[Attachment],
    folder: Path,
    now: datetime,
) -> None:
    """Reply in the unit's name, with files, in time or late; a word after the reply adds to it.

    Raise NotFound for another unit's notice, Overtaken, WrongState once it is settled, Refused for a text that says
    nothing.
    """
    row = claimed_notice(session, notice_id, unit_ids, seen)
    require_state(row, "回复", NoticeState.ISSUED, NoticeState.REPLIED)
    first = row.state is NoticeState.ISSUED
    told = required_reason(text, "办理情况", "text")
    if first:
        late = days_overdue(row.deadline, now.astimezone(clock.ZONE).date())
        reason = f"逾期{late}天回复" if late else ""
        stepped(session, actor, row, NoticeState.REPLIED, now, "notice.reply", reason=reason)
    add_remark(
        session,
        actor,
        RemarkKind.NOTICE,
        row.id,
        told,
        now,
        unit_id=row.unit_id,
        files=files,
        folder=folder,
        what="办理情况",
    )


def close_out(session: Session, actor: Actor, notice_id: int, seen: str, finding: str, now: datetime) -> None:
    """Close a notice that was answered out, with what the office found.

    Raise NotFound, Overtaken, WrongState before there is a reply, Refused without a finding.
    """
    row = claimed_notice(session, notice_id, seen=seen)
    require_state(row, "销号", NoticeState.REPLIED)
    told = required_reason(finding, "核实意见")
    stepped(session, actor, row, NoticeState.CLOSED_OUT, now, "notice.close_out", reason=told)


def send_back(
    session: Session,
    actor: Actor,
    notice_id: int,
    seen: str,
    reason: str,
    deadline: date | None,
    now: datetime,
) -> None:
    """Send a reply that does not satisfy back with a reason, and with a new deadline where one is given.

    Where the deadline has passed a new one is needed: the unit is not overdue for the time that the office took. Raise
    NotFound, Overtaken, WrongState before there is a reply, Refused without a reason or for a day that is over.
    """
    row = claimed_notice(session, notice_id, seen=seen)
    require_state(row, "退回", NoticeState.REPLIED)
    problems: list[Problem] = []
    told = ""
    try:
        told = required_reason(reason, "退回的原因")
    except Refused as refusal:
        problems += refusal.problems
    problems += _deadline_problems(row, deadline, now.astimezone(clock.ZONE).date())
    if problems:
        raise Refused(tuple(problems))
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    if deadline is not None and deadline != row.deadline:
        before, after = {"reply_by": row.deadline.isoformat()}, {"reply_by": deadline.isoformat()}
        row.deadline = deadline
        told = f"{told}（回复期限改为{deadline}）"
    stepped(
        session,
        actor,
        row,
        NoticeState.ISSUED,
        now,
        "notice.send_back",
        reason=told,
        before=before,
        after=after,
    )


def _deadline_problems(row: Notice, deadline: date | None, today: date) -> list[Problem]:
    """Return why a reply cannot be asked for again until this day, None for the day that stands."""
    passed = row.deadline < today
    mend = f"请选择 {today} 起一年之内的日期" + ("" if passed else "，或保留原期限")
    if deadline is None or deadline == row.deadline:
        return [Problem("原回复期限已过", mend, f"{row.deadline}", field="deadline")] if passed else []
    if not today <= deadline <= today + LONGEST:
        return [Problem("新的回复期限不合适", mend, f"{deadline}", field="deadline")]
    return []


def day_to_answer(session: Session, deadline: date, colour: NoticeColour, now: datetime) -> date:
    """Return until when a notice sent back today is answered: its deadline, once passed the ladder's days from today."""
    if deadline >= now.astimezone(clock.ZONE).date():
        return deadline
    return due_day(session, ladder_of(session), colour, now).day


def withdraw(session: Session, actor: Actor, notice_id: int, seen: str, reason: str, now: datetime) -> None:
    """Withdraw a notice that is not settled, with a reason. Raise NotFound, Overtaken, WrongState, Refused."""
    row = claimed_notice(session, notice_id, seen=seen)
    require_state(row, "撤回", NoticeState.ISSUED, NoticeState.REPLIED)
    told = required_reason(reason, "撤回的原因", "withdrawal")
    stepped(session, actor, row, NoticeState.WITHDRAWN, now, "notice.withdraw", reason=told)


def seen_of(session: Session, notice_id: int, state: NoticeState) -> str:
    """Return what a page carries so that a later step knows whether it still stands as it was looked at."""
    return state_changes.seen_of(session, KIND, notice_id, state)


def claimed_notice(
    session: Session, notice_id: int, unit_ids: Collection[int] | None = None, seen: str | None = None
) -> Notice:
    """Return the notice, claimed until the transaction ends.

    With `unit_ids`, a notice to none of them is not found; with `seen`, raise Overtaken unless it stands as it did.
    """
    audit.claim_trail(session)
    row = session.get(Notice, notice_id, with_for_update=True, populate_existing=True)
    if row is None or (unit_ids is not None and row.unit_id not in unit_ids):
        raise NotFound("督办单", str(notice_id))
    if seen is not None:
        word = STATE_WORDS[row.state]
        state_changes.require_as_seen(session, KIND, row.id, row.state, seen, "这份督办单", word)
    return row


def require_state(row: Notice, step: str, *states: NoticeState) -> None:
    """Raise WrongState unless the notice stands at one of `states`."""
    if row.state not in states:
        wanted = "、".join(f"“{STATE_WORDS[state]}”" for state in states)
        raise WrongState(f"督办单现在是“{STATE_WORDS[row.state]}”，不能{step}；{wanted}的督办单才可以。")


def stepped(
    session: Session,
    actor: Actor,
    row: Notice,
    state: NoticeState,
    now: datetime,
    action: str,
    *,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Move the notice to `state` and write down who did it, when, why and what changed."""
    was, row.state = row.state, state
    session.flush()
    state_changes.note_state(session, actor, now, KIND, row.id, was, state, reason)
    told = {"state": state.value} | (after or {}) | ({"reason": reason} if reason else {})
    audit.record(
        session, actor, now, action, KIND, row.id, before={"state": was.value} | (before or {}), after=told
    )
