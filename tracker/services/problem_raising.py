"""Owns raising a problem by hand: by the office on any line or work, by a unit on its own, between reports too."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.cohorts import Category
from tracker.core.errors import NotFound, Problem, Refused
from tracker.core.figures import PeriodState
from tracker.core.periods import Period
from tracker.core.said import TEXT_LENGTH
from tracker.services import audit
from tracker.services.actors import Actor
from tracker.services.finding import Group, find
from tracker.services.problem_claims import KIND
from tracker.services.problems import telling_unit
from tracker.services.reasons_given import required_reason
from tracker.services.state_changes import note_state
from tracker.services.subjects import subject_of
from tracker.services.visibility import (
    ReportObject,
    object_of,
    own_object,
    reportable_lines,
    reportable_works,
)
from tracker.store.periods import PeriodRow
from tracker.store.problems import Difficulty, ProblemCategory, ProblemRow, ProblemState
from tracker.store.roster import KeyProject, Subproject

#: How many lines and works are offered to choose from.
MOST_CHOICES = 60


@dataclass(frozen=True, slots=True)
class Raised:
    """A problem as it is typed: on which line or work, what holds it up and what help it needs."""

    year: int
    code: str
    text: str
    help_needed: str = ""
    category: ProblemCategory | None = None
    difficulty: Difficulty | None = None


def raise_by_hand(
    session: Session,
    actor: Actor,
    told: Raised,
    now: datetime,
    unit_ids: Collection[int] | None = None,
) -> int:
    """Raise a problem and return its id; `unit_ids` are the raiser's units, None for the office.

    It counts for the newest month of the year that is open, else for the one after the newest that was closed.
    Raise Refused with everything that is wrong: no such line or work (for a unit: none of its own), a text that says
    nothing, and a problem that stands open in the same words.
    """
    problems: list[Problem] = []
    try:
        about = (
            object_of(session, told.year, told.code)
            if unit_ids is None
            else own_object(session, unit_ids, told.year, told.code)
        )
    except NotFound:
        whose = "" if unit_ids is None else "本单位的"
        raise Refused(
            (
                Problem(
                    f"{told.year} 年没有{whose}这个项目或工作",
                    "请从列表中选择，或核对编码",
                    told.code,
                    field="code",
                ),
            )
        ) from None
    try:
        required_reason(told.text, "存在的问题", "text")
    except Refused as refusal:
        problems += refusal.problems
    if len(told.help_needed.strip()) > TEXT_LENGTH:
        problems.append(Problem(f"需协调事项超过 {TEXT_LENGTH} 个字", "请写得简短一些", field="help_needed"))
    audit.claim_trail(session)
    text = told.text.strip()
    mine = ProblemRow.key_project_id == about.id if about.work else ProblemRow.subproject_id == about.id
    same = session.scalar(
        sa.select(ProblemRow.id).where(
            mine, ProblemRow.text == text, ProblemRow.state != ProblemState.CLOSED_OUT
        )
    )
    if same is not None:
        what = "这个问题已经提出，还没有销号"
        problems.append(Problem(what, "请在原来的问题下写进展，不必再提", field="text"))
    if problems:
        raise Refused(tuple(problems))
    row = ProblemRow(
        subproject_id=about.line_id,
        key_project_id=about.work_id,
        raised_in=_month(session, told.year, now),
        text=text,
        help_needed=told.help_needed.strip(),
        state=ProblemState.RAISED,
        category=told.category,
        difficulty=told.difficulty,
        made_by=actor.name,
        made_at=now,
    )
    subject = subject_of(session, about.line_id, about.work_id)
    if unit_ids is not None and subject is not None:
        row.unit_id = telling_unit(session, subject, unit_ids)
    session.add(row)
    session.flush()
    note_state(session, actor, now, KIND, row.id, "", ProblemState.RAISED)
    after = {
        "object": f"{told.year} {told.code}",
        "text": row.text,
        "help_needed": row.help_needed,
        "category": row.category,
        "difficulty": row.difficulty,
        "period": str(row.raised_in),
    }
    audit.record(session, actor, now, "problem.raise", KIND, row.id, after=after)
    return row.id


def _month(session: Session, year: int, now: datetime) -> Period:
    """Return the month that a problem of the year's line is told in: one that is not frozen, so that its list shows it."""
    rows = session.scalars(
        sa.select(PeriodRow)
        .where(PeriodRow.year == year, PeriodRow.state != PeriodState.UPCOMING)
        .order_by(PeriodRow.month.desc())
    ).all()
    for row in rows:
        if row.state is PeriodState.OPEN:
            return row.period
    today = Period.of(now.astimezone(clock.ZONE).date())
    # A closed month's list is frozen: what is told after it belongs to the next.
    after = rows[0].period.plus(1) if rows else today
    return min(max(after, today) if today.year == year else after, Period(year, 12))


def raisable(
    session: Session, words: str, unit_ids: Collection[int] | None = None
) -> tuple[ReportObject, ...]:
    """Return lines and works of the newest year to choose from, at most MOST_CHOICES.

    For the office those that `words` finds, by code, name or unit; for a unit all that it reports, or those in whose
    code or name the words stand.
    """
    if unit_ids is None:
        found = find(session, words)
        preparatory = set(
            session.scalars(sa.select(Subproject.id).where(Subproject.category == Category.PREPARATORY))
        )
        lines = [hit for hit in found.get(Group.LINES, ()) if hit.id not in preparatory]
        hits = (*lines, *found.get(Group.WORKS, ()))
        chosen = [
            ReportObject(hit.group is Group.WORKS, hit.id, hit.year or 0, hit.code, hit.name) for hit in hits
        ]
    else:
        year = session.scalar(sa.select(sa.func.max(KeyProject.year))) or 0
        chosen = [
            about
            for about in _own(session, unit_ids, year)
            if words.casefold() in f"{about.code} {about.name}".casefold()
        ]
    newest = max((about.year for about in chosen), default=0)
    return tuple([about for about in chosen if about.year == newest][:MOST_CHOICES])


def _own(session: Session, unit_ids: Collection[int], year: int) -> list[ReportObject]:
    lines = session.execute(
        sa.select(Subproject.id, Subproject.code, Subproject.name)
        .where(Subproject.id.in_(reportable_lines(unit_ids, year)))
        .order_by(Subproject.code)
    )
    works = session.execute(
        sa.select(KeyProject.id, KeyProject.code, KeyProject.name)
        .where(KeyProject.id.in_(reportable_works(unit_ids, year)))
        .order_by(KeyProject.code)
    )
    return [
        *(ReportObject(False, row_id, year, code, name) for row_id, code, name in lines),
        *(ReportObject(True, row_id, year, code, name) for row_id, code, name in works),
    ]
