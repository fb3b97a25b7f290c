"""Owns running a progress meeting: its agenda adjusted, decisions and minutes written, and the moment it freezes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.agenda import AgendaItem, AgendaPart
from tracker.core.errors import NotFound, Problem, Refused, WrongState
from tracker.core.words import day_name
from tracker.services import audit
from tracker.services.action_steps import checked_action, make_action
from tracker.services.actors import Actor
from tracker.services.meetings import (
    KIND,
    agenda_as_it_stands,
    claimed_meeting,
    mark_of_minutes,
    require_planned,
)
from tracker.services.reasons_given import required_reason
from tracker.services.state_changes import note_state
from tracker.store.agendas import freeze_adjustments, freeze_agenda, thaw_adjustments
from tracker.store.meetings import Action, MeetingState
from tracker.store.problems import ProblemRow

MINUTES_LENGTH = 20_000


def leave_out(
    session: Session, actor: Actor, meeting_id: int, item: AgendaItem, out: bool, now: datetime
) -> None:
    """Leave an item (`item_of`) out of a planned agenda, or take it in again; an added one goes for good.

    Raise NotFound for an added item that is gone, WrongState once the meeting was held, and for an added item that
    is to be taken in: it was never left out.
    """
    row = claimed_meeting(session, meeting_id)
    require_planned(row, "调整议程")
    wanted, key = thaw_adjustments(row.agenda), item.key
    if item.part is AgendaPart.ADDED:
        if not out:
            raise WrongState("增加的议题没有移出议程，不用恢复。")
        if key not in {added.key for added in wanted.added}:
            raise NotFound("议程事项", key)
        wanted = replace(wanted, added=tuple(added for added in wanted.added if added.key != key))
    else:
        kept = tuple(known for known in wanted.left_out if known != key)
        wanted = replace(wanted, left_out=(*kept, key) if out else kept)
    row.agenda = freeze_adjustments(wanted)
    session.flush()
    action = "meeting.leave_out" if out else "meeting.take_in"
    audit.record(session, actor, now, action, KIND, row.id, after={"agenda_item": item.title})


def add_item(session: Session, actor: Actor, meeting_id: int, text: str, now: datetime) -> None:
    """Add a matter to a planned agenda by hand. Raise NotFound, WrongState once it was held, Refused."""
    row = claimed_meeting(session, meeting_id)
    require_planned(row, "增加议题")
    told = required_reason(text, "议题", "item")
    wanted = thaw_adjustments(row.agenda)
    number = max((added.id for added in wanted.added), default=0) + 1
    item = AgendaItem(AgendaPart.ADDED, number, told, "")
    row.agenda = freeze_adjustments(replace(wanted, added=(*wanted.added, item)))
    session.flush()
    audit.record(session, actor, now, "meeting.add_item", KIND, row.id, after={"agenda_item": told})


def decide(
    session: Session,
    actor: Actor,
    meeting_id: int,
    item: AgendaItem | None,
    unit_id: int | None,
    deadline: date | None,
    text: str,
    now: datetime,
) -> int:
    """Write down what the meeting decided, on an item (`item_of`) or on none; return the action's id.

    While the minutes are written decisions may follow. Raise NotFound, Refused, WrongState for the same again, and
    when the item's problem is off the list or reads otherwise since the agenda was made.
    """
    row = claimed_meeting(session, meeting_id)
    action = checked_action(session, unit_id, deadline, text, now)
    same = sa.select(Action.id).where(
        Action.meeting_id == row.id, Action.unit_id == action.unit_id, Action.text == action.text
    )
    if session.scalar(same.limit(1)) is not None:
        raise WrongState("这次例会已经议定了同样的事项，不用重复登记。")
    action.meeting_id = row.id
    if item is not None:
        _require_problem(session, item)
        action.subproject_id, action.key_project_id = item.line_id, item.work_id
        action.problem_id = item.problem_id
    return make_action(session, actor, action, now)


def _require_problem(session: Session, item: AgendaItem) -> None:
    """Raise WrongState unless the problem that an item tells is still there and reads as the agenda has it."""
    # What an earlier action or a notice is about is never taken off the list, nor put into other words.
    if item.part is not AgendaPart.PROBLEMS:
        return
    problem = session.get(ProblemRow, item.id, with_for_update=True, populate_existing=True)
    mend = "请不选议程事项，另行登记议定事项。"
    if problem is None or (problem.subproject_id, problem.key_project_id) != (item.line_id, item.work_id):
        raise WrongState(f"填报单位重新上报后，议程上的这个问题已不在问题清单上。{mend}")
    if problem.text != item.text:
        raise WrongState(f"填报单位重新上报后，议程上的这个问题已改写为“{problem.text}”。{mend}")


def write_minutes(
    session: Session, actor: Actor, meeting_id: int, mark: str, text: str, now: datetime
) -> None:
    """Write the minutes; `mark` stands for those that were looked at.

    Raise NotFound, WrongState when somebody else changed them meanwhile, Refused for too long a text.
    """
    row = claimed_meeting(session, meeting_id)
    if mark != mark_of_minutes(row.minutes):
        raise WrongState("会议记录刚被其他人修改过，请核对后再保存。")
    told = text.strip()
    if len(told) > MINUTES_LENGTH:
        raise Refused((Problem(f"会议记录超过 {MINUTES_LENGTH} 个字", "请写得简短一些", field="minutes"),))
    if told == row.minutes:
        return
    before = {"minutes": row.minutes}
    row.minutes = told
    session.flush()
    audit.record(session, actor, now, "meeting.minutes", KIND, row.id, before=before, after={"minutes": told})


def hold(session: Session, actor: Actor, meeting_id: int, now: datetime) -> None:
    """Say that the meeting was held: its agenda is frozen as it stands now.

    Raise NotFound, WrongState for one that was held already, Refused before its day.
    """
    row = claimed_meeting(session, meeting_id)
    require_planned(row, "再次确认召开")
    today = now.astimezone(clock.ZONE).date()
    if row.held_on > today:
        what = f"例会日期是{day_name(row.held_on)}，还没有到"
        raise Refused((Problem(what, "如已提前召开，请先修改例会日期", field="day"),))
    agenda = replace(agenda_as_it_stands(session, row, now), left_out=())
    row.state, row.agenda = MeetingState.HELD, freeze_agenda(agenda)
    session.flush()
    note_state(session, actor, now, KIND, row.id, MeetingState.PLANNED, row.state)
    audit.record(
        session,
        actor,
        now,
        "meeting.hold",
        KIND,
        row.id,
        before={"state": f"{KIND}.{MeetingState.PLANNED.value}"},
        after={"state": f"{KIND}.{row.state.value}", "agenda_items": len(agenda.items)},
    )
