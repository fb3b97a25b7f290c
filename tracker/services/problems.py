"""Owns raising problems from what units report, and listing those that are open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.briefing import ProblemEntry
from tracker.core.periods import Period
from tracker.core.said import Said
from tracker.services import audit
from tracker.services.actors import Actor
from tracker.services.subjects import Subject, subjects_of
from tracker.services.visibility import ReportObject, responsible_units
from tracker.store.meetings import Action
from tracker.store.notices import Notice
from tracker.store.periods import PeriodRow, StateChange
from tracker.store.problems import CoHandler, Difficulty, ProblemCategory, ProblemRow, ProblemState
from tracker.store.remarks import Remark, RemarkKind
from tracker.store.reports import Report, ReportRevision
from tracker.store.roster import Front, KeyProject, Programme, Subproject, Unit

#: Of so many lines the problems are looked for one by one; of more, all that are open are read at once.
_FEW = 200
#: The words for where a problem stands.
STATE_WORDS = {
    ProblemState.RAISED: "已提出",
    ProblemState.ASSIGNED: "已交办",
    ProblemState.IN_PROGRESS: "办理中",
    ProblemState.RESOLVED: "已解决待销号",
    ProblemState.CLOSED_OUT: "已销号",
}
#: The words for the kinds of obstacles, by whose business it is to remove them.
CATEGORY_WORDS = {
    ProblemCategory.LAND: "用地",
    ProblemCategory.APPROVAL: "审批",
    ProblemCategory.FUNDING: "资金",
    ProblemCategory.DEMOLITION: "征收拆迁",
    ProblemCategory.CONSTRUCTION: "施工组织",
    ProblemCategory.UTILITIES: "水电气等配套",
    ProblemCategory.OTHER: "其他",
}
#: The words for who it takes to solve a problem.
DIFFICULTY_WORDS = {
    Difficulty.UNIT: "单位可自行解决",
    Difficulty.SEVERAL_UNITS: "需多单位协同",
    Difficulty.CITY: "需市级决策",
}


#: Nobody has taken it up: it was not raised by hand, sorted into a kind, spoken about, decided on or pressed for.
_UNTOUCHED = (
    ProblemRow.deadline.is_(None),
    ProblemRow.category.is_(None),
    ProblemRow.difficulty.is_(None),
    ~sa.exists().where(StateChange.kind == "problem", StateChange.object_id == ProblemRow.id),
    ~sa.exists().where(Remark.kind == RemarkKind.PROBLEM, Remark.object_id == ProblemRow.id),
    ~sa.exists().where(Action.problem_id == ProblemRow.id),
    ~sa.exists().where(Notice.problem_id == ProblemRow.id),
)


def raise_problems(
    session: Session,
    actor: Actor,
    period: Period,
    now: datetime,
    told: Sequence[tuple[bool, int, str, str]],
    unit_ids: Collection[int] = (),
) -> int:
    """Raise what is told as (is a work, id, problem, help needed) by one of `unit_ids`; return how many are new.

    A problem that is told again in the same words is the same problem: it is raised once, and asks for the help that
    the newest month asks for. One that was closed out in this month or later does not come back because its report is
    touched again; a later month's report raises it anew.
    """
    if not told:
        return 0
    statement = sa.select(ProblemRow).where(_counts_in(period))
    if len(told) <= _FEW:
        lines = [object_id for work, object_id, _, _ in told if not work]
        works = [object_id for work, object_id, _, _ in told if work]
        statement = statement.where(
            sa.or_(ProblemRow.subproject_id.in_(lines), ProblemRow.key_project_id.in_(works))
        )
    known = {
        (row.subproject_id, row.key_project_id, row.text): row
        for row in session.scalars(statement.order_by(ProblemRow.id))
    }
    fresh: list[ProblemRow] = []
    for work, object_id, text, help_needed in told:
        place = (None if work else object_id, object_id if work else None, text)
        row = known.get(place)
        if row is None:
            row = known[place] = ProblemRow(
                subproject_id=place[0],
                key_project_id=place[1],
                raised_in=period,
                text=text,
                help_needed=help_needed,
                state=ProblemState.RAISED,
                made_by=actor.name,
                made_at=now,
            )
            fresh.append(row)
        elif row.state is not ProblemState.CLOSED_OUT:
            if help_needed != row.help_needed and not _told_later(session, row, period):
                _reword(session, actor, row, text, help_needed, now)
            # Months may be loaded in any order; the problem stands since the first that told it.
            row.raised_in = min(period, row.raised_in)
    _in_the_name_of(session, fresh, unit_ids)
    session.add_all(fresh)
    return len(fresh)


def _counts_in(period: Period) -> sa.ColumnElement[bool]:
    """Return the condition of what a report of `period` does not raise anew."""
    return sa.or_(ProblemRow.state != ProblemState.CLOSED_OUT, ProblemRow.closed_out_in >= period)


def _told_later(session: Session, row: ProblemRow, period: Period) -> bool:
    """Return whether a later month than `period` tells the problem in the same words."""
    if period < row.raised_in:
        return True
    about = (
        Report.key_project_id == row.key_project_id
        if row.subproject_id is None
        else Report.subproject_id == row.subproject_id
    )
    later = sa.tuple_(PeriodRow.year, PeriodRow.month) > sa.tuple_(period.year, period.month)
    statement = (
        sa.select(Report.id)
        .join(PeriodRow, PeriodRow.id == Report.period_id)
        .join(
            ReportRevision,
            sa.and_(ReportRevision.report_id == Report.id, ReportRevision.number == Report.counted),
        )
        .where(about, later, ReportRevision.problem_text == row.text)
        .limit(1)
    )
    return session.scalar(statement) is not None


def _reword(
    session: Session, actor: Actor, row: ProblemRow, text: str, help_needed: str, now: datetime
) -> None:
    """Put the problem, or what help it needs, into other words; it stays the same problem."""
    told = {"text": (row.text, text), "help_needed": (row.help_needed, help_needed)}
    changed = {name: words for name, words in told.items() if words[0] != words[1]}
    row.text, row.help_needed = text, help_needed
    session.flush()
    audit.record(
        session,
        actor,
        now,
        "problem.reword",
        "problem",
        row.id,
        before={name: before for name, (before, _) in changed.items()},
        after={name: after for name, (_, after) in changed.items()},
    )


def _in_the_name_of(session: Session, fresh: Sequence[ProblemRow], unit_ids: Collection[int]) -> None:
    """Note which unit tells of each: the one that leads, else one of `unit_ids` that is responsible.

    What nobody's units tell (a file that the office read) is told in the name of the lead unit.
    """
    subjects = subjects_of(
        session, [row.subproject_id for row in fresh], [row.key_project_id for row in fresh]
    )
    for row in fresh:
        work = row.subproject_id is None
        object_id = (row.key_project_id if work else row.subproject_id) or 0
        row.unit_id = telling_unit(session, subjects[work, object_id], unit_ids)


def telling_unit(session: Session, subject: Subject, unit_ids: Collection[int]) -> int | None:
    """Return in the name of which of these units somebody speaks about a line or work; None where none leads it."""
    if not unit_ids or subject.lead_id in unit_ids:
        return subject.lead_id
    own = responsible_units(session, subject.work, subject.id) & frozenset(unit_ids)
    return min(own, default=subject.lead_id)


def settle_problem(
    session: Session,
    actor: Actor,
    period: Period,
    about: ReportObject,
    before: ReportRevision | None,
    said: Said,
    now: datetime,
    unit_ids: Collection[int] = (),
) -> None:
    """Let the list say what the report that counts says, now that `said` counts in the place of `before`.

    What only the replaced words raised, and nobody has taken up yet, is worded anew in its place (whoever looks at
    its page is told), or taken off the list where the report tells none any more or one that stands there already.
    """
    if before is not None and before.problem_text not in ("", said.problem_text):
        mine = ProblemRow.key_project_id == about.id if about.work else ProblemRow.subproject_id == about.id
        raised = session.scalar(
            sa.select(ProblemRow)
            .where(mine, ProblemRow.text == before.problem_text, ProblemRow.raised_in == period)
            .where(ProblemRow.state == ProblemState.RAISED, *_UNTOUCHED)
        )
        if raised is not None:
            known = sa.select(ProblemRow.id).where(
                mine, ProblemRow.text == said.problem_text, _counts_in(period)
            )
            if said.problem_text and session.scalar(known.limit(1)) is None:
                _reword(session, actor, raised, said.problem_text, said.help_needed, now)
            else:
                session.delete(raised)
                session.flush()
    if said.problem_text:
        raise_problems(
            session,
            actor,
            period,
            now,
            [(about.work, about.id, said.problem_text, said.help_needed)],
            unit_ids,
        )


def open_problems(session: Session, period: Period, front: str) -> tuple[ProblemEntry, ...]:
    """Return the front's problems that stood open at the end of `period`, overdue first."""
    project = sa.func.coalesce(ProblemRow.key_project_id, Subproject.key_project_id)
    rows = session.execute(
        sa.select(ProblemRow, Subproject.code, Subproject.name, KeyProject.code, KeyProject.name, Unit.name)
        .outerjoin(Subproject, Subproject.id == ProblemRow.subproject_id)
        .join(KeyProject, KeyProject.id == project)
        .join(Programme, Programme.id == KeyProject.programme_id)
        .join(Front, Front.id == Programme.front_id)
        .outerjoin(Unit, Unit.id == KeyProject.lead_id)
        .where(KeyProject.year == period.year, Front.name == front, ProblemRow.raised_in <= period)
        .where(sa.or_(ProblemRow.closed_out_in.is_(None), ProblemRow.closed_out_in > period))
        .order_by(ProblemRow.id)
    ).all()
    helpers: dict[int, list[str]] = {}
    for problem_id, name in session.execute(
        sa.select(CoHandler.problem_id, Unit.name)
        .join(Unit, Unit.id == CoHandler.unit_id)
        .order_by(CoHandler.id)
    ):
        helpers.setdefault(problem_id, []).append(name)
    entries = [
        ProblemEntry(
            code=code or project_code,
            name=name or project_name,
            lead=lead or "",
            text=problem.text,
            help_needed=problem.help_needed,
            helpers=tuple(helpers.get(problem.id, ())),
            raised_in=problem.raised_in,
            deadline=problem.deadline,
            state=STATE_WORDS[problem.state],
            overdue=problem.deadline is not None and problem.deadline < period.last_day,
            category="" if problem.category is None else CATEGORY_WORDS[problem.category],
        )
        for problem, code, name, project_code, project_name, lead in rows
    ]
    return tuple(sorted(entries, key=lambda entry: (not entry.overdue, str(entry.raised_in))))
