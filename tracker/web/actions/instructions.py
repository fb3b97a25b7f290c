"""Owns writing a leader's instruction on a line or a work."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from tracker.core.errors import Problem, Refused, WrongState
from tracker.services.instructions import instruct
from tracker.store.accounts import Role
from tracker.web import posted
from tracker.web.access import Desk, acting
from tracker.web.database import present, write_session

desk = Desk("instructions", __name__, roles=frozenset({Role.LEADER}))


@desk.post("/projects/<int:year>/<path:code>/instructions")
def write(year: int, code: str) -> ResponseReturnValue:
    """Write an instruction: at once it is an action of the unit that leads."""
    text = posted.text("text")
    try:
        with write_session() as session:
            action_id, unit = instruct(session, acting(), year, code, text, present())
    except Refused as refusal:
        return _page(year, code, text, refusal.problems), refusal.status
    except WrongState as error:
        return _page(year, code, text, alert=str(error)), error.status
    flash(gettext("批示已发出，由%(unit)s承办。", unit=unit))
    return redirect(url_for("actions.one", action_id=action_id))


def _page(year: int, code: str, text: str, problems: Sequence[Problem] = (), alert: str = "") -> str:
    """Return the form again, with what is wrong and what was typed."""
    return render_template(
        "actions/instruction.html", year=year, code=code, text=text, problems=problems, alert=alert
    )
