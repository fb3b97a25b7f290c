"""Owns the list of meetings, the page from which one is run, and its agenda or minutes on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.core.agenda import Agenda, AgendaItem, AgendaPart
from tracker.core.errors import Problem
from tracker.core.figures import PeriodState
from tracker.core.words import day_name
from tracker.services.actions import ActionInfo, actions_of_meeting
from tracker.services.meetings import Invitation, agenda_of, default_title, meeting_of, meetings
from tracker.services.office import office_of
from tracker.services.periods import known_periods
from tracker.services.units import list_units
from tracker.store.accounts import Role
from tracker.store.meetings import ActionState
from tracker.store.notices import NoticeState
from tracker.store.problems import ProblemState
from tracker.web import arguments, posted
from tracker.web.access import OFFICE_AND_LEADER, Desk, signed_in
from tracker.web.database import present, read_session
from tracker.web.languages import language
from tracker.web.overdue import overdue_words
from tracker.web.words import word

desk = Desk("meetings", __name__, roles=OFFICE_AND_LEADER)

#: So many days after a meeting its decisions are due unless somebody chooses another day.
USUAL_DAYS = 14
_STATES = {
    AgendaPart.ACTIONS: ActionState,
    AgendaPart.INSTRUCTIONS: ActionState,
    AgendaPart.PROBLEMS: ProblemState,
    AgendaPart.NOTICES: NoticeState,
}


@desk.get("/meetings")
def listing() -> ResponseReturnValue:
    """List the meetings; the office plans the next one here."""
    return listing_page()


@desk.get("/meetings/<int:meeting_id>")
def one(meeting_id: int) -> ResponseReturnValue:
    """Show the page from which a meeting is run: agenda, decisions, minutes."""
    return meeting_page(meeting_id)


@desk.get("/meetings/<int:meeting_id>/paper")
def paper(meeting_id: int) -> ResponseReturnValue:
    """Show the meeting on paper: the agenda before it was held, the minutes (会议纪要) after."""
    session = read_session()
    return render_template(
        "meetings/paper.html",
        meeting=meeting_of(session, meeting_id),
        agenda=agenda_of(session, meeting_id, present()),
        actions=actions_of_meeting(session, meeting_id, present()),
        office=office_of(session),
        long_day=long_day,
        item_state=item_state,
        overdue_words=overdue_words,
    )


def listing_page(problems: Sequence[Problem] = (), said: Invitation | None = None) -> str:
    """Return the list; after a refusal with what is wrong with the meeting that was to be planned."""
    session = read_session()
    known = [info for info in known_periods(session) if info.state is not PeriodState.UPCOMING]
    settled = next((info.period for info in known if info.state is PeriodState.CLOSED), None)
    newest = settled or (known[0].period if known else None)
    if said is None:
        title = "" if newest is None else default_title(newest)
        said = Invitation(title, newest, _today() + timedelta(days=1), "", "", "")
    return render_template(
        "meetings/list.html",
        meetings=meetings(session),
        periods=[info.period for info in known],
        said=said,
        problems=problems,
        wrong={problem.field for problem in problems},
        may_run=_may_run(),
    )


def meeting_page(
    meeting_id: int, problems: Sequence[Problem] = (), alert: str = "", said: Invitation | None = None
) -> str:
    """Return the page of a meeting; after a step that failed with what is wrong, beside what was typed."""
    session = read_session()
    meeting = meeting_of(session, meeting_id)
    actions = actions_of_meeting(session, meeting_id, present())
    if said is None:
        said = Invitation(
            meeting.title, meeting.period, meeting.day, meeting.place, meeting.chair, meeting.attendees
        )
    agenda, step = agenda_of(session, meeting_id, present()), (request.endpoint or "").rpartition(".")[2]
    return render_template(
        "meetings/one.html",
        meeting=meeting,
        agenda=agenda,
        deciding=_deciding(agenda, posted.text("key") if step == "decide" else arguments.text("decide")),
        actions=actions,
        said=said,
        periods=[info.period for info in known_periods(session) if info.state is not PeriodState.UPCOMING],
        units=list_units(session),
        usual=max(meeting.day, _today()) + timedelta(days=USUAL_DAYS),
        today=_today(),
        decided=lambda item: decided_on(item, actions),
        may_run=_may_run(),
        step=step,
        typed=posted.text,
        minutes=posted.long_text("minutes") if step == "minutes" else meeting.minutes,
        problems=problems,
        alert=alert,
        wrong={problem.field for problem in problems},
        item_state=item_state,
        item_url=item_url,
        overdue_words=overdue_words,
    )


def decided_on(item: AgendaItem, actions: Sequence[ActionInfo]) -> list[ActionInfo]:
    """Return what the meeting decided about the same line, work or problem."""
    about = (item.line_id, item.work_id, item.problem_id)
    return [] if about == (None, None, None) else [action for action in actions if _about(action) == about]


def long_day(day: date) -> str:
    """Return a day as an official document writes it."""
    return day_name(day) if language() == "zh" else day.isoformat()


def item_state(item: AgendaItem) -> str:
    """Return the word for where the problem, notice or action of an item stood; empty for a light and an added one."""
    states = _STATES.get(item.part)
    return "" if states is None or not item.state else str(word(states(item.state)))


def item_url(item: AgendaItem, month: object) -> str:
    """Return where an item is looked at; empty for an added one."""
    if item.part is AgendaPart.RED_LIGHTS:
        return url_for("projects.line", year=item.year, code=item.code, month=month)
    if item.part is AgendaPart.PROBLEMS:
        return url_for("problems.one", problem_id=item.id)
    if item.part is AgendaPart.NOTICES:
        return url_for("notices.one", notice_id=item.id)
    return "" if item.part is AgendaPart.ADDED else url_for("actions.one", action_id=item.id)


def _about(action: ActionInfo) -> tuple[int | None, int | None, int | None]:
    subject = action.subject
    line = subject.id if subject is not None and not subject.work else None
    work = subject.id if subject is not None and subject.work else None
    return line, work, action.problem_id


def _deciding(agenda: Agenda, key: str) -> str:
    """Return the key of the item at which the form for a decision stands; empty for none that is on the agenda."""
    return key if any(item.key == key for item in agenda.items) else ""


def _may_run() -> bool:
    account = signed_in()
    return account is not None and account.role is Role.OFFICE


def _today() -> date:
    return present().astimezone(clock.ZONE).date()
