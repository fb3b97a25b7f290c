"""Owns the lists of problems and one problem's page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.core.errors import Problem, Refused, WrongState
from tracker.services.accounts import AccountInfo
from tracker.services.office import office_of
from tracker.services.problem_list import (
    ProblemFilter,
    ProblemGroup,
    ProblemInfo,
    counts_of,
    listed,
    problem_list,
)
from tracker.services.problem_page import ProblemPage, problem_page
from tracker.services.units import list_units
from tracker.store.accounts import Role
from tracker.store.problems import Difficulty, ProblemCategory, ProblemState
from tracker.web.access import READERS, Desk, signed_in
from tracker.web.database import present, read_session, write_session
from tracker.web.export import hand_out
from tracker.web.overdue import overdue_words
from tracker.web.paging import paged
from tracker.web.problems.asked import asked, whose
from tracker.web.problems.fields import assignment_typed, part_rows, typed_texts
from tracker.web.problems.tables import problems_table
from tracker.web.problems.words import next_sentence, step_word

desk = Desk("problems", __name__, roles=READERS)

PER_PAGE = 50


@desk.get("/problems")
def listing() -> ResponseReturnValue:
    """Show one of the three lists: new, in progress, closed out."""
    account = account_signed_in()
    wanted = asked(account)
    found = _admitted(wanted)
    return render_template(
        "problems/list.html",
        wanted=wanted,
        whose=whose(account),
        own=account.role is Role.REPORTER,
        groups=list(ProblemGroup),
        counts=counts_of(found),
        page=paged(listed(found, wanted), PER_PAGE),
        units=[unit.name for unit in list_units(read_session())],
        categories=list(ProblemCategory),
        difficulties=list(Difficulty),
        states=[ProblemState.ASSIGNED, ProblemState.IN_PROGRESS, ProblemState.RESOLVED],
        overdue_words=overdue_words,
        office=office_of(read_session()),
    )


@desk.get("/problems.xlsx")
def export() -> ResponseReturnValue:
    """Hand out the list as filtered, whole."""
    wanted = asked(account_signed_in())
    return hand_out(f"problems-{wanted.group}", problems_table(listed(_admitted(wanted), wanted), wanted))


@desk.get("/problems/<int:problem_id>")
def one(problem_id: int) -> ResponseReturnValue:
    """Show one problem: the facts, who must act next, its story, and the forms of whoever may act."""
    return page_of(problem_id)


def account_signed_in() -> AccountInfo:
    """Return the account of whoever is signed in."""
    account = signed_in()
    if account is None:
        abort(401)
    return account


def answered(problem_id: int, act: Callable[[Session], str | None], said: str = "") -> ResponseReturnValue:
    """Act in one transaction, return to the problem and say what was done (`said`, or what `act` returns).

    What is refused comes back with what was typed.
    """
    try:
        with write_session() as session:
            done = act(session)
    except Refused as refusal:
        return page_of(problem_id, refusal.problems, typed=typed_texts()), refusal.status
    except WrongState as error:
        return page_of(problem_id, alert=str(error), typed=typed_texts()), error.status
    flash(done or said)
    return redirect(url_for("problems.one", problem_id=problem_id), 303)


def page_of(
    problem_id: int,
    problems: Sequence[Problem] = (),
    alert: str = "",
    typed: Mapping[str, str] | None = None,
) -> str:
    """Return one problem's page; after a refusal with what is wrong and with what was typed."""
    session = read_session()
    found = problem_page(session, problem_id, account_signed_in(), present())
    told = defaultdict(str, typed or {})
    filled = _assignment(found, told)
    return render_template(
        "problems/one.html",
        page=found,
        problem=found.problem,
        assignment=filled,
        parts=part_rows(filled),
        units=list_units(session) if found.rights.assign else (),
        categories=list(ProblemCategory),
        difficulties=list(Difficulty),
        problems=problems,
        alert=alert,
        wrong={problem.field for problem in problems},
        typed=told,
        next_sentence=next_sentence(found.problem),
        step_word=step_word,
        overdue_words=overdue_words,
        office=office_of(session),
    )


def _assignment(found: ProblemPage, typed: Mapping[str, str]) -> Mapping[str, str]:
    """Return what stands in the form of the assignment: what was typed, else the assignment as it is."""
    return typed if typed.get("form") == "assign" else defaultdict(str, assignment_typed(found.problem))


def _admitted(wanted: ProblemFilter) -> tuple[ProblemInfo, ...]:
    every = ProblemFilter(
        text=wanted.text,
        state=wanted.state,
        unit=wanted.unit,
        category=wanted.category,
        difficulty=wanted.difficulty,
        overdue=wanted.overdue,
        units=wanted.units,
    )
    return problem_list(read_session(), present(), every)
