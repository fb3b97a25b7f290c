"""Owns the form that raises a problem between reports: the office on any line or work, a unit on its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from tracker.core.errors import NotFound, Problem, Refused
from tracker.services.problem_raising import Raised, raisable, raise_by_hand
from tracker.services.visibility import ReportObject, object_of, own_object
from tracker.store.accounts import Role
from tracker.store.problems import Difficulty, ProblemCategory
from tracker.web import arguments, posted
from tracker.web.access import Desk, acting
from tracker.web.database import present, read_session, write_session
from tracker.web.problems.fields import chosen, typed_texts
from tracker.web.problems.views import account_signed_in

desk = Desk("problem_raising", __name__, roles=frozenset({Role.REPORTER, Role.OFFICE}))


@desk.route("/problems/new", methods=["GET", "POST"])
def form() -> ResponseReturnValue:
    """Choose the line or work, then say what holds it up; what is refused comes back with what was typed."""
    if request.method != "POST":
        return _page(arguments.whole("year"), arguments.text("code"))
    told = Raised(
        posted.whole("year") or 0,
        posted.text("code"),
        posted.text("text"),
        posted.text("help_needed"),
        chosen("category", ProblemCategory),
        chosen("difficulty", Difficulty),
    )
    try:
        with write_session() as session:
            problem_id = raise_by_hand(session, acting(), told, present(), _units())
    except Refused as refusal:
        return _page(told.year, told.code, refusal.problems), refusal.status
    flash(gettext("问题已提出，等待督查室交办。"))
    return redirect(url_for("problems.one", problem_id=problem_id), 303)


def _page(year: int | None, code: str, problems: Sequence[Problem] = ()) -> str:
    words = arguments.text("q")
    about = _about(year, code)
    choices = raisable(read_session(), words, _units()) if about is None else ()
    return render_template(
        "problems/new.html",
        about=about,
        missing=code if code and about is None and not problems else "",
        words=words,
        choices=choices,
        own=_units() is not None,
        categories=list(ProblemCategory),
        difficulties=list(Difficulty),
        problems=problems,
        wrong={problem.field for problem in problems},
        typed=defaultdict(str, typed_texts() if request.method == "POST" else {}),
    )


def _about(year: int | None, code: str) -> ReportObject | None:
    """Return the line or work that the address names, None unless it is one that may be chosen."""
    units = _units()
    if year is None or not code:
        return None
    try:
        return (
            object_of(read_session(), year, code)
            if units is None
            else own_object(read_session(), units, year, code)
        )
    except NotFound:
        return None


def _units() -> frozenset[int] | None:
    account = account_signed_in()
    return frozenset(account.unit_ids) if account.role is Role.REPORTER else None
