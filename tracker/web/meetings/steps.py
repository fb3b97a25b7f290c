"""Owns what the office does with a meeting: plan it, adjust its agenda, write down decisions and minutes, hold it."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker.core.errors import Problem, Refused
from tracker.core.periods import Period
from tracker.services import meeting_run
from tracker.services.meetings import Invitation, change_meeting, plan_meeting
from tracker.services.units import list_units
from tracker.store.accounts import Role
from tracker.web import posted
from tracker.web.access import Desk, acting
from tracker.web.database import present, write_session
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
            change_meeting(session, acting(), meeting_id, said, present())
    except Refused as refusal:
        return meeting_page(meeting_id, refusal.problems, said), refusal.status
    flash(gettext("例会安排已修改。"))
    return redirect(url_for("meetings.one", meeting_id=meeting_id))


@desk.post("/meetings/<int:meeting_id>/agenda")
def adjust(meeting_id: int) -> ResponseReturnValue:
    """Leave an item out of the agenda, or take it in again."""
    key, out = posted.text("item"), posted.text("out") == "1"
    with write_session() as session:
        meeting_run.leave_out(session, acting(), meeting_id, key, out, present())
    flash(gettext("已从议程中移出。") if out else gettext("已恢复到议程。"))
    return redirect(url_for("meetings.one", meeting_id=meeting_id, _anchor="agenda"))


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
    return _step(
        meeting_id,
        lambda session: meeting_run.decide(
            session,
            acting(),
            meeting_id,
            posted.text("key"),
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
    # Longer than other texts; one sign more than it may have shows that it has too many.
    told = posted.printable(request.form.get("minutes", "")[: meeting_run.MINUTES_LENGTH + 1])
    return _step(
        meeting_id,
        lambda session: meeting_run.write_minutes(
            session, acting(), meeting_id, posted.text("mark"), told, present()
        ),
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
    """Take a step, tell what it did and show the meeting again; a refusal shows what was typed."""
    try:
        with write_session() as session:
            step(session)
    except Refused as refusal:
        return meeting_page(meeting_id, refusal.problems), refusal.status
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
