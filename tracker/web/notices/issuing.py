"""Owns the form that issues a notice by hand: on a line, a work, a problem, or a unit's month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from tracker.core.errors import NotFound, Problem, Refused, WrongState
from tracker.core.notice_ladder import NoticeColour, NoticeSubject, SubjectKind
from tracker.services.notice_issuing import drafted, issue_by_hand
from tracker.services.problem_list import problem_of
from tracker.services.problem_raising import raisable
from tracker.services.units import list_units
from tracker.services.visibility import object_of
from tracker.store.accounts import Role
from tracker.web import arguments, posted
from tracker.web.access import Desk, acting
from tracker.web.database import present, read_session, write_session
from tracker.web.notices.fields import typed_of, typed_texts, wording

desk = Desk("notice_issuing", __name__, roles=frozenset({Role.OFFICE}))


@dataclass(frozen=True, slots=True)
class _About:
    """What the notice is about, and how the form names it; without a subject the month of the unit."""

    subject: NoticeSubject | None = None
    name: str = ""
    year: int | None = None
    code: str = ""
    problem: int | None = None


@desk.route("/notices/new", methods=["GET", "POST"])
def form() -> ResponseReturnValue:
    """Choose what it is about, word it and issue it; what is refused comes back with what was typed."""
    sent = request.method == "POST"
    read = posted if sent else arguments
    about = _about(read.whole("year"), read.text("code"), read.whole("problem"))
    if not sent:
        return _page(about)
    try:
        wanted = wording()
        with write_session() as session:
            number = issue_by_hand(session, acting(), about.subject, wanted, present())
    except Refused as refusal:
        return _page(about, refusal.problems, typed=typed_texts()), refusal.status
    except WrongState as error:
        return _page(about, alert=str(error), typed=typed_texts()), error.status
    flash(gettext("已签发督办单%(number)s。", number=number))
    return redirect(url_for("notices.listing"), 303)


def _about(year: int | None, code: str, problem_id: int | None) -> _About:
    """Return what the address or the form names; raise NotFound for what is not there."""
    session = read_session()
    if problem_id is not None:
        problem = problem_of(session, problem_id, present())
        if not problem.is_open:
            raise NotFound("未销号的问题", str(problem_id))
        return _About(
            NoticeSubject(SubjectKind.PROBLEM, problem_id),
            f"{problem.subject.code} {problem.subject.name}{gettext('：')}{problem.text}",
            problem=problem_id,
        )
    if year is None or not code:
        return _About()
    found = object_of(session, year, code)
    kind = SubjectKind.WORK if found.work else SubjectKind.LINE
    return _About(NoticeSubject(kind, found.id), f"{found.code} {found.name}", year, code)


def _page(
    about: _About,
    problems: Sequence[Problem] = (),
    alert: str = "",
    typed: Mapping[str, str] | None = None,
) -> str:
    session = read_session()
    words = arguments.text("q")
    filled = typed_of(drafted(session, about.subject, present())) if typed is None else typed
    return render_template(
        "notices/new.html",
        about=about,
        words=words,
        choices=raisable(session, words) if words else (),
        typed=defaultdict(str, filled),
        units=list_units(session),
        colours=list(NoticeColour),
        problems=problems,
        wrong={problem.field for problem in problems},
        alert=alert,
    )
