"""Owns the pages of what the ladder proposes: the list to issue from, one proposal to word, and putting one aside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from tracker.core.errors import Problem, Refused, WrongState
from tracker.core.notice_ladder import NoticeColour
from tracker.services.notice_issuing import dismiss, issue_proposed, issue_worded
from tracker.services.notice_proposals import ProposalList, proposals_now
from tracker.services.units import list_units
from tracker.store.accounts import Role
from tracker.web import arguments, posted
from tracker.web.access import Desk, acting
from tracker.web.database import present, read_session, write_session
from tracker.web.notices.fields import typed_of_proposal, typed_texts, wording
from tracker.web.notices.words import SUBJECT_WORDS
from tracker.web.paging import paged

desk = Desk("notice_proposals", __name__, roles=frozenset({Role.OFFICE}))

PER_PAGE = 50


@desk.get("/notices/proposals")
def listing() -> ResponseReturnValue:
    """Show what is proposed now, the sharpest first."""
    return _list_page(proposals_now(read_session(), present()))


@desk.post("/notices/proposals")
def issue_many() -> ResponseReturnValue:
    """Issue the chosen proposals as they stand, all or none."""
    told = [value.rpartition("=") for value in request.form.getlist("proposal")[:1000]]
    chosen = [(posted.printable(key)[:100], posted.printable(seen)[:40]) for key, _, seen in told]
    try:
        with write_session() as session:
            numbers = issue_proposed(session, acting(), chosen, present())
    except Refused as refusal:
        found = proposals_now(read_session(), present())
        return _list_page(found, refusal.problems), refusal.status
    except WrongState as error:
        return _list_page(proposals_now(read_session(), present()), alert=str(error)), error.status
    flash(
        ngettext(
            "已签发%(num)s份督办单：%(numbers)s。",
            "已签发%(num)s份督办单：%(numbers)s。",
            len(numbers),
            numbers=gettext("、").join(numbers),
        )
    )
    return redirect(url_for("notice_proposals.listing"), 303)


@desk.get("/notices/proposals/<string:kind>/<int:object_id>")
def one(kind: str, object_id: int) -> ResponseReturnValue:
    """Show one proposal with its words, to be edited before it is issued."""
    return _page(f"{kind}:{object_id}")


@desk.post("/notices/proposals/<string:kind>/<int:object_id>")
def issue_one(kind: str, object_id: int) -> ResponseReturnValue:
    """Issue one proposal as it was worded."""
    key = f"{kind}:{object_id}"
    try:
        wanted = wording()
        with write_session() as session:
            number = issue_worded(session, acting(), key, posted.text("seen"), wanted, present())
    except Refused as refusal:
        return _page(key, refusal.problems, typed=typed_texts()), refusal.status
    except WrongState as error:
        return _overtaken(key, error)
    flash(gettext("已签发督办单%(number)s。", number=number))
    return redirect(url_for("notice_proposals.listing"), 303)


@desk.post("/notices/proposals/<string:kind>/<int:object_id>/dismiss")
def put_aside(kind: str, object_id: int) -> ResponseReturnValue:
    """Put one proposal aside for the month, with a reason."""
    key = f"{kind}:{object_id}"
    try:
        with write_session() as session:
            dismiss(session, acting(), key, posted.text("seen"), posted.text("reason"), present())
    except Refused as refusal:
        return _page(key, refusal.problems, typed=typed_texts()), refusal.status
    except WrongState as error:
        return _overtaken(key, error)
    flash(gettext("已记为不予督办，本月不再按这个颜色建议。"))
    return redirect(url_for("notice_proposals.listing"), 303)


def _overtaken(key: str, error: WrongState) -> ResponseReturnValue:
    """Show where things stand now; what was typed stays while there still is something to propose."""
    found = proposals_now(read_session(), present())
    if any(proposal.key == key for proposal in found.proposed):
        return _page(key, alert=str(error), typed=typed_texts()), error.status
    return _list_page(found, alert=str(error)), error.status


def _list_page(found: ProposalList, problems: Sequence[Problem] = (), alert: str = "") -> str:
    colour, unit = arguments.chosen("colour", NoticeColour), arguments.text("unit")
    shown = [
        proposal
        for proposal in found.proposed
        if colour in (None, proposal.colour) and unit in ("", proposal.unit)
    ]
    return render_template(
        "notices/proposals.html",
        found=found,
        page=paged(shown, PER_PAGE),
        colours=list(NoticeColour),
        colour=colour,
        unit=unit,
        units=sorted({proposal.unit for proposal in found.proposed if proposal.unit}),
        chosen=request.form.getlist("proposal"),
        subjects=SUBJECT_WORDS,
        problems=problems,
        alert=alert,
    )


def _page(
    key: str, problems: Sequence[Problem] = (), alert: str = "", typed: Mapping[str, str] | None = None
) -> str:
    session = read_session()
    found = proposals_now(session, present())
    proposal = found.get(key)
    kind, _, object_id = key.partition(":")
    return render_template(
        "notices/proposal.html",
        proposal=proposal,
        info=found.info,
        place={"kind": kind, "object_id": object_id},
        typed=defaultdict(str, typed_of_proposal(proposal) if typed is None else typed),
        units=list_units(session),
        colours=list(NoticeColour),
        subjects=SUBJECT_WORDS,
        problems=problems,
        wrong={problem.field for problem in problems},
        alert=alert,
    )
