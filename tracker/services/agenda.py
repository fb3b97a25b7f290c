"""Owns making a meeting's agenda: red lights, problems, notices and whatever earlier meetings and leaders asked for."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.core.agenda import Adjustments, Agenda, AgendaItem, AgendaPart, adjusted
from tracker.core.deadlines import days_overdue, escalation
from tracker.core.errors import NotFound
from tracker.core.figures import LineFigures, MonthSummary
from tracker.core.flag_list import FlagFilter
from tracker.core.lights import Light
from tracker.core.periods import Period
from tracker.services.actions import ActionInfo, ActionSource, open_actions
from tracker.services.flags import flag_list, rows_shown
from tracker.services.office import office_of
from tracker.services.problem_list import ProblemInfo, problem_list
from tracker.services.subjects import Subject, SubjectKey, subjects_of
from tracker.store.notices import Notice, NoticeState
from tracker.store.roster import Unit

#: A notice that was settled or taken back is no business of a meeting.
_SETTLED = (NoticeState.CLOSED_OUT, NoticeState.WITHDRAWN)


def made_agenda(
    session: Session, meeting_id: int | None, period: Period, wanted: Adjustments, now: datetime
) -> Agenda:
    """Return the agenda as it stands now for a meeting on `period`.

    Every action that is not closed out is on it, save those that this very meeting decided.
    """
    summary, red = _month(session, period, now)
    actions = [action for action in open_actions(session, now) if action.meeting_id != meeting_id]
    found = (
        *(_of_action(action) for action in actions),
        *red,
        *(_of_problem(problem) for problem in problem_list(session, now) if problem.is_open),
        *_notices(session, now.astimezone(clock.ZONE).date()),
    )
    return adjusted(summary, found, wanted)


def _month(
    session: Session, period: Period, now: datetime
) -> tuple[MonthSummary | None, tuple[AgendaItem, ...]]:
    """Return the month's figures and its red lights, worst first; a month that tells no figures has neither."""
    try:
        flags = flag_list(session, period, now, FlagFilter(light=Light.RED))
    except NotFound:
        return None, ()
    lines = [row.figures for row in rows_shown(session, flags, flags.arranged.marks)]
    places = subjects_of(session, [figures.line.id for figures in lines], [])
    return flags.summary, tuple(_of_line(figures, places, period.year) for figures in lines)


def _of_line(figures: LineFigures, places: dict[SubjectKey, Subject], year: int) -> AgendaItem:
    line, place = figures.line, places.get((False, figures.line.id))
    return AgendaItem(
        part=AgendaPart.RED_LIGHTS,
        id=line.id,
        title=line.name,
        unit=line.lead,
        unit_id=None if place is None else place.lead_id,
        year=year,
        code=line.code,
        line_id=line.id,
        light=figures.light,
        reasons=figures.reasons,
        months=figures.flagged_months,
        behind=figures.behind,
        needed=figures.needed_per_month,
    )


def _of_action(action: ActionInfo) -> AgendaItem:
    instruction = action.source is ActionSource.INSTRUCTION
    subject = action.subject
    return AgendaItem(
        part=AgendaPart.INSTRUCTIONS if instruction else AgendaPart.ACTIONS,
        id=action.id,
        title=action.text,
        unit=action.unit,
        unit_id=action.unit_id,
        # Whose instruction it is, or which meeting decided it.
        text=action.origin_by or action.origin,
        latest=action.sent_back or action.latest,
        year=None if subject is None else subject.year,
        code="" if subject is None else subject.code,
        about="" if subject is None else subject.name,
        line_id=subject.id if subject is not None and not subject.work else None,
        work_id=subject.id if subject is not None and subject.work else None,
        problem_id=action.problem_id,
        deadline=action.deadline,
        days_overdue=action.days_overdue,
        escalation=action.escalation,
        state=action.state.value,
    )


def _of_problem(problem: ProblemInfo) -> AgendaItem:
    subject = problem.subject
    return AgendaItem(
        part=AgendaPart.PROBLEMS,
        id=problem.id,
        title=subject.name,
        unit=problem.handler or subject.lead,
        unit_id=problem.handler_id or subject.lead_id,
        text=problem.text,
        latest=problem.help_needed,
        year=subject.year,
        code=subject.code,
        line_id=None if subject.work else subject.id,
        work_id=subject.id if subject.work else None,
        problem_id=problem.id,
        deadline=problem.deadline,
        days_overdue=problem.worst_days,
        escalation=problem.reached,
        state=problem.state.value,
    )


def _notices(session: Session, today: date) -> tuple[AgendaItem, ...]:
    """Return the notices that are not settled, the longest overdue first."""
    rows = session.execute(
        sa.select(Notice, Unit.name)
        .join(Unit, Unit.id == Notice.unit_id)
        .where(Notice.state.not_in(_SETTLED))
        .order_by(Notice.deadline, Notice.id)
    ).all()
    if not rows:
        return ()
    places = subjects_of(
        session, [row.subproject_id for row, _ in rows], [row.key_project_id for row, _ in rows]
    )
    office = office_of(session)
    found: list[AgendaItem] = []
    for row, unit in rows:
        work = row.key_project_id is not None
        place = places.get((work, (row.key_project_id if work else row.subproject_id) or 0))
        # What was answered waits on the office, not on the unit.
        due = row.deadline if row.state is NoticeState.ISSUED else None
        found.append(
            AgendaItem(
                part=AgendaPart.NOTICES,
                id=row.id,
                title=row.number if place is None else place.name,
                unit=unit,
                unit_id=row.unit_id,
                text=row.text,
                latest=row.number,
                year=None if place is None else place.year,
                code="" if place is None else place.code,
                line_id=row.subproject_id,
                work_id=row.key_project_id,
                problem_id=row.problem_id,
                deadline=row.deadline,
                days_overdue=days_overdue(due, today),
                escalation=escalation(
                    due,
                    today,
                    office_after=office.office_after_days,
                    leader_after=office.leader_after_days,
                ),
                state=row.state.value,
            )
        )
    return tuple(found)
