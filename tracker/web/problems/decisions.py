"""Owns what the office decides about a problem: who solves it, whether it is closed out or goes back."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker.core.errors import Refused
from tracker.services.problem_assigning import assign
from tracker.services.problem_closing import close_out, send_back
from tracker.store.accounts import Role
from tracker.web import posted
from tracker.web.access import Desk, acting
from tracker.web.database import present
from tracker.web.filters import month
from tracker.web.problems.fields import assignment, typed_texts
from tracker.web.problems.views import answered, page_of

desk = Desk("problem_decisions", __name__, roles=frozenset({Role.OFFICE}))


@desk.post("/problems/<int:problem_id>/assign")
def assigned(problem_id: int) -> ResponseReturnValue:
    """Assign a problem, or change its assignment."""
    try:
        wanted = assignment()
    except Refused as refusal:
        return page_of(problem_id, refusal.problems, typed=typed_texts()), refusal.status

    def act(session: Session) -> None:
        assign(session, acting(), problem_id, posted.text("seen"), wanted, posted.text("reason"), present())

    return answered(problem_id, act, gettext("交办已保存，主办和协办单位会在问题清单里看到。"))


@desk.post("/problems/<int:problem_id>/close-out")
def closed_out(problem_id: int) -> ResponseReturnValue:
    """Close a problem out; the office's opinion is optional."""

    def act(session: Session) -> str:
        reason = posted.text("reason")
        since = close_out(session, acting(), problem_id, posted.text("seen"), reason, present())
        return str(gettext("已销号，自%(month)s起不再计入未解决的问题。", month=month(since)))

    return answered(problem_id, act)


@desk.post("/problems/<int:problem_id>/send-back")
def sent_back(problem_id: int) -> ResponseReturnValue:
    """Send a problem back to its handler."""

    def act(session: Session) -> None:
        send_back(session, acting(), problem_id, posted.text("seen"), posted.text("reason"), present())

    return answered(problem_id, act, gettext("已退回，主办单位会看到退回的原因。"))
