"""Owns leaders' instructions (批示): written once on a line or a work, and at once an action of the unit that leads it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.errors import NotFound, Problem, Refused, WrongState
from tracker.services import audit
from tracker.services.action_steps import make_action
from tracker.services.actors import Actor
from tracker.services.office import office_of
from tracker.services.reasons_given import required_reason
from tracker.services.workdays import workday_after
from tracker.store.meetings import Action, ActionState, Instruction
from tracker.store.roster import KeyProject, Kind, Subproject, Unit


def instruct(
    session: Session, actor: Actor, year: int, code: str, text: str, now: datetime
) -> tuple[int, str]:
    """Write an instruction on a line or a work; return the id of the action that follows, and its unit's name.

    The action is the lead unit's, due after as many workdays as the office's settings say. Raise NotFound for no
    such line or work, Refused for a text that says nothing and where no unit leads, WrongState for the same words
    again while they are still worked on.
    """
    told = required_reason(text, "批示内容", "text")
    audit.claim_trail(session)
    line_id, work_id, lead_id = _placed(session, year, code)
    if lead_id is None:
        raise Refused((Problem("这个项目没有牵头单位", "请督查室先补充牵头单位", field="text"),))
    if _stands(session, actor, line_id, work_id, told):
        raise WrongState("同样的批示已经发出，正在办理，不用重复。")
    row = Instruction(
        subproject_id=line_id, key_project_id=work_id, text=told, made_by=actor.name, made_at=now
    )
    session.add(row)
    session.flush()
    about = f"{year} {code}"
    audit.record(
        session, actor, now, "instruction.write", "instruction", row.id, after={"object": about, "text": told}
    )
    today = now.astimezone(clock.ZONE).date()
    action = Action(
        instruction_id=row.id,
        unit_id=lead_id,
        subproject_id=line_id,
        key_project_id=work_id,
        text=told,
        deadline=workday_after(session, today, office_of(session).instruction_workdays).day,
    )
    return make_action(session, actor, action, now), session.get_one(Unit, lead_id).name


def _placed(session: Session, year: int, code: str) -> tuple[int | None, int | None, int | None]:
    """Return the id of the line, or of the work, and of the unit that leads it."""
    if code.isprintable():
        line = session.execute(
            sa.select(Subproject.id, KeyProject.lead_id)
            .join(KeyProject, KeyProject.id == Subproject.key_project_id)
            .where(Subproject.year == year, Subproject.code == code)
        ).first()
        if line is not None:
            return line[0], None, line[1]
        work = session.execute(
            sa.select(KeyProject.id, KeyProject.lead_id).where(
                KeyProject.year == year, KeyProject.code == code, KeyProject.kind == Kind.WORK
            )
        ).first()
        if work is not None:
            return None, work[0], work[1]
    raise NotFound("项目或工作", f"{year} {code}" if code.isprintable() else str(year))


def _stands(session: Session, actor: Actor, line_id: int | None, work_id: int | None, text: str) -> bool:
    same = (
        sa.select(Instruction.id)
        .join(Action, Action.instruction_id == Instruction.id)
        .where(Instruction.made_by == actor.name, Instruction.text == text)
        .where(Instruction.subproject_id == line_id, Instruction.key_project_id == work_id)
        .where(Action.state != ActionState.CLOSED_OUT)
    )
    return session.scalar(same.limit(1)) is not None
