"""Owns the life of an action: decided, worked on, done, then closed out by the office, sent back or passed on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.errors import NotFound, Problem, Refused, WrongState
from tracker.intake.attachments import Attachment
from tracker.services import audit
from tracker.services.actions import KIND
from tracker.services.actors import Actor
from tracker.services.reasons_given import required_reason
from tracker.services.remarks import add_remark
from tracker.services.state_changes import note_state
from tracker.store.meetings import Action, ActionState
from tracker.store.periods import StateChange
from tracker.store.remarks import RemarkKind
from tracker.store.roster import Unit

#: So long after today a deadline may lie at most; beyond it somebody mistyped the year.
LONGEST = timedelta(days=366)
#: The words for where an action stands, in sentences.
STATE_WORDS = {
    ActionState.OPEN: "办理中",
    ActionState.DONE: "已办结待销号",
    ActionState.CLOSED_OUT: "已销号",
}


def make_action(session: Session, actor: Actor, row: Action, now: datetime) -> int:
    """Write an action that was checked; return its id."""
    row.state, row.made_by, row.made_at = ActionState.OPEN, actor.name, now
    session.add(row)
    session.flush()
    _note(session, actor, row, "", "", now)
    after = {"unit": _unit_name(session, row.unit_id), "deadline": row.deadline.isoformat(), "text": row.text}
    audit.record(session, actor, now, "action.make", KIND, row.id, after=after)
    return row.id


def checked_action(
    session: Session, unit_id: int | None, deadline: date | None, text: str, now: datetime
) -> Action:
    """Return an action, not written yet; raise Refused with everything that is wrong with what was typed."""
    problems = [*_unit_problems(session, unit_id), *_deadline_problems(deadline, now)]
    told = ""
    try:
        told = required_reason(text, "事项内容", "text")
    except Refused as refusal:
        problems += refusal.problems
    if problems or unit_id is None or deadline is None:
        raise Refused(tuple(problems))
    return Action(unit_id=unit_id, deadline=deadline, text=told)


def say_progress(
    session: Session,
    actor: Actor,
    action_id: int,
    text: str,
    now: datetime,
    *,
    unit_ids: Collection[int] | None,
    files: Sequence[Attachment] = (),
    folder: Path | None = None,
) -> None:
    """Write how an action goes on: its unit's word with `unit_ids`, the office's without.

    Raise NotFound for another unit's action, WrongState for one that is closed out, Refused for no text.
    """
    row = _claimed(session, action_id, None, unit_ids)
    if row.state is ActionState.CLOSED_OUT:
        raise WrongState("这项督办事项已经销号，不能再补充进展。")
    _say(session, actor, row, text, now, unit_ids, files, folder, "办理进展")


def say_done(
    session: Session,
    actor: Actor,
    action_id: int,
    seen: int,
    text: str,
    now: datetime,
    *,
    unit_ids: Collection[int],
    files: Sequence[Attachment] = (),
    folder: Path | None = None,
) -> None:
    """Let the unit say that it did what was asked, with its evidence; the office verifies it.

    `seen` is the version that the unit looked at. Raise NotFound, WrongState unless it is open, Refused.
    """
    row = _claimed(session, action_id, seen, unit_ids)
    _require(row, ActionState.OPEN, "报告办结")
    _say(session, actor, row, text, now, unit_ids, files, folder, "办理结果")
    _move(session, actor, row, ActionState.DONE, text.strip(), now, "action.done")


def close_out(session: Session, actor: Actor, action_id: int, seen: int, reason: str, now: datetime) -> None:
    """Close an action out: it returns to no agenda any more.

    What the unit did not say is done needs a reason, how the office verified it. Raise NotFound, WrongState, Refused.
    """
    row = _claimed(session, action_id, seen, None)
    if row.state is ActionState.CLOSED_OUT:
        raise WrongState("这项督办事项已经销号。")
    told = reason.strip()
    if row.state is ActionState.OPEN or told:
        told = required_reason(reason, "核实情况")
    _move(session, actor, row, ActionState.CLOSED_OUT, told, now, "action.close_out")


def send_back(session: Session, actor: Actor, action_id: int, seen: int, reason: str, now: datetime) -> None:
    """Send what the unit says is done back to it, with what is missing. Raise NotFound, WrongState, Refused."""
    row = _claimed(session, action_id, seen, None)
    _require(row, ActionState.DONE, "退回")
    told = required_reason(reason, "退回原因")
    _move(session, actor, row, ActionState.OPEN, told, now, "action.send_back")


def pass_on(
    session: Session,
    actor: Actor,
    action_id: int,
    seen: int,
    unit_id: int | None,
    deadline: date | None,
    reason: str,
    now: datetime,
) -> None:
    """Give an open action to another unit, or another deadline, with a reason (转办).

    Raise NotFound, WrongState unless it is open, Refused for what was typed, and when nothing would change.
    """
    row = _claimed(session, action_id, seen, None)
    _require(row, ActionState.OPEN, "转办")
    problems = [*_unit_problems(session, unit_id)]
    # A deadline that passed may stay as it was: only a new one has to lie ahead.
    problems += [] if deadline == row.deadline else _deadline_problems(deadline, now)
    if not problems and (unit_id, deadline) == (row.unit_id, row.deadline):
        problems.append(Problem("承办单位和时限都没有变化", "请改选承办单位或时限", field="unit"))
    told = ""
    try:
        told = required_reason(reason, "转办原因")
    except Refused as refusal:
        problems += refusal.problems
    if problems or unit_id is None or deadline is None:
        raise Refused(tuple(problems))
    before = {"unit": _unit_name(session, row.unit_id), "deadline": row.deadline.isoformat()}
    row.unit_id, row.deadline = unit_id, deadline
    session.flush()
    _note(session, actor, row, row.state.value, told, now)
    after = {"unit": _unit_name(session, unit_id), "deadline": deadline.isoformat(), "reason": told}
    audit.record(session, actor, now, "action.pass_on", KIND, row.id, before=before, after=after)


def _claimed(session: Session, action_id: int, seen: int | None, unit_ids: Collection[int] | None) -> Action:
    """Return the action as it stands once nobody else changes anything; raise NotFound, WrongState."""
    audit.claim_trail(session)
    row = session.get(Action, action_id, populate_existing=True)
    if row is None or (unit_ids is not None and row.unit_id not in unit_ids):
        raise NotFound("督办事项", str(action_id))
    if seen is not None:
        mine = (StateChange.kind == KIND, StateChange.object_id == action_id)
        newest = session.scalars(
            sa.select(StateChange).where(*mine).order_by(StateChange.id.desc()).limit(1)
        ).one()
        if newest.id != seen:
            raise WrongState(
                f"这项督办事项刚由{newest.made_by}办理过，现在是“{STATE_WORDS[row.state]}”，请核对后再办理。"
            )
    return row


def _require(row: Action, state: ActionState, step: str) -> None:
    if row.state is not state:
        raise WrongState(f"这项督办事项现在是“{STATE_WORDS[row.state]}”，不能{step}。")


def _move(
    session: Session, actor: Actor, row: Action, state: ActionState, reason: str, now: datetime, action: str
) -> None:
    before, row.state = row.state, state
    session.flush()
    _note(session, actor, row, before.value, reason, now)
    audit.record(
        session,
        actor,
        now,
        action,
        KIND,
        row.id,
        before={"state": f"{KIND}.{before.value}"},
        after={"state": f"{KIND}.{state.value}", "reason": reason},
    )


def _note(session: Session, actor: Actor, row: Action, before: str, reason: str, now: datetime) -> None:
    note_state(session, actor, now, KIND, row.id, before, row.state, reason)
    session.flush()


def _say(
    session: Session,
    actor: Actor,
    row: Action,
    text: str,
    now: datetime,
    unit_ids: Collection[int] | None,
    files: Sequence[Attachment],
    folder: Path | None,
    what: str,
) -> None:
    unit_id = None if unit_ids is None else row.unit_id
    add_remark(
        session,
        actor,
        RemarkKind.ACTION,
        row.id,
        text,
        now,
        unit_id=unit_id,
        files=files,
        folder=folder,
        what=what,
    )


def _unit_problems(session: Session, unit_id: int | None) -> list[Problem]:
    if unit_id is None:
        return [Problem("没有选择承办单位", "请选择一个单位", field="unit")]
    if session.get(Unit, unit_id) is None:
        return [Problem("没有这个承办单位", "请从列表里选择", field="unit")]
    return []


def _deadline_problems(deadline: date | None, now: datetime) -> list[Problem]:
    today = now.astimezone(clock.ZONE).date()
    if deadline is None:
        return [Problem("没有填写办理时限", "请选择一个日期", field="deadline")]
    if deadline < today:
        return [Problem("办理时限已经过去", "请选择今天或以后的日期", str(deadline), field="deadline")]
    if deadline > today + LONGEST:
        return [Problem("办理时限超过一年", "请核对年份", str(deadline), field="deadline")]
    return []


def _unit_name(session: Session, unit_id: int) -> str:
    return session.get_one(Unit, unit_id).name
