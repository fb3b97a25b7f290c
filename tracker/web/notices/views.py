"""Owns the list of notices, one notice's page, and its official form on paper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.core.errors import Problem, Refused, WrongState
from tracker.core.notice_ladder import NoticeColour
from tracker.services.notice_list import (
    GROUP_OF,
    NoticeFilter,
    NoticeGroup,
    NoticeInfo,
    counts_of,
    listed,
    notice_list,
)
from tracker.services.notice_page import notice_page
from tracker.services.office import office_of
from tracker.services.units import list_units
from tracker.store.accounts import Role
from tracker.store.notices import NoticeState
from tracker.web.access import READERS, Desk
from tracker.web.database import present, read_session, write_session
from tracker.web.export import hand_out
from tracker.web.notices.asked import asked
from tracker.web.notices.fields import typed_texts
from tracker.web.notices.tables import notices_table
from tracker.web.notices.words import (
    next_sentence,
    official_day,
    official_title,
    state_word,
    step_word,
)
from tracker.web.overdue import overdue_words
from tracker.web.paging import paged
from tracker.web.problems.views import account_signed_in

desk = Desk("notices", __name__, roles=READERS)

PER_PAGE = 50


@desk.get("/notices")
def listing() -> ResponseReturnValue:
    """Show the notices that are not settled, or those that are."""
    account = account_signed_in()
    wanted = asked(account)
    found = _admitted(wanted)
    return render_template(
        "notices/list.html",
        wanted=wanted,
        own=account.role is Role.REPORTER,
        groups=list(NoticeGroup),
        counts=counts_of(found),
        page=paged(listed(found, wanted), PER_PAGE),
        units=[unit.name for unit in list_units(read_session())],
        colours=list(NoticeColour),
        states=[state for state in NoticeState if GROUP_OF[state] is wanted.group],
        overdue_words=overdue_words,
        state_word=state_word,
        office=office_of(read_session()),
    )


@desk.get("/notices.xlsx")
def export() -> ResponseReturnValue:
    """Hand out the list as filtered, whole."""
    wanted = asked(account_signed_in())
    return hand_out(f"notices-{wanted.group}", notices_table(listed(_admitted(wanted), wanted), wanted))


@desk.get("/notices/<int:notice_id>")
def one(notice_id: int) -> ResponseReturnValue:
    """Show one notice: the facts, who must act next, its story, and the forms of whoever may act."""
    return page_of(notice_id)


@desk.get("/notices/<int:notice_id>/print")
def paper(notice_id: int) -> ResponseReturnValue:
    """Show the notice as the official form (督办单) that is printed, sealed and sent."""
    session = read_session()
    notice = notice_page(session, notice_id, account_signed_in(), present()).notice
    return render_template(
        "notices/paper.html",
        notice=notice,
        title=official_title(notice),
        office=office_of(session).full_name,
        official_day=official_day,
    )


def answered(notice_id: int, act: Callable[[Session], None], said: str) -> ResponseReturnValue:
    """Act in one transaction, return to the notice and say what was done.

    What is refused comes back with what was typed.
    """
    try:
        with write_session() as session:
            act(session)
    except Refused as refusal:
        return page_of(notice_id, refusal.problems, typed=typed_texts()), refusal.status
    except WrongState as error:
        return page_of(notice_id, alert=str(error), typed=typed_texts()), error.status
    flash(said)
    return redirect(url_for("notices.one", notice_id=notice_id), 303)


def page_of(
    notice_id: int,
    problems: Sequence[Problem] = (),
    alert: str = "",
    typed: Mapping[str, str] | None = None,
) -> str:
    """Return one notice's page; after a refusal with what is wrong and with what was typed."""
    session = read_session()
    found = notice_page(session, notice_id, account_signed_in(), present())
    return render_template(
        "notices/one.html",
        page=found,
        notice=found.notice,
        problems=problems,
        alert=alert,
        wrong={problem.field for problem in problems},
        typed=defaultdict(str, typed or {}),
        next_sentence=next_sentence(found.notice),
        state_word=state_word,
        step_word=step_word,
        overdue_words=overdue_words,
    )


def _admitted(wanted: NoticeFilter) -> tuple[NoticeInfo, ...]:
    """Return what the filters admit, on either list."""
    return notice_list(read_session(), present(), replace(wanted, group=None))
