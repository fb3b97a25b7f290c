"""Owns what the office does with a meeting: plan it, adjust its agenda, write down decisions and minutes, hold it."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker.core.errors import NotFound, Problem, Refused, WrongState
from tracker.core.periods import Period
from tracker.services import meeting_run
from tracker.services.meetings import Invitation, change_meeting, item_of, plan_meeting
from tracker.services.units import list_units
from tracker.store.accounts import Role
from tracker.web import posted
from tracker.web.access import Desk, acting
from tracker.web.database import present, read_session, write_session
from tracker.web.meetings.views import listing_page, meeting_page

desk = Desk("meeting_steps", __name__, roles=frozenset({Role.OFFICE}))


@desk.post("/meetings")
def plan() -> ResponseReturnValue:
    """Plan a meeting."""
    said = _said()
    try:
        with write_session() as session:
            meeting_id = plan_meeting(session, acting(), said, present())
    except Refused as refusal:
        return listing_page(refusal.problems, said), refusal.status
    flash(gettext("例会已安排，议程由红灯项目、问题、督办单和未销号事项自动生成。"))
    return redirect(url_for("meetings.one", meeting_id=meeting_id))


@desk.post("/meetings/<int:meeting_id>/invitation")
def change(meeting_id: int) -> ResponseReturnValue:
    """Change what is said of a planned meeting."""
    said = _said()
    try:
        with write_session() as session:
            change_meeting(session, acting(), meeting_id, posted.text("said_mark"), said, present())
    except Refused as refusal:
        return meeting_page(meeting_id, refusal.problems, said=said), refusal.status
    except WrongState as error:
        return meeting_page(meeting_id, alert=str(error), said=said), error.status
    flash(gettext("例会安排已修改。"))
    return redirect(url_for("meetings.one", meeting_id=meeting_id))


@desk.post("/meetings/<int:meeting_id>/agenda")
def adjust(meeting_id: int) -> ResponseReturnValue:
    """Leave an item out of the agenda, or take it in again."""
    out = posted.text("out") == "1"
    item = item_of(read_session(), meeting_id, posted.text("item"), present())
    return _step(
        meeting_id,
        lambda session: meeting_run.leave_out(session, acting(), meeting_id, item, out, present()),
        gettext("已从议程中移出。") if out else gettext("已恢复到议程。"),
        "agenda",
    )


@desk.post("/meetings/<int:meeting_id>/items")
def add_item(meeting_id: int) -> ResponseReturnValue:
    """Add a matter by hand."""
    return _step(
        meeting_id,
        lambda session: meeting_run.add_item(session, acting(), meeting_id, posted.text("item"), present()),
        gettext("议题已加入议程。"),
        "agenda",
    )


@desk.post("/meetings/<int:meeting_id>/decisions")
def decide(meeting_id: int) -> ResponseReturnValue:
    """Write down a decision: an action for a unit with a deadline."""
    key = posted.text("key")
    try:
        item = item_of(read_session(), meeting_id, key, present()) if key else None
    except NotFound as error:
        # It left the agenda since the page was opened; what was typed stands in the form for a matter of its own.
        return meeting_page(meeting_id, alert=str(error)), error.status
    return _step(
        meeting_id,
        lambda session: meeting_run.decide(
            session,
            acting(),
            meeting_id,
            item,
            _unit(session),
            posted.day("deadline"),
            posted.text("text"),
            present(),
        ),
        gettext("议定事项已登记，销号之前每次例会都会列入议程。"),
        "decisions",
    )


@desk.post("/meetings/<int:meeting_id>/minutes")
def minutes(meeting_id: int) -> ResponseReturnValue:
    """Write the minutes."""
    mark, told = posted.text("mark"), posted.long_text("minutes")
    return _step(
        meeting_id,
        lambda session: meeting_run.write_minutes(session, acting(), meeting_id, mark, told, present()),
        gettext("会议记录已保存。"),
        "minutes",
    )


@desk.post("/meetings/<int:meeting_id>/held")
def hold(meeting_id: int) -> ResponseReturnValue:
    """Say that it was held: the agenda is frozen."""
    return _step(
        meeting_id,
        lambda session: meeting_run.hold(session, acting(), meeting_id, present()),
        gettext("例会已召开，议程已固定。"),
        "agenda",
    )


def _step(
    meeting_id: int, step: Callable[[Session], object], sentence: str, anchor: str
) -> ResponseReturnValue:
    """Take a step, tell what it did and show the meeting again; what fails shows what was typed."""
    try:
        with write_session() as session:
            step(session)
    except Refused as refusal:
        return meeting_page(meeting_id, refusal.problems), refusal.status
    except WrongState as error:
        return meeting_page(meeting_id, alert=str(error)), error.status
    flash(sentence)
    return redirect(url_for("meetings.one", meeting_id=meeting_id, _anchor=anchor))


def _unit(session: Session) -> int | None:
    """Return the unit whose name was typed; raise Refused for a name that no unit has."""
    name = posted.text("unit")
    if not name:
        return None
    found = next((unit.id for unit in list_units(session) if unit.name == name), None)
    if found is None:
        raise Refused((Problem("没有这个承办单位", "请从列表里选择", name, field="unit"),))
    return found


def _said() -> Invitation:
    try:
        period = Period.parse(posted.text("period"))
    except ValueError:
        period = None
    return Invitation(
        title=posted.text("title"),
        period=period,
        day=posted.day("day"),
        place=posted.text("place"),
        chair=posted.text("chair"),
        attendees=posted.text("attendees"),
    )
