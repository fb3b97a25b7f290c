"""Owns reading what meetings decided and leaders asked for: each action, where it came from and where it stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.deadlines import Escalation, days_overdue, escalation
from tracker.core.errors import NotFound
from tracker.services.office import Office, office_of
from tracker.services.subjects import Subject, subjects_of
from tracker.store.meetings import Action, ActionState, Instruction, Meeting
from tracker.store.periods import StateChange
from tracker.store.remarks import Remark, RemarkKind
from tracker.store.roster import Unit

#: What stands as the kind of an action's changes of state.
KIND = "action"


class ActionSource(StrEnum):
    """What an action follows from."""

    MEETING = "meeting"
    INSTRUCTION = "instruction"


@dataclass(frozen=True, slots=True)
class ActionChange:
    """One change of an action: where it stood before ("" when it was made) and after, by whom, when and why."""

    id: int
    before: str
    after: ActionState
    made_by: str
    made_at: datetime
    reason: str

    @property
    def passed_on(self) -> bool:
        """Return whether it changed only the unit or the deadline."""
        return self.before == self.after.value


@dataclass(frozen=True, slots=True)
class ActionInfo:
    """An action as pages show it.

    `origin` is the meeting's title or the instruction's text, `origin_by` whoever wrote the instruction. `subject`
    is the line or work that it is about, if any; `latest` what was last said about it, `sent_back` why the office
    did not close it out, as long as the unit works on it again. `version` names the newest of its changes: a page
    that shows an older one is stale. Only what the unit still has to do is overdue.
    """

    id: int
    source: ActionSource
    meeting_id: int | None
    instruction_id: int | None
    origin: str
    origin_by: str
    unit_id: int
    unit: str
    subject: Subject | None
    problem_id: int | None
    text: str
    deadline: date
    state: ActionState
    days_overdue: int
    escalation: Escalation
    latest: str
    sent_back: str
    version: int
    made_by: str
    made_at: datetime

    @property
    def waits(self) -> bool:
        """Return whether it is not closed out: it stands on the agenda of every meeting to come."""
        return self.state is not ActionState.CLOSED_OUT


@dataclass(frozen=True, slots=True)
class ActionCounts:
    """How many actions stand where; `overdue` ones are among the open."""

    open: int
    done: int
    closed_out: int
    overdue: int


@dataclass(frozen=True, slots=True)
class InstructionInfo:
    """A leader's instruction, as it was written, with the action that follows from it."""

    id: int
    text: str
    made_by: str
    made_at: datetime
    action: ActionInfo | None


def open_actions(
    session: Session, now: datetime, unit_ids: Collection[int] | None = None
) -> tuple[ActionInfo, ...]:
    """Return every action that is not closed out, overdue first; with `unit_ids` only those of these units."""
    statement = sa.select(Action).where(Action.state != ActionState.CLOSED_OUT)
    return overdue_first(infos(session, _of_units(statement, unit_ids), now))


def all_actions(
    session: Session, now: datetime, unit_ids: Collection[int] | None = None
) -> tuple[ActionInfo, ...]:
    """Return every action, those that wait first and overdue first among them; with `unit_ids` only theirs."""
    return overdue_first(infos(session, _of_units(sa.select(Action), unit_ids), now))


def actions_of_meeting(session: Session, meeting_id: int, now: datetime) -> tuple[ActionInfo, ...]:
    """Return what a meeting decided, in the order in which it was written down."""
    statement = sa.select(Action).where(Action.meeting_id == meeting_id)
    return infos(session, statement, now)


def actions_of_subject(session: Session, work: bool, object_id: int, now: datetime) -> tuple[ActionInfo, ...]:
    """Return the actions about a line or a work, those that wait first and overdue first among them."""
    mine = Action.key_project_id == object_id if work else Action.subproject_id == object_id
    return overdue_first(infos(session, sa.select(Action).where(mine), now))


def instructions_of_subject(
    session: Session, work: bool, object_id: int, now: datetime
) -> tuple[InstructionInfo, ...]:
    """Return the instructions on a line or a work, newest first, each with its action."""
    mine = Instruction.key_project_id == object_id if work else Instruction.subproject_id == object_id
    rows = session.scalars(sa.select(Instruction).where(mine).order_by(Instruction.id.desc())).all()
    following = infos(
        session, sa.select(Action).where(Action.instruction_id.in_([row.id for row in rows])), now
    )
    by_instruction = {action.instruction_id: action for action in following}
    return tuple(
        InstructionInfo(row.id, row.text, row.made_by, row.made_at, by_instruction.get(row.id))
        for row in rows
    )


def action_counts(session: Session, now: datetime, unit_ids: Collection[int] | None = None) -> ActionCounts:
    """Return how many actions stand where; with `unit_ids` only those of these units."""
    statement = sa.select(Action.state, sa.func.count()).group_by(Action.state)
    counts = dict(session.execute(_of_units(statement, unit_ids)).all())
    late = sa.select(sa.func.count(Action.id)).where(
        Action.state == ActionState.OPEN, Action.deadline < _day(now)
    )
    return ActionCounts(
        open=counts.get(ActionState.OPEN, 0),
        done=counts.get(ActionState.DONE, 0),
        closed_out=counts.get(ActionState.CLOSED_OUT, 0),
        overdue=session.scalar(_of_units(late, unit_ids)) or 0,
    )


def action_of(
    session: Session, action_id: int, now: datetime, unit_ids: Collection[int] | None = None
) -> ActionInfo:
    """Return one action; raise NotFound for none, and with `unit_ids` for another unit's."""
    found = infos(session, _of_units(sa.select(Action).where(Action.id == action_id), unit_ids), now)
    if not found:
        raise NotFound("督办事项", str(action_id))
    return found[0]


def changes_of_action(session: Session, action_id: int) -> tuple[ActionChange, ...]:
    """Return how an action came to stand where it stands, oldest first."""
    return tuple(_change(row) for row in _changes(session, [action_id]))


def infos(session: Session, statement: sa.Select[Action], now: datetime) -> tuple[ActionInfo, ...]:
    """Return the actions that a statement selects, in the order in which they were made."""
    rows = session.scalars(statement.order_by(Action.id)).all()
    if not rows:
        return ()
    ids = [row.id for row in rows]
    subjects = subjects_of(session, [row.subproject_id for row in rows], [row.key_project_id for row in rows])
    units = dict(session.execute(sa.select(Unit.id, Unit.name)).all())
    origins = _origins(session, rows)
    newest, moves = _newest_changes(session, ids)
    latest = _latest_words(session, ids)
    office = office_of(session)
    found: list[ActionInfo] = []
    for row in rows:
        key = (
            (True, row.key_project_id) if row.key_project_id is not None else (False, row.subproject_id or 0)
        )
        origin, origin_by = origins[row.meeting_id, row.instruction_id]
        late, reached = _standing(row, office, _day(now))
        change = newest.get(row.id)
        found.append(
            ActionInfo(
                id=row.id,
                source=ActionSource.MEETING if row.instruction_id is None else ActionSource.INSTRUCTION,
                meeting_id=row.meeting_id,
                instruction_id=row.instruction_id,
                origin=origin,
                origin_by=origin_by,
                unit_id=row.unit_id,
                unit=units[row.unit_id],
                subject=subjects.get(key),
                problem_id=row.problem_id,
                text=row.text,
                deadline=row.deadline,
                state=row.state,
                days_overdue=late,
                escalation=reached,
                latest=latest.get(row.id, ""),
                sent_back=_sent_back(moves.get(row.id)),
                version=0 if change is None else change.id,
                made_by=row.made_by,
                made_at=row.made_at,
            )
        )
    return tuple(found)


def overdue_first(actions: Iterable[ActionInfo]) -> tuple[ActionInfo, ...]:
    """Return actions as they press: the longest overdue first, what is closed out last."""
    return tuple(
        sorted(
            actions, key=lambda action: (not action.waits, -action.days_overdue, action.deadline, action.id)
        )
    )


def _of_units(
    statement: sa.Select[*tuple[Any, ...]], unit_ids: Collection[int] | None
) -> sa.Select[*tuple[Any, ...]]:
    return statement if unit_ids is None else statement.where(Action.unit_id.in_(unit_ids))


def _standing(row: Action, office: Office, today: date) -> tuple[int, Escalation]:
    """Return for how many days an action is overdue and whose business that is; what is done waits on the office."""
    if row.state is not ActionState.OPEN:
        return 0, Escalation.NONE
    reached = escalation(
        row.deadline, today, office_after=office.office_after_days, leader_after=office.leader_after_days
    )
    return days_overdue(row.deadline, today), reached


def _origins(
    session: Session, rows: Collection[Action]
) -> dict[tuple[int | None, int | None], tuple[str, str]]:
    meetings = {row.meeting_id for row in rows if row.meeting_id is not None}
    instructions = {row.instruction_id for row in rows if row.instruction_id is not None}
    found: dict[tuple[int | None, int | None], tuple[str, str]] = {}
    for meeting_id, title in session.execute(
        sa.select(Meeting.id, Meeting.title).where(Meeting.id.in_(meetings))
    ):
        found[meeting_id, None] = title, ""
    for instruction_id, text, made_by in session.execute(
        sa.select(Instruction.id, Instruction.text, Instruction.made_by).where(
            Instruction.id.in_(instructions)
        )
    ):
        found[None, instruction_id] = text, made_by
    return found


def _changes(session: Session, action_ids: Collection[int]) -> list[StateChange]:
    mine = (StateChange.kind == KIND, StateChange.object_id.in_(action_ids))
    return list(session.scalars(sa.select(StateChange).where(*mine).order_by(StateChange.id)))


def _newest_changes(
    session: Session, action_ids: Collection[int]
) -> tuple[dict[int, StateChange], dict[int, StateChange]]:
    """Return the newest change of each action, and the newest that changed where it stands."""
    changes = _changes(session, action_ids)
    return (
        {change.object_id: change for change in changes},
        {change.object_id: change for change in changes if change.before != change.after},
    )


def _latest_words(session: Session, action_ids: Collection[int]) -> dict[int, str]:
    newest = (
        sa.select(sa.func.max(Remark.id))
        .where(Remark.kind == RemarkKind.ACTION, Remark.object_id.in_(action_ids))
        .group_by(Remark.object_id)
    )
    return dict(session.execute(sa.select(Remark.object_id, Remark.text).where(Remark.id.in_(newest))).all())


def _sent_back(change: StateChange | None) -> str:
    if change is None or (change.before, change.after) != (ActionState.DONE.value, ActionState.OPEN.value):
        return ""
    return change.reason


def _change(row: StateChange) -> ActionChange:
    return ActionChange(row.id, row.before, ActionState(row.after), row.made_by, row.made_at, row.reason)


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.ZONE).date()
