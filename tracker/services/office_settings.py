"""Owns changing the office's settings: what each may be, and what the audit trail keeps of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.errors import Problem, Refused
from tracker.services import audit
from tracker.services.actors import Actor
from tracker.services.office import Office, office_of, set_office
from tracker.store.roster import Front

NAME_LENGTH = 40
#: A month has at most 23 workdays; later than the 20th the next month would be over before this one is told.
LAST_WORKDAY = 20
#: What nobody cared about for so long is the leader's business under any setting.
LAST_DAY = 90


def change_office(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    name: str,
    city: str,
    own_front: str,
    deadline_workday: int,
    closing_workday: int,
    office_after_days: int | None = None,
    leader_after_days: int | None = None,
    instruction_workdays: int | None = None,
) -> Office:
    """Change the settings; workdays hold for months that are opened from now on. What stays writes nothing.

    Days that are not said stay as they are; workdays for instructions hold for those written from now on. Raise
    Refused with every reason: a name that is missing or long, a front that no roster knows, workdays outside 1 to
    LAST_WORKDAY, closing that does not come after the deadline, days
    outside 0 to LAST_DAY, or a leader who is reached no later than the office.
    """
    before = office_of(session)
    office_after = before.office_after_days if office_after_days is None else office_after_days
    leader_after = before.leader_after_days if leader_after_days is None else leader_after_days
    instructed = before.instruction_workdays if instruction_workdays is None else instruction_workdays
    told: dict[str, str | int] = {
        "name": name.strip(),
        "city": city.strip(),
        "own_front": own_front.strip(),
        "deadline_workday": deadline_workday,
        "closing_workday": closing_workday,
        "office_after_days": office_after,
        "leader_after_days": leader_after,
        "instruction_workdays": instructed,
    }
    problems = [
        *(_named(label, field, str(told[field])) for label, field in _NAMES),
        *(_ranged(label, field, value) for label, field, value in _days(deadline_workday, closing_workday)),
        *_escalation_problems(office_after, leader_after),
        _instruction_problem(instructed),
        _known_front(session, str(told["own_front"])),
    ]
    if 1 <= closing_workday <= deadline_workday:
        mend = "请把关闭日放在报送期限之后，留出审核的时间"
        problems.append(Problem("关闭日须晚于报送期限", mend, field="closing_workday"))
    if found := tuple(problem for problem in problems if problem is not None):
        raise Refused(found)
    was = {key: value for key, value in asdict(before).items() if key in told}
    changed = {key: value for key, value in told.items() if value != was[key]}
    if changed:
        set_office(session, **changed)
        session.flush()
        earlier = {key: was[key] for key in changed}
        audit.record(
            session, actor, now, "office.change", "office", "settings", before=earlier, after=changed
        )
    return office_of(session)


def front_names(session: Session) -> tuple[str, ...]:
    """Return the fronts that rosters or totals named so far."""
    return tuple(session.scalars(sa.select(Front.name).order_by(Front.id)))


_NAMES = (("办公室名称", "name"), ("城市名称", "city"), ("本办公室的领域", "own_front"))


def _days(deadline: int, closing: int) -> tuple[tuple[str, str, int], ...]:
    return ("报送期限", "deadline_workday", deadline), ("关闭日", "closing_workday", closing)


def _named(label: str, field: str, text: str) -> Problem | None:
    if 1 <= len(text) <= NAME_LENGTH:
        return None
    return Problem(f"{label}须为1至{NAME_LENGTH}个字", read=text or None, field=field)


def _ranged(label: str, field: str, value: int) -> Problem | None:
    if 1 <= value <= LAST_WORKDAY:
        return None
    return Problem(f"{label}须为第1至第{LAST_WORKDAY}个工作日", read=str(value), field=field)


def _escalation_problems(office_after: int, leader_after: int) -> list[Problem]:
    told = (
        ("升级至督查室", "office_after_days", office_after),
        ("升级至领导", "leader_after_days", leader_after),
    )
    found = [
        Problem(f"{label}的逾期天数须为0至{LAST_DAY}天", read=str(days), field=field)
        for label, field, days in told
        if not 0 <= days <= LAST_DAY
    ]
    if not found and leader_after <= office_after:
        mend = "请把升级至领导的天数改得更大"
        found.append(Problem("升级至领导须晚于升级至督查室", mend, field="leader_after_days"))
    return found


def _instruction_problem(workdays: int) -> Problem | None:
    if 1 <= workdays <= LAST_WORKDAY:
        return None
    what = f"批示的办理时限须为1至{LAST_WORKDAY}个工作日"
    return Problem(what, read=str(workdays), field="instruction_workdays")


def _known_front(session: Session, name: str) -> Problem | None:
    known = front_names(session)
    if not known or not name or name in known or name == office_of(session).own_front:
        return None
    return Problem("没有这个领域", f"请选择：{'、'.join(known)}", read=name, field="own_front")
