"""Owns the list of actions, one action's page, and the steps that a unit and the office take on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from tracker.core.errors import Problem, Refused, WrongState
from tracker.services import action_steps
from tracker.services.accounts import AccountInfo
from tracker.services.action_list import (
    ActionFilter,
    ActionGroup,
    ActionSort,
    counted_actions,
    listed_actions,
)
from tracker.services.actions import ActionInfo, ActionSource, action_of, all_actions, changes_of_action
from tracker.services.remarks import remarks_of
from tracker.services.units import list_units
from tracker.store.accounts import Role
from tracker.store.meetings import ActionState
from tracker.store.remarks import RemarkKind
from tracker.web import arguments, posted
from tracker.web.access import READERS, Desk, acting, signed_in
from tracker.web.actions.tables import actions_table
from tracker.web.actions.words import step_words
from tracker.web.database import present, read_session, settings, write_session
from tracker.web.export import hand_out
from tracker.web.handed_in import opened_files
from tracker.web.overdue import overdue_words
from tracker.web.paging import paged

desk = Desk("actions", __name__, roles=READERS)
progress_desk = Desk("action_progress", __name__, roles=frozenset({Role.REPORTER, Role.OFFICE}))
unit_desk = Desk("action_reports", __name__, roles=frozenset({Role.REPORTER}))
office_desk = Desk("action_decisions", __name__, roles=frozenset({Role.OFFICE}))

PER_PAGE = 50


@desk.get("/actions")
def listing() -> ResponseReturnValue:
    """List actions: all of them to the office and leaders, to a reporter those of the own units."""
    wanted, known = _asked(), all_actions(read_session(), present(), own_units())
    return render_template(
        "actions/list.html",
        wanted=wanted,
        page=paged(listed_actions(known, wanted), PER_PAGE),
        total=len(known),
        counts=counted_actions(known, wanted),
        groups=list(ActionGroup),
        sources=list(ActionSource),
        units=sorted({action.unit for action in known}),
        meetings={action.meeting_id: action.origin for action in known if action.meeting_id is not None},
        overdue_words=overdue_words,
    )


@desk.get("/actions.xlsx")
def export() -> ResponseReturnValue:
    """Hand out the list as filtered, whole."""
    wanted, known = _asked(), all_actions(read_session(), present(), own_units())
    return hand_out("actions", actions_table(listed_actions(known, wanted), wanted))


@desk.get("/actions/<int:action_id>")
def one(action_id: int) -> ResponseReturnValue:
    """Show one action: where it came from, how it goes on, and the forms of whoever may act."""
    return _page(action_id)


@progress_desk.post("/actions/<int:action_id>/progress")
def progress(action_id: int) -> ResponseReturnValue:
    """Write how it goes on."""
    _found(action_id)

    def step() -> None:
        files = opened_files()
        with write_session() as session:
            action_steps.say_progress(
                session,
                acting(),
                action_id,
                posted.text("text"),
                present(),
                unit_ids=own_units(),
                files=files,
                folder=settings().attachments,
            )

    return _answered(action_id, step, gettext("进展已登记。"))


@unit_desk.post("/actions/<int:action_id>/done")
def done(action_id: int) -> ResponseReturnValue:
    """Let the unit say that it is done."""
    _found(action_id)

    def step() -> None:
        files = opened_files()
        with write_session() as session:
            action_steps.say_done(
                session,
                acting(),
                action_id,
                posted.whole("seen") or 0,
                posted.text("text"),
                present(),
                unit_ids=account_signed_in().unit_ids,
                files=files,
                folder=settings().attachments,
            )

    return _answered(action_id, step, gettext("已报告办结，等待督查室核实销号。"))


@office_desk.post("/actions/<int:action_id>/close-out")
def close_out(action_id: int) -> ResponseReturnValue:
    """Close it out: it returns to no agenda any more."""

    def step() -> None:
        with write_session() as session:
            action_steps.close_out(
                session, acting(), action_id, posted.whole("seen") or 0, posted.text("reason"), present()
            )

    return _answered(action_id, step, gettext("已销号，不再列入以后的例会议程。"))


@office_desk.post("/actions/<int:action_id>/send-back")
def send_back(action_id: int) -> ResponseReturnValue:
    """Send it back to its unit."""

    def step() -> None:
        with write_session() as session:
            action_steps.send_back(
                session, acting(), action_id, posted.whole("seen") or 0, posted.text("reason"), present()
            )

    return _answered(action_id, step, gettext("已退回，原因已告知单位。"))


@office_desk.post("/actions/<int:action_id>/pass-on")
def pass_on(action_id: int) -> ResponseReturnValue:
    """Give it to another unit, or another deadline."""

    def step() -> None:
        with write_session() as session:
            action_steps.pass_on(
                session,
                acting(),
                action_id,
                posted.whole("seen") or 0,
                posted.whole("unit"),
                posted.day("deadline"),
                posted.text("reason"),
                present(),
            )

    return _answered(action_id, step, gettext("已转办，双方单位都能看到原因。"))


def account_signed_in() -> AccountInfo:
    """Return the account of whoever is signed in."""
    account = signed_in()
    if account is None:
        abort(401)
    return account


def own_units() -> tuple[int, ...] | None:
    """Return the units whose actions alone a reporter sees; None for whoever sees all."""
    account = account_signed_in()
    return account.unit_ids if account.role is Role.REPORTER else None


def _asked() -> ActionFilter:
    return ActionFilter(
        text=arguments.text("q"),
        group=arguments.chosen("group", ActionGroup) or ActionGroup.WAITING,
        unit=arguments.text("unit"),
        source=arguments.chosen("source", ActionSource),
        meeting=arguments.whole("meeting"),
        overdue=arguments.flag("overdue"),
        sort=arguments.chosen("sort", ActionSort) or ActionSort.URGENCY,
        descending=arguments.flag("desc"),
    )


def _found(action_id: int) -> ActionInfo:
    """Return the action before any file is opened; another unit's is not there."""
    return action_of(read_session(), action_id, present(), own_units())


def _answered(action_id: int, step: Callable[[], None], told: str) -> ResponseReturnValue:
    """Take a step and go on to the action's page; what does not fit comes back there with what was typed."""
    try:
        step()
    except Refused as refusal:
        return _page(action_id, refusal.problems), refusal.status
    except WrongState as error:
        return _page(action_id, alert=str(error)), error.status
    return _told(action_id, told)


def _told(action_id: int, sentence: str) -> ResponseReturnValue:
    flash(sentence)
    return redirect(url_for("actions.one", action_id=action_id))


def _page(action_id: int, problems: Sequence[Problem] = (), alert: str = "") -> str:
    """Return the page of an action; after a step that failed with what is wrong, beside what was typed."""
    session, role = read_session(), account_signed_in().role
    action = _found(action_id)
    office = role is Role.OFFICE
    return render_template(
        "actions/one.html",
        action=action,
        changes=changes_of_action(session, action_id),
        remarks=remarks_of(session, RemarkKind.ACTION, [action_id]).get(action_id, ()),
        units=list_units(session) if office else (),
        may_say=action.waits and role is not Role.LEADER,
        may_do=role is Role.REPORTER and action.state is ActionState.OPEN,
        may_decide=office and action.waits,
        problems=problems,
        alert=alert,
        wrong={problem.field for problem in problems},
        step=(request.endpoint or "").rpartition(".")[2],
        typed=posted.text,
        step_words=step_words,
        overdue_words=overdue_words,
    )
