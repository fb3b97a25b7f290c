"""Owns the page of what waits for whoever looks, and the short list of it that other pages show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from tracker.services.to_do import (
    ToDo,
    ToDoKind,
    reached_leaders,
    waiting_for_office,
    waiting_for_units,
)
from tracker.store.accounts import Role
from tracker.web import arguments
from tracker.web.access import READERS, Desk
from tracker.web.actions.views import account_signed_in
from tracker.web.database import present, read_session
from tracker.web.overdue import overdue_words
from tracker.web.paging import paged

desk = Desk("to_do", __name__, roles=READERS)

PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for somebody, and how many of each kind."""

    found: Sequence[ToDo]

    @property
    def counts(self) -> dict[ToDoKind, int]:
        """Return how many there are of each kind that there is."""
        counts = {kind: sum(todo.kind is kind for todo in self.found) for kind in ToDoKind}
        return {kind: count for kind, count in counts.items() if count}

    @property
    def overdue(self) -> int:
        """Return how many are overdue."""
        return sum(todo.days_overdue > 0 for todo in self.found)


@desk.get("/to-do")
def listing() -> ResponseReturnValue:
    """Show what waits: for a reporter's units, for the office, or what has reached the leaders."""
    waiting, kind = waiting_here(), arguments.chosen("kind", ToDoKind)
    return render_template(
        "actions/to_do.html",
        waiting=waiting,
        kind=kind,
        role=account_signed_in().role,
        page=paged([todo for todo in waiting.found if kind in (None, todo.kind)], PER_PAGE),
        overdue_words=overdue_words,
        to_do_url=to_do_url,
    )


@desk.app_template_global("waiting_here")
def waiting_here() -> Waiting:
    """Return what waits for whoever is signed in."""
    account = account_signed_in()
    if account.role is Role.REPORTER:
        return Waiting(waiting_for_units(read_session(), account.unit_ids, present()))
    if account.role is Role.OFFICE:
        return Waiting(waiting_for_office(read_session(), present()))
    return Waiting(reached_leaders(read_session(), present()))


@desk.app_template_global("to_do_url")
def to_do_url(todo: ToDo) -> str:
    """Return where the thing is done."""
    if todo.kind.place == "problem":
        return url_for("problems.one", problem_id=todo.id)
    if todo.kind.place == "notice":
        return url_for("notices.one", notice_id=todo.id)
    return url_for("actions.one", action_id=todo.id)


desk.add_app_template_global(overdue_words, "to_do_overdue")
