"""Owns progress meetings (例会): planning them, and what each of them is and deals with."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

from tracker import clock
from tracker.core.agenda import Agenda, AgendaItem
from tracker.core.errors import NotFound, Problem, Refused, WrongState
from tracker.core.figures import PeriodState
from tracker.core.periods import Period
from tracker.services import audit, periods
from tracker.services.actors import Actor
from tracker.services.agenda import made_agenda
from tracker.services.state_changes import note_state
from tracker.store.agendas import freeze_adjustments, thaw_adjustments, thaw_agenda
from tracker.store.meetings import Action, ActionState, Meeting, MeetingState

KIND = "meeting"
NAME_LENGTH, TEXT_LENGTH = 100, 2000
#: So far from today the day of a meeting may lie; beyond it somebody mistyped the year.
FARTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Invitation:
    """What is said of a meeting: `period` is the month that it looks at, `day` when it takes place."""

    title: str
    period: Period | None
    day: date | None
    place: str
    chair: str
    attendees: str


@dataclass(frozen=True, slots=True)
class MeetingInfo:
    """A meeting as lists show it; `decided` counts its actions, `waiting` those that are not closed out."""

    id: int
    title: str
    period: Period
    state: MeetingState
    day: date
    place: str
    chair: str
    attendees: str
    decided: int
    waiting: int
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class MeetingPage(MeetingInfo):
    """A meeting with its minutes.

    `mark` stands for the minutes and `said_mark` for the rest as they were looked at: whoever changes older ones is
    told so.
    """

    minutes: str
    mark: str
    said_mark: str


def default_title(period: Period) -> str:
    """Return what a meeting on a month is called unless somebody says otherwise."""
    return f"{period.year}年{period.month}月重点项目推进例会"


def meetings(session: Session) -> tuple[MeetingInfo, ...]:
    """Return every meeting, the newest day first."""
    # A frozen agenda may have thousands of items: no list reads any.
    statement = sa.select(Meeting).options(defer(Meeting.agenda), defer(Meeting.minutes))
    rows = session.scalars(statement.order_by(Meeting.held_on.desc(), Meeting.id.desc())).all()
    decided = _decided(session, sa.select(Action))
    return tuple(MeetingInfo(**_facts(row, decided.get(row.id, {}))) for row in rows)


def meeting_of(session: Session, meeting_id: int) -> MeetingPage:
    """Return one meeting; raise NotFound."""
    row = _row(session, meeting_id)
    decided = _decided(session, sa.select(Action).where(Action.meeting_id == meeting_id))
    return MeetingPage(
        **_facts(row, decided.get(row.id, {})),
        minutes=row.minutes,
        mark=mark_of_minutes(row.minutes),
        said_mark=_mark_of_said(row),
    )


def agenda_of(session: Session, meeting_id: int, now: datetime) -> Agenda:
    """Return the agenda: of a planned meeting as it stands now, of one that was held as it was frozen."""
    return agenda_as_it_stands(session, _row(session, meeting_id), now)


def item_of(session: Session, meeting_id: int, key: str, now: datetime) -> AgendaItem:
    """Return an item of the agenda, left out or not; raise NotFound.

    The whole agenda is made for it, which takes its time: look it up before the transaction that changes something.
    """
    item = agenda_of(session, meeting_id, now).item(key)
    if item is None:
        raise NotFound("议程事项", key)
    return item


def plan_meeting(session: Session, actor: Actor, said: Invitation, now: datetime) -> int:
    """Plan a meeting and return its id; raise Refused with everything that is wrong."""
    period, day = _checked(session, said, now)
    audit.claim_trail(session)
    row = Meeting(
        title=said.title.strip() or default_title(period),
        period=period,
        state=MeetingState.PLANNED,
        held_on=day,
        place=said.place.strip(),
        chair=said.chair.strip(),
        attendees=said.attendees.strip(),
        made_by=actor.name,
        made_at=now,
    )
    session.add(row)
    session.flush()
    note_state(session, actor, now, KIND, row.id, "", row.state)
    audit.record(session, actor, now, "meeting.plan", KIND, row.id, after=_told(row))
    return row.id


def change_meeting(
    session: Session, actor: Actor, meeting_id: int, mark: str, said: Invitation, now: datetime
) -> None:
    """Change what is said of a planned meeting; `mark` stands for what was said when it was looked at.

    Another month brings red lights of its own: those that were left out of the one before count no more. Raise
    NotFound, WrongState once it was held or when somebody else changed it meanwhile, Refused.
    """
    row = claimed_meeting(session, meeting_id)
    require_planned(row, "修改安排")
    if mark != _mark_of_said(row):
        raise WrongState("例会安排刚被其他人修改过，请核对后再保存。")
    period, day = _checked(session, said, now)
    before = _told(row)
    if period != row.period:
        row.agenda = freeze_adjustments(thaw_adjustments(row.agenda).of_another_month)
    row.title, row.period, row.held_on = said.title.strip() or default_title(period), period, day
    row.place, row.chair, row.attendees = said.place.strip(), said.chair.strip(), said.attendees.strip()
    session.flush()
    _audit_changed(session, actor, row, "meeting.change", before, _told(row), now)


def agenda_as_it_stands(session: Session, row: Meeting, now: datetime) -> Agenda:
    """Return the agenda of a row: made anew, or frozen."""
    if row.state is MeetingState.HELD and row.agenda:
        return thaw_agenda(row.agenda)
    return made_agenda(session, row.id, row.period, thaw_adjustments(row.agenda), now)


def _row(session: Session, meeting_id: int) -> Meeting:
    row = session.get(Meeting, meeting_id)
    if row is None:
        raise NotFound("例会", str(meeting_id))
    return row


def claimed_meeting(session: Session, meeting_id: int) -> Meeting:
    """Return the meeting as it stands once nobody else changes anything."""
    audit.claim_trail(session)
    row = _row(session, meeting_id)
    session.refresh(row)
    return row


def require_planned(row: Meeting, step: str) -> None:
    """Raise WrongState for a meeting that was held already."""
    if row.state is not MeetingState.PLANNED:
        raise WrongState(f"这次例会已经召开，议程已固定，不能{step}。")


def _checked(session: Session, said: Invitation, now: datetime) -> tuple[Period, date]:
    today = now.astimezone(clock.ZONE).date()
    problems = [
        Problem(f"{label}超过 {limit} 个字", "请写得简短一些", field=field)
        for label, field, text, limit in (
            ("例会名称", "title", said.title, NAME_LENGTH),
            ("地点", "place", said.place, NAME_LENGTH),
            ("主持人", "chair", said.chair, NAME_LENGTH),
            ("参会人员", "attendees", said.attendees, TEXT_LENGTH),
        )
        if len(text.strip()) > limit
    ]
    known = {info.period for info in periods.known_periods(session) if info.state is not PeriodState.UPCOMING}
    if said.period not in known:
        problems.append(Problem("没有选择已开放的报告期", "请从列表里选择", field="period"))
    if said.day is None:
        problems.append(Problem("没有填写例会日期", "请选择一个日期", field="day"))
    elif abs(said.day - today) > FARTHEST:
        problems.append(Problem("例会日期距今超过一年", "请核对年份", str(said.day), field="day"))
    if problems or said.period is None or said.day is None:
        raise Refused(tuple(problems))
    return said.period, said.day


def _told(row: Meeting) -> dict[str, str]:
    return {
        "title": row.title,
        "period": str(row.period),
        "held_on": row.held_on.isoformat(),
        "place": row.place,
        "chair": row.chair,
        "attendees": row.attendees,
    }


def _audit_changed(
    session: Session,
    actor: Actor,
    row: Meeting,
    action: str,
    before: dict[str, str],
    after: dict[str, str],
    now: datetime,
) -> None:
    """Write down what changed; what stays writes nothing."""
    changed = {name: value for name, value in after.items() if before[name] != value}
    if changed:
        earlier = {name: before[name] for name in changed}
        audit.record(session, actor, now, action, KIND, row.id, before=earlier, after=changed)


def mark_of_minutes(minutes: str) -> str:
    """Return what stands for the minutes as they are."""
    return hashlib.sha256(minutes.encode()).hexdigest()[:16]


def _mark_of_said(row: Meeting) -> str:
    return hashlib.sha256(json.dumps(_told(row)).encode()).hexdigest()[:16]


def _decided(session: Session, statement: sa.Select[Action]) -> dict[int | None, dict[ActionState, int]]:
    """Return how many of the actions that a statement selects stand where, by the meeting that decided them."""
    found: dict[int | None, dict[ActionState, int]] = {}
    counted = statement.with_only_columns(Action.meeting_id, Action.state, sa.func.count())
    for meeting_id, state, count in session.execute(counted.group_by(Action.meeting_id, Action.state)):
        found.setdefault(meeting_id, {})[state] = count
    return found


def _facts(row: Meeting, decided: dict[ActionState, int]) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "period": row.period,
        "state": row.state,
        "day": row.held_on,
        "place": row.place,
        "chair": row.chair,
        "attendees": row.attendees,
        "decided": sum(decided.values()),
        "waiting": sum(count for state, count in decided.items() if state is not ActionState.CLOSED_OUT),
        "made_by": row.made_by,
        "made_at": row.made_at,
    }
