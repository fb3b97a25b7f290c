"""Owns what is sent from a notice's page: the unit's reply with its files, and what the office decides about it."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker.core.errors import Problem, Refused
from tracker.services.notice_list import notice_of
from tracker.services.notice_steps import close_out, reply, send_back, withdraw
from tracker.store.accounts import Role
from tracker.web import posted
from tracker.web.access import Desk, acting
from tracker.web.database import present, read_session, settings
from tracker.web.handed_in import opened_files
from tracker.web.notices.fields import typed_texts
from tracker.web.notices.views import answered, page_of
from tracker.web.problems.views import account_signed_in

replies = Desk("notice_replies", __name__, roles=frozenset({Role.REPORTER}))
decisions = Desk("notice_decisions", __name__, roles=frozenset({Role.OFFICE}))


@replies.post("/notices/<int:notice_id>/reply")
def replied(notice_id: int) -> ResponseReturnValue:
    """Take the unit's reply with its files, or what it adds to one."""
    units = frozenset(account_signed_in().unit_ids)
    # Asked before any file is opened: another unit's notice is not there.
    notice_of(read_session(), notice_id, present(), units)
    try:
        files = opened_files()
    except Refused as refusal:
        return page_of(notice_id, refusal.problems, typed=typed_texts()), refusal.status

    def act(session: Session) -> None:
        seen, text, folder = posted.text("seen"), posted.text("text"), settings().attachments
        reply(session, acting(), notice_id, units, seen, text, files, folder, present())

    return answered(notice_id, act, gettext("已回复，等待督查室核实。"))


@decisions.post("/notices/<int:notice_id>/close-out")
def closed_out(notice_id: int) -> ResponseReturnValue:
    """Close a notice out with what the office found."""

    def act(session: Session) -> None:
        close_out(session, acting(), notice_id, posted.text("seen"), posted.text("reason"), present())

    return answered(notice_id, act, gettext("督办单已销号。"))


@decisions.post("/notices/<int:notice_id>/send-back")
def sent_back(notice_id: int) -> ResponseReturnValue:
    """Send a reply back, with a new deadline where one is given."""
    told, deadline = posted.text("deadline"), posted.day("deadline")
    if told and deadline is None:
        problem = Problem("日期无法识别", "请按 2023-04-20 的样子填写", told[:20], field="deadline")
        return page_of(notice_id, (problem,), typed=typed_texts()), Refused.status

    def act(session: Session) -> None:
        seen, reason = posted.text("seen"), posted.text("reason")
        send_back(session, acting(), notice_id, seen, reason, deadline, present())

    return answered(notice_id, act, gettext("已退回，单位会看到退回的原因。"))


@decisions.post("/notices/<int:notice_id>/withdraw")
def withdrawn(notice_id: int) -> ResponseReturnValue:
    """Withdraw a notice."""

    def act(session: Session) -> None:
        withdraw(session, acting(), notice_id, posted.text("seen"), posted.text("withdrawal"), present())

    return answered(notice_id, act, gettext("督办单已撤回。"))
