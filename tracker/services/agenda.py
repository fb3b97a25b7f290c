"""Owns making a meeting's agenda: red lights, problems, notices and whatever earlier meetings and leaders asked for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.core.agenda import Adjustments, Agenda, AgendaItem, AgendaPart, adjusted
from tracker.core.errors import NotFound
from tracker.core.figures import LineFigures, MonthSummary
from tracker.core.flag_list import FlagFilter
from tracker.core.lights import Light
from tracker.core.periods import Period
from tracker.services.actions import ActionInfo, ActionSource, open_actions
from tracker.services.flags import flag_list, rows_shown
from tracker.services.notice_list import NoticeFilter, NoticeGroup, NoticeInfo, notice_list
from tracker.services.problem_list import ProblemFilter, ProblemInfo, problem_list
from tracker.services.subjects import Subject, SubjectKey, subjects_of


def made_agenda(
    session: Session, meeting_id: int | None, period: Period, wanted: Adjustments, now: datetime
) -> Agenda:
    """Return the agenda as it stands now for a meeting on `period`.

    Every action that is not closed out is on it, save those that this very meeting decided.
    """
    summary, red = _month(session, period, now)
    actions = [action for action in open_actions(session, now) if action.meeting_id != meeting_id]
    problems = problem_list(session, now, ProblemFilter(open_only=True))
    found = (
        *(_of_action(action) for action in actions),
        *red,
        *(_of_problem(problem) for problem in problems),
        *(_of_notice(notice) for notice in notice_list(session, now, NoticeFilter(group=NoticeGroup.OPEN))),
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
        behind=None if figures.lagging is None else figures.behind,
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


def _of_notice(notice: NoticeInfo) -> AgendaItem:
    subject = notice.subject
    return AgendaItem(
        part=AgendaPart.NOTICES,
        id=notice.id,
        title=notice.number if subject is None else subject.name,
        unit=notice.unit,
        unit_id=notice.unit_id,
        text=notice.text,
        latest=notice.number,
        year=None if subject is None else subject.year,
        code="" if subject is None else subject.code,
        line_id=subject.id if subject is not None and not subject.work else None,
        work_id=subject.id if subject is not None and subject.work else None,
        problem_id=notice.problem_id,
        deadline=notice.deadline,
        days_overdue=notice.days_overdue,
        escalation=notice.escalation,
        state=notice.state.value,
    )
